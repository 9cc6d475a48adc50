"""A run of the benchmark for OpenTelemetry, where CNS_TRACE or its own variables ask for it: the document's spans, its
measurements as metrics, and for each dataset a run that is not measured and counts what measured ones must not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cns
from cns.telemetry import Attribute
from cns.telemetry.observer import SECONDS
from cns.telemetry.sdk import PastSpan, carried, destinations, open_sdk, send_spans

from .document import Document, Row
from .workloads import Files

SERVICE = "cns-bench"
BYTES = tuple(float(1 << power) for power in range(23, 36))


def counted_run(files: Files) -> None:
    """cns-aotc validate on the vm with all its spans and counters, part of the current trace."""
    if not destinations():
        return
    data = files.data.get("nt") or next(iter(files.data.values()))
    command = [
        sys.executable,
        "-m",
        "cns",
        "validate",
        "-s",
        str(files.shapes),
        str(data),
        "-f",
        "nt",
        "--engine",
        "vm",
    ]
    path = os.pathsep.join(filter(None, (str(Path(cns.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    environment = os.environ | carried() | {"CNS_TRACE_CHECKS": "1", "PYTHONPATH": path}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def send(document: Document) -> None:
    """Nothing, unless somebody wants it."""
    wanted = destinations()
    if not wanted:
        return
    sdk = open_sdk([each for each in wanted if each.signal == "metrics"], SERVICE, _attributes(document))
    times = sdk.meter.create_histogram(
        "cns.bench.duration", "s", "From bytes on disk to results", explicit_bucket_boundaries_advisory=SECONDS
    )
    phases = sdk.meter.create_histogram(
        "cns.bench.phase.duration", "s", "How long phases took", explicit_bucket_boundaries_advisory=SECONDS
    )
    memory = sdk.meter.create_histogram(
        "cns.bench.memory", "By", "Greatest memory of a process", explicit_bucket_boundaries_advisory=BYTES
    )
    results = sdk.meter.create_gauge("cns.bench.results", "{result}", "Different results that were found")
    for row in document.rows:
        about = _about(row)
        for seconds in row.total.values if row.total else ():
            times.record(seconds, about)
        for size in row.memory.values if row.memory else ():
            memory.record(size, about)
        for phase in row.phases:
            for seconds in phase.seconds.values:
                phases.record(seconds, {**about, "cns.stage.name": phase.name})
        if row.agreement:
            results.set(row.agreement.results, about)
    sdk.close()
    spans = [
        PastSpan(span.name, span.span_id, span.parent_id, span.start, span.end, span.attributes)
        for span in document.spans
    ]
    if spans:
        send_spans(wanted, spans, document.spans[0].trace_id, sdk.resource)


def _attributes(document: Document) -> dict[str, Attribute]:
    """Of what was measured, which a shown document may have from elsewhere."""
    machine = document.machine
    versions = {f"cns.bench.version.{_key(row.contender)}": row.version for row in document.rows if not row.ours}
    return {
        "service.version": document.cns,
        "vcs.ref.head.revision": document.commit,
        "host.cpu.model.name": machine.cpu,
        "cns.cpus": machine.cores,
        "process.runtime.version": machine.python,
        "cns.bench.compiler": machine.compiler,
        **versions,
    }


def _key(contender: str) -> str:
    return contender.lower().replace(" ", "_").replace("-", "_")


def _about(row: Row) -> dict[str, Attribute]:
    return {
        "cns.bench.dataset": row.dataset,
        "cns.bench.syntax": row.syntax,
        "cns.bench.contender": row.contender,
        "cns.bench.state": row.state,
        "cns.bench.threads": row.threads,
        "cns.bench.outcome": row.outcome,
    }
