from libc.stdint cimport uint32_t

from cython_optimizations.cstructs cimport CnsHit, CnsReportWriter
from cython_optimizations.store cimport Store

cdef class Hits:
    cdef CnsHit *items
    cdef Py_ssize_t count
    cdef readonly Store store
    cdef Py_ssize_t[2] shape
    cdef Py_ssize_t[2] strides
    cdef void adopt(self, Store store, CnsHit *items, uint32_t count) noexcept
    cdef int _flush(self, CnsReportWriter *writer, sink) except -1
