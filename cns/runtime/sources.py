"""What a caller hands in as data → the store: files, text, pipes, compressed or not, graphs, quads, tables."""

from __future__ import annotations

import os
import sys

from cns.errors import EngineError, LoadError, SourceRef, UsageError
from cns.frontend.files import (
    file_error,
    is_there,
    network_error,
    path_of_url,
    url_of_path,
    url_of_working_directory,
)
from cns.frontend.formats import canonical_format, format_of_file, looks_like_rdf, sniff
from cns.runtime import oxigraph, streams
from cns.values import Value
from cython_optimizations.store import SYNTAXES, LimitError, ReadError, Store, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Final

    from cns.frontend.data import DataTriples
    from cns.options import ReadOptions


class Problem(Value):
    """A bad statement that a lenient reader left out."""

    __slots__ = ("message", "where")

    def __init__(self, where: SourceRef, message: str) -> None:
        self.where: Final = where
        self.message: Final = message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Skipped(Value):
    """How many bad statements were left out, and the first ones of each source."""

    __slots__ = ("count", "first")
    __hash__ = None  # type: ignore[assignment]  # it grows while data is read

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Problem] = []

    def add(self, name: str, found: tuple[int, list[tuple[str, int, int]]]) -> None:
        self.count += found[0]
        self.first += [Problem(SourceRef(source=name, line=line, column=col), text) for text, line, col in found[1]]


def read_source(store: Store, source: Any, number: int, options: ReadOptions, skipped: Skipped) -> None:
    """One source, told apart as users of rdflib expect."""
    if isinstance(source, bytes | bytearray | memoryview):
        name = f"<bytes {number}>"
        _read_text(store, _Text(name, streams.of_bytes(name, source, options.max_bytes)), options, skipped)
    elif isinstance(source, str | os.PathLike):
        _read_text(store, _open_named(os.fspath(source), number, options), options, skipped)
    elif callable(getattr(source, "read", None)):
        name = source.name if isinstance(getattr(source, "name", None), str) else f"<stream {number}>"
        _read_text(store, _Text(name, streams.of_stream(name, source, options.max_bytes)), options, skipped)
    else:
        _read_objects(store, source, number, options, skipped)


# ---------------------------------------------------------------------- text


class _Text:
    __slots__ = ("content", "name", "path")

    def __init__(self, name: str, content: streams.Content, path: str = "") -> None:
        self.name: Final = name
        self.content: Final = content
        self.path: Final = path
        """The file that it was read from, if it was one."""

    def syntax(self, named: str | None) -> str:
        if named:
            return canonical_format(named)
        return (
            format_of_file(streams.bare_name(self.path), self.content.head) if self.path else sniff(self.content.head)
        )

    def base(self) -> str:
        return url_of_path(self.path) if self.path else url_of_working_directory()


def _open_named(source: str, number: int, options: ReadOptions) -> _Text:
    """A string that is a path, "-", a ``file:`` URL, or RDF itself."""
    if source == "-":
        return _Text("<stdin>", streams.of_file("-", options.max_bytes))
    if is_there(source):
        return _open_file(source, options)
    if source.startswith("file:"):
        return _open_file(path_of_url(source), options)
    if source.startswith(("http://", "https://")) and len(source.split()) == 1:
        raise network_error(source)
    if looks_like_rdf(source):
        name, content = f"<text {number}>", source.encode("utf-8", "surrogatepass")
        return _Text(name, streams.of_bytes(name, content, options.max_bytes))
    raise file_error(source, FileNotFoundError())


def _open_file(path: str, options: ReadOptions) -> _Text:
    try:
        return _Text(path, streams.of_file(path, options.max_bytes), path)
    except (OSError, ValueError) as error:
        raise file_error(path, error) from None


def _read_text(store: Store, text: _Text, options: ReadOptions, skipped: Skipped) -> None:
    syntax = text.syntax(options.format)
    if syntax in SYNTAXES:
        _read_in_c(store, text, syntax, options, skipped)
    elif syntax in oxigraph.SYNTAXES:
        from functools import partial

        convert = partial(oxigraph.as_nquads, syntax=syntax, name=text.name, base=options.base or text.base())
        quads = options.caller(text.name, syntax, convert, text.content.joined())
        converted = _Text(text.name, streams.Content(head=b"", whole=quads))
        _read_in_c(store, converted, "nquads", options, skipped)
    else:
        _read_by_rdflib(store, text, syntax, options)


def _read_in_c(store: Store, text: _Text, syntax: str, options: ReadOptions, skipped: Skipped) -> None:
    choices: dict[str, Any] = {
        "graph": options.chosen_graph(),
        "lenient": options.lenient,
        "threads": options.threads or cores(),
        "max_triples": options.max_triples,
        "max_literal_bytes": options.max_literal_bytes,
        "max_depth": options.max_depth,
    }
    if syntax in ("turtle", "trig"):
        choices["base"] = options.base or text.base()
    try:
        if text.content.pieces is None:
            # Texts that stand together are looked at sooner than those of a file, and its pages can go.
            found = store.read(text.content.whole, syntax, copy=text.content.is_mapped, **choices)
        else:
            stream = Stream(store, syntax, **choices)
            try:
                for piece in text.content.pieces:
                    stream.feed(piece)
            finally:
                text.content.pieces.close()
            found = stream.feed(b"", last=True)
    except ReadError as error:
        raise _read_error(error, text.name, syntax) from None
    except MemoryError:
        raise _out_of_memory(text.name) from None
    skipped.add(text.name, found)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_by_rdflib(store: Store, text: _Text, syntax: str, options: ReadOptions) -> None:
    """What only rdflib reads: Notation3, TriX, HexTuples."""
    if options.chosen_graph() is not None and syntax != "n3":
        raise UsageError("CNS910", f"a graph cannot be chosen in {syntax}", hint="convert the data to TriG or N-Quads")
    from functools import partial

    parse = partial(_parsed_by_rdflib, name=text.name, base=options.base or text.base(), syntax=syntax, path=text.path)
    data = options.caller(text.name, syntax, parse, text.content.joined())
    _add(store, data.triples, data.types, text.name, options, shared_blanks=data.shared_blanks)


def _parsed_by_rdflib(content: bytes, *, name: str, base: str, syntax: str, path: str) -> DataTriples:
    from cns.frontend.data import document_triples
    from cns.frontend.origin import Document

    return document_triples(Document(name, base, content, syntax, path=path))


# ---------------------------------------------------------------------- objects


def _read_objects(store: Store, source: Any, number: int, options: ReadOptions, skipped: Skipped) -> None:
    rdflib = sys.modules.get("rdflib")
    if rdflib is not None and isinstance(source, rdflib.Graph):
        from cns.frontend.data import graph_triples

        data = graph_triples(source, options.chosen_graph())
        _add(store, data.triples, data.types, f"<graph {number}>", options, shared_blanks=data.shared_blanks)
    elif hasattr(source, "__arrow_c_stream__"):
        _read_table(store, source, f"<table {number}>", options, skipped)
    elif oxigraph.is_collection(source) or ("pyoxigraph" in sys.modules and hasattr(type(source), "__iter__")):
        triples, types = oxigraph.triples(source, options.chosen_graph())
        _add(store, triples, types, f"<quads {number}>", options, shared_blanks=True)
    else:
        raise LoadError(
            "CNS107",
            f"data cannot be a {type(source).__name__}",
            hint="pass a path, RDF text, bytes, an open file, a graph, quads, a table, or a list of these",
        )


_IN_MEMORY = ("pandas", "polars", "pyarrow")


def _read_table(store: Store, table: Any, name: str, options: ReadOptions, skipped: Skipped) -> None:
    """Arrow, and what speaks it: pandas, polars, DuckDB. A table that is in memory as a whole is read in place; of a
    stream only what is needed is kept."""
    whole = type(table).__module__.partition(".")[0] in _IN_MEMORY and hasattr(type(table), "__len__")
    try:
        found = store.read_arrow(
            table,
            copy=not whole,
            graph=options.chosen_graph(),
            lenient=options.lenient,
            max_triples=options.max_triples,
            max_literal_bytes=options.max_literal_bytes,
        )
    except ReadError as error:
        raise _read_error(error, name, "") from None
    except MemoryError:
        raise _out_of_memory(name) from None
    skipped.add(name, found)


def _add(
    store: Store,
    triples: Iterable[tuple[Any, Any, Any]],
    types: tuple[type, type],
    name: str,
    options: ReadOptions,
    *,
    shared_blanks: bool,
) -> None:
    try:
        store.add_triples(
            triples,
            types[0],
            types[1],
            shared_blanks,
            max_triples=options.max_triples,
            max_literal_bytes=options.max_literal_bytes,
        )
    except ReadError as error:
        raise _read_error(error, name, "") from None
    except MemoryError:
        raise _out_of_memory(name) from None


# ---------------------------------------------------------------------- errors

_SPECS = {
    "nt": "https://www.w3.org/TR/n-triples/#n-triples-grammar",
    "nquads": "https://www.w3.org/TR/n-quads/#sec-grammar",
    "turtle": "https://www.w3.org/TR/turtle/#sec-grammar",
    "trig": "https://www.w3.org/TR/trig/#sec-grammar",
}


def _read_error(error: ReadError, name: str, syntax: str) -> LoadError:
    message, line, column = error.args
    where = SourceRef(source=name, line=line or None, column=column or None)
    if isinstance(error, LimitError):
        return LoadError("CNS112", message, where=where, hint="raise the limit, or split the data")
    near = f"near: {_one_line(error.excerpt)}" if error.excerpt else ""
    return LoadError(
        "CNS105",
        f"{message} (read as {syntax})" if syntax else message,
        where=where,
        hint=near or "check that the data is complete and really in this syntax",
        spec=_SPECS.get(syntax, ""),
    )


def _one_line(text: str) -> str:
    """What comes from data must not drive a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _out_of_memory(name: str) -> EngineError:
    return EngineError("CNS501", "out of memory while reading", where=SourceRef(source=name))
