/* A set of values in the order of their first arrival: what paths collect, and how duplicates are found.
   Kept between uses, so that after the first few there are no allocations. */
#ifndef CNS_VALUES_H
#define CNS_VALUES_H

#include "store.h"

typedef struct {
    const CnsStore *store;
    CnsWords items;
    uint32_t *slots; /* item position + 1, or 0; used only above a few items */
    uint32_t slot_count;
    uint32_t hashed; /* how many of the items are in the slots */
    uint64_t traces; /* a bit for the hash of each item, while they are few */
} CnsValueSet;

/* Equal values have equal hashes. */
static inline uint32_t cns_value_hash(const CnsStore *store, uint32_t value) {
    return cns_is_literal(value) ? cns_literal(store, value)->hash : (uint32_t)cns_mix(value);
}

void cns_value_set_open(CnsValueSet *set, const CnsStore *store);
void cns_value_set_close(CnsValueSet *set);

void cns_value_set_wipe_slots(CnsValueSet *set);

static inline void cns_value_set_clear(CnsValueSet *set) {
    if (set->hashed) cns_value_set_wipe_slots(set);
    set->traces = 0;
    set->items.count = 0;
}

int cns_value_set_add_searching(CnsValueSet *set, uint32_t value);

enum { CNS_VALUE_SET_FEW = 12 };

static inline uint64_t cns_value_trace(const CnsStore *store, uint32_t value) {
    return UINT64_C(1) << ((cns_is_literal(value) ? cns_literal(store, value)->hash : value * UINT32_C(0x9e3779b1)) >> 26);
}

/* 1 if it is new, 0 if it was there, -1 without memory. A value that leaves a trace of its own is new. */
static inline int cns_value_set_add(CnsValueSet *set, uint32_t value) {
    if (set->items.count < CNS_VALUE_SET_FEW && set->items.count < set->items.capacity) {
        uint64_t trace = cns_value_trace(set->store, value);
        if (!(set->traces & trace)) {
            set->traces |= trace;
            set->items.items[set->items.count++] = value;
            return 1;
        }
    }
    return cns_value_set_add_searching(set, value);
}

bool cns_value_set_has(const CnsValueSet *set, uint32_t value);

#endif
