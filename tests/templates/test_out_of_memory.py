"""Every allocation fails once: the runtime says so, gives everything back, and does not fall over."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cython_optimizations.helpers import EX, KEEP_ALL, SUB_CLASS_OF, blob_of, triples
from tests.cython_optimizations.rich import DATA, SHAPES
from tests.templates.conftest import RUNTIME

SHIM = Path(__file__).with_name("out_of_memory.c")
OK, ERR_MEMORY = 0, 1


@pytest.fixture(scope="module")
def library(load_runtime: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    return load_runtime(*sorted(path.name for path in RUNTIME.glob("*.c")), extra=SHIM.read_text())


def attempt(library: ctypes.CDLL, blob: bytes, data: bytes, fail_at: int) -> tuple[int, int, int, int]:
    """(status, requests, blocks left, hits)."""
    requests, left, hits = ctypes.c_uint64(), ctypes.c_uint64(), ctypes.c_uint32()
    size = ctypes.c_size_t
    status = library.out_of_memory(
        blob,
        size(len(blob)),
        data,
        size(len(data)),
        ctypes.c_uint64(fail_at),
        *map(ctypes.byref, (requests, left, hits)),
    )
    return status, requests.value, left.value, hits.value


# Long rows and many nodes, so that every array grows.
LARGE = triples(
    [
        (f"<{EX}n0>", f"<{EX}{'pqr'[i % 3]}{i % 5 or ''}>", (f'"{i}\\t"@EN', f"_:b{i}", f'"{i}"^^<{EX}t{i}>')[i % 3])
        for i in range(700)
    ]
    + [(f"<{EX}k{i}>", SUB_CLASS_OF, f"<{EX}Agent>") for i in range(200)]
)
CASES = {
    "rich": (SHAPES, DATA),
    "closed": (KEEP_ALL.replace("ex:never", "ex:p"), LARGE),
    "large": (SHAPES, LARGE),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("shapes", "data"), CASES.values(), ids=CASES)
def test_each_allocation_may_fail(library: ctypes.CDLL, shapes: str, data: str) -> None:
    blob, text = blob_of(shapes), data.encode()
    status, requests, left, hits = attempt(library, blob, text, 0)
    assert (status, left) == (OK, 0)
    assert requests >= 10
    assert bool(hits) == bool(data)
    for n in range(1, requests + 1):
        status, _, left, _ = attempt(library, blob, text, n)
        assert (n, status, left) == (n, ERR_MEMORY, 0)
    assert attempt(library, blob, text, requests + 1) == (OK, requests, 0, hits)
