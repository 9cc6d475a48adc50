/* Takes what one reader thread has gathered into the store that all of them fill. Parts are taken in the order of the
   source, and a part numbers its nodes as it meets them: so ids come out as if one thread had read everything. */
#include "merge.h"

#include "batch.h"
#include "datatypes.h"

static void *take(const CnsStore *store, size_t size) {
    return store->allocator.resize(store->allocator.context, NULL, size ? size : 1);
}

/* The part's nodes under the store's ids. */
static bool map_nodes(CnsStore *store, const CnsStore *part, uint32_t *ids, bool copy) {
    enum { AHEAD = 16 };
    if (!cns_store_room_for_nodes(store, part->node_count)) return false;
    uint32_t constants = part->program->facts[0].node_terms;
    for (uint32_t i = 0; i < constants; i++) ids[i] = i;
    for (uint32_t i = constants; i < part->node_count; i++) {
        if (i + AHEAD < part->node_count) __builtin_prefetch(&store->slots[part->nodes[i + AHEAD].hash & store->slot_mask]);
        const CnsNode *node = &part->nodes[i];
        ids[i] = cns_store_node_hashed(store, (CnsNodeType)node->type, node->text, node->length, node->hash, copy);
        if (ids[i] == CNS_NONE) return false;
    }
    return true;
}

/* The part's literals as values of the store, which may have had some of them lately. */
static bool map_literals(CnsStore *store, const CnsStore *part, const uint32_t *ids, uint32_t *literals, bool copy) {
    uint32_t constants = part->own_literals;
    if (!cns_store_room_for_literals(store, part->literal_count - constants)) return false;
    for (uint32_t i = 0; i < constants; i++) literals[i] = i | CNS_LITERAL_BIT;
    for (uint32_t i = constants; i < part->literal_count; i++) {
        CnsLiteral literal = part->literals[i];
        if (literal.language) literal.language = ids[literal.language - 1] + 1;
        if (literal.datatype >= CNS_DATATYPE_FIRST_CUSTOM) literal.datatype = CNS_DATATYPE_FIRST_CUSTOM + ids[literal.datatype - CNS_DATATYPE_FIRST_CUSTOM];
        literals[i] = cns_store_take_literal(store, &literal, copy);
        if (literals[i] == CNS_NONE) return false;
    }
    return true;
}

/* The part's values under the store's numbers; constants have the same number in every store. */
typedef struct {
    uint32_t *nodes;
    uint32_t *literals;
} Mapping;

static uint32_t mapped(const Mapping *mapping, uint32_t value) {
    return cns_is_literal(value) ? mapping->literals[value & ~CNS_LITERAL_BIT] : mapping->nodes[value];
}

static bool take_words(const CnsStore *store, CnsWords *words, const CnsWords *part, const Mapping *mapping) {
    if (!cns_words_room(&store->allocator, words, part->count)) return false;
    for (uint32_t i = 0; i < part->count; i++) words->items[words->count + i] = mapped(mapping, part->items[i]);
    words->count += part->count;
    return true;
}

/* The part's texts stay where they are: its blocks go behind the store's newest one, which is still being filled. */
static void take_arena(CnsStore *store, CnsStore *part) {
    if (!part->arena) return;
    uint8_t *oldest = part->arena, *before;
    for (memcpy(&before, oldest, sizeof before); before; memcpy(&before, oldest, sizeof before)) oldest = before;
    if (store->arena) {
        memcpy(&before, store->arena, sizeof before);
        memcpy(oldest, &before, sizeof before);
        memcpy(store->arena, &part->arena, sizeof part->arena);
    } else {
        store->arena = part->arena;
        store->arena_used = part->arena_used;
        store->arena_size = part->arena_size;
    }
    part->arena = NULL;
    part->arena_used = part->arena_size = 0;
}

static bool take_columns(CnsStore *store, const CnsStore *part, const Mapping *mapping) {
    bool good = true;
    for (uint32_t i = 0; good && i < store->program->columns_count; i++)
        good = take_words(store, &store->columns[i].subjects, &part->columns[i].subjects, mapping) &&
               take_words(store, &store->columns[i].objects, &part->columns[i].objects, mapping);
    return good && take_words(store, &store->rest.subjects, &part->rest.subjects, mapping) &&
           take_words(store, &store->rest.objects, &part->rest.objects, mapping) &&
           take_words(store, &store->rest_predicates, &part->rest_predicates, mapping);
}

CnsStatus cns_store_absorb(CnsStore *store, CnsStore *part, bool copy) {
    Mapping mapping = {take(store, (size_t)part->node_count * sizeof *mapping.nodes), take(store, (size_t)part->literal_count * sizeof *mapping.literals)};
    bool good = mapping.nodes && mapping.literals && map_nodes(store, part, mapping.nodes, copy) && map_literals(store, part, mapping.nodes, mapping.literals, copy) &&
                take_columns(store, part, &mapping);
    if (mapping.nodes) store->allocator.resize(store->allocator.context, mapping.nodes, 0);
    if (mapping.literals) store->allocator.resize(store->allocator.context, mapping.literals, 0);
    if (!good) return CNS_ERR_MEMORY;
    if (!copy) take_arena(store, part);
    store->stats.triples_read += part->stats.triples_read;
    store->stats.triples_kept += part->stats.triples_kept;
    return CNS_OK;
}

/* But for one block, which will be filled again. */
static void free_arena(CnsStore *part) {
    uint8_t *block, *before, *none = NULL;
    if (!part->arena) return;
    for (memcpy(&block, part->arena, sizeof block); block; block = before) {
        memcpy(&before, block, sizeof before);
        part->allocator.resize(part->allocator.context, block, 0);
    }
    memcpy(part->arena, &none, sizeof none);
    part->arena_used = sizeof none;
}

void cns_store_recycle(CnsStore *part) {
    free_arena(part);
    memset(part->slots, 0, ((size_t)part->slot_mask + 1) * sizeof *part->slots);
    part->node_count = part->own_nodes;
    part->literal_count = part->own_literals;
    for (uint32_t i = 0; i < part->node_count; i++) {
        uint32_t slot = part->nodes[i].hash & part->slot_mask;
        while (part->slots[slot]) slot = (slot + 1) & part->slot_mask;
        part->slots[slot] = i + 1;
    }
    for (uint32_t i = 0; i < part->program->columns_count; i++) part->columns[i].subjects.count = part->columns[i].objects.count = 0;
    part->rest.subjects.count = part->rest.objects.count = part->rest_predicates.count = 0;
    part->source_count = 0;
    part->stats = (CnsStoreStats){0};
}
