"""Turtle and TriG: what the grammar says, places of errors, lenience, limits, graphs, the Python face."""

from __future__ import annotations

from typing import Any

import pytest

from cns.options import CompileOptions
from cns.pipeline import compile_shapes
from cython_optimizations.store import Program, ReadError, Store, Stream
from tests.cython_optimizations.adapter import dump, fed, keep_all, lines, outcome, read

RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def graph(text: str, **options: Any) -> list[str]:
    """Short: what stands in urn: IRIs, sorted."""
    return sorted(line[:-3].replace("<urn:", "").replace(">", "") for line in dump(text, **options))


def failure(text: str | bytes, **options: Any) -> tuple[str, int, int]:
    with pytest.raises(ReadError) as caught:
        read(text, **options)
    return caught.value.args


# ---------------------------------------------------------------------- what the grammar says


def test_the_shapes_of_statements() -> None:
    prefix = "PREFIX : <urn:>\n"
    assert graph(prefix + ":s a :C , :D ; :p :o ;; .") == [f"s {RDF}type C", f"s {RDF}type D", "s p o"]
    assert graph(prefix + "[ :p :o ] .") == ["_:anonymous1 p o"]
    assert graph(prefix + "[ :p :o ] :q [] .") == ["_:anonymous1 p o", "_:anonymous1 q _:anonymous2"]
    assert graph(prefix + ":s :p _:1 , [ :q _:1 ] .") == [
        "_:anonymous1 q _:labelled1",
        "s p _:anonymous1",
        "s p _:labelled1",
    ]
    assert graph(prefix + ":s :p () . () :p :s .") == [
        f"{RDF}nil p s",
        f"s p {RDF}nil",
    ]


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"),
        ("http://a/b/c/d;p?q#f", "#s", "http://a/b/c/d;p?q#s"),
        ("http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"),
        ("http://a/b/c/d;p?q", "../../../g", "http://a/g"),
        ("http://a/b/c/d;p?q", "g;x=1/../y", "http://a/b/c/y"),
        ("http://a/b/c/d;p?q", "g?y/../x", "http://a/b/c/g?y/../x"),
        ("http://a/b/c/d;p?q", "//h/p/../q/.", "http://h/q/"),
        ("http://a/b/c/d;p?q", "http:g", "http:g"),
        ("http://a/b/c/d;p?q", "http://x/../y", "http://x/../y"),
        ("http://a", "g", "http://a/g"),
        ("http://a?q", "../g", "http://a/g"),
        ("urn:x:y", "g", "urn:g"),
        ("urn:x:y", "#g", "urn:x:y#g"),
        ("file:///a/b", "../../c", "file:///c"),
        ("file:///a/b", "1a:c", "file:///a/1a:c"),
    ],
)
def test_references_are_resolved_as_rfc_3986_has_it(base: str, reference: str, expected: str) -> None:
    assert graph(f"<urn:s> <urn:p> <{reference}> .", base=base) == [f"s p <{expected}".replace("<urn:", "")]


def test_numbers_stay_as_written() -> None:
    store = read("<urn:s> <urn:p> -01, +.5, 1.E3, true .")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    found = [store.term(value)[1:3] for _, _, value in store.triples()]
    assert found == [
        ("-01", xsd + "integer"),
        ("+.5", xsd + "decimal"),
        ("1.E3", xsd + "double"),
        ("true", xsd + "boolean"),
    ]


def test_prefixes_and_bases_change_meaning_from_where_they_stand() -> None:
    text = """@prefix : <urn:a:> . :s :p :o . @prefix : <urn:b:> . :s :p :o .
        @base <http://x/> . <s> <p> <o> . BASE <http://y/> <s> <p> <o> ."""
    assert graph(text) == sorted(
        ["a:s a:p a:o", "b:s b:p b:o", "<http://x/s <http://x/p <http://x/o", "<http://y/s <http://y/p <http://y/o"]
    )


def test_anonymous_nodes_never_meet_labels() -> None:
    labels = " ".join(f"_:{label} <urn:l> 1 ." for label in ("genid1", "1", "anon1", "b1", "a.1"))
    store = read(labels + "[] <urn:p> [ <urn:q> [] ] .")
    assert len({triple[0] for triple in store.triples()}) == 7


def test_labels_are_scoped_to_their_source() -> None:
    store = read("_:a <urn:p> [] .")
    store.read(b"_:a <urn:p> [] .", "turtle")
    assert len({node for s, _, o in store.triples() for node in (s, o)}) == 4


def test_nothing_is_kept_that_nobody_asks_for() -> None:
    shapes = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .
    """
    store = Store(Program(compile_shapes(None, shapes, CompileOptions()).blob))
    nodes, literals = store.node_count, store.literal_count
    store.read(b'<urn:s> <urn:q> <urn:o>, "text"@en, (1 2), [ <urn:q> _:x ] .', "turtle")
    assert (store.triples_read, store.triples_kept) == (9, 0)
    assert (store.node_count, store.literal_count) == (nodes, literals)
    store.read(b'<urn:s> <urn:q> 1 ; <urn:p> "text" .', "turtle")
    assert (store.triples_kept, store.node_count, store.literal_count) == (1, nodes + 1, literals + 1)


# ---------------------------------------------------------------------- errors

ERRORS = [
    ("<urn:s> <urn:p> <urn:o>", 1, 24, "ends within a statement"),
    ("<urn:s> <urn:p>\n  <urn:o>\n<urn:t> <urn:p> 1 .", 3, 1, "expected ',', ';' or '.'"),
    ("<urn:s> <urn:p> ex:o .", 1, 17, "the prefix 'ex:' is not declared"),
    ("\r\n\r\n  <urn:s> ex:p 1 .", 3, 11, "the prefix 'ex:'"),
    ("<urn:s> <urn:p> <rel> .", 1, 18, "no base IRI is known"),
    ("<urn:s> <urn:p> <urn:a b> .", 1, 23, "a character that an IRI may not hold"),
    ("<urn:s> <urn:p> <urn:a\n> .", 1, 23, "not closed by '>' on its line"),
    ("<urn:s> <urn:p> <urn:\\u00zz> .", 1, 22, "a bad escape in an IRI"),
    ("<urn:s> <urn:p> <urn:\\u0020> .", 1, 22, "a character that an IRI may not hold"),
    ('<urn:s> <urn:p> "a\n" .', 1, 19, "not closed on its line"),
    ('<urn:s> <urn:p> "a\\x" .', 1, 19, "a bad escape in a string"),
    ('<urn:s> <urn:p> "\\uD800" .', 1, 18, "a bad escape in a string"),
    ('<urn:s> <urn:p> """a .\n', 1, 17, "a string is not closed"),
    ('<urn:s> <urn:p> "a"@1 .', 1, 21, "expected a language tag"),
    ('<urn:s> <urn:p> "a"^^1 .', 1, 22, "expected a datatype"),
    ('<urn:s> <urn:p> "a"^<urn:t> .', 1, 20, "expected '^^'"),
    ("<urn:s> 1 <urn:o> .", 1, 9, "expected a predicate"),
    ("<urn:s> _:p <urn:o> .", 1, 9, "expected a predicate"),
    ("<urn:s> <urn:p> word .", 1, 17, "expected an object"),
    ("<urn:s> <urn:p> ( word ) .", 1, 19, "expected an item of the collection or ')'"),
    ('"s" <urn:p> 1 .', 1, 1, "expected a subject"),
    ("<urn:s> <urn:p> [ <urn:q> 1 .", 1, 29, "expected ',', ';' or ']'"),
    ("<urn:s> <urn:p> [ ; ] .", 1, 19, "expected a predicate"),
    ("<urn:s> ; <urn:p> 1 .", 1, 9, "expected a predicate"),
    ("<urn:s> <urn:p> 1 , .", 1, 21, "expected an object"),
    ("@prefix ex <urn:> .", 1, 9, "expected a prefix and ':'"),
    ("@prefix ex: <urn:>\n<urn:s> <urn:p> 1 .", 2, 1, "expected '.' at the end of the directive"),
    ("@PREFIX ex: <urn:> .", 1, 1, "expected '@prefix' or '@base'"),
    ("<urn:s> <urn:p> _:-a .", 1, 19, "expected a blank node label"),
    ("@prefix : <urn:> . :a :b :%4 .", 1, 27, "a '%' in a name without"),
    ("@prefix : <urn:> . :a :b :\\a .", 1, 27, "a bad escape in a name"),
    ("{ <urn:s> <urn:p> 1 }", 1, 1, "expected a subject"),
    (b"<urn:s> <urn:p> '\xff' .", 1, 18, "invalid UTF-8 in a string"),
    (b"<urn:s> <urn:p> <urn:\xc3> .", 1, 22, "invalid UTF-8 in an IRI"),
    (b"# \xe9\n<urn:s> <urn:p> 1 .", 1, 3, "invalid UTF-8 in a comment"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS)
def test_errors_say_where(text: str | bytes, line: int, column: int, message: str) -> None:
    raw = text.encode() if isinstance(text, str) else text
    found = failure(raw)
    assert found[1:] == (line, column)
    assert message in found[0]
    for cut in range(len(raw) + 1):
        assert outcome(lambda cut=cut: fed([raw[:cut], raw[cut:]])) == found
    long = b"<urn:s> <urn:p> 'a\\n' ;\r\n<urn:q> 1 .\r" * 50 + raw
    for cut in range(len(long) - len(raw) - 3, len(long), 7):
        assert outcome(lambda cut=cut: fed([long[:200], long[200:cut], long[cut:]]))[1:] == (line + 100, column)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<urn:g> { <urn:s> <urn:p> 1 ", "ends within a statement"),
        ("<urn:g> { <urn:s> <urn:p> 1 . ", "a graph is not closed by '}'"),
        ("GRAPH { }", "expected the name of the graph"),
        ("GRAPH <urn:g> <urn:p> 1 .", "expected '{'"),
        ("<urn:g> { @prefix : <urn:> . }", "a directive within a graph"),
        ("[ <urn:p> 1 ] { }", "expected a predicate"),
        ("{ { } }", "expected a subject"),
    ],
)
def test_errors_of_trig(text: str, message: str) -> None:
    assert message in failure(text, syntax="trig")[0]


def test_a_base_that_is_not_absolute() -> None:
    assert failure("", base="x")[0] == "the base IRI is not absolute"


# ---------------------------------------------------------------------- lenient


def test_lenient_skips_the_bad_statement_alone() -> None:
    text = """@prefix : <urn:> .
:a :p :b .
:c :p :d ; :q bad ; :r "a . string" , <urn:x.y> .
:e :p :f .
:g :p 'open .
:h :p :i .
:j :p [ :q 1 ; :r ( 1 2 nowhere:x ) ] . # a comment . with stops .
:k :p :l .
:m :p "x" "y" . :n :p :o ."""
    store = Store(keep_all())
    count, problems = store.read(text.encode(), "turtle", lenient=True)
    assert (count, [(line, column) for _, line, column in problems]) == (4, [(3, 15), (5, 14), (7, 25), (9, 11)])
    assert [line.split()[0] for line in lines(store)] == [f"<urn:{name}>" for name in "aehkn"]
    assert store.triples_kept == store.triples_read == 5
    raw = text.encode()
    for cut in range(len(raw) + 1):
        stored = Store(keep_all())
        stream = Stream(stored, "turtle", lenient=True)
        stream.feed(raw[:cut])
        assert stream.feed(raw[cut:], True) == (count, problems)
        assert list(lines(stored)) == list(lines(store)), cut


def test_lenient_takes_a_bad_comment_for_a_bad_statement() -> None:
    store = Store(keep_all())
    assert store.read(b"<urn:a> <urn:p> # \xff .\n 1 .\n<urn:b> <urn:p> 2 .", "turtle", lenient=True)[0] == 1
    assert [line.split()[0] for line in lines(store)] == ["<urn:b>"]


def test_lenient_trig_keeps_to_its_graphs() -> None:
    text = """<urn:g> { <urn:a> <urn:p> ! . <urn:b> <urn:p> 1 . <urn:c> <urn:p> ? } <urn:d> <urn:p> 2 .
        GRAPH 'x' { <urn:e> <urn:p> 3 } <urn:f> <urn:p> 4 ."""
    store = Store(keep_all())
    count, _ = store.read(text.encode(), "trig", lenient=True)
    assert count == 3
    assert [line.split()[0] for line in lines(store)] == ["<urn:b>", "<urn:d>", "<urn:f>"]


def test_lenient_remembers_the_first_problems_and_counts_all() -> None:
    store = Store(keep_all())
    count, problems = store.read(b"<urn:s> <urn:p> ! .\n" * 100, "turtle", lenient=True)
    assert (count, len(problems), problems[-1][1]) == (100, 20, 20)
    assert list(store.triples()) == []


# ---------------------------------------------------------------------- limits and depth


def test_limits() -> None:
    three = "<urn:s> <urn:p> 1 , 2 , 3 ."
    assert len(dump(three, max_triples=3)) == 3
    assert "more triples" in failure(three, max_triples=2)[0]
    assert dump("<urn:s> <urn:p> 'abc' .", max_literal_bytes=3)
    assert failure("<urn:s> <urn:p> 'abcd' .", max_literal_bytes=3)[1:] == (1, 18)
    nested = "<urn:s> <urn:p> [ <urn:p> [ <urn:p> ( 1 ) ] ] ."
    assert dump(nested, max_depth=3)
    assert "nested deeper" in failure(nested, max_depth=2)[0]
    assert "nested deeper" in failure("<urn:s> <urn:p> " + "(" * 200_000)[0]


def test_a_limit_ends_lenient_reading_too() -> None:
    assert "more triples" in failure("<urn:s> <urn:p> 1 , 2 .", lenient=True, max_triples=1)[0]


def test_ten_thousand_nested_collections() -> None:
    depth = 10_000
    store = read("<urn:s> <urn:p> " + "( " * depth + ") " * depth + ".")
    assert store.triples_read == 1 + 2 * (depth - 1)
    store = read("<urn:s> <urn:p> " + "[<urn:p>" * 99_999 + " 1 " + "]" * 99_999 + ".")
    assert store.triples_read == 100_000


def test_a_long_literal_in_small_pieces() -> None:
    raw = b"<urn:s> <urn:p> '''" + b"word \xc3\xa9\n" * 100_000 + b"''' ."
    store = fed([raw[i : i + 4096] for i in range(0, len(raw), 4096)])
    assert [store.term(value)[1] for _, _, value in store.triples()] == [raw[19:-5].decode()]


# ---------------------------------------------------------------------- graphs

DATASET = """@prefix : <urn:> .
:d :p 0 . { :d :p 1 } :g { :a :p 2 . :a :p 3 } GRAPH :h { :b :p 4 . } _:x { :c :p 5 } [] { :c :p 6 } :g { :a :p 7 }"""


@pytest.mark.parametrize(
    ("graph", "values"),
    [
        (None, "01234567"),
        ("", "01"),
        ("urn:g", "237"),
        ("urn:h", "4"),
        ("_:x", "5"),
        ("_:.1", "6"),
        ("urn:none", ""),
    ],
)
def test_the_choice_of_graphs(graph: str | None, values: str) -> None:
    store = read(DATASET, syntax="trig", graph=graph)
    assert "".join(store.term(value)[1] for _, _, value in store.triples()) == values
    assert store.triples_read == 8


def test_the_names_of_graphs() -> None:
    assert Store(keep_all()).graph_names(DATASET.encode(), "trig") == ["urn:g", "urn:h", "_:x", "_:.1"]


# ---------------------------------------------------------------------- the Python face


def test_a_broken_store_is_of_no_use() -> None:
    store = Store(keep_all())
    with pytest.raises(ReadError):
        store.read(b"bad", "turtle")
    with pytest.raises(RuntimeError):
        store.read(b"", "turtle")


def test_a_stream_holds_the_store_until_it_ends() -> None:
    store = Store(keep_all())
    stream = Stream(store, "turtle")
    with pytest.raises(RuntimeError):
        store.read(b"", "turtle")
    stream.feed(b"", True)
    store.read(b"", "turtle")
    with pytest.raises(RuntimeError):
        stream.feed(b"")
