"""What the command makes of its options and of several documents; which peers it does not try again."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from cns.errors import UsageError
from stress.bench import command
from stress.bench.document import Samples
from stress.bench.runner import Measured
from stress.bench.workloads import WORKLOADS, Files
from tests.stress.documents import document, row


@pytest.mark.parametrize(("text", "count"), [("2000", 2_000), ("10k", 10_000), ("1M", 1_000_000)])
def test_sizes(text: str, count: int) -> None:
    assert command._count(text) == count


@pytest.mark.parametrize("text", ["", "0", "-1", "1G", "1.5M", "many"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        command._count(text)


def too_slow(*contenders: tuple[str, float | None], sizes: tuple[int, ...] = (1_000, 10_000)) -> dict[str, str]:
    """Of contenders with so many seconds for the first size (None: not done in time), where 60 are allowed."""
    rows = [
        row(name, 1.0, total=Samples((seconds,)))
        if seconds is not None
        else row(name, 1.0, total=None, outcome="timeout", reason="took more than 60 s")
        for name, seconds in contenders
    ]
    files = Files(WORKLOADS["university"], 1_000, 1_000, 0, Path(), {})
    measured = Measured(document().datasets[0], tuple(rows), ())
    return {name: why for (name, _), why in command._too_slow(measured, files, sizes, 60).items()}


def test_a_peer_that_will_not_be_done_in_time_is_not_tried() -> None:
    found = too_slow(("quick", 5.9), ("slow", 6.1), ("slower", None))
    assert found == {
        "slow": "not tried: it took 6.1 s for 1,000 triples, and may take 60 s",
        "slower": "not tried: took more than 60 s with less data",
    }


def test_we_are_always_tried() -> None:
    assert too_slow(("cns vm", 50.0)) == {}


def test_after_the_largest_size_nothing_is_left_to_try() -> None:
    assert too_slow(("slow", 50.0), sizes=(1_000,)) == {}


def test_documents_of_one_machine_and_commit_are_joined() -> None:
    first, second = document(row("cns vm", 1.0), row("slow", 9.0)), document(row("cns vm", 2.0))
    joined = command._joined([first, second])
    assert [(one.contender, one.total.values[0]) for one in joined.rows if one.total] == [
        ("cns vm", 2.0),
        ("slow", 9.0),
    ]
    assert joined.datasets == first.datasets
    assert len(joined.left_out) == 1


def test_joined_documents_know_all_syntaxes_and_commands() -> None:
    one, two = document(), document()
    only_nt = replace(one.datasets[0], bytes={"nt": 300_000})
    two = replace(two, datasets=(only_nt,), settings=replace(two.settings, command="cns-aotc bench", time_limit=90.0))
    for parts in ([one, two], [two, one]):
        joined = command._joined(parts)
        assert joined.datasets[0].bytes == {"nt": 300_000, "turtle": 120_000}
        assert joined.settings.time_limit == 90.0
        assert set(joined.settings.command.split("; ")) == {"cns-aotc bench --quick", "cns-aotc bench"}


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ("", "cns-aotc bench"),
        ("--quick -o run.json --data here --peers there", "cns-aotc bench --quick"),
        (
            "--workload orders --size 10k 1M --only cns\\ vm --rounds 7 --limit 9.5",
            "cns-aotc bench --workload orders --size 10000 1000000 --only 'cns vm' --rounds 7 --limit 9.5",
        ),
    ],
)
def test_the_command_that_repeats_a_run_says_nothing_of_where_things_are(words: str, again: str) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command._command(parser.parse_args(shlex.split(words))) == again


def test_documents_of_different_commits_are_not() -> None:
    with pytest.raises(UsageError, match="CNS922"):
        command._joined([document(), replace(document(), commit="another")])


def test_only_the_marked_part_of_a_page_is_rewritten(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"a\n{command.BEGIN}\nb\n{command.END}\nc\n")
    command.rewrite(page, document(row("cns vm", 1.0)))
    once = page.read_text()
    command.rewrite(page, document(row("cns vm", 1.0)))
    assert page.read_text() == once
    assert once.startswith(f"a\n{command.BEGIN}\n`cns-aotc bench --quick`\n\na processor, 2 cores")
    assert once.endswith(f"|\n{command.END}\nc\n")


def test_a_page_without_the_marks_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    with pytest.raises(UsageError, match="CNS923"):
        command.rewrite(page, document())
