/* Dates, times and durations: their lexical spaces (XSD 1.1), and their places on the time line. */
#ifndef CNS_CALENDAR_H
#define CNS_CALENDAR_H

#include "literal.h"

/* Years, and each number in a duration, are held exactly up to so many digits, so that seconds fit 64 bits.
   Longer ones are well-formed, and incomparable with everything. */
enum { CNS_CALENDAR_DIGITS = 11 };

/* False if the text is not in the lexical space of the datatype: one from CNS_DT_DATE_TIME to CNS_DT_G_DAY. */
bool cns_moment_is_well_formed(uint32_t datatype, const uint8_t *text, uint32_t length);
bool cns_moment_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsMoment *out);

/* Of exact moments. Where only one has a zone: the order that every zone would give the other, if they agree. */
CnsComparison cns_moment_compare(const CnsMoment *left, const CnsMoment *right);

/* False if the text is not in the lexical space of the datatype: one of the three durations. */
bool cns_duration_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsDuration *out);

/* Of exact durations: the order they give when added to each of XSD's four reference dates, if they agree. */
CnsComparison cns_duration_compare(const CnsDuration *left, const CnsDuration *right);

static inline CnsComparison cns_compare_int64(int64_t left, int64_t right) {
    return left < right ? CNS_CMP_LESS : left > right ? CNS_CMP_GREATER : CNS_CMP_EQUAL;
}

/* Bytewise, what begins the other first: the order of UTF-8 by code points, and of the digits of fractions. */
static inline CnsComparison cns_compare_bytes(CnsBytes left, CnsBytes right) {
    uint32_t shared = left.length < right.length ? left.length : right.length;
    int order = shared > 0 ? memcmp(left.text, right.text, shared) : 0;
    if (order != 0) return order < 0 ? CNS_CMP_LESS : CNS_CMP_GREATER;
    return cns_compare_int64(left.length, right.length);
}

#endif
