"""A document as tables, for a terminal or as Markdown. Losses stand beside wins, and what differs is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .document import Dataset, Document, Row, Samples

SYNTAX = {"nt": "N-Triples", "turtle": "Turtle"}
BEFORE = frozenset({"shapes", "open", "load", "parse", "check", "build", "render", "cc", "lower", "order", "optimise"})
READING = frozenset({"read", "index"})
_SHOWN = 3


@dataclass(frozen=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: int = 1
    """How many columns are text; the others are figures and stand at the right."""


def tables(document: Document) -> Iterator[Table]:
    """All in short; who takes how long; where our time goes with each workload's most data; when compiling pays."""
    contests = [
        (dataset, syntax, rows)
        for dataset in document.datasets
        for syntax in dataset.bytes
        if (rows := [row for row in document.rows if (row.dataset, row.syntax) == (dataset.id, syntax)])
    ]
    if any(not row.ours and row.total for row in document.rows):
        yield _summary(contests)
    for dataset, syntax, rows in contests:
        yield _contest(dataset, syntax, rows)
    largest = {dataset.workload: dataset.size for dataset in sorted(document.datasets, key=lambda one: one.size)}
    for dataset, _, rows in contests:
        ours = [row for row in rows if row.ours and row.total and row.state == "warm"]
        if ours and dataset.size == largest[dataset.workload]:
            yield _phases(dataset, min(ours, key=_seconds))
    if document.paybacks:
        yield _paybacks(document)


def about(document: Document) -> Iterator[str]:
    """What a reader of the figures has to know first."""
    machine, settings = document.machine, document.settings
    yield (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory / 2**30:.0f} GB, {machine.system}, "
        f"Python {machine.python}, {machine.compiler or 'no C compiler'}; "
        f"load {machine.load_before:.1f} before, {machine.load_after:.1f} after."
    )
    yield f"cns {document.cns}{f' at {document.commit[:12]}' if document.commit else ''}, {document.created}."
    rounds = f"{settings.rounds} round{'s' * (settings.rounds != 1)}"
    yield (
        f"Medians of {rounds} in which all take turns, ± half of the distance from least to greatest; "
        f"{settings.errors:.1%} of errors; {settings.time_limit:g} s for each process."
    )
    for left in document.left_out:
        yield f"Left out: {left.contender}: {left.reason}."


def _seconds(row: Row) -> float:
    return row.total.median if row.total else float("inf")


def _summary(contests: Sequence[tuple[Dataset, str, Sequence[Row]]]) -> Table:
    """Our fastest row beside the fastest peer that finds the same: new processes, then those that hold the shapes."""
    lines = []
    for dataset, syntax, rows in contests:
        for states in (("warm", "cold"), ("held", "held")):
            ours = min((row for row in rows if row.ours and row.state == states[0]), key=_seconds, default=None)
            theirs = [row for row in rows if not row.ours and row.state == states[1] and row.total]
            peer = min((row for row in theirs if row.outcome == "equal"), key=_seconds, default=None)
            if ours is None or ours.total is None or peer is None:
                continue
            slowest = next((row for row in theirs if row.contender == "pySHACL"), None)
            lines.append(
                (
                    f"{dataset.workload}, {dataset.triples:,}",
                    SYNTAX[syntax],
                    states[0],
                    f"{ours.contender}, {ours.threads} thread{'s' * (ours.threads != 1)}",
                    peer.contender,
                    _time(ours.total.median),
                    _time(_seconds(peer)),
                    f"{_seconds(peer) / ours.total.median:,.1f}",
                    f"{peer.process.median / ours.process.median:,.1f}" if ours.process and peer.process else "",
                    f"{peer.memory.median / ours.memory.median:.1f}" if ours.memory and peer.memory else "",
                    f"{_seconds(slowest) / ours.total.median:,.0f}" if slowest else "",
                )
            )
    title = (
        "How many times as much the fastest peer with equal results takes: of time, of the whole process's time, "
        "of memory; and pySHACL of time"
    )
    head = ("data, triples", "", "state", "ours", "peer", "ours", "peer", "faster", "process", "memory", "pySHACL")
    return Table(title, head, tuple(lines), words=5)


def _contest(dataset: Dataset, syntax: str, rows: Sequence[Row]) -> Table:
    ours = min((row.total.median for row in rows if row.ours and row.total), default=0.0)
    measured = sorted((row for row in rows if row.total), key=lambda row: row.total.median if row.total else 0.0)
    lines: list[tuple[str, ...]] = []
    notes: list[str] = []
    for row in measured:
        total = row.total or Samples((0.0,))
        shapes, reading, validating = _thirds(row)
        lines.append(
            (
                f"{row.contender} {row.version}" if not row.ours else row.contender,
                row.state,
                str(row.threads) if row.threads else "",
                _agreement(row),
                _time(total.median),
                f"±{total.spread * 50:.0f} %",
                f"{total.median / ours:,.1f}" if ours else "",
                _time(shapes),
                _time(reading),
                _time(validating),
                _time(row.process.median) if row.process else "",
                _size(row.memory.median) if row.memory else "",
            )
        )
    for row in rows:
        if row.total is None:
            lines.append((f"{row.contender} {row.version}", row.state, "", row.outcome, *[""] * 8))
    for name in dict.fromkeys(row.contender for row in rows):
        row = next(row for row in rows if row.contender == name)
        if row.reason:
            notes.append(f"{name}: {row.reason}")
        if row.agreement and row.outcome == "differs":
            notes.append(f"{name}: {row.agreement.missing:,} results missing, {row.agreement.extra:,} extra")
            notes += (f"  {difference}" for difference in _first(row.agreement.differences))
    size = dataset.bytes[syntax]
    events = f"{dataset.events:,} events, " if dataset.events else ""
    title = (
        f"{dataset.workload}: {events}{dataset.triples:,} triples, {size / 1e6:,.1f} MB of {SYNTAX[syntax]}, "
        f"{dataset.shapes:,} shapes, {dataset.results:,} results"
    )
    head = (
        "",
        "state",
        "threads",
        "results",
        "total",
        "",
        "to best",
        "shapes",
        "read",
        "validate",
        "process",
        "memory",
    )
    return Table(title, head, tuple(lines), tuple(notes), words=4)


def _first(differences: Sequence[str]) -> Iterator[str]:
    for what in ("missing", "extra"):
        yield from [text for text in differences if text.startswith(what)][:_SHOWN]


def _agreement(row: Row) -> str:
    return "equal" if row.outcome == "equal" else "DIFFER"


def _thirds(row: Row) -> tuple[float, float, float]:
    """What goes before the data, its reading, and the rest; for peers their own shapes, load, validate."""
    parts = [0.0, 0.0, 0.0]
    for phase in row.phases:
        if not row.ours and phase.name == "report":
            continue
        if row.ours:
            place = 0 if phase.name in BEFORE else 1 if phase.name in READING else 2
        else:
            place = {"shapes": 0, "load": 1}.get(phase.name, 2)
        parts[place] += phase.seconds.median
    return parts[0], parts[1], parts[2]


def _phases(dataset: Dataset, row: Row) -> Table:
    """Phase by phase, with what goes through those that see all of the data."""
    size = dataset.bytes[row.syntax]
    lines = []
    for phase in row.phases:
        seconds = phase.seconds.median
        through = phase.name in ("read", "index", "run") and seconds > 0
        lines.append(
            (
                phase.name,
                _time(seconds),
                f"{dataset.triples / seconds / 1e6:,.1f} M/s" if through else "",
                f"{size / seconds / 1e9:,.2f} GB/s" if through and phase.name == "read" else "",
                _size(phase.peak.median) if phase.peak else "",
            )
        )
    threads = f"{row.threads} thread{'s' * (row.threads != 1)}"
    title = (
        f"{dataset.workload}, {dataset.triples:,} triples, {SYNTAX[row.syntax]}: {row.contender} {row.state}, {threads}"
    )
    return Table(title, ("phase", "time", "triples", "bytes", "memory so far"), tuple(lines))


def _paybacks(document: Document) -> Table:
    lines = tuple(
        (
            document.dataset(payback.dataset).workload,
            f"{document.dataset(payback.dataset).triples:,}",
            _time(payback.compiling.median),
            f"{payback.vm * 1e9:.2f} ns",
            f"{payback.native * 1e9:.2f} ns",
            f"{payback.triples:,}" if payback.triples is not None else "never",
        )
        for payback in document.paybacks
    )
    head = ("workload", "triples", "compiling", "vm, a triple", "native, a triple", "pays from")
    return Table("What compiling to native code costs, and the triples from which on it pays in one run", head, lines)


def _time(seconds: float) -> str:
    if seconds >= 10:
        return f"{seconds:,.1f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 100 else f"{milliseconds:.3g} ms" if seconds else "0"


def _size(count: float) -> str:
    return f"{count / 1e6:,.0f} MB"


# ---------------------------------------------------------------------- as text


def terminal(table: Table) -> str:
    widths = [max(len(row[i]) for row in (table.head, *table.rows)) for i in range(len(table.head))]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            cell.ljust(width) if i < table.words else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()

    parts = [table.title, line(table.head), *map(line, table.rows), *(f"  {note}" for note in table.notes)]
    return "\n".join(parts) + "\n"


def markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = line(["---" if i < table.words else "---:" for i in range(len(table.head))])
    notes = "".join(f"- {_code(note)}\n" for note in table.notes)
    parts = [f"### {table.title}\n", line(table.head), rule, *map(line, table.rows)]
    return "\n".join(parts) + "\n" + (f"\n{notes}" if notes else "")


def _code(note: str) -> str:
    """Differences have terms in them, which Markdown would take for its own."""
    return f"`{note.strip()}`" if note.startswith("  ") else note
