/* Builds the columns and the class table out of the pairs that reading left behind. */
#include "index.h"

#include "values.h"

static void *take(const CnsStore *store, size_t size) {
    return store->allocator.resize(store->allocator.context, NULL, size ? size : 1);
}

static void *take_zeroed(const CnsStore *store, size_t size) {
    void *memory = take(store, size);
    if (memory) memset(memory, 0, size);
    return memory;
}

static void release(const CnsStore *store, void *memory) {
    if (memory) store->allocator.resize(store->allocator.context, memory, 0);
}

static void index_free(const CnsAllocator *allocator, CnsIndex *index) {
    void *arrays[] = {index->bits, index->ranks, index->offsets, index->values};
    for (int i = 0; i < 4; i++)
        if (arrays[i]) allocator->resize(allocator->context, arrays[i], 0);
    memset(index, 0, sizeof *index);
}

void cns_column_free(const CnsAllocator *allocator, CnsColumn *column) {
    cns_words_free(allocator, &column->subjects);
    cns_words_free(allocator, &column->objects);
    cns_words_free(allocator, &column->literal_values);
    cns_words_free(allocator, &column->literal_subjects);
    index_free(allocator, &column->forward);
    index_free(allocator, &column->inverse);
}

/* ---------------------------------------------------------------- sorting pairs by node */

static bool is_sorted(const uint32_t *keys, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        if (keys[i - 1] > keys[i]) return false;
    return true;
}

/* Stable counting sort of pairs by key (a node id); data that arrived in order is left as it is. */
static bool sort_pairs(const CnsStore *store, uint32_t *keys, uint32_t *values, uint32_t count) {
    if (is_sorted(keys, count)) return true;
    uint32_t *starts = take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *starts);
    uint32_t *sorted_keys = take(store, (size_t)count * sizeof *sorted_keys);
    uint32_t *sorted_values = take(store, (size_t)count * sizeof *sorted_values);
    bool good = starts && sorted_keys && sorted_values;
    if (good) {
        for (uint32_t i = 0; i < count; i++) starts[keys[i] + 1]++;
        for (uint32_t node = 0; node < store->node_count; node++) starts[node + 1] += starts[node];
        for (uint32_t i = 0; i < count; i++) {
            uint32_t place = starts[keys[i]]++;
            sorted_keys[place] = keys[i];
            sorted_values[place] = values[i];
        }
        memcpy(keys, sorted_keys, (size_t)count * sizeof *keys);
        memcpy(values, sorted_values, (size_t)count * sizeof *values);
    }
    release(store, starts);
    release(store, sorted_keys);
    release(store, sorted_values);
    return good;
}

/* An RDF graph is a set: keeps the first of equal values of each key. Returns the new count, or CNS_NONE without memory. */
static uint32_t remove_duplicates(const CnsStore *store, uint32_t *keys, uint32_t *values, uint32_t count) {
    CnsValueSet seen;
    cns_value_set_open(&seen, store);
    uint32_t kept = 0;
    for (uint32_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && keys[end] == keys[start]; end++) {}
        if (end - start > 1) cns_value_set_clear(&seen);
        for (uint32_t i = start; i < end; i++) {
            if (end - start > 1) {
                int added = cns_value_set_add(&seen, values[i]);
                if (added < 0) {
                    cns_value_set_close(&seen);
                    return CNS_NONE;
                }
                if (!added) continue;
            }
            keys[kept] = keys[start];
            values[kept++] = values[i];
        }
    }
    cns_value_set_close(&seen);
    return kept;
}

/* Bits, ranks and offsets over sorted keys; the values are copied into the index. */
static bool index_build(const CnsStore *store, CnsIndex *index, const uint32_t *keys, const uint32_t *values, uint32_t count) {
    memset(index, 0, sizeof *index);
    if (!count) return true;
    uint32_t rows = 1;
    for (uint32_t i = 1; i < count; i++) rows += keys[i] != keys[i - 1];
    index->word_count = store->node_count / 64 + 1;
    index->row_count = rows;
    index->bits = take_zeroed(store, (size_t)index->word_count * sizeof *index->bits);
    index->ranks = take(store, (size_t)index->word_count * sizeof *index->ranks);
    index->offsets = take(store, ((size_t)rows + 1) * sizeof *index->offsets);
    index->values = take(store, (size_t)count * sizeof *index->values);
    if (!index->bits || !index->ranks || !index->offsets || !index->values) return false;
    memcpy(index->values, values, (size_t)count * sizeof *values);
    uint32_t row = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i && keys[i] == keys[i - 1]) continue;
        index->bits[keys[i] >> 6] |= UINT64_C(1) << (keys[i] & 63);
        index->offsets[row++] = i;
    }
    index->offsets[rows] = count;
    uint32_t rank = 0;
    for (uint32_t word = 0; word < index->word_count; word++) {
        index->ranks[word] = rank;
        rank += (uint32_t)__builtin_popcountll(index->bits[word]);
    }
    return true;
}

/* ---------------------------------------------------------------- by literal values */

/* A total order in which equal literals are neighbours. */
static int literal_order(const CnsStore *store, uint32_t left, uint32_t right) {
    const CnsLiteral *a = cns_literal(store, left), *b = cns_literal(store, right);
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    if (cns_literal_equal(store, a, b)) return 0;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    if (a->datatype != b->datatype) return a->datatype < b->datatype ? -1 : 1;
    int bytes = a->length ? memcmp(a->text, b->text, a->length) : 0;
    if (bytes) return bytes;
    /* Same text, other language: by the tags in lower case. */
    if (!a->language || !b->language) return a->language ? 1 : -1;
    const CnsNode *one = &store->nodes[a->language - 1], *other = &store->nodes[b->language - 1];
    uint32_t shared = one->length < other->length ? one->length : other->length;
    for (uint32_t i = 0; i < shared; i++) {
        int difference = cns_lower(one->text[i]) - cns_lower(other->text[i]);
        if (difference) return difference;
    }
    return one->length < other->length ? -1 : 1;
}

/* Stable bottom-up merge sort of (value, subject) pairs by literal_order; the subjects stay in order within equal values. */
static bool sort_by_literal(const CnsStore *store, uint32_t *values, uint32_t *subjects, uint32_t count) {
    uint32_t *spare_values = take(store, (size_t)count * sizeof *values);
    uint32_t *spare_subjects = take(store, (size_t)count * sizeof *subjects);
    uint32_t *from_values = values, *from_subjects = subjects, *to_values = spare_values, *to_subjects = spare_subjects;
    bool good = spare_values && spare_subjects;
    for (uint64_t width = 1; good && width < count; width *= 2) {
        for (uint64_t start = 0; start < count; start += 2 * width) {
            uint64_t middle = start + width < count ? start + width : count, end = middle + width < count ? middle + width : count;
            uint64_t left = start, right = middle;
            for (uint64_t out = start; out < end; out++) {
                bool take_left = left < middle && (right >= end || literal_order(store, from_values[left], from_values[right]) <= 0);
                uint64_t in = take_left ? left++ : right++;
                to_values[out] = from_values[in];
                to_subjects[out] = from_subjects[in];
            }
        }
        uint32_t *swap = from_values;
        from_values = to_values;
        to_values = swap;
        swap = from_subjects;
        from_subjects = to_subjects;
        to_subjects = swap;
    }
    if (good && from_values != values) {
        memcpy(values, from_values, (size_t)count * sizeof *values);
        memcpy(subjects, from_subjects, (size_t)count * sizeof *subjects);
    }
    release(store, spare_values);
    release(store, spare_subjects);
    return good;
}

CnsSlice cns_literal_subjects(const CnsStore *store, uint32_t column, uint32_t literal) {
    const CnsWords *values = &store->columns[column].literal_values;
    uint32_t low = 0, high = values->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (literal_order(store, values->items[middle], literal) < 0) low = middle + 1;
        else high = middle;
    }
    uint32_t end = low;
    while (end < values->count && literal_order(store, values->items[end], literal) == 0) end++;
    if (end == low) return (CnsSlice){NULL, 0};
    return (CnsSlice){store->columns[column].literal_subjects.items + low, end - low};
}

static bool build_inverse(const CnsStore *store, CnsColumn *column, const uint32_t *subjects, const uint32_t *objects, uint32_t count) {
    uint32_t *keys = take(store, (size_t)count * sizeof *keys), *values = take(store, (size_t)count * sizeof *values);
    bool good = keys && values;
    uint32_t nodes = 0;
    for (uint32_t i = 0; good && i < count; i++) {
        if (cns_is_literal(objects[i])) {
            good = cns_words_push(&store->allocator, &column->literal_values, objects[i]) &&
                   cns_words_push(&store->allocator, &column->literal_subjects, subjects[i]);
        } else {
            keys[nodes] = objects[i];
            values[nodes++] = subjects[i];
        }
    }
    good = good && sort_pairs(store, keys, values, nodes) && index_build(store, &column->inverse, keys, values, nodes) &&
           sort_by_literal(store, column->literal_values.items, column->literal_subjects.items, column->literal_values.count);
    release(store, keys);
    release(store, values);
    return good;
}

static bool build_column(const CnsStore *store, CnsColumn *column, uint32_t flags) {
    uint32_t *subjects = column->subjects.items, *objects = column->objects.items;
    uint32_t count = column->subjects.count;
    bool good = sort_pairs(store, subjects, objects, count);
    if (good && count) {
        count = remove_duplicates(store, subjects, objects, count);
        good = count != CNS_NONE;
    }
    good = good && index_build(store, &column->forward, subjects, objects, count) &&
           (!(flags & CNS_COLUMN_INVERSE) || build_inverse(store, column, subjects, objects, count));
    cns_words_free(&store->allocator, &column->subjects);
    cns_words_free(&store->allocator, &column->objects);
    return good;
}

/* ---------------------------------------------------------------- what only closed shapes see */

/* Duplicates are pairs of predicate and object, which a value set cannot hold; rows are short, so that they are compared. */
static bool build_rest(CnsStore *store) {
    CnsColumn *rest = &store->rest;
    uint32_t count = rest->subjects.count;
    uint32_t *order = take(store, (size_t)count * sizeof *order);
    if (!order) return false;
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    bool good = sort_pairs(store, rest->subjects.items, order, count);
    uint32_t kept = 0, row_start = 0;
    for (uint32_t i = 0; good && i < count; i++) {
        if (i && rest->subjects.items[i] != rest->subjects.items[i - 1]) row_start = kept;
        uint32_t predicate = store->rest_predicates.items[order[i]], object = rest->objects.items[order[i]];
        bool known = false;
        for (uint32_t j = row_start; j < kept && !known; j++)
            known = store->rest_pairs.items[2 * j] == predicate && cns_equal(store, store->rest_pairs.items[2 * j + 1], object);
        if (known) continue;
        good = cns_words_push(&store->allocator, &store->rest_pairs, predicate) && cns_words_push(&store->allocator, &store->rest_pairs, object);
        rest->subjects.items[kept++] = rest->subjects.items[i];
    }
    for (uint32_t i = 0; i < kept; i++) order[i] = i;
    good = good && index_build(store, &rest->forward, rest->subjects.items, order, kept);
    release(store, order);
    cns_words_free(&store->allocator, &rest->subjects);
    cns_words_free(&store->allocator, &rest->objects);
    cns_words_free(&store->allocator, &store->rest_predicates);
    return good;
}

/* ---------------------------------------------------------------- classes */

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
    uint32_t data_count = data && data->row_count ? data->offsets[data->row_count] : 0;
    uint32_t total = program->sub_classes_count + data_count, used = 0;
    uint32_t *supers = take(store, (size_t)total * sizeof *supers);
    h->subs = take(store, (size_t)total * sizeof *h->subs);
    h->first_sub = take_zeroed(store, ((size_t)store->node_count + 2) * sizeof *h->first_sub);
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
    good = good && sort_pairs(store, supers, h->subs, used);
    for (uint32_t i = 0; good && i < used; i++) h->first_sub[supers[i] + 1]++;
    for (uint32_t node = 0; good && node < store->node_count; node++) h->first_sub[node + 1] += h->first_sub[node];
    release(store, supers);
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
    uint32_t *slots = take_zeroed(store, ((size_t)mask + 1) * sizeof *slots);
    if (!slots) return false;
    for (uint32_t id = 1; id < store->type_set_count; id++) {
        uint32_t slot = row_hash(bits + (size_t)id * store->class_words, store->class_words) & mask;
        while (slots[slot]) slot = (slot + 1) & mask;
        slots[slot] = id;
    }
    release(store, sets->slots);
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
    sets.single_set = take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *sets.single_set);
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
    release(store, sets.single_set);
    release(store, sets.slots);
    return good;
}

static bool build_classes(CnsStore *store) {
    uint32_t classes = store->program->classes_count;
    store->type_sets = take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *store->type_sets);
    if (!store->type_sets) return false;
    if (!classes) return true;
    Hierarchy h = {.store = store};
    CnsWords queue = {NULL, 0, 0};
    h.seen = take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *h.seen);
    bool good = h.seen && gather_edges(&h);
    for (uint32_t i = 0; good && i < classes; i++) good = descend(&h, i, &queue);
    uint32_t pairs = h.members.count / 2;
    uint32_t *nodes = take(store, (size_t)pairs * sizeof *nodes), *above = take(store, (size_t)pairs * sizeof *above);
    good = good && nodes && above;
    for (uint32_t i = 0; good && i < pairs; i++) {
        nodes[i] = h.members.items[2 * i];
        above[i] = h.members.items[2 * i + 1];
    }
    CnsIndex members = {0};
    good = good && sort_pairs(store, nodes, above, pairs) && index_build(store, &members, nodes, above, pairs) && assign_type_sets(store, &members);
    index_free(&store->allocator, &members);
    release(store, nodes);
    release(store, above);
    release(store, h.first_sub);
    release(store, h.subs);
    release(store, h.seen);
    cns_words_free(&store->allocator, &h.members);
    cns_words_free(&store->allocator, &queue);
    return good;
}

CnsStatus cns_store_index(CnsStore *store) {
    const CnsProgram *program = store->program;
    for (uint32_t i = 0; i < program->columns_count; i++)
        if (!build_column(store, &store->columns[i], program->columns[i].flags)) return CNS_ERR_MEMORY;
    return build_rest(store) && build_classes(store) ? CNS_OK : CNS_ERR_MEMORY;
}
