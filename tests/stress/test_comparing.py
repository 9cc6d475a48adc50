"""Beside a baseline: what is worse, what is not, and what cannot be compared."""

from __future__ import annotations

from dataclasses import replace

from stress.bench.comparing import compare
from stress.bench.document import Row, Samples
from tests.stress.documents import document, row


def worse(before: Row, now: Row, threshold: float = 1.25) -> tuple[str, ...]:
    return compare(document(before), document(now), threshold).worse


def test_slower_than_the_threshold_is_worse() -> None:
    assert worse(row("cns vm", 1.0), row("cns vm", 1.2)) == ()
    [line] = worse(row("cns vm", 1.0), row("cns vm", 1.5))
    assert line == "university-2000 N-Triples: cns vm cold, 1 thread: time 1.50 times the baseline's"


def test_more_memory_is_worse() -> None:
    [line] = worse(row("cns vm", 1.0), row("cns vm", 1.0, memory=Samples((9e6,))))
    assert "memory 4.50 times" in line


def test_other_results_are_worse() -> None:
    [line] = worse(row("cns vm", 1.0), row("cns vm", 1.0, outcome="differs"))
    assert "results were “equal”, now “differs”" in line


def test_peers_are_shown_but_not_held_against_us() -> None:
    comparison = compare(document(row("pySHACL", 1.0)), document(row("pySHACL", 3.0)), 1.25)
    assert comparison.worse == ()
    assert comparison.table.rows[0][2] == "3.00"


def test_rows_that_only_one_has_are_passed_over() -> None:
    comparison = compare(document(row("cns vm", 1.0)), document(row("cns native", 9.0)), 1.25)
    assert comparison.worse == ()
    assert comparison.table.notes == ("the two have no rows in common",)


def test_a_row_without_times_has_no_ratio() -> None:
    failed = row("cns vm", 1.0, total=None, memory=None, outcome="failed")
    comparison = compare(document(row("cns vm", 1.0)), document(failed), 1.25)
    assert comparison.table.rows[0][2:4] == ("", "")
    assert len(comparison.worse) == 1


def test_another_machine_is_told() -> None:
    now = document(row("cns vm", 1.0))
    before = replace(now, machine=replace(now.machine, cpu="an older one"))
    assert compare(before, now, 1.25).table.notes == ("the baseline is from another machine: an older one",)
