/* How a report spells terms and texts. Used by the report writer alone. */
#ifndef CNS_SPELLING_H
#define CNS_SPELLING_H

#include "report.h"

#define CNS_SH "http://www.w3.org/ns/shacl#"

/* Blank nodes of the report itself are named so; a label of the data or the shapes that starts so is changed. */
#define CNS_REPORT_LABEL "cns-"

void cns_put_bytes(CnsReportWriter *writer, const void *bytes, size_t length);
void cns_put(CnsReportWriter *writer, const char *text);
void cns_put_number(CnsReportWriter *writer, uint64_t number);
void cns_put_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length);
void cns_put_short_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length); /* with a prefix, in Turtle */

/* A text of the program: as it is; as a term in N-Triples, shortened in Turtle; as the node of a shape. */
void cns_put_text(CnsReportWriter *writer, uint32_t text);
void cns_put_term_text(CnsReportWriter *writer, uint32_t text);
void cns_put_shape_node(CnsReportWriter *writer, uint32_t text);

/* The prefix sh: is ours, whatever it means in the shapes. */
static inline bool cns_is_sh_prefix(const CnsProgram *program, uint32_t prefix) {
    uint32_t length;
    const uint8_t *text = cns_text(program, program->prefixes[prefix].prefix, &length);
    return length == 2 && memcmp(text, "sh", 2) == 0;
}

#endif
