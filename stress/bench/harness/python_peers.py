"""pySHACL, shacl and pyrudof, each in a process of its own; by itself, as the peers' Python may have nothing of ours.

Called as all harnesses are: CONTENDER SHAPES DATA SYNTAX HELD_SECONDS REPORT OUT. It reads the shapes, then reads the
data and validates it, and again for HELD_SECONDS with the same shapes. REPORT ("-": none) is the first report as
N-Triples. OUT has a line for each phase: the round, the phase, when it began (nanoseconds since 1970), seconds, and the
process's greatest memory so far in bytes.
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
        lambda data, syntax: rdflib.Graph().parse(data, format=syntax),
        lambda shapes, data: library.validate(data, shacl_graph=shapes)[1],
        lambda report: str(report.serialize(format="nt")),
    )


def shacl() -> Stages:
    import shacl as library

    return (
        library.Shapes.from_file,
        lambda data, syntax: data,  # reading is part of validate_file
        lambda shapes, data: shapes.validate_file(data),
        lambda report: str(report.serialize("ntriples")),
    )


def pyrudof() -> Stages:
    import pyrudof as library

    rudof = library.Rudof(library.RudofConfig())
    formats = {"nt": library.RDFFormat.NTriples, "turtle": library.RDFFormat.Turtle}
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


def main(contender: str, shapes: str, data: str, syntax: str, held: str, report: str, out: str) -> None:
    read_shapes, load, validate, serialise = {"pySHACL": pyshacl, "shacl": shacl, "pyrudof": pyrudof}[contender]()
    lines: list[str] = []

    def timed(number: int, phase: str, call: Callable[[], Any]) -> Any:
        began, start = time.time_ns(), time.perf_counter()
        value = call()
        lines.append(f"{number}\t{phase}\t{began}\t{time.perf_counter() - start}\t{peak()}\n")
        return value

    ready = timed(0, "shapes", partial(read_shapes, shapes))
    number, until = 0, float("inf")
    while True:
        loaded = timed(number, "load", partial(load, data, syntax))
        done = timed(number, "validate", partial(validate, ready, loaded))
        if number == 0:
            if report != "-":
                text = timed(number, "report", partial(serialise, done))
                Path(report).write_text(text, encoding="utf-8")
            until = time.perf_counter() + float(held)
        del loaded, done
        number += 1
        if float(held) == 0 or (number > 1 and time.perf_counter() > until):
            break
    Path(out).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
