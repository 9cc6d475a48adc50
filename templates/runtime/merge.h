/* One store out of several that were filled side by side. */
#ifndef CNS_MERGE_H
#define CNS_MERGE_H

#include "store.h"

/* Adds all that the part holds; what it held is the store's afterwards, and the part can only be closed. Neither is indexed yet. */
CnsStatus cns_store_absorb(CnsStore *store, CnsStore *part);

/* What a part is like after it was absorbed: as new, with the memory it had. */
void cns_store_recycle(CnsStore *part);

#endif
