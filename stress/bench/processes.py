"""One measured process: started by itself, watched, ended at its time limit, and what it says of its phases."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A phase in one round of one process."""

    name: str
    began: int
    seconds: float
    peak: int


@dataclass(frozen=True)
class Done:
    """A process that did its work."""

    started: int
    """Nanoseconds since 1970."""
    rounds: tuple[tuple[Part, ...], ...]
    """The first has the shapes too."""

    @property
    def start(self) -> float:
        """Seconds from the start of the process to its first phase."""
        return (min(part.began for part in self.rounds[0]) - self.started) / 1e9


@dataclass(frozen=True)
class Failed:
    reason: str
    timeout: bool


def run(
    command: Sequence[str], arguments: Sequence[str], limit: float, environment: Mapping[str, str]
) -> Done | Failed:
    """The harness with its arguments; the last, where it writes what it measured, is added here."""
    with tempfile.TemporaryDirectory(prefix="cns-bench-") as name:
        out, errors = Path(name, "out"), Path(name, "errors")
        with errors.open("wb") as stream:
            started = time.time_ns()
            process = subprocess.Popen(
                [*command, *arguments, str(out)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=name,
                env={**_untraced(), **environment},
                start_new_session=True,
            )
            try:
                code = process.wait(limit)
            except subprocess.TimeoutExpired:
                return Failed(f"took more than {limit:g} s", timeout=True)
            finally:
                _end(process)
        if code != 0 or not out.exists():
            return Failed(_last_words(errors, code), timeout=False)
        return Done(started, _rounds(out.read_text()))


def _untraced() -> dict[str, str]:
    """What tells of its stages is slower: the benchmark itself is what is traced."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CNS_TRACE")}


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started, whatever happened."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_words(errors: Path, code: int) -> str:
    lines = [line.strip() for line in errors.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if "rror" in line or "xception" in line or "annot" in line]
    words = (telling or lines or ["it said nothing"])[-1]
    ended = f"ended by signal {-code}" if code < 0 else f"exit {code}"
    return f"{ended}: {words[:300]}"


def _rounds(text: str) -> tuple[tuple[Part, ...], ...]:
    rounds: dict[int, list[Part]] = {}
    for line in text.splitlines():
        number, name, began, seconds, peak = line.split("\t")
        rounds.setdefault(int(number), []).append(Part(name, int(began), float(seconds), int(peak)))
    return tuple(tuple(parts) for _, parts in sorted(rounds.items()))
