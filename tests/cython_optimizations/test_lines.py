"""N-Triples and N-Quads: the usual line and the odd one mean the same; pieces and threads change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cython_optimizations.store import LimitError, ReadError, Store, Stream
from tests.cython_optimizations.adapter import fed, keep_all, outcome, parse, read

SUBJECTS = [
    "<http://e/s>",
    "<urn:x:y>",
    "_:b0",
    "_:b",
    "<http://e/é>",
    "_:a.b-c",
    "_:b-0-",
    "<mailto:a@b>",
    "<https://e/s/1#a>",
]
PREDICATES = ["<http://e/p>", "<http://e/q>", "<urn:p>", "<http://e/\\u0070>", "<http://e/" + "p" * 150 + ">"]
STRING = ['""', '"x"', '"é 😀"', '"a\\"b\\n"', '"\\u00e9"', '"' + "long " * 60 + '"', '"<http://e/s> ."']
ANNOTATIONS = ["", "", "@en", "@EN", "@de-AT", "@en-x-1", "^^<http://e/t>", "^^<http://e/\\u0074>"]
ANNOTATIONS += ["^^<http://www.w3.org/2001/XMLSchema#integer>", "^^<http://e/" + "t" * 200 + ">"]
GRAPHS = ["", "", "<http://e/g>", "<http://e/h>", "_:g"]

literals = st.builds("{}{}".format, st.sampled_from(STRING), st.sampled_from(ANNOTATIONS))
objects = st.sampled_from(SUBJECTS) | literals
statements = st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(PREDICATES), objects, st.sampled_from(GRAPHS))
line_ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n", " # c\n"])
# So that no line stands too near to the end to be read by SIMD.
TAIL = "".join(f"<http://e/tail> <http://e/p> <http://e/o{i}> .\n" for i in range(12))


@st.composite
def documents(draw: Any, quads: bool = True) -> tuple[str, str]:
    """The same statements as they are usually written, and so that only the whole grammar reads them."""
    usual, odd = [], []
    for subject, predicate, value, graph in draw(st.lists(statements, max_size=12)):
        parts = [subject, predicate, value, *([graph] if graph and quads else [])]
        end = draw(line_ends)
        usual.append(" ".join((*parts, ".")) + end)
        odd.append("\t".join(parts) + "  ." + end)
    return "".join(usual) + TAIL, "".join(odd) + TAIL


@given(documents())
def test_the_usual_line_and_the_odd_one_mean_the_same(texts: tuple[str, str]) -> None:
    usual, odd = texts
    assert outcome(lambda: read(usual, "nquads")) == outcome(lambda: read(odd, "nquads"))
    for graph in ("", "http://e/g", "_:g"):
        assert outcome(lambda graph=graph: read(usual, "nquads", graph=graph)) == outcome(
            lambda graph=graph: read(odd, "nquads", graph=graph)
        )


@given(documents(), st.integers(1, 400))
def test_where_a_piece_ends_matters_to_nobody(texts: tuple[str, str], step: int) -> None:
    data = texts[0].encode()
    pieces = [data[i : i + step] for i in range(0, len(data), step)]
    assert outcome(lambda: fed(pieces, "nquads")) == outcome(lambda: read(data, "nquads"))


@given(documents(quads=False))
def test_pyoxigraph_reads_the_same(texts: tuple[str, str]) -> None:
    ox = pytest.importorskip("pyoxigraph")
    theirs = ox.Dataset(ox.parse(texts[0], format=ox.RdfFormat.N_TRIPLES))
    ours = ox.Dataset(ox.parse(parse(texts[0].encode(), "", "nt"), format=ox.RdfFormat.N_TRIPLES))
    for dataset in (theirs, ours):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert {str(quad).lower() for quad in ours} == {str(quad).lower() for quad in theirs}  # tags have no case


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("empty", ["\n", "\r\n", "\r"])
def test_lines_are_counted_across_pieces(end: str, empty: str) -> None:
    """Found by fuzzing: a piece that ended with CR LF made the empty line behind it vanish from the count."""
    first, second = f"<urn:s> <urn:p> <urn:o> .{end}", f"{empty}bad"
    expected = 2 if (end, empty) == ("\r", "\n") else 3
    for pieces in ([first + second], [first, second], [first[:-1], first[-1:], *second]):
        with pytest.raises(ReadError) as caught:
            fed([piece.encode() for piece in pieces], "nt")
        assert caught.value.args[1:] == (expected, 1)


# ---------------------------------------------------------------------- threads


def many_lines(count: int) -> str:
    """Lines that share nodes and literals over any distance, of every kind."""
    out = []
    for i in range(count):
        subject = SUBJECTS[i // 7 % len(SUBJECTS)] if i % 3 else f"<http://e/s{i // 20}>"
        number = i % 47 if i % 5 == 0 else i * 7919 % 25_013 if i % 3 else i
        value = f'"text {number}"{ANNOTATIONS[number // 5 % len(ANNOTATIONS)]}' if i % 2 else f"<http://e/s{i // 40}>"
        value = f"_:n{i // 1000}" if i % 11 == 0 else value
        out.append(f"{subject} {PREDICATES[i % len(PREDICATES)]} {value} .{chr(10) if i % 13 else chr(13) + chr(10)}")
    return "".join(out)


@pytest.fixture(scope="module")
def large() -> bytes:
    data = many_lines(40_000).encode()
    assert len(data) > 2**21  # enough for eight threads
    return data


@pytest.mark.parametrize("copy", [False, True])
@pytest.mark.parametrize("threads", [2, 3, 8, 1000])
def test_the_number_of_threads_matters_to_nobody(threads: int, copy: bool, large: bytes) -> None:
    assert outcome(lambda: read(large, "nt", threads=threads, copy=copy)) == outcome(lambda: read(large, "nt"))


def test_what_literals_repeat_is_kept_once(large: bytes) -> None:
    """Not always, as only the latest are remembered; but a literal is never another one's."""
    written = [line.partition(b" ")[2].partition(b" ")[2] for line in large.splitlines()]
    literals = [value for value in written if value.startswith(b'"')]
    store = read(large, "nt")
    assert len(set(literals)) <= store.literal_count < 0.8 * len(literals)
    assert read('<urn:s> <urn:p> "x"@en, "x"@en, "x"@EN, "x", "x" .').literal_count == 3


@pytest.mark.parametrize("copy", [False, True])
def test_pieces_may_be_read_by_threads_too(copy: bool, large: bytes) -> None:
    store = Store(keep_all())
    stream = Stream(store, "nt", threads=3)
    for start in range(0, len(large), 1_000_001):
        stream.feed(large[start : start + 1_000_001])
    stream.feed(b"", last=True)
    assert outcome(lambda: store) == outcome(lambda: read(large, "nt", copy=copy))


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_an_error_is_the_first_one_and_in_its_line(place: float, large: bytes) -> None:
    at = large.index(b"\n", int(len(large) * place)) + 1
    bad = large[:at] + b"<http://e/s> nonsense\n" + large[at:] + b"more nonsense"
    errors = []
    for threads in (1, 2, 5):
        with pytest.raises(ReadError) as caught:
            read(bad, "nt", threads=threads)
        errors.append((*caught.value.args, caught.value.excerpt))
    assert errors[0] == errors[1] == errors[2]
    assert errors[0][1:] == (bad.count(b"\n", 0, at) + 1, 14, "<http://e/s> nonsense")


@pytest.mark.parametrize("most", [0, 1, 17_000, 39_999])
def test_a_limit_is_passed_in_the_same_line(most: int, large: bytes) -> None:
    said = []
    for threads in (1, 2, 5):
        try:
            read(large, "nt", threads=threads, max_triples=most)
            said.append(None)
        except LimitError as error:
            said.append(error.args)
    assert said[0] == said[1] == said[2]
    assert said[0] == (("more triples than the limit allows", most + 1, 1) if most else None)


def test_a_lenient_reader_counts_the_same_by_any_number_of_threads(large: bytes) -> None:
    lines = large.split(b"\n")
    for number in range(500, len(lines), 997):
        lines[number] = b"<http://e/s> <http://e/p> oops ."
    bad = b"\n".join(lines)
    told, graphs = [], []
    for threads in (1, 2, 5):
        store = Store(keep_all())
        told.append(store.read(bad, "nt", lenient=True, threads=threads))
        graphs.append(list(store.triples()))
    assert told[0] == told[1] == told[2]
    assert graphs[0] == graphs[1] == graphs[2]
    assert told[0][0] == len(range(500, len(lines), 997))
    assert [line for _, line, _ in told[0][1]] == list(range(501, 20_000, 997))[:20]


# ---------------------------------------------------------------------- what is left out, what is chosen


def test_a_bad_line_is_left_out_whole() -> None:
    text = '<urn:a> <urn:p> "1" .\n<urn:b> <urn:p> "2" ; .\nnonsense\n\n<urn:c> <urn:p> "3" .'
    store = Store(keep_all())
    count, problems = store.read(text.encode(), "nt", lenient=True)
    assert (count, [place for _, *place in problems]) == (2, [[2, 21], [3, 1]])
    assert store.triples_read == store.triples_kept == 2


@pytest.mark.parametrize(
    ("graph", "values"), [(None, "1 2 3 4"), ("", "1"), ("http://e/g", "2 4"), ("_:g", "3"), ("http://e/other", "")]
)
def test_graphs_are_chosen(graph: str | None, values: str) -> None:
    text = "<urn:s> <urn:p> <urn:1> .\n<urn:s> <urn:p> <urn:2> <http://e/g> .\n<urn:s> <urn:p> <urn:3> _:g .\n"
    text += "<urn:s> <urn:p> <urn:4> <http://e/\\u0067> .\n"
    store = read(text, "nquads", graph=graph)
    assert [store.term(o)[1][4:] for _, _, o in store.triples()] == values.split()
    assert store.triples_read == 4


def test_quads_are_not_triples() -> None:
    with pytest.raises(ReadError, match=r"expected '\.'"):
        read("<urn:s> <urn:p> <urn:o> <urn:g> .\n" + TAIL, "nt")


def test_the_names_of_the_graphs() -> None:
    text = "<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> _:g .\n<urn:s> <urn:p> <urn:o> .\n" * 3
    assert Store(keep_all()).graph_names(text.encode() + TAIL.encode(), "nquads") == ["urn:g", "_:g"]


def test_more_predicates_and_datatypes_than_are_remembered() -> None:
    rows = [f'<urn:s{i % 7}> <urn:p{i % 1500}> "x"^^<urn:t{i % 300}> .\n' for i in range(5000)]
    data = "".join(rows).encode()
    usual = outcome(lambda: read(data, "nt"))
    assert usual == outcome(lambda: read(data.replace(b" .", b"  ."), "nt"))
    assert usual == outcome(lambda: fed([data[i : i + 999] for i in range(0, len(data), 999)], "nt"))
    assert usual[1][:3] == ['<urn:s0> <urn:p0> "x"^^<urn:t0> .\n', *usual[1][1:3]]
    assert sorted(usual[1]) == sorted(rows)


def test_a_literal_may_be_as_long_as_the_limit() -> None:
    text = '<urn:s> <urn:p> "12345" .\n' + TAIL
    assert read(text, "nt", max_literal_bytes=5).literal_count
    for data in (text, text.replace(" .", "  .")):
        with pytest.raises(LimitError) as caught:
            read(data, "nt", max_literal_bytes=4)
        assert caught.value.args == ("a literal longer than the limit allows", 1, 17)
