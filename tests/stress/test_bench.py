"""The benchmark in its smallest form: it runs, its document is whole, and everyone who is there finds the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stress.bench import document as documents
from stress.bench import peers
from stress.bench.document import Document

NO_CALENDAR = {"pyrudof", "rdf-validate-shacl", "shacl-engine"}
"""Peers to which the 30th of February is a date."""

ROOT = Path(__file__).parents[2]


def bench(folder: Path, *arguments: str, expected: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cns", "bench", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CNS_CACHE": str(folder / "cache"),
            "CNS_PEERS": str(peers.folder()),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With run.json and what was printed, of a run of one small university."""
    folder = tmp_path_factory.mktemp("bench")
    size = ("--workload", "university", "--size", "2k", "--syntax", "nt", "turtle", "--errors", "0.02", "--rounds", "1")
    names = [option for name in ("cns vm", *peers.NAMES) for option in ("--only", name)]
    (folder / "printed").write_text(bench(folder, *size, *names, "-o", "run.json"))
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Document:
    return documents.read(folder / "run.json")


pytestmark = pytest.mark.xdist_group("bench")


def test_every_row_has_samples_of_each_round(run: Document) -> None:
    assert {row.contender for row in run.rows} >= {"cns vm", "pySHACL"}
    for row in run.rows:
        assert row.total is not None
        assert row.memory is not None
        assert len(row.total.values) == run.settings.rounds
        assert (row.process is None) == (row.state == "held")
        assert all(len(phase.seconds.values) == run.settings.rounds for phase in row.phases)
        assert row.memory.median > 1e6


def test_everyone_finds_the_same_in_both_syntaxes(run: Document) -> None:
    assert run.datasets[0].results > 20
    for row in run.rows:
        assert row.agreement is not None
        if row.contender not in NO_CALENDAR:
            assert (row.outcome, row.agreement.differences) == ("equal", ()), row.contender
            assert row.agreement.results == run.datasets[0].distinct
        for difference in row.agreement.differences:
            assert '"2024-02-30"' in difference
    assert {row.syntax for row in run.rows} == {"nt", "turtle"}


def test_our_rows_are_cold_warm_and_held(run: Document) -> None:
    ours = {(row.contender, row.state, row.threads) for row in run.rows if row.ours}
    cores = len(os.sched_getaffinity(0))
    assert {("cns vm", "cold", cores), ("cns vm", "warm", 1), ("cns vm", "held", 1)} <= ours
    phases = {row.state: [phase.name for phase in row.phases] for row in run.rows if row.contender == "cns vm"}
    assert phases["held"] == ["read", "index", "run", "other", "report"]
    assert phases["warm"] == ["open", *phases["held"]]
    assert phases["cold"][0] == "load"
    assert phases["cold"][-6:] == phases["warm"]


def test_a_total_is_the_sum_of_its_phases(run: Document) -> None:
    for row in run.rows:
        counted = [phase for phase in row.phases if row.ours or phase.name != "report"]
        for number, value in enumerate(row.total.values if row.total else ()):
            assert value == pytest.approx(sum(phase.seconds.values[number] for phase in counted))


def test_a_process_takes_longer_than_what_it_is_there_for(run: Document) -> None:
    for row in run.rows:
        if row.total and row.process:
            assert all(whole > part for whole, part in zip(row.process.values, row.total.values, strict=True))


def test_the_trace_has_a_span_for_each_phase_inside_its_process(run: Document) -> None:
    spans = {span.span_id: span for span in run.spans}
    [root] = [span for span in run.spans if not span.parent_id]
    assert root.name == "cns-aotc bench"
    for span in run.spans:
        assert span.start <= span.end
        assert span is root or span.parent_id in spans
    [process] = [span for span in run.spans if span.name == "university-2000 nt cns vm warm, 1 thread"]
    inside = {span.name for span in run.spans if span.parent_id == process.span_id}
    assert inside == {"cns.open", "cns.read", "cns.index", "cns.run", "cns.other", "cns.report"}


def test_the_table_is_printed(folder: Path) -> None:
    printed = (folder / "printed").read_text()
    assert "university: 3," in printed
    assert "pySHACL" in printed
    assert "Medians of 1 round" in printed


def test_a_document_is_compared_and_put_into_the_docs(folder: Path) -> None:
    page = folder / "page.md"
    page.write_text("before\n<!-- begin: cns-aotc bench -->\nstale\n<!-- end: cns-aotc bench -->\nafter\n")
    printed = bench(folder, "--show", "run.json", "--compare", "run.json", "--docs", "page.md")
    assert "1.00" in printed
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| cns vm | held | 1 | equal |" in text
    assert "stale" not in text


def test_what_became_slower_than_the_baseline_exits_1(folder: Path, run: Document) -> None:
    faster = documents.to_json(run).replace('"outcome": "equal"', '"outcome": "differs"', 1)
    (folder / "baseline.json").write_text(faster)
    printed = bench(folder, "--show", "run.json", "--compare", "baseline.json", expected=1)
    assert "worse: university-2000 N-Triples: cns vm" in printed


def test_a_file_that_is_no_document_is_an_error(folder: Path) -> None:
    (folder / "bad.json").write_text("{}")
    bench(folder, "--show", "bad.json", expected=2)


def test_a_document_becomes_a_page_and_a_picture(folder: Path) -> None:
    bench(folder, "--show", "run.json", "--html", "page.html", "--svg", "picture.svg")
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "pySHACL, cold" in page
    assert "university-2000 nt cns vm warm, 1 thread" in page
    assert ">cns vm, warm, " in (folder / "picture.svg").read_text(encoding="utf-8")
