"""The readers as the outside referee calls them: ``parse(data, base, format)`` → N-Triples or N-Quads text.

``run_rdf_tests.py .../rdf11/rdf-turtle --parser tests.cython_optimizations.adapter:parse``
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from cns.options import CompileOptions
from cns.pipeline import compile_shapes
from cython_optimizations.store import Program, ReadError, Store, Stream

# A closed shape sees every triple, so that the store keeps every triple.
KEEP_ALL = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:keep:shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:keep:none> ; sh:closed true .
"""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


@cache
def keep_all() -> Program:
    return Program(compile_shapes(None, KEEP_ALL, CompileOptions()).blob)


SYNTAX = {"ttl": "turtle", "trig": "trig", "nt": "nt", "nq": "nquads"}


def parse(data: bytes, base: str, format: str) -> str:
    syntax = SYNTAX[format]
    if syntax in ("trig", "nquads"):
        return "".join(_dataset(data, syntax, base))
    store = Store(keep_all())
    store.read(data, syntax, base=base)
    return "".join(lines(store))


def _dataset(data: bytes, syntax: str, base: str) -> Iterator[str]:
    """A store has triples, not quads: each graph is read by itself, by its name."""
    for graph in ("", *Store(keep_all()).graph_names(data, syntax, base=base)):
        store = Store(keep_all())
        store.read(data, syntax, base=base, graph=graph)
        label = written(("blank", graph[2:]) if graph.startswith("_:") else ("iri", graph)) if graph else ""
        yield from lines(store, label)


def read(text: str | bytes, syntax: str = "turtle", **options: Any) -> Store:
    store = Store(keep_all())
    store.read(text.encode() if isinstance(text, str) else text, syntax, **options)
    return store


def dump(text: str | bytes, **options: Any) -> list[str]:
    return list(lines(read(text, **options)))


def outcome(reading: Callable[[], Store]) -> Any:
    """Triples with their ids and the terms, or the error."""
    try:
        store = reading()
    except ReadError as error:
        return error.args
    return list(store.triples()), list(lines(store)), store.node_count, store.literal_count


def fed(pieces: list[bytes], syntax: str = "turtle", **options: Any) -> Store:
    """A store that was read piece by piece."""
    store = Store(keep_all())
    stream = Stream(store, syntax, **options)
    for number, piece in enumerate(pieces, 1):
        stream.feed(piece, number == len(pieces))
    return store


def lines(store: Store, graph: str = "") -> Iterator[str]:
    for triple in store.triples():
        yield " ".join((*(written(store.term(term)) for term in triple), *([graph] if graph else ()), ".\n"))


def written(term: tuple[str, ...]) -> str:
    if term[0] == "iri":
        return f"<{term[1]}>"
    if term[0] == "blank":  # a label of the document, or a full stop and a number
        return f"_:anonymous{term[1][1:]}" if term[1].startswith(".") else f"_:labelled{term[1]}"
    _, text, datatype, language = term
    quoted = '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'
    if language:
        return f"{quoted}@{language}"
    return quoted if datatype == "http://www.w3.org/2001/XMLSchema#string" else f"{quoted}^^<{datatype}>"
