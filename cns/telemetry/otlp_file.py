"""OTLP as JSON lines in files, as OpenTelemetry's file exporter defines them: one line for each export, appended whole,
so that several processes may write to the same folder. Spans and metrics each have a file of their own.
"""

from __future__ import annotations

import json
import os
import threading
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.metrics.export import MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from opentelemetry.sdk.trace import ReadableSpan

TRACES, METRICS = "traces.jsonl", "metrics.jsonl"
_IDS = frozenset({"traceId", "spanId", "parentSpanId"})


class FileSpanExporter(SpanExporter):
    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._file = _Lines(Path(folder, TRACES))

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._file.append(json_of(encode_spans(spans)))
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self._file.close()


class FileMetricExporter(MetricExporter):
    def __init__(self, folder: str | os.PathLike[str]) -> None:
        super().__init__()
        self._file = _Lines(Path(folder, METRICS))

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        self._file.append(json_of(encode_metrics(metrics_data)))
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        self._file.close()


class _Lines:
    """A file that lines are added to, each by one call, so that those of other processes do not come between."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._lock = threading.Lock()

    def append(self, value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._file.write(line)

    def close(self) -> None:
        self._file.close()


def json_of(request: Message) -> dict[str, Any]:
    """OTLP's JSON: protobuf's own mapping, but ids are hexadecimal and enumerations are numbers."""
    value: dict[str, Any] = MessageToDict(request, use_integers_for_enums=True)
    _with_hex_ids(value)
    return value


def _with_hex_ids(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _with_hex_ids(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in _IDS:
                value[name] = b64decode(item).hex()
            else:
                _with_hex_ids(item)
