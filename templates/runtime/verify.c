/* The verifier trusts nothing: a program may come from a cache, a disk or a stranger. */
#include "verify.h"

#include <stdlib.h>

#include "perfect.h"
#include "regex.h"

enum { MAX_CALL_DEPTH = 4096, MAX_PATH_DEPTH = 256 };

/* ---------------------------------------------------------------- tables */

static bool verify_facts(const CnsProgram *p, CnsError *error) {
    if (p->facts_count != 1) return cns_program_refuse(error, "facts are missing");
    const CnsFacts *facts = &p->facts[0];
    if (!cns_list_in(facts->unchecked, facts->unchecked_count, p->pool_count)) return cns_program_refuse(error, "the facts are broken");
    for (uint32_t i = 0; i < facts->unchecked_count; i++)
        if (p->pool[facts->unchecked + i].word >= p->classes_count) return cns_program_refuse(error, "the facts are broken");
    if (facts->node_terms > p->terms_count || !cns_optional(facts->type_column, p->columns_count) ||
        !cns_optional(facts->sub_class_column, p->columns_count) || (p->classes_count && facts->type_column == CNS_NONE))
        return cns_program_refuse(error, "facts point outside the program");
    return true;
}

static bool verify_terms(const CnsProgram *p, CnsError *error) {
    for (uint32_t i = 0; i < p->texts_count; i++)
        if (!cns_list_in(p->texts[i].offset, p->texts[i].length, p->strings_count)) return cns_program_refuse(error, "text %u lies outside the strings", (unsigned)i);
    for (uint32_t i = 0; i < p->terms_count; i++) {
        const CnsTerm *term = &p->terms[i];
        bool literal = i >= p->facts[0].node_terms;
        bool kind = literal ? term->kind == CNS_TERM_LITERAL : term->kind == CNS_TERM_IRI || term->kind == CNS_TERM_BLANK;
        if (!kind || term->text >= p->texts_count || (literal && (!cns_datatype_in(p, term->datatype) || !cns_optional(term->language, p->texts_count))))
            return cns_program_refuse(error, "term %u is broken", (unsigned)i);
    }
    return true;
}

/* Bits for a span of terms, or keys and a table that numbers them. */
static bool value_set_in(const CnsProgram *p, const CnsValueList *set) {
    if (!cns_list_in(set->low, set->span, p->terms_count) || !cns_list_in(set->first, set->count, p->pool_count)) return false;
    if (!set->keys) return set->count == (set->span + 31) / 32;
    const uint32_t *words = (const uint32_t *)p->pool + set->first;
    return set->keys < set->count && cns_perfect_verify(words + set->keys, set->count - set->keys) && words[set->keys] == set->keys;
}

/* Each predicate finds its own column; as there are as many rows as columns, no row is left for anything else. */
static bool verify_predicates(const CnsProgram *p, CnsError *error) {
    const CnsPerfect *table = (const CnsPerfect *)(const void *)p->predicate_hash;
    if (!cns_perfect_verify((const uint32_t *)p->predicate_hash, p->predicate_hash_count) || table->keys != p->columns_count || p->predicates_count != p->columns_count)
        return cns_program_refuse(error, "the table of predicates is broken");
    for (uint32_t i = 0; i < p->columns_count; i++) {
        const CnsText *text = &p->texts[p->terms[p->columns[i].predicate].text];
        const CnsPredicate *row = &p->predicates[cns_perfect_number(table, cns_hash(p->strings + text->offset, text->length, table->seed))];
        if (row->column != i || row->offset != text->offset || row->length != text->length)
            return cns_program_refuse(error, "the table of predicates does not lead to column %u", (unsigned)i);
    }
    return true;
}

/* Each name of a class is that of its term, and found by it. */
static bool verify_class_names(const CnsProgram *p, CnsError *error) {
    const CnsPerfect *table = (const CnsPerfect *)(const void *)p->class_hash;
    if (!cns_perfect_verify((const uint32_t *)p->class_hash, p->class_hash_count) || table->keys != p->class_names_count)
        return cns_program_refuse(error, "the table of classes is broken");
    for (uint32_t i = 0; i < p->class_names_count; i++) {
        const CnsClassName *row = &p->class_names[i];
        if (row->term >= p->facts[0].node_terms || p->terms[row->term].kind != CNS_TERM_IRI) return cns_program_refuse(error, "class name %u is of no class", (unsigned)i);
        const CnsText *text = &p->texts[p->terms[row->term].text];
        if (row->offset != text->offset || row->length != text->length || cns_perfect_number(table, cns_hash(p->strings + text->offset, text->length, table->seed)) != i)
            return cns_program_refuse(error, "the table of classes does not lead to class name %u", (unsigned)i);
    }
    return true;
}

static bool bound_in(const CnsProgram *p, uint32_t bound) {
    return bound == CNS_NONE || ((bound & CNS_LITERAL_BIT) && cns_value_in(p, bound));
}

static bool verify_lists(const CnsProgram *p, CnsError *error) {
    for (uint32_t i = 0; i < p->value_sets_count; i++)
        if (!value_set_in(p, &p->value_sets[i])) return cns_program_refuse(error, "value set %u is broken", (unsigned)i);
    for (uint32_t i = 0; i < p->language_lists_count; i++) {
        const CnsLanguageList *list = &p->language_lists[i];
        if (!cns_list_in(list->first, list->count, p->pool_count)) return cns_program_refuse(error, "language list %u is broken", (unsigned)i);
        for (uint32_t j = 0; j < list->count; j++)
            if (p->pool[list->first + j].word >= p->texts_count) return cns_program_refuse(error, "language list %u is broken", (unsigned)i);
    }
    for (uint32_t i = 0; i < p->fits_count; i++) {
        const CnsFit *fit = &p->fits[i];
        bool bounds = bound_in(p, fit->low) && bound_in(p, fit->high) && fit->low_mask <= 7 && fit->high_mask <= 7;
        if (!bounds || (fit->datatype != CNS_NONE && !cns_datatype_in(p, fit->datatype)) || fit->datatype == CNS_DT_LANG_STRING)
            return cns_program_refuse(error, "fit %u is broken", (unsigned)i);
    }
    for (uint32_t i = 0; i < p->closed_lists_count; i++) {
        const CnsClosedList *list = &p->closed_lists[i];
        if (!cns_list_in(list->first, list->count, p->pool_count)) return cns_program_refuse(error, "closed list %u is broken", (unsigned)i);
        for (uint32_t j = 0; j < list->count; j++) {
            const CnsPoolWord *column = &p->pool[list->first + j];
            if (column->word >= p->columns_count || (j && column->word <= column[-1].word))
                return cns_program_refuse(error, "closed list %u is broken", (unsigned)i);
        }
    }
    return true;
}

static bool verify_tables(const CnsProgram *p, CnsError *error) {
    uint32_t nodes = p->facts[0].node_terms;
    for (uint32_t i = 0; i < p->columns_count; i++)
        if (p->columns[i].predicate >= nodes || p->terms[p->columns[i].predicate].kind != CNS_TERM_IRI)
            return cns_program_refuse(error, "column %u names an unknown predicate", (unsigned)i);
    for (uint32_t i = 0; i < p->classes_count; i++)
        if (p->classes[i].term >= nodes) return cns_program_refuse(error, "class %u is unknown", (unsigned)i);
    for (uint32_t i = 0; i < p->sub_classes_count; i++)
        if (p->sub_classes[i].sub >= nodes || p->sub_classes[i].super >= nodes) return cns_program_refuse(error, "subclass pair %u is broken", (unsigned)i);
    for (uint32_t i = 0; i < p->ops_count; i++) {
        const CnsOp *op = &p->ops[i];
        if (op->shape >= p->shapes_count || op->component >= p->texts_count || !cns_list_in(op->first_message, op->message_count, p->messages_count) ||
            !cns_optional(op->code, p->code_count))
            return cns_program_refuse(error, "op %u is broken", (unsigned)i);
    }
    for (uint32_t i = 0; i < p->messages_count; i++)
        if (p->messages[i].word >= p->texts_count) return cns_program_refuse(error, "message %u is broken", (unsigned)i);
    for (uint32_t i = 0; i < p->prefixes_count; i++)
        if (p->prefixes[i].prefix >= p->texts_count || p->prefixes[i].iri >= p->texts_count) return cns_program_refuse(error, "prefix %u is broken", (unsigned)i);
    return true;
}

static bool verify_targets(const CnsProgram *p, CnsError *error) {
    for (uint32_t i = 0; i < p->targets_count; i++) {
        const CnsTarget *target = &p->targets[i];
        bool good = false;
        switch (target->kind) {
            case CNS_TARGET_NODE: good = cns_value_in(p, target->argument); break;
            case CNS_TARGET_CLASS: good = target->argument < p->classes_count; break;
            case CNS_TARGET_SUBJECTS_OF:
            case CNS_TARGET_OBJECTS_OF:
                good = target->argument < p->columns_count && (p->columns[target->argument].flags & CNS_COLUMN_FORWARD);
                break;
            default: break;
        }
        if (!good) return cns_program_refuse(error, "target %u is broken", (unsigned)i);
    }
    return true;
}

static bool verify_regexes(CnsProgram *p, CnsError *error) {
    for (uint32_t i = 0; i < p->regexes_count; i++) {
        const CnsRegexWords *regex = &p->regexes[i];
        if (!cns_list_in(regex->first, regex->count, p->regex_words_count)) return cns_program_refuse(error, "regex %u lies outside its section", (unsigned)i);
        const uint32_t *words = (const uint32_t *)p->regex_words + regex->first;
        if (!cns_regex_verify(words, regex->count)) return cns_program_refuse(error, "regex %u is broken", (unsigned)i);
        uint32_t scratch = cns_regex_scratch_words(words);
        if (scratch > p->max_regex_scratch) p->max_regex_scratch = scratch;
    }
    return true;
}

/* Paths refer to earlier paths only, so that one pass finds the depth of each and no loop is possible. */
static bool verify_paths(CnsProgram *p, uint32_t *depths, CnsError *error) {
    for (uint32_t i = 0; i < p->paths_count; i++) {
        const CnsPath *path = &p->paths[i];
        bool good = false;
        depths[i] = 1;
        switch (path->kind) {
            case CNS_PATH_PREDICATE: good = path->first < p->columns_count && (p->columns[path->first].flags & CNS_COLUMN_FORWARD); break;
            case CNS_PATH_INVERSE: good = path->first < p->columns_count && (p->columns[path->first].flags & CNS_COLUMN_INVERSE); break;
            case CNS_PATH_SEQUENCE:
            case CNS_PATH_ALTERNATIVE:
                good = path->count > 0 && cns_list_in(path->first, path->count, p->pool_count);
                for (uint32_t j = 0; good && j < path->count; j++) {
                    uint32_t child = p->pool[path->first + j].word;
                    good = child < i;
                    if (good && depths[child] >= depths[i]) depths[i] = depths[child] + 1;
                }
                break;
            case CNS_PATH_ZERO_OR_MORE:
            case CNS_PATH_ONE_OR_MORE:
            case CNS_PATH_ZERO_OR_ONE:
                good = path->first < i;
                if (good) depths[i] = depths[path->first] + 1;
                break;
            default: break;
        }
        if (!good) return cns_program_refuse(error, "path %u is broken", (unsigned)i);
        if (depths[i] > p->max_path_depth) p->max_path_depth = depths[i];
        if (depths[i] > MAX_PATH_DEPTH) return cns_program_refuse(error, "path %u is nested deeper than %d", (unsigned)i, MAX_PATH_DEPTH);
    }
    return true;
}

/* ---------------------------------------------------------------- calls */

static bool calls(const CnsInstruction *at) { return at->code == CNS_OP_CALL || at->code == CNS_OP_TEST || at->code == CNS_OP_ASK; }

/* Longest chain of calls, by depth-first search with a stack of its own; a cycle is refused. */
typedef struct {
    uint32_t shape;
    uint32_t pc;
} Visit;

static bool verify_calls(CnsProgram *p, uint32_t *depths, Visit *stack, CnsError *error) {
    const uint32_t unseen = 0, open = UINT32_MAX;
    for (uint32_t root = 0; root < p->shapes_count; root++) {
        if (depths[root] != unseen) continue;
        uint32_t top = 0;
        stack[top++] = (Visit){root, p->shapes[root].entry};
        depths[root] = open;
        while (top) {
            Visit *visit = &stack[top - 1];
            const CnsShape *shape = &p->shapes[visit->shape];
            uint32_t callee = CNS_NONE;
            for (; visit->pc < shape->end && callee == CNS_NONE; visit->pc++) {
                const CnsInstruction *at = &p->code[visit->pc];
                if (calls(at) && depths[at->a] == unseen) callee = at->a;
                if (calls(at) && depths[at->a] == open)
                    return cns_program_refuse(error, "shape %u calls itself", (unsigned)at->a);
            }
            if (callee != CNS_NONE) {
                if (top >= MAX_CALL_DEPTH) return cns_program_refuse(error, "shapes are nested more than %d deep", MAX_CALL_DEPTH);
                depths[callee] = open;
                stack[top++] = (Visit){callee, p->shapes[callee].entry};
                continue;
            }
            uint32_t deepest = 0;
            for (uint32_t pc = shape->entry; pc < shape->end; pc++) {
                const CnsInstruction *at = &p->code[pc];
                if (calls(at) && depths[at->a] > deepest) deepest = depths[at->a];
            }
            depths[visit->shape] = deepest + 1;
            if (deepest + 1 > p->max_frames) p->max_frames = deepest + 1;
            if (deepest + 1 > MAX_CALL_DEPTH) return cns_program_refuse(error, "shapes are nested more than %d deep", MAX_CALL_DEPTH);
            top--;
        }
    }
    return true;
}

/* A verdict needs every shape that has targets, each once. */
static bool verify_root_order(const CnsProgram *p, uint32_t *seen, CnsError *error) {
    uint32_t roots = 0;
    for (uint32_t i = 0; i < p->shapes_count; i++) roots += p->shapes[i].target_count > 0;
    bool good = p->root_order_count == roots;
    for (uint32_t i = 0; good && i < roots; i++) {
        uint32_t shape = p->root_order[i].word;
        good = shape < p->shapes_count && p->shapes[shape].target_count && !seen[shape]++;
    }
    return good || cns_program_refuse(error, "the order of the roots is broken");
}

static void count_memos(CnsProgram *p) {
    for (uint32_t i = 0; i < p->shapes_count; i++)
        if (p->shapes[i].memo != CNS_NONE && p->shapes[i].memo >= p->memo_count) p->memo_count = p->shapes[i].memo + 1;
}

bool cns_program_verify(CnsProgram *p, CnsError *error) {
    if (!verify_facts(p, error) || !verify_terms(p, error) || !verify_lists(p, error) || !verify_tables(p, error) || !verify_predicates(p, error) || !verify_class_names(p, error) ||
        !verify_targets(p, error) || !verify_regexes(p, error) || !cns_program_verify_code(p, error))
        return false;
    count_memos(p);
    uint32_t larger = p->paths_count > p->shapes_count ? p->paths_count : p->shapes_count;
    uint32_t *depths = calloc((size_t)larger + 1, sizeof *depths);
    Visit *stack = malloc(MAX_CALL_DEPTH * sizeof *stack);
    bool good = depths && stack;
    if (!good) {
        cns_program_refuse(error, "out of memory");
        error->status = CNS_ERR_MEMORY;
    }
    good = good && verify_paths(p, depths, error);
    if (good) {
        memset(depths, 0, ((size_t)larger + 1) * sizeof *depths);
        good = verify_calls(p, depths, stack, error);
    }
    if (good) {
        memset(depths, 0, ((size_t)larger + 1) * sizeof *depths);
        good = verify_root_order(p, depths, error);
    }
    free(depths);
    free(stack);
    return good;
}
