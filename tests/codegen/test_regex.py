"""Patterns mean what XPath 3.1 says, compile to small machines, and never to an endless compilation."""

from __future__ import annotations

import contextlib
import re
import sys
import unicodedata
from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cns.codegen import regex, regex_classes, regex_syntax
from cns.codegen.regex import Kind, compile_pattern
from cns.errors import CnsError, ShapeError, UnsupportedError

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
        ("^.$", "", ["a", "\u2028", "😀"], ["\n", "\r", "", "ab"]),
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


# --- what is refused ---

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


# --- the same verdicts as Python's re, where both mean the same ---

CHARS = "ab\n-é"


def atoms() -> st.SearchStrategy[tuple[str, str]]:
    """Pairs of (XPath, Python) with one meaning. Python's newline rules are spelled out with look-around."""
    same = ["a", "b", "é", r"\n", "[ab]", "[^a]", "[b-é]", r"[^\n]", r"\-", r"[\-a]", "(?:)", "[-b]"]
    return st.sampled_from([(text, text) for text in same] + [(".", r"[^\n\r]"), ("[a-é-[b]]", "(?!b)[a-é]")])


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


# --- facts ---


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


# --- size ---


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
        subsets = regex._Subsets(regex._build_nfa(regex_syntax.parse(pattern, ""), pattern))
        subsets.explore()
        assert len(subsets.states) <= regex.MAX_STATES + 100
        assert subsets.work <= 3 * regex.MAX_WORK


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


def test_compiling_is_deterministic() -> None:
    for pattern in (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", r"(\w|-)+\d{2,5}|é", "(a|b)*a(a|b){30}"):
        assert compile_pattern(pattern, "im") == compile_pattern(pattern, "im")


# --- sets of characters ---


def holds(ranges: regex_classes.Ranges, code_point: int) -> bool:
    at = bisect_right(ranges, (code_point, regex_classes.LAST_CODE_POINT)) - 1
    return at >= 0 and code_point <= ranges[at][1]


def test_categories_are_those_of_unicodedata_everywhere() -> None:
    expected: dict[str, list[tuple[int, int]]] = {}
    for code_point, name in enumerate(map(unicodedata.category, map(chr, range(0x110000)))):
        expected.setdefault(name, []).append((code_point, code_point))
    for name, code_points in expected.items():
        assert regex_classes.category(name) == regex_classes.union(code_points), name


def test_case_variants_are_those_of_the_whole_of_unicode() -> None:
    cased = [code_point for code_points in regex_classes._CASED for code_point in code_points]
    rest = "".join(map(chr, sorted(set(range(0x110000)) - set(cased))))
    assert rest == rest.lower() == rest.upper()
    by_lower: dict[str, set[int]] = {}
    by_upper: dict[str, set[int]] = {}
    for char in map(chr, cased):
        by_lower.setdefault(char.lower(), set()).add(ord(char))
        by_upper.setdefault(char.upper(), set()).add(ord(char))
    for code_point in cased:
        expected = by_lower[chr(code_point).lower()] | by_upper[chr(code_point).upper()]
        found = regex_classes.with_case_variants(((code_point, code_point),))
        assert found == regex_classes.union((one, one) for one in expected), hex(code_point)


SETS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair))), max_size=5)


@given(first=SETS, second=SETS)
def test_algebra_and_division_of_sets(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, two = regex_classes.union(first), regex_classes.union(second)
    runs, members = regex_classes.divide([one, two])
    for code_point in (*range(60), regex_classes.LAST_CODE_POINT):
        in_one, in_two = holds(one, code_point), holds(two, code_point)
        assert in_one == any(low <= code_point <= high for low, high in first)
        assert holds(regex_classes.complement(one), code_point) != in_one
        assert holds(regex_classes.subtract(one, two), code_point) == (in_one and not in_two)
        found = runs[bisect_right(runs, (code_point, len(runs) + 9)) - 1][1]
        assert [found in members[0], found in members[1]] == [in_one, in_two]
