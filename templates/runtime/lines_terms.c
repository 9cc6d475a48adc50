/* The terms of N-Triples and N-Quads by the letter of their grammars. */
#include "lines.h"

#include <stdio.h>

/* ---------------------------------------------------------------- errors */

bool cns_lines_error(CnsLines *lines, CnsStatus status, const uint8_t *place, const char *message) {
    CnsError *error = lines->error;
    error->status = status;
    error->line = lines->triples + lines->other_lines + 1;
    error->column = (uint64_t)(place - lines->line) + 1;
    snprintf(error->message, sizeof error->message, "%s", message);
    cns_excerpt(lines->line, place, lines->end, error);
    return false;
}

static bool cns_lines_fail_at(CnsLines *lines, const uint8_t *place, const char *message) { return cns_lines_error(lines, CNS_ERR_SYNTAX, place, message); }

bool cns_lines_fail(CnsLines *lines, const char *message) { return cns_lines_fail_at(lines, lines->at, message); }

bool cns_lines_out_of_memory(CnsLines *lines) {
    lines->error->status = CNS_ERR_MEMORY;
    snprintf(lines->error->message, sizeof lines->error->message, "out of memory, or more than 2 147 483 632 nodes or literals");
    return false;
}

/* ---------------------------------------------------------------- terms */

bool cns_lines_unescape(CnsLines *lines, CnsSpan *span) {
    uint8_t *out = cns_store_reserve(lines->store, span->length);
    if (!out) return cns_lines_out_of_memory(lines);
    *span = (CnsSpan){out, cns_unescape(out, span->text, span->length), false};
    return true;
}

/* The text from `start` to here, where its closing delimiter is. */
static bool lines_close_term(CnsLines *lines, const uint8_t *start, CnsLineTerm *term) {
    if (lines->at - start > 0x3fffffff) return cns_lines_fail_at(lines, start, "a term of more than 1 GiB");
    term->span = (CnsSpan){start, (uint32_t)(lines->at - start), lines->options.copy};
    lines->at++;
    return true;
}

bool cns_lines_iri(CnsLines *lines, CnsLineTerm *iri) {
    const uint8_t *start = ++lines->at;
    *iri = (CnsLineTerm){.token = start - 1, .type = CNS_NODE_IRI};
    while (lines->at < lines->end && *lines->at != '>') {
        uint32_t c = *lines->at, used = 1;
        if (c == '\\') {
            used = cns_numeric_escape(lines->at + 1, lines->end, &c);
            if (!used++) return cns_lines_fail(lines, "a bad escape in an IRI: only \\uXXXX and \\UXXXXXXXX may stand there");
            iri->escaped = true;
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(lines->at, lines->end, &c);
            if (!used) return cns_lines_fail(lines, "invalid UTF-8 in an IRI");
        }
        if (!cns_iri_allows(c)) return cns_lines_fail(lines, c == '\n' || c == '\r' ? "an IRI is not closed by '>' on its line" : "a character that an IRI may not hold");
        lines->at += used;
    }
    if (lines->at == lines->end) return cns_lines_fail_at(lines, start - 1, "an IRI is not closed by '>'");
    if (!lines_close_term(lines, start, iri)) return false;
    iri->token_length = (uint32_t)(lines->at - iri->token);
    if (iri->escaped && !cns_lines_unescape(lines, &iri->span)) return false;
    return cns_iri_is_absolute(iri->span.text, iri->span.length) || cns_lines_fail_at(lines, start, "a relative IRI: only absolute ones may stand here");
}

static bool lines_blank(CnsLines *lines, CnsLineTerm *blank) {
    if (lines->end - lines->at < 2 || lines->at[1] != ':') return cns_lines_fail(lines, "expected '_:' and a label");
    *blank = (CnsLineTerm){.token = lines->at, .type = CNS_NODE_BLANK};
    lines->at += 2;
    const uint8_t *start = lines->at, *label_end = start;
    while (lines->at < lines->end) {
        uint32_t c, used = cns_utf8_sequence(lines->at, lines->end, &c);
        if (!used) return cns_lines_fail(lines, "invalid UTF-8 in a blank node label");
        bool first = lines->at == start;
        if (!(first ? cns_name_start(c) || (c < 0x80 && cns_is_digit((uint8_t)c)) : cns_name_part(c) || c == '.')) break;
        lines->at += used;
        if (c != '.') label_end = lines->at; /* a label does not end with a full stop */
    }
    if (label_end == start) return cns_lines_fail(lines, "expected a blank node label after '_:'");
    if (label_end - start > 0x3fffffff) return cns_lines_fail_at(lines, start, "a term of more than 1 GiB");
    lines->at = label_end;
    blank->span = (CnsSpan){start, (uint32_t)(label_end - start), lines->options.copy};
    blank->token_length = blank->span.length + 2;
    return true;
}

bool cns_lines_resource(CnsLines *lines, CnsLineTerm *term) { return cns_lines_next_is(lines, '<') ? cns_lines_iri(lines, term) : lines_blank(lines, term); }

bool cns_lines_string(CnsLines *lines, CnsLineTerm *string) {
    const uint8_t *start = ++lines->at;
    *string = (CnsLineTerm){.token = start - 1};
    while (lines->at < lines->end && *lines->at != '"') {
        uint32_t c = *lines->at, used = 1;
        if (c == '\\') {
            if (lines->at + 1 == lines->end) return cns_lines_fail_at(lines, start - 1, "a string is not closed by '\"'");
            used = cns_plain_escape(lines->at[1]) ? 1 : cns_numeric_escape(lines->at + 1, lines->end, &c);
            if (!used++) return cns_lines_fail(lines, "a bad escape in a string");
            string->escaped = true;
        } else if (c == '\n' || c == '\r') {
            return cns_lines_fail(lines, "a string is not closed by '\"' on its line");
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(lines->at, lines->end, &c);
            if (!used) return cns_lines_fail(lines, "invalid UTF-8 in a string");
        }
        lines->at += used;
    }
    if (lines->at >= lines->end) return cns_lines_fail_at(lines, start - 1, "a string is not closed by '\"'");
    uint32_t most = lines->options.max_literal_bytes;
    if (most && (size_t)(lines->at - start) > most) return cns_lines_error(lines, CNS_ERR_LIMIT, start - 1, "a literal longer than the limit allows");
    return lines_close_term(lines, start, string);
}

static bool lines_language(CnsLines *lines, CnsLineTerm *tag) {
    const uint8_t *start = lines->at++;
    bool first_part = true;
    for (;;) {
        const uint8_t *part = lines->at;
        while (lines->at < lines->end && (cns_is_letter(*lines->at) || (!first_part && cns_is_digit(*lines->at)))) lines->at++;
        if (lines->at == part) return cns_lines_fail(lines, "expected a language tag after '@'");
        if (!cns_lines_next_is(lines, '-')) break;
        lines->at++;
        first_part = false;
    }
    if (lines->at - start > 0x3fffffff) return cns_lines_fail_at(lines, start, "a term of more than 1 GiB");
    *tag = (CnsLineTerm){.token = start, .token_length = (uint32_t)(lines->at - start)};
    return true;
}

/* The datatype or the tag behind a string; without either its token is empty. */
bool cns_lines_behind_string(CnsLines *lines, CnsLineTerm *annotation) {
    *annotation = (CnsLineTerm){.token = lines->at};
    if (cns_lines_next_is(lines, '@')) return lines_language(lines, annotation);
    if (!cns_lines_next_is(lines, '^')) return true;
    if (lines->end - lines->at < 3 || lines->at[1] != '^' || lines->at[2] != '<') return cns_lines_fail(lines, "expected '^^<' and a datatype");
    lines->at += 2;
    if (!cns_lines_iri(lines, annotation)) return false;
    annotation->token -= 2;
    annotation->token_length += 2;
    return true;
}
