"""What the store's counts decide before a run changes no result: with and without, the same hits in the same order."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cns
from cns import pipeline
from cns.codegen.lower import lower
from cns.codegen.regex import compile_pattern
from cns.ir.types import ProgramIR
from cns.passes import line
from cns.runtime import engines
from cython_optimizations import cstructs, vm
from cython_optimizations.store import Store
from tests.cython_optimizations.helpers import EX, RDF_TYPE, read, roots, run, tables_of, triples
from tests.differential.budget import examples
from tests.differential.strategies import CROWDED, DENSE, FULL, NODES, Case, cases
from tests.passes.strategies import related
from tests.passes.variants import built

WITHOUT_OTHERS = ("counts",)
WIDTH = len(cstructs.SECTIONS["code"])


def store_of(ir: ProgramIR, case: Case, passes: tuple[str, ...] | None) -> Store:
    program = lower(line.run(ir, compile_pattern, passes)[0])
    return pipeline.read(engines.load_program(program.to_bytes()), case.graphs()[0], cns.ReadOptions()).store


def assert_same(store: Store, chosen: list[tuple[int, array[int] | None]], case: object) -> None:
    conforms, hits = vm.run(store, chosen, decide_from=vm.NEVER)
    again, same = vm.run(store, chosen, decide_from=0)
    assert (again, list(same)) == (conforms, list(hits)), case
    assert vm.run(store, chosen, True, decide_from=0)[0] is conforms, case


@pytest.mark.parametrize("passes", [None, WITHOUT_OTHERS], ids=["all passes", "alone"])
@examples()
@given(case=st.one_of(cases(FULL), cases(CROWDED), cases(DENSE), related()))
def test_decided_or_not_the_hits_are_the_same(passes: tuple[str, ...] | None, case: Case) -> None:
    _, shapes, ontology = case.graphs()
    store = store_of(built(ontology, shapes), case, passes)
    assert_same(store, [(shape, None) for shape in store.program.roots()], case)


@examples(share=0.5)
@given(case=st.one_of(cases(DENSE), related()))
def test_so_they_are_over_given_nodes_beside_the_targets(case: Case) -> None:
    _, shapes, ontology = case.graphs()
    store = store_of(built(ontology, shapes), case, None)
    found = [store.find(str(node)) for node in NODES]
    given_nodes = array("I", [node for node in found if node is not None])
    assert_same(store, [(shape, focus) for shape in store.program.roots() for focus in (given_nodes, None)], case)


# ---------------------------------------------------------------------- what is decided

C, D = f"<{EX}C>", f"<{EX}D>"


def lines(count: int, *predicates: tuple[str, str], kind: str = C) -> str:
    """So many nodes of a class; {i} in an object is the node's number."""
    rows = [f"<{EX}n{i}> <{RDF_TYPE.strip('<>')}> {kind} ." for i in range(count)]
    rows += [f"<{EX}n{i}> <{EX}{p}> {value.replace('{i}', str(i))} ." for i in range(count) for p, value in predicates]
    return "\n".join(rows) + "\n"


def checks_made(shape: str, data: str, decide_from: int = 0) -> int:
    """Instructions executed that are checks."""
    shapes = f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {shape} ] ."
    store = read(shapes, data)
    code = tables_of(shapes).tables["code"]
    counts = array("Q", bytes(8 * (store.program.instruction_count + store.program.op_count)))
    run(store, counts=counts, decide_from=decide_from)
    letters = {number: letters[0] for number, letters in cstructs.INSTRUCTIONS.values()}
    return sum(counts[pc] for pc in range(len(code) // WIDTH) if letters[code[pc * WIDTH]] in "oqw")


THINGS = "".join(f"<{EX}t{i}> <{RDF_TYPE.strip('<>')}> {D} .\n" for i in range(20))
TEXT, IRI, NUMBER = '"text {i}"', f"<{EX}t{{i}}>", '"{i}"^^<http://www.w3.org/2001/XMLSchema#integer>'


@pytest.mark.parametrize(
    ("shape", "value", "decided"),
    [
        ("sh:nodeKind sh:Literal", TEXT, True),
        ("sh:nodeKind sh:IRI", TEXT, False),
        ("sh:nodeKind sh:IRI", IRI, True),
        ("sh:datatype xsd:string", TEXT, True),
        ("sh:datatype xsd:string", IRI, False),
        ("sh:datatype xsd:integer", NUMBER, False),
        ("sh:class ex:D", IRI, True),
        ("sh:class ex:C", IRI, False),
        ("sh:maxCount 1", IRI, True),
        ("sh:maxCount 0", IRI, False),
        ("sh:minCount 1 ; sh:maxCount 1", IRI, True),
        ("sh:minCount 2", IRI, False),
        ("sh:uniqueLang true", TEXT, True),
        ("sh:pattern 'x'", TEXT, False),
        ("sh:disjoint ex:nowhere", TEXT, True),
        ("sh:lessThan ex:nowhere", NUMBER, True),
        ("sh:equals ex:nowhere", NUMBER, False),
    ],
)
def test_what_holds_for_the_column_is_not_asked_of_its_values(shape: str, value: str, decided: bool) -> None:
    data = THINGS + lines(20, ("p", value))
    assert checks_made(shape, data, vm.NEVER) > 0
    assert (checks_made(shape, data) == 0) is decided


@pytest.mark.parametrize("shape", ["sh:nodeKind sh:Literal", "sh:maxCount 1", "sh:uniqueLang true"])
def test_one_other_value_anywhere_is_enough_to_ask_all(shape: str) -> None:
    other = f'<{EX}n3> <{EX}p> _:b .\n<{EX}n3> <{EX}p> "a"@en .\n<{EX}n3> <{EX}p> "b"@en .\n'
    assert checks_made(shape, lines(20, ("p", TEXT)) + other) >= 20


def test_a_tag_is_missing_from_what_says_that_it_is_a_langstring() -> None:
    written_out = '"x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>'
    shape = "sh:datatype <http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"
    assert checks_made(shape, lines(20, ("p", '"x{i}"@en'))) == 0
    assert checks_made(shape, lines(20, ("p", written_out))) == 20


def test_small_data_is_not_looked_at() -> None:
    assert checks_made("sh:maxCount 1", lines(500, ("p", IRI)), vm.DECIDE_FROM) == 500
    assert checks_made("sh:maxCount 1", lines(3000, ("p", IRI)), vm.DECIDE_FROM) == 0


def test_decisions_can_be_switched_off() -> None:
    shapes = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."
    store = read(shapes, lines(20, ("p", IRI)), passes=tuple(name for name in line.NAMES if name != "counts"))
    counts = array("Q", bytes(8 * (store.program.instruction_count + store.program.op_count)))
    run(store, counts=counts, decide_from=0)
    assert sum(counts) > 20


@pytest.mark.parametrize("budget", [1, 7, 1000])
def test_a_run_that_was_decided_can_be_resumed(budget: int) -> None:
    shapes = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:Literal ; sh:pattern '1' ] ."
    store = read(shapes, lines(50, ("p", TEXT)))
    assert roots(store)
    assert list(run(store, budget=budget, decide_from=0)[1]) == list(run(store, decide_from=vm.NEVER)[1])


def test_focus_nodes_of_a_shape_with_a_memo_are_not_its_targets_alone() -> None:
    """Each target has a value, and what is asked from elsewhere has none: the lower count is not decided."""
    one = "sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ]"
    dear = " ; ".join(f'sh:property [ sh:path ex:q{i} ; sh:pattern "^a{i}*$" ]' for i in range(4))
    shapes = f"ex:Asked a sh:NodeShape ; sh:targetSubjectsOf ex:p ; {one} ; {dear} .\n" + "".join(
        f"ex:From{i} sh:targetSubjectsOf ex:r{i} ; sh:property [ sh:path ex:r{i} ; sh:node ex:Asked ] . "
        f"ex:From{i} a sh:NodeShape .\n"
        for i in range(2)
    )
    data = triples((f"<urn:n{i}>", f"<{EX}p>", "<urn:v>") for i in range(20))
    data += triples((f"<urn:m{i}>", f"<{EX}r{i % 2}>", f"<urn:o{i}>") for i in range(20))
    store = read(shapes, data)
    assert cstructs.INSTRUCTIONS["ASK"][0] in tables_of(shapes).tables["code"][::WIDTH]
    assert_same(store, roots(store), shapes)
    assert len(vm.run(store, roots(store), decide_from=0)[1]) == 20
