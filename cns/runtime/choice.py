"""Which engine "auto" takes: the one that is expected to be done first, by what was measured (`cns.runtime.speeds`)."""

from __future__ import annotations

from cns.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal

    Need = Literal["loaded", "kept", "missing", "impossible"]
    """What an engine needs, machine code: is in the process, on disk, has yet to be compiled, or cannot be."""

WORTH_A_LOOK = 50_000
"""Triples kept: below, the vm is done before it is found out what else could run."""


class State(Value):
    """All that the choice depends on."""

    __slots__ = ("instructions", "kernels", "library", "threads", "triples")

    def __init__(self, triples: int, instructions: int, threads: int, library: Need, kernels: Need) -> None:
        self.triples: Final = triples
        """Kept of the data."""
        self.instructions: Final = instructions
        """Of the program."""
        self.threads: Final = threads
        self.library: Final = library
        """Of the native engine."""
        self.kernels: Final = kernels
        """Of the numba engine."""


def expected(state: State) -> dict[str, float]:
    """Seconds that a run takes, starting included, for each engine that can run; the quickest first."""
    from cns.runtime import speeds

    start = {
        "vm": 0.0,
        "native": _start(state.library, 0.0, speeds.COMPILE + speeds.COMPILE_AN_INSTRUCTION * state.instructions),
        "numba": _start(state.kernels, speeds.LOAD_NUMBA, speeds.COMPILE_KERNELS),
    }
    found = {
        name: seconds + state.triples * speeds.A_TRIPLE[name] / (1 + speeds.A_THREAD_ADDS[name] * (state.threads - 1))
        for name, seconds in start.items()
        if seconds is not None
    }
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def _start(need: Need, load: float, make: float) -> float | None:
    return {"loaded": 0.0, "kept": load, "missing": load + make, "impossible": None}[need]


def choose(state: State) -> tuple[str, str]:
    """The engine, and why."""
    seconds = expected(state)
    others = ", ".join(f"{name} {_rounded(value)}" for name, value in seconds.items())
    return next(iter(seconds)), f"expected for {state.triples:,} triples: {others}"


def _rounded(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
