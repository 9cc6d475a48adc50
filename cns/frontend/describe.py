"""Shapes as Turtle, laid out for people: what one node says, and the blank nodes inside it."""

from __future__ import annotations

from collections.abc import Iterable

from cns.frontend.labels import Labels
from cns.frontend.load import Sources
from cns.frontend.triples import MalformedList, TripleIndex
from cns.terms import BlankNode, Literal, Node, Term, n3
from cns.vocab import RDF_FIRST, RDF_TYPE

_INDENT = "    "
_DEPTH = 12
"""Deeper than people look, and an end to loops of blank nodes."""


class Descriptions:
    """One for each shapes graph."""

    def __init__(self, sources: Sources) -> None:
        self._index: TripleIndex = sources.shapes
        self._labels = Labels(sources.shapes, sources.prefixes)

    def name(self, term: Term) -> str:
        """A prefixed name where there is one; literals whole."""
        text = self._labels(term)
        return n3(term) if isinstance(term, Literal) and "…" in text else text

    def __call__(self, node: Node) -> str:
        """One statement of Turtle, without the declarations of its prefixes; a blank node of which nothing is said
        again where it is used."""
        properties = self._index.properties(node)
        subject = "[]" if isinstance(node, BlankNode) else self._labels(node)
        if not properties:
            return f"{subject} ."
        return f"{subject} {f' ;{chr(10)}{_INDENT}'.join(self._lines(properties.items(), 1))} ."

    def _lines(self, properties: Iterable[tuple[Term, list[Term]]], depth: int) -> list[str]:
        return [
            f"{'a' if predicate == RDF_TYPE else self._labels(predicate)} "
            + ", ".join(self._term(value, depth) for value in values)
            for predicate, values in properties
        ]

    def _term(self, term: Term, depth: int) -> str:
        if not isinstance(term, BlankNode):
            return self.name(term)
        properties = self._index.properties(term)
        if RDF_FIRST in properties:
            try:
                items = self._index.list_items(term)
            except MalformedList:
                return self._labels(term)
            return f"( {' '.join(self._term(item, depth) for item in items)} )"
        if not properties:
            return "[]"
        if depth >= _DEPTH:
            return self._labels(term)
        lines = self._lines(properties.items(), depth + 1)
        if len(lines) == 1 and "\n" not in lines[0]:
            return f"[ {lines[0]} ]"
        inner = _INDENT * (depth + 1)
        return f"[\n{inner}{f' ;{chr(10)}{inner}'.join(lines)}\n{_INDENT * depth}]"
