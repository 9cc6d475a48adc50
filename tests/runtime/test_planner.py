"""Plans: every instruction is known, all jumps lead forward, and what lanes cannot follow is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import cns
from cns.codegen.program import Program
from cns.errors import EngineError
from cns.runtime import planner
from cns.runtime.planner import Block, Branch, Loop, Plan, Step
from cython_optimizations import cstructs
from stress import university
from tests.cython_optimizations.helpers import tables_of
from tests.cython_optimizations.rich import SHAPES

CODES = {name: code for name, (code, _) in cstructs.INSTRUCTIONS.items()}


def test_every_instruction_is_known() -> None:
    assert set(cstructs.INSTRUCTIONS) == planner.KNOWN


def test_every_instruction_of_a_plan_has_something_that_does_it() -> None:
    pytest.importorskip("numba")
    from cns.runtime import frames

    assert set(frames._STEPS) == planner.KNOWN - planner.STRUCTURE


def jumps(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """(step, where it leads, how many steps there are)."""
    for at, step in enumerate(plan):
        if isinstance(step, Block):
            yield at, step.behind, len(plan)
        elif isinstance(step, Branch):
            yield at, step.to, len(plan)
        elif isinstance(step, Loop):
            if step.if_empty:
                yield at, step.if_empty, len(plan)
            yield from jumps(step.steps)
        elif step.name in ("JUMP", "JUMP_TALLY") and step.a != cstructs.NONE:
            yield at, step.a, len(plan)
        elif step.d and step.name != "COUNT":
            yield at, step.d, len(plan)


@pytest.mark.parametrize("shapes", [SHAPES, university.SHAPES.partition("s:Person")[2]], ids=["rich", "university"])
def test_all_jumps_lead_forward(shapes: str) -> None:
    program = tables_of(SHAPES) if shapes is SHAPES else cns.compile(university.SHAPES, cache=False).program
    found = [jump for plan in planner.plan(program) for jump in jumps(plan)]
    assert found
    assert all(at < to <= count for at, to, count in found)


def patched(program: Program, row: int, **fields: int) -> Program:
    names = cstructs.SECTIONS["code"]
    for name, value in fields.items():
        program.tables["code"][row * len(names) + names.index(name)] = value
    return program


SIMPLE = "ex:S sh:targetSubjectsOf ex:p ; sh:not [ sh:property [ sh:path ex:p ; sh:minCount 2 ; sh:maxCount 3 ] ] ."


def test_an_unknown_instruction_is_refused() -> None:
    with pytest.raises(EngineError, match="instruction 999") as caught:
        planner.plan(patched(tables_of(SIMPLE), 0, code=999))
    assert caught.value.code == "CNS520"


def test_a_test_without_its_jump_is_refused() -> None:
    program = tables_of(SIMPLE)
    row = next(i for i, row in enumerate(program.rows("code")) if row["code"] == CODES["TEST"])
    with pytest.raises(EngineError, match="TEST without a jump"):
        planner.plan(patched(program, row + 1, code=CODES["TALLY"]))


def test_steps_say_what_they_do() -> None:
    program = tables_of("ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .")
    [plan] = [plan for plan in planner.plan(program) if plan]
    values, loop = plan
    assert isinstance(values, Step)
    assert values.name == "VALUES_FORWARD"
    assert isinstance(loop, Loop)
    assert [step.name for step in loop.steps if isinstance(step, Step)] == ["NODE_KIND"]
