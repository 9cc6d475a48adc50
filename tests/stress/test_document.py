"""The benchmark's document: what is written is read back, what is none is refused, the schema is that of the types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stress.bench import document as documents
from stress.bench.document import BadDocument, Samples
from tests.stress.documents import document, row

SCHEMA = Path(documents.__file__).with_name("schema.json")


def changed(**changes: Any) -> str:
    return json.dumps(json.loads(documents.to_json(document(row("cns vm", 1.0)))) | changes)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = document(row("cns vm", 1.0), row("pySHACL", 9.0, total=None, agreement=None, outcome="timeout"))
    documents.write(written, tmp_path / "run.json")
    assert documents.read(tmp_path / "run.json") == written
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON"),
        ("[]", r"\$: list where"),
        (changed(schema=99), "schema version 99"),
        (changed(more=1), "'more'"),
        (changed(cns=3), r"\$\.cns: 3 is no str"),
        (changed(rows=[{}]), r"\$\.rows\[0\]: \[\] where"),
        (changed(machine=None), r"\$\.machine: NoneType where"),
    ],
)
def test_what_is_no_document_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(BadDocument, match=message):
        documents.from_json(text)


def test_an_unknown_outcome_is_refused() -> None:
    text = documents.to_json(document(row("cns vm", 1.0))).replace('"equal"', '"fine"')
    with pytest.raises(BadDocument, match=r"\$\.rows\[0\]\.outcome: 'fine'"):
        documents.from_json(text)


def test_the_schema_beside_it_is_that_of_the_types() -> None:
    assert json.loads(SCHEMA.read_text()) == documents.schema(), "python -m stress.bench.document > schema.json"


def test_every_field_of_a_document_follows_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.Draft202012Validator.check_schema(documents.schema())
    jsonschema.validate(json.loads(changed()), documents.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(changed(cns=3)), documents.schema())


def test_samples_know_their_median_and_spread() -> None:
    samples = Samples((4.0, 2.0, 3.0))
    assert samples.median == 3.0
    assert samples.spread == pytest.approx(2 / 3)
