"""The engine and the oracle give the same results, one by one, for random shapes over random data."""

from __future__ import annotations

from hypothesis import given

from tests.differential.adapter import engine, oracle
from tests.differential.budget import examples
from tests.differential.comparable import agree, explain
from tests.differential.strategies import CROWDED, FULL, Case, cases


@examples()
@given(case=cases(FULL))
def test_engine_agrees_with_the_oracle(case: Case) -> None:
    ours, theirs = oracle(*case.graphs()), engine(*case.graphs())
    assert agree(ours, theirs), explain(("the oracle", "the engine"), ours, theirs)


@examples(share=0.4)
@given(case=cases(CROWDED))
def test_engine_agrees_with_the_oracle_where_nodes_have_many_values(case: Case) -> None:
    ours, theirs = oracle(*case.graphs()), engine(*case.graphs())
    assert agree(ours, theirs), explain(("the oracle", "the engine"), ours, theirs)
