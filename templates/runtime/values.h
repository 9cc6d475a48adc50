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
} CnsValueSet;

/* Equal values have equal hashes. */
static inline uint32_t cns_value_hash(const CnsStore *store, uint32_t value) {
    return cns_is_literal(value) ? cns_literal(store, value)->hash : (uint32_t)cns_mix(value);
}

void cns_value_set_open(CnsValueSet *set, const CnsStore *store);
void cns_value_set_close(CnsValueSet *set);
void cns_value_set_clear(CnsValueSet *set);

/* 1 if it is new, 0 if it was there, -1 without memory. */
int cns_value_set_add(CnsValueSet *set, uint32_t value);
bool cns_value_set_has(const CnsValueSet *set, uint32_t value);

#endif
