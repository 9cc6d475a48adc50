"""Makes cns terms while sources are read: one object for each IRI, fresh labels for blank nodes, bad IRIs noted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import rdflib

from cns.errors import LoadError
from cns.terms import RDF_LANG_STRING, XSD_STRING, BlankNode, Iri, Literal, Node, Term

_NOT_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_MISSING_SCHEME = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:)")


Triple = tuple[Node, Iri, Term]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one document says, in the order in which it says it."""

    triples: list[Triple]
    prefixes: dict[str, str]
    lines: dict[Node, int]
    """Subject → line, where the syntax has lines that mean something to a person."""


class SyntaxProblem(Exception):
    """Bad syntax at a line and column of a text whose name the reader does not know."""

    def __init__(self, what: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.column = column


class TermMaker:
    """Shared by all sources of one load, so that their blank nodes never collide and their IRIs are shared."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next_label = 0
        self._iris: dict[str, Iri] = {}
        self.invalid_iris: dict[Iri, str] = {}
        """IRI → what is wrong with it."""

    def iri(self, text: str) -> Iri:
        iri = self._iris.get(text)
        if iri is None:
            iri = self._iris[text] = Iri(text)
            if bad := _NOT_IN_AN_IRI.search(iri):
                self.invalid_iris[iri] = f"it holds the character {bad.group()!r}"
            elif _MISSING_SCHEME.match(iri):
                self.invalid_iris[iri] = "it is not absolute"
        return iri

    def fresh_blank_node(self) -> BlankNode:
        """The next free of ``_:b0``, ``_:b1``, …; no label of a caller's graph is used again."""
        while True:
            label = f"b{self._next_label}"
            self._next_label += 1
            if label not in self._taken:
                return BlankNode("_:" + label)

    def kept_blank_node(self, label: str) -> BlankNode:
        """A blank node of a caller's graph, under the caller's label."""
        self._taken.add(label)
        return BlankNode("_:" + label)

    def literal(self, lexical: str, datatype: str | None, language: str | None) -> Literal:
        if language:
            return Literal(lexical, RDF_LANG_STRING, language)
        return Literal(lexical, self.iri(datatype) if datatype else XSD_STRING)


class Converter:
    """rdflib's terms → cns's, each distinct term once; blank nodes keep their labels only where asked."""

    def __init__(self, terms: TermMaker, *, keep_labels: bool) -> None:
        self._terms = terms
        self._keep_labels = keep_labels
        self._known: dict[Any, Term] = {}

    def __call__(self, term: Any) -> Term:
        if isinstance(term, rdflib.Literal):  # not remembered: to rdflib "a"@en and "a"@EN are one key
            return self._terms.literal(str(term), term.datatype, term.language)
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._convert(term)
        return known

    def _convert(self, term: Any) -> Term:
        if isinstance(term, rdflib.URIRef):
            return self._terms.iri(str(term))
        if isinstance(term, rdflib.BNode):
            return self._terms.kept_blank_node(str(term)) if self._keep_labels else self._terms.fresh_blank_node()
        raise LoadError(
            "CNS105",
            f"{term!r} is not an RDF term",
            hint="variables and formulas of Notation3 have no meaning in a shapes graph; remove them",
        )
