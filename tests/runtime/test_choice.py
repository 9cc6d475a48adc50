"""What "auto" takes: the engine that is expected to be done first, as the measured speeds say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cns.runtime import choice, speeds
from cns.runtime.choice import State

if TYPE_CHECKING:
    from cns.runtime.choice import Need

SECOND = {"vm": 1e-8, "native": 2e-9, "numba": 5e-9}  # 100 million triples take the vm a second


@pytest.fixture(autouse=True)
def plain_speeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speeds, "A_TRIPLE", SECOND)
    monkeypatch.setattr(speeds, "A_THREAD_ADDS", {"native": 1.0, "numba": 1.0, "vm": 0.0})
    for name, seconds in (("LOAD_NUMBA", 0.5), ("COMPILE_KERNELS", 10.0), ("COMPILE", 1.0)):
        monkeypatch.setattr(speeds, name, seconds)
    monkeypatch.setattr(speeds, "COMPILE_AN_INSTRUCTION", 0.01)


def state(millions: int, library: Need = "missing", kernels: Need = "kept", threads: int = 1) -> State:
    return State(millions * 1_000_000, 100, threads, library, kernels)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (state(10), "vm"),
        (state(10, library="loaded"), "native"),
        (state(10, kernels="loaded"), "numba"),
        (state(90), "vm"),
        (state(110), "numba"),
        (state(70, threads=2), "numba"),  # 0.5 s + 0.35 s / 2
        (state(110, kernels="impossible"), "vm"),
        (state(300, kernels="impossible"), "native"),  # 2 s + 0.6 s
        (state(110, library="impossible", kernels="missing"), "vm"),
        (state(3000, library="impossible", kernels="missing"), "numba"),
        (state(3000), "native"),
        (state(3000, library="impossible", kernels="impossible"), "vm"),
    ],
)
def test_the_engine_that_is_done_first(found: State, wanted: str) -> None:
    assert choice.choose(found)[0] == wanted


def test_the_reason_names_what_was_expected_of_each() -> None:
    _, reason = choice.choose(state(100, kernels="missing", threads=4))
    assert reason == "expected for 100,000,000 triples: vm 1.0 s, native 2.0 s, numba 10.6 s"


def test_what_is_written_down_is_whole() -> None:
    assert set(speeds.A_TRIPLE) == set(speeds.A_THREAD_ADDS) == {"native", "numba", "vm"}
