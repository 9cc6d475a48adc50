"""The W3C SHACL test suite, read from its manifests.

Where the suite is: the environment variable CNS_CONFORMANCE, else ``../shared/conformance`` beside the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
import rdflib
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

REPOSITORY = Path(__file__).resolve().parents[2]
SUITE = (
    Path(os.environ.get("CNS_CONFORMANCE") or REPOSITORY.parent / "shared" / "conformance") / "w3c-shacl10" / "tests"
)

SUITE_IS_MISSING = pytest.mark.skipif(
    not SUITE.is_dir(),
    reason=f"no W3C SHACL suite at {SUITE}; set CNS_CONFORMANCE to the folder that holds w3c-shacl10",
)


@dataclass(frozen=True)
class Case:
    """One ``sht:Validate``. ``expected`` is the node of its report in ``manifest``, or None for ``sht:Failure``."""

    id: str
    data: Path
    shapes: Path
    manifest: Path
    expected: Node | None

    def data_graph(self) -> Graph:
        return load(self.data)

    def shapes_graph(self) -> Graph:
        return load(self.shapes)

    def expected_graph(self) -> Graph:
        return load(self.manifest)


def load(path: Path) -> Graph:
    """A fresh graph, the file's URL as base, literals as they were written.

    Blank nodes carry the labels of a cached parse, so that a file which is data, shapes and expected report at once
    (113 of the 121 are) speaks of the same ones each time.
    """
    graph = Graph(bind_namespaces="none")
    for triple in _parsed(path):
        graph.add(triple)
    return graph


_cache: dict[Path, Graph] = {}


def _parsed(path: Path) -> Graph:
    if path not in _cache:
        rdflib.NORMALIZE_LITERALS = False
        _cache[path] = Graph(bind_namespaces="none").parse(path, format="turtle", publicID=path.as_uri())
    return _cache[path]


def cases(folder: str) -> list[Case]:
    """All tests under ``core`` or ``sparql``, in the order of their ids; empty if the suite is not there."""
    start = SUITE / folder / "manifest.ttl"
    if not start.is_file():
        return []
    found: set[Path] = set()
    listed = list(_included(start, found))
    forgotten = [path for path in sorted(start.parent.rglob("*.ttl")) if path not in found and _has_tests(path)]
    return sorted((case for path in listed + forgotten for case in _entries(path)), key=lambda case: case.id)


def _has_tests(path: Path) -> bool:
    """sparql/component/nodeValidator-001.ttl is a test that no manifest includes."""
    return "sht:Validate" in path.read_text(encoding="utf-8")


def _included(path: Path, seen: set[Path]) -> Iterator[Path]:
    """``path`` and every manifest that it reaches by ``mf:include``."""
    if path in seen:
        return
    seen.add(path)
    yield path
    for other in sorted(_parsed(path).objects(None, MF.include)):
        yield from _included(_local(other), seen)


def _entries(path: Path) -> Iterator[Case]:
    graph = _parsed(path)
    for node in sorted(graph.subjects(RDF.type, SHT.Validate)):
        action, result = graph.value(node, MF.action), graph.value(node, MF.result)
        yield Case(
            id=path.relative_to(SUITE).with_suffix("").as_posix(),
            data=_local(graph.value(action, SHT.dataGraph)),
            shapes=_local(graph.value(action, SHT.shapesGraph)),
            manifest=path,
            expected=None if result == SHT.Failure else result,
        )


def _local(iri: Node | None) -> Path:
    return Path(unquote(urlparse(str(iri)).path))
