/* Triples on their way into the store, some dozens at a time, so that the cache misses of interning overlap.

   Nodes get their ids in the order in which they were added, as if each had been interned at once: what interns directly
   (predicates, datatypes, languages) flushes first, so that ids never depend on where a batch happened to end. */
#ifndef CNS_BATCH_H
#define CNS_BATCH_H

#include "store.h"

enum { CNS_BATCH_TRIPLES = 96, CNS_BATCH_NODES = 2 * CNS_BATCH_TRIPLES + 2 };

/* A node that is not interned yet. */
typedef struct {
    const uint8_t *text;
    uint32_t length;
    uint32_t type : 2;
    uint32_t hash : 30;
} CnsPendingNode;

/* A value, or a node of the batch that will be one. */
typedef struct {
    uint32_t value;
    bool pending;
} CnsReference;

typedef struct {
    uint32_t column; /* CNS_NONE: to the rest, with the predicate */
    uint32_t predicate;
    CnsReference subject;
    CnsReference object;
} CnsPendingTriple;

typedef struct {
    CnsStore *store;
    bool copy;
    uint32_t node_count;
    uint32_t triple_count;
    CnsReference subject; /* of the triples to come */
    CnsPendingNode nodes[CNS_BATCH_NODES];
    CnsPendingTriple triples[CNS_BATCH_TRIPLES];
} CnsBatch;

/* Interns what is pending and adds the triples to their columns; false without memory. */
bool cns_batch_flush(CnsBatch *batch);

static inline CnsReference cns_batch_hashed(CnsBatch *batch, CnsNodeType type, const uint8_t *text, uint32_t length, uint32_t hash) {
    __builtin_prefetch(&batch->store->slots[hash & batch->store->slot_mask]);
    batch->nodes[batch->node_count] = (CnsPendingNode){.text = text, .length = length, .type = (uint32_t)type, .hash = hash};
    return (CnsReference){batch->node_count++, true};
}

static inline CnsReference cns_batch_node(CnsBatch *batch, CnsNodeType type, const uint8_t *text, uint32_t length) {
    return cns_batch_hashed(batch, type, text, length, cns_node_hash(type, text, length));
}

/* The IRI of a class: most are constants of the program, and need not be interned. */
static inline CnsReference cns_batch_class(CnsBatch *batch, const uint8_t *iri, uint32_t length) {
    uint64_t hash = cns_hash(iri, length, CNS_NODE_IRI);
    uint32_t constant = cns_class_constant(batch->store->program, iri, length, hash);
    return constant != CNS_NONE ? (CnsReference){constant, false} : cns_batch_hashed(batch, CNS_NODE_IRI, iri, length, cns_node_hash_of(hash));
}

/* There is room for one more triple and its nodes afterwards. */
static inline bool cns_batch_add(CnsBatch *batch, const CnsRoute *route, CnsReference object) {
    batch->triples[batch->triple_count++] = (CnsPendingTriple){route->column, route->predicate, batch->subject, object};
    return batch->triple_count < CNS_BATCH_TRIPLES || cns_batch_flush(batch);
}

#endif
