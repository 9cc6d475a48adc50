/* In which order roots are asked for a verdict alone: what the store's counts say of them, before anything is run. */
#ifndef CNS_CHANCES_H
#define CNS_CHANCES_H

#include "run.h"

/* The program's root_order as roots over their targets: those first of which counts prove that they fail, then those that may well
   fail, and last those without focus nodes; else as they were. Looks at targets and code, and at nodes only where they are few. False without memory. */
bool cns_order_roots(const CnsStore *store, CnsRoot *roots);

#endif
