"""Whatever passes run, the results are those of the program as it was built: pass by pass, and all together."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

import cns
from cns.ir.types import ProgramIR
from cns.passes import remember
from cns.passes.line import NAMES
from cns.terms import Iri
from tests.differential.budget import examples
from tests.differential.strategies import CROWDED, DENSE, FULL, NODES, Case, cases
from tests.passes.strategies import related
from tests.passes.variants import built, results, validator
from tests.w3c.manifest import SUITE_IS_MISSING
from tests.w3c.manifest import Case as SuiteCase
from tests.w3c.manifest import cases as suite_cases

ALONE = {name: (name,) for name in NAMES} | {"implied": ("constant", "contradictory", "fold", "implied")}


def assert_same(case: Case, passes: tuple[str, ...] | None) -> None:
    data, shapes, ontology = case.graphs()
    ir = built(ontology, shapes)
    assert results(ir, passes, data) == results(ir, (), data)


@pytest.mark.parametrize("name", NAMES)
@examples(share=0.2)
@given(case=st.one_of(related(), cases(DENSE)))
def test_one_pass_changes_no_result(name: str, case: Case) -> None:
    assert_same(case, ALONE[name])


@examples()
@given(case=st.one_of(cases(FULL), cases(CROWDED), cases(DENSE)))
def test_all_passes_change_no_result(case: Case) -> None:
    assert_same(case, None)


@examples()
@given(case=related())
def test_all_passes_change_no_result_where_checks_are_related(case: Case) -> None:
    assert_same(case, None)


@examples(share=0.5)
@given(case=st.one_of(cases(FULL), cases(DENSE), related()))
def test_verdicts_that_are_kept_change_no_result_and_no_order(case: Case) -> None:
    """Of every shape that may be asked twice, however cheap it is."""
    data, shapes, ontology = case.graphs()
    ir = built(ontology, shapes)
    without = tuple(name for name in NAMES if name != "remember")
    with patch.object(remember, "WORTH", -1):
        kept = validator(ir, None)
    plain = validator(ir, without)
    assert_same_hits(kept, plain, data)


def assert_same_hits(one: cns.Validator, other: cns.Validator, data: Graph) -> None:
    reports = [validator.validate(data) for validator in (one, other)]
    first, second = ([(r.focus, r.path, r.value, r.component, r.shape) for r in report] for report in reports)
    assert first == second
    assert one.conforms(data) is other.conforms(data) is reports[0].conforms


@examples(share=0.3)
@given(case=st.one_of(related(), cases(DENSE)))
def test_a_shape_run_by_name_over_given_nodes_finds_the_same(case: Case) -> None:
    data, shapes, ontology = case.graphs()
    ir = built(ontology, shapes)
    names = [shape.node for shape in ir.shapes if isinstance(shape.node, Iri)]
    chosen = {"shapes": names, "focus": [str(node) for node in NODES]}
    assert results(ir, None, data, **chosen) == results(ir, (), data, **chosen)


@SUITE_IS_MISSING
@pytest.mark.parametrize("case", suite_cases("core"), ids=lambda case: case.id)
def test_the_suite_finds_the_same(case: SuiteCase) -> None:
    data, ir = case.data_graph(), built(None, case.shapes_graph())
    assert results(ir, None, data) == results(ir, (), data)


def test_passes_leave_an_ir_that_they_have_seen_as_it_is() -> None:
    ir: ProgramIR = built(None, SHAPES)
    once = validator(ir, None).to_bytes()
    assert validator(ir, None).to_bytes() == once


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:minInclusive 3 ; sh:nodeKind sh:Literal
] .
"""
