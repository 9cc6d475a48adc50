/* Whether the tables and the code of a mapped program are sound. Used by the loader alone. */
#ifndef CNS_VERIFY_H
#define CNS_VERIFY_H

#include "datatypes.h"
#include "program.h"

/* Fills in the program's maxima. False with the reason in the error. */
bool cns_program_verify(CnsProgram *program, CnsError *error);

/* Writes the reason; false, so that it can be returned. */
__attribute__((format(printf, 2, 3))) bool cns_program_refuse(CnsError *error, const char *format, ...);

/* The code of every shape: operands, and a structure that always ends. The tables have been verified. False: the error says why. */
bool cns_program_verify_code(const CnsProgram *program, CnsError *error);

static inline bool cns_list_in(uint32_t first, uint32_t count, uint32_t limit) { return first <= limit && count <= limit - first; }

/* A constant value: a node term, or a literal bit and the index of a literal term. */
static inline bool cns_value_in(const CnsProgram *program, uint32_t value) {
    uint32_t nodes = program->facts[0].node_terms;
    return value & CNS_LITERAL_BIT ? (value & ~CNS_LITERAL_BIT) < program->terms_count - nodes : value < nodes;
}

static inline bool cns_datatype_in(const CnsProgram *program, uint32_t datatype) {
    return datatype < CNS_DATATYPE_COUNT ||
           (datatype >= CNS_DATATYPE_FIRST_CUSTOM && datatype - CNS_DATATYPE_FIRST_CUSTOM < program->facts[0].node_terms);
}

static inline bool cns_optional(uint32_t index, uint32_t count) { return index == CNS_NONE || index < count; }

#endif
