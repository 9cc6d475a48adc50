"""Shapes that people use, as packages bring them along, with data that is made from the shapes: for each class some
nodes, for each of their properties values of a kind that the shape asks for; for the share of errors, of another.

shacl: the W3C's shapes for shapes over generated shapes; schema.org: those in pySHACL; Brick: those in brickschema.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from .bench import peers
from .ntriples import RDF_TYPE, SUBCLASS, XSD, Generator, parsed, text

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DATA = "http://example.org/data/"
NOT_CORE = frozenset(SH + name for name in ("rule", "sparql", "js", "target"))
CLASSES = f"<http://www.w3.org/2002/07/owl#Class> <{SUBCLASS}> <http://www.w3.org/2000/01/rdf-schema#Class> .\n"
"""What some validators take for granted, and the shapes' authors: a shape that is an owl:Class targets its nodes."""
VALUES = {
    "boolean": "true",
    "date": "2024-05-17",
    "dateTime": "2024-05-17T10:00:00Z",
    "time": "10:00:00Z",
    "integer": "42",
    "decimal": "4.2",
    "float": "4.2",
    "double": "4.2",
    "anyURI": "http://example.org/",
    "duration": "P1D",
}
"""A value for each datatype that is no string."""

Choice = tuple[str, str]
"""("class", IRI) or ("datatype", IRI)."""


def package_file(package: str, *parts: str) -> Path | None:
    """A file that a package brings along, in this Python or in that of the peers."""
    spec = importlib.util.find_spec(package)
    homes = [Path(home) for home in (spec.submodule_search_locations or ())] if spec else []
    homes += peers.folder().glob(f"python/lib/python*/site-packages/{package}")
    return next((path for home in homes if (path := home.joinpath(*parts)).exists()), None)


@dataclass(frozen=True)
class Vocabulary:
    """What shapes say of classes, as far as data can be made of it."""

    shapes: str
    """The Core part of the file and `CLASSES`, in N-Triples, which is Turtle too."""
    hierarchy: str
    """Its subclass statements."""
    properties: dict[str, tuple[tuple[str, tuple[Choice, ...]], ...]]
    """By class: path and what its values may be."""


@cache
def vocabulary(path: Path) -> Vocabulary:
    lines: list[str] = []
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        subject, predicate = str(quad.subject), quad.predicate.value
        if predicate not in NOT_CORE and not predicate.endswith("#imports"):
            lines.append(f"{quad.triple} .\n")
            said[subject][predicate].append(str(quad.object))
    properties: dict[str, tuple[tuple[str, tuple[Choice, ...]], ...]] = {}
    for node in sorted(said):
        classes = [node, *said[node].get(SH + "targetClass", [])] if node.startswith("<") else []
        found = tuple(_property(said, shape) for shape in said[node].get(SH + "property", []))
        usable = tuple(one for one in found if one is not None)
        if usable:
            properties |= dict.fromkeys(classes, usable)
    lines.append(CLASSES)
    hierarchy = "".join(line for line in lines if f"> <{SUBCLASS}> <" in line and line.startswith("<"))
    return Vocabulary("".join(lines), hierarchy, properties)


def _property(said: dict[str, dict[str, list[str]]], shape: str) -> tuple[str, tuple[Choice, ...]] | None:
    path = said[shape].get(SH + "path", [""])[0]
    choices = [*_choices(said, shape)]
    for start in said[shape].get(SH + "or", []):
        node = start
        while said[node].get(RDF + "first"):
            choices += _choices(said, said[node][RDF + "first"][0])
            node = said[node][RDF + "rest"][0]
    return (path, tuple(choices)) if path.startswith("<") and choices else None


def _choices(said: dict[str, dict[str, list[str]]], shape: str) -> Iterator[Choice]:
    for kind in ("class", "datatype"):
        yield from ((kind, iri) for iri in said[shape].get(SH + kind, []))


class _Instances(Generator):
    def __init__(self, known: Vocabulary, seed: int, errors: float) -> None:
        super().__init__("", seed, errors)
        self.known = known
        self.names = {cls: f"{DATA}{number}/" for number, cls in enumerate(known.properties)}

    def instance(self, cls: str, i: int) -> Iterator[str]:
        node = f"<{self.names[cls]}{i}>"
        yield f"{node} <{RDF_TYPE}> {cls} .\n"
        properties = self.known.properties[cls]
        for path, choices in self.random.sample(properties, min(len(properties), 4)):
            choice = self.random.choice(choices)
            yield f"{node} {path} {self.value(choice, i)} .\n"

    def value(self, choice: Choice, i: int) -> str:
        kind, iri = choice
        if self.wrong():
            return f"<{DATA}wrong>" if kind == "datatype" else text("wrong")
        if kind == "class":
            return f"<{self.names[iri]}{self.random.randrange(i + 1)}>" if iri in self.names else f"<{DATA}unknown>"
        value = VALUES.get(iri[1:-1].removeprefix(XSD))
        if value is None:
            return text(f"value {i}") if iri == f"<{XSD}string>" else f'"value {i}"^^{iri}'
        return f'"{value}"^^{iri}'


def instances(path: Path, count: int, seed: int, errors: float) -> Iterator[str]:
    """About ``count`` N-Triples lines about nodes of all classes in turn."""
    made = _Instances(vocabulary(path), seed, errors)
    lines: Iterable[str] = itertools.chain.from_iterable(
        made.instance(cls, i) for i in itertools.count() for cls in made.known.properties
    )
    return itertools.islice(lines, count)


def shapes_as_data(count: int, seed: int, errors: float) -> Iterator[str]:
    """About ``count`` N-Triples lines of generated shapes, each by itself, some with a parameter that is no number."""
    from .compile_time import shapes_text

    wrong = Generator("", seed, errors)
    each = 17  # triples of a generated shape, about
    for line in parsed(shapes_text(max(4, count // each), seed)):
        subject, predicate, _ = line.split(" ", 2)
        if predicate == f"<{SH}maxCount>" and wrong.wrong():
            line = f"{subject} {predicate} {text('many')} .\n"
        yield line
