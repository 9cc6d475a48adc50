/* N-Triples by the letter of the grammar (https://www.w3.org/TR/n-triples/#n-triples-grammar). */
#include <stdio.h>

#include "datatypes.h"
#include "reader.h"
#include "syntax.h"

typedef struct {
    CnsStore *store;
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    CnsError *error;
    bool copy;
    CnsRoute route; /* of the predicate read last */
} Reader;

static bool fail_at(Reader *reader, const uint8_t *place, const char *message) {
    CnsError *error = reader->error;
    CnsPlace start = {1, 1, false};
    error->status = CNS_ERR_SYNTAX;
    cns_place_error(&start, reader->start, place, reader->end, error);
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

/* Escapes are rare: only texts that have some are rewritten, into the arena. They were checked before. */
static bool unescape(Reader *reader, CnsSpan *span) {
    uint8_t *out = cns_store_reserve(reader->store, span->length);
    if (!out) return out_of_memory(reader);
    *span = (CnsSpan){out, cns_unescape(out, span->text, span->length), false};
    return true;
}

/* ---------------------------------------------------------------- terms */

static bool finish_span(Reader *reader, const uint8_t *start, bool escaped, CnsSpan *span) {
    if ((size_t)(reader->at - start) > UINT32_C(0x3fffffff)) return fail_at(reader, start, "a term of more than 1 GiB");
    *span = (CnsSpan){start, (uint32_t)(reader->at - start), reader->copy};
    reader->at++; /* the closing delimiter */
    return !escaped || unescape(reader, span);
}

static bool read_iri(Reader *reader, CnsSpan *iri) {
    const uint8_t *start = ++reader->at;
    bool escaped = false;
    while (reader->at < reader->end && *reader->at != '>') {
        uint32_t c = *reader->at, used = 1;
        if (c == '\\') {
            used = reader->at + 1 < reader->end ? cns_numeric_escape(reader->at + 1, reader->end, &c) : 0;
            if (!used++) return fail(reader, "a bad escape in an IRI: only \\uXXXX and \\UXXXXXXXX may stand there");
            escaped = true;
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(reader->at, reader->end, &c);
            if (!used) return fail(reader, "invalid UTF-8 in an IRI");
        }
        if (!cns_iri_allows(c)) return fail(reader, c == '\n' || c == '\r' ? "an IRI is not closed by '>' on its line" : "a character that an IRI may not hold");
        reader->at += used;
    }
    if (reader->at == reader->end) return fail_at(reader, start - 1, "an IRI is not closed by '>'");
    if (!finish_span(reader, start, escaped, iri)) return false;
    return cns_iri_is_absolute(iri->text, iri->length) || fail_at(reader, start, "a relative IRI: N-Triples has absolute ones only");
}

static bool read_blank(Reader *reader, CnsSpan *label) {
    if (reader->end - reader->at < 2 || reader->at[1] != ':') return fail(reader, "expected '_:' and a label");
    reader->at += 2;
    const uint8_t *start = reader->at, *label_end = start;
    while (reader->at < reader->end) {
        uint32_t c, used = cns_utf8_sequence(reader->at, reader->end, &c);
        if (!used) return fail(reader, "invalid UTF-8 in a blank node label");
        bool first = reader->at == start;
        if (!(first ? cns_name_start(c) || (c < 0x80 && cns_is_digit((uint8_t)c)) : cns_name_part(c) || c == '.')) break;
        reader->at += used;
        if (c != '.') label_end = reader->at; /* a label does not end with a full stop */
    }
    if (label_end == start) return fail(reader, "expected a blank node label after '_:'");
    reader->at = label_end;
    *label = (CnsSpan){start, (uint32_t)(label_end - start), reader->copy};
    return true;
}

static bool read_string(Reader *reader, CnsSpan *string) {
    const uint8_t *start = ++reader->at;
    bool escaped = false;
    while (reader->at < reader->end && *reader->at != '"') {
        uint32_t c = *reader->at, used = 1;
        if (c == '\\') {
            if (reader->at + 1 == reader->end) return fail_at(reader, start - 1, "a string is not closed by '\"'");
            used = cns_plain_escape(reader->at[1]) ? 1 : cns_numeric_escape(reader->at + 1, reader->end, &c);
            if (!used++) return fail(reader, "a bad escape in a string");
            escaped = true;
        } else if (c == '\n' || c == '\r') {
            return fail(reader, "a string is not closed by '\"' on its line");
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(reader->at, reader->end, &c);
            if (!used) return fail(reader, "invalid UTF-8 in a string");
        }
        reader->at += used;
    }
    if (reader->at >= reader->end) return fail_at(reader, start - 1, "a string is not closed by '\"'");
    return finish_span(reader, start, escaped, string);
}

static bool read_language(Reader *reader, CnsSpan *tag) {
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
    *tag = (CnsSpan){start, (uint32_t)(reader->at - start), reader->copy};
    return true;
}

/* A literal after its opening quote; kept only if wanted. */
static bool read_literal(Reader *reader, bool wanted, uint32_t *value) {
    CnsSpan string, annotation = {NULL, 0, false};
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

static bool intern(Reader *reader, CnsNodeType type, const CnsSpan *span, uint32_t *node) {
    *node = cns_store_node(reader->store, type, span->text, span->length, span->copy);
    return *node != CNS_NONE || out_of_memory(reader);
}

/* ---------------------------------------------------------------- statements */

static bool read_triple(Reader *reader) {
    CnsSpan subject, predicate, object;
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
        uint32_t c, used = *reader->at < 0x80 ? 1 : cns_utf8_sequence(reader->at, reader->end, &c);
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
