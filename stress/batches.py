"""Many files in one call beside a process for each: the same results, files a second; and files that only a Python
library reads in processes beside threads.

python -m stress.batches --files 200 --triples 5000
python -m stress.batches --syntax json-ld xml n3          # threads and processes in turns
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import cns
from cns.runtime import processes

from . import university

ALONE = "import sys; from cns.cli import main; sys.exit(main(['validate', '-s', sys.argv[1], sys.argv[2], '-f', 'nt']))"
SUFFIXES = {"json-ld": "jsonld", "xml": "rdf", "n3": "n3"}


def measure(count: int, triples: int, alone: int, folder: Path) -> None:
    validator = cns.compile(university.ONTOLOGY, university.SHAPES)
    program = folder / "shapes.cns"
    validator.save(program)
    paths = [folder / f"{number}.nt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text("".join(university.triples(triples, seed=number)))

    start = time.perf_counter()
    outcomes = dict(validator.validate_many(paths))
    together = (time.perf_counter() - start) / count

    start = time.perf_counter()
    for path in paths[:alone]:
        command = [sys.executable, "-c", ALONE, os.fspath(program), os.fspath(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        outcome = outcomes[path]
        if not isinstance(outcome, cns.Report) or done.stdout != outcome.serialize("nt"):
            raise SystemExit(f"{path}: the results differ: no times")
    apart = (time.perf_counter() - start) / alone
    print(f"{count} files of {triples:,} triples; reports of {alone} compared, equal")
    print(f"one call: {1 / together:,.0f} files a second; a process for each: {1 / apart:,.1f}")
    print(f"{apart / together:.0f} times the throughput")


# ---------------------------------------------------------------------- what Python libraries read


class Batch(NamedTuple):
    wall: float
    here: float
    """Seconds of processors, in this process and in those that it started."""
    there: float
    reports: dict[Path, str]


def in_syntax(count: int, triples: int, syntax: str, folder: Path) -> list[Path]:
    from pyoxigraph import RdfFormat, parse, serialize

    made = {"json-ld": RdfFormat.JSON_LD, "xml": RdfFormat.RDF_XML}
    paths = [folder / f"{number}.{SUFFIXES[syntax]}" for number in range(count)]
    for number, path in enumerate(paths):
        lines = "".join(university.triples(triples, seed=number)).encode()
        if syntax in made:
            lines = serialize(parse(lines, format=RdfFormat.N_TRIPLES), format=made[syntax]) or b""
        path.write_bytes(lines)
    return paths


def batch(validator: cns.Validator, paths: list[Path], worth: float) -> Batch:
    """``worth``: so many times what is otherwise read in threads before processes are started."""
    kept = processes.WORTH_PROCESSES, processes.WORTH_OTHER_PROCESSES
    names = {"xml": kept[0]["xml"], "json-ld": kept[0]["json-ld"]}
    processes.WORTH_PROCESSES = {name: scaled(value, worth) for name, value in names.items()}
    processes.WORTH_OTHER_PROCESSES = scaled(kept[1], worth)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    start, here = time.perf_counter(), time.process_time()
    outcomes: dict[Any, Any] = dict(validator.validate_many(paths))
    wall, here = time.perf_counter() - start, time.process_time() - here
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    processes.WORTH_PROCESSES, processes.WORTH_OTHER_PROCESSES = kept
    there = ended.ru_utime + ended.ru_stime - children.ru_utime - children.ru_stime
    return Batch(wall, here, there, {path: outcome.serialize("nt") for path, outcome in outcomes.items()})


def scaled(value: int, worth: float) -> int:
    return max(1, int(min(value * worth, 1 << 60)))


def beside_threads(count: int, triples: int, syntax: str, folder: Path, rounds: int) -> None:
    validator = cns.compile(university.ONTOLOGY, university.SHAPES)
    paths = in_syntax(count, triples, syntax, folder)
    size = sum(path.stat().st_size for path in paths)
    best: dict[str, Batch] = {}
    for _ in range(rounds):
        for name, worth in (("threads", 1e12), ("processes at once", 0), ("as it is", 1)):
            found = batch(validator, paths, worth)
            if best and found.reports != best["threads"].reports:
                raise SystemExit(f"{name}: the reports differ: no times")
            best[name] = min(found, best.get(name, found))
    print(f"{syntax}: {count} files of {triples:,} triples, {size / 1e6:.1f} MB; all reports equal")
    for name, found in best.items():
        rate = f"{count / found.wall:>8,.1f} files a second"
        print(f"  {name:20}{rate}; processors {found.here:.2f} s here, {found.there:.2f} s in processes")


def main() -> None:
    parser = argparse.ArgumentParser(description="Batches beside fresh processes, and processes beside threads.")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--triples", type=int, default=5000)
    parser.add_argument("--alone", type=int, default=200, help="how many of them in processes of their own")
    parser.add_argument("--syntax", nargs="+", choices=SUFFIXES, default=[], help="files that only Python reads")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for syntax in options.syntax:
            beside_threads(options.files, options.triples, syntax, Path(folder), options.rounds)
        if not options.syntax:
            measure(options.files, options.triples, min(options.alone, options.files), Path(folder))


if __name__ == "__main__":
    main()
