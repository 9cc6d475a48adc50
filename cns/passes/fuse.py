"""Zero-tick, rule *fused*: checks that one instruction does together.

- Datatype, bounds and lengths of the same value: it is parsed once. Where it does not fit, the checks run one by one,
  and say which of them fail.
- ``sh:minCount 1`` over values that are looped over: the loop has to ask whether there are any.
- ``sh:minCount`` and ``sh:maxCount`` otherwise: one count.

Counts that guard others, and checks that are decided, stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import UNDECIDED, Op, OpKind, ProgramIR, ShapeIR, Verdict
from cns.passes.facts import CompilePattern
from cns.passes.kinds import LOGIC
from cns.passes.rewrite import note, ops_of, with_ops
from cns.terms import RDF_LANG_STRING

_SLOTS = {
    OpKind.DATATYPE: "datatype",
    OpKind.MIN_EXCLUSIVE: "low",
    OpKind.MIN_INCLUSIVE: "low",
    OpKind.MAX_EXCLUSIVE: "high",
    OpKind.MAX_INCLUSIVE: "high",
    OpKind.MIN_LENGTH: "least",
    OpKind.MAX_LENGTH: "most",
}
_IN_LOOPS = (
    frozenset(_SLOTS)
    | LOGIC
    | {
        OpKind.CLASS,
        OpKind.NODE_KIND,
        OpKind.PATTERN,
        OpKind.LANGUAGE_IN,
        OpKind.IN,
        OpKind.CLOSED,
        OpKind.PROPERTY,
    }
)


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    changed: dict[int, Op] = {}
    notes = []
    guards = {op.decision.by for op in ir.ops if op.decision.verdict is Verdict.GUARDED}
    for shape in ir.shapes:
        for group in (_of_the_value(ir, shape), _of_the_count(ir, shape, guards)):
            for op in group:
                changed[op.id] = replace(op, fused=group[0].id)
            if len(group) > 1:
                notes.append(
                    note(ir, group[0], "is done together with " + ", ".join(op.kind.value for op in group[1:]))
                )
            elif group:
                notes.append(note(ir, group[0], "is done by the loop over the values"))
    return with_ops(ir, changed), notes


def _of_the_value(ir: ProgramIR, shape: ShapeIR) -> list[Op]:
    """The first check for each part of a fit; a literal's alone, so that a datatype or a bound must be among them."""
    parts: dict[str, Op] = {}
    for op in ops_of(ir, shape):
        slot = _SLOTS.get(op.kind)
        tagged = op.kind is OpKind.DATATYPE and ir.terms[op.terms[0]] == RDF_LANG_STRING
        if slot and slot not in parts and op.decision == UNDECIDED and not tagged:
            parts[slot] = op
    if len(parts) < 2 or not parts.keys() & {"datatype", "low", "high"}:
        return []
    return sorted(parts.values(), key=lambda op: shape.ops.index(op.id))


def _of_the_count(ir: ProgramIR, shape: ShapeIR, guards: set[int]) -> list[Op]:
    ops = [op for op in ops_of(ir, shape) if op.decision.verdict in (Verdict.RUNTIME, Verdict.FAILS)]
    least = [op for op in ops if op.kind is OpKind.MIN_COUNT]
    most = [op for op in ops if op.kind is OpKind.MAX_COUNT]
    if least and least[0].count == 1 and any(op.kind in _IN_LOOPS for op in ops):
        return least
    pair = [*least, *most]
    return pair if len(pair) == 2 and least and most and not {op.id for op in pair} & guards else []
