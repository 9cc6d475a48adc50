from collections.abc import Sequence

from typing_extensions import Buffer

from cython_optimizations.hits import Hits
from cython_optimizations.store import Program, Store

SYMBOL: str

class BadLibrary(ValueError): ...

class Library:
    def __init__(self, path: str, program: Program, symbol: str = ...) -> None: ...

class Checker:
    def __init__(self, program: Program, library: Library | None = None) -> None: ...
    def check(self, event: bytes) -> bool | None: ...

def run(
    store: Store,
    library: Library,
    roots: Sequence[tuple[int, Buffer | None]],
    verdict_only: bool = False,
    threads: int = 1,
) -> tuple[bool, Hits] | None: ...
