"""A run beside an earlier one: what became slower, what takes more memory, whose results changed."""

from __future__ import annotations

from dataclasses import dataclass

from .document import Document, Row
from .tables import SYNTAX, Table


@dataclass(frozen=True)
class Comparison:
    table: Table
    worse: tuple[str, ...]
    """What is past the threshold, one line each: of our own rows only, as the others are not ours to mend."""


def compare(baseline: Document, current: Document, threshold: float) -> Comparison:
    before = {row.key: row for row in baseline.rows}
    lines: list[tuple[str, ...]] = []
    worse: list[str] = []
    for row in current.rows:
        earlier = before.get(row.key)
        if earlier is None:
            continue
        time, memory = _ratio(row, earlier, "total"), _ratio(row, earlier, "memory")
        problems = [
            f"{what} {ratio:.2f} times the baseline's"
            for what, ratio in (("time", time), ("memory", memory))
            if ratio is not None and ratio > threshold
        ]
        if row.outcome != earlier.outcome:
            problems.append(f"results were “{earlier.outcome}”, now “{row.outcome}”")
        where = f"{row.dataset} {SYNTAX[row.syntax]}"
        threads = f", {row.threads} thread{'s' * (row.threads != 1)}" if row.threads else ""
        what = f"{row.contender} {row.state}{threads}"
        if row.ours:
            worse += (f"{where}: {what}: {problem}" for problem in problems)
        lines.append((where, what, _text(time), _text(memory), "; ".join(problems)))
    notes = [] if lines else ["the two have no rows in common"]
    if baseline.machine.cpu != current.machine.cpu:
        notes.append(f"the baseline is from another machine: {baseline.machine.cpu}")
    head = ("dataset", "row", "time", "memory", "")
    title = (
        f"Beside the baseline of {baseline.created} ({baseline.commit[:12] or 'no commit'}): 2.00 is twice as much now"
    )
    return Comparison(Table(title, head, tuple(lines), tuple(notes), words=2), tuple(worse))


def _ratio(row: Row, earlier: Row, name: str) -> float | None:
    now, then = getattr(row, name), getattr(earlier, name)
    return now.median / then.median if now and then and then.median else None


def _text(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
