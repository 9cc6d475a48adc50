"""Zero-tick, rule *implied*: a check that holds wherever another one of the same values does is looked at only where
that one failed.

Both are reported then, as without the rule; and where the guard passes, the other one costs nothing. The proofs for
checks of the same values are in zero_tick.pyx; where the property shapes of a node shape are inlined, those of one
path are one set of values. Here is the one that goes through shapes, for what a shape inherits by ``sh:node`` and
says again:

If a node conforms to a shape P, then it passes all of P's checks, those of the property shapes of P, and those of the
shapes that P demands by ``sh:node`` and ``sh:and``. So if P is demanded of the same node, a check that follows from
one of these, at the same path, is guarded by the check that demands P. A property shape is called as a whole: it is
guarded if all of its checks follow.

Not done: a shape demanded by ``sh:node`` of a value that is the focus node of that very shape by its class. The
results differ: those of the target, and beside them one of ``sh:node`` for each value, which needs the verdict; and
which roots run at all is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cns.ir.types import Decision, Op, OpKind, ProgramIR, ShapeIR, Verdict
from cns.passes.facts import CompilePattern, Facts
from cns.passes.kinds import PathKinds, value_kinds
from cns.passes.rewrite import decide, note, ops_of, undecided, with_ops
from cns.passes.value_sets import value_sets
from cython_optimizations import zero_tick

_DEMANDS = frozenset({OpKind.NODE, OpKind.AND})


def run(ir: ProgramIR, compile_pattern: CompilePattern) -> tuple[ProgramIR, list[str]]:
    focus, kinds = value_kinds(ir)
    facts = Facts(ir, compile_pattern)
    decisions = _of_the_same_values(facts, value_sets(ir, kinds, inlined=True))
    for shape in ir.shapes:
        if shape.path is None and not shape.deactivated:
            decisions |= _inherited(facts, shape, focus[shape.id], decisions)
    for number, decision in decisions.items():  # a guard that is guarded now hands its own on
        while (by := decision.by) in decisions:
            decision = decisions[number] = replace(decision, by=decisions[by].by)
    ir = decide(ir, decisions)
    # What runs after a failure only is called: its code has no place in the straight line.
    ir = with_ops(ir, {n: replace(ir.ops[n], inlined=()) for n in decisions if ir.ops[n].kind is OpKind.PROPERTY})
    return ir, [note(ir, ir.ops[n], d.reason) for n, d in decisions.items()]


def _of_the_same_values(facts: Facts, groups: list[tuple[int, list[Op]]]) -> dict[int, Decision]:
    table = facts.table(groups)
    found = zero_tick.guards(table.rows, bytes(table.rows.count), table.kinds, facts.hierarchy, table.known)
    return {
        op.id: Decision(Verdict.GUARDED, "implied", table.ops[guard].id, f"follows from {table.ops[guard].kind.value}")
        for op, guard in zip(table.ops, found, strict=True)
        if guard >= 0
    }


def _inherited(facts: Facts, shape: ShapeIR, kinds: int, decisions: dict[int, Decision]) -> dict[int, Decision]:
    found: dict[int, Decision] = {}
    ops = [op for op in undecided(ops_of(facts.ir, shape)) if op.id not in decisions]
    for guard in (op for op in ops if op.kind in _DEMANDS):
        promised = list(_promises(facts.ir, guard.shapes))
        for op in ops:
            if op is guard or op.id in found or guard.id in found or op.kind in _DEMANDS:
                continue
            if _follows(facts, op, promised, kinds):
                found[op.id] = Decision(Verdict.GUARDED, "implied", guard.id, f"{guard.kind.value} demands it already")
    return found


def _promises(ir: ProgramIR, shapes: Iterable[int]) -> Iterator[tuple[int | None, Op]]:
    """(path, check) of all that holds at a node that conforms to the shapes; each shape once, however many ways lead
    to it."""
    waiting = list(shapes)[::-1]
    seen: set[int] = set()
    while waiting:
        shape = ir.shapes[waiting.pop()]
        if shape.id in seen or shape.deactivated:
            continue
        seen.add(shape.id)
        demanded: list[int] = []
        for op in ops_of(ir, shape):
            if op.decision.verdict is Verdict.HOLDS:
                continue
            yield shape.path, op
            if shape.path is None and (op.kind is OpKind.PROPERTY or op.kind in _DEMANDS):
                demanded += op.shapes
        waiting += reversed(demanded)


def _follows(facts: Facts, op: Op, promised: list[tuple[int | None, Op]], kinds: int) -> bool:
    if op.kind is not OpKind.PROPERTY:
        return _all_implied(facts, [op], [other for path, other in promised if path is None], kinds)
    shape = facts.ir.shapes[op.shapes[0]]
    if shape.deactivated or shape.path is None:
        return False
    wanted = [o for o in ops_of(facts.ir, shape) if o.decision.verdict is not Verdict.HOLDS]
    given = [other for path, other in promised if path == shape.path]
    return _all_implied(facts, wanted, given, PathKinds(facts.ir)(shape.path, kinds))


def _all_implied(facts: Facts, wanted: list[Op], given: list[Op], kinds: int) -> bool:
    """A table in which the promised checks come first, so that of equals they are the guards."""
    if not given:
        return False
    table = facts.table([(kinds, [*given, *wanted])])
    found = zero_tick.guards(table.rows, bytes(table.rows.count), table.kinds, facts.hierarchy, table.known)
    return all(0 <= found[i] < len(given) for i in range(len(given), len(table.ops)))
