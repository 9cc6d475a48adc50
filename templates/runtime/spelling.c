/* Terms in N-Triples and Turtle. Prefixes are those of the shapes; a name that needs escapes is written out. */
#include "spelling.h"

#include <stdio.h>

#include "datatypes.h"
#include "literal.h"

/* ---------------------------------------------------------------- bytes */

void cns_put_bytes(CnsReportWriter *writer, const void *bytes, size_t length) {
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

void cns_put(CnsReportWriter *writer, const char *text) { cns_put_bytes(writer, text, strlen(text)); }

void cns_put_text(CnsReportWriter *writer, uint32_t text) {
    uint32_t length;
    const uint8_t *bytes = cns_text(writer->store->program, text, &length);
    cns_put_bytes(writer, bytes, length);
}

void cns_put_number(CnsReportWriter *writer, uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    cns_put(writer, text);
}

/* ---------------------------------------------------------------- terms */

static void put_unicode_escape(CnsReportWriter *writer, uint8_t c) {
    char text[8];
    snprintf(text, sizeof text, "\\u%04X", (unsigned)c);
    cns_put(writer, text);
}

/* Runs of harmless bytes are copied whole. */
static void put_string(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < length; i++) {
        uint8_t c = text[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        cns_put_bytes(writer, text + start, i - start);
        start = i + 1;
        switch (c) {
            case '"': cns_put(writer, "\\\""); break;
            case '\\': cns_put(writer, "\\\\"); break;
            case '\n': cns_put(writer, "\\n"); break;
            case '\r': cns_put(writer, "\\r"); break;
            case '\t': cns_put(writer, "\\t"); break;
            default: put_unicode_escape(writer, c);
        }
    }
    cns_put_bytes(writer, text + start, length - start);
}

static bool plain_in_iri(uint8_t c) {
    return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '{' && c != '}' && c != '|' && c != '^' && c != '`' && c != '\\';
}

void cns_put_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    cns_put(writer, "<");
    for (uint32_t i = 0; i < length; i++) {
        if (plain_in_iri(text[i])) cns_put_bytes(writer, text + i, 1);
        else put_unicode_escape(writer, text[i]);
    }
    cns_put(writer, ">");
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
    if (length > strlen(CNS_SH) && memcmp(text, CNS_SH, strlen(CNS_SH)) == 0 && plain_local_name(text + strlen(CNS_SH), length - (uint32_t)strlen(CNS_SH))) {
        cns_put(writer, "sh:");
        cns_put_bytes(writer, text + strlen(CNS_SH), length - strlen(CNS_SH));
        return true;
    }
    for (uint32_t i = 0; i < program->prefixes_count; i++) {
        uint32_t size;
        const uint8_t *start = cns_text(program, program->prefixes[i].iri, &size);
        if (size >= length || memcmp(start, text, size) != 0 || !plain_local_name(text + size, length - size)) continue;
        if (cns_is_sh_prefix(program, i)) continue; /* it may mean something else there */
        cns_put_text(writer, program->prefixes[i].prefix);
        cns_put(writer, ":");
        cns_put_bytes(writer, text + size, length - size);
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

/* As it is, or each byte in hexadecimal. */
static void put_label(CnsReportWriter *writer, const uint8_t *label, uint32_t length, bool plain) {
    if (plain) cns_put_bytes(writer, label, length);
    for (uint32_t i = 0; i < length && !plain; i++) {
        char text[4];
        snprintf(text, sizeof text, "%02x", (unsigned)label[i]);
        cns_put(writer, text);
    }
}

static bool is_reserved(const uint8_t *label, uint32_t length) {
    return length >= strlen(CNS_REPORT_LABEL) && memcmp(label, CNS_REPORT_LABEL, strlen(CNS_REPORT_LABEL)) == 0;
}

/* Labels of the shapes stand in the report too, and mean other nodes than those of a data file. */
static bool is_shape_label(const CnsProgram *program, const uint8_t *label, uint32_t length) {
    for (uint32_t i = 0; i < program->shapes_count; i++) {
        uint32_t size;
        const uint8_t *node = cns_text(program, program->shapes[i].node, &size);
        if (size == length + 2 && node[0] == '_' && memcmp(node + 2, label, length) == 0) return true;
    }
    return false;
}

/* Which file a node came with: the first source is 0. Labels of an rdflib graph are identities and need no number. */
static uint32_t source_of(const CnsStore *store, uint32_t node) {
    uint32_t source = 0;
    while (source + 1 < store->source_count && store->sources[source + 1].first_node <= node) source++;
    return source;
}

/* One source: its own labels. Several: a label may stand in two of them, so that the source is named as well.
   A node that has no label in its document is a full stop and a number to the reader. */
static void put_blank(CnsReportWriter *writer, uint32_t node) {
    const CnsStore *store = writer->store;
    const uint8_t *label = store->nodes[node].text;
    uint32_t length = store->nodes[node].length, source = source_of(store, node);
    bool own = node >= store->program->facts[0].node_terms && store->source_count && !store->sources[source].shared_blanks;
    bool anonymous = own && length > 1 && label[0] == '.', plain = anonymous || plain_label(label, length);
    label += anonymous;
    length -= anonymous;
    cns_put(writer, "_:");
    if (own && store->source_count > 1) {
        cns_put(writer, anonymous ? CNS_REPORT_LABEL "anonymous-source-" : plain ? CNS_REPORT_LABEL "source-" : CNS_REPORT_LABEL "hex-source-");
        cns_put_number(writer, source + 1);
        cns_put(writer, "-");
    } else if (anonymous || !plain) {
        cns_put(writer, anonymous ? CNS_REPORT_LABEL "anonymous-" : CNS_REPORT_LABEL "hex-");
    } else if (is_reserved(label, length) || (own && is_shape_label(store->program, label, length))) {
        cns_put(writer, CNS_REPORT_LABEL "label-");
    }
    put_label(writer, label, length, plain);
}

void cns_put_short_iri(CnsReportWriter *writer, const uint8_t *text, uint32_t length) {
    if (writer->format == CNS_FORMAT_TURTLE && put_prefixed(writer, text, length)) return;
    cns_put_iri(writer, text, length);
}

void cns_report_value(CnsReportWriter *writer, uint32_t value) {
    const CnsStore *store = writer->store;
    if (!cns_is_literal(value)) {
        if (store->nodes[value].type == CNS_NODE_BLANK) put_blank(writer, value);
        else cns_put_short_iri(writer, store->nodes[value].text, store->nodes[value].length);
        return;
    }
    const CnsLiteral *literal = cns_literal(store, value);
    cns_put(writer, "\"");
    put_string(writer, literal->text, literal->length);
    cns_put(writer, "\"");
    if (literal->language) {
        cns_put(writer, "@");
        cns_put_bytes(writer, store->nodes[literal->language - 1].text, store->nodes[literal->language - 1].length);
    } else if (literal->datatype >= CNS_DATATYPE_FIRST_CUSTOM) {
        const CnsNode *datatype = &store->nodes[literal->datatype - CNS_DATATYPE_FIRST_CUSTOM];
        cns_put(writer, "^^");
        cns_put_short_iri(writer, datatype->text, datatype->length);
    } else if (literal->datatype != CNS_DT_STRING) {
        const char *iri = cns_datatype_iri(literal->datatype);
        cns_put(writer, "^^");
        cns_put_short_iri(writer, (const uint8_t *)iri, (uint32_t)strlen(iri));
    }
}

/* A text of the program that is an N-Triples term: an IRI is shortened in Turtle. */
void cns_put_term_text(CnsReportWriter *writer, uint32_t text) {
    uint32_t length;
    const uint8_t *bytes = cns_text(writer->store->program, text, &length);
    if (writer->format == CNS_FORMAT_TURTLE && length > 2 && bytes[0] == '<' && put_prefixed(writer, bytes + 1, length - 2)) return;
    cns_put_bytes(writer, bytes, length);
}

/* A shape's node, written as the shapes have it unless it could be mistaken for one of the report's or would not be Turtle. */
void cns_put_shape_node(CnsReportWriter *writer, uint32_t text) {
    uint32_t length;
    const uint8_t *node = cns_text(writer->store->program, text, &length);
    bool blank = length > 2 && node[0] == '_';
    bool plain = blank && plain_label(node + 2, length - 2);
    if (!blank || (plain && !is_reserved(node + 2, length - 2))) {
        cns_put_term_text(writer, text);
        return;
    }
    cns_put(writer, plain ? "_:" CNS_REPORT_LABEL "shape-" : "_:" CNS_REPORT_LABEL "shape-hex-");
    put_label(writer, node + 2, length - 2, plain);
}
