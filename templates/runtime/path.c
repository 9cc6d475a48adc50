/* Property paths, a set of nodes at a time. Recursion is as deep as the path is nested, which the verifier bounds. */
#include "run.h"

static bool step(CnsRun *run, uint32_t path, CnsSlice from, CnsValueSet *out, uint32_t depth);

static bool add_all(CnsValueSet *out, CnsSlice values) {
    for (uint32_t i = 0; i < values.count; i++)
        if (cns_value_set_add(out, values.items[i]) < 0) return false;
    return true;
}

static CnsSlice items_of(const CnsValueSet *set) { return (CnsSlice){set->items.items, set->items.count}; }

static bool predicate(CnsRun *run, uint32_t column, CnsSlice from, CnsValueSet *out, bool inverse) {
    for (uint32_t i = 0; i < from.count; i++) {
        CnsSlice next = inverse ? cns_subjects(run->store, column, from.items[i]) : cns_values(run->store, column, from.items[i]);
        if (!cns_run_steps(run, next.count + 1) || !add_all(out, next)) return false;
    }
    return true;
}

/* From one value along one predicate there is nothing to collect: the values stand there, each once. */
static bool single_step(const CnsRun *run, uint32_t path_index, CnsSlice *from) {
    const CnsPath *path = &run->program->paths[path_index];
    if (from->count != 1 || path->kind > CNS_PATH_INVERSE) return false;
    *from = path->kind == CNS_PATH_PREDICATE ? cns_values(run->store, path->first, from->items[0]) : cns_subjects(run->store, path->first, from->items[0]);
    return true;
}

static bool sequence(CnsRun *run, const CnsPath *path, CnsSlice from, CnsValueSet *out, uint32_t depth) {
    for (uint32_t i = 0; i < path->count; i++) {
        uint32_t child = run->program->pool[path->first + i].word;
        if (i + 1 == path->count) return step(run, child, from, out, depth + 1);
        if (single_step(run, child, &from)) continue;
        CnsValueSet *next = &run->path_sets[2 * depth + (i & 1)];
        cns_value_set_clear(next);
        if (!step(run, child, from, next, depth + 1)) return false;
        from = items_of(next);
    }
    return true;
}

static bool alternative(CnsRun *run, const CnsPath *path, CnsSlice from, CnsValueSet *out, uint32_t depth) {
    for (uint32_t i = 0; i < path->count; i++)
        if (!step(run, run->program->pool[path->first + i].word, from, out, depth + 1)) return false;
    return true;
}

/* Grows `reached` until no step leads out of it: from all that was new in the last round at once, so that a closure within
   a closure costs a few rounds, not one for each node. Each node is stepped from once, so that loops in the data end. */
static bool closure(CnsRun *run, uint32_t child, CnsValueSet *reached, uint32_t depth) {
    CnsValueSet *found = &run->path_sets[2 * depth + 1];
    for (uint32_t start = 0; start < reached->items.count;) {
        CnsSlice latest = {reached->items.items + start, reached->items.count - start};
        start = reached->items.count;
        cns_value_set_clear(found);
        if (!step(run, child, latest, found, depth + 1) || !add_all(reached, items_of(found))) return false;
    }
    return true;
}

static bool repeat(CnsRun *run, const CnsPath *path, CnsSlice from, CnsValueSet *out, uint32_t depth) {
    CnsValueSet *reached = &run->path_sets[2 * depth];
    cns_value_set_clear(reached);
    bool started = path->kind == CNS_PATH_ZERO_OR_MORE ? add_all(reached, from) : step(run, path->first, from, reached, depth + 1);
    return started && closure(run, path->first, reached, depth) && add_all(out, items_of(reached));
}

static bool step(CnsRun *run, uint32_t path_index, CnsSlice from, CnsValueSet *out, uint32_t depth) {
    if (!from.count) return true;
    if (!cns_run_steps(run, 1)) return false;
    const CnsPath *path = &run->program->paths[path_index];
    switch (path->kind) {
        case CNS_PATH_PREDICATE: return predicate(run, path->first, from, out, false);
        case CNS_PATH_INVERSE: return predicate(run, path->first, from, out, true);
        case CNS_PATH_SEQUENCE: return sequence(run, path, from, out, depth);
        case CNS_PATH_ALTERNATIVE: return alternative(run, path, from, out, depth);
        case CNS_PATH_ZERO_OR_ONE: return add_all(out, from) && step(run, path->first, from, out, depth + 1);
        default: return repeat(run, path, from, out, depth);
    }
}

bool cns_run_path(CnsRun *run, uint32_t path, uint32_t focus, CnsValueSet *out) {
    cns_value_set_clear(out);
    return step(run, path, (CnsSlice){&focus, 1}, out, 0);
}
