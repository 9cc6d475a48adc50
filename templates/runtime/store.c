/* Filling the store: interning, the arena, routing triples to columns. Building the columns is in index.c. */
#include "store.h"

#include <stdlib.h>

#include "index.h"
#include "literal.h"

enum { FIRST_SLOTS = 1024, ARENA_BLOCK = 1 << 16, MAX_IDS = 0x7ffffff0 };

/* So many literals are remembered: these, their texts and the table stay in the second cache. Four times as many would find a
   quarter more of a university's repetitions, and take longer than they save. */
enum { RECENT_LITERALS = 1 << 12 };

static void *plain_resize(void *context, void *memory, size_t size) {
    (void)context;
    if (size) return realloc(memory, size);
    free(memory);
    return NULL;
}

static void *store_resize(const CnsStore *store, void *memory, size_t size) {
    return store->allocator.resize(store->allocator.context, memory, size);
}

/* ---------------------------------------------------------------- growing arrays */

bool cns_words_push(const CnsAllocator *allocator, CnsWords *words, uint32_t word) {
    if (words->count == words->capacity) {
        if (words->capacity >= MAX_IDS) return false;
        uint32_t capacity = words->capacity ? (words->capacity > MAX_IDS / 2 ? MAX_IDS : words->capacity * 2) : 64;
        uint32_t *items = allocator->resize(allocator->context, words->items, (size_t)capacity * sizeof *items);
        if (!items) return false;
        words->items = items;
        words->capacity = capacity;
    }
    words->items[words->count++] = word;
    return true;
}

/* Room for so many more, without growing step by step. */
bool cns_words_room(const CnsAllocator *allocator, CnsWords *words, uint32_t more) {
    if (more <= words->capacity - words->count) return true;
    if (more > MAX_IDS - words->count) return false;
    uint32_t *items = allocator->resize(allocator->context, words->items, (size_t)(words->count + more) * sizeof *items);
    if (!items) return false;
    words->items = items;
    words->capacity = words->count + more;
    return true;
}

void cns_words_free(const CnsAllocator *allocator, CnsWords *words) {
    if (words->items) allocator->resize(allocator->context, words->items, 0);
    *words = (CnsWords){NULL, 0, 0};
}

/* One more item of any size; the array is moved when it is full. */
static bool grow(const CnsStore *store, void **items, uint32_t count, uint32_t *capacity, size_t item_size) {
    if (count < *capacity) return true;
    if (count >= MAX_IDS) return false;
    uint32_t larger = *capacity ? (*capacity > MAX_IDS / 2 ? MAX_IDS : *capacity * 2) : 256;
    void *moved = store_resize(store, *items, larger * item_size);
    if (!moved) return false;
    *items = moved;
    *capacity = larger;
    return true;
}

/* ---------------------------------------------------------------- arena */

uint8_t *cns_store_reserve(CnsStore *store, size_t size) {
    if (!store->arena || size > store->arena_size - store->arena_used) {
        size_t block_size = size + sizeof(uint8_t *) > ARENA_BLOCK ? size + sizeof(uint8_t *) : ARENA_BLOCK;
        uint8_t *block = size < SIZE_MAX - sizeof(uint8_t *) ? store_resize(store, NULL, block_size) : NULL;
        if (!block) return NULL;
        memcpy(block, &store->arena, sizeof store->arena);
        store->arena = block;
        store->arena_used = sizeof store->arena;
        store->arena_size = block_size;
    }
    uint8_t *place = store->arena + store->arena_used;
    store->arena_used += size;
    return place;
}

static const uint8_t *keep_text(CnsStore *store, const uint8_t *text, uint32_t length, bool copy) {
    if (!copy) return text;
    uint8_t *place = cns_store_reserve(store, length);
    if (place && length) memcpy(place, text, length);
    return place;
}

/* ---------------------------------------------------------------- nodes */

static bool is_shared_blank(const CnsStore *store, uint32_t node) {
    uint32_t low = 0, high = store->source_count; /* the last source that starts at or before the node */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (store->sources[middle].first_node <= node) low = middle + 1;
        else high = middle;
    }
    return low == 0 || store->sources[low - 1].shared_blanks; /* before all sources: the program's constants */
}

/* Labels of blank nodes mean something within their own source only, unless they are identities. */
static bool same_scope(const CnsStore *store, uint32_t node) {
    if (!store->source_count) return true;
    const CnsSource *source = &store->sources[store->source_count - 1];
    return source->shared_blanks ? is_shared_blank(store, node) : node >= source->first_node;
}

static uint32_t find_slot(const CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, uint32_t hash) {
    uint32_t slot = hash & store->slot_mask;
    for (;; slot = (slot + 1) & store->slot_mask) {
        uint32_t entry = store->slots[slot];
        if (!entry) return slot;
        const CnsNode *node = &store->nodes[entry - 1];
        if (node->hash == hash && node->length == length && node->type == (uint32_t)type &&
            (length == 0 || memcmp(node->text, text, length) == 0) && (type != CNS_NODE_BLANK || same_scope(store, entry - 1)))
            return slot;
    }
}

/* So many slots, a power of two, filled again; the places of the nodes to come are asked for ahead. */
static bool refill_slots(CnsStore *store, uint32_t count) {
    enum { AHEAD = 16 };
    uint32_t *slots = store_resize(store, NULL, (size_t)count * sizeof *slots);
    if (!slots) return false;
    memset(slots, 0, (size_t)count * sizeof *slots);
    for (uint32_t id = 0; id < store->node_count; id++) {
        if (id + AHEAD < store->node_count) __builtin_prefetch(&slots[store->nodes[id + AHEAD].hash & (count - 1)], 1);
        uint32_t slot = store->nodes[id].hash & (count - 1);
        while (slots[slot]) slot = (slot + 1) & (count - 1);
        slots[slot] = id + 1;
    }
    if (store->slots) store_resize(store, store->slots, 0);
    store->slots = slots;
    store->slot_mask = count - 1;
    return true;
}

static bool grow_slots(CnsStore *store) { return refill_slots(store, store->slots ? (store->slot_mask + 1) * 2 : FIRST_SLOTS); }

bool cns_store_room_for_nodes(CnsStore *store, uint32_t more) {
    uint64_t slots = (uint64_t)store->slot_mask + 1;
    while (slots / 4 * 3 <= (uint64_t)store->node_count + more) slots *= 2;
    return slots == (uint64_t)store->slot_mask + 1 || (slots <= UINT32_C(1) << 31 && refill_slots(store, (uint32_t)slots));
}

uint32_t cns_store_find(const CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length) {
    uint32_t entry = store->slots[find_slot(store, type, text, length, cns_node_hash(type, text, length))];
    return entry ? entry - 1 : CNS_NONE;
}

static uint32_t new_node(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, uint32_t hash) {
    if (!grow(store, (void **)&store->nodes, store->node_count, &store->node_capacity, sizeof *store->nodes)) return CNS_NONE;
    store->nodes[store->node_count] = (CnsNode){.text = text, .length = length, .type = (uint32_t)type, .hash = hash};
    return store->node_count++;
}

uint32_t cns_store_node(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, bool copy) {
    return cns_store_node_hashed(store, type, text, length, cns_node_hash(type, text, length), copy);
}

uint32_t cns_store_node_hashed(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, uint32_t hash, bool copy) {
    uint32_t slot = find_slot(store, type, text, length, hash);
    if (store->slots[slot]) return store->slots[slot] - 1;
    if (store->node_count > store->slot_mask / 4 * 3) {
        if (!grow_slots(store)) return CNS_NONE;
        slot = find_slot(store, type, text, length, hash);
    }
    const uint8_t *kept = keep_text(store, text, length, copy);
    uint32_t id = kept ? new_node(store, type, kept, length, hash) : CNS_NONE;
    if (id != CNS_NONE) store->slots[slot] = id + 1;
    return id;
}

uint32_t cns_store_class(CnsStore *store, const uint8_t *iri, uint32_t length, bool copy) {
    uint64_t hash = cns_hash(iri, length, CNS_NODE_IRI);
    uint32_t constant = cns_class_constant(store->program, iri, length, hash);
    return constant != CNS_NONE ? constant : cns_store_node_hashed(store, CNS_NODE_IRI, iri, length, cns_node_hash_of(hash), copy);
}

/* ---------------------------------------------------------------- literals */

uint32_t cns_store_datatype(CnsStore *store, const uint8_t *iri, uint32_t length, bool copy) {
    uint32_t known = cns_datatype_from_iri(iri, length);
    if (known != UINT32_MAX) return known;
    uint32_t node = cns_store_node(store, CNS_NODE_IRI, iri, length, copy);
    return node == CNS_NONE ? CNS_NONE : CNS_DATATYPE_FIRST_CUSTOM + node;
}

static bool has_upper(const uint8_t *tag, uint32_t length) {
    for (uint32_t i = 0; i < length; i++)
        if (cns_lower(tag[i]) != tag[i]) return true;
    return false;
}

/* A tag that has capitals is followed by its lower-case form, so that cns_language_folded finds it later without making any. */
uint32_t cns_store_language(CnsStore *store, const uint8_t *tag, uint32_t length, bool copy) {
    uint32_t node = cns_store_node(store, CNS_NODE_LANGUAGE, tag, length, copy);
    if (node == CNS_NONE || !has_upper(tag, length)) return node == CNS_NONE ? CNS_NONE : node + 1;
    uint8_t *folded = cns_store_reserve(store, length);
    if (!folded) return CNS_NONE;
    for (uint32_t i = 0; i < length; i++) folded[i] = cns_lower(tag[i]);
    return cns_store_node(store, CNS_NODE_LANGUAGE, folded, length, false) == CNS_NONE ? CNS_NONE : node + 1;
}

uint32_t cns_language_folded(const CnsStore *store, uint32_t language) {
    enum { LONGEST = 256 };
    const CnsNode *tag = &store->nodes[language - 1];
    uint8_t folded[LONGEST];
    if (tag->length > LONGEST || !has_upper(tag->text, tag->length)) return language;
    for (uint32_t i = 0; i < tag->length; i++) folded[i] = cns_lower(tag->text[i]);
    uint32_t node = cns_store_find(store, CNS_NODE_LANGUAGE, folded, tag->length);
    return node == CNS_NONE ? language : node + 1;
}

static uint32_t literal_hash(const CnsStore *store, const uint8_t *text, uint32_t length, uint32_t datatype, uint32_t language) {
    /* By the IRI, not by its id: a reader thread numbers nodes in its own way, and hashes outlive that. */
    uint64_t seed = datatype < CNS_DATATYPE_FIRST_CUSTOM ? datatype : store->nodes[datatype - CNS_DATATYPE_FIRST_CUSTOM].hash;
    if (language) {
        const CnsNode *tag = &store->nodes[language - 1];
        for (uint32_t i = 0; i < tag->length; i++) seed = seed * 31 + cns_lower(tag->text[i]);
    }
    return (uint32_t)(cns_hash(text, length, seed) >> 32);
}

static uint32_t new_literal(CnsStore *store, const CnsLiteral *literal, bool copy) {
    if (!grow(store, (void **)&store->literals, store->literal_count, &store->literal_capacity, sizeof *store->literals)) return CNS_NONE;
    const uint8_t *kept = keep_text(store, literal->text, literal->length, copy);
    if (!kept) return CNS_NONE;
    store->literals[store->literal_count] = *literal;
    store->literals[store->literal_count].text = kept;
    return store->literal_count++ | CNS_LITERAL_BIT;
}

/* As they were written: tags that differ in case are two. */
static bool same_literal(const CnsLiteral *a, const CnsLiteral *b) {
    return a->length == b->length && a->datatype == b->datatype && a->language == b->language &&
           (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}

/* Data repeats its literals: dates, names, codes. A place holds the literal that last hashed to it, whatever was there: so a
   store that is read in parts, each with places of its own, gets the same literals, if the parts' own are taken again in
   their order. What an entry says is true only if the literal is (still) there: no reset has to clear them. */
static uint32_t add_literal(CnsStore *store, const CnsLiteral *literal, bool copy) {
    if (!store->share_literals) return new_literal(store, literal, copy);
    if (!store->recent) {
        store->recent = store_resize(store, NULL, RECENT_LITERALS * sizeof *store->recent);
        if (!store->recent) return CNS_NONE;
        memset(store->recent, 0, RECENT_LITERALS * sizeof *store->recent);
    }
    CnsRecentLiteral *recent = &store->recent[literal->hash % RECENT_LITERALS];
    bool known = recent->hash == literal->hash && recent->index >= store->own_literals && recent->index < store->literal_count &&
                 same_literal(&store->literals[recent->index], literal);
    if (known) return recent->index | CNS_LITERAL_BIT;
    uint32_t value = new_literal(store, literal, copy);
    if (value != CNS_NONE) *recent = (CnsRecentLiteral){literal->hash, value & ~CNS_LITERAL_BIT};
    return value;
}

uint32_t cns_store_take_literal(CnsStore *store, const CnsLiteral *literal, bool copy) { return add_literal(store, literal, copy); }

uint32_t cns_store_literal(CnsStore *store, const uint8_t *text, uint32_t length, uint32_t datatype, uint32_t language, bool copy) {
    CnsLiteral literal = {
        .text = text,
        .length = length,
        .hash = literal_hash(store, text, length, datatype, language),
        .datatype = datatype,
        .language = language,
    };
    return add_literal(store, &literal, copy);
}

bool cns_store_room_for_literals(CnsStore *store, uint32_t more) {
    if (more <= store->literal_capacity - store->literal_count) return true;
    if (more > MAX_IDS - store->literal_count) return false;
    uint32_t capacity = store->literal_count + more;
    CnsLiteral *literals = store_resize(store, store->literals, (size_t)capacity * sizeof *literals);
    if (!literals) return false;
    store->literals = literals;
    store->literal_capacity = capacity;
    return true;
}

static bool same_language(const CnsStore *store, uint32_t a, uint32_t b) {
    if (a == b) return true;
    if (!a || !b) return false;
    const CnsNode *left = &store->nodes[a - 1], *right = &store->nodes[b - 1];
    if (left->length != right->length) return false;
    for (uint32_t i = 0; i < left->length; i++)
        if (cns_lower(left->text[i]) != cns_lower(right->text[i])) return false;
    return true;
}

bool cns_literal_equal(const CnsStore *store, const CnsLiteral *a, const CnsLiteral *b) {
    return a->hash == b->hash && a->length == b->length && a->datatype == b->datatype &&
           (a->length == 0 || memcmp(a->text, b->text, a->length) == 0) && same_language(store, a->language, b->language);
}

/* ---------------------------------------------------------------- triples */

/* The last one first: then nothing that came later was put behind it. */
void cns_store_forget_nodes(const CnsStore *store, uint32_t first, uint32_t *slots, uint32_t slot_mask) {
    for (uint32_t id = store->node_count; id-- > first;) {
        uint32_t slot = store->nodes[id].hash & slot_mask;
        while (slots[slot] && slots[slot] != id + 1) slot = (slot + 1) & slot_mask;
        slots[slot] = 0; /* where the table was too small for it, this one is empty */
    }
}

CnsStatus cns_store_begin_source(CnsStore *store, bool shared_blanks) {
    if (!grow(store, (void **)&store->sources, store->source_count, &store->source_capacity, sizeof *store->sources)) return CNS_ERR_MEMORY;
    store->sources[store->source_count++] = (CnsSource){store->node_count, shared_blanks};
    return CNS_OK;
}

/* One look into the program's table, and the text compared: the table answers for foreign predicates too. */
static uint32_t column_of(const CnsProgram *program, const uint8_t *predicate, uint32_t length) {
    const CnsPerfect *table = (const CnsPerfect *)(const void *)program->predicate_hash;
    if (!table->keys) return CNS_NONE;
    const CnsPredicate *row = &program->predicates[cns_perfect_number(table, cns_hash(predicate, length, table->seed))];
    bool same = row->length == length && (!length || memcmp(program->strings + row->offset, predicate, length) == 0);
    return same ? row->column : CNS_NONE;
}

CnsStatus cns_store_route(CnsStore *store, const uint8_t *predicate, uint32_t length, bool copy, CnsRoute *route) {
    uint32_t column = column_of(store->program, predicate, length);
    if (column != CNS_NONE) {
        const CnsColumnPlan *plan = &store->program->columns[column];
        *route = (CnsRoute){.column = column, .predicate = plan->predicate, .keep = plan->flags != 0, .classes = column == store->program->facts[0].type_column};
        return CNS_OK;
    }
    *route = (CnsRoute){.column = CNS_NONE, .predicate = CNS_NONE, .keep = store->program->facts[0].keep_rest != 0};
    if (!route->keep) return CNS_OK;
    route->predicate = cns_store_node(store, CNS_NODE_IRI, predicate, length, copy);
    return route->predicate == CNS_NONE ? CNS_ERR_MEMORY : CNS_OK;
}

CnsStatus cns_store_add(CnsStore *store, const CnsRoute *route, uint32_t subject, uint32_t object) {
    const CnsAllocator *allocator = &store->allocator;
    if (subject == CNS_NONE || object == CNS_NONE) return CNS_ERR_MEMORY;
    bool done;
    if (route->column != CNS_NONE) {
        CnsColumn *column = &store->columns[route->column];
        done = cns_words_push(allocator, &column->subjects, subject) && cns_words_push(allocator, &column->objects, object);
    } else {
        done = cns_words_push(allocator, &store->rest.subjects, subject) && cns_words_push(allocator, &store->rest.objects, object) &&
               cns_words_push(allocator, &store->rest_predicates, route->predicate);
    }
    store->stats.triples_kept += done;
    return done ? CNS_OK : CNS_ERR_MEMORY;
}

/* ---------------------------------------------------------------- life */

static CnsNodeType type_of_term(uint32_t kind) { return kind == CNS_TERM_IRI ? CNS_NODE_IRI : CNS_NODE_BLANK; }

/* The program's literals by content, so that a literal of the data is matched against all of them in one look. */
static bool index_constants(CnsStore *store) {
    uint32_t count = store->literal_count, slots = 16;
    while (slots < 2 * count) slots *= 2;
    store->constant_slots = store_resize(store, NULL, (size_t)slots * sizeof *store->constant_slots);
    if (!store->constant_slots) return false;
    store->constant_mask = slots - 1;
    memset(store->constant_slots, 0, (size_t)slots * sizeof *store->constant_slots);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = store->literals[i].hash & store->constant_mask;
        while (store->constant_slots[slot]) slot = (slot + 1) & store->constant_mask;
        store->constant_slots[slot] = i + 1;
    }
    return true;
}

/* Constants get the first ids, in the order of the program's terms: what the code names by index is named so in every store. */
static CnsStatus add_constants(CnsStore *store) {
    const CnsProgram *program = store->program;
    uint32_t nodes = program->facts[0].node_terms, length;
    for (uint32_t i = 0; i < nodes; i++) {
        const uint8_t *text = cns_text(program, program->terms[i].text, &length);
        uint32_t node = cns_store_node(store, type_of_term(program->terms[i].kind), text, length, false);
        if (node != i) return node == CNS_NONE ? CNS_ERR_MEMORY : CNS_ERR_PROGRAM; /* two equal constants: never compiled so */
    }
    for (uint32_t i = nodes; i < program->terms_count; i++) {
        const CnsTerm *term = &program->terms[i];
        uint32_t language = 0;
        if (term->language != CNS_NONE) {
            const uint8_t *tag = cns_text(program, term->language, &length);
            language = cns_store_language(store, tag, length, false);
            if (language == CNS_NONE) return CNS_ERR_MEMORY;
        }
        const uint8_t *text = cns_text(program, term->text, &length);
        if (cns_store_literal(store, text, length, term->datatype, language, false) == CNS_NONE) return CNS_ERR_MEMORY;
    }
    store->own_nodes = store->node_count;
    store->own_literals = store->literal_count;
    return index_constants(store) ? CNS_OK : CNS_ERR_MEMORY;
}

CnsStatus cns_store_open(CnsStore *store, const CnsProgram *program, const CnsAllocator *allocator) {
    memset(store, 0, sizeof *store);
    store->program = program;
    store->allocator = allocator ? *allocator : (CnsAllocator){plain_resize, NULL};
    store->columns = store_resize(store, NULL, ((size_t)program->columns_count + 1) * sizeof *store->columns);
    if (store->columns) memset(store->columns, 0, ((size_t)program->columns_count + 1) * sizeof *store->columns);
    CnsStatus status = store->columns && grow_slots(store) ? add_constants(store) : CNS_ERR_MEMORY;
    if (status != CNS_OK) cns_store_close(store);
    return status;
}

void cns_store_close(CnsStore *store) {
    const CnsAllocator *allocator = &store->allocator;
    if (!allocator->resize) return;
    if (store->columns)
        for (uint32_t i = 0; i < store->program->columns_count; i++) cns_column_free(allocator, &store->columns[i]);
    cns_column_free(allocator, &store->rest);
    cns_index_free(allocator, &store->node_columns);
    cns_words_free(allocator, &store->rest_predicates);
    cns_words_free(allocator, &store->rest_pairs);
    while (store->arena) {
        uint8_t *before;
        memcpy(&before, store->arena, sizeof before);
        store_resize(store, store->arena, 0);
        store->arena = before;
    }
    void *arrays[] = {store->nodes, store->slots, store->literals, store->recent, store->sources, store->columns, store->row_numbers, store->constant_slots, store->column_sets, store->type_sets, store->class_bits,
                      store->instances, store->first_instance, store->class_sets, store->first_class_set};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i]) store_resize(store, arrays[i], 0);
    memset(store, 0, sizeof *store);
}
