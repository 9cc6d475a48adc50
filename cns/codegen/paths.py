"""Paths as reports show them: in N-Triples, in Turtle, and as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cns.shapes import (
    AlternativePath,
    InversePath,
    OneOrMorePath,
    Path,
    PredicatePath,
    SequencePath,
    ZeroOrMorePath,
    ZeroOrOnePath,
)
from cns.terms import Iri, n3
from cns.vocab import RDF_FIRST, RDF_NIL, RDF_REST, SH_NS

_WRAPPERS: dict[type, str] = {
    InversePath: "inversePath",
    ZeroOrMorePath: "zeroOrMorePath",
    OneOrMorePath: "oneOrMorePath",
    ZeroOrOnePath: "zeroOrOnePath",
}


class _Triples:
    """Writes the triples of one path; blank nodes are numbered below a name that no one else uses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[str] = []
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"_:{self.name}-{self.count}"

    def add(self, subject: str, predicate: str, object_: str) -> None:
        self.lines.append(f"{subject} <{predicate}> {object_} .\n")

    def list(self, paths: tuple[Path, ...]) -> str:
        cells = [self.fresh() for _ in paths]
        for cell, path, rest in zip(cells, paths, [*cells[1:], f"<{RDF_NIL}>"], strict=True):
            self.add(cell, RDF_FIRST, self.path(path))
            self.add(cell, RDF_REST, rest)
        return cells[0]

    def path(self, path: Path) -> str:
        if isinstance(path, PredicatePath):
            return n3(path.predicate)
        if isinstance(path, SequencePath):
            return self.list(path.paths)
        node = self.fresh()
        if isinstance(path, AlternativePath):
            self.add(node, SH_NS + "alternativePath", self.list(path.paths))
        else:
            self.add(node, SH_NS + _WRAPPERS[type(path)], self.path(path.path))
        return node


def path_as_ntriples(path: Path, name: str) -> tuple[str, str]:
    """The node that stands for the path, and the triples that describe it (none for a predicate)."""
    triples = _Triples(name)
    return triples.path(path), "".join(triples.lines)


def path_as_turtle(path: Path, name: Callable[[Iri], str]) -> str:
    if isinstance(path, PredicatePath):
        return name(path.predicate)
    if isinstance(path, SequencePath):
        return f"( {' '.join(path_as_turtle(step, name) for step in path.paths)} )"
    if isinstance(path, AlternativePath):
        return f"[ sh:alternativePath ( {' '.join(path_as_turtle(branch, name) for branch in path.paths)} ) ]"
    return f"[ sh:{_WRAPPERS[type(path)]} {path_as_turtle(path.path, name)} ]"


def path_as_json(path: Path) -> Any:
    """An IRI, or [kind, children...]; kinds are the local names of SHACL's terms, "sequence" for a list."""
    if isinstance(path, PredicatePath):
        return path.predicate
    if isinstance(path, SequencePath):
        return ["sequence", *(path_as_json(step) for step in path.paths)]
    if isinstance(path, AlternativePath):
        return ["alternativePath", *(path_as_json(branch) for branch in path.paths)]
    return [_WRAPPERS[type(path)], path_as_json(path.path)]
