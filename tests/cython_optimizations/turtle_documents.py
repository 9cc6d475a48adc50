"""Turtle documents with every odd thing, for hypothesis: valid, or invalid in their IRIs alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

SPACE = st.sampled_from([" ", "\n", "\t", "\r\n", "  ", "\r", " # a comment . \"'<[(\n", "\n\n    ", "#\r\n", " " * 40])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.text(
    "\"'\\\n\r\t ab\u00e9\U0001f600", max_size=12
)
_PLAIN = "a a.b a..b 0 a-b a:b : %41 %C3%A9 \u00e9t\u00e9 a\u00b7 _ \U00010000 true e1"
_LONG = "abcdefghijklmno abcdefghijklmnop abcdefghijklmnopq"
LOCAL = st.sampled_from(["", *_PLAIN.split(), *_LONG.split(), "\\~x", "a\\.", "\\-", "\\%41", "x" * 300])
NAME = st.builds("{}:{}".format, st.sampled_from(["", "e", "e.f", "\u00e9", "e-1", "a"]), LOCAL)
_RELATIVE = "#f ?q x ../x ./x/. //h/p /r .. ../../../x g;x=1/../y"
_ABSOLUTE = "http://e.example/ urn:x:\u00e9 http://e.example/\\u00E9\\U0001F600 x:a/b HTTP://E/%7e mailto:a@b"
IRI = st.sampled_from(["", *_RELATIVE.split(), *_ABSOLUTE.split(), "http://e/" + "y" * 200]).map("<{}>".format)
LABEL = st.sampled_from(["_:a", "_:0", "_:a.b", "_:a-", "_:\u00e9", "_:_", "_:b1", "_:genid1"])
NUMBER = st.sampled_from(
    ["1", "-01", "+1", "1.0", ".5", "-.5", "1e0", "1.E3", "1.5e-10", ".5E+1", "0123456789012345678", "true", "false"]
)
LANGUAGE = st.sampled_from(["@en", "@en-GB", "@de-Latn-1996"])


@st.composite
def quoted(draw: Any) -> str:
    text, quote = draw(TEXT), draw(st.sampled_from(['"', "'", '"""', "'''"]))
    out = []
    for c in text:
        if c == quote[0] or c == "\\" or (len(quote) == 1 and c in "\n\r"):
            out.append({"\n": "\\n", "\r": "\\r"}.get(c, "\\" + c))
        elif draw(st.integers(0, 9)) == 0:
            out.append(f"\\U{ord(c):08X}" if ord(c) > 0xFFFF or draw(st.booleans()) else f"\\u{ord(c):04x}")
        else:
            out.append(c)
    annotation = draw(st.just("") | LANGUAGE | st.builds("^^{}".format, IRI | NAME))
    return quote + "".join(out) + quote + annotation


def objects(inner: Any) -> Any:
    pairs = st.lists(
        st.tuples(NAME | IRI | st.just("a"), st.lists(inner, min_size=1, max_size=3)), min_size=1, max_size=3
    )
    return (
        st.lists(inner, max_size=3).map(lambda items: ["(", *items, ")"])
        | pairs.map(lambda pairs: ["[", *_pairs(pairs), "]"])
        | st.just(["[", "]"])
    )


def _pairs(pairs: Any) -> Iterator[Any]:
    for number, (predicate, values) in enumerate(pairs):
        yield from [";"] * bool(number)
        yield predicate
        for place, value in enumerate(values):
            yield from [","] * bool(place)
            yield value


OBJECT = st.recursive(IRI | NAME | LABEL | NUMBER | quoted(), objects, max_leaves=8)
PAIRS = st.lists(st.tuples(NAME | IRI | st.just("a"), st.lists(OBJECT, min_size=1, max_size=3)), min_size=1, max_size=4)
SUBJECT = IRI | NAME | LABEL | objects(OBJECT)


@st.composite
def documents(draw: Any) -> str:
    parts: list[Any] = []
    for prefix, iri in (
        ("", "urn:empty:"),
        ("e", "http://e.example/e#"),
        ("e.f", "../rel/"),
        ("\u00e9", "urn:\u00e9:"),
        ("e-1", "#"),
        ("a", "urn:a"),
    ):
        parts += [draw(st.sampled_from(["@prefix", "PREFIX", "prefix"])), prefix + ":", f"<{iri}>"]
        parts += ["."] * (parts[-3] == "@prefix")
    for subject, pairs in draw(st.lists(st.tuples(SUBJECT, PAIRS), max_size=4)):
        if draw(st.integers(0, 5)) == 0:
            parts += ["@base", draw(IRI), "."]
        parts += [subject, *_pairs(pairs), *[";"] * draw(st.integers(0, 1)), "."]
    text = "".join(word + draw(SPACE) for word in _flat(parts))
    return draw(st.sampled_from(["", "\ufeff"])) + draw(st.sampled_from([text, text.rstrip("\n\r \t")]))


def _flat(parts: Any) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        else:
            yield from _flat(part)
