"""Zero-tick, rule *vacuous*: shapes that can find no fault where the data lacks certain predicates. Whether it lacks
them is known from the store's counts, once for all focus nodes; so is whether a shape has any focus nodes at all.

A property shape without values passes all checks of single values, and of the checks of all values those that do not
ask for one; ``sh:equals`` where the other property has none either. A path has no values where one of the steps of a
sequence, or every branch of an alternative, has none; those that may take no step at all lead to the focus node
itself. A node shape passes where all that it demands of the same node does: ``sh:property``, ``sh:node``, ``sh:and``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR, Verdict
from cns.passes.facts import CompilePattern
from cns.passes.kinds import callees_first
from cns.passes.rewrite import ops_of
from cns.terms import n3

Needs = frozenset[int] | None
"""Predicates; None: it may fail whatever there is."""

_NOTHING: frozenset[int] = frozenset()
_DEMANDS = frozenset({OpKind.PROPERTY, OpKind.NODE, OpKind.AND})
_LEAST = frozenset({OpKind.MIN_COUNT, OpKind.QUALIFIED_MIN_COUNT})


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    known: dict[int, Needs] = {}
    for number in callees_first(ir):
        known[number] = _needs(ir, ir.shapes[number], known)
    shapes, notes = list(ir.shapes), []
    for shape in ir.shapes:
        needs = known[shape.id]
        if needs is not None and shape.targets:
            shapes[shape.id] = replace(shape, needs=tuple(sorted(needs)))
            names = " or ".join(n3(ir.terms[term]) for term in sorted(needs))
            notes.append(f"{shape.label}: " + (f"is run only if the data has {names}" if names else "is never run"))
    return replace(ir, shapes=tuple(shapes)), notes


def _needs(ir: ProgramIR, shape: ShapeIR, known: dict[int, Needs]) -> Needs:
    if shape.deactivated:
        return _NOTHING
    ops = [op for op in ops_of(ir, shape) if op.decision.verdict is not Verdict.HOLDS]
    if not ops:
        return _NOTHING
    if shape.path is None:
        demands = all(op.kind in _DEMANDS and op.decision.verdict is not Verdict.FAILS for op in ops)
        return _all(known[n] for op in ops for n in op.shapes) if demands else None
    if any(_asks_for_a_value(op) for op in ops):
        return None
    leads = _leads(ir, shape.path)
    others = {op.terms[0] for op in ops if op.kind is OpKind.EQUALS}
    return None if leads is None else leads | others


def _all(parts: Iterable[Needs]) -> Needs:
    found: Needs = _NOTHING
    for part in parts:
        if part is None or found is None:
            return None
        found |= part
    return found


def _asks_for_a_value(op: Op) -> bool:
    return op.kind is OpKind.HAS_VALUE or (op.kind in _LEAST and op.count > 0)


def _leads(ir: ProgramIR, path: int) -> Needs:
    """Predicates without any of which the path has no values."""
    node = ir.paths[path]
    if node.kind in (PathKind.PREDICATE, PathKind.INVERSE):
        return frozenset({node.term})
    if node.kind in (PathKind.SEQUENCE, PathKind.ONE_OR_MORE):
        # One step without values is enough; the first that can be said anything of.
        return next((found for child in node.children if (found := _leads(ir, child)) is not None), None)
    if node.kind is PathKind.ALTERNATIVE:
        return _all(_leads(ir, child) for child in node.children)
    return None
