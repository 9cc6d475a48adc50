"""Many calls over a pool of threads, their results as they finish. Readers and engines run without the GIL, so that
threads are enough, and a report stays where its store is; `cns.runtime.processes` has what does keep the GIL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

from cns.errors import CnsError, UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Calls that are begun or wait, for each thread: whoever takes results slowly does not gather them in memory."""


def as_they_finish(
    call: Callable[[Item], Result], items: Iterable[Item], workers: int, stop: Callable[[], None] = lambda: None
) -> Iterator[tuple[Item, Result | CnsError]]:
    """Each item with what the call gave; an error of ours is a result like any other, so that the rest goes on.

    ``stop`` ends what calls wait for that are still made when nobody takes results any more.
    """
    if workers < 0:
        raise UsageError("CNS908", f"{workers} workers cannot do anything", hint="use 1 or more, or 0 for all")
    workers = workers or len(os.sched_getaffinity(0))
    left = iter(items)
    pool = ThreadPoolExecutor(workers)
    begun: dict[Future[Result | CnsError], Item] = {}
    try:
        while True:
            for item in islice(left, workers * AHEAD - len(begun)):
                begun[pool.submit(copy_context().run, _outcome, call, item)] = item
            if not begun:
                return
            finished = wait(begun, return_when=FIRST_COMPLETED).done
            for done in [one for one in begun if one in finished]:  # a set has no order
                yield begun.pop(done), done.result()
    finally:
        stop()
        pool.shutdown(cancel_futures=True)


def _outcome(call: Callable[[Item], Result], item: Item) -> Result | CnsError:
    try:
        return call(item)
    except CnsError as error:
        return error
