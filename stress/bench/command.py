"""``cns-aotc bench``: what to run, and what becomes of what it measured."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import cns
from cns.errors import UsageError

from . import contenders as who
from . import document as documents
from . import export, install, machine, page, peers, tables, trace
from .comparing import compare
from .document import Dataset, Document, Settings, Syntax
from .runner import Measured, Plan, Progress, measure, paybacks
from .workloads import WORKLOADS, Files, make

BEGIN, END = "<!-- begin: cns-aotc bench -->", "<!-- end: cns-aotc bench -->"
QUICK_SIZE, QUICK_HELD = 10_000, 0.1
FULL_SIZES = (10_000, 100_000, 1_000_000)
ERRORS, SEED, ROUNDS, LIMIT = 0.001, 1, 5, 60.0
SYNTAXES: tuple[Syntax, ...] = get_args(Syntax)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what is measured")
    what.add_argument("--quick", action="store_true", help="one small workload, ours with one thread and not cold")
    what.add_argument("--workload", action="append", choices=sorted(WORKLOADS), help="may be repeated; default: all")
    what.add_argument("--size", type=_count, nargs="+", metavar="N", help="triples: 10k, 1M; default: 10k 100k 1M")
    what.add_argument("--syntax", nargs="+", choices=SYNTAXES, help="default: both")
    what.add_argument(
        "--only", action="append", choices=who.NAMES, metavar="NAME", help=f"may be repeated: {', '.join(who.NAMES)}"
    )
    what.add_argument(
        "--errors", type=float, default=ERRORS, metavar="SHARE", help="of the data (default: %(default)s)"
    )
    what.add_argument("--seed", type=int, default=SEED, metavar="N")
    what.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="default: %(default)s")
    what.add_argument(
        "--limit", type=float, default=LIMIT, metavar="SECONDS", help="of one process (default: %(default)s)"
    )
    where = parser.add_argument_group("where things are")
    where.add_argument("--peers", type=Path, default=peers.folder(), metavar="FOLDER", help="default: %(default)s")
    where.add_argument("--install-peers", action="store_true", help="put the peers there, and no more")
    where.add_argument("--data", type=Path, metavar="FOLDER", help="keep the data there for the next run")
    result = parser.add_argument_group("what becomes of it")
    result.add_argument("-o", "--output", type=Path, metavar="FILE", help="the document, as JSON")
    result.add_argument(
        "--show", type=Path, nargs="+", metavar="FILE", help="run nothing: take these documents, as one"
    )
    result.add_argument(
        "--compare", type=Path, metavar="BASELINE", help="ratios to an earlier document; exit 1 if worse"
    )
    result.add_argument(
        "--threshold", type=float, default=1.25, metavar="RATIO", help="that is worse (default: %(default)s)"
    )
    result.add_argument("--html", type=Path, metavar="FILE", help="all of it as one page with charts and the trace")
    result.add_argument("--svg", type=Path, metavar="FILE", help="the times on the largest data as a picture")
    result.add_argument("--docs", type=Path, metavar="FILE", help="put the tables between the marks in a Markdown file")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """0, or 1 where --compare found something worse."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # the process that is measured ends too
    if options.install_peers:
        return 0 if install.install(options.peers, peers.NAMES, lambda text: print(text, flush=True)) else 2
    document = _joined([_read(path) for path in options.show]) if options.show else _measured(options)
    if options.output:
        documents.write(document, options.output)
    export.send(document)
    if options.html:
        options.html.write_text(page.html(document), encoding="utf-8")
    if options.svg:
        options.svg.write_text(page.svg(document), encoding="utf-8")
    _print(document)
    if options.docs:
        rewrite(options.docs, document)
    if options.compare:
        comparison = compare(_read(options.compare), document, options.threshold)
        print(tables.terminal(comparison.table))
        for line in comparison.worse:
            print(f"worse: {line}")
        return 1 if comparison.worse else 0
    return 0


def _count(text: str) -> int:
    """10k, 1M, 2000."""
    match = re.fullmatch(r"(\d+)([kM]?)", text)
    if not match or not int(match[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of triples: 2000, 10k, 1M")
    return int(match[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[match[2]]


def _read(path: Path) -> Document:
    try:
        return documents.read(path)
    except (OSError, documents.BadDocument) as error:
        raise UsageError("CNS920", f"{path}: {error}", hint="a document that cns-aotc bench -o has written") from None


# ---------------------------------------------------------------------- measuring


def _measured(options: argparse.Namespace) -> Document:
    names = options.workload or (["university"] if options.quick else list(WORKLOADS))
    sizes = options.size or ([QUICK_SIZE] if options.quick else list(FULL_SIZES))
    syntaxes: list[Syntax] = options.syntax or (["nt"] if options.quick else list(SYNTAXES))
    taking_part, left_out = who.gather(options.only or who.NAMES, options.peers)
    if options.quick:
        taking_part = [one for one in taking_part if not one.ours or (one.state, one.threads) == ("warm", 1)]
    if not any(contender.ours for contender in taking_part):
        raise UsageError("CNS921", "there is nothing to compare with", hint='keep "cns vm" among --only')
    created, load_before = datetime.now(UTC), os.getloadavg()[0]
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="cns-bench-") as name, _progress() as progress:
        folder = Path(name)
        plan = Plan(options.rounds, options.limit, QUICK_HELD if options.quick else 0.5, folder)
        data = options.data or folder / "data"
        for workload in names:
            too_slow: dict[tuple[str, Syntax], str] = {}
            for size in sorted(sizes):
                progress.tell(progress.done, progress.total, f"writing {workload}, {size:,} triples")
                files = make(WORKLOADS[workload], size, options.seed, options.errors, syntaxes, data)
                there = [syntax for syntax in syntaxes if syntax in files.data]
                if not there:  # a stream is in N-Triples alone
                    continue
                # Events are checked one after the other, so that threads have nothing to do.
                idle = [one for one in taking_part if files.events and one.threads > 1 and one.state == "warm"]
                fitting = [one for one in taking_part if one not in idle]
                measured.append(measure(files, there, fitting, plan, progress, too_slow))
                export.counted_run(files)
                too_slow = _too_slow(measured[-1], files, sorted(sizes), options.limit)
    datasets = tuple(one.dataset for one in measured)
    rows = tuple(row for one in measured for row in one.rows)
    return Document(
        schema=documents.VERSION,
        created=created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        cns=cns.__version__,
        commit=machine.commit(),
        machine=machine.describe(load_before),
        settings=Settings(_command(options), options.rounds, options.limit, options.seed, options.errors),
        datasets=datasets,
        rows=rows,
        paybacks=paybacks(datasets, rows),
        left_out=tuple(left_out),
        spans=trace.spans([run for one in measured for run in one.runs]),
    )


def _too_slow(measured: Measured, files: Files, sizes: Sequence[int], limit: float) -> dict[tuple[str, Syntax], str]:
    """Peers that would not be done in time with the next size, if they grow in proportion."""
    larger = [size for size in sizes if size > files.size]
    if not larger:
        return {}
    found = {}
    for row in measured.rows:
        if row.ours:
            continue
        if row.total is None and row.outcome == "timeout":
            tried = not row.reason.startswith("not tried")
            reason = f"not tried: {row.reason} with less data" if tried else row.reason
            found[row.contender, row.syntax] = reason
        elif row.total and row.total.median * larger[0] / files.size > limit:
            took = f"{row.total.median:.1f} s for {files.triples:,} triples"
            found[row.contender, row.syntax] = f"not tried: it took {took}, and may take {limit:g} s"
    return found


def _joined(parts: Sequence[Document]) -> Document:
    """Several runs of one machine as one document; what comes later stands for the same row before."""
    first, last = parts[0], parts[-1]
    if len({(part.machine.cpu, part.commit, part.settings.rounds, part.settings.errors) for part in parts}) > 1:
        raise UsageError(
            "CNS922", "documents of different machines, commits, rounds or errors are not one", hint="one by one"
        )
    rows = {
        (row.dataset, row.syntax, row.contender, row.state, row.threads): row for part in parts for row in part.rows
    }
    datasets: dict[str, Dataset] = {}
    for dataset in (dataset for part in parts for dataset in part.datasets):
        known = datasets.get(dataset.id, dataset)
        datasets[dataset.id] = replace(dataset, bytes={**known.bytes, **dataset.bytes})
    commands = "; ".join(dict.fromkeys(part.settings.command for part in parts))
    limit = max(part.settings.time_limit for part in parts)
    return Document(
        schema=documents.VERSION,
        created=first.created,
        cns=first.cns,
        commit=first.commit,
        machine=replace(first.machine, load_after=last.machine.load_after),
        settings=replace(first.settings, command=commands, time_limit=limit),
        datasets=tuple(datasets.values()),
        rows=tuple(rows.values()),
        paybacks=tuple({payback.dataset: payback for part in parts for payback in part.paybacks}.values()),
        left_out=tuple(dict.fromkeys(left for part in parts for left in part.left_out)),
        spans=tuple(span for part in parts for span in part.spans),
    )


def _command(options: argparse.Namespace) -> str:
    """What measures the same again, wherever things are there."""
    words = ["cns-aotc", "bench", *(["--quick"] if options.quick else [])]
    words += (word for name in options.workload or () for word in ("--workload", name))
    for name in ("size", "syntax"):
        if values := getattr(options, name):
            words += [f"--{name}", *map(str, values)]
    words += (word for name in options.only or () for word in ("--only", name))
    for name, usual in (("errors", ERRORS), ("seed", SEED), ("rounds", ROUNDS), ("limit", LIMIT)):
        if (value := getattr(options, name)) != usual:
            words += [f"--{name}", str(value)]
    return shlex.join(words)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal; in a pipe nothing."""
    if not sys.stderr.isatty():
        yield Progress(lambda done, total, what: None)
        return

    def tell(done: int, total: int, what: str) -> None:
        filled = 20 * done // max(total, 1)
        bar = "█" * filled + "░" * (20 - filled)
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\x1b[K{f'{bar} {done}/{total} {what}'[:width]}", end="", file=sys.stderr, flush=True)

    try:
        yield Progress(tell)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


# ---------------------------------------------------------------------- showing


def _print(document: Document) -> None:
    for line in tables.about(document):
        print(line)
    print()
    for table in tables.tables(document):
        print(tables.terminal(table))


def rewrite(path: Path, document: Document) -> None:
    """The tables between the marks; the rest of the file stays as it is."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UsageError("CNS923", f"{path} has no place for the tables", hint=f"put {BEGIN} and {END} there")
    parts = [f"`{document.settings.command}`", *tables.about(document), *map(tables.markdown, tables.tables(document))]
    path.write_text(
        f"{before}{BEGIN}\n" + "\n\n".join(part.strip() for part in parts) + f"\n{END}{after}", encoding="utf-8"
    )
