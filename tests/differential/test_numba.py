"""The numba engine and the vm find the same hits in the same order, for random shapes over random data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import SearchStrategy

import cns
from cns import pipeline
from cns.passes import remember
from cython_optimizations import vm
from tests.differential.budget import examples
from tests.differential.strategies import CROWDED, DENSE, FULL, Case, cases
from tests.differential.test_native import compiled
from tests.passes.strategies import related

pytest.importorskip("numba")

from cns.runtime import columnar, frames, planner


def same_as_the_vm(case: Case) -> None:
    validator = compiled(case)
    store = pipeline.read(validator._loaded, case.graphs()[0], cns.ReadOptions()).store
    plans = planner.plan(validator.program)
    roots = [(shape, None) for shape in store.program.roots()]
    conforms, hits = vm.run(store, roots)
    done = columnar.run(store, validator.program, plans, roots, False, 1)
    assert (done[0], list(done[1])) == (conforms, list(hits)), case
    assert columnar.run(store, validator.program, plans, roots, True, 1)[0] is conforms, case


def agreement(strategy: SearchStrategy[Case], share: float) -> None:
    @examples(share=share)
    @given(case=strategy)
    def check(case: Case) -> None:
        same_as_the_vm(case)

    check()


@pytest.mark.parametrize(
    ("strategy", "share"),
    [(cases(FULL), 0.6), (cases(CROWDED), 0.2), (cases(DENSE), 0.2), (related(), 0.3)],
    ids=["full", "crowded", "dense", "related"],
)
def test_numba_agrees_with_the_vm(strategy: SearchStrategy[Case], share: float) -> None:
    agreement(strategy, share)


def test_numba_agrees_with_the_vm_where_all_verdicts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remember, "WORTH", -1)
    agreement(cases(FULL) | cases(DENSE), 0.3)


@pytest.mark.parametrize("least", [1, 3])
def test_parts_of_any_size_give_the_same(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts, and lists that are too long for one."""
    monkeypatch.setattr(remember, "WORTH", -1)
    monkeypatch.setattr(columnar, "LEAST_PART", least)
    monkeypatch.setattr(frames, "MOST_PART", least + 1)
    monkeypatch.setattr(frames, "MOST_LANES", least)
    agreement(cases(FULL) | related(), 0.2)
