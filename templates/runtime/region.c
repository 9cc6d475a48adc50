/* Blocks in a list, filled one after the other; a piece knows its size, so that it can be moved. */
#include "region.h"

/* A block of the store's arena is a small piece. */
enum { BLOCK_BYTES = 1 << 17, LARGE_BYTES = (1 << 16) + 1024, PIECE_ALIGNMENT = 16 };

struct CnsRegionBlock {
    CnsRegionBlock *next;
    size_t size;
};

/* Stands before each piece. */
struct CnsRegionPiece {
    size_t size;
    CnsRegionPiece *older; /* of large ones */
    CnsRegionPiece *newer;
    size_t state; /* SMALL, LARGE, or KEPT: large, and there when it was said to keep */
};

enum { SMALL, LARGE, KEPT };

static size_t rounded(size_t size) { return (size + PIECE_ALIGNMENT - 1) / PIECE_ALIGNMENT * PIECE_ALIGNMENT; }

static uint8_t *bytes_of(CnsRegionBlock *block) { return (uint8_t *)block + rounded(sizeof *block); }

static void *parent_resize(CnsRegion *region, void *memory, size_t size) {
    return region->parent.resize(region->parent.context, memory, size);
}

/* ---------------------------------------------------------------- large pieces */

static void unlink_large(CnsRegion *region, CnsRegionPiece *piece) {
    if (piece->older) piece->older->newer = piece->newer;
    if (piece->newer) piece->newer->older = piece->older;
    else region->large = piece->older;
}

static void link_large(CnsRegion *region, CnsRegionPiece *piece) {
    piece->older = region->large;
    piece->newer = NULL;
    if (piece->older) piece->older->newer = piece;
    region->large = piece;
}

static void *take_large(CnsRegion *region, size_t size) {
    if (size > SIZE_MAX - sizeof(CnsRegionPiece)) return NULL;
    CnsRegionPiece *piece = parent_resize(region, NULL, sizeof *piece + size);
    if (!piece) return NULL;
    piece->size = size;
    piece->state = LARGE;
    link_large(region, piece);
    return piece + 1;
}

static void *resize_large(CnsRegion *region, CnsRegionPiece *piece, size_t size) {
    if (size > SIZE_MAX - sizeof *piece) return NULL;
    unlink_large(region, piece);
    CnsRegionPiece *moved = parent_resize(region, piece, sizeof *piece + size);
    if (moved) moved->size = size;
    link_large(region, moved ? moved : piece);
    return moved ? moved + 1 : NULL;
}

static void free_large(CnsRegion *region, CnsRegionPiece *piece) {
    unlink_large(region, piece);
    parent_resize(region, piece, 0);
}

/* ---------------------------------------------------------------- small pieces */

/* Room for a piece, in a block that was there before if possible. */
static bool make_room(CnsRegion *region, size_t needed) {
    CnsRegionBlock *block = region->now.block;
    if (block && region->now.used + needed <= block->size) return true;
    CnsRegionBlock *next = block ? block->next : region->first;
    if (!next) {
        next = parent_resize(region, NULL, rounded(sizeof *next) + BLOCK_BYTES);
        if (!next) return false;
        *next = (CnsRegionBlock){NULL, BLOCK_BYTES};
        if (block) block->next = next;
        else region->first = next;
    }
    region->now.block = next;
    region->now.used = 0;
    return true;
}

static void *take_small(CnsRegion *region, size_t size) {
    size_t needed = sizeof(CnsRegionPiece) + rounded(size);
    if (!make_room(region, needed)) return NULL;
    CnsRegionPiece *piece = (CnsRegionPiece *)(void *)(bytes_of(region->now.block) + region->now.used);
    piece->size = size;
    piece->state = SMALL;
    region->now.used += needed;
    return piece + 1;
}

/* The piece that was made last can grow where it is. */
static bool grow_in_place(CnsRegion *region, CnsRegionPiece *piece, size_t size) {
    uint8_t *start = bytes_of(region->now.block), *kept = region->now.block == region->kept.block ? start + region->kept.used : start;
    if ((uint8_t *)(piece + 1) + rounded(piece->size) != start + region->now.used || (uint8_t *)piece < kept) return false;
    size_t used = (size_t)((uint8_t *)(piece + 1) - start) + rounded(size);
    if (used > region->now.block->size) return false;
    region->now.used = used;
    piece->size = size;
    return true;
}

static void *region_resize(void *context, void *memory, size_t size) {
    CnsRegion *region = context;
    CnsRegionPiece *piece = memory ? (CnsRegionPiece *)memory - 1 : NULL;
    if (!size) {
        if (piece && piece->state == LARGE) free_large(region, piece);
        return NULL;
    }
    if (piece && piece->state == LARGE) return resize_large(region, piece, size);
    if (piece && piece->state == SMALL && size <= LARGE_BYTES && (size <= piece->size || grow_in_place(region, piece, size))) return memory;
    void *made = size > LARGE_BYTES ? take_large(region, size) : take_small(region, size);
    if (made && piece) memcpy(made, memory, piece->size < size ? piece->size : size);
    return made;
}

/* ---------------------------------------------------------------- the whole */

CnsAllocator cns_region_allocator(CnsRegion *region) { return (CnsAllocator){region_resize, region}; }

void cns_region_open(CnsRegion *region, const CnsAllocator *parent) { *region = (CnsRegion){.parent = *parent}; }

void cns_region_close(CnsRegion *region) {
    while (region->large) free_large(region, region->large);
    while (region->first) {
        CnsRegionBlock *next = region->first->next;
        parent_resize(region, region->first, 0);
        region->first = next;
    }
    region->now = region->kept = (CnsRegionMark){NULL, 0};
}

void cns_region_keep(CnsRegion *region) {
    for (CnsRegionPiece *piece = region->large; piece; piece = piece->older) piece->state = KEPT;
    region->kept = region->now;
}

void cns_region_rewind(CnsRegion *region) {
    while (region->large && region->large->state == LARGE) free_large(region, region->large);
    region->now = region->kept;
}
