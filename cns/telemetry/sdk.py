"""OpenTelemetry's SDK set up by us: where spans and metrics go, and what is said of the process they come from.

For CNS_TRACE, for programs of ours and for the benchmark. An application sets up its own and none of this is used.
The providers are ours alone and not the process's: whoever sets up OpenTelemetry besides is not disturbed.
"""

from __future__ import annotations

import os
import platform
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cns import telemetry
from cns.errors import CnsWarning, UsageError
from cns.telemetry import Attribute
from cns.telemetry.observer import Observer

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import SpanExporter

Signal = Literal["traces", "metrics"]
INSTALL = "pip install cns[trace]"


@dataclass(frozen=True)
class Destination:
    """Where one signal goes."""

    signal: Signal
    kind: Literal["console", "file", "http/protobuf", "grpc"]
    folder: str = ""
    """Of a file."""


@dataclass(frozen=True)
class Opened:
    """What spans and metrics go to, until it is closed."""

    observer: Observer
    meter: Meter
    resource: Resource
    close: Callable[[], None]
    """Sends what has not been sent."""


# ---------------------------------------------------------------------- what the environment asks for


def destinations() -> tuple[Destination, ...]:
    """CNS_TRACE ("console", "otlp", or a folder for OTLP's JSON files), else OpenTelemetry's own variables."""
    wanted = os.environ.get("CNS_TRACE", "")
    signals: tuple[Signal, ...] = ("traces", "metrics")
    if wanted in ("console", "1"):
        return tuple(Destination(signal, "console") for signal in signals)
    if wanted == "otlp":
        return tuple(_otlp(signal) for signal in signals)
    if wanted:
        return tuple(Destination(signal, "file", wanted) for signal in signals)
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return ()
    return tuple(destination for signal in signals for destination in _standard(signal))


def _standard(signal: Signal) -> Iterator[Destination]:
    """As OTEL_TRACES_EXPORTER and OTEL_METRICS_EXPORTER say; if they do not, OTLP where an endpoint is set."""
    variable = f"OTEL_{signal.upper()}_EXPORTER"
    named = os.environ.get(variable)
    if named is None:
        named = "otlp" if _for_signal(signal, "ENDPOINT") else "none"
    for name in filter(None, (part.strip() for part in named.split(","))):
        if name == "otlp":
            yield _otlp(signal)
        elif name == "console":
            yield Destination(signal, "console")
        elif name != "none":
            raise UsageError("CNS930", f"{variable} is {name!r}", hint="use otlp, console or none")


def _otlp(signal: Signal) -> Destination:
    protocol = _for_signal(signal, "PROTOCOL") or "http/protobuf"
    if protocol == "grpc":
        return Destination(signal, "grpc")
    if protocol == "http/protobuf":
        return Destination(signal, "http/protobuf")
    raise UsageError("CNS931", f"the OTLP protocol is {protocol!r}", hint="use http/protobuf or grpc")


def _for_signal(signal: Signal, name: str) -> str:
    return os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}") or os.environ.get(
        f"OTEL_EXPORTER_OTLP_{name}", ""
    )


# ---------------------------------------------------------------------- setting up


@contextmanager
def started(service: str, attributes: Mapping[str, Attribute] | None = None) -> Iterator[None]:
    """Stages and counts go where the environment says; what the process is part of is taken from TRACEPARENT.

    ``attributes`` say more of the process. At the end everything is sent.
    """
    wanted = destinations()
    if not wanted or _application_has_its_own():
        yield
        return
    try:
        sdk = open_sdk(wanted, service, attributes or {})
    except UsageError as error:
        if os.environ.get("CNS_TRACE"):
            raise
        # A variable that is set for everything on this machine is no reason not to validate.
        warnings.warn(f"nothing is traced: {error}", CnsWarning, stacklevel=3)
        yield
        return
    before = telemetry.replace_observer(sdk.observer)
    try:
        with _continued():
            yield
    finally:
        telemetry.replace_observer(before)
        sdk.close()


def _application_has_its_own() -> bool:
    """As under ``opentelemetry-instrument``: then OTEL_ variables are for that. CNS_TRACE is always for us."""
    if os.environ.get("CNS_TRACE") or "opentelemetry.trace" not in sys.modules:
        return False
    from opentelemetry import trace

    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def open_sdk(wanted: Sequence[Destination], service: str, attributes: Mapping[str, Attribute]) -> Opened:
    """Providers of our own with an exporter for each destination."""
    from cns import __version__

    try:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        spans = [_span_exporter(each) for each in wanted if each.signal == "traces"]
        metrics = [_metric_exporter(each) for each in wanted if each.signal == "metrics"]
    except ImportError as error:
        raise UsageError("CNS932", f"{error.name} is not installed", hint=INSTALL) from None
    about = resource(service, attributes)
    tracers = TracerProvider(resource=about)
    for exporter in spans:
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    meters = MeterProvider([PeriodicExportingMetricReader(exporter) for exporter in metrics], resource=about)

    def close() -> None:
        tracers.shutdown()
        meters.shutdown()

    tracer, meter = tracers.get_tracer("cns", __version__), meters.get_meter("cns", __version__)
    return Opened(Observer(tracer, meter), meter, about, close)


def _span_exporter(where: Destination) -> SpanExporter:
    if where.kind == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        from cns.telemetry.console import span_line

        return ConsoleSpanExporter(out=sys.stderr, formatter=span_line)
    if where.kind == "file":
        from cns.telemetry.otlp_file import FileSpanExporter

        return FileSpanExporter(where.folder)
    if where.kind == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpanExporter

        return GrpcSpanExporter(timeout=_patience(where.signal))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(timeout=_patience(where.signal))


def _metric_exporter(where: Destination) -> MetricExporter:
    if where.kind == "console":
        from opentelemetry.sdk.metrics.export import ConsoleMetricExporter

        from cns.telemetry.console import metric_lines

        return ConsoleMetricExporter(out=sys.stderr, formatter=metric_lines)
    if where.kind == "file":
        from cns.telemetry.otlp_file import FileMetricExporter

        return FileMetricExporter(where.folder)
    if where.kind == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetricExporter

        return GrpcMetricExporter(timeout=_patience(where.signal))
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    return OTLPMetricExporter(timeout=_patience(where.signal))


def _patience(signal: Signal) -> float | None:
    """Seconds to try for; None: what OTEL_EXPORTER_OTLP_TIMEOUT says. A command is not to wait long for its end."""
    return None if _for_signal(signal, "TIMEOUT") else 3.0


# ---------------------------------------------------------------------- what is already over


@dataclass(frozen=True)
class PastSpan:
    """A span that was measured without OpenTelemetry. Ids are hexadecimal; the root has no parent_id."""

    name: str
    span_id: str
    parent_id: str
    start: int
    end: int
    """Nanoseconds since 1970."""
    attributes: Mapping[str, Attribute]


def send_spans(wanted: Sequence[Destination], spans: Sequence[PastSpan], trace_id: str, about: Resource) -> None:
    """As they were; within the current span, and in its trace, if there is one."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, TraceFlags

    from cns import __version__

    current = trace.get_current_span().get_span_context()
    trace_number = current.trace_id if current.is_valid else int(trace_id, 16)
    contexts = {
        span.span_id: SpanContext(trace_number, int(span.span_id, 16), False, TraceFlags(TraceFlags.SAMPLED))
        for span in spans
    }
    ready = [
        ReadableSpan(
            name=span.name,
            context=contexts[span.span_id],
            parent=contexts.get(span.parent_id, current if current.is_valid else None),
            resource=about,
            attributes=span.attributes,
            start_time=span.start,
            end_time=span.end,
            instrumentation_scope=InstrumentationScope("cns", __version__),
        )
        for span in spans
    ]
    for destination in wanted:
        if destination.signal == "traces":
            exporter = _span_exporter(destination)
            exporter.export(ready)
            exporter.shutdown()


# ---------------------------------------------------------------------- processes


def traced_program(name: str, verb: str, call: Callable[[], int], wrong: int) -> int:
    """A span as the conventions for command line programs have it; verdicts are no errors."""
    from opentelemetry.trace import Status, StatusCode

    attributes: dict[str, Attribute] = {"process.executable.name": name, "process.pid": os.getpid()}
    observer = telemetry.current_observer()
    with observer.tracer.start_as_current_span(f"{name} {verb}", attributes=attributes) as span:
        code = wrong
        try:
            code = call()
        except BaseException as error:
            span.set_attribute("error.type", telemetry.error_type(error))
            raise
        finally:
            span.set_attribute("process.exit.code", code)
        if code == wrong:
            span.set_attribute("error.type", str(code))
            span.set_status(Status(StatusCode.ERROR))
        return code


def carried() -> dict[str, str]:
    """The environment that makes a child process's spans children of the current one."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {name.upper(): value for name, value in carrier.items()}


@contextmanager
def _continued() -> Iterator[None]:
    """Within the span that TRACEPARENT names, if there is one."""
    from opentelemetry import context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name: os.environ[name.upper()] for name in ("traceparent", "tracestate") if name.upper() in os.environ}
    token = context.attach(TraceContextTextMapPropagator().extract(carrier))
    try:
        yield
    finally:
        context.detach(token)


# ---------------------------------------------------------------------- the resource


def resource(service: str, attributes: Mapping[str, Attribute]) -> Resource:
    """What is said of the process; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES know better."""
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource

    from cns import __version__

    ours: dict[str, Attribute] = {
        "service.name": service,
        "service.version": __version__,
        "process.pid": os.getpid(),
        "process.runtime.name": sys.implementation.name,
        "process.runtime.version": platform.python_version(),
        "host.name": socket.gethostname(),
        "host.arch": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os.type": platform.system().lower(),
        "os.version": platform.release(),
        "cns.cpus": len(os.sched_getaffinity(0)),
        **_cpu(),
        **attributes,
    }
    environment = OTELResourceDetector().detect().attributes
    return Resource.create({**ours, **environment})


_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm32", "ppc64le": "ppc64", "i686": "x86"}
"""The machine's name for them → OpenTelemetry's."""

_CPU = {
    "vendor_id": "host.cpu.vendor.id",
    "cpu family": "host.cpu.family",
    "model": "host.cpu.model.id",
    "model name": "host.cpu.model.name",
    "stepping": "host.cpu.stepping",
}
"""Fields of Linux's /proc/cpuinfo → OpenTelemetry's names."""


def _cpu() -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            for line in file:
                if not line.strip():
                    break  # the others are like the first
                field, _, value = line.partition(":")
                if name := _CPU.get(field.strip()):
                    found[name] = value.strip()
    except OSError:
        pass
    return found
