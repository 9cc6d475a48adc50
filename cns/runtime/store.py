"""Fills the store: N-Triples straight from mapped files, everything else triple by triple."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cns.errors import EngineError, LoadError, SourceRef
from cython_optimizations.store import Program, ReadError, Store


def new_store(program: Program) -> Store:
    return Store(program)


def read_ntriples(store: Store, data: Any, name: str, *, copy: bool = False) -> None:
    """All of a bytes-like object. Without copy the store keeps the object alive and refers into it."""
    try:
        store.read_ntriples(data, copy)
    except ReadError as error:
        message, line, column = error.args
        raise LoadError(
            "CNS105",
            f"not N-Triples: {message}",
            where=SourceRef(source=name, line=line or None, column=column or None),
            hint=_excerpt(data, line) or "check that the file is complete and really N-Triples",
            spec="https://www.w3.org/TR/n-triples/#n-triples-grammar",
        ) from None
    except MemoryError:
        raise _out_of_memory(name) from None


def read_ntriples_file(store: Store, path: str) -> None:
    """Mapped, not read: what the checks do not ask for never leaves the page cache."""
    with Path(path).open("rb") as file:
        try:
            mapped: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # an empty file, a pipe
            mapped = file.read()
    read_ntriples(store, mapped, path)


def add_triples(
    store: Store, triples: Iterable[tuple[Any, Any, Any]], types: tuple[type, type], name: str, *, shared_blanks: bool
) -> None:
    try:
        store.add_triples(triples, types[0], types[1], shared_blanks)
    except ReadError as error:
        raise LoadError("CNS105", str(error.args[0]), where=SourceRef(source=name)) from None
    except MemoryError:
        raise _out_of_memory(name) from None


def finish(store: Store) -> None:
    try:
        store.index()
    except MemoryError:
        raise _out_of_memory("") from None


def _excerpt(data: Any, line: int) -> str:
    """The offending line, shortened: what a person looks for first."""
    if not line:
        return ""
    start = 0
    view = memoryview(data)
    for _ in range(line - 1):
        start = _find_newline(view, start) + 1
    end = _find_newline(view, start)
    text = bytes(view[start : min(end, start + 120)]).decode("utf-8", "replace").rstrip("\r")
    return f"the line reads: {text}{'…' if end - start > 120 else ''}"


def _find_newline(view: memoryview, start: int) -> int:
    step = 1 << 16
    while start < len(view):
        found = bytes(view[start : start + step]).find(b"\n")
        if found >= 0:
            return start + found
        start += step
    return len(view)


def _out_of_memory(name: str) -> EngineError:
    return EngineError("CNS501", "out of memory while reading", where=SourceRef(source=name))
