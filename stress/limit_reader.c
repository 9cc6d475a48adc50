/* What a plain hand-written loop makes of N-Triples that are known to be well-formed: the limit that the readers are held
   against. It looks for the ends of lines and terms, knows its predicates by a table, interns IRIs with a hash table, and
   keeps pairs of ids; literals are references. It checks nothing, has no limits and knows no errors.

   cc -O3 -march=native limit_reader.c -o limit_reader; ./limit_reader FILE REPEATS PREDICATE...  -> seconds, kept, nodes, literals, sum of pairs */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

typedef struct {
    const uint8_t *text;
    uint32_t length, hash;
} Node;

typedef struct {
    const uint8_t *text;
    uint32_t length, annotation;
} Literal;

typedef struct {
    uint32_t *subjects, *objects;
    uint32_t count, capacity;
} Pairs;

static Node *nodes;
static uint32_t node_count, node_capacity, *slots, slot_mask;
static Literal *literals;
static uint32_t literal_count, literal_capacity;

enum { MOST_PREDICATES = 64 };
static const char *predicates[MOST_PREDICATES];
static uint32_t predicate_lengths[MOST_PREDICATES], predicate_count;
static Pairs pairs[MOST_PREDICATES];
static uint8_t by_key[4096]; /* predicate + 1, by its length and last bytes */

static void *grown(void *items, uint32_t *capacity, size_t size) {
    *capacity = *capacity ? *capacity * 2 : 1024;
    void *moved = realloc(items, *capacity * size);
    if (!moved) exit(2);
    return moved;
}

static inline uint64_t load(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, 8);
    return word;
}

static inline uint32_t hash_of(const uint8_t *text, uint32_t length) {
    uint64_t h = length;
    uint32_t i = 0;
    for (; i + 8 <= length; i += 8) h = (h ^ load(text + i)) * UINT64_C(0x9fb21c651e98df25), h ^= h >> 32;
    if (length >= 8) h = (h ^ load(text + length - 8)) * UINT64_C(0x9fb21c651e98df25);
    else
        for (; i < length; i++) h = (h ^ text[i]) * UINT64_C(0x9fb21c651e98df25);
    return (uint32_t)(h >> 32);
}

static void grow_slots(void) {
    uint32_t count = slots ? (slot_mask + 1) * 2 : 4096;
    free(slots);
    slots = calloc(count, sizeof *slots);
    if (!slots) exit(2);
    slot_mask = count - 1;
    for (uint32_t i = 0; i < node_count; i++) {
        uint32_t slot = nodes[i].hash & slot_mask;
        while (slots[slot]) slot = (slot + 1) & slot_mask;
        slots[slot] = i + 1;
    }
}

static inline uint32_t intern(const uint8_t *text, uint32_t length) {
    uint32_t hash = hash_of(text, length), slot = hash & slot_mask;
    for (; slots[slot]; slot = (slot + 1) & slot_mask) {
        const Node *node = &nodes[slots[slot] - 1];
        if (node->hash == hash && node->length == length && memcmp(node->text, text, length) == 0) return slots[slot] - 1;
    }
    if (node_count == node_capacity) nodes = grown(nodes, &node_capacity, sizeof *nodes);
    nodes[node_count] = (Node){text, length, hash};
    slots[slot] = ++node_count;
    if (node_count > slot_mask / 2) grow_slots();
    return node_count - 1;
}

static inline uint32_t key_of(const uint8_t *token, uint32_t length) {
    return (uint32_t)((load(token + length - 9) * UINT64_C(0x9fb21c651e98df25)) >> 52);
}

static void read_all(const uint8_t *at, const uint8_t *end) {
    const uint8_t *last = NULL;
    uint32_t last_length = 0, subject = 0;
    while (at < end) {
        const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
        const uint8_t *subject_end = last && memcmp(at, last, last_length) == 0 ? at + last_length : (const uint8_t *)memchr(at, ' ', (size_t)(newline - at));
        const uint8_t *predicate = subject_end + 1, *predicate_end = memchr(predicate, ' ', (size_t)(newline - predicate));
        uint32_t length = (uint32_t)(predicate_end - predicate), which = by_key[key_of(predicate, length)];
        if (!which || predicate_lengths[which - 1] != length || memcmp(predicates[which - 1], predicate, length) != 0) {
            at = newline + 1;
            continue;
        }
        if (!last || subject_end - at != last_length || at == last || memcmp(at, last, last_length) != 0) {
            last = at;
            last_length = (uint32_t)(subject_end - at);
            subject = intern(at, last_length);
        }
        const uint8_t *object = predicate_end + 1, *object_end = newline - 2;
        uint32_t value;
        if (*object == '"') {
            if (literal_count == literal_capacity) literals = grown(literals, &literal_capacity, sizeof *literals);
            const uint8_t *quote = object_end - 1;
            while (*quote != '"') quote--;
            literals[literal_count] = (Literal){object + 1, (uint32_t)(quote - object - 1), (uint32_t)(object_end - quote - 1)};
            value = literal_count++ | UINT32_C(0x80000000);
        } else {
            value = intern(object, (uint32_t)(object_end - object));
        }
        Pairs *column = &pairs[which - 1];
        if (column->count == column->capacity) {
            uint32_t capacity = column->capacity;
            column->subjects = grown(column->subjects, &capacity, sizeof(uint32_t));
            column->objects = grown(column->objects, &column->capacity, sizeof(uint32_t));
        }
        column->subjects[column->count] = subject;
        column->objects[column->count++] = value;
        at = newline + 1;
    }
}

static void forget(void) {
    for (uint32_t i = 0; i < predicate_count; i++) {
        free(pairs[i].subjects);
        free(pairs[i].objects);
        pairs[i] = (Pairs){0};
    }
    free(nodes);
    free(slots);
    free(literals);
    nodes = NULL;
    slots = NULL;
    literals = NULL;
    node_count = node_capacity = literal_count = literal_capacity = 0;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    int file = open(argv[1], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) return 2;
    size_t size = (size_t)status.st_size;
    const uint8_t *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) return 2;
    for (int i = 3; i < argc && predicate_count < MOST_PREDICATES; i++) {
        uint32_t length = (uint32_t)strlen(argv[i]), key = key_of((const uint8_t *)argv[i], length);
        if (by_key[key]) return 3; /* two with one key: this table is not perfect for them */
        predicates[predicate_count] = argv[i];
        predicate_lengths[predicate_count++] = length;
        by_key[key] = (uint8_t)predicate_count;
    }
    for (int repeat = atoi(argv[2]); repeat > 0; repeat--) {
        struct timespec start, stop;
        clock_gettime(CLOCK_MONOTONIC, &start);
        grow_slots();
        read_all(bytes, bytes + size);
        clock_gettime(CLOCK_MONOTONIC, &stop);
        uint64_t kept = 0;
        for (uint32_t i = 0; i < predicate_count; i++) kept += pairs[i].count;
        printf("%.6f %llu %u %u\n", (double)(stop.tv_sec - start.tv_sec) + (double)(stop.tv_nsec - start.tv_nsec) / 1e9, (unsigned long long)kept, node_count, literal_count);
        forget();
    }
    return 0;
}
