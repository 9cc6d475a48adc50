"""Which RDF syntax a text is in, by a look at it. Apart from `formats`, as most files say it by their names."""

from __future__ import annotations

import re

_BLANK_OR_COMMENT = re.compile(r"(?:\s+|#[^\n]*(?:\n|$))*")
_JSON_START = re.compile(r'\{\s*(?:"|\})|\[\s*\{\s*(?:"|\})|\[\s*\]\s*$')
_QUAD_LINE = re.compile(
    r"""^(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+
        (?:<[^<>\s]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^<>\s]*>)?)\s+
        (?:<[^<>\s]*>|_:\S+)\s*\.\s*$""",
    re.VERBOSE | re.MULTILINE,
)
_TRIG_BLOCK = re.compile(r"(?:^|\s)(?:GRAPH\s+)?(?:<[^<>\s]*>|[\w.-]*:[\w.-]*)\s*\{", re.IGNORECASE)
_SNIFFED_CHARS = 4096


def sniffed(content: bytes) -> str:
    """The likely syntax of some text; Turtle, which includes N-Triples, unless something speaks against it."""
    text = content[:_SNIFFED_CHARS].decode("utf-8", errors="replace").lstrip("\ufeff")
    body = text[match.end() :] if (match := _BLANK_OR_COMMENT.match(text)) else text
    if body.startswith(("<?xml", "<rdf:RDF", "<!DOCTYPE", "<!--", "<RDF", "<TriX")):
        return "trix" if "<TriX" in body else "xml"
    if _JSON_START.match(body):
        return "json-ld"
    if _QUAD_LINE.match(body):
        return "nquads"
    if body.startswith("{") or _TRIG_BLOCK.search(_without_strings(body)):
        return "trig"
    return "turtle"


def _without_strings(text: str) -> str:
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|#[^\n<>]*$', '""', text, flags=re.MULTILINE)
