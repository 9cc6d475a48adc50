/* One face for the readers of text: by syntax, in pieces or whole. */
#include "lines.h"
#include "turtle.h"

struct CnsReader {
    CnsStore *store;
    bool of_lines;
    union {
        CnsLines lines;
        CnsTurtle turtle;
    } as;
};

CnsStatus cns_reader_open(CnsReader **opened, CnsStore *store, CnsSyntax syntax, const CnsReadOptions *options, CnsError *error) {
    CnsReadOptions chosen = *options;
    CnsReader *reader = store->allocator.resize(store->allocator.context, NULL, sizeof *reader);
    memset(error, 0, sizeof *error);
    *opened = NULL;
    if (!reader) return error->status = CNS_ERR_MEMORY;
    chosen.dataset = syntax == CNS_SYNTAX_NQUADS || syntax == CNS_SYNTAX_TRIG;
    reader->store = store;
    reader->of_lines = syntax == CNS_SYNTAX_NTRIPLES || syntax == CNS_SYNTAX_NQUADS;
    if (reader->of_lines) cns_lines_open(&reader->as.lines, store, &chosen);
    else cns_turtle_open(&reader->as.turtle, store, &chosen, error);
    if (error->status == CNS_OK) error->status = cns_store_begin_source(store, false);
    *opened = reader;
    return error->status;
}

CnsStatus cns_reader_feed(CnsReader *reader, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error) {
    if (reader->of_lines) return cns_lines_feed(&reader->as.lines, bytes, size, last, consumed, error);
    return cns_turtle_feed(&reader->as.turtle, bytes, size, last, consumed, error);
}

void cns_reader_close(CnsReader *reader) {
    if (!reader) return;
    const CnsAllocator *allocator = &reader->store->allocator;
    if (!reader->of_lines) cns_turtle_close(&reader->as.turtle);
    allocator->resize(allocator->context, reader, 0);
}

CnsStatus cns_read(CnsStore *store, CnsSyntax syntax, const uint8_t *bytes, size_t size, const CnsReadOptions *options, CnsError *error) {
    CnsReader *reader;
    size_t consumed;
    if (cns_reader_open(&reader, store, syntax, options, error) == CNS_OK) cns_reader_feed(reader, bytes, size, true, &consumed, error);
    cns_reader_close(reader);
    return error->status;
}
