"""The W3C's tests of the four syntaxes, whole and in pieces, and other parsers' opinion of odd documents."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cython_optimizations.store import ReadError
from tests.cython_optimizations.adapter import SYNTAX, dump, fed, outcome, parse, read
from tests.cython_optimizations.turtle_documents import documents

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE = Path(os.environ.get("CNS_CONFORMANCE") or ROOT.parent / "shared" / "conformance")
SUITES = CONFORMANCE / "rdf-tests" / "rdf" / "rdf11"
BASE = "http://base.example/a/b"

# ---------------------------------------------------------------------- the W3C's tests


@cache
def _referee() -> Any:
    spec = importlib.util.spec_from_file_location("run_rdf_tests", CONFORMANCE / "run_rdf_tests.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases() -> Iterator[Any]:
    if not SUITES.is_dir():
        yield pytest.param(
            None, marks=pytest.mark.skip(reason=f"no W3C RDF tests at {SUITES}; say where with CNS_CONFORMANCE")
        )
        return
    names = ("rdf-n-triples", "rdf-n-quads", "rdf-turtle", "rdf-trig")
    for case in _referee().discover([SUITES / name for name in names]):
        yield pytest.param(case, id=case["id"])


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES)
def test_w3c(case: dict[str, Any]) -> None:
    outcome, why = _referee().run(case, parse)
    assert outcome == "PASS", why


@pytest.mark.parametrize("case", CASES)
def test_w3c_in_pieces(case: dict[str, Any]) -> None:
    """Where a piece ends matters to nobody: not to triples, not to ids, not to errors."""
    data = case["action"].read_bytes()
    options = {"base": case["base"], "syntax": SYNTAX[case["format"]]}
    whole = outcome(lambda: read(data, **options))
    step = max(1, len(data) // 60)
    for cut in range(0, len(data) + 1, step):
        assert outcome(lambda cut=cut: fed([data[:cut], data[cut:]], **options)) == whole, cut
    assert outcome(lambda: fed([data[i : i + 1] for i in range(len(data))] or [b""], **options)) == whole


# ---------------------------------------------------------------------- other parsers


def canonical(text: str | bytes, format: Any, base: str | None = None) -> Any:
    """A graph that can be compared, blank nodes and all; None where the parser refuses."""
    ox = pytest.importorskip("pyoxigraph")
    try:
        data = ox.Dataset(ox.parse(text, format=format, base_iri=base))
    except SyntaxError:
        return None
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(map(str, data))


@settings(max_examples=300, deadline=None)
@given(documents())
def test_agrees_with_pyoxigraph(text: str) -> None:
    ox = pytest.importorskip("pyoxigraph")
    expected = canonical(text.removeprefix("\ufeff"), ox.RdfFormat.TURTLE, BASE)
    if expected is None:
        with pytest.raises(ReadError):
            read(text, base=BASE)
    else:
        assert canonical("".join(dump(text, base=BASE)), ox.RdfFormat.N_TRIPLES) == expected


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_pieces_of_odd_documents(text: str, data: Any) -> None:
    raw = text.encode()
    whole = outcome(lambda: read(raw, base=BASE))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert outcome(lambda: fed(pieces, base=BASE)) == whole


def test_every_boundary() -> None:
    raw = (
        "\ufeff@prefix e.f: <http://e/> . # c\r\nPREFIX : <http://f/>\n@base <http://g/h> .\n"
        'e.f:a.b\\~%41 a :C ; <rel> "x\\u00e9"@en-GB , """l"o\'\n""ng"""^^ :t, 1, -1.5 , 1.e2 , true ;; \n'
        "  :q ( [ :r _:l.m ] () ( 1 ) ) , [ ] .\n<http://é/\\u00e9> :p '' .\n( :x ) :p :y.[ :p 2 ]."
    ).encode()
    whole = outcome(lambda: read(raw))
    assert isinstance(whole[0], list)
    for cut in range(len(raw) + 1):
        assert outcome(lambda cut=cut: fed([raw[:cut], raw[cut:]])) == whole, raw[:cut]


def test_agrees_with_rdflib_on_the_university() -> None:
    import rdflib
    from rdflib.compare import isomorphic

    from stress.turtle_writer import turtle
    from stress.university import triples

    text = "".join(turtle(triples(2000, seed=3, errors=0.05)))
    ours, theirs = rdflib.Graph(), rdflib.Graph()
    ours.parse(data="".join(dump(text)), format="nt")
    theirs.parse(data=text, format="turtle")
    plain = rdflib.Graph().parse(data="".join(triples(2000, seed=3, errors=0.05)), format="nt")
    assert isomorphic(ours, theirs)
    assert isomorphic(ours, plain)


FOUND_BY_FUZZING = {
    "an anonymous subject after a labelled one": "<urn:s> <urn:p> 1 . [ <urn:p> [] ] <urn:q> () . <urn:s> <urn:p> 2 .",
    "an empty reference as the first text that is composed": "@base <http://e/> . <> <> <> .",
    "a number sign in a word that is skipped": "<urn:s> <urn:p> ! a#b . <urn:s> <urn:p> 1 .\n<urn:s> <urn:p> 2.",
    "braces within what is skipped": "<urn:g> { <urn:s> <urn:p> ! { # } \n } . } <urn:h> { <urn:s> <urn:p> 1 . }",
    "what looks like a prefix and is none": "<urn:s> <urn:p> -a:b . <urn:s> <urn:p> 1a:b . <urn:s> <urn:p> _a:b .",
}


@pytest.mark.parametrize("text", FOUND_BY_FUZZING.values(), ids=FOUND_BY_FUZZING)
@pytest.mark.parametrize("syntax", ["turtle", "trig"])
@pytest.mark.parametrize("lenient", [False, True])
def test_findings_of_fuzzing_stay_found(text: str, syntax: str, lenient: bool) -> None:
    """Each of these was read in another way where a piece ended at the wrong byte, or from memory that was gone."""
    raw = text.encode()
    whole = outcome(lambda: read(raw, syntax, lenient=lenient))
    for cut in range(len(raw) + 1):
        assert outcome(lambda cut=cut: fed([raw[:cut], raw[cut:]], syntax, lenient=lenient)) == whole, raw[:cut]
    assert outcome(lambda: fed([raw[i : i + 1] for i in range(len(raw))], syntax, lenient=lenient)) == whole


# ---------------------------------------------------------------------- what rdflib writes

EX = "http://e.example/"
iris = st.sampled_from(
    [EX, f"{EX}a.b", f"{EX}a..b/", f"{EX}é", f"{EX}#", f"{EX}x%20y", "urn:x:y", f"{EX}" + "z" * 3000]
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30) | st.sampled_from(
    ["", "\n", '"""', "\\", "'\"", 'ends with a quote"', "\\u0041", "\U0010ffff", "x" * 100_000]
)
typed = st.sampled_from([None, "http://www.w3.org/2001/XMLSchema#integer", f"{EX}t.t"])


@st.composite
def graphs(draw: Any) -> Any:
    """An rdflib graph whose terms are all odd."""
    import rdflib

    def literal() -> Any:
        text, language, datatype = draw(texts), draw(st.sampled_from([None, "en", "de-Latn-at"])), draw(typed)
        kind = {"lang": language} if language else {"datatype": datatype} if datatype else {}
        return rdflib.Literal(text, normalize=False, **kind)

    resource = iris.map(rdflib.URIRef) | st.sampled_from(["a", "b1", "n.1"]).map(rdflib.BNode)
    graph = rdflib.Graph()
    graph.bind("e", EX)
    for _ in range(draw(st.integers(0, 6))):
        value = literal() if draw(st.booleans()) else draw(resource)
        graph.add((draw(resource), rdflib.URIRef(draw(iris)), value))
    return graph


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(["\n", "\r\n", "\r", "\n# a comment . <\n", "\n\n \t\n"]), st.booleans())
def test_what_rdflib_writes_is_read_as_it_was_meant(graph: Any, line_end: str, marked: bool) -> None:
    """With any ends of lines, a byte order mark or none, a last newline or none."""
    import rdflib
    from rdflib.compare import isomorphic

    mark = "\ufeff" if marked else ""
    dataset = rdflib.Dataset(default_union=True)
    for triple in graph:
        dataset.get_context(rdflib.URIRef(f"{EX}g")).add(triple)
    for syntax, written in (
        ("nt", graph.serialize(format="nt").replace("\n", line_end).removesuffix("\n")),
        ("turtle", graph.serialize(format="turtle").removesuffix("\n")),
        ("turtle", graph.serialize(format="longturtle")),
        ("nquads", dataset.serialize(format="nquads").replace("\n", line_end)),
        ("trig", dataset.serialize(format="trig")),
    ):
        ours = rdflib.Graph().parse(data="".join(dump(mark + written, syntax=syntax)), format="nt")
        assert isomorphic(ours, graph), syntax
