# cython: language_level=3
"""The hits of a run: a C array that Python reads one by one, and NumPy as a view without a copy."""

cimport cython
from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES, PyBUF_WRITABLE
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from cython_optimizations.cstructs cimport (
    CNS_FORMAT_NTRIPLES, CNS_FORMAT_TURTLE, CNS_OK, CnsHit, CnsReportWriter,
    cns_report_begin, cns_report_close, cns_report_end, cns_report_open, cns_report_results,
    cns_report_value,
)
from cython_optimizations.store cimport Buffer, Store

cdef Py_ssize_t RESULTS_AT_ONCE = 256
cdef size_t FLUSH_BYTES = 1 << 16
cdef char *ITEM_FORMAT = "I"


@cython.no_gc_clear  # whoever still has hits, in a cycle that is being taken apart, may look at them
cdef class Hits:
    """A sequence of (op, focus, value, path), and a read-only buffer of shape (len, 4) of unsigned int."""

    cdef void adopt(self, Store store, CnsHit *items, uint32_t count) noexcept:
        self.store = store
        self.items = items
        self.count = count

    def __dealloc__(self):
        free(self.items)

    def __len__(self):
        return self.count

    def __getitem__(self, Py_ssize_t i):
        if i < 0:
            i += self.count
        if not 0 <= i < self.count:
            raise IndexError(i)
        return self.items[i].op, self.items[i].focus, self.items[i].value, self.items[i].path

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        if flags & PyBUF_WRITABLE:
            raise BufferError("hits are read-only")
        self.shape[0], self.shape[1] = self.count, 4
        self.strides[0], self.strides[1] = sizeof(CnsHit), sizeof(uint32_t)
        buffer.buf = <void *>self.items if self.items != NULL else <void *>self.shape
        buffer.obj = self
        buffer.len = self.count * sizeof(CnsHit)
        buffer.itemsize = sizeof(uint32_t)
        buffer.readonly = 1
        buffer.ndim = 2
        buffer.format = ITEM_FORMAT if flags & PyBUF_FORMAT == PyBUF_FORMAT else NULL
        buffer.shape = self.shape if flags & PyBUF_ND == PyBUF_ND else NULL
        buffer.strides = self.strides if flags & PyBUF_STRIDES == PyBUF_STRIDES else NULL
        buffer.suboffsets = NULL
        buffer.internal = NULL

    def __releasebuffer__(self, Py_buffer *buffer):
        pass

    def first(self, Py_ssize_t count):
        """A copy of the first hits."""
        cdef Py_ssize_t kept = max(0, min(count, self.count))
        cdef CnsHit *items = <CnsHit *>malloc((kept + 1) * sizeof(CnsHit))
        if items == NULL:
            raise MemoryError()
        if kept:
            memcpy(items, self.items, kept * sizeof(CnsHit))
        part = Hits.__new__(Hits)
        (<Hits>part).adopt(self.store, items, <uint32_t>kept)
        return part

    def write(self, str format not None, bint conforms, sink not None):
        """Writes the report as "nt" or "turtle" to sink(bytes), some results at a time."""
        cdef CnsReportWriter writer
        cdef Py_ssize_t at = 0
        cdef uint32_t step
        if format not in ("nt", "turtle"):
            raise ValueError(f"unknown format {format!r}")
        if cns_report_open(&writer, &self.store.c, CNS_FORMAT_TURTLE if format == "turtle" else CNS_FORMAT_NTRIPLES) != CNS_OK:
            raise MemoryError()
        try:
            cns_report_begin(&writer, conforms)
            while at < self.count:
                step = <uint32_t>min(RESULTS_AT_ONCE, self.count - at)
                with nogil:
                    cns_report_results(&writer, self.items + at, step)
                at += step
                if writer.used >= FLUSH_BYTES:
                    self._flush(&writer, sink)
                    PyErr_CheckSignals()
            cns_report_end(&writer)
            self._flush(&writer, sink)
        finally:
            cns_report_close(&writer)

    cdef int _flush(self, CnsReportWriter *writer, sink) except -1:
        if writer.failed:
            raise MemoryError()
        sink(<bytes>(<char *>writer.bytes)[:writer.used])
        writer.used = 0
        return 0

    def ntriples(self, uint32_t value):
        """The term as the report in N-Triples writes it; blank nodes of several sources are told apart."""
        cdef CnsReportWriter writer
        self.store.term(value)  # IndexError if there is none
        if cns_report_open(&writer, &self.store.c, CNS_FORMAT_NTRIPLES) != CNS_OK:
            raise MemoryError()
        try:
            cns_report_value(&writer, value)
            if writer.failed:
                raise MemoryError()
            return (<bytes>(<char *>writer.bytes)[:writer.used]).decode("utf-8", "replace")
        finally:
            cns_report_close(&writer)


def of_rows(Store store not None, rows not None):
    """Hits that are copied from an array of (op, focus, value, path)."""
    cdef Buffer view = Buffer(rows, sizeof(uint32_t), dimensions=2)
    cdef size_t count = <size_t>view.c.shape[0]
    if view.c.shape[1] != 4 or count >= 0x7fffffff:
        raise ValueError("hits are rows of four numbers, and fewer than 2^31")
    cdef CnsHit *items = <CnsHit *>malloc((count + 1) * sizeof(CnsHit))
    if items == NULL:
        raise MemoryError()
    if count:
        memcpy(items, view.c.buf, count * sizeof(CnsHit))
    made = Hits.__new__(Hits)
    (<Hits>made).adopt(store, items, <uint32_t>count)
    return made
