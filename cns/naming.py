"""Terms as people read them: prefixed names where a prefix is declared, N-Triples otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cns.terms import XSD_STRING, BlankNode, Literal, Term, escape_iri, escape_string, n3
from cns.vocab import SH_NS

_PREFIX = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]*)?\Z")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")


def report_prefixes(declared: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The prefixes that a report may use: plain ones, and ``sh`` for SHACL whatever the sources call it."""
    usable = {prefix: iri for prefix, iri in declared if _PREFIX.match(prefix) and iri}
    return tuple(sorted({**usable, "sh": SH_NS}.items()))


class Namer:
    """Says a term as briefly as the prefixes allow. What it writes is Turtle."""

    def __init__(self, prefixes: Iterable[tuple[str, str]]) -> None:
        self._prefix_of = {iri: prefix for prefix, iri in reversed(list(prefixes))}

    def __call__(self, term: Term) -> str:
        if isinstance(term, Literal):
            if term.language or term.datatype == XSD_STRING:
                return n3(term)
            return f'"{escape_string(term.lexical)}"^^{self.iri(term.datatype)}'
        return str(term) if isinstance(term, BlankNode) else self.iri(term)

    def iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        prefix = self._prefix_of.get(iri[:cut])
        if prefix is not None and _LOCAL.match(iri, cut):
            return f"{prefix}:{iri[cut:]}"
        return f"<{escape_iri(iri)}>"
