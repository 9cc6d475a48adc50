/* From pairs in the order of arrival to columns and classes. Used by the store alone. */
#ifndef CNS_INDEX_H
#define CNS_INDEX_H

#include "store.h"

static inline void *cns_take(const CnsStore *store, size_t size) {
    return store->allocator.resize(store->allocator.context, NULL, size ? size : 1);
}

static inline void *cns_take_zeroed(const CnsStore *store, size_t size) {
    void *memory = cns_take(store, size);
    if (memory) memset(memory, 0, size);
    return memory;
}

static inline void cns_release(const CnsStore *store, void *memory) {
    if (memory) store->allocator.resize(store->allocator.context, memory, 0);
}

void cns_column_free(const CnsAllocator *allocator, CnsColumn *column);
void cns_index_free(const CnsAllocator *allocator, CnsIndex *index);

/* Stable counting sort of pairs by key, a node id. False without memory. */
bool cns_sort_pairs(const CnsStore *store, uint32_t *keys, uint32_t *values, uint32_t count);

/* Bits, ranks and offsets over sorted keys. The values become the index's, and *values NULL, unless there are none. False
   without memory. */
bool cns_index_build(const CnsStore *store, CnsIndex *index, const uint32_t *keys, uint32_t **values, uint32_t count);

/* The class table, out of the columns. False without memory. */
bool cns_classes_build(CnsStore *store);

#endif
