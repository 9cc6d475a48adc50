"""What a caller can choose, as plain values. Nothing is decided here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict

from cns.errors import UsageError


@dataclass(frozen=True, slots=True)
class CompileOptions:
    format: str | None = None
    """The RDF syntax of the sources; None: by extension, else by content."""
    base: str | None = None
    """The base IRI of sources that have none of their own."""
    imports: bool = True
    """Follow ``owl:imports``."""
    catalog: Mapping[str, str | os.PathLike[str]] = field(default_factory=dict)
    """IRI → local file, for imports."""
    network: bool = False
    """Fetch what is not local."""
    ignore_unsupported: bool = False
    """Leave out SHACL-SPARQL, rules and functions, with a warning, instead of refusing them."""
    meta_shacl: bool = True
    """Check the shapes graph against the W3C's shapes for shapes."""
    skip_declared: bool = False
    """What the ontology marks by ``urn:cns:nothingToCheck`` is not looked at."""
    profile: str | os.PathLike[str] | None = None
    """What a run over a sample has seen (``cns-aotc profile``): the order of checks follows it."""
    passes: tuple[str, ...] | None = None
    """Which passes of the optimiser run (`cns.passes.line.NAMES`); None: all."""
    cache: bool = True
    """Keep compiled programs on disk."""


class Caller(Protocol):
    def __call__(self, name: str, syntax: str, function: Callable[[bytes], Any], content: bytes, /) -> Any:
        """What the function makes of the content of the source with this name."""
        ...


def call_here(name: str, syntax: str, function: Callable[[bytes], Any], content: bytes, /) -> Any:
    return function(content)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    format: str | None = None
    """The RDF syntax of the data; None: by extension, else by content."""
    base: str | None = None
    """The base IRI of data that has none of its own; None: the file's own address."""
    graph: str = "union"
    """Which triples of a dataset count: those of all graphs ("union"), of the default graph ("default"), or of the
    graph with this IRI (or "_:" and a label)."""
    lenient: bool = False
    """Leave out bad statements and count them, instead of stopping. RDF/XML, JSON-LD and what rdflib reads is read
    whole or not at all."""
    threads: int = 0
    """How many may read at once; 0: one for each core. The result does not depend on it."""
    max_bytes: int = 0
    """Of each source, decompressed; 0: no limit, here and below."""
    max_triples: int = 0
    """Of all sources together."""
    max_literal_bytes: int = 0
    """Of one literal."""
    max_depth: int = 0
    """Of nested collections and property lists in Turtle and TriG; 0: 100 000."""
    caller: Caller = call_here
    """Who calls the Python libraries that read what C does not: they keep the GIL, and can be in another process."""

    def __post_init__(self) -> None:
        for name in ("threads", "max_bytes", "max_triples", "max_literal_bytes", "max_depth"):
            value = getattr(self, name)
            if not 0 <= value < 2**32 and (name in ("threads", "max_literal_bytes", "max_depth") or value < 0):
                raise UsageError("CNS911", f"{name}={value} makes no sense", hint="0 is no limit")
        if self.graph not in ("union", "default") and ":" not in self.graph:
            raise UsageError("CNS911", f"graph={self.graph!r} names no graph", hint='"union", "default", or an IRI')

    def chosen_graph(self) -> str | None:
        """As the readers take it: None for all graphs, "" for the default graph, else a name."""
        return {"union": None, "default": ""}.get(self.graph, self.graph)


class ReadKeywords(TypedDict, total=False):
    """The fields of ReadOptions as arguments of a function that has ``format`` itself."""

    base: str | None
    graph: str
    lenient: bool
    threads: int
    max_bytes: int
    max_triples: int
    max_literal_bytes: int
    max_depth: int
