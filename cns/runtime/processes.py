"""Whether what only a Python library reads is read in this thread or in another process, and those processes.

Threads gain nothing where a library keeps the GIL. A process gives back what C reads, so that everything else (labels,
graphs, limits, errors) is as if it had been read here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from cns.errors import EngineError, SourceRef
from cns.runtime.sources import cores
from cns.toolchain.python import Ended, NoProcess, Process

Result = TypeVar("Result")

WORTH_PROCESSES = {"xml": 8 << 20, "json-ld": 6 << 20}
WORTH_OTHER_PROCESSES = 3 << 20
"""Bytes in a syntax, of a batch, that are read in threads before processes are started, as more of them may come: what
is read in about the time that two processes take to start. That is 0.2 s of processor time, 0.4 s with rdflib, at 40 MB
of RDF/XML a second, 30 MB of JSON-LD, 7 MB by rdflib; `python -m stress.batches --syntax` has both ways side by side.
"""


class Processes:
    """Of one batch: started when they are worth it, used again, gone when the batch is done."""

    def __init__(self, most: int) -> None:
        """``most``: so many at once; 0: one for each processor."""
        self._most = min(most or cores(), cores())
        self._places = threading.Semaphore(self._most)
        self._lock = threading.Lock()
        self._met = 0.0
        """The share of what is worth processes."""
        self._idle: list[Process] = []
        self._all: list[Process] = []
        self._killed = False

    def call(self, name: str, syntax: str, function: Callable[[bytes], Result], content: bytes) -> Result:
        """What the function makes of the content of the source with this name, here or there."""
        if self._is_done_here(syntax, len(content)):
            return function(content)
        with self._places:
            try:
                process = self._take()
            except NoProcess:  # here it takes longer, and works as well
                self._most = 1
                return function(content)
            try:
                result = process.call(function, content)
            except Ended as ended:
                self._forget(process)
                raise EngineError(
                    "CNS530",
                    str(ended),
                    where=SourceRef(source=name),
                    hint="it may have run out of memory: validate the file by itself, or with fewer workers",
                ) from None
            except Exception:
                self._give_back(process)
                raise
            self._give_back(process)
            return result

    def kill(self) -> None:
        """Whoever waits for an answer gets an error."""
        with self._lock:
            self._killed = True
            for process in self._all:
                process.kill()

    def close(self) -> None:
        """When no call is made any more."""
        self.kill()
        for process in self._all:
            process.close()

    def _is_done_here(self, syntax: str, size: int) -> bool:
        if self._most < 2:
            return True
        with self._lock:
            few = self._met < 1
            self._met += size / WORTH_PROCESSES.get(syntax, WORTH_OTHER_PROCESSES)
        return few

    def _take(self) -> Process:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_there():
                    return process
                self._all.remove(process)
                process.close()
        process = Process()
        with self._lock:
            self._all.append(process)
            if self._killed:
                process.kill()
        return process

    def _give_back(self, process: Process) -> None:
        with self._lock:
            self._idle.append(process)

    def _forget(self, process: Process) -> None:
        with self._lock:
            self._all.remove(process)
        process.close()
