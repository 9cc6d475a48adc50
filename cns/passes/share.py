"""Makes one of shapes that check the same, where only their verdict is asked for.

Results name the shape that they come from; so a shape that gives results stays itself. What ``sh:node``, ``sh:not``,
``sh:and``, ``sh:or``, ``sh:xone`` and qualified shapes call gives none, only a verdict, and verdicts of equal shapes
are equal: severity, messages and names do not matter. The first of them stands for all. Calling the same shape twice
adds nothing to ``sh:and`` and ``sh:or`` (to ``sh:xone`` it does). Terms and paths are one since the IR was built;
equal value sets, patterns and language lists become one when it is lowered.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import Op, OpKind, ProgramIR
from cns.passes.facts import CompilePattern
from cns.passes.kinds import LOGIC, QUALIFIED, callees_first
from cns.passes.rewrite import note, ops_of, with_ops

_VERDICT_ONLY = LOGIC | QUALIFIED
_IDEMPOTENT = frozenset({OpKind.AND, OpKind.OR})


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    first_of = _representatives(ir)
    changed = {}
    notes = []
    for op in ir.ops:
        if op.kind not in _VERDICT_ONLY:
            continue
        shapes = tuple(first_of[n] for n in op.shapes)
        if op.kind in _IDEMPOTENT:
            shapes = tuple(dict.fromkeys(shapes))
        siblings = tuple(dict.fromkeys(first_of[n] for n in op.siblings))
        if (shapes, siblings) != (op.shapes, op.siblings):
            changed[op.id] = replace(op, shapes=shapes, siblings=siblings)
            notes.append(note(ir, op, "calls " + ", ".join(ir.shapes[n].label for n in (*shapes, *siblings))))
    return with_ops(ir, changed), notes


def _representatives(ir: ProgramIR) -> list[int]:
    first_of = list(range(len(ir.shapes)))
    known: dict[object, int] = {}
    for number in callees_first(ir):
        shape = ir.shapes[number]
        checks = () if shape.deactivated else tuple(sorted((_key(op, first_of) for op in ops_of(ir, shape)), key=repr))
        path = None if shape.deactivated else shape.path
        first_of[number] = known.setdefault((path, checks), number)
    return first_of


def _key(op: Op, first_of: list[int]) -> tuple[object, ...]:
    """All that a verdict depends on."""
    shapes = tuple(first_of[n] for n in op.shapes)
    siblings = tuple(sorted(first_of[n] for n in op.siblings))
    return op.kind.value, op.count, op.terms, shapes, siblings, op.text, op.flags, op.languages
