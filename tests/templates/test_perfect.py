"""Perfect hashing in C: every allocation may fail, and the hash is the same without 128-bit numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest

SHIM = r"""
#include <stdlib.h>
#include "perfect.h"

typedef struct { uint64_t requests, fail_at, live; } Counting;

static void *counting_resize(void *context, void *memory, size_t size) {
    Counting *counting = context;
    if (!size) {
        counting->live -= memory != NULL;
        free(memory);
        return NULL;
    }
    if (++counting->requests == counting->fail_at) return NULL;
    counting->live += memory == NULL;
    return realloc(memory, size);
}

CnsStatus attempt(uint32_t count, uint64_t fail_at, uint64_t *requests, uint64_t *left);
CnsStatus attempt(uint32_t count, uint64_t fail_at, uint64_t *requests, uint64_t *left) {
    Counting counting = {0, fail_at, 0};
    CnsAllocator allocator = {counting_resize, &counting};
    uint64_t *numbers = malloc(count * sizeof *numbers + 1);
    uint32_t *order = malloc(count * sizeof *order + 1), twice[2];
    for (uint32_t i = 0; i < count; i++) numbers[i] = i;
    CnsKeys keys = cns_perfect_of_numbers(numbers, count);
    CnsPerfect *table;
    CnsStatus status = cns_perfect_build(&allocator, &keys, &table, order, twice);
    if (table) allocator.resize(allocator.context, table, 0);
    free(numbers);
    free(order);
    *requests = counting.requests;
    *left = counting.live;
    return status;
}

uint64_t hashed(const uint8_t *bytes, size_t length, uint64_t seed);
uint64_t hashed(const uint8_t *bytes, size_t length, uint64_t seed) { return cns_hash(bytes, length, seed); }
"""
OK, ERR_MEMORY = 0, 1


@pytest.fixture(scope="module")
def library(load_runtime: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    return load_runtime("perfect.c", extra=SHIM)


@pytest.mark.parametrize("count", [0, 1, 100, 5000])
def test_each_allocation_may_fail(library: ctypes.CDLL, count: int) -> None:
    requests, left = ctypes.c_uint64(), ctypes.c_uint64()

    def attempt(fail_at: int) -> tuple[int, int, int]:
        status = library.attempt(count, ctypes.c_uint64(fail_at), ctypes.byref(requests), ctypes.byref(left))
        return status, requests.value, left.value

    status, needed, blocks = attempt(0)
    assert (status, blocks) == (OK, 0)
    for n in range(1, needed + 1):
        status, _, blocks = attempt(n)
        assert (n, status, blocks) == (n, ERR_MEMORY, 0)
    assert attempt(needed + 1) == (OK, needed, 0)


def test_the_hash_is_the_same_without_128_bits(load_runtime: Callable[..., ctypes.CDLL], library: ctypes.CDLL) -> None:
    portable = load_runtime("perfect.c", extra="#undef __SIZEOF_INT128__\n" + SHIM)
    data = bytes((i * 37 + 11) % 256 for i in range(200))
    for each in (portable, library):
        each.hashed.restype = ctypes.c_uint64
    for length in range(200):
        for seed in (0, 1, 2**64 - 1):
            arguments = data[:length], ctypes.c_size_t(length), ctypes.c_uint64(seed)
            assert portable.hashed(*arguments) == library.hashed(*arguments)
