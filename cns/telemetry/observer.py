"""Where stages and counts go when somebody looks: OpenTelemetry's tracer and instruments."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cns.telemetry import Attribute, Stage, error_type

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Tracer

COUNTERS = {
    "compile.checks": ("{check}", "Checks of compiled shapes, by what is known of them before any data is seen"),
    "cache.lookups": ("{lookup}", "Looks into the cache on disk"),
    "read.triples": ("{triple}", "Triples of the data, kept for the checks or skipped by the reader"),
    "run.checks": ("{check}", "Checks that the vm made; only if CNS_TRACE_CHECKS is set"),
    "run.results": ("{result}", "Validation results"),
}
"""Name without ``cns.`` → (unit, description)."""

SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""The bounds of the buckets of durations."""


class Observer:
    """The tracer and the instruments that stages and counts go to."""

    def __init__(self, tracer: Tracer, meter: Meter) -> None:
        self.tracer = tracer
        self._durations = meter.create_histogram(
            "cns.stage.duration", "s", "How long stages took", explicit_bucket_boundaries_advisory=SECONDS
        )
        self._counters = {
            name: meter.create_counter(f"cns.{name}", unit, description)
            for name, (unit, description) in COUNTERS.items()
        }

    @contextmanager
    def stage(self, name: str, attributes: Mapping[str, Attribute]) -> Iterator[Stage]:
        start = time.perf_counter()
        with self.tracer.start_as_current_span(f"cns.{name}") as span:
            stage = Stage(span)
            stage.note(**attributes)
            try:
                yield stage
            except BaseException as error:
                stage.dimensions["error.type"] = error_type(error)
                span.set_attribute("error.type", error_type(error))
                raise
            finally:
                self._durations.record(time.perf_counter() - start, {"cns.stage.name": name, **stage.dimensions})

    def count(self, counter: str, value: int, attributes: Mapping[str, Attribute]) -> None:
        self._counters[counter].add(value, {f"cns.{name}": value for name, value in attributes.items()})


def of_the_application() -> Observer:
    """What the application has set up, or will set up: OpenTelemetry's own proxies take care of that."""
    from opentelemetry import metrics, trace

    from cns import __version__

    return Observer(trace.get_tracer("cns", __version__), metrics.get_meter("cns", __version__))
