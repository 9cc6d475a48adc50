/* Turtle and TriG by the grammar (https://www.w3.org/TR/turtle/#sec-grammar, https://www.w3.org/TR/trig/#sec-grammar).

   A loop over tokens and a state; nesting is a stack of frames in memory of its own, so that depth is a matter of a
   limit, not of luck. A step takes one token, or a few, and changes nothing before it has them whole: where the bytes
   end within, it is taken again from `token`. Statements and graphs begin in turtle_statements.c; pieces,
   errors and their consequences are in turtle_pieces.c. */
#include "turtle.h"

#include "datatypes.h"
#include "turtle_scan.h"

static const char rdf_nil[] = CNS_RDF "nil", rdf_first[] = CNS_RDF "first", rdf_rest[] = CNS_RDF "rest";

/* ---------------------------------------------------------------- triples */

static bool turtle_count(CnsTurtle *turtle) {
    uint64_t most = turtle->options.max_triples;
    if (most && turtle->store->stats.triples_read >= most) return cns_turtle_limit(turtle, turtle->token, "more triples than the limit allows");
    turtle->store->stats.triples_read++;
    return true;
}

bool cns_turtle_subject(CnsTurtle *turtle, CnsTurtleNode *subject) {
    if (subject->node != CNS_NONE) return true;
    return subject->number ? cns_turtle_intern_anonymous(turtle, subject) : cns_turtle_intern(turtle, &turtle->subject, &subject->node);
}

/* A triple that is kept; its subject is interned. */
static bool turtle_keep(CnsTurtle *turtle, const CnsTurtleNode *subject, const CnsRoute *route, uint32_t object) {
    if (turtle->options.lenient && !cns_words_push(&turtle->store->allocator, &turtle->undo, route->column)) return cns_turtle_out_of_memory(turtle);
    return cns_store_add(turtle->store, route, subject->node, object) == CNS_OK || cns_turtle_out_of_memory(turtle);
}

/* A triple whose object is anonymous. */
static bool turtle_link(CnsTurtle *turtle, CnsTurtleNode *subject, const CnsRoute *route, CnsTurtleNode *object) {
    if (!turtle_count(turtle)) return false;
    if (!route->keep) return true;
    return cns_turtle_subject(turtle, subject) && cns_turtle_intern_anonymous(turtle, object) && turtle_keep(turtle, subject, route, object->node);
}

static bool turtle_after_object(CnsTurtle *turtle) {
    turtle->state = turtle->frame.kind == CNS_TURTLE_LIST ? CNS_TURTLE_AT_ITEM : CNS_TURTLE_AT_OBJECT_END;
    return true;
}

/* ---------------------------------------------------------------- nesting */

static bool turtle_push(CnsTurtle *turtle, CnsTurtleFrame inner) {
    if (turtle->depth == turtle->options.max_depth) return cns_turtle_limit(turtle, turtle->token, "collections and property lists nested deeper than the limit allows");
    if (turtle->depth == turtle->frame_capacity) {
        uint32_t capacity = turtle->frame_capacity ? turtle->frame_capacity * 2 : 16;
        CnsTurtleFrame *frames = cns_turtle_resize(turtle, turtle->frames, capacity * sizeof *frames);
        if (!frames) return cns_turtle_out_of_memory(turtle);
        turtle->frames = frames;
        turtle->frame_capacity = capacity;
    }
    turtle->frames[turtle->depth++] = turtle->frame;
    turtle->frame = inner;
    return true;
}

/* After '[': nothing but a bracket may be in it. */
bool cns_turtle_open_anonymous(CnsTurtle *turtle, bool *empty) {
    turtle->at++;
    if (!cns_turtle_skip_space(turtle)) return false;
    if (turtle->at == turtle->end) return cns_turtle_unfinished(turtle, turtle->token, "a '[' is not closed");
    *empty = *turtle->at == ']';
    turtle->at += *empty;
    return true;
}

bool cns_turtle_open_properties(CnsTurtle *turtle, bool is_subject) {
    bool empty = false;
    if (!cns_turtle_open_anonymous(turtle, &empty)) return false;
    CnsTurtleNode node = {turtle->anonymous + 1, CNS_NONE};
    if (is_subject) turtle->frame.subject = node;
    else if (!turtle_link(turtle, &turtle->frame.subject, &turtle->frame.route, &node)) return false;
    turtle->anonymous++;
    if (empty) {
        if (!is_subject) return turtle_after_object(turtle);
        turtle->state = turtle->options.dataset && !turtle->in_graph ? CNS_TURTLE_AT_GRAPH_OR_VERB : CNS_TURTLE_AT_VERB;
        return true;
    }
    turtle->state = CNS_TURTLE_AT_VERB;
    return turtle_push(turtle, (CnsTurtleFrame){.subject = node, .kind = CNS_TURTLE_PROPERTIES, .is_subject = is_subject});
}

static bool turtle_close_properties(CnsTurtle *turtle) {
    bool is_subject = turtle->frame.is_subject;
    CnsTurtleNode node = turtle->frame.subject;
    turtle->at++;
    turtle->frame = turtle->frames[--turtle->depth];
    if (!is_subject) return turtle_after_object(turtle);
    turtle->frame.subject = node;
    turtle->state = CNS_TURTLE_AT_VERB_OR_DOT;
    return true;
}

bool cns_turtle_open_list(CnsTurtle *turtle, bool is_subject) {
    turtle->at++;
    turtle->state = CNS_TURTLE_AT_ITEM;
    return turtle_push(turtle, (CnsTurtleFrame){.kind = CNS_TURTLE_LIST, .is_subject = is_subject});
}

static bool turtle_list_routes(CnsTurtle *turtle) {
    CnsStore *store = turtle->store;
    if (turtle->list_routes_known) return true;
    if (cns_store_route(store, (const uint8_t *)rdf_first, sizeof rdf_first - 1, false, &turtle->first_route) != CNS_OK ||
        cns_store_route(store, (const uint8_t *)rdf_rest, sizeof rdf_rest - 1, false, &turtle->rest_route) != CNS_OK)
        return cns_turtle_out_of_memory(turtle);
    turtle->list_routes_known = true;
    return true;
}

static CnsRoute turtle_wanted(const CnsTurtle *turtle, CnsRoute route) {
    route.keep &= turtle->graph_wanted;
    return route;
}

/* A new cell, tied to the one before or to what the list is the object of. */
static bool turtle_begin_item(CnsTurtle *turtle) {
    CnsTurtleFrame *list = &turtle->frame, *outer = &turtle->frames[turtle->depth - 1];
    CnsTurtleNode cell = {turtle->anonymous + 1, CNS_NONE};
    if (!turtle_list_routes(turtle)) return false;
    CnsRoute rest = turtle_wanted(turtle, turtle->rest_route);
    if (list->started) {
        if (!turtle_link(turtle, &list->subject, &rest, &cell)) return false;
    } else if (list->is_subject) {
        outer->subject = cell;
    } else if (!turtle_link(turtle, &outer->subject, &outer->route, &cell)) {
        return false;
    }
    turtle->anonymous++;
    list->subject = cell;
    list->route = turtle_wanted(turtle, turtle->first_route);
    list->started = true;
    turtle->state = CNS_TURTLE_AT_OBJECT;
    return true;
}

static bool turtle_add_nil(CnsTurtle *turtle, CnsTurtleNode *subject, const CnsRoute *route) {
    if (!turtle_count(turtle)) return false;
    if (!route->keep) return true;
    if (!cns_turtle_subject(turtle, subject)) return false;
    if (turtle->nil == CNS_NONE) turtle->nil = cns_store_node(turtle->store, CNS_NODE_IRI, (const uint8_t *)rdf_nil, sizeof rdf_nil - 1, false);
    return turtle->nil == CNS_NONE ? cns_turtle_out_of_memory(turtle) : turtle_keep(turtle, subject, route, turtle->nil);
}

static bool turtle_close_list(CnsTurtle *turtle) {
    CnsTurtleFrame list = turtle->frame;
    CnsTurtleFrame *outer = &turtle->frames[turtle->depth - 1];
    CnsRoute rest = turtle_wanted(turtle, turtle->rest_route);
    if (list.started && !turtle_add_nil(turtle, &list.subject, &rest)) return false;
    if (!list.started && !list.is_subject && !turtle_add_nil(turtle, &outer->subject, &outer->route)) return false;
    turtle->at++;
    turtle->depth--;
    turtle->frame = *outer;
    if (!list.is_subject) return turtle_after_object(turtle);
    if (!list.started) turtle->subject = (CnsTurtleTerm){.text = (const uint8_t *)rdf_nil, .length = sizeof rdf_nil - 1, .kind = CNS_TURTLE_IRI};
    turtle->state = CNS_TURTLE_AT_VERB;
    return true;
}

/* ---------------------------------------------------------------- objects */

bool cns_turtle_read_node(CnsTurtle *turtle, CnsTurtleTerm *term) {
    uint8_t c = *turtle->at;
    if (c == '<') return cns_turtle_read_iri(turtle, term);
    return c == '_' ? cns_turtle_read_label(turtle, term) : cns_turtle_read_name(turtle, term);
}

static bool turtle_read_boolean(CnsTurtle *turtle, const CnsTurtleTerm *term, bool wanted, uint32_t *value) {
    if (!cns_turtle_is_word(term, "true") && !cns_turtle_is_word(term, "false"))
        return cns_turtle_fail(turtle, turtle->token, turtle->frame.kind == CNS_TURTLE_LIST ? "expected an item of the collection or ')'" : "expected an object");
    if (!wanted) return true;
    *value = cns_store_literal(turtle->store, term->text, term->length, CNS_DT_BOOLEAN, 0, turtle->options.copy);
    return *value != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

/* IRIs, labels, literals. */
static bool turtle_plain_object(CnsTurtle *turtle, uint8_t c) {
    CnsTurtleTerm term;
    CnsTurtleNode *subject = &turtle->frame.subject;
    bool wanted = turtle->frame.route.keep;
    uint32_t value = CNS_NONE;
    if (wanted && !cns_turtle_subject(turtle, subject)) return false;
    if (c == '"' || c == '\'') {
        if (!cns_turtle_read_string(turtle, wanted, &value)) return false;
    } else if (cns_is_digit(c) || c == '+' || c == '-' || c == '.') {
        if (!cns_turtle_read_number(turtle, wanted, &value)) return false;
    } else {
        if (!cns_turtle_read_node(turtle, &term)) return false;
        if (term.kind == CNS_TURTLE_KEYWORD) {
            if (!turtle_read_boolean(turtle, &term, wanted, &value)) return false;
        } else if (wanted) {
            bool is_class = turtle->verb_is_type && turtle->frame.kind != CNS_TURTLE_LIST;
            if (!(is_class ? cns_turtle_intern_class(turtle, &term, &value) : cns_turtle_intern_object(turtle, &term, &value))) return false;
        }
    }
    if (!turtle_count(turtle) || (wanted && !turtle_keep(turtle, subject, &turtle->frame.route, value))) return false;
    return turtle_after_object(turtle);
}

static bool turtle_at_object(CnsTurtle *turtle) {
    uint8_t c = *turtle->at;
    if (c == '[') return cns_turtle_open_properties(turtle, false);
    return c == '(' ? cns_turtle_open_list(turtle, false) : turtle_plain_object(turtle, c);
}

/* What may come after an object, a ';' or a property list as subject: the end of something. */
static bool turtle_at_end(CnsTurtle *turtle, const char *expected) {
    bool outermost = turtle->frame.kind == CNS_TURTLE_STATEMENT;
    uint8_t c = *turtle->at;
    if (c == '.' && outermost) {
        turtle->at++;
        cns_turtle_begin_statement(turtle);
        return true;
    }
    if (c == ']' && turtle->frame.kind == CNS_TURTLE_PROPERTIES) return turtle_close_properties(turtle);
    if (c == '}' && outermost && turtle->in_graph) return cns_turtle_close_graph(turtle);
    return cns_turtle_fail(turtle, turtle->at, expected);
}

static bool turtle_at_object_end(CnsTurtle *turtle) {
    uint8_t c = *turtle->at;
    if (c == ';' || c == ',') {
        turtle->at++;
        turtle->state = c == ';' ? CNS_TURTLE_AT_VERB_OR_END : CNS_TURTLE_AT_OBJECT;
        return true;
    }
    return turtle_at_end(turtle, turtle->frame.kind == CNS_TURTLE_PROPERTIES ? "expected ',', ';' or ']'" : "expected ',', ';' or '.'");
}

static bool turtle_at_verb(CnsTurtle *turtle) {
    if (!cns_turtle_read_verb(turtle)) return false;
    turtle->state = CNS_TURTLE_AT_OBJECT;
    return true;
}

static bool turtle_at_verb_or_end(CnsTurtle *turtle) {
    uint8_t c = *turtle->at;
    bool may_repeat = turtle->state == CNS_TURTLE_AT_VERB_OR_END;
    if (c == ';' && may_repeat) {
        turtle->at++;
        return true;
    }
    return c == '.' || c == ']' || c == '}' ? turtle_at_end(turtle, "expected a predicate or '.'") : turtle_at_verb(turtle);
}

static bool turtle_at_graph(CnsTurtle *turtle) {
    if (*turtle->at == '{') return cns_turtle_open_graph(turtle, true);
    if (turtle->state == CNS_TURTLE_AT_GRAPH_OR_VERB) return turtle_at_verb(turtle);
    return cns_turtle_fail(turtle, turtle->at, "expected '{' after the name of the graph");
}

bool cns_turtle_step(CnsTurtle *turtle) {
    switch (turtle->state) {
        case CNS_TURTLE_AT_STATEMENT: return cns_turtle_at_statement(turtle);
        case CNS_TURTLE_AT_GRAPH:
        case CNS_TURTLE_AT_GRAPH_OR_VERB: return turtle_at_graph(turtle);
        case CNS_TURTLE_AT_VERB: return turtle_at_verb(turtle);
        case CNS_TURTLE_AT_VERB_OR_DOT:
        case CNS_TURTLE_AT_VERB_OR_END: return turtle_at_verb_or_end(turtle);
        case CNS_TURTLE_AT_OBJECT: return turtle_at_object(turtle);
        case CNS_TURTLE_AT_OBJECT_END: return turtle_at_object_end(turtle);
        case CNS_TURTLE_AT_ITEM: return *turtle->at == ')' ? turtle_close_list(turtle) : turtle_begin_item(turtle);
        case CNS_TURTLE_SKIPPING: return cns_turtle_skip_statement(turtle);
    }
    return false;
}
