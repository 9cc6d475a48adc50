/* The native engine: a function for each shape, which the compiler emitted, run over the focus nodes by one thread or several.
   What a check means is in ops.h, as for the vm; here is what emitted code is made of besides. */
#ifndef CNS_NATIVE_H
#define CNS_NATIVE_H

#include "memo.h"
#include "ops.h"

typedef enum {
    CNS_PASSES,
    CNS_FAILS, /* never of a function that reports */
    CNS_BROKEN /* no memory, or the poll said stop: nothing that was found is worth anything */
} CnsVerdict;

/* Reporting, it adds its results to the run and goes on; else it leaves at the first failure. */
typedef CnsVerdict CnsShapeFunction(CnsRun *run, uint32_t focus, bool report);

/* The same over many focus nodes, up to the first verdict that is not PASSES. */
typedef CnsVerdict CnsRootFunction(CnsRun *run, CnsSlice focus, bool report);

/* What a compiled library has to show, under the name CNS_NATIVE_SYMBOL. */
typedef struct {
    uint32_t layout;  /* CNS_NATIVE_LAYOUT: of the structs that library and host share */
    uint32_t shape_count;
    uint64_t program; /* the checksum of the program that it was made of */
    CnsRootFunction *const *shapes; /* NULL for those that only others call */
} CnsNativeCode;

#define CNS_NATIVE_SYMBOL "cns_native_code"
#define CNS_NATIVE_LAYOUT ((uint32_t)(sizeof(CnsStore) << 21 ^ sizeof(CnsColumn) << 14 ^ sizeof(CnsProgram) << 7 ^ sizeof(CnsRun)))

typedef struct {
    const CnsNativeCode *code;
    const CnsStore *store;
    const CnsRoot *roots; /* shapes that can be run by themselves */
    uint32_t root_count;
    uint32_t threads;     /* at most so many; the store's allocator must serve them all */
    bool verdict_only;    /* stop at the first failure; there are no hits then */
    bool (*poll)(void *context); /* asked now and then, by the calling thread alone; false: stop. May be NULL */
    void *poll_context;
} CnsNativeJob;

typedef struct {
    CnsHit *hits; /* the caller's, to be freed with the store's allocator */
    uint32_t hit_count;
    bool conforms;
} CnsNativeResult;

/* True if every root has code. */
bool cns_native_covers(const CnsNativeCode *code, const CnsRoot *roots, uint32_t root_count);

/* The hits and their order are those of the vm, whatever the number of threads. CNS_STOPPED: the poll said so. */
CnsStatus cns_native_run(const CnsNativeJob *job, CnsNativeResult *result);

/* The same by the calling thread, on a run of its own, which the hits are left in; poll and threads of the job mean nothing. */
CnsStatus cns_native_run_alone(const CnsNativeJob *job, CnsRun *run, bool *conforms);

/* ---------------------------------------------------------------- what emitted functions are made of

   In each there are `run`, `store`, `focus` and `report`, the slice `values`, and the current `value`: that of a loop, else the
   focus node. */

#define CNS_NATIVE_HIDDEN __attribute__((visibility("hidden")))

/* What becomes of a failed check: if wanted a result, after which the shape goes on (PASSES), else FAILS. */
CnsVerdict cns_native_found(CnsRun *run, uint32_t focus, const uint32_t *op, uint32_t value, bool report) __attribute__((cold));

#define CNS_NATIVE_CHECK(passes, op, culprit)                                           \
    do {                                                                                \
        if (__builtin_expect(!(passes), 0)) {                                           \
            CnsVerdict verdict = cns_native_found(run, focus, (op), (culprit), report); \
            if (verdict != CNS_PASSES) return verdict;                                  \
        }                                                                               \
    } while (0)

/* The same, after which it goes on elsewhere. */
#define CNS_NATIVE_CHECK_OR(label, passes, op, culprit)                                 \
    do {                                                                                \
        if (__builtin_expect(!(passes), 0)) {                                           \
            CnsVerdict verdict = cns_native_found(run, focus, (op), (culprit), report); \
            if (verdict != CNS_PASSES) return verdict;                                  \
            goto label;                                                                 \
        }                                                                               \
    } while (0)

/* Where a failure is no result, and only leads elsewhere. */
#define CNS_NATIVE_QUIETLY_OR(label, passes, op, culprit) \
    do {                                                  \
        if (!(passes)) goto label;                        \
    } while (0)

/* The same where shapes that others only test fail as often as they pass. */
#define CNS_NATIVE_WEIGH(passes, op, culprit)                                           \
    do {                                                                                \
        if (!(passes)) {                                                                \
            if (!report) return CNS_FAILS;                                              \
            CnsVerdict verdict = cns_native_found(run, focus, (op), (culprit), true);   \
            if (verdict != CNS_PASSES) return verdict;                                  \
        }                                                                               \
    } while (0)

/* A check that adds its results itself and returns how many. */
#define CNS_NATIVE_CHECK_SET(call)                                                          \
    do {                                                                                    \
        uint32_t failures = (call);                                                         \
        if (__builtin_expect(failures != 0, 0)) {                                           \
            if (failures == CNS_NONE) return CNS_BROKEN;                                    \
            if (!report) return CNS_FAILS;                                                  \
        }                                                                                   \
    } while (0)

#define CNS_NATIVE_CHECK_SET_OR(label, call)             \
    do {                                                 \
        uint32_t failures = (call);                      \
        if (__builtin_expect(failures != 0, 0)) {        \
            if (failures == CNS_NONE) return CNS_BROKEN; \
            if (!report) return CNS_FAILS;               \
            goto label;                                  \
        }                                                \
    } while (0)

/* A shape's results are the caller's: in both modes what is not PASSES ends the caller too. */
#define CNS_NATIVE_CALL(shape)                                          \
    do {                                                                \
        CnsVerdict verdict = shape(run, value, report);                 \
        if (__builtin_expect(verdict != CNS_PASSES, 0)) return verdict; \
    } while (0)

#define CNS_NATIVE_TEST(shape)                             \
    do {                                                   \
        CnsVerdict verdict = shape(run, value, false);     \
        if (verdict == CNS_BROKEN) return CNS_BROKEN;      \
        flag = verdict == CNS_PASSES;                      \
    } while (0)

/* The same of a shape that has a memo. */
#define CNS_NATIVE_ASK(shape, memo)                                                                                  \
    do {                                                                                                             \
        CnsMemoVerdict known = cns_memo_get(run, (memo), value);                                                     \
        if (known == CNS_MEMO_UNKNOWN) {                                                                             \
            CnsVerdict verdict = shape(run, value, false);                                                           \
            known = verdict == CNS_PASSES ? CNS_MEMO_CONFORMS : CNS_MEMO_FAILS;                                      \
            if (verdict == CNS_BROKEN || !cns_memo_put(run, (memo), value, verdict == CNS_PASSES)) return CNS_BROKEN; \
        }                                                                                                            \
        flag = known == CNS_MEMO_CONFORMS;                                                                           \
    } while (0)

/* A part of a shape, with what the program numbers in it. */
#define CNS_NATIVE_BLOCK(block, numbers)                                \
    do {                                                                \
        CnsVerdict verdict = block(run, focus, report, (numbers));      \
        if (__builtin_expect(verdict != CNS_PASSES, 0)) return verdict; \
    } while (0)

/* What several shapes have in common is there once. */
#define CNS_NATIVE_SHARED __attribute__((noinline))

/* The whole of a root's function. Loops that call nothing only count their turns: that somebody wants to stop is seen here. */
#define CNS_NATIVE_ROOT(shape)                                          \
    for (uint32_t i = 0; i < focus.count; i++) {                        \
        CnsVerdict verdict = shape(run, focus.items[i], report);        \
        if (__builtin_expect(verdict != CNS_PASSES, 0)) return verdict; \
        if (!cns_run_steps(run, 0)) return CNS_BROKEN;                  \
    }                                                                   \
    return CNS_PASSES

/* The same of a shape that has a memo: what is known to conform has no results. */
#define CNS_NATIVE_ROOT_KEPT(shape, memo)                                                         \
    for (uint32_t i = 0; i < focus.count; i++) {                                                  \
        if (cns_memo_get(run, (memo), focus.items[i]) == CNS_MEMO_CONFORMS) continue;             \
        uint32_t hits = run->hit_count;                                                           \
        CnsVerdict verdict = shape(run, focus.items[i], report);                                  \
        if (__builtin_expect(verdict != CNS_PASSES, 0)) return verdict;                           \
        if (!cns_memo_put(run, (memo), focus.items[i], run->hit_count == hits)) return CNS_BROKEN; \
        if (!cns_run_steps(run, 0)) return CNS_BROKEN;                                            \
    }                                                                                             \
    return CNS_PASSES

/* Loops that call shapes, so that no nesting of them outruns the poll. */
#define CNS_NATIVE_STEPS()                                        \
    do {                                                          \
        if (!cns_run_steps(run, values.count)) return CNS_BROKEN; \
    } while (0)

/* The values of the focus nodes to come mostly stand behind those of this one: asked for now, their texts are there in time. */
#define CNS_NATIVE_AHEAD() cns_prefetch_text(store, values.items[i + CNS_INDEX_AHEAD])

/* What paths that are code collect. */
__attribute__((unused)) static inline bool cns_native_collect(CnsRun *run, CnsValueSet *out, CnsSlice values) {
    if (!cns_run_steps(run, values.count + 1)) return false;
    for (uint32_t i = 0; i < values.count; i++)
        if (cns_value_set_add(out, values.items[i]) < 0) return false;
    return true;
}

/* Checks that look at texts: functions where it does not matter, so that what is emitted stays small and is compiled quickly. */
bool cns_native_datatype(const CnsRun *run, uint32_t value, uint32_t datatype);
bool cns_native_range(const CnsRun *run, uint32_t value, uint32_t bound, uint32_t mask);
bool cns_native_min_length(const CnsRun *run, uint32_t value, uint32_t least);
bool cns_native_max_length(const CnsRun *run, uint32_t value, uint32_t most);
bool cns_native_fits(const CnsRun *run, uint32_t value, const CnsFit *fit);
bool cns_native_pattern(const CnsRun *run, uint32_t value, const uint32_t *regex);

/* A fit whose bounds are integers, and which says nothing about lengths: integers of up to 18 digits need no more than this. */
__attribute__((unused)) static inline bool cns_native_fits_integers(const CnsRun *run, uint32_t value, const CnsFit *fit, int64_t least, int64_t most) {
    if (!cns_is_literal(value)) return false;
    const CnsLiteral *literal = cns_literal(run->store, value);
    int64_t number;
    if (literal->datatype == CNS_DT_INTEGER && cns_small_integer(literal->text, literal->length, &number)) return number >= least && number <= most;
    return cns_native_fits(run, value, fit);
}

/* Of large programs these are functions too. */
bool cns_native_in(const CnsRun *run, uint32_t value, uint32_t set);
bool cns_native_language_in(const CnsRun *run, uint32_t value, uint32_t list);
CnsSlice cns_native_allowed(const CnsRun *run, uint32_t list);

#endif
