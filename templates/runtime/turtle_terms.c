/* Turtle's tokens: IRIs, names, labels, strings, numbers. What they mean is in turtle_names.c. */
#include "datatypes.h"
#include "turtle.h"
#include "turtle_scan.h"

/* Which bytes the scans stop at or run over, for machines without SSE2 and for the last bytes of a piece. */
#define S TURTLE_IRI_STOP
#define W (TURTLE_IRI_STOP | TURTLE_SPACE)
#define N TURTLE_NAME
#define S8 S, S, S, S, S, S, S, S
#define N8 N, N, N, N, N, N, N, N
const uint8_t cns_turtle_classes[256] = {
    S, S, S, S, S, S, S, S, S, W, W, S, S, W, S, S, S8, S8,
    W, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, N, 0, 0, N8, N, N, N, 0, S, 0, S, 0,
    0, N, N, N, N, N, N, N, N8, N8, N, N, N, 0, S, 0, S, N,
    S, N, N, N, N, N, N, N, N8, N8, N, N, N, S, S, S, 0, 0,
    S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8, S8,
};
#undef S
#undef W
#undef N
#undef S8
#undef N8

enum { TURTLE_LONGEST = 0x3fffffff };

static bool turtle_too_long(CnsTurtle *turtle, const uint8_t *start, const uint8_t *end) {
    return (size_t)(end - start) > TURTLE_LONGEST && !cns_turtle_limit(turtle, start, "a term of more than 1 GiB");
}

/* ---------------------------------------------------------------- IRIs */

/* One character that the scan stopped at. */
static bool turtle_iri_character(CnsTurtle *turtle, const uint8_t *start, const uint8_t **at, bool *escaped) {
    uint32_t c, used = 1;
    if (*at == turtle->end) return cns_turtle_unfinished(turtle, start - 1, "an IRI is not closed by '>'");
    c = **at;
    if (c == '\\') {
        used = cns_numeric_escape(*at + 1, turtle->end, &c);
        if (!used++) return cns_turtle_fail(turtle, *at, "a bad escape in an IRI: only \\uXXXX and \\UXXXXXXXX may stand there");
        *escaped = true;
    } else if (c >= 0x80) {
        used = cns_utf8_sequence(*at, turtle->end, &c);
        if (!used) return cns_turtle_fail(turtle, *at, "invalid UTF-8 in an IRI");
    }
    if (!cns_iri_allows(c))
        return cns_turtle_fail(turtle, *at, c == '\n' || c == '\r' ? "an IRI is not closed by '>' on its line" : "a character that an IRI may not hold");
    *at += used;
    return true;
}

static bool turtle_is_http(const uint8_t *iri, uint32_t length) {
    return length > 5 && memcmp(iri, "http", 4) == 0 && (iri[4] == ':' || (iri[4] == 's' && iri[5] == ':'));
}

bool cns_turtle_read_iri(CnsTurtle *turtle, CnsTurtleTerm *term) {
    const uint8_t *start = turtle->at + 1, *at = turtle_scan_iri(start, turtle->end);
    bool escaped = false;
    while (at == turtle->end || *at != '>') {
        if (!turtle_iri_character(turtle, start, &at, &escaped)) return false;
        at = turtle_scan_iri(at, turtle->end);
    }
    if (turtle_too_long(turtle, start, at)) return false;
    uint32_t length = (uint32_t)(at - start);
    bool absolute = turtle_is_http(start, length) || cns_iri_is_absolute(start, length);
    *term = (CnsTurtleTerm){.text = start, .length = length, .kind = absolute ? CNS_TURTLE_IRI : CNS_TURTLE_RELATIVE, .escaped = escaped};
    turtle->at = at + 1;
    if (absolute || turtle->base) return true;
    CnsSpan span; /* fails unless an escape hides a scheme */
    return cns_turtle_text(turtle, term, &span);
}

/* ---------------------------------------------------------------- names */

/* Takes a character that a name may hold; 0: there is none. False where the bytes are no text. */
static bool turtle_name_character(CnsTurtle *turtle, const uint8_t *at, bool first, uint32_t *used) {
    uint32_t c;
    *used = 0;
    if (at == turtle->end) return true;
    uint32_t length = cns_utf8_sequence(at, turtle->end, &c);
    if (!length) return cns_turtle_fail(turtle, at, "invalid UTF-8 in a name");
    if (first ? cns_name_start(c) || (c < 0x80 && cns_is_digit((uint8_t)c)) : cns_name_part(c)) *used = length;
    return true;
}

/* %hh or a backslash with a sign. */
static bool turtle_name_escape(CnsTurtle *turtle, const uint8_t *at, uint32_t *used) {
    const uint8_t *end = turtle->end;
    if (*at == '%') {
        *used = 3;
        return (end - at >= 3 && cns_hex_digit(at[1]) >= 0 && cns_hex_digit(at[2]) >= 0) ||
               cns_turtle_fail(turtle, at, "a '%' in a name without two hexadecimal digits behind it");
    }
    *used = 2;
    return (end - at >= 2 && at[1] && strchr("_~.-!$&'()*+,;=/?#@%", at[1])) || cns_turtle_fail(turtle, at, "a bad escape in a name");
}

static bool turtle_keyword(CnsTurtle *turtle, CnsTurtleTerm *term) {
    const uint8_t *at = turtle->at;
    while (at < turtle->end && cns_is_letter(*at)) at++;
    if (at == turtle->end && !turtle->last) return cns_turtle_unfinished(turtle, turtle->at, "");
    *term = (CnsTurtleTerm){.text = turtle->at, .length = (uint32_t)(at - turtle->at < 64 ? at - turtle->at : 64), .kind = CNS_TURTLE_KEYWORD};
    turtle->at = at;
    return true;
}

static bool turtle_resolve_prefix(CnsTurtle *turtle, const uint8_t *colon, const uint8_t *end, bool escaped, CnsTurtleTerm *term) {
    const uint8_t *label = turtle->at;
    uint32_t label_length = (uint32_t)(colon - label);
    if (turtle_too_long(turtle, label, end)) return false;
    *term = (CnsTurtleTerm){.text = colon + 1, .length = (uint32_t)(end - colon - 1), .kind = CNS_TURTLE_NAME, .escaped = escaped};
    if (!cns_turtle_find_prefix(turtle, label, label_length, &term->prefix)) {
        if (label_length && (cns_is_digit(*label) || *label == '_' || *label == '-')) return turtle_keyword(turtle, term); /* no name at all */
        return cns_turtle_fail_with(turtle, label, "the prefix '", label, label_length, ":' is not declared");
    }
    turtle->at = end;
    return true;
}

/* Behind the label of a prefix, or where the label would end; *whole tells whether the last character may end it. */
static bool turtle_label_end(CnsTurtle *turtle, const uint8_t **at, bool *whole) {
    const uint8_t *start = *at;
    uint32_t used = 1;
    *whole = true;
    while (used) {
        if (*at > start && *at < turtle->end && **at == '.') {
            *whole = false;
            ++*at;
            continue;
        }
        if (!turtle_name_character(turtle, *at, *at == start, &used)) return false;
        if (used) *whole = true;
        *at += used;
    }
    return *at < turtle->end || turtle->last || cns_turtle_unfinished(turtle, start, "");
}

bool cns_turtle_read_prefix_label(CnsTurtle *turtle, const uint8_t **label, uint32_t *length) {
    const uint8_t *start = turtle->at, *at = start;
    bool whole = true;
    if (at < turtle->end && *at != ':' && !turtle_label_end(turtle, &at, &whole)) return false;
    if (at == turtle->end) return cns_turtle_unfinished(turtle, start, "expected a prefix and ':'");
    if (*at != ':' || !whole || *start == '_' || cns_is_digit(*start)) return cns_turtle_fail(turtle, start, "expected a prefix and ':'");
    if (turtle_too_long(turtle, start, at)) return false;
    *label = start;
    *length = (uint32_t)(at - start);
    turtle->at = at + 1;
    return true;
}

/* Names with dots, escapes or characters outside ASCII, and the last name of a piece. */
static bool turtle_odd_name(CnsTurtle *turtle, CnsTurtleTerm *term) {
    const uint8_t *at = turtle->at, *name_end;
    bool whole, escaped = false;
    uint32_t used;
    if (at < turtle->end && *at != ':' && !turtle_label_end(turtle, &at, &whole)) return false;
    if (at == turtle->end || *at != ':' || (at > turtle->at && (!whole || *turtle->at == '_' || cns_is_digit(*turtle->at)))) return turtle_keyword(turtle, term);
    const uint8_t *colon = at++;
    for (name_end = at; at < turtle->end;) {
        if (*at == '.' && at > colon + 1) {
            at++; /* part of the name only if more follows */
            continue;
        }
        if (*at == '%' || *at == '\\') {
            escaped |= *at == '\\';
            if (!turtle_name_escape(turtle, at, &used)) return false;
        } else if (*at == ':') {
            used = 1;
        } else if (!turtle_name_character(turtle, at, at == colon + 1, &used)) {
            return false;
        }
        if (!used) break;
        name_end = at += used;
    }
    if (at == turtle->end && !turtle->last) return cns_turtle_unfinished(turtle, turtle->at, "");
    return turtle_resolve_prefix(turtle, colon, name_end, escaped, term);
}

static bool turtle_goes_on(const uint8_t *at, const uint8_t *end) {
    if (at == end || *at >= 0x80 || *at == '%' || *at == '\\') return true;
    return *at == '.' && (end - at < 2 || !(cns_turtle_classes[at[1]] & TURTLE_SPACE));
}

bool cns_turtle_read_name(CnsTurtle *turtle, CnsTurtleTerm *term) {
    const uint8_t *colon, *at = turtle_scan_name(turtle->at, turtle->end, &colon);
    if (turtle_goes_on(at, turtle->end)) return turtle_odd_name(turtle, term);
    if (!colon) return turtle_keyword(turtle, term);
    if (colon[1] == '-') at = colon + 1; /* a local name does not begin so: the name is the prefix alone */
    return turtle_resolve_prefix(turtle, colon, at, false, term);
}

bool cns_turtle_read_label(CnsTurtle *turtle, CnsTurtleTerm *term) {
    const uint8_t *start = turtle->at + 2, *colon, *at = start;
    if (turtle->end - turtle->at < 2 || turtle->at[1] != ':') return cns_turtle_fail(turtle, turtle->at, "expected '_:' and a label");
    const uint8_t *end = turtle_scan_name(start, turtle->end, &colon);
    if (colon || turtle_goes_on(end, turtle->end) || *start == '-') {
        uint32_t used = 1;
        for (end = start; used;) {
            if (at > start && at < turtle->end && *at == '.') {
                at++;
                continue;
            }
            if (!turtle_name_character(turtle, at, at == start, &used)) return false;
            at += used;
            if (used) end = at; /* a label does not end with a full stop */
        }
        if (at == turtle->end && !turtle->last) return cns_turtle_unfinished(turtle, turtle->at, "");
    }
    if (end == start) return cns_turtle_fail(turtle, start, "expected a blank node label after '_:'");
    if (turtle_too_long(turtle, start, end)) return false;
    *term = (CnsTurtleTerm){.text = start, .length = (uint32_t)(end - start), .kind = CNS_TURTLE_LABEL};
    turtle->at = end;
    return true;
}

/* ---------------------------------------------------------------- literals */

static bool turtle_make_literal(CnsTurtle *turtle, const CnsSpan *string, bool escaped, uint32_t datatype, uint32_t language, uint32_t *value) {
    CnsSpan text = *string;
    if (escaped) {
        if (!cns_turtle_scratch(turtle, text.length)) return false;
        text = (CnsSpan){turtle->scratch, cns_unescape(turtle->scratch, text.text, text.length), true};
    }
    *value = cns_store_literal(turtle->store, text.text, text.length, datatype, language, text.copy);
    return *value != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

static bool turtle_string_escape(CnsTurtle *turtle, const uint8_t **at) {
    uint32_t code_point, used = 1;
    if (*at + 1 == turtle->end || !cns_plain_escape((*at)[1])) used = cns_numeric_escape(*at + 1, turtle->end, &code_point);
    *at += used + 1;
    return used || cns_turtle_fail(turtle, *at - 1, "a bad escape in a string");
}

static bool turtle_string_too_long(CnsTurtle *turtle, const uint8_t *start, const uint8_t *at) {
    uint32_t most = turtle->options.max_literal_bytes;
    if (most && (size_t)(at - start) > most) return !cns_turtle_limit(turtle, start, "a literal longer than the limit allows");
    return turtle_too_long(turtle, start, at);
}

/* The text between the quotes, which are one or three of a kind. */
static bool turtle_read_quoted(CnsTurtle *turtle, CnsSpan *string, bool *escaped) {
    const uint8_t *end = turtle->end, *start = turtle->at + 1, *at;
    uint8_t quote = *turtle->at;
    uint32_t high = 0;
    if (end - turtle->at < 3 && !turtle->last) return cns_turtle_unfinished(turtle, turtle->at, "");
    bool is_long = end - start >= 2 && start[0] == quote && start[1] == quote;
    if (is_long) start += 2;
    for (at = start;;) {
        at = turtle_scan_string(at, end, quote, is_long, &high);
        if (turtle_string_too_long(turtle, start, at)) return false;
        if (at == end) return cns_turtle_unfinished(turtle, turtle->at, "a string is not closed");
        if (*at == quote) {
            if (!is_long) break;
            if (end - at < 3) return cns_turtle_unfinished(turtle, turtle->at, "a string is not closed");
            if (at[1] == quote && at[2] == quote) break;
            at++;
        } else if (*at == '\\') {
            if (!turtle_string_escape(turtle, &at)) return false;
            *escaped = true;
        } else {
            return cns_turtle_fail(turtle, at, "a string is not closed on its line");
        }
    }
    if (high) {
        const uint8_t *valid = cns_utf8_valid(start, at);
        if (valid != at) return cns_turtle_fail(turtle, valid, "invalid UTF-8 in a string");
    }
    *string = (CnsSpan){start, (uint32_t)(at - start), turtle->options.copy};
    turtle->at = at + (is_long ? 3 : 1);
    return true;
}

static bool turtle_read_language(CnsTurtle *turtle, bool wanted, uint32_t *language) {
    const uint8_t *start = turtle->at + 1, *at = start, *part;
    for (bool first = true;; first = false, at++) {
        for (part = at; at < turtle->end && (cns_is_letter(*at) || (!first && cns_is_digit(*at)));) at++;
        if (at == part) return cns_turtle_fail(turtle, at, "expected a language tag after '@'");
        if (at == turtle->end || *at != '-') break;
    }
    if (at == turtle->end && !turtle->last) return cns_turtle_unfinished(turtle, turtle->at, "");
    if (turtle_too_long(turtle, start, at)) return false;
    turtle->at = at;
    return !wanted || cns_turtle_language(turtle, start, (uint32_t)(at - start), language);
}

static bool turtle_read_datatype(CnsTurtle *turtle, bool wanted, uint32_t *datatype) {
    CnsTurtleTerm term;
    if (turtle->end - turtle->at < 2 || turtle->at[1] != '^') return cns_turtle_fail(turtle, turtle->at, "expected '^^' and a datatype");
    turtle->at += 2;
    if (!cns_turtle_skip_space(turtle)) return false;
    const uint8_t *token = turtle->at;
    if (token == turtle->end) return cns_turtle_unfinished(turtle, token, "expected a datatype after '^^'");
    if (!(*token == '<' ? cns_turtle_read_iri(turtle, &term) : cns_turtle_read_name(turtle, &term))) return false;
    if (term.kind == CNS_TURTLE_KEYWORD) return cns_turtle_fail(turtle, token, "expected a datatype after '^^': an IRI or a prefixed name");
    return !wanted || cns_turtle_datatype(turtle, token, &term, datatype);
}

bool cns_turtle_read_string(CnsTurtle *turtle, bool wanted, uint32_t *value) {
    CnsSpan string = {NULL, 0, false};
    bool escaped = false;
    uint32_t datatype = CNS_DT_STRING, language = 0;
    if (!turtle_read_quoted(turtle, &string, &escaped) || !cns_turtle_skip_space(turtle)) return false;
    if (turtle->at == turtle->end && !turtle->last) return cns_turtle_unfinished(turtle, turtle->token, "");
    uint8_t c = turtle->at < turtle->end ? *turtle->at : 0;
    if (c == '@') {
        datatype = CNS_DT_LANG_STRING;
        if (!turtle_read_language(turtle, wanted, &language)) return false;
    } else if (c == '^') {
        if (!turtle_read_datatype(turtle, wanted, &datatype)) return false;
    }
    return !wanted || turtle_make_literal(turtle, &string, escaped, datatype, language, value);
}

static const uint8_t *turtle_digits(const uint8_t *at, const uint8_t *end) {
    while (at < end && cns_is_digit(*at)) at++;
    return at;
}

/* Behind an exponent that stands at the place, or the place; *looked is how far it had to look. */
static const uint8_t *turtle_exponent(const uint8_t *at, const uint8_t *end, const uint8_t **looked) {
    *looked = at;
    if (at == end || (*at | 0x20) != 'e') return at;
    const uint8_t *digits = at + 1;
    if (digits < end && (*digits == '+' || *digits == '-')) digits++;
    *looked = turtle_digits(digits, end);
    return *looked > digits ? *looked : at;
}

bool cns_turtle_read_number(CnsTurtle *turtle, bool wanted, uint32_t *value) {
    const uint8_t *start = turtle->at, *end = turtle->end, *looked;
    const uint8_t *whole = start + (*start == '+' || *start == '-'), *point = turtle_digits(whole, end);
    const uint8_t *fraction = point < end && *point == '.' ? turtle_digits(point + 1, end) : point;
    const uint8_t *exponent = turtle_exponent(fraction, end, &looked);
    uint32_t datatype = CNS_DT_DOUBLE;
    bool any_digit = point > whole || fraction > point + 1;
    if (exponent == fraction) {
        datatype = fraction > point + 1 ? CNS_DT_DECIMAL : CNS_DT_INTEGER;
        if (datatype == CNS_DT_INTEGER) exponent = point; /* the full stop is not its */
    }
    if (looked == end && !turtle->last) return cns_turtle_unfinished(turtle, start, "");
    if (!any_digit) return cns_turtle_fail(turtle, start, *start == '.' ? "expected an object" : "expected a number");
    if (turtle_string_too_long(turtle, start, exponent)) return false;
    CnsSpan string = {start, (uint32_t)(exponent - start), turtle->options.copy};
    turtle->at = exponent;
    return !wanted || turtle_make_literal(turtle, &string, false, datatype, 0, value);
}
