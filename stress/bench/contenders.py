"""Who takes part: our engines in each state and with one thread and all, and the peers. And who cannot, and why."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cns
from cns.runtime.engines import ENGINES
from cns.toolchain import cc

from . import peers
from .document import LeftOut, State

OURS = ("vm", "native", "numba")
NAMES = (*(f"cns {engine}" for engine in OURS), *peers.NAMES)


@dataclass(frozen=True)
class Contender:
    """A command that is measured; its first round is ``state``, those after it are "held"."""

    name: str
    version: str
    ours: bool
    state: State
    threads: int
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} {self.state}" + (f", {self.threads} thread{'s' * (self.threads > 1)}" if self.ours else "")


def gather(names: Sequence[str], peers_folder: Path) -> tuple[list[Contender], list[LeftOut]]:
    """Those of the names that can run; ours first, as the others are compared with them."""
    contenders: list[Contender] = []
    left_out: list[LeftOut] = []
    for engine in OURS:
        name = f"cns {engine}"
        if name not in names:
            continue
        reason = _missing(engine)
        if reason:
            left_out.append(LeftOut(name, reason))
        else:
            contenders += _ours(name, engine)
    found, missing = peers.find(peers_folder)
    for peer in found:
        if peer.name in names:
            note = peers.NOTES.get(peer.name, "")
            contenders.append(
                Contender(peer.name, peer.version, False, "cold", 0, (*peer.command, peer.name), (), note)
            )
    left_out += [LeftOut(name, why) for name, why in missing.items() if name in names or name in peers.DECLINED]
    return contenders, left_out


def _missing(engine: str) -> str:
    """Why our engine cannot run here; "" if it can."""
    if engine not in ENGINES:
        return "this version of cns does not have it"
    if engine == "native" and cc.find() is None:
        return "there is no C compiler"
    if engine == "numba" and importlib.util.find_spec("numba") is None:
        return "numba is not installed"
    return ""


def _ours(name: str, engine: str) -> Iterable[Contender]:
    harness = str(peers.HARNESS / "ours.py")
    path = os.pathsep.join([str(Path(cns.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    cores = len(os.sched_getaffinity(0))
    states: tuple[State, ...] = ("warm", "cold")
    for threads in sorted({1, cores}):
        # What compiling takes does not depend on the threads.
        for state in states if threads == cores else states[:1]:
            command = (sys.executable, harness, f"{engine}:{threads}:{state}")
            yield Contender(name, cns.__version__, True, state, threads, command, (("PYTHONPATH", path),))
