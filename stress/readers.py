"""The readers beside rdflib, pyoxigraph and a plain hand-written C loop, the limit; results compared first.

python -m stress.readers --triples 1000000 --rounds 5

A university's data with its 15 predicates; shapes that can see all of them, those of about half of the triples, or few.
"""

from __future__ import annotations

import argparse
import mmap
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cns
from cns.runtime.sources import cores
from cython_optimizations.store import Program, Store

from .turtle_writer import turtle
from .university import RDF_TYPE, UB, triples

HERE = Path(__file__).parent
NAMES = (
    "name takesCourse telephone emailAddress memberOf publicationDate publicationAuthor teacherOf worksFor "
    "doctoralDegreeFrom advisor age subOrganizationOf headOf"
)
PREDICATES = [RDF_TYPE, *(f"<{UB}{name}>" for name in NAMES.split())]
KEPT = {
    "all": PREDICATES,
    "half": PREDICATES[:3],
    "few": [f"<{UB}{name}>" for name in ("age", "subOrganizationOf", "headOf")],
}
"""What the shapes can see: 100 %, 51 % and 0.6 % of the triples."""


@dataclass
class Row:
    """One contender: how it reads, and how long that took in each round."""

    name: str
    read: Callable[[], tuple[float, int]]
    """→ (seconds, triples kept)"""
    rounds: int
    kept: int = 0
    times: list[float] = field(default_factory=list)


def program_that_keeps(predicates: Iterable[str]) -> Program:
    properties = " ; ".join(f"sh:property [ sh:path {p} ; sh:maxCount 1000000000 ]" for p in predicates)
    shapes = (
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetNode <urn:x> ; {properties} ."
    )
    return Program(cns.compile(shapes, format="turtle", cache=False).to_bytes())


def ours(program: Program, data: Any, syntax: str, threads: int) -> tuple[float, int]:
    store = Store(program)
    start = time.perf_counter()
    store.read(data, syntax, threads=threads)
    return time.perf_counter() - start, store.triples_kept


def anonymous_bytes() -> int:
    """Memory of this process that is no file's."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("this machine does not say how much memory a process has")


def print_memory(path: Path, syntax: str) -> None:
    """Bytes a kept triple, read and indexed; in a process of its own, whose memory nobody has used before."""
    program = program_that_keeps(PREDICATES)
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    before = anonymous_bytes()
    store = Store(program)
    store.read(data, syntax)
    read = (anonymous_bytes() - before) / store.triples_kept
    store.index()
    indexed = (anonymous_bytes() - before) / store.triples_kept
    print(f"memory besides the file: {read:.1f} bytes a kept triple when read, {indexed:.1f} when indexed")


def limit(binary: Path, path: Path, predicates: list[str]) -> tuple[float, int]:
    command = [str(binary), str(path), "1", *predicates]
    seconds, kept, *_ = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), int(kept)


def pyoxigraph(path: Path, syntax: str) -> tuple[float, int]:
    import pyoxigraph as ox

    format = ox.RdfFormat.N_TRIPLES if syntax == "nt" else ox.RdfFormat.TURTLE
    start = time.perf_counter()
    count = sum(1 for _ in ox.parse(path=path, format=format))
    return time.perf_counter() - start, count


def rdflib(path: Path, syntax: str) -> tuple[float, int]:
    import rdflib as library

    library.NORMALIZE_LITERALS = False
    start = time.perf_counter()
    graph = library.Graph().parse(path, format=syntax)
    return time.perf_counter() - start, len(graph)


def contenders(path: Path, syntax: str, binary: Path | None, options: argparse.Namespace) -> dict[str, list[Row]]:
    """By what is kept; the libraries keep all, always."""
    file = path.open("rb")
    data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    threads = [1] if syntax != "nt" else [1, *([cores()] if cores() > 1 else [])]
    table: dict[str, list[Row]] = {}
    for kept, predicates in KEPT.items():
        program = program_that_keeps(predicates)
        table[kept] = [
            Row(
                f"cns, {count} thread{'s' * (count > 1)}",
                lambda program=program, count=count: ours(program, data, syntax, count),  # type: ignore[misc]
                options.rounds,
            )
            for count in threads
        ]
        if binary and syntax == "nt":
            read = lambda predicates=predicates: limit(binary, path, predicates)  # noqa: E731
            table[kept].append(Row("hand-written C", read, options.rounds))
    if options.peers:
        table["all"].append(Row("pyoxigraph", lambda: pyoxigraph(path, syntax), 1))
        table["all"].append(Row("rdflib", lambda: rdflib(path, syntax), 1))
    return table


def measure(rows: list[Row]) -> None:
    """The rounds of all contenders in turn, so that what else the machine does meets them all."""
    for number in range(max(row.rounds for row in rows)):
        for row in rows:
            if number < row.rounds:
                seconds, row.kept = row.read()
                row.times.append(seconds)
    if len({row.kept for row in rows}) > 1:
        raise SystemExit(f"the results differ, so there are no times: {[(row.name, row.kept) for row in rows]}")


def show(kept: str, rows: list[Row], size: int) -> None:
    first = statistics.median(rows[0].times)
    for row in rows:
        seconds = statistics.median(row.times)
        spread = (max(row.times) - min(row.times)) / seconds * 100
        print(
            f"{kept:5} {row.kept:>11,}  {row.name:16} {seconds * 1000:>10,.1f} ms {spread:>5.0f} % "
            f"{size / seconds / 1e9:>8.2f} GB/s {seconds / first:>9.2f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="neither rdflib nor pyoxigraph")
    parser.add_argument("--folder", type=Path, help="where the data is kept for the next run; else it is thrown away")
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--syntax", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print_memory(options.memory_of, options.syntax)
        return
    folder = options.folder or Path(tempfile.mkdtemp(prefix="cns-readers-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    compiler = shutil.which("gcc") or shutil.which("clang")
    binary = folder / "limit_reader" if compiler else None
    if compiler and binary:
        flags = ["-O3", "-march=native", str(HERE / "limit_reader.c"), "-o", str(binary)]
        subprocess.run([compiler, *flags], check=True)
    else:
        print("no C compiler: the hand-written loop is left out")
    try:
        for syntax, extension in (("nt", "nt"), ("turtle", "ttl")):
            path = folder / f"university-{options.triples}.{extension}"
            if not path.exists():
                lines = triples(options.triples, 1, 0.001)
                with path.open("w", encoding="utf-8") as out:
                    out.writelines(lines if syntax == "nt" else turtle(lines))
            size = path.stat().st_size
            print(f"\n{path.name}: {size / 1e6:,.1f} MB\n")
            print(f"{'kept':5} {'triples':>11}  {'':16} {'median':>13} {'spread':>7} {'':>13} {'to cns':>9}")
            for kept, rows in contenders(path, syntax, binary, options).items():
                measure(rows)
                show(kept, rows, size)
            command = [sys.executable, "-m", f"{__package__}.readers", "--memory-of", str(path), "--syntax", syntax]
            subprocess.run(command, check=True)
    finally:
        if not options.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
