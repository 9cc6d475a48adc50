/* One validation over one store: hits, what the checks need at hand, and the sets that paths are collected in.
   Both engines work on this; a thread has one of its own. */
#ifndef CNS_RUN_H
#define CNS_RUN_H

#include "literal.h"
#include "store.h"
#include "values.h"

/* One validation result. Shape, component, severity and messages follow from the op. */
typedef struct {
    uint32_t op;
    uint32_t focus;
    uint32_t value; /* CNS_NONE: the result has no sh:value */
    uint32_t path;  /* the predicate's node where a closed shape found it; else CNS_NONE, the path being the shape's */
} CnsHit;

/* Which shape is run over which focus nodes; NULL: over those of its targets. */
typedef struct {
    uint32_t shape;
    const uint32_t *focus;
    uint32_t focus_count;
} CnsRoot;

/* A constant that values are compared with; where it is a small integer, as that as well. */
typedef struct {
    CnsValue value;
    int64_t integer;
    bool small;
} CnsBound;

/* A set of columns that a closed shape, known by the list of what it allows, was seen to allow. */
typedef struct {
    const uint32_t *allowed;
    uint32_t allowed_count;
    uint32_t column_set; /* 0: nothing yet */
} CnsClosedPass;

enum { CNS_CLOSED_PASSES = 64 };

typedef struct {
    const CnsStore *store;
    const CnsProgram *program;
    CnsHit *hits;
    uint32_t hit_count, hit_capacity;
    CnsBound *bounds;         /* the program's literals, parsed once */
    uint32_t *regex_scratch;
    CnsValueSet *path_sets;   /* two for each level of a path */
    CnsValueSet *frame_sets;  /* one for each level of shapes that call shapes */
    CnsValueSet seen, reported; /* for checks over all values */
    CnsClosedPass closed_passes[CNS_CLOSED_PASSES]; /* each where its hash says, until another one takes its place */
    CnsWords focus;           /* the focus nodes of the shape that is being run */
    uint64_t *focus_bits;
    uint32_t focus_words;
    uint8_t **memos;          /* verdicts that are kept, NULL until there is one; see memo.h */
    bool borrows_memos;       /* another run frees them */
    uint64_t work;            /* steps inside of single checks, since the engine last took note */
    bool (*poll)(void *context); /* asked now and then within a long check; false: stop. May be NULL */
    void *poll_context;
    bool stopped;
} CnsRun;

CnsStatus cns_run_open(CnsRun *run, const CnsStore *store);
void cns_run_close(CnsRun *run);

/* Makes room for the nodes that came into the store since the run was opened. False without memory. */
bool cns_run_fit(CnsRun *run);

/* From now on the verdicts that either keeps are kept for both; the other run is closed last. */
void cns_run_share_memos(CnsRun *run, const CnsRun *other);

/* Forgets what the sets have allocated, and the verdicts that are kept, where all of that memory has been given back at once. */
void cns_run_forget_sets(CnsRun *run);

/* Counts the steps of a check that may take long. False: the poll says stop, and the check fails as if without memory. */
enum { CNS_RUN_PATIENCE = 1 << 20 };
bool cns_run_poll(CnsRun *run);
static inline bool cns_run_steps(CnsRun *run, uint32_t steps) {
    run->work += steps;
    return run->work < CNS_RUN_PATIENCE || cns_run_poll(run);
}

bool cns_run_hit(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, uint32_t path);

/* The focus nodes of a shape, all its targets together, each once: nodes by id, then literals by first appearance. */
bool cns_run_targets(CnsRun *run, uint32_t shape);

/* The same part by part: from *place, first 0, on; afterwards it is where the next part begins, CNS_NONE behind the last. */
bool cns_run_next_targets(CnsRun *run, uint32_t shape, uint32_t *place, CnsSlice *focus);

/* The focus nodes of all targets, only marked: nodes in focus_bits, which are to be cleared again, literals among those seen. */
bool cns_run_mark_targets(CnsRun *run, uint32_t shape);

/* How many instances the class has at most; 0: none. */
uint64_t cns_run_most_instances(const CnsRun *run, uint32_t class_index);

/* True where the data has nothing that the shape could find fault with: one look for all focus nodes. */
bool cns_run_is_vacuous(const CnsRun *run, uint32_t shape);

/* The value nodes of a path, each once, in the order in which they are reached. */
bool cns_run_path(CnsRun *run, uint32_t path, uint32_t focus, CnsValueSet *out);

#endif
