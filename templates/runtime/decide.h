/* What the store's counts decide before a run, once for all nodes: the vm then runs a copy of the code without it. */
#ifndef CNS_DECIDE_H
#define CNS_DECIDE_H

#include "run.h"

/* Below so many triples there is little to gain, and an event asks for no memory. Measured on the six corpora of stress/corpora.py: of
   4,000 triples a run takes 0.1 to 0.5 ms, within 3% with deciding or without, but for two that gain a fifth and a third. */
enum { CNS_DECIDE_LEAST_TRIPLES = 4096 };

/* A copy of the program's code with what is decided replaced by jumps over it; only those shapes are in it, each in its place, for
   which it is worth it, and what they call. */
typedef struct {
    CnsInstruction *code;
    bool *has; /* by shape; NULL: none is */
} CnsDecided;

/* For a run of these roots; `always`: whether it is worth it or not. False without memory. */
bool cns_decide(CnsRun *run, const CnsRoot *roots, uint32_t root_count, bool always, CnsDecided *decided);

void cns_decide_close(const CnsRun *run, CnsDecided *decided);

/* True where the shape's code comes to its end without a look at anything. */
bool cns_decide_is_empty(const CnsDecided *decided, const CnsProgram *program, uint32_t shape);

#endif
