/* The report in N-Triples and Turtle, result by result. How terms are spelled is in spelling.c. */
#include "report.h"

#include "datatypes.h"
#include "spelling.h"

CnsStatus cns_report_open(CnsReportWriter *writer, const CnsStore *store, CnsReportFormat format) {
    memset(writer, 0, sizeof *writer);
    writer->store = store;
    writer->format = format;
    size_t shapes = (size_t)store->program->shapes_count + 1;
    writer->path_written = store->allocator.resize(store->allocator.context, NULL, shapes);
    if (!writer->path_written) return CNS_ERR_MEMORY;
    memset(writer->path_written, 0, shapes);
    return CNS_OK;
}

void cns_report_close(CnsReportWriter *writer) {
    if (!writer->store) return;
    const CnsAllocator *allocator = &writer->store->allocator;
    if (writer->bytes) allocator->resize(allocator->context, writer->bytes, 0);
    if (writer->path_written) allocator->resize(allocator->context, writer->path_written, 0);
    memset(writer, 0, sizeof *writer);
}

/* ---------------------------------------------------------------- N-Triples */

static void nt_start(CnsReportWriter *writer, const char *property) {
    cns_put(writer, "_:" CNS_REPORT_LABEL "result-");
    cns_put_number(writer, writer->results);
    cns_put(writer, " <" CNS_SH);
    cns_put(writer, property);
    cns_put(writer, "> ");
}

static void nt_end(CnsReportWriter *writer) { cns_put(writer, " .\n"); }

static void nt_value(CnsReportWriter *writer, const char *property, uint32_t value) {
    nt_start(writer, property);
    cns_report_value(writer, value);
    nt_end(writer);
}

static void nt_text(CnsReportWriter *writer, const char *property, uint32_t text) {
    nt_start(writer, property);
    cns_put_text(writer, text);
    nt_end(writer);
}

static void nt_result(CnsReportWriter *writer, const CnsHit *hit) {
    const CnsProgram *program = writer->store->program;
    const CnsOp *op = &program->ops[hit->op];
    const CnsShape *shape = &program->shapes[op->shape];
    cns_put(writer, "_:" CNS_REPORT_LABEL "report <" CNS_SH "result> _:" CNS_REPORT_LABEL "result-");
    cns_put_number(writer, writer->results);
    nt_end(writer);
    cns_put(writer, "_:" CNS_REPORT_LABEL "result-");
    cns_put_number(writer, writer->results);
    cns_put(writer, " <" CNS_RDF "type> <" CNS_SH "ValidationResult> .\n");
    nt_value(writer, "focusNode", hit->focus);
    if (hit->path != CNS_NONE) nt_value(writer, "resultPath", hit->path);
    else if (shape->path_nt != CNS_NONE) nt_text(writer, "resultPath", shape->path_nt);
    if (hit->value != CNS_NONE) nt_value(writer, "value", hit->value);
    nt_text(writer, "resultSeverity", shape->severity);
    nt_start(writer, "sourceConstraintComponent");
    cns_put(writer, "<");
    cns_put_text(writer, op->component);
    cns_put(writer, ">");
    nt_end(writer);
    nt_start(writer, "sourceShape");
    cns_put_shape_node(writer, shape->node);
    nt_end(writer);
    for (uint32_t i = 0; i < op->message_count; i++) nt_text(writer, "resultMessage", program->messages[op->first_message + i].word);
    if (hit->path == CNS_NONE && shape->path_nt_triples != CNS_NONE && !writer->path_written[op->shape]) {
        writer->path_written[op->shape] = 1;
        cns_put_text(writer, shape->path_nt_triples);
    }
}

static void nt_begin(CnsReportWriter *writer, bool conforms) {
    cns_put(writer, "_:" CNS_REPORT_LABEL "report <" CNS_RDF "type> <" CNS_SH "ValidationReport> .\n");
    cns_put(writer, "_:" CNS_REPORT_LABEL "report <" CNS_SH "conforms> \"");
    cns_put(writer, conforms ? "true" : "false");
    cns_put(writer, "\"^^<" CNS_XSD "boolean> .\n");
}

/* ---------------------------------------------------------------- Turtle */

static void turtle_property(CnsReportWriter *writer, const char *property) {
    cns_put(writer, " ;\n        sh:");
    cns_put(writer, property);
    cns_put(writer, " ");
}

static void turtle_result(CnsReportWriter *writer, const CnsHit *hit) {
    const CnsProgram *program = writer->store->program;
    const CnsOp *op = &program->ops[hit->op];
    const CnsShape *shape = &program->shapes[op->shape];
    cns_put(writer, writer->results == 1 ? " ;\n    sh:result [\n" : ", [\n");
    cns_put(writer, "        a sh:ValidationResult");
    turtle_property(writer, "focusNode");
    cns_report_value(writer, hit->focus);
    if (hit->path != CNS_NONE || shape->path_turtle != CNS_NONE) {
        turtle_property(writer, "resultPath");
        if (hit->path != CNS_NONE) cns_report_value(writer, hit->path);
        else cns_put_text(writer, shape->path_turtle);
    }
    if (hit->value != CNS_NONE) {
        turtle_property(writer, "value");
        cns_report_value(writer, hit->value);
    }
    turtle_property(writer, "resultSeverity");
    cns_put_term_text(writer, shape->severity);
    turtle_property(writer, "sourceConstraintComponent");
    uint32_t length;
    const uint8_t *component = cns_text(program, op->component, &length);
    cns_put_short_iri(writer, component, length);
    turtle_property(writer, "sourceShape");
    cns_put_shape_node(writer, shape->node);
    for (uint32_t i = 0; i < op->message_count; i++) {
        turtle_property(writer, "resultMessage");
        cns_put_text(writer, program->messages[op->first_message + i].word);
    }
    cns_put(writer, "\n    ]");
}

static void turtle_begin(CnsReportWriter *writer, bool conforms) {
    const CnsProgram *program = writer->store->program;
    cns_put(writer, "@prefix sh: <" CNS_SH "> .\n");
    for (uint32_t i = 0; i < program->prefixes_count; i++) {
        if (cns_is_sh_prefix(program, i)) continue;
        uint32_t length;
        const uint8_t *iri = cns_text(program, program->prefixes[i].iri, &length);
        cns_put(writer, "@prefix ");
        cns_put_text(writer, program->prefixes[i].prefix);
        cns_put(writer, ": ");
        cns_put_iri(writer, iri, length);
        cns_put(writer, " .\n");
    }
    cns_put(writer, "\n[] a sh:ValidationReport ;\n    sh:conforms ");
    cns_put(writer, conforms ? "true" : "false");
}

/* ---------------------------------------------------------------- the whole */

void cns_report_begin(CnsReportWriter *writer, bool conforms) {
    if (writer->format == CNS_FORMAT_TURTLE) turtle_begin(writer, conforms);
    else nt_begin(writer, conforms);
}

void cns_report_results(CnsReportWriter *writer, const CnsHit *hits, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        writer->results++;
        if (writer->format == CNS_FORMAT_TURTLE) turtle_result(writer, &hits[i]);
        else nt_result(writer, &hits[i]);
    }
}

void cns_report_end(CnsReportWriter *writer) {
    if (writer->format == CNS_FORMAT_TURTLE) cns_put(writer, " .\n");
}
