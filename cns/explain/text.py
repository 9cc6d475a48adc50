"""The explanation as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cns.explain.model import Check, Explanation, Shape

_MARKS = {"runtime": " ", "holds": "=", "fails": "!", "guarded": "?"}


def as_text(explanation: Explanation) -> str:
    return "".join(line + "\n" for line in _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    checks = [check for shape in explanation.shapes for check in shape.checks]
    decided = sum(check.verdict != "runtime" for check in checks)
    fused = sum(check.verdict == "runtime" and check.fused not in (-1, check.number) for check in checks)
    yield f"{len(explanation.shapes)} shapes, {len(checks)} checks: {decided} decided, {fused} done with others"
    yield "marks: = always holds   ? looked at only where another check failed   ! always fails   + done with another"
    for shape in explanation.shapes:
        yield ""
        yield from _shape_lines(shape)
    yield ""
    yield "data plan"
    for column in explanation.plan.columns:
        yield f"  {column.predicate}  {', '.join(column.uses) or 'nothing: a closed shape allows it'}"
    yield f"  others: {explanation.plan.others}"
    yield "tables"
    for table in explanation.tables:
        yield f"  {table.name}: {table.entries:,}, {table.bytes:,} bytes"
    for warning in explanation.warnings:
        yield f"warning: {warning}"


def _shape_lines(shape: Shape) -> Iterator[str]:
    yield f"shape {shape.number} {shape.label}{'  (deactivated)' if shape.deactivated else ''}"
    if shape.where:
        yield f"  in {shape.where}"
    for target in shape.targets:
        yield f"  target {target}"
    if shape.path:
        yield f"  path {shape.path}"
    if shape.remembered:
        yield "  its verdicts are kept: no value is asked about twice"
    yield f"  {shape.cycles:,.0f} cycles a focus node where all holds; at most {shape.worst}"
    for check in shape.checks:
        yield f"  {_mark(check)} {check.cycles:7,.0f}  {check.number:4} {check.text}{_why(check)}"


def _mark(check: Check) -> str:
    return "+" if check.verdict == "runtime" and check.fused not in (-1, check.number) else _MARKS[check.verdict]


def _why(check: Check) -> str:
    parts = []
    if check.reason:
        parts.append(check.reason + (f" ({check.by})" if check.by >= 0 else ""))
    if check.fused not in (-1, check.number):
        parts.append(f"done with {check.fused}")
    return f"  — {', '.join(parts)}" if parts else ""
