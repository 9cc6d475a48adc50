/* Readers: bytes of a syntax in, triples in the store out. */
#ifndef CNS_READER_H
#define CNS_READER_H

#include "store.h"

/* Which graphs of a dataset count; triples of the others are parsed and dropped. */
typedef enum { CNS_GRAPH_UNION, CNS_GRAPH_DEFAULT, CNS_GRAPH_NAMED } CnsGraphChoice;

enum { CNS_PROBLEMS_KEPT = 20, CNS_DEPTH_DEFAULT = 100000 };

/* What a lenient reader skipped. */
typedef struct {
    uint64_t count; /* of all, also of those that are not among the first */
    CnsError first[CNS_PROBLEMS_KEPT];
} CnsProblems;

/* All zero is a good choice: a strict reading of the union of all graphs, in place, without limits but for the depth. */
typedef struct {
    bool copy;    /* every kept text goes to the store's arena; else the bytes must outlive the store */
    bool trig;    /* Turtle only: the document may have graphs */
    bool lenient; /* a bad statement is skipped and counted; limits and want of memory still end the reading */
    uint32_t graph_choice;     /* a CnsGraphChoice */
    uint32_t base_length;
    uint32_t graph_length;
    const uint8_t *base;       /* absolute; NULL: a relative IRI is an error */
    const uint8_t *graph;      /* with CNS_GRAPH_NAMED: its IRI, or "_:" and a label of the document */
    uint64_t max_triples;      /* 0: no limit, here and below */
    uint32_t max_literal_bytes; /* between the quotes, as written */
    uint32_t max_depth;        /* of collections and property lists; 0: CNS_DEPTH_DEFAULT */
    CnsProblems *problems;     /* where a lenient reader writes; it adds to what is there; may be NULL */
    CnsWords *graphs;          /* not NULL: the names of the graphs go there as nodes, in order, some of them twice */
} CnsReadOptions;

/* N-Triples, the whole of a source. With copy every kept text goes to the store's arena; else the bytes must outlive
   the store. An error names line and column; the store is then good for nothing but closing. */
CnsStatus cns_read_ntriples(CnsStore *store, const uint8_t *bytes, size_t size, bool copy, CnsError *error);

/* Turtle or TriG, the whole of a source. In pieces: turtle.h. */
CnsStatus cns_read_turtle(CnsStore *store, const uint8_t *bytes, size_t size, const CnsReadOptions *options, CnsError *error);

#endif
