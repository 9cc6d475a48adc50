/* The checks that look at many values at once. */
#include "ops.h"

enum { SEARCHED_PAIRS = 256 }; /* up to so many comparisons a search beats building a set */

/* Adds a hit if wanted; false without memory. */
static bool found(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, bool report, uint32_t *failures) {
    ++*failures;
    return !report || cns_run_hit(run, op, focus, value, CNS_NONE);
}

/* ---------------------------------------------------------------- closed */

/* Both the node's columns and those that the shape allows are in order, so that one walk over both tells them apart. */
uint32_t cns_op_closed_walk(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, CnsSlice allowed, bool report) {
    const CnsStore *store = run->store;
    uint32_t failures = 0, next = 0;
    CnsSlice columns = cns_index_get(&store->node_columns, value);
    for (uint32_t i = 0; i < columns.count; i++) {
        uint32_t column = columns.items[i];
        while (next < allowed.count && allowed.items[next] < column) next++;
        if (next < allowed.count && allowed.items[next] == column) continue;
        CnsSlice objects = cns_values(store, column, value);
        for (uint32_t j = 0; j < objects.count; j++, failures++)
            if (report && !cns_run_hit(run, op, focus, objects.items[j], run->program->columns[column].predicate)) return CNS_NONE;
        if (failures && !report) return failures;
    }
    CnsSlice rest = cns_index_get(&store->rest.forward, value);
    for (uint32_t i = 0; i < rest.count; i++, failures++) {
        const uint32_t *pair = store->rest_pairs.items + 2 * (size_t)rest.items[i];
        if (report && !cns_run_hit(run, op, focus, pair[1], pair[0])) return CNS_NONE;
    }
    uint32_t column_set = store->column_sets[value];
    if (!failures) *cns_closed_pass(run, column_set, allowed) = (CnsClosedPass){allowed.items, allowed.count, column_set};
    return failures;
}

/* ---------------------------------------------------------------- languages */

/* One result for each language that two or more values have, and no value in it. */
uint32_t cns_op_unique_lang(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, bool report) {
    uint32_t failures = 0;
    if (values.count < 2) return 0;
    cns_value_set_clear(&run->seen);
    cns_value_set_clear(&run->reported);
    for (uint32_t i = 0; i < values.count; i++) {
        if (!cns_is_literal(values.items[i])) continue;
        uint32_t language = cns_literal(run->store, values.items[i])->language;
        if (!language) continue;
        language = cns_language_folded(run->store, language);
        int added = cns_value_set_add(&run->seen, language);
        if (added == 0) added = cns_value_set_add(&run->reported, language) == 1 ? 2 : 1;
        if (added < 0) return CNS_NONE;
        if (added == 2 && !found(run, op, focus, CNS_NONE, report, &failures)) return CNS_NONE;
        if (failures && !report) break;
    }
    return failures;
}

/* ---------------------------------------------------------------- pairs of properties */

/* A slice that can be asked for a value: searched if it is short, else hashed into a set. */
typedef struct {
    CnsSlice slice;
    CnsValueSet *set; /* NULL: search */
} Lookup;

static bool lookup_open(Lookup *lookup, CnsSlice slice, uint32_t questions, CnsValueSet *set) {
    *lookup = (Lookup){slice, NULL};
    if ((uint64_t)slice.count * questions <= SEARCHED_PAIRS) return true;
    cns_value_set_clear(set);
    for (uint32_t i = 0; i < slice.count; i++)
        if (cns_value_set_add(set, slice.items[i]) < 0) return false;
    lookup->set = set;
    return true;
}

static bool lookup_has(const CnsRun *run, const Lookup *lookup, uint32_t value) {
    if (lookup->set) return cns_value_set_has(lookup->set, value);
    for (uint32_t i = 0; i < lookup->slice.count; i++)
        if (cns_equal(run->store, lookup->slice.items[i], value)) return true;
    return false;
}

/* A hit for each of the values that is (or is not) among the others. */
static bool compare_sets(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, CnsSlice others, bool wanted, bool report, uint32_t *failures) {
    Lookup lookup;
    if (!lookup_open(&lookup, others, values.count, &run->seen)) return false;
    for (uint32_t i = 0; i < values.count; i++) {
        if (lookup_has(run, &lookup, values.items[i]) == wanted) continue;
        if (!found(run, op, focus, values.items[i], report, failures)) return false;
        if (!report) break;
    }
    return true;
}

uint32_t cns_op_equals(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, bool report) {
    uint32_t failures = 0;
    CnsSlice others = cns_values(run->store, column, focus);
    if (!compare_sets(run, op, focus, values, others, true, report, &failures)) return CNS_NONE;
    if (failures && !report) return failures;
    return compare_sets(run, op, focus, others, values, true, report, &failures) ? failures : CNS_NONE;
}

uint32_t cns_op_disjoint(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, bool report) {
    uint32_t failures = 0;
    return compare_sets(run, op, focus, values, cns_values(run->store, column, focus), false, report, &failures) ? failures : CNS_NONE;
}

static void parse(const CnsRun *run, uint32_t value, CnsValue *out) {
    *out = (CnsValue){.kind = CNS_VALUE_NONE};
    if (!cns_is_literal(value)) return;
    const CnsLiteral *literal = cns_literal(run->store, value);
    cns_value_parse(literal->datatype, literal->text, literal->length, out);
}

/* One result for each pair that is not in order, as the recommendation words it. */
uint32_t cns_op_compare(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, uint32_t mask, bool report) {
    CnsSlice others = cns_values(run->store, column, focus);
    uint32_t failures = 0;
    for (uint32_t i = 0; i < values.count && others.count; i++) {
        CnsValue left, right;
        parse(run, values.items[i], &left);
        if (!cns_run_steps(run, others.count)) return CNS_NONE;
        for (uint32_t j = 0; j < others.count; j++) {
            parse(run, others.items[j], &right);
            if (cns_accepts(mask, cns_value_compare(&left, &right))) continue;
            if (!found(run, op, focus, values.items[i], report, &failures)) return CNS_NONE;
            if (!report) return failures;
        }
    }
    return failures;
}
