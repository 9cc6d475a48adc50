"""Reports of different validators as comparable sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from stress.bench.results import Found, compare, read_report

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def report(folder: Path, *results: str, more: str = "") -> Found:
    """Each result: focus node, path, value, in N-Triples; "" for none."""
    lines = []
    for number, result in enumerate(results):
        node = f"_:r{number}"
        lines.append(f"_:report <{SH}result> {node} .")
        lines.append(f"{node} <{SH}sourceConstraintComponent> <{SH}MinCountConstraintComponent> .")
        for name, value in zip(("focusNode", "resultPath", "value"), result.split(), strict=False):
            lines.append(f"{node} <{SH}{name}> {value} .")
    path = folder / "report.nt"
    path.write_text("\n".join([*lines, more]) + "\n")
    return read_report(path)


def test_a_result_is_focus_path_value_and_component(tmp_path: Path) -> None:
    found = report(tmp_path, '<urn:a> <urn:p> "x"', "<urn:b>")
    component = f"<{SH}MinCountConstraintComponent>"
    assert found.results == 2
    assert dict(found.rows) == {("<urn:a>", "<urn:p>", '"x"', component): 1, ("<urn:b>", "", "", component): 1}


def test_the_same_result_twice_is_one_row(tmp_path: Path) -> None:
    found = report(tmp_path, "<urn:a> <urn:p>", "<urn:a> <urn:p>")
    assert (found.results, found.rows.total()) == (2, 1)


def test_how_a_term_is_written_does_not_matter(tmp_path: Path) -> None:
    string = '"x"^^<http://www.w3.org/2001/XMLSchema#string>'
    assert report(tmp_path, f"<urn:a> <urn:p> {string}").rows == report(tmp_path, '<urn:a> <urn:p> "x"').rows
    assert report(tmp_path, '<urn:a> <urn:p> "x"@EN').rows == report(tmp_path, '<urn:a> <urn:p> "x"@en').rows
    assert report(tmp_path, '<urn:a> <urn:p> "x"@en').rows != report(tmp_path, '<urn:a> <urn:p> "x"').rows


def test_paths_are_compared_by_what_they_say(tmp_path: Path) -> None:
    path = (
        f"_:p <{RDF}first> <urn:p> .\n_:p <{RDF}rest> _:q .\n_:q <{RDF}first> _:i .\n_:q <{RDF}rest> <{RDF}nil> .\n"
        f"_:i <{SH}inversePath> _:s .\n_:s <{SH}zeroOrMorePath> <urn:q> ."
    )
    [row] = report(tmp_path, "<urn:a> _:p", more=path).rows
    assert row[1] == "(<urn:p> / ^<urn:q>*)"


@pytest.mark.parametrize(
    ("kind", "text"), [("oneOrMorePath", "<urn:p>+"), ("zeroOrOnePath", "<urn:p>?"), ("inversePath", "^<urn:p>")]
)
def test_path_operators(tmp_path: Path, kind: str, text: str) -> None:
    [row] = report(tmp_path, "<urn:a> _:p", more=f"_:p <{SH}{kind}> <urn:p> .").rows
    assert row[1] == text


def test_blank_nodes_are_matched_by_the_results_they_are_in(tmp_path: Path) -> None:
    expected = report(tmp_path, "_:x <urn:p>", "_:x <urn:q>", "_:y <urn:p>")
    renamed = report(tmp_path, "_:b <urn:p>", "_:a <urn:p>", "_:a <urn:q>")
    other = report(tmp_path, "_:x <urn:p>", "_:y <urn:q>", "_:z <urn:p>")
    assert compare(expected.rows, renamed.rows).differences == ()
    assert compare(expected.rows, other.rows).missing > 0


def test_blank_nodes_that_cannot_be_told_apart_are_counted(tmp_path: Path) -> None:
    two, three = (report(tmp_path, *(f"_:b{i} <urn:p>" for i in range(count))) for count in (2, 3))
    agreement = compare(two.rows, three.rows)
    assert (agreement.missing, agreement.extra, agreement.results) == (0, 1, 3)


def test_the_first_differences_are_shown(tmp_path: Path) -> None:
    expected = report(tmp_path, *(f"<urn:{i}> <urn:p>" for i in range(9)))
    found = report(tmp_path, "<urn:0> <urn:p>", "<urn:new> <urn:p>")
    agreement = compare(expected.rows, found.rows)
    assert (agreement.missing, agreement.extra) == (8, 1)
    assert len([text for text in agreement.differences if text.startswith("missing <urn:1>")]) == 1
    assert agreement.differences[-1].startswith("extra <urn:new> <urn:p> -")
