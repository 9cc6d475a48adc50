/* The line reader's fast half for machines with AVX2: 32 bytes a step. */
#include "lines.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#endif

/* A byte is special if the bits of its two halves meet: 1: controls, 2: space and ", 4: < > \ ^, 16: { | }, 32: `. */
static inline uint32_t avx2_not_in_iri(__m256i bytes) {
    const __m256i low = _mm256_setr_epi8(35, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 17, 21, 17, 5, 1, 35, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 17, 21, 17, 5, 1);
    const __m256i high = _mm256_setr_epi8(1, 1, 2, 4, 0, 4, 32, 16, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 4, 0, 4, 32, 16, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    __m256i met = _mm256_and_si256(_mm256_shuffle_epi8(low, bytes), _mm256_shuffle_epi8(high, upper));
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(met, _mm256_setzero_si256()));
}

static inline uint32_t avx2_not_in_string(__m256i bytes) {
    __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')), slash = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
    __m256i newline = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')), carriage = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r'));
    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(quote, slash), _mm256_or_si256(newline, carriage)));
}

#define CNS_AVX2_SCAN(name, not_in)                                                                        \
    static inline const uint8_t *name(const uint8_t *at, const uint8_t *end, bool *wide) {                 \
        uint32_t passed = 0;                                                                               \
        for (; end - at >= 32; at += 32) {                                                                 \
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);                         \
            uint32_t stop = not_in(bytes), high = (uint32_t)_mm256_movemask_epi8(bytes);                   \
            if (stop) {                                                                                    \
                *wide = (passed | (high & _blsmsk_u32(stop))) != 0;                                        \
                return at + _tzcnt_u32(stop);                                                              \
            }                                                                                              \
            passed |= high;                                                                                \
        }                                                                                                  \
        return NULL;                                                                                       \
    }
CNS_AVX2_SCAN(avx2_scan_iri, avx2_not_in_iri)
CNS_AVX2_SCAN(avx2_scan_string, avx2_not_in_string)
#undef CNS_AVX2_SCAN

/* There are CNS_SCAN_WIDTH readable bytes behind `a`; `b` is exact. */
static inline bool avx2_same(const uint8_t *a, const uint8_t *b, uint32_t length) {
    if (length < 32) {
        if (length >= 16) {
            __m128i x = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)a), _mm_loadu_si128((const __m128i *)(const void *)b));
            __m128i y = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)(a + length - 16)), _mm_loadu_si128((const __m128i *)(const void *)(b + length - 16)));
            x = _mm_or_si128(x, y);
            return _mm_testz_si128(x, x);
        }
        return memcmp(a, b, length) == 0;
    }
    uint32_t i = 0;
    for (; i + 32 <= length; i += 32) {
        __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)(a + i)), _mm256_loadu_si256((const __m256i *)(const void *)(b + i)));
        if (!_mm256_testz_si256(x, x)) return false;
    }
    __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(const void *)(a + length - 32)), _mm256_loadu_si256((const __m256i *)(const void *)(b + length - 32)));
    return _mm256_testz_si256(x, x);
}

#define CNS_ISA avx2
#define CNS_SCAN_WIDTH 32
#define CNS_SCAN_IRI avx2_scan_iri
#define CNS_SCAN_STRING avx2_scan_string
#define CNS_SAME avx2_same
#include "lines_fast.h"
#undef CNS_ISA
#undef CNS_SCAN_WIDTH
#undef CNS_SCAN_IRI
#undef CNS_SCAN_STRING
#undef CNS_SAME

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
bool cns_lines_avx2(CnsLines *lines) { return cns_lines_plain(lines); }
#endif
