/* PerfectBuilding a minimal perfect hash: largest buckets first; a bucket that fits nowhere takes the place of smaller ones, which
   then look for another (PtrHash, Groot Koerkamp 2025). */
#include "perfect.h"

enum {
    PERFECT_KEYS_A_BUCKET = 3,
    PERFECT_LARGEST = 64, /* far above what a hash gives that deserves the name */
    PERFECT_SPARE = 64,    /* a slot more for so many keys */
    PERFECT_PILOTS = 256,
    PERFECT_SEEDS = 8,
    PERFECT_SALTS = 8,
    PERFECT_RECENT = 16, /* buckets placed last are left where they are, else two could chase each other */
};

typedef struct {
    const CnsAllocator *allocator;
    const CnsKeys *keys;
    uint32_t buckets, slots, salt;
    uint64_t *hashes;  /* by bucket */
    uint32_t *key_of;  /* ... and whose they are */
    uint32_t *starts;  /* of each bucket; buckets + 1 */
    uint32_t *largest; /* the buckets, largest first */
    uint32_t *waiting; /* a stack of buckets without a place */
    uint32_t *owners;  /* slot -> the bucket that has it */
    uint64_t *taken;   /* a bit for each slot */
    uint8_t *pilots;
} PerfectBuilding;

/* ---------------------------------------------------------------- memory */

static void *perfect_take(const CnsAllocator *allocator, size_t count, size_t size) {
    return allocator->resize(allocator->context, NULL, count * size + 1);
}

static bool perfect_open(PerfectBuilding *b, const CnsAllocator *allocator, const CnsKeys *keys) {
    uint32_t count = keys->count;
    *b = (PerfectBuilding){.allocator = allocator, .keys = keys, .buckets = count / PERFECT_KEYS_A_BUCKET + 1, .slots = count + count / PERFECT_SPARE};
    b->hashes = perfect_take(allocator, count, sizeof *b->hashes);
    b->key_of = perfect_take(allocator, count, sizeof *b->key_of);
    b->starts = perfect_take(allocator, (size_t)b->buckets + 1, sizeof *b->starts);
    b->largest = perfect_take(allocator, b->buckets, sizeof *b->largest);
    b->waiting = perfect_take(allocator, b->buckets, sizeof *b->waiting);
    b->owners = perfect_take(allocator, b->slots, sizeof *b->owners);
    b->taken = perfect_take(allocator, (size_t)b->slots / 64 + 1, sizeof *b->taken);
    b->pilots = perfect_take(allocator, b->buckets, sizeof *b->pilots);
    return b->hashes && b->key_of && b->starts && b->largest && b->waiting && b->owners && b->taken && b->pilots;
}

static void perfect_close(PerfectBuilding *b) {
    void *arrays[] = {b->hashes, b->key_of, b->starts, b->largest, b->waiting, b->owners, b->taken, b->pilots};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i]) b->allocator->resize(b->allocator->context, arrays[i], 0);
}

/* ---------------------------------------------------------------- buckets */

/* Counting sort of the keys by bucket; those of one bucket stay in order. `waiting` serves as the ends. */
static void fill_buckets(PerfectBuilding *b, uint32_t seed) {
    const CnsKeys *keys = b->keys;
    memset(b->starts, 0, ((size_t)b->buckets + 1) * sizeof *b->starts);
    for (uint32_t key = 0; key < keys->count; key++) b->starts[cns_perfect_reduce(keys->hash(keys->context, key, seed), b->buckets) + 1]++;
    for (uint32_t i = 0; i < b->buckets; i++) {
        b->starts[i + 1] += b->starts[i];
        b->waiting[i] = b->starts[i];
    }
    for (uint32_t key = 0; key < keys->count; key++) {
        uint64_t hash = keys->hash(keys->context, key, seed);
        uint32_t place = b->waiting[cns_perfect_reduce(hash, b->buckets)]++;
        b->hashes[place] = hash;
        b->key_of[place] = key;
    }
}

typedef enum { PERFECT_DISTINCT, PERFECT_COLLIDING, PERFECT_TWICE } PerfectKeys;

/* Equal hashes stand in one bucket. One that is too large has them among its first keys, or comes from a hash that is none. */
static PerfectKeys compare_keys(const PerfectBuilding *b, uint32_t twice[2]) {
    PerfectKeys found = PERFECT_DISTINCT;
    for (uint32_t bucket = 0; bucket < b->buckets; bucket++) {
        uint32_t start = b->starts[bucket], end = b->starts[bucket + 1];
        if (end - start > PERFECT_LARGEST) {
            found = PERFECT_COLLIDING;
            end = start + PERFECT_LARGEST;
        }
        for (uint32_t i = start; i < end; i++)
            for (uint32_t j = start; j < i; j++) {
                if (b->hashes[i] != b->hashes[j]) continue;
                found = PERFECT_COLLIDING;
                if (!b->keys->same(b->keys->context, b->key_of[j], b->key_of[i])) continue;
                twice[0] = b->key_of[j];
                twice[1] = b->key_of[i];
                return PERFECT_TWICE;
            }
    }
    return found;
}

static uint32_t size_of(const PerfectBuilding *b, uint32_t bucket) { return b->starts[bucket + 1] - b->starts[bucket]; }

static void largest_first(PerfectBuilding *b) {
    uint32_t ends[PERFECT_LARGEST + 2] = {0};
    for (uint32_t i = 0; i < b->buckets; i++) ends[PERFECT_LARGEST - size_of(b, i) + 1]++;
    for (uint32_t i = 0; i < PERFECT_LARGEST; i++) ends[i + 1] += ends[i];
    for (uint32_t i = 0; i < b->buckets; i++) b->largest[ends[PERFECT_LARGEST - size_of(b, i)]++] = i;
}

/* ---------------------------------------------------------------- places */

static bool is_taken(const PerfectBuilding *b, uint32_t slot) { return b->taken[slot / 64] >> (slot % 64) & 1; }

/* The slots of the bucket's keys under a pilot; false if two of them are the same. */
static bool places_of(const PerfectBuilding *b, uint32_t bucket, uint32_t pilot, uint32_t *places) {
    uint64_t mixed = cns_perfect_pilot(pilot, b->salt);
    uint32_t start = b->starts[bucket], size = size_of(b, bucket);
    for (uint32_t i = 0; i < size; i++) {
        places[i] = cns_perfect_place(b->hashes[start + i], mixed, b->slots);
        for (uint32_t j = 0; j < i; j++)
            if (places[j] == places[i]) return false;
    }
    return true;
}

static bool all_free(const PerfectBuilding *b, uint32_t bucket, uint32_t pilot) {
    uint64_t mixed = cns_perfect_pilot(pilot, b->salt);
    for (uint32_t i = b->starts[bucket]; i < b->starts[bucket + 1]; i++)
        if (is_taken(b, cns_perfect_place(b->hashes[i], mixed, b->slots))) return false;
    uint32_t places[PERFECT_LARGEST];
    return places_of(b, bucket, pilot, places);
}

/* The pilot that is worth the least harm: large buckets are harder to place again. PERFECT_PILOTS if there is none. */
static uint32_t least_harm(const PerfectBuilding *b, uint32_t bucket, uint32_t first, const uint32_t *recent) {
    uint32_t places[PERFECT_LARGEST], best = PERFECT_PILOTS;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < PERFECT_PILOTS; i++) {
        uint32_t pilot = (first + i) % PERFECT_PILOTS;
        if (!places_of(b, bucket, pilot, places)) continue;
        uint64_t harm = 0;
        for (uint32_t j = 0; j < size_of(b, bucket) && harm < least; j++) {
            if (!is_taken(b, places[j])) continue;
            uint32_t owner = b->owners[places[j]], size = size_of(b, owner);
            harm += (uint64_t)size * size;
            for (uint32_t k = 0; k < PERFECT_RECENT; k++)
                if (recent[k] == owner) harm = UINT64_MAX / 2;
        }
        if (harm >= least) continue;
        least = harm;
        best = pilot;
    }
    return least < UINT64_MAX / 2 ? best : (uint32_t)PERFECT_PILOTS;
}

/* Gives the bucket its places; who had them goes to the stack. */
static void settle(PerfectBuilding *b, uint32_t bucket, uint32_t pilot, uint32_t *waiting_count) {
    uint32_t places[PERFECT_LARGEST], others[PERFECT_LARGEST];
    places_of(b, bucket, pilot, places);
    for (uint32_t i = 0; i < size_of(b, bucket); i++) {
        if (!is_taken(b, places[i])) continue;
        uint32_t other = b->owners[places[i]];
        places_of(b, other, b->pilots[other], others);
        for (uint32_t j = 0; j < size_of(b, other); j++) b->taken[others[j] / 64] &= ~(UINT64_C(1) << (others[j] % 64));
        b->waiting[(*waiting_count)++] = other;
    }
    for (uint32_t i = 0; i < size_of(b, bucket); i++) {
        b->taken[places[i] / 64] |= UINT64_C(1) << (places[i] % 64);
        b->owners[places[i]] = bucket;
    }
    b->pilots[bucket] = (uint8_t)pilot;
}

/* False: this salt leads nowhere, which a limit on the number of those driven out decides. */
static bool place_all(PerfectBuilding *b) {
    uint32_t recent[PERFECT_RECENT], placed = 0, waiting = 0;
    uint64_t patience = 64 + (uint64_t)b->buckets * 4;
    memset(recent, 0xff, sizeof recent);
    memset(b->taken, 0, ((size_t)b->slots / 64 + 1) * sizeof *b->taken);
    memset(b->pilots, 0, b->buckets);
    for (uint32_t next = 0; next < b->buckets; next++) {
        b->waiting[waiting++] = b->largest[next];
        while (waiting) {
            uint32_t bucket = b->waiting[--waiting], pilot = PERFECT_PILOTS;
            uint32_t first = (uint32_t)cns_mix((uint64_t)b->salt << 32 | placed++) % PERFECT_PILOTS;
            if (!size_of(b, bucket)) continue;
            for (uint32_t i = 0; i < PERFECT_PILOTS && pilot == PERFECT_PILOTS; i++)
                if (all_free(b, bucket, i)) pilot = i;
            if (pilot == PERFECT_PILOTS) {
                pilot = least_harm(b, bucket, first, recent);
                if (pilot == PERFECT_PILOTS || patience-- == 0) return false;
            }
            settle(b, bucket, pilot, &waiting);
            recent[placed % PERFECT_RECENT] = bucket;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- the whole */

/* Slots behind the last number are sent to the numbers that are free, in order; those that nobody has, to 0. */
static void send_back(const PerfectBuilding *b, uint32_t *behind) {
    uint32_t count = b->keys->count, number = 0;
    for (uint32_t slot = count; slot < b->slots; slot++) {
        behind[slot - count] = 0;
        if (!is_taken(b, slot)) continue;
        while (is_taken(b, number)) number++;
        behind[slot - count] = number++;
    }
}

static CnsPerfect *perfect_write(const PerfectBuilding *b, uint32_t seed, uint32_t *order) {
    CnsPerfect head = {.keys = b->keys->count, .slots = b->slots, .buckets = b->buckets, .seed = seed, .salt = b->salt};
    size_t words = cns_perfect_words(&head);
    uint32_t *table = perfect_take(b->allocator, words, sizeof *table);
    if (!table) return NULL;
    memset(table, 0, words * sizeof *table);
    memcpy(table, &head, sizeof head);
    send_back(b, table + CNS_PERFECT_HEAD);
    memcpy(table + CNS_PERFECT_HEAD + (b->slots - head.keys), b->pilots, b->buckets);
    for (uint32_t i = 0; i < head.keys; i++) order[cns_perfect_number((CnsPerfect *)(void *)table, b->hashes[i])] = b->key_of[i];
    return (CnsPerfect *)(void *)table;
}

static CnsStatus perfect_search(PerfectBuilding *b, CnsPerfect **table, uint32_t *order, uint32_t twice[2]) {
    for (uint32_t seed = 0; seed < PERFECT_SEEDS; seed++) {
        fill_buckets(b, seed);
        PerfectKeys found = compare_keys(b, twice);
        if (found == PERFECT_TWICE) return CNS_ERR_SYNTAX;
        if (found == PERFECT_COLLIDING) continue;
        largest_first(b);
        for (b->salt = 0; b->salt < PERFECT_SALTS; b->salt++) {
            if (!place_all(b)) continue;
            *table = perfect_write(b, seed, order);
            return *table ? CNS_OK : CNS_ERR_MEMORY;
        }
    }
    return CNS_ERR_LIMIT;
}

CnsStatus cns_perfect_build(const CnsAllocator *allocator, const CnsKeys *keys, CnsPerfect **table, uint32_t *order, uint32_t twice[2]) {
    PerfectBuilding b;
    *table = NULL;
    twice[0] = twice[1] = CNS_NONE;
    if (keys->count > CNS_PERFECT_MOST_KEYS) return CNS_ERR_LIMIT;
    CnsStatus status = perfect_open(&b, allocator, keys) ? perfect_search(&b, table, order, twice) : CNS_ERR_MEMORY;
    perfect_close(&b);
    return status;
}

bool cns_perfect_verify(const uint32_t *words, size_t count) {
    CnsPerfect head;
    if (count < CNS_PERFECT_HEAD) return false;
    memcpy(&head, words, sizeof head);
    if (head.keys > CNS_PERFECT_MOST_KEYS || head.slots < head.keys || !head.buckets || count != cns_perfect_words(&head)) return false;
    for (uint32_t i = 0; i < head.slots - head.keys; i++)
        if (words[CNS_PERFECT_HEAD + i] >= head.keys) return false;
    return true;
}

/* ---------------------------------------------------------------- keys */

static uint64_t hash_of_bytes(const void *context, uint32_t key, uint32_t seed) {
    const CnsKey *at = (const CnsKey *)context + key;
    return cns_hash(at->bytes, at->length, seed);
}

static bool same_bytes(const void *context, uint32_t key, uint32_t other) {
    const CnsKey *a = (const CnsKey *)context + key, *b = (const CnsKey *)context + other;
    return a->length == b->length && (!a->length || memcmp(a->bytes, b->bytes, a->length) == 0);
}

CnsKeys cns_perfect_of_bytes(const CnsKey *keys, uint32_t count) { return (CnsKeys){count, keys, hash_of_bytes, same_bytes}; }

static uint64_t hash_of_number(const void *context, uint32_t key, uint32_t seed) {
    (void)seed;
    return cns_perfect_hash(((const uint64_t *)context)[key]);
}

static bool same_number(const void *context, uint32_t key, uint32_t other) {
    return ((const uint64_t *)context)[key] == ((const uint64_t *)context)[other];
}

CnsKeys cns_perfect_of_numbers(const uint64_t *numbers, uint32_t count) { return (CnsKeys){count, numbers, hash_of_number, same_number}; }
