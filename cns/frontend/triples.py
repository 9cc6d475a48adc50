"""Triples as plain dicts of cns terms, built in one pass; what the parser of shapes asks its questions of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cns.frontend.rdf_terms import Parsed
from cns.terms import BlankNode, Iri, Literal, Node, Term
from cns.vocab import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, RDFS_SUB_CLASS_OF

Properties = Mapping[Iri, list[Term]]
_NOTHING: Properties = {}


class MalformedList(Exception):
    """An RDF list that is not one, with the reason as a person reads it."""


class TripleIndex:
    """subject → predicate → objects, everything in document order; not to be changed after it is made."""

    __slots__ = ("_by_predicate", "_places", "_subjects", "size")

    def __init__(self, subjects: dict[Node, dict[Iri, list[Term]]], places: dict[Node, tuple[str, int | None]]) -> None:
        self._subjects = subjects
        self._places = places
        self._by_predicate: dict[Iri, dict[Term, list[Node]]] = {}
        self.size = sum(len(objects) for properties in subjects.values() for objects in properties.values())

    @classmethod
    def of(cls, documents: Iterable[tuple[str, Parsed]]) -> TripleIndex:
        """The union of some documents; a triple that comes twice counts once."""
        subjects: dict[Node, dict[Iri, list[Term]]] = {}
        places: dict[Node, tuple[str, int | None]] = {}
        for name, parsed in documents:
            is_first = not subjects
            for subject, predicate, value in dict.fromkeys(parsed.triples):
                properties = subjects.get(subject)
                if properties is None:
                    properties = subjects[subject] = {}
                    places[subject] = (name, parsed.lines.get(subject))
                objects = properties.get(predicate)
                if objects is None:
                    properties[predicate] = [value]
                elif is_first or value not in objects:
                    objects.append(value)
        return cls(subjects, places)

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[tuple[Node, Iri, Term]]:
        for subject, properties in self._subjects.items():
            for predicate, objects in properties.items():
                for value in objects:
                    yield subject, predicate, value

    def nodes(self) -> Iterable[Node]:
        """All subjects, in document order."""
        return self._subjects.keys()

    def items(self) -> Iterable[tuple[Node, Properties]]:
        return self._subjects.items()

    def properties(self, subject: Term) -> Properties:
        """predicate → objects of one subject."""
        return self._subjects.get(subject, _NOTHING)  # type: ignore[arg-type]

    def objects(self, subject: Term, predicate: Iri) -> list[Term]:
        return self.properties(subject).get(predicate, [])

    def value(self, subject: Term, predicate: Iri) -> Term | None:
        """The first object, if there is one."""
        objects = self.objects(subject, predicate)
        return objects[0] if objects else None

    def subjects(self, predicate: Iri, value: Term) -> list[Node]:
        """Who has this value; the index for a predicate is made when it is first asked for."""
        return self._inverse(predicate).get(value, [])

    def all_objects(self, predicate: Iri) -> Iterable[Term]:
        """The distinct objects of a predicate, in document order."""
        return self._inverse(predicate).keys()

    def pairs(self, predicate: Iri) -> Iterator[tuple[Node, Term]]:
        for value, subjects in self._inverse(predicate).items():
            for subject in subjects:
                yield subject, value

    def instances(self, cls: Iri) -> set[Node]:
        """The SHACL instances of a class: those of its subclasses in this graph too."""
        classes: dict[Term, None] = {cls: None}
        pending: list[Term] = [cls]
        while pending:
            for sub_class in self.subjects(RDFS_SUB_CLASS_OF, pending.pop()):
                if sub_class not in classes:
                    classes[sub_class] = None
                    pending.append(sub_class)
        return {instance for known in classes for instance in self.subjects(RDF_TYPE, known)}

    def place(self, node: Term) -> tuple[str, int | None]:
        """``(source, line)`` where a subject first stands."""
        return self._places.get(node, ("", None))  # type: ignore[arg-type]

    def list_items(self, head: Term) -> tuple[Term, ...]:
        """The members of a SHACL list. Tails may be shared; loops and forks are MalformedList."""
        items: list[Term] = []
        seen: set[Term] = set()
        cell = head
        while cell != RDF_NIL:
            if isinstance(cell, Literal):
                raise MalformedList("a literal stands where a list should")
            if cell in seen:
                raise MalformedList("the list runs in a loop")
            seen.add(cell)
            properties = self.properties(cell)
            firsts, rests = properties.get(RDF_FIRST, ()), properties.get(RDF_REST, ())
            if len(firsts) != 1:
                raise MalformedList(_wrong_number(cell, "rdf:first", len(firsts)))
            if len(rests) != 1:
                raise MalformedList(_wrong_number(cell, "rdf:rest", len(rests)))
            items.append(firsts[0])
            cell = rests[0]
        nil = self.properties(RDF_NIL)
        if RDF_FIRST in nil or RDF_REST in nil:
            raise MalformedList("rdf:nil itself has an rdf:first or rdf:rest")
        return tuple(items)

    def _inverse(self, predicate: Iri) -> dict[Term, list[Node]]:
        inverse = self._by_predicate.get(predicate)
        if inverse is None:
            inverse = self._by_predicate[predicate] = {}
            for subject, properties in self._subjects.items():
                for value in properties.get(predicate, ()):
                    inverse.setdefault(value, []).append(subject)
        return inverse


def _wrong_number(cell: Node, predicate: str, count: int) -> str:
    what = "a list node" if isinstance(cell, BlankNode) else f"<{cell}>"
    return f"{what} has {'no' if count == 0 else count} {predicate}, where a list has exactly one"
