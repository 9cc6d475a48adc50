/* Literals by their meaning: datatypes by name, strings, and the dispatch. Numbers are in number.c, dates in calendar.c. */
#include "literal.h"

#include "calendar.h"
#include "number.h"

/* ---------------------------------------------------------------- datatypes by name */

/* Compilers sort these comparisons by length, so that few are made. */
uint32_t cns_datatype_from_iri(const uint8_t *iri, size_t length) {
#define CNS_X(name, known) \
    if (length == sizeof known - 1 && memcmp(iri, known, sizeof known - 1) == 0) return CNS_DT_##name;
    CNS_DATATYPES(CNS_X)
#undef CNS_X
    return UINT32_MAX;
}

const char *cns_datatype_iri(uint32_t datatype) {
    static const char *const iris[] = {
#define CNS_X(name, iri) iri,
        CNS_DATATYPES(CNS_X)
#undef CNS_X
    };
    return datatype < CNS_DATATYPE_COUNT ? iris[datatype] : NULL;
}

/* ---------------------------------------------------------------- strings */

uint32_t cns_utf8_length(const uint8_t *text, size_t length) {
    const uint64_t lowest_bits = UINT64_C(0x0101010101010101);
    uint32_t count = (uint32_t)length;
    for (; length >= 8; text += 8, length -= 8) {
        uint64_t word = cns_load64(text);
        uint64_t continuing = word >> 7 & ~word >> 6 & lowest_bits;
        count -= (uint32_t)(continuing * lowest_bits >> 56); /* the sum of the eight bytes */
    }
    for (size_t i = 0; i < length; i++) count -= (text[i] & 0xC0) == 0x80;
    return count;
}

static bool is_normalized(const uint8_t *at, const uint8_t *end) {
    for (; at < end; at++) {
        if (*at == '\t' || *at == '\n' || *at == '\r') return false;
    }
    return true;
}

static bool is_token(const uint8_t *at, const uint8_t *end) {
    bool after_space = true; /* so that a space cannot come first */
    if (at == end) return true;
    if (!is_normalized(at, end)) return false;
    for (; at < end; at++) {
        if (*at == ' ' && after_space) return false;
        after_space = *at == ' ';
    }
    return !after_space;
}

/* [a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})* */
static bool is_language(const uint8_t *at, const uint8_t *end) {
    bool first = true;
    unsigned subtag = 0;
    for (; at < end; at++) {
        if (*at == '-') {
            if (subtag == 0) return false;
            first = false;
            subtag = 0;
        } else if ((!cns_is_letter(*at) && (first || !cns_is_digit(*at))) || ++subtag > 8) {
            return false;
        }
    }
    return subtag > 0;
}

/* The code point at *at, which moves behind it; UINT32_MAX where the bytes are not UTF-8 in form. */
static uint32_t take_code_point(const uint8_t **at, const uint8_t *end) {
    uint8_t lead = *(*at)++;
    if (lead < 0x80) return lead;
    if (lead < 0xC2 || lead > 0xF4) return UINT32_MAX;
    int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t code_point = lead & (0x3Fu >> more);
    for (; more > 0; more--) {
        if (*at == end || (**at & 0xC0) != 0x80) return UINT32_MAX;
        code_point = code_point << 6 | (*(*at)++ & 0x3F);
    }
    return code_point;
}

typedef struct {
    uint32_t first;
    uint32_t last;
} CodePoints;

static bool is_among(uint32_t code_point, const CodePoints *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].first && code_point <= ranges[i].last) return true;
    }
    return false;
}

/* NameStartChar of XML 1.0, fifth edition, but for the colon. */
static bool starts_name(uint32_t code_point) {
    static const CodePoints ranges[] = {
        {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},   {0x37F, 0x1FFF},   {0x200C, 0x200D},
        {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
    };
    if (code_point < 0x80) return cns_is_letter((uint8_t)code_point) || code_point == '_';
    return is_among(code_point, ranges, sizeof ranges / sizeof *ranges);
}

/* NameChar, but for the colon. */
static bool continues_name(uint32_t code_point) {
    static const CodePoints ranges[] = {
        {'-', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040},
    };
    return starts_name(code_point) || is_among(code_point, ranges, sizeof ranges / sizeof *ranges);
}

static bool is_name(const uint8_t *at, const uint8_t *end, bool colons, bool any_start) {
    bool inside = any_start;
    if (at == end) return false;
    while (at < end) {
        uint32_t code_point = take_code_point(&at, end);
        bool allowed = code_point == ':' ? colons : inside ? continues_name(code_point) : starts_name(code_point);
        if (!allowed) return false;
        inside = true;
    }
    return true;
}

static bool is_qname(const uint8_t *at, const uint8_t *end) {
    const uint8_t *colon = at == end ? NULL : memchr(at, ':', (size_t)(end - at));
    if (colon == NULL) return is_name(at, end, false, false);
    return is_name(at, colon, false, false) && is_name(colon + 1, end, false, false);
}

/* ---------------------------------------------------------------- binary */

/* The six bits that a character of base64 stands for; 64 if it is none. */
static unsigned base64_bits(uint8_t byte) {
    if (byte >= 'A' && byte <= 'Z') return byte - 'A';
    if (byte >= 'a' && byte <= 'z') return byte - 'a' + 26u;
    if (cns_is_digit(byte)) return byte - '0' + 52u;
    return byte == '+' ? 62 : byte == '/' ? 63 : 64;
}

/* Single spaces may stand between any two characters. The bits that padding leaves over have to be zero. */
static bool is_base64(const uint8_t *at, const uint8_t *end) {
    size_t count = 0;
    unsigned padding = 0, last_bits = 0;
    if (at < end && (*at == ' ' || end[-1] == ' ')) return false;
    for (; at < end; at++) {
        if (*at == ' ') {
            if (at[1] == ' ') return false; /* a space is never the last byte */
            continue;
        }
        count++;
        if (*at == '=') {
            padding++;
            continue;
        }
        last_bits = base64_bits(*at);
        if (padding > 0 || last_bits > 63) return false;
    }
    if (count % 4 != 0 || padding > 2) return false;
    return (last_bits & (padding == 2 ? 0xFu : padding == 1 ? 0x3u : 0)) == 0;
}

static bool is_hex(const uint8_t *at, const uint8_t *end) {
    if ((end - at) % 2 != 0) return false;
    for (; at < end; at++) {
        if (!cns_is_digit(*at) && (uint8_t)((*at | 0x20) - 'a') > 5) return false;
    }
    return true;
}

/* ---------------------------------------------------------------- dispatch */

static bool parse_boolean(const uint8_t *text, const uint8_t *end, bool *out) {
    *out = cns_is_text(text, end, "true") || cns_is_text(text, end, "1");
    return *out || cns_is_text(text, end, "false") || cns_is_text(text, end, "0");
}

static bool is_string_or_binary(uint32_t datatype, const uint8_t *text, const uint8_t *end) {
    switch (datatype) {
        case CNS_DT_NORMALIZED_STRING: return is_normalized(text, end);
        case CNS_DT_TOKEN: return is_token(text, end);
        case CNS_DT_LANGUAGE: return is_language(text, end);
        case CNS_DT_NAME: return is_name(text, end, true, false);
        case CNS_DT_NCNAME: return is_name(text, end, false, false);
        case CNS_DT_NMTOKEN: return is_name(text, end, true, true);
        case CNS_DT_QNAME: return is_qname(text, end);
        case CNS_DT_BASE64_BINARY: return is_base64(text, end);
        case CNS_DT_HEX_BINARY: return is_hex(text, end);
        default: return true;
    }
}

/* What a well-formed literal of the datatype is compared as. */
static CnsValueKind kind_of(uint32_t datatype) {
    switch (datatype) {
        case CNS_DT_BOOLEAN: return CNS_VALUE_BOOLEAN;
        case CNS_DT_STRING: case CNS_DT_NORMALIZED_STRING: case CNS_DT_TOKEN: case CNS_DT_LANGUAGE:
        case CNS_DT_NAME: case CNS_DT_NCNAME: case CNS_DT_NMTOKEN:
            return CNS_VALUE_STRING;
        case CNS_DT_DECIMAL: case CNS_DT_INTEGER: case CNS_DT_NON_NEGATIVE_INTEGER: case CNS_DT_NON_POSITIVE_INTEGER:
        case CNS_DT_POSITIVE_INTEGER: case CNS_DT_NEGATIVE_INTEGER: case CNS_DT_LONG: case CNS_DT_INT:
        case CNS_DT_SHORT: case CNS_DT_BYTE: case CNS_DT_UNSIGNED_LONG: case CNS_DT_UNSIGNED_INT:
        case CNS_DT_UNSIGNED_SHORT: case CNS_DT_UNSIGNED_BYTE:
            return CNS_VALUE_DECIMAL;
        case CNS_DT_FLOAT: return CNS_VALUE_FLOAT;
        case CNS_DT_DOUBLE: return CNS_VALUE_DOUBLE;
        case CNS_DT_DATE_TIME: case CNS_DT_DATE_TIME_STAMP: case CNS_DT_DATE: case CNS_DT_TIME: case CNS_DT_G_YEAR:
        case CNS_DT_G_YEAR_MONTH: case CNS_DT_G_MONTH: case CNS_DT_G_MONTH_DAY: case CNS_DT_G_DAY:
            return CNS_VALUE_MOMENT;
        case CNS_DT_DURATION: case CNS_DT_DAY_TIME_DURATION: case CNS_DT_YEAR_MONTH_DURATION:
            return CNS_VALUE_DURATION;
        default: return CNS_VALUE_NONE;
    }
}

bool cns_literal_well_formed(uint32_t datatype, const uint8_t *text, uint32_t length) {
    CnsValue value;
    if (length == 0) text = (const uint8_t *)""; /* it may be NULL */
    const uint8_t *end = text + length;
    switch (kind_of(datatype)) {
        case CNS_VALUE_BOOLEAN: return parse_boolean(text, end, &value.as.boolean);
        case CNS_VALUE_DECIMAL: return cns_number_parse(datatype, text, end, &value.as.decimal);
        case CNS_VALUE_FLOAT:
        case CNS_VALUE_DOUBLE: return cns_is_floating(text, end);
        case CNS_VALUE_MOMENT: return cns_moment_is_well_formed(datatype, text, length);
        case CNS_VALUE_DURATION: return cns_duration_parse(datatype, text, length, &value.as.duration);
        default: return is_string_or_binary(datatype, text, end);
    }
}

/* False if there is nothing to compare. */
static bool parse_value(CnsValueKind kind, uint32_t datatype, const uint8_t *text, uint32_t length, CnsValue *out) {
    const uint8_t *end = text + length;
    switch (kind) {
        case CNS_VALUE_BOOLEAN: return parse_boolean(text, end, &out->as.boolean);
        case CNS_VALUE_STRING:
            out->as.string = (CnsBytes){text, length};
            return is_string_or_binary(datatype, text, end);
        case CNS_VALUE_DECIMAL: return cns_number_parse(datatype, text, end, &out->as.decimal);
        case CNS_VALUE_FLOAT: return cns_floating_parse(text, end, true, &out->as.number);
        case CNS_VALUE_DOUBLE: return cns_floating_parse(text, end, false, &out->as.number);
        case CNS_VALUE_MOMENT:
            return cns_moment_parse(datatype, text, length, &out->as.moment) && out->as.moment.exact;
        case CNS_VALUE_DURATION:
            return cns_duration_parse(datatype, text, length, &out->as.duration) && out->as.duration.exact;
        default: return false;
    }
}

void cns_value_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsValue *out) {
    if (length == 0) text = (const uint8_t *)""; /* it may be NULL */
    CnsValueKind kind = kind_of(datatype);
    out->kind = parse_value(kind, datatype, text, length, out) ? kind : CNS_VALUE_NONE;
}

static bool is_numeric(CnsValueKind kind) {
    return kind == CNS_VALUE_DECIMAL || kind == CNS_VALUE_FLOAT || kind == CNS_VALUE_DOUBLE;
}

static double promoted(const CnsValue *value, bool single) {
    return value->kind == CNS_VALUE_DECIMAL ? cns_decimal_to_floating(&value->as.decimal, 0, single) : value->as.number;
}

/* Of two numeric types: a decimal becomes what the other is, a float beside a double is one already. */
static CnsComparison compare_promoted(const CnsValue *left, const CnsValue *right) {
    bool single = left->kind == CNS_VALUE_FLOAT || right->kind == CNS_VALUE_FLOAT;
    return cns_double_compare(promoted(left, single), promoted(right, single));
}

CnsComparison cns_value_compare(const CnsValue *left, const CnsValue *right) {
    if (left->kind != right->kind) {
        return is_numeric(left->kind) && is_numeric(right->kind) ? compare_promoted(left, right) : CNS_CMP_NONE;
    }
    switch (left->kind) {
        case CNS_VALUE_BOOLEAN: return cns_compare_int64(left->as.boolean, right->as.boolean);
        case CNS_VALUE_STRING: return cns_compare_bytes(left->as.string, right->as.string);
        case CNS_VALUE_DECIMAL: return cns_decimal_compare(&left->as.decimal, &right->as.decimal);
        case CNS_VALUE_FLOAT:
        case CNS_VALUE_DOUBLE: return cns_double_compare(left->as.number, right->as.number);
        case CNS_VALUE_MOMENT: return cns_moment_compare(&left->as.moment, &right->as.moment);
        case CNS_VALUE_DURATION: return cns_duration_compare(&left->as.duration, &right->as.duration);
        default: return CNS_CMP_NONE;
    }
}

CnsComparison cns_literal_compare(const CnsLiteral *left, const CnsLiteral *right) {
    CnsValue left_value, right_value;
    cns_value_parse(left->datatype, left->text, left->length, &left_value);
    cns_value_parse(right->datatype, right->text, right->length, &right_value);
    return cns_value_compare(&left_value, &right_value);
}
