"""Stages as OpenTelemetry spans; and nothing of OpenTelemetry where nobody asked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from cns.telemetry.observer import COUNTERS

ROOT = Path(__file__).parents[2]

TRACED = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
from tests.support import compiled
validator = compiled("ex:S sh:targetSubjectsOf ex:p ; sh:nodeKind sh:Literal .", meta_shacl=False)
validator.validate(b"<http://example.org/a> <http://example.org/p> <http://example.org/b> .\\n"
                   b"<http://example.org/a> <http://example.org/q> <http://example.org/b> .\\n", format="nt")
for span in exporter.get_finished_spans():
    print(span.name, dict(sorted(span.attributes.items())))
"""

UNTRACED = """
import sys
from cns.telemetry import stage
with stage("load") as span:
    span.note(files=1)
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout


def test_each_stage_is_a_span_with_what_a_person_would_want() -> None:
    spans = dict(line.split(" ", 1) for line in run(TRACED).splitlines())
    names = ["load", "parse", "build", "order", "optimise", "lower", "compile", "read", "index", "run", "validate"]
    assert list(spans) == [f"cns.{name}" for name in names]
    assert "'cns.shapes': 1" in spans["cns.parse"]
    assert "'cns.ops': 1" in spans["cns.build"]
    assert (
        spans["cns.read"] == "{'cns.kept': 1, 'cns.left_out': 0, 'cns.skipped': 1, 'cns.sources': 1, 'cns.triples': 2}"
    )
    assert "'cns.hits': 1" in spans["cns.run"]


def test_off_nothing_of_opentelemetry_is_imported() -> None:
    assert run(UNTRACED) == "[]\n"


def test_a_stage_that_nobody_looks_at_costs_one_function_call() -> None:
    script = """
import sys
from cns.telemetry import stage
calls = []
sys.setprofile(lambda frame, event, arg: event == "call" and calls.append(frame.f_code.co_name))
stage("load")
sys.setprofile(None)
print(calls)
"""
    assert run(script) == "['stage']\n"


METERED = """
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
reader = InMemoryMetricReader()
metrics.set_meter_provider(MeterProvider([reader]))
from tests.support import compiled
compiled("ex:S sh:targetSubjectsOf ex:p ; sh:nodeKind sh:Literal .", meta_shacl=False).validate(
    b"<http://example.org/a> <http://example.org/p> <http://example.org/b> .\\n", format="nt")
for scope in reader.get_metrics_data().resource_metrics[0].scope_metrics:
    print(scope.scope.name, sorted(metric.name for metric in scope.metrics))
"""


def test_the_applications_own_meter_is_used() -> None:
    assert run(METERED) == "cns ['cns.compile.checks', 'cns.read.triples', 'cns.run.results', 'cns.stage.duration']\n"


def test_the_guide_names_every_metric_and_span() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "cns").rglob("*.py")))
    spans = set(re.findall(r'stage\(\s*"(\w+)"', sources))
    assert "run" in spans
    for name in sorted({*spans, *COUNTERS, "stage.duration"}):
        assert f"| `cns.{name}`" in guide, name
