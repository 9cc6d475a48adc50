"""The oracle, the engine and pySHACL give the same results, wherever pySHACL is not known to do otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import rdflib
from hypothesis import given
from rdflib import Graph

from tests.differential.adapter import engine, oracle, pyshacl_results
from tests.differential.budget import examples
from tests.differential.comparable import Result, agree, explain
from tests.differential.known_disagreements import AGREED, CROWDED_AGREED, KNOWN, PAIRS_AGREED, Disagreement
from tests.differential.strategies import Case, cases

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <urn:x:> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""

Validate = Callable[[Graph, Graph], Counter[Result]]


def assert_agreement(name: str, validate: Validate, case: Case) -> None:
    data, shapes, _ = case.graphs()
    ours, theirs = validate(data, shapes), pyshacl_results(data, shapes)
    assert agree(ours, theirs), explain((name, "pySHACL"), ours, theirs)


@examples(share=0.25)
@given(case=cases(AGREED))
def test_oracle_agrees_with_pyshacl(case: Case) -> None:
    assert_agreement("the oracle", oracle, case)


@examples(share=0.1)
@given(case=cases(PAIRS_AGREED))
def test_oracle_agrees_with_pyshacl_on_less_than(case: Case) -> None:
    assert_agreement("the oracle", oracle, case)


@examples(share=0.1)
@given(case=cases(CROWDED_AGREED))
def test_oracle_agrees_with_pyshacl_where_nodes_have_many_values(case: Case) -> None:
    assert_agreement("the oracle", oracle, case)


@examples(share=0.25)
@given(case=cases(AGREED))
def test_engine_agrees_with_pyshacl(case: Case) -> None:
    assert_agreement("the engine", engine, case)


@examples(share=0.1)
@given(case=cases(PAIRS_AGREED))
def test_engine_agrees_with_pyshacl_on_less_than(case: Case) -> None:
    assert_agreement("the engine", engine, case)


# --------------------------------------------------------------------------- the table of disagreements


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.what)
def test_oracle_gives_what_the_recommendation_says(known: Disagreement) -> None:
    assert components(oracle(*graphs(known))) == known.ours


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.what)
def test_engine_gives_what_the_recommendation_says(known: Disagreement) -> None:
    assert components(engine(*graphs(known))) == known.ours


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.what)
def test_pyshacl_still_disagrees(known: Disagreement) -> None:
    """If this fails, pySHACL has changed: take the line out of the table, and out of what `AGREED` avoids."""
    from pyshacl.errors import ReportableRuntimeError

    try:
        theirs = components(pyshacl_results(*graphs(known)))
    except ReportableRuntimeError:
        return
    assert theirs != known.ours


def graphs(known: Disagreement) -> tuple[Graph, Graph]:
    rdflib.NORMALIZE_LITERALS = False
    data, shapes = (Graph().parse(data=PREFIXES + text, format="turtle") for text in (known.data, known.shapes))
    return data, shapes


def components(results: Counter[Result]) -> dict[str, int]:
    return dict(Counter(r.component.removesuffix("ConstraintComponent") for r in results.elements()))
