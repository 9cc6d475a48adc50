"""Reads a pattern of XPath 3.1 (fn:matches) into a tree; flags are resolved here, so that the tree needs none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from cns.codegen.regex import classes, hints
from cns.codegen.regex.classes import Ranges
from cns.codegen.regex.tree import Anchor, Chars, Choice, Concat, Node, Repeat
from cns.errors import CnsError, ShapeError, UnsupportedError

MAX_DEPTH = 100  # of groups in groups, or of subtractions in subtractions: later stages recurse over the tree
MAX_COUNT = 1_000_000_000


def parse(pattern: str, flags: str) -> Node:
    for flag in flags:
        if flag not in "smixq":
            raise ShapeError(
                "CNS230",
                f"sh:flags {flags!r}: there is no flag {flag!r}",
                hint='use letters out of "smixq"; without sh:flags no flag is set',
                spec="https://www.w3.org/TR/xpath-functions-31/#flags",
            )
    if "q" in flags:
        return _literal(pattern, ignore_case="i" in flags)
    return _Parser(pattern, flags).parse()


def _literal(text: str, ignore_case: bool) -> Node:
    chars = [((ord(char), ord(char)),) for char in text]
    return Concat(tuple(Chars(classes.with_case_variants(char) if ignore_case else char) for char in chars))


@dataclass(slots=True)
class _Group:
    """A group that is still open: the branches that are complete, and the parts of the one being read."""

    opened_at: int
    branches: list[Node]
    parts: list[Node]

    def end_branch(self) -> None:
        self.branches.append(self.parts[0] if len(self.parts) == 1 else Concat(tuple(self.parts)))
        self.parts = []

    def close(self) -> Node:
        self.end_branch()
        if len(self.branches) == 1:
            return self.branches[0]
        sets = [branch.ranges for branch in self.branches if isinstance(branch, Chars)]
        if len(sets) == len(self.branches):
            return Chars(classes.union(*sets))
        return Choice(tuple(self.branches))


class _Parser:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        # Where each character of `text` stands in the pattern: not the same where flag x has removed some.
        self.text = pattern
        self.origin: Sequence[int] = range(len(pattern))
        if "x" in flags:
            self.text, self.origin = _without_whitespace(pattern)
        self.at = 0
        self.ignore_case = "i" in flags
        self.dot = Chars(classes.EVERYTHING if "s" in flags else classes.complement(classes.NEWLINE_ONLY))
        self.begin = Anchor("line begin" if "m" in flags else "begin")
        self.end = Anchor("line end" if "m" in flags else "end")

    # --- the text, and what is wrong with it ---

    def peek(self, count: int = 1) -> str:
        return self.text[self.at : self.at + count]

    def take(self, wanted: str) -> bool:
        if self.text.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def fail(self, what: str, hint: str, at: int | None = None, code: str = "CNS230") -> NoReturn:
        at = self.at if at is None else at
        position = self.origin[at] if at < len(self.origin) else len(self.pattern)
        shown = self.pattern if len(self.pattern) <= 200 else self.pattern[:200] + "…"
        error: type[CnsError] = ShapeError if code == "CNS230" else UnsupportedError
        raise error(code, f"sh:pattern {shown!r}, character {position + 1}: {what}", hint=hint, spec=hints.SPEC)

    # --- regExp ::= branch ('|' branch)*, with a stack of open groups instead of recursion ---

    def parse(self) -> Node:
        groups = [_Group(0, [], [])]
        while self.at < len(self.text):
            group = groups[-1]
            if self.take("|"):
                group.end_branch()
            elif self.peek() == "(":
                groups.append(_Group(self.at, [], []))
                if len(groups) > MAX_DEPTH:
                    self.fail(f"more than {MAX_DEPTH} groups in each other", "flatten the pattern", code="CNS232")
                self.open_group()
            elif self.peek() == ")":
                if len(groups) == 1:
                    self.fail("')' without '('", r"write \) for the character itself")
                self.at += 1
                closed = groups.pop().close()
                groups[-1].parts.append(self.quantified(closed))
            else:
                group.parts.append(self.quantified(self.atom()))
        if len(groups) > 1:
            self.fail("'(' is never closed", r"add ')', or write \( for the character itself", groups[-1].opened_at)
        return groups[0].close()

    def open_group(self) -> None:
        start = self.at
        self.at += 1
        if self.take("?:") or self.peek() != "?":
            return
        for opening, (what, hint) in hints.FOREIGN_GROUPS.items():
            if self.text.startswith(opening, start):
                self.fail(f"{what} {opening!r} does not exist in XPath patterns", hint, start)
        shown = self.text[start : start + 3]
        self.fail(f"the construct {shown!r} does not exist in XPath patterns", 'a group is "(…)" or "(?:…)"', start)

    def atom(self) -> Node:
        match char := self.peek():
            case ".":
                self.at += 1
                return self.dot
            case "^" | "$":
                self.at += 1
                return self.begin if char == "^" else self.end
            case "[":
                return Chars(self.char_class())
            case "\\":
                return Chars(self.as_set(self.escape(inside_class=False)))
            case "?" | "*" | "+":
                self.fail(f"{char!r} has nothing to repeat", f"write \\{char} for the character itself")
            case "{" if self.peek(2)[1:].isdigit():
                self.fail("'{' has nothing to repeat", r"write \{ for the character itself")
        # XPath wants ']', '}' and a leading '{' escaped. Its peers take them as they are, and so do we.
        self.at += 1
        return Chars(self.as_set(ord(char)))

    def as_set(self, found: int | Ranges) -> Ranges:
        """Flag i is for characters and ranges; an escape that stands for a set stays what it is."""
        return found if isinstance(found, tuple) else self.char_range(found, found)

    def char_range(self, low: int, high: int) -> Ranges:
        ranges = ((low, high),)
        return classes.with_case_variants(ranges) if self.ignore_case else ranges

    # --- quantifiers ---

    def quantified(self, body: Node) -> Node:
        if self.take("?"):
            low, high = 0, 1
        elif self.take("*"):
            low, high = 0, None
        elif self.take("+"):
            low, high = 1, None
        elif self.peek() == "{":
            low, high = self.counts()
        else:
            return body
        self.take("?")  # reluctant: which match is found differs, whether there is one does not
        if self.peek() == "+":
            hint = "leave the '+' out; shorter repetitions are then tried as well"
            self.fail("possessive quantifiers do not exist in XPath patterns", hint)
        if self.peek() and self.peek() in "?*+{":
            self.fail("a quantifier after a quantifier", "put a group around what is to be repeated twice")
        return Repeat(body, low, high)

    def counts(self) -> tuple[int, int | None]:
        start = self.at
        close = self.text.find("}", start)
        low_text, comma, high_text = self.text[start + 1 : max(close, start)].partition(",")
        if not _is_number(low_text) or (high_text and not _is_number(high_text)):
            hint = (
                r"write {n}, {n,} or {n,m} with n and m in digits ({0,m} for 'at most m'); \{ is the character itself"
            )
            self.fail("'{' does not begin a quantifier", hint)
        self.at = close + 1
        low = self.number(low_text, start)
        high = self.number(high_text, start) if high_text else None if comma else low
        if high is not None and high < low:
            self.fail(f"the quantifier {{{low},{high}}} ends below its start", "swap the two numbers", start)
        return low, high

    def number(self, digits: str, at: int) -> int:
        digits = digits.lstrip("0") or "0"
        if len(digits) >= len(str(MAX_COUNT)):
            self.fail("a count too large to compile", "use '*' or '+', or sh:minLength and sh:maxLength", at, "CNS232")
        return int(digits)

    # --- escapes ---

    def escape(self, inside_class: bool) -> int | Ranges:
        """A code point, or the set that the escape stands for."""
        start = self.at
        char = self.peek(2)[1:]
        self.at += 2
        if not char:
            self.fail("the pattern ends with a single backslash", r"write \\ for the character itself", start)
        if char in "nrt":
            return {"n": 0xA, "r": 0xD, "t": 0x9}[char]
        if char in _PUNCTUATION:
            return ord(char)
        if char in "sSiIcCdDwW":
            return classes.multi_character_escape(char)
        if char in "pP":
            return self.property(complement=char == "P", start=start)
        return self.foreign_escape(char, start, inside_class)

    def property(self, complement: bool, start: int) -> Ranges:
        close = self.text.find("}", self.at)
        if self.peek() != "{" or close < 0:
            self.fail("a category escape without {…}", r"write \p{L}, \p{Lu} or \p{IsBasicLatin}", start)
        name = self.text[self.at + 1 : close]
        self.at = close + 1
        ranges = classes.block(name[2:]) if name.startswith("Is") else classes.category(name)
        if ranges is None:
            hint = hints.nearest_block(name) or r"write a category, as in \p{Lu}, or a block, as in \p{IsGreek}"
            self.fail(f"there is no category or block {name[:60]!r}", hint, start)
        return classes.complement(ranges) if complement else ranges

    def foreign_escape(self, char: str, start: int, inside_class: bool) -> NoReturn:
        if char in "123456789" and not inside_class:
            hint = "a back-reference is not regular and has no automaton; use sh:sparql, or list the alternatives"
            self.fail(f"the back-reference \\{char} cannot be compiled", hint, start, "CNS231")
        what, hint = hints.FOREIGN_ESCAPES.get(char, ("", "leave the backslash out for the character itself"))
        shown = f"{what} \\{char}" if what else f"the escape \\{char}"
        self.fail(f"{shown} does not exist in XPath patterns", hint, start)

    # --- character classes: '[' '^'? part+ ('-' class)? ']' ---

    def char_class(self, depth: int = 1) -> Ranges:
        start = self.at
        if depth > MAX_DEPTH:
            self.fail(f"more than {MAX_DEPTH} subtractions in each other", "flatten the class", code="CNS232")
        self.at += 1
        negated = self.take("^")
        parts: list[Ranges] = []
        while self.peek() not in ("]", "") and (self.peek(2) != "-[" or not parts):
            parts.append(self.class_part())
        if not parts:
            self.fail("an empty character class", r"write \] for a closing bracket in it, \[ for an opening one", start)
        ranges = classes.union(*parts)
        if negated:
            ranges = classes.complement(ranges)
        if self.take("-"):
            ranges = classes.subtract(ranges, self.char_class(depth + 1))
            if self.peek() not in ("]", ""):
                self.fail("more after a subtraction", "put the subtraction last, as in [a-z0-9-[aeiou]]")
        if not self.take("]"):
            self.fail("'[' is never closed", r"add ']', or write \[ for the character itself", start)
        return ranges

    def class_part(self) -> Ranges:
        start = self.at
        low = self.class_char()
        # A hyphen is itself where it ends the class, and where it follows a range or an escape such as \w.
        if isinstance(low, tuple) or not self.take_range_hyphen():
            return self.as_set(low)
        if self.text[start] == "-" or self.peek() == "-":
            self.fail("a hyphen as the end of a range", r"write \- for a hyphen", start)
        high = self.class_char()
        if isinstance(high, tuple):
            self.fail("a set of characters as the end of a range", r"write \- for a hyphen", start)
        if high < low:
            self.fail(f"the range {self.text[start : self.at]!r} ends below its start", "swap its ends", start)
        return self.char_range(low, high)

    def take_range_hyphen(self) -> bool:
        before_the_end = self.peek(2) in ("-", "-]", "-[") or self.peek(3) == "--["
        return not before_the_end and self.take("-")

    def class_char(self) -> int | Ranges:
        if self.peek() == "\\":
            return self.escape(inside_class=True)
        if self.peek() == "[":
            self.fail("'[' inside of a character class", r"write \[ for the character itself")
        self.at += 1
        return ord(self.text[self.at - 1])


def _without_whitespace(pattern: str) -> tuple[str, list[int]]:
    """Flag x: whitespace goes, except in character classes. Also returns where the characters left come from."""
    kept: list[int] = []
    depth = 0
    escaped = False
    for position, char in enumerate(pattern):
        if char in "\t\n\r " and depth == 0:
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        kept.append(position)
    return "".join(pattern[position] for position in kept), kept


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


# More than XPath lets one escape, but never with two meanings among its peers.
_PUNCTUATION = frozenset(" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
