"""Sets of values and the tables of predicates and classes, as the program carries them."""

from __future__ import annotations

import re
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cns
from cns.codegen import dispatch
from cns.codegen.dispatch import ValueSet, value_set
from cns.codegen.program import Program as Tables
from cython_optimizations import cstructs, perfect_hash
from cython_optimizations.perfect_hash import PerfectHash
from cython_optimizations.store import Program, Store
from tests.cython_optimizations.helpers import EX, PREFIXES, RDF_TYPE, found, program_of, run, spelled, tables_of


def has(made: ValueSet, term: int) -> bool:
    """What ops.h does."""
    place = term - made.low
    if not 0 <= place < made.span:
        return False
    if not made.keys:
        return bool(made.words[place // 32] >> place % 32 & 1)
    table = PerfectHash(made.words[made.keys :], array("I", range(made.keys)))
    return made.words[table.number_of_number(term)] == term


@given(st.sets(st.integers(0, 3000) | st.integers(0, 2**28), max_size=40), st.sets(st.integers(0, 2**28)))
def test_a_set_has_its_terms_and_no_others(terms: set[int], others: set[int]) -> None:
    made = value_set(sorted(terms))
    assert all(has(made, term) for term in terms)
    near = {term + step for term in terms for step in (-1, 1)}
    assert [term for term in sorted(others | near) if has(made, term) != (term in terms)] == []


def test_what_stands_together_is_bits_and_what_is_scattered_a_table() -> None:
    assert not value_set(list(range(5, 100_000, 60))).keys
    assert not value_set([0, 500]).keys
    assert value_set([0, 5000]).keys == 2
    assert 4 * len(value_set([0, 2**27]).words) < 100


VALUES = " ".join(f'ex:v{i} "{i}"' for i in range(700))


@pytest.mark.parametrize("allowed", [(), (3,), (0, 1, 2), (0, 699), tuple(range(0, 700, 7)), tuple(range(700))])
def test_in_finds_nodes_and_literals(allowed: tuple[int, ...]) -> None:
    """The first shape makes the terms; the second's list is among them, dense or scattered."""
    some = " ".join(f'ex:v{i} "{i}"' for i in allowed)
    shapes = f"""ex:All a sh:NodeShape ; sh:targetNode ex:nobody ; sh:in ( {VALUES} ) .
        ex:Some a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:in ( {some} ) ."""
    values = [text for i in range(710) for text in (f"<{EX}v{i}>", f'"{i}"')]
    data = "".join(f"<{EX}s> <{EX}p> {value} .\n" for value in values)
    wrong = {value for value in values if not any(value in (f"<{EX}v{i}>", f'"{i}"') for i in allowed)}
    assert {value for focus, value in found(shapes, data) if focus != f"<{EX}nobody>"} == wrong


def test_every_predicate_has_a_row_and_foreign_ones_are_not_kept() -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p0 ; " + " ; ".join(
        f"sh:property [ sh:path ex:p{i} ; sh:minCount 1 ]" for i in range(100)
    )
    tables = tables_of(shapes + " .")
    names = {tables.text(tables.row("terms", row["predicate"])["text"]) for row in tables.rows("columns")}
    by_text = {}
    for row in tables.rows("predicates"):
        by_text[tables.strings[row["offset"] : row["offset"] + row["length"]].decode()] = row["column"]
    assert set(by_text) == names
    assert sorted(by_text.values()) == list(range(tables.count("columns")))
    store = Store(program_of(shapes + " ."))
    store.read("".join(f"<urn:s> <{EX}p{i}> <urn:o> .\n" for i in range(300)).encode(), "nt")
    assert (store.triples_read, store.triples_kept) == (300, 100)


def test_a_program_without_predicates_asks_no_table() -> None:
    tables = tables_of("ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:Literal .")
    assert tables.count("columns") == tables.count("predicates") == 0
    assert cstructs.NONE not in tables.tables["predicate_hash"]
    assert found("ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:Literal .", "<urn:a> <urn:p> <urn:b> .\n")


def closed_shapes(count: int) -> str:
    return "".join(
        f"ex:S{i} a sh:NodeShape ; sh:targetSubjectsOf ex:p{i} ; sh:closed true ; sh:property [ sh:path ex:p{i} ] ."
        for i in range(count)
    )


def test_closed_shapes_take_no_more_than_what_they_allow() -> None:
    few, many = (tables_of(closed_shapes(count)) for count in (20, 200))
    assert len(many.tables["pool"]) <= 10 * len(few.tables["pool"])
    assert [row["count"] for row in many.rows("closed_lists")] == [1] * 200


def test_closed_shapes_find_what_they_do_not_allow_in_every_column() -> None:
    data = "".join(f"<{EX}a> <{EX}p{i}> <urn:{i}> .\n" for i in range(12))
    hits = found(closed_shapes(10), data)
    assert hits == [(f"<{EX}a>", f"<urn:{i}>") for shape in range(10) for i in range(12) if i != shape]


def test_a_column_that_every_closed_shape_allows_is_not_kept() -> None:
    shapes = "".join(
        f"ex:S{i} a sh:NodeShape ; sh:targetNode ex:a ; sh:closed true ; sh:ignoredProperties ( ex:p ex:q{i} ) ."
        for i in range(2)
    )
    tables = tables_of(shapes)
    flags = {tables.text(tables.row("terms", r["predicate"])["text"]): r["flags"] for r in tables.rows("columns")}
    assert flags == {f"{EX}p": 0, f"{EX}q0": cstructs.COLUMN_FORWARD, f"{EX}q1": cstructs.COLUMN_FORWARD}


HIERARCHY = "".join(f"ex:C{i} rdfs:subClassOf ex:C{i // 2} ." for i in range(2, 200)) + "[] rdfs:subClassOf ex:C9 ."
CLASSES = "ex:S a sh:NodeShape ; sh:targetClass ex:C1 ; sh:property [ sh:path ex:p ; sh:class ex:C3 ] ."


def typed(classes: list[str], syntax: str) -> bytes:
    lines = "".join(f"<{EX}n{i}> {RDF_TYPE} {name} .\n" for i, name in enumerate(classes))
    lines += "".join(f"<{EX}n{i}> <{EX}p> <{EX}n{i + 1}> .\n" for i in range(len(classes)))
    if syntax == "nt":
        return lines.encode()
    if syntax == "turtle":
        return f"@prefix ex: <{EX}> .\n".encode() + re.sub(rf"<{EX}(\w+)>", r"ex:\1", lines).encode()
    return lines.replace("type>", "typ\\u0065>").replace("/C", "/\\u0043").encode()  # "escaped": by the whole grammar


SEEN = [f"<{EX}C{i}>" for i in range(250)] + ["_:C1", f"<{EX}>", "<urn:x>", f"<{EX}{'C1' * 60}>"]


def store_of(program: Program, classes: list[str], syntax: str) -> Store:
    store = Store(program)
    store.read(typed(classes, syntax), "turtle" if syntax == "turtle" else "nt")
    store.index()
    return store


def hits_of(store: Store) -> list[tuple[str, str]]:
    return [(spelled(hits, focus), spelled(hits, value)) for hits in [run(store)[1]] for _, focus, value, _ in hits]


@pytest.mark.parametrize("syntax", ["nt", "escaped", "turtle"])
def test_classes_of_the_program_are_its_constants_and_others_are_nodes_like_any(syntax: str) -> None:
    tables = tables_of(CLASSES + HIERARCHY)
    store = store_of(program_of(CLASSES + HIERARCHY), SEEN, syntax)
    constants = {tables.text(row["text"]) for row in tables.rows("terms") if row["kind"] == cstructs.TERM_IRI}
    new = {name.strip("<>") for name in SEEN} - constants
    assert store.node_count == tables.row("facts", 0)["node_terms"] + len(new) + len(SEEN) + 1
    below_1, below_3 = set(range(1, 200)), {i for i in range(200) if f"{i:b}".startswith("11")}
    assert hits_of(store) == [(f"<{EX}n{i}>", f"<{EX}n{i + 1}>") for i in sorted(below_1) if i + 1 not in below_3]


def test_the_names_of_classes_are_all_that_the_program_asks_about_or_has_in_its_hierarchy() -> None:
    tables = tables_of(CLASSES + HIERARCHY)
    names = []
    for row in tables.rows("class_names"):
        names.append(tables.strings[row["offset"] : row["offset"] + row["length"]].decode())
        assert tables.text(tables.row("terms", row["term"])["text"]) == names[-1]
    assert sorted(names) == sorted(f"{EX}C{i}" for i in range(1, 200))  # the blank node is none: no label of data is it


def folded(left: int, right: int) -> int:
    return (left * right & 2**64 - 1) ^ (left * right >> 64)


def hash_of(text: bytes, seed: int) -> int:
    """cns_hash of base.h, for texts of more than 16 bytes."""
    first, second = 0x9FB21C651E98DF25, 0xD6E8FEB86659FD93
    at, h = 0, seed ^ 0x9E3779B97F4A7C15
    while len(text) - at > 16:
        a, b = struct.unpack_from("<2Q", text, at)
        h, at = folded(a ^ first, b ^ h), at + 16
    a, b = struct.unpack_from("<2Q", text, len(text) - 16)
    return folded(second ^ len(text), folded(a ^ second, b ^ h))


def test_a_table_of_classes_with_a_seed_of_its_own_is_asked_by_that(monkeypatch: pytest.MonkeyPatch) -> None:
    build = perfect_hash.build_bytes

    def colliding_at_first(keys: list[bytes]) -> PerfectHash:
        return build(keys, hash=lambda key, seed: hash_of(keys[key], seed) if seed else key // 2)

    monkeypatch.setattr(dispatch.perfect_hash, "build_bytes", colliding_at_first)
    compiled = cns.compile((PREFIXES + CLASSES + HIERARCHY).encode(), format="turtle", cache=False).to_bytes()
    monkeypatch.undo()
    tables = Tables.from_bytes(compiled)
    assert PerfectHash(tables.tables["class_hash"], array("I", range(199))).seed == 1
    usual, other = (store_of(program, SEEN, "nt") for program in (program_of(CLASSES + HIERARCHY), Program(compiled)))
    assert hits_of(other) == hits_of(usual)
    assert other.node_count == usual.node_count
