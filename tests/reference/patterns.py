"""``sh:pattern``: SPARQL's REGEX, that is XPath's ``fn:matches``, by way of Python's ``re``.

Only a subset is translated, the one in which the two languages can be told apart by rules that fit on a page: literal
characters, escapes of them, ``.``, classes in brackets, ``\\d \\s \\w`` and their negations outside of brackets,
groups, alternatives, greedy and lazy quantifiers, anchors. Everything else raises `UnsupportedPattern`; the random
tests keep to the subset.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

PLAIN_ESCAPES = {"n": "\\n", "r": "\\r", "t": "\\t"} | {c: "\\" + c for c in "\\|.?*+(){}-[]^$"}


class UnsupportedPattern(Exception):
    """The pattern uses something that the oracle does not translate."""


def matches(text: str, pattern: str, flags: str = "") -> bool:
    """``REGEX(text, pattern, flags)``: true if any part of ``text`` matches."""
    return _compiled(pattern, flags).search(text) is not None


@functools.cache
def _compiled(pattern: str, flags: str) -> re.Pattern[str]:
    if set(flags) - set("smix"):
        raise UnsupportedPattern(f"flags {flags!r}")
    return re.compile(_translate(pattern, flags), re.IGNORECASE if "i" in flags else 0)


def _translate(pattern: str, flags: str) -> str:
    # F&O 5.6.1.1: without "m", ^ and $ are the ends of the string (Python's $ also stands before a last newline);
    # with it ^ is also after a newline "other than a newline that appears as the last character in the input string"
    # and $ is before a newline, or at the end "if there is no newline character at the end".
    start, end = (r"(?:\A|(?<=\n)(?!\Z))", r"(?:(?=\n)|(?<!\n)\Z)") if "m" in flags else (r"\A", r"\Z")
    # SPARQL 1.1 refers to F&O 1.0: "the meta-character . matches any character except a newline (#x0A) character"
    # (3.0 and later leave out the carriage return as well).
    dot = r"(?s:.)" if "s" in flags else r"[^\n]"
    out, i = [], 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            out.append(_escape(pattern[i + 1 : i + 2]))
            i += 2
            continue
        if c == "[":
            text, i = _bracket(pattern, i)
            out.append(text)
            continue
        if c == "(" and pattern[i + 1 : i + 2] == "?":
            raise UnsupportedPattern("(?")
        if c == "{":
            quantifier = re.compile(r"\{[0-9]+(,[0-9]*)?\}").match(pattern, i)
            if quantifier is None:
                raise UnsupportedPattern("{")
            out.append(quantifier[0])
            i = quantifier.end()
            continue
        if c in "]}":
            raise UnsupportedPattern(c)
        i += 1
        if "x" in flags and c in " \t\n\r":
            continue
        out.append({"^": start, "$": end, ".": dot}.get(c) or (c if c in "()|*+?" else re.escape(c)))
    return "".join(out)


def _escape(c: str) -> str:
    if c in PLAIN_ESCAPES:
        return PLAIN_ESCAPES[c]
    if c in ("d", "D"):
        return "\\" + c  # both are Unicode's decimal digits
    if c in ("s", "S"):
        return "[ \\t\\n\\r]" if c == "s" else "[^ \\t\\n\\r]"
    if c in ("w", "W"):
        return f"[{'^' if c == 'W' else ''}{_word_ranges()}]"
    raise UnsupportedPattern("\\" + c)


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    """A class in brackets: characters, plain escapes and ranges only."""
    match = re.compile(r"\[(\^?)((?:\\[nrt\\|.?*+(){}\-\[\]^$]|[^\\\[\]])+)\]").match(pattern, start)
    if match is None:
        raise UnsupportedPattern(pattern[start:])
    body = match[2]
    if re.search(r"(?<!\\)[\^&~]|--", body):
        raise UnsupportedPattern(match[0])
    return match[0], match.end()


@functools.cache
def _word_ranges() -> str:
    r"""XSD: ``\w`` is everything but punctuation, separators and "other": so ``+`` is a word character and ``_`` is
    not."""
    ranges: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] in "PZC":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
