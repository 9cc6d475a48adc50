"""The workloads: shapes, and data of any size from a seed with a chosen share of errors; and files made of them.

Every contender gets the same two files: the shapes and the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import catalogue, events, orders, real_shapes, sensors, turtle_writer, university
from ..ntriples import XSD, parsed
from .document import Syntax

SUFFIX: dict[Syntax, str] = {"nt": "nt", "turtle": "ttl"}


@dataclass(frozen=True)
class Workload:
    name: str
    about: str
    shapes: Callable[[], str]
    """In Turtle."""
    ontology: Callable[[], str]
    """The class hierarchy, in Turtle: part of the data, and of the shapes file too, as one peer looks for it there."""
    lines: Callable[[int, int, float], Iterable[str]]
    """(about how many, seed, share of errors) → N-Triples, those of a subject together."""
    prefixes: dict[str, str]
    """With which the data is written in Turtle."""
    events: bool = False
    """The data is many small documents, each validated by itself; in N-Triples alone."""


@dataclass(frozen=True)
class Files:
    """A workload at one size, on disk."""

    workload: Workload
    size: int
    triples: int
    events: int
    """How many documents the data is; 0: it is one."""
    shapes: Path
    data: dict[Syntax, Path]

    @property
    def id(self) -> str:
        return f"{self.workload.name}-{self.size}"


SHACL_SHAPES, SCHEMA_ORG = (
    real_shapes.package_file("pyshacl", "assets", name) for name in ("shacl-shacl.ttl", "schema.ttl")
)
BRICK = real_shapes.package_file("brickschema", "ontologies", "1.4", "Brick.ttl")


def _from_package(name: str, about: str, path: Path | None, prefixes: dict[str, str]) -> Iterator[Workload]:
    """Data made from a package's shapes; nothing where the package is not installed."""
    if path is None:
        return
    file = path
    yield Workload(
        name,
        about,
        lambda: real_shapes.vocabulary(file).shapes,
        lambda: real_shapes.vocabulary(file).hierarchy,
        lambda count, seed, errors: real_shapes.instances(file, count, seed, errors),
        prefixes,
    )


def _all() -> Iterator[Workload]:
    yield Workload(
        "university",
        "LUBM's vocabulary and structure: class, count, datatype, pattern, or, and, node kind",
        lambda: university.SHAPES,
        lambda: university.ONTOLOGY,
        university.triples,
        turtle_writer.PREFIXES,
    )
    yield Workload(
        "orders",
        "people and orders: every check of values, patterns, dates, languages, pairs",
        lambda: orders.SHAPES,
        lambda: orders.ONTOLOGY,
        orders.triples,
        {"shop": orders.SHOP, "d": orders.DATA, "xsd": XSD},
    )
    yield Workload(
        "catalogue",
        "a product catalogue: 1,093 classes in seven levels, closed, qualified shapes, in with 4,000 values",
        catalogue.shapes,
        lambda: catalogue.ONTOLOGY,
        catalogue.triples,
        {"cat": catalogue.CAT, "d": catalogue.DATA, "xsd": XSD},
    )
    yield Workload(
        "sensors",
        "a sensor network: sequence, inverse and closure paths, pairs, numeric ranges, blank nodes",
        lambda: sensors.SHAPES,
        lambda: sensors.ONTOLOGY,
        sensors.triples,
        {"net": sensors.NET, "d": sensors.DATA, "xsd": XSD},
    )
    yield Workload(
        "events",
        "a stream of events of twelve triples, each validated by itself",
        lambda: events.SHAPES,
        lambda: events.ONTOLOGY,
        events.triples,
        {"ev": events.EV, "xsd": XSD},
        events=True,
    )
    if SHACL_SHAPES is not None:
        path = SHACL_SHAPES
        yield Workload(
            "shacl-shacl",
            "the W3C's shapes for shapes, as pySHACL has them, over generated shapes",
            lambda: real_shapes.vocabulary(path).shapes,
            lambda: "",
            real_shapes.shapes_as_data,
            {"sh": real_shapes.SH, "xsd": XSD, "ex": "http://example.org/"},
        )
    yield from _from_package(
        "schema-org",
        "schema.org's shapes, as pySHACL has them",
        SCHEMA_ORG,
        {"schema": "http://schema.org/", "xsd": XSD},
    )
    yield from _from_package(
        "brick",
        "Brick's shapes, as brickschema has them, without rules and SPARQL",
        BRICK,
        {"brick": "https://brickschema.org/schema/Brick#", "xsd": XSD},
    )


WORKLOADS = {workload.name: workload for workload in _all()}


def make(workload: Workload, size: int, seed: int, errors: float, syntaxes: Iterable[Syntax], folder: Path) -> Files:
    """Writes what is not there yet."""
    home = folder / f"{workload.name}-{size}-{seed}-{errors}"
    home.mkdir(parents=True, exist_ok=True)
    shapes = home / "shapes.ttl"
    shapes.write_text(f"{workload.shapes()}\n{workload.ontology()}", encoding="utf-8")
    wanted: list[Syntax] = ["nt"] if workload.events else ["nt", *syntaxes]
    data = {syntax: home / f"data.{SUFFIX[syntax]}" for syntax in wanted}
    for syntax, path in data.items():
        if not path.exists():
            hierarchy = () if workload.events else parsed(workload.ontology())
            lines = itertools.chain(hierarchy, workload.lines(size, seed, errors))
            written = lines if syntax == "nt" else turtle_writer.turtle(lines, workload.prefixes)
            temporary = path.with_suffix(".part")
            with temporary.open("w", encoding="utf-8") as file:
                file.writelines(written)
            temporary.replace(path)
    with data["nt"].open("rb") as file:
        empty = triples = 0
        for line in file:
            empty += line == b"\n"
            triples += line != b"\n"
    return Files(workload, size, triples, empty if workload.events else 0, shapes, data)
