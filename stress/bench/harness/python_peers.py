"""pySHACL, shacl and pyrudof, each in a process of its own; by itself, as the peers' Python may have nothing of ours.

Called as all harnesses are: CONTENDER SHAPES DATA SYNTAX HELD_SECONDS REPORT OUT. It reads the shapes, then reads the
data and validates it, and again for HELD_SECONDS with the same shapes. SYNTAX is nt, turtle, or events: N-Triples, in
which an empty line ends a document that is validated by itself. REPORT ("-": none) is what the first round found, as
N-Triples; a line "# document" stands between the reports of several. OUT has a line for each phase: the round, the
phase, when it began (nanoseconds since 1970), seconds, and the process's greatest memory so far in bytes.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Stages = tuple[Callable[[str], Any], Callable[[str, str], Any], Callable[[Any, Any], Any], Callable[[Any], str]]
"""Shapes; load; validate shapes and data; the report as N-Triples."""


def pyshacl() -> Stages:
    import pyshacl as library
    import rdflib

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # a traceback for each ill-typed value
    rdflib.NORMALIZE_LITERALS = False  # otherwise rdflib rewrites the values that the results are about
    return (
        lambda shapes: rdflib.Graph().parse(shapes, format="turtle"),
        lambda data, syntax: (
            rdflib.Graph().parse(data=data, format="nt")
            if syntax == "events"
            else rdflib.Graph().parse(data, format=syntax)
        ),
        lambda shapes, data: library.validate(data, shacl_graph=shapes)[1],
        lambda report: str(report.serialize(format="nt")),
    )


def shacl() -> Stages:
    import shacl as library

    return (
        library.Shapes.from_file,
        lambda data, syntax: (data, syntax),  # reading is part of validating
        lambda shapes, data: (
            shapes.validate_text(data[0], "ntriples") if data[1] == "events" else shapes.validate_file(data[0])
        ),
        lambda report: str(report.serialize("ntriples")),
    )


def pyrudof() -> Stages:
    import pyrudof as library

    rudof = library.Rudof(library.RudofConfig())
    ntriples, turtle = library.RDFFormat.NTriples, library.RDFFormat.Turtle
    formats = {"nt": ntriples, "events": ntriples, "turtle": turtle}
    nt = library.ResultShaclValidationFormat.NTriples
    return (
        lambda shapes: rudof.read_shacl(shapes),
        lambda data, syntax: rudof.read_data(data, format=formats[syntax], reader_mode=library.ReaderMode.Strict),
        lambda shapes, data: rudof.validate_shacl(),
        lambda report: str(rudof.serialize_shacl_validation_results(nt)),
    )


def peak() -> int:
    """The greatest memory of this process, without what the one that started it had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


class Clock:
    """The phases of one round, each the sum over its documents."""

    def __init__(self) -> None:
        self.phases: dict[str, tuple[int, float, int]] = {}

    def timed(self, phase: str, call: Callable[[], Any]) -> Any:
        began, start = time.time_ns(), time.perf_counter()
        value = call()
        seconds = time.perf_counter() - start
        first, so_far, _ = self.phases.get(phase, (began, 0.0, 0))
        self.phases[phase] = first, so_far + seconds, peak()
        return value

    def lines(self, number: int) -> str:
        return "".join(
            f"{number}\t{phase}\t{began}\t{seconds}\t{memory}\n"
            for phase, (began, seconds, memory) in self.phases.items()
        )


def main(contender: str, shapes: str, data: str, syntax: str, held: str, report: str, out: str) -> None:
    read_shapes, load, validate, serialise = {"pySHACL": pyshacl, "shacl": shacl, "pyrudof": pyrudof}[contender]()
    documents = Path(data).read_text("utf-8").split("\n\n")[:-1] if syntax == "events" else [data]
    clock = Clock()
    ready = clock.timed("shapes", partial(read_shapes, shapes))
    lines: list[str] = []
    until = float("inf")
    while True:
        reports = []
        for document in documents:
            loaded = clock.timed("load", partial(load, document, syntax))
            done = clock.timed("validate", partial(validate, ready, loaded))
            if not lines and report != "-":
                reports.append(clock.timed("report", partial(serialise, done)))
            del loaded, done
        if not lines:
            until = time.perf_counter() + float(held)
            if report != "-":
                Path(report).write_text("# document\n".join(reports), encoding="utf-8")
        lines.append(clock.lines(len(lines)))
        clock = Clock()
        if float(held) == 0 or (len(lines) > 1 and time.perf_counter() > until):
            break
    Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
