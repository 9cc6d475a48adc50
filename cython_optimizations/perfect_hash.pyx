# cython: language_level=3
"""Minimal perfect hash tables: n keys have the numbers 0 … n-1. What a table is and how it is built: templates/runtime/perfect.h."""

from array import array

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc

from cython_optimizations.cstructs cimport (
    CNS_ERR_LIMIT, CNS_ERR_MEMORY, CNS_ERR_SYNTAX, CnsAllocator, CnsKey, CnsKeys, CnsPerfect, CnsStatus, c_bool, cns_hash,
    cns_perfect_build, cns_perfect_hash, cns_perfect_number, cns_perfect_of_bytes, cns_perfect_of_numbers,
    cns_perfect_verify, cns_perfect_words,
)


class DuplicateKey(ValueError):
    """Two of the keys are the same; args are their places among the keys."""


cdef void *_resize(void *context, void *memory, size_t size) noexcept nogil:
    if size:
        return realloc(memory, size)
    free(memory)
    return NULL


cdef struct _Injected:
    CnsKeys usual
    void *hash      # a callable: (place of the key, seed) -> hash
    void *problems  # a list


cdef uint64_t _injected_hash(const void *context, uint32_t key, uint32_t seed) noexcept with gil:
    cdef const _Injected *injected = <const _Injected *>context
    try:
        return (<object>injected.hash)(key, seed)
    except BaseException as error:
        (<list>injected.problems).append(error)
        return 0


cdef c_bool _injected_same(const void *context, uint32_t key, uint32_t other) noexcept nogil:
    cdef const _Injected *injected = <const _Injected *>context
    return injected.usual.same(injected.usual.context, key, other)


cdef _build(CnsKeys keys, hash):
    """(words of the table, number -> place of the key)."""
    cdef CnsAllocator allocator = CnsAllocator(_resize, NULL)
    cdef CnsPerfect *table = NULL
    cdef CnsStatus status
    cdef uint32_t twice[2]
    cdef _Injected injected
    cdef list problems = []
    order = array("I", bytes(4 * <Py_ssize_t>keys.count))
    cdef uint32_t[::1] places = order
    cdef uint32_t *first = &places[0] if keys.count else NULL
    if hash is not None:
        injected = _Injected(keys, <void *>hash, <void *>problems)
        keys = CnsKeys(keys.count, &injected, _injected_hash, _injected_same)
    with nogil:
        status = cns_perfect_build(&allocator, &keys, &table, first, twice)
    words = array("I")
    if table != NULL:
        words.frombytes((<char *>table)[:4 * cns_perfect_words(table)])
        free(table)
    if problems:
        raise problems[0]
    if status == CNS_ERR_SYNTAX:
        raise DuplicateKey(twice[0], twice[1])
    if status == CNS_ERR_LIMIT:
        raise ValueError("too many keys, or a hash that does not tell them apart")
    if status == CNS_ERR_MEMORY:
        raise MemoryError()
    return words, order


def build_bytes(keys not None, hash=None):
    """A table over different bytes. `hash` replaces the builder's own: (place of the key, seed) -> 64 bits."""
    cdef list kept = list(keys)
    cdef CnsKey *c_keys = <CnsKey *>malloc((len(kept) + 1) * sizeof(CnsKey))
    if c_keys == NULL:
        raise MemoryError()
    try:
        for i, key in enumerate(kept):
            if not isinstance(key, bytes):
                raise TypeError(f"a key is bytes, not {type(key).__name__}")
            c_keys[<Py_ssize_t>i] = CnsKey(<const uint8_t *>PyBytes_AS_STRING(key), <uint32_t>PyBytes_GET_SIZE(key))
        words, order = _build(cns_perfect_of_bytes(c_keys, <uint32_t>len(kept)), hash)
    finally:
        free(c_keys)
    return PerfectHash(words, order)


def build_numbers(keys not None, hash=None):
    """The same over different numbers of 64 bits."""
    cdef const uint64_t[::1] numbers = array("Q", keys)
    cdef uint32_t count = <uint32_t>numbers.shape[0]
    return PerfectHash(*_build(cns_perfect_of_numbers(&numbers[0] if count else NULL, count), hash))


def verify(words not None):
    """Whether the words are a table, alone and whole, whose every answer is below the number of its keys."""
    cdef const uint32_t[::1] view = words
    return bool(cns_perfect_verify(&view[0] if view.shape[0] else NULL, <size_t>view.shape[0]))


cdef class PerfectHash:
    """A table as C has it, and which key has which number. Foreign keys have numbers too: compare."""

    cdef readonly object words
    """The table, as it is put into a program or into C (u32)."""
    cdef readonly object order
    """Number -> place of the key among those built from (u32)."""
    cdef const uint32_t[::1] view

    def __init__(self, words not None, order not None):
        if not verify(words) or words[0] != len(order):
            raise ValueError("not a table")
        self.words = words
        self.order = order
        self.view = words

    def __len__(self):
        return self.view[0]

    @property
    def seed(self):
        """Of the hash of bytes."""
        return self.view[3]

    def number_of_bytes(self, bytes key not None):
        return self.number_of_hash(
            cns_hash(<const uint8_t *>PyBytes_AS_STRING(key), <size_t>PyBytes_GET_SIZE(key), self.view[3])
        )

    def number_of_number(self, uint64_t key):
        return self.number_of_hash(cns_perfect_hash(key))

    def number_of_hash(self, uint64_t hash):
        """For who has the hash already."""
        if not self.view[0]:
            raise LookupError("an empty table has no numbers")
        return cns_perfect_number(<const CnsPerfect *>&self.view[0], hash)
