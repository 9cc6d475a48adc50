"""The order of checks changes how soon a verdict is there, and nothing else."""

from __future__ import annotations

import random
from array import array
from collections import Counter

import pytest
from hypothesis import given

from cns.codegen.lower import lower
from cns.codegen.program import Program
from cns.ir.check import check
from cns.ir.types import OpKind, ProgramIR
from cns.ir.units import QUALIFIED, SET_CHECKS
from cns.options import CompileOptions, ReadOptions
from cns.passes.cycles import CYCLES
from cns.passes.order import UNKNOWN, order
from cns.passes.profile import Profile, op_names, shape_names
from cns.pipeline import build_ir, read
from cns.runtime import engines
from cns.runtime.report import Report
from cython_optimizations import vm
from tests.differential.budget import examples
from tests.differential.strategies import FULL, Case, cases
from tests.support import PREFIXES

PERSON = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:name ; sh:pattern "^[a-z]+$" ; sh:nodeKind sh:Literal ; sh:minCount 1 ] ;
    sh:or ( [ sh:property [ sh:path ex:a ; sh:pattern "^x" ] ] [ sh:nodeKind sh:IRI ] ) .
"""


def ir_of(shapes: str) -> ProgramIR:
    return build_ir(None, PREFIXES + shapes, CompileOptions(cache=False))[0]


def kinds(ir: ProgramIR, label: str) -> list[str]:
    shape = next(shape for shape in ir.shapes if shape.label.startswith(label))
    return [ir.ops[op].kind.value for op in shape.ops]


def outcome(ir: ProgramIR, data: object) -> tuple[Counter[object], bool]:
    """Results as a set of equal ones, and the verdict asked for alone."""
    program = lower(ir)
    store = read(engines.load_program(program.to_bytes()), data, ReadOptions()).store
    conforms, hits = vm.run(store, engines.all_roots(store, verdict_only=False))
    verdict, _ = vm.run(store, engines.all_roots(store, verdict_only=True), True)
    report = Report(lambda: program, hits, conforms)
    return Counter((r.focus, r.path, r.value, str(r.shape), r.component) for r in report), verdict


@examples(share=0.4)
@given(case=cases(FULL))
def test_results_and_verdict_do_not_depend_on_the_order(case: Case) -> None:
    data, shapes = case.graphs()[:2]
    ontology = case.graphs()[2] if len(case.graphs()) > 2 else None
    ir, _, _ = build_ir(ontology, shapes, CompileOptions(cache=False))
    chance = random.Random(len(ir.ops))
    names = [name for _, name in op_names(ir, shape_names(ir))]
    profile = Profile(
        {name: (100, chance.randrange(101)) for name in names}, {name: (10, chance.randrange(50)) for name in names}
    )
    plain = outcome(ir, data)
    assert plain[1] == (not plain[0])
    for ordered in (order(ir).ir, order(ir, profile).ir):
        assert outcome(check(ordered), data) == plain


def test_cheap_checks_come_before_dear_ones() -> None:
    ordered = order(ir_of(PERSON)).ir
    assert kinds(ordered, "[ sh:minCount 1") == ["minCount", "nodeKind", "pattern"]


def test_the_branch_that_mostly_holds_is_tried_first() -> None:
    ordered = order(ir_of(PERSON)).ir
    [either] = [op for op in ordered.ops if op.kind is OpKind.OR]
    assert ordered.shapes[either.shapes[0]].label == "[ sh:nodeKind sh:IRI ]"


def test_a_profile_turns_the_order_round() -> None:
    ir = ir_of(PERSON)
    name = next(name for op, name in op_names(ir, shape_names(ir)) if op.kind is OpKind.PATTERN and "name" in name)
    often = Profile({name: (1000, 990), name.replace("pattern", "nodeKind"): (1000, 0)}, {})
    assert kinds(order(ir, often).ir, "[ sh:minCount 1")[-1] != "pattern"


def test_the_shape_that_fails_more_cheaply_is_asked_first() -> None:
    dear = "sh:lessThan ex:q ; sh:pattern 'x'"
    ir = ir_of(
        f"ex:A a sh:NodeShape ; sh:targetClass ex:A ; sh:property [ sh:path ex:p ; {dear} ] ."
        "ex:B a sh:NodeShape ; sh:targetClass ex:B ; sh:nodeKind sh:IRI ."
    )
    ordering = order(ir)
    roots = [label for label in (ordering.ir.shapes[shape].label for shape in ordering.ir.roots) if label[0] != "["]
    assert roots == ["ex:B", "ex:A"]
    program = engines.load_program(lower(ordering.ir).to_bytes())
    assert (program.roots(), program.verdict_roots()) == ([0, 1], [1, 0])


def test_both_counts_of_a_qualified_shape_stay_together() -> None:
    ordered = order(
        ir_of(
            """ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ;
                sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 3 ;
                sh:qualifiedValueShapesDisjoint true ; sh:maxCount 5 ; sh:nodeKind sh:IRI ] ;
              sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1 ] ."""
        )
    ).ir
    assert kinds(check(ordered), "[ sh:maxCount 5") == [
        "nodeKind",
        "maxCount",
        "qualifiedMinCount",
        "qualifiedMaxCount",
    ]


def test_the_order_is_total_and_the_same_each_time() -> None:
    shapes = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; " + " ; ".join(f"sh:class ex:D{i}" for i in range(50)) + " ."
    ir = ir_of(shapes)
    assert order(ir).ir == order(ir).ir
    assert order(ir).ir.shapes[0].ops == ir.shapes[0].ops
    assert order(order(ir).ir).ir == order(ir).ir


def test_deactivated_shapes_stay_as_they_are() -> None:
    ir = ir_of(
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:deactivated true ; sh:pattern 'x' ; sh:nodeKind sh:IRI ."
    )
    ordering = order(ir)
    assert ordering.ir.shapes == ir.shapes
    assert ordering.ops == {}
    assert ordering.shapes[0].chance == 0


def test_every_kind_of_check_has_a_cost() -> None:
    wanted = {kind.value for kind in OpKind if kind not in QUALIFIED} | {"qualified"}
    assert wanted | {"load forward", "load inverse", "load path"} <= set(CYCLES)
    assert all(cycles >= 1 for cycles in CYCLES.values())
    assert {kind.value for kind in SET_CHECKS} <= set(CYCLES)


# ---------------------------------------------------------------------- logic ends early


@pytest.mark.parametrize(
    ("kinds_of", "holds"), [("IRI IRI IRI", 3), ("Literal IRI IRI", 2), ("Literal IRI Literal", 1)]
)
def test_xone_stops_at_the_second_that_holds(kinds_of: str, holds: int) -> None:
    branches = " ".join(f"[ sh:nodeKind sh:{kind} ]" for kind in kinds_of.split())
    ir = ir_of(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:xone ( {branches} ) .")
    results, verdict = outcome(ir, b"")
    assert (sum(results.values()), verdict) == (int(holds != 1), holds == 1)


@pytest.mark.parametrize(("least", "most"), [(0, 0), (1, 1), (2, 2), (3, 1), (5, 2), (0, 9), (4, 4)])
@pytest.mark.parametrize("values", range(6))
def test_a_count_that_is_decided_ends_with_the_same_results(least: int, most: int, values: int) -> None:
    ir = ir_of(
        f"""ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:qualifiedValueShape
            [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount {least} ; sh:qualifiedMaxCount {most} ] ."""
    )
    data = "".join(f"<http://example.org/a> <http://example.org/p> <urn:{i}>, '{i}' .\n" for i in range(values))
    results, verdict = outcome(ir, data)
    assert sum(results.values()) == (values < least) + (values > most)
    assert verdict == (least <= values <= most)


def test_chances_without_a_profile_are_all_the_same() -> None:
    ordering = order(ir_of("ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:class ex:D ."))
    assert {estimate.chance for estimate in ordering.ops.values()} == {UNKNOWN}


def test_a_root_order_that_is_not_whole_is_refused() -> None:
    ir = ir_of(PERSON)
    program = lower(order(ir).ir)
    for broken in ([], [0, 0], [1], [10**6]):
        tables = {**program.tables, "root_order": array("I", broken)}
        with pytest.raises(Exception, match="order of the roots"):
            engines.load_program(Program(tables, program.strings, program.meta).to_bytes())
