"""Measured processes: what they say, what happens when they fail or take too long."""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path

from stress.bench.processes import Done, Failed, run


def harness(folder: Path, body: str) -> tuple[str, ...]:
    path = folder / "harness.py"
    path.write_text("import sys, time, pathlib\nout = pathlib.Path(sys.argv[-1])\n" + textwrap.dedent(body))
    return (sys.executable, str(path))


def test_phases_are_read_round_by_round(tmp_path: Path) -> None:
    command = harness(
        tmp_path,
        r"""
        now = time.time_ns()
        out.write_text(f"0\tshapes\t{now}\t0.5\t100\n0\tload\t{now}\t1.5\t200\n0\treport\t{now}\t9\t300\n"
                       f"1\tload\t{now}\t1.25\t400\n")
        """,
    )
    done = run(command, (), 60, {})
    assert isinstance(done, Done)
    assert [[(part.name, part.seconds, part.peak) for part in parts] for parts in done.rounds] == [
        [("shapes", 0.5, 100), ("load", 1.5, 200), ("report", 9.0, 300)],
        [("load", 1.25, 400)],
    ]
    assert 0 < done.start < 30


def test_a_process_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    done = run(harness(tmp_path, "raise ValueError('no such shape')"), (), 60, {})
    assert done == Failed("exit 1: ValueError: no such shape", timeout=False)


def test_a_process_that_is_killed_is_told(tmp_path: Path) -> None:
    done = run(harness(tmp_path, "import os; os.kill(os.getpid(), 9)"), (), 60, {})
    assert done == Failed("ended by signal 9: it said nothing", timeout=False)


def test_at_its_time_limit_a_process_ends_with_all_that_it_started(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    done = run(
        harness(
            tmp_path,
            f"""
            import subprocess
            subprocess.Popen([sys.executable, "-c", "import time, pathlib; time.sleep(3); "
                              "pathlib.Path({str(alive)!r}).touch()"])
            time.sleep(60)
            """,
        ),
        (),
        1.0,
        {},
    )
    assert done == Failed("took more than 1 s", timeout=True)
    time.sleep(3)
    assert not alive.exists()


def test_the_environment_is_handed_on(tmp_path: Path) -> None:
    body = r"""
        import os
        out.write_text(f"0\t{os.environ['CNS_CACHE']}\t0\t1\t1\n")
        """
    done = run(harness(tmp_path, body), (), 60, {"CNS_CACHE": "here"})
    assert isinstance(done, Done)
    assert done.rounds[0][0].name == "here"
