"""What the generators share: terms and statements as N-Triples, and a coin that says when to be wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


class Generator:
    """A seeded random source, with statements about a vocabulary."""

    def __init__(self, vocabulary: str, seed: int, errors: float) -> None:
        self.vocabulary = vocabulary
        self.random = random.Random(seed)
        self.errors = errors

    def wrong(self) -> bool:
        """With the share of errors that was asked for."""
        return self.errors > 0 and self.random.random() < self.errors

    def line(self, subject: str, predicate: str, value: str) -> str:
        """Subject and value as terms; the predicate by its name in the vocabulary."""
        return f"{subject} <{self.vocabulary}{predicate}> {value} .\n"

    def typed(self, subject: str, cls: str) -> str:
        return f"{subject} <{RDF_TYPE}> <{self.vocabulary}{cls}> .\n"


def text(value: str, language: str = "") -> str:
    """Of characters that need no escape."""
    return f'"{value}"@{language}' if language else f'"{value}"'


def number(value: object, datatype: str) -> str:
    return f'"{value}"^^<{XSD}{datatype}>'


def parsed(turtle: str) -> Iterator[str]:
    """Turtle as N-Triples lines; blank nodes are numbered in the order in which they come."""
    labels: dict[str, str] = {}
    for triple in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
        terms = (triple.subject, triple.predicate, triple.object)
        yield (
            " ".join(
                labels.setdefault(term.value, f"_:b{len(labels)}") if isinstance(term, ox.BlankNode) else str(term)
                for term in terms
            )
            + " .\n"
        )
