/* Memory that is given back all at once: small pieces come out of blocks that are kept, so that the same work done again
   asks nobody for memory. Large pieces come from the parent, which can make them grow in place. For one thread at a time. */
#ifndef CNS_REGION_H
#define CNS_REGION_H

#include "base.h"

typedef struct CnsRegionBlock CnsRegionBlock;
typedef struct CnsRegionPiece CnsRegionPiece;

typedef struct {
    CnsRegionBlock *block;
    size_t used;
} CnsRegionMark;

typedef struct {
    CnsAllocator parent;
    CnsRegionBlock *first;
    CnsRegionMark now;
    CnsRegionMark kept;
    CnsRegionPiece *large; /* the newest first */
} CnsRegion;

void cns_region_open(CnsRegion *region, const CnsAllocator *parent);
void cns_region_close(CnsRegion *region);

/* An allocator that takes from the region; what it frees, only going back gives back. */
CnsAllocator cns_region_allocator(CnsRegion *region);

/* Once, when what stays has been made; and back to that moment. A piece that was there then may be replaced by a larger one
   afterwards, but is left where it is. */
void cns_region_keep(CnsRegion *region);
void cns_region_rewind(CnsRegion *region);

#endif
