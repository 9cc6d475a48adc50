"""The workloads: the same from the same seed, the same in both syntaxes, right without errors and wrong with them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest

import cns
from stress.bench.workloads import WORKLOADS, Files, make

SIZE = 3_000
NEVER_RIGHT = {"brick", "schema-org"}
"""Data that is made from shapes alone: what several shapes ask of one node is not put together."""


def files(name: str, folder: Path, errors: float) -> Files:
    return make(WORKLOADS[name], SIZE, 1, errors, ("nt", "turtle"), folder)


def report(made: Files) -> cns.Report:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cns.CnsWarning)  # of other people's shapes
        return cns.compile(made.shapes, engine="vm").validate(made.data["nt"])


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_the_same_seed_makes_the_same_data(name: str, tmp_path: Path) -> None:
    one, two = (files(name, tmp_path / place, 0.01) for place in ("one", "two"))
    for syntax in one.data:
        assert one.data[syntax].read_bytes() == two.data[syntax].read_bytes()
    assert one.shapes.read_bytes() == two.shapes.read_bytes()
    assert SIZE * 0.2 < one.triples < SIZE * 2.5


@pytest.mark.parametrize("name", sorted(set(WORKLOADS) - {"events"}))
def test_both_syntaxes_say_the_same(name: str, tmp_path: Path) -> None:
    made = files(name, tmp_path, 0.01)
    graphs = []
    for syntax, format in (("nt", ox.RdfFormat.N_TRIPLES), ("turtle", ox.RdfFormat.TURTLE)):
        graph = ox.Dataset(ox.parse(path=made.data[syntax], format=format))
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(graph)
    assert graphs[0] == graphs[1]


@pytest.mark.parametrize("name", sorted(set(WORKLOADS) - NEVER_RIGHT))
def test_without_errors_all_conforms(name: str, tmp_path: Path) -> None:
    results = report(files(name, tmp_path, 0.0))
    assert [str(result) for result in results.first(3)] == []


@pytest.mark.parametrize("name", sorted(WORKLOADS))
def test_more_errors_make_more_results(name: str, tmp_path: Path) -> None:
    few, many = (len(report(files(name, tmp_path / str(share), share))) for share in (0.01, 0.2))
    assert few < many


def test_each_event_is_a_document(tmp_path: Path) -> None:
    made = files("events", tmp_path, 0.01)
    documents = made.data["nt"].read_text().split("\n\n")[:-1]
    assert len(documents) == made.events
    assert set(made.data) == {"nt"}
    assert max(document.count("\n") + 1 for document in documents) == 12


def test_the_catalogue_is_deep_and_its_lists_are_long() -> None:
    ontology = WORKLOADS["catalogue"].ontology()
    assert ontology.count("subClassOf") == 1_093
    assert WORKLOADS["catalogue"].shapes().count("cat:code") > 4_000
