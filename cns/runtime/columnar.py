"""The numba engine: shapes over sets of nodes at a time, by the kernels of `cns.runtime.kernels`.

A root's focus nodes are cut into parts. For each part the plan of the shape (`cns.runtime.planner`) is gone through
once, each step for all lanes together: a check is a kernel that says which lanes fail, logic decides which go where, a
loop makes a lane of each value, and a shape that is called takes the values as its focus nodes. Failures become rows of
(op, focus, value, path), in the order of lanes and, for each lane, of steps: which is the order of the vm.

Parts run in threads. What they hold beyond the store is bounded by the size of a part, not by the data: where paths or
loops make too many lanes of one part, it is cut in halves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cns.codegen.program import Program
from cns.runtime import frames, kernels
from cns.runtime.frames import Worker
from cns.runtime.lanes import NO_ROWS, Shared, Words, frozen
from cns.runtime.planner import Plan
from cython_optimizations import hits
from cython_optimizations.columns import Checks
from cython_optimizations.hits import Hits
from cython_optimizations.store import Store

LEAST_PART, PARTS_A_THREAD = 1 << 12, 4
"""Focus nodes that are worth a part of their own, and into how many parts for each thread the work of all roots would
be cut if it were one. Each step of each part is some µs of Python, for which threads wait for each other: so there are
no more parts than it takes to share out the work, and the small ones, which even it out, come last."""


class _Failed(Exception):
    """A focus node does not conform, and the verdict is all that is wanted."""


@dataclass
class _Crew:
    """The threads of a run; each has a worker of its own."""

    shared: Shared
    verdict_only: bool
    workers: list[Worker] = field(default_factory=list)
    own: threading.local = field(default_factory=threading.local)
    stopping: bool = False

    def open(self) -> None:
        self.own.worker = Worker(self.shared, Checks(self.shared.store))
        self.workers.append(self.own.worker)

    def part(self, shape: int, focus: Words) -> Words:
        worker: Worker = self.own.worker
        if self.stopping:
            worker.stop()
        conforms, found = worker.root(shape, focus, self.verdict_only)
        if self.verdict_only and not conforms:
            raise _Failed
        return found.rows

    def stop(self) -> None:
        self.stopping = True
        for worker in self.workers:
            worker.stop()


def run(
    store: Store,
    program: Program,
    plans: Sequence[Plan],
    roots: Sequence[tuple[int, Any]],
    verdict_only: bool,
    threads: int,
) -> tuple[bool, Hits]:
    """As vm.run. The calling thread finds the focus nodes and waits for the others, so that Ctrl-C is heard."""
    crew = _Crew(Shared(store, program, plans), verdict_only)
    threads = min(threads, kernels.MOST_THREADS)
    pool = ThreadPoolExecutor(threads, initializer=crew.open)
    finder = Checks(store)
    groups = [[root] for root in roots] if verdict_only else [roots]  # a verdict may come from the first
    try:
        parts = {
            (number, *part.place): pool.submit(crew.part, part.shape, part.focus)
            for number, group in enumerate(groups)
            for part in _parts(crew.shared, finder, group, threads)
        }
        rows = _in_order(parts)
    except _Failed:
        return False, hits.of_rows(store, NO_ROWS)
    finally:
        crew.stop()
        pool.shutdown(cancel_futures=True)
    found = np.concatenate(rows) if rows else NO_ROWS
    return not len(found), hits.of_rows(store, found)


class _Part(NamedTuple):
    place: tuple[int, int]
    """The root that it is of, and where it begins in it: results are joined by this."""
    shape: int
    focus: Words


def _parts(shared: Shared, finder: Checks, roots: Sequence[tuple[int, Any]], threads: int) -> Iterator[_Part]:
    """Those of roots with much work first, so that no thread is left with a long one."""
    found = [
        np.frombuffer(finder.targets(shape), np.uint32) if given is None else np.array(given, np.uint32)
        for shape, given in roots
    ]
    steps = [max(shared.steps(shape), 1) for shape, _ in roots]
    work = [cost * len(focus) for cost, focus in zip(steps, found, strict=True)]
    share = sum(work) // (threads * PARTS_A_THREAD) + 1
    for number in sorted(range(len(roots)), key=lambda number: (-work[number], number)):
        focus = found[number]
        most = min(frames.MOST_PART, max(LEAST_PART, share // steps[number]))
        pieces = -(-len(focus) // most)
        size = -(-len(focus) // max(pieces, 1))
        for start in range(0, len(focus), max(size, 1)):
            yield _Part((number, start), roots[number][0], frozen(focus[start : start + size]))


def _in_order(parts: dict[tuple[int, int, int], Future[Words]]) -> list[Words]:
    """The first that goes wrong ends the run, whichever part it is of."""
    wait(parts.values(), return_when=FIRST_EXCEPTION)
    for part in parts.values():
        if part.done() and (error := part.exception()) is not None:
            raise error
    return [parts[place].result() for place in sorted(parts)]
