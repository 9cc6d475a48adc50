"""Zero-tick, rule *constant*: checks that hold, or fail, of every value that can be there. The proofs are in
zero_tick.pyx."""

from __future__ import annotations

from cns.ir.types import Decision, Op, OpKind, ProgramIR, Verdict
from cns.passes.facts import CompilePattern, Facts
from cns.passes.kinds import value_kinds
from cns.passes.rewrite import decide, note, ops_of
from cython_optimizations import zero_tick


def run(ir: ProgramIR, compile_pattern: CompilePattern) -> tuple[ProgramIR, list[str]]:
    _, kinds = value_kinds(ir)
    active = [shape for shape in ir.shapes if not shape.deactivated]
    table = Facts(ir, compile_pattern).table((kinds[shape.id], ops_of(ir, shape)) for shape in active)
    decisions = {}
    for op, verdict in zip(table.ops, zero_tick.constants(table.rows, table.kinds), strict=True):
        if verdict == zero_tick.HOLDS or (op.kind is OpKind.QUALIFIED_MIN_COUNT and op.count == 0):
            decisions[op.id] = Decision(Verdict.HOLDS, "constant", reason=_why_it_holds(op))
        elif verdict == zero_tick.FAILS:
            decisions[op.id] = Decision(Verdict.FAILS, "contradictory", reason=_why_it_fails(op))
    ir = decide(ir, decisions)
    return ir, [note(ir, ir.ops[n], f"{d.verdict.value}: {d.reason}") for n, d in decisions.items()]


def _why_it_holds(op: Op) -> str:
    if op.kind in (OpKind.MIN_COUNT, OpKind.QUALIFIED_MIN_COUNT):
        return "no number is below 0"
    if op.kind is OpKind.NODE_KIND:
        return "what leads here gives no other kinds of nodes"
    return "every text will do, and no blank node can be here"


def _why_it_fails(op: Op) -> str:
    if op.kind is OpKind.IN and not op.terms:
        return "the list is empty"
    if op.kind is OpKind.LANGUAGE_IN and not op.languages:
        return "the list is empty"
    if op.kind is OpKind.PATTERN:
        return "no text matches, or no value can have a text"
    return "no value that can be here passes"
