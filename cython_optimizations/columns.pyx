# cython: language_level=3
"""The store's columns as buffers without a copy, and the runtime's own checks at addresses that other machine code can call."""

from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdint cimport uint32_t, uint64_t, uintptr_t

from cython_optimizations.cstructs cimport (
    CNS_NONE, CNS_OK, CNS_OP_CLOSED, CNS_OP_COMPARE, CNS_OP_DATATYPE, CNS_OP_DISJOINT, CNS_OP_EQUALS, CNS_OP_FITS, CNS_OP_IN,
    CNS_OP_PATTERN, CNS_OP_RANGE, CNS_OP_UNIQUE_LANG, CnsClosedList, CnsIndex, CnsRun, CnsSlice, CnsValueList, c_bool,
    CnsLiteral, CnsNode, cns_literal_subjects, cns_op_closed, cns_op_compare, cns_op_datatype, cns_op_disjoint, cns_op_equals,
    cns_op_fits, cns_op_in, cns_op_pattern, cns_op_range, cns_op_unique_lang, cns_regex_of, cns_run_close, cns_run_open,
    cns_run_is_vacuous, cns_run_targets,
)
from cython_optimizations.store cimport Store


class Stopped(Exception):
    """A check was left, as its run is to end."""


cdef class View:
    """Memory of a store, as bytes that nobody may write; the store lives as long as this does."""

    cdef Store store
    cdef void *start
    cdef Py_ssize_t size

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        # An empty buffer has an address, too.
        PyBuffer_FillInfo(buffer, self, self.start if self.start != NULL else <void *>self, self.size, True, flags)

    def __len__(self):
        return self.size


cdef View _view(Store store, const void *start, size_t count, size_t item):
    view = <View>View.__new__(View)
    view.store = store
    view.start = <void *>start
    view.size = <Py_ssize_t>(count * item) if start != NULL else 0
    return view


cdef tuple _index(Store store, const CnsIndex *index):
    cdef size_t rows = index.row_count
    return (
        _view(store, index.bits, index.word_count, sizeof(uint64_t)),
        _view(store, index.ranks, index.word_count, sizeof(uint32_t)),
        _view(store, index.offsets, rows + 1 if rows else 0, sizeof(uint32_t)),
        _view(store, index.values, index.offsets[rows] if rows else 0, sizeof(uint32_t)),
    )


cdef class Columns:
    """What an indexed store has, each part as a View; store.h says what it means. An index is (bits, ranks, offsets, values)."""

    cdef Store store

    def __cinit__(self, Store store not None):
        if not store.indexed:
            raise RuntimeError("the store is not indexed yet")
        self.store = store

    def nodes(self):
        return _view(self.store, self.store.c.nodes, self.store.c.node_count, sizeof(CnsNode))

    def literals(self):
        return _view(self.store, self.store.c.literals, self.store.c.literal_count, sizeof(CnsLiteral))

    def forward(self, uint32_t column):
        self._check(column)
        return _index(self.store, &self.store.c.columns[column].forward)

    def inverse(self, uint32_t column):
        self._check(column)
        return _index(self.store, &self.store.c.columns[column].inverse)

    def literal_subjects(self, uint32_t column):
        """The subjects that have literals as values: what `Checks.subjects` points into."""
        self._check(column)
        return _view(
            self.store, self.store.c.columns[column].literal_subjects.items, self.store.c.columns[column].literal_subjects.count,
            sizeof(uint32_t),
        )

    def node_columns(self):
        return _index(self.store, &self.store.c.node_columns)

    def rest(self):
        return _index(self.store, &self.store.c.rest.forward)

    def type_sets(self):
        return _view(self.store, self.store.c.type_sets, self.store.c.node_count, sizeof(uint32_t))

    def class_bits(self):
        cdef size_t words = <size_t>self.store.c.type_set_count * self.store.c.class_words
        return _view(self.store, self.store.c.class_bits, words, sizeof(uint64_t))

    @property
    def class_words(self):
        return self.store.c.class_words

    def constant_slots(self):
        cdef size_t count = <size_t>self.store.c.constant_mask + 1
        return _view(self.store, self.store.c.constant_slots, count, sizeof(uint32_t))

    cdef int _check(self, uint32_t column) except -1:
        if column >= self.store.program.c.columns_count:
            raise IndexError(column)
        return 0


# ---------------------------------------------------------------- what others call by address


cdef uint32_t _passes(const CnsRun *run, uint32_t code, uint32_t value, uint32_t b, uint32_t c) noexcept nogil:
    """Does the value pass the check that this instruction is?"""
    cdef CnsValueList values
    if code == CNS_OP_DATATYPE:
        return cns_op_datatype(run, value, b)
    if code == CNS_OP_RANGE:
        return cns_op_range(run, value, b, c)
    if code == CNS_OP_PATTERN:
        return cns_op_pattern(run, value, cns_regex_of(run.program, b))
    if code == CNS_OP_IN:
        values = run.program.value_sets[b]
        return cns_op_in(run, value, values, <const uint32_t *>run.program.pool + values.first)
    return cns_op_fits(run, value, &run.program.fits[b])


cdef uint32_t _failures(
    CnsRun *run, uint32_t code, uint32_t op, uint32_t focus, const uint32_t *items, uint32_t count, uint32_t b, uint32_t c, c_bool report
) noexcept nogil:
    """How often the values fail the check that this instruction is; CNS_NONE: it was stopped, or has no memory."""
    cdef CnsSlice values
    cdef const CnsClosedList *allowed
    values.items = items
    values.count = count
    if code == CNS_OP_CLOSED:
        allowed = &run.program.closed_lists[b]
        values.items = <const uint32_t *>run.program.pool + allowed.first
        values.count = allowed.count
        return cns_op_closed(run, op, focus, items[0], values, report)
    if code == CNS_OP_UNIQUE_LANG:
        return cns_op_unique_lang(run, op, focus, values, report)
    if code == CNS_OP_EQUALS:
        return cns_op_equals(run, op, focus, values, b, report)
    if code == CNS_OP_DISJOINT:
        return cns_op_disjoint(run, op, focus, values, b, report)
    return cns_op_compare(run, op, focus, values, b, c, report)


cdef uint32_t _fail(
    CnsRun *run, uint32_t code, uint32_t focus, const uint32_t *items, uint32_t count, uint32_t b, uint32_t c
) noexcept nogil:
    return _failures(run, code, 0, focus, items, count, b, c, False)


cdef uint64_t _subjects(const CnsRun *run, uint32_t column, uint32_t literal) noexcept nogil:
    """Where the subjects that have the literal as a value stand in the column: the first, and in the lower half how many."""
    cdef CnsSlice found = cns_literal_subjects(run.store, column, literal)
    if not found.count:
        return 0
    return <uint64_t>(found.items - run.store.columns[column].literal_subjects.items) << 32 | found.count


VALUE_CHECKS = frozenset({CNS_OP_DATATYPE, CNS_OP_RANGE, CNS_OP_PATTERN, CNS_OP_IN, CNS_OP_FITS})
SET_CHECKS = frozenset({CNS_OP_CLOSED, CNS_OP_UNIQUE_LANG, CNS_OP_EQUALS, CNS_OP_DISJOINT, CNS_OP_COMPARE})

ADDRESSES = {
    "passes": <uintptr_t>&_passes,
    "fail": <uintptr_t>&_fail,
    "subjects": <uintptr_t>&_subjects,
}
"""u32 passes(run, code, value, b, c); u32 fail(run, code, focus, values, count, b, c); u64 subjects(run, column, literal).
The codes are those of VALUE_CHECKS and SET_CHECKS; b and c are operands of the instruction, of FITS b is the fit."""


cdef c_bool _go_on(void *stop) noexcept nogil:
    return not (<c_bool *>stop)[0]


cdef class Checks:
    """A run for one thread: what the checks at the addresses need at hand."""

    cdef CnsRun c
    cdef Store store
    cdef c_bool stopping
    cdef bint opened

    def __cinit__(self, Store store not None):
        if not store.indexed:
            raise RuntimeError("the store is not indexed yet")
        self.store = store
        if cns_run_open(&self.c, &store.c) != CNS_OK:
            raise MemoryError()
        self.opened = True
        self.c.poll = _go_on
        self.c.poll_context = <void *>&self.stopping

    def __dealloc__(self):
        if self.opened:
            cns_run_close(&self.c)

    @property
    def run(self):
        """The address that the functions take first."""
        return <uintptr_t>&self.c

    def stop(self):
        """Another thread wants no more of this: long checks end soon."""
        self.stopping = True

    def failed(self):
        """To be called where a function gave CNS_NONE."""
        raise Stopped() if self.c.stopped else MemoryError()

    def targets(self, uint32_t shape):
        """The focus nodes of a shape's targets, as bytes of u32; none if the shape has no result on any node of this data."""
        cdef c_bool good
        if shape >= self.store.program.c.shapes_count:
            raise IndexError(shape)
        if cns_run_is_vacuous(&self.c, shape):
            return b""
        with nogil:
            good = cns_run_targets(&self.c, shape)
        if not good:
            raise MemoryError()
        return (<char *>self.c.focus.items)[:self.c.focus.count * sizeof(uint32_t)] if self.c.focus.count else b""

    def results(
        self, uint32_t code, uint32_t op, uint32_t b, uint32_t c, const uint32_t[::1] focus, const uint32_t[::1] values,
        const uint32_t[::1] starts, uint32_t[::1] counts,
    ):
        """The results of a check over sets of values, whose operands the verifier has seen: the values of each focus node are
        `counts[i]` from `starts[i]` on. Afterwards `counts` has the number of results of each; the results are bytes."""
        cdef Py_ssize_t i
        cdef uint32_t failures = 0
        if code not in SET_CHECKS:
            raise ValueError(code)
        self.c.hit_count = 0
        with nogil:
            for i in range(focus.shape[0]):
                failures = self.c.hit_count
                if _failures(&self.c, code, op, focus[i], &values[0] + starts[i], counts[i], b, c, True) == CNS_NONE:
                    failures = CNS_NONE
                    break
                counts[i] = self.c.hit_count - failures
        if failures == CNS_NONE:
            self.failed()
        return (<char *>self.c.hits)[:self.c.hit_count * sizeof(self.c.hits[0])] if self.c.hit_count else b""
