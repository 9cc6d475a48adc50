from libc.stdint cimport uint32_t

from cython_optimizations.cstructs cimport CnsRoot, c_bool
from cython_optimizations.store cimport Store

cdef class Roots:
    cdef CnsRoot *items
    cdef uint32_t count
    cdef list arrays
    cdef int _check(self, Store store, uint32_t value) except -1

cdef c_bool go_on(void *interruptions) noexcept with gil
