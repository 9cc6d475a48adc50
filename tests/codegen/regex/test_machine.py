"""Patterns mean what XPath 3.1 says, whether a DFA or an NFA runs them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cns.codegen.regex import Kind, compile_pattern

BOTH: tuple[Kind, Kind] = ("dfa", "nfa")


def verdicts(pattern: str, flags: str, text: str) -> set[bool]:
    """Of the DFA and of the NFA, which should be one."""
    return {compile_pattern(pattern, flags, force_kind=kind).matches(text) for kind in BOTH}


# (pattern, flags, texts that match, texts that do not)
MEANINGS: dict[str, list[tuple[str, str, list[str], list[str]]]] = {
    "the search is unanchored": [
        ("b", "", ["b", "abc"], ["", "a"]),
        ("", "", ["", "a"], []),
        ("a|", "", ["", "b"], []),
        ("ab|cd", "", ["xab", "cdx"], ["ac", "bd"]),
        ("()", "", [""], []),
    ],
    "quantifiers, reluctant or not": [
        ("^ab?c$", "", ["ac", "abc"], ["abbc"]),
        ("^ab*?c$", "", ["ac", "abbbc"], ["ab"]),
        ("^ab+?c$", "", ["abc", "abbc"], ["ac"]),
        ("^a{2}$", "", ["aa"], ["a", "aaa"]),
        ("^a{2,}?$", "", ["aa", "aaaa"], ["a"]),
        ("^a{1,2}?$", "", ["a", "aa"], ["", "aaa"]),
        ("^a{0}$", "", [""], ["a"]),
        ("^(ab){1,2}$", "", ["ab", "abab"], ["", "ababab", "aba"]),
        ("^(a*)*b$", "", ["b", "aab"], ["a"]),
        ("^(a|b*){3,}$", "", ["", "abba"], ["c"]),
        ("^(()){999999999}a$", "", ["a"], [""]),
        ("^a{00002}$", "", ["aa"], ["a"]),
    ],
    "anchors stand anywhere": [
        ("^a", "", ["ab"], ["ba"]),
        ("a$", "", ["ba"], ["ab", "a\n"]),  # not before a final newline, unlike Perl
        ("(^a|b)c", "", ["ac", "xbc"], ["xac"]),
        ("(a$|b)", "", ["xa", "bx"], ["ax"]),
        ("a^b", "", [], ["ab", "a\nb"]),
        ("a$b", "", [], ["ab"]),
        ("^*a", "", ["ba"], []),
        ("(^a)+$", "", ["a"], ["aa"]),
        ("^^a$$", "", ["a"], ["aa"]),
        ("^$", "", [""], ["\n", "a"]),
        ("($|a)b", "", ["ab"], ["b"]),
    ],
    "flag m: a newline at the very end ends a line and begins none": [
        ("^b$", "m", ["b", "a\nb", "a\nb\nc", "b\n"], ["ab", "a\rb"]),
        ("^$", "m", ["", "\n", "\n\n", "a\n\nb"], ["a\n", "a", "a\nb\n"]),
        ("\n^", "m", ["\na"], ["\n", "a\n"]),
        ("\n$", "m", ["\n\n", "a\n\n"], ["\n", "a\n"]),
        ("a$\n^b", "m", ["a\nb"], ["ab"]),
        ("^\n$", "m", ["\n\n"], ["\n"]),
        ("$^", "m", [""], ["a", "a\nb"]),
    ],
    "dot": [
        ("^.$", "", ["a", "\r", "\u2028", "😀"], ["\n", "", "ab"]),
        ("^.$", "s", ["a", "\n", "\r"], ["", "ab"]),
    ],
    "flag x removes whitespace, except in classes": [
        ("^ a b [ ] \t\n\r$", "x", ["ab "], ["ab", "a b "]),
        (r"^\ s [\] ] $", "x", [" ]", "  "], ["s]"]),
        (r"a {2}", "x", ["aa"], ["a "]),
        ("a b", "", ["a b"], ["ab"]),
    ],
    "flag q: all literal": [
        ("a.b*[", "q", ["xa.b*[x"], ["aab"]),
        ("^a b$", "qx", ["^a b$"], ["a b"]),
        ("a.B", "qi", ["A.b"], ["aab"]),
        ("\\1(", "q", ["\\1("], ["1"]),
    ],
    "flag i: what has the same lower or upper case": [
        ("^z$", "i", ["z", "Z"], ["y"]),
        ("^[A-C]$", "i", ["b", "B"], ["d"]),
        ("^[A-Z]$", "i", ["k", "\u212a", "\u017f"], ["0"]),  # the Kelvin sign: an example of the specification
        ("^[^Q]$", "i", ["a"], ["q", "Q"]),
        ("^[A-Z-[IO]]$", "i", ["A", "a", "B", "b"], ["I", "O", "i", "o"]),
        (r"^\p{Lu}$", "i", ["A"], ["a"]),
        (r"^[\p{Lu}]$", "i", ["A"], ["a"]),
        (r"^[^\p{Lu}]$", "i", ["a"], ["A"]),
        ("^σ$", "i", ["σ", "ς", "Σ"], ["s"]),
        ("^ß$", "i", ["ß", "ẞ"], ["s", "ss", "SS"]),
        (r"^\n$", "i", ["\n"], ["n", "N"]),
    ],
    "classes": [
        ("^[a-c]$", "", ["a", "b", "c"], ["d", "", "ab"]),
        ("^[^a-c]$", "", ["d", "\n", "é"], ["a"]),
        ("^[abc^]$", "", ["^", "a"], ["d"]),
        ("^[a-z-[aeiou]]$", "", ["b"], ["a", "-"]),
        ("^[^a-z-[A-Z]]$", "", ["0"], ["a", "A"]),
        ("^[a-z-[a-y-[b]]]$", "", ["z", "b"], ["a", "c"]),
        (r"^[\s\S]$", "", ["a", "\n"], [""]),
        (r"[^\s\S]", "", [], ["a", ""]),
        (r"^[\]\[\\]$", "", ["]", "[", "\\"], ["a"]),
        ("^[.*+?|(){}$]$", "", list(".*+?|(){}$"), ["a"]),
        ("^[\\n-\\r]$", "", ["\n", "\x0b", "\r"], ["n"]),
        ("^[à-ö]$", "", ["é"], ["e", "÷"]),
        ("^[😀-😂]$", "", ["😁"], ["😃"]),
    ],
    "hyphens": [
        ("^[-a]$", "", ["-", "a"], ["b"]),
        ("^[^-a]$", "", ["b"], ["-", "a"]),
        ("^[a-]$", "", ["-", "a"], ["b"]),
        ("^[-]$", "", ["-"], ["a"]),
        (r"^[\w-]$", "", ["-", "a"], ["."]),
        (r"^[\w-.]$", "", ["-", ".", "a"], [","]),  # XSD 1.1: no range begins with an escape for a set
        ("^[a-c-e]$", "", ["-", "b", "e"], ["d"]),
        (r"^[+\-.]$", "", ["-", "+", "."], [","]),
        ("^[a--[b]]$", "", ["a", "-"], ["b"]),
        ("^[--[a]]$", "", ["-"], ["a"]),
    ],
    "escapes": [
        (r"^\n\r\t$", "", ["\n\r\t"], ["nrt"]),
        (r"^\\\|\.\-\^\?\*\+\{\}\(\)\[\]\$$", "", [r"\|.-^?*+{}()[]$"], [""]),
        (r"""^\/\"\'\@\:\,\#\%\&\!\=\<\>\_\;\`\~\ $""", "", ["/\"'@:,#%&!=<>_;`~ "], [""]),
        ("^(}]|{)$", "", ["}]", "{"], [""]),
        ("^({)|{}$", "", ["{", "a{}"], ["}"]),
        (r"^\s$", "", [" ", "\t", "\n", "\r"], ["\x0b", "\x0c", "\xa0", "a"]),
        (r"^\S$", "", ["a", "\xa0"], [" "]),
        (r"^\d$", "", ["0", "٣", "𝟘"], ["a", "²", "½"]),
        (r"^\D$", "", ["a", "½"], ["0", "٣"]),
        (r"^\w$", "", ["a", "Z", "0", "é", "漢", "+", "$", "😀"], ["_", "-", ".", " ", "\n", "\ue000", "\u0378"]),
        (r"^\W$", "", ["_", "-", " "], ["a", "+"]),
        (r"^\i$", "", ["a", "_", ":", "é", "漢"], ["0", "-", ".", "·", "×"]),
        (r"^\I$", "", ["0", "-"], ["a", ":"]),
        (r"^\c$", "", ["a", "_", ":", "0", "-", ".", "·"], [" ", "/", "×"]),
        (r"^\C$", "", [" ", "/"], ["a", "-"]),
        (r"^\i\c*$", "", ["xml:lang", "é1"], ["1é"]),
        (r"^[\i-[:]][\c-[:]]*$", "", ["name"], ["p:name"]),
    ],
    "categories and blocks": [
        (r"^\p{Lu}$", "", ["A", "É"], ["a", "1"]),
        (r"^\P{Lu}$", "", ["a", "1"], ["A"]),
        (r"^\p{L}$", "", ["A", "a", "漢"], ["1"]),
        (r"^[\p{L}\p{N}_]$", "", ["A", "1", "_"], ["-"]),
        (r"^\p{Co}$", "", ["\ue000", "\U000f0000", "\U00100000"], ["a", "\U000ffffe"]),
        (r"^\p{Cn}$", "", ["\u0378", "\U00050000", "\U000ffffe"], ["a"]),
        (r"^\p{IsBasicLatin}+$", "", ["abc~"], ["é"]),
        (r"^\P{IsBasicLatin}$", "", ["é"], ["e"]),
        (r"^\p{IsLatin-1Supplement}$", "", ["é"], ["e", "Ā"]),
        (r"^\p{IsGreek}$", "", ["α"], ["a"]),
        (r"^\p{IsCyrillic}$", "", ["Ж"], ["a"]),
        (r"^\p{IsPrivateUse}$", "", ["\ue000", "\U00100000"], ["a"]),
    ],
}


@pytest.mark.parametrize(
    ("pattern", "flags", "yes", "no"),
    [pytest.param(*case, id=f"{rule[:20]}-{case[0]}-{case[1]}") for rule, cases in MEANINGS.items() for case in cases],
)
def test_meaning(pattern: str, flags: str, yes: list[str], no: list[str]) -> None:
    for text in yes:
        assert verdicts(pattern, flags, text) == {True}, text
    for text in no:
        assert verdicts(pattern, flags, text) == {False}, text


# --- the same verdicts as Python's re, where both mean the same ---

CHARS = "ab\n-é"


def atoms() -> st.SearchStrategy[tuple[str, str]]:
    """Pairs of (XPath, Python) with one meaning. Python's newline rules are spelled out with look-around."""
    same = ["a", "b", "é", r"\n", "[ab]", "[^a]", "[b-é]", r"[^\n]", r"\-", r"[\-a]", "(?:)", "[-b]"]
    return st.sampled_from([(text, text) for text in same] + [(".", r"[^\n]"), ("[a-é-[b]]", "(?!b)[a-é]")])


ANCHORS = {"": [("^", r"\A"), ("$", r"\Z")], "m": [("^", r"(?:\A|(?<=\n)(?!\Z))"), ("$", r"(?:(?=\n)|(?<!\n)\Z)")]}


def patterns(flags: str) -> st.SearchStrategy[tuple[str, str]]:
    def grow(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
        def join(parts: list[tuple[str, str]], by: str) -> tuple[str, str]:
            return by.join(xpath for xpath, _ in parts), by.join(python for _, python in parts)

        def repeat(body: tuple[str, str], quantifier: str) -> tuple[str, str]:
            return f"({body[0]}){quantifier}", f"(?:{body[1]}){quantifier}"

        quantifiers = st.sampled_from(["", "?", "*", "+", "??", "*?", "+?", "{2}", "{1,}", "{0,2}", "{2,3}?", "{0}"])
        return st.one_of(
            st.lists(inner, max_size=4).map(lambda parts: join(parts, "")),
            st.builds(
                repeat,
                st.lists(inner, min_size=1, max_size=3).map(lambda parts: join(parts, "|")),
                quantifiers,
            ),
        )

    return st.recursive(st.one_of(atoms(), st.sampled_from(ANCHORS[flags])), grow, max_leaves=10)


@pytest.mark.parametrize("flags", ["", "m"])
@settings(max_examples=150)
@given(data=st.data())
def test_verdicts_are_those_of_python_where_both_mean_the_same(flags: str, data: st.DataObject) -> None:
    xpath, python = data.draw(patterns(flags))
    machines = [compile_pattern(xpath, flags, force_kind=kind) for kind in BOTH]
    for text in data.draw(st.lists(st.text(st.sampled_from(CHARS), max_size=6), min_size=1, max_size=6)):
        expected = re.search(python, text) is not None
        assert [machine.matches(text) for machine in machines] == [expected, expected], text
        for machine in machines:
            if expected:
                assert machine.min_chars <= len(text)
                assert machine.max_chars is None or len(text) <= machine.max_chars
                assert not machine.accepts_none
            else:
                assert not machine.accepts_all


def test_compiling_is_deterministic() -> None:
    for pattern in (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", r"(\w|-)+\d{2,5}|é", "(a|b)*a(a|b){30}"):
        assert compile_pattern(pattern, "im") == compile_pattern(pattern, "im")
