/* A run's memory, its hits, and the focus nodes of its shapes. */
#include "run.h"

static void *run_resize(const CnsRun *run, void *memory, size_t size) {
    return run->store->allocator.resize(run->store->allocator.context, memory, size);
}

static CnsValueSet *open_sets(const CnsRun *run, uint32_t count) {
    CnsValueSet *sets = run_resize(run, NULL, ((size_t)count + 1) * sizeof *sets);
    for (uint32_t i = 0; sets && i < count; i++) cns_value_set_open(&sets[i], run->store);
    return sets;
}

static void close_sets(CnsRun *run, CnsValueSet *sets, uint32_t count) {
    for (uint32_t i = 0; sets && i < count; i++) cns_value_set_close(&sets[i]);
    if (sets) run_resize(run, sets, 0);
}

CnsStatus cns_run_open(CnsRun *run, const CnsStore *store) {
    const CnsProgram *program = store->program;
    memset(run, 0, sizeof *run);
    run->store = store;
    run->program = program;
    uint32_t literals = program->terms_count - program->facts[0].node_terms;
    cns_value_set_open(&run->seen, store);
    cns_value_set_open(&run->reported, store);
    run->bounds = run_resize(run, NULL, ((size_t)literals + 1) * sizeof *run->bounds);
    run->regex_scratch = run_resize(run, NULL, ((size_t)program->max_regex_scratch + 1) * sizeof *run->regex_scratch);
    run->path_sets = open_sets(run, 2 * program->max_path_depth);
    run->frame_sets = open_sets(run, program->max_frames);
    run->memos = run_resize(run, NULL, ((size_t)program->memo_count + 1) * sizeof *run->memos);
    if (run->memos) memset(run->memos, 0, (size_t)program->memo_count * sizeof *run->memos);
    if (!run->bounds || !run->regex_scratch || !run->path_sets || !run->frame_sets || !run->memos || !cns_run_fit(run)) {
        cns_run_close(run);
        return CNS_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < literals; i++) {
        const CnsLiteral *literal = &store->literals[i];
        CnsBound *bound = &run->bounds[i];
        cns_value_parse(literal->datatype, literal->text, literal->length, &bound->value);
        bound->small = literal->datatype == CNS_DT_INTEGER && cns_small_integer(literal->text, literal->length, &bound->integer);
    }
    return CNS_OK;
}

static void drop_memos(CnsRun *run) {
    for (uint32_t i = 0; run->memos && !run->borrows_memos && i < run->program->memo_count; i++)
        if (run->memos[i]) run_resize(run, run->memos[i], 0);
    if (run->memos && !run->borrows_memos) run_resize(run, run->memos, 0);
}

void cns_run_share_memos(CnsRun *run, const CnsRun *other) {
    drop_memos(run);
    run->memos = other->memos;
    run->borrows_memos = true;
}

void cns_run_close(CnsRun *run) {
    if (!run->store) return;
    close_sets(run, run->path_sets, 2 * run->program->max_path_depth);
    close_sets(run, run->frame_sets, run->program->max_frames);
    cns_value_set_close(&run->seen);
    cns_value_set_close(&run->reported);
    drop_memos(run);
    cns_words_free(&run->store->allocator, &run->focus);
    void *arrays[] = {run->hits, run->bounds, run->regex_scratch, run->focus_bits};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i]) run_resize(run, arrays[i], 0);
    memset(run, 0, sizeof *run);
}

bool cns_run_fit(CnsRun *run) {
    uint32_t words = run->store->node_count / 64 + 1;
    if (words <= run->focus_words) return true;
    uint64_t *bits = run_resize(run, run->focus_bits, (size_t)words * sizeof *bits);
    if (!bits) return false;
    memset(bits + run->focus_words, 0, (size_t)(words - run->focus_words) * sizeof *bits);
    run->focus_bits = bits;
    run->focus_words = words;
    return true;
}

void cns_run_forget_sets(CnsRun *run) {
    for (uint32_t i = 0; i < 2 * run->program->max_path_depth; i++) cns_value_set_open(&run->path_sets[i], run->store);
    for (uint32_t i = 0; i < run->program->max_frames; i++) cns_value_set_open(&run->frame_sets[i], run->store);
    cns_value_set_open(&run->seen, run->store);
    cns_value_set_open(&run->reported, run->store);
    memset(run->memos, 0, (size_t)run->program->memo_count * sizeof *run->memos);
}

bool cns_run_poll(CnsRun *run) {
    run->work = 0;
    run->stopped = run->stopped || (run->poll && !run->poll(run->poll_context));
    return !run->stopped;
}

bool cns_run_hit(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, uint32_t path) {
    if (run->hit_count == run->hit_capacity) {
        if (run->hit_capacity >= UINT32_MAX / 2) return false;
        uint32_t capacity = run->hit_capacity ? run->hit_capacity * 2 : 256;
        CnsHit *hits = run_resize(run, run->hits, (size_t)capacity * sizeof *hits);
        if (!hits) return false;
        run->hits = hits;
        run->hit_capacity = capacity;
    }
    run->hits[run->hit_count++] = (CnsHit){op, focus, value, path};
    return true;
}

/* ---------------------------------------------------------------- targets */

enum {
    TARGET_PART = 4096, /* focus nodes at a time, where they can be had so */
    FEW_IN = 8          /* of the nodes with a type, one in so many are few */
};

/* Nodes go into the bits, literals into the set of those seen. */
static bool add_focus(CnsRun *run, uint32_t value) {
    if (cns_is_literal(value)) return cns_value_set_add(&run->seen, value) >= 0;
    run->focus_bits[value >> 6] |= UINT64_C(1) << (value & 63);
    return true;
}

/* The type sets that have the class. */
static CnsSlice sets_of(const CnsStore *store, uint32_t class_index) {
    uint32_t first = store->first_class_set[class_index];
    return (CnsSlice){store->class_sets + first, store->first_class_set[class_index + 1] - first};
}

static CnsSlice instances_of(const CnsStore *store, uint32_t set) {
    uint32_t first = store->first_instance[set];
    return (CnsSlice){store->instances + first, store->first_instance[set + 1] - first};
}

static void look_for_instances(CnsRun *run, uint32_t class_index) {
    const CnsStore *store = run->store;
    const CnsIndex *types = &store->columns[run->program->facts[0].type_column].forward;
    for (uint32_t word = 0; word < types->word_count; word++) {
        uint64_t found = 0;
        for (uint64_t bits = types->bits[word]; bits; bits &= bits - 1) {
            uint32_t node = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (cns_is_instance(store, node, class_index)) found |= bits & -bits;
        }
        run->focus_bits[word] |= found;
    }
}

static void add_instances(CnsRun *run, uint32_t class_index) {
    if (!run->store->instances) {
        look_for_instances(run, class_index);
        return;
    }
    CnsSlice sets = sets_of(run->store, class_index);
    for (uint32_t i = 0; i < sets.count; i++) {
        CnsSlice nodes = instances_of(run->store, sets.items[i]);
        for (uint32_t j = 0; j < nodes.count; j++) run->focus_bits[nodes.items[j] >> 6] |= UINT64_C(1) << (nodes.items[j] & 63);
    }
}

static uint32_t count_instances(const CnsStore *store, CnsSlice sets) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < sets.count; i++) total += instances_of(store, sets.items[i]).count;
    return total;
}

/* Which of the first type sets have the class: most nodes have one of these. */
static uint64_t first_type_sets(const CnsStore *store, uint32_t class_index) {
    uint64_t sets = 0;
    for (uint32_t set = 0; set < store->type_set_count && set < 64; set++) {
        const uint64_t *row = store->class_bits + (size_t)set * store->class_words;
        sets |= (row[class_index >> 6] >> (class_index & 63) & 1) << set;
    }
    return sets;
}

/* Whether 64 nodes in a row all have one of these. */
static bool few_type_sets(const uint32_t *type_sets) {
    uint32_t any = 0;
    for (uint32_t i = 0; i < 64; i++) any |= type_sets[i];
    return any < 64;
}

/* Straight into the list, from a word on, until the list has a good part or there are no more: for classes that many nodes have. */
static bool list_instances(CnsRun *run, uint32_t class_index, uint32_t *word) {
    const CnsStore *store = run->store;
    const CnsIndex *types = &store->columns[run->program->facts[0].type_column].forward;
    const uint32_t *type_sets = store->type_sets;
    uint64_t first = first_type_sets(store, class_index);
    uint32_t part = types->row_count < TARGET_PART ? types->row_count : TARGET_PART;
    if (!cns_words_room(&store->allocator, &run->focus, part + 64)) return false;
    uint32_t *items = run->focus.items, count = 0, next = *word;
    for (; next < types->word_count && count <= part; next++) {
        if (types->bits[next] == UINT64_MAX && few_type_sets(type_sets + (size_t)next * 64)) {
            for (uint32_t node = next * 64; node < next * 64 + 64; node++) {
                items[count] = node; /* no branch to mispredict */
                count += first >> type_sets[node] & 1;
            }
            continue;
        }
        for (uint64_t bits = types->bits[next]; bits; bits &= bits - 1) {
            uint32_t node = next * 64 + (uint32_t)__builtin_ctzll(bits);
            uint32_t set = type_sets[node];
            items[count] = node;
            count += set < 64 ? first >> set & 1 : cns_is_instance(store, node, class_index);
        }
    }
    run->focus.count = count;
    *word = next < types->word_count ? next : CNS_NONE;
    return true;
}

static bool add_target(CnsRun *run, const CnsTarget *target) {
    const CnsColumn *columns = run->store->columns;
    switch (target->kind) {
        case CNS_TARGET_NODE: return add_focus(run, target->argument);
        case CNS_TARGET_CLASS: add_instances(run, target->argument); return true;
        case CNS_TARGET_SUBJECTS_OF: {
            const CnsIndex *index = &columns[target->argument].forward;
            for (uint32_t word = 0; word < index->word_count; word++) run->focus_bits[word] |= index->bits[word];
            return true;
        }
        default: {
            const CnsIndex *index = &columns[target->argument].forward;
            uint32_t count = cns_index_count(index);
            for (uint32_t i = 0; i < count; i++)
                if (!add_focus(run, index->values[i])) return false;
            return true;
        }
    }
}

/* Out of the bits and the set into the list; the bits are clear afterwards. */
static bool gather_focus(CnsRun *run) {
    uint32_t words = run->store->node_count / 64 + 1, total = run->seen.items.count;
    for (uint32_t word = 0; word < words; word++) total += (uint32_t)__builtin_popcountll(run->focus_bits[word]);
    if (total > run->focus.capacity) {
        uint32_t *items = run_resize(run, run->focus.items, (size_t)total * sizeof *items);
        if (!items) return false;
        run->focus.items = items;
        run->focus.capacity = total;
    }
    uint32_t *out = run->focus.items;
    for (uint32_t word = 0; word < words; word++) {
        for (uint64_t bits = run->focus_bits[word]; bits; bits &= bits - 1) *out++ = word * 64 + (uint32_t)__builtin_ctzll(bits);
        run->focus_bits[word] = 0;
    }
    if (run->seen.items.count) memcpy(out, run->seen.items.items, run->seen.items.count * sizeof *out);
    run->focus.count = total;
    return true;
}

bool cns_run_mark_targets(CnsRun *run, uint32_t shape_index) {
    const CnsShape *shape = &run->program->shapes[shape_index];
    cns_value_set_clear(&run->seen);
    bool good = true;
    for (uint32_t i = 0; good && i < shape->target_count; i++) good = add_target(run, &run->program->targets[shape->first_target + i]);
    return good;
}

bool cns_run_targets(CnsRun *run, uint32_t shape_index) {
    run->focus.count = 0;
    return cns_run_mark_targets(run, shape_index) && gather_focus(run);
}

uint64_t cns_run_most_instances(const CnsRun *run, uint32_t class_index) {
    const CnsStore *store = run->store;
    if (!store->instances) return store->columns[run->program->facts[0].type_column].forward.row_count;
    return count_instances(store, sets_of(store, class_index));
}

/* The type sets are few and apart from each other, or some of them are not to be seen. */
static bool wants_lists(const CnsRun *run, CnsSlice sets) {
    const CnsStore *store = run->store;
    return count_instances(store, sets) < store->first_instance[store->type_set_count] / FEW_IN || run->program->facts[0].unchecked_count;
}

bool cns_run_next_targets(CnsRun *run, uint32_t shape_index, uint32_t *place, CnsSlice *focus) {
    const CnsStore *store = run->store;
    const CnsShape *shape = &run->program->shapes[shape_index];
    const CnsTarget *target = &run->program->targets[shape->first_target];
    bool good, one_class = shape->target_count == 1 && target->kind == CNS_TARGET_CLASS;
    CnsSlice sets = one_class && store->instances ? sets_of(store, target->argument) : (CnsSlice){NULL, 0};
    if (one_class && store->instances && sets.count <= 1) {
        *place = CNS_NONE;
        *focus = sets.count ? instances_of(store, sets.items[0]) : (CnsSlice){NULL, 0};
        return true;
    }
    if (one_class && !(store->instances && wants_lists(run, sets))) {
        good = list_instances(run, target->argument, place);
    } else {
        *place = CNS_NONE;
        good = cns_run_targets(run, shape_index);
    }
    *focus = (CnsSlice){run->focus.items, run->focus.count};
    return good;
}

bool cns_run_is_vacuous(const CnsRun *run, uint32_t shape_index) {
    const CnsShape *shape = &run->program->shapes[shape_index];
    if (shape->needs == CNS_NONE) return false;
    for (uint32_t i = 0; i < shape->need_count; i++)
        if (run->store->columns[run->program->pool[shape->needs + i].word].forward.row_count) return false;
    return true;
}
