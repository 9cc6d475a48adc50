"""What passes share: changed ops put in their places, decisions, and how to name things in notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cns.ir.types import Decision, Op, ProgramIR, ShapeIR, Verdict


def with_ops(ir: ProgramIR, changed: Mapping[int, Op]) -> ProgramIR:
    return replace(ir, ops=tuple(changed.get(op.id, op) for op in ir.ops)) if changed else ir


def decide(ir: ProgramIR, decisions: Mapping[int, Decision]) -> ProgramIR:
    return with_ops(ir, {n: replace(ir.ops[n], decision=decision) for n, decision in decisions.items()})


def ops_of(ir: ProgramIR, shape: ShapeIR) -> list[Op]:
    return [ir.ops[number] for number in shape.ops]


def undecided(ops: Iterable[Op]) -> list[Op]:
    return [op for op in ops if op.decision.verdict is Verdict.RUNTIME]


def called(op: Op) -> tuple[int, ...]:
    """The shapes that evaluating the op may evaluate."""
    return (*op.shapes, *op.siblings) if op.decision.verdict in (Verdict.RUNTIME, Verdict.GUARDED) else ()


def note(ir: ProgramIR, op: Op, text: str) -> str:
    return f"{ir.shapes[op.shape].label}: {op.kind.value} {text}"
