"""Drops what no target and no name reaches: shapes, their checks, their paths.

A shape with an IRI stays, since it can be run by its name (``validate(shapes=[...])``); an anonymous one that nothing
leads to has no name that lasts. A check that is decided needs the shapes no more that it would have called.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import UNDECIDED, Op, PathNode, ProgramIR, ShapeIR, Verdict
from cns.passes.facts import CompilePattern
from cns.passes.rewrite import called
from cns.terms import Iri


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    kept = _reached(ir)
    numbers = {old: new for new, old in enumerate(kept)}
    op_numbers: dict[int, int] = {}
    for old in kept:
        for op in _kept_ops(ir.shapes[old]):
            op_numbers[op] = len(op_numbers)
    paths, path_numbers = _paths(ir, [ir.shapes[n] for n in kept])
    shapes = tuple(_shape(ir.shapes[old], numbers, op_numbers, path_numbers) for old in kept)
    ops = tuple(_op(ir.ops[old], numbers, op_numbers) for old in op_numbers)
    dropped = [shape for shape in ir.shapes if shape.id not in numbers]
    notes = [f"{shape.label}: dropped, nothing leads to it" for shape in dropped]
    roots = tuple(numbers[n] for n in ir.roots if n in numbers)
    return replace(ir, shapes=shapes, ops=ops, paths=paths, roots=roots), notes


def _reached(ir: ProgramIR) -> list[int]:
    """In the order in which they were."""
    seen: set[int] = set()
    waiting = [shape.id for shape in ir.shapes if shape.targets or isinstance(shape.node, Iri)]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        if not ir.shapes[number].deactivated:
            waiting += [n for op in ir.shapes[number].ops for n in called(ir.ops[op])]
    return sorted(seen)


def _kept_ops(shape: ShapeIR) -> tuple[int, ...]:
    return () if shape.deactivated else shape.ops


def _paths(ir: ProgramIR, shapes: list[ShapeIR]) -> tuple[tuple[PathNode, ...], dict[int, int]]:
    wanted: set[int] = set()
    waiting = [shape.path for shape in shapes if shape.path is not None]
    while waiting:
        path = waiting.pop()
        if path not in wanted:
            wanted.add(path)
            waiting += ir.paths[path].children
    numbers = {old: new for new, old in enumerate(sorted(wanted))}
    paths = (ir.paths[old] for old in sorted(wanted))
    return tuple(replace(path, children=tuple(numbers[c] for c in path.children)) for path in paths), numbers


def _shape(shape: ShapeIR, numbers: dict[int, int], ops: dict[int, int], paths: dict[int, int]) -> ShapeIR:
    path = None if shape.path is None else paths[shape.path]
    return replace(shape, id=numbers[shape.id], ops=tuple(ops[op] for op in _kept_ops(shape)), path=path)


def _op(op: Op, numbers: dict[int, int], ops: dict[int, int]) -> Op:
    """The shapes of a check that is not run may be gone."""
    runs = op.decision.verdict in (Verdict.RUNTIME, Verdict.GUARDED)
    here = {n: numbers[n] for n in (*op.shapes, *op.siblings, *op.inlined) if n in numbers and runs}
    decision = replace(op.decision, by=ops.get(op.decision.by, -1))
    if decision.verdict is Verdict.GUARDED and decision.by < 0:
        decision = UNDECIDED  # its guard went with a shape that nothing leads to
    return replace(
        op,
        id=ops[op.id],
        shape=numbers[op.shape],
        shapes=tuple(here[n] for n in op.shapes if n in here),
        siblings=tuple(here[n] for n in op.siblings if n in here),
        inlined=tuple(here[n] for n in op.inlined if n in here),
        fused=ops.get(op.fused, -1),
        decision=decision,
    )
