/* The program: what the compiler makes and the engines run. One blob of 32-bit words and text, mapped and used in place.

   Layout of the blob (little endian, every section 8-byte aligned):
       8 bytes magic, u32 version, u32 section count, u64 checksum of all that follows the header, u64 total size,
       then {u64 offset, u64 byte size} for each section, then the sections.
   Each section is an array of one struct; each struct is made of u32 fields only. The lists below are the only place
   where sections, fields and instructions are named: C, Cython and Python all derive theirs from here. */
#ifndef CNS_PROGRAM_H
#define CNS_PROGRAM_H

#include "base.h"

#define CNS_PROGRAM_MAGIC "CNSPROG\n"
enum { CNS_PROGRAM_VERSION = 7 };

typedef enum { CNS_TERM_IRI, CNS_TERM_BLANK, CNS_TERM_LITERAL } CnsTermKind;

/* What the engines need of a predicate: the data plan. */
enum {
    CNS_COLUMN_FORWARD = 1, /* values by subject */
    CNS_COLUMN_INVERSE = 2, /* subjects by value */
};

typedef enum { CNS_TARGET_NODE, CNS_TARGET_CLASS, CNS_TARGET_SUBJECTS_OF, CNS_TARGET_OBJECTS_OF } CnsTargetKind;

typedef enum {
    CNS_PATH_PREDICATE,    /* column */
    CNS_PATH_INVERSE,      /* column */
    CNS_PATH_SEQUENCE,     /* pool list of paths */
    CNS_PATH_ALTERNATIVE,  /* pool list of paths */
    CNS_PATH_ZERO_OR_MORE, /* path */
    CNS_PATH_ONE_OR_MORE,  /* path */
    CNS_PATH_ZERO_OR_ONE   /* path */
} CnsPathKind;

enum { CNS_NODE_KIND_IRI = 1, CNS_NODE_KIND_BLANK = 2, CNS_NODE_KIND_LITERAL = 4 };

/* Comparison outcomes that a range or pair check accepts. */
enum { CNS_ACCEPT_LESS = 1, CNS_ACCEPT_EQUAL = 2, CNS_ACCEPT_GREATER = 4 };

#define CNS_TEXT_FIELDS(X) X(offset) X(length)
#define CNS_TERM_FIELDS(X) X(kind) X(text) X(datatype) X(language)
#define CNS_COLUMN_FIELDS(X) X(predicate) X(flags)
#define CNS_PREDICATE_FIELDS(X) X(column) X(offset) X(length)
#define CNS_INSTRUCTION_FIELDS(X) X(code) X(a) X(b) X(c) X(d)
#define CNS_SHAPE_FIELDS(X) \
    X(entry) X(end) X(node) X(label) X(severity) X(path) X(path_nt) X(path_nt_triples) X(path_turtle) X(first_target) X(target_count) X(needs) X(need_count) X(memo)
#define CNS_TARGET_FIELDS(X) X(kind) X(argument)
#define CNS_OP_FIELDS(X) X(shape) X(component) X(first_message) X(message_count) X(code)
#define CNS_PATH_FIELDS(X) X(kind) X(first) X(count)
#define CNS_WORD_FIELDS(X) X(word)
#define CNS_CLASS_FIELDS(X) X(term)
#define CNS_CLASS_NAME_FIELDS(X) X(term) X(offset) X(length)
#define CNS_SUB_CLASS_FIELDS(X) X(sub) X(super)
#define CNS_LIST_FIELDS(X) X(first) X(count)
#define CNS_VALUE_SET_FIELDS(X) X(low) X(span) X(keys) X(first) X(count)
#define CNS_FIT_FIELDS(X) X(datatype) X(low) X(low_mask) X(high) X(high_mask) X(least) X(most)
#define CNS_PREFIX_FIELDS(X) X(prefix) X(iri)

/* name, struct, fields. `root_order` has the shapes with targets in the order in which they are asked for a verdict alone; an op's
   `code` is the first of its instructions. Texts are indices into `texts`; `node`, `label` ... are texts; term indices are values.
   Where all columns that a shape `needs`, a list of the pool, are empty, it has no result; CNS_NONE: nothing is known.
   Where a shape has a `memo`, a number of its own, runs keep its verdicts for those who ask again (memo.h).
   A predicate's text finds its column by predicate_hash, a CnsPerfect: a row of `predicates` has the number that it gives.
   So does the IRI of each class that is asked about, or stands in the program's hierarchy, by class_hash: a row of `class_names` has its term.
   A closed list has the columns that it allows, in order. A value set is among the terms from `low` on, `span` of them: `count` words of the pool, which are a bit for each of those
   terms or, if there are `keys`, these terms by number and then their CnsPerfect. */
#define CNS_SECTIONS(X)                                  \
    X(texts, CnsText, CNS_TEXT_FIELDS)                   \
    X(terms, CnsTerm, CNS_TERM_FIELDS)                   \
    X(columns, CnsColumnPlan, CNS_COLUMN_FIELDS)         \
    X(predicates, CnsPredicate, CNS_PREDICATE_FIELDS)    \
    X(predicate_hash, CnsHashWord, CNS_WORD_FIELDS)      \
    X(code, CnsInstruction, CNS_INSTRUCTION_FIELDS)      \
    X(shapes, CnsShape, CNS_SHAPE_FIELDS)                \
    X(targets, CnsTarget, CNS_TARGET_FIELDS)             \
    X(root_order, CnsRootShape, CNS_WORD_FIELDS)         \
    X(ops, CnsOp, CNS_OP_FIELDS)                         \
    X(messages, CnsMessage, CNS_WORD_FIELDS)             \
    X(paths, CnsPath, CNS_PATH_FIELDS)                   \
    X(pool, CnsPoolWord, CNS_WORD_FIELDS)                \
    X(classes, CnsClass, CNS_CLASS_FIELDS)               \
    X(sub_classes, CnsSubClass, CNS_SUB_CLASS_FIELDS)    \
    X(class_names, CnsClassName, CNS_CLASS_NAME_FIELDS)  \
    X(class_hash, CnsClassHashWord, CNS_WORD_FIELDS)     \
    X(regexes, CnsRegexWords, CNS_LIST_FIELDS)           \
    X(regex_words, CnsRegexWord, CNS_WORD_FIELDS)        \
    X(value_sets, CnsValueList, CNS_VALUE_SET_FIELDS)    \
    X(language_lists, CnsLanguageList, CNS_LIST_FIELDS)  \
    X(closed_lists, CnsClosedList, CNS_LIST_FIELDS)      \
    X(fits, CnsFit, CNS_FIT_FIELDS)                      \
    X(prefixes, CnsPrefix, CNS_PREFIX_FIELDS)            \
    X(facts, CnsFacts, CNS_FACT_FIELDS)

/* One row: what holds for the whole program. Columns are CNS_NONE where no check needs them; `unchecked` is a list of the pool: classes
   whose instances are no focus nodes of classes; `counts`: what the store's counts decide need not be run (decide.h). */
#define CNS_FACT_FIELDS(X) X(node_terms) X(type_column) X(sub_class_column) X(keep_rest) X(unchecked) X(unchecked_count) X(counts)

#define CNS_FIELD(name) uint32_t name;
#define CNS_DECLARE(section, type, fields) \
    typedef struct {                       \
        fields(CNS_FIELD)                  \
    } type;
CNS_SECTIONS(CNS_DECLARE)
#undef CNS_DECLARE

/* Instructions and what their operands a, b, c, d are; the verifier, the assembler and the disassembler read the letters:
     o op   q op, or CNS_NONE: a failure gives no result and is no failure of the shape, it only leads on to d
     s shape   c column   p path   k class   d datatype   v value (constant)   r regex   n number   m mask of comparisons
     i mask of node kinds   t value set   g language list   x closed list   w fit   j jump target   - unused
     f where to go on after a failure; 0: at the next instruction
   Value checks look at the current value: that of a loop, or the focus node behind VALUES_SELF; set checks at all values.

   What runs only after a failure stands in blocks behind the NEXT of its loop, or behind the RETURN of the shape; a block ends with
   the JUMP that leads back. So what passes never comes by them. */
#define CNS_INSTRUCTIONS(X)                                                                    \
    X(RETURN, "----")            /* the shape is done; behind it are blocks */                 \
    X(VALUES_SELF, "----")       /* the values are the focus node itself */                    \
    X(VALUES_FORWARD, "c---")    /* ... are those of one predicate */                          \
    X(VALUES_INVERSE, "c---")    /* ... are the subjects that have the focus node as value */  \
    X(VALUES_PATH, "p---")       /* ... are those of a path */                                 \
    X(EACH, "jj--")              /* loop over the values; where to go if there are none; where the loop ends */ \
    X(NEXT, "jj--")              /* the next value; its first instruction; where the loop ends */ \
    X(NODE_KIND, "qi-f")                                                                       \
    X(DATATYPE, "qd-f")                                                                        \
    X(CLASS, "qk-f")                                                                           \
    X(RANGE, "qvmf")             /* compared with a constant, the outcome is in the mask */    \
    X(MIN_LENGTH, "qn-f")                                                                      \
    X(MAX_LENGTH, "qn-f")                                                                      \
    X(PATTERN, "qr-f")                                                                         \
    X(LANGUAGE_IN, "qg-f")                                                                     \
    X(IN, "qt-f")                                                                              \
    X(FITS, "w--f")              /* datatype, bounds and lengths in one; where not, d has them one by one */ \
    X(CLOSED, "ox-f")                                                                          \
    X(MIN_COUNT, "on-f")                                                                       \
    X(MAX_COUNT, "on-f")                                                                       \
    X(COUNT, "onno")             /* at least b, else a result of op a; at most c, else one of op d */ \
    X(HAS_VALUE, "ov-f")                                                                       \
    X(UNIQUE_LANG, "o--f")                                                                     \
    X(EQUALS, "oc-f")                                                                          \
    X(DISJOINT, "oc-f")                                                                        \
    X(COMPARE, "ocmf")           /* every value with every value of another predicate */       \
    X(CALL, "s---")              /* the value against a shape, its results are ours */         \
    X(TEST, "s---")              /* does the value conform to the shape? sets the flag */      \
    X(ASK, "s---")               /* the same of a shape with a memo; what is known of the value is not tested again */ \
    X(KEEP, "s---")              /* behind each ASK: keeps the flag as its answer; ASK skips it where it knew */ \
    X(JUMP, "j---")                                                                            \
    X(JUMP_IF, "j---")           /* ... the flag is set */                                     \
    X(JUMP_UNLESS, "j---")                                                                     \
    X(FAIL, "o--f")              /* a result for the current value */                          \
    X(TALLY_CLEAR, "----")                                                                     \
    X(TALLY, "----")             /* one more */                                                \
    X(JUMP_TALLY, "jn--")        /* ... the tally is at least so much; may leave the loop */   \
    X(FAIL_UNLESS_ONE, "o--f")   /* a result for the current value unless the tally is one */  \
    X(MIN_TALLY, "on-f")         /* a result for the focus node if the tally is below */       \
    X(MAX_TALLY, "on-f")

typedef enum {
#define CNS_X(name, operands) CNS_OP_##name,
    CNS_INSTRUCTIONS(CNS_X)
#undef CNS_X
    CNS_INSTRUCTION_COUNT
} CnsInstructionCode;

typedef enum {
#define CNS_X(section, type, fields) CNS_SECTION_##section,
    CNS_SECTIONS(CNS_X)
#undef CNS_X
    CNS_SECTION_strings,
    CNS_SECTION_meta, /* JSON for people and tools; the runtime never looks at it */
    CNS_SECTION_COUNT
} CnsSectionId;

typedef struct {
#define CNS_X(section, type, fields) \
    const type *section;             \
    uint32_t section##_count;
    CNS_SECTIONS(CNS_X)
#undef CNS_X
    const uint8_t *strings;
    uint32_t strings_count;
    uint32_t max_frames;        /* how deep shapes call shapes, found by the verifier */
    uint32_t max_path_depth;
    uint32_t max_regex_scratch; /* in words */
    uint32_t memo_count;        /* the largest memo of a shape, and one more */
    uint64_t checksum;          /* the header's: what compiled libraries are known by */
} CnsProgram;

/* Points the program into the blob and verifies it whole: after CNS_OK no index in it can lead astray.
   The blob must be 8-byte aligned and outlive the program. */
CnsStatus cns_program_load(CnsProgram *program, const uint8_t *blob, size_t size, CnsError *error);

/* Of everything behind the header; the writer puts it there, the loader checks it. */
uint64_t cns_program_checksum(const uint8_t *body, size_t size);

/* Names for the tools; NULL past the end. */
const char *cns_section_name(uint32_t section);
const char *cns_section_field(uint32_t section, uint32_t field);
const char *cns_instruction_name(uint32_t code);
const char *cns_instruction_operands(uint32_t code);

static inline const uint8_t *cns_text(const CnsProgram *program, uint32_t text, uint32_t *length) {
    *length = program->texts[text].length;
    return program->strings + program->texts[text].offset;
}

static inline const uint32_t *cns_regex_of(const CnsProgram *program, uint32_t regex) {
    return (const uint32_t *)program->regex_words + program->regexes[regex].first;
}

#endif
