"""The workloads: shapes, and data of any size from a seed with a chosen share of errors; and files made of them.

Every contender gets the same two files: the shapes and the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from .. import turtle_writer, university
from .document import Syntax

SUFFIX: dict[Syntax, str] = {"nt": "nt", "turtle": "ttl"}


@dataclass(frozen=True)
class Workload:
    name: str
    about: str
    shapes: Callable[[], str]
    """In Turtle."""
    ontology: str
    """The class hierarchy, in Turtle: part of the data, and of the shapes file too, as one peer looks for it there."""
    lines: Callable[[int, int, float], Iterable[str]]
    """(about how many, seed, share of errors) → N-Triples, those of a subject together."""
    prefixes: dict[str, str]
    """With which the data is written in Turtle."""


@dataclass(frozen=True)
class Files:
    """A workload at one size, on disk."""

    workload: Workload
    size: int
    triples: int
    shapes: Path
    data: dict[Syntax, Path]

    @property
    def id(self) -> str:
        return f"{self.workload.name}-{self.size}"


def ntriples(turtle: str) -> Iterator[str]:
    for triple in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
        yield f"{triple.triple} .\n"


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "university",
            "LUBM's vocabulary and structure: class, count, datatype, pattern, or, and, node kind",
            lambda: university.SHAPES,
            university.ONTOLOGY,
            university.triples,
            turtle_writer.PREFIXES,
        ),
    )
}


def make(workload: Workload, size: int, seed: int, errors: float, syntaxes: Iterable[Syntax], folder: Path) -> Files:
    """Writes what is not there yet."""
    home = folder / f"{workload.name}-{size}-{seed}-{errors}"
    home.mkdir(parents=True, exist_ok=True)
    shapes = home / "shapes.ttl"
    shapes.write_text(f"{workload.shapes()}\n{workload.ontology}", encoding="utf-8")
    data = {syntax: home / f"data.{SUFFIX[syntax]}" for syntax in ("nt", *syntaxes)}
    for syntax, path in data.items():
        if not path.exists():
            lines = itertools.chain(ntriples(workload.ontology), workload.lines(size, seed, errors))
            written = lines if syntax == "nt" else turtle_writer.turtle(lines, workload.prefixes)
            temporary = path.with_suffix(".part")
            with temporary.open("w", encoding="utf-8") as file:
                file.writelines(written)
            temporary.replace(path)
    with data["nt"].open("rb") as file:
        triples = sum(1 for _ in file)
    return Files(workload, size, triples, shapes, data)
