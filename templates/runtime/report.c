/* N-Triples and Turtle. Blank nodes of the report itself are named cns-...; a label of the data that starts so is changed. */
#include "report.h"

#include <stdio.h>

#include "datatypes.h"
#include "literal.h"

#define SH "http://www.w3.org/ns/shacl#"
#define RESERVED_LABEL "cns-"

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

/* ---------------------------------------------------------------- bytes */

static void put_bytes(CnsReportWriter *writer, const void *bytes, size_t length) {
    if (writer->failed || !length) return;
    if (length > writer->capacity - writer->used) {
        size_t capacity = writer->capacity ? writer->capacity : 4096;
        while (capacity - writer->used < length) {
            if (capacity > SIZE_MAX / 2) {
                writer->failed = true;
                return;
            }
            capacity *= 2;
        }
        uint8_t *moved = writer->store->allocator.resize(writer->store->allocator.context, writer->bytes, capacity);
        if (!moved) {
            writer->failed = true;
            return;
        }
        writer->bytes = moved;
        writer->capacity = capacity;
    }
    memcpy(writer->bytes + writer->used, bytes, length);
    writer->used += length;
}

static void put(CnsReportWriter *writer, const char *text) { put_bytes(writer, text, strlen(text)); }

static void put_text(CnsReportWriter *writer, uint32_t text) {
    uint32_t length;
    const uint8_t *bytes = cns_text(writer->store->program, text, &length);
    put_bytes(writer, bytes, length);
}

static void put_number(CnsReportWriter *writer, uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    put(writer, text);
}

/* ---------------------------------------------------------------- terms */

static void put_unicode_escape(CnsReportWriter *writer, uint8_t c) {
    char text[8];
    snprintf(text, sizeof text, "\\u%04X", (unsigned)c);
    put(writer, text);
}

/* Runs of harmless bytes are copied whole. */
static void put_string(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < length; i++) {
        uint8_t c = text[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        put_bytes(writer, text + start, i - start);
        start = i + 1;
        switch (c) {
            case '"': put(writer, "\\\""); break;
            case '\\': put(writer, "\\\\"); break;
            case '\n': put(writer, "\\n"); break;
            case '\r': put(writer, "\\r"); break;
            case '\t': put(writer, "\\t"); break;
            default: put_unicode_escape(writer, c);
        }
    }
    put_bytes(writer, text + start, length - start);
}

static bool plain_in_iri(uint8_t c) {
    return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '{' && c != '}' && c != '|' && c != '^' && c != '`' && c != '\\';
}

static void put_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    put(writer, "<");
    for (uint32_t i = 0; i < length; i++) {
        if (plain_in_iri(text[i])) put_bytes(writer, text + i, 1);
        else put_unicode_escape(writer, text[i]);
    }
    put(writer, ">");
}

static bool is_alphanumeric(uint8_t c) { return cns_is_letter(c) || cns_is_digit(c); }

static bool plain_local_name(const uint8_t *text, uint32_t length) {
    if (length == 0 || !(is_alphanumeric(text[0]) || text[0] == '_')) return false;
    for (uint32_t i = 1; i < length; i++)
        if (!is_alphanumeric(text[i]) && text[i] != '_' && text[i] != '-') return false;
    return true;
}

/* prefix:name where the shapes declare the prefix and the name needs no escapes. */
static bool put_prefixed(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    const CnsProgram *program = writer->store->program;
    for (uint32_t i = 0; i < program->prefixes_count; i++) {
        uint32_t size;
        const uint8_t *start = cns_text(program, program->prefixes[i].iri, &size);
        if (size >= length || memcmp(start, text, size) != 0 || !plain_local_name(text + size, length - size)) continue;
        put_text(writer, program->prefixes[i].prefix);
        put(writer, ":");
        put_bytes(writer, text + size, length - size);
        return true;
    }
    return false;
}

/* Characters that are fine in a label of any syntax. */
static bool plain_label(const uint8_t *text, uint32_t length) {
    if (length == 0 || !is_alphanumeric(text[0])) return false;
    for (uint32_t i = 1; i < length; i++)
        if (!is_alphanumeric(text[i]) && text[i] != '_' && text[i] != '-') return false;
    return true;
}

/* Which file a node came with: the first source is 0. Labels of an rdflib graph are identities and need no number. */
static uint32_t source_of(const CnsStore *store, uint32_t node) {
    uint32_t source = 0;
    while (source + 1 < store->source_count && store->sources[source + 1].first_node <= node) source++;
    return source;
}

/* One source: its own labels. Several: a label may stand in two of them, so that the source is named as well. */
static void put_blank(CnsReportWriter *writer, uint32_t node) {
    const CnsStore *store = writer->store;
    const uint8_t *label = store->nodes[node].text;
    uint32_t length = store->nodes[node].length, source = source_of(store, node);
    bool constant = node < store->program->facts[0].node_terms;
    bool scoped = !constant && store->source_count > 1 && !store->sources[source].shared_blanks;
    bool reserved = length >= 4 && memcmp(label, RESERVED_LABEL, 4) == 0;
    bool plain = plain_label(label, length);
    put(writer, "_:");
    if (scoped) {
        put(writer, plain ? RESERVED_LABEL "source-" : RESERVED_LABEL "hex-source-");
        put_number(writer, source + 1);
        put(writer, "-");
    } else if (reserved || !plain) {
        put(writer, plain ? RESERVED_LABEL "label-" : RESERVED_LABEL "hex-");
    }
    if (plain) {
        put_bytes(writer, label, length);
        return;
    }
    for (uint32_t i = 0; i < length; i++) {
        char text[4];
        snprintf(text, sizeof text, "%02x", (unsigned)label[i]);
        put(writer, text);
    }
}

static void put_node_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    if (writer->format == CNS_FORMAT_TURTLE && put_prefixed(writer, text, length)) return;
    put_iri(writer, text, length);
}

void cns_report_value(CnsReportWriter *writer, uint32_t value) {
    const CnsStore *store = writer->store;
    if (!cns_is_literal(value)) {
        if (store->nodes[value].type == CNS_NODE_BLANK) put_blank(writer, value);
        else put_node_iri(writer, store->nodes[value].text, store->nodes[value].length);
        return;
    }
    const CnsLiteral *literal = cns_literal(store, value);
    put(writer, "\"");
    put_string(writer, literal->text, literal->length);
    put(writer, "\"");
    if (literal->language) {
        put(writer, "@");
        put_bytes(writer, store->nodes[literal->language - 1].text, store->nodes[literal->language - 1].length);
    } else if (literal->datatype >= CNS_DATATYPE_FIRST_CUSTOM) {
        const CnsNode *datatype = &store->nodes[literal->datatype - CNS_DATATYPE_FIRST_CUSTOM];
        put(writer, "^^");
        put_node_iri(writer, datatype->text, datatype->length);
    } else if (literal->datatype != CNS_DT_STRING) {
        const char *iri = cns_datatype_iri(literal->datatype);
        put(writer, "^^");
        put_node_iri(writer, (const uint8_t *)iri, (uint32_t)strlen(iri));
    }
}

/* A text of the program that is an N-Triples term: an IRI is shortened in Turtle. */
static void put_term_text(CnsReportWriter *writer, uint32_t text) {
    uint32_t length;
    const uint8_t *bytes = cns_text(writer->store->program, text, &length);
    if (writer->format == CNS_FORMAT_TURTLE && length > 2 && bytes[0] == '<' && put_prefixed(writer, bytes + 1, length - 2)) return;
    put_bytes(writer, bytes, length);
}

/* ---------------------------------------------------------------- N-Triples */

static void nt_start(CnsReportWriter *writer, const char *property) {
    put(writer, "_:" RESERVED_LABEL "result-");
    put_number(writer, writer->results);
    put(writer, " <" SH);
    put(writer, property);
    put(writer, "> ");
}

static void nt_end(CnsReportWriter *writer) { put(writer, " .\n"); }

static void nt_value(CnsReportWriter *writer, const char *property, uint32_t value) {
    nt_start(writer, property);
    cns_report_value(writer, value);
    nt_end(writer);
}

static void nt_text(CnsReportWriter *writer, const char *property, uint32_t text) {
    nt_start(writer, property);
    put_text(writer, text);
    nt_end(writer);
}

static void nt_result(CnsReportWriter *writer, const CnsHit *hit) {
    const CnsProgram *program = writer->store->program;
    const CnsOp *op = &program->ops[hit->op];
    const CnsShape *shape = &program->shapes[op->shape];
    put(writer, "_:" RESERVED_LABEL "report <" SH "result> _:" RESERVED_LABEL "result-");
    put_number(writer, writer->results);
    nt_end(writer);
    put(writer, "_:" RESERVED_LABEL "result-");
    put_number(writer, writer->results);
    put(writer, " <" CNS_RDF "type> <" SH "ValidationResult> .\n");
    nt_value(writer, "focusNode", hit->focus);
    if (hit->path != CNS_NONE) nt_value(writer, "resultPath", hit->path);
    else if (shape->path_nt != CNS_NONE) nt_text(writer, "resultPath", shape->path_nt);
    if (hit->value != CNS_NONE) nt_value(writer, "value", hit->value);
    nt_text(writer, "resultSeverity", shape->severity);
    nt_start(writer, "sourceConstraintComponent");
    put(writer, "<");
    put_text(writer, op->component);
    put(writer, ">");
    nt_end(writer);
    nt_text(writer, "sourceShape", shape->node);
    for (uint32_t i = 0; i < op->message_count; i++) nt_text(writer, "resultMessage", program->messages[op->first_message + i].word);
    if (hit->path == CNS_NONE && shape->path_nt_triples != CNS_NONE && !writer->path_written[op->shape]) {
        writer->path_written[op->shape] = 1;
        put_text(writer, shape->path_nt_triples);
    }
}

static void nt_begin(CnsReportWriter *writer, bool conforms) {
    put(writer, "_:" RESERVED_LABEL "report <" CNS_RDF "type> <" SH "ValidationReport> .\n");
    put(writer, "_:" RESERVED_LABEL "report <" SH "conforms> \"");
    put(writer, conforms ? "true" : "false");
    put(writer, "\"^^<" CNS_XSD "boolean> .\n");
}

/* ---------------------------------------------------------------- Turtle */

static void turtle_property(CnsReportWriter *writer, const char *property) {
    put(writer, " ;\n        sh:");
    put(writer, property);
    put(writer, " ");
}

static void turtle_result(CnsReportWriter *writer, const CnsHit *hit) {
    const CnsProgram *program = writer->store->program;
    const CnsOp *op = &program->ops[hit->op];
    const CnsShape *shape = &program->shapes[op->shape];
    put(writer, writer->results == 1 ? " ;\n    sh:result [\n" : ", [\n");
    put(writer, "        a sh:ValidationResult");
    turtle_property(writer, "focusNode");
    cns_report_value(writer, hit->focus);
    if (hit->path != CNS_NONE || shape->path_turtle != CNS_NONE) {
        turtle_property(writer, "resultPath");
        if (hit->path != CNS_NONE) cns_report_value(writer, hit->path);
        else put_text(writer, shape->path_turtle);
    }
    if (hit->value != CNS_NONE) {
        turtle_property(writer, "value");
        cns_report_value(writer, hit->value);
    }
    turtle_property(writer, "resultSeverity");
    put_term_text(writer, shape->severity);
    turtle_property(writer, "sourceConstraintComponent");
    uint32_t length;
    const uint8_t *component = cns_text(program, op->component, &length);
    put_node_iri(writer, component, length);
    turtle_property(writer, "sourceShape");
    put_term_text(writer, shape->node);
    for (uint32_t i = 0; i < op->message_count; i++) {
        turtle_property(writer, "resultMessage");
        put_text(writer, program->messages[op->first_message + i].word);
    }
    put(writer, "\n    ]");
}

static void turtle_begin(CnsReportWriter *writer, bool conforms) {
    const CnsProgram *program = writer->store->program;
    for (uint32_t i = 0; i < program->prefixes_count; i++) {
        uint32_t length;
        const uint8_t *iri = cns_text(program, program->prefixes[i].iri, &length);
        put(writer, "@prefix ");
        put_text(writer, program->prefixes[i].prefix);
        put(writer, ": ");
        put_iri(writer, iri, length);
        put(writer, " .\n");
    }
    put(writer, "\n[] a sh:ValidationReport ;\n    sh:conforms ");
    put(writer, conforms ? "true" : "false");
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
    if (writer->format == CNS_FORMAT_TURTLE) put(writer, " .\n");
}
