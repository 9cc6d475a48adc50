"""What checks cost at most, as a formula in what the data has: cycles for each focus node, and for each value of each
path. Measured costs (``cycles``), every check executed, none ended early.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR, Verdict
from cns.ir.units import QUALIFIED, SET_CHECKS
from cns.passes.cycles import CYCLES
from cns.passes.kinds import callees_first

_PAIRS = frozenset({OpKind.EQUALS, OpKind.DISJOINT, OpKind.LESS_THAN, OpKind.LESS_THAN_OR_EQUALS, OpKind.UNIQUE_LANG})
_MEASURED_VALUES = 8
"""Of the focus nodes with which checks of whole sets were measured."""
_LOADS = {PathKind.PREDICATE: "load forward", PathKind.INVERSE: "load inverse"}


DEEPEST = 5
"""Paths within paths that a formula shows; what is deeper is taken with one value each."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``cycles``, and for each value of each path so much more."""

    cycles: float = 0.0
    per_value: tuple[tuple[int, Bound], ...] = ()
    """(path, cost of one of its values), by path."""
    cut: bool = False
    """Something was too deep to be shown."""

    def __add__(self, other: Bound) -> Bound:
        per_value = dict(self.per_value)
        for path, bound in other.per_value:
            per_value[path] = per_value[path] + bound if path in per_value else bound
        in_order = tuple(sorted(per_value.items(), key=lambda item: item[0]))
        return Bound(self.cycles + other.cycles, in_order, self.cut or other.cut)

    def of_each(self, path: int) -> Bound:
        """This, for each value of the path."""
        return Bound(0.0, ((path, self if self.depth() < DEEPEST else Bound(self.at_one(), cut=True)),))

    def at_one(self) -> float:
        """Cycles where every path has one value."""
        return self.cycles + sum(bound.at_one() for _, bound in self.per_value)

    def depth(self) -> int:
        return 1 + max((bound.depth() for _, bound in self.per_value), default=-1)

    def text(self, path_name: Callable[[int], str]) -> str:
        parts = [f"{self.cycles:,.0f}"] if self.cycles or not self.per_value else []
        for path, bound in self.per_value:
            each = bound.text(path_name)
            parts.append(f"|{path_name(path)}| × " + (f"({each})" if " + " in each else each))
        return " + ".join([*parts, "…"] if self.cut else parts)


NOTHING = Bound()


class Bounds:
    """The bounds of the shapes of a program and of their checks."""

    def __init__(self, ir: ProgramIR, *, passing: bool = False) -> None:
        """``passing``: of data in which every check holds, so that what is guarded or fused costs nothing."""
        self._ir = ir
        self._passing = passing
        self._shapes: dict[int, Bound] = {}
        for number in callees_first(ir):
            shape = ir.shapes[number]
            self._shapes[number] = NOTHING if shape.deactivated else self._shape(shape)

    def shape(self, number: int) -> Bound:
        """For one focus node."""
        return self._shapes[number]

    def op(self, op: Op) -> Bound:
        """For one value, or for one focus node where the check is about all values together."""
        if op.decision.verdict is Verdict.HOLDS or (self._passing and _is_free(op)):
            return NOTHING
        is_call = not (op.kind is OpKind.PROPERTY and op.inlined)
        own = Bound(float(CYCLES["qualified" if op.kind in QUALIFIED else op.kind.value])) if is_call else NOTHING
        return sum((self._shapes[called] for called in (*op.shapes, *op.siblings)), own)

    def _shape(self, shape: ShapeIR) -> Bound:
        ops = [self._ir.ops[number] for number in shape.ops]
        if shape.path is None:
            return sum((self.op(op) for op in ops), NOTHING)
        per_focus = Bound(float(CYCLES[_LOADS.get(self._ir.paths[shape.path].kind, "load path")]))
        per_value = NOTHING
        for op in ops:
            if op.kind in _PAIRS:
                per_value += Bound(self.op(op).cycles / _MEASURED_VALUES)
            elif op.kind in SET_CHECKS:
                per_focus += self.op(op)
            else:
                per_value += self.op(op)
        return per_focus if per_value == NOTHING else per_focus + per_value.of_each(shape.path)


def _is_free(op: Op) -> bool:
    return op.decision.verdict is Verdict.GUARDED or op.fused not in (-1, op.id)
