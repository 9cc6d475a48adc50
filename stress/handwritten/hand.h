/* Validators written by hand, one for each workload of stress/native.py: what somebody would write who knows these shapes, and the
   store, by heart. They find (focus node, value) pairs, CNS_NONE where a result has no value. */
#ifndef HAND_H
#define HAND_H

#include "literal.h"
#include "store.h"

typedef struct {
    uint32_t focus;
    uint32_t value;
} Found;

typedef struct {
    const CnsStore *store;
    Found *found; /* with room enough */
    uint32_t count;
    uint32_t types;
    uint32_t columns[24], classes[24]; /* of the workload, looked up once, in the order in which it names them */
} Hand;

typedef void HandValidator(Hand *hand);

typedef struct {
    const char *name;
    const char *columns[24], *classes[24]; /* local names; up to the first NULL */
    HandValidator *validate;
} HandWorkload;

extern const HandWorkload hand_workloads[];
extern const unsigned hand_workload_count;

#endif
