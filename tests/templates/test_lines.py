"""The line reader for each kind of machine: the same nodes, pairs and errors; and every allocation may fail."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cython_optimizations.test_lines import many_lines
from tests.templates.conftest import RUNTIME

# A program without columns that keeps everything.
SHIM = r"""
#include <stdio.h>
#include <stdlib.h>
#include "perfect.h"
#include "reader.h"

static CnsFacts facts = {.type_column = CNS_NONE, .sub_class_column = CNS_NONE, .keep_rest = 1};
static CnsPerfect no_names;
static CnsProgram program = {.facts = &facts, .facts_count = 1, .predicate_hash = (const void *)&no_names,
                              .class_hash = (const void *)&no_names};

typedef struct { uint64_t requests, fail_at; } Counting;

static void *counting_resize(void *context, void *memory, size_t size) {
    Counting *counting = context;
    if (!size) {
        free(memory);
        return NULL;
    }
    if (__atomic_add_fetch(&counting->requests, 1, __ATOMIC_RELAXED) == counting->fail_at) return NULL;
    return realloc(memory, size);
}

int digest(const uint8_t *bytes, size_t size, uint32_t threads, uint64_t fail_at, char *out, size_t room);
int digest(const uint8_t *bytes, size_t size, uint32_t threads, uint64_t fail_at, char *out, size_t room) {
    Counting counting = {0, fail_at};
    CnsAllocator allocator = {counting_resize, &counting};
    CnsReadOptions options = {.threads = threads};
    CnsError error = {.status = CNS_ERR_MEMORY};
    CnsStore store;
    if (cns_store_open(&store, &program, &allocator) != CNS_OK) return CNS_ERR_MEMORY;
    cns_read(&store, CNS_SYNTAX_NQUADS, bytes, size, &options, &error);
    uint64_t h = 0;
    for (uint32_t i = 0; i < store.node_count; i++) h = cns_hash(store.nodes[i].text, store.nodes[i].length, h);
    for (uint32_t i = 0; i < store.literal_count; i++) {
        const CnsLiteral *literal = &store.literals[i];
        h = cns_hash(literal->text, literal->length, h + literal->hash);
    }
    const CnsWords *words[] = {&store.rest.subjects, &store.rest.objects, &store.rest_predicates};
    for (int i = 0; i < 3; i++)
        if (words[i]->count) h = cns_hash((const uint8_t *)words[i]->items, words[i]->count * sizeof(uint32_t), h);
    snprintf(out, room, "%u nodes, %u literals, %016llx; %d at %llu:%llu %s; %llu requests", store.node_count,
             store.literal_count, (unsigned long long)h, (int)error.status, (unsigned long long)error.line,
             (unsigned long long)error.column, error.message, (unsigned long long)counting.requests);
    cns_store_close(&store);
    return error.status;
}
"""
KINDS = ["cns_lines_plain", "cns_lines_avx2", "cns_lines_avx512"]
NEEDS = {
    "cns_lines_plain": set(),
    "cns_lines_avx2": {"avx2", "bmi2"},
    "cns_lines_avx512": {"avx512bw", "avx512vl", "bmi2"},
}
SOURCES = sorted(path.name for path in RUNTIME.glob("*.c"))
Digest = Callable[..., tuple[int, str]]


def machine_has() -> set[str]:
    info = Path("/proc/cpuinfo")
    return set(info.read_text().split()) if info.exists() else set()


@pytest.fixture(scope="module")
def digests(load_runtime: Callable[..., ctypes.CDLL]) -> dict[str, Digest]:
    """For each kind of machine that this one can play: bytes → (status, what was read)."""

    def of(kind: str) -> Digest:
        library = load_runtime(*SOURCES, extra=SHIM, defines=[f"CNS_LINES_FAST={kind}"])
        text, size, number = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64
        library.digest.argtypes = [text, size, ctypes.c_uint32, number, text, size]

        def digest(data: bytes, threads: int = 1, fail_at: int = 0) -> tuple[int, str]:
            out = ctypes.create_string_buffer(500)
            return library.digest(data, len(data), threads, fail_at, out, len(out)), out.value.decode()

        return digest

    return {kind: of(kind) for kind in KINDS if NEEDS[kind] <= machine_has()}


def test_each_kind_of_machine_reads_the_same(digests: dict[str, Digest]) -> None:
    if len(digests) < 2:
        pytest.skip("this machine has neither AVX2 nor AVX-512 to compare with")
    data = many_lines(3000).encode()
    bad = data.replace(b'"text 1500"', b'"text 1500\xff"')
    for text in (data, bad, data + b"<urn:s> <urn:p> <urn:o>"):
        for cut in (0, 1, 63, 64, 65, 500):
            said = {digest(text[: len(text) - cut]) for digest in digests.values()}
            assert len(said) == 1, said


def test_each_allocation_may_fail_in_each_thread(digests: dict[str, Digest]) -> None:
    digest = digests["cns_lines_plain"]
    data = many_lines(12_000).encode()
    assert len(data) > 2 * 2**18
    status, said = digest(data, threads=3)
    assert status == 0
    requests = int(said.split()[-2])
    for fail_at in range(1, requests + 1, 7):
        assert digest(data, threads=3, fail_at=fail_at)[0] in (
            0,
            1,
        )  # threads ask in no fixed order: the count may differ
    assert digest(data, threads=3, fail_at=1)[0] == 1
