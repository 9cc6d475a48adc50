/* N-Triples and N-Quads by the letter of their grammars (https://www.w3.org/TR/n-triples/#n-triples-grammar, n-quads).
   Lines of the usual shape never come here: see lines_fast.h. */
#include "lines.h"

#include "literal.h"

static void lines_skip_blanks(CnsLines *lines) {
    while (lines->at < lines->end && (*lines->at == ' ' || *lines->at == '\t')) lines->at++;
}

static bool lines_at_end_of_line(const CnsLines *lines) { return lines->at == lines->end || *lines->at == '\n' || *lines->at == '\r'; }

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
    bool copy = lines->options.copy || lines->annotations_go, tag = *text == '@';
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

bool cns_lines_graph_is_wanted(const CnsLines *lines, const CnsLineTerm *graph) {
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
    if (!lines->options.dataset || (!cns_lines_next_is(lines, '<') && !cns_lines_next_is(lines, '_'))) return true;
    CnsLineTerm graph;
    if (!cns_lines_resource(lines, &graph)) return false;
    bool same = lines->graph && lines_same_text(lines->graph, lines->graph_length, graph.token, graph.token_length);
    lines->graph = graph.token;
    lines->graph_length = graph.token_length;
    lines->graph_wanted = *wanted = cns_lines_graph_is_wanted(lines, &graph);
    if (lines->options.graphs && !same) {
        if (!cns_batch_flush(&lines->batch)) return cns_lines_out_of_memory(lines);
        uint32_t node = cns_store_node(lines->store, graph.type, graph.span.text, graph.span.length, lines->options.copy);
        if (node == CNS_NONE || !cns_words_push(&lines->store->allocator, lines->options.graphs, node)) return cns_lines_out_of_memory(lines);
    }
    lines_skip_blanks(lines);
    return true;
}

static bool lines_statement(CnsLines *lines, CnsLineStatement *statement) {
    if (!cns_lines_next_is(lines, '<') && !cns_lines_next_is(lines, '_')) return cns_lines_fail(lines, "expected a subject: '<' or '_:'");
    if (!cns_lines_resource(lines, &statement->subject)) return false;
    lines_skip_blanks(lines);
    if (!cns_lines_next_is(lines, '<')) return cns_lines_fail(lines, "expected a predicate: '<'");
    if (!cns_lines_iri(lines, &statement->predicate)) return false;
    lines_skip_blanks(lines);
    statement->literal = cns_lines_next_is(lines, '"');
    if (statement->literal) {
        if (!cns_lines_string(lines, &statement->object) || !cns_lines_behind_string(lines, &statement->annotation)) return false;
    } else if (cns_lines_next_is(lines, '<') || cns_lines_next_is(lines, '_')) {
        if (!cns_lines_resource(lines, &statement->object)) return false;
    } else {
        return cns_lines_fail(lines, "expected an object: '<', '_:' or '\"'");
    }
    lines_skip_blanks(lines);
    if (!lines_graph(lines, &statement->wanted)) return false;
    if (!cns_lines_next_is(lines, '.')) return cns_lines_fail(lines, "expected '.' at the end of the statement");
    lines->at++;
    return true;
}

/* The predicate of an escaped IRI is not remembered: that would take its brackets. */
static CnsSeenPredicate *lines_predicate_of(CnsLines *lines, const CnsLineTerm *term) {
    if (!term->escaped) {
        CnsSeenPredicate *seen = cns_lines_predicate(lines, term->token, term->token_length);
        return seen && (seen->routed || lines_route_iri(lines, term->span.text, term->span.length, seen)) ? seen : NULL;
    }
    CnsSeenPredicate *other = &lines->seen[CNS_SEEN_PREDICATES - 1];
    *other = (CnsSeenPredicate){.token = term->token, .next = CNS_SEEN_PREDICATES - 1, .annotation = &lines_no_annotation};
    return lines_route_iri(lines, term->span.text, term->span.length, other) ? other : NULL;
}

static bool lines_keep_literal(CnsLines *lines, CnsSeenPredicate *predicate, CnsLineStatement *statement, uint32_t *value) {
    const CnsLineTerm *annotation = &statement->annotation;
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
    if (statement->object.escaped && !cns_lines_unescape(lines, text)) return false;
    *value = cns_store_literal(lines->store, text->text, text->length, here.datatype, here.language, text->copy);
    return *value != CNS_NONE || cns_lines_out_of_memory(lines);
}

static CnsReference lines_object(CnsLines *lines, const CnsRoute *route, const CnsLineTerm *object) {
    const CnsSpan *span = &object->span;
    if (route->classes && object->type == CNS_NODE_IRI) return cns_batch_class(&lines->batch, span->text, span->length);
    return cns_batch_node(&lines->batch, object->type, span->text, span->length);
}

/* In the order in which lines_fast.h does it: predicate, annotation, subject, object. */
bool cns_lines_keep(CnsLines *lines, CnsLineStatement *statement) {
    lines->triples++;
    if (!statement->wanted) return true;
    CnsSeenPredicate *predicate = lines_predicate_of(lines, &statement->predicate);
    if (!predicate) return false;
    lines->last = (uint32_t)(predicate - lines->seen);
    if (!predicate->route.keep) return true;
    CnsReference value = {CNS_NONE, false};
    if (statement->literal && !lines_keep_literal(lines, predicate, statement, &value.value)) return false;
    const CnsLineTerm *subject = &statement->subject, *object = &statement->object;
    lines->batch.subject = cns_batch_node(&lines->batch, subject->type, subject->span.text, subject->span.length);
    if (!subject->escaped) {
        lines->subject = subject->token;
        lines->subject_length = subject->token_length;
        lines->subject_ready = true;
    }
    if (!statement->literal) value = lines_object(lines, &predicate->route, object);
    return cns_batch_add(&lines->batch, &predicate->route, value) || cns_lines_out_of_memory(lines);
}

static bool lines_comment(CnsLines *lines) {
    while (!lines_at_end_of_line(lines)) {
        uint32_t c, used = *lines->at < 0x80 ? 1 : cns_utf8_sequence(lines->at, lines->end, &c);
        if (!used) return cns_lines_fail(lines, "invalid UTF-8 in a comment");
        lines->at += used;
    }
    return true;
}

/* A line ends with LF, CR or both; the LF may be in the next piece. */
static void lines_end_line(CnsLines *lines) {
    if (lines->at == lines->end) return;
    if (*lines->at++ != '\r') return;
    lines->after_return = lines->at == lines->end;
    if (!lines->after_return && *lines->at == '\n') lines->at++;
}

/* One line by the whole grammar. */
static bool lines_read_any(CnsLines *lines) {
    CnsLineStatement statement;
    lines->line = lines->at;
    lines->subject = NULL; /* the batch's subject is about to be another */
    lines_skip_blanks(lines);
    bool empty = lines_at_end_of_line(lines) || *lines->at == '#';
    if (!empty) {
        if (!lines_statement(lines, &statement)) return false;
        lines_skip_blanks(lines);
    }
    if (cns_lines_next_is(lines, '#') && !lines_comment(lines)) return false;
    if (!lines_at_end_of_line(lines)) return cns_lines_fail(lines, "expected the end of the line after '.'");
    if (!empty && lines->triples >= lines->triple_limit) return cns_lines_error(lines, CNS_ERR_LIMIT, lines->line, "more triples than the limit allows");
    lines_end_line(lines);
    lines->other_lines += empty;
    return empty || cns_lines_keep(lines, &statement);
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
#elif defined(CNS_NO_CPU_MODEL) /* a compiler whose library cannot tell, like zig's: what it was told of the machine decides */
#if defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__BMI2__)
    return cns_lines_avx512;
#elif defined(__AVX2__) && defined(__BMI2__)
    return cns_lines_avx2;
#endif
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

bool cns_lines_flush(CnsLines *lines) {
    lines_forget_texts(lines);
    return cns_batch_flush(&lines->batch) || cns_lines_out_of_memory(lines);
}

void cns_lines_begin(CnsLines *lines, CnsError *error) {
    uint64_t most = lines->options.max_triples, read = lines->store->stats.triples_read;
    lines->error = error;
    lines->triple_limit = most ? lines->triples + (most > read ? most - read : 0) : UINT64_MAX;
}

void cns_lines_read(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, CnsError *error) {
    CnsStore *store = lines->store;
    uint64_t before = lines->triples;
    cns_lines_begin(lines, error);
    lines->at = lines->line = bytes;
    lines->end = end;
    if (bytes == end) return;
    if (!lines->begun && end - bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) lines->at += 3;
    lines->begun = true;
    if (lines->after_return && *lines->at == '\n') lines->at++;
    lines->after_return = false;
    if (lines_read_all(lines)) cns_lines_flush(lines);
    store->stats.triples_read += lines->triples - before;
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
