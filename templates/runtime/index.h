/* From pairs in the order of arrival to columns: sorted, without duplicates, with ranks. Used by the store alone. */
#ifndef CNS_INDEX_H
#define CNS_INDEX_H

#include "store.h"

void cns_column_free(const CnsAllocator *allocator, CnsColumn *column);

#endif
