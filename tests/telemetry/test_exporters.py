"""What a command of ours tells: over OTLP to a server that decodes it, in OTLP's JSON files, on the console."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from cns import __version__
from tests.telemetry import collector

ROOT = Path(__file__).parents[2]
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:Literal ; sh:maxCount 1 ] .
"""
DATA = """<http://example.org/a> <http://example.org/p> <http://example.org/b> .
<http://example.org/a> <http://example.org/q> <http://example.org/b> .
<http://example.org/c> <http://example.org/p> "c" .
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "data.nt").write_text(DATA)
    return tmp_path


def run(files: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CNS_TRACE"))}
    return subprocess.run(
        [sys.executable, "-m", "cns", *arguments],
        capture_output=True,
        text=True,
        cwd=files,
        env=kept | {"PYTHONPATH": str(ROOT), "CNS_CACHE": str(files / "cache")} | environment,
        check=False,
    )


def validate(files: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    done = run(files, "validate", "-s", "shapes.ttl", "data.nt", "--engine", "vm", **environment)
    assert done.returncode == 1, done.stderr
    return done


def check_what_came(came: collector.Collector) -> None:
    root = came.spans["cns-aotc validate"]
    assert collector.plain(root.attributes)["process.exit.code"] == 1
    run_span, parent = came.spans["cns.run"], came.spans["cns.validate"]
    assert run_span.parent_span_id == parent.span_id
    assert parent.parent_span_id == root.span_id
    assert not root.parent_span_id
    assert {span.trace_id for span in came.spans.values()} == {root.trace_id}
    noted = {"cns.engine": "vm", "cns.reason": "it was asked for", "cns.hits": 1, "cns.conforms": False}
    assert collector.plain(run_span.attributes) == noted
    assert came.sums("cns.read.triples") == {("kept",): 2, ("skipped",): 1}
    assert came.sums("cns.run.results") == {("vm",): 1}
    assert came.sums("cns.cache.lookups") == {(False, "program"): 2}  # of these shapes, and of the shapes for shapes
    durations = came.metrics["cns.stage.duration"]
    assert durations.unit == "s"
    stages = {collector.plain(point.attributes)["cns.stage.name"]: point for point in durations.histogram.data_points}
    assert {"load", "parse", "build", "order", "lower", "read", "index", "run"} <= set(stages)
    assert stages["run"].count == 1
    for resource in came.resources:
        assert resource["service.name"] == "cns-aotc"
        assert resource["service.version"] == __version__
        assert resource["cns.cpus"] == len(os.sched_getaffinity(0))
        assert resource["telemetry.sdk.language"] == "python"


def test_otlp_over_http_reaches_the_endpoint(files: Path) -> None:
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint)
    check_what_came(came)


def test_otlp_over_http_compressed(files: Path) -> None:
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, OTEL_EXPORTER_OTLP_COMPRESSION="gzip")
    check_what_came(came)


def test_otlp_over_grpc_reaches_the_endpoint(files: Path) -> None:
    with collector.over_grpc() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
    check_what_came(came)


def test_a_second_run_finds_the_program_in_the_cache(files: Path) -> None:
    validate(files)
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint)
    assert came.sums("cns.cache.lookups") == {(True, "program"): 1}
    assert collector.plain(came.spans["cns.compile"].attributes) == {"cns.cached": True}
    assert "cns.load" not in came.spans


def test_one_signal_may_be_left_out(files: Path) -> None:
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, OTEL_METRICS_EXPORTER="none")
    assert came.spans
    assert not came.metrics


def test_the_standard_variables_name_the_service(files: Path) -> None:
    with collector.over_http() as came:
        validate(
            files,
            OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint,
            OTEL_SERVICE_NAME="nightly",
            OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=test,host.name=somewhere",
        )
    for resource in came.resources:
        assert resource["service.name"] == "nightly"
        assert resource["deployment.environment.name"] == "test"
        assert resource["host.name"] == "somewhere"


def test_a_disabled_sdk_sends_nothing(files: Path) -> None:
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, OTEL_SDK_DISABLED="true")
    assert not came.requests


def test_variables_that_name_no_exporter_import_nothing(files: Path) -> None:
    script = "import sys; from cns.cli import main; main(sys.argv[1:]); print(*(m for m in sys.modules if 'tele' in m))"
    arguments = ["validate", "-s", "shapes.ttl", "data.nt", "--conforms"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CNS_CACHE": str(files / "cache"), "OTEL_SERVICE_NAME": "x"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=files, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "does not conform\ncns.telemetry cns.telemetry.observer cns.telemetry.sdk\n"


def test_a_process_started_within_a_span_belongs_to_its_trace(files: Path) -> None:
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, TRACEPARENT=f"00-{trace}-{span}-01")
    root = came.spans["cns-aotc validate"]
    assert root.trace_id.hex() == trace
    assert root.parent_span_id.hex() == span


def test_an_error_is_named_by_its_code(files: Path) -> None:
    (files / "data.nt").write_text("<urn:a> <urn:b>")
    with collector.over_http() as came:
        done = run(files, "validate", "-s", "shapes.ttl", "data.nt", OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint)
    assert done.returncode == 2
    for name in ("cns.read", "cns.validate", "cns-aotc validate"):
        assert collector.plain(came.spans[name].attributes)["error.type"] == "CNS105"
        assert came.spans[name].status.code == 2
    points = came.metrics["cns.stage.duration"].histogram.data_points
    failed = [collector.plain(point.attributes) for point in points]
    assert {"cns.stage.name": "read", "error.type": "CNS105"} in failed


def test_checks_that_were_decided_are_counted(files: Path) -> None:
    (files / "shapes.ttl").write_text(SHAPES + "ex:S sh:property [ sh:path ex:q ; sh:minCount 0 ] .\n")
    with collector.over_http() as came:
        run(files, "compile", "shapes.ttl", "--no-meta-shacl", OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint)
    # The count and its property shape's check hold; the shape that nothing needs any more is dropped with its check.
    assert came.sums("cns.compile.checks") == {("dropped",): 1, ("holds",): 1, ("runtime",): 3}
    assert collector.plain(came.spans["cns.optimise"].attributes)["cns.holds"] == 1


def test_checks_are_counted_by_the_vm_if_asked(files: Path) -> None:
    with collector.over_http() as came:
        validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint, CNS_TRACE_CHECKS="1")
    counted = came.sums("cns.run.checks")
    assert counted["failed",] == 1
    assert counted["passed",] == 3  # two focus nodes, a count and a value each


# ---------------------------------------------------------------------- files


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def spans_in(path: Path) -> list[dict[str, Any]]:
    return [
        span
        for line in lines(path)
        for part in line["resourceSpans"]
        for scope in part["scopeSpans"]
        for span in scope["spans"]
    ]


def test_files_are_as_the_file_exporter_is_defined(files: Path) -> None:
    validate(files, CNS_TRACE="trace")
    validate(files, CNS_TRACE="trace")
    spans = spans_in(files / "trace" / "traces.jsonl")
    assert [span["name"] for span in spans if "parentSpanId" not in span] == ["cns-aotc validate"] * 2
    for span in spans:
        assert re.fullmatch("[0-9a-f]{32}", span["traceId"])
        assert re.fullmatch("[0-9a-f]{16}", span["spanId"])
        assert span["kind"] == 1  # a number, where protobuf's own mapping has a name
        assert re.fullmatch("[0-9]+", span["startTimeUnixNano"])
    for line in lines(files / "trace" / "metrics.jsonl"):
        assert list(line) == ["resourceMetrics"]
    text = (files / "trace" / "metrics.jsonl").read_text()
    assert not re.search('"(traceId|spanId)":"(?![0-9a-f]+")', text)


def test_a_line_of_a_file_is_what_would_have_been_sent(files: Path) -> None:
    validate(files, CNS_TRACE="trace")
    [line] = lines(files / "trace" / "traces.jsonl")
    came = collector.Collector(requests=[ParseDict(_with_base64_ids(line), ExportTraceServiceRequest())])
    assert collector.plain(came.spans["cns.read"].attributes)["cns.triples"] == 3
    assert came.resources[0]["service.name"] == "cns-aotc"


def _with_base64_ids(value: Any) -> Any:
    import base64

    if isinstance(value, list):
        return [_with_base64_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    ids = {"traceId", "spanId", "parentSpanId"}
    return {
        name: base64.b64encode(bytes.fromhex(item)).decode() if name in ids else _with_base64_ids(item)
        for name, item in value.items()
    }


def test_a_library_asked_by_cns_trace_writes_at_exit(files: Path) -> None:
    script = "import cns; cns.compile('shapes.ttl').validate('data.nt')"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CNS_CACHE": str(files / "cache"), "CNS_TRACE": "trace"}
    subprocess.run([sys.executable, "-c", script], cwd=files, env=environment, check=True)
    assert {"cns.compile", "cns.validate"} <= {span["name"] for span in spans_in(files / "trace" / "traces.jsonl")}
    assert (files / "trace" / "metrics.jsonl").exists()


# ---------------------------------------------------------------------- the console, and what is refused


def test_the_console_is_standard_error(files: Path) -> None:
    plain = validate(files)
    for environment in ({"CNS_TRACE": "console"}, {"OTEL_TRACES_EXPORTER": "console"}):
        done = validate(files, **environment)
        assert done.stdout == plain.stdout
        assert re.search(r"^cns\.read +[0-9.]+ ms  sources=1 triples=3 kept=2", done.stderr, re.M)
    assert not plain.stderr
    assert re.search(r"^cns\.read\.triples +2  triple\.state=kept$", validate(files, CNS_TRACE="1").stderr, re.M)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "CNS930: OTEL_TRACES_EXPORTER is 'zipkin'"),
        ({"CNS_TRACE": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, "CNS931: the OTLP protocol is 'http/json'"),
    ],
)
def test_what_is_not_known_is_refused(files: Path, variables: dict[str, str], said: str) -> None:
    done = run(files, "validate", "-s", "shapes.ttl", "data.nt", **variables)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_folder_that_cannot_be_is_an_error(files: Path) -> None:
    done = run(files, "validate", "-s", "shapes.ttl", "data.nt", CNS_TRACE="data.nt")
    assert done.returncode == 2
    assert "data.nt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("variable", "code"), [("CNS_TRACE", 2), ("OTEL_EXPORTER_OTLP_ENDPOINT", 1)])
def test_without_the_sdk_who_asks_us_is_refused_and_others_are_warned(files: Path, variable: str, code: int) -> None:
    (files / "hide").mkdir()
    (files / "hide" / "sitecustomize.py").write_text("import sys; sys.modules['opentelemetry.sdk'] = None\n")
    values = {variable: "http://127.0.0.1:9"}
    done = run(files, "validate", "-s", "shapes.ttl", "data.nt", **values, PYTHONPATH=f"{files / 'hide'}:{ROOT}")
    assert done.returncode == code
    assert "CNS932: opentelemetry.sdk" in done.stderr
    assert "pip install cns[trace]" in done.stderr


def test_many_files_in_threads_are_one_trace(files: Path) -> None:
    (files / "more.nt").write_text(DATA)
    with collector.over_http() as came:
        run(files, "validate-many", "-s", "shapes.ttl", "data.nt", "more.nt", OTEL_EXPORTER_OTLP_ENDPOINT=came.endpoint)
    root, each = came.spans["cns-aotc validate-many"], came.spans["cns.validate"]
    assert each.parent_span_id == root.span_id
    assert came.sums("cns.run.results") == {("vm",): 2}
