/* Zero-tick, rule *counts*: a check of the values of one predicate holds for each of them if it holds for all that the column has,
   whatever the focus node. What a column has is looked at once (its summary), not once for each focus node:

   - kinds, classes, datatypes: no value is of another kind; every value's type set has the class; every value is a literal of the
     datatype, for those two of which every text is well-formed (xsd:string, and rdf:langString with a tag).
   - an upper count: no subject has more values. A lower count of one: every focus node has its bit in the column, 64 at a time.
   - uniqueLang: no subject has two values. disjoint, lessThan: one of the two columns is empty.
   - a check without a result that no value passes leads on to where it leads after a failure.

   An instruction that is decided becomes a jump to what it would go on to, so that whatever else leads to it, or on from it, finds
   what it found before: blocks stay where they are. A loop in which nothing is left, and the values that nothing looks at any
   more, become jumps as well. Each replaces what it stands for alone, and so hits and their order cannot change. */
#include "decide.h"

typedef struct {
    bool looked_at;     /* the three below are known */
    uint32_t kinds;     /* CNS_NODE_KIND_…: those that there are */
    uint64_t datatypes; /* a bit for each CnsDatatype that there is; OTHERS */
    uint64_t type_sets; /* of the nodes, likewise */
    uint32_t most;      /* values of one subject; CNS_NONE: more than one, nobody looked */
    uint64_t visits;    /* how many focus nodes are about to look at it, at most */
    bool wanted;        /* by a loop that one look may decide */
    bool several;       /* ... by more than one */
    uint32_t loop;      /* the first of these: its EACH */
} Summary;

enum { OTHERS = 63 };
enum {
    FEW = 128,  /* focus nodes for which it is not worth it to copy a shape's code and go through it */
    MANY = 256, /* ... and for which it is to go through the bits of columns */
    HOPE = 2,   /* a column is looked at if it has at most so many values for each focus node that will */
    GLANCE = 512 /* values are looked at before it is asked whether to go on */
};

typedef struct {
    CnsRun *run;
    const CnsStore *store;
    const CnsProgram *program;
    CnsInstruction *code;
    uint64_t few, many;  /* FEW and MANY, or 1 */
    Summary *summaries;  /* by column */
    uint64_t *visits;    /* by shape: focus nodes, at most */
    bool *has;           /* by shape: it is one of `shapes` */
    bool *called;        /* by shape: its focus nodes are not those of its targets alone */
    CnsWords shapes;     /* those that many focus nodes will come to */
    bool marked;         /* the focus nodes of the shape at hand are in the run's bits */
    uint32_t first, end; /* ... in these words */
} Decider;

static void *resize(const Decider *d, void *memory, size_t size) {
    return d->store->allocator.resize(d->store->allocator.context, memory, size);
}

static void *zeroed(const Decider *d, size_t size) {
    void *memory = resize(d, NULL, size);
    return memory ? memset(memory, 0, size) : NULL;
}

static const CnsIndex *values_by_subject(const Decider *d, uint32_t column) { return &d->store->columns[column].forward; }

/* ---------------------------------------------------------------- which shapes run, and how often */

static uint64_t focus_count(const Decider *d, const CnsRoot *root) {
    const CnsShape *shape = &d->program->shapes[root->shape];
    if (root->focus) return root->focus_count;
    uint64_t total = 0;
    for (uint32_t i = 0; i < shape->target_count; i++) {
        const CnsTarget *target = &d->program->targets[shape->first_target + i];
        if (target->kind == CNS_TARGET_NODE) total++;
        else if (target->kind == CNS_TARGET_CLASS) total += cns_run_most_instances(d->run, target->argument);
        else if (target->kind == CNS_TARGET_SUBJECTS_OF) total += values_by_subject(d, target->argument)->row_count;
        else total += cns_index_count(values_by_subject(d, target->argument));
    }
    return total;
}

static bool add_shape(Decider *d, uint32_t shape, uint64_t visits) {
    bool is_new = !d->has[shape];
    d->visits[shape] += visits;
    d->has[shape] = true;
    return !is_new || cns_words_push(&d->store->allocator, &d->shapes, shape);
}

static bool find_shapes(Decider *d, const CnsRoot *roots, uint32_t root_count) {
    for (uint32_t i = 0; i < root_count; i++) {
        uint64_t visits = cns_run_is_vacuous(d->run, roots[i].shape) ? 0 : focus_count(d, &roots[i]);
        if (visits >= d->few && !add_shape(d, roots[i].shape, visits)) return false;
        if (roots[i].focus) d->called[roots[i].shape] = true;
    }
    for (uint32_t i = 0; i < d->shapes.count; i++) {
        const CnsShape *shape = &d->program->shapes[d->shapes.items[i]];
        for (uint32_t pc = shape->entry; pc < shape->end; pc++) {
            const CnsInstruction *at = &d->program->code[pc];
            if (at->code != CNS_OP_CALL && at->code != CNS_OP_TEST && at->code != CNS_OP_ASK) continue;
            d->called[at->a] = true;
            if (!add_shape(d, at->a, d->visits[d->shapes.items[i]])) return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- summaries */

static void count_most(const CnsIndex *index, Summary *summary, bool look) {
    bool one = cns_index_count(index) == index->row_count;
    summary->most = one ? index->row_count > 0 : look ? 0 : CNS_NONE;
    for (uint32_t row = 0; !one && look && row < index->row_count; row++) {
        uint32_t count = index->offsets[row + 1] - index->offsets[row];
        if (count > summary->most) summary->most = count;
    }
}

static uint64_t bit_of(uint32_t number) { return UINT64_C(1) << (number < OTHERS ? number : OTHERS); }

static void look_at_some(const CnsStore *store, const uint32_t *values, uint32_t count, Summary *summary) {
    uint32_t kinds = 0;
    uint64_t datatypes = 0, type_sets = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = values[i];
        if (cns_is_literal(value)) {
            const CnsLiteral *literal = cns_literal(store, value);
            bool untagged = literal->datatype == CNS_DT_LANG_STRING && !literal->language;
            datatypes |= bit_of(untagged ? OTHERS : literal->datatype);
        } else {
            kinds |= store->nodes[value].type == CNS_NODE_IRI ? CNS_NODE_KIND_IRI : CNS_NODE_KIND_BLANK;
            if (store->type_sets) type_sets |= bit_of(store->type_sets[value]);
        }
    }
    summary->kinds |= kinds | (datatypes ? CNS_NODE_KIND_LITERAL : 0);
    summary->datatypes |= datatypes;
    summary->type_sets |= type_sets;
}

static bool is_start(uint32_t code) {
    return code == CNS_OP_VALUES_SELF || code == CNS_OP_VALUES_FORWARD || code == CNS_OP_VALUES_INVERSE || code == CNS_OP_VALUES_PATH;
}

/* The values of one predicate are looked at up to here. */
static uint32_t end_of_values(const CnsInstruction *code, uint32_t pc) {
    while (!is_start(code[pc].code) && code[pc].code != CNS_OP_RETURN) pc = code[pc].code == CNS_OP_EACH ? code[pc].b : pc + 1;
    return pc;
}

static bool one_look_decides(const CnsInstruction *at) {
    switch (at->code) {
        case CNS_OP_NODE_KIND:
        case CNS_OP_CLASS:
        case CNS_OP_JUMP:
        case CNS_OP_FAIL: return true;
        case CNS_OP_DATATYPE: return at->a == CNS_NONE || at->b == CNS_DT_STRING || at->b == CNS_DT_LANG_STRING;
        default: return false;
    }
}

/* A look at all values costs about as much as one check of each of them: it is worth it only for a whole loop. The EACH of one
   that may go, or CNS_NONE. */
static uint32_t loop_that_one_look_may_decide(const CnsInstruction *code, uint32_t pc, uint32_t end) {
    while (pc < end && code[pc].code != CNS_OP_EACH) pc++;
    if (pc == end) return CNS_NONE;
    for (uint32_t at = pc + 1; code[at].code != CNS_OP_NEXT; at++)
        if (!one_look_decides(&code[at])) return CNS_NONE;
    return pc;
}

/* Which columns are asked about, and by how many focus nodes. */
static void collect(Decider *d, uint32_t shape) {
    const CnsInstruction *code = d->program->code;
    for (uint32_t pc = d->program->shapes[shape].entry; code[pc].code != CNS_OP_RETURN;) {
        uint32_t start = pc;
        pc = end_of_values(code, pc + (is_start(code[pc].code) ? 1 : 0));
        if (code[start].code != CNS_OP_VALUES_FORWARD) continue;
        Summary *summary = &d->summaries[code[start].a];
        summary->visits += d->visits[shape];
        uint32_t loop = loop_that_one_look_may_decide(code, start + 1, pc);
        if (loop == CNS_NONE) continue;
        if (!summary->wanted) summary->loop = loop;
        summary->several = summary->wanted;
        summary->wanted = true;
    }
}

/* ---------------------------------------------------------------- decisions */

typedef enum { UNDECIDED, HOLDS, FAILS } Decision;

static Decision all_or_none(bool any_passes, bool any_fails) { return !any_fails ? HOLDS : !any_passes ? FAILS : UNDECIDED; }

static Decision decide_class(const Decider *d, const Summary *summary, uint32_t class_index) {
    const CnsStore *store = d->store;
    bool passes = summary->type_sets >> OTHERS, fails = passes || (summary->kinds & CNS_NODE_KIND_LITERAL);
    for (uint64_t sets = summary->type_sets; sets; sets &= sets - 1) {
        uint32_t set = (uint32_t)__builtin_ctzll(sets);
        if (set == OTHERS) break;
        bool has = store->class_bits[(size_t)set * store->class_words + (class_index >> 6)] >> (class_index & 63) & 1;
        passes = passes || has;
        fails = fails || !has;
    }
    return all_or_none(passes, fails);
}

static Decision decide_datatype(const Summary *summary, uint32_t datatype) {
    uint64_t bit = bit_of(datatype);
    bool whole = datatype == CNS_DT_STRING || datatype == CNS_DT_LANG_STRING;
    return all_or_none(summary->datatypes & bit, !whole || (summary->datatypes & ~bit) || (summary->kinds & ~(uint32_t)CNS_NODE_KIND_LITERAL));
}

static bool is_empty(const Decider *d, uint32_t column) { return !values_by_subject(d, column)->row_count; }

/* Each focus node of the shape at hand has a value. */
static bool all_have(const Decider *d, const CnsIndex *index) {
    if (!d->marked) return false;
    for (uint32_t word = d->first; word < d->end; word++) {
        uint64_t bits = word < index->word_count ? index->bits[word] : 0;
        if (d->run->focus_bits[word] & ~bits) return false;
    }
    return true;
}

static Decision decide(const Decider *d, const CnsInstruction *at, uint32_t column) {
    const Summary *summary = &d->summaries[column];
    bool none = summary->most == 0, known = summary->looked_at;
    switch (at->code) {
        case CNS_OP_NODE_KIND: return known ? all_or_none(summary->kinds & at->b, summary->kinds & ~at->b) : UNDECIDED;
        case CNS_OP_CLASS: return known ? decide_class(d, summary, at->b) : UNDECIDED;
        case CNS_OP_DATATYPE: return known ? decide_datatype(summary, at->b) : UNDECIDED;
        case CNS_OP_MIN_COUNT: return at->b == 0 || (at->b == 1 && all_have(d, values_by_subject(d, column))) ? HOLDS : UNDECIDED;
        case CNS_OP_MAX_COUNT: return summary->most <= at->b ? HOLDS : UNDECIDED;
        case CNS_OP_COUNT:
            if (summary->most > at->c) return UNDECIDED;
            return at->b == 0 || (at->b == 1 && all_have(d, values_by_subject(d, column))) ? HOLDS : UNDECIDED;
        case CNS_OP_UNIQUE_LANG: return summary->most <= 1 ? HOLDS : UNDECIDED;
        case CNS_OP_DISJOINT:
        case CNS_OP_COMPARE: return none || is_empty(d, at->b) ? HOLDS : UNDECIDED;
        case CNS_OP_EQUALS: return none && is_empty(d, at->b) ? HOLDS : UNDECIDED;
        default: return UNDECIDED;
    }
}

/* ---------------------------------------------------------------- looking */

/* Some check of the loop may yet be decided. What the values so far leave undecided stays so, whatever comes. */
static bool has_hope(const Decider *d, uint32_t column) {
    const Summary *summary = &d->summaries[column];
    const CnsInstruction *at = &d->program->code[summary->loop + 1];
    for (; !summary->several && at->code != CNS_OP_NEXT; at++)
        if (at->code != CNS_OP_JUMP && at->code != CNS_OP_FAIL && decide(d, at, column) != UNDECIDED) return true;
    return summary->several;
}

/* Where the data is not as it should be, which is mostly seen soon, the rest need not be looked at. */
static void look_at_values(Decider *d, uint32_t column) {
    const CnsIndex *index = values_by_subject(d, column);
    Summary *summary = &d->summaries[column];
    uint32_t count = cns_index_count(index), most = d->few == 1 ? 1 : GLANCE;
    summary->looked_at = true;
    for (uint32_t from = 0, step; summary->looked_at && from < count; from += step) {
        step = count - from < most ? count - from : most;
        look_at_some(d->store, index->values + from, step, summary);
        summary->looked_at = has_hope(d, column);
    }
}

static void summarise(Decider *d) {
    for (uint32_t i = 0; i < d->program->columns_count; i++) {
        const CnsIndex *index = values_by_subject(d, i);
        Summary *summary = &d->summaries[i];
        bool hope = cns_index_count(index) <= HOPE * summary->visits;
        count_most(index, summary, hope);
        if (summary->wanted && hope) look_at_values(d, i);
    }
}

/* ---------------------------------------------------------------- the code without them */

static void jump(CnsInstruction *at, uint32_t to) { *at = (CnsInstruction){.code = CNS_OP_JUMP, .a = to}; }

static uint32_t follow(const CnsInstruction *code, uint32_t pc) {
    while (code[pc].code == CNS_OP_JUMP) pc = code[pc].a;
    return pc;
}

static void replace(Decider *d, uint32_t pc, uint32_t column) {
    CnsInstruction *at = &d->code[pc];
    Decision decision = decide(d, at, column);
    if (decision == HOLDS) jump(at, pc + 1);
    else if (decision == FAILS && at->a == CNS_NONE) jump(at, at->d);
}

/* EACH, body, NEXT, blocks. */
static void replace_loop(Decider *d, uint32_t pc, uint32_t column) {
    CnsInstruction *code = d->code, *each = &code[pc];
    uint32_t end = each->b, next = pc + 1;
    if (d->summaries[column].most == 0) {
        jump(each, each->a);
        return;
    }
    for (uint32_t at = pc + 1; at < end; at++) replace(d, at, column);
    while (code[next].code != CNS_OP_NEXT) next++;
    uint32_t first = follow(code, pc + 1);
    if (first != next) code[next].a = first;
    else if (each->a == end || all_have(d, values_by_subject(d, column))) jump(each, end);
    else jump(&code[pc + 1], end);
}

static void replace_values(Decider *d, uint32_t start, uint32_t end) {
    CnsInstruction *code = d->code;
    const uint32_t column = code[start].a;
    for (uint32_t pc = start + 1; pc < end;) {
        if (code[pc].code == CNS_OP_EACH) {
            uint32_t behind = code[pc].b;
            replace_loop(d, pc, column);
            pc = behind;
        } else {
            replace(d, pc++, column);
        }
    }
    if (follow(code, start + 1) == end) jump(&code[start], end);
}

static void replace_all(Decider *d, uint32_t shape) {
    const CnsShape *of = &d->program->shapes[shape];
    const CnsInstruction *code = d->program->code; /* where the structure still is */
    for (uint32_t pc = of->entry; code[pc].code != CNS_OP_RETURN;) {
        uint32_t start = pc;
        pc = end_of_values(code, pc + (is_start(code[pc].code) ? 1 : 0));
        if (code[start].code == CNS_OP_VALUES_FORWARD) replace_values(d, start, pc);
    }
    for (uint32_t pc = of->entry; pc < of->end; pc++)
        if (d->code[pc].code == CNS_OP_JUMP) d->code[pc].a = follow(d->code, pc);
}

/* Only where there are many: to look through the bits of all nodes is not free. Literals have no bits, and no values either. */
static bool mark(Decider *d, uint32_t shape) {
    d->first = 0;
    d->end = d->store->node_count / 64 + 1;
    d->marked = false;
    if (d->called[shape] || d->visits[shape] < d->many || (d->many == MANY && d->visits[shape] < d->end / 8)) {
        d->end = 0;
        return true;
    }
    if (!cns_run_mark_targets(d->run, shape)) return false;
    d->marked = d->run->seen.items.count == 0;
    while (d->first < d->end && !d->run->focus_bits[d->first]) d->first++;
    while (d->end > d->first && !d->run->focus_bits[d->end - 1]) d->end--;
    return true;
}

static void unmark(Decider *d) {
    memset(d->run->focus_bits + d->first, 0, (size_t)(d->end - d->first) * sizeof *d->run->focus_bits);
    cns_value_set_clear(&d->run->seen);
}

static bool decide_all(Decider *d, const CnsRoot *roots, uint32_t root_count) {
    if (!find_shapes(d, roots, root_count)) return false;
    if (!d->shapes.count) return true;
    d->code = resize(d, NULL, (size_t)d->program->code_count * sizeof *d->code);
    d->summaries = zeroed(d, ((size_t)d->program->columns_count + 1) * sizeof *d->summaries);
    if (!d->code || !d->summaries) return false;
    for (uint32_t i = 0; i < d->shapes.count; i++) collect(d, d->shapes.items[i]);
    summarise(d);
    for (uint32_t i = 0; i < d->shapes.count; i++) {
        const CnsShape *shape = &d->program->shapes[d->shapes.items[i]];
        memcpy(d->code + shape->entry, d->program->code + shape->entry, (size_t)(shape->end - shape->entry) * sizeof *d->code);
        if (!mark(d, d->shapes.items[i])) return false;
        replace_all(d, d->shapes.items[i]);
        unmark(d);
    }
    return true;
}

bool cns_decide(CnsRun *run, const CnsRoot *roots, uint32_t root_count, bool always, CnsDecided *decided) {
    const CnsProgram *program = run->program;
    if (!program->facts[0].counts) return true;
    Decider d = {.run = run, .store = run->store, .program = program, .few = always ? 1 : FEW, .many = always ? 1 : MANY};
    d.visits = zeroed(&d, ((size_t)program->shapes_count + 1) * sizeof *d.visits);
    d.called = zeroed(&d, ((size_t)program->shapes_count + 1) * sizeof *d.called);
    d.has = zeroed(&d, ((size_t)program->shapes_count + 1) * sizeof *d.has);
    bool good = d.visits && d.called && d.has && decide_all(&d, roots, root_count);
    void *scratch[] = {d.summaries, d.visits, d.called};
    for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++)
        if (scratch[i]) resize(&d, scratch[i], 0);
    cns_words_free(&run->store->allocator, &d.shapes);
    *decided = (CnsDecided){d.code, d.has};
    if (!good || !d.code) cns_decide_close(run, decided);
    return good;
}

void cns_decide_close(const CnsRun *run, CnsDecided *decided) {
    const CnsAllocator *allocator = &run->store->allocator;
    if (decided->code) allocator->resize(allocator->context, decided->code, 0);
    if (decided->has) allocator->resize(allocator->context, decided->has, 0);
    *decided = (CnsDecided){NULL, NULL};
}

bool cns_decide_is_empty(const CnsDecided *decided, const CnsProgram *program, uint32_t shape) {
    return decided->has && decided->has[shape] && decided->code[follow(decided->code, program->shapes[shape].entry)].code == CNS_OP_RETURN;
}
