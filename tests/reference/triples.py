"""A graph as the oracle sees it: a set of triples of canonical terms, looked up by plain dictionaries."""

from __future__ import annotations

from collections import defaultdict

from rdflib import RDF, RDFS, XSD, Graph, Literal
from rdflib.term import Node


def canonical(term: Node) -> Node:
    """The same RDF 1.1 term, the same Python object: a plain literal *is* a xsd:string.

    Lexical forms stay as they are. Language tags compare without regard to case, as rdflib's own ``==`` has it.
    """
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(str(term), lang=term.language)
    datatype = None if term.datatype == XSD.string else term.datatype
    return Literal(str(term), datatype=datatype, normalize=False)


class Triples:
    """Answers come sorted, so that a run does not depend on hashes."""

    def __init__(self, graph: Graph) -> None:
        self._objects: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self._subjects: dict[tuple[Node, Node], set[Node]] = defaultdict(set)
        self._by_predicate: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        self._by_subject: dict[Node, set[tuple[Node, Node]]] = defaultdict(set)
        for s, p, o in graph:
            s, o = canonical(s), canonical(o)
            self._objects[s, p].add(o)
            self._subjects[p, o].add(s)
            self._by_predicate[p].add((s, o))
            self._by_subject[s].add((p, o))

    def objects(self, subject: Node, predicate: Node) -> list[Node]:
        return sorted(self._objects.get((subject, predicate), ()), key=repr)

    def subjects(self, predicate: Node, obj: Node) -> list[Node]:
        return sorted(self._subjects.get((predicate, obj), ()), key=repr)

    def pairs(self, predicate: Node) -> list[tuple[Node, Node]]:
        return sorted(self._by_predicate.get(predicate, ()), key=repr)

    def about(self, subject: Node) -> list[tuple[Node, Node]]:
        return sorted(self._by_subject.get(subject, ()), key=repr)


class Classes:
    """``rdf:type/rdfs:subClassOf*`` over a graph, with the ``rdfs:subClassOf`` triples of further graphs."""

    def __init__(self, graph: Triples, *more: Triples) -> None:
        self.graph = graph
        self.hierarchies = (graph, *more)

    def types(self, node: Node) -> set[Node]:
        reached = set(self.graph.objects(node, RDF.type))
        todo = list(reached)
        while todo:
            each = todo.pop()
            above = {c for h in self.hierarchies for c in h.objects(each, RDFS.subClassOf)} - reached
            reached |= above
            todo.extend(above)
        return reached

    def instances(self, cls: Node) -> set[Node]:
        return {node for node, _ in self.graph.pairs(RDF.type) if cls in self.types(node)}
