from cpython.buffer cimport Py_buffer
from libc.stdint cimport uint64_t

from cython_optimizations.cstructs cimport CnsArrowBatches, CnsProgram, CnsStore

cdef class Buffer:
    cdef Py_buffer c
    cdef size_t count

cdef class Program:
    cdef CnsProgram c
    cdef object blob
    cdef Buffer view
    cdef unsigned char *aligned
    cdef const unsigned char *start
    cdef readonly uint64_t checksum

cdef class Store:
    cdef CnsStore c
    cdef readonly Program program
    cdef list buffers
    cdef CnsArrowBatches batches
    cdef readonly bint indexed
    cdef bint broken
    cdef object held
    cdef int _utf8(self, text, const unsigned char **start, unsigned int *length) except -1
    cdef tuple text_of(self, unsigned int node)
    cdef unsigned int _node(self, term, blank_type) except? 0xffffffff
    cdef unsigned int _literal(self, term, unsigned int most) except? 0xffffffff
