/* Verdicts that are kept: whether a node, or a literal, conforms to a shape, for those who ask again. Two bits for each in each
   shape that has a memo, from the first verdict on.

   Threads share them without locks. A table appears once and stays. Four verdicts are a byte, which is read and written whole: who
   writes at the same time as another may undo what that one wrote, both bits of it, and it will be found out again. */
#ifndef CNS_MEMO_H
#define CNS_MEMO_H

#include "run.h"

typedef enum { CNS_MEMO_UNKNOWN, CNS_MEMO_CONFORMS, CNS_MEMO_FAILS } CnsMemoVerdict;

/* Makes the table of a memo that has none, unless another thread is sooner. False without memory. */
bool cns_memo_make(CnsRun *run, uint32_t memo);

/* Literals stand behind the nodes. */
static inline uint32_t cns_memo_place(const CnsRun *run, uint32_t value) {
    return cns_is_literal(value) ? run->store->node_count + (value & ~CNS_LITERAL_BIT) : value;
}

static inline CnsMemoVerdict cns_memo_get(const CnsRun *run, uint32_t memo, uint32_t value) {
    const uint8_t *table = __atomic_load_n(&run->memos[memo], __ATOMIC_ACQUIRE);
    if (!table) return CNS_MEMO_UNKNOWN;
    uint32_t place = cns_memo_place(run, value);
    return (CnsMemoVerdict)(__atomic_load_n(&table[place / 4], __ATOMIC_RELAXED) >> place % 4 * 2 & 3);
}

/* False without memory. */
static inline bool cns_memo_put(CnsRun *run, uint32_t memo, uint32_t value, bool conforms) {
    if (!__atomic_load_n(&run->memos[memo], __ATOMIC_ACQUIRE) && !cns_memo_make(run, memo)) return false;
    uint32_t place = cns_memo_place(run, value);
    uint8_t *byte = &__atomic_load_n(&run->memos[memo], __ATOMIC_ACQUIRE)[place / 4];
    uint32_t verdict = (uint32_t)(conforms ? CNS_MEMO_CONFORMS : CNS_MEMO_FAILS) << place % 4 * 2;
    __atomic_store_n(byte, (uint8_t)(__atomic_load_n(byte, __ATOMIC_RELAXED) | verdict), __ATOMIC_RELAXED);
    return true;
}

#endif
