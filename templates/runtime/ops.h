/* What each check means, once. The vm calls these with operands from the bytecode; emitted C calls them with constants,
   which the compiler then folds. Value checks say whether one value passes; set checks add their hits themselves. */
#ifndef CNS_OPS_H
#define CNS_OPS_H

#include "perfect.h"
#include "regex.h"
#include "run.h"

/* ---------------------------------------------------------------- value checks */

static inline bool cns_op_node_kind(const CnsRun *run, uint32_t value, uint32_t mask) {
    if (cns_is_literal(value)) return (mask & CNS_NODE_KIND_LITERAL) != 0;
    return (mask & (run->store->nodes[value].type == CNS_NODE_IRI ? CNS_NODE_KIND_IRI : CNS_NODE_KIND_BLANK)) != 0;
}

static inline bool cns_op_datatype(const CnsRun *run, uint32_t value, uint32_t datatype) {
    if (!cns_is_literal(value)) return false;
    const CnsLiteral *literal = cns_literal(run->store, value);
    if (literal->datatype != datatype) return false;
    if (datatype == CNS_DT_LANG_STRING) return literal->language != 0; /* written out, without a tag, it is ill-formed */
    if (datatype == CNS_DT_STRING) return true;
    int64_t number;
    if (datatype == CNS_DT_INTEGER && cns_small_integer(literal->text, literal->length, &number)) return true;
    if (datatype == CNS_DT_DATE && cns_plain_date(literal->text, literal->length)) return true;
    return cns_literal_well_formed(datatype, literal->text, literal->length);
}

static inline bool cns_op_class(const CnsRun *run, uint32_t value, uint32_t class_index) {
    return cns_is_instance(run->store, value, class_index);
}

static inline bool cns_accepts(uint32_t mask, CnsComparison order) {
    return order != CNS_CMP_NONE && (mask >> order & 1); /* CNS_ACCEPT_LESS is 1 << CNS_CMP_LESS, and so on */
}

static inline uint32_t cns_order_of(int64_t left, int64_t right) {
    return left < right ? CNS_ACCEPT_LESS : left > right ? CNS_ACCEPT_GREATER : CNS_ACCEPT_EQUAL;
}

/* The bound is a literal constant. What cannot be compared fails. */
static inline bool cns_op_range(const CnsRun *run, uint32_t value, uint32_t bound, uint32_t mask) {
    if (!cns_is_literal(value)) return false;
    const CnsLiteral *literal = cns_literal(run->store, value);
    const CnsBound *limit = &run->bounds[bound & ~CNS_LITERAL_BIT];
    int64_t number;
    if (limit->small && literal->datatype == CNS_DT_INTEGER && cns_small_integer(literal->text, literal->length, &number))
        return (mask & cns_order_of(number, limit->integer)) != 0;
    CnsValue parsed;
    cns_value_parse(literal->datatype, literal->text, literal->length, &parsed);
    return cns_accepts(mask, cns_value_compare(&parsed, &limit->value));
}

/* The text that SPARQL's str() gives; blank nodes have none. */
static inline bool cns_text_of(const CnsRun *run, uint32_t value, const uint8_t **text, uint32_t *length) {
    if (cns_is_literal(value)) {
        *text = cns_literal(run->store, value)->text;
        *length = cns_literal(run->store, value)->length;
        return true;
    }
    const CnsNode *node = &run->store->nodes[value];
    *text = node->text;
    *length = node->length;
    return node->type == CNS_NODE_IRI;
}

/* A code point has one to four bytes, so that most texts need not be counted. */
static inline bool cns_op_min_length(const CnsRun *run, uint32_t value, uint32_t least) {
    const uint8_t *text;
    uint32_t length;
    if (!cns_text_of(run, value, &text, &length)) return false;
    return length >= least && (length / 4 >= least || cns_utf8_length(text, length) >= least);
}

static inline bool cns_op_max_length(const CnsRun *run, uint32_t value, uint32_t most) {
    const uint8_t *text;
    uint32_t length;
    if (!cns_text_of(run, value, &text, &length)) return false;
    return length <= most || (length / 4 <= most && cns_utf8_length(text, length) <= most);
}

/* The words of a verified machine. */
static inline bool cns_op_pattern(const CnsRun *run, uint32_t value, const uint32_t *regex) {
    const uint8_t *text;
    uint32_t length;
    return cns_text_of(run, value, &text, &length) && cns_regex_search(regex, text, length, run->regex_scratch);
}

/* SPARQL's langMatches: the range is the tag, or the start of it up to a hyphen; "*" is any tag. */
static inline bool cns_language_matches(const CnsNode *tag, const uint8_t *range, uint32_t length) {
    if (length == 1 && range[0] == '*') return tag->length > 0;
    if (tag->length < length || (tag->length > length && tag->text[length] != '-')) return false;
    for (uint32_t i = 0; i < length; i++)
        if (cns_lower(tag->text[i]) != cns_lower(range[i])) return false;
    return true;
}

/* NULL where the value has none. */
static inline const CnsNode *cns_language_of(const CnsRun *run, uint32_t value) {
    if (!cns_is_literal(value) || !cns_literal(run->store, value)->language) return NULL;
    return &run->store->nodes[cns_literal(run->store, value)->language - 1];
}

static inline bool cns_op_language_in(const CnsRun *run, uint32_t value, uint32_t list) {
    const CnsNode *tag = cns_language_of(run, value);
    const CnsLanguageList *ranges = &run->program->language_lists[list];
    for (uint32_t i = 0; tag && i < ranges->count; i++) {
        uint32_t length;
        const uint8_t *range = cns_text(run->program, run->program->pool[ranges->first + i].word, &length);
        if (cns_language_matches(tag, range, length)) return true;
    }
    return false;
}

/* The values of a list mostly stand together among the terms: one bit tells. Else a perfect hash finds the one that it may be. */
static inline bool cns_op_in(const CnsRun *run, uint32_t value, CnsValueList set, const uint32_t *words) {
    uint32_t term = value;
    if (cns_is_literal(value)) {
        uint32_t constant = cns_constant(run->store, value);
        if (constant == CNS_NONE) return false;
        term = run->program->facts[0].node_terms + (constant & ~CNS_LITERAL_BIT);
    } else if (value >= run->program->facts[0].node_terms) return false; /* a term of this number would be a literal */
    uint32_t place = term - set.low;
    if (place >= set.span) return false;
    if (!set.keys) return words[place / 32] >> (place % 32) & 1;
    return words[cns_perfect_number((const CnsPerfect *)(const void *)(words + set.keys), cns_perfect_hash(term))] == term;
}

/* True only if the value has the datatype, well formed, lies within the bounds and is neither too short nor too long: each of the
   checks that were made one would pass. False says nothing about which of them fails. */
static inline bool cns_op_fits(const CnsRun *run, uint32_t value, const CnsFit *fit) {
    if (!cns_is_literal(value)) return false;
    const CnsLiteral *literal = cns_literal(run->store, value);
    if (fit->datatype != CNS_NONE && literal->datatype != fit->datatype) return false;
    if (literal->length / 4 < fit->least || literal->length > fit->most) {
        uint32_t length = cns_utf8_length(literal->text, literal->length);
        if (length < fit->least || length > fit->most) return false;
    }
    if (fit->low == CNS_NONE && fit->high == CNS_NONE)
        return literal->datatype == CNS_DT_STRING || cns_literal_well_formed(literal->datatype, literal->text, literal->length);
    bool bounded_below = fit->low != CNS_NONE, bounded_above = fit->high != CNS_NONE;
    const CnsBound *low = bounded_below ? &run->bounds[fit->low & ~CNS_LITERAL_BIT] : NULL;
    const CnsBound *high = bounded_above ? &run->bounds[fit->high & ~CNS_LITERAL_BIT] : NULL;
    int64_t number;
    if (literal->datatype == CNS_DT_INTEGER && (!bounded_below || low->small) && (!bounded_above || high->small) &&
        cns_small_integer(literal->text, literal->length, &number)) {
        bool good = !bounded_below || (fit->low_mask & cns_order_of(number, low->integer));
        return good && (!bounded_above || (fit->high_mask & cns_order_of(number, high->integer)));
    }
    CnsValue parsed; /* ill-formed, it compares with nothing */
    cns_value_parse(literal->datatype, literal->text, literal->length, &parsed);
    if (bounded_below && !cns_accepts(fit->low_mask, cns_value_compare(&parsed, &low->value))) return false;
    return !bounded_above || cns_accepts(fit->high_mask, cns_value_compare(&parsed, &high->value));
}

/* ---------------------------------------------------------------- set checks

   Where `report` is false they stop at the first failure. They return the number of failures, or CNS_NONE without memory. */

static inline bool cns_op_has_value(const CnsRun *run, CnsSlice values, uint32_t constant) {
    for (uint32_t i = 0; i < values.count; i++)
        if (cns_equal(run->store, values.items[i], constant)) return true;
    return false;
}

/* The columns that a closed shape allows. */
static inline CnsSlice cns_op_allowed(const CnsProgram *program, uint32_t list) {
    const CnsClosedList *columns = &program->closed_lists[list];
    return (CnsSlice){(const uint32_t *)program->pool + columns->first, columns->count};
}

static inline CnsClosedPass *cns_closed_pass(CnsRun *run, uint32_t column_set, CnsSlice allowed) {
    return &run->closed_passes[(column_set + (uint32_t)((uintptr_t)allowed.items / sizeof *allowed.items)) % CNS_CLOSED_PASSES];
}

uint32_t cns_op_closed_walk(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, CnsSlice allowed, bool report);

/* Where all columns are allowed, only the rest can fail: one bit tells. Else, most nodes have the columns that some node before had:
   then one look tells that all of them are allowed. */
static inline uint32_t cns_op_closed_known(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, CnsSlice allowed, bool all, bool report) {
    if (all) {
        if (!cns_index_has(&run->store->rest.forward, value)) return 0;
        return cns_op_closed_walk(run, op, focus, value, allowed, report);
    }
    if (cns_is_literal(value)) return 0;
    uint32_t column_set = run->store->column_sets[value];
    if (column_set == 0) return 0;
    const CnsClosedPass *pass = cns_closed_pass(run, column_set, allowed);
    if (pass->column_set == column_set && pass->allowed == allowed.items && pass->allowed_count == allowed.count) return 0;
    return cns_op_closed_walk(run, op, focus, value, allowed, report);
}

static inline uint32_t cns_op_closed(CnsRun *run, uint32_t op, uint32_t focus, uint32_t value, CnsSlice allowed, bool report) {
    return cns_op_closed_known(run, op, focus, value, allowed, allowed.count == run->program->columns_count, report);
}

uint32_t cns_op_unique_lang(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, bool report);
uint32_t cns_op_equals(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, bool report);
uint32_t cns_op_disjoint(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, bool report);
uint32_t cns_op_compare(CnsRun *run, uint32_t op, uint32_t focus, CnsSlice values, uint32_t column, uint32_t mask, bool report);

#endif
