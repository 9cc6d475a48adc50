/* N-Triples and N-Quads in pieces: whatever whole lines there are go in, and what is left of a piece is asked for again.

   lines.c knows the whole grammar, lines_fast.h the shape that nearly all lines have, once for each kind of machine. Both
   intern in the same order, so that ids do not depend on which of them read a line. */
#ifndef CNS_LINES_H
#define CNS_LINES_H

#include "batch.h"
#include "datatypes.h"
#include "reader.h"
#include "syntax.h"

enum { CNS_SEEN_PREDICATES = 512, CNS_SEEN_SLOTS = 2048, CNS_SEEN_ANNOTATIONS = 64, CNS_ANNOTATION_TEXT = 112 };

/* A ^^<datatype> or @tag that was met, with its brackets and signs, and what it is in the store. */
typedef struct {
    uint32_t datatype;
    uint32_t language;
    uint32_t length; /* 0: nothing here */
    uint8_t text[CNS_ANNOTATION_TEXT];
} CnsSeenAnnotation;

/* A predicate that was met, with what came after it last. */
typedef struct {
    const uint8_t *token; /* with its brackets */
    uint32_t length;
    uint32_t next; /* the predicate that followed it last: the first guess for the next line */
    const CnsSeenAnnotation *annotation; /* likewise, behind its literals */
    CnsRoute route;
    bool routed; /* the route is known: it is asked for by the first triple that is wanted, since that may make a node */
} CnsSeenPredicate;

typedef struct {
    CnsStore *store;
    CnsReadOptions options;
    CnsError *error;
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *line;    /* where the line that is being read began */
    uint64_t triples;       /* each has a line of its own */
    uint64_t other_lines;   /* all others that are behind us */
    uint64_t triple_limit;  /* for `triples` */
    bool begun;             /* past the byte order mark */
    bool after_return;      /* the piece before ended with a CR, whose line may go on with an LF */
    bool annotations_go;    /* their texts are the caller's for a moment only, whatever options.copy says */
    bool graph_wanted;      /* that of `graph` */
    bool default_wanted;
    bool subject_ready;     /* the batch's subject is that of the line before */
    uint32_t last;          /* the predicate of the line before */
    const uint8_t *subject; /* the token of the line before, or NULL */
    const uint8_t *graph;   /* ... or NULL for the default graph */
    uint32_t subject_length, graph_length;
    uint32_t seen_count;
    uint64_t seen_annotations; /* a bit for each of them that is there */
    CnsBatch batch;
    CnsSeenPredicate seen[CNS_SEEN_PREDICATES]; /* the last one stands for all that there is no room for */
    uint16_t seen_slots[CNS_SEEN_SLOTS]; /* by hash: index + 1 */
    CnsSeenAnnotation annotations[CNS_SEEN_ANNOTATIONS]; /* by hash; a newer one takes the place of an older */
} CnsLines;

void cns_lines_open(CnsLines *lines, CnsStore *store, const CnsReadOptions *options);

/* Reads the whole lines; with `last` all that there is. Bytes that are not copied must outlive the store.
   Large pieces are split over the threads that the options allow. */
CnsStatus cns_lines_feed(CnsLines *lines, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error);

/* The same by the calling thread alone, for bytes that begin and end where a line does. The error is cleared before. */
void cns_lines_read(CnsLines *lines, const uint8_t *bytes, const uint8_t *end, CnsError *error);

/* ---------------------------------------------------------------- between the two halves */

/* Lines of the usual shape until one is not, or the input ends; false without memory. */
bool cns_lines_plain(CnsLines *lines);
bool cns_lines_avx2(CnsLines *lines);
bool cns_lines_avx512(CnsLines *lines);

/* The predicate's entry, made if it is new; NULL without memory. The token has its brackets. It is not routed yet. */
CnsSeenPredicate *cns_lines_predicate(CnsLines *lines, const uint8_t *token, uint32_t length);

/* False without memory. */
bool cns_lines_route(CnsLines *lines, CnsSeenPredicate *predicate);

/* What stands behind a literal; NULL without memory. */
const CnsSeenAnnotation *cns_lines_annotation(CnsLines *lines, const uint8_t *annotation, uint32_t length);

/* ---------------------------------------------------------------- terms; false on an error, which is then described */

typedef struct {
    const uint8_t *token; /* as it stands, with its delimiters */
    uint32_t token_length;
    CnsNodeType type;     /* of a resource */
    CnsSpan span;         /* the text between the delimiters; of an IRI without escapes */
    bool escaped;         /* of a string: the text has escapes */
} CnsLineTerm;

typedef struct {
    CnsLineTerm subject, predicate, object, annotation;
    bool literal; /* the object is one */
    bool wanted;  /* its graph is */
} CnsLineStatement;

static inline bool cns_lines_next_is(const CnsLines *lines, uint8_t c) { return lines->at < lines->end && *lines->at == c; }

bool cns_lines_iri(CnsLines *lines, CnsLineTerm *iri);
bool cns_lines_resource(CnsLines *lines, CnsLineTerm *term); /* an IRI or a blank node */
bool cns_lines_string(CnsLines *lines, CnsLineTerm *string);

/* The datatype or the tag behind a string; without either its token is empty. */
bool cns_lines_behind_string(CnsLines *lines, CnsLineTerm *annotation);

/* The text without its escapes, in the store's arena. */
bool cns_lines_unescape(CnsLines *lines, CnsSpan *span);

/* What the graph's choice says to it, and the statement's way into the store. */
bool cns_lines_graph_is_wanted(const CnsLines *lines, const CnsLineTerm *graph);
bool cns_lines_keep(CnsLines *lines, CnsLineStatement *statement);

/* Before the first statement of a piece, and after the last one: its texts may go then. */
void cns_lines_begin(CnsLines *lines, CnsError *error);
bool cns_lines_flush(CnsLines *lines);

bool cns_lines_error(CnsLines *lines, CnsStatus status, const uint8_t *place, const char *message);
bool cns_lines_fail(CnsLines *lines, const char *message); /* here */
bool cns_lines_out_of_memory(CnsLines *lines);

#endif
