"""RDF terms as cns passes them round: three small types, no library behind them.

A blank node's text starts with ``_:`` and no IRI does, so that terms can share a dict and compare
at the speed of ``str``. rdflib's terms are made from these only in ``frontend`` and ``runtime.report_graph``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Iri(str):
    """An absolute IRI: ``Iri("http://example.org/a")``."""

    __slots__ = ()


class BlankNode(str):
    """A blank node: ``BlankNode("_:b0")``, with its label as the source spelled it."""

    __slots__ = ()

    @property
    def label(self) -> str:
        return self[2:]


class Literal(NamedTuple):
    """A literal exactly as written: no lexical form is ever normalised."""

    lexical: str
    datatype: str = XSD_STRING
    language: str = ""


Term = Iri | BlankNode | Literal
Node = Iri | BlankNode

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_IRI_FORBIDDEN = re.compile(r'[<>"{}|^`\\\x00-\x20]')


def escape_string(text: str) -> str:
    """The inside of an N-Triples or Turtle string literal, quotes not included."""
    out = []
    for char in text:
        if char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char < " " or char == "\x7f":
            out.append(f"\\u{ord(char):04X}")
        else:
            out.append(char)
    return "".join(out)


def escape_iri(text: str) -> str:
    """The inside of ``<...>``; characters that an IRI may not hold become ``\\u`` escapes."""
    return _IRI_FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04X}", text)


def n3(term: Term) -> str:
    """The term as N-Triples writes it."""
    if isinstance(term, Literal):
        quoted = f'"{escape_string(term.lexical)}"'
        if term.language:
            return f"{quoted}@{term.language}"
        return quoted if term.datatype == XSD_STRING else f"{quoted}^^<{escape_iri(term.datatype)}>"
    return str(term) if isinstance(term, BlankNode) else f"<{escape_iri(term)}>"
