"""Batches: every source gets its outcome, a bad one does not stop the others, and nobody runs ahead."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import cns
from cns.errors import CnsError, LoadError, UsageError
from cns.runtime.batch import AHEAD, as_they_finish
from tests.support import EX, PREFIXES, compiled

SHAPE = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """One conforms, two do not, one is broken, one is missing."""
    line = f'<{EX}n> <{EX}p> "{{}}" .\n'
    texts = [line.format("a"), *(line.format("a") + line.format(str(i)) for i in range(2)), "<broken"]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.nt").write_text(text)
    return [tmp_path / f"{number}.nt" for number in range(5)]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_each_source_has_its_outcome(files: list[Path], workers: int) -> None:
    validator = compiled(SHAPE)
    outcomes = dict(validator.validate_many(files, workers=workers))
    assert set(outcomes) == set(files)
    reports = [outcomes[path] for path in files[:3]]
    assert [isinstance(report, cns.Report) and report.conforms for report in reports] == [True, False, False]
    for path, report in zip(files, reports, strict=False):
        assert isinstance(report, cns.Report)
        assert report.serialize("nt") == validator.validate(path).serialize("nt")
    assert all(isinstance(outcomes[path], LoadError) for path in files[3:])


def test_results_come_as_they_finish() -> None:
    gate = threading.Event()

    def call(item: int) -> int:
        if item == 0:
            assert gate.wait(timeout=60)
        return item * 10

    done = as_they_finish(call, range(5), 2)
    first = [next(done) for _ in range(4)]
    assert sorted(first) == [(i, i * 10) for i in range(1, 5)]
    gate.set()
    assert list(done) == [(0, 0)]


def test_sources_are_taken_as_results_are() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for i in range(1000):
            taken.append(i)
            yield i

    done = as_they_finish(str, numbers(), 3)
    for _ in range(10):
        next(done)
    assert len(taken) <= 10 + 3 * AHEAD
    done.close()  # type: ignore[attr-defined]
    assert len(taken) < 1000


def test_fewer_workers_than_none_are_refused() -> None:
    with pytest.raises(UsageError, match="CNS908"):
        list(compiled(SHAPE).validate_many([], workers=-1))


def test_an_error_that_is_not_ours_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(as_they_finish(lambda i: 1 // i, [1, 0], 1))


def test_errors_of_ours_are_outcomes() -> None:
    def call(item: int) -> int:
        raise CnsError("CNS900", f"no {item}", hint="")

    [(item, outcome)] = as_they_finish(call, [7], 1)
    assert (item, str(outcome)) == (7, str(CnsError("CNS900", "no 7", hint="")))


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "s.ttl").write_text(PREFIXES + SHAPE)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "cns", "validate-many", "-s", "s.ttl", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_command_line_has_a_line_for_each_file(files: list[Path], tmp_path: Path) -> None:
    names = [path.name for path in files]
    done = run([*names, "-o", "reports", "-f", "nt"], tmp_path)
    assert sorted(done.stdout.splitlines()) == ["0.nt: conforms", "1.nt: 1 results", "2.nt: 1 results"]
    assert done.returncode == 2
    assert {line.partition(":")[0] for line in done.stderr.splitlines() if ".nt: " in line} >= {"3.nt", "4.nt"}
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [f"{i}.nt.report.nt" for i in range(3)]
    assert run(names[:3], tmp_path).returncode == 1
    assert run(names[:1], tmp_path).returncode == 0


def test_two_files_of_one_name_are_refused_where_reports_are_written(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "0.nt").write_bytes(files[0].read_bytes())
    done = run(["0.nt", "other/0.nt", "-o", "reports"], tmp_path)
    assert done.returncode == 2
    assert "CNS914" in done.stderr


def test_a_terminal_sees_how_far_it_is_below_the_lines(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(PREFIXES + SHAPE)
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "cns", "validate-many", "-s", "s.ttl", "0.nt", "1.nt", "--threads", "1"]
    subprocess.run(command, cwd=tmp_path, env=environment, stdout=theirs, stderr=theirs, check=False)
    os.close(theirs)
    seen = os.read(ours, 1 << 16).decode()
    os.close(ours)
    shown = [line.rpartition("\x1b[K")[2] for line in seen.split("\r\n")]  # what is left of each line in the end
    assert shown == ["0.nt: conforms", "1.nt: 1 results", ""]
    assert " 1/2" in seen
    assert " 2/2" in seen
