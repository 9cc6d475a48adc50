/* Turtle and TriG in pieces: whatever bytes there are go in, and what could not be finished is asked for again.

   Reading stops before a token that the piece does not hold to its end; the caller feeds the bytes from there on again,
   with more behind them. Triples, ids and errors do not depend on where the pieces end. */
#ifndef CNS_TURTLE_H
#define CNS_TURTLE_H

#include "iri.h"
#include "reader.h"
#include "syntax.h"

typedef struct {
    uint8_t *label; /* the label, then the IRI with room for a short local name behind it: one piece of memory */
    uint8_t *iri;
    uint32_t label_length, iri_length;
} CnsTurtlePrefix;

typedef enum { CNS_TURTLE_IRI, CNS_TURTLE_RELATIVE, CNS_TURTLE_NAME, CNS_TURTLE_LABEL, CNS_TURTLE_KEYWORD } CnsTurtleTermKind;

/* A term as it was written: what nobody asks for is never composed. */
typedef struct {
    const uint8_t *text; /* of an IRI: between the brackets; of a name: behind the colon */
    uint32_t length;
    uint32_t prefix;     /* of a name */
    CnsTurtleTermKind kind;
    bool escaped;
} CnsTurtleTerm;

/* Subject or list cell. Anonymous ones are numbered in the order of the document; 0 means the statement's own subject. */
typedef struct {
    uint64_t number;
    uint32_t node; /* CNS_NONE until a kept triple asks for it */
} CnsTurtleNode;

typedef enum { CNS_TURTLE_STATEMENT, CNS_TURTLE_PROPERTIES, CNS_TURTLE_LIST } CnsTurtleFrameKind;

/* What the triples of one nesting level have in common. */
typedef struct {
    CnsTurtleNode subject; /* in a list: the last cell */
    CnsRoute route;        /* in a list: that of rdf:first */
    uint8_t kind;
    bool is_subject; /* it stands where a subject stands */
    bool started;    /* the list has a cell */
} CnsTurtleFrame;

/* A short token whose meaning was looked up before. */
enum { CNS_MEMO_SLOTS = 256, CNS_MEMO_TEXT = 108 };
typedef enum { CNS_MEMO_PREDICATE = 1, CNS_MEMO_CLASS, CNS_MEMO_DATATYPE, CNS_MEMO_LANGUAGE } CnsTurtleMemoRole;
typedef struct {
    uint8_t role; /* 0: nothing here */
    uint8_t length;
    uint8_t next; /* of a predicate: the one that came after it last time */
    uint8_t is_type;
    uint32_t object; /* of a predicate: the node that it had last, which often comes again; or CNS_NONE */
    union {
        CnsRoute route;
        uint32_t value;
    } means;
    uint8_t text[CNS_MEMO_TEXT];
} CnsTurtleMemo;

typedef enum {
    CNS_TURTLE_AT_STATEMENT,
    CNS_TURTLE_AT_GRAPH,         /* '{' */
    CNS_TURTLE_AT_GRAPH_OR_VERB,
    CNS_TURTLE_AT_VERB,
    CNS_TURTLE_AT_VERB_OR_DOT,   /* after a property list as subject */
    CNS_TURTLE_AT_VERB_OR_END,   /* after ';' */
    CNS_TURTLE_AT_OBJECT,
    CNS_TURTLE_AT_OBJECT_END,
    CNS_TURTLE_AT_ITEM,
    CNS_TURTLE_SKIPPING          /* to the end of a bad statement */
} CnsTurtleState;

typedef struct {
    CnsStore *store;
    CnsReadOptions options;
    const uint8_t *start; /* of this piece */
    const uint8_t *at;
    const uint8_t *token; /* where reading goes on if what follows is not whole */
    const uint8_t *end;
    CnsError *error;
    bool last;
    bool starved; /* stopped for want of bytes */
    bool begun;   /* past the byte order mark */
    bool in_graph;
    bool graph_wanted;
    CnsTurtleState state;
    CnsPlace place; /* of `start` */

    CnsTurtleFrame frame;
    CnsTurtleFrame *frames; /* around it */
    uint32_t depth, frame_capacity;
    CnsTurtleTerm subject;       /* the statement's own, unless it is anonymous */
    uint8_t *subject_text;       /* where it moves when its piece goes away */
    uint32_t subject_room;
    uint64_t anonymous;          /* how many nodes without a label there were */

    uint8_t *base;
    CnsIri base_parts;
    CnsTurtlePrefix *prefixes;
    uint32_t prefix_count, prefix_capacity;
    uint16_t prefix_memo[256]; /* from ends and length of the label -> prefix + 1 */
    uint8_t *scratch;
    size_t scratch_room;
    uint8_t last_memo;    /* of the predicate read last */
    bool verb_is_type;
    bool list_routes_known;
    CnsRoute first_route, rest_route;
    uint32_t nil; /* node, CNS_NONE until asked for */

    CnsWords undo; /* lenient: the columns of this statement's triples */
    uint32_t literal_mark;
    uint32_t skipped_braces;
    uint64_t read_mark;

    CnsTurtleMemo memo[CNS_MEMO_SLOTS];
} CnsTurtle;

/* The options are copied, but not what they point to. Texts are copied into the store whatever `copy` says.
   cns_turtle_close is to be called whatever happened. */
CnsStatus cns_turtle_open(CnsTurtle *turtle, CnsStore *store, const CnsReadOptions *options, CnsError *error);

/* The next piece, which starts with the bytes that the piece before did not consume. */
CnsStatus cns_turtle_feed(CnsTurtle *turtle, const uint8_t *bytes, size_t size, bool last, size_t *consumed, CnsError *error);

void cns_turtle_close(CnsTurtle *turtle);

/* ---------------------------------------------------------------- between the parts; false: see error or starved */

/* turtle.c: one step of the grammar, at a byte that is no white space. */
bool cns_turtle_step(CnsTurtle *turtle);

bool cns_turtle_subject(CnsTurtle *turtle, CnsTurtleNode *subject); /* interns it */
bool cns_turtle_read_node(CnsTurtle *turtle, CnsTurtleTerm *term);  /* an IRI, a name, a label or a keyword */
bool cns_turtle_open_anonymous(CnsTurtle *turtle, bool *empty);     /* takes '[', and ']' if nothing is between */
bool cns_turtle_open_properties(CnsTurtle *turtle, bool is_subject);
bool cns_turtle_open_list(CnsTurtle *turtle, bool is_subject);

/* turtle_statements.c */
void cns_turtle_begin_statement(CnsTurtle *turtle);
bool cns_turtle_at_statement(CnsTurtle *turtle);
bool cns_turtle_open_graph(CnsTurtle *turtle, bool named); /* at '{' */
bool cns_turtle_close_graph(CnsTurtle *turtle);

/* turtle_pieces.c: pieces, errors and what follows from them. */
bool cns_turtle_skip_statement(CnsTurtle *turtle);
bool cns_turtle_fail(CnsTurtle *turtle, const uint8_t *place, const char *message);
bool cns_turtle_fail_with(CnsTurtle *turtle, const uint8_t *place, const char *before, const uint8_t *text, uint32_t length, const char *after);
bool cns_turtle_unfinished(CnsTurtle *turtle, const uint8_t *place, const char *message); /* the bytes end within a token */
bool cns_turtle_out_of_memory(CnsTurtle *turtle);
bool cns_turtle_limit(CnsTurtle *turtle, const uint8_t *place, const char *message);
bool cns_turtle_skip_space(CnsTurtle *turtle);
void *cns_turtle_resize(CnsTurtle *turtle, void *memory, size_t size);

/* turtle_terms.c: each takes one token; literals are made only if wanted. */
bool cns_turtle_read_iri(CnsTurtle *turtle, CnsTurtleTerm *term);
bool cns_turtle_read_name(CnsTurtle *turtle, CnsTurtleTerm *term); /* or a keyword, or nothing: a keyword of length 0 */
bool cns_turtle_read_prefix_label(CnsTurtle *turtle, const uint8_t **label, uint32_t *length); /* and its colon */
bool cns_turtle_read_label(CnsTurtle *turtle, CnsTurtleTerm *term);
bool cns_turtle_read_string(CnsTurtle *turtle, bool wanted, uint32_t *value);
bool cns_turtle_read_number(CnsTurtle *turtle, bool wanted, uint32_t *value);

static inline bool cns_turtle_is_word(const CnsTurtleTerm *term, const char *word) {
    return term->length == strlen(word) && memcmp(term->text, word, term->length) == 0;
}

/* turtle_names.c: what they mean. A span is good until the next call. */
bool cns_turtle_scratch(CnsTurtle *turtle, size_t size);
bool cns_turtle_text(CnsTurtle *turtle, const CnsTurtleTerm *term, CnsSpan *span);
bool cns_turtle_intern(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node);
bool cns_turtle_intern_class(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node); /* the token read last, which comes often */
bool cns_turtle_intern_object(CnsTurtle *turtle, const CnsTurtleTerm *term, uint32_t *node);
bool cns_turtle_intern_anonymous(CnsTurtle *turtle, CnsTurtleNode *node);
bool cns_turtle_language(CnsTurtle *turtle, const uint8_t *tag, uint32_t length, uint32_t *language);
bool cns_turtle_datatype(CnsTurtle *turtle, const uint8_t *token, const CnsTurtleTerm *term, uint32_t *datatype);
bool cns_turtle_read_verb(CnsTurtle *turtle);
bool cns_turtle_set_base(CnsTurtle *turtle, const CnsTurtleTerm *term);
bool cns_turtle_set_prefix(CnsTurtle *turtle, const uint8_t *label, uint32_t length, const CnsTurtleTerm *iri);
bool cns_turtle_find_prefix(CnsTurtle *turtle, const uint8_t *label, uint32_t length, uint32_t *prefix);

/* How many bytes a decision that an error reports may have looked at behind the error's place. */
enum { CNS_TURTLE_LOOKAHEAD = 16 };

#endif
