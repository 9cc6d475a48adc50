"""Zero-tick, rule *contradictory*: pairs of checks of which no value (no number of values) can pass both.

Both stay, since only the data says which of them fails, and every failure is reported. What is gained is a warning,
and the knowledge that the shape fails wherever there is a value.
"""

from __future__ import annotations

from cns.ir.types import Decision, Op, OpKind, ProgramIR, Verdict
from cns.passes.facts import CompilePattern, Facts
from cns.passes.kinds import LOGIC, QUALIFIED, value_kinds
from cns.passes.rewrite import decide, note
from cns.passes.value_sets import value_sets
from cython_optimizations import zero_tick

RULE = "contradictory"


def run(ir: ProgramIR, compile_pattern: CompilePattern) -> tuple[ProgramIR, list[str]]:
    _, kinds = value_kinds(ir)
    facts = Facts(ir, compile_pattern)
    groups = value_sets(ir, kinds, inlined=False)
    table = facts.table(groups)
    found = zero_tick.contradictions(table.rows, bytes(table.rows.count), table.kinds)
    pairs = [(table.ops[a], table.ops[b]) for a, b in found]
    for _, ops in groups:
        pairs += _required_but_not_allowed(facts, ops)
    decisions: dict[int, Decision] = {}
    for first, second in pairs:
        for op, other in ((first, second), (second, first)):
            decisions.setdefault(op.id, Decision(Verdict.RUNTIME, RULE, other.id, f"excludes {other.kind.value}"))
    ir = decide(ir, decisions)
    return ir, [note(ir, first, f"and {second.kind.value} exclude each other") for first, second in pairs]


def _required_but_not_allowed(facts: Facts, ops: list[Op]) -> list[tuple[Op, Op]]:
    """If the required value is there, it fails the sh:in; if not, sh:hasValue fails."""
    sets = [op for op in ops if op.kind is OpKind.IN and op.terms]
    required = [op for op in ops if op.kind is OpKind.HAS_VALUE]
    return [
        (value, allowed)
        for value in required
        for allowed in sets
        if not any(facts.may_equal(value.terms[0], term) for term in allowed.terms)
    ]


def warnings(ir: ProgramIR) -> list[str]:
    """What the user should hear: both halves, once."""
    found = []
    for op in ir.ops:
        if (
            op.decision.rule != RULE or op.kind in LOGIC or op.kind in QUALIFIED
        ):  # what follows from it is not said again
            continue
        shape = ir.shapes[op.shape]
        if op.decision.verdict is Verdict.FAILS:
            found.append(f"{shape.where}: sh:{op.kind.value} of {shape.label} can never hold: {op.decision.reason}")
        elif op.decision.by > op.id or ir.ops[op.decision.by].decision.by != op.id:
            other = ir.ops[op.decision.by]
            owner = ir.shapes[other.shape].label
            what = (
                f"sh:{other.kind.value} of {shape.label}"
                if owner == shape.label
                else f"of {shape.label} and sh:{other.kind.value} of {owner}"
            )
            found.append(
                f"{shape.where}: sh:{op.kind.value} {'and ' if owner == shape.label else ''}{what} exclude each other"
            )
    return found
