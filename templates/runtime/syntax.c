/* UTF-8, escapes, classes of characters, places in a text. */
#include "syntax.h"

/* ---------------------------------------------------------------- UTF-8 */

uint32_t cns_utf8_sequence(const uint8_t *at, const uint8_t *end, uint32_t *code_point) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (at == end) return 0;
    uint8_t lead = *at;
    uint32_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || (size_t)(end - at) < length) return 0;
    uint32_t value = length == 1 ? lead : lead & (0x7fu >> length);
    for (uint32_t i = 1; i < length; i++) {
        if (at[i] >> 6 != 2) return 0;
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 0;
    *code_point = value;
    return length;
}

const uint8_t *cns_utf8_valid(const uint8_t *at, const uint8_t *end) {
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    while (at < end) {
        while (end - at >= 8 && !(cns_load64(at) & high_bits)) at += 8;
        while (at < end && *at < 0x80) at++;
        while (at < end && *at >= 0x80) {
            uint32_t code_point, used = cns_utf8_sequence(at, end, &code_point);
            if (!used) return at;
            at += used;
        }
    }
    return end;
}

uint32_t cns_write_utf8(uint8_t *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

/* ---------------------------------------------------------------- escapes */

int cns_hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint32_t cns_numeric_escape(const uint8_t *at, const uint8_t *end, uint32_t *code_point) {
    if (at == end) return 0;
    uint32_t digits = *at == 'u' ? 4 : *at == 'U' ? 8 : 0, value = 0;
    if (!digits || (size_t)(end - at) <= digits) return 0;
    for (uint32_t i = 1; i <= digits; i++) {
        int digit = cns_hex_digit(at[i]);
        if (digit < 0) return 0;
        value = value << 4 | (uint32_t)digit;
    }
    *code_point = value;
    return value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? 0 : digits + 1;
}

uint8_t cns_plain_escape(uint8_t c) {
    switch (c) {
        case 't': return '\t';
        case 'b': return '\b';
        case 'n': return '\n';
        case 'r': return '\r';
        case 'f': return '\f';
        case '"': return '"';
        case '\'': return '\'';
        case '\\': return '\\';
        default: return 0;
    }
}

uint32_t cns_unescape(uint8_t *out, const uint8_t *text, uint32_t length) {
    uint32_t written = 0;
    for (uint32_t i = 0; i < length;) {
        uint8_t c = text[i++];
        if (c == '\\' && i < length) {
            uint32_t code_point, used = cns_numeric_escape(text + i, text + length, &code_point);
            if (used) written += cns_write_utf8(out + written, code_point);
            else out[written++] = cns_plain_escape(text[i]);
            i += used ? used : 1;
        } else {
            out[written++] = c;
        }
    }
    return written;
}

/* ---------------------------------------------------------------- classes of characters */

bool cns_iri_allows(uint32_t c) {
    return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '{' && c != '}' && c != '|' && c != '^' && c != '`' && c != '\\';
}

bool cns_iri_is_absolute(const uint8_t *iri, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) {
        uint8_t c = iri[i];
        if (c == ':') return i > 0;
        if (!cns_is_letter(c) && (i == 0 || (!cns_is_digit(c) && c != '+' && c != '-' && c != '.'))) return false;
    }
    return false;
}

bool cns_name_start(uint32_t c) {
    if (c < 0x80) return cns_is_letter((uint8_t)c) || c == '_';
    return (c >= 0xc0 && c <= 0x2ff && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff && c != 0x37e) || c == 0x200c || c == 0x200d ||
           (c >= 0x2070 && c <= 0x218f) || (c >= 0x2c00 && c <= 0x2fef) || (c >= 0x3001 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfdcf) ||
           (c >= 0xfdf0 && c <= 0xfffd) || (c >= 0x10000 && c <= 0xeffff);
}

bool cns_name_part(uint32_t c) {
    return cns_name_start(c) || c == '-' || (c < 0x80 && cns_is_digit((uint8_t)c)) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

/* ---------------------------------------------------------------- places */

static const uint8_t *next_line_end(const uint8_t *at, const uint8_t *end) {
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    for (; end - at >= 8; at += 8) { /* is there a byte below 14 among these eight? most lines have none */
        uint64_t word = cns_load64(at);
        if ((word - ones * 14) & ~word & highs) break;
    }
    while (at < end && *at != '\n' && *at != '\r') at++;
    return at;
}

void cns_place_advance(CnsPlace *place, const uint8_t *from, const uint8_t *to) {
    const uint8_t *line_start = from;
    uint64_t column = place->column;
    if (from == to) return;
    if (place->after_return && *from != '\n') {
        place->line++;
        column = 1;
    }
    place->after_return = false;
    for (const uint8_t *at = next_line_end(from, to); at < to; at = next_line_end(at + 1, to)) {
        if (*at == '\r' && at + 1 == to) place->after_return = true;
        if (*at == '\r' && (at + 1 == to || at[1] == '\n')) continue;
        place->line++;
        line_start = at + 1;
        column = 1;
    }
    place->column = column + (uint64_t)(to - line_start);
}

void cns_place_error(const CnsPlace *before, const uint8_t *start, const uint8_t *byte, const uint8_t *end, CnsError *error) {
    CnsPlace place = *before;
    cns_place_advance(&place, start, byte);
    bool new_line = place.after_return && (byte == end || *byte != '\n');
    error->line = place.line + new_line;
    error->column = new_line ? 1 : place.column;
}

void cns_excerpt(const uint8_t *start, const uint8_t *byte, const uint8_t *end, CnsError *error) {
    enum { BEFORE = 40, AFTER = sizeof error->excerpt - BEFORE - 1 };
    const uint8_t *from = byte, *to = byte;
    while (from > start && byte - from < BEFORE && from[-1] != '\n' && from[-1] != '\r') from--;
    while (to < end && to - byte < AFTER && *to != '\n' && *to != '\r') to++;
    while (from < byte && (*from & 0xc0) == 0x80) from++;
    while (to > byte && to < end && (*to & 0xc0) == 0x80) to--;
    memcpy(error->excerpt, from, (size_t)(to - from));
    error->excerpt[to - from] = 0;
}
