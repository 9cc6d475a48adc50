"""Machines are small, their facts are true, and compiling them never takes long."""

from __future__ import annotations

import re

import pytest

from cns.codegen.regex import compile_pattern, dfa
from cns.codegen.regex.nfa import build_nfa
from cns.codegen.regex.syntax import parse
from cns.errors import UnsupportedError


@pytest.mark.parametrize(
    ("pattern", "flags", "bounds"),
    [
        ("", "", (0, None)),
        ("abc", "", (3, None)),
        ("^abc$", "", (3, 3)),
        ("^a{2,5}$", "", (2, 5)),
        ("^(a|bcd)$", "", (1, 3)),
        ("^a*$", "", (0, None)),
        ("^a+b", "", (2, None)),
        ("^😀é$", "", (2, 2)),
        ("^$", "", (0, 0)),
        ("^a$", "m", (1, None)),
        ("^[A-Z]{2}[0-9]{6}$", "", (8, 8)),
        ("(^a|^bb)$", "", (1, 2)),
        ("^(a|b$)c?$", "", (1, 2)),
    ],
)
def test_bounds_on_the_length_are_exact_for_a_dfa(pattern: str, flags: str, bounds: tuple[int, int | None]) -> None:
    machine = compile_pattern(pattern, flags)
    assert (machine.min_chars, machine.max_chars) == bounds
    nfa = compile_pattern(pattern, flags, force_kind="nfa")
    assert nfa.min_chars <= machine.min_chars
    assert nfa.max_chars is None


@pytest.mark.parametrize(
    ("pattern", "flags"), [("", ""), (".*", ""), ("^", ""), ("a*$", ""), ("^[\\s\\S]*$", ""), ("^.*$", "s")]
)
def test_a_pattern_that_every_text_matches_is_known(pattern: str, flags: str) -> None:
    machine = compile_pattern(pattern, flags)
    assert machine.accepts_all
    assert machine.states == 0
    assert "every text" in machine.describe()


@pytest.mark.parametrize("pattern", ["a^", "$a", r"[^\s\S]", "[a-[a]]", "^a^$", r"\p{L}[\p{L}-[\p{L}]]"])
def test_a_pattern_that_no_text_matches_is_known(pattern: str) -> None:
    machine = compile_pattern(pattern)
    assert machine.accepts_none
    assert machine.states == 0
    assert "no text" in machine.describe()


def test_neither_is_claimed_without_need() -> None:
    for pattern in (".", "^.*$", "a", "^$"):
        machine = compile_pattern(pattern)
        assert not machine.accepts_all
        assert not machine.accepts_none
    assert "at least 1 and any number of" in compile_pattern(".").describe()


def test_machines_are_minimal() -> None:
    assert compile_pattern("^[A-Z]{2}[0-9]{6}$").states == 9
    assert compile_pattern("^(jpg|png|svg)$").states == 6
    assert compile_pattern("(a|b)*c(a|b)*").words == compile_pattern("c").words
    assert compile_pattern("^(a|b|c)+$").words == compile_pattern("^[a-c][abc]*$").words


def test_characters_that_no_state_tells_apart_are_one_class() -> None:
    assert compile_pattern("^[ab]$").classes == 2
    assert compile_pattern("^[a-z]*[aeiou]?$").classes == 2


@pytest.mark.parametrize("pattern", ["(a|b)*a(a|b){30}$", "^(a|b)*a(a|b){30}$", "^.*(a.{40}|b.{41})$"])
def test_an_exponential_dfa_is_given_up_for_the_nfa(pattern: str) -> None:
    machine = compile_pattern(pattern)
    assert machine.kind == "nfa"
    assert machine.states < 100
    assert machine.scratch_words == 4 * machine.states
    assert machine.matches("b" + "a" + "b" * 30) == (re.search(pattern, "b" + "a" + "b" * 30) is not None)
    assert "nfa" in machine.describe()
    with pytest.raises(UnsupportedError) as caught:
        compile_pattern(pattern, force_kind="dfa")
    assert caught.value.code == "CNS232"


def test_the_work_of_the_subset_construction_is_bounded() -> None:
    for pattern in ("(.{1,100}){1,100}b$", "a{0,20000}$", "|".join(f"^{n:x}{n:b}.*$" for n in range(900))):
        subsets = dfa._Subsets(build_nfa(parse(pattern, ""), pattern))
        subsets.explore()
        assert len(subsets.states) <= dfa.MAX_STATES + 100
        assert subsets.work <= 3 * dfa.MAX_WORK
