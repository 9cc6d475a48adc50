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
    bool dataset; /* the document may have graphs; follows from the syntax */
    bool lenient; /* a bad statement is skipped and counted; limits and want of memory still end the reading */
    uint32_t graph_choice;     /* a CnsGraphChoice */
    uint32_t base_length;
    uint32_t graph_length;
    const uint8_t *base;       /* absolute; NULL: a relative IRI is an error */
    const uint8_t *graph;      /* with CNS_GRAPH_NAMED: its IRI, or "_:" and a label of the document */
    uint64_t max_triples;      /* of all that the store has read; 0: no limit, here and below */
    uint32_t max_literal_bytes; /* between the quotes, as written */
    uint32_t max_depth;        /* Turtle: of collections and property lists; 0: CNS_DEPTH_DEFAULT */
    uint32_t threads;          /* for lines: how many may read at once; the result does not depend on it */
    CnsProblems *problems;     /* where a lenient reader writes; it adds to what is there; may be NULL */
    CnsWords *graphs;          /* not NULL: the names of the graphs go there as nodes, in order, some of them twice */
} CnsReadOptions;

typedef enum { CNS_SYNTAX_NTRIPLES, CNS_SYNTAX_NQUADS, CNS_SYNTAX_TURTLE, CNS_SYNTAX_TRIG } CnsSyntax;

typedef struct CnsReader CnsReader;

/* Begins a source of the store and makes what reads it; to be closed in any case. An error names line and column, and after
   one the store is good for nothing but closing. */
CnsStatus cns_reader_open(CnsReader **reader, CnsStore *store, CnsSyntax syntax, const CnsReadOptions *options, CnsError *error);

/* Reads what is whole in these bytes and says how many they were; the rest is to be fed again, with more behind it.
   With `last` all is read, and errors are found that only the end shows. */
CnsStatus cns_reader_feed(CnsReader *reader, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error);

void cns_reader_close(CnsReader *reader);

/* All of that for a source that is there as a whole. */
CnsStatus cns_read(CnsStore *store, CnsSyntax syntax, const uint8_t *bytes, size_t size, const CnsReadOptions *options, CnsError *error);

#endif
