"""``cns-aotc`` as a user runs it: a process with arguments, streams and an exit code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

from tests.support import EX, PREFIXES

SHAPES = PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
GOOD = f'<{EX}a> <{rdflib.RDF.type}> <{EX}C> .\n<{EX}a> <{EX}p> "x" .\n'
BAD = f"<{EX}a> <{rdflib.RDF.type}> <{EX}C> .\n"
ROOT = Path(__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = [sys.executable, "-m", "cns"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(ENV, "CNS_CACHE", str(tmp_path / "cache"))
    for name, text in {"shapes.ttl": SHAPES, "good.nt": GOOD, "bad.nt": BAD}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: str | bytes = b"") -> subprocess.CompletedProcess[str]:
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run([*COMMAND, *arguments], input=data, capture_output=True, check=False, env=ENV)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_exit_codes() -> None:
    assert run("validate", "-s", "shapes.ttl", "good.nt").returncode == 0
    assert run("validate", "-s", "shapes.ttl", "bad.nt").returncode == 1
    assert run("validate", "-s", "none.ttl", "bad.nt").returncode == 2
    assert run("validate", "-s", "shapes.ttl", "none.nt").returncode == 2
    assert run("validate").returncode == 2
    assert run("frobnicate").returncode == 2
    assert run("--version").stdout.startswith("cns ")


def test_a_readable_report_and_nothing_on_stderr() -> None:
    done = run("validate", "-s", "shapes.ttl", "bad.nt")
    assert done.stdout.startswith("Validation Report\nConforms: False\nResults (1):\n")
    assert done.stderr == ""


@pytest.mark.parametrize("format", ["turtle", "nt"])
def test_rdf_reports(format: str) -> None:
    done = run("validate", "-s", "shapes.ttl", "bad.nt", "--format", format)
    graph = rdflib.Graph().parse(data=done.stdout, format=format)
    assert (None, rdflib.URIRef("http://www.w3.org/ns/shacl#focusNode"), rdflib.URIRef(EX + "a")) in graph


def test_json_to_a_file(folder: Path) -> None:
    done = run("validate", "-s", "shapes.ttl", "bad.nt", "-f", "json", "-o", "out.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads((folder / "out.json").read_text())["conforms"] is False
    assert not list(folder.glob("*.part"))


def test_standard_input_and_several_files() -> None:
    assert run("validate", "-s", "shapes.ttl", "-", "--data-format", "nt", stdin=BAD).returncode == 1
    assert run("validate", "-s", "shapes.ttl", "-", stdin=BAD).returncode == 1
    assert run("validate", "-s", "shapes.ttl", "-", stdin=PREFIXES + "ex:a a ex:C ; ex:p 1 .").returncode == 0
    assert run("validate", "-s", "shapes.ttl", "bad.nt", "good.nt").returncode == 0


def test_the_verdict_alone_and_lesser_severities(folder: Path) -> None:
    done = run("validate", "-s", "shapes.ttl", "bad.nt", "--conforms")
    assert (done.returncode, done.stdout) == (1, "does not conform\n")
    (folder / "w.ttl").write_text(SHAPES.replace("sh:minCount 1", "sh:minCount 1 ; sh:severity sh:Warning"))
    assert run("validate", "-s", "w.ttl", "bad.nt").returncode == 1
    assert run("validate", "-s", "w.ttl", "bad.nt", "--allow-infos").returncode == 1
    assert run("validate", "-s", "w.ttl", "bad.nt", "--allow-warnings").returncode == 0


def test_compile_then_validate_with_the_program(folder: Path) -> None:
    done = run("compile", "shapes.ttl", "-o", "shapes.cns")
    assert done.returncode == 0
    assert "2 shapes" in done.stdout
    assert run("validate", "-s", "shapes.cns", "bad.nt").returncode == 1
    (folder / "shapes.cns").write_bytes((folder / "shapes.cns").read_bytes()[:-1])
    broken = run("validate", "-s", "shapes.cns", "bad.nt")
    assert broken.returncode == 2
    assert "CNS404" in broken.stderr


def test_compile_says_what_is_wrong_with_shapes(folder: Path) -> None:
    (folder / "wrong.ttl").write_text(SHAPES.replace("sh:minCount 1", "sh:minCount -1"))
    done = run("compile", "wrong.ttl", "-o", "out.cns")
    assert done.returncode == 2
    for part in ("wrong.ttl", "ex:S", "minCount", "-1", "hint:", "rule: https://www.w3.org/TR/shacl/"):
        assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "out.cns").exists()


def test_warnings_are_lines_on_stderr(folder: Path) -> None:
    (folder / "odd.ttl").write_text(SHAPES.replace("sh:minCount", "sh:minCout"))
    done = run("compile", "odd.ttl")
    assert done.returncode == 0
    assert "warning" in done.stderr
    assert "did you mean sh:minCount?" in done.stderr
    again = run("compile", "odd.ttl")
    assert "did you mean" in again.stderr, "what comes from the cache warns like what is compiled"


def test_explain() -> None:
    assert "minCount 1" in run("explain", "shapes.ttl").stdout
    assert "MIN_COUNT       op 1, number 1" in run("explain", "shapes.ttl", "--bytecode").stdout
    assert "no loop over the one value" in run("explain", "shapes.ttl", "--passes").stdout
    assert "no loop over the one value" not in run("explain", "shapes.ttl", "--passes", "--no-pass", "unroll").stdout
    assert '"version": 1' in run("explain", "shapes.ttl", "--json").stdout
    assert run("explain", "shapes.ttl", "--html").stdout.startswith("<!DOCTYPE html>")
    assert "cns_native_code" in run("explain", "shapes.ttl", "--c").stdout
    unknown = run("explain", "shapes.ttl", "--no-pass", "nothing")
    assert unknown.returncode == 2
    assert "there is no pass 'nothing'" in unknown.stderr
    plan = run("explain", "shapes.ttl", "--plan").stdout
    assert f"<{EX}p>" in plan
    assert "skipped in the reader" in plan
    run("compile", "shapes.ttl", "-o", "p.cns")
    assert "MIN_COUNT" in run("explain", "p.cns", "--bytecode").stdout
    refused = run("explain", "p.cns")
    assert refused.returncode == 2
    assert "no longer knows the shapes" in refused.stderr


def test_imports_through_the_catalog(folder: Path) -> None:
    (folder / "main.ttl").write_text(f"{PREFIXES} ex:main owl:imports <http://example.org/lib> .")
    assert "cannot be resolved" in run("compile", "main.ttl", "--no-cache").stderr
    done = run("compile", "main.ttl", "--catalog", "http://example.org/lib=shapes.ttl")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 shapes" in done.stdout
    assert run("compile", "main.ttl", "--catalog", "nonsense").returncode == 2


def test_a_reader_that_goes_away_is_no_error_message(folder: Path) -> None:
    lines = "".join(f"<{EX}n{i}> <{rdflib.RDF.type}> <{EX}C> .\n" for i in range(20_000))
    (folder / "many.nt").write_text(lines)
    command = f"{' '.join(COMMAND)} validate -s shapes.ttl many.nt -f nt | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=ENV)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_on_a_terminal_it_says_what_it_does() -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "validate", "-s", "shapes.ttl", "bad.nt"], stdout=follower, stderr=follower, env=ENV
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert process.wait() == 1
    assert b"validating" in seen
    assert b"\r\x1b[K" in seen, "the word is wiped away again"
    assert b"Conforms: False" in seen


def test_a_cached_program_needs_no_rdflib() -> None:
    run("validate", "-s", "shapes.ttl", "good.nt")
    script = (
        "import sys; sys.argv = ['cns-aotc', 'validate', '-s', 'shapes.ttl', 'bad.nt']; import cns.cli\n"
        "code = cns.cli.main(); print(code, sorted(m for m in ('rdflib', 'pyshacl', 'numpy') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENV)
    assert done.stdout.endswith("1 []\n")
