/* Runs emitted shapes over focus nodes. In threads of POSIX, or with CNS_NO_THREADS by the calling thread alone. */
#include "native.h"

bool cns_native_covers(const CnsNativeCode *code, const CnsRoot *roots, uint32_t root_count) {
    for (uint32_t i = 0; i < root_count; i++)
        if (roots[i].shape >= code->shape_count || !code->shapes[roots[i].shape]) return false;
    return true;
}

CnsVerdict cns_native_found(CnsRun *run, uint32_t focus, const uint32_t *op, uint32_t value, bool report) {
    if (!report) return CNS_FAILS;
    return cns_run_hit(run, *op, focus, value, CNS_NONE) ? CNS_PASSES : CNS_BROKEN;
}

bool cns_native_datatype(const CnsRun *run, uint32_t value, uint32_t datatype) { return cns_op_datatype(run, value, datatype); }
bool cns_native_range(const CnsRun *run, uint32_t value, uint32_t bound, uint32_t mask) { return cns_op_range(run, value, bound, mask); }
bool cns_native_min_length(const CnsRun *run, uint32_t value, uint32_t least) { return cns_op_min_length(run, value, least); }
bool cns_native_max_length(const CnsRun *run, uint32_t value, uint32_t most) { return cns_op_max_length(run, value, most); }
bool cns_native_fits(const CnsRun *run, uint32_t value, const CnsFit *fit) { return cns_op_fits(run, value, fit); }
bool cns_native_pattern(const CnsRun *run, uint32_t value, const uint32_t *regex) { return cns_op_pattern(run, value, regex); }
bool cns_native_in(const CnsRun *run, uint32_t value, uint32_t set) {
    const CnsValueList *values = &run->program->value_sets[set];
    return cns_op_in(run, value, *values, (const uint32_t *)run->program->pool + values->first);
}
bool cns_native_language_in(const CnsRun *run, uint32_t value, uint32_t list) { return cns_op_language_in(run, value, list); }
CnsSlice cns_native_allowed(const CnsRun *run, uint32_t list) { return cns_op_allowed(run->program, list); }

/* So many focus nodes are run before anybody is asked whether to go on. */
enum { FOCUS_BLOCK = 256 };

/* The first block of the focus nodes, which are then those behind it. */
static CnsVerdict run_block(CnsRun *run, CnsRootFunction *shape, CnsSlice *focus, bool report) {
    CnsSlice block = {focus->items, focus->count < FOCUS_BLOCK ? focus->count : FOCUS_BLOCK};
    *focus = (CnsSlice){focus->items + block.count, focus->count - block.count};
    return cns_run_steps(run, block.count) ? shape(run, block, report) : CNS_BROKEN;
}

/* A part at a time, which stays in the cache. */
static CnsVerdict run_root(const CnsNativeJob *job, const CnsRoot *root, CnsRun *run) {
    CnsRootFunction *const shape = job->code->shapes[root->shape];
    if (cns_run_is_vacuous(run, root->shape)) return CNS_PASSES;
    for (uint32_t place = root->focus ? CNS_NONE : 0, more = true; more; more = place != CNS_NONE) {
        CnsSlice focus = {root->focus, root->focus_count};
        if (!root->focus) {
            if (!cns_run_next_targets(run, root->shape, &place, &focus)) return CNS_BROKEN;
        }
        while (focus.count) {
            CnsVerdict verdict = run_block(run, shape, &focus, !job->verdict_only);
            if (verdict != CNS_PASSES) return verdict;
        }
    }
    return CNS_PASSES;
}

CnsStatus cns_native_run_alone(const CnsNativeJob *job, CnsRun *run, bool *conforms) {
    for (uint32_t i = 0; i < job->root_count; i++) {
        CnsVerdict verdict = run_root(job, &job->roots[i], run);
        if (verdict == CNS_BROKEN) return run->stopped ? CNS_STOPPED : CNS_ERR_MEMORY;
        if (verdict == CNS_PASSES) continue;
        *conforms = false;
        return CNS_OK;
    }
    *conforms = run->hit_count == 0;
    return CNS_OK;
}

static CnsStatus take_turn_alone(const CnsNativeJob *job, CnsNativeResult *result) {
    CnsRun run;
    CnsStatus status = cns_run_open(&run, job->store);
    if (status != CNS_OK) return status;
    run.poll = job->poll;
    run.poll_context = job->poll_context;
    status = cns_native_run_alone(job, &run, &result->conforms);
    if (status == CNS_OK) {
        result->hits = run.hits;
        result->hit_count = run.hit_count;
        run.hits = NULL;
    }
    cns_run_close(&run);
    return status;
}

#ifdef CNS_NO_THREADS

CnsStatus cns_native_run(const CnsNativeJob *job, CnsNativeResult *result) {
    *result = (CnsNativeResult){NULL, 0, true};
    return take_turn_alone(job, result);
}

#else

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* Parts are what threads take one after the other; several for each thread, as some focus nodes are more work than others. A
   batch is what is gathered before the threads begin, so that memory does not grow with roots × nodes. */
enum { LEAST_PART = 512, PARTS_PER_THREAD = 16, MOST_THREADS = 256, BATCH = 1 << 22, NAP_MILLISECONDS = 20 };

/* The focus nodes from the end of the stretch before up to this end are one root's. */
typedef struct {
    CnsRootFunction *shape;
    uint32_t end;
} Stretch;

/* Where the hits of a part are. */
typedef struct {
    uint32_t worker;
    uint32_t first;
    uint32_t count;
} Part;

typedef struct Crew Crew;

typedef struct {
    Crew *crew;
    CnsRun run;
    uint32_t number;
    pthread_t thread;
    CnsStatus status;
} Worker;

struct Crew {
    const CnsNativeJob *job;
    Worker *workers;
    uint32_t worker_count;
    CnsWords focus;
    Stretch *stretches;
    uint32_t stretch_count;
    Part *parts;
    uint32_t part_count, part_size;
    atomic_uint next_part;
    atomic_bool stop;    /* whatever the reason */
    atomic_bool failed;  /* a focus node does not conform, and the verdict is all that is wanted */
    pthread_mutex_t mutex;
    pthread_cond_t done;
    uint32_t at_work;
};

static void *crew_resize(const Crew *crew, void *memory, size_t size) {
    const CnsAllocator *allocator = &crew->job->store->allocator;
    return allocator->resize(allocator->context, memory, size);
}

static bool go_on(void *crew) { return !atomic_load_explicit(&((Crew *)crew)->stop, memory_order_relaxed); }

/* The calling thread also asks whoever called. */
static bool ask_and_go_on(void *context) {
    Crew *crew = context;
    if (crew->job->poll && !crew->job->poll(crew->job->poll_context)) atomic_store(&crew->stop, true);
    return go_on(crew);
}

/* ---------------------------------------------------------------- one thread's work */

static CnsVerdict run_part(Worker *worker, uint32_t from, uint32_t to) {
    Crew *crew = worker->crew;
    CnsRun *run = &worker->run;
    const Stretch *stretch = crew->stretches;
    const bool report = !crew->job->verdict_only;
    while (from < to) {
        while (stretch->end <= from) stretch++;
        CnsSlice focus = {crew->focus.items + from, (stretch->end < to ? stretch->end : to) - from};
        from += focus.count;
        while (focus.count) {
            CnsVerdict verdict = go_on(crew) ? run_block(run, stretch->shape, &focus, report) : CNS_BROKEN;
            if (verdict != CNS_PASSES) return verdict;
        }
    }
    return CNS_PASSES;
}

static void work(Worker *worker) {
    Crew *crew = worker->crew;
    while (worker->status == CNS_OK && go_on(crew)) {
        uint32_t part = atomic_fetch_add(&crew->next_part, 1);
        if (part >= crew->part_count) return;
        uint32_t from = part * crew->part_size, first = worker->run.hit_count;
        uint32_t to = crew->focus.count - from < crew->part_size ? crew->focus.count : from + crew->part_size;
        CnsVerdict verdict = run_part(worker, from, to);
        crew->parts[part] = (Part){worker->number, first, worker->run.hit_count - first};
        if (verdict == CNS_FAILS) atomic_store(&crew->failed, true);
        if (verdict == CNS_BROKEN && go_on(crew)) worker->status = CNS_ERR_MEMORY;
        if (verdict != CNS_PASSES) atomic_store(&crew->stop, true);
    }
}

static void *start_work(void *context) {
    Worker *worker = context;
    work(worker);
    pthread_mutex_lock(&worker->crew->mutex);
    worker->crew->at_work--;
    pthread_cond_signal(&worker->crew->done);
    pthread_mutex_unlock(&worker->crew->mutex);
    return NULL;
}

/* The calling thread has nothing left to do but to ask whether to stop. */
static void wait_for_others(Crew *crew) {
    pthread_mutex_lock(&crew->mutex);
    while (crew->at_work) {
        struct timespec until;
        timespec_get(&until, TIME_UTC);
        until.tv_nsec += NAP_MILLISECONDS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&crew->done, &crew->mutex, &until);
        pthread_mutex_unlock(&crew->mutex);
        ask_and_go_on(crew);
        pthread_mutex_lock(&crew->mutex);
    }
    pthread_mutex_unlock(&crew->mutex);
}

/* ---------------------------------------------------------------- a batch */

/* The focus nodes of a root: those it brings, or those of the shape's targets. */
static bool focus_of(CnsRun *run, const CnsRoot *root, CnsSlice *focus) {
    if (!root->focus && !cns_run_targets(run, root->shape)) return false;
    *focus = root->focus ? (CnsSlice){root->focus, root->focus_count} : (CnsSlice){run->focus.items, run->focus.count};
    return true;
}

/* Gathers focus nodes of roots from *root on, until there are enough. */
static CnsStatus gather(Crew *crew, uint32_t *root) {
    CnsRun *run = &crew->workers[0].run;
    const CnsAllocator *allocator = &crew->job->store->allocator;
    crew->focus.count = 0;
    crew->stretch_count = 0;
    for (; *root < crew->job->root_count && crew->focus.count < BATCH; ++*root) {
        CnsSlice focus;
        if (cns_run_is_vacuous(run, crew->job->roots[*root].shape)) continue;
        if (!focus_of(run, &crew->job->roots[*root], &focus)) return CNS_ERR_MEMORY;
        uint32_t more = crew->focus.count > focus.count ? crew->focus.count : focus.count; /* not little by little */
        if (focus.count > crew->focus.capacity - crew->focus.count && !cns_words_room(allocator, &crew->focus, more)) return CNS_ERR_MEMORY;
        if (focus.count) memcpy(crew->focus.items + crew->focus.count, focus.items, focus.count * sizeof *focus.items);
        crew->focus.count += focus.count;
        crew->stretches[crew->stretch_count++] = (Stretch){crew->job->code->shapes[crew->job->roots[*root].shape], crew->focus.count};
    }
    return CNS_OK;
}

static CnsStatus plan_parts(Crew *crew) {
    uint32_t size = crew->focus.count / (crew->worker_count * PARTS_PER_THREAD) + 1;
    crew->part_size = size < LEAST_PART ? LEAST_PART : size;
    crew->part_count = (crew->focus.count + crew->part_size - 1) / crew->part_size;
    Part *parts = crew_resize(crew, crew->parts, ((size_t)crew->part_count + 1) * sizeof *parts);
    if (!parts) return CNS_ERR_MEMORY;
    crew->parts = parts;
    atomic_store(&crew->next_part, 0);
    return CNS_OK;
}

/* A thread that cannot be made is one fewer: the others do its work. */
static void run_batch(Crew *crew) {
    uint32_t wanted = crew->part_count < crew->worker_count ? crew->part_count : crew->worker_count, started = 1;
    crew->at_work = 0;
    for (; started < wanted; started++) {
        pthread_mutex_lock(&crew->mutex);
        crew->at_work++;
        pthread_mutex_unlock(&crew->mutex);
        if (pthread_create(&crew->workers[started].thread, NULL, start_work, &crew->workers[started]) == 0) continue;
        pthread_mutex_lock(&crew->mutex);
        crew->at_work--;
        pthread_mutex_unlock(&crew->mutex);
        break;
    }
    work(&crew->workers[0]);
    wait_for_others(crew);
    for (uint32_t i = 1; i < started; i++) pthread_join(crew->workers[i].thread, NULL);
}

/* The hits of the parts, in their order. */
static CnsStatus join_hits(Crew *crew, CnsNativeResult *result) {
    uint64_t total = result->hit_count;
    for (uint32_t i = 0; i < crew->part_count; i++) total += crew->parts[i].count;
    if (total > UINT32_MAX / 2) return CNS_ERR_MEMORY;
    if (total > result->hit_count) {
        CnsHit *hits = crew_resize(crew, result->hits, total * sizeof *hits);
        if (!hits) return CNS_ERR_MEMORY;
        result->hits = hits;
    }
    for (uint32_t i = 0; i < crew->part_count; i++) {
        const Part *part = &crew->parts[i];
        if (part->count) memcpy(result->hits + result->hit_count, crew->workers[part->worker].run.hits + part->first, (size_t)part->count * sizeof *result->hits);
        result->hit_count += part->count;
    }
    for (uint32_t i = 0; i < crew->worker_count; i++) crew->workers[i].run.hit_count = 0;
    return CNS_OK;
}

static CnsStatus outcome(const Crew *crew) {
    for (uint32_t i = 0; i < crew->worker_count; i++)
        if (crew->workers[i].status != CNS_OK) return crew->workers[i].status;
    return atomic_load(&crew->stop) && !atomic_load(&crew->failed) ? CNS_STOPPED : CNS_OK;
}

static CnsStatus run_batches(Crew *crew, CnsNativeResult *result) {
    CnsStatus status = CNS_OK;
    for (uint32_t root = 0; status == CNS_OK && root < crew->job->root_count && go_on(crew);) {
        status = gather(crew, &root);
        if (status == CNS_OK) status = plan_parts(crew);
        if (status != CNS_OK) break;
        run_batch(crew);
        status = outcome(crew);
        if (status == CNS_OK && !crew->job->verdict_only) status = join_hits(crew, result);
    }
    result->conforms = !atomic_load(&crew->failed) && !result->hit_count;
    return status;
}

/* ---------------------------------------------------------------- the crew */

static CnsStatus hire(Crew *crew) {
    for (uint32_t i = 0; i < crew->worker_count; i++) {
        Worker *worker = &crew->workers[i];
        CnsStatus status = cns_run_open(&worker->run, crew->job->store);
        if (status != CNS_OK) return status;
        if (i) cns_run_share_memos(&worker->run, &crew->workers[0].run);
        worker->crew = crew;
        worker->number = i;
        worker->run.poll = i == 0 ? ask_and_go_on : go_on;
        worker->run.poll_context = crew;
    }
    return CNS_OK;
}

static CnsStatus work_together(const CnsNativeJob *job, uint32_t threads, CnsNativeResult *result) {
    Crew crew = {.job = job, .worker_count = threads};
    atomic_init(&crew.next_part, 0);
    atomic_init(&crew.stop, false);
    atomic_init(&crew.failed, false);
    if (pthread_mutex_init(&crew.mutex, NULL) != 0) return CNS_ERR_MEMORY;
    if (pthread_cond_init(&crew.done, NULL) != 0) {
        pthread_mutex_destroy(&crew.mutex);
        return CNS_ERR_MEMORY;
    }
    crew.workers = crew_resize(&crew, NULL, threads * sizeof *crew.workers);
    crew.stretches = crew_resize(&crew, NULL, ((size_t)job->root_count + 1) * sizeof *crew.stretches);
    if (crew.workers) memset(crew.workers, 0, threads * sizeof *crew.workers);
    CnsStatus status = crew.workers && crew.stretches ? hire(&crew) : CNS_ERR_MEMORY;
    if (status == CNS_OK) status = run_batches(&crew, result);
    for (uint32_t i = 0; crew.workers && i < threads; i++) cns_run_close(&crew.workers[i].run);
    cns_words_free(&job->store->allocator, &crew.focus);
    void *arrays[] = {crew.workers, crew.stretches, crew.parts};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i]) crew_resize(&crew, arrays[i], 0);
    pthread_cond_destroy(&crew.done);
    pthread_mutex_destroy(&crew.mutex);
    if (status == CNS_OK) return status;
    if (result->hits) job->store->allocator.resize(job->store->allocator.context, result->hits, 0);
    *result = (CnsNativeResult){NULL, 0, false};
    return status;
}

/* Small data is not worth a thread: nodes are at least as many as the focus nodes of a shape. */
CnsStatus cns_native_run(const CnsNativeJob *job, CnsNativeResult *result) {
    *result = (CnsNativeResult){NULL, 0, true};
    uint32_t useful = (job->store->node_count + job->store->literal_count) / LEAST_PART, threads = job->threads;
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    if (threads > useful) threads = useful;
    return threads > 1 ? work_together(job, threads, result) : take_turn_alone(job, result);
}

#endif
