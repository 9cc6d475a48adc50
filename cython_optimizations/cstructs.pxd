# Every C struct that crosses into Cython, declared once.
from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "base.h":
    ctypedef bint c_bool "bool"

    ctypedef enum CnsStatus:
        CNS_OK
        CNS_ERR_MEMORY
        CNS_ERR_SYNTAX
        CNS_ERR_LIMIT
        CNS_ERR_PROGRAM
        CNS_ERR_IO
        CNS_AGAIN
        CNS_STOPPED

    ctypedef struct CnsAllocator:
        void *(*resize)(void *context, void *memory, size_t size) noexcept nogil
        void *context

    uint64_t cns_hash(const uint8_t *bytes, size_t length, uint64_t seed) nogil

cdef extern from "datatypes.h":
    enum:
        CNS_DATATYPE_COUNT
        CNS_DATATYPE_FIRST_CUSTOM

cdef extern from "literal.h" nogil:
    ctypedef enum CnsComparison:
        CNS_CMP_LESS
        CNS_CMP_EQUAL
        CNS_CMP_GREATER
        CNS_CMP_NONE

    const char *cns_datatype_iri(uint32_t datatype)
    uint32_t cns_datatype_from_iri(const uint8_t *iri, size_t length)
    c_bool cns_literal_well_formed(uint32_t datatype, const uint8_t *text, uint32_t length)

cdef extern from "perfect.h" nogil:
    ctypedef struct CnsPerfect:
        uint32_t keys
        uint32_t seed

    ctypedef struct CnsKey:
        const uint8_t *bytes
        uint32_t length

    ctypedef struct CnsKeys:
        uint32_t count
        const void *context
        uint64_t (*hash)(const void *context, uint32_t key, uint32_t seed) noexcept nogil
        c_bool (*same)(const void *context, uint32_t key, uint32_t other) noexcept nogil

    CnsKeys cns_perfect_of_bytes(const CnsKey *keys, uint32_t count)
    CnsKeys cns_perfect_of_numbers(const uint64_t *numbers, uint32_t count)
    CnsStatus cns_perfect_build(const CnsAllocator *allocator, const CnsKeys *keys, CnsPerfect **table, uint32_t *order, uint32_t *twice)
    uint32_t cns_perfect_number(const CnsPerfect *table, uint64_t hash)
    uint64_t cns_perfect_hash(uint64_t number)
    size_t cns_perfect_words(const CnsPerfect *table)
    bint cns_perfect_verify(const uint32_t *words, size_t count)

cdef extern from "program.h" nogil:
    enum:
        CNS_LITERAL_BIT
        CNS_NONE
        CNS_PROGRAM_VERSION
        CNS_SECTION_COUNT
        CNS_INSTRUCTION_COUNT
        CNS_OP_DATATYPE
        CNS_OP_RANGE
        CNS_OP_PATTERN
        CNS_OP_IN
        CNS_OP_FITS
        CNS_OP_CLOSED
        CNS_OP_UNIQUE_LANG
        CNS_OP_EQUALS
        CNS_OP_DISJOINT
        CNS_OP_COMPARE
        CNS_COLUMN_FORWARD
        CNS_COLUMN_INVERSE
        CNS_ACCEPT_LESS
        CNS_ACCEPT_EQUAL
        CNS_ACCEPT_GREATER
        CNS_NODE_KIND_IRI
        CNS_NODE_KIND_BLANK
        CNS_NODE_KIND_LITERAL
        CNS_TERM_IRI
        CNS_TERM_BLANK
        CNS_TERM_LITERAL
        CNS_TARGET_NODE
        CNS_TARGET_CLASS
        CNS_TARGET_SUBJECTS_OF
        CNS_TARGET_OBJECTS_OF
        CNS_PATH_PREDICATE
        CNS_PATH_INVERSE
        CNS_PATH_SEQUENCE
        CNS_PATH_ALTERNATIVE
        CNS_PATH_ZERO_OR_MORE
        CNS_PATH_ONE_OR_MORE
        CNS_PATH_ZERO_OR_ONE
    const char *CNS_PROGRAM_MAGIC

    ctypedef struct CnsError:
        CnsStatus status
        uint64_t line
        uint64_t column
        char *message
        char *excerpt

    ctypedef struct CnsLiteral:
        const uint8_t *text
        uint32_t length
        uint32_t hash
        uint32_t datatype
        uint32_t language

    CnsComparison cns_literal_compare(const CnsLiteral *left, const CnsLiteral *right)

    ctypedef struct CnsWords:
        uint32_t *items
        uint32_t count

    ctypedef struct CnsColumnPlan:
        uint32_t predicate

    ctypedef struct CnsPoolWord:
        uint32_t word

    ctypedef struct CnsValueList:
        uint32_t first

    ctypedef struct CnsClosedList:
        uint32_t first
        uint32_t count

    ctypedef struct CnsFit:
        pass

    ctypedef struct CnsShape:
        uint32_t target_count

    ctypedef struct CnsRootShape:
        uint32_t word

    ctypedef struct CnsFacts:
        uint32_t node_terms

    ctypedef struct CnsProgram:
        const CnsShape *shapes
        uint32_t shapes_count
        uint32_t code_count
        const CnsFacts *facts
        uint32_t terms_count
        const CnsColumnPlan *columns
        uint32_t columns_count
        const CnsPoolWord *pool
        uint32_t classes_count
        uint32_t regexes_count
        const CnsValueList *value_sets
        uint32_t value_sets_count
        const CnsClosedList *closed_lists
        uint32_t closed_lists_count
        const CnsFit *fits
        uint32_t fits_count
        const CnsRootShape *root_order
        uint32_t root_order_count
        uint32_t code_count
        uint32_t ops_count
        uint32_t max_frames
        uint64_t checksum

    const uint32_t *cns_regex_of(const CnsProgram *program, uint32_t regex)
    CnsStatus cns_program_load(CnsProgram *program, const uint8_t *blob, size_t size, CnsError *error)
    uint64_t cns_program_checksum(const uint8_t *body, size_t size)
    const char *cns_section_name(uint32_t section)
    const char *cns_section_field(uint32_t section, uint32_t field)
    const char *cns_instruction_name(uint32_t code)
    const char *cns_instruction_operands(uint32_t code)

cdef extern from "store.h" nogil:
    ctypedef enum CnsNodeType:
        CNS_NODE_IRI
        CNS_NODE_BLANK
        CNS_NODE_LANGUAGE

    ctypedef struct CnsNode:
        const uint8_t *text
        uint32_t length
        uint32_t type

    ctypedef struct CnsStoreStats:
        uint64_t triples_read
        uint64_t triples_kept

    ctypedef struct CnsIndex:
        uint64_t *bits
        uint32_t *ranks
        uint32_t *offsets
        uint32_t *values
        uint32_t word_count
        uint32_t row_count

    ctypedef struct CnsColumn:
        CnsWords subjects
        CnsWords objects
        CnsIndex forward
        CnsIndex inverse
        CnsWords literal_subjects

    ctypedef struct CnsSource:
        uint32_t first_node
        bint shared_blanks

    ctypedef struct CnsStore:
        const CnsProgram *program
        CnsAllocator allocator
        CnsNode *nodes
        uint32_t node_count
        CnsLiteral *literals
        uint32_t literal_count
        bint share_literals
        CnsSource *sources
        uint32_t source_count
        CnsColumn *columns
        uint32_t *constant_slots
        uint32_t constant_mask
        CnsIndex node_columns
        CnsColumn rest
        CnsWords rest_predicates
        uint32_t *type_sets
        uint32_t type_set_count
        uint64_t *class_bits
        uint32_t class_words
        CnsStoreStats stats

    ctypedef struct CnsSlice:
        const uint32_t *items
        uint32_t count

    CnsSlice cns_literal_subjects(const CnsStore *store, uint32_t column, uint32_t literal)

    ctypedef struct CnsRoute:
        uint32_t column
        bint keep

    CnsStatus cns_store_open(CnsStore *store, const CnsProgram *program, const void *allocator)
    void cns_store_close(CnsStore *store)
    CnsStatus cns_store_begin_source(CnsStore *store, bint shared_blanks)
    uint32_t cns_store_node(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, bint copy)
    uint32_t cns_store_find(const CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length)
    uint32_t cns_store_literal(CnsStore *store, const uint8_t *text, uint32_t length, uint32_t datatype, uint32_t language, bint copy)
    uint32_t cns_store_language(CnsStore *store, const uint8_t *tag, uint32_t length, bint copy)
    uint32_t cns_store_datatype(CnsStore *store, const uint8_t *iri, uint32_t length, bint copy)
    CnsStatus cns_store_route(CnsStore *store, const uint8_t *predicate, uint32_t length, bint copy, CnsRoute *route)
    CnsStatus cns_store_add(CnsStore *store, const CnsRoute *route, uint32_t subject, uint32_t object)
    CnsStatus cns_store_index(CnsStore *store)
    void cns_words_free(const void *allocator, CnsWords *words)

cdef extern from "reader.h" nogil:
    ctypedef enum CnsGraphChoice:
        CNS_GRAPH_UNION
        CNS_GRAPH_DEFAULT
        CNS_GRAPH_NAMED

    enum:
        CNS_PROBLEMS_KEPT

    ctypedef struct CnsProblems:
        uint64_t count
        CnsError *first

    ctypedef struct CnsReadOptions:
        bint copy
        bint lenient
        uint32_t graph_choice
        const uint8_t *base
        uint32_t base_length
        const uint8_t *graph
        uint32_t graph_length
        uint64_t max_triples
        uint32_t max_literal_bytes
        uint32_t max_depth
        uint32_t threads
        CnsProblems *problems
        CnsWords *graphs

    ctypedef enum CnsSyntax:
        CNS_SYNTAX_NTRIPLES
        CNS_SYNTAX_NQUADS
        CNS_SYNTAX_TURTLE
        CNS_SYNTAX_TRIG

    ctypedef struct CnsReader:
        pass

    CnsStatus cns_reader_open(CnsReader **reader, CnsStore *store, CnsSyntax syntax, const CnsReadOptions *options, CnsError *error)
    CnsStatus cns_reader_feed(CnsReader *reader, const uint8_t *bytes, size_t size, bint last, size_t *consumed, CnsError *error)
    void cns_reader_close(CnsReader *reader)

cdef extern from "arrow.h":
    cdef struct ArrowArrayStream:
        pass

    ctypedef struct CnsArrowBatches:
        size_t count

    CnsStatus cns_read_arrow(CnsStore *store, ArrowArrayStream *stream, const CnsReadOptions *options, CnsArrowBatches *batches, CnsError *error)
    void cns_arrow_release(const CnsAllocator *allocator, CnsArrowBatches *batches)

cdef extern from "run.h" nogil:
    ctypedef struct CnsHit:
        uint32_t op
        uint32_t focus
        uint32_t value
        uint32_t path

    ctypedef struct CnsRun:
        const CnsStore *store
        const CnsProgram *program
        CnsHit *hits
        uint32_t hit_count
        uint32_t hit_capacity
        CnsWords focus
        c_bool stopped
        c_bool (*poll)(void *context) noexcept nogil
        void *poll_context

    ctypedef struct CnsRoot:
        uint32_t shape
        const uint32_t *focus
        uint32_t focus_count

    CnsStatus cns_run_open(CnsRun *run, const CnsStore *store)
    void cns_run_close(CnsRun *run)
    c_bool cns_run_is_vacuous(const CnsRun *run, uint32_t shape)
    c_bool cns_run_targets(CnsRun *run, uint32_t shape)

cdef extern from "chances.h" nogil:
    c_bool cns_order_roots(const CnsStore *store, CnsRoot *roots)

cdef extern from "ops.h" nogil:
    c_bool cns_op_datatype(const CnsRun *run, uint32_t value, uint32_t datatype)
    c_bool cns_op_range(const CnsRun *run, uint32_t value, uint32_t bound, uint32_t mask)
    c_bool cns_op_pattern(const CnsRun *run, uint32_t value, const uint32_t *regex)
    c_bool cns_op_in(const CnsRun *run, uint32_t value, CnsValueList set, const uint32_t *words)
    c_bool cns_op_fits(const CnsRun *run, uint32_t value, const CnsFit *fit)
    uint32_t cns_op_closed(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, CnsSlice allowed, c_bool report)
    uint32_t cns_op_unique_lang(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, c_bool report)
    uint32_t cns_op_equals(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, c_bool report)
    uint32_t cns_op_disjoint(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, c_bool report)
    uint32_t cns_op_compare(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, uint32_t mask, c_bool report)

cdef extern from "vm.h" nogil:
    ctypedef struct CnsVm:
        CnsRun run
        bint conforms
        uint64_t decide_from
        uint64_t *counts

    uint64_t CNS_DECIDE_LEAST_TRIPLES

    CnsStatus cns_vm_open(CnsVm *vm, const CnsStore *store, const CnsRoot *roots, uint32_t root_count, bint verdict_only)
    CnsStatus cns_vm_run(CnsVm *vm, uint64_t budget)
    void cns_vm_close(CnsVm *vm)

cdef extern from "native.h" nogil:
    const char *CNS_NATIVE_SYMBOL
    const uint32_t CNS_NATIVE_LAYOUT

    ctypedef struct CnsNativeCode:
        uint32_t layout
        uint64_t program

    ctypedef struct CnsNativeJob:
        const CnsNativeCode *code
        const CnsStore *store
        const CnsRoot *roots
        uint32_t root_count
        uint32_t threads
        c_bool verdict_only
        c_bool (*poll)(void *context) noexcept nogil
        void *poll_context

    ctypedef struct CnsNativeResult:
        CnsHit *hits
        uint32_t hit_count
        c_bool conforms

    c_bool cns_native_covers(const CnsNativeCode *code, const CnsRoot *roots, uint32_t root_count)
    CnsStatus cns_native_run(const CnsNativeJob *job, CnsNativeResult *result)

cdef extern from "handle.h" nogil:
    ctypedef struct CnsHandle:
        pass

    ctypedef struct CnsHandleOptions:
        c_bool (*poll)(void *context) noexcept nogil
        void *poll_context

    CnsHandle *cns_handle_open(const uint8_t *blob, size_t size, const CnsNativeCode *code, const CnsHandleOptions *options, CnsError *error)
    void cns_handle_close(CnsHandle *handle)
    CnsStatus cns_handle_check(CnsHandle *handle, const uint8_t *ntriples, size_t size, c_bool *conforms)

cdef extern from "report.h" nogil:
    ctypedef enum CnsReportFormat:
        CNS_FORMAT_NTRIPLES
        CNS_FORMAT_TURTLE

    ctypedef struct CnsReportWriter:
        uint8_t *bytes
        size_t used
        bint failed

    CnsStatus cns_report_open(CnsReportWriter *writer, const CnsStore *store, CnsReportFormat format)
    void cns_report_begin(CnsReportWriter *writer, bint conforms)
    void cns_report_results(CnsReportWriter *writer, const CnsHit *hits, uint32_t count)
    void cns_report_end(CnsReportWriter *writer)
    void cns_report_value(CnsReportWriter *writer, uint32_t value)
    void cns_report_close(CnsReportWriter *writer)
