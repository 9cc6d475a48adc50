/* Small sets are searched, larger ones hashed. */
#include "values.h"

void cns_value_set_open(CnsValueSet *set, const CnsStore *store) {
    memset(set, 0, sizeof *set);
    set->store = store;
}

void cns_value_set_close(CnsValueSet *set) {
    const CnsAllocator *allocator = &set->store->allocator;
    cns_words_free(allocator, &set->items);
    if (set->slots) allocator->resize(allocator->context, set->slots, 0);
    set->slots = NULL;
}

/* By the items that are in them where that is less work than wiping all. */
void cns_value_set_wipe_slots(CnsValueSet *set) {
    if (set->hashed > set->slot_count / 8) memset(set->slots, 0, (size_t)set->slot_count * sizeof *set->slots);
    else
        for (uint32_t i = 0; i < set->hashed; i++) {
            uint32_t slot = cns_value_hash(set->store, set->items.items[i]) & (set->slot_count - 1);
            while (set->slots[slot]) {
                set->slots[slot] = 0;
                slot = (slot + 1) & (set->slot_count - 1);
            }
        }
    set->hashed = 0;
}

static void put_slot(CnsValueSet *set, uint32_t position) {
    uint32_t mask = set->slot_count - 1, slot = cns_value_hash(set->store, set->items.items[position]) & mask;
    while (set->slots[slot]) slot = (slot + 1) & mask;
    set->slots[slot] = position + 1;
}

static bool rehash(CnsValueSet *set) {
    uint32_t wanted = 64;
    while (wanted / 2 < set->items.count + 1) wanted *= 2;
    if (wanted > set->slot_count) {
        const CnsAllocator *allocator = &set->store->allocator;
        uint32_t *slots = allocator->resize(allocator->context, set->slots, (size_t)wanted * sizeof *slots);
        if (!slots) return false;
        set->slots = slots;
        set->slot_count = wanted;
        memset(slots, 0, (size_t)wanted * sizeof *slots);
        set->hashed = 0;
    }
    for (; set->hashed < set->items.count; set->hashed++) put_slot(set, set->hashed);
    return true;
}

int cns_value_set_add_searching(CnsValueSet *set, uint32_t value) {
    const CnsStore *store = set->store;
    if (set->items.count <= CNS_VALUE_SET_FEW) {
        for (uint32_t i = 0; i < set->items.count; i++)
            if (cns_equal(store, set->items.items[i], value)) return 0;
        set->traces |= cns_value_trace(store, value);
        return cns_words_push(&store->allocator, &set->items, value) ? 1 : -1;
    }
    if ((set->hashed < set->items.count || set->items.count >= set->slot_count / 2) && !rehash(set)) return -1;
    uint32_t mask = set->slot_count - 1, slot = cns_value_hash(store, value) & mask;
    for (; set->slots[slot]; slot = (slot + 1) & mask)
        if (cns_equal(store, set->items.items[set->slots[slot] - 1], value)) return 0;
    if (!cns_words_push(&store->allocator, &set->items, value)) return -1;
    set->slots[slot] = ++set->hashed;
    return 1;
}

bool cns_value_set_has(const CnsValueSet *set, uint32_t value) {
    uint32_t searched_from = set->hashed;
    if (set->hashed) {
        uint32_t mask = set->slot_count - 1, slot = cns_value_hash(set->store, value) & mask;
        for (; set->slots[slot]; slot = (slot + 1) & mask)
            if (cns_equal(set->store, set->items.items[set->slots[slot] - 1], value)) return true;
    }
    for (uint32_t i = searched_from; i < set->items.count; i++)
        if (cns_equal(set->store, set->items.items[i], value)) return true;
    return false;
}
