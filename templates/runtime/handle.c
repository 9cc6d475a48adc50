/* What a handle was when it was opened is kept beside what it is now: to reset is to copy the one over the other and to give
   the region's memory back. Only the table of nodes has to be mended, where nodes were put into it since. */
#include "handle.h"

#include <stdio.h>
#include <stdlib.h>

#include "chances.h"
#include "lines.h"
#include "region.h"
#include "spelling.h"
#include "vm.h"

enum { FILE_BYTES = 1 << 18, REPORT_BYTES = 1 << 16, REPORT_RESULTS = 256 };
#define CNS_HANDLE_BUDGET (UINT64_C(1) << 20)

typedef enum { READING, INDEXED, VALIDATED, FAILED } HandleState;

struct CnsHandle {
    CnsHandleOptions options;
    CnsProgram program;
    const CnsNativeCode *code;
    CnsRegion region;
    CnsStore store, fresh_store;
    CnsVm vm, fresh_vm; /* with the run of both engines */
    CnsRoot *roots, *verdict_roots; /* in the order in which they are reported, and asked for a verdict alone */
    uint32_t root_count;
    HandleState state;
    bool conforms;
    CnsHit *hits;
    uint32_t hit_count;
    bool own_hits; /* from the allocator, not from the region */
    CnsReader *reader;
    uint8_t *rest; /* the end of what was fed, which a token may go on from */
    size_t rest_size, rest_capacity, rest_wanted;
    CnsReportWriter spelled;
    CnsError error;
    CnsLines lines; /* for events */
};

static void *libc_resize(void *context, void *memory, size_t size) {
    (void)context;
    if (size) return realloc(memory, size);
    free(memory);
    return NULL;
}

static void *handle_resize(const CnsHandle *handle, void *memory, size_t size) {
    return handle->options.allocator.resize(handle->options.allocator.context, memory, size);
}

static CnsStatus failed_with(CnsHandle *handle, CnsStatus status, const char *message) {
    handle->error = (CnsError){.status = status};
    snprintf(handle->error.message, sizeof handle->error.message, "%s", message);
    if (status != CNS_ERR_MISUSE) handle->state = FAILED;
    return status;
}

static CnsStatus out_of_memory(CnsHandle *handle) { return failed_with(handle, CNS_ERR_MEMORY, "out of memory"); }

/* ---------------------------------------------------------------- life */

static CnsStatus find_roots(CnsHandle *handle, const CnsAllocator *allocator) {
    const CnsProgram *program = &handle->program;
    handle->roots = allocator->resize(allocator->context, NULL, ((size_t)program->shapes_count + 1) * sizeof *handle->roots);
    handle->verdict_roots = allocator->resize(allocator->context, NULL, ((size_t)program->root_order_count + 1) * sizeof *handle->roots);
    if (!handle->roots || !handle->verdict_roots) return CNS_ERR_MEMORY;
    for (uint32_t i = 0; i < program->shapes_count; i++)
        if (program->shapes[i].target_count) handle->roots[handle->root_count++] = (CnsRoot){i, NULL, 0};
    return CNS_OK;
}

static CnsStatus prepare(CnsHandle *handle, const uint8_t *blob, size_t size, CnsError *error) {
    CnsStatus status = cns_program_load(&handle->program, blob, size, error);
    if (status != CNS_OK) return status;
    cns_region_open(&handle->region, &handle->options.allocator);
    CnsAllocator allocator = cns_region_allocator(&handle->region);
    status = cns_store_open(&handle->store, &handle->program, &allocator);
    if (status == CNS_OK) status = find_roots(handle, &allocator);
    if (status == CNS_OK) status = cns_vm_open(&handle->vm, &handle->store, handle->roots, handle->root_count, false);
    if (status == CNS_OK) status = cns_report_open(&handle->spelled, &handle->store, CNS_FORMAT_NTRIPLES);
    handle->vm.run.poll = handle->options.poll;
    handle->vm.run.poll_context = handle->options.poll_context;
    cns_region_keep(&handle->region);
    handle->fresh_store = handle->store;
    handle->fresh_vm = handle->vm;
    return error->status = status;
}

CnsHandle *cns_handle_open(const uint8_t *blob, size_t size, const CnsNativeCode *code, const CnsHandleOptions *options, CnsError *error) {
    CnsHandleOptions chosen = options ? *options : (CnsHandleOptions){0};
    if (!chosen.allocator.resize) chosen.allocator = (CnsAllocator){libc_resize, NULL};
    *error = (CnsError){.status = CNS_ERR_MEMORY, .message = "out of memory"};
    CnsHandle *handle = chosen.allocator.resize(chosen.allocator.context, NULL, sizeof *handle);
    if (!handle) return NULL;
    memset(handle, 0, offsetof(CnsHandle, lines));
    handle->options = chosen;
    handle->code = code;
    if (prepare(handle, blob, size, error) == CNS_OK) return handle;
    cns_handle_close(handle);
    return NULL;
}

static void drop_results(CnsHandle *handle) {
    if (handle->own_hits && handle->hits) handle_resize(handle, handle->hits, 0);
    handle->hits = NULL;
    handle->hit_count = 0;
    handle->own_hits = false;
}

void cns_handle_close(CnsHandle *handle) {
    if (!handle) return;
    drop_results(handle);
    if (handle->rest) handle_resize(handle, handle->rest, 0);
    cns_region_close(&handle->region); /* store, run, reader and all */
    handle_resize(handle, handle, 0);
}

CnsStatus cns_handle_reset(CnsHandle *handle) {
    CnsStore *store = &handle->store;
    const CnsStore *fresh = &handle->fresh_store;
    drop_results(handle);
    handle->reader = NULL;
    handle->rest_size = handle->rest_wanted = 0;
    cns_store_forget_nodes(store, fresh->node_count, fresh->slots, fresh->slot_mask);
    *store = *fresh;
    memset(store->columns, 0, ((size_t)handle->program.columns_count + 1) * sizeof *store->columns);
    cns_region_rewind(&handle->region);
    handle->vm = handle->fresh_vm;
    cns_run_forget_sets(&handle->vm.run);
    handle->spelled.bytes = NULL;
    handle->spelled.used = handle->spelled.capacity = 0;
    handle->spelled.failed = false;
    handle->state = READING;
    handle->error.status = CNS_OK;
    return CNS_OK;
}

/* ---------------------------------------------------------------- reading */

static CnsReadOptions read_options(const CnsHandle *handle, bool copy) {
    const CnsHandleOptions *options = &handle->options;
    return (CnsReadOptions){
        .copy = copy,
        .max_triples = options->max_triples,
        .max_literal_bytes = options->max_literal_bytes,
        .max_depth = options->max_depth,
        .threads = 1,
    };
}

static CnsStatus ready_to_read(CnsHandle *handle) {
    if (handle->state == FAILED) return failed_with(handle, CNS_ERR_MISUSE, "reset the handle after an error");
    if (handle->state != READING) return failed_with(handle, CNS_ERR_MISUSE, "data is added before validating: reset the handle first");
    return CNS_OK;
}

/* The error of the reader is the handle's. */
static CnsStatus after_reading(CnsHandle *handle, CnsStatus status) {
    if (status == CNS_OK) return status;
    handle->error.status = status;
    handle->state = FAILED;
    if (status == CNS_ERR_MEMORY) return out_of_memory(handle);
    return status;
}

static bool keep_rest(CnsHandle *handle, const uint8_t *bytes, size_t size) {
    if (size > handle->rest_capacity) {
        size_t capacity = size < FILE_BYTES ? FILE_BYTES : size + size / 2;
        uint8_t *rest = handle_resize(handle, handle->rest, capacity);
        if (!rest) return false;
        handle->rest = rest;
        handle->rest_capacity = capacity;
    }
    if (size) memmove(handle->rest, bytes, size);
    handle->rest_size = size;
    return true;
}

static bool add_to_rest(CnsHandle *handle, const uint8_t *bytes, size_t size) {
    size_t before = handle->rest_size;
    if (size > SIZE_MAX / 2 - before) return false;
    if (before + size > handle->rest_capacity) {
        uint8_t *rest = handle_resize(handle, handle->rest, before + size + (before + size) / 2);
        if (!rest) return false;
        handle->rest = rest;
        handle->rest_capacity = before + size + (before + size) / 2;
    }
    if (size) memcpy(handle->rest + before, bytes, size);
    handle->rest_size = before + size;
    return true;
}

/* What the reader leaves of a piece stays at hand; where it took nothing, it is asked again when there is twice as much. */
static CnsStatus feed(CnsHandle *handle, const uint8_t *bytes, size_t size, bool last) {
    size_t consumed = 0;
    if (handle->rest_size) {
        if (!add_to_rest(handle, bytes, size)) return out_of_memory(handle);
        bytes = handle->rest;
        size = handle->rest_size;
        if (!last && size < handle->rest_wanted) return CNS_OK;
    }
    if (!size) bytes = (const uint8_t *)"";
    CnsStatus status = cns_reader_feed(handle->reader, bytes, size, last, &consumed, &handle->error);
    if (status != CNS_OK) return after_reading(handle, status);
    if (last) consumed = size;
    handle->rest_wanted = consumed ? 0 : 2 * size;
    return keep_rest(handle, bytes + consumed, size - consumed) ? CNS_OK : out_of_memory(handle);
}

CnsStatus cns_handle_feed(CnsHandle *handle, CnsSyntax syntax, const uint8_t *bytes, size_t size) {
    CnsStatus status = ready_to_read(handle);
    if (status != CNS_OK) return status;
    if (!handle->reader) {
        CnsReadOptions options = read_options(handle, true);
        status = cns_reader_open(&handle->reader, &handle->store, syntax, &options, &handle->error);
        if (status != CNS_OK) return after_reading(handle, status);
    }
    return feed(handle, bytes, size, false);
}

CnsStatus cns_handle_end_source(CnsHandle *handle) {
    CnsStatus status = ready_to_read(handle);
    if (status != CNS_OK || !handle->reader) return status;
    status = feed(handle, NULL, 0, true);
    if (status != CNS_OK) return status;
    cns_reader_close(handle->reader);
    handle->reader = NULL;
    return CNS_OK;
}

CnsStatus cns_handle_read_bytes(CnsHandle *handle, CnsSyntax syntax, const uint8_t *bytes, size_t size) {
    CnsStatus status = cns_handle_end_source(handle);
    if (status != CNS_OK) return status;
    CnsReadOptions options = read_options(handle, true);
    if (!size) bytes = (const uint8_t *)"";
    return after_reading(handle, cns_read(&handle->store, syntax, bytes, size, &options, &handle->error));
}

static CnsStatus feed_file(CnsHandle *handle, CnsSyntax syntax, FILE *file, uint8_t *buffer) {
    CnsStatus status = CNS_OK;
    for (size_t size; status == CNS_OK && (size = fread(buffer, 1, FILE_BYTES, file)) > 0;) status = cns_handle_feed(handle, syntax, buffer, size);
    if (status == CNS_OK && ferror(file)) return failed_with(handle, CNS_ERR_IO, "the file cannot be read");
    return status == CNS_OK ? cns_handle_end_source(handle) : status;
}

CnsStatus cns_handle_read_file(CnsHandle *handle, CnsSyntax syntax, const char *path) {
    CnsStatus status = cns_handle_end_source(handle);
    if (status != CNS_OK) return status;
    uint8_t *buffer = handle_resize(handle, NULL, FILE_BYTES);
    if (!buffer) return out_of_memory(handle);
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    status = file ? feed_file(handle, syntax, file, buffer) : failed_with(handle, CNS_ERR_IO, "the file cannot be opened");
    if (file && file != stdin) fclose(file);
    handle_resize(handle, buffer, 0);
    return status;
}

/* ---------------------------------------------------------------- validating */

static CnsStatus run_in_threads(CnsHandle *handle, CnsNativeJob *job, bool *conforms) {
    CnsNativeResult result;
    CnsAllocator of_region = handle->store.allocator;
    handle->store.allocator = handle->options.allocator; /* the region serves one thread */
    job->threads = handle->options.threads;
    job->poll = handle->options.poll;
    job->poll_context = handle->options.poll_context;
    CnsStatus status = cns_native_run(job, &result);
    handle->store.allocator = of_region;
    handle->hits = result.hits;
    handle->hit_count = result.hit_count;
    handle->own_hits = true;
    *conforms = result.conforms;
    return status;
}

static CnsStatus run_vm(CnsHandle *handle, bool *conforms) {
    CnsVm *vm = &handle->vm;
    CnsStatus status;
    while ((status = cns_vm_run(vm, CNS_HANDLE_BUDGET)) == CNS_AGAIN)
        if (vm->run.poll && !vm->run.poll(vm->run.poll_context)) return CNS_STOPPED;
    *conforms = vm->conforms;
    return status;
}

static CnsStatus run_engine(CnsHandle *handle, bool verdict_only, bool *conforms) {
    if (verdict_only && !cns_order_roots(&handle->store, handle->verdict_roots)) return CNS_ERR_MEMORY;
    const CnsRoot *roots = handle->vm.roots = verdict_only ? handle->verdict_roots : handle->roots;
    CnsNativeJob job = {.code = handle->code, .store = &handle->store, .roots = roots, .root_count = handle->root_count, .verdict_only = verdict_only};
    if (handle->code && handle->options.threads > 1) return run_in_threads(handle, &job, conforms);
    handle->vm.verdict_only = verdict_only;
    if (!cns_run_fit(&handle->vm.run)) return CNS_ERR_MEMORY;
    CnsStatus status = handle->code ? cns_native_run_alone(&job, &handle->vm.run, conforms) : run_vm(handle, conforms);
    handle->hits = handle->vm.run.hits;
    handle->hit_count = verdict_only ? 0 : handle->vm.run.hit_count;
    return status;
}

/* A second run over the same data finds the run as it was after the first. */
static void begin_again(CnsHandle *handle) {
    drop_results(handle);
    handle->vm.run.hit_count = 0;
    handle->vm.run.stopped = false;
    handle->vm.root = handle->vm.depth = handle->vm.focus.count = 0;
    handle->vm.root_open = false;
    handle->vm.conforms = true;
}

CnsStatus cns_handle_validate(CnsHandle *handle, bool verdict_only, bool *conforms) {
    CnsStatus status = handle->state == READING ? cns_handle_end_source(handle) : CNS_OK;
    if (handle->state == FAILED) return status == CNS_OK ? ready_to_read(handle) : status;
    if (status == CNS_OK && handle->state == READING) status = cns_store_index(&handle->store);
    if (status != CNS_OK) return out_of_memory(handle);
    handle->state = INDEXED;
    begin_again(handle);
    status = run_engine(handle, verdict_only, &handle->conforms);
    if (status == CNS_STOPPED) return failed_with(handle, status, "stopped");
    if (status != CNS_OK) return out_of_memory(handle);
    handle->state = verdict_only ? INDEXED : VALIDATED;
    if (conforms) *conforms = handle->conforms;
    return CNS_OK;
}

CnsStatus cns_handle_check(CnsHandle *handle, const uint8_t *ntriples, size_t size, bool *conforms) {
    cns_handle_reset(handle);
    CnsReadOptions options = read_options(handle, false);
    size_t consumed;
    if (!size) ntriples = (const uint8_t *)"";
    cns_lines_open(&handle->lines, &handle->store, &options);
    CnsStatus status = cns_store_begin_source(&handle->store, false);
    if (status == CNS_OK) status = cns_lines_feed(&handle->lines, ntriples, size, true, &consumed, &handle->error);
    if (status != CNS_OK) return after_reading(handle, status);
    return cns_handle_validate(handle, false, conforms);
}

/* ---------------------------------------------------------------- results */

uint32_t cns_handle_result_count(const CnsHandle *handle) { return handle->state == VALIDATED ? handle->hit_count : 0; }

static CnsHandleText program_text(const CnsProgram *program, uint32_t text) {
    uint32_t length;
    const uint8_t *start = cns_text(program, text, &length);
    return (CnsHandleText){start, length};
}

/* Puts a text into the spelled ones; its place is known when all are there. */
static void spell(CnsHandle *handle, CnsHandleText *out, uint32_t value, uint32_t shape_node) {
    CnsReportWriter *writer = &handle->spelled;
    size_t start = writer->used;
    if (value != CNS_NONE) cns_report_value(writer, value);
    else cns_put_shape_node(writer, shape_node);
    out->length = writer->used - start;
}

CnsStatus cns_handle_result(CnsHandle *handle, uint32_t index, CnsHandleResult *result) {
    if (handle->state != VALIDATED || index >= handle->hit_count) return failed_with(handle, CNS_ERR_MISUSE, "there is no such result");
    const CnsProgram *program = &handle->program;
    const CnsHit *hit = &handle->hits[index];
    const CnsOp *op = &program->ops[hit->op];
    const CnsShape *shape = &program->shapes[op->shape];
    *result = (CnsHandleResult){0};
    result->component = program_text(program, op->component);
    result->severity = program_text(program, shape->severity);
    if (op->message_count) result->message = program_text(program, program->messages[op->first_message].word);
    handle->spelled.used = 0;
    spell(handle, &result->focus, hit->focus, 0);
    spell(handle, &result->shape, CNS_NONE, shape->node);
    if (hit->value != CNS_NONE) spell(handle, &result->value, hit->value, 0);
    if (hit->path != CNS_NONE) spell(handle, &result->path, hit->path, 0);
    else if (shape->path_nt != CNS_NONE) result->path = program_text(program, shape->path_nt);
    if (handle->spelled.failed) return out_of_memory(handle);
    CnsHandleText *const spelled[] = {&result->focus, &result->shape, &result->value, &result->path};
    const uint8_t *at = handle->spelled.bytes;
    for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++) {
        if (spelled[i]->text || !spelled[i]->length) continue;
        spelled[i]->text = at;
        at += spelled[i]->length;
    }
    return CNS_OK;
}

/* False where the callback gives up. */
static bool flush(CnsReportWriter *writer, bool (*write)(void *context, const char *text, size_t length), void *context) {
    bool good = !writer->used || write(context, (const char *)writer->bytes, writer->used);
    writer->used = 0;
    return good;
}

CnsStatus cns_handle_write_report(CnsHandle *handle, bool (*write)(void *context, const char *text, size_t length), void *context) {
    if (handle->state != VALIDATED) return failed_with(handle, CNS_ERR_MISUSE, "there is no report before validating");
    CnsReportWriter writer;
    if (cns_report_open(&writer, &handle->store, CNS_FORMAT_NTRIPLES) != CNS_OK) return out_of_memory(handle);
    bool good = true;
    cns_report_begin(&writer, handle->conforms);
    for (uint32_t at = 0; good && !writer.failed && at < handle->hit_count;) {
        uint32_t count = handle->hit_count - at < REPORT_RESULTS ? handle->hit_count - at : REPORT_RESULTS;
        cns_report_results(&writer, handle->hits + at, count);
        at += count;
        if (writer.used >= REPORT_BYTES) good = flush(&writer, write, context);
    }
    cns_report_end(&writer);
    good = good && !writer.failed && flush(&writer, write, context);
    bool failed = writer.failed;
    cns_report_close(&writer);
    if (failed) return out_of_memory(handle);
    return good ? CNS_OK : failed_with(handle, CNS_ERR_IO, "the report cannot be written");
}

const CnsError *cns_handle_error(const CnsHandle *handle) { return &handle->error; }
