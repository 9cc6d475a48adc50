/* Takes what one reader thread has gathered into the store that all of them fill. Parts are taken in the order of the
   source, and a part numbers its nodes as it meets them: so ids come out as if one thread had read everything. */
#include "merge.h"

#include "batch.h"
#include "datatypes.h"

static void *take(const CnsStore *store, size_t size) {
    return store->allocator.resize(store->allocator.context, NULL, size ? size : 1);
}

/* The part's nodes under the store's ids; constants have the same id in every store. */
static bool map_nodes(CnsStore *store, const CnsStore *part, uint32_t *ids) {
    enum { AHEAD = 16 };
    if (!cns_store_room_for_nodes(store, part->node_count)) return false;
    uint32_t constants = part->program->facts[0].node_terms;
    for (uint32_t i = 0; i < constants; i++) ids[i] = i;
    for (uint32_t i = constants; i < part->node_count; i++) {
        if (i + AHEAD < part->node_count) __builtin_prefetch(&store->slots[part->nodes[i + AHEAD].hash & store->slot_mask]);
        const CnsNode *node = &part->nodes[i];
        ids[i] = cns_store_node_hashed(store, (CnsNodeType)node->type, node->text, node->length, node->hash, false);
        if (ids[i] == CNS_NONE) return false;
    }
    return true;
}

static bool take_literals(CnsStore *store, const CnsStore *part, const uint32_t *ids) {
    uint32_t constants = part->program->terms_count - part->program->facts[0].node_terms, fresh = part->literal_count - constants;
    if (!cns_store_room_for_literals(store, fresh)) return false;
    for (uint32_t i = 0; i < fresh; i++) {
        CnsLiteral literal = part->literals[constants + i];
        if (literal.language) literal.language = ids[literal.language - 1] + 1;
        if (literal.datatype >= CNS_DATATYPE_FIRST_CUSTOM) literal.datatype = CNS_DATATYPE_FIRST_CUSTOM + ids[literal.datatype - CNS_DATATYPE_FIRST_CUSTOM];
        store->literals[store->literal_count++] = literal;
    }
    return true;
}

typedef struct {
    const uint32_t *ids;
    uint32_t literal_constants; /* these keep their place */
    uint32_t literal_shift;     /* all others move by this */
} Mapping;

static uint32_t mapped(const Mapping *mapping, uint32_t value) {
    if (!cns_is_literal(value)) return mapping->ids[value];
    return (value & ~CNS_LITERAL_BIT) < mapping->literal_constants ? value : value + mapping->literal_shift;
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

CnsStatus cns_store_absorb(CnsStore *store, CnsStore *part) {
    uint32_t *ids = take(store, (size_t)part->node_count * sizeof *ids);
    if (!ids) return CNS_ERR_MEMORY;
    Mapping mapping = {
        .ids = ids,
        .literal_constants = part->program->terms_count - part->program->facts[0].node_terms,
    };
    mapping.literal_shift = store->literal_count - mapping.literal_constants;
    bool good = map_nodes(store, part, ids) && take_literals(store, part, ids);
    for (uint32_t i = 0; good && i < store->program->columns_count; i++)
        good = take_words(store, &store->columns[i].subjects, &part->columns[i].subjects, &mapping) &&
               take_words(store, &store->columns[i].objects, &part->columns[i].objects, &mapping);
    good = good && take_words(store, &store->rest.subjects, &part->rest.subjects, &mapping) &&
           take_words(store, &store->rest.objects, &part->rest.objects, &mapping) &&
           take_words(store, &store->rest_predicates, &part->rest_predicates, &mapping);
    store->allocator.resize(store->allocator.context, ids, 0);
    if (!good) return CNS_ERR_MEMORY;
    take_arena(store, part);
    store->stats.triples_read += part->stats.triples_read;
    store->stats.triples_kept += part->stats.triples_kept;
    return CNS_OK;
}

void cns_store_recycle(CnsStore *part) {
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
