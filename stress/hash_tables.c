/* Times lookups for hash_tables.py: a perfect hash built here or, with -DGPERF, the function that gperf made.
   Arguments: a file of keys and one of what is asked, a line each; prints figures, one "name value" a line. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "perfect.h"

#ifdef GPERF
#include GPERF
#endif

typedef struct {
    CnsKey *items;
    uint32_t count;
} Lines;

static void *plain_resize(void *context, void *memory, size_t size) {
    (void)context;
    if (size) return realloc(memory, size);
    free(memory);
    return NULL;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static Lines read_lines(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit(2);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    if (!text || fread(text, 1, size, file) != size) exit(2);
    fclose(file);
    Lines lines = {NULL, 0};
    for (size_t i = 0; i < size; i++) lines.count += text[i] == '\n';
    lines.items = malloc((lines.count + 1) * sizeof *lines.items);
    if (!lines.items) exit(2);
    uint32_t n = 0;
    for (char *start = text; n < lines.count; n++) {
        char *end = memchr(start, '\n', size - (size_t)(start - text));
        lines.items[n] = (CnsKey){(uint8_t *)start, (uint32_t)(end - start)};
        start = end + 1;
    }
    return lines;
}

static CnsPerfect *table;
static uint32_t *order;
static Lines keys;

static bool has(CnsKey asked) {
#ifdef GPERF
    return in_word_set((const char *)asked.bytes, asked.length) != NULL;
#else
    const CnsKey *key = &keys.items[order[cns_perfect_number(table, cns_hash(asked.bytes, asked.length, table->seed))]];
    return key->length == asked.length && memcmp(key->bytes, asked.bytes, asked.length) == 0;
#endif
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    Lines asked = read_lines(arguments[2]);
    keys = read_lines(arguments[1]);
    CnsAllocator allocator = {plain_resize, NULL};
    CnsKeys builder = cns_perfect_of_bytes(keys.items, keys.count);
    uint32_t twice[2];
    order = malloc((keys.count + 1) * sizeof *order);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        free(table);
        double start = seconds();
        if (cns_perfect_build(&allocator, &builder, &table, order, twice) != CNS_OK) return 1;
        double taken = seconds() - start;
        if (taken < best) best = taken;
    }
    printf("build %.3f\nwords %zu\n", 1e9 * best / keys.count, cns_perfect_words(table));
    uint32_t found = 0, repeats = 2000000 / asked.count + 1;
    best = 1e9;
    for (int round = 0; round < 5; round++) {
        double start = seconds();
        found = 0;
        for (uint32_t repeat = 0; repeat < repeats; repeat++)
            for (uint32_t i = 0; i < asked.count; i++) found += has(asked.items[i]);
        double taken = (seconds() - start) / ((double)repeats * asked.count);
        if (taken < best) best = taken;
    }
    printf("lookup %.3f\nfound %u\n", 1e9 * best, found / repeats);
    return 0;
}
