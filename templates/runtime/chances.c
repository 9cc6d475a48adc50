/* Counts tell at once what some focus node must fail. The arguments:

   - A column with values at R nodes, V in all, and F focus nodes, each its own node: if F > R, some focus node has no value; if
     F × k > V, some focus node has fewer than k. So what asks for at least k values fails, wherever it is reached by all focus
     nodes: outside of blocks and of loops over a path's values. Jumps only leave out other checks of the focus node itself.
   - If V > R × k, some node has more than k values. It is a focus node for sure where all nodes with values are; else it may be.

   F is a lower bound: of several targets the one with the most nodes. A proof is still run, as any other root: it is only the first. */
#include "chances.h"

typedef enum { CERTAIN, LIKELY, UNKNOWN, NOTHING, CHANCES } Chance;

typedef struct {
    uint32_t least; /* focus nodes; 0: there are none */
    const CnsShape *shape;
} Focus;

/* Where the store has no lists, because it is small: the nodes of each type set. (Where some instances are no focus nodes, it has.) */
static uint32_t *count_type_sets(const CnsStore *store) {
    uint32_t *sizes = store->allocator.resize(store->allocator.context, NULL, ((size_t)store->type_set_count + 1) * sizeof *sizes);
    if (!sizes) return NULL;
    memset(sizes, 0, (size_t)store->type_set_count * sizeof *sizes);
    for (uint32_t node = 0; store->type_set_count && node < store->node_count; node++) sizes[store->type_sets[node]]++;
    return sizes;
}

static uint32_t class_size(const CnsStore *store, const uint32_t *sizes, uint32_t class_index) {
    uint32_t total = 0;
    for (uint32_t set = 1; sizes && set < store->type_set_count; set++)
        if (store->class_bits[(size_t)set * store->class_words + (class_index >> 6)] >> (class_index & 63) & 1) total += sizes[set];
    if (sizes) return total;
    for (uint32_t i = store->first_class_set[class_index]; i < store->first_class_set[class_index + 1]; i++)
        total += store->first_instance[store->class_sets[i] + 1] - store->first_instance[store->class_sets[i]];
    return total;
}

static Focus certain_focus(const CnsStore *store, const uint32_t *sizes, const CnsShape *shape) {
    Focus focus = {.shape = shape};
    for (uint32_t i = 0; i < shape->target_count; i++) {
        const CnsTarget *target = &store->program->targets[shape->first_target + i];
        uint32_t count = 1;
        if (target->kind == CNS_TARGET_CLASS) count = class_size(store, sizes, target->argument);
        else if (target->kind != CNS_TARGET_NODE) count = store->columns[target->argument].forward.row_count;
        if (target->kind == CNS_TARGET_OBJECTS_OF && count) count = 1;
        if (count > focus.least) focus.least = count;
    }
    return focus;
}

static bool all_subjects(const CnsStore *store, const Focus *focus, uint32_t column) {
    const CnsTarget *targets = &store->program->targets[focus->shape->first_target];
    for (uint32_t i = 0; i < focus->shape->target_count; i++)
        if (targets[i].kind == CNS_TARGET_SUBJECTS_OF && targets[i].argument == column) return true;
    return false;
}

/* Of a check that asks for at least and at most so many values of the column. */
static Chance of_counts(const CnsStore *store, const Focus *focus, uint32_t column, uint64_t least, uint64_t most) {
    const CnsIndex *index = &store->columns[column].forward;
    uint64_t rows = index->row_count, values = cns_index_count(index);
    if (least && (focus->least > rows || focus->least * least > values)) return CERTAIN;
    if (values <= rows * most) return UNKNOWN;
    return all_subjects(store, focus, column) ? CERTAIN : LIKELY;
}

static Chance of_check(const CnsStore *store, const Focus *focus, uint32_t column, const CnsInstruction *at) {
    switch (at->code) {
        case CNS_OP_MIN_COUNT:
        case CNS_OP_MIN_TALLY: return of_counts(store, focus, column, at->b, UINT32_MAX);
        case CNS_OP_HAS_VALUE: return of_counts(store, focus, column, 1, UINT32_MAX);
        case CNS_OP_MAX_COUNT: return of_counts(store, focus, column, 0, at->b);
        case CNS_OP_COUNT: return of_counts(store, focus, column, at->b, at->c);
        default: return UNKNOWN;
    }
}

/* The code of a shape over these focus nodes, and that of the property shapes that it calls for them. */
static Chance of_code(const CnsStore *store, const Focus *focus, uint32_t shape, bool follow) {
    const CnsInstruction *code = store->program->code;
    Chance best = UNKNOWN;
    uint32_t column = CNS_NONE;
    bool own_value = false;
    for (uint32_t pc = store->program->shapes[shape].entry; code[pc].code != CNS_OP_RETURN && best != CERTAIN; pc++) {
        const CnsInstruction *at = &code[pc];
        Chance chance = UNKNOWN;
        switch (at->code) {
            case CNS_OP_VALUES_SELF:
            case CNS_OP_VALUES_FORWARD:
            case CNS_OP_VALUES_INVERSE:
            case CNS_OP_VALUES_PATH:
                own_value = at->code == CNS_OP_VALUES_SELF;
                column = at->code == CNS_OP_VALUES_FORWARD ? at->a : CNS_NONE;
                break;
            case CNS_OP_EACH: /* where there is nothing to loop over, a check may wait */
                if (column != CNS_NONE && at->a != at->b) chance = of_check(store, focus, column, &code[at->a]);
                if (!own_value) pc = at->b - 1;
                break;
            case CNS_OP_NEXT: pc = at->b - 1; break;
            case CNS_OP_CALL:
                if (own_value && follow) chance = of_code(store, focus, at->a, false);
                break;
            default:
                if (column != CNS_NONE) chance = of_check(store, focus, column, at);
        }
        if (chance < best) best = chance;
    }
    return best;
}

static Chance chance_of(const CnsStore *store, const uint32_t *sizes, uint32_t shape) {
    Focus focus = certain_focus(store, sizes, &store->program->shapes[shape]);
    return focus.least ? of_code(store, &focus, shape, true) : NOTHING;
}

bool cns_order_roots(const CnsStore *store, CnsRoot *roots) {
    const CnsProgram *program = store->program;
    const CnsRootShape *order = program->root_order;
    uint32_t count = program->root_order_count, place[CHANCES + 1] = {0};
    const CnsAllocator *allocator = &store->allocator;
    uint8_t *chances = count > 1 ? allocator->resize(allocator->context, NULL, count) : NULL;
    uint32_t *sizes = chances && !store->instances ? count_type_sets(store) : NULL;
    bool good = count <= 1 || (chances && (store->instances || sizes));
    for (uint32_t i = 0; good && chances && i < count; i++) {
        chances[i] = (uint8_t)chance_of(store, sizes, order[i].word);
        place[chances[i] + 1]++;
    }
    for (uint32_t i = 0; i < CHANCES; i++) place[i + 1] += place[i];
    for (uint32_t i = 0; good && i < count; i++) roots[chances ? place[chances[i]]++ : i] = (CnsRoot){order[i].word, NULL, 0};
    if (sizes) allocator->resize(allocator->context, sizes, 0);
    if (chances) allocator->resize(allocator->context, chances, 0);
    return good;
}
