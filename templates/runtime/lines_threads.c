/* Pieces of lines, split over threads. The first part goes straight into the caller's store, the others into stores of
   their own, which are absorbed in order: what comes out is what one thread would have made. */
#include "lines.h"

#include <pthread.h>

#include "merge.h"

enum { MOST_READING_THREADS = 64, LEAST_PART_BYTES = 1 << 18 };

typedef struct {
    CnsLines *lines; /* the caller's for the first part, else own_lines */
    const uint8_t *start;
    const uint8_t *end;
    CnsReadOptions options;
    CnsProblems problems;
    CnsError error;
    pthread_t thread;
    bool started;
    CnsStore own;
    CnsLines own_lines;
} LinesPart;

static void *read_part(void *argument) {
    LinesPart *part = argument;
    cns_lines_read(part->lines, part->start, part->end, &part->error);
    return NULL;
}

/* Parts of about equal size that end behind a newline. */
static uint32_t cut_lines(LinesPart *parts, uint32_t wanted, const uint8_t *at, const uint8_t *end) {
    uint32_t count = 0;
    while (at < end) {
        const uint8_t *stop = count + 1 == wanted ? end : at + (size_t)(end - at) / (wanted - count);
        const uint8_t *newline = stop < end ? memchr(stop, '\n', (size_t)(end - stop)) : NULL;
        stop = newline ? newline + 1 : end;
        parts[count].start = at;
        parts[count++].end = stop;
        at = stop;
    }
    return count;
}

static void open_part(LinesPart *part, const CnsLines *first) {
    const CnsStore *store = first->store;
    part->lines = &part->own_lines;
    part->options = first->options;
    part->options.problems = &part->problems;
    part->error.status = cns_store_open(&part->own, store->program, &store->allocator);
    if (part->error.status != CNS_OK) return;
    part->error.status = cns_store_begin_source(&part->own, false);
    cns_lines_open(part->lines, &part->own, &part->options);
    part->lines->begun = true; /* a byte order mark is at the start of the source only */
}

static void add_problems(CnsProblems *all, const CnsProblems *more, uint64_t lines_before) {
    for (uint64_t i = 0; all && i < more->count; i++, all->count++) {
        if (i >= CNS_PROBLEMS_KEPT || all->count >= CNS_PROBLEMS_KEPT) continue;
        all->first[all->count] = more->first[i];
        all->first[all->count].line += lines_before;
    }
}

/* The part once more, to find the line that passes the limit; what it adds is thrown away. */
static void find_limit(LinesPart *part, uint64_t triples_left) {
    part->options.problems = NULL;
    part->options.max_triples = part->own.stats.triples_read + triples_left;
    cns_lines_open(part->lines, &part->own, &part->options);
    cns_lines_read(part->lines, part->start, part->end, &part->error);
}

static CnsStatus take_part(CnsLines *first, LinesPart *part) {
    CnsStore *store = first->store;
    uint64_t most = first->options.max_triples, lines_before = first->triples + first->other_lines;
    if (part->error.status == CNS_OK && most && store->stats.triples_read + part->own.stats.triples_read > most) find_limit(part, most - store->stats.triples_read);
    else add_problems(first->options.problems, &part->problems, lines_before);
    if (part->error.status == CNS_OK) part->error.status = cns_store_absorb(store, &part->own);
    if (part->error.line) part->error.line += lines_before;
    first->triples += part->lines->triples;
    first->other_lines += part->lines->other_lines;
    first->after_return = part->lines->after_return;
    return part->error.status;
}

static CnsStatus read_in_parts(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, uint32_t wanted, CnsError *error) {
    const CnsAllocator *allocator = &lines->store->allocator;
    LinesPart *parts = allocator->resize(allocator->context, NULL, wanted * sizeof *parts);
    if (!parts) return error->status = CNS_ERR_MEMORY;
    memset(parts, 0, wanted * sizeof *parts);
    uint32_t count = cut_lines(parts, wanted, bytes, end);
    parts[0].lines = lines;
    for (uint32_t i = 1; i < count; i++) open_part(&parts[i], lines);
    /* The last part, and any for which there is no thread, is read by the caller. */
    for (uint32_t i = 0; i + 1 < count; i++)
        if (parts[i].error.status == CNS_OK) parts[i].started = pthread_create(&parts[i].thread, NULL, read_part, &parts[i]) == 0;
    for (uint32_t i = 0; i < count; i++)
        if (!parts[i].started && parts[i].error.status == CNS_OK) read_part(&parts[i]);
    for (uint32_t i = 0; i < count; i++)
        if (parts[i].started) pthread_join(parts[i].thread, NULL);
    /* In order, up to the first error: what comes after it would not have been read. */
    *error = parts[0].error;
    for (uint32_t i = 1; i < count && error->status == CNS_OK; i++)
        if (take_part(lines, &parts[i]) != CNS_OK) *error = parts[i].error;
    for (uint32_t i = 1; i < count; i++) cns_store_close(&parts[i].own);
    allocator->resize(allocator->context, parts, 0);
    return error->status;
}

/* Behind the last end of a line. */
static const uint8_t *behind_last_line(const uint8_t *bytes, const uint8_t *end) {
    while (end > bytes && end[-1] != '\n' && end[-1] != '\r') end--;
    return end;
}

CnsStatus cns_lines_feed(CnsLines *lines, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error) {
    const uint8_t *end = last ? bytes + size : behind_last_line(bytes, bytes + size);
    uint32_t wanted = lines->options.threads > MOST_READING_THREADS ? MOST_READING_THREADS : lines->options.threads;
    if (wanted > size / LEAST_PART_BYTES) wanted = (uint32_t)(size / LEAST_PART_BYTES);
    memset(error, 0, sizeof *error);
    *consumed = (size_t)(end - bytes);
    /* The names of graphs are interned as they come. */
    if (wanted < 2 || lines->options.graphs) cns_lines_read(lines, bytes, end, error);
    else read_in_parts(lines, bytes, end, wanted, error);
    return error->status;
}
