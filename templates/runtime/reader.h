/* Readers: bytes of a syntax in, triples in the store out. */
#ifndef CNS_READER_H
#define CNS_READER_H

#include "store.h"

/* N-Triples, the whole of a source. With copy every kept text goes to the store's arena; else the bytes must outlive
   the store. An error names line and column; the store is then good for nothing but closing. */
CnsStatus cns_read_ntriples(CnsStore *store, const uint8_t *bytes, size_t size, bool copy, CnsError *error);

#endif
