"""Another Python process that makes calls for this one, one at a time: what keeps the GIL is best done elsewhere.

It is a fresh interpreter that imports cns and nothing of the user's: a script needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any, TypeVar

Result = TypeVar("Result")

_SERVE = "import sys; sys.path[:] = sys.argv[1:]; from cns.toolchain.python import serve; serve()"
_LENGTH = 8


class NoProcess(Exception):
    """None can be started here."""


class Ended(Exception):
    """The process ended before it had answered; the text says how."""


class Process:
    """Ctrl-C does not reach it, as it is of a group of its own; it ends with the pipe from us, at the latest when we
    end, or by `kill`."""

    def __init__(self) -> None:
        if not sys.executable or getattr(sys, "frozen", False):
            raise NoProcess("this program is no Python interpreter")
        command = [sys.executable, "-I", "-c", _SERVE, *sys.path]
        try:
            self._popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
        except OSError as error:
            raise NoProcess(str(error)) from None
        try:
            self._answer()
        except Ended as error:
            raise NoProcess(str(error)) from None

    @property
    def pid(self) -> int:
        return self._popen.pid

    def is_there(self) -> bool:
        return self._popen.poll() is None

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """What the function gives there, or raises there; it is found by its name, so that it stands in a module."""
        request = pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)
        assert self._popen.stdin is not None
        try:
            _send(self._popen.stdin, request)
        except OSError:  # it is gone, and the pipe with it
            raise self._ended() from None
        outcome, raised = self._answer()
        if raised:
            raise outcome
        return outcome  # type: ignore[no-any-return]

    def kill(self) -> None:
        """Whatever it does; whoever waits for an answer hears that it ended."""
        self._popen.kill()

    def close(self) -> None:
        """When nobody waits for an answer any more."""
        self.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # of a request that it had not taken whole
                continue

    def _answer(self) -> Any:
        assert self._popen.stdout is not None
        try:
            answer = _receive(self._popen.stdout)
        except EOFError:
            raise self._ended() from None
        return pickle.loads(answer)

    def _ended(self) -> Ended:
        self.kill()
        code = self._popen.wait()
        how = f"by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"with exit code {code}"
        return Ended(f"a process that was to read it ended {how}")


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(_LENGTH, "little"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(_LENGTH)
    message = pipe.read(int.from_bytes(head, "little")) if len(head) == _LENGTH else b""
    if not message or len(message) < int.from_bytes(head, "little"):
        raise EOFError
    return message


def serve() -> None:
    """What the process does: answers calls until the pipe ends. What libraries print goes to stderr."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    message = _outcome(lambda: None)
    while True:
        try:
            _send(answers, message)
            function, arguments = pickle.loads(_receive(requests))
        except (EOFError, BrokenPipeError):  # nobody asks any more
            os._exit(0)
        message = _outcome(function, *arguments)


def _outcome(function: Callable[..., Any], *arguments: Any) -> bytes:
    try:
        return pickle.dumps((function(*arguments), False), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 (handed over to the process that asked)
        return pickle.dumps((error, True), pickle.HIGHEST_PROTOCOL)
