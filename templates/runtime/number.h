/* Integers, decimals, floats and doubles: their lexical spaces (XSD 1.1) and their order. */
#ifndef CNS_NUMBER_H
#define CNS_NUMBER_H

#include "literal.h"

static inline bool cns_is_text(const uint8_t *at, const uint8_t *end, const char *expected) {
    size_t length = strlen(expected);
    return (size_t)(end - at) == length && memcmp(at, expected, length) == 0;
}

/* False if the text is not in the lexical space of the datatype: xsd:decimal or one derived from it. */
bool cns_number_parse(uint32_t datatype, const uint8_t *text, const uint8_t *end, CnsDecimal *out);
CnsComparison cns_decimal_compare(const CnsDecimal *left, const CnsDecimal *right);

/* xsd:float if it is single, else xsd:double; the value is rounded once, to the nearest. */
bool cns_floating_parse(const uint8_t *text, const uint8_t *end, bool single, double *out);
bool cns_is_floating(const uint8_t *text, const uint8_t *end);
CnsComparison cns_double_compare(double left, double right);

/* The nearest to a decimal times a power of ten. */
double cns_decimal_to_floating(const CnsDecimal *decimal, int64_t exponent, bool single);

#endif
