/* The line reader's fast half for any machine: a table look-up a byte. */
#include "lines.h"

static const uint8_t cns_not_in_iri[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* up to the space */
    1, ['"'] = 1, ['<'] = 1, ['>'] = 1, ['\\'] = 1, ['^'] = 1, ['`'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1,
};

static const uint8_t *plain_scan_iri(const uint8_t *at, const uint8_t *end, bool *wide) {
    uint8_t passed = 0;
    while (at < end && !cns_not_in_iri[*at]) passed |= *at++;
    *wide = passed >= 0x80;
    return at < end ? at : NULL;
}

static const uint8_t *plain_scan_string(const uint8_t *at, const uint8_t *end, bool *wide) {
    uint8_t passed = 0;
    while (at < end && *at != '"' && *at != '\\' && *at != '\n' && *at != '\r') passed |= *at++;
    *wide = passed >= 0x80;
    return at < end ? at : NULL;
}

#define CNS_ISA plain
#define CNS_SCAN_WIDTH 8
#define CNS_SCAN_IRI plain_scan_iri
#define CNS_SCAN_STRING plain_scan_string
#define CNS_SAME(a, b, length) (memcmp((a), (b), (length)) == 0)
#include "lines_fast.h"
#undef CNS_ISA
#undef CNS_SCAN_WIDTH
#undef CNS_SCAN_IRI
#undef CNS_SCAN_STRING
#undef CNS_SAME
