"""The engines beside each other on one university: results compared first, then times, memory and starting.

python -m stress.engines                                  # 1 million triples, all engines, one thread and all
python -m stress.engines --triples 1000000 10000000       # and a Markdown table of all sizes at the end
python -m stress.engines --write                          # renews cns/runtime/speeds.py, by which "auto" chooses
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import cns
from cns import pipeline
from cns.runtime import engines, speeds
from cython_optimizations.store import Store

from . import university

TARGET = Path(speeds.__file__)
SMALL = 5_000
LITTLE = 200
"""Triples of which hardly anything has to be held."""

START = """
import sys, time
start = time.perf_counter()
import cns
validator = cns.Validator.load(sys.argv[1], engine=sys.argv[3], threads=1)
report = validator.validate(sys.argv[2])
print(time.perf_counter() - start, len(report))
"""
ONE_SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:maxCount 1 ] .
"""


def interleaved(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The best time of each; in turns, so that what else the machine does meets all alike. Each is called once before
    it is timed, so that no core has to fetch first what the contender before has left in the caches of another one."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            call()
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def rows(done: engines.Done) -> Any:
    return np.asarray(memoryview(done.hits)) if len(done.hits) else np.empty((0, 4), np.uint32)


def focus_nodes(store: Store) -> int:
    """Of all shapes together: each is a verdict that a run finds."""
    from cython_optimizations.columns import Checks

    finder = Checks(store)
    return sum(len(finder.targets(shape)) // 4 for shape in store.program.roots())


class Times(NamedTuple):
    triples: int
    """Kept."""
    read: int
    nodes: int
    """Focus nodes of all shapes together."""
    seconds: dict[tuple[str, int], float]
    """By engine and threads."""


def measure(triples: int, rounds: int, folder: Path) -> Times:
    path = folder / f"university-{triples}.nt"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(university.triples(triples))
    validator = cns.compile(university.ONTOLOGY, university.SHAPES, engine="vm")
    store = pipeline.read(validator._loaded, path, cns.ReadOptions()).store
    blob = validator.to_bytes()
    choices = [("vm", 1)] + [(name, n) for n in (1, processors()) for name in ("native", "numba")]
    made = {choice: engines.Engine(blob, validator._loaded, *choice) for choice in dict.fromkeys(choices)}
    wanted = rows(made["vm", 1].run(store))
    for choice, engine in made.items():
        if not np.array_equal(rows(engine.run(store)), wanted):
            raise SystemExit(f"{choice} has other results than the vm: no times")
    nodes = focus_nodes(store)
    print(f"\n{store.triples_read:,} triples, {nodes:,} focus nodes of shapes, {len(wanted):,} results, all equal")
    best = interleaved({f"{name}, {n}": partial(made[name, n].run, store) for name, n in made}, rounds)
    seconds = dict(zip(made, best.values(), strict=True))
    for (name, threads), value in seconds.items():
        what = f"{name}, threads: {threads}"
        print(f"{what:24}{value * 1e3:>10.1f} ms{value / nodes * 1e9:>8.1f} ns a focus node")
    for name in ("native", "numba"):
        print(f"{name}: {seconds[name, 1] / seconds[name, processors()]:.2f} times with {processors()} threads")
    little = pipeline.read(validator._loaded, "".join(university.triples(LITTLE)), cns.ReadOptions(format="nt")).store
    for (name, n), engine in made.items():
        if name == "numba":
            fixed, most = memory(engine, little), memory(engine, store)
            print(
                f"numba, threads: {n}: {most / nodes:.1f} bytes a focus node and shape beyond the store; "
                f"{fixed / 1e3:.0f} kB are held whatever the data, {(most - fixed) / nodes:.1f} bytes are the rest"
            )
    return Times(store.triples_kept, store.triples_read, nodes, seconds)


def table(sizes: list[Times]) -> str:
    """Of all sizes, for docs/benchmarks.md; the vm has one thread."""
    n = processors()
    lines = [
        f"| triples | engine | 1 thread | {n} threads | ratio | ns a focus node, 1 thread | {n} threads |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for times in sizes:
        for name in ("vm", "native", "numba"):
            one, all_of_them = times.seconds[name, 1], times.seconds.get((name, n))
            cells = [f"{times.read:,}", name, f"{one * 1e3:.1f} ms"]
            if all_of_them is None:
                cells += ["", "", f"{one / times.nodes * 1e9:.1f}", ""]
            else:
                cells += [f"{all_of_them * 1e3:.1f} ms", f"{one / all_of_them:.2f}"]
                cells += [f"{seconds / times.nodes * 1e9:.1f}" for seconds in (one, all_of_them)]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def processors() -> int:
    return len(os.sched_getaffinity(0))


def memory(engine: engines.Engine, store: Store) -> int:
    """The most that NumPy and Python held at once during a run; focus nodes and results are among it."""
    import tracemalloc

    peaks = []
    for _ in range(5):  # which parts meet is chance where there are threads
        tracemalloc.start()
        engine.run(store)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return max(peaks[1:])


def start(engine: str, folder: Path, environment: dict[str, str] | None = None) -> float:
    """A fresh process, from its first import to the report."""
    data, program = folder / "small.nt", folder / "shapes.cns"
    if not data.exists():
        data.write_text("".join(university.triples(SMALL)))
        cns.compile(university.ONTOLOGY, university.SHAPES, engine="vm").save(program)
    command = [sys.executable, "-c", START, os.fspath(program), os.fspath(data), engine]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | (environment or {}))
    return float(done.stdout.split()[0])


def compiling(shapes: str, folder: Path) -> tuple[int, float]:
    """(instructions, seconds) of a native library that is not in the cache; the best of three."""
    blob = cns.compile(shapes, engine="vm").to_bytes()
    program = engines.load_program(blob)
    kept, best = os.environ.get("CNS_CACHE"), float("inf")
    for _ in range(3):
        os.environ["CNS_CACHE"] = tempfile.mkdtemp(dir=folder)
        begun = time.perf_counter()
        engines.Engine(blob, program, "native")
        best = min(best, time.perf_counter() - begun)
    del os.environ["CNS_CACHE"]
    if kept is not None:
        os.environ["CNS_CACHE"] = kept
    return program.instruction_count, best


def written(times: Times, starts: dict[str, float], cold: float, folder: Path) -> str:
    def adds(name: str) -> float:
        n = processors()
        return max(0.0, (times.seconds[name, 1] / times.seconds[name, n] - 1) / (n - 1)) if n > 1 else 0.0

    (few, quick), (many, slow) = compiling(ONE_SHAPE, folder), compiling(university.SHAPES, folder)
    each = (slow - quick) / (many - few)
    rows = {name: float(f"{times.seconds[name, 1] / times.triples:.1e}") for name in ("native", "numba", "vm")}
    load = starts["numba"] - starts["vm"]
    return f'''"""Seconds that the engines take, and to start them: ``python -m stress.engines --write`` renews them."""

A_TRIPLE = {rows}
"""By the engine, on one thread, for a triple that is kept."""
A_THREAD_ADDS = {{"native": {adds("native"):.2f}, "numba": {adds("numba"):.2f}, "vm": 0.0}}
"""To the speed of one thread."""
LOAD_NUMBA = {load:.2f}
COMPILE_KERNELS = {cold - load - starts["vm"]:.1f}
COMPILE = {max(0.0, quick - each * few):.2f}
COMPILE_AN_INSTRUCTION = {each:.4f}
"""Of native code."""
'''.replace("'", '"')


def main() -> None:
    parser = argparse.ArgumentParser(description="vm, native and numba on one university.")
    parser.add_argument("--triples", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help=f"what the last of the triples took into {TARGET.name}")
    options = parser.parse_args()
    print(f"{processors()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = [measure(triples, options.rounds, folder) for triples in options.triples]
        times = sizes[-1]
        print(f"\n{table(sizes)}\n")
        starts = {engine: min(start(engine, folder) for _ in range(5)) for engine in ("vm", "numba")}
        cold = start("numba", folder, {"CNS_CACHE": os.fspath(folder / "cold")})
        for engine, seconds in starts.items():
            print(f"first call in a fresh process, {engine}: {seconds:.2f} s, for {SMALL:,} triples")
        print(f"... numba, with nothing in the cache: {cold:.1f} s")
        if options.write:
            TARGET.write_text(written(times, starts, cold, folder))
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
