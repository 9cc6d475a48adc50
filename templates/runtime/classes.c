/* Which nodes are instances of the classes that are asked about: closed over the hierarchy, a row of bits for each set of types. */
#include "index.h"

/* ---------------------------------------------------------------- what stands below each class */


typedef struct {
    CnsStore *store;
    uint32_t *first_sub; /* node -> first of its edges, node_count + 1 */
    uint32_t *subs;      /* direct subclasses */
    CnsWords members;    /* pairs of class node and asked-for class index: the node is that class or below it */
    uint32_t *seen;      /* node -> 1 + the last class index that reached it */
} Hierarchy;

/* Direct subclasses by class: those that the program brings and those of the data. */
static bool gather_edges(Hierarchy *h) {
    CnsStore *store = h->store;
    const CnsProgram *program = store->program;
    uint32_t column = program->facts[0].sub_class_column;
    const CnsIndex *data = column == CNS_NONE ? NULL : &store->columns[column].forward;
    uint32_t data_count = data ? cns_index_count(data) : 0;
    uint32_t total = program->sub_classes_count + data_count, used = 0;
    uint32_t *supers = cns_take(store, (size_t)total * sizeof *supers);
    h->subs = cns_take(store, (size_t)total * sizeof *h->subs);
    h->first_sub = cns_take_zeroed(store, ((size_t)store->node_count + 2) * sizeof *h->first_sub);
    bool good = supers && h->subs && h->first_sub;
    for (uint32_t i = 0; good && i < program->sub_classes_count; i++) {
        supers[used] = program->sub_classes[i].super;
        h->subs[used++] = program->sub_classes[i].sub;
    }
    for (uint32_t node = 0; good && data_count && node < store->node_count; node++) {
        CnsSlice slice = cns_index_get(data, node);
        for (uint32_t i = 0; i < slice.count; i++) {
            if (cns_is_literal(slice.items[i])) continue;
            supers[used] = slice.items[i];
            h->subs[used++] = node;
        }
    }
    good = good && cns_sort_pairs(store, supers, h->subs, used);
    for (uint32_t i = 0; good && i < used; i++) h->first_sub[supers[i] + 1]++;
    for (uint32_t node = 0; good && node < store->node_count; node++) h->first_sub[node + 1] += h->first_sub[node];
    cns_release(store, supers);
    return good;
}

/* Everything below one asked-for class, breadth first: chains of any length, loops too. */
static bool descend(Hierarchy *h, uint32_t class_index, CnsWords *queue) {
    const CnsAllocator *allocator = &h->store->allocator;
    uint32_t top = h->store->program->classes[class_index].term;
    queue->count = 0;
    h->seen[top] = class_index + 1;
    if (!cns_words_push(allocator, queue, top)) return false;
    for (uint32_t next = 0; next < queue->count; next++) {
        uint32_t node = queue->items[next];
        if (!cns_words_push(allocator, &h->members, node) || !cns_words_push(allocator, &h->members, class_index)) return false;
        for (uint32_t i = h->first_sub[node]; i < h->first_sub[node + 1]; i++) {
            if (h->seen[h->subs[i]] == class_index + 1) continue;
            h->seen[h->subs[i]] = class_index + 1;
            if (!cns_words_push(allocator, queue, h->subs[i])) return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- sets of types */

/* Nodes with the same relevant types share a row of bits: [type set][asked-for class]. Rows are found again by their content. */
typedef struct {
    CnsStore *store;
    CnsIndex *members;    /* class node -> asked-for classes at or above it */
    uint32_t *single_set; /* class node -> the type set of having just this type, or 0 */
    uint32_t *slots;      /* content -> type set, open addressing */
    uint32_t slot_mask;
    uint32_t capacity;
} TypeSets;

static uint32_t row_hash(const uint64_t *row, uint32_t words) { return (uint32_t)cns_hash((const uint8_t *)row, (size_t)words * 8, 7); }

static bool grow_type_sets(TypeSets *sets) {
    CnsStore *store = sets->store;
    if (store->type_set_count < sets->capacity) return true;
    uint32_t capacity = sets->capacity ? sets->capacity * 2 : 64, mask = capacity * 2 - 1;
    uint64_t *bits = store->allocator.resize(store->allocator.context, store->class_bits, (size_t)capacity * store->class_words * 8);
    if (!bits) return false;
    store->class_bits = bits;
    uint32_t *slots = cns_take_zeroed(store, ((size_t)mask + 1) * sizeof *slots);
    if (!slots) return false;
    for (uint32_t id = 1; id < store->type_set_count; id++) {
        uint32_t slot = row_hash(bits + (size_t)id * store->class_words, store->class_words) & mask;
        while (slots[slot]) slot = (slot + 1) & mask;
        slots[slot] = id;
    }
    cns_release(store, sets->slots);
    sets->slots = slots;
    sets->slot_mask = mask;
    sets->capacity = capacity;
    return true;
}

/* The id of the row that was just filled in behind the last one; CNS_NONE without memory. */
static uint32_t intern_row(TypeSets *sets) {
    CnsStore *store = sets->store;
    uint32_t words = store->class_words;
    const uint64_t *row = store->class_bits + (size_t)store->type_set_count * words;
    uint32_t slot = row_hash(row, words) & sets->slot_mask;
    for (; sets->slots[slot]; slot = (slot + 1) & sets->slot_mask)
        if (memcmp(store->class_bits + (size_t)sets->slots[slot] * words, row, (size_t)words * 8) == 0) return sets->slots[slot];
    sets->slots[slot] = store->type_set_count++;
    return grow_type_sets(sets) ? store->type_set_count - 1 : CNS_NONE;
}

static uint32_t type_set_of(TypeSets *sets, CnsSlice types) {
    CnsStore *store = sets->store;
    if (types.count == 1 && !cns_is_literal(types.items[0]) && sets->single_set[types.items[0]]) return sets->single_set[types.items[0]];
    uint64_t *row = store->class_bits + (size_t)store->type_set_count * store->class_words;
    memset(row, 0, (size_t)store->class_words * 8);
    bool any = false;
    for (uint32_t i = 0; i < types.count; i++) {
        CnsSlice above = cns_index_get(sets->members, types.items[i]);
        for (uint32_t j = 0; j < above.count; j++) row[above.items[j] >> 6] |= UINT64_C(1) << (above.items[j] & 63);
        any = any || above.count;
    }
    if (!any) return 0;
    uint32_t id = intern_row(sets);
    if (types.count == 1 && id != CNS_NONE) sets->single_set[types.items[0]] = id;
    return id;
}

static bool assign_type_sets(CnsStore *store, CnsIndex *members) {
    const CnsIndex *types = &store->columns[store->program->facts[0].type_column].forward;
    TypeSets sets = {.store = store, .members = members};
    sets.single_set = cns_take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *sets.single_set);
    store->class_words = (store->program->classes_count + 63) / 64;
    store->type_set_count = 0;
    bool good = sets.single_set && grow_type_sets(&sets);
    if (good) memset(store->class_bits, 0, (size_t)store->class_words * 8);
    store->type_set_count = 1; /* row 0: the empty set */
    for (uint32_t word = 0; good && word < types->word_count; word++) {
        for (uint64_t bits = types->bits[word]; good && bits; bits &= bits - 1) {
            uint32_t node = word * 64 + (uint32_t)__builtin_ctzll(bits);
            uint32_t id = type_set_of(&sets, cns_index_get(types, node));
            good = id != CNS_NONE;
            store->type_sets[node] = id;
        }
    }
    cns_release(store, sets.single_set);
    cns_release(store, sets.slots);
    return good;
}

/* ---------------------------------------------------------------- who is an instance */

/* So many looks at whether a node is an instance take no longer than to make the lists: an event has none. */
enum { LOOKS = 1 << 15 };

static bool wants_instances(const CnsStore *store) {
    const CnsProgram *program = store->program;
    uint64_t class_targets = 0;
    for (uint32_t i = 0; i < program->targets_count; i++) class_targets += program->targets[i].kind == CNS_TARGET_CLASS;
    return class_targets && (class_targets * store->node_count > LOOKS || program->facts[0].unchecked_count);
}

/* first[n + 1] holds how many belong to n; afterwards first[n] is where they begin, and first[count] the end. */
static void counts_to_starts(uint32_t *first, uint32_t count) {
    for (uint32_t n = 0; n < count; n++) first[n + 1] += first[n];
}

/* After each start was moved on by what was put there. */
static void starts_back(uint32_t *first, uint32_t count) {
    for (uint32_t n = count; n > 0; n--) first[n] = first[n - 1];
    first[0] = 0;
}

static bool group_instances(CnsStore *store) {
    const CnsIndex *types = &store->columns[store->program->facts[0].type_column].forward;
    uint32_t *first = store->first_instance = cns_take_zeroed(store, ((size_t)store->type_set_count + 1) * sizeof *first);
    store->instances = cns_take(store, (size_t)types->row_count * sizeof *store->instances);
    if (!first || !store->instances) return false;
    for (uint32_t node = 0; node < store->node_count; node++) first[store->type_sets[node] + 1] += store->type_sets[node] != 0;
    counts_to_starts(first, store->type_set_count);
    for (uint32_t node = 0; node < store->node_count; node++)
        if (store->type_sets[node]) store->instances[first[store->type_sets[node]]++] = node;
    starts_back(first, store->type_set_count);
    return true;
}

/* The ontology says of one of its classes that there is nothing to check. */
static bool is_unchecked(const CnsStore *store, uint32_t set) {
    const CnsFacts *facts = &store->program->facts[0];
    for (uint32_t i = 0; i < facts->unchecked_count; i++) {
        uint32_t class_index = store->program->pool[facts->unchecked + i].word;
        if (store->class_bits[(size_t)set * store->class_words + (class_index >> 6)] >> (class_index & 63) & 1) return true;
    }
    return false;
}

typedef void VisitClass(CnsStore *store, uint32_t class_index, uint32_t set);

/* Each class of each type set that can have focus nodes, in the order of the type sets. */
static void visit_classes(CnsStore *store, VisitClass *visit) {
    for (uint32_t set = 1; set < store->type_set_count; set++) {
        if (is_unchecked(store, set)) continue;
        for (uint32_t word = 0; word < store->class_words; word++)
            for (uint64_t bits = store->class_bits[(size_t)set * store->class_words + word]; bits; bits &= bits - 1)
                visit(store, word * 64 + (uint32_t)__builtin_ctzll(bits), set);
    }
}

static void count_class_set(CnsStore *store, uint32_t class_index, uint32_t set) {
    (void)set;
    store->first_class_set[class_index + 1]++;
}

static void put_class_set(CnsStore *store, uint32_t class_index, uint32_t set) {
    store->class_sets[store->first_class_set[class_index]++] = set;
}

static bool group_type_sets(CnsStore *store) {
    uint32_t classes = store->program->classes_count;
    uint32_t *first = store->first_class_set = cns_take_zeroed(store, ((size_t)classes + 1) * sizeof *first);
    if (!first) return false;
    visit_classes(store, count_class_set);
    counts_to_starts(first, classes);
    store->class_sets = cns_take(store, (size_t)first[classes] * sizeof *store->class_sets);
    if (!store->class_sets) return false;
    visit_classes(store, put_class_set);
    starts_back(first, classes);
    return true;
}

bool cns_classes_build(CnsStore *store) {
    uint32_t classes = store->program->classes_count;
    store->type_sets = cns_take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *store->type_sets);
    if (!store->type_sets) return false;
    if (!classes) return true;
    Hierarchy h = {.store = store};
    CnsWords queue = {NULL, 0, 0};
    h.seen = cns_take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *h.seen);
    bool good = h.seen && gather_edges(&h);
    for (uint32_t i = 0; good && i < classes; i++) good = descend(&h, i, &queue);
    uint32_t pairs = h.members.count / 2;
    uint32_t *nodes = cns_take(store, (size_t)pairs * sizeof *nodes), *above = cns_take(store, (size_t)pairs * sizeof *above);
    good = good && nodes && above;
    for (uint32_t i = 0; good && i < pairs; i++) {
        nodes[i] = h.members.items[2 * i];
        above[i] = h.members.items[2 * i + 1];
    }
    CnsIndex members = {0};
    good = good && cns_sort_pairs(store, nodes, above, pairs) && cns_index_build(store, &members, nodes, &above, pairs) && assign_type_sets(store, &members);
    if (good && wants_instances(store)) good = good && group_instances(store) && group_type_sets(store);
    cns_index_free(&store->allocator, &members);
    cns_release(store, nodes);
    cns_release(store, above);
    cns_release(store, h.first_sub);
    cns_release(store, h.subs);
    cns_release(store, h.seen);
    cns_words_free(&store->allocator, &h.members);
    cns_words_free(&store->allocator, &queue);
    return good;
}
