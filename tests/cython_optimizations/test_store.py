"""The store and its indexes against a plain model: sets of triples in Python."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from cns.terms import BlankNode, Iri, Literal
from cython_optimizations.store import BadProgram, Program, ReadError, Store
from tests.cython_optimizations.helpers import (
    EX,
    KEEP_ALL,
    RDF_TYPE,
    SUB_CLASS_OF,
    blob_of,
    found,
    kept,
    program_of,
    read,
    triples,
)

Triple = tuple[str, str, str]

# `sh:in ()` fails for every value, so that the hits are what the index gives.
FORWARD = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p0 ; sh:property [ sh:path ex:p0 ; sh:in () ] ."
INVERSE = (
    "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p0 ; sh:property [ sh:path [ sh:inversePath ex:p0 ] ; sh:in () ] ."
)
INSTANCES = "".join(f"ex:S{i} a sh:NodeShape ; sh:targetClass ex:c{i} ; sh:in () .\n" for i in range(4))

NODES = [f"<{EX}n{i}>" for i in range(6)] + ["_:a", "_:b", "_:a.b"]
LITERALS = [
    '""',
    '"a"',
    '"A"',
    '"a"@en',
    '"a"@EN',
    '"a"@fr',
    f'"a"^^<{EX}t>',
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
]
PREDICATES = [f"<{EX}p{i}>" for i in range(4)]

rows = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES + LITERALS)), max_size=80
)


def folded(term: str) -> str:
    """Equal terms have equal keys: tags are compared without regard to case, and labels as the report spells them."""
    text, at, tag = term.rpartition("@")
    if at and text.endswith('"'):
        return f"{text}@{tag.lower()}"
    return {"_:a.b": "_:cns-hex-612e62"}.get(term, term)


def model(data: list[Triple]) -> set[Triple]:
    return {(folded(s), p, folded(o)) for s, p, o in data}


def keys(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(folded(a), folded(b)) for a, b in pairs]


# ---------------------------------------------------------------------- columns


@given(rows)
def test_values_by_subject(data: list[Triple]) -> None:
    hits = keys(found(FORWARD, triples(data)))
    assert len(hits) == len(set(hits))
    assert set(hits) == {(s, o) for s, p, o in model(data) if p == PREDICATES[0]}


@given(rows)
def test_subjects_by_value(data: list[Triple]) -> None:
    hits = keys(found(INVERSE, triples(data)))
    assert len(hits) == len(set(hits))
    assert set(hits) == {(o, s) for s, p, o in model(data) if p == PREDICATES[0]}


@given(rows)
def test_everything_is_kept_once_for_closed_shapes(data: list[Triple]) -> None:
    hits = [(folded(s), p, folded(o)) for s, p, o in kept(triples(data))]
    assert len(hits) == len(set(hits))
    assert set(hits) == model(data)


@given(rows, rows)
def test_sources_are_one_graph_but_for_their_labels(one: list[Triple], other: list[Triple]) -> None:
    def scoped(data: list[Triple], name: str) -> set[Triple]:
        return {(s.replace("_:", name), p, o.replace("_:", name)) for s, p, o in model(data)}

    assert len(kept(triples(one), triples(other))) == len(scoped(one, "1") | scoped(other, "2"))


def test_values_come_in_the_order_of_arrival() -> None:
    data = [("<http://e/s>", PREDICATES[0], f'"{i * 7919 % 1000}"') for i in range(1000)]
    noise = [(f"<http://e/{i}>", PREDICATES[0], '"x"') for i in range(5)]
    assert [value for focus, value in found(FORWARD, triples([*noise, *data])) if focus == "<http://e/s>"] == [
        o for _, _, o in data
    ]


@pytest.mark.parametrize("seed", range(3))
def test_many_triples_in_any_order(seed: int) -> None:
    """Enough to grow every array and every hash table several times."""
    chance = random.Random(seed)
    data = [
        (
            f"<{EX}n{chance.randrange(3000)}>",
            chance.choice(PREDICATES),
            chance.choice((f"<{EX}n{chance.randrange(3000)}>", f'"{chance.randrange(900)}"')),
        )
        for _ in range(20_000)
    ]
    wanted = {(s, o) for s, p, o in data if p == PREDICATES[0]}
    assert set(found(FORWARD, triples(data))) == wanted
    assert set(found(INVERSE, triples(data))) == {(o, s) for s, o in wanted}
    assert set(kept(triples(data))) == set(data)


# ---------------------------------------------------------------------- classes

CLASSES = [f"<{EX}c{i}>" for i in range(8)]
edges = st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES)), max_size=24)
types = st.lists(st.tuples(st.sampled_from(NODES[:6]), st.sampled_from(CLASSES)), max_size=24)


def instances(edges: list[tuple[str, str]], types: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(node, class) for the four classes that shapes ask about."""
    for asked in CLASSES[:4]:
        below = {asked}
        while more := {sub for sub, sup in edges if sup in below} - below:
            below |= more
        yield from {(node, asked) for node, cls in types if cls in below}


@given(edges, types)
def test_instances_follow_any_hierarchy(edges: list[tuple[str, str]], types: list[tuple[str, str]]) -> None:
    data = [(a, SUB_CLASS_OF, b) for a, b in edges] + [(a, RDF_TYPE, b) for a, b in types]
    hits = sorted(node for node, _ in found(INSTANCES, triples(data)))
    assert hits == sorted(node for node, _ in instances(edges, types))


@given(edges, edges, types)
@settings(max_examples=25)
def test_the_ontology_and_the_data_make_one_hierarchy(
    compiled: list[tuple[str, str]], brought: list[tuple[str, str]], types: list[tuple[str, str]]
) -> None:
    ontology = "".join(f"{a} rdfs:subClassOf {b} .\n" for a, b in compiled)
    data = [(a, SUB_CLASS_OF, b) for a, b in brought] + [(a, RDF_TYPE, b) for a, b in types]
    hits = sorted(node for node, _ in found(INSTANCES + ontology, triples(data)))
    assert hits == sorted(node for node, _ in instances(compiled + brought, types))


def test_more_classes_than_a_word_has_bits() -> None:
    shapes = "".join(f"ex:S{i} a sh:NodeShape ; sh:targetClass ex:c{i} ; sh:in () .\n" for i in range(150))
    data = [(f"<{EX}n{i}>", RDF_TYPE, f"<{EX}c{j}>") for i in range(150) for j in range(i % 150, 150, 13)]
    hits = [int(node[len(EX) + 2 : -1]) for node, _ in found(shapes, triples(data))]
    assert sorted(hits) == sorted(int(s[len(EX) + 2 : -1]) for s, _, _ in data)


@pytest.mark.parametrize("loop", [False, True])
def test_a_hierarchy_a_hundred_thousand_levels_deep(loop: bool) -> None:
    size = 100_000
    data = [(f"<{EX}k{i}>", SUB_CLASS_OF, f"<{EX}k{i - 1}>") for i in range(size - 1, 0, -1)]
    data.append((f"<{EX}k0>", SUB_CLASS_OF, f"<{EX}c0>"))
    data.append((f"<{EX}x>", RDF_TYPE, f"<{EX}k{size - 1}>"))
    if loop:
        data.append((f"<{EX}c0>", SUB_CLASS_OF, f"<{EX}k{size - 1}>"))
    assert found(INSTANCES, triples(data)) == [(f"<{EX}x>", f"<{EX}x>")]


def test_a_type_that_is_a_literal_is_no_class() -> None:
    assert found(INSTANCES, triples([(NODES[0], RDF_TYPE, '"c0"'), (CLASSES[4], SUB_CLASS_OF, '"c0"')])) == []


# ---------------------------------------------------------------------- triples of terms


def test_terms_of_both_kinds_of_library() -> None:
    ours = Store(program_of(KEEP_ALL))
    rows = [
        (Iri("http://e/s"), Iri("http://e/p"), Literal("x", language="en")),
        (BlankNode("_:b"), Iri("http://e/p"), Iri("http://e/o")),
    ]
    ours.add_triples(rows, Iri, BlankNode, False)
    theirs = Store(program_of(KEEP_ALL))
    e = rdflib.Namespace("http://e/")
    theirs.add_triples(
        [(e.s, e.p, rdflib.Literal("x", lang="en")), (rdflib.BNode("b"), e.p, e.o)], rdflib.URIRef, rdflib.BNode, True
    )
    for store in (ours, theirs):
        store.index()
        assert store.triples_read == store.triples_kept == 2
        assert store.find("http://e/s") is not None
        assert store.find("b", blank=True) is not None
        assert store.find_literal("x", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "EN") is not None


@pytest.mark.parametrize(
    "triple",
    [
        (Literal("x"), Iri("http://e/p"), Iri("http://e/o")),
        (Iri("http://e/s"), BlankNode("_:p"), Iri("http://e/o")),
        (Iri("http://e/s"), Literal("p"), Iri("http://e/o")),
        (Iri("http://e/\ud800"), Iri("http://e/p"), Iri("http://e/o")),
        (Iri("http://e/s"), Iri("http://e/p"), Literal("\udfff")),
        (Iri("http://e/s"), Iri("http://e/\udfff"), Literal("x")),
    ],
    ids=[
        "literal subject",
        "blank predicate",
        "literal predicate",
        "surrogate subject",
        "surrogate text",
        "surrogate predicate",
    ],
)
def test_what_is_no_triple_is_refused(triple: tuple[object, object, object]) -> None:
    store = Store(program_of(KEEP_ALL))
    with pytest.raises(ReadError):
        store.add_triples([triple], Iri, BlankNode, False)
    with pytest.raises(RuntimeError):
        store.index()


def test_an_error_of_the_callers_iterator_comes_through() -> None:
    def broken() -> Iterator[tuple[Iri, Iri, Iri]]:
        yield Iri("http://e/s"), Iri("http://e/p"), Iri("http://e/o")
        raise OSError("gone")

    store = Store(program_of(KEEP_ALL))
    with pytest.raises(OSError, match="gone"):
        store.add_triples(broken(), Iri, BlankNode, False)
    with pytest.raises(RuntimeError):
        store.index()


def test_shared_labels_are_identities_and_scoped_ones_are_not() -> None:
    def count(*shared: bool) -> int:
        store = Store(program_of(KEEP_ALL))
        for flag in shared:
            store.add_triples([(BlankNode("_:b"), Iri("http://e/p"), Iri("http://e/o"))], Iri, BlankNode, flag)
        store.index()
        return sum(store.term(node)[0] == "blank" for node in range(store.node_count))

    assert count(True, True) == 1
    assert count(False, False) == 2
    assert count(True, False, True) == 2
    assert count(False, True, False) == 3


# ---------------------------------------------------------------------- life


def test_nothing_is_added_after_the_index() -> None:
    store = read(KEEP_ALL, "<http://e/s> <http://e/p> <http://e/o> .")
    for action in (lambda: store.read(b"", "nt"), store.index, lambda: store.add_triples([], Iri, BlankNode, False)):
        with pytest.raises(RuntimeError, match="indexed"):
            action()


def test_a_store_may_be_part_of_a_cycle() -> None:
    """An exception's traceback makes one: the collector must not free the program before the store."""
    for shapes in (KEEP_ALL, FORWARD):
        store = Store(Program(blob_of(shapes)))
        store.read(triples([(NODES[0], PREDICATES[0], '"x"')]).encode(), "nt")
        cycle: list[object] = [store]
        cycle.append(cycle)
        del store, cycle
        gc.collect()


def test_terms_that_are_not_there() -> None:
    store = read(KEEP_ALL, '<http://e/s> <http://e/p> "o" .')
    assert store.find("http://e/none") is None
    assert store.find_literal("none", "http://www.w3.org/2001/XMLSchema#string", "") is None
    for value in (store.node_count, 0x80000000 | store.literal_count, 0xFFFFFFFF):
        with pytest.raises(IndexError):
            store.term(value)


def test_what_no_check_sees_is_not_kept() -> None:
    store = read(FORWARD, triples([(NODES[0], p, '"x"') for p in PREDICATES]))
    assert (store.triples_read, store.triples_kept) == (4, 1)


def test_a_program_may_lie_at_any_address() -> None:
    blob = blob_of(FORWARD)
    for shift in range(9):
        buffer = bytearray(b"\0" * shift + blob)
        assert Program(memoryview(buffer)[shift:]).shape_count == Program(blob).shape_count


def test_an_empty_blob_is_no_program() -> None:
    with pytest.raises(BadProgram):
        Program(b"")
