"""What the tests of the extension modules share: programs from shapes, stores from N-Triples, hits as terms."""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Iterable
from functools import cache
from typing import Any

import cns
from cns.codegen.program import Program as Tables
from cython_optimizations import cstructs, vm
from cython_optimizations.hits import Hits
from cython_optimizations.store import Program, Store

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""
EX = "http://example.org/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUB_CLASS_OF = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
SH = "http://www.w3.org/ns/shacl#"

# A closed shape sees every triple of its focus nodes, so that everything has to be kept.
KEEP_ALL = "ex:All a sh:NodeShape ; sh:targetSubjectsOf ex:never ; sh:closed true ."


@cache
def blob_of(shapes: str, passes: tuple[str, ...] | None = None) -> bytes:
    """The serialised program of shapes in Turtle; every pass of the optimiser, or some."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cns.CnsWarning)  # shapes that contradict themselves are good tests
        return cns.compile((PREFIXES + shapes).encode(), format="turtle", cache=False, passes=passes).to_bytes()


def program_of(shapes: str, passes: tuple[str, ...] | None = None) -> Program:
    return Program(blob_of(shapes, passes))


def tables_of(shapes: str, passes: tuple[str, ...] | None = None) -> Tables:
    return Tables.from_bytes(blob_of(shapes, passes))


def read(shapes: str, *sources: bytes | str, copy: bool = False, passes: tuple[str, ...] | None = None) -> Store:
    """An indexed store of N-Triples sources."""
    store = Store(program_of(shapes, passes))
    for source in sources:
        store.read(source.encode() if isinstance(source, str) else source, "nt", copy=copy)
    store.index()
    return store


def roots(store: Store) -> list[tuple[int, None]]:
    return [(shape, None) for shape in store.program.roots()]


def run(store: Store, **options: Any) -> tuple[bool, Hits]:
    return vm.run(store, roots(store), **options)


def spelled(hits: Hits, value: int) -> str:
    return "" if value == cstructs.NONE else hits.ntriples(value)


def found(shapes: str, *sources: bytes | str) -> list[tuple[str, str]]:
    """(focus, value) of every hit, in N-Triples and in order."""
    _, hits = run(read(shapes, *sources))
    return [(spelled(hits, focus), spelled(hits, value)) for _, focus, value, _ in hits]


def triples(rows: Iterable[tuple[str, str, str]]) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in rows)


def kept(*sources: bytes | str, copy: bool = False) -> list[tuple[str, str, str]]:
    """Every triple that the sources make together, as the closed shape sees them."""
    store = read(KEEP_ALL, *sources, copy=copy)
    _, hits = vm.run(store, [(0, array("I", range(store.node_count)))])
    return [(spelled(hits, s), spelled(hits, p), spelled(hits, o)) for _, s, o, p in hits]
