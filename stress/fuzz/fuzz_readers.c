/* The readers on any bytes: no undefined behaviour, no leak, and the same outcome in one piece, in many, and in threads.

   stress/fuzz/run.sh SECONDS [CORPUS]

   The first two bytes of an input choose syntax and options, the third where the pieces part. */
#include <stdio.h>
#include <stdlib.h>

#include "literal.h"
#include "perfect.h"
#include "reader.h"

/* The store only asks the program for its constants and columns: none of either, and everything is kept. */
static CnsFacts facts = {.type_column = CNS_NONE, .sub_class_column = CNS_NONE, .keep_rest = 1};
static CnsPerfect no_predicates;
static CnsProgram program = {.facts = &facts, .facts_count = 1, .predicate_hash = (const void *)&no_predicates};

typedef struct {
    CnsStatus status;
    CnsError error;
    CnsProblems problems;
    CnsStore store;
} Outcome;

static void open_outcome(Outcome *outcome, CnsReadOptions *options) {
    memset(outcome, 0, sizeof *outcome);
    options->problems = &outcome->problems;
    if (cns_store_open(&outcome->store, &program, NULL) != CNS_OK) abort();
}

static void read_whole(Outcome *outcome, CnsSyntax syntax, CnsReadOptions options, const uint8_t *bytes, size_t size) {
    open_outcome(outcome, &options);
    outcome->status = cns_read(&outcome->store, syntax, bytes, size, &options, &outcome->error);
}

/* Each piece in memory of its own, so that a byte read too many is seen. */
static void read_pieces(Outcome *outcome, CnsSyntax syntax, CnsReadOptions options, const uint8_t *bytes, size_t size, size_t step) {
    CnsReader *reader;
    size_t start = 0, end = 0, consumed;
    open_outcome(outcome, &options);
    options.copy = true;
    outcome->status = cns_reader_open(&reader, &outcome->store, syntax, &options, &outcome->error);
    while (outcome->status == CNS_OK && (end < size || !size)) {
        end = size - end > step ? end + step : size;
        uint8_t *piece = malloc(end - start + 1);
        memcpy(piece, bytes + start, end - start);
        outcome->status = cns_reader_feed(reader, piece, end - start, end == size, &consumed, &outcome->error);
        free(piece);
        start += consumed;
        if (!size) break;
    }
    cns_reader_close(reader);
}

static void expect(bool same, const char *what) {
    if (same) return;
    fprintf(stderr, "read in another way it is not the same: %s\n", what);
    abort();
}

static void compare(const Outcome *whole, const Outcome *pieces) {
    const CnsStore *a = &whole->store, *b = &pieces->store;
    expect(whole->status == pieces->status, "status");
    expect(whole->error.line == pieces->error.line && whole->error.column == pieces->error.column, "place");
    expect(strcmp(whole->error.message, pieces->error.message) == 0, "message");
    expect(whole->problems.count == pieces->problems.count, "problems");
    if (whole->status != CNS_OK) return;
    expect(a->node_count == b->node_count && a->literal_count == b->literal_count, "ids");
    expect(a->rest.subjects.count == b->rest.subjects.count, "triples");
    size_t bytes = a->rest.subjects.count * sizeof(uint32_t);
    expect(!bytes || memcmp(a->rest.subjects.items, b->rest.subjects.items, bytes) == 0, "subjects");
    expect(!bytes || memcmp(a->rest.objects.items, b->rest.objects.items, bytes) == 0, "objects");
    for (uint32_t i = 0; i < a->node_count; i++)
        expect(a->nodes[i].length == b->nodes[i].length && memcmp(a->nodes[i].text, b->nodes[i].text, a->nodes[i].length) == 0, "nodes");
    for (uint32_t i = 0; i < a->literal_count; i++) expect(cns_literal_equal(a, &a->literals[i], &b->literals[i]), "literals");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Outcome whole, pieces, threads;
    if (size < 3) return 0;
    CnsSyntax syntax = (CnsSyntax)(data[0] & 3);
    CnsReadOptions options = {.lenient = data[1] & 2, .copy = data[1] & 4, .max_literal_bytes = data[1] & 8 ? 20 : 0};
    options.max_triples = data[1] & 16 ? 5 : 0;
    if (data[1] & 32) options.base = (const uint8_t *)"http://a/b/c?d", options.base_length = 14;
    if (data[1] & 64) options.graph_choice = CNS_GRAPH_NAMED, options.graph = (const uint8_t *)"_:.1", options.graph_length = 4;
    if (data[1] & 128) options.graph_choice = CNS_GRAPH_DEFAULT;
    size -= 3;
    uint8_t *exact = malloc(size + !size);
    memcpy(exact, data + 3, size);
    read_whole(&whole, syntax, options, exact, size);
    read_pieces(&pieces, syntax, options, exact, size, data[2] % 61 + 1);
    compare(&whole, &pieces);
    if (data[0] & 4) { /* chunks are cut at a few bytes here: see run.sh */
        options.threads = 3;
        read_whole(&threads, syntax, options, exact, size);
        compare(&whole, &threads);
        cns_store_close(&threads.store);
    }
    cns_store_close(&whole.store);
    cns_store_close(&pieces.store);
    free(exact);
    return 0;
}
