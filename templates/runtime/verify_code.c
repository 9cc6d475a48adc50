/* The code of a shape always ends and looks at values only where there are some, whatever the checks find.

   Outside of blocks it goes forward, but for NEXT. A block is entered from earlier instructions (they claim it) after a failure, and
   leads back to behind all of them, into the same loop; so that each failure leads on, too. */
#include <stdlib.h>

#include "verify.h"

/* What the instructions that lead to a block want of it. */
typedef struct {
    uint32_t zone;      /* the code whose current value it may look at: that of a loop or behind VALUES_SELF; CNS_NONE: of no value */
    uint32_t low, high; /* where it may lead back to */
    bool wanted, found;
} Claim;

typedef struct {
    const CnsProgram *program;
    const CnsShape *shape;
    Claim *claims; /* for each instruction of the shape */
    CnsError *error;
} Checker;

/* A stretch of code whose jumps lead forward, to its end at most. */
typedef struct {
    uint32_t zone, stop;
    uint32_t leave; /* where a loop's JUMP_TALLY may lead besides; 0: nowhere */
    bool block;
} CodeStretch;

static const CnsInstruction *instruction_at(const Checker *c, uint32_t pc) { return &c->program->code[pc]; }

static bool refuse_at(const Checker *c, uint32_t pc, const char *what) {
    return cns_program_refuse(c->error, "instruction %u (%s) %s", (unsigned)pc, cns_instruction_name(instruction_at(c, pc)->code), what);
}

/* ---------------------------------------------------------------- operands */

static bool operand_in(const CnsProgram *p, const CnsShape *shape, char letter, uint32_t value) {
    switch (letter) {
        case 'o': return value < p->ops_count;
        case 'q': return value < p->ops_count || value == CNS_NONE;
        case 's': return value < p->shapes_count;
        case 'c': return value < p->columns_count;
        case 'p': return value < p->paths_count;
        case 'k': return value < p->classes_count;
        case 'd': return cns_datatype_in(p, value);
        case 'v': return cns_value_in(p, value);
        case 'r': return value < p->regexes_count;
        case 't': return value < p->value_sets_count;
        case 'g': return value < p->language_lists_count;
        case 'x': return value < p->closed_lists_count;
        case 'w': return value < p->fits_count;
        case 'j': return value >= shape->entry && value < shape->end;
        case 'f': return value == 0 || (value > shape->entry && value < shape->end);
        case 'm':
        case 'i': return value <= 7;
        case 'n': return true;
        default: return value == 0;
    }
}

static bool verify_operands(const Checker *c, uint32_t pc) {
    const CnsInstruction *at = instruction_at(c, pc);
    if (at->code >= CNS_INSTRUCTION_COUNT) return cns_program_refuse(c->error, "instruction %u is unknown", (unsigned)pc);
    const char *operands = cns_instruction_operands(at->code);
    const uint32_t values[4] = {at->a, at->b, at->c, at->d};
    for (int i = 0; i < 4; i++)
        if (!operand_in(c->program, c->shape, operands[i], values[i]))
            return cns_program_refuse(c->error, "instruction %u (%s): operand %c is out of range", (unsigned)pc, cns_instruction_name(at->code), 'a' + i);
    return true;
}

/* ---------------------------------------------------------------- one instruction */

static bool needs_value(uint32_t code) {
    switch (code) {
        case CNS_OP_NODE_KIND:
        case CNS_OP_DATATYPE:
        case CNS_OP_CLASS:
        case CNS_OP_RANGE:
        case CNS_OP_MIN_LENGTH:
        case CNS_OP_MAX_LENGTH:
        case CNS_OP_PATTERN:
        case CNS_OP_LANGUAGE_IN:
        case CNS_OP_IN:
        case CNS_OP_FITS:
        case CNS_OP_CLOSED:
        case CNS_OP_CALL:
        case CNS_OP_TEST:
        case CNS_OP_ASK:
        case CNS_OP_KEEP:
        case CNS_OP_FAIL:
        case CNS_OP_FAIL_UNLESS_ONE: return true;
        default: return false;
    }
}

/* An answer is kept by the next instruction, which keeps no other. */
static bool is_kept(const Checker *c, uint32_t ask) {
    const CnsInstruction *at = instruction_at(c, ask);
    return at[0].code == CNS_OP_ASK && at[1].code == CNS_OP_KEEP && at[0].a == at[1].a && c->program->shapes[at->a].memo != CNS_NONE;
}

static bool is_jump(uint32_t code) { return code == CNS_OP_JUMP || code == CNS_OP_JUMP_IF || code == CNS_OP_JUMP_UNLESS; }

static bool claim(Checker *c, uint32_t pc, uint32_t target, uint32_t zone, uint32_t low, uint32_t high) {
    Claim *wish = &c->claims[target - c->shape->entry];
    bool good = target > pc && (!wish->wanted || wish->zone == zone);
    if (!wish->wanted) *wish = (Claim){.zone = zone, .low = low, .high = high, .wanted = true};
    if (low > wish->low) wish->low = low;
    if (high < wish->high) wish->high = high;
    return (good && wish->low <= wish->high) || refuse_at(c, pc, "breaks the structure");
}

/* Where it goes on after a failure: further on in the stretch, or in a block that leads back. */
static bool verify_failure(Checker *c, uint32_t pc, const CodeStretch *stretch) {
    const CnsInstruction *at = instruction_at(c, pc);
    const char *operands = cns_instruction_operands(at->code);
    bool must_lead_on = at->code == CNS_OP_FITS || (operands[0] == 'q' && at->a == CNS_NONE);
    if (operands[3] != 'f' || !at->d) return !must_lead_on || refuse_at(c, pc, "breaks the structure");
    if ((stretch->zone != CNS_NONE || stretch->block) && at->d > pc && at->d <= stretch->stop) return true;
    if (stretch->block) return refuse_at(c, pc, "breaks the structure");
    return claim(c, pc, at->d, stretch->zone, pc + 1, stretch->zone == CNS_NONE ? pc + 1 : stretch->stop);
}

static bool verify_instruction(Checker *c, uint32_t pc, const CodeStretch *stretch) {
    const CnsInstruction *at = instruction_at(c, pc);
    const CnsColumnPlan *columns = c->program->columns;
    if (needs_value(at->code) && stretch->zone == CNS_NONE) return refuse_at(c, pc, "stands outside a loop over values");
    bool good = true;
    switch (at->code) {
        case CNS_OP_RETURN:
        case CNS_OP_VALUES_SELF:
        case CNS_OP_VALUES_FORWARD:
        case CNS_OP_VALUES_INVERSE:
        case CNS_OP_VALUES_PATH:
        case CNS_OP_EACH:
        case CNS_OP_NEXT: good = false; break; /* they stand where verify_main and verify_loop look for them */
        case CNS_OP_EQUALS:
        case CNS_OP_DISJOINT:
        case CNS_OP_COMPARE: good = (columns[at->b].flags & CNS_COLUMN_FORWARD) != 0; break;
        case CNS_OP_ASK: good = pc + 1 < stretch->stop && is_kept(c, pc); break;
        case CNS_OP_KEEP: good = pc > c->shape->entry && is_kept(c, pc - 1); break;
        case CNS_OP_RANGE: good = (at->b & CNS_LITERAL_BIT) != 0; break;
        default: break;
    }
    if (at->code == CNS_OP_JUMP_TALLY) good = stretch->zone != CNS_NONE && at->a > pc && (at->a <= stretch->stop || at->a == stretch->leave);
    else if (is_jump(at->code)) good = (stretch->zone != CNS_NONE || stretch->block) && at->a > pc && at->a <= stretch->stop;
    return (good || refuse_at(c, pc, "breaks the structure")) && verify_failure(c, pc, stretch);
}

/* ---------------------------------------------------------------- stretches */

static bool verify_stretch(Checker *c, uint32_t pc, const CodeStretch *stretch) {
    for (; pc < stretch->stop; pc++)
        if (!verify_instruction(c, pc, stretch)) return false;
    return true;
}

/* Behind a shape are the blocks of no value and those of its focus node, behind a loop its own. */
static bool may_stand(const Checker *c, uint32_t wanted, uint32_t zone) {
    return wanted == zone || (zone == CNS_NONE && instruction_at(c, wanted - 1)->code == CNS_OP_VALUES_SELF);
}

/* Blocks that follow each other up to the end; each ends with the first JUMP that leads back. Those of a loop stand in the loop. */
static bool verify_blocks(Checker *c, uint32_t start, uint32_t end, uint32_t zone) {
    while (start < end) {
        Claim *wish = &c->claims[start - c->shape->entry];
        if (!wish->wanted || !may_stand(c, wish->zone, zone)) return refuse_at(c, start, "breaks the structure: nothing leads to it");
        wish->found = true;
        uint32_t back = start;
        while (back < end && !(instruction_at(c, back)->code == CNS_OP_JUMP && instruction_at(c, back)->a < start)) back++;
        if (back == end) return refuse_at(c, start, "breaks the structure: the block has no end");
        if (instruction_at(c, back)->a < wish->low || instruction_at(c, back)->a > wish->high) return refuse_at(c, back, "breaks the structure");
        if (!verify_stretch(c, start, &(CodeStretch){wish->zone, back, 0, true})) return false;
        start = back + 1;
    }
    return true;
}

/* EACH, body, NEXT, blocks. */
static bool verify_loop(Checker *c, uint32_t pc, uint32_t limit) {
    const CnsInstruction *each = instruction_at(c, pc);
    uint32_t start = pc + 1, end = each->b, next = start;
    while (next < end && instruction_at(c, next)->code != CNS_OP_NEXT) next++;
    if (end > limit || next >= end || next == start || instruction_at(c, next)->a != start || instruction_at(c, next)->b != end)
        return refuse_at(c, pc, "breaks the structure");
    if (each->a != end && !claim(c, pc, each->a, CNS_NONE, end, end)) return false;
    return verify_stretch(c, start, &(CodeStretch){start, next, end, false}) && verify_blocks(c, next + 1, end, start);
}

/* Where the code that may look at the focus node as its value ends. */
static uint32_t end_of_zone(const Checker *c, uint32_t pc, uint32_t limit) {
    for (; pc < limit; pc++) {
        switch (instruction_at(c, pc)->code) {
            case CNS_OP_VALUES_SELF:
            case CNS_OP_VALUES_FORWARD:
            case CNS_OP_VALUES_INVERSE:
            case CNS_OP_VALUES_PATH:
            case CNS_OP_EACH: return pc;
            default: break;
        }
    }
    return limit;
}

/* From the entry to the RETURN. */
static bool verify_main(Checker *c, uint32_t limit) {
    const CnsColumnPlan *columns = c->program->columns;
    CodeStretch stretch = {CNS_NONE, limit, 0, false};
    for (uint32_t pc = c->shape->entry; pc < limit;) {
        const CnsInstruction *at = instruction_at(c, pc);
        bool good = true;
        switch (at->code) {
            case CNS_OP_VALUES_SELF: stretch = (CodeStretch){pc + 1, end_of_zone(c, pc + 1, limit), 0, false}; break;
            case CNS_OP_VALUES_FORWARD: good = (columns[at->a].flags & CNS_COLUMN_FORWARD) != 0; stretch.zone = CNS_NONE; break;
            case CNS_OP_VALUES_INVERSE: good = (columns[at->a].flags & CNS_COLUMN_INVERSE) != 0; stretch.zone = CNS_NONE; break;
            case CNS_OP_VALUES_PATH: stretch.zone = CNS_NONE; break;
            case CNS_OP_EACH:
                if (!verify_loop(c, pc, limit)) return false;
                stretch.zone = CNS_NONE;
                pc = at->b;
                continue;
            default:
                if (!verify_instruction(c, pc, &stretch)) return false;
        }
        if (!good) return refuse_at(c, pc, "breaks the structure");
        pc++;
    }
    return true;
}

/* ---------------------------------------------------------------- shapes */

static bool verify_needs(const CnsProgram *p, const CnsShape *shape) {
    if (shape->needs == CNS_NONE) return true;
    if (!cns_list_in(shape->needs, shape->need_count, p->pool_count)) return false;
    for (uint32_t i = 0; i < shape->need_count; i++)
        if (p->pool[shape->needs + i].word >= p->columns_count) return false;
    return true;
}

static bool verify_shape(Checker *c, uint32_t index) {
    const CnsProgram *p = c->program;
    const CnsShape *shape = c->shape;
    if (shape->node >= p->texts_count || shape->label >= p->texts_count || shape->severity >= p->texts_count ||
        !cns_optional(shape->path, p->paths_count) || !cns_optional(shape->path_nt, p->texts_count) ||
        !cns_optional(shape->path_nt_triples, p->texts_count) || !cns_optional(shape->path_turtle, p->texts_count) ||
        !cns_list_in(shape->first_target, shape->target_count, p->targets_count) || !verify_needs(p, shape) || !cns_optional(shape->memo, p->shapes_count))
        return cns_program_refuse(c->error, "shape %u is broken", (unsigned)index);
    uint32_t limit = shape->entry; /* the RETURN */
    while (limit < shape->end && limit < p->code_count && p->code[limit].code != CNS_OP_RETURN) limit++;
    if (limit >= shape->end || shape->end > p->code_count) return cns_program_refuse(c->error, "shape %u has no proper code", (unsigned)index);
    memset(c->claims, 0, (size_t)(shape->end - shape->entry) * sizeof *c->claims);
    for (uint32_t pc = shape->entry; pc < shape->end; pc++)
        if (!verify_operands(c, pc)) return false;
    if (!verify_main(c, limit) || !verify_blocks(c, limit + 1, shape->end, CNS_NONE)) return false;
    for (uint32_t pc = shape->entry; pc < shape->end; pc++) {
        const Claim *wish = &c->claims[pc - shape->entry];
        if (wish->wanted && !wish->found) return refuse_at(c, pc, "breaks the structure: something leads to it");
    }
    return true;
}

bool cns_program_verify_code(const CnsProgram *program, CnsError *error) {
    Checker checker = {.program = program, .claims = calloc((size_t)program->code_count + 1, sizeof *checker.claims), .error = error};
    if (!checker.claims) {
        cns_program_refuse(error, "out of memory");
        error->status = CNS_ERR_MEMORY;
        return false;
    }
    bool good = true;
    for (uint32_t i = 0; good && i < program->shapes_count; i++) {
        checker.shape = &program->shapes[i];
        good = verify_shape(&checker, i);
    }
    free(checker.claims);
    return good;
}
