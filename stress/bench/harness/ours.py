"""cns in a process of its own. Called like python_peers.py, with ENGINE:THREADS:STATE as CONTENDER.

Phases are the pipeline's stages, "open" (what compiling takes besides its stages: the program from the cache, its
verification, the library), "other" (what validating takes besides its own) and "report", which writes it whole as
N-Triples; or, for a stream, "events". Stages within stages are written with the outer one's name before theirs and a
slash.
"""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cns import telemetry

COMPILER = ("cns.frontend.load", "cns.frontend.parse", "cns.ir.build", "cns.passes.order", "cns.codegen.lower")

AROUND = ("compile", "validate", "conforms", "report")
"""Stages that are not phases: others are in them, or they are timed here."""


class _Stage:
    def note(self, **attributes: object) -> None:
        """Who measures does not take notes."""


class Watch:
    """Times stages, by taking the place of the pipeline's telemetry."""

    def __init__(self) -> None:
        self.round = 0
        self.quiet = False
        self.lines: list[str] = []
        self._inside: list[str] = []
        self._accounted = 0.0

    @contextmanager
    def stage(self, name: str, **attributes: object) -> Iterator[_Stage]:
        if self.quiet or name in AROUND:
            yield _Stage()
            return
        self._inside.append(name)
        began, start = time.time_ns(), time.perf_counter()
        try:
            yield _Stage()
        finally:
            seconds = time.perf_counter() - start
            self._write("/".join(self._inside), began, seconds)
            self._inside.pop()
            if not self._inside:
                self._accounted += seconds

    def timed(self, rest: str, call: Callable[[], Any]) -> Any:
        """The call's stages, and as ``rest`` what they leave of its time: in a trace, its end."""
        self._accounted = 0.0
        began, start = time.time_ns(), time.perf_counter()
        value = call()
        seconds = time.perf_counter() - start - self._accounted
        self._write(rest, began + round(self._accounted * 1e9), seconds)
        return value

    def _write(self, phase: str, began: int, seconds: float) -> None:
        self.lines.append(f"{self.round}\t{phase}\t{began}\t{seconds}\t{peak()}\n")


def peak() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def whole(watch: Watch, validator: Any, data: str, syntax: str, threads: int) -> list[bytes]:
    """One file."""
    done = watch.timed("other", partial(validator.validate, data, format=syntax, threads=threads))
    parts: list[bytes] = []
    watch.timed("report", partial(done.write, parts.append, "nt"))
    return [b"".join(parts)]


def stream(watch: Watch, validator: Any, documents: list[bytes]) -> list[bytes]:
    """Document by document, in the phase "events" with all that they take."""

    def check() -> list[bytes]:
        reports = []
        for document in documents:
            done = validator.check(document)
            if not done.conforms:
                parts: list[bytes] = []
                done.write(parts.append, "nt")
                reports.append(b"".join(parts))
        return reports

    watch.quiet = True  # a stage is too small to be timed by itself
    reports: list[bytes] = watch.timed("events", check)
    watch.quiet = False
    return reports


def main(contender: str, shapes: str, data: str, syntax: str, held: str, report: str, out: str) -> None:
    engine, threads, state = contender.split(":")
    watch = Watch()
    telemetry.stage = watch.stage  # type: ignore[assignment]  # before anything imports it by name
    import cns

    for name in ("cns.validator", "cns.runtime.report", *(COMPILER if state == "cold" else ())):
        importlib.import_module(name)
    warnings.simplefilter("ignore", cns.CnsWarning)

    validator = watch.timed("open", partial(cns.compile, shapes, engine=engine, threads=int(threads)))
    if syntax == "events":
        documents = [part + b"\n" for part in Path(data).read_bytes().split(b"\n\n")[:-1]]
        work = partial(stream, watch, validator, documents)
    else:
        work = partial(whole, watch, validator, data, syntax, int(threads))
    until = float("inf")
    while True:
        reports = work()
        if watch.round == 0:
            if report != "-":
                Path(report).write_bytes(b"# document\n".join(reports))
            until = time.perf_counter() + float(held)
        watch.round += 1
        if float(held) == 0 or (watch.round > 1 and time.perf_counter() > until):
            break
    Path(out).write_text("".join(watch.lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
