/* bench PROGRAM DATA WORKLOAD NAMESPACE ROUNDS: the same data by hand, natively and by the vm, results compared first, then the
   best time of each, taken in turns: the processor's, so that others on the machine are not counted. Prints microseconds and the number of
   results. */
#define _POSIX_C_SOURCE 200809L /* the processor's time */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "hand.h"
#include "native.h"
#include "reader.h"
#include "vm.h"

extern const CnsNativeCode cns_native_code;

static void die(const char *message) {
    fprintf(stderr, "bench: %s\n", message);
    exit(2);
}

static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) die(path);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 8);
    if (!bytes || fread(bytes, 1, *size, file) != *size) die(path);
    fclose(file);
    return bytes;
}

static uint32_t node_named(const CnsStore *store, const char *space, const char *name) {
    char iri[256];
    int length = snprintf(iri, sizeof iri, "%s%s", space, name);
    return cns_store_find(store, CNS_NODE_IRI, (const uint8_t *)iri, (uint32_t)length);
}

static void look_up(Hand *hand, const HandWorkload *workload, const char *space) {
    const CnsProgram *program = hand->store->program;
    for (unsigned i = 0; i < 24 && workload->columns[i]; i++)
        for (uint32_t c = 0; c < program->columns_count; c++)
            if (program->columns[c].predicate == node_named(hand->store, space, workload->columns[i])) hand->columns[i] = c;
    for (unsigned i = 0; i < 24 && workload->classes[i]; i++)
        for (uint32_t c = 0; c < program->classes_count; c++)
            if (program->classes[c].term == node_named(hand->store, space, workload->classes[i])) hand->classes[i] = c;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int by_node(const void *left, const void *right) {
    const Found *a = left, *b = right;
    if (a->focus != b->focus) return a->focus < b->focus ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

static Found *sorted(const CnsHit *hits, uint32_t count) {
    Found *found = malloc((count + 1) * sizeof *found);
    if (!found) die("no memory");
    for (uint32_t i = 0; i < count; i++) found[i] = (Found){hits[i].focus, hits[i].value};
    qsort(found, count, sizeof *found, by_node);
    return found;
}

int main(int argc, char **argv) {
    if (argc != 6) die("usage: bench PROGRAM DATA WORKLOAD NAMESPACE ROUNDS");
    CnsProgram program;
    CnsStore store;
    CnsError error;
    size_t size;
    uint8_t *blob = read_file(argv[1], &size);
    if (cns_program_load(&program, blob, size, &error) != CNS_OK) die(error.message);
    uint8_t *data = read_file(argv[2], &size);
    CnsReadOptions options = {0};
    if (cns_store_open(&store, &program, NULL) != CNS_OK) die("no memory");
    if (cns_read(&store, CNS_SYNTAX_NTRIPLES, data, size, &options, &error) != CNS_OK) die(error.message);
    if (cns_store_index(&store) != CNS_OK) die("no memory");

    const HandWorkload *workload = NULL;
    for (unsigned i = 0; i < hand_workload_count; i++)
        if (strcmp(hand_workloads[i].name, argv[3]) == 0) workload = &hand_workloads[i];
    if (!workload) die("no such workload");
    Hand hand = {.store = &store, .types = program.facts[0].type_column};
    hand.found = malloc(((size_t)store.stats.triples_read + 1000) * sizeof *hand.found * 4);
    if (!hand.found) die("no memory");
    look_up(&hand, workload, argv[4]);

    CnsRoot *roots = malloc((program.shapes_count + 1) * sizeof *roots);
    if (!roots) die("no memory");
    uint32_t root_count = 0;
    for (uint32_t i = 0; i < program.shapes_count; i++)
        if (program.shapes[i].target_count) roots[root_count++] = (CnsRoot){i, NULL, 0};
    CnsNativeJob job = {.code = &cns_native_code, .store = &store, .roots = roots, .root_count = root_count, .threads = 1};

    double best[3] = {1e30, 1e30, 1e30};
    uint32_t results = 0;
    for (int round = 0; round < atoi(argv[5]); round++) {
        double start = now();
        hand.count = 0;
        workload->validate(&hand);
        double after_hand = now();
        CnsNativeResult native;
        if (cns_native_run(&job, &native) != CNS_OK) die("native failed");
        double after_native = now();
        CnsVm vm;
        if (cns_vm_open(&vm, &store, roots, root_count, false) != CNS_OK || cns_vm_run(&vm, UINT64_MAX) != CNS_OK) die("vm failed");
        double after_vm = now();
        if (round == 0) {
            Found *by_native = sorted(native.hits, native.hit_count), *by_vm = sorted(vm.run.hits, vm.run.hit_count);
            qsort(hand.found, hand.count, sizeof *hand.found, by_node);
            if (hand.count != native.hit_count || hand.count != vm.run.hit_count || memcmp(hand.found, by_native, hand.count * sizeof *by_native) != 0 ||
                memcmp(hand.found, by_vm, hand.count * sizeof *by_vm) != 0) {
                fprintf(stderr, "by hand %u, native %u, vm %u results\n", hand.count, native.hit_count, vm.run.hit_count);
                die("the results differ: no times");
            }
            results = hand.count;
            free(by_native);
            free(by_vm);
        }
        if (after_hand - start < best[0]) best[0] = after_hand - start;
        if (after_native - after_hand < best[1]) best[1] = after_native - after_hand;
        if (after_vm - after_native < best[2]) best[2] = after_vm - after_native;
        free(native.hits);
        cns_vm_close(&vm);
    }
    printf("%.1f %.1f %.1f %u\n", best[0], best[1], best[2], results);
    return 0;
}
