/* Numbers read by hand: exact, of any length, and not by the process's locale. */
#include "number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "calendar.h"

/* ---------------------------------------------------------------- integers and decimals */

static const uint8_t *skip_digits(const uint8_t *at, const uint8_t *end) {
    while (at < end && cns_is_digit(*at)) at++;
    return at;
}

/* A sign or none, and digits, perhaps none. Returns where they end. */
static const uint8_t *take_whole(const uint8_t *at, const uint8_t *end, CnsDecimal *out) {
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    while (at < end && *at == '0') at++;
    const uint8_t *last = skip_digits(at, end);
    *out = (CnsDecimal){{at, (uint32_t)(last - at)}, {last, 0}, negative && last > at};
    return last;
}

/* Returns where the decimal ends; NULL if there is not a digit. */
static const uint8_t *take_decimal(const uint8_t *text, const uint8_t *end, CnsDecimal *out) {
    const uint8_t *at = take_whole(text, end, out);
    bool has_digit = at > text && cns_is_digit(at[-1]);
    if (at < end && *at == '.') {
        const uint8_t *fraction = ++at;
        at = skip_digits(at, end);
        has_digit = has_digit || at > fraction;
        const uint8_t *last = at;
        while (last > fraction && last[-1] == '0') last--;
        out->fraction = (CnsBytes){fraction, (uint32_t)(last - fraction)};
        if (last > fraction) out->negative = *text == '-';
    }
    return has_digit ? at : NULL;
}

static CnsComparison compare_magnitudes(const CnsDecimal *left, const CnsDecimal *right) {
    if (left->whole.length != right->whole.length) return cns_compare_int64(left->whole.length, right->whole.length);
    CnsComparison order = cns_compare_bytes(left->whole, right->whole);
    return order != CNS_CMP_EQUAL ? order : cns_compare_bytes(left->fraction, right->fraction);
}

CnsComparison cns_decimal_compare(const CnsDecimal *left, const CnsDecimal *right) {
    if (left->negative != right->negative) return left->negative ? CNS_CMP_LESS : CNS_CMP_GREATER;
    return left->negative ? compare_magnitudes(right, left) : compare_magnitudes(left, right);
}

/* The values of an integer type furthest from zero, as digits: NULL for no bound, "" for no values on that side. */
typedef struct {
    const char *below;
    const char *above;
    bool has_zero;
} IntegerRange;

static const IntegerRange integer_ranges[CNS_DATATYPE_COUNT] = {
    [CNS_DT_INTEGER] = {NULL, NULL, true},
    [CNS_DT_NON_NEGATIVE_INTEGER] = {"", NULL, true},
    [CNS_DT_NON_POSITIVE_INTEGER] = {NULL, "", true},
    [CNS_DT_POSITIVE_INTEGER] = {"", NULL, false},
    [CNS_DT_NEGATIVE_INTEGER] = {NULL, "", false},
    [CNS_DT_LONG] = {"9223372036854775808", "9223372036854775807", true},
    [CNS_DT_INT] = {"2147483648", "2147483647", true},
    [CNS_DT_SHORT] = {"32768", "32767", true},
    [CNS_DT_BYTE] = {"128", "127", true},
    [CNS_DT_UNSIGNED_LONG] = {"", "18446744073709551615", true},
    [CNS_DT_UNSIGNED_INT] = {"", "4294967295", true},
    [CNS_DT_UNSIGNED_SHORT] = {"", "65535", true},
    [CNS_DT_UNSIGNED_BYTE] = {"", "255", true},
};

static bool parse_integer(uint32_t datatype, const uint8_t *text, const uint8_t *end, CnsDecimal *out) {
    const IntegerRange *range = &integer_ranges[datatype];
    if (take_whole(text, end, out) != end || text == end || !cns_is_digit(end[-1])) return false;
    if (out->whole.length == 0) return range->has_zero;
    const char *furthest = out->negative ? range->below : range->above;
    if (furthest == NULL) return true;
    CnsDecimal bound = {{(const uint8_t *)furthest, (uint32_t)strlen(furthest)}, {text, 0}, false};
    return compare_magnitudes(out, &bound) != CNS_CMP_GREATER;
}

bool cns_number_parse(uint32_t datatype, const uint8_t *text, const uint8_t *end, CnsDecimal *out) {
    return datatype == CNS_DT_DECIMAL ? take_decimal(text, end, out) == end : parse_integer(datatype, text, end, out);
}

/* ---------------------------------------------------------------- floats and doubles */

/* The points halfway between two doubles have fewer digits than this. Of digits behind them it only matters whether
   all are zeros. */
enum { SIGNIFICANT_DIGITS = 800 };

/* Digits as strtod reads them: without a point, which it would look for in the process's locale. */
typedef struct {
    uint32_t kept;
    int64_t dropped; /* digits that were not kept … */
    bool inexact;    /* … and were not all zeros */
    char text[SIGNIFICANT_DIGITS + 16];
} Mantissa;

static void append_digits(Mantissa *mantissa, CnsBytes digits) {
    for (uint32_t i = 0; i < digits.length; i++) {
        uint8_t digit = digits.text[i];
        if (mantissa->kept == 0 && digit == '0') continue;
        if (mantissa->kept < SIGNIFICANT_DIGITS) {
            mantissa->text[mantissa->kept++] = (char)digit;
        } else {
            mantissa->dropped++;
            mantissa->inexact = mantissa->inexact || digit != '0';
        }
    }
}

/* Of four digits at most. */
static void append_exponent(Mantissa *mantissa, int exponent) {
    char *out = mantissa->text + mantissa->kept;
    int size = exponent < 0 ? -exponent : exponent;
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    for (int unit = 1000; unit > 0; unit /= 10) *out++ = (char)('0' + size / unit % 10);
    *out = '\0';
}

/* The float or double nearest to the digits, read as a whole number, times a power of ten. */
static double nearest_of_any(const CnsDecimal *decimal, int64_t exponent, bool single) {
    Mantissa mantissa;
    mantissa.kept = 0;
    mantissa.dropped = 0;
    mantissa.inexact = false;
    append_digits(&mantissa, decimal->whole);
    append_digits(&mantissa, decimal->fraction);
    if (mantissa.kept == 0) return 0;
    exponent += mantissa.dropped;
    if (exponent + mantissa.kept > 400) return INFINITY;
    if (exponent + mantissa.kept < -400) return 0;
    if (mantissa.inexact) {
        mantissa.text[mantissa.kept++] = '1';
        exponent--;
    }
    append_exponent(&mantissa, (int)exponent);
    return single ? (double)strtof(mantissa.text, NULL) : strtod(mantissa.text, NULL);
}

static int64_t with_digits(int64_t number, CnsBytes digits) {
    for (uint32_t i = 0; i < digits.length; i++) number = number * 10 + (digits.text[i] - '0');
    return number;
}

/* The same. Few digits and a small power of ten are both exact, so that one operation on them rounds once. */
static double nearest(const CnsDecimal *decimal, int64_t exponent, bool single) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t most_digits = single ? 7 : 15, most_power = single ? 10 : 22;
    int64_t digits = (int64_t)decimal->whole.length + decimal->fraction.length;
    exponent -= decimal->fraction.length;
    bool exact = digits <= most_digits && exponent >= -most_power && exponent <= most_power && FLT_EVAL_METHOD == 0;
    if (!exact) return nearest_of_any(decimal, exponent, single);

    int64_t mantissa = with_digits(with_digits(0, decimal->whole), decimal->fraction);
    double power = powers[exponent < 0 ? -exponent : exponent];
    if (single) return exponent < 0 ? (float)mantissa / (float)power : (float)mantissa * (float)power;
    return exponent < 0 ? (double)mantissa / power : (double)mantissa * power;
}

double cns_decimal_to_floating(const CnsDecimal *decimal, int64_t exponent, bool single) {
    double magnitude = nearest(decimal, exponent, single);
    return decimal->negative ? -magnitude : magnitude;
}

/* An exponent or nothing, and then the end. Past any that digits could make up for, its size does not matter. */
static bool take_exponent(const uint8_t *at, const uint8_t *end, int64_t *out) {
    *out = 0;
    if (at == end) return true;
    if ((*at | 0x20) != 'e' || ++at == end) return false;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if (at == end || skip_digits(at, end) != end) return false;
    for (; at < end; at++) {
        if (*out < INT64_C(1000000000000)) *out = *out * 10 + (*at - '0');
    }
    if (negative) *out = -*out;
    return true;
}

static bool is_special(const uint8_t *text, const uint8_t *end, double *out) {
    bool negative = cns_is_text(text, end, "-INF");
    *out = negative ? -INFINITY : INFINITY;
    if (negative || cns_is_text(text, end, "INF") || cns_is_text(text, end, "+INF")) return true;
    *out = NAN;
    return cns_is_text(text, end, "NaN");
}

bool cns_floating_parse(const uint8_t *text, const uint8_t *end, bool single, double *out) {
    CnsDecimal digits;
    int64_t exponent;
    const uint8_t *at = take_decimal(text, end, &digits);
    if (at == NULL) return is_special(text, end, out);
    if (!take_exponent(at, end, &exponent)) return false;
    *out = cns_decimal_to_floating(&digits, exponent, single);
    return true;
}

bool cns_is_floating(const uint8_t *text, const uint8_t *end) {
    CnsDecimal digits;
    double special;
    int64_t exponent;
    const uint8_t *at = take_decimal(text, end, &digits);
    return at == NULL ? is_special(text, end, &special) : take_exponent(at, end, &exponent);
}

CnsComparison cns_double_compare(double left, double right) {
    if (left < right) return CNS_CMP_LESS;
    if (left > right) return CNS_CMP_GREATER;
    return left == right ? CNS_CMP_EQUAL : CNS_CMP_NONE; /* NaN */
}
