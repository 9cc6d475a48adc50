/* What Turtle's names mean: bases, prefixes, IRIs composed when somebody asks for them, and what was looked up before. */
#include "datatypes.h"
#include "turtle.h"
#include "turtle_scan.h"

enum { PREFIX_ROOM = 256, MEMO_PREFIXES = 0xfffe };

bool cns_turtle_scratch(CnsTurtle *turtle, size_t size) {
    if (turtle->scratch && size <= turtle->scratch_room) return true;
    size_t room = size + size / 2 + 256;
    uint8_t *scratch = cns_turtle_resize(turtle, turtle->scratch, room);
    if (!scratch) return cns_turtle_out_of_memory(turtle);
    turtle->scratch = scratch;
    turtle->scratch_room = room;
    return true;
}

/* ---------------------------------------------------------------- prefixes and bases */

static uint16_t *turtle_prefix_slot(CnsTurtle *turtle, const uint8_t *label, uint32_t length) {
    uint32_t ends = length ? label[0] * 31u + label[length - 1] * 7u + label[length / 2] : 0;
    return &turtle->prefix_memo[(ends + length) & 255];
}

static bool turtle_is_prefix(const CnsTurtlePrefix *prefix, const uint8_t *label, uint32_t length) {
    return prefix->label_length == length && turtle_same(prefix->label, label, length);
}

bool cns_turtle_find_prefix(CnsTurtle *turtle, const uint8_t *label, uint32_t length, uint32_t *prefix) {
    uint16_t *slot = turtle_prefix_slot(turtle, label, length);
    *prefix = *slot - 1u;
    if (*slot && turtle_is_prefix(&turtle->prefixes[*prefix], label, length)) return true;
    for (*prefix = 0; *prefix < turtle->prefix_count; ++*prefix) {
        if (!turtle_is_prefix(&turtle->prefixes[*prefix], label, length)) continue;
        if (*prefix < MEMO_PREFIXES) *slot = (uint16_t)(*prefix + 1);
        return true;
    }
    return false;
}

static bool turtle_grow_prefixes(CnsTurtle *turtle) {
    if (turtle->prefix_count < turtle->prefix_capacity) return true;
    uint32_t capacity = turtle->prefix_capacity ? turtle->prefix_capacity * 2 : 16;
    CnsTurtlePrefix *prefixes = cns_turtle_resize(turtle, turtle->prefixes, capacity * sizeof *prefixes);
    if (!prefixes) return cns_turtle_out_of_memory(turtle);
    turtle->prefixes = prefixes;
    turtle->prefix_capacity = capacity;
    return true;
}

/* What was looked up under the old meaning of a name is forgotten. */
static void turtle_forget(CnsTurtle *turtle) {
    for (uint32_t i = 0; i < CNS_MEMO_SLOTS; i++) turtle->memo[i].role = 0;
}

bool cns_turtle_set_prefix(CnsTurtle *turtle, const uint8_t *label, uint32_t length, const CnsTurtleTerm *iri) {
    CnsSpan span;
    uint32_t known;
    if (!cns_turtle_text(turtle, iri, &span)) return false;
    bool old = cns_turtle_find_prefix(turtle, label, length, &known);
    if (old && turtle->prefixes[known].iri_length == span.length && memcmp(turtle->prefixes[known].iri, span.text, span.length) == 0) return true;
    if (!turtle_grow_prefixes(turtle)) return false;
    uint8_t *memory = cns_turtle_resize(turtle, NULL, (size_t)length + span.length + PREFIX_ROOM);
    if (!memory) return cns_turtle_out_of_memory(turtle);
    CnsTurtlePrefix made = {memory, memory + length, length, span.length};
    if (length) memcpy(made.label, label, length);
    if (span.length) memcpy(made.iri, span.text, span.length);
    if (!old) {
        turtle->prefixes[turtle->prefix_count++] = made;
        return true;
    }
    cns_turtle_resize(turtle, turtle->prefixes[known].label, 0);
    turtle->prefixes[known] = made;
    turtle_forget(turtle);
    return true;
}

bool cns_turtle_set_base(CnsTurtle *turtle, const CnsTurtleTerm *term) {
    CnsSpan span;
    if (!cns_turtle_text(turtle, term, &span)) return false;
    uint8_t *base = cns_turtle_resize(turtle, NULL, (size_t)span.length + 1);
    if (!base) return cns_turtle_out_of_memory(turtle);
    memcpy(base, span.text, span.length);
    if (turtle->base) cns_turtle_resize(turtle, turtle->base, 0);
    turtle->base = base;
    cns_iri_split(base, span.length, &turtle->base_parts);
    turtle_forget(turtle);
    return true;
}

/* ---------------------------------------------------------------- composing */

static uint32_t turtle_base_length(const CnsIri *base) {
    return base->scheme.length + base->authority.length + base->path.length + base->query.length + base->fragment.length;
}

/* An IRI with escapes, or one that is relative. */
static bool turtle_odd_iri(CnsTurtle *turtle, const CnsTurtleTerm *term, CnsSpan *span) {
    size_t room = turtle->base ? turtle_base_length(&turtle->base_parts) + (size_t)CNS_IRI_ROOM : 0;
    if (!cns_turtle_scratch(turtle, room + 2 * (size_t)term->length)) return false;
    uint8_t *reference = turtle->scratch + room + term->length;
    uint32_t length = term->length;
    if (term->escaped) length = cns_unescape(reference, term->text, length);
    else if (length) memcpy(reference, term->text, length);
    *span = (CnsSpan){reference, length, true};
    if (term->kind == CNS_TURTLE_IRI || cns_iri_is_absolute(reference, length)) return true;
    if (!turtle->base) return cns_turtle_fail(turtle, term->text, "a relative IRI, and no base IRI is known");
    *span = (CnsSpan){turtle->scratch, cns_iri_resolve(&turtle->base_parts, reference, length, turtle->scratch), true};
    return true;
}

static bool turtle_odd_local_name(CnsTurtle *turtle, const CnsTurtleTerm *term, CnsSpan *span) {
    const CnsTurtlePrefix *prefix = &turtle->prefixes[term->prefix];
    if (!cns_turtle_scratch(turtle, (size_t)prefix->iri_length + term->length)) return false;
    uint8_t *out = turtle->scratch + prefix->iri_length;
    if (prefix->iri_length) memcpy(turtle->scratch, prefix->iri, prefix->iri_length);
    for (uint32_t i = 0; i < term->length; i++)
        if (term->text[i] != '\\') *out++ = term->text[i]; /* an escaped character is never a backslash */
    *span = (CnsSpan){turtle->scratch, (uint32_t)(out - turtle->scratch), true};
    return true;
}

bool cns_turtle_text(CnsTurtle *turtle, const CnsTurtleTerm *term, CnsSpan *span) {
    if (term->kind == CNS_TURTLE_NAME) {
        const CnsTurtlePrefix *prefix = &turtle->prefixes[term->prefix];
        if (term->escaped || term->length > PREFIX_ROOM) return turtle_odd_local_name(turtle, term, span);
        uint8_t *out = prefix->iri + prefix->iri_length;
        for (uint32_t i = 0; i < term->length; i++) out[i] = term->text[i];
        *span = (CnsSpan){prefix->iri, prefix->iri_length + term->length, true};
        return true;
    }
    if (term->escaped || term->kind == CNS_TURTLE_RELATIVE) return turtle_odd_iri(turtle, term, span);
    *span = (CnsSpan){term->text, term->length, turtle->options.copy};
    return true;
}

static bool turtle_intern_iri_of_class(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node) {
    CnsSpan span;
    if (!cns_turtle_text(turtle, term, &span)) return false;
    *node = cns_store_class(turtle->store, span.text, span.length, span.copy);
    return *node != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

bool cns_turtle_intern(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node) {
    CnsSpan span;
    if (!cns_turtle_text(turtle, term, &span)) return false;
    *node = cns_store_node(turtle->store, term->kind == CNS_TURTLE_LABEL ? CNS_NODE_BLANK : CNS_NODE_IRI, span.text, span.length, span.copy);
    return *node != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

/* The label is a full stop and the number: no label of a document begins so. */
bool cns_turtle_intern_anonymous(CnsTurtle *turtle, CnsTurtleNode *node) {
    uint8_t label[24], *at = label + sizeof label;
    if (node->node != CNS_NONE) return true;
    for (uint64_t number = node->number; number; number /= 10) *--at = (uint8_t)('0' + number % 10);
    *--at = '.';
    node->node = cns_store_node(turtle->store, CNS_NODE_BLANK, at, (uint32_t)(label + sizeof label - at), true);
    return node->node != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

/* ---------------------------------------------------------------- looked up before */

static bool turtle_remembers(const CnsTurtleMemo *memo, CnsTurtleMemoRole role, const uint8_t *token, size_t length) {
    return memo->role == role && memo->length == length && turtle_same(memo->text, token, (uint32_t)length);
}

/* Where the token is, or may go: one of two places, so that two that fall together do not chase each other. */
static CnsTurtleMemo *turtle_memo(CnsTurtle *turtle, CnsTurtleMemoRole role, const uint8_t *token, size_t length) {
    uint64_t slot = cns_hash(token, length, role) % CNS_MEMO_SLOTS;
    CnsTurtleMemo *first = &turtle->memo[slot], *second = &turtle->memo[slot ^ 1];
    if (turtle_remembers(first, role, token, length)) return first;
    return !first->role || (second->role && !turtle_remembers(second, role, token, length)) ? first : second;
}

static void turtle_remember(CnsTurtleMemo *memo, CnsTurtleMemoRole role, const uint8_t *token, size_t length) {
    memo->role = (uint8_t)role;
    memo->length = (uint8_t)length;
    memcpy(memo->text, token, length);
}

bool cns_turtle_intern_object(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node) {
    CnsSpan span;
    uint32_t *last = &turtle->memo[turtle->last_memo].object;
    CnsNodeType type = term->kind == CNS_TURTLE_LABEL ? CNS_NODE_BLANK : CNS_NODE_IRI;
    if (!cns_turtle_text(turtle, term, &span)) return false;
    *node = *last;
    if (*last < turtle->store->node_count) {
        const CnsNode *known = &turtle->store->nodes[*last];
        if (known->length == span.length && known->type == (uint32_t)type && turtle_same(known->text, span.text, span.length)) return true;
    }
    *last = *node = cns_store_node(turtle->store, type, span.text, span.length, span.copy);
    return *node != CNS_NONE || cns_turtle_out_of_memory(turtle);
}

bool cns_turtle_intern_class(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node) {
    size_t length = (size_t)(turtle->at - turtle->token);
    if (term->kind == CNS_TURTLE_LABEL) return cns_turtle_intern(turtle, term, node);
    if (length > CNS_MEMO_TEXT) return turtle_intern_iri_of_class(turtle, term, node);
    CnsTurtleMemo *memo = turtle_memo(turtle, CNS_MEMO_CLASS, turtle->token, length);
    if (!turtle_remembers(memo, CNS_MEMO_CLASS, turtle->token, length)) {
        if (!turtle_intern_iri_of_class(turtle, term, node)) return false;
        turtle_remember(memo, CNS_MEMO_CLASS, turtle->token, length);
        memo->means.value = *node;
    }
    *node = memo->means.value;
    return true;
}

bool cns_turtle_language(CnsTurtle *turtle, const uint8_t *tag, uint32_t length, uint32_t *language) {
    CnsTurtleMemo *memo = turtle_memo(turtle, CNS_MEMO_LANGUAGE, tag, length);
    if (turtle_remembers(memo, CNS_MEMO_LANGUAGE, tag, length)) {
        *language = memo->means.value;
        return true;
    }
    *language = cns_store_language(turtle->store, tag, length, turtle->options.copy);
    if (*language == CNS_NONE) return cns_turtle_out_of_memory(turtle);
    if (length > CNS_MEMO_TEXT) return true;
    turtle_remember(memo, CNS_MEMO_LANGUAGE, tag, length);
    memo->means.value = *language;
    return true;
}

bool cns_turtle_datatype(CnsTurtle *turtle, const uint8_t *token, const CnsTurtleTerm *term, uint32_t *datatype) {
    CnsSpan span;
    size_t length = (size_t)(turtle->at - token);
    CnsTurtleMemo *memo = turtle_memo(turtle, CNS_MEMO_DATATYPE, token, length);
    if (turtle_remembers(memo, CNS_MEMO_DATATYPE, token, length)) {
        *datatype = memo->means.value;
        return true;
    }
    if (!cns_turtle_text(turtle, term, &span)) return false;
    *datatype = cns_store_datatype(turtle->store, span.text, span.length, span.copy);
    if (*datatype == CNS_NONE) return cns_turtle_out_of_memory(turtle);
    if (length > CNS_MEMO_TEXT) return true;
    turtle_remember(memo, CNS_MEMO_DATATYPE, token, length);
    memo->means.value = *datatype;
    return true;
}

/* ---------------------------------------------------------------- predicates */

static void turtle_take_route(CnsTurtle *turtle, const CnsRoute *route, bool is_type) {
    turtle->frame.route = *route;
    turtle->frame.route.keep &= turtle->graph_wanted;
    turtle->verb_is_type = is_type;
}

static bool turtle_look_up_route(CnsTurtle *turtle, const CnsTurtleTerm *term, CnsRoute *route, bool *is_type) {
    static const char type[] = CNS_RDF "type";
    CnsSpan span = {(const uint8_t *)type, sizeof type - 1, false};
    if (term->kind != CNS_TURTLE_KEYWORD && !cns_turtle_text(turtle, term, &span)) return false;
    *is_type = span.length == sizeof type - 1 && memcmp(span.text, type, sizeof type - 1) == 0;
    return cns_store_route(turtle->store, span.text, span.length, span.copy, route) == CNS_OK || cns_turtle_out_of_memory(turtle);
}

/* Subjects of a kind have their predicates in the same order: the one that came next the last time is tried first. */
static bool turtle_guess_verb(CnsTurtle *turtle) {
    uint8_t guess = turtle->memo[turtle->last_memo].next;
    const CnsTurtleMemo *memo = &turtle->memo[guess];
    const uint8_t *at = turtle->at;
    if (memo->role != CNS_MEMO_PREDICATE || turtle->end - at <= memo->length || !(cns_turtle_classes[at[memo->length]] & TURTLE_SPACE)) return false;
    if (!turtle_same(at, memo->text, memo->length)) return false;
    turtle->at += memo->length;
    turtle->last_memo = guess;
    turtle_take_route(turtle, &memo->means.route, memo->is_type);
    return true;
}

bool cns_turtle_read_verb(CnsTurtle *turtle) {
    CnsTurtleTerm term;
    CnsRoute route;
    bool is_type;
    if (turtle_guess_verb(turtle)) return true;
    const uint8_t *token = turtle->at;
    if (*token == '_') return cns_turtle_fail(turtle, token, "expected a predicate, which cannot be a blank node");
    if (!(*token == '<' ? cns_turtle_read_iri(turtle, &term) : cns_turtle_read_name(turtle, &term))) return false;
    size_t length = (size_t)(turtle->at - token);
    if (term.kind == CNS_TURTLE_KEYWORD && (length != 1 || *token != 'a'))
        return cns_turtle_fail(turtle, token, "expected a predicate: 'a', an IRI or a prefixed name");
    if (length > CNS_MEMO_TEXT) {
        if (!turtle_look_up_route(turtle, &term, &route, &is_type)) return false;
        turtle_take_route(turtle, &route, is_type);
        return true;
    }
    CnsTurtleMemo *memo = turtle_memo(turtle, CNS_MEMO_PREDICATE, token, length);
    if (!turtle_remembers(memo, CNS_MEMO_PREDICATE, token, length)) {
        if (!turtle_look_up_route(turtle, &term, &route, &is_type)) return false;
        turtle_remember(memo, CNS_MEMO_PREDICATE, token, length);
        memo->is_type = is_type;
        memo->means.route = route;
        memo->next = (uint8_t)(memo - turtle->memo);
        memo->object = CNS_NONE;
    }
    turtle->memo[turtle->last_memo].next = (uint8_t)(memo - turtle->memo);
    turtle->last_memo = (uint8_t)(memo - turtle->memo);
    turtle_take_route(turtle, &memo->means.route, memo->is_type);
    return true;
}
