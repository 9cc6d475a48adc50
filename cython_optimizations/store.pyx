# cython: language_level=3
"""The loaded program and the store that its data plan shapes, as Python objects that own the C ones."""

import mmap

cimport cython
from cpython.buffer cimport PyBUF_C_CONTIGUOUS, PyBUF_FORMAT, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.exc cimport PyErr_CheckSignals
from cpython.pycapsule cimport PyCapsule_GetPointer
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset, strchr, strlen

from cython_optimizations.cstructs cimport (
    CNS_DATATYPE_COUNT, CNS_DATATYPE_FIRST_CUSTOM, CNS_ERR_LIMIT, CNS_ERR_MEMORY, CNS_ERR_PROGRAM, CNS_GRAPH_DEFAULT, CNS_GRAPH_NAMED,
    CNS_GRAPH_UNION, CNS_LITERAL_BIT, CNS_NODE_BLANK, CNS_NODE_IRI, CNS_NONE, CNS_OK, CNS_PROBLEMS_KEPT,
    CNS_SYNTAX_NQUADS, CNS_SYNTAX_NTRIPLES, CNS_SYNTAX_TRIG, CNS_SYNTAX_TURTLE,
    ArrowArrayStream, CnsAllocator, CnsError, CnsLiteral, CnsNodeType, CnsProblems, CnsReader, CnsReadOptions, CnsRoot, CnsRoute, CnsStatus, CnsSyntax, CnsWords,
    cns_arrow_release, cns_datatype_iri, cns_order_roots, cns_program_load, cns_read_arrow, cns_reader_close, cns_reader_feed, cns_reader_open, cns_store_add, cns_store_begin_source,
    cns_store_close, cns_store_datatype, cns_store_find, cns_store_index, cns_store_language, cns_store_literal, cns_store_node,
    cns_store_open, cns_store_route, cns_words_free,
)

SYNTAXES = {"nt": CNS_SYNTAX_NTRIPLES, "nquads": CNS_SYNTAX_NQUADS, "turtle": CNS_SYNTAX_TURTLE, "trig": CNS_SYNTAX_TRIG}
"""What the readers in C read, by the name that is given to `Store.read` and `Stream`."""

# The longest text of a term in bytes; literals count their length in 32 bits.
cdef Py_ssize_t MAX_TEXT = 0x3fffffff

# So many bytes are read in a fraction of a second: in between Ctrl-C is heard.
cdef size_t BYTES_BETWEEN_SIGNALS = 1 << 29

# Of a mapped file so many bytes are in memory at a time for each thread that reads, if texts are copied.
cdef size_t MAPPED_BYTES = 1 << 20


class ReadError(ValueError):
    """The data is not what its syntax says; args are (message, line, column)."""
    excerpt = ""
    """The text around the place."""


class LimitError(ReadError):
    """The data is more than the caller allows."""


Problem = tuple[str, int, int]
"""What a lenient reader skipped, and where: (message, line, column)."""


class BadProgram(ValueError):
    """The verifier refused the program."""


@cython.final
cdef class Buffer:
    """The memory of an object that shows it, for as long as this lives: unsigned numbers, one after the other.

    Cython's own views would do, but each module that has one brings a quarter of a megabyte for them into the process,
    and imports all of `collections`.
    """

    def __cinit__(self, data not None, Py_ssize_t item, int dimensions=1, bint writable=False):
        PyObject_GetBuffer(data, &self.c, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (PyBUF_WRITABLE if writable else 0))
        cdef const char *format = "B"
        if self.c.format != NULL and self.c.format[0]:
            format = self.c.format
        if self.c.ndim != dimensions or self.c.itemsize != item or strchr("BHILQ", format[strlen(format) - 1]) == NULL:
            raise ValueError(f"Buffer of '{format.decode()}' in {self.c.ndim} dimensions, not of unsigned numbers of {item} bytes")
        self.count = <size_t>(self.c.len // item)

    def __dealloc__(self):
        PyBuffer_Release(&self.c)


cdef class Program:
    """A verified program. The blob is used in place where its address allows it, else copied once."""

    def __cinit__(self, blob):
        cdef CnsError error
        cdef const uint8_t *start
        self.blob = blob
        self.view = Buffer(blob, 1)
        cdef size_t size = self.view.count
        start = <const uint8_t *>self.view.c.buf if size else NULL
        if <uintptr_t>start % 8:
            self.aligned = <unsigned char *>malloc(size)
            if self.aligned == NULL:
                raise MemoryError()
            memcpy(self.aligned, start, size)
            start = self.aligned
        self.start = start
        if cns_program_load(&self.c, start, size, &error) != CNS_OK:
            raise MemoryError() if error.status == CNS_ERR_MEMORY else BadProgram(error.message.decode("utf-8", "replace"))
        self.checksum = self.c.checksum

    def __dealloc__(self):
        free(self.aligned)

    @property
    def shape_count(self):
        return self.c.shapes_count

    @property
    def instruction_count(self):
        return self.c.code_count

    @property
    def op_count(self):
        return self.c.ops_count

    @property
    def max_frames(self):
        return self.c.max_frames

    def roots(self):
        """The shapes that have targets, in order."""
        return [i for i in range(self.c.shapes_count) if self.c.shapes[i].target_count]

    def verdict_roots(self):
        """The same shapes in the order in which a verdict is soonest found, as far as is known without data."""
        return [self.c.root_order[i].word for i in range(self.c.root_order_count)]


@cython.no_gc_clear  # to close the store its program is needed, and the collector would take that away first
cdef class Store:
    """Data for one program: sources are added, then `index` is called once, then engines read it."""

    def __cinit__(self, Program program not None):
        self.program = program
        self.buffers = []
        cdef CnsStatus status = cns_store_open(&self.c, &program.c, NULL)
        if status == CNS_ERR_PROGRAM:
            raise BadProgram("two constants of the program are equal")
        _ok(status)
        self.c.share_literals = True

    def __dealloc__(self):
        cdef CnsAllocator allocator = self.c.allocator
        cns_store_close(&self.c)
        cns_arrow_release(&allocator, &self.batches)

    def _check_open(self):
        if self.indexed:
            raise RuntimeError("the store is indexed: nothing can be added any more")
        if self.broken:
            raise RuntimeError("reading failed half-way: the store is of no use any more")

    def read(
        self, data not None, str syntax not None, *, bint copy=False, str base not None="", graph=None, bint lenient=False, threads=1,
        max_triples=0, max_literal_bytes=0, max_depth=0,
    ):
        """Reads a whole source. Without copy the buffer is kept alive by the store, and texts stay in it.

        `graph` chooses what counts: None the union of all graphs, "" the default graph, else the named one (an IRI, or
        "_:" and a label of the document). A lenient reader skips bad statements; the answer is how many, and what was
        wrong with the first ones.
        """
        cdef _Options options = _Options(copy, base, graph, lenient, threads, max_triples, max_literal_bytes, max_depth)
        if not copy:
            self.buffers.append(memoryview(data))
        _read_whole(self, data, syntax, options)
        return options.skipped()

    def read_arrow(self, table not None, *, bint copy=True, graph=None, bint lenient=False, max_triples=0, max_literal_bytes=0):
        """A table of triples that speaks Arrow's stream interface; arrow.h says which columns it has. Without copy the
        store keeps all of the stream's batches, and texts stay in them."""
        cdef _Options options = _Options(copy, "", graph, lenient, 1, max_triples, max_literal_bytes, 0)
        cdef CnsError error
        cdef CnsStatus status
        capsule = table.__arrow_c_stream__()
        cdef ArrowArrayStream *stream = <ArrowArrayStream *>PyCapsule_GetPointer(capsule, "arrow_array_stream")
        self._check_open()
        self.broken = True
        status = cns_read_arrow(&self.c, stream, &options.c, &self.batches, &error)
        self.broken = status != CNS_OK
        _raise_read(status, &error)
        return options.skipped()

    def graph_names(self, data not None, str syntax not None, *, str base not None=""):
        """The names of the graphs of a dataset, in order: IRIs, and labels with "_:". Reads it whole, into this store."""
        cdef _Options options = _Options(True, base, "", False, 1, 0, 0, 0)
        cdef CnsWords graphs
        memset(&graphs, 0, sizeof(graphs))
        options.c.graphs = &graphs
        try:
            _read_whole(self, data, syntax, options)
            terms = [self.term(graphs.items[i]) for i in range(graphs.count)]
        finally:
            cns_words_free(&self.c.allocator, &graphs)
        return list(dict.fromkeys(text if kind == "iri" else "_:" + text for kind, text in terms))

    def add_triples(self, triples, iri_type not None, blank_type not None, bint shared_blanks, *, uint64_t max_triples=0, uint32_t max_literal_bytes=0):
        """IRIs and blank nodes are of the given types; terms are str, or have their text in `lexical` or `value`, and
        literals have `datatype` and `language` (rdflib's terms, pyoxigraph's, or our own).

        With shared_blanks labels are identities: the same one in another such source is the same node.
        """
        cdef CnsRoute route
        cdef uint32_t subject, value, length
        cdef const uint8_t *text
        cdef dict routes = {}
        self._check_open()
        self.broken = True  # until all is in
        _ok(cns_store_begin_source(&self.c, shared_blanks))
        for s, p, o in triples:
            if max_triples and self.c.stats.triples_read >= max_triples:
                raise LimitError("more triples than the limit allows", 0, 0)
            self.c.stats.triples_read += 1
            known = routes.get(p)
            if known is None:
                if not isinstance(p, iri_type):
                    raise ReadError(f"a predicate that is not an IRI: {p!r}", 0, 0)
                self._utf8(p, &text, &length)
                _ok(cns_store_route(&self.c, text, length, True, &route))
                routes[p] = (<bytes>(<char *>&route)[:sizeof(route)])
            else:
                memcpy(&route, <char *><bytes>known, sizeof(route))
            if not route.keep:
                continue
            if isinstance(s, (iri_type, blank_type)):
                subject = self._node(s, blank_type)
            else:
                raise ReadError(f"a subject that is neither an IRI nor a blank node: {s!r}", 0, 0)
            value = self._node(o, blank_type) if isinstance(o, (iri_type, blank_type)) else self._literal(o, max_literal_bytes)
            _ok(cns_store_add(&self.c, &route, subject, value))
        self.broken = False

    cdef int _utf8(self, text, const uint8_t **start, uint32_t *length) except -1:
        """The text of a term, good until the next one is asked for."""
        cdef Py_ssize_t size
        if not isinstance(text, str):
            text = text.value
        self.held = text
        try:
            start[0] = <const uint8_t *>PyUnicode_AsUTF8AndSize(text, &size)
        except UnicodeEncodeError:
            raise ReadError(f"text with a lone surrogate, which is no Unicode: {str(text[:80])!a}", 0, 0) from None
        if size > MAX_TEXT:
            raise ReadError("a term of more than 1 GiB", 0, 0)
        length[0] = <uint32_t>size
        return 0

    cdef unsigned int _node(self, term, blank_type) except? 0xffffffff:
        cdef uint32_t length
        cdef const uint8_t *text
        if not isinstance(term, blank_type):
            self._utf8(term, &text, &length)
            return _id(cns_store_node(&self.c, CNS_NODE_IRI, text, length, True))
        label = getattr(term, "label", term)  # ours begin with "_:", rdflib's do not
        self._utf8(label, &text, &length)
        return _id(cns_store_node(&self.c, CNS_NODE_BLANK, text, length, True))

    cdef unsigned int _literal(self, term, uint32_t most) except? 0xffffffff:
        cdef uint32_t datatype, length, language = 0
        cdef const uint8_t *text
        tag = getattr(term, "language", term)
        if tag is term:
            raise ReadError(f"an object that is no RDF term: {str(term)[:80]!r}", 0, 0)
        if tag:
            iri = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
            self._utf8(tag, &text, &length)
            language = _id(cns_store_language(&self.c, text, length, True))
        else:
            iri = term.datatype or "http://www.w3.org/2001/XMLSchema#string"
        self._utf8(iri, &text, &length)
        datatype = _id(cns_store_datatype(&self.c, text, length, True))
        self._utf8(getattr(term, "lexical", term), &text, &length)
        if most and length > most:
            raise LimitError("a literal longer than the limit allows", 0, 0)
        return _id(cns_store_literal(&self.c, text, length, datatype, language, True))

    def index(self):
        """Sorts and builds the columns; the store is read-only afterwards."""
        cdef CnsStatus status
        self._check_open()
        self.broken = True
        with nogil:
            status = cns_store_index(&self.c)
        _ok(status)
        self.broken = False
        self.indexed = True

    def verdict_roots(self):
        """The shapes that have targets, in the order in which a verdict is soonest found, from what this data has of each."""
        cdef CnsRoot *roots
        if not self.indexed:
            raise RuntimeError("the store is not indexed yet")
        roots = <CnsRoot *>malloc((self.program.c.root_order_count + 1) * sizeof(CnsRoot))
        if roots == NULL:
            raise MemoryError()
        try:
            if not cns_order_roots(&self.c, roots):
                raise MemoryError()
            return [roots[i].shape for i in range(self.program.c.root_order_count)]
        finally:
            free(roots)

    # ------------------------------------------------------------------ reading

    def triples(self):
        """All that was kept, as (subject, predicate, object) in numbers, column by column; only before `index`."""
        cdef uint32_t i, column
        self._check_open()
        for column in range(self.program.c.columns_count):
            predicate = self.program.c.columns[column].predicate
            for i in range(self.c.columns[column].subjects.count):
                yield self.c.columns[column].subjects.items[i], predicate, self.c.columns[column].objects.items[i]
        for i in range(self.c.rest.subjects.count):
            yield self.c.rest.subjects.items[i], self.c.rest_predicates.items[i], self.c.rest.objects.items[i]

    @property
    def triples_read(self):
        return self.c.stats.triples_read

    @property
    def triples_kept(self):
        return self.c.stats.triples_kept

    @property
    def node_count(self):
        return self.c.node_count

    @property
    def literal_count(self):
        return self.c.literal_count

    def find(self, str text not None, bint blank=False):
        """The id of a node, or None."""
        encoded = text.encode()
        found = cns_store_find(&self.c, CNS_NODE_BLANK if blank else CNS_NODE_IRI, <const uint8_t *><char *>encoded, <uint32_t>len(encoded))
        return None if found == CNS_NONE else found

    def add_node(self, str iri not None):
        """The id of a node that no triple need mention. Before the index is built."""
        if self.indexed:
            raise RuntimeError("the store is indexed already")
        encoded = iri.encode()
        return _id(cns_store_node(&self.c, CNS_NODE_IRI, <const uint8_t *><char *>encoded, <uint32_t>len(encoded), True))

    def find_literal(self, str text not None, str datatype not None, str language not None):
        """The value of some literal of the store that equals this one, or None. Looks at every literal."""
        cdef uint32_t i
        wanted = (text, datatype, language.lower())
        for i in range(self.c.literal_count):
            kind, lexical, its_datatype, its_language = self.term(i | CNS_LITERAL_BIT)
            if (lexical, its_datatype, its_language.lower()) == wanted:
                return i | CNS_LITERAL_BIT
        return None

    cdef tuple text_of(self, unsigned int node):
        return (self.c.nodes[node].type, (<const char *>self.c.nodes[node].text)[:self.c.nodes[node].length].decode("utf-8", "replace"))

    def source_of(self, unsigned int node):
        """(number of the source that brought the node, whether its labels are identities); constants are in no source: -1."""
        cdef uint32_t i
        for i in range(self.c.source_count, 0, -1):
            if self.c.sources[i - 1].first_node <= node:
                return i - 1, bool(self.c.sources[i - 1].shared_blanks)
        return -1, True

    @property
    def source_count(self):
        return self.c.source_count

    def term(self, unsigned int value):
        """("iri" | "blank", text) or ("literal", lexical, datatype, language)."""
        cdef const CnsLiteral *literal
        if not value & CNS_LITERAL_BIT:
            if value >= self.c.node_count:
                raise IndexError(value)
            kind, text = self.text_of(value)
            return ("iri" if kind == CNS_NODE_IRI else "blank", text)
        if (value & ~<uint32_t>CNS_LITERAL_BIT) >= self.c.literal_count:
            raise IndexError(value)
        literal = &self.c.literals[value & ~<uint32_t>CNS_LITERAL_BIT]
        lexical = (<const char *>literal.text)[:literal.length].decode("utf-8", "replace")
        if literal.datatype < CNS_DATATYPE_COUNT:
            datatype = cns_datatype_iri(literal.datatype).decode("ascii")
        else:
            datatype = self.text_of(literal.datatype - CNS_DATATYPE_FIRST_CUSTOM)[1]
        return ("literal", lexical, datatype, self.text_of(literal.language - 1)[1] if literal.language else "")


cdef class Stream:
    """Text that arrives in pieces: nothing but the unfinished line or token is kept of what went by.

    The store takes no other source until `feed` was called with `last`.
    """
    cdef CnsReader *c
    cdef readonly Store store
    cdef _Options options
    cdef bytearray rest
    cdef size_t wanted
    cdef bint ended

    def __cinit__(
        self, Store store not None, str syntax not None, *, str base not None="", graph=None, bint lenient=False, threads=1,
        max_triples=0, max_literal_bytes=0, max_depth=0,
    ):
        cdef CnsError error
        store._check_open()
        self.options = _Options(True, base, graph, lenient, threads, max_triples, max_literal_bytes, max_depth)
        self.rest = bytearray()
        self.store = store
        store.broken = True
        _raise_read(cns_reader_open(&self.c, &store.c, SYNTAXES[syntax], &self.options.c, &error), &error)

    def __dealloc__(self):
        cns_reader_close(self.c)

    def feed(self, data not None, bint last=False):
        """The next bytes. With `last` the answer is the same as that of `Store.read`, else nothing is skipped for good."""
        cdef CnsError error
        cdef CnsStatus status
        cdef size_t consumed, size
        cdef Buffer view
        cdef const uint8_t *start
        if self.ended:
            raise RuntimeError("the stream has ended")
        if self.rest:
            self.rest += data
            if not last and <size_t>len(self.rest) < self.wanted:
                return self.options.skipped()
            data, self.rest = self.rest, bytearray()
        view = Buffer(data, 1)
        size = view.count
        start = <const uint8_t *>view.c.buf if size else <const uint8_t *>b""
        with nogil:
            status = cns_reader_feed(self.c, start, size, last, &consumed, &error)
        self.ended = last or status != CNS_OK
        _raise_read(status, &error)
        if last:
            self.store.broken = False
        elif consumed < size:
            self.rest = bytearray(memoryview(data)[<Py_ssize_t>consumed:])
            # A token longer than what there is: it is looked at again when there is twice as much.
            self.wanted = 2 * size if consumed == 0 else 0
        return self.options.skipped()


cdef int _read_whole(Store store, data, str syntax, _Options options) except -1:
    """Large sources in several bites, which may lie anywhere: a reader goes on where it stopped."""
    cdef CnsError error
    cdef CnsStatus status
    cdef CnsReader *reader = NULL
    cdef Buffer view = Buffer(data, 1)
    cdef const uint8_t *start = <const uint8_t *>view.c.buf if view.count else <const uint8_t *>b""
    cdef const uint8_t *at = start
    cdef size_t left = view.count, bite = 0, consumed = 0, done, given_back = 0, page = mmap.PAGESIZE
    cdef bint last
    cdef size_t most = BYTES_BETWEEN_SIGNALS
    memory = data.obj if isinstance(data, memoryview) else data
    cdef bint mapped = isinstance(memory, mmap.mmap) and options.c.copy and hasattr(memory, "madvise")
    if mapped:
        most = MAPPED_BYTES * options.c.threads
    store._check_open()
    store.broken = True
    try:
        status = cns_reader_open(&reader, &store.c, SYNTAXES[syntax], &options.c, &error)
        while status == CNS_OK:
            bite = min(left, 2 * bite if bite and not consumed else most)
            last = bite == left
            with nogil:
                status = cns_reader_feed(reader, at, bite, last, &consumed, &error)
            at += consumed
            left -= consumed
            if last:
                break
            if mapped:  # what is looked at again brings its page back
                done = <size_t>(at - start) // page * page
                if done > given_back:
                    memory.madvise(mmap.MADV_DONTNEED, given_back, done - given_back)
                    given_back = done
            PyErr_CheckSignals()
        _raise_read(status, &error)
    finally:
        cns_reader_close(reader)
    store.broken = False
    return 0


cdef class _Options:
    """CnsReadOptions with what it points to."""
    cdef CnsReadOptions c
    cdef CnsProblems problems
    cdef bytes base, graph

    def __cinit__(self, bint copy, str base, graph, bint lenient, threads, max_triples, max_literal_bytes, max_depth):
        memset(&self.problems, 0, sizeof(self.problems))
        memset(&self.c, 0, sizeof(self.c))
        self.base = base.encode()
        self.graph = b"" if graph is None else graph.encode()
        self.c.copy = copy
        self.c.lenient = lenient
        self.c.base = <const uint8_t *><char *>self.base
        self.c.base_length = <uint32_t>len(self.base)
        self.c.graph_choice = CNS_GRAPH_UNION if graph is None else CNS_GRAPH_NAMED if graph else CNS_GRAPH_DEFAULT
        self.c.graph = <const uint8_t *><char *>self.graph
        self.c.graph_length = <uint32_t>len(self.graph)
        self.c.max_triples = max_triples
        self.c.max_literal_bytes = max_literal_bytes
        self.c.max_depth = max_depth
        self.c.threads = threads
        self.c.problems = &self.problems

    cdef tuple skipped(self):
        count = min(self.problems.count, <uint64_t>CNS_PROBLEMS_KEPT)
        return self.problems.count, [_problem(&self.problems.first[i]) for i in range(count)]


cdef tuple _problem(CnsError *error):
    return error.message.decode("utf-8", "replace"), error.line, error.column


cdef int _raise_read(CnsStatus status, CnsError *error) except -1:
    if status == CNS_ERR_MEMORY:
        raise MemoryError()
    if status != CNS_OK:
        found = (LimitError if status == CNS_ERR_LIMIT else ReadError)(*_problem(error))
        found.excerpt = error.excerpt.decode("utf-8", "replace")
        raise found
    return 0


cdef int _ok(CnsStatus status) except -1:
    if status != CNS_OK:
        raise MemoryError()
    return 0


cdef uint32_t _id(uint32_t value) except? 0xffffffff:
    if value == CNS_NONE:
        raise MemoryError()
    return value
