"""Spans and metrics as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.metrics.export import HistogramDataPoint, MetricsData, NumberDataPoint

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan


def span_line(span: ReadableSpan) -> str:
    seconds = ((span.end_time or 0) - (span.start_time or 0)) / 1e9
    return f"{span.name:<16}{_time(seconds):>12}  {_pairs(span.attributes or {})}".rstrip() + "\n"


def metric_lines(data: MetricsData) -> str:
    lines: list[str] = []
    for resource in data.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                lines += (f"{metric.name:<20}{_figure(point)}" for point in metric.data.data_points)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _figure(point: Any) -> str:
    if isinstance(point, HistogramDataPoint):
        value = f"{_time(point.sum)} in {point.count}"
    elif isinstance(point, NumberDataPoint):
        value = f"{point.value:,}"
    else:
        value = str(point)
    return f"{value:>16}  {_pairs(point.attributes or {})}"


def _pairs(attributes: Mapping[str, Any]) -> str:
    return " ".join(f"{name.removeprefix('cns.')}={value}" for name, value in attributes.items())


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:,.3f} ms" if seconds < 1 else f"{seconds:,.3f} s"
