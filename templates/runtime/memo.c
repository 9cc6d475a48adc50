/* The tables of kept verdicts. */
#include "memo.h"

bool cns_memo_make(CnsRun *run, uint32_t memo) {
    const CnsAllocator *allocator = &run->store->allocator;
    size_t size = ((size_t)run->store->node_count + run->store->literal_count) / 4 + 1;
    uint8_t *table = allocator->resize(allocator->context, NULL, size), *none = NULL;
    if (!table) return false;
    memset(table, 0, size);
    if (!__atomic_compare_exchange_n(&run->memos[memo], &none, table, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) allocator->resize(allocator->context, table, 0);
    return true;
}
