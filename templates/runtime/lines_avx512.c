/* The line reader's fast half for machines with AVX-512: 64 bytes a step, so that most terms take one. */
#include "lines.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,bmi,bmi2")
#endif

/* As in lines_avx2.c. */
static inline uint64_t avx512_not_in_iri(__m512i bytes) {
    const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(35, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 17, 21, 17, 5, 1));
    const __m512i high = _mm512_broadcast_i32x4(_mm_setr_epi8(1, 1, 2, 4, 0, 4, 32, 16, 0, 0, 0, 0, 0, 0, 0, 0));
    __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(15));
    return _mm512_test_epi8_mask(_mm512_shuffle_epi8(low, bytes), _mm512_shuffle_epi8(high, upper));
}

static inline uint64_t avx512_not_in_string(__m512i bytes) {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')) |
           _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')) | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'));
}

#define CNS_AVX512_SCAN(name, not_in)                                                                      \
    static inline const uint8_t *name(const uint8_t *at, const uint8_t *end, bool *wide) {                 \
        uint64_t passed = 0;                                                                               \
        for (; end - at >= 64; at += 64) {                                                                 \
            __m512i bytes = _mm512_loadu_si512((const void *)at);                                          \
            uint64_t stop = not_in(bytes), high = _mm512_movepi8_mask(bytes);                              \
            if (stop) {                                                                                    \
                *wide = (passed | (high & _blsmsk_u64(stop))) != 0;                                        \
                return at + _tzcnt_u64(stop);                                                              \
            }                                                                                              \
            passed |= high;                                                                                \
        }                                                                                                  \
        return NULL;                                                                                       \
    }
CNS_AVX512_SCAN(avx512_scan_iri, avx512_not_in_iri)
CNS_AVX512_SCAN(avx512_scan_string, avx512_not_in_string)
#undef CNS_AVX512_SCAN

/* Masked loads touch nothing past the length. */
static inline bool avx512_same(const uint8_t *a, const uint8_t *b, uint32_t length) {
    for (; length > 64; length -= 64, a += 64, b += 64)
        if (_mm512_cmpneq_epi8_mask(_mm512_loadu_si512((const void *)a), _mm512_loadu_si512((const void *)b))) return false;
    __mmask64 mask = _bzhi_u64(~UINT64_C(0), length);
    return _mm512_mask_cmpneq_epi8_mask(mask, _mm512_maskz_loadu_epi8(mask, (const void *)a), _mm512_maskz_loadu_epi8(mask, (const void *)b)) == 0;
}

#define CNS_ISA avx512
#define CNS_SCAN_WIDTH 64
#define CNS_SCAN_IRI avx512_scan_iri
#define CNS_SCAN_STRING avx512_scan_string
#define CNS_SAME avx512_same
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
bool cns_lines_avx512(CnsLines *lines) { return cns_lines_plain(lines); }
#endif
