/* The data as the checks want to see it: dense node ids, literals as references, one column for each predicate asked about.

   Life: cns_store_open, then for each source cns_store_begin_source and adds, then cns_store_index once, then reads only.
   After cns_store_index several threads may read one store. */
#ifndef CNS_STORE_H
#define CNS_STORE_H

#include "perfect.h"
#include "program.h"

typedef enum { CNS_NODE_IRI, CNS_NODE_BLANK, CNS_NODE_LANGUAGE } CnsNodeType;

typedef struct {
    const uint8_t *text; /* the IRI, the label without "_:", or the language tag */
    uint32_t length;
    uint32_t type : 2;
    uint32_t hash : 30;
} CnsNode;

/* So many words behind the last value may be read: what is there means nothing, but leads nowhere either. */
enum { CNS_INDEX_AHEAD = 8 };

/* Values by node: a bit for each node that has any, ranks to find the row, offsets into the values.
   Where a node has no bit, there is nothing more to look at. */
typedef struct {
    uint64_t *bits;
    uint32_t *ranks;   /* set bits before each word */
    uint32_t *offsets; /* row_count + 1; where each row has one value, the store's own `row_numbers` */
    uint32_t *values;
    uint32_t word_count;
    uint32_t row_count;
    bool shares_offsets;
} CnsIndex;

typedef struct {
    CnsWords subjects; /* until the index is built */
    CnsWords objects;
    CnsIndex forward;
    CnsIndex inverse;           /* by node values */
    CnsWords literal_values;    /* by literal values: sorted, so that equal ones stand together */
    CnsWords literal_subjects;
} CnsColumn;

typedef struct {
    uint32_t first_node;
    bool shared_blanks; /* labels are identities (an rdflib graph), not scoped to the source (a file) */
} CnsSource;

/* A literal that came lately, by its hash: the same one again is the same value. */
typedef struct {
    uint32_t hash;
    uint32_t index;
} CnsRecentLiteral;

typedef struct {
    uint64_t triples_read;
    uint64_t triples_kept;
} CnsStoreStats;

typedef struct CnsStore {
    const CnsProgram *program;
    CnsAllocator allocator;
    CnsNode *nodes;
    uint32_t node_count, node_capacity;
    uint32_t *slots; /* open addressing: node id + 1, or 0 */
    uint32_t slot_mask;
    CnsLiteral *literals;
    uint32_t literal_count, literal_capacity;
    bool share_literals;      /* what many literals repeat is kept once; a small event is done sooner without */
    CnsRecentLiteral *recent; /* made with the first literal of the data */
    uint8_t *arena; /* the newest block; each block starts with the address of the one before */
    size_t arena_used, arena_size;
    CnsSource *sources;
    uint32_t source_count, source_capacity;
    uint32_t own_nodes, own_literals; /* those of the program, which come first */
    CnsColumn *columns;       /* as in the program */
    uint32_t *row_numbers;    /* 0, 1, 2, ...: the offsets of all indexes that have one value a row */
    uint32_t *constant_slots; /* the program's literals by content: index + 1, or 0 */
    uint32_t constant_mask;
    CnsIndex node_columns;    /* for closed shapes: the columns in which a node has values, in order */
    uint32_t *column_sets;    /* ... and a number for which they are, equal for equal ones only: 0 is none, CNS_NONE is that the rest has some */
    CnsWords rest_predicates; /* triples that only closed shapes see, until the index is built */
    CnsColumn rest;           /* values are positions in rest_pairs */
    CnsWords rest_pairs;      /* predicate, object */
    uint32_t *type_sets;      /* node -> its set of asked-for classes; 0 is the empty set; NULL without classes */
    uint32_t type_set_count;
    uint64_t *class_bits;     /* [type set][class], class_words words a row */
    uint32_t class_words;
    /* For targets; NULL where no class is one, and where it is as quick to look at all nodes. */
    uint32_t *instances;      /* nodes by type set, in order in each */
    uint32_t *first_instance; /* type set -> where its nodes begin, and the end */
    uint32_t *class_sets;     /* type sets by class, in order for each */
    uint32_t *first_class_set;
    CnsStoreStats stats;
} CnsStore;

CnsStatus cns_store_open(CnsStore *store, const CnsProgram *program, const CnsAllocator *allocator);
void cns_store_close(CnsStore *store);
CnsStatus cns_store_begin_source(CnsStore *store, bool shared_blanks);

/* The id of a node, made if it is new; CNS_NONE when memory or ids are used up. With copy the text goes to the arena,
   else the caller keeps it where it is for as long as the store lives. */
uint32_t cns_store_node(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, bool copy);

/* The same for a caller that has the hash already. */
uint32_t cns_store_node_hashed(CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length, uint32_t hash, bool copy);

static inline uint32_t cns_node_hash_of(uint64_t hash) { return (uint32_t)(hash >> 34); }

static inline uint32_t cns_node_hash(CnsNodeType type, const uint8_t *text, uint32_t length) {
    return cns_node_hash_of(cns_hash(text, length, type));
}

/* The node of a class that the program knows, by one look into its table; CNS_NONE for any other IRI. The hash is that of a node:
   an IRI that is not in the table has been hashed for the nodes. */
static inline uint32_t cns_class_constant(const CnsProgram *program, const uint8_t *iri, uint32_t length, uint64_t hash) {
    const CnsPerfect *table = (const CnsPerfect *)(const void *)program->class_hash;
    if (!table->keys) return CNS_NONE;
    if (table->seed != CNS_NODE_IRI) hash = cns_hash(iri, length, table->seed);
    const CnsClassName *row = &program->class_names[cns_perfect_number(table, hash)];
    bool same = row->length == length && (!length || memcmp(program->strings + row->offset, iri, length) == 0);
    return same ? row->term : CNS_NONE;
}

/* The node of an IRI that is a class, likewise. */
uint32_t cns_store_class(CnsStore *store, const uint8_t *iri, uint32_t length, bool copy);

/* The same without making any: CNS_NONE if there is no such node. */
uint32_t cns_store_find(const CnsStore *store, CnsNodeType type, const uint8_t *text, uint32_t length);

/* A literal value (CNS_LITERAL_BIT | index), new, or that of an equal one which came lately; CNS_NONE when memory or ids are
   used up. */
uint32_t cns_store_literal(CnsStore *store, const uint8_t *text, uint32_t length, uint32_t datatype, uint32_t language, bool copy);

/* The same for one whose fields are all known. */
uint32_t cns_store_take_literal(CnsStore *store, const CnsLiteral *literal, bool copy);

/* A language tag: 1 + its node id, or CNS_NONE. */
uint32_t cns_store_language(CnsStore *store, const uint8_t *tag, uint32_t length, bool copy);

/* The same tag in lower case, by which tags are compared. */
uint32_t cns_language_folded(const CnsStore *store, uint32_t language);

/* The datatype's number; for one that the runtime does not know, its IRI becomes a node. CNS_NONE when memory is used up. */
uint32_t cns_store_datatype(CnsStore *store, const uint8_t *iri, uint32_t length, bool copy);

/* What to do with a triple of this predicate. */
typedef struct {
    uint32_t column;    /* CNS_NONE: only closed shapes may see it, if `keep` says so */
    uint32_t predicate; /* node id, where the triple goes to the rest */
    bool keep;
    bool classes;       /* its objects are classes: cns_class_constant knows most of them */
} CnsRoute;
CnsStatus cns_store_route(CnsStore *store, const uint8_t *predicate, uint32_t length, bool copy, CnsRoute *route);

CnsStatus cns_store_add(CnsStore *store, const CnsRoute *route, uint32_t subject, uint32_t object);

/* Memory for texts that have no other home. */
uint8_t *cns_store_reserve(CnsStore *store, size_t size);

/* Takes the nodes from `first` on out of a table of slots again, as if they had never come. */
void cns_store_forget_nodes(const CnsStore *store, uint32_t first, uint32_t *slots, uint32_t slot_mask);

/* Sorts, removes duplicates, builds the columns and the class table. */
CnsStatus cns_store_index(CnsStore *store);

bool cns_words_push(const CnsAllocator *allocator, CnsWords *words, uint32_t word);
bool cns_words_room(const CnsAllocator *allocator, CnsWords *words, uint32_t more);
bool cns_store_room_for_literals(CnsStore *store, uint32_t more);
bool cns_store_room_for_nodes(CnsStore *store, uint32_t more);
void cns_words_free(const CnsAllocator *allocator, CnsWords *words);

/* ---------------------------------------------------------------- reading: small and inline, the engines live on these */

typedef struct {
    const uint32_t *items;
    uint32_t count;
} CnsSlice;

static inline bool cns_is_literal(uint32_t value) { return (value & CNS_LITERAL_BIT) != 0; }

static inline const CnsLiteral *cns_literal(const CnsStore *store, uint32_t value) {
    return &store->literals[value & ~CNS_LITERAL_BIT];
}

static inline void cns_prefetch_text(const CnsStore *store, uint32_t value) {
    if (cns_is_literal(value)) __builtin_prefetch(cns_literal(store, value)->text);
}

static inline bool cns_index_has(const CnsIndex *index, uint32_t node) {
    return node >> 6 < index->word_count && (index->bits[node >> 6] >> (node & 63) & 1);
}

/* How many values there are, of all nodes together. */
static inline uint32_t cns_index_count(const CnsIndex *index) { return index->row_count ? index->offsets[index->row_count] : 0; }

static inline CnsSlice cns_index_get(const CnsIndex *index, uint32_t node) {
    uint32_t word = node >> 6;
    if (word >= index->word_count) return (CnsSlice){NULL, 0};
    uint64_t bits = index->bits[word];
    if (!(bits >> (node & 63) & 1)) return (CnsSlice){NULL, 0};
    uint64_t below = bits & ((UINT64_C(1) << (node & 63)) - 1);
    uint32_t row = index->ranks[word] + (uint32_t)__builtin_popcountll(below);
    uint32_t start = index->offsets[row];
    return (CnsSlice){index->values + start, index->offsets[row + 1] - start};
}

/* Literals have no properties, so that their slice is empty. */
static inline CnsSlice cns_values(const CnsStore *store, uint32_t column, uint32_t subject) {
    return cns_index_get(&store->columns[column].forward, subject);
}

CnsSlice cns_literal_subjects(const CnsStore *store, uint32_t column, uint32_t literal);

static inline CnsSlice cns_subjects(const CnsStore *store, uint32_t column, uint32_t value) {
    if (cns_is_literal(value)) return cns_literal_subjects(store, column, value);
    return cns_index_get(&store->columns[column].inverse, value);
}

bool cns_literal_equal(const CnsStore *store, const CnsLiteral *a, const CnsLiteral *b);

/* RDF term equality; language tags without regard to case. */
static inline bool cns_equal(const CnsStore *store, uint32_t a, uint32_t b) {
    if (a == b) return true;
    return (a & b & CNS_LITERAL_BIT) && cns_literal_equal(store, cns_literal(store, a), cns_literal(store, b));
}

/* The constant of the program that equals the value; CNS_NONE if there is none. */
static inline uint32_t cns_constant(const CnsStore *store, uint32_t value) {
    if (!cns_is_literal(value)) return value < store->program->facts[0].node_terms ? value : CNS_NONE;
    const CnsLiteral *literal = cns_literal(store, value);
    uint32_t slot = literal->hash & store->constant_mask;
    for (; store->constant_slots[slot]; slot = (slot + 1) & store->constant_mask) {
        uint32_t index = store->constant_slots[slot] - 1;
        if (cns_literal_equal(store, &store->literals[index], literal)) return index | CNS_LITERAL_BIT;
    }
    return CNS_NONE;
}

/* `words` is store->class_words, for those who know it as a constant. */
static inline bool cns_is_instance_in(const CnsStore *store, uint32_t node, uint32_t class_index, uint32_t words) {
    if (node >= store->node_count) return false;
    const uint64_t *row = store->class_bits + (size_t)store->type_sets[node] * words;
    return row[class_index >> 6] >> (class_index & 63) & 1;
}

static inline bool cns_is_instance(const CnsStore *store, uint32_t node, uint32_t class_index) {
    return cns_is_instance_in(store, node, class_index, store->class_words);
}

#endif
