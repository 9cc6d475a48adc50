/* Four passes over a batch, each touching what the pass before has asked the memory for. */
#include "batch.h"

static bool resolve(CnsBatch *batch, uint32_t *ids) {
    CnsStore *store = batch->store;
    for (uint32_t i = 0; i < batch->node_count; i++) {
        uint32_t entry = store->slots[batch->nodes[i].hash & store->slot_mask];
        if (entry) __builtin_prefetch(&store->nodes[entry - 1]);
    }
    for (uint32_t i = 0; i < batch->node_count; i++) {
        uint32_t entry = store->slots[batch->nodes[i].hash & store->slot_mask];
        if (entry && store->nodes[entry - 1].hash == batch->nodes[i].hash) __builtin_prefetch(store->nodes[entry - 1].text);
    }
    for (uint32_t i = 0; i < batch->node_count; i++) {
        const CnsPendingNode *node = &batch->nodes[i];
        ids[i] = cns_store_node_hashed(store, (CnsNodeType)node->type, node->text, node->length, node->hash, batch->copy);
        if (ids[i] == CNS_NONE) return false;
    }
    return true;
}

bool cns_batch_flush(CnsBatch *batch) {
    uint32_t ids[CNS_BATCH_NODES];
    if (!resolve(batch, ids)) return false;
    for (uint32_t i = 0; i < batch->triple_count; i++) {
        const CnsPendingTriple *triple = &batch->triples[i];
        CnsRoute route = {.column = triple->column, .predicate = triple->predicate, .keep = true};
        uint32_t subject = triple->subject.pending ? ids[triple->subject.value] : triple->subject.value;
        uint32_t object = triple->object.pending ? ids[triple->object.value] : triple->object.value;
        if (cns_store_add(batch->store, &route, subject, object) != CNS_OK) return false;
    }
    if (batch->subject.pending) batch->subject = (CnsReference){ids[batch->subject.value], false};
    batch->node_count = batch->triple_count = 0;
    return true;
}
