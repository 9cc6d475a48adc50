"""Puts the code of small shapes in place of calls to them.

A property shape of a node shape runs over the same focus node as its caller and in the same mode, so that its code
can stand in the caller's: no frame, no jump there and back. A shape of which only the verdict is wanted, and that
checks nothing but the value, becomes those checks, which lead on instead of giving results. What is called from one
place is inlined up to a size, what is called from several only if it is as small as a call. Shapes with a name keep
code of their own beside that, to be run by name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from cns.ir.types import Op, OpKind, ProgramIR, ShapeIR, Verdict
from cns.passes.facts import CompilePattern
from cns.passes.kinds import LOGIC, QUALIFIED
from cns.passes.rewrite import called, note, ops_of, with_ops

AT_ONE_USE, AT_EACH_USE = 24, 3
"""Checks."""

_OF_THE_VALUE = frozenset(
    {
        OpKind.CLASS,
        OpKind.DATATYPE,
        OpKind.NODE_KIND,
        OpKind.MIN_EXCLUSIVE,
        OpKind.MIN_INCLUSIVE,
        OpKind.MAX_EXCLUSIVE,
        OpKind.MAX_INCLUSIVE,
        OpKind.MIN_LENGTH,
        OpKind.MAX_LENGTH,
        OpKind.PATTERN,
        OpKind.LANGUAGE_IN,
        OpKind.IN,
        OpKind.HAS_VALUE,
    }
)


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    inliner = _Inliner(ir)
    changed = {op.id: replace(op, inlined=inlined) for op in ir.ops if (inlined := inliner.inlined(op))}
    notes = [
        note(ir, op, "has the code of " + ", ".join(ir.shapes[n].label for n in op.inlined)) for op in changed.values()
    ]
    return with_ops(ir, changed), notes


class _Inliner:
    def __init__(self, ir: ProgramIR) -> None:
        self.ir = ir
        self.uses = Counter(n for shape in ir.shapes for op in ops_of(ir, shape) for n in called(op))
        self.sizes: dict[int, int] = {}

    def inlined(self, op: Op) -> tuple[int, ...]:
        if op.decision.verdict not in (Verdict.RUNTIME, Verdict.GUARDED):
            return ()
        if op.kind is OpKind.PROPERTY:
            return op.shapes if self.property_fits(op) else ()
        if op.kind in LOGIC or op.kind in QUALIFIED:
            return tuple(n for n in dict.fromkeys((*op.shapes, *op.siblings)) if self.fits(n, self.size(n)))
        return ()

    def fits(self, number: int, size: int) -> bool:
        return 0 <= size <= (AT_ONE_USE if self.uses[number] == 1 else AT_EACH_USE)

    def property_fits(self, op: Op) -> bool:
        caller, shape = self.ir.shapes[op.shape], self.ir.shapes[op.shapes[0]]
        if op.decision.verdict is Verdict.GUARDED or caller.path is not None or shape.path is None or shape.deactivated:
            return False
        return self.fits(shape.id, len(_running(self.ir, shape)))

    def size(self, number: int) -> int:
        """In checks; -1 where the verdict takes more than a look at the value."""
        if number not in self.sizes:
            self.sizes[number] = self._size(self.ir.shapes[number])
        return self.sizes[number]

    def _size(self, shape: ShapeIR) -> int:
        if shape.path is not None or shape.deactivated:
            return -1
        size = 0
        for op in _running(self.ir, shape):
            if op.kind in _OF_THE_VALUE or (op.decision.verdict is Verdict.FAILS and op.kind in LOGIC):
                size += 1
            elif op.kind in LOGIC and op.kind is not OpKind.XONE:  # which counts, and may be counted itself
                size += 1 + sum(max(1, self.size(n)) for n in op.shapes)
            else:
                return -1
        return size


def _running(ir: ProgramIR, shape: ShapeIR) -> list[Op]:
    return [op for op in ops_of(ir, shape) if op.decision.verdict in (Verdict.RUNTIME, Verdict.FAILS)]
