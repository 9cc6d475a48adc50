/* The types that every part of the runtime shares. C11, libc only. */
#ifndef CNS_BASE_H
#define CNS_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every function that can fail returns one of these; the rest returns values. */
typedef enum {
    CNS_OK = 0,
    CNS_ERR_MEMORY = 1,    /* an allocation failed */
    CNS_ERR_SYNTAX = 2,    /* the data is not what its format says */
    CNS_ERR_LIMIT = 3,     /* a limit was reached: ids, bytes, depth */
    CNS_ERR_PROGRAM = 4,   /* the program is damaged or of another version */
    CNS_ERR_IO = 5,        /* a write failed */
    CNS_AGAIN = 6,         /* not an error: the budget is used up, call again to go on */
    CNS_STOPPED = 7,       /* the caller's poll said so; what there is by then is not the whole */
    CNS_ERR_MISUSE = 8     /* a function was called where it makes no sense */
} CnsStatus;

/* Where and why; the texts are for people and never longer than their arrays. */
typedef struct {
    CnsStatus status;
    uint64_t line;   /* from 1; 0 when no line is meant */
    uint64_t column; /* from 1, in bytes */
    char message[200];
    char excerpt[120]; /* the data around the place, on its line; may be empty */
} CnsError;

/* A value is a node id, or a literal index with this bit set. Constants of the program come first in both numberings. */
#define CNS_LITERAL_BIT UINT32_C(0x80000000)
#define CNS_NONE UINT32_C(0xffffffff)

/* Where memory comes from: resize(context, NULL, n) makes, (context, p, 0) frees and returns NULL. */
typedef struct {
    void *(*resize)(void *context, void *memory, size_t size);
    void *context;
} CnsAllocator;

/* A growing array of 32-bit words. */
typedef struct {
    uint32_t *items;
    uint32_t count;
    uint32_t capacity;
} CnsWords;

/* A literal is a reference: its text stays where it was read (or in the store's arena), unescaped. */
typedef struct {
    const uint8_t *text; /* the lexical form, UTF-8, not terminated */
    uint32_t length;     /* in bytes */
    uint32_t hash;       /* of text, datatype and language: equal literals have equal hashes */
    uint32_t datatype;   /* a CnsDatatype, or CNS_DATATYPE_FIRST_CUSTOM + the node id of another one's IRI */
    uint32_t language;   /* 0, or 1 + the node id of the tag as written */
} CnsLiteral;

/* ASCII only, and not by the locale. */
static inline bool cns_is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

static inline bool cns_is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }

static inline uint8_t cns_lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c; }

static inline uint64_t cns_load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static inline uint32_t cns_load32(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    return word;
}

static inline uint64_t cns_mix(uint64_t h) {
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    return h;
}

/* The product of two words, its halves folded into one. */
static inline uint64_t cns_fold(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 Wide;
    Wide product = (Wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), high = (a >> 32) * (b >> 32);
    uint64_t left = (a >> 32) * (b & UINT32_MAX), right = (a & UINT32_MAX) * (b >> 32);
    uint64_t middle = (low >> 32) + (left & UINT32_MAX) + right;
    high += (left >> 32) + (middle >> 32);
    return (middle << 32 | (low & UINT32_MAX)) ^ high;
#endif
}

/* Sixteen bytes a step; the last ones are read again rather than bytewise, so that nothing past the end is touched. */
static inline uint64_t cns_hash(const uint8_t *bytes, size_t length, uint64_t seed) {
    const uint64_t first = UINT64_C(0x9fb21c651e98df25), second = UINT64_C(0xd6e8feb86659fd93);
    uint64_t h = seed ^ UINT64_C(0x9e3779b97f4a7c15), a = 0, b = 0;
    if (length > 16) {
        size_t left = length;
        for (; left > 16; left -= 16, bytes += 16) h = cns_fold(cns_load64(bytes) ^ first, cns_load64(bytes + 8) ^ h);
        a = cns_load64(bytes + left - 16);
        b = cns_load64(bytes + left - 8);
    } else if (length >= 8) {
        a = cns_load64(bytes);
        b = cns_load64(bytes + length - 8);
    } else if (length >= 4) {
        a = cns_load32(bytes);
        b = cns_load32(bytes + length - 4);
    } else if (length) {
        a = (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
    }
    return cns_fold(second ^ length, cns_fold(a ^ second, b ^ h));
}

#endif
