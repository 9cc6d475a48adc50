/* Builds the columns out of the pairs that reading left behind. */
#include "index.h"

#include "values.h"

void cns_index_free(const CnsAllocator *allocator, CnsIndex *index) {
    void *arrays[] = {index->bits, index->ranks, index->shares_offsets ? NULL : index->offsets, index->values};
    for (int i = 0; i < 4; i++)
        if (arrays[i]) allocator->resize(allocator->context, arrays[i], 0);
    memset(index, 0, sizeof *index);
}

void cns_column_free(const CnsAllocator *allocator, CnsColumn *column) {
    cns_words_free(allocator, &column->subjects);
    cns_words_free(allocator, &column->objects);
    cns_words_free(allocator, &column->literal_values);
    cns_words_free(allocator, &column->literal_subjects);
    cns_index_free(allocator, &column->forward);
    cns_index_free(allocator, &column->inverse);
}

/* ---------------------------------------------------------------- sorting pairs by node */

static bool is_sorted(const uint32_t *keys, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        if (keys[i - 1] > keys[i]) return false;
    return true;
}

/* Data that arrived in order is left as it is. */
bool cns_sort_pairs(const CnsStore *store, uint32_t *keys, uint32_t *values, uint32_t count) {
    if (is_sorted(keys, count)) return true;
    uint32_t *starts = cns_take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *starts);
    uint32_t *sorted_keys = cns_take(store, (size_t)count * sizeof *sorted_keys);
    uint32_t *sorted_values = cns_take(store, (size_t)count * sizeof *sorted_values);
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
    cns_release(store, starts);
    cns_release(store, sorted_keys);
    cns_release(store, sorted_values);
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

bool cns_index_build(const CnsStore *store, CnsIndex *index, const uint32_t *keys, uint32_t **values, uint32_t count) {
    memset(index, 0, sizeof *index);
    if (!count) return true;
    uint32_t rows = 1;
    for (uint32_t i = 1; i < count; i++) rows += keys[i] != keys[i - 1];
    index->word_count = store->node_count / 64 + 1;
    index->row_count = rows;
    index->bits = cns_take_zeroed(store, (size_t)index->word_count * sizeof *index->bits);
    index->ranks = cns_take(store, (size_t)index->word_count * sizeof *index->ranks);
    index->shares_offsets = rows == count;
    index->offsets = rows == count ? store->row_numbers : cns_take(store, ((size_t)rows + 1) * sizeof *index->offsets);
    if (!index->bits || !index->ranks || !index->offsets) return false;
    index->values = store->allocator.resize(store->allocator.context, *values, ((size_t)count + CNS_INDEX_AHEAD) * sizeof **values);
    if (!index->values) return false;
    *values = NULL;
    memset(index->values + count, 0, CNS_INDEX_AHEAD * sizeof *index->values);
    uint32_t row = 0;
    for (uint32_t i = 0; i < count; i++) {
        index->bits[keys[i] >> 6] |= UINT64_C(1) << (keys[i] & 63);
        if (!index->shares_offsets && (!i || keys[i] != keys[i - 1])) index->offsets[row++] = i;
    }
    if (!index->shares_offsets) index->offsets[rows] = count;
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
    uint32_t *spare_values = cns_take(store, (size_t)count * sizeof *values);
    uint32_t *spare_subjects = cns_take(store, (size_t)count * sizeof *subjects);
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
    cns_release(store, spare_values);
    cns_release(store, spare_subjects);
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
    uint32_t *keys = cns_take(store, (size_t)count * sizeof *keys), *values = cns_take(store, (size_t)count * sizeof *values);
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
    good = good && cns_sort_pairs(store, keys, values, nodes) && cns_index_build(store, &column->inverse, keys, &values, nodes) &&
           sort_by_literal(store, column->literal_values.items, column->literal_subjects.items, column->literal_values.count);
    cns_release(store, keys);
    cns_release(store, values);
    return good;
}

static bool build_column(const CnsStore *store, CnsColumn *column, uint32_t flags) {
    uint32_t *subjects = column->subjects.items, *objects = column->objects.items;
    uint32_t count = column->subjects.count;
    bool good = cns_sort_pairs(store, subjects, objects, count);
    if (good && count) {
        count = remove_duplicates(store, subjects, objects, count);
        good = count != CNS_NONE;
    }
    good = good && cns_index_build(store, &column->forward, subjects, &column->objects.items, count) &&
           (!(flags & CNS_COLUMN_INVERSE) || build_inverse(store, column, subjects, column->forward.values, count));
    cns_words_free(&store->allocator, &column->subjects);
    cns_words_free(&store->allocator, &column->objects);
    return good;
}

/* ---------------------------------------------------------------- what only closed shapes see */

/* Which pairs of predicate and object a row has already: a short row is searched, a longer one hashed. */
typedef struct {
    uint32_t *slots; /* position in rest_pairs + 1, or 0; NULL before the first long row */
    uint32_t capacity;
    uint32_t mask; /* of this row; 0: it is searched */
} SeenPairs;

enum { SEARCHED_ROW = 16 };

static bool seen_begin_row(const CnsStore *store, SeenPairs *seen, uint32_t length) {
    seen->mask = 0;
    if (length <= SEARCHED_ROW) return true;
    uint64_t wanted = 64;
    while (wanted < 2 * (uint64_t)length) wanted *= 2;
    if (wanted > seen->capacity) {
        uint32_t *slots = store->allocator.resize(store->allocator.context, seen->slots, wanted * sizeof *slots);
        if (!slots) return false;
        seen->slots = slots;
        seen->capacity = wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
    }
    memset(seen->slots, 0, wanted * sizeof *seen->slots);
    seen->mask = (uint32_t)(wanted - 1);
    return true;
}

static bool is_pair(const CnsStore *store, uint32_t position, uint32_t predicate, uint32_t object) {
    const uint32_t *pair = store->rest_pairs.items + 2 * (size_t)position;
    return pair[0] == predicate && cns_equal(store, pair[1], object);
}

/* True if the row that starts at row_start has the pair; else the pair is noted as the one at `kept`. */
static bool seen_before(const CnsStore *store, SeenPairs *seen, uint32_t row_start, uint32_t kept, uint32_t predicate, uint32_t object) {
    if (!seen->mask) {
        for (uint32_t i = row_start; i < kept; i++)
            if (is_pair(store, i, predicate, object)) return true;
        return false;
    }
    uint32_t slot = (uint32_t)cns_mix((uint64_t)predicate << 32 | cns_value_hash(store, object)) & seen->mask;
    for (; seen->slots[slot]; slot = (slot + 1) & seen->mask)
        if (is_pair(store, seen->slots[slot] - 1, predicate, object)) return true;
    seen->slots[slot] = kept + 1;
    return false;
}

/* Sorted by subject, the pairs in the order of arrival, each once. Returns how many; CNS_NONE without memory. */
static uint32_t gather_rest(CnsStore *store, const uint32_t *order, uint32_t count) {
    uint32_t *subjects = store->rest.subjects.items, kept = 0;
    SeenPairs seen = {NULL, 0, 0};
    bool good = true;
    for (uint32_t start = 0, end; good && start < count; start = end) {
        uint32_t subject = subjects[start], row_start = kept;
        for (end = start + 1; end < count && subjects[end] == subject; end++) {}
        good = seen_begin_row(store, &seen, end - start);
        for (uint32_t i = start; good && i < end; i++) {
            uint32_t predicate = store->rest_predicates.items[order[i]], object = store->rest.objects.items[order[i]];
            if (seen_before(store, &seen, row_start, kept, predicate, object)) continue;
            good = cns_words_push(&store->allocator, &store->rest_pairs, predicate) && cns_words_push(&store->allocator, &store->rest_pairs, object);
            subjects[kept++] = subject;
        }
    }
    cns_release(store, seen.slots);
    return good ? kept : CNS_NONE;
}

static bool build_rest(CnsStore *store) {
    CnsColumn *rest = &store->rest;
    uint32_t count = rest->subjects.count;
    uint32_t *order = cns_take(store, (size_t)count * sizeof *order);
    if (!order) return false;
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    bool good = cns_sort_pairs(store, rest->subjects.items, order, count);
    uint32_t kept = good ? gather_rest(store, order, count) : CNS_NONE;
    good = kept != CNS_NONE;
    for (uint32_t i = 0; good && i < kept; i++) order[i] = i;
    good = good && cns_index_build(store, &rest->forward, rest->subjects.items, &order, kept);
    cns_release(store, order);
    cns_words_free(&store->allocator, &rest->subjects);
    cns_words_free(&store->allocator, &rest->objects);
    cns_words_free(&store->allocator, &store->rest_predicates);
    return good;
}

/* ---------------------------------------------------------------- which columns a node has */

/* A closed shape looks at what its focus nodes have, not at all that there is. Column by column, so that each node has them in order. */
static bool build_node_columns(CnsStore *store) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < store->program->columns_count; i++) total += store->columns[i].forward.row_count;
    if (!store->program->closed_lists_count || !total) return true;
    uint32_t *nodes = cns_take(store, total * sizeof *nodes), *columns = cns_take(store, total * sizeof *columns), used = 0;
    bool good = nodes && columns && total < CNS_NONE;
    for (uint32_t i = 0; good && i < store->program->columns_count; i++) {
        const CnsIndex *index = &store->columns[i].forward;
        for (uint32_t word = 0; word < index->word_count; word++) {
            for (uint64_t bits = index->bits[word]; bits; bits &= bits - 1) {
                nodes[used] = word * 64 + (uint32_t)__builtin_ctzll(bits);
                columns[used++] = i;
            }
        }
    }
    good = good && cns_sort_pairs(store, nodes, columns, used) && cns_index_build(store, &store->node_columns, nodes, &columns, used);
    cns_release(store, nodes);
    cns_release(store, columns);
    return good;
}

/* Nodes with the same columns mostly have the same number: those of the sets that were met last are remembered. */
static bool number_column_sets(CnsStore *store) {
    enum { REMEMBERED_SETS = 256 };
    const CnsIndex *index = &store->node_columns, *rest = &store->rest.forward;
    if (!store->program->closed_lists_count) return true;
    uint32_t *sets = store->column_sets = cns_take_zeroed(store, ((size_t)store->node_count + 1) * sizeof *sets), last = 0;
    uint32_t *examples = cns_take_zeroed(store, REMEMBERED_SETS * sizeof *examples); /* the node by which a set was met */
    bool good = sets && examples;
    for (uint32_t word = 0; good && word < index->word_count; word++) {
        for (uint64_t bits = index->bits[word]; bits; bits &= bits - 1) {
            uint32_t node = word * 64 + (uint32_t)__builtin_ctzll(bits);
            CnsSlice columns = cns_index_get(index, node);
            size_t size = columns.count * sizeof *columns.items;
            uint32_t *example = &examples[cns_hash((const uint8_t *)columns.items, size, 0) % REMEMBERED_SETS];
            CnsSlice known = sets[*example] ? cns_index_get(index, *example) : (CnsSlice){NULL, 0};
            bool same = known.count == columns.count && memcmp(known.items, columns.items, size) == 0;
            sets[node] = same ? sets[*example] : ++last;
            *example = node;
        }
    }
    for (uint32_t word = 0; good && word < rest->word_count; word++)
        for (uint64_t bits = rest->bits[word]; bits; bits &= bits - 1) sets[word * 64 + (uint32_t)__builtin_ctzll(bits)] = CNS_NONE;
    cns_release(store, examples);
    return good;
}

/* ---------------------------------------------------------------- the whole */

static bool number_rows(CnsStore *store) {
    store->row_numbers = cns_take(store, ((size_t)store->node_count + 1) * sizeof *store->row_numbers);
    for (uint32_t i = 0; store->row_numbers && i <= store->node_count; i++) store->row_numbers[i] = i;
    return store->row_numbers;
}

CnsStatus cns_store_index(CnsStore *store) {
    const CnsProgram *program = store->program;
    if (!number_rows(store)) return CNS_ERR_MEMORY;
    for (uint32_t i = 0; i < program->columns_count; i++)
        if (!build_column(store, &store->columns[i], program->columns[i].flags)) return CNS_ERR_MEMORY;
    return build_rest(store) && build_node_columns(store) && number_column_sets(store) && cns_classes_build(store) ? CNS_OK : CNS_ERR_MEMORY;
}
