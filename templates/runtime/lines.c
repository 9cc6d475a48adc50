/* N-Triples and N-Quads by the letter of their grammars (https://www.w3.org/TR/n-triples/#n-triples-grammar, n-quads).
   Lines of the usual shape never come here: see lines_fast.h. */
#include "lines.h"

#include <stdio.h>

#include "literal.h"

/* ---------------------------------------------------------------- errors */

static bool lines_error(CnsLines *lines, CnsStatus status, const uint8_t *place, const char *message) {
    CnsError *error = lines->error;
    error->status = status;
    error->line = lines->triples + lines->other_lines + 1;
    error->column = (uint64_t)(place - lines->line) + 1;
    snprintf(error->message, sizeof error->message, "%s", message);
    cns_excerpt(lines->line, place, lines->end, error);
    return false;
}

static bool lines_fail_at(CnsLines *lines, const uint8_t *place, const char *message) { return lines_error(lines, CNS_ERR_SYNTAX, place, message); }

static bool lines_fail(CnsLines *lines, const char *message) { return lines_fail_at(lines, lines->at, message); }

bool cns_lines_out_of_memory(CnsLines *lines) {
    lines->error->status = CNS_ERR_MEMORY;
    snprintf(lines->error->message, sizeof lines->error->message, "out of memory, or more than 2 147 483 632 nodes or literals");
    return false;
}

static void lines_skip_blanks(CnsLines *lines) {
    while (lines->at < lines->end && (*lines->at == ' ' || *lines->at == '\t')) lines->at++;
}

static bool lines_next_is(const CnsLines *lines, uint8_t c) { return lines->at < lines->end && *lines->at == c; }

static bool lines_at_end_of_line(const CnsLines *lines) { return lines->at == lines->end || *lines->at == '\n' || *lines->at == '\r'; }

/* ---------------------------------------------------------------- terms */

typedef struct {
    const uint8_t *token; /* as it stands, with its delimiters */
    uint32_t token_length;
    CnsNodeType type;     /* of a resource */
    CnsSpan span;         /* the text between the delimiters; of an IRI without escapes */
    bool escaped;         /* of a string: the text has escapes */
} LineTerm;

static bool lines_unescape(CnsLines *lines, CnsSpan *span) {
    uint8_t *out = cns_store_reserve(lines->store, span->length);
    if (!out) return cns_lines_out_of_memory(lines);
    *span = (CnsSpan){out, cns_unescape(out, span->text, span->length), false};
    return true;
}

/* The text from `start` to here, where its closing delimiter is. */
static bool lines_close_term(CnsLines *lines, const uint8_t *start, LineTerm *term) {
    if (lines->at - start > 0x3fffffff) return lines_fail_at(lines, start, "a term of more than 1 GiB");
    term->span = (CnsSpan){start, (uint32_t)(lines->at - start), lines->options.copy};
    lines->at++;
    return true;
}

static bool lines_iri(CnsLines *lines, LineTerm *iri) {
    const uint8_t *start = ++lines->at;
    *iri = (LineTerm){.token = start - 1, .type = CNS_NODE_IRI};
    while (lines->at < lines->end && *lines->at != '>') {
        uint32_t c = *lines->at, used = 1;
        if (c == '\\') {
            used = cns_numeric_escape(lines->at + 1, lines->end, &c);
            if (!used++) return lines_fail(lines, "a bad escape in an IRI: only \\uXXXX and \\UXXXXXXXX may stand there");
            iri->escaped = true;
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(lines->at, lines->end, &c);
            if (!used) return lines_fail(lines, "invalid UTF-8 in an IRI");
        }
        if (!cns_iri_allows(c)) return lines_fail(lines, c == '\n' || c == '\r' ? "an IRI is not closed by '>' on its line" : "a character that an IRI may not hold");
        lines->at += used;
    }
    if (lines->at == lines->end) return lines_fail_at(lines, start - 1, "an IRI is not closed by '>'");
    if (!lines_close_term(lines, start, iri)) return false;
    iri->token_length = (uint32_t)(lines->at - iri->token);
    if (iri->escaped && !lines_unescape(lines, &iri->span)) return false;
    return cns_iri_is_absolute(iri->span.text, iri->span.length) || lines_fail_at(lines, start, "a relative IRI: only absolute ones may stand here");
}

static bool lines_blank(CnsLines *lines, LineTerm *blank) {
    if (lines->end - lines->at < 2 || lines->at[1] != ':') return lines_fail(lines, "expected '_:' and a label");
    *blank = (LineTerm){.token = lines->at, .type = CNS_NODE_BLANK};
    lines->at += 2;
    const uint8_t *start = lines->at, *label_end = start;
    while (lines->at < lines->end) {
        uint32_t c, used = cns_utf8_sequence(lines->at, lines->end, &c);
        if (!used) return lines_fail(lines, "invalid UTF-8 in a blank node label");
        bool first = lines->at == start;
        if (!(first ? cns_name_start(c) || (c < 0x80 && cns_is_digit((uint8_t)c)) : cns_name_part(c) || c == '.')) break;
        lines->at += used;
        if (c != '.') label_end = lines->at; /* a label does not end with a full stop */
    }
    if (label_end == start) return lines_fail(lines, "expected a blank node label after '_:'");
    if (label_end - start > 0x3fffffff) return lines_fail_at(lines, start, "a term of more than 1 GiB");
    lines->at = label_end;
    blank->span = (CnsSpan){start, (uint32_t)(label_end - start), lines->options.copy};
    blank->token_length = blank->span.length + 2;
    return true;
}

static bool lines_resource(CnsLines *lines, LineTerm *term) { return lines_next_is(lines, '<') ? lines_iri(lines, term) : lines_blank(lines, term); }

static bool lines_string(CnsLines *lines, LineTerm *string) {
    const uint8_t *start = ++lines->at;
    *string = (LineTerm){.token = start - 1};
    while (lines->at < lines->end && *lines->at != '"') {
        uint32_t c = *lines->at, used = 1;
        if (c == '\\') {
            if (lines->at + 1 == lines->end) return lines_fail_at(lines, start - 1, "a string is not closed by '\"'");
            used = cns_plain_escape(lines->at[1]) ? 1 : cns_numeric_escape(lines->at + 1, lines->end, &c);
            if (!used++) return lines_fail(lines, "a bad escape in a string");
            string->escaped = true;
        } else if (c == '\n' || c == '\r') {
            return lines_fail(lines, "a string is not closed by '\"' on its line");
        } else if (c >= 0x80) {
            used = cns_utf8_sequence(lines->at, lines->end, &c);
            if (!used) return lines_fail(lines, "invalid UTF-8 in a string");
        }
        lines->at += used;
    }
    if (lines->at >= lines->end) return lines_fail_at(lines, start - 1, "a string is not closed by '\"'");
    uint32_t most = lines->options.max_literal_bytes;
    if (most && (size_t)(lines->at - start) > most) return lines_error(lines, CNS_ERR_LIMIT, start - 1, "a literal longer than the limit allows");
    return lines_close_term(lines, start, string);
}

static bool lines_language(CnsLines *lines, LineTerm *tag) {
    const uint8_t *start = lines->at++;
    bool first_part = true;
    for (;;) {
        const uint8_t *part = lines->at;
        while (lines->at < lines->end && (cns_is_letter(*lines->at) || (!first_part && cns_is_digit(*lines->at)))) lines->at++;
        if (lines->at == part) return lines_fail(lines, "expected a language tag after '@'");
        if (!lines_next_is(lines, '-')) break;
        lines->at++;
        first_part = false;
    }
    if (lines->at - start > 0x3fffffff) return lines_fail_at(lines, start, "a term of more than 1 GiB");
    *tag = (LineTerm){.token = start, .token_length = (uint32_t)(lines->at - start)};
    return true;
}

/* The datatype or the tag behind a string; without either its token is empty. */
static bool lines_behind_string(CnsLines *lines, LineTerm *annotation) {
    *annotation = (LineTerm){.token = lines->at};
    if (lines_next_is(lines, '@')) return lines_language(lines, annotation);
    if (!lines_next_is(lines, '^')) return true;
    if (lines->end - lines->at < 3 || lines->at[1] != '^' || lines->at[2] != '<') return lines_fail(lines, "expected '^^<' and a datatype");
    lines->at += 2;
    if (!lines_iri(lines, annotation)) return false;
    annotation->token -= 2;
    annotation->token_length += 2;
    return true;
}

/* ---------------------------------------------------------------- what was met before */

static const CnsSeenAnnotation lines_no_annotation;

static bool lines_same_text(const uint8_t *text, uint32_t length, const uint8_t *other, uint32_t other_length) {
    return length == other_length && memcmp(text, other, length) == 0;
}

/* What interns directly does so in the order of the lines: what is pending comes first. */
static bool lines_route_iri(CnsLines *lines, const uint8_t *iri, uint32_t length, CnsSeenPredicate *predicate) {
    CnsStore *store = lines->store;
    bool makes_node = store->program->facts[0].keep_rest && cns_store_find(store, CNS_NODE_IRI, iri, length) == CNS_NONE;
    predicate->routed = (!makes_node || cns_batch_flush(&lines->batch)) && cns_store_route(store, iri, length, lines->options.copy, &predicate->route) == CNS_OK;
    return predicate->routed || cns_lines_out_of_memory(lines);
}

bool cns_lines_route(CnsLines *lines, CnsSeenPredicate *predicate) { return lines_route_iri(lines, predicate->token + 1, predicate->length - 2, predicate); }

static CnsSeenPredicate *lines_new_predicate(CnsLines *lines, const uint8_t *token, uint32_t length, uint32_t slot) {
    bool room = lines->seen_count + 1 < CNS_SEEN_PREDICATES;
    CnsSeenPredicate *fresh = &lines->seen[room ? lines->seen_count : CNS_SEEN_PREDICATES - 1];
    *fresh = (CnsSeenPredicate){.token = token, .length = length, .next = (uint32_t)(fresh - lines->seen), .annotation = &lines_no_annotation};
    if (room && lines->options.copy) {
        uint8_t *kept = cns_store_reserve(lines->store, length);
        if (!kept) return NULL;
        fresh->token = memcpy(kept, token, length);
    }
    if (room) lines->seen_slots[slot] = (uint16_t)++lines->seen_count;
    return fresh;
}

CnsSeenPredicate *cns_lines_predicate(CnsLines *lines, const uint8_t *token, uint32_t length) {
    uint32_t slot = (uint32_t)cns_hash(token, length, 0) & (CNS_SEEN_SLOTS - 1);
    for (uint32_t entry; (entry = lines->seen_slots[slot]); slot = (slot + 1) & (CNS_SEEN_SLOTS - 1)) {
        CnsSeenPredicate *seen = &lines->seen[entry - 1];
        if (!lines_same_text(seen->token, seen->length, token, length)) continue;
        lines->seen[lines->last].next = entry - 1;
        return seen;
    }
    CnsSeenPredicate *fresh = lines_new_predicate(lines, token, length, slot);
    if (fresh) lines->seen[lines->last].next = (uint32_t)(fresh - lines->seen);
    else cns_lines_out_of_memory(lines);
    return fresh;
}

/* A tag "@en" or an IRI "http://..." in the store. */
static bool lines_intern_annotation(CnsLines *lines, const uint8_t *text, uint32_t length, CnsSeenAnnotation *into) {
    bool copy = lines->options.copy, tag = *text == '@';
    into->datatype = tag ? CNS_DT_LANG_STRING : cns_datatype_from_iri(text, length);
    into->language = 0;
    if (into->datatype == UINT32_MAX || tag) {
        if (!cns_batch_flush(&lines->batch)) return false;
        if (tag) into->language = cns_store_language(lines->store, text + 1, length - 1, copy);
        else into->datatype = cns_store_datatype(lines->store, text, length, copy);
    }
    return into->datatype != CNS_NONE && into->language != CNS_NONE;
}

const CnsSeenAnnotation *cns_lines_annotation(CnsLines *lines, const uint8_t *annotation, uint32_t length) {
    uint32_t place = (uint32_t)cns_hash(annotation, length, 0) % CNS_SEEN_ANNOTATIONS;
    CnsSeenAnnotation *seen = &lines->annotations[place];
    bool there = lines->seen_annotations >> place & 1;
    if (there && lines_same_text(seen->text, seen->length, annotation, length)) return seen;
    bool tag = *annotation == '@';
    seen->length = 0; /* a text too long to be kept is looked up every time */
    if (!lines_intern_annotation(lines, tag ? annotation : annotation + 3, tag ? length : length - 4, seen)) {
        cns_lines_out_of_memory(lines);
        return NULL;
    }
    lines->seen_annotations |= UINT64_C(1) << place;
    if (length > CNS_ANNOTATION_TEXT) return seen;
    memcpy(seen->text, annotation, length);
    seen->length = length;
    return seen;
}

/* ---------------------------------------------------------------- statements */

typedef struct {
    LineTerm subject, predicate, object, annotation;
    bool literal;
    bool wanted;
} LineStatement;

static bool lines_graph_is_wanted(const CnsLines *lines, const LineTerm *graph) {
    const CnsReadOptions *options = &lines->options;
    if (options->graph_choice != CNS_GRAPH_NAMED) return options->graph_choice == CNS_GRAPH_UNION;
    bool label = options->graph_length > 2 && options->graph[0] == '_' && options->graph[1] == ':';
    if (label != (graph->type == CNS_NODE_BLANK)) return false;
    uint32_t skipped = label ? 2 : 0;
    return lines_same_text(graph->span.text, graph->span.length, options->graph + skipped, options->graph_length - skipped);
}

/* The name of the graph, if there is one. */
static bool lines_graph(CnsLines *lines, bool *wanted) {
    *wanted = lines->default_wanted;
    if (!lines->options.dataset || (!lines_next_is(lines, '<') && !lines_next_is(lines, '_'))) return true;
    LineTerm graph;
    if (!lines_resource(lines, &graph)) return false;
    bool same = lines->graph && lines_same_text(lines->graph, lines->graph_length, graph.token, graph.token_length);
    lines->graph = graph.token;
    lines->graph_length = graph.token_length;
    lines->graph_wanted = *wanted = lines_graph_is_wanted(lines, &graph);
    if (lines->options.graphs && !same) {
        if (!cns_batch_flush(&lines->batch)) return cns_lines_out_of_memory(lines);
        uint32_t node = cns_store_node(lines->store, graph.type, graph.span.text, graph.span.length, lines->options.copy);
        if (node == CNS_NONE || !cns_words_push(&lines->store->allocator, lines->options.graphs, node)) return cns_lines_out_of_memory(lines);
    }
    lines_skip_blanks(lines);
    return true;
}

static bool lines_statement(CnsLines *lines, LineStatement *statement) {
    if (!lines_next_is(lines, '<') && !lines_next_is(lines, '_')) return lines_fail(lines, "expected a subject: '<' or '_:'");
    if (!lines_resource(lines, &statement->subject)) return false;
    lines_skip_blanks(lines);
    if (!lines_next_is(lines, '<')) return lines_fail(lines, "expected a predicate: '<'");
    if (!lines_iri(lines, &statement->predicate)) return false;
    lines_skip_blanks(lines);
    statement->literal = lines_next_is(lines, '"');
    if (statement->literal) {
        if (!lines_string(lines, &statement->object) || !lines_behind_string(lines, &statement->annotation)) return false;
    } else if (lines_next_is(lines, '<') || lines_next_is(lines, '_')) {
        if (!lines_resource(lines, &statement->object)) return false;
    } else {
        return lines_fail(lines, "expected an object: '<', '_:' or '\"'");
    }
    lines_skip_blanks(lines);
    if (!lines_graph(lines, &statement->wanted)) return false;
    if (!lines_next_is(lines, '.')) return lines_fail(lines, "expected '.' at the end of the statement");
    lines->at++;
    return true;
}

/* The predicate of an escaped IRI is not remembered: that would take its brackets. */
static CnsSeenPredicate *lines_predicate_of(CnsLines *lines, const LineTerm *term) {
    if (!term->escaped) {
        CnsSeenPredicate *seen = cns_lines_predicate(lines, term->token, term->token_length);
        return seen && (seen->routed || cns_lines_route(lines, seen)) ? seen : NULL;
    }
    CnsSeenPredicate *other = &lines->seen[CNS_SEEN_PREDICATES - 1];
    *other = (CnsSeenPredicate){.token = term->token, .next = CNS_SEEN_PREDICATES - 1, .annotation = &lines_no_annotation};
    return lines_route_iri(lines, term->span.text, term->span.length, other) ? other : NULL;
}

static bool lines_keep_literal(CnsLines *lines, CnsSeenPredicate *predicate, LineStatement *statement, uint32_t *value) {
    const LineTerm *annotation = &statement->annotation;
    CnsSeenAnnotation here = {.datatype = CNS_DT_STRING};
    if (annotation->escaped) {
        if (!lines_intern_annotation(lines, annotation->span.text, annotation->span.length, &here)) return cns_lines_out_of_memory(lines);
    } else if (annotation->token_length) {
        const CnsSeenAnnotation *seen = cns_lines_annotation(lines, annotation->token, annotation->token_length);
        if (!seen) return false;
        predicate->annotation = seen;
        here.datatype = seen->datatype;
        here.language = seen->language;
    }
    CnsSpan *text = &statement->object.span;
    if (statement->object.escaped && !lines_unescape(lines, text)) return false;
    *value = cns_store_literal(lines->store, text->text, text->length, here.datatype, here.language, text->copy);
    return *value != CNS_NONE || cns_lines_out_of_memory(lines);
}

/* In the order in which lines_fast.h does it: predicate, annotation, subject, object. */
static bool lines_keep(CnsLines *lines, LineStatement *statement) {
    lines->triples++;
    if (!statement->wanted) return true;
    CnsSeenPredicate *predicate = lines_predicate_of(lines, &statement->predicate);
    if (!predicate) return false;
    lines->last = (uint32_t)(predicate - lines->seen);
    if (!predicate->route.keep) return true;
    CnsReference value = {CNS_NONE, false};
    if (statement->literal && !lines_keep_literal(lines, predicate, statement, &value.value)) return false;
    const LineTerm *subject = &statement->subject, *object = &statement->object;
    lines->batch.subject = cns_batch_node(&lines->batch, subject->type, subject->span.text, subject->span.length);
    if (!subject->escaped) {
        lines->subject = subject->token;
        lines->subject_length = subject->token_length;
        lines->subject_ready = true;
    }
    if (!statement->literal) value = cns_batch_node(&lines->batch, object->type, object->span.text, object->span.length);
    return cns_batch_add(&lines->batch, &predicate->route, value) || cns_lines_out_of_memory(lines);
}

static bool lines_comment(CnsLines *lines) {
    while (!lines_at_end_of_line(lines)) {
        uint32_t c, used = *lines->at < 0x80 ? 1 : cns_utf8_sequence(lines->at, lines->end, &c);
        if (!used) return lines_fail(lines, "invalid UTF-8 in a comment");
        lines->at += used;
    }
    return true;
}

/* A line ends with LF, CR or both; the LF may be in the next piece. */
static void lines_end_line(CnsLines *lines) {
    if (lines->at == lines->end) return;
    bool carriage = *lines->at++ == '\r';
    if (carriage && lines->at < lines->end && *lines->at == '\n') lines->at++;
    lines->after_return = carriage && lines->at == lines->end;
}

/* One line by the whole grammar. */
static bool lines_read_any(CnsLines *lines) {
    LineStatement statement;
    lines->line = lines->at;
    lines->subject = NULL; /* the batch's subject is about to be another */
    lines_skip_blanks(lines);
    bool empty = lines_at_end_of_line(lines) || *lines->at == '#';
    if (!empty) {
        if (!lines_statement(lines, &statement)) return false;
        lines_skip_blanks(lines);
    }
    if (lines_next_is(lines, '#') && !lines_comment(lines)) return false;
    if (!lines_at_end_of_line(lines)) return lines_fail(lines, "expected the end of the line after '.'");
    if (!empty && lines->triples >= lines->triple_limit) return lines_error(lines, CNS_ERR_LIMIT, lines->line, "more triples than the limit allows");
    lines_end_line(lines);
    lines->other_lines += empty;
    return empty || lines_keep(lines, &statement);
}

/* In lenient mode a bad line is noted and left; what is not about syntax stops the reading all the same. */
static bool lines_pass_over(CnsLines *lines) {
    CnsProblems *problems = lines->options.problems;
    if (!lines->options.lenient || lines->error->status != CNS_ERR_SYNTAX) return false;
    if (problems && problems->count < CNS_PROBLEMS_KEPT) problems->first[problems->count] = *lines->error;
    if (problems) problems->count++;
    memset(lines->error, 0, sizeof *lines->error);
    while (!lines_at_end_of_line(lines)) lines->at++;
    lines_end_line(lines);
    lines->other_lines++;
    return true;
}

/* ---------------------------------------------------------------- pieces */

typedef bool (*FastLines)(CnsLines *lines);

/* -DCNS_LINES_FAST=cns_lines_plain, for one, leaves the machine no choice. */
static FastLines fast_lines_for_this_machine(void) {
#if defined(CNS_LINES_FAST)
    return CNS_LINES_FAST;
#elif defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2")) return cns_lines_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return cns_lines_avx2;
#endif
    return cns_lines_plain;
}

static bool lines_read_all(CnsLines *lines) {
    FastLines fast = fast_lines_for_this_machine();
    while (lines->at < lines->end) {
        if (!fast(lines)) return false;
        if (lines->at < lines->end && !lines_read_any(lines) && !lines_pass_over(lines)) return false;
    }
    return true;
}

/* Texts of the piece before may be gone. */
static void lines_forget_texts(CnsLines *lines) {
    lines->subject = lines->graph = NULL;
    lines->seen[CNS_SEEN_PREDICATES - 1].length = 0;
}

void cns_lines_read(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, CnsError *error) {
    CnsStore *store = lines->store;
    uint64_t before = lines->triples, most = lines->options.max_triples;
    lines->error = error;
    lines->at = lines->line = bytes;
    lines->end = end;
    if (bytes == end) return;
    if (!lines->begun && end - bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) lines->at += 3;
    lines->begun = true;
    if (lines->after_return && *lines->at == '\n') lines->at++;
    lines->after_return = false;
    lines->triple_limit = most ? before + (most > store->stats.triples_read ? most - store->stats.triples_read : 0) : UINT64_MAX;
    if (lines_read_all(lines) && !cns_batch_flush(&lines->batch)) cns_lines_out_of_memory(lines);
    store->stats.triples_read += lines->triples - before;
    lines_forget_texts(lines);
}

/* Only what is looked at before it is written has to be cleared: this is done for every small event. */
void cns_lines_open(CnsLines *lines, CnsStore *store, const CnsReadOptions *options) {
    memset(lines, 0, offsetof(CnsLines, batch));
    memset(lines->seen_slots, 0, sizeof lines->seen_slots);
    lines->store = store;
    lines->options = *options;
    lines->default_wanted = options->graph_choice != CNS_GRAPH_NAMED;
    lines->batch.store = store;
    lines->batch.copy = options->copy;
    lines->batch.node_count = lines->batch.triple_count = 0;
    lines->batch.subject = (CnsReference){CNS_NONE, false};
    lines->seen[0] = lines->seen[CNS_SEEN_PREDICATES - 1] = (CnsSeenPredicate){.annotation = &lines_no_annotation};
}
