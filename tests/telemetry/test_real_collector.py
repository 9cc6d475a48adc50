"""A real OpenTelemetry Collector takes what we send. Built by:

cd tests/telemetry/otelcol && go mod tidy && go build -o ~/bin/otelcol .
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telemetry.test_exporters import files, validate

OTELCOL = os.environ.get("CNS_OTELCOL") or shutil.which("otelcol")
CONFIGURATION = """
receivers:
  otlp:
    protocols:
      http: {endpoint: "127.0.0.1:HTTP"}
      grpc: {endpoint: "127.0.0.1:GRPC"}
exporters:
  debug: {verbosity: detailed}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [debug]}
    metrics: {receivers: [otlp], exporters: [debug]}
"""

pytestmark = pytest.mark.skipif(OTELCOL is None, reason="no otelcol on the PATH, and CNS_OTELCOL names none")
assert files  # the fixture


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[dict[str, int]]:
    """Of a collector that writes what it gets to a file called "said"."""
    found = {"http/protobuf": _free_port(), "grpc": _free_port()}
    text = CONFIGURATION.replace("HTTP", str(found["http/protobuf"])).replace("GRPC", str(found["grpc"]))
    (tmp_path / "otelcol.yaml").write_text(text)
    with (tmp_path / "said").open("wb") as said:
        command = [str(OTELCOL), "--config", f"file:{tmp_path / 'otelcol.yaml'}"]
        with subprocess.Popen(command, stdout=said, stderr=said) as process:
            try:
                _wait_for(tmp_path / "said", "Everything is ready")
                yield found
            finally:
                process.terminate()


def _wait_for(said: Path, words: str) -> str:
    for _ in range(300):
        text = said.read_text()
        if words in text:
            return text
        time.sleep(0.1)
    raise AssertionError(said.read_text())


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_a_collector_understands_it(files: Path, ports: dict[str, int], protocol: str) -> None:
    endpoint = f"http://127.0.0.1:{ports[protocol]}"
    validate(files, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
    said = _wait_for(files / "said", "cns.run.results")
    assert re.search(r"Name +: cns\.read\n", said)
    assert re.search(r"-> service\.name: Str\(cns-aotc\)", said)
    assert re.search(r"-> cns\.triple\.state: Str\(kept\)\nStartTimestamp.*\nTimestamp.*\nValue: 2\n", said)
    assert re.search(r"-> Name: cns\.stage\.duration\n.*\n +-> Unit: s\n +-> DataType: Histogram", said)
