"""What is said where a pattern is refused: hints for what other dialects have and XPath has not, and for sizes."""

from __future__ import annotations

from difflib import get_close_matches

from cns.codegen.regex import classes
from cns.errors import UnsupportedError

SPEC = "https://www.w3.org/TR/xpath-functions-31/#regex-syntax"

_SECOND_PATTERN = "give the shape a second sh:pattern (sh:not around it for a negative one), or use sh:sparql"
_PLAIN_GROUP = 'write a plain group, "(…)"'
_FLAG = 'set sh:flags, which hold for the whole pattern, such as sh:flags "i"'
_ITSELF = 'write the character itself: Turtle\'s own \\uXXXX is read before the pattern is, so "\\u00E9" works'
_OR_CLASS = "list what you mean in a class, such as [ \\t]"

FOREIGN_GROUPS = {
    "(?=": ("the look-ahead", _SECOND_PATTERN),
    "(?!": ("the look-ahead", _SECOND_PATTERN),
    "(?<=": ("the look-behind", _SECOND_PATTERN),
    "(?<!": ("the look-behind", _SECOND_PATTERN),
    "(?P=": ("the named back-reference", "list the alternatives, or use sh:sparql"),
    "(?P": ("the named group", _PLAIN_GROUP),
    "(?<": ("the named group", _PLAIN_GROUP),
    "(?'": ("the named group", _PLAIN_GROUP),
    "(?>": ("the atomic group", _PLAIN_GROUP),
    "(?|": ("the branch reset group", _PLAIN_GROUP),
    "(?(": ("the conditional group", _PLAIN_GROUP),
    "(?#": ("the comment", "leave it out, or use rdfs:comment on the shape"),
    "(?i": ("the inline flag", _FLAG),
    "(?m": ("the inline flag", _FLAG),
    "(?s": ("the inline flag", _FLAG),
    "(?x": ("the inline flag", _FLAG),
    "(?-": ("the inline flag", _FLAG),
}

FOREIGN_ESCAPES = {
    "b": ("the word boundary", r"say what may stand there instead, as in (^|\W)word(\W|$)"),
    "B": ("the word boundary", r"say what may stand there instead, as in \wword\w"),
    "A": ("the anchor", "use ^ (and no flag m)"),
    "Z": ("the anchor", "use $ (and no flag m)"),
    "z": ("the anchor", "use $ (and no flag m)"),
    "G": ("the anchor", "use ^"),
    "x": ("the hexadecimal escape", _ITSELF),
    "u": ("the Unicode escape", _ITSELF),
    "U": ("the Unicode escape", _ITSELF),
    "N": ("the named character", _ITSELF),
    "0": ("the octal escape", _ITSELF),
    "a": ("the control character", _ITSELF),
    "e": ("the control character", _ITSELF),
    "f": ("the control character", _ITSELF),
    "v": ("the control character", _ITSELF),
    "h": ("the class", _OR_CLASS),
    "H": ("the class", _OR_CLASS),
    "R": ("the line break", r"write (\r\n|\n|\r)"),
    "X": ("the grapheme", r"write \P{M}\p{M}*"),
    "Q": ("the quotation", 'use sh:flags "q" for a pattern that is all literal, or escape each character'),
    "E": ("the quotation", 'use sh:flags "q" for a pattern that is all literal, or escape each character'),
    "K": ("the reset", "leave it out: only whether there is a match counts"),
    "k": ("the named back-reference", "list the alternatives, or use sh:sparql"),
    "g": ("the back-reference", "list the alternatives, or use sh:sparql"),
}


def nearest_block(name: str) -> str:
    """A hint for a name that is long enough to be meant as a block's."""
    known = ["Is" + block for block in classes.block_names()] if len(name) > 2 else []
    nearest = get_close_matches(name if name.startswith("Is") else "Is" + name, known, 3)
    return f"did you mean {' or '.join(nearest)}?" if nearest else ""


def too_large(pattern: str, what: str) -> UnsupportedError:
    shown = pattern if len(pattern) <= 200 else pattern[:200] + "…"
    return UnsupportedError(
        "CNS232",
        f"sh:pattern {shown!r} is too large for {what}",
        hint="use smaller counts, '*' or '+' instead of a large {n,m}, sh:minLength and sh:maxLength for lengths, "
        "sh:in for long lists",
        spec=SPEC,
    )
