"""Which checks look at the same values: those of one shape, and those of property shapes that one node shape has for
one path."""

from __future__ import annotations

from collections.abc import Iterator

from cns.ir.types import Op, OpKind, ProgramIR, ShapeIR, Verdict
from cns.passes.rewrite import ops_of

RUNS = (Verdict.RUNTIME, Verdict.GUARDED)


def siblings(ir: ProgramIR, shape: ShapeIR, *, inlined: bool) -> Iterator[list[int]]:
    """The active property shapes of a node shape, those of equal paths together; all, or those whose code stands in
    the node shape's."""
    by_path: dict[int, list[int]] = {}
    for op in ops_of(ir, shape) if shape.path is None and not shape.deactivated else ():
        if op.kind is OpKind.PROPERTY and op.decision.verdict in RUNS and (op.inlined or not inlined):
            called = ir.shapes[op.shapes[0]]
            if called.path is not None and not called.deactivated and called.id not in by_path.get(called.path, ()):
                by_path.setdefault(called.path, []).append(called.id)
    yield from by_path.values()


def value_sets(ir: ProgramIR, kinds: list[int], *, inlined: bool) -> list[tuple[int, list[Op]]]:
    """(kinds of the values, undecided checks) of each; a check is in one of them only."""
    groups = [group for shape in ir.shapes for group in siblings(ir, shape, inlined=inlined) if len(group) > 1]
    groups += [[shape.id] for shape in ir.shapes if not shape.deactivated]
    found = []
    seen: set[int] = set()
    for group in groups:
        members = [n for n in group if n not in seen]
        seen.update(members)
        ops = [op for n in members for op in ops_of(ir, ir.shapes[n]) if op.decision.verdict is Verdict.RUNTIME]
        possible = 0
        for n in members:
            possible |= kinds[n]
        found.append((possible, ops))
    return found
