"""Runs the contenders over the datasets: first everyone once, and what they find is compared with what the vm finds;
then rounds in which all take turns, so that what else the machine does meets them all.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cns
from cns.codegen.program import Program

from . import results
from .contenders import Contender
from .document import Agreement, Dataset, Outcome, Payback, Phase, Row, Samples, State, Syntax
from .processes import Done, Failed, Part, run
from .results import Found
from .workloads import Files

ONCE_FROM = 30.0
"""Seconds from which on a contender is not measured again: it is far behind, and the others wait."""
NOT_HELD_FROM = 3.0
"""Seconds from which on it does not read the data anew in the same process."""


UNCOUNTED = frozenset({"report"})
"""Phases of peers that are no part of their totals: writing the report is only there to compare it."""


@dataclass(frozen=True)
class Plan:
    rounds: int
    limit: float
    """Seconds for one process."""
    held: float
    """Seconds that a process goes on for with the shapes that it holds."""
    folder: Path
    """For reports and caches."""


@dataclass
class Progress:
    """Told before each process: how many are done, how many there are now, and which it is."""

    tell: Callable[[int, int, str], None]
    total: int = 0
    done: int = 0

    def next(self, what: str) -> None:
        self.tell(self.done, self.total, what)
        self.done += 1


@dataclass
class Entry:
    """What is known of one contender on one dataset in one syntax."""

    contender: Contender
    outcome: Outcome = "equal"
    reason: str = ""
    agreement: Agreement | None = None
    first: Done | None = None
    """The run whose results were compared; measured too where there is no other."""
    rounds: list[Done] = field(default_factory=list)
    load: float = 0.0

    @property
    def seconds(self) -> float:
        """Of the first round, as a guess of the others."""
        return total(self.first.rounds[0], self.contender.ours) if self.first else float("inf")


@dataclass(frozen=True)
class Measured:
    dataset: Dataset
    rows: tuple[Row, ...]
    runs: tuple[tuple[str, Done], ...]
    """One run of each contender, with a name for it: for the trace."""


def total(parts: Sequence[Part], ours: bool) -> float:
    return sum(part.seconds for part in parts if "/" not in part.name and (ours or part.name not in UNCOUNTED))


def measure(
    files: Files,
    syntaxes: Sequence[Syntax],
    contenders: Sequence[Contender],
    plan: Plan,
    progress: Progress,
    too_slow: dict[tuple[str, Syntax], str],
) -> Measured:
    """One dataset. ``too_slow`` says of contenders why they are not even tried."""
    progress.total += len(syntaxes) * len(contenders) * (plan.rounds + 1)
    expected: Found | None = None
    entries: dict[Syntax, list[Entry]] = {}
    for syntax in syntaxes:
        entries[syntax] = [Entry(contender) for contender in contenders]
        for entry in entries[syntax]:
            if reason := too_slow.get((entry.contender.name, syntax)):
                entry.outcome, entry.reason = "timeout", reason
                continue
            found = _first(entry, files, syntax, plan, progress)
            if found is not None:
                expected = found if expected is None else expected
                entry.agreement = results.compare(expected.rows, found.rows)
                entry.outcome = "differs" if entry.agreement.missing or entry.agreement.extra else "equal"
    if expected is None:
        raise RuntimeError(f"{files.id}: the vm did not run: {entries[syntaxes[0]][0].reason}")
    for syntax in syntaxes:
        for number in range(plan.rounds):
            for entry in entries[syntax]:
                if entry.first is not None and (entry.contender.ours or entry.seconds < ONCE_FROM):
                    _again(entry, files, syntax, number, plan, progress)
                else:
                    progress.done += 1
    rows = [row for syntax in syntaxes for entry in entries[syntax] for row in _rows(entry, files, syntax, plan)]
    runs = [
        (f"{files.id} {syntax} {entry.contender.label}", (*entry.rounds, entry.first)[0])
        for syntax in syntaxes
        for entry in entries[syntax]
        if entry.first is not None
    ]
    return Measured(_dataset(files, expected), tuple(rows), tuple(runs))


def _run(
    contender: Contender, files: Files, syntax: Syntax, plan: Plan, held: float, report: Path | None
) -> Done | Failed:
    form = "events" if files.events else syntax
    data = [str(files.shapes), str(files.data[syntax]), form, str(held), str(report or "-")]
    environment = dict(contender.environment)
    if contender.state != "cold" or not contender.ours:
        return run(contender.command, data, plan.limit, environment | {"CNS_CACHE": str(plan.folder / "cache")})
    with tempfile.TemporaryDirectory(dir=plan.folder) as cache:
        return run(contender.command, data, plan.limit, environment | {"CNS_CACHE": cache})


def _first(entry: Entry, files: Files, syntax: Syntax, plan: Plan, progress: Progress) -> Found | None:
    """The run that is compared; it fills the caches too."""
    progress.next(f"{files.id} {syntax}: {entry.contender.label}, results")
    report = plan.folder / "report.nt"
    done = _run(entry.contender, files, syntax, plan, 0.0, report)
    entry.load = os.getloadavg()[0]
    if isinstance(done, Failed):
        entry.outcome, entry.reason = ("timeout" if done.timeout else "failed"), done.reason
        return None
    entry.first = done
    found = results.read_report(report)
    report.unlink()
    return found


def _again(entry: Entry, files: Files, syntax: Syntax, number: int, plan: Plan, progress: Progress) -> None:
    progress.next(f"{files.id} {syntax}: {entry.contender.label}, round {number + 1} of {plan.rounds}")
    holds = entry.seconds < NOT_HELD_FROM and (entry.contender.state == "warm" or not entry.contender.ours)
    done = _run(entry.contender, files, syntax, plan, plan.held if holds else 0.0, None)
    entry.load = os.getloadavg()[0]
    if isinstance(done, Done):
        entry.rounds.append(done)
    else:
        entry.reason = done.reason


# ---------------------------------------------------------------------- what was measured, as rows


def _rows(entry: Entry, files: Files, syntax: Syntax, plan: Plan) -> list[Row]:
    contender = entry.contender
    runs = entry.rounds or ([entry.first] if entry.first else [])
    reason = "; ".join(filter(None, (contender.note, entry.reason)))
    if entry.first and len(runs) < plan.rounds:
        reason = "; ".join(filter(None, (reason, f"measured {len(runs)} time{'s' * (len(runs) != 1)}")))
    empty = Row(
        dataset=files.id, syntax=syntax, contender=contender.name, version=contender.version, ours=contender.ours,
        state=contender.state, threads=contender.threads, outcome=entry.outcome, reason=reason,
        total=None, process=None, memory=None, phases=(), agreement=entry.agreement, load=entry.load,
    )  # fmt: skip
    if not runs:
        return [empty]
    firsts = [run.rounds[0] for run in runs]
    rows = [
        replace(
            empty,
            total=Samples(tuple(total(parts, contender.ours) for parts in firsts)),
            process=Samples(tuple(run.start + total(run.rounds[0], contender.ours) for run in runs)),
            memory=Samples(tuple(_peak(parts, contender.ours) for parts in firsts)),
            phases=_phases(firsts),
        )
    ]
    held = [_typical(run.rounds[1:], contender.ours) for run in runs if len(run.rounds) > 1]
    if held:
        state: State = "held"
        rows.append(
            replace(
                empty,
                state=state,
                total=Samples(tuple(total(parts, contender.ours) for parts in held)),
                memory=Samples(tuple(_peak(run.rounds[-1], contender.ours) for run in runs if len(run.rounds) > 1)),
                phases=_phases(held),
            )
        )
    return rows


def _typical(rounds: Sequence[Sequence[Part]], ours: bool) -> Sequence[Part]:
    """Of the later half of the rounds of one process, when it is warm, the one with the median total."""
    late = sorted(rounds[len(rounds) // 2 :], key=lambda parts: total(parts, ours))
    return late[(len(late) - 1) // 2]


def _peak(parts: Sequence[Part], ours: bool) -> float:
    return float(max(part.peak for part in parts if ours or part.name not in UNCOUNTED))


def _phases(rounds: Sequence[Sequence[Part]]) -> tuple[Phase, ...]:
    """Each phase with its samples; a phase that not every round had is zero where it was not."""
    names = dict.fromkeys(part.name for parts in rounds for part in parts if "/" not in part.name)
    tables = [{part.name: part for part in parts} for parts in rounds]
    return tuple(
        Phase(
            name,
            Samples(tuple(table[name].seconds if name in table else 0.0 for table in tables)),
            Samples(tuple(float(table[name].peak) for table in tables if name in table)),
        )
        for name in names
    )


def _dataset(files: Files, expected: Found) -> Dataset:
    program: Program = cns.compile(files.shapes, engine="vm", cache=False).program
    return Dataset(
        id=files.id,
        workload=files.workload.name,
        size=files.size,
        triples=files.triples,
        events=files.events,
        bytes={syntax: path.stat().st_size for syntax, path in files.data.items()},
        shapes=program.count("shapes"),
        checks=program.count("ops"),
        results=expected.results,
        distinct=expected.rows.total(),
    )


def paybacks(datasets: Sequence[Dataset], rows: Sequence[Row]) -> tuple[Payback, ...]:
    """From how many triples on compiling repays itself, as each dataset has it."""
    found = []
    for dataset in datasets:
        phases = {
            (row.contender, row.state): {phase.name: phase.seconds for phase in row.phases}
            for row in rows
            if row.dataset == dataset.id
            and row.syntax == "nt"
            and row.ours
            and (row.threads == 1 or row.state == "cold")
        }
        cold = phases.get(("cns native", "cold"), {})
        native, vm = phases.get(("cns native", "held"), {}), phases.get(("cns vm", "held"), {})
        if not ("cc" in cold and "run" in native and "run" in vm):
            continue
        compiling = Samples(tuple(a + b for a, b in zip(cold["render"].values, cold["cc"].values, strict=True)))
        slow, fast = (statistics.median(table["run"].values) / dataset.triples for table in (vm, native))
        triples = round(compiling.median / (slow - fast)) if slow > fast else None
        found.append(Payback(dataset.id, compiling, slow, fast, triples))
    return tuple(found)
