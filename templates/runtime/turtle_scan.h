/* Running over what tokens are made of, 16 bytes a step where SSE2 is there, else one by one. */
#ifndef CNS_TURTLE_SCAN_H
#define CNS_TURTLE_SCAN_H

#include "base.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { TURTLE_IRI_STOP = 1, TURTLE_NAME = 2, TURTLE_SPACE = 4 };
extern const uint8_t cns_turtle_classes[256];

#ifdef __SSE2__

static inline __m128i turtle_load(const uint8_t *at) { return _mm_loadu_si128((const __m128i *)(const void *)at); }

static inline __m128i turtle_is(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }

/* From `first` on, `count` of them. */
static inline __m128i turtle_in_range(__m128i bytes, char first, char count) {
    __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8((char)(count - 1))), offset);
}

static inline uint32_t turtle_mask(__m128i bytes) { return (uint32_t)_mm_movemask_epi8(bytes); }

#endif

/* The first byte that cannot simply be part of an IRI: a delimiter, a backslash, a byte outside ASCII. */
static inline const uint8_t *turtle_scan_iri(const uint8_t *at, const uint8_t *end) {
#ifdef __SSE2__
    const __m128i two = _mm_set1_epi8(2);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = turtle_load(at), paired = _mm_or_si128(bytes, two);
        __m128i stops = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x21)); /* signed: the bytes from 0x80 on as well */
        stops = _mm_or_si128(stops, _mm_or_si128(turtle_is(paired, '>'), turtle_is(paired, '^')));
        stops = _mm_or_si128(stops, _mm_or_si128(turtle_is(bytes, '"'), turtle_is(bytes, '`')));
        uint32_t mask = turtle_mask(_mm_or_si128(stops, turtle_in_range(bytes, '{', 3)));
        if (mask) return at + __builtin_ctz(mask);
    }
#endif
    while (at < end && !(cns_turtle_classes[*at] & TURTLE_IRI_STOP)) at++;
    return at;
}

/* The first byte that is no ASCII letter, digit, '_', '-' or ':'. The first colon on the way, else NULL. */
static inline const uint8_t *turtle_scan_name(const uint8_t *at, const uint8_t *end, const uint8_t **colon) {
    *colon = NULL;
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        __m128i bytes = turtle_load(at);
        __m128i part = turtle_in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
        part = _mm_or_si128(part, turtle_in_range(bytes, '0', 11));
        part = _mm_or_si128(part, _mm_or_si128(turtle_is(bytes, '_'), turtle_is(bytes, '-')));
        uint32_t stops = turtle_mask(part) ^ 0xffff;
        uint32_t colons = turtle_mask(turtle_is(bytes, ':')) & ((stops & (0 - stops)) - 1);
        if (colons && !*colon) *colon = at + __builtin_ctz(colons);
        if (stops) return at + __builtin_ctz(stops);
    }
#endif
    for (; at < end && cns_turtle_classes[*at] & TURTLE_NAME; at++)
        if (*at == ':' && !*colon) *colon = at;
    return at;
}

/* The first quote of that kind, backslash or, in a short string, line end; whether bytes outside ASCII came before. */
static inline const uint8_t *turtle_scan_string(const uint8_t *at, const uint8_t *end, uint8_t quote, bool is_long, uint32_t *high) {
#ifdef __SSE2__
    const __m128i quotes = _mm_set1_epi8((char)quote), line_feed = _mm_set1_epi8(is_long ? '\\' : '\n');
    const __m128i line_return = _mm_set1_epi8(is_long ? '\\' : '\r');
    for (; end - at >= 16; at += 16) {
        __m128i bytes = turtle_load(at);
        __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), turtle_is(bytes, '\\'));
        stops = _mm_or_si128(stops, _mm_or_si128(_mm_cmpeq_epi8(bytes, line_feed), _mm_cmpeq_epi8(bytes, line_return)));
        uint32_t mask = turtle_mask(stops);
        *high |= turtle_mask(bytes) & ((mask & (0 - mask)) - 1);
        if (mask) return at + __builtin_ctz(mask);
    }
#endif
    for (; at < end && *at != quote && *at != '\\' && (is_long || (*at != '\n' && *at != '\r')); at++) *high |= *at & 0x80;
    return at;
}

/* The first byte that is no white space. */
static inline const uint8_t *turtle_scan_space(const uint8_t *at, const uint8_t *end) {
#ifdef __SSE2__
    if (end - at >= 16) {
        if (*at > ' ') return at;
        if (*at == ' ' && at[1] > ' ') return at + 1; /* between the words of a line */
    }
    for (; end - at >= 16; at += 16) {
        __m128i bytes = turtle_load(at);
        __m128i space = _mm_or_si128(_mm_or_si128(turtle_is(bytes, ' '), turtle_is(bytes, '\t')),
                                     _mm_or_si128(turtle_is(bytes, '\n'), turtle_is(bytes, '\r')));
        uint32_t mask = turtle_mask(space) ^ 0xffff;
        if (mask) return at + __builtin_ctz(mask);
    }
#endif
    while (at < end && cns_turtle_classes[*at] & TURTLE_SPACE) at++;
    return at;
}

/* Eight bytes a step; the last step overlaps the one before. */
static inline bool turtle_same(const uint8_t *a, const uint8_t *b, uint32_t length) {
    if (length < 8) {
        for (uint32_t i = 0; i < length; i++)
            if (a[i] != b[i]) return false;
        return true;
    }
    for (uint32_t i = 0; i + 8 < length; i += 8)
        if (cns_load64(a + i) != cns_load64(b + i)) return false;
    return cns_load64(a + length - 8) == cns_load64(b + length - 8);
}

#endif
