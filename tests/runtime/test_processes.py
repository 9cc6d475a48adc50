"""What Python libraries read, in processes: reports and errors are those of `validate`, and no process is left."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cns
from cns.errors import CnsError
from cns.runtime import processes
from cns.toolchain.python import NoProcess, Process
from tests.support import EX, PREFIXES, compiled
from tests.toolchain.test_python import is_running

SHAPE = """ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] ."""
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
TRIX = "http://www.w3.org/2004/03/trix/trix-1/"

DOCUMENTS = {
    "blank.rdf": f'<rdf:RDF {RDF} xmlns:ex="{EX}"><rdf:Description><ex:p><rdf:Description/></ex:p>'
    '<ex:p rdf:resource="here"/></rdf:Description></rdf:RDF>',
    "broken.rdf": f'<rdf:RDF {RDF} xmlns:ex="{EX}">\n<rdf:Description></rdf:RDF>',
    "blank.jsonld": f'[{{"{EX}p": [{{"@id": "_:z"}}, {{"@value": "é"}}]}}, {{"@id": "rel", "{EX}p": [1, 2]}}]',
    "graphs.jsonld": f'{{"@id": "urn:g", "@graph": [{{"@id": "urn:x", "{EX}p": [1, 2, {{"@id": "_:b"}}]}}]}}',
    "broken.jsonld": '{"@id": \n"urn:x", ]',
    "remote.jsonld": '{"@context": "https://example.org/context", "@id": "urn:x"}',
    "blank.n3": f'@prefix ex: <{EX}> . _:s ex:p _:a, [], 1.50 . <rel> ex:p 1 , "b"@en .',
    "broken.n3": f"@prefix ex: <{EX}> .\nex:a ex:p ex:b ;;\n ex:c",
    "blank.trix": f'<TriX xmlns="{TRIX}"><graph><triple><id>a</id><uri>{EX}p</uri><id>b</id></triple></graph></TriX>',
    "blank.hext": f'["_:a", "{EX}p", "_:b", "localId", "", ""]\n',
    "lines.nt": f"_:a <{EX}p> _:b .\n",
    "turtle.ttl": f"[] <{EX}p> [], <x> .",
    "empty.rdf": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in DOCUMENTS.items():
        (tmp_path / name).write_text(text)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the processes of batches, which are started for the smallest file, on any machine."""
    pids: list[int] = []

    class Noted(Process):
        def __init__(self) -> None:
            super().__init__()
            pids.append(self.pid)

    monkeypatch.setattr(processes, "Process", Noted)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    monkeypatch.setattr(processes.Processes, "_is_done_here", lambda *_: False)
    return pids


def told(call: Callable[[], Any]) -> tuple[str, ...]:
    """All that there is to see of an outcome."""
    try:
        outcome = call()
    except CnsError as error:
        outcome = error
    if isinstance(outcome, cns.Report):
        skipped = outcome.skipped
        return outcome.serialize("nt"), outcome.serialize("json"), outcome.serialize("human"), repr(skipped)
    return type(outcome).__name__, str(outcome)


OPTIONS: list[dict[str, Any]] = [
    {},
    {"base": "urn:base:"},
    {"graph": "default"},
    {"graph": "urn:g"},
    {"lenient": True},
    {"max_triples": 1},
    {"max_bytes": 50},
    {"max_literal_bytes": 1},
    {"format": "json-ld"},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_outcomes_are_those_of_validate(folder: Path, started: list[int], options: dict[str, Any]) -> None:
    validator = compiled(SHAPE)
    paths = sorted(folder.iterdir())
    outcomes = dict(validator.validate_many(paths, workers=2, **options))
    assert set(outcomes) == set(paths)
    for path in paths:
        alone = told(lambda path=path: validator.validate(path, **options))  # type: ignore[misc]
        assert told(lambda path=path: outcomes[path]) == alone, path  # type: ignore[misc]
    assert 1 <= len(started) <= 2
    assert not any(is_running(pid) for pid in started)


def test_what_c_reads_starts_no_process(folder: Path, started: list[int]) -> None:
    outcomes = dict(compiled(SHAPE).validate_many([folder / "lines.nt", folder / "turtle.ttl"] * 3, workers=2))
    assert all(isinstance(outcome, cns.Report) for outcome in outcomes.values())
    assert not started


def test_one_worker_and_little_data_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Process:
        raise AssertionError

    monkeypatch.setattr(processes, "Process", none)
    monkeypatch.setattr(processes, "cores", lambda: 2)
    paths = [folder / "blank.rdf"] * 5
    for workers in (1, 2):
        assert len(list(compiled(SHAPE).validate_many(paths, workers=workers))) == 5
    monkeypatch.setattr(processes, "WORTH_PROCESSES", {"xml": 1})
    assert len(list(compiled(SHAPE).validate_many(paths, workers=1))) == 5
    with pytest.raises(AssertionError):
        list(compiled(SHAPE).validate_many(paths, workers=2))


def test_where_none_can_be_started_threads_do_it(folder: Path, started: list[int], monkeypatch: Any) -> None:
    def none() -> Process:
        raise NoProcess

    monkeypatch.setattr(processes, "Process", none)
    outcomes = list(compiled(SHAPE).validate_many([folder / "blank.rdf"] * 5, workers=2))
    assert all(isinstance(outcome, cns.Report) for _, outcome in outcomes)


def test_a_process_that_dies_costs_its_file_alone(folder: Path, started: list[int], monkeypatch: Any) -> None:
    call = Process.call

    def deadly(self: Process, function: Any, content: bytes) -> Any:
        if b"TriX" in content:
            os.kill(self.pid, signal.SIGKILL)
        return call(self, function, content)

    monkeypatch.setattr(Process, "call", deadly)
    paths = [folder / name for name in ("blank.rdf", "blank.trix", "blank.jsonld", "blank.n3")]
    outcomes = dict(compiled(SHAPE).validate_many(paths, workers=2))
    error = outcomes.pop(paths[1])
    assert isinstance(error, CnsError)
    assert str(error).startswith(f"CNS530: {paths[1]}: a process that was to read it ended by signal 9 (SIGKILL)")
    assert error.hint
    assert all(isinstance(outcome, cns.Report) for outcome in outcomes.values())
    assert not any(is_running(pid) for pid in started)


def test_one_that_died_while_nobody_asked_is_replaced(started: list[int]) -> None:
    pool = processes.Processes(2)
    assert pool.call("name", "xml", len, b"abc") == 3
    os.kill(started[0], signal.SIGKILL)
    while is_running(started[0]):
        time.sleep(0.01)
    assert pool.call("name", "xml", len, b"abcd") == 4
    assert len(started) == 2
    pool.close()


def test_whoever_stops_early_leaves_no_process(folder: Path, started: list[int]) -> None:
    outcomes = compiled(SHAPE).validate_many([folder / "blank.n3"] * 50, workers=2)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert started
    assert not any(is_running(pid) for pid in started)


SCRIPT = """
import sys
import cns
from cns.runtime import processes

processes.cores = lambda: 2
processes.WORTH_OTHER_PROCESSES = 1
for path, outcome in cns.compile("s.ttl").validate_many(sys.argv[1:], workers=2):
    print(path, "conforms" if outcome.conforms else len(outcome), flush=True)
"""


def script(folder: Path, *files: str) -> subprocess.Popen[str]:
    """As a user writes one: nothing keeps it from being run again where it is imported."""
    (folder / "s.ttl").write_text(PREFIXES + SHAPE)
    (folder / "script.py").write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "script.py", *files]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, process_group=0)


def test_a_script_needs_no_guard(folder: Path) -> None:
    output, problems = script(folder, *["blank.n3"] * 4).communicate()
    assert (output.splitlines(), problems) == (["blank.n3 4"] * 4, "")


def test_ctrl_c_ends_all(folder: Path) -> None:
    (folder / "long.n3").write_text("".join(f"<urn:{i}> <{EX}p> {i} .\n" for i in range(100_000)))
    running = script(folder, "blank.n3", *["long.n3"] * 100)
    while len(children := own_processes(running.pid)) < 2:
        assert running.poll() is None
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    _, problems = running.communicate()
    assert problems.rstrip().endswith("KeyboardInterrupt")
    assert not any(is_running(pid) for pid in children)


def own_processes(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]
