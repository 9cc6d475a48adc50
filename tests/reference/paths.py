"""Property paths: read from the shapes graph, walked over the data, and written as a text that is one per structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rdflib import RDF, BNode, Namespace, URIRef
from rdflib.term import Node

from tests.reference.triples import Triples

SH = Namespace("http://www.w3.org/ns/shacl#")


class IllFormed(Exception):
    """The shapes graph breaks a syntax rule of the recommendation."""


@dataclass(frozen=True)
class Path:
    """``kind`` is one of predicate, inverse, sequence, alternative, zeroOrMore, oneOrMore, zeroOrOne."""

    kind: str
    parts: tuple[Path, ...] = ()
    predicate: URIRef | None = None


_UNARY = {
    SH.inversePath: "inverse",
    SH.alternativePath: "alternative",
    SH.zeroOrMorePath: "zeroOrMore",
    SH.oneOrMorePath: "oneOrMore",
    SH.zeroOrOnePath: "zeroOrOne",
}


def read(graph: Triples, node: Node, above: tuple[Node, ...] = ()) -> Path:
    """The path that ``node`` stands for (2.3.1).

    Where a node is both a list and something else, the list is the path: tests path-strange-001 and -002.
    """
    if isinstance(node, URIRef):
        return Path("predicate", predicate=node)
    if not isinstance(node, BNode) or node in above:
        raise IllFormed(f"{node!r} is no path")
    above = (*above, node)
    if graph.objects(node, RDF.first):
        return Path("sequence", _members(graph, node, above))
    for predicate, kind in _UNARY.items():
        for value in graph.objects(node, predicate):
            if kind == "alternative":
                return Path(kind, _members(graph, value, above))
            return Path(kind, (read(graph, value, above),))
    raise IllFormed(f"{node!r} is no path")


def _members(graph: Triples, head: Node, above: tuple[Node, ...]) -> tuple[Path, ...]:
    parts = tuple(read(graph, member, above) for member in items(graph, head))
    if len(parts) < 2:
        raise IllFormed("a sequence or alternative path has at least two members")
    return parts


def items(graph: Triples, head: Node) -> list[Node]:
    """The members of a SHACL list."""
    members, seen = [], set()
    while head != RDF.nil:
        first, rest = graph.objects(head, RDF.first), graph.objects(head, RDF.rest)
        if head in seen or len(first) != 1 or len(rest) != 1:
            raise IllFormed(f"{head!r} is no list")
        seen.add(head)
        members.append(first[0])
        head = rest[0]
    return members


def text(path: Path) -> str:
    """Canonical: two paths have the same text if and only if they are the same structure."""
    if path.predicate is not None:
        return f"<{path.predicate}>"
    inner = [text(part) for part in path.parts]
    if path.kind == "sequence":
        return "(" + " / ".join(inner) + ")"
    if path.kind == "alternative":
        return "(" + " | ".join(inner) + ")"
    if path.kind == "inverse":
        return f"^({inner[0]})"
    return f"({inner[0]})" + {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}[path.kind]


def values(data: Triples, path: Path, start: Node) -> set[Node]:
    """The value nodes: "the set of nodes ... reachable" from ``start`` as SPARQL 1.1 property paths define it."""
    return _walk(data, path, start, inverse=False)


def _walk(data: Triples, path: Path, node: Node, *, inverse: bool) -> set[Node]:
    if path.predicate is not None:
        return set(data.subjects(path.predicate, node) if inverse else data.objects(node, path.predicate))
    if path.kind == "inverse":
        return _walk(data, path.parts[0], node, inverse=not inverse)
    if path.kind == "alternative":
        return _union(_walk(data, part, node, inverse=inverse) for part in path.parts)
    if path.kind == "sequence":
        reached = {node}
        for part in reversed(path.parts) if inverse else path.parts:
            reached = _union(_walk(data, part, each, inverse=inverse) for each in reached)
        return reached

    def step(each: Node) -> set[Node]:
        return _walk(data, path.parts[0], each, inverse=inverse)

    if path.kind == "zeroOrOne":
        return {node} | step(node)
    if path.kind == "zeroOrMore":
        return _closure({node}, step)
    return _closure(step(node), step)


def _closure(start: set[Node], step: Callable[[Node], set[Node]]) -> set[Node]:
    reached, todo = set(start), list(start)
    while todo:
        new = step(todo.pop()) - reached
        reached |= new
        todo.extend(new)
    return reached


def _union(sets: Iterable[set[Node]]) -> set[Node]:
    return set().union(*sets)
