"""What a caller can choose, as plain values. Nothing is decided here."""

from __future__ import annotations

from cns.errors import UsageError
from cns.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from typing import Any, Final, Protocol, TypedDict

    class Caller(Protocol):
        def __call__(self, name: str, syntax: str, function: Callable[[bytes], Any], content: bytes, /) -> Any:
            """What the function makes of the content of the source with this name."""
            ...

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


class CompileOptions(Value):
    __slots__ = (
        "base",
        "cache",
        "catalog",
        "format",
        "ignore_unsupported",
        "imports",
        "meta_shacl",
        "network",
        "passes",
        "profile",
        "skip_declared",
    )

    def __init__(
        self,
        *,
        format: str | None = None,
        base: str | None = None,
        imports: bool = True,
        catalog: Mapping[str, str | os.PathLike[str]] | None = None,
        network: bool = False,
        ignore_unsupported: bool = False,
        meta_shacl: bool = True,
        skip_declared: bool = False,
        profile: str | os.PathLike[str] | None = None,
        passes: tuple[str, ...] | None = None,
        cache: bool = True,
    ) -> None:
        self.format: Final = format
        """The RDF syntax of the sources; None: by extension, else by content."""
        self.base: Final = base
        """The base IRI of sources that have none of their own."""
        self.imports: Final = imports
        """Follow ``owl:imports``."""
        self.catalog: Final = dict(catalog or {})
        """IRI → local file, for imports."""
        self.network: Final = network
        """Fetch what is not local."""
        self.ignore_unsupported: Final = ignore_unsupported
        """Leave out SHACL-SPARQL, rules and functions, with a warning, instead of refusing them."""
        self.meta_shacl: Final = meta_shacl
        """Check the shapes graph against the W3C's shapes for shapes."""
        self.skip_declared: Final = skip_declared
        """What the ontology marks by ``urn:cns:nothingToCheck`` is not looked at."""
        self.profile: Final = profile
        """What a run over a sample has seen (``cns-aotc profile``): the order of checks follows it."""
        self.passes: Final = passes
        """Which passes of the optimiser run (`cns.passes.line.NAMES`); None: all."""
        self.cache: Final = cache
        """Keep compiled programs on disk."""


def call_here(name: str, syntax: str, function: Callable[[bytes], Any], content: bytes, /) -> Any:
    return function(content)


class ReadOptions(Value):
    __slots__ = (
        "base",
        "caller",
        "format",
        "graph",
        "lenient",
        "max_bytes",
        "max_depth",
        "max_literal_bytes",
        "max_triples",
        "threads",
    )

    def __init__(
        self,
        format: str | None = None,
        base: str | None = None,
        graph: str = "union",
        lenient: bool = False,
        threads: int = 0,
        max_bytes: int = 0,
        max_triples: int = 0,
        max_literal_bytes: int = 0,
        max_depth: int = 0,
        caller: Caller = call_here,
    ) -> None:
        self.format: Final = format
        """The RDF syntax of the data; None: by extension, else by content."""
        self.base: Final = base
        """The base IRI of data that has none of its own; None: the file's own address."""
        self.graph: Final = graph
        """Which triples of a dataset count: those of all graphs ("union"), of the default graph ("default"), or of the
        graph with this IRI (or "_:" and a label)."""
        self.lenient: Final = lenient
        """Leave out bad statements and count them, instead of stopping. RDF/XML, JSON-LD and what rdflib reads is read
        whole or not at all."""
        self.threads: Final = threads
        """How many may read at once; 0: one for each core. The result does not depend on it."""
        self.max_bytes: Final = max_bytes
        """Of each source, decompressed; 0: no limit, here and below."""
        self.max_triples: Final = max_triples
        """Of all sources together."""
        self.max_literal_bytes: Final = max_literal_bytes
        """Of one literal."""
        self.max_depth: Final = max_depth
        """Of nested collections and property lists in Turtle and TriG; 0: 100 000."""
        self.caller: Final = caller
        """Who calls the Python libraries that read what C does not; they keep the GIL, so it may be another process."""
        self._check()

    def _check(self) -> None:
        for name in ("threads", "max_bytes", "max_triples", "max_literal_bytes", "max_depth"):
            value = getattr(self, name)
            if not 0 <= value < 2**32 and (name in ("threads", "max_literal_bytes", "max_depth") or value < 0):
                raise UsageError("CNS911", f"{name}={value} makes no sense", hint="0 is no limit")
        if self.graph not in ("union", "default") and ":" not in self.graph:
            raise UsageError("CNS911", f"graph={self.graph!r} names no graph", hint='"union", "default", or an IRI')

    def chosen_graph(self) -> str | None:
        """As the readers take it: None for all graphs, "" for the default graph, else a name."""
        return {"union": None, "default": ""}.get(self.graph, self.graph)
