"""Zero-tick, *constant* once more, up through the shapes that call shapes: what always or never conforms is a
constant to its callers.

A deactivated shape always conforms, as does one all of whose checks hold. A shape never conforms if one of its checks
fails whatever the values are, or if each value fails one of them and there is always a value: in a node shape, or
where ``sh:minCount`` or ``sh:hasValue`` fails if there is none. ``sh:property`` gives the results of its shape, so
that it is decided only if there are none.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import Decision, Op, OpKind, ProgramIR, ShapeIR, Verdict
from cns.passes.contradictory import RULE
from cns.passes.facts import CompilePattern
from cns.passes.kinds import QUALIFIED, callees_first
from cns.passes.rewrite import note, ops_of, with_ops

_NEEDS_A_VALUE = frozenset({OpKind.MIN_COUNT, OpKind.HAS_VALUE, OpKind.QUALIFIED_MIN_COUNT})
_OF_ALL_VALUES = _NEEDS_A_VALUE | {OpKind.MAX_COUNT, OpKind.QUALIFIED_MAX_COUNT, OpKind.UNIQUE_LANG}

Known = dict[int, bool]
"""Shape → it always conforms, or never does."""


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    known: Known = {}
    ops = list(ir.ops)
    notes = []
    for number in callees_first(ir):
        shape = ir.shapes[number]
        for old in ops_of(ir, shape):
            ops[old.id] = new = _folded(old, known)
            if new is not old:
                what = (
                    f"{new.decision.verdict.value}: {new.decision.reason}"
                    if new.decision != old.decision
                    else "calls fewer shapes"
                )
                notes.append(note(ir, new, what))
        conforms = _always_conforms(shape, [ops[n] for n in shape.ops], ops, known)
        if conforms is not None:
            known[number] = conforms
    return with_ops(ir, {op.id: op for op in ops if op is not ir.ops[op.id]}), notes


def _always_conforms(shape: ShapeIR, ops: list[Op], all_ops: list[Op], known: Known) -> bool | None:
    if shape.deactivated or all(op.decision.verdict is Verdict.HOLDS for op in ops):
        return True
    always_a_value = shape.path is None or any(
        op.kind in _NEEDS_A_VALUE and op.count >= (op.kind is not OpKind.HAS_VALUE) for op in ops if not _holds(op)
    )
    for op in ops:
        fails = op.decision.verdict is Verdict.FAILS or _is_half(op, all_ops)
        fails = fails or (op.kind is OpKind.PROPERTY and not _holds(op) and known.get(op.shapes[0]) is False)
        if fails and (always_a_value or op.kind in _OF_ALL_VALUES):
            return False
    return None


def _holds(op: Op) -> bool:
    return op.decision.verdict is Verdict.HOLDS


def _is_half(op: Op, ops: list[Op]) -> bool:
    return op.decision.rule == RULE and op.decision.by >= 0 and ops[op.decision.by].shape == op.shape


def _folded(op: Op, known: Known) -> Op:
    if op.decision.verdict is not Verdict.RUNTIME or (
        not op.shapes and op.kind not in (OpKind.AND, OpKind.OR, OpKind.XONE)
    ):
        return op
    always = [n for n in op.shapes if known.get(n) is True]
    never = [n for n in op.shapes if known.get(n) is False]
    if op.kind in QUALIFIED:
        return _folded_count(op, bool(always), bool(never), known)
    if op.kind is OpKind.PROPERTY:
        return _holding(op, "the property shape never gives a result") if always else op
    if op.kind in (OpKind.NODE, OpKind.NOT):
        if not always and not never:
            return op
        conforms = bool(always)
        text = f"the shape {'always' if conforms else 'never'} conforms"
        return _holding(op, text) if conforms == (op.kind is OpKind.NODE) else _failing(op, text)
    return _folded_list(op, always, never)


def _folded_list(op: Op, always: list[int], never: list[int]) -> Op:
    if op.kind is OpKind.AND:
        rest = tuple(n for n in op.shapes if n not in always)
        if never:
            return _failing(op, "one of the shapes never conforms")
        return _with_shapes(op, rest) if rest else _holding(op, "all of the shapes always conform")
    rest = tuple(n for n in op.shapes if n not in never)
    if op.kind is OpKind.OR:
        if always:
            return _holding(op, "one of the shapes always conforms")
        return _with_shapes(op, rest) if rest else _failing(op, "none of the shapes ever conforms")
    if len(always) > 1:
        return _failing(op, "more than one of the shapes always conforms")
    if not rest:
        return _failing(op, "none of the shapes ever conforms")
    return _holding(op, "one always conforms, the others never") if len(rest) == len(always) else _with_shapes(op, rest)


def _folded_count(op: Op, always: bool, never: bool, known: Known) -> Op:
    """Counted are the values that conform to the shape and to none of the siblings."""
    del always
    none = never or any(known.get(n) is True for n in op.siblings)
    if none and op.kind is OpKind.QUALIFIED_MAX_COUNT:
        return _holding(op, "no value is ever counted")
    if none and op.count > 0:
        return _failing(op, "no value is ever counted")
    siblings = tuple(n for n in op.siblings if known.get(n) is not False)
    return op if siblings == op.siblings else replace(op, siblings=siblings)


def _with_shapes(op: Op, shapes: tuple[int, ...]) -> Op:
    return op if shapes == op.shapes else replace(op, shapes=shapes)


def _holding(op: Op, reason: str) -> Op:
    return replace(op, decision=Decision(Verdict.HOLDS, "constant", reason=reason))


def _failing(op: Op, reason: str) -> Op:
    return replace(op, decision=Decision(Verdict.FAILS, "contradictory", reason=reason))
