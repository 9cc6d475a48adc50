/* Minimal perfect hashing: n keys go to the numbers 0 … n-1, each to one of its own, by one look into a small table.

   A key's hash names a bucket; the bucket's pilot (a byte, found by the builder) then sends each of its keys to a slot that is
   theirs alone. There are a few more slots than keys, so that the last keys find a place soon; what lands behind the
   last number is sent back to a number that is free. Keys that were not among those built from get some number too:
   whoever asks compares the key that is kept there. */
#ifndef CNS_PERFECT_H
#define CNS_PERFECT_H

#include "base.h"

/* The table as it stands in a program or in emitted C: this head, then a word for each slot behind the last number, then
   a byte for each bucket, filled up to a word. */
typedef struct {
    uint32_t keys; /* not 0 in a table that is asked */
    uint32_t slots;
    uint32_t buckets;
    uint32_t seed; /* of the hash of the keys: 0 unless two keys had equal hashes */
    uint32_t salt;
} CnsPerfect;

enum { CNS_PERFECT_HEAD = sizeof(CnsPerfect) / 4, CNS_PERFECT_MOST_KEYS = 1 << 26 };

/* 0 <= answer < limit, by the upper half of a hash. */
static inline uint32_t cns_perfect_reduce(uint64_t hash, uint32_t limit) { return (uint32_t)((hash >> 32) * limit >> 32); }

static inline uint64_t cns_perfect_pilot(uint32_t pilot, uint32_t salt) {
    return (((uint64_t)salt << 8 | pilot) + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint32_t cns_perfect_place(uint64_t hash, uint64_t pilot, uint32_t slots) {
    return cns_perfect_reduce((hash ^ pilot) * UINT64_C(0xd6e8feb86659fd93), slots);
}

/* The number of the key that has this hash, if any has. */
static inline uint32_t cns_perfect_number(const CnsPerfect *table, uint64_t hash) {
    const uint32_t *behind = (const uint32_t *)(const void *)table + CNS_PERFECT_HEAD;
    const uint8_t *pilots = (const uint8_t *)(behind + (table->slots - table->keys));
    uint32_t pilot = pilots[cns_perfect_reduce(hash, table->buckets)];
    uint32_t slot = cns_perfect_place(hash, cns_perfect_pilot(pilot, table->salt), table->slots);
    return slot < table->keys ? slot : behind[slot - table->keys];
}

/* The hashes that go with it: of bytes cns_hash, with the table's seed; of numbers, which never have equal hashes, this one. */
static inline uint64_t cns_perfect_hash(uint64_t number) { return cns_mix(number + UINT64_C(0x9e3779b97f4a7c15)); }

/* ---------------------------------------------------------------- building */

typedef struct {
    const uint8_t *bytes;
    uint32_t length;
} CnsKey;

/* What is built from. The hash must be a good one: that of other seeds is asked for where two keys have the same. */
typedef struct {
    uint32_t count;
    const void *context;
    uint64_t (*hash)(const void *context, uint32_t key, uint32_t seed);
    bool (*same)(const void *context, uint32_t key, uint32_t other);
} CnsKeys;

CnsKeys cns_perfect_of_bytes(const CnsKey *keys, uint32_t count);
CnsKeys cns_perfect_of_numbers(const uint64_t *numbers, uint32_t count);

/* Builds a table in linear time; the same keys give the same table. `order` has room for a word for each key: number -> key.
   CNS_ERR_SYNTAX: two keys are the same, `twice` says which. CNS_ERR_LIMIT: too many keys, or a hash that is not one.
   The table is the caller's to free. */
CnsStatus cns_perfect_build(const CnsAllocator *allocator, const CnsKeys *keys, CnsPerfect **table, uint32_t *order, uint32_t twice[2]);

/* How many words a table takes. */
static inline size_t cns_perfect_words(const CnsPerfect *table) {
    return CNS_PERFECT_HEAD + (size_t)(table->slots - table->keys) + ((size_t)table->buckets + 3) / 4;
}

/* Whether the words are a table, alone and whole, whose every answer is below the number of its keys. */
bool cns_perfect_verify(const uint32_t *words, size_t count);

#endif
