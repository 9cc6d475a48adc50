/* Pieces of lines, split over threads. The caller's thread reads the first lines straight into its store; meanwhile the
   others read later chunks into stores of their own, and the caller absorbs these in order: what comes out is what one
   thread would have made. */
#include "lines.h"

#ifndef CNS_LEAST_CHUNK_BYTES /* less only for tests, whose data is small */
#define CNS_LEAST_CHUNK_BYTES (1 << 18)
#endif
enum { MOST_READING_THREADS = 64 };

#ifndef CNS_NO_THREADS
#include <pthread.h>

#include "merge.h"

enum { CHUNK_BYTES = 1 << 21, CHUNKS_PER_THREAD = 16, MOST_CHUNKS = 1 << 11 };

typedef enum { CHUNK_WAITS, CHUNK_IS_READ, CHUNK_DONE } ChunkState;

typedef struct {
    const uint8_t *start;
    const uint8_t *end;
    ChunkState state;
    bool after_return;
    uint64_t triples, other_lines;
    CnsProblems problems;
    CnsError error;
    CnsStore store;
} LinesChunk;

typedef struct {
    CnsLines *lines; /* the caller's */
    LinesChunk *chunks;
    uint32_t count;
    uint32_t next; /* the first chunk that no helper has taken, counted from where they start */
    bool failed;   /* nothing more has to be read */
    CnsStore *spares; /* stores that were absorbed, to be filled again: fresh memory would cost as much as the reading */
    uint32_t spare_count;
    pthread_mutex_t mutex;
    pthread_cond_t done;
} LinesTask;

typedef struct {
    LinesTask *task;
    pthread_t thread;
    bool started;
    CnsReadOptions options;
    CnsLines lines;
} LinesHelper;

/* ---------------------------------------------------------------- helpers */

static CnsStatus open_store(LinesTask *task, CnsStore *store) {
    const CnsStore *first = task->lines->store;
    pthread_mutex_lock(&task->mutex);
    bool spare = task->spare_count > 0;
    if (spare) *store = task->spares[--task->spare_count];
    pthread_mutex_unlock(&task->mutex);
    CnsStatus status = spare ? CNS_OK : cns_store_open(store, first->program, &first->allocator);
    store->share_literals = first->share_literals;
    return status;
}

static void give_back(LinesTask *task, CnsStore *store) {
    cns_store_recycle(store);
    pthread_mutex_lock(&task->mutex);
    task->spares[task->spare_count++] = *store;
    pthread_mutex_unlock(&task->mutex);
    memset(store, 0, sizeof *store);
}

static CnsStatus read_chunk(LinesTask *task, LinesChunk *chunk, CnsReadOptions *options, CnsLines *lines) {
    CnsStatus status = open_store(task, &chunk->store);
    if (status == CNS_OK) status = cns_store_begin_source(&chunk->store, false);
    chunk->error.status = status;
    if (status != CNS_OK) return status;
    *options = task->lines->options;
    options->problems = &chunk->problems;
    cns_lines_open(lines, &chunk->store, options);
    lines->begun = true; /* a byte order mark is at the start of the source only */
    cns_lines_read(lines, chunk->start, chunk->end, &chunk->error);
    chunk->triples = lines->triples;
    chunk->other_lines = lines->other_lines;
    chunk->after_return = lines->after_return;
    return chunk->error.status;
}

/* The next chunk that waits, now taken; NULL: there is none. */
static LinesChunk *take_chunk(LinesTask *task) {
    LinesChunk *taken = NULL;
    pthread_mutex_lock(&task->mutex);
    while (!taken && !task->failed && task->next < task->count) {
        LinesChunk *chunk = &task->chunks[task->next++];
        if (chunk->state == CHUNK_WAITS) taken = chunk;
    }
    if (taken) taken->state = CHUNK_IS_READ;
    pthread_mutex_unlock(&task->mutex);
    return taken;
}

/* Reads one chunk; false: there is none to read. */
static bool help_once(LinesHelper *helper) {
    LinesTask *task = helper->task;
    LinesChunk *chunk = take_chunk(task);
    if (!chunk) return false;
    CnsStatus status = read_chunk(task, chunk, &helper->options, &helper->lines);
    pthread_mutex_lock(&task->mutex);
    chunk->state = CHUNK_DONE;
    task->failed = task->failed || status != CNS_OK;
    pthread_cond_broadcast(&task->done);
    pthread_mutex_unlock(&task->mutex);
    return true;
}

static void *help(void *argument) {
    while (help_once(argument)) {}
    return NULL;
}

/* ---------------------------------------------------------------- the caller's part */

static void add_problems(CnsProblems *all, const CnsProblems *more, uint64_t lines_before) {
    for (uint64_t i = 0; all && i < more->count; i++, all->count++) {
        if (i >= CNS_PROBLEMS_KEPT || all->count >= CNS_PROBLEMS_KEPT) continue;
        all->first[all->count] = more->first[i];
        all->first[all->count].line += lines_before;
    }
}

/* Takes over what a helper has read. Where that is more than the limit, the caller reads the chunk itself and stops at the
   very line. */
static CnsStatus take_over(CnsLines *lines, LinesChunk *chunk, CnsError *error) {
    CnsStore *store = lines->store;
    uint64_t most = lines->options.max_triples, lines_before = lines->triples + lines->other_lines;
    if (chunk->error.status == CNS_OK && most && store->stats.triples_read + chunk->triples > most) {
        cns_lines_read(lines, chunk->start, chunk->end, error);
        return error->status;
    }
    add_problems(lines->options.problems, &chunk->problems, lines_before);
    if (chunk->error.status == CNS_OK) chunk->error.status = cns_store_absorb(store, &chunk->store, lines->options.copy);
    *error = chunk->error;
    if (error->line) error->line += lines_before;
    lines->triples += chunk->triples;
    lines->other_lines += chunk->other_lines;
    lines->after_return = chunk->after_return;
    return error->status;
}

/* The state of the chunk; if it waits, it is the caller's from now on. */
static ChunkState look_at(LinesTask *task, LinesChunk *chunk, bool wait) {
    pthread_mutex_lock(&task->mutex);
    while (wait && chunk->state == CHUNK_IS_READ) pthread_cond_wait(&task->done, &task->mutex);
    ChunkState state = chunk->state;
    if (state == CHUNK_WAITS) chunk->state = CHUNK_IS_READ;
    pthread_mutex_unlock(&task->mutex);
    return state;
}

/* Until a helper has read the chunk, the caller is one itself. */
static ChunkState help_until_done(LinesTask *task, LinesChunk *chunk, LinesHelper *self) {
    ChunkState state = look_at(task, chunk, false);
    while (state == CHUNK_IS_READ) state = look_at(task, chunk, !help_once(self));
    return state;
}

static void read_in_order(LinesTask *task, LinesHelper *self, CnsError *error) {
    for (uint32_t i = 0; i < task->count && error->status == CNS_OK; i++) {
        LinesChunk *chunk = &task->chunks[i];
        if (help_until_done(task, chunk, self) == CHUNK_WAITS) {
            cns_lines_read(task->lines, chunk->start, chunk->end, error);
            continue;
        }
        if (take_over(task->lines, chunk, error) == CNS_OK) give_back(task, &chunk->store);
    }
    pthread_mutex_lock(&task->mutex);
    task->failed = true;
    pthread_mutex_unlock(&task->mutex);
}

/* ---------------------------------------------------------------- the whole */

/* Chunks of about equal size that end behind a newline. */
static uint32_t cut_lines(LinesChunk *chunks, uint32_t wanted, const uint8_t *at, const uint8_t *end) {
    uint32_t count = 0;
    while (at < end) {
        const uint8_t *stop = count + 1 == wanted ? end : at + (size_t)(end - at) / (wanted - count);
        const uint8_t *newline = stop < end ? memchr(stop, '\n', (size_t)(end - stop)) : NULL;
        stop = newline ? newline + 1 : end;
        chunks[count].start = at;
        chunks[count++].end = stop;
        at = stop;
    }
    return count;
}

/* How many chunks, from the front, are the caller's: so many that all are done at the same time where all triples are kept.
   Measured: to absorb a chunk takes a third of the time that a helper needs to read it, and the caller, whose store is the
   larger one, needs a quarter longer than a helper. Whatever the share, the result is the same. */
static uint32_t share_of_caller(uint32_t count, uint32_t helpers) {
    uint32_t shared = 50 * helpers * count / (40 + 37 * helpers);
    return shared < count ? count - shared : 1;
}

/* Some for each thread, and no larger than what the store of one needs to stay in the caches. */
static uint32_t chunks_of(size_t bytes, uint32_t threads) {
    size_t least = bytes / CHUNK_BYTES + 1, most = bytes / CNS_LEAST_CHUNK_BYTES + 1; /* of which there is one for each thread */
    size_t wanted = least > threads * CHUNKS_PER_THREAD ? least : threads * CHUNKS_PER_THREAD;
    if (wanted > MOST_CHUNKS) wanted = MOST_CHUNKS;
    return (uint32_t)(wanted < most ? wanted : most);
}

static CnsStatus read_with_helpers(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, uint32_t threads, CnsError *error) {
    const CnsAllocator *allocator = &lines->store->allocator;
    uint32_t most = chunks_of((size_t)(end - bytes), threads);
    LinesTask task = {.lines = lines};
    LinesHelper *helpers = allocator->resize(allocator->context, NULL, threads * sizeof *helpers); /* the caller is the first */
    task.chunks = allocator->resize(allocator->context, NULL, most * sizeof *task.chunks);
    task.spares = allocator->resize(allocator->context, NULL, most * sizeof *task.spares);
    bool ready = helpers && task.chunks && task.spares && pthread_mutex_init(&task.mutex, NULL) == 0;
    if (ready && pthread_cond_init(&task.done, NULL) != 0) {
        pthread_mutex_destroy(&task.mutex);
        ready = false;
    }
    if (ready) {
        memset(task.chunks, 0, most * sizeof *task.chunks);
        task.count = cut_lines(task.chunks, most, bytes, end);
        task.next = share_of_caller(task.count, threads - 1);
        for (uint32_t i = 0; i < threads; i++) {
            helpers[i].task = &task;
            helpers[i].started = i && pthread_create(&helpers[i].thread, NULL, help, &helpers[i]) == 0;
        }
        read_in_order(&task, &helpers[0], error);
        for (uint32_t i = 0; i < threads; i++)
            if (helpers[i].started) pthread_join(helpers[i].thread, NULL);
        for (uint32_t i = 0; i < task.count; i++) cns_store_close(&task.chunks[i].store);
        for (uint32_t i = 0; i < task.spare_count; i++) cns_store_close(&task.spares[i]);
        pthread_cond_destroy(&task.done);
        pthread_mutex_destroy(&task.mutex);
    } else {
        error->status = CNS_ERR_MEMORY;
    }
    if (helpers) allocator->resize(allocator->context, helpers, 0);
    if (task.chunks) allocator->resize(allocator->context, task.chunks, 0);
    if (task.spares) allocator->resize(allocator->context, task.spares, 0);
    return error->status;
}

#else

static CnsStatus read_with_helpers(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, uint32_t threads, CnsError *error) {
    (void)threads;
    cns_lines_read(lines, bytes, end, error);
    return error->status;
}

#endif

/* Behind the last end of a line. */
static const uint8_t *behind_last_line(const uint8_t *bytes, const uint8_t *end) {
    while (end > bytes && end[-1] != '\n' && end[-1] != '\r') end--;
    return end;
}

CnsStatus cns_lines_feed(CnsLines *lines, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error) {
    const uint8_t *end = last ? bytes + size : behind_last_line(bytes, bytes + size);
    uint32_t threads = lines->options.threads > MOST_READING_THREADS ? MOST_READING_THREADS : lines->options.threads;
    if (threads > size / CNS_LEAST_CHUNK_BYTES) threads = (uint32_t)(size / CNS_LEAST_CHUNK_BYTES);
    memset(error, 0, sizeof *error);
    *consumed = (size_t)(end - bytes);
    /* The names of graphs are interned as they come. */
    if (threads < 2 || lines->options.graphs) cns_lines_read(lines, bytes, end, error);
    else read_with_helpers(lines, bytes, end, threads, error);
    return error->status;
}
