/* One store out of several that were filled side by side. */
#ifndef CNS_MERGE_H
#define CNS_MERGE_H

#include "store.h"

/* Adds all that the part holds. With copy, the texts that the store has not yet are copied to it; else they stay where the
   part has them, and what memory of the part they are in becomes the store's. The part can be recycled or closed. Neither is
   indexed yet. */
CnsStatus cns_store_absorb(CnsStore *store, CnsStore *part, bool copy);

/* What a part is like after it was absorbed: as new, with the memory it had. */
void cns_store_recycle(CnsStore *part);

#endif
