from collections.abc import Sequence

from typing_extensions import Buffer

from cython_optimizations.hits import Hits
from cython_optimizations.store import Store

DECIDE_FROM: int
NEVER: int

def run(
    store: Store,
    roots: Sequence[tuple[int, Buffer | None]],
    verdict_only: bool = False,
    budget: int = ...,
    counts: Buffer | None = None,
    decide_from: int = ...,
) -> tuple[bool, Hits]: ...
