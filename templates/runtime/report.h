/* Writes hits as an RDF validation report, some at a time, so that a report of any length needs little memory. */
#ifndef CNS_REPORT_H
#define CNS_REPORT_H

#include "run.h"

typedef enum { CNS_FORMAT_NTRIPLES, CNS_FORMAT_TURTLE } CnsReportFormat;

typedef struct {
    const CnsStore *store;
    CnsReportFormat format;
    uint8_t *bytes; /* what was written since the caller last emptied it by used = 0 */
    size_t used, capacity;
    uint8_t *path_written; /* by shape: its path was described already */
    uint64_t results;      /* so far */
    bool failed;           /* no memory: everything after is lost */
} CnsReportWriter;

CnsStatus cns_report_open(CnsReportWriter *writer, const CnsStore *store, CnsReportFormat format);
void cns_report_begin(CnsReportWriter *writer, bool conforms);
void cns_report_results(CnsReportWriter *writer, const CnsHit *hits, uint32_t count);
void cns_report_end(CnsReportWriter *writer);

/* One term, as the results have it. */
void cns_report_value(CnsReportWriter *writer, uint32_t value);
void cns_report_close(CnsReportWriter *writer);

#endif
