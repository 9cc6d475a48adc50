"""The stage ``order``: checks, branches and shapes in the order in which a verdict is soonest found.

It matters where one answer ends the matter: in ``conforms``, in logic and in qualified counts. ``validate`` finds every
result whatever the order, and reports them in it. cython_optimizations/ordering.pyx works the order out; here is from
what: costs that were measured (``cycles``), and chances that a profile has seen.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR
from cns.ir.units import QUALIFIED, SET_CHECKS, units
from cns.passes.cycles import CYCLES
from cns.passes.profile import Profile
from cython_optimizations import ordering

UNKNOWN = 1 / 64
"""The chance to fail of a check of which nothing is known: all the same, so that costs decide."""

_ROLES = {
    OpKind.NODE: "call",
    OpKind.PROPERTY: "call",
    OpKind.NOT: "not",
    OpKind.AND: "and",
    OpKind.OR: "or",
    OpKind.XONE: "xone",
}
_LOADS = {PathKind.PREDICATE: "load forward", PathKind.INVERSE: "load inverse"}


@dataclass(frozen=True, slots=True)
class Estimate:
    cost: float
    """Cycles, what is called included; less where a failure ends it early."""
    chance: float
    """To fail."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """The IR in order, and why: estimates by op and by shape. An op that is not run has none."""

    ir: ProgramIR
    ops: dict[int, Estimate]
    shapes: tuple[Estimate, ...]


def _role(op: Op) -> str:
    if op.kind in SET_CHECKS:
        return "set"
    return "qualified" if op.kind in QUALIFIED else _ROLES.get(op.kind, "value")


def _cost(op: Op) -> float:
    return CYCLES["qualified" if op.kind in QUALIFIED else op.kind.value]


def _load(ir: ProgramIR, shape: ShapeIR) -> float:
    return 0.0 if shape.path is None else CYCLES[_LOADS.get(ir.paths[shape.path].kind, "load path")]


def _chance(op: Op, seen: float | None) -> float:
    """Negative: as the shapes that it calls have it."""
    if seen is not None:
        return seen
    return -1.0 if op.kind in _ROLES else UNKNOWN


class _Question:
    """The arrays that ordering.pyx asks for; ops are numbered as they are met, one for each qualified count."""

    def __init__(self, ir: ProgramIR, profile: Profile | None) -> None:
        self.groups: list[list[Op]] = []
        self.ops, self.roles, self.costs, self.chances = array("I", [0]), array("B"), array("d"), array("d")
        self.calls, self.called = array("I", [0]), array("I")
        self.loads, self.values = array("d"), array("d")
        seen = profile.about(ir) if profile else None
        for shape in ir.shapes:
            for group in [] if shape.deactivated else units(ir.ops[number] for number in shape.ops):
                for op in group if group[0].kind not in QUALIFIED else group[:1]:
                    self._add(op, group if op.kind in QUALIFIED else [op], seen.chances.get(op.id) if seen else None)
            self.ops.append(len(self.roles))
            self.loads.append(_load(ir, shape))
            self.values.append(seen.values.get(shape.id, 1.0) if seen else 1.0)

    def _add(self, op: Op, group: list[Op], seen: float | None) -> None:
        self.groups.append(group)
        self.roles.append(ordering.ROLES[_role(op)])
        self.costs.append(_cost(op))
        self.chances.append(_chance(op, seen))
        self.called.extend((*op.shapes, *op.siblings))
        self.calls.append(len(self.called))


def order(ir: ProgramIR, profile: Profile | None = None) -> Ordering:
    """The same checks in another order: those of a shape, the shapes that logic tests, and the shapes."""
    q = _Question(ir, profile)
    answer = ordering.order(q.ops, q.roles, q.costs, q.chances, q.calls, q.called, q.loads, q.values)
    op_order, call_order, shape_order, op_numbers, shape_numbers = answer
    ops = list(ir.ops)
    estimates = {}
    for place, group in enumerate(q.groups):
        positions = call_order[q.calls[place] : q.calls[place + 1]]
        for op in group:
            ops[op.id] = _with_calls(op, [q.called[position] for position in positions])
            estimates[op.id] = Estimate(op_numbers[2 * place], op_numbers[2 * place + 1])
    shapes = []
    for shape in ir.shapes:
        places = op_order[q.ops[shape.id] : q.ops[shape.id + 1]]
        in_order = tuple(op.id for place in places for op in q.groups[place])
        shapes.append(shape if in_order == shape.ops or shape.deactivated else replace(shape, ops=in_order))
    return Ordering(
        replace(ir, ops=tuple(ops), shapes=tuple(shapes), roots=tuple(shape_order)),
        estimates,
        tuple(Estimate(*pair) for pair in _pairs(shape_numbers)),
    )


def _with_calls(op: Op, called: list[int]) -> Op:
    split = len(op.shapes)
    shapes, siblings = tuple(called[:split]), tuple(called[split:])
    return op if (shapes, siblings) == (op.shapes, op.siblings) else replace(op, shapes=shapes, siblings=siblings)


def _pairs(numbers: array[float]) -> Iterable[tuple[float, float]]:
    return zip(numbers[::2], numbers[1::2], strict=True)
