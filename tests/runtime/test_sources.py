"""Data in every form gives the same report; what is wrong with it is said, and where."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rdflib

import cns
from cns.errors import CnsError, CnsWarning, LoadError, UsageError

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Shape a sh:NodeShape ; sh:targetSubjectsOf ex:p ;
    sh:property [ sh:path ex:p ; sh:datatype xsd:integer ] ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .
"""
TURTLE = """@prefix ex: <http://example.org/> .
ex:a ex:p 1, "x"@en ; ex:q ex:b .
ex:c ex:p [ ex:q ex:a ] .
"""
TRIG = """@prefix ex: <http://example.org/> .
ex:a ex:p 1, "x"@en .
ex:g { ex:a ex:q ex:b . ex:c ex:p [ ex:q ex:a ] . }
"""
EX = "http://example.org/"


@pytest.fixture(scope="module")
def validator() -> cns.Validator:
    return cns.compile(SHAPES)


def rows(report: cns.Report) -> list[tuple[str, str, str]]:
    values = ((r, r.value) for r in report)
    return sorted(
        (str(r.focus), r.path, "[]" if isinstance(v, cns.BlankNode) else str(v and v.lexical))
        for r, v in values  # type: ignore[union-attr]
    )


EXPECTED = [(f"{EX}a", f"{EX}p", "x"), (f"{EX}c", f"{EX}p", "[]"), (f"{EX}c", f"{EX}q", "None")]


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return rdflib.Graph().parse(data=TURTLE, format="turtle")


@pytest.mark.parametrize(
    ("format", "extension"),
    [("turtle", "ttl"), ("nt", "nt"), ("xml", "rdf"), ("json-ld", "jsonld"), ("n3", "n3"), ("hext", "hext")],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_every_syntax_from_a_file(
    validator: cns.Validator, graph: rdflib.Graph, tmp_path: Path, format: str, extension: str, compressed: bool
) -> None:
    text = graph.serialize(format=format).encode()
    path = tmp_path / f"data.{extension}{'.gz' if compressed else ''}"
    path.write_bytes(gzip.compress(text) if compressed else text)
    assert rows(validator.validate(path)) == EXPECTED
    assert rows(validator.validate(text, format=format)) == EXPECTED
    assert rows(validator.validate(io.BytesIO(text), format=format)) == EXPECTED


@pytest.mark.parametrize("format", ["trig", "nquads", "trix"])
def test_datasets_are_the_union_of_their_graphs(validator: cns.Validator, tmp_path: Path, format: str) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=TRIG, format="trig")
    path = tmp_path / "data"
    path.write_bytes(dataset.serialize(format=format, encoding="utf-8"))
    assert rows(validator.validate(path, format=format)) == EXPECTED
    assert rows(validator.validate(dataset)) == EXPECTED


def test_a_graph_is_chosen(validator: cns.Validator) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=TRIG, format="trig")
    default = [(f"{EX}a", f"{EX}p", "x"), (f"{EX}a", f"{EX}q", "None")]
    named = [(f"{EX}c", f"{EX}p", "[]"), (f"{EX}c", f"{EX}q", "None")]
    nquads = dataset.serialize(format="nquads")
    for source, format in ((TRIG, "trig"), (nquads, "nquads"), (dataset, None), (pyoxigraph_store(nquads), None)):
        assert rows(validator.validate(source, format=format, graph="default")) == default
        assert rows(validator.validate(source, format=format, graph=f"{EX}g")) == named
        assert rows(validator.validate(source, format=format, graph=f"{EX}nowhere")) == []
        assert not validator.conforms(source, format=format, graph="default")


def pyoxigraph_store(nquads: str) -> Any:
    pyoxigraph = pytest.importorskip("pyoxigraph")
    store = pyoxigraph.Store()
    store.load(nquads.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def test_pyoxigraph_objects(validator: cns.Validator, graph: rdflib.Graph) -> None:
    store = pyoxigraph_store(graph.serialize(format="nt"))
    quads = list(store)
    triples = [quad.triple for quad in quads]
    for source in (store, quads, iter(quads), (quad for quad in quads), triples, [quads, b""]):
        assert rows(validator.validate(source)) == EXPECTED


def test_tables(validator: cns.Validator, graph: rdflib.Graph) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    cells = [[term.n3() for term in triple] for triple in graph]
    table = pyarrow.table([list(column) for column in zip(*cells, strict=True)], names=["s", "p", "o"])
    assert rows(validator.validate(table)) == EXPECTED
    assert rows(validator.validate([table, b""])) == EXPECTED
    error = error_of(validator, pyarrow.table({"s": ["urn:s"], "p": ["urn:p"], "o": ["no term"]}))
    assert (error.where.source, error.where.line) == ("<table 1>", 1)
    assert error.hint == "near: no term"


def test_several_files_of_different_kinds_are_one_graph(validator: cns.Validator, tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.nt.gz"
    first.write_text('@prefix ex: <http://example.org/> . ex:a ex:p 1, "x"@en . ex:c ex:p [ ex:q ex:a ] .')
    second.write_bytes(gzip.compress(f"<{EX}a> <{EX}q> <{EX}b> .".encode()))
    assert rows(validator.validate([first, [str(second)]])) == EXPECTED


def test_standard_input_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    data = "".join(f"<{EX}s{i}> <{EX}p> 'x' ; <{EX}q> <{EX}o> .\n" for i in range(60_000)).encode()
    command = [sys.executable, "-m", "cns", "validate", "-s", "shapes.ttl", "-f", "json", "-"]
    environment = {**os.environ, "PYTHONPATH": str(Path(cns.__file__).parents[1])}
    for stdin in (data, gzip.compress(data)):
        done = subprocess.run(command, input=stdin, capture_output=True, cwd=tmp_path, env=environment, check=False)
        assert done.returncode == 1, done.stderr
        assert done.stdout.count(b'"focusNode"') == 60_000


def test_relative_iris_are_relative_to_the_file_or_to_the_base(validator: cns.Validator, tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(f"<#me> <{EX}p> 'x' ; <{EX}q> 1 .")
    assert str(validator.validate(path)[0].focus) == path.as_uri() + "#me"
    assert str(validator.validate(path, base="http://b/")[0].focus) == "http://b/#me"
    assert str(validator.validate(path.read_bytes(), format="turtle")[0].focus).startswith(Path.cwd().as_uri())


def test_blank_nodes_have_the_same_names_in_every_run(validator: cns.Validator, graph: rdflib.Graph) -> None:
    for format in ("xml", "json-ld", "turtle"):
        text = graph.serialize(format=format)
        assert len({validator.validate(text, format=format).serialize("nt") for _ in range(3)}) == 1


def test_nodes_without_a_label_are_numbered_in_the_report(validator: cns.Validator) -> None:
    text = f"[] <{EX}p> 'x' ; <{EX}q> 1 . _:b <{EX}p> 'y' ; <{EX}q> 1 ."
    focus = [line.split()[2] for line in validator.validate(text).serialize("nt").splitlines() if "focusNode" in line]
    assert focus == ["_:cns-anonymous-1", "_:b"]
    both = validator.validate([text, text]).serialize("nt")
    focus = [line.split()[2] for line in both.splitlines() if "focusNode" in line]
    assert focus == ["_:cns-anonymous-source-1-1", "_:cns-source-1-b", "_:cns-anonymous-source-2-1", "_:cns-source-2-b"]


# ---------------------------------------------------------------------- errors


def error_of(validator: cns.Validator, data: Any, **options: Any) -> CnsError:
    with pytest.raises(CnsError) as caught:
        validator.validate(data, **options)
    return caught.value


@pytest.mark.parametrize(
    ("text", "format", "line", "column", "says"),
    [
        ("<urn:s> <urn:p> <urn:o> .\n<urn:s> 1 .", "nt", 2, 9, "expected a predicate"),
        ("<urn:s> <urn:p>\n  <urn:o> nonsense", "turtle", 2, 11, "expected"),
        ("<urn:g> { <urn:s> <urn:p> }", "trig", 1, 27, "expected"),
        ("<urn:s> <urn:p> <urn:o> 'g' .", "nquads", 1, 25, "expected '.'"),
        ('{"@id": "urn:s",\n"urn:p": ', "json-ld", 2, None, "Parser error"),
        ("<rdf:RDF", "xml", None, None, "read as xml"),
    ],
)
def test_an_error_says_where_what_and_near_what(
    validator: cns.Validator, text: str, format: str, line: int | None, column: int | None, says: str
) -> None:
    error = error_of(validator, text.encode(), format=format)
    assert error.code == "CNS105"
    assert error.where.source == "<bytes 1>"
    assert error.where.line == line
    assert column is None or error.where.column == column
    assert says in error.message
    if format in ("nt", "turtle"):
        assert error.hint == f"near: {text.splitlines()[line - 1] if line else ''}"


def test_what_is_shown_of_the_data_drives_no_terminal(validator: cns.Validator) -> None:
    error = error_of(validator, b"<urn:s> \x1b[31m\xe2\x80\xae<urn:p> .", format="nt")
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)


def test_a_remote_context_is_not_fetched(validator: cns.Validator) -> None:
    error = error_of(validator, '{"@context": "http://example.org/c.jsonld", "@id": "urn:s"}', format="json-ld")
    assert error.code == "CNS104"
    assert "never fetched" in error.hint


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"max_bytes": 20}, "more than 20 bytes"),
        ({"max_triples": 1}, "more triples"),
        ({"max_literal_bytes": 3}, "a literal longer"),
        ({"max_depth": 1}, "nested"),
    ],
)
@pytest.mark.parametrize("kind", ["turtle", "nt", "xml", "graph", "quads", "stream"])
def test_limits(validator: cns.Validator, limits: dict[str, int], says: str, kind: str) -> None:
    text = "<urn:s> <http://example.org/p> 'long text', 1, (1 ((2))) ."
    graph = rdflib.Graph().parse(data=text, format="turtle")
    sources = {
        "turtle": lambda: text,
        "stream": lambda: io.BytesIO(text.encode()),
        "nt": lambda: graph.serialize(format="nt").encode(),
        "xml": lambda: graph.serialize(format="xml"),
        "graph": lambda: graph,
        "quads": lambda: iter(pyoxigraph_store(graph.serialize(format="nt"))),
    }
    nothing_to_limit = {"max_depth": ("nt", "xml", "graph", "quads"), "max_bytes": ("graph", "quads")}
    if kind in nothing_to_limit.get(next(iter(limits)), ()):
        assert not validator.validate(sources[kind](), **limits).conforms
        return
    format = kind if kind in ("nt", "xml") else "turtle"
    error = error_of(validator, sources[kind](), format=format, **limits)
    assert error.code == "CNS112"
    assert says in error.message
    assert "limit" in error.hint or "max_bytes" in error.hint


def test_options_that_make_no_sense(validator: cns.Validator) -> None:
    for options in ({"graph": "nonsense"}, {"threads": -1}, {"max_triples": -1}, {"max_depth": 2**40}):
        with pytest.raises(UsageError) as caught:
            validator.validate(TURTLE, **options)
        assert caught.value.code == "CNS911"
    with pytest.raises(UsageError, match="cannot be chosen"):
        validator.validate(b"", format="trix", graph="default")


@pytest.mark.parametrize("source", [42, object(), {"a": 1}])
def test_what_is_no_data(validator: cns.Validator, source: Any) -> None:
    assert error_of(validator, source).code == "CNS107"


def test_a_lenient_reader_leaves_out_and_says_so(validator: cns.Validator) -> None:
    text = f"<{EX}a> <{EX}p> 'x' .\n<{EX}b> <{EX}p> ; .\n<{EX}a> <{EX}q> 1 .\n"
    with pytest.warns(CnsWarning, match=r"left out: <text 1>:2:\d+: expected"):
        report = validator.validate(text, format="turtle", lenient=True)
    assert (len(report), report.skipped.count) == (1, 1)
    assert "Left out of the data: 1 bad statements" in report.text()
    assert '"leftOut": 1' in report.serialize("json")
    with pytest.warns(CnsWarning, match="left out: 80 more bad statements"):
        assert validator.conforms("nonsense\n" * 100, format="nt", lenient=True)
    with pytest.raises(LoadError):
        validator.validate(text, format="turtle")


def test_a_large_file_is_read_part_by_part(validator: cns.Validator, tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    line = f"<{EX}other> <{EX}other> <{EX}other> .\n"
    lines = 36_000_000 // len(line)  # more than two parts
    wrong = f'<{EX}a> <{EX}p> "a text that stands in the file"@x .\n'
    path.write_text(wrong + lines * line + wrong.replace("<http://example.org/a>", "<http://example.org/b>"))
    report = validator.validate(path)
    os.truncate(path, 0)  # nothing looks at the file any more
    whole = validator.validate((wrong + wrong.replace("/a>", "/b>")).encode(), format="nt")
    assert [(str(r.focus), str(r.value)) for r in report] == [(str(r.focus), str(r.value)) for r in whole]
    path.write_text(wrong + lines * line + "nonsense\n")
    with pytest.raises(LoadError) as refused:
        validator.validate(path)
    assert refused.value.where.line == lines + 2


def test_a_graph_whose_first_text_is_empty() -> None:
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef(EX + "a"), rdflib.URIRef(EX + "p"), rdflib.Literal("")))
    assert not cns.compile(SHAPES, engine="vm").conforms(graph)
