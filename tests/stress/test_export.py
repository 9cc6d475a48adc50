"""A run of the benchmark as OpenTelemetry's spans and metrics."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stress.bench import export
from stress.bench.workloads import WORKLOADS, make
from tests.stress.documents import document, row
from tests.stress.test_page import a_run
from tests.telemetry import collector


@pytest.fixture(autouse=True)
def _nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CNS_TRACE", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"):
        monkeypatch.delenv(name, raising=False)


def test_spans_and_measurements_are_sent_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    run = replace(a_run(), rows=(row("cns vm", 2.0, state="warm"), row("slow shacl", 8.0, version="1.2")))
    with collector.over_http() as came:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", came.endpoint)
        export.send(run)
    read, process = came.spans["cns.read"], came.spans["university cns vm"]
    assert read.parent_span_id == process.span_id == bytes.fromhex("000000000000000b")
    assert read.trace_id.hex() == "1".rjust(32, "0")
    assert (read.start_time_unix_nano, read.end_time_unix_nano) == (150_000_000, 350_000_000)
    assert collector.plain(read.attributes) == {"process.memory.peak": 5}
    points = {
        collector.plain(point.attributes)["cns.bench.contender"]: point
        for point in came.metrics["cns.bench.duration"].histogram.data_points
    }
    assert points["slow shacl"].count == 3
    assert points["slow shacl"].sum == pytest.approx(8.0 * 3)
    phases = came.metrics["cns.bench.phase.duration"].histogram.data_points
    assert {collector.plain(point.attributes)["cns.stage.name"] for point in phases} == {"load", "run"}
    assert came.metrics["cns.bench.memory"].unit == "By"
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
    for name in came.metrics:
        assert f"| `{name}` |" in guide
    for resource in came.resources:
        assert resource["service.name"] == "cns-bench"
        assert resource["vcs.ref.head.revision"] == run.commit
        assert resource["host.cpu.model.name"] == run.machine.cpu
        assert resource["cns.bench.version.slow_shacl"] == "1.2"


def test_nothing_is_sent_unless_asked_for() -> None:
    with collector.over_http() as came:
        export.send(document())
    assert not came.requests


def test_a_run_that_is_not_measured_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path / "cache"))
    files = make(WORKLOADS["university"], 500, 1, 0.01, ("nt",), tmp_path / "data")
    export.counted_run(files)
    monkeypatch.setenv("CNS_TRACE", str(tmp_path / "trace"))
    export.counted_run(files)
    [line] = (tmp_path / "trace" / "metrics.jsonl").read_text().splitlines()
    sums = _sums(json.loads(line))
    assert sums["cns.read.triples", "kept"] + sums["cns.read.triples", "skipped"] == files.triples
    assert sums["cns.run.checks", "passed"] > files.triples / 2
    assert sums["cns.run.checks", "failed"] > 0


def _sums(request: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {
        (metric["name"], point["attributes"][-1]["value"].get("stringValue", "")): int(point["asInt"])
        for part in request["resourceMetrics"]
        for scope in part["scopeMetrics"]
        for metric in scope["metrics"]
        for point in metric.get("sum", {}).get("dataPoints", ())
    }
