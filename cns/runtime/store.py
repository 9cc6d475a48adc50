"""The store of one validation: opened for a program, filled from sources, indexed."""

from __future__ import annotations

from cns.errors import EngineError
from cns.frontend.files import listed
from cns.runtime import oxigraph
from cns.runtime.sources import Skipped, read_source
from cython_optimizations.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cns.options import ReadOptions
    from cython_optimizations.store import Program


def fill(program: Program, data: Any, options: ReadOptions) -> tuple[Store, int, Skipped]:
    """A store with all sources, together one graph; how many sources there were, and what was left out."""
    store = Store(program)
    skipped = Skipped()
    sources = listed(data, oxigraph.is_list)
    for number, source in enumerate(sources, 1):
        read_source(store, source, number, options, skipped)
    return store, len(sources), skipped


def finish(store: Store) -> None:
    try:
        store.index()
    except MemoryError:
        raise EngineError("CNS501", "out of memory while indexing") from None
