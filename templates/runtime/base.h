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
    CNS_STOPPED = 7        /* the caller's poll said so; what there is by then is not the whole */
} CnsStatus;

/* Where and why; the text is for people and never longer than the array. */
typedef struct {
    CnsStatus status;
    uint64_t line;   /* from 1; 0 when no line is meant */
    uint64_t column; /* from 1, in bytes */
    char message[200];
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

static inline uint64_t cns_mix(uint64_t h) {
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    return h;
}

/* Eight bytes a step; the tail is read bytewise so that nothing past the end is touched. */
static inline uint64_t cns_hash(const uint8_t *bytes, size_t length, uint64_t seed) {
    uint64_t h = seed ^ (length * UINT64_C(0x9e3779b97f4a7c15));
    while (length >= 8) {
        h = (h ^ cns_load64(bytes)) * UINT64_C(0x9fb21c651e98df25);
        h ^= h >> 29;
        bytes += 8;
        length -= 8;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < length; i++) tail |= (uint64_t)bytes[i] << (8 * i);
    h = (h ^ tail) * UINT64_C(0x9fb21c651e98df25);
    return cns_mix(h);
}

#endif
