"""Another Python process: calls there are as calls here, and it never outlives who started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cns.errors import CnsError, LoadError, SourceRef
from cns.toolchain.python import Ended, NoProcess, Process


@pytest.fixture
def process() -> Iterator[Process]:
    process = Process()
    yield process
    process.close()


def refuse(name: str) -> None:
    raise LoadError("CNS105", "bad", where=SourceRef(source=name, line=3, column=4), hint="mend it", spec="urn:spec")


def shout(text: str) -> str:
    print(text)
    os.write(1, text.encode())
    return text.upper()


def test_a_call_gives_what_the_function_gives(process: Process) -> None:
    assert process.call(len, b"x" * 1_000_000) == 1_000_000
    assert process.call(os.getpid) == process.pid


def test_what_it_prints_is_no_answer(process: Process) -> None:
    assert process.call(shout, "text") == "TEXT"


def test_an_error_of_ours_comes_back_whole(process: Process) -> None:
    with pytest.raises(LoadError) as raised:
        process.call(refuse, "a.xml")
    with pytest.raises(LoadError) as here:
        refuse("a.xml")
    assert str(raised.value) == str(here.value)
    assert process.call(len, b"") == 0


def test_any_error_comes_back(process: Process) -> None:
    with pytest.raises(ZeroDivisionError):
        process.call(divmod, 1, 0)


def test_how_it_ended_is_said(process: Process) -> None:
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(Ended, match=r"signal 9 \(SIGKILL\)"):
        process.call(len, b"x" * 1_000_000)
    assert not process.is_there()


def test_an_exit_is_said(process: Process) -> None:
    with pytest.raises(Ended, match="exit code 7"):
        process.call(os._exit, 7)


def test_where_there_is_no_interpreter_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "/nowhere/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", name)
        with pytest.raises(NoProcess):
            Process()


def test_it_ends_with_who_started_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os, signal\n"
        "from cns.toolchain.python import Process\n"
        "process = Process()\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    while is_running(int(done.stdout)):
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_errors_of_each_kind_are_the_same_elsewhere(process: Process) -> None:
    for kind in (CnsError, *CnsError.__subclasses__()):
        with pytest.raises(kind) as raised:
            process.call(raise_one, kind)
        assert type(raised.value) is kind
        assert str(raised.value) == "CNS900: f: what\n  hint: do"


def raise_one(kind: type[CnsError]) -> None:
    raise kind("CNS900", "what", where=SourceRef(source="f"), hint="do")
