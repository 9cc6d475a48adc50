"""Zero-tick, rule *known*: what is known of a value is not asked twice.

Whether a value conforms to a shape follows from shape, value and data, all of which stay as they are during a run. So a
run may keep the verdict, two bits for each node, and give it to whoever asks again: the results are the same, as a test
has none of its own. A shape that is also run over the nodes of its targets fills in what that run finds, and passes by
nodes that are known to conform, since these have no results.

Which shapes are worth it is decided here: those that others test by a call, where the same value may come twice, and
where finding out costs more than looking up. A value may come twice where two ask, or targets and one; where the one
that asks does so of values on a path, which several nodes may share; and where the code that asks may itself run twice
over the same node. So layers of shapes that share shapes take as many steps as there are shapes, not as there are ways
through them.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import Op, OpKind, ProgramIR
from cns.passes.bounds import Bounds
from cns.passes.facts import CompilePattern
from cns.passes.kinds import callers_first
from cns.passes.rewrite import called, ops_of

WORTH = 40
"""Cycles of a test that are more than it takes to look up its verdict and to keep it, which are about ten each."""


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    kept = _kept(ir)
    shapes = tuple(replace(shape, remembered=True) if shape.id in kept else shape for shape in ir.shapes)
    notes = [f"{shape.label}: its verdicts are kept" for shape in shapes if shape.remembered]
    return (replace(ir, shapes=shapes), notes) if kept else (ir, notes)


def _kept(ir: ProgramIR) -> set[int]:
    cost = Bounds(ir, passing=True)
    asked: dict[int, list[Op]] = {}
    for shape in ir.shapes:
        for op in [] if shape.deactivated else ops_of(ir, shape):
            for number in called(op):
                asked.setdefault(number, []).append(op)
    kept: set[int] = set()
    again: set[int] = set()
    """Shapes whose code may run twice over the same node."""
    for shape in callers_first(ir):
        ops = asked.get(shape.id, [])
        if len(ops) + bool(shape.targets) < 2 and not any(_repeats(ir, op, again) for op in ops):
            continue
        tests = [op for op in ops if op.kind is not OpKind.PROPERTY]
        by_call = any(shape.id not in op.inlined for op in tests)
        if by_call and not shape.deactivated and cost.shape(shape.id).at_one() > WORTH:
            kept.add(shape.id)
        if shape.id not in kept or len(tests) < len(ops):
            again.add(shape.id)
    return kept


def _repeats(ir: ProgramIR, op: Op, again: set[int]) -> bool:
    return ir.shapes[op.shape].path is not None or op.shape in again
