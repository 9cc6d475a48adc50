/* Turtle's statements and TriG's graphs: how they begin, directives, and which graph is read. */
#include "turtle.h"

void cns_turtle_begin_statement(CnsTurtle *turtle) {
    turtle->undo.count = 0;
    turtle->literal_mark = turtle->store->literal_count;
    turtle->read_mark = turtle->store->stats.triples_read;
    turtle->frame = (CnsTurtleFrame){.subject = {0, CNS_NONE}};
    turtle->subject.length = 0;
    turtle->state = CNS_TURTLE_AT_STATEMENT;
}

bool cns_turtle_close_graph(CnsTurtle *turtle) {
    turtle->at++;
    turtle->in_graph = false;
    turtle->graph_wanted = turtle->options.graph_choice != CNS_GRAPH_NAMED;
    cns_turtle_begin_statement(turtle);
    return true;
}

/* Is the graph with the label of the statement's subject the chosen one? */
static bool turtle_choose_graph(CnsTurtle *turtle) {
    const CnsReadOptions *options = &turtle->options;
    CnsSpan span;
    uint8_t label[24];
    bool blank = turtle->frame.subject.number || turtle->subject.kind == CNS_TURTLE_LABEL;
    if (options->graphs) {
        if (!cns_turtle_subject(turtle, &turtle->frame.subject)) return false;
        if (!cns_words_push(&turtle->store->allocator, options->graphs, turtle->frame.subject.node)) return cns_turtle_out_of_memory(turtle);
    }
    turtle->graph_wanted = options->graph_choice == CNS_GRAPH_UNION;
    if (options->graph_choice != CNS_GRAPH_NAMED) return true;
    const uint8_t *wanted = options->graph;
    uint32_t length = options->graph_length;
    if (blank != (length >= 2 && wanted[0] == '_' && wanted[1] == ':')) return true;
    if (turtle->frame.subject.number) {
        uint8_t *at = label + sizeof label;
        for (uint64_t number = turtle->frame.subject.number; number; number /= 10) *--at = (uint8_t)('0' + number % 10);
        *--at = '.';
        span = (CnsSpan){at, (uint32_t)(label + sizeof label - at), true};
    } else if (!cns_turtle_text(turtle, &turtle->subject, &span)) {
        return false;
    }
    wanted += 2 * blank;
    length -= 2 * blank;
    turtle->graph_wanted = span.length == length && (length == 0 || memcmp(span.text, wanted, length) == 0);
    return true;
}

bool cns_turtle_open_graph(CnsTurtle *turtle, bool named) {
    if (named && !turtle_choose_graph(turtle)) return false;
    turtle->at++;
    turtle->in_graph = true;
    cns_turtle_begin_statement(turtle);
    return true;
}

static bool turtle_after_subject(CnsTurtle *turtle) {
    turtle->state = turtle->options.dataset && !turtle->in_graph ? CNS_TURTLE_AT_GRAPH_OR_VERB : CNS_TURTLE_AT_VERB;
    return true;
}

/* GRAPH and a label; the brace is the next token. */
static bool turtle_read_graph_label(CnsTurtle *turtle) {
    CnsTurtleTerm term = {0};
    if (!cns_turtle_skip_space(turtle)) return false;
    if (turtle->at == turtle->end) return cns_turtle_unfinished(turtle, turtle->at, "expected the name of the graph");
    bool empty = false;
    if (turtle->at < turtle->end && *turtle->at == '[') {
        if (!cns_turtle_open_anonymous(turtle, &empty)) return false;
    } else if (!cns_turtle_read_node(turtle, &term)) {
        return false;
    }
    if (!empty && (term.text == NULL || term.kind == CNS_TURTLE_KEYWORD)) return cns_turtle_fail(turtle, turtle->token, "expected the name of the graph: an IRI or a blank node");
    if (empty) turtle->frame.subject.number = ++turtle->anonymous;
    turtle->subject = term;
    turtle->state = CNS_TURTLE_AT_GRAPH;
    return true;
}

static bool turtle_word(const CnsTurtleTerm *term, const char *upper) {
    uint32_t i = 0;
    for (; i < term->length && upper[i]; i++)
        if (cns_lower(term->text[i]) != cns_lower((uint8_t)upper[i])) return false;
    return i == term->length && !upper[i];
}

/* @prefix, PREFIX, @base, BASE after the word; those with an '@' end with a full stop. */
static bool turtle_read_directive(CnsTurtle *turtle, bool is_prefix, bool full_stop) {
    CnsTurtleTerm iri;
    const uint8_t *label = NULL;
    uint32_t length = 0;
    if (!cns_turtle_skip_space(turtle)) return false;
    if (is_prefix) {
        if (!cns_turtle_read_prefix_label(turtle, &label, &length) || !cns_turtle_skip_space(turtle)) return false;
    }
    if (turtle->at == turtle->end) return cns_turtle_unfinished(turtle, turtle->at, "expected an IRI: '<'");
    if (*turtle->at != '<') return cns_turtle_fail(turtle, turtle->at, "expected an IRI: '<'");
    if (!cns_turtle_read_iri(turtle, &iri)) return false;
    if (full_stop) {
        if (!cns_turtle_skip_space(turtle)) return false;
        if (turtle->at == turtle->end) return cns_turtle_unfinished(turtle, turtle->at, "expected '.' at the end of the directive");
        if (*turtle->at != '.') return cns_turtle_fail(turtle, turtle->at, "expected '.' at the end of the directive");
        turtle->at++;
    }
    return is_prefix ? cns_turtle_set_prefix(turtle, label, length, &iri) : cns_turtle_set_base(turtle, &iri);
}

static bool turtle_at_directive(CnsTurtle *turtle) {
    CnsTurtleTerm word = {.text = ++turtle->at};
    while (turtle->at < turtle->end && cns_is_letter(*turtle->at)) turtle->at++;
    word.length = (uint32_t)(turtle->at - word.text < 64 ? turtle->at - word.text : 64);
    if (turtle->at == turtle->end) return cns_turtle_unfinished(turtle, turtle->token, "expected '@prefix' or '@base'");
    bool is_prefix = cns_turtle_is_word(&word, "prefix");
    if ((!is_prefix && !cns_turtle_is_word(&word, "base")) || turtle->in_graph)
        return cns_turtle_fail(turtle, turtle->token, turtle->in_graph ? "a directive within a graph" : "expected '@prefix' or '@base'");
    return turtle_read_directive(turtle, is_prefix, true);
}

static bool turtle_at_word(CnsTurtle *turtle, const CnsTurtleTerm *term) {
    if (!turtle->in_graph) {
        if (turtle_word(term, "PREFIX")) return turtle_read_directive(turtle, true, false);
        if (turtle_word(term, "BASE")) return turtle_read_directive(turtle, false, false);
        if (turtle->options.dataset && turtle_word(term, "GRAPH")) return turtle_read_graph_label(turtle);
    }
    return cns_turtle_fail(turtle, turtle->token, "expected a subject: an IRI, a prefixed name, '_:', '[' or '('");
}

bool cns_turtle_at_statement(CnsTurtle *turtle) {
    CnsTurtleTerm term;
    cns_turtle_begin_statement(turtle);
    switch (*turtle->at) {
        case '@': return turtle_at_directive(turtle);
        case '[': return cns_turtle_open_properties(turtle, true);
        case '(': return cns_turtle_open_list(turtle, true);
        case '{':
            if (turtle->options.dataset && !turtle->in_graph) return cns_turtle_open_graph(turtle, false);
            break;
        case '}':
            if (turtle->in_graph) return cns_turtle_close_graph(turtle);
            break;
        default: break;
    }
    if (!cns_turtle_read_node(turtle, &term)) return false;
    if (term.kind == CNS_TURTLE_KEYWORD) return turtle_at_word(turtle, &term);
    turtle->subject = term;
    return turtle_after_subject(turtle);
}
