# cython: language_level=3
"""The bytecode engine: runs a store and gives back its hits."""

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport free, malloc

from cython_optimizations.cstructs cimport (
    CNS_AGAIN, CNS_DECIDE_LEAST_TRIPLES, CNS_LITERAL_BIT, CNS_OK, CNS_STOPPED, CnsHit, CnsRoot, CnsStatus, CnsVm, c_bool,
    cns_vm_close, cns_vm_open, cns_vm_run,
)
from cython_optimizations.hits cimport Hits
from cython_optimizations.store cimport Buffer, Store

# Loop turns between two looks at Ctrl-C: some ten milliseconds.
cdef uint64_t BUDGET = 1 << 20

DECIDE_FROM = <unsigned int>CNS_DECIDE_LEAST_TRIPLES
NEVER = <uint64_t>-1


cdef c_bool go_on(void *interruptions) noexcept with gil:
    """Asked within long checks: an exception from a signal's handler is kept for when the engine has stopped."""
    try:
        PyErr_CheckSignals()
    except BaseException as error:
        (<list>interruptions).append(error)
        return False
    return True


cdef class Roots:
    """The C array of roots with the focus nodes that some of them bring."""

    def __cinit__(self, Store store, roots):
        cdef Buffer focus
        cdef const uint32_t *values
        cdef size_t i
        self.arrays = []
        self.items = <CnsRoot *>malloc((len(roots) + 1) * sizeof(CnsRoot))
        if self.items == NULL:
            raise MemoryError()
        for shape, given in roots:
            if not 0 <= shape < store.program.c.shapes_count:
                raise IndexError(shape)
            self.items[self.count] = CnsRoot(shape, NULL, 0)
            if given is not None:
                focus = Buffer(given, sizeof(uint32_t))
                values = <const uint32_t *>focus.c.buf
                for i in range(focus.count):
                    self._check(store, values[i])
                self.arrays.append(focus)
                # An empty list has no address; any will do, but not NULL, which means "the targets".
                self.items[self.count].focus = values if focus.count else <const uint32_t *>self.items
                self.items[self.count].focus_count = <uint32_t>focus.count
            self.count += 1

    cdef int _check(self, Store store, uint32_t value) except -1:
        cdef uint32_t limit = store.c.literal_count if value & CNS_LITERAL_BIT else store.c.node_count
        if (value & ~<uint32_t>CNS_LITERAL_BIT) >= limit:
            raise IndexError(value)
        return 0

    def __dealloc__(self):
        free(self.items)


def run(Store store not None, roots, bint verdict_only=False, uint64_t budget=BUDGET, counts=None, uint64_t decide_from=DECIDE_FROM):
    """Validates: roots are pairs of a shape and None (its targets) or a buffer of values (u32). Returns (conforms, Hits).

    Can be interrupted, at the latest after so many loop turns as the budget says. With verdict_only it stops at the
    first failure and the hits are empty. `counts` (a buffer of u64) has a number for each instruction, how often it was
    executed, and then one for each op, how often it failed: they are added to. From so many triples on, the store's
    counts decide before the run what they can; from NEVER on, never; from 0 on, even where
    that is not worth it.
    """
    cdef CnsVm vm
    cdef CnsStatus status
    cdef Roots c_roots
    cdef list interruptions = []
    cdef Buffer counters = None if counts is None else Buffer(counts, sizeof(uint64_t), writable=True)
    if counters is not None and counters.count != <size_t>store.program.c.code_count + store.program.c.ops_count:
        raise ValueError("counts has the wrong length")
    if not store.indexed:
        raise RuntimeError("the store is not indexed yet")
    if budget == 0:
        raise ValueError("with a budget of 0 nothing would ever be done")
    c_roots = Roots(store, roots)
    if cns_vm_open(&vm, &store.c, c_roots.items, c_roots.count, verdict_only) != CNS_OK:
        raise MemoryError()
    vm.counts = <uint64_t *>counters.c.buf if counters is not None and counters.count else NULL
    vm.decide_from = decide_from
    vm.run.poll = go_on
    vm.run.poll_context = <void *>interruptions
    try:
        status = CNS_AGAIN
        while status == CNS_AGAIN:
            with nogil:
                status = cns_vm_run(&vm, budget)
            if status == CNS_STOPPED:
                raise interruptions[0]
            PyErr_CheckSignals()
        if status != CNS_OK:
            raise MemoryError()
        hits = Hits.__new__(Hits)
        (<Hits>hits).adopt(store, vm.run.hits, vm.run.hit_count)
        vm.run.hits = NULL
        return bool(vm.conforms), hits
    finally:
        cns_vm_close(&vm)
