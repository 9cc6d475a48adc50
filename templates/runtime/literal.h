/* Literals by their meaning: is the text in the datatype's lexical space, and how do two values compare.
   Nothing here allocates or keeps state; text may be any bytes, of any length, and is never written. */
#ifndef CNS_LITERAL_H
#define CNS_LITERAL_H

#include "base.h"
#include "datatypes.h"

/* The CnsDatatype that has this IRI; UINT32_MAX if the runtime does not know it by meaning. */
uint32_t cns_datatype_from_iri(const uint8_t *iri, size_t length);

/* The IRI of a CnsDatatype, terminated; NULL for any other number. */
const char *cns_datatype_iri(uint32_t datatype);

/* How many code points: the bytes that do not continue one. */
uint32_t cns_utf8_length(const uint8_t *text, size_t length);

/* True if the text is in the lexical space of the datatype (ranges of the integer types included).
   Datatypes that the runtime does not know have no lexical space to violate. White space is not collapsed: RDF does
   not. That an rdf:langString has a tag is not looked at. */
bool cns_literal_well_formed(uint32_t datatype, const uint8_t *text, uint32_t length);

typedef enum {
    CNS_CMP_LESS,
    CNS_CMP_EQUAL,
    CNS_CMP_GREATER,
    CNS_CMP_NONE /* incomparable: other types, ill-formed, NaN, a date with a zone beside one without within 14 hours */
} CnsComparison;

/* How SPARQL's operators < and <= order the two, extended to the XSD types that are ordered. */
CnsComparison cns_literal_compare(const CnsLiteral *left, const CnsLiteral *right);

/* A literal parsed, so that a constant bound is parsed once and each value once for all its bounds.
   It points into the literal's text, which has to stay. */

typedef struct {
    const uint8_t *text;
    uint32_t length;
} CnsBytes;

typedef struct {
    CnsBytes whole;    /* the digits before the point, without leading zeros */
    CnsBytes fraction; /* those after it, without trailing zeros */
    bool negative;     /* never true of zero */
} CnsDecimal;

typedef struct {
    int64_t seconds;   /* on the proleptic Gregorian time line; in UTC if zoned */
    CnsBytes fraction; /* of the second: its digits, without trailing zeros */
    uint32_t line;     /* which moments it can be compared with: CNS_DT_DATE_TIME, CNS_DT_DATE, … */
    bool zoned;
    bool exact; /* false: the year has more than CNS_CALENDAR_DIGITS digits, and the rest means nothing */
} CnsMoment;

typedef struct {
    int64_t months;
    int64_t seconds;   /* rounded down, so that the rest is not negative */
    CnsBytes fraction; /* the digits of the fraction as written, without trailing zeros */
    bool complement;   /* the rest is 1 - fraction: the duration is negative and has a fraction */
    bool exact;        /* false: a number has more than CNS_CALENDAR_DIGITS digits, and the rest means nothing */
} CnsDuration;

typedef enum {
    CNS_VALUE_NONE, /* nothing to compare: ill-formed, a type without an order, or a calendar value that is not exact */
    CNS_VALUE_BOOLEAN,
    CNS_VALUE_STRING, /* xsd:string and what is derived from it */
    CNS_VALUE_DECIMAL,
    CNS_VALUE_FLOAT, /* its value widened to double, which is exact */
    CNS_VALUE_DOUBLE,
    CNS_VALUE_MOMENT,
    CNS_VALUE_DURATION
} CnsValueKind;

typedef struct {
    CnsValueKind kind;
    union {
        bool boolean;
        CnsBytes string;
        CnsDecimal decimal;
        double number;
        CnsMoment moment;
        CnsDuration duration;
    } as;
} CnsValue;

/* Most integers are small: of at most 18 digits, after a sign or none. False: another one, or none at all. */
static inline bool cns_small_integer(const uint8_t *text, uint32_t length, int64_t *out) {
    bool negative = length && *text == '-', sign = negative || (length && *text == '+');
    if (length - sign - 1u > 17u) return false;
    int64_t number = 0;
    for (uint32_t i = sign; i < length; i++) {
        if (!cns_is_digit(text[i])) return false;
        number = number * 10 + (text[i] - '0');
    }
    *out = negative ? -number : number;
    return true;
}

/* YYYY-MM-DD, as most dates are written, but for the 29th of February; false says nothing. */
static inline bool cns_plain_date(const uint8_t *text, uint32_t length) {
    if (length != 10 || text[4] != '-' || text[7] != '-') return false;
    for (uint32_t i = 0; i < 10; i++)
        if (i != 4 && i != 7 && !cns_is_digit(text[i])) return false;
    unsigned month = (text[5] - '0') * 10u + (text[6] - '0'), day = (text[8] - '0') * 10u + (text[9] - '0');
    if (month - 1 > 11 || day == 0) return false;
    enum { LONG_MONTHS = 0x15aa };
    return day <= 28 || (month != 2 && day <= 30u + (LONG_MONTHS >> month & 1));
}

void cns_value_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsValue *out);

CnsComparison cns_value_compare(const CnsValue *left, const CnsValue *right);

#endif
