/* Tables as data: each row a triple, in columns of text that come over Arrow's C stream interface. */
#ifndef CNS_ARROW_H
#define CNS_ARROW_H

#include "reader.h"

/* The interface as https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html lay it down. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* Batches in which a store has texts. */
typedef struct {
    struct ArrowArray *items;
    size_t count, capacity;
} CnsArrowBatches;

/* To be called after the store is closed. */
void cns_arrow_release(const CnsAllocator *allocator, CnsArrowBatches *batches);

/* Reads all of the stream as a source of the store; the stream itself stays the caller's. Columns, by name:

       subject, predicate   (or s, p) an IRI with or without its brackets, or "_:" and a label
       object               (or o) a term as N-Triples write it, or an IRI without brackets; where there is a datatype column
                            or a language column, a row with either has the literal's bare text here
       datatype             an IRI, or null
       language             (or lang) a tag, or null
       graph                (or g) an IRI, "_:" and a label, or null for the default graph

   Each is text, or a dictionary of text. Others are not looked at. An error's line is the row, from 1. Without
   options.copy texts stay where they are, and `batches` gets what they are in; else it may be NULL. */
CnsStatus cns_read_arrow(CnsStore *store, struct ArrowArrayStream *stream, const CnsReadOptions *options, CnsArrowBatches *batches, CnsError *error);

#endif
