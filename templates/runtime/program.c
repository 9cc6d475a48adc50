/* Loads a program, and knows the names of its parts. What is in it, verify.c looks at. */
#include "program.h"

#include <stdarg.h>
#include <stdio.h>

#include "verify.h"

typedef struct {
    uint8_t magic[8];
    uint32_t version;
    uint32_t section_count;
    uint64_t checksum;
    uint64_t total_size;
} Header;

typedef struct {
    uint64_t offset;
    uint64_t size;
} SectionEntry;

static const char *const section_names[] = {
#define CNS_X(section, type, fields) #section,
    CNS_SECTIONS(CNS_X)
#undef CNS_X
        "strings",
    "meta"};

#define CNS_NAME(name) #name,
#define CNS_X(section, type, fields) static const char *const section##_fields[] = {fields(CNS_NAME) NULL};
CNS_SECTIONS(CNS_X)
#undef CNS_X

static const char *const *const section_field_names[] = {
#define CNS_X(section, type, fields) section##_fields,
    CNS_SECTIONS(CNS_X)
#undef CNS_X
};

static const char *const instruction_names[] = {
#define CNS_X(name, operands) #name,
    CNS_INSTRUCTIONS(CNS_X)
#undef CNS_X
};

static const char *const instruction_operands[] = {
#define CNS_X(name, operands) operands,
    CNS_INSTRUCTIONS(CNS_X)
#undef CNS_X
};

const char *cns_section_name(uint32_t section) { return section < CNS_SECTION_COUNT ? section_names[section] : NULL; }

const char *cns_section_field(uint32_t section, uint32_t field) {
    if (section >= CNS_SECTION_strings) return NULL;
    const char *const *names = section_field_names[section];
    for (uint32_t i = 0; i < field; i++)
        if (!names[i]) return NULL;
    return names[field];
}

const char *cns_instruction_name(uint32_t code) {
    return code < CNS_INSTRUCTION_COUNT ? instruction_names[code] : NULL;
}

const char *cns_instruction_operands(uint32_t code) {
    return code < CNS_INSTRUCTION_COUNT ? instruction_operands[code] : NULL;
}

uint64_t cns_program_checksum(const uint8_t *body, size_t size) { return cns_hash(body, size, 0); }

bool cns_program_refuse(CnsError *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error->status = CNS_ERR_PROGRAM;
    error->line = error->column = 0;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

/* ---------------------------------------------------------------- sections */

static bool read_header(CnsProgram *program, const uint8_t *blob, size_t size, CnsError *error) {
    Header header;
    if (size < sizeof header) return cns_program_refuse(error, "too short to be a program: %zu bytes", size);
    memcpy(&header, blob, sizeof header);
    if (memcmp(header.magic, CNS_PROGRAM_MAGIC, 8) != 0) return cns_program_refuse(error, "not a cns program: wrong magic");
    if (header.version != CNS_PROGRAM_VERSION)
        return cns_program_refuse(error, "program version %u, this runtime reads version %d", (unsigned)header.version, CNS_PROGRAM_VERSION);
    if (header.total_size != size)
        return cns_program_refuse(error, "%zu bytes where the header says %llu", size, (unsigned long long)header.total_size);
    if (header.section_count != CNS_SECTION_COUNT) return cns_program_refuse(error, "wrong number of sections");
    if (size < sizeof header + CNS_SECTION_COUNT * sizeof(SectionEntry)) return cns_program_refuse(error, "section table cut short");
    if (cns_program_checksum(blob + sizeof header, size - sizeof header) != header.checksum)
        return cns_program_refuse(error, "checksum does not match: the program is damaged");
    program->checksum = header.checksum;
    return true;
}

static bool section_bytes(const uint8_t *blob, size_t size, uint32_t id, size_t item, const uint8_t **start, uint32_t *count, CnsError *error) {
    SectionEntry entry;
    memcpy(&entry, blob + sizeof(Header) + id * sizeof entry, sizeof entry);
    if (entry.offset % 8 || entry.offset > size || entry.size > size - entry.offset)
        return cns_program_refuse(error, "section %s lies outside the program", section_names[id]);
    if (entry.size % item || entry.size / item >= CNS_LITERAL_BIT) return cns_program_refuse(error, "section %s has a wrong size", section_names[id]);
    *start = blob + entry.offset;
    *count = (uint32_t)(entry.size / item);
    return true;
}

static bool map_sections(CnsProgram *program, const uint8_t *blob, size_t size, CnsError *error) {
    const uint8_t *start = NULL;
#define CNS_X(section, type, fields)                                                                                           \
    if (!section_bytes(blob, size, CNS_SECTION_##section, sizeof(type), &start, &program->section##_count, error)) return false; \
    program->section = (const type *)(const void *)start;
    CNS_SECTIONS(CNS_X)
#undef CNS_X
    return section_bytes(blob, size, CNS_SECTION_strings, 1, &program->strings, &program->strings_count, error);
}

CnsStatus cns_program_load(CnsProgram *program, const uint8_t *blob, size_t size, CnsError *error) {
    memset(program, 0, sizeof *program);
    memset(error, 0, sizeof *error);
    if ((uintptr_t)blob % 8) cns_program_refuse(error, "the program is not aligned to 8 bytes");
    else if (read_header(program, blob, size, error) && map_sections(program, blob, size, error)) cns_program_verify(program, error);
    return error->status;
}
