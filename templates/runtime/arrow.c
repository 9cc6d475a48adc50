/* Rows → statements → the store. Batches go when they were read, unless their texts are kept in place. */
#include "arrow.h"

#include <stdio.h>

#include "lines.h"

/* ---------------------------------------------------------------- columns */

typedef enum { COLUMN_SUBJECT, COLUMN_PREDICATE, COLUMN_OBJECT, COLUMN_DATATYPE, COLUMN_LANGUAGE, COLUMN_GRAPH, TABLE_COLUMNS } TableColumn;

static const char *const column_names[TABLE_COLUMNS][2] = {{"subject", "s"}, {"predicate", "p"}, {"object", "o"}, {"datatype", "datatype"}, {"language", "lang"}, {"graph", "g"}};

/* Text: 'u' with 32-bit offsets, 'U' with 64-bit ones, 'v' as views. */
typedef struct {
    char kind;
    int64_t offset;
    const uint8_t *validity; /* NULL: all are there */
    const void *places;      /* offsets or views */
    const uint8_t *bytes;
    const void **buffers;    /* of views */
} TextColumn;

typedef struct {
    bool there;
    char index; /* 0: the text itself; else the format of the indices into it */
    int64_t offset;
    const uint8_t *validity;
    const void *indices;
    TextColumn text;
} Column;

static bool is_valid(const uint8_t *validity, int64_t row) { return !validity || (validity[row >> 3] >> (row & 7) & 1); }

static char text_kind(const char *format) {
    if (strcmp(format, "vu") == 0) return 'v';
    return (format[0] == 'u' || format[0] == 'U') && !format[1] ? format[0] : 0;
}

static void open_text(TextColumn *column, const char *format, const struct ArrowArray *array) {
    *column = (TextColumn){
        .kind = text_kind(format),
        .offset = array->offset,
        .validity = array->buffers[0],
        .places = array->buffers[1],
        .bytes = array->n_buffers > 2 && array->buffers[2] ? array->buffers[2] : (const uint8_t *)"",
        .buffers = array->buffers,
    };
}

static void open_column(Column *column, const struct ArrowSchema *schema, const struct ArrowArray *array) {
    *column = (Column){.there = true, .offset = array->offset};
    if (schema->dictionary) {
        column->index = schema->format[0];
        column->validity = array->buffers[0];
        column->indices = array->buffers[1];
        open_text(&column->text, schema->dictionary->format, array->dictionary);
    } else {
        open_text(&column->text, schema->format, array);
    }
}

static int64_t index_at(const Column *column, int64_t row) {
    switch (column->index) {
        case 'c': return ((const int8_t *)column->indices)[row];
        case 'C': return ((const uint8_t *)column->indices)[row];
        case 's': return ((const int16_t *)column->indices)[row];
        case 'S': return ((const uint16_t *)column->indices)[row];
        case 'i': return ((const int32_t *)column->indices)[row];
        case 'I': return ((const uint32_t *)column->indices)[row];
        default: return ((const int64_t *)column->indices)[row];
    }
}

/* False: the cell is null. */
static bool text_at(const TextColumn *column, int64_t row, const uint8_t **text, int64_t *length) {
    row += column->offset;
    if (!is_valid(column->validity, row)) return false;
    if (column->kind == 'u') {
        const int32_t *offsets = column->places;
        *text = column->bytes + offsets[row];
        *length = offsets[row + 1] - offsets[row];
    } else if (column->kind == 'U') {
        const int64_t *offsets = column->places;
        *text = column->bytes + offsets[row];
        *length = offsets[row + 1] - offsets[row];
    } else {
        const uint8_t *view = (const uint8_t *)column->places + 16 * row;
        int32_t size, buffer, start;
        memcpy(&size, view, 4);
        memcpy(&buffer, view + 8, 4);
        memcpy(&start, view + 12, 4);
        *text = size <= 12 ? view + 4 : (const uint8_t *)column->buffers[2 + buffer] + start;
        *length = size;
    }
    return true;
}

static bool cell_at(const Column *column, int64_t row, const uint8_t **text, int64_t *length) {
    if (!column->there) return false;
    if (!column->index) return text_at(&column->text, row, text, length);
    if (!is_valid(column->validity, row + column->offset)) return false;
    return text_at(&column->text, index_at(column, row + column->offset), text, length);
}

/* ---------------------------------------------------------------- cells */

typedef struct {
    CnsLines lines;
    CnsError *error;
    bool typed; /* there is a datatype or language column */
    Column columns[TABLE_COLUMNS];
    CnsLineTerm subject, predicate; /* of the row before, where it had any: the next one often has the same */
    uint8_t *annotation;            /* a datatype or tag as N-Triples write it */
    size_t annotation_room;
} Table;

static bool cell_fail(Table *table, TableColumn column, const char *message) {
    char text[sizeof table->error->message];
    snprintf(text, sizeof text, "in the column '%s': %s", column_names[column][0], message);
    return cns_lines_fail(&table->lines, text);
}

/* Points the reader at the cell; false: it is null, or longer than a term may be. */
static bool at_cell(Table *table, TableColumn column, int64_t row) {
    CnsLines *lines = &table->lines;
    const uint8_t *text = (const uint8_t *)"";
    int64_t length = 0;
    bool there = cell_at(&table->columns[column], row, &text, &length);
    lines->line = lines->at = text;
    lines->end = text + length;
    if (!there) return cell_fail(table, column, "a null");
    return length <= 0x3fffffff || cell_fail(table, column, "a term of more than 1 GiB");
}

static bool at_end_of_cell(Table *table, TableColumn column) {
    return table->lines.at == table->lines.end || cell_fail(table, column, "more than one term");
}

/* An IRI without brackets. */
static bool bare_iri(Table *table, TableColumn column, CnsLineTerm *term) {
    CnsLines *lines = &table->lines;
    const uint8_t *start = lines->at;
    uint32_t length = (uint32_t)(lines->end - start);
    while (lines->at < lines->end) {
        uint32_t c, used = cns_utf8_sequence(lines->at, lines->end, &c);
        if (!used) return cell_fail(table, column, "invalid UTF-8");
        if (!cns_iri_allows(c)) return cell_fail(table, column, "a character that an IRI may not hold");
        lines->at += used;
    }
    *term = (CnsLineTerm){.token = start, .token_length = length, .type = CNS_NODE_IRI, .span = {start, length, lines->options.copy}};
    return cns_iri_is_absolute(start, length) || cell_fail(table, column, "neither an absolute IRI nor another term of N-Triples");
}

static bool resource_here(Table *table, TableColumn column, CnsLineTerm *term) {
    CnsLines *lines = &table->lines;
    if (!cns_lines_next_is(lines, '<') && !cns_lines_next_is(lines, '_')) return bare_iri(table, column, term);
    return cns_lines_resource(lines, term) && at_end_of_cell(table, column);
}

/* A subject or predicate; `known` is that of the row before. */
static bool repeated_resource(Table *table, TableColumn column, int64_t row, CnsLineTerm *known) {
    if (!at_cell(table, column, row)) return false;
    CnsLines *lines = &table->lines;
    uint32_t length = (uint32_t)(lines->end - lines->at);
    if (known->token && known->token_length == length && memcmp(known->token, lines->at, length) == 0) return true;
    known->token = NULL;
    CnsLineTerm term;
    if (!resource_here(table, column, &term)) return false;
    *known = term;
    return true;
}

/* The annotation as the line reader knows it: ^^<datatype> or @tag. */
static bool compose_annotation(Table *table, const char *before, const char *after, CnsLineTerm *annotation) {
    CnsLines *lines = &table->lines;
    const CnsAllocator *allocator = &lines->store->allocator;
    size_t length = (size_t)(lines->end - lines->line), head = strlen(before), room = head + length + 1;
    if (room > table->annotation_room) {
        uint8_t *moved = allocator->resize(allocator->context, table->annotation, 2 * room);
        if (!moved) return cns_lines_out_of_memory(lines);
        table->annotation = moved;
        table->annotation_room = 2 * room;
    }
    memcpy(table->annotation, before, head);
    memcpy(table->annotation + head, lines->line, length);
    memcpy(table->annotation + head + length, after, strlen(after));
    *annotation = (CnsLineTerm){.token = table->annotation, .token_length = (uint32_t)(head + length + strlen(after))};
    return true;
}

static bool is_tag(const uint8_t *at, const uint8_t *end) {
    for (bool first_part = true;; first_part = false) {
        const uint8_t *part = at;
        while (at < end && (cns_is_letter(*at) || (!first_part && cns_is_digit(*at)))) at++;
        if (at == part) return false;
        if (at == end) return true;
        if (*at++ != '-') return false;
    }
}

static bool annotation_of(Table *table, int64_t row, CnsLineTerm *annotation) {
    CnsLines *lines = &table->lines;
    const uint8_t *text;
    int64_t length;
    if (cell_at(&table->columns[COLUMN_LANGUAGE], row, &text, &length) && length) {
        if (!at_cell(table, COLUMN_LANGUAGE, row)) return false;
        if (!is_tag(lines->at, lines->end)) return cell_fail(table, COLUMN_LANGUAGE, "not a language tag");
        return compose_annotation(table, "@", "", annotation);
    }
    CnsLineTerm datatype;
    if (!at_cell(table, COLUMN_DATATYPE, row) || !resource_here(table, COLUMN_DATATYPE, &datatype)) return false;
    if (datatype.type != CNS_NODE_IRI) return cell_fail(table, COLUMN_DATATYPE, "not an IRI");
    lines->line = datatype.span.text;
    lines->end = datatype.span.text + datatype.span.length;
    return compose_annotation(table, "^^<", ">", annotation);
}

/* A literal's bare text. */
static bool bare_literal(Table *table, int64_t row, CnsLineStatement *statement) {
    CnsLines *lines = &table->lines;
    if (!annotation_of(table, row, &statement->annotation) || !at_cell(table, COLUMN_OBJECT, row)) return false;
    uint32_t length = (uint32_t)(lines->end - lines->at), most = lines->options.max_literal_bytes;
    if (most && length > most) return cns_lines_error(lines, CNS_ERR_LIMIT, lines->at, "a literal longer than the limit allows");
    if (cns_utf8_valid(lines->at, lines->end) != lines->end) return cell_fail(table, COLUMN_OBJECT, "invalid UTF-8");
    statement->object = (CnsLineTerm){.token = lines->at, .token_length = length, .span = {lines->at, length, lines->options.copy}};
    return true;
}

static bool object_of(Table *table, int64_t row, CnsLineStatement *statement) {
    CnsLines *lines = &table->lines;
    const uint8_t *text;
    int64_t length;
    statement->literal = table->typed && (cell_at(&table->columns[COLUMN_DATATYPE], row, &text, &length) || (cell_at(&table->columns[COLUMN_LANGUAGE], row, &text, &length) && length));
    if (statement->literal) return bare_literal(table, row, statement);
    if (!at_cell(table, COLUMN_OBJECT, row)) return false;
    statement->literal = !table->typed && cns_lines_next_is(lines, '"');
    if (!statement->literal) return resource_here(table, COLUMN_OBJECT, &statement->object);
    return cns_lines_string(lines, &statement->object) && cns_lines_behind_string(lines, &statement->annotation) && at_end_of_cell(table, COLUMN_OBJECT);
}

static bool graph_of(Table *table, int64_t row, bool *wanted) {
    const uint8_t *text;
    int64_t length;
    CnsLineTerm graph;
    *wanted = table->lines.default_wanted;
    if (!cell_at(&table->columns[COLUMN_GRAPH], row, &text, &length) || !length) return true;
    if (!at_cell(table, COLUMN_GRAPH, row) || !resource_here(table, COLUMN_GRAPH, &graph)) return false;
    *wanted = cns_lines_graph_is_wanted(&table->lines, &graph);
    return true;
}

static bool read_row(Table *table, int64_t row) {
    CnsLines *lines = &table->lines;
    CnsLineStatement statement = {0};
    if (!repeated_resource(table, COLUMN_SUBJECT, row, &table->subject) || !repeated_resource(table, COLUMN_PREDICATE, row, &table->predicate)) return false;
    if (table->predicate.type != CNS_NODE_IRI) return cell_fail(table, COLUMN_PREDICATE, "not an IRI");
    if (!object_of(table, row, &statement) || !graph_of(table, row, &statement.wanted)) return false;
    if (lines->triples >= lines->triple_limit) return cns_lines_error(lines, CNS_ERR_LIMIT, lines->line, "more triples than the limit allows");
    statement.subject = table->subject;
    statement.predicate = table->predicate;
    return cns_lines_keep(lines, &statement);
}

/* ---------------------------------------------------------------- the whole */

static bool table_error(Table *table, const char *message, const char *name) {
    table->error->status = CNS_ERR_SYNTAX;
    snprintf(table->error->message, sizeof table->error->message, message, name);
    return false;
}

static int64_t find_column(const struct ArrowSchema *schema, TableColumn column) {
    for (int alias = 0; alias < 2; alias++)
        for (int64_t i = 0; i < schema->n_children; i++)
            if (schema->children[i]->name && strcmp(schema->children[i]->name, column_names[column][alias]) == 0) return i;
    return -1;
}

/* Where each column is, -1 where it is missing; false if the table is none of triples. */
static bool find_columns(Table *table, const struct ArrowSchema *schema, int64_t *places) {
    if (strcmp(schema->format, "+s") != 0) return table_error(table, "not a table, but an array of the Arrow type '%s'", schema->format);
    for (int i = 0; i < TABLE_COLUMNS; i++) {
        places[i] = find_column(schema, (TableColumn)i);
        if (places[i] < 0 && i <= COLUMN_OBJECT) return table_error(table, "there is no column '%s'", column_names[i][0]);
        if (places[i] < 0) continue;
        const struct ArrowSchema *column = schema->children[places[i]];
        bool text = text_kind(column->dictionary ? column->dictionary->format : column->format) != 0;
        bool indices = !column->dictionary || (strchr("cCsSiIlL", column->format[0]) && !column->format[1]);
        if (!text || !indices) return table_error(table, "the column '%s' does not hold text", column_names[i][0]);
    }
    table->typed = places[COLUMN_DATATYPE] >= 0 || places[COLUMN_LANGUAGE] >= 0;
    return true;
}

static bool pass_over_row(Table *table) {
    CnsLines *lines = &table->lines;
    CnsProblems *problems = lines->options.problems;
    if (!lines->options.lenient || table->error->status != CNS_ERR_SYNTAX) return false;
    if (problems && problems->count < CNS_PROBLEMS_KEPT) problems->first[problems->count] = *table->error;
    if (problems) problems->count++;
    memset(table->error, 0, sizeof *table->error);
    lines->other_lines++;
    return true;
}

static bool read_batch(Table *table, const struct ArrowSchema *schema, const struct ArrowArray *batch, const int64_t *places) {
    for (int i = 0; i < TABLE_COLUMNS; i++) {
        table->columns[i] = (Column){.there = false};
        if (places[i] < 0 || !batch->length) continue;
        open_column(&table->columns[i], schema->children[places[i]], batch->children[places[i]]);
        table->columns[i].offset += batch->offset;
        if (!table->columns[i].index) table->columns[i].text.offset += batch->offset;
    }
    table->subject.token = table->predicate.token = NULL;
    for (int64_t row = 0; row < batch->length; row++)
        if (!read_row(table, row) && !pass_over_row(table)) return false;
    return cns_lines_flush(&table->lines); /* the texts may be about to go */
}

void cns_arrow_release(const CnsAllocator *allocator, CnsArrowBatches *batches) {
    for (size_t i = 0; i < batches->count; i++) batches->items[i].release(&batches->items[i]);
    if (batches->items) allocator->resize(allocator->context, batches->items, 0);
    *batches = (CnsArrowBatches){0};
}

static bool keep_batch(Table *table, CnsArrowBatches *batches, struct ArrowArray *batch) {
    if (batches->count == batches->capacity) {
        const CnsAllocator *allocator = &table->lines.store->allocator;
        size_t capacity = batches->capacity ? 2 * batches->capacity : 8;
        struct ArrowArray *moved = allocator->resize(allocator->context, batches->items, capacity * sizeof *moved);
        if (!moved) return cns_lines_out_of_memory(&table->lines);
        batches->items = moved;
        batches->capacity = capacity;
    }
    batches->items[batches->count++] = *batch;
    batch->release = NULL; /* it has moved */
    return true;
}

static void read_stream(Table *table, struct ArrowArrayStream *stream, const struct ArrowSchema *schema, CnsArrowBatches *batches) {
    int64_t places[TABLE_COLUMNS];
    bool good = find_columns(table, schema, places);
    while (good) {
        struct ArrowArray batch = {.release = NULL};
        if (stream->get_next(stream, &batch) != 0) {
            const char *why = stream->get_last_error(stream);
            table_error(table, "the stream broke off: %s", why ? why : "it does not say why");
            return;
        }
        if (!batch.release) return; /* the end */
        struct ArrowArray *read = &batch;
        if (!table->lines.options.copy) {
            good = keep_batch(table, batches, &batch);
            if (good) read = &batches->items[batches->count - 1];
        }
        good = good && read_batch(table, schema, read, places);
        if (batch.release) batch.release(&batch);
    }
}

CnsStatus cns_read_arrow(CnsStore *store, struct ArrowArrayStream *stream, const CnsReadOptions *options, CnsArrowBatches *batches, CnsError *error) {
    const CnsAllocator *allocator = &store->allocator;
    struct ArrowSchema schema = {.release = NULL};
    memset(error, 0, sizeof *error);
    Table *table = allocator->resize(allocator->context, NULL, sizeof *table);
    if (!table || cns_store_begin_source(store, false) != CNS_OK) {
        if (table) allocator->resize(allocator->context, table, 0);
        return error->status = CNS_ERR_MEMORY;
    }
    table->error = error;
    table->annotation = NULL;
    table->annotation_room = 0;
    cns_lines_open(&table->lines, store, options);
    table->lines.annotations_go = true;
    cns_lines_begin(&table->lines, error);
    if (stream->get_schema(stream, &schema) == 0) {
        read_stream(table, stream, &schema, batches);
        if (schema.release) schema.release(&schema);
    } else {
        table_error(table, "the stream has no schema%s", "");
    }
    store->stats.triples_read += table->lines.triples;
    if (table->annotation) allocator->resize(allocator->context, table->annotation, 0);
    allocator->resize(allocator->context, table, 0);
    return error->status;
}
