"""What is not a pattern of XPath 3.1 is refused, with what to write instead; and what is too large, at once."""

from __future__ import annotations

import contextlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cns.codegen.regex import compile_pattern
from cns.errors import CnsError, ShapeError, UnsupportedError

ILL_FORMED = [
    ("(a", "character 1: '(' is never closed", r"\("),
    ("a)", "character 2: ')' without '('", r"\)"),
    ("[a", "character 1: '[' is never closed", r"\["),
    ("[]", "empty character class", r"\]"),
    ("[^]", "empty character class", r"\]"),
    ("[]a]", "empty character class", r"\]"),
    ("[a[b]", "'[' inside", r"\["),
    ("[[:alpha:]]", "'[' inside", r"\["),
    ("[a-[b]c]", "more after a subtraction", "last"),
    ("[z-a]", "ends below its start", "swap"),
    ("[a--z]", "hyphen as the end", r"\-"),
    ("[a--]", "hyphen as the end", r"\-"),
    (r"[a-\d]", "set of characters as the end", r"\-"),
    ("*a", "'*' has nothing to repeat", r"\*"),
    ("a|+", "'+' has nothing to repeat", r"\+"),
    ("(?)", "the construct '(?)'", "(?:"),
    ("{2}", "'{' has nothing to repeat", r"\{"),
    ("a**", "a quantifier after a quantifier", "group"),
    ("a???", "a quantifier after a quantifier", "group"),
    ("a{2}{3}", "a quantifier after a quantifier", "group"),
    ("a{2", "'{' does not begin a quantifier", "{n,m}"),
    ("a{,2}", "'{' does not begin a quantifier", "{0,m}"),
    ("a{x}", "'{' does not begin a quantifier", r"\{"),
    ("a{٣}", "'{' does not begin a quantifier", r"\{"),
    ("a{3,2}", "ends below its start", "swap"),
    ("a\\", "single backslash", r"\\"),
    (r"\é", r"the escape \é", "leave the backslash out"),
    (r"\p", "without {…}", r"\p{L}"),
    (r"\p{Lu", "without {…}", r"\p{L}"),
    (r"\p{Lx}", "no category or block 'Lx'", "category"),
    (r"\p{IsGreeek}", "no category or block 'IsGreeek'", "IsGreek"),
    (r"\p{Greek}", "no category or block 'Greek'", "IsGreek"),
    ("a++", "possessive", "leave the '+' out"),
    ("a(?=b)", "character 2: the look-ahead '(?='", "second sh:pattern"),
    ("(?!b)", "look-ahead", "second sh:pattern"),
    ("(?<=b)", "look-behind", "second sh:pattern"),
    ("(?<!b)", "look-behind", "second sh:pattern"),
    ("(?P<n>b)", "named group", "plain group"),
    ("(?<n>b)", "named group", "plain group"),
    ("(?i)b", "inline flag", "sh:flags"),
    ("(?i:b)", "inline flag", "sh:flags"),
    ("(?>b)", "atomic group", "plain group"),
    ("(?#b)", "comment", "rdfs:comment"),
    (r"\bword\b", r"the word boundary \b", r"(^|\W)"),
    (r"\Aa\Z", r"the anchor \A", "use ^"),
    (r"\u00e9", r"the Unicode escape \u", "the character itself"),
    (r"\x41", r"the hexadecimal escape \x", "the character itself"),
    (r"\0", r"the octal escape \0", "the character itself"),
    (r"[\1]", r"the escape \1", "backslash"),
    (r"[\b]", r"\b", r"\W"),
]


@pytest.mark.parametrize(("pattern", "message", "hint"), ILL_FORMED)
def test_ill_formed_patterns_are_named_with_what_to_do(pattern: str, message: str, hint: str) -> None:
    with pytest.raises(ShapeError) as caught:
        compile_pattern(pattern)
    assert caught.value.code == "CNS230"
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.spec == "https://www.w3.org/TR/xpath-functions-31/#regex-syntax"


def test_positions_are_those_of_the_pattern_as_written_even_under_flag_x() -> None:
    with pytest.raises(ShapeError, match=r"character 6:"):
        compile_pattern("a b  )", "x")


def test_back_references_are_refused_as_not_regular() -> None:
    with pytest.raises(UnsupportedError) as caught:
        compile_pattern(r"(a)\1")
    assert caught.value.code == "CNS231"


@pytest.mark.parametrize("flags", ["g", "I", "sm ", "u"])
def test_unknown_flags_are_refused(flags: str) -> None:
    with pytest.raises(ShapeError) as caught:
        compile_pattern("a", flags)
    assert caught.value.code == "CNS230"


@given(pattern=st.text(st.sampled_from(list("ab01^$.|()[]{}?*+\\-,:=!<pPLuIsdwxi é\n")), max_size=14))
def test_any_text_compiles_or_is_refused(pattern: str) -> None:
    for flags in ("", "x", "im"):
        with contextlib.suppress(ShapeError, UnsupportedError):
            compile_pattern(pattern, flags)
    assert compile_pattern(pattern, "q").matches(f"-{pattern}-")


@pytest.mark.parametrize(
    "pattern",
    [
        "a{1000000000}",
        "a{0,999999999}",
        "a{" + "9" * 10_000 + "}",
        "((((a{100}){100}){100}){100}){100}",
        "(((a{0,9}){0,9}){0,9}){0,999}",
        "(" * 10_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "[a-" * 10_000 + "]",
        "a" * 60_000,
        "".join(map(chr, range(0x4E00, 0x4E00 + 5000))),
    ],
)
def test_what_would_be_too_large_is_refused_at_once(pattern: str) -> None:
    with pytest.raises(CnsError) as caught:
        compile_pattern(pattern)
    assert caught.value.code == "CNS232"
    assert caught.value.hint
    assert len(str(caught.value)) < 1500


def test_the_deepest_nesting_that_is_allowed_compiles_far_down_the_stack() -> None:
    def deeper(levels: int) -> bool:
        if levels:
            return deeper(levels - 1)
        return compile_pattern("^" + "(a" * 98 + "b" + "?)+" * 98 + "$").matches("a" * 98 + "b")

    assert deeper(sys.getrecursionlimit() // 4)
