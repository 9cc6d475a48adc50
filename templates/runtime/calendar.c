/* Dates, times and durations. See calendar.h. */
#include "calendar.h"

enum { SECONDS_A_DAY = 86400, WIDEST_ZONE = 14 * 3600 };

/* ---------------------------------------------------------------- reading */

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
} Cursor;

static bool take_byte(Cursor *cursor, uint8_t expected) {
    if (cursor->at == cursor->end || *cursor->at != expected) return false;
    cursor->at++;
    return true;
}

static CnsBytes take_digits(Cursor *cursor) {
    const uint8_t *start = cursor->at;
    while (cursor->at < cursor->end && cns_is_digit(*cursor->at)) cursor->at++;
    return (CnsBytes){start, (uint32_t)(cursor->at - start)};
}

static bool take_two_digits(Cursor *cursor, unsigned least, unsigned most, unsigned *out) {
    if (cursor->end - cursor->at < 2) return false;
    if (!cns_is_digit(cursor->at[0]) || !cns_is_digit(cursor->at[1])) return false;
    *out = (cursor->at[0] - '0') * 10u + (cursor->at[1] - '0');
    cursor->at += 2;
    return *out >= least && *out <= most;
}

/* A point and digits, or nothing; false if there is a point without digits. */
static bool take_fraction(Cursor *cursor, CnsBytes *out) {
    *out = (CnsBytes){cursor->at, 0};
    if (!take_byte(cursor, '.')) return true;
    *out = take_digits(cursor);
    if (out->length == 0) return false;
    while (out->length > 0 && out->text[out->length - 1] == '0') out->length--;
    return true;
}

/* Of at most 18 digits. */
static int64_t number_of(CnsBytes digits) {
    int64_t number = 0;
    for (uint32_t i = 0; i < digits.length; i++) number = number * 10 + (digits.text[i] - '0');
    return number;
}

/* ---------------------------------------------------------------- the time line */

static unsigned days_in_month(int64_t year, unsigned month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : days[month - 1];
}

static int64_t floor_divide(int64_t number, int64_t by) {
    return number / by - (number % by < 0);
}

/* Days since 0000-03-01: with the leap day as the year's last day, each month starts at a fixed day of the year. */
static int64_t day_number(int64_t year, unsigned month, unsigned day) {
    if (month <= 2) year--;
    int64_t months_since_march = (month + 9) % 12;
    int64_t leap_days = floor_divide(year, 4) - floor_divide(year, 100) + floor_divide(year, 400);
    return year * 365 + leap_days + (153 * months_since_march + 2) / 5 + day - 1;
}

/* ---------------------------------------------------------------- moments */

enum { HAS_YEAR = 1, HAS_MONTH = 2, HAS_DAY = 4, HAS_TIME = 8, ZONE_REQUIRED = 16 };

typedef struct {
    int64_t year;
    unsigned month, day, hour, minute, second;
    CnsBytes fraction;
    int zone_minutes;
    bool zoned;
    bool exact;
} MomentFields;

static unsigned parts_of(uint32_t datatype) {
    switch (datatype) {
        case CNS_DT_DATE_TIME: return HAS_YEAR | HAS_MONTH | HAS_DAY | HAS_TIME;
        case CNS_DT_DATE_TIME_STAMP: return HAS_YEAR | HAS_MONTH | HAS_DAY | HAS_TIME | ZONE_REQUIRED;
        case CNS_DT_DATE: return HAS_YEAR | HAS_MONTH | HAS_DAY;
        case CNS_DT_TIME: return HAS_TIME;
        case CNS_DT_G_YEAR: return HAS_YEAR;
        case CNS_DT_G_YEAR_MONTH: return HAS_YEAR | HAS_MONTH;
        case CNS_DT_G_MONTH: return HAS_MONTH;
        case CNS_DT_G_MONTH_DAY: return HAS_MONTH | HAS_DAY;
        default: return HAS_DAY;
    }
}

static bool take_year(Cursor *cursor, MomentFields *fields) {
    bool negative = take_byte(cursor, '-');
    CnsBytes digits = take_digits(cursor);
    if (digits.length < 4 || (digits.length > 4 && digits.text[0] == '0')) return false;
    fields->exact = digits.length <= CNS_CALENDAR_DIGITS;
    /* Of a longer year only the leap day matters, and 10,000 years are a whole number of its cycles. */
    if (!fields->exact) digits = (CnsBytes){digits.text + digits.length - 4, 4};
    fields->year = negative ? -number_of(digits) : number_of(digits);
    return true;
}

/* Each part that is left out at the start leaves its hyphen: --12-31, ---31. */
static bool take_date(Cursor *cursor, unsigned parts, MomentFields *fields) {
    if (!(parts & HAS_YEAR ? take_year(cursor, fields) : take_byte(cursor, '-'))) return false;
    if (parts & (HAS_MONTH | HAS_DAY) && !take_byte(cursor, '-')) return false;
    if (parts & HAS_MONTH && !take_two_digits(cursor, 1, 12, &fields->month)) return false;
    unsigned last_day = days_in_month(fields->year, fields->month);
    fields->day = last_day; /* XSD orders a month by its last day */
    return !(parts & HAS_DAY) || (take_byte(cursor, '-') && take_two_digits(cursor, 1, last_day, &fields->day));
}

static bool take_time(Cursor *cursor, MomentFields *fields) {
    if (!take_two_digits(cursor, 0, 24, &fields->hour) || !take_byte(cursor, ':')) return false;
    if (!take_two_digits(cursor, 0, 59, &fields->minute) || !take_byte(cursor, ':')) return false;
    if (!take_two_digits(cursor, 0, 59, &fields->second) || !take_fraction(cursor, &fields->fraction)) return false;
    return fields->hour < 24 || (fields->minute == 0 && fields->second == 0 && fields->fraction.length == 0);
}

static bool take_zone(Cursor *cursor, MomentFields *fields) {
    if (cursor->at == cursor->end) return true;
    fields->zoned = true;
    if (take_byte(cursor, 'Z')) return true;
    bool west = take_byte(cursor, '-');
    unsigned hours, minutes;
    if (!west && !take_byte(cursor, '+')) return false;
    if (!take_two_digits(cursor, 0, 14, &hours) || !take_byte(cursor, ':')) return false;
    if (!take_two_digits(cursor, 0, hours == 14 ? 0 : 59, &minutes)) return false;
    int offset = (int)(hours * 60 + minutes);
    fields->zone_minutes = west ? -offset : offset;
    return true;
}

static bool take_moment(uint32_t datatype, const uint8_t *text, uint32_t length, MomentFields *fields) {
    Cursor cursor = {text, text + length};
    unsigned parts = parts_of(datatype);
    /* What is left out is taken from 1972-12-31, XSD's reference day. */
    *fields = (MomentFields){.year = 1972, .month = 12, .day = 31, .fraction = {text, 0}, .exact = true};
    bool has_date = parts & (HAS_YEAR | HAS_MONTH | HAS_DAY);
    if (has_date && !take_date(&cursor, parts, fields)) return false;
    if (has_date && parts & HAS_TIME && !take_byte(&cursor, 'T')) return false;
    if (parts & HAS_TIME && !take_time(&cursor, fields)) return false;
    if (!take_zone(&cursor, fields) || cursor.at != cursor.end) return false;
    if (!has_date) fields->hour %= 24; /* the time 24:00:00 is the time 00:00:00 */
    return !(parts & ZONE_REQUIRED) || fields->zoned;
}

bool cns_moment_is_well_formed(uint32_t datatype, const uint8_t *text, uint32_t length) {
    MomentFields fields;
    return take_moment(datatype, text, length, &fields);
}

bool cns_moment_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsMoment *out) {
    MomentFields fields;
    if (!take_moment(datatype, text, length, &fields)) return false;
    int64_t minutes = (int64_t)fields.hour * 60 + fields.minute - fields.zone_minutes;
    int64_t seconds = minutes * 60 + fields.second;
    out->seconds = day_number(fields.year, fields.month, fields.day) * SECONDS_A_DAY + seconds;
    out->fraction = fields.fraction;
    out->line = datatype == CNS_DT_DATE_TIME_STAMP ? (uint32_t)CNS_DT_DATE_TIME : datatype;
    out->zoned = fields.zoned;
    out->exact = fields.exact;
    return true;
}

static CnsComparison compare_instants(const CnsMoment *left, int64_t shift, const CnsMoment *right) {
    CnsComparison order = cns_compare_int64(left->seconds + shift, right->seconds);
    return order != CNS_CMP_EQUAL ? order : cns_compare_bytes(left->fraction, right->fraction);
}

CnsComparison cns_moment_compare(const CnsMoment *left, const CnsMoment *right) {
    if (left->line != right->line) return CNS_CMP_NONE;
    if (left->zoned == right->zoned) return compare_instants(left, 0, right);
    CnsComparison one_end = compare_instants(left, -WIDEST_ZONE, right);
    CnsComparison other_end = compare_instants(left, WIDEST_ZONE, right);
    return one_end == other_end ? one_end : CNS_CMP_NONE;
}

/* ---------------------------------------------------------------- durations */

typedef struct {
    char letter;
    int months;
    int seconds;
} DurationUnit;

/* Reads number and letter, number and letter …, the letters in the order of the units; false where they are not. */
static bool take_amounts(Cursor *cursor, const DurationUnit *unit, const DurationUnit *end, CnsDuration *out) {
    while (cursor->at < cursor->end && *cursor->at != 'T') {
        CnsBytes digits = take_digits(cursor);
        if (digits.length == 0) return false;
        const uint8_t *point = cursor->at;
        if (!take_fraction(cursor, &out->fraction)) return false;
        bool has_point = cursor->at != point;
        while (unit < end && !take_byte(cursor, (uint8_t)unit->letter)) unit++;
        if (unit == end || (has_point && unit->letter != 'S')) return false;
        while (digits.length > 0 && digits.text[0] == '0') digits = (CnsBytes){digits.text + 1, digits.length - 1};
        if (digits.length > CNS_CALENDAR_DIGITS) {
            out->exact = false;
        } else {
            out->months += number_of(digits) * unit->months;
            out->seconds += number_of(digits) * unit->seconds;
        }
        unit++;
    }
    return true;
}

bool cns_duration_parse(uint32_t datatype, const uint8_t *text, uint32_t length, CnsDuration *out) {
    static const DurationUnit date_units[] = {{'Y', 12, 0}, {'M', 1, 0}, {'D', 0, SECONDS_A_DAY}};
    static const DurationUnit time_units[] = {{'H', 0, 3600}, {'M', 0, 60}, {'S', 0, 1}};
    const DurationUnit *first = date_units + (datatype == CNS_DT_DAY_TIME_DURATION ? 2 : 0);
    const DurationUnit *end = date_units + (datatype == CNS_DT_YEAR_MONTH_DURATION ? 2 : 3);
    Cursor cursor = {text, text + length};
    *out = (CnsDuration){.fraction = {text, 0}, .exact = true};

    bool negative = take_byte(&cursor, '-');
    if (!take_byte(&cursor, 'P') || cursor.at == cursor.end) return false;
    if (!take_amounts(&cursor, first, end, out)) return false;
    if (take_byte(&cursor, 'T')) {
        if (datatype == CNS_DT_YEAR_MONTH_DURATION || cursor.at == cursor.end) return false;
        if (!take_amounts(&cursor, time_units, time_units + 3, out)) return false;
    }
    if (cursor.at != cursor.end) return false;

    if (negative) {
        out->complement = out->fraction.length > 0;
        out->months = -out->months;
        out->seconds = -out->seconds - out->complement;
    }
    return true;
}

/* Compares a fraction with 1 - other, whose digits are the other's subtracted from 9, the last one's from 10. */
static CnsComparison compare_with_complement(CnsBytes fraction, CnsBytes other) {
    for (uint32_t i = 0; i < fraction.length && i < other.length; i++) {
        int whole = i + 1 == other.length ? 10 : 9;
        int sum = (fraction.text[i] - '0') + (other.text[i] - '0');
        if (sum != whole) return sum < whole ? CNS_CMP_LESS : CNS_CMP_GREATER;
    }
    return cns_compare_int64(fraction.length, other.length);
}

static CnsComparison compare_rests(const CnsDuration *left, const CnsDuration *right) {
    if (left->complement && right->complement) return cns_compare_bytes(right->fraction, left->fraction);
    if (left->complement) {
        CnsComparison swapped = compare_with_complement(right->fraction, left->fraction);
        return (CnsComparison)(CNS_CMP_GREATER - swapped);
    }
    if (right->complement) return compare_with_complement(left->fraction, right->fraction);
    return cns_compare_bytes(left->fraction, right->fraction);
}

static int64_t seconds_when_added(const CnsDuration *duration, int64_t reference_month) {
    int64_t month = reference_month + duration->months;
    int64_t year = floor_divide(month, 12);
    return day_number(year, (unsigned)(month - year * 12) + 1, 1) * SECONDS_A_DAY + duration->seconds;
}

static CnsComparison compare_from(int64_t reference_month, const CnsDuration *left, const CnsDuration *right) {
    int64_t left_seconds = seconds_when_added(left, reference_month);
    CnsComparison order = cns_compare_int64(left_seconds, seconds_when_added(right, reference_month));
    return order != CNS_CMP_EQUAL ? order : compare_rests(left, right);
}

CnsComparison cns_duration_compare(const CnsDuration *left, const CnsDuration *right) {
    /* 1696-09-01, 1697-02-01, 1903-03-01 and 1903-07-01, as months */
    static const int64_t references[] = {1696 * 12 + 8, 1697 * 12 + 1, 1903 * 12 + 2, 1903 * 12 + 6};
    CnsComparison first = compare_from(references[0], left, right);
    if (left->months == right->months) return first;
    for (size_t i = 1; i < sizeof references / sizeof *references; i++) {
        if (compare_from(references[i], left, right) != first) return CNS_CMP_NONE;
    }
    return first;
}
