/* N-Triples by the letter of the grammar (https://www.w3.org/TR/n-triples/#n-triples-grammar). */
#include <stdio.h>

#include "datatypes.h"
#include "reader.h"

typedef struct {
    CnsStore *store;
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    CnsError *error;
    bool copy;
    CnsRoute route; /* of the predicate read last */
} Reader;

/* Text between its delimiters, as it stands in the input. */
typedef struct {
    const uint8_t *text;
    uint32_t length;
    bool copy; /* it has to be copied to be kept */
} Span;

static bool fail_at(Reader *reader, const uint8_t *place, const char *message) {
    CnsError *error = reader->error;
    const uint8_t *line_start = reader->start;
    error->status = CNS_ERR_SYNTAX;
    error->line = 1;
    for (const uint8_t *at = reader->start; at < place; at++) {
        if (*at != '\n' && (*at != '\r' || (at + 1 < reader->end && at[1] == '\n'))) continue;
        error->line++;
        line_start = at + 1;
    }
    error->column = (uint64_t)(place - line_start) + 1;
    snprintf(error->message, sizeof error->message, "%s", message);
    return false;
}

static bool fail(Reader *reader, const char *message) { return fail_at(reader, reader->at, message); }

static bool out_of_memory(Reader *reader) {
    reader->error->status = CNS_ERR_MEMORY;
    snprintf(reader->error->message, sizeof reader->error->message, "out of memory, or more than 2 147 483 632 nodes or literals");
    return false;
}

static void skip_blanks(Reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t')) reader->at++;
}

static bool next_is(const Reader *reader, uint8_t c) { return reader->at < reader->end && *reader->at == c; }

/* ---------------------------------------------------------------- UTF-8 and escapes */

/* The length of the well-formed UTF-8 sequence at the place, 0 if there is none. */
static uint32_t utf8_sequence(const uint8_t *at, const uint8_t *end, uint32_t *code_point) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
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

static uint32_t write_utf8(uint8_t *out, uint32_t c) {
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

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \uXXXX or \UXXXXXXXX; the place is at the u. Returns how many bytes it takes from there, 0 if it is none. */
static uint32_t numeric_escape(const uint8_t *at, const uint8_t *end, uint32_t *code_point) {
    uint32_t digits = *at == 'u' ? 4 : *at == 'U' ? 8 : 0, value = 0;
    if (!digits || (size_t)(end - at) <= digits) return 0;
    for (uint32_t i = 1; i <= digits; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return 0;
        value = value << 4 | (uint32_t)digit;
    }
    *code_point = value;
    return value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? 0 : digits + 1;
}

static uint8_t plain_escape(uint8_t c) {
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

/* Escapes are rare: only texts that have some are rewritten, into the arena. They were checked before. */
static bool unescape(Reader *reader, Span *span) {
    uint8_t *out = cns_store_reserve(reader->store, span->length);
    if (!out) return out_of_memory(reader);
    uint32_t length = 0;
    for (uint32_t i = 0; i < span->length;) {
        uint8_t c = span->text[i++];
        if (c == '\\') {
            uint32_t code_point, used = numeric_escape(span->text + i, span->text + span->length, &code_point);
            length += used ? write_utf8(out + length, code_point) : (out[length] = plain_escape(span->text[i]), 1u);
            i += used ? used : 1;
        } else {
            out[length++] = c;
        }
    }
    *span = (Span){out, length, false};
    return true;
}

/* ---------------------------------------------------------------- terms */

static bool finish_span(Reader *reader, const uint8_t *start, bool escaped, Span *span) {
    if ((size_t)(reader->at - start) > UINT32_C(0x3fffffff)) return fail_at(reader, start, "a term of more than 1 GiB");
    *span = (Span){start, (uint32_t)(reader->at - start), reader->copy};
    reader->at++; /* the closing delimiter */
    return !escaped || unescape(reader, span);
}

static bool iri_allows(uint32_t c) {
    return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '{' && c != '}' && c != '|' && c != '^' && c != '`' && c != '\\';
}

/* An absolute IRI begins with a scheme. */
static bool is_absolute(const Span *iri) {
    for (uint32_t i = 0; i < iri->length; i++) {
        uint8_t c = iri->text[i];
        if (c == ':') return i > 0;
        if (!cns_is_letter(c) && (i == 0 || (!cns_is_digit(c) && c != '+' && c != '-' && c != '.'))) return false;
    }
    return false;
}

static bool read_iri(Reader *reader, Span *iri) {
    const uint8_t *start = ++reader->at;
    bool escaped = false;
    while (reader->at < reader->end && *reader->at != '>') {
        uint32_t c = *reader->at, used = 1;
        if (c == '\\') {
            used = reader->at + 1 < reader->end ? numeric_escape(reader->at + 1, reader->end, &c) : 0;
            if (!used++) return fail(reader, "a bad escape in an IRI: only \\uXXXX and \\UXXXXXXXX may stand there");
            escaped = true;
        } else if (c >= 0x80) {
            used = utf8_sequence(reader->at, reader->end, &c);
            if (!used) return fail(reader, "invalid UTF-8 in an IRI");
        }
        if (!iri_allows(c)) return fail(reader, c == '\n' || c == '\r' ? "an IRI is not closed by '>' on its line" : "a character that an IRI may not hold");
        reader->at += used;
    }
    if (reader->at == reader->end) return fail_at(reader, start - 1, "an IRI is not closed by '>'");
    if (!finish_span(reader, start, escaped, iri)) return false;
    return is_absolute(iri) || fail_at(reader, start, "a relative IRI: N-Triples has absolute ones only");
}

static bool name_start(uint32_t c) {
    if (c < 0x80) return cns_is_letter((uint8_t)c) || c == '_'; /* no colon: an erratum of the grammar, which has tests */
    return (c >= 0xc0 && c <= 0x2ff && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff && c != 0x37e) || c == 0x200c || c == 0x200d ||
           (c >= 0x2070 && c <= 0x218f) || (c >= 0x2c00 && c <= 0x2fef) || (c >= 0x3001 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfdcf) ||
           (c >= 0xfdf0 && c <= 0xfffd) || (c >= 0x10000 && c <= 0xeffff);
}

static bool name_part(uint32_t c) {
    return name_start(c) || c == '-' || (c < 0x80 && cns_is_digit((uint8_t)c)) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

static bool read_blank(Reader *reader, Span *label) {
    if (reader->end - reader->at < 2 || reader->at[1] != ':') return fail(reader, "expected '_:' and a label");
    reader->at += 2;
    const uint8_t *start = reader->at, *label_end = start;
    while (reader->at < reader->end) {
        uint32_t c, used = utf8_sequence(reader->at, reader->end, &c);
        if (!used) return fail(reader, "invalid UTF-8 in a blank node label");
        bool first = reader->at == start;
        if (!(first ? name_start(c) || (c < 0x80 && cns_is_digit((uint8_t)c)) : name_part(c) || c == '.')) break;
        reader->at += used;
        if (c != '.') label_end = reader->at; /* a label does not end with a full stop */
    }
    if (label_end == start) return fail(reader, "expected a blank node label after '_:'");
    reader->at = label_end;
    *label = (Span){start, (uint32_t)(label_end - start), reader->copy};
    return true;
}

static bool read_string(Reader *reader, Span *string) {
    const uint8_t *start = ++reader->at;
    bool escaped = false;
    while (reader->at < reader->end && *reader->at != '"') {
        uint32_t c = *reader->at, used = 1;
        if (c == '\\') {
            if (reader->at + 1 == reader->end) return fail_at(reader, start - 1, "a string is not closed by '\"'");
            used = plain_escape(reader->at[1]) ? 1 : numeric_escape(reader->at + 1, reader->end, &c);
            if (!used++) return fail(reader, "a bad escape in a string");
            escaped = true;
        } else if (c == '\n' || c == '\r') {
            return fail(reader, "a string is not closed by '\"' on its line");
        } else if (c >= 0x80) {
            used = utf8_sequence(reader->at, reader->end, &c);
            if (!used) return fail(reader, "invalid UTF-8 in a string");
        }
        reader->at += used;
    }
    if (reader->at >= reader->end) return fail_at(reader, start - 1, "a string is not closed by '\"'");
    return finish_span(reader, start, escaped, string);
}

static bool read_language(Reader *reader, Span *tag) {
    const uint8_t *start = ++reader->at;
    bool first_part = true;
    for (;;) {
        const uint8_t *part = reader->at;
        while (reader->at < reader->end && (cns_is_letter(*reader->at) || (!first_part && cns_is_digit(*reader->at)))) reader->at++;
        if (reader->at == part) return fail(reader, "expected a language tag after '@'");
        if (!next_is(reader, '-')) break;
        reader->at++;
        first_part = false;
    }
    *tag = (Span){start, (uint32_t)(reader->at - start), reader->copy};
    return true;
}

/* A literal after its opening quote; kept only if wanted. */
static bool read_literal(Reader *reader, bool wanted, uint32_t *value) {
    Span string, annotation = {NULL, 0, false};
    uint32_t datatype = CNS_DT_STRING, language = 0;
    if (!read_string(reader, &string)) return false;
    if (next_is(reader, '@')) {
        if (!read_language(reader, &annotation)) return false;
        if (wanted) {
            datatype = CNS_DT_LANG_STRING;
            language = cns_store_language(reader->store, annotation.text, annotation.length, annotation.copy);
        }
    } else if (next_is(reader, '^')) {
        if (reader->end - reader->at < 3 || reader->at[1] != '^' || reader->at[2] != '<') return fail(reader, "expected '^^<' and a datatype");
        reader->at += 2;
        if (!read_iri(reader, &annotation)) return false;
        if (wanted) datatype = cns_store_datatype(reader->store, annotation.text, annotation.length, annotation.copy);
    }
    if (!wanted) return true;
    if (datatype == CNS_NONE || language == CNS_NONE) return out_of_memory(reader);
    *value = cns_store_literal(reader->store, string.text, string.length, datatype, language, string.copy);
    return *value != CNS_NONE || out_of_memory(reader);
}

static bool intern(Reader *reader, CnsNodeType type, const Span *span, uint32_t *node) {
    *node = cns_store_node(reader->store, type, span->text, span->length, span->copy);
    return *node != CNS_NONE || out_of_memory(reader);
}

/* ---------------------------------------------------------------- statements */

static bool read_triple(Reader *reader) {
    Span subject, predicate, object;
    CnsNodeType subject_type = next_is(reader, '<') ? CNS_NODE_IRI : CNS_NODE_BLANK;
    if (!next_is(reader, '<') && !next_is(reader, '_')) return fail(reader, "expected a subject: '<' or '_:'");
    if (!(subject_type == CNS_NODE_IRI ? read_iri(reader, &subject) : read_blank(reader, &subject))) return false;
    skip_blanks(reader);
    if (!next_is(reader, '<')) return fail(reader, "expected a predicate: '<'");
    if (!read_iri(reader, &predicate)) return false;
    skip_blanks(reader);
    if (cns_store_route(reader->store, predicate.text, predicate.length, predicate.copy, &reader->route) != CNS_OK) return out_of_memory(reader);
    bool wanted = reader->route.keep;
    uint32_t subject_node = CNS_NONE, value = CNS_NONE;
    if (wanted && !intern(reader, subject_type, &subject, &subject_node)) return false;
    if (next_is(reader, '"')) {
        if (!read_literal(reader, wanted, &value)) return false;
    } else if (next_is(reader, '<') || next_is(reader, '_')) {
        CnsNodeType type = next_is(reader, '<') ? CNS_NODE_IRI : CNS_NODE_BLANK;
        if (!(type == CNS_NODE_IRI ? read_iri(reader, &object) : read_blank(reader, &object))) return false;
        if (wanted && !intern(reader, type, &object, &value)) return false;
    } else {
        return fail(reader, "expected an object: '<', '_:' or '\"'");
    }
    skip_blanks(reader);
    if (!next_is(reader, '.')) return fail(reader, "expected '.' at the end of the triple");
    reader->at++;
    reader->store->stats.triples_read++;
    return !wanted || cns_store_add(reader->store, &reader->route, subject_node, value) == CNS_OK || out_of_memory(reader);
}

static bool read_comment(Reader *reader) {
    while (reader->at < reader->end && *reader->at != '\n' && *reader->at != '\r') {
        uint32_t c, used = *reader->at < 0x80 ? 1 : utf8_sequence(reader->at, reader->end, &c);
        if (!used) return fail(reader, "invalid UTF-8 in a comment");
        reader->at += used;
    }
    return true;
}

static bool read_line(Reader *reader) {
    skip_blanks(reader);
    bool empty = reader->at == reader->end || *reader->at == '#' || *reader->at == '\n' || *reader->at == '\r';
    if (!empty) {
        if (!read_triple(reader)) return false;
        skip_blanks(reader);
    }
    if (next_is(reader, '#') && !read_comment(reader)) return false;
    if (reader->at == reader->end) return true;
    if (*reader->at != '\n' && *reader->at != '\r') return fail(reader, "expected the end of the line after '.'");
    reader->at++;
    return true;
}

CnsStatus cns_read_ntriples(CnsStore *store, const uint8_t *bytes, size_t size, bool copy, CnsError *error) {
    memset(error, 0, sizeof *error);
    const uint8_t *start = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? bytes + 3 : bytes; /* a byte order mark */
    Reader reader = {.store = store, .start = start, .at = start, .end = bytes + size, .error = error, .copy = copy};
    while (reader.at < reader.end)
        if (!read_line(&reader)) break;
    return error->status;
}
