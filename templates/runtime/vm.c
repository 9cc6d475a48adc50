/* Computed goto, one label for each instruction. What a check means is in ops.h; here is only who is checked when. */
#include "vm.h"

#include "memo.h"
#include "ops.h"

#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values: the point of this file */

CnsStatus cns_vm_open(CnsVm *vm, const CnsStore *store, const CnsRoot *roots, uint32_t root_count, bool verdict_only) {
    memset(vm, 0, sizeof *vm);
    vm->roots = roots;
    vm->root_count = root_count;
    vm->verdict_only = verdict_only;
    vm->conforms = true;
    vm->decide_from = CNS_DECIDE_LEAST_TRIPLES;
    CnsStatus status = cns_run_open(&vm->run, store);
    if (status != CNS_OK) return status;
    const CnsAllocator *allocator = &store->allocator;
    vm->frames = allocator->resize(allocator->context, NULL, ((size_t)store->program->max_frames + 1) * sizeof *vm->frames);
    if (vm->frames) return CNS_OK;
    cns_vm_close(vm);
    return CNS_ERR_MEMORY;
}

void cns_vm_close(CnsVm *vm) {
    if (!vm->run.store) return;
    const CnsAllocator *allocator = &vm->run.store->allocator;
    if (vm->frames) allocator->resize(allocator->context, vm->frames, 0);
    cns_decide_close(&vm->run, &vm->decided);
    cns_run_close(&vm->run);
    memset(vm, 0, sizeof *vm);
}

static CnsFrame *push(CnsVm *vm, uint32_t shape, uint32_t focus, const CnsInstruction *resume, bool testing, bool called) {
    CnsFrame *frame = &vm->frames[vm->depth++];
    *frame = (CnsFrame){.resume = resume, .focus = focus, .testing = testing, .called = called};
    vm->pc = vm->code + vm->run.program->shapes[shape].entry;
    return frame;
}

static uint32_t next_focus(CnsVm *vm) {
    vm->focus.count--;
    return *vm->focus.items++;
}

/* Of a root with a memo: focus nodes that are known to conform are passed by. */
static void skip_known(CnsVm *vm) {
    while (vm->focus.count && cns_memo_get(&vm->run, vm->memo, *vm->focus.items) == CNS_MEMO_CONFORMS) next_focus(vm);
    vm->hits_before = vm->run.hit_count;
}

/* Keeps what came out for the focus node of the frame, and goes on to the next one. False without memory. */
static bool keep_verdict(CnsVm *vm, const CnsFrame *frame) {
    if (!cns_memo_put(&vm->run, vm->memo, frame->focus, vm->run.hit_count == vm->hits_before)) return false;
    skip_known(vm);
    return true;
}

/* Runs the frames that are there until none is left, or the budget is used up; and the root's shape over the focus nodes that come next. */
static CnsStatus interpret(CnsVm *vm, uint64_t *budget) {
    static const void *const labels[] = {
#define CNS_X(name, operands) &&op_##name,
        CNS_INSTRUCTIONS(CNS_X)
#undef CNS_X
    };
    /* Counting takes every instruction through one more label: who does not count does not pay for it. */
    static const void *const counting_labels[] = {
#define CNS_X(name, operands) &&count,
        CNS_INSTRUCTIONS(CNS_X)
#undef CNS_X
    };
    const void *const *const to = vm->counts ? counting_labels : labels;
    CnsRun *run = &vm->run;
    const CnsStore *store = run->store;
    const CnsInstruction *const code = vm->code;
    const CnsInstruction *pc = vm->pc;
    CnsFrame *frame = &vm->frames[vm->depth - 1];
    uint64_t turns = *budget;
    bool flag = vm->flag;
    uint32_t failures;

#define CNS_DISPATCH() goto *to[pc->code]
#define CNS_NEXT() do { pc++; CNS_DISPATCH(); } while (0)
#define CNS_VALUE (frame->items[frame->index])
#define CNS_SLICE ((CnsSlice){frame->items, frame->count})
#define CNS_COUNT_FAILURE() (vm->counts ? (void)vm->counts[run->program->code_count + pc->a]++ : (void)0)
/* A failed check: in a test the verdict is clear, else it is a result, and there may be more to look at for it. */
#define CNS_FAILED(value)                                                                        \
    do {                                                                                         \
        CNS_COUNT_FAILURE();                                                                     \
        if (frame->testing) goto failed;                                                         \
        if (!cns_run_hit(run, pc->a, frame->focus, (value), CNS_NONE)) return CNS_ERR_MEMORY;    \
        CNS_AFTER_FAILURE();                                                                     \
    } while (0)
#define CNS_AFTER_FAILURE()         \
    do {                            \
        if (pc->d) {                \
            pc = code + pc->d;      \
            CNS_DISPATCH();         \
        }                           \
    } while (0)
#define CNS_CHECK(passes, value)              \
    do {                                      \
        if (!(passes)) CNS_FAILED(value);     \
        CNS_NEXT();                           \
    } while (0)
#define CNS_CHECK_VALUE(passes)                      \
    do {                                             \
        if (!(passes)) {                             \
            if (pc->a == CNS_NONE) goto elsewhere;   \
            CNS_FAILED(CNS_VALUE);                   \
        }                                            \
        CNS_NEXT();                                  \
    } while (0)
/* What one check did beyond a few steps is taken off the budget, which is looked at where the next value begins. */
#define CNS_CHARGE() (turns -= turns < run->work ? turns : run->work, run->work = 0)
#define CNS_NO_RESULT (run->stopped ? CNS_STOPPED : CNS_ERR_MEMORY)
#define CNS_CHECK_SET(call)                                  \
    do {                                                     \
        failures = (call);                                   \
        if (failures == CNS_NONE) return CNS_NO_RESULT;      \
        CNS_CHARGE();                                        \
        if (failures) {                                      \
            CNS_COUNT_FAILURE();                             \
            if (frame->testing) goto failed;                 \
            CNS_AFTER_FAILURE();                             \
        }                                                    \
        CNS_NEXT();                                          \
    } while (0)

    CNS_DISPATCH();

count:
    vm->counts[pc - code] += pc->code == run->program->code[pc - code].code; /* a jump in place of a check is none */
    goto *labels[pc->code];

op_RETURN:
    flag = true;
    pc = frame->resume;
    if (pc) {
        vm->depth--;
        frame--;
        CNS_DISPATCH();
    }
    if (__builtin_expect(vm->memo != CNS_NONE, 0) && !keep_verdict(vm, frame)) return CNS_ERR_MEMORY;
    if (!vm->focus.count || turns == 0) {
        vm->depth--;
        goto finished;
    }
    turns--;
    *frame = (CnsFrame){.focus = next_focus(vm), .testing = frame->testing};
    pc = code + run->program->shapes[vm->roots[vm->root].shape].entry;
    CNS_DISPATCH();

failed: /* leave every frame up to the one that only wanted to know */
    do {
        if (frame->called && !frame[-1].testing) { /* cannot be: CALL hands down its own mode */
            return CNS_ERR_PROGRAM;
        }
        pc = frame->resume;
        vm->depth--;
        if (!pc) {
            flag = false;
            goto finished;
        }
    } while ((frame--)->called);
    flag = false;
    CNS_DISPATCH();

op_VALUES_SELF:
    frame->items = &frame->focus;
    frame->count = 1;
    frame->index = 0;
    CNS_NEXT();
op_VALUES_FORWARD: {
    CnsSlice slice = cns_values(store, pc->a, frame->focus);
    frame->items = slice.items;
    frame->count = slice.count;
    CNS_NEXT();
}
op_VALUES_INVERSE: {
    CnsSlice slice = cns_subjects(store, pc->a, frame->focus);
    frame->items = slice.items;
    frame->count = slice.count;
    CNS_NEXT();
}
op_VALUES_PATH: {
    CnsValueSet *set = &run->frame_sets[vm->depth - 1];
    if (!cns_run_path(run, pc->a, frame->focus, set)) return CNS_NO_RESULT;
    CNS_CHARGE();
    frame->items = set->items.items;
    frame->count = set->items.count;
    CNS_NEXT();
}
op_EACH:
    frame->index = 0;
    if (frame->count) CNS_NEXT();
    pc = code + pc->a;
    CNS_DISPATCH();
op_NEXT:
    if (++frame->index == frame->count) {
        pc = code + pc->b;
        CNS_DISPATCH();
    }
    pc = code + pc->a;
    if (turns == 0) goto pause;
    turns--;
    CNS_DISPATCH();

op_NODE_KIND: CNS_CHECK_VALUE(cns_op_node_kind(run, CNS_VALUE, pc->b));
op_DATATYPE: CNS_CHECK_VALUE(cns_op_datatype(run, CNS_VALUE, pc->b));
op_CLASS: CNS_CHECK_VALUE(cns_op_class(run, CNS_VALUE, pc->b));
op_RANGE: CNS_CHECK_VALUE(cns_op_range(run, CNS_VALUE, pc->b, pc->c));
op_MIN_LENGTH: CNS_CHECK_VALUE(cns_op_min_length(run, CNS_VALUE, pc->b));
op_MAX_LENGTH: CNS_CHECK_VALUE(cns_op_max_length(run, CNS_VALUE, pc->b));
op_PATTERN: CNS_CHECK_VALUE(cns_op_pattern(run, CNS_VALUE, cns_regex_of(run->program, pc->b)));
op_LANGUAGE_IN: CNS_CHECK_VALUE(cns_op_language_in(run, CNS_VALUE, pc->b));
op_IN: {
    const CnsValueList *set = &run->program->value_sets[pc->b];
    CNS_CHECK_VALUE(cns_op_in(run, CNS_VALUE, *set, (const uint32_t *)run->program->pool + set->first));
}
op_FITS:
    if (cns_op_fits(run, CNS_VALUE, &run->program->fits[pc->a])) CNS_NEXT();
elsewhere:
    pc = code + pc->d;
    CNS_DISPATCH();
op_CLOSED: CNS_CHECK_SET(cns_op_closed(run, pc->a, frame->focus, CNS_VALUE, cns_op_allowed(run->program, pc->b), !frame->testing));

op_MIN_COUNT: CNS_CHECK(frame->count >= pc->b, CNS_NONE);
op_MAX_COUNT: CNS_CHECK(frame->count <= pc->b, CNS_NONE);
op_COUNT: {
    bool few = frame->count < pc->b;
    if (!few && frame->count <= pc->c) CNS_NEXT();
    if (few) CNS_COUNT_FAILURE();
    else if (vm->counts) vm->counts[run->program->code_count + pc->d]++;
    if (frame->testing) goto failed;
    if (few && !cns_run_hit(run, pc->a, frame->focus, CNS_NONE, CNS_NONE)) return CNS_ERR_MEMORY;
    if (frame->count > pc->c && !cns_run_hit(run, pc->d, frame->focus, CNS_NONE, CNS_NONE)) return CNS_ERR_MEMORY;
    CNS_NEXT();
}
op_HAS_VALUE: CNS_CHECK(cns_op_has_value(run, CNS_SLICE, pc->b), CNS_NONE);
op_UNIQUE_LANG: CNS_CHECK_SET(cns_op_unique_lang(run, pc->a, frame->focus, CNS_SLICE, !frame->testing));
op_EQUALS: CNS_CHECK_SET(cns_op_equals(run, pc->a, frame->focus, CNS_SLICE, pc->b, !frame->testing));
op_DISJOINT: CNS_CHECK_SET(cns_op_disjoint(run, pc->a, frame->focus, CNS_SLICE, pc->b, !frame->testing));
op_COMPARE: CNS_CHECK_SET(cns_op_compare(run, pc->a, frame->focus, CNS_SLICE, pc->b, pc->c, !frame->testing));

op_CALL:
    if (turns == 0) goto pause;
    turns--;
    frame = push(vm, pc->a, CNS_VALUE, pc + 1, frame->testing, true);
    pc = vm->pc;
    CNS_DISPATCH();
op_ASK: {
    CnsMemoVerdict known = cns_memo_get(run, run->program->shapes[pc->a].memo, CNS_VALUE);
    if (known == CNS_MEMO_UNKNOWN) goto op_TEST;
    flag = known == CNS_MEMO_CONFORMS;
    pc += 2;
    CNS_DISPATCH();
}
op_TEST:
    if (turns == 0) goto pause;
    turns--;
    frame = push(vm, pc->a, CNS_VALUE, pc + 1, true, false);
    pc = vm->pc;
    CNS_DISPATCH();
op_KEEP:
    if (!cns_memo_put(run, run->program->shapes[pc->a].memo, CNS_VALUE, flag)) return CNS_ERR_MEMORY;
    CNS_NEXT();
op_JUMP:
    pc = code + pc->a;
    CNS_DISPATCH();
op_JUMP_IF:
    if (!flag) CNS_NEXT();
    pc = code + pc->a;
    CNS_DISPATCH();
op_JUMP_UNLESS:
    if (flag) CNS_NEXT();
    pc = code + pc->a;
    CNS_DISPATCH();
op_FAIL: CNS_CHECK(false, CNS_VALUE);
op_TALLY_CLEAR:
    frame->tally = 0;
    CNS_NEXT();
op_TALLY:
    frame->tally++;
    CNS_NEXT();
op_JUMP_TALLY:
    if (frame->tally < pc->b) CNS_NEXT();
    pc = code + pc->a;
    CNS_DISPATCH();
op_FAIL_UNLESS_ONE: CNS_CHECK(frame->tally == 1, CNS_VALUE);
op_MIN_TALLY: CNS_CHECK(frame->tally >= pc->b, CNS_NONE);
op_MAX_TALLY: CNS_CHECK(frame->tally <= pc->b, CNS_NONE);

pause: /* the instruction at pc is the next one */
    vm->pc = pc;
    vm->flag = flag;
    *budget = 0;
    return CNS_AGAIN;

finished:
    vm->flag = flag;
    *budget = turns;
    return CNS_OK;
}

/* Focus nodes of the root, a part at a time; false where there are no more. */
static bool more_focus(CnsVm *vm, const CnsRoot *root, CnsStatus *status) {
    while (!vm->focus.count) {
        bool first = !vm->root_open;
        vm->root_open = true;
        if (root->focus) {
            if (!first) return false;
            vm->focus = (CnsSlice){root->focus, root->focus_count};
            if (!root->focus_count) return false;
        } else {
            if (first) vm->place = 0;
            if (vm->place == CNS_NONE) return false;
            if (!cns_run_next_targets(&vm->run, root->shape, &vm->place, &vm->focus)) {
                *status = CNS_ERR_MEMORY;
                return false;
            }
        }
    }
    return true;
}

static bool is_vacuous(const CnsVm *vm, uint32_t shape) {
    return cns_run_is_vacuous(&vm->run, shape) || cns_decide_is_empty(&vm->decided, vm->run.program, shape);
}

CnsStatus cns_vm_run(CnsVm *vm, uint64_t budget) {
    CnsStatus status = CNS_OK;
    bool decide = !vm->begun && vm->run.store->stats.triples_kept >= vm->decide_from;
    if (decide && !cns_decide(&vm->run, vm->roots, vm->root_count, !vm->decide_from, &vm->decided)) return CNS_ERR_MEMORY;
    vm->begun = true;
    for (;;) {
        if (vm->depth) {
            status = interpret(vm, &budget);
            if (status != CNS_OK) return status;
            if (vm->verdict_only && !vm->flag) {
                vm->conforms = false;
                return CNS_OK;
            }
        }
        if (vm->root == vm->root_count) {
            vm->conforms = vm->conforms && !vm->run.hit_count;
            return CNS_OK;
        }
        const CnsRoot *root = &vm->roots[vm->root];
        bool vacuous = !vm->root_open && is_vacuous(vm, root->shape);
        if (vacuous || !more_focus(vm, root, &status)) {
            if (status != CNS_OK) return status;
            vm->root++;
            vm->root_open = false;
            continue;
        }
        vm->code = vm->decided.has && vm->decided.has[root->shape] ? vm->decided.code : vm->run.program->code;
        if (budget == 0) return CNS_AGAIN;
        budget--;
        vm->memo = vm->run.program->shapes[root->shape].memo;
        if (vm->memo != CNS_NONE) skip_known(vm);
        if (vm->focus.count) push(vm, root->shape, next_focus(vm), NULL, vm->verdict_only, false);
    }
}
