"""The tables: wins and losses alike, what differs is marked, Markdown stays Markdown."""

from __future__ import annotations

from stress.bench.document import Agreement, Document
from stress.bench.tables import Table, about, markdown, tables, terminal
from tests.stress.documents import document, row


def contest_of(run: Document) -> Table:
    [table] = [table for table in tables(run) if "results" in table.head]
    return table


def test_the_summary_takes_the_fastest_peer_that_finds_the_same() -> None:
    ours = row("cns vm", 0.5, state="warm"), row("cns vm", 0.25, state="held", process=None)
    peers = row("odd", 0.1, outcome="differs"), row("pySHACL", 8.0), row("quick", 2.0), row("quick", 1.0, state="held")
    summary, *_ = tables(document(*ours, *peers))
    assert [line[2:5] for line in summary.rows] == [
        ("warm", "cns vm, 1 thread", "quick"),
        ("held", "cns vm, 1 thread", "quick"),
    ]
    assert [line[7:] for line in summary.rows] == [("4.0", "1.6", "1.0", "16"), ("4.0", "", "1.0", "")]


def test_a_loss_is_a_number_below_one() -> None:
    summary, *_ = tables(document(row("cns vm", 2.0, state="warm"), row("quick", 1.0)))
    assert summary.rows[0][7] == "0.5"


def test_the_fastest_is_first_whoever_it_is() -> None:
    contest = contest_of(document(row("cns vm", 2.0), row("quick", 1.0), row("slow", 8.0)))
    assert [line[0] for line in contest.rows] == ["quick 1.0", "cns vm", "slow 1.0"]
    assert [line[6] for line in contest.rows] == ["0.5", "1.0", "4.0"]


def test_what_differs_is_marked_and_the_first_differences_are_shown() -> None:
    agreement = Agreement(9, 4, 3, (*(f"missing {i}" for i in range(4)), *(f"extra {i}" for i in range(3))))
    contest = contest_of(document(row("cns vm", 2.0), row("odd", 1.0, outcome="differs", agreement=agreement)))
    assert contest.rows[0][3] == "DIFFER"
    text = terminal(contest)
    assert "odd: 4 results missing, 3 extra" in text
    assert "missing 2" in text
    assert "missing 3" not in text


def test_a_peer_without_times_is_last_with_its_reason() -> None:
    failed = row("gone", 1.0, outcome="timeout", reason="took more than 60 s", total=None, memory=None, phases=())
    contest = contest_of(document(failed, row("cns vm", 2.0)))
    assert contest.rows[-1][:4] == ("gone 1.0", "cold", "", "timeout")
    assert "gone: took more than 60 s" in contest.notes


def test_machine_load_and_what_was_left_out_are_said() -> None:
    text = "\n".join(about(document()))
    for words in ("a processor, 2 cores", "load 0.1 before, 0.2 after", "Left out: pyrudof: is not installed."):
        assert words in text


def test_terms_in_markdown_are_code() -> None:
    agreement = Agreement(1, 1, 0, ("missing <urn:a> <urn:b|c>",))
    contest = contest_of(document(row("cns vm", 2.0), row("odd", 1.0, outcome="differs", agreement=agreement)))
    text = markdown(contest)
    assert "- `missing <urn:a> <urn:b|c>`" in text
    assert text.splitlines()[3].startswith("| --- | --- | --- | --- | ---: |")
