"""Hits as a sequence, as a buffer, and as a report: the texts say what the graph says, whatever the data holds."""

from __future__ import annotations

import gc
import hashlib

import pytest
import rdflib
import rdflib.compare
from hypothesis import given, settings
from hypothesis import strategies as st

import cns
from cython_optimizations.hits import Hits
from tests.cython_optimizations.helpers import EX, PREFIXES, read, run, triples
from tests.cython_optimizations.rich import DATA, SHAPES

SIMPLE = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:in () ] ."


def hits_of(count: int) -> Hits:
    return run(read(SIMPLE, triples([(f"<{EX}n>", f"<{EX}p>", f'"{i}"') for i in range(count)])))[1]


# ---------------------------------------------------------------------- as a sequence


def test_indexing() -> None:
    hits = hits_of(5)
    rows = list(hits)
    assert len(hits) == len(rows) == 5
    assert [hits[i] for i in range(-5, 5)] == rows + rows
    assert all(len(row) == 4 for row in rows)
    for index in (5, -6, 2**62):
        with pytest.raises(IndexError):
            hits[index]


def test_the_first_few() -> None:
    hits = hits_of(5)
    for count in (-1, 0, 1, 5, 6, 2**40):
        part = hits.first(count)
        del count
        assert list(part) == list(hits)[: len(part)]
    assert [len(hits.first(count)) for count in (-1, 0, 3, 9)] == [0, 0, 3, 5]


def test_hits_outlive_everything_else() -> None:
    part = hits_of(3).first(2)
    gc.collect()
    assert [part.ntriples(value) for _, _, value, _ in part] == ['"0"', '"1"']


def test_a_value_that_is_not_there_has_no_spelling() -> None:
    hits = hits_of(1)
    for value in (hits.store.node_count, 0x80000000 | hits.store.literal_count, 0xFFFFFFFF):
        with pytest.raises(IndexError):
            hits.ntriples(value)


# ---------------------------------------------------------------------- as a buffer


@pytest.mark.parametrize("count", [0, 1, 300])
def test_the_buffer_is_a_read_only_table(count: int) -> None:
    hits = hits_of(count)
    view = memoryview(hits)
    assert (view.shape, view.strides, view.format, view.itemsize) == ((count, 4), (16, 4), "I", 4)
    assert view.readonly
    assert view.nbytes == 16 * count
    assert [tuple(row) for row in view.tolist()] == list(hits)
    with pytest.raises(TypeError):
        view[0, 0] = 1
    assert hashlib.sha256(bytes(hits)).digest() == hashlib.sha256(view.tobytes()).digest()


def test_numpy_sees_it_without_a_copy() -> None:
    numpy = pytest.importorskip("numpy")
    hits = hits_of(7)
    table = numpy.asarray(hits)
    assert table.shape == (7, 4)
    assert not table.flags.writeable
    assert [tuple(row) for row in table.tolist()] == list(hits)
    kept = table[3]
    del hits, table
    gc.collect()
    assert kept[3] == 2**32 - 1


# ---------------------------------------------------------------------- as a report


def check_round_trip(shapes: str, *data: bytes | str | rdflib.Graph) -> None:
    """Both texts, parsed by rdflib, are the graph that the report makes of itself."""
    sources = [source.encode() if isinstance(source, str) else source for source in data]
    validator = cns.compile((PREFIXES + shapes).encode(), format="turtle", cache=False)
    report = validator.validate(sources, format="nt")
    wanted = report.graph()
    assert len(report) > 0
    for name in ("nt", "turtle"):
        made = rdflib.Graph().parse(data=report.serialize(name), format=name)
        assert rdflib.compare.isomorphic(made, wanted), f"{name}\n{report.serialize(name)}"


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def test_the_rich_report() -> None:
    small = "\n".join(DATA.splitlines()[:60])
    validator = cns.compile((PREFIXES + SHAPES).encode(), format="turtle", cache=False)
    report = validator.validate(small.encode(), format="nt")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert len(report) > 100
    for name in ("nt", "turtle"):  # they describe a path once or for each result, so that no more can be compared
        made = rdflib.Graph().parse(data=report.serialize(name), format=name)
        assert len(list(made.objects(None, sh.result))) == len(report)
        for term in (sh.focusNode, sh.value, sh.sourceShape, sh.resultMessage, sh.sourceConstraintComponent):
            assert set(made.objects(None, term)) >= {
                node for node in report.graph().objects(None, term) if not isinstance(node, rdflib.BNode)
            }


@pytest.mark.parametrize(
    "text",
    [
        '\\"',
        "\\\\",
        "\\n\\r\\t\\b\\f",
        "\\u0000\\u0001\\u001F\\u007F\\u0080\\u009F",
        "\\\\u0041",
        '\\" .\\n<http://x> <y>',
        "'''",
        '\\"\\"\\"',
        "é\\U0001F600\\uFFFF\\uFFFE",
        "@en",
        "^^<http://e/t>",
        "${x}%s{}",
        "\\u2028\\u2029\\u0085",
        " ",
    ],
)
def test_hostile_texts(text: str) -> None:
    data = [(f"<{EX}n>", f"<{EX}p>", f'"{text}"{tail}') for tail in ("", "@en-GB", f"^^<{EX}t>")]
    check_round_trip(SIMPLE, triples(data))


@pytest.mark.parametrize(
    "iri",
    [
        "http://e/é",
        "urn:x",
        "http://e/'();",
        "http://e/\\u00e9",
        EX,
        f"{EX}a.b",
        f"{EX}-a",
        f"{EX}1%20",
        f"{EX}a/b",
        "http://www.w3.org/ns/shacl#",
        "http://www.w3.org/ns/shacl#a",
    ],
)
def test_iris_with_and_without_prefixes(iri: str) -> None:
    check_round_trip(SIMPLE, triples([(f"<{iri}>", f"<{EX}p>", f'"x"^^<{iri}>'), (f"<{EX}n>", f"<{EX}p>", f"<{iri}>")]))


# `b0` is what the shapes' own blank nodes are called.
LABELS = [
    "cns-report", "cns-result-1", "cns-result-2", "cns-path-1-1", "cns-source-1-a", "cns-label-a", "cns-hex-61", "cns-",
    "hex-c3a9", "é", "a.b", "a", "b0", "b1", "label-a", "cns-label-b0", "cns-shape-b0", "source-1-a", "_", "1", "é.é",
]  # fmt: skip


def labelled(name: str) -> str:
    """Each blank node has a literal of its own, so that graphs can be told to be the same without trying."""
    own = [(f"_:{label}", f"<{EX}p>", f'"{name} {label}"') for label in LABELS]
    return triples(own + [(f"_:{label}", f"<{EX}p>", f"_:{other}") for label in LABELS for other in LABELS[::7]])


def test_labels_that_look_like_ours() -> None:
    check_round_trip(SIMPLE, labelled("one"))


def test_labels_of_several_files() -> None:
    check_round_trip(SIMPLE, labelled("one"), labelled("two"))


def test_labels_of_a_graph_beside_those_of_a_file() -> None:
    graph = rdflib.Graph()
    for label in ("a", "b0", "cns-result-1", "c"):
        graph.add((rdflib.BNode(label), rdflib.URIRef(EX + "p"), rdflib.BNode(label)))
    data = triples([(f"_:{label}", f"<{EX}p>", f"_:{label}") for label in LABELS])
    validator = cns.compile((PREFIXES + SIMPLE).encode(), format="turtle", cache=False)
    report = validator.validate([data.encode(), graph, data.encode()])
    for name in ("nt", "turtle"):
        made = rdflib.Graph().parse(data=report.serialize(name), format=name)
        assert len(set(made.objects(None, rdflib.SH.focusNode))) == 2 * len(LABELS) + 4


def test_a_shape_whose_label_looks_like_ours() -> None:
    shapes = "_:cns-result-1 a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:in () ."
    check_round_trip(shapes, labelled("one"))


def test_shapes_that_give_the_prefix_sh_to_something_else() -> None:
    shapes = f"""@prefix s: <http://www.w3.org/ns/shacl#> . @prefix sh: <{EX}> . @prefix ex: <{EX}> .
        sh:S s:targetSubjectsOf sh:p ; s:in () ;
            s:property [ s:path [ s:inversePath ( sh:p sh:q ) ] ; s:minCount 1 ] ."""
    report = cns.compile(shapes.encode(), format="turtle", cache=False).validate(
        triples([(f"<{EX}a>", f"<{EX}p>", f"<{EX}b>")]).encode(), format="nt"
    )
    made = rdflib.Graph().parse(data=report.serialize("turtle"), format="turtle")
    assert rdflib.compare.isomorphic(made, report.graph())


def test_shapes_without_any_prefix() -> None:
    shapes = rdflib.Graph().parse(data=PREFIXES + SIMPLE, format="turtle").serialize(format="nt")
    report = cns.compile(shapes.encode(), format="nt", cache=False).validate(
        triples([(f"<{EX}a>", f"<{EX}p>", f"<{EX}b>")]).encode(), format="nt"
    )
    made = rdflib.Graph().parse(data=report.serialize("turtle"), format="turtle")
    assert rdflib.compare.isomorphic(made, report.graph())


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_text(texts: list[str]) -> None:
    def escaped(text: str) -> str:
        return "".join(f"\\U{ord(char):08X}" for char in text)

    check_round_trip(SIMPLE, triples([(f"<{EX}n>", f"<{EX}p>", f'"{escaped(text)}"') for text in texts]))


def test_a_long_report_is_written_in_pieces() -> None:
    pieces: list[bytes] = []
    hits = hits_of(2000)
    hits.write("nt", False, pieces.append)
    assert len(pieces) > 3
    assert max(map(len, pieces)) < 1 << 20
    assert b"".join(pieces).count(b"#result> ") == 2000


def test_an_error_of_the_sink_comes_through() -> None:
    def sink(_: bytes) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        hits_of(3).write("turtle", False, sink)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="rdfxml"):
        hits_of(1).write("rdfxml", False, print)
