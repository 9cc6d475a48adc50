/* The bytecode engine: a direct-threaded interpreter with frames of its own, which can stop at any point and go on. */
#ifndef CNS_VM_H
#define CNS_VM_H

#include "decide.h"

typedef struct {
    const CnsInstruction *resume; /* where the caller goes on; NULL in the lowest frame */
    const uint32_t *items;        /* the value nodes */
    uint32_t count;
    uint32_t index;
    uint32_t focus;
    uint32_t tally;
    bool testing; /* only the verdict is wanted: leave at the first failure */
    bool called;  /* by CALL: a failure is the caller's failure; else it only clears the caller's flag */
} CnsFrame;

typedef struct {
    CnsRun run;
    const CnsRoot *roots;
    uint32_t root_count;
    uint32_t root;        /* which of them is being run */
    CnsSlice focus;       /* its focus nodes that come next */
    uint32_t place;       /* where those behind them begin: for cns_run_next_targets */
    uint32_t memo;        /* its own, or CNS_NONE */
    uint32_t hits_before; /* how many hits there were before the focus node that is being run */
    bool root_open;
    bool verdict_only;
    bool conforms;        /* so far */
    CnsFrame *frames;
    uint32_t depth;       /* frames in use; 0 between focus nodes */
    bool flag;
    const CnsInstruction *pc;
    const CnsInstruction *code; /* of the root: the program's, or what is left of it */
    uint64_t decide_from;       /* so many triples are worth it to have the store's counts decide what they can; 0: always */
    CnsDecided decided;
    bool begun;
    uint64_t *counts; /* NULL, or the caller's: how often each instruction was executed, then how often each op failed */
} CnsVm;

CnsStatus cns_vm_open(CnsVm *vm, const CnsStore *store, const CnsRoot *roots, uint32_t root_count, bool verdict_only);

/* Runs for about so many loop turns and calls. CNS_AGAIN: not done yet, call again. CNS_OK: done; hits and verdict are in the vm.
   A single check is not cut short by the budget, only by run.poll, which then makes it CNS_STOPPED: close the vm. */
CnsStatus cns_vm_run(CnsVm *vm, uint64_t budget);

void cns_vm_close(CnsVm *vm);

#endif
