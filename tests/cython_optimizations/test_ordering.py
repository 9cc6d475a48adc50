"""The order of checks: as plain Python works it out, the best there is where that can be tried, and a total one."""

from __future__ import annotations

import itertools
import random
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cython_optimizations import ordering
from stress import plain_ordering
from stress.plain_ordering import Question


def ask(q: Question) -> tuple[list[Any], ...]:
    roles = array("B", [ordering.ROLES[role] for role in q.roles])
    parts = (
        array("I", q.ops),
        roles,
        array("d", q.costs),
        array("d", q.chances),
        array("I", q.calls),
        array("I", q.called),
        array("d", q.loads),
        array("d", q.values),
    )
    return tuple(list(part) for part in ordering.order(*parts))


def made(shape_count: int, op_count: int, chance: random.Random, ties: bool = False) -> Question:
    """Shapes that call shapes of larger numbers."""
    q = Question([0], [], [], [], [0], [], [], [])
    for shape in range(shape_count):
        for _ in range(chance.randrange(2 * op_count + 1)):
            leaf = shape + 1 >= shape_count or chance.random() < 0.6
            role = chance.choice(["set", "value"] if leaf else ["call", "not", "and", "or", "xone", "qualified"])
            calls = 0 if leaf else 1 if role in ("call", "not") else chance.randrange(1, 5)
            q.roles.append(role)
            q.costs.append(5.0 if ties else chance.randrange(1, 100) * 1.0)
            q.chances.append(0.5 if ties else chance.random() if leaf or chance.random() < 0.3 else -1.0)
            q.called += [chance.randrange(shape + 1, shape_count) for _ in range(calls)]
            q.calls.append(len(q.called))
        q.ops.append(len(q.roles))
        q.loads.append(chance.randrange(10) * 1.0)
        q.values.append(chance.choice([0.0, 0.3, 1.0, 2.0, 7.5, 1000.0]))
    return q


@given(st.integers(0, 12), st.integers(0, 8), st.randoms(use_true_random=False), st.booleans())
def test_as_plain_python_has_it(shapes: int, ops: int, chance: random.Random, ties: bool) -> None:
    q = made(shapes, ops, chance, ties)
    assert ask(q) == plain_ordering.order(q)


@pytest.mark.parametrize("seed", range(8))
def test_long_lists_too(seed: int) -> None:
    q = made(3, 40 * 2**seed, random.Random(seed), ties=seed % 4 == 3)
    assert ask(q) == plain_ordering.order(q)


@given(st.integers(0, 12), st.integers(0, 8), st.randoms(use_true_random=False))
def test_nothing_is_lost(shapes: int, ops: int, chance: random.Random) -> None:
    q = made(shapes, ops, chance)
    op_order, call_order, roots, _, _ = ask(q)
    for orders, starts in ((op_order, q.ops), (call_order, q.calls)):
        for start, end in itertools.pairwise(starts):
            assert sorted(orders[start:end]) == list(range(start, end))
    assert sorted(roots) == list(range(shapes))


def expected_cost(costs: list[float], chances: list[float]) -> float:
    cost, reached = 0.0, 1.0
    for each, chance in zip(costs, chances, strict=True):
        cost += reached * each
        reached *= 1 - chance
    return cost


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 99)), min_size=1, max_size=6))
def test_no_other_order_costs_less(checks: list[tuple[int, int]]) -> None:
    costs, chances = [float(cost) for cost, _ in checks], [chance / 100 for _, chance in checks]
    count = len(checks)
    roles = ["set"] * count
    q = Question([0, count], roles, costs, chances, [0] * (count + 1), [], [0.0], [1.0])
    op_order, _, _, _, estimates = ask(q)
    best = min(
        expected_cost([costs[i] for i in each], [chances[i] for i in each])
        for each in itertools.permutations(range(count))
    )
    assert expected_cost([costs[i] for i in op_order], [chances[i] for i in op_order]) == pytest.approx(best)
    assert estimates[0] == pytest.approx(best)


def test_ties_stay_as_written() -> None:
    count = 100
    q = Question([0, count], ["value"] * count, [1.0] * count, [0.1] * count, [0] * (count + 1), [], [0.0], [1.0])
    assert ask(q)[0] == list(range(count))


def test_the_branch_that_settles_it_comes_first() -> None:
    """Shapes 1 and 2 cost the same; 1 nearly always fails, 2 hardly ever."""

    def first(role: str) -> int:
        q = Question(
            [0, 1, 2, 3], [role, "value", "value"], [1, 5, 5], [-1, 0.99, 0.01], [0, 2, 2, 2], [1, 2], [0] * 3, [1] * 3
        )
        return q.called[ask(q)[1][0]]

    assert (first("and"), first("or"), first("xone")) == (1, 2, 2)


def test_called_shapes_are_part_of_the_cost() -> None:
    q = Question([0, 2, 3], ["call", "value", "value"], [1, 50, 100], [-1, 0.1, 0.1], [0, 1, 1, 1], [1], [0, 7], [1, 1])
    op_order, _, roots, op_numbers, shape_numbers = ask(q)
    assert op_order[:2] == [1, 0]
    assert op_numbers[0] == 108
    assert shape_numbers[2] == 107
    assert roots == [0, 1]


def test_a_chain_of_calls_deeper_than_any_stack() -> None:
    count = 50_000
    q = Question(
        [*range(count), count - 1],
        ["call"] * (count - 1),
        [1.0] * (count - 1),
        [-1.0] * (count - 1),
        list(range(count)),
        list(range(1, count)),
        [0.0] * count,
        [1.0] * count,
    )
    assert ask(q)[4][0] == count - 1


WRONG = {
    "a circle": Question([0, 1], ["call"], [1], [-1], [0, 1], [0], [0], [1]),
    "a call of nothing": Question([0, 1], ["call"], [1], [-1], [0, 0], [], [0], [1]),
    "a shape that is not there": Question([0, 1], ["and"], [1], [-1], [0, 1], [7], [0], [1]),
    "too few costs": Question([0, 1], ["value"], [], [1], [0, 0], [], [0], [1]),
    "ops out of order": Question([0, 2, 1], ["value"], [1], [1], [0, 0], [], [0, 0], [1, 1]),
    "no end": Question([0, 0], ["value"], [1], [1], [0, 0], [], [0], [1]),
}


@pytest.mark.parametrize("q", WRONG.values(), ids=WRONG)
def test_what_is_not_a_question_is_refused(q: Question) -> None:
    with pytest.raises(ValueError, match=r"themselves|nothing|not there|different lengths|out of order"):
        ask(q)
