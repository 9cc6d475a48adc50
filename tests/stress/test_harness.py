"""How our own phases are timed."""

from __future__ import annotations

import time

from stress.bench.harness.ours import Watch


def _phases(watch: Watch) -> dict[str, tuple[int, float]]:
    lines = (line.split("\t") for line in watch.lines)
    return {name: (int(began), float(seconds)) for _, name, began, seconds, _ in lines}


def test_what_stages_leave_of_a_call_lies_behind_them() -> None:
    watch = Watch()

    def call() -> None:
        with watch.stage("compile"), watch.stage("load"):
            time.sleep(0.05)

    watch.timed("open", call)
    phases = _phases(watch)
    assert list(phases) == ["load", "open"]
    assert phases["load"][1] >= 0.05
    assert phases["open"][0] >= phases["load"][0] + 0.04e9


def test_a_stage_in_a_stage_has_both_names() -> None:
    watch = Watch()
    with watch.stage("check"), watch.stage("compile"), watch.stage("load"):
        pass
    assert list(_phases(watch)) == ["check/load", "check"]
