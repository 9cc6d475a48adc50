/* Everything the runtime does, once, with an allocator that fails at the n-th request: alone as a program for the leak
   sanitizer (arguments: a program's file, a data file), or called from test_out_of_memory.py. */
#include <stdio.h>
#include <stdlib.h>

#include "reader.h"
#include "report.h"
#include "vm.h"

typedef struct {
    uint64_t requests;
    uint64_t fail_at; /* 0: never */
    uint64_t live;
} Counting;

static void *counting_resize(void *context, void *memory, size_t size) {
    Counting *counting = context;
    if (!size) {
        counting->live -= memory != NULL;
        free(memory);
        return NULL;
    }
    if (++counting->requests == counting->fail_at) return NULL;
    /* Never in place: whoever keeps an old address is found out. */
    uint8_t *made = malloc(size);
    if (!made) return NULL;
    counting->live++;
    if (memory) {
        /* The old size is not known here; glibc's is at least what was asked for. */
        extern size_t malloc_usable_size(void *);
        size_t old = malloc_usable_size(memory);
        memcpy(made, memory, old < size ? old : size);
        free(memory);
        counting->live--;
    }
    return made;
}

static CnsStatus write_report(const CnsVm *vm, const CnsStore *store, CnsReportFormat format) {
    CnsReportWriter writer;
    CnsStatus status = cns_report_open(&writer, store, format);
    if (status != CNS_OK) return status;
    cns_report_begin(&writer, vm->conforms);
    cns_report_results(&writer, vm->run.hits, vm->run.hit_count);
    cns_report_end(&writer);
    status = writer.failed ? CNS_ERR_MEMORY : CNS_OK;
    cns_report_close(&writer);
    return status;
}

static CnsStatus run_all(const CnsStore *store, bool verdict_only, uint32_t *hits) {
    CnsVm vm;
    CnsRoot roots[64];
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->program->shapes_count && count < 64; i++)
        if (store->program->shapes[i].target_count) roots[count++] = (CnsRoot){i, NULL, 0};
    CnsStatus status = cns_vm_open(&vm, store, roots, count, verdict_only);
    if (status != CNS_OK) return status;
    vm.decide_from = 0;
    do status = cns_vm_run(&vm, 100);
    while (status == CNS_AGAIN);
    *hits = vm.run.hit_count;
    if (status == CNS_OK) status = write_report(&vm, store, CNS_FORMAT_NTRIPLES);
    if (status == CNS_OK) status = write_report(&vm, store, CNS_FORMAT_TURTLE);
    cns_vm_close(&vm);
    return status;
}

static CnsStatus with_store(CnsStore *store, const uint8_t *data, size_t size, uint32_t *hits) {
    CnsError error;
    CnsStatus status = CNS_OK;
    for (int copy = 0; copy < 2 && status == CNS_OK; copy++) {
        CnsReadOptions options = {.copy = copy};
        status = cns_read(store, CNS_SYNTAX_NTRIPLES, data, size, &options, &error);
    }
    if (status == CNS_OK) status = cns_store_index(store);
    if (status == CNS_OK) status = run_all(store, true, hits);
    return status == CNS_OK ? run_all(store, false, hits) : status;
}

/* The status of the whole; how many requests there were, how many hits, and how many blocks were left. */
CnsStatus out_of_memory(const uint8_t *blob, size_t blob_size, const uint8_t *data, size_t size, uint64_t fail_at,
                        uint64_t *requests, uint64_t *left, uint32_t *hits);

CnsStatus out_of_memory(const uint8_t *blob, size_t blob_size, const uint8_t *data, size_t size, uint64_t fail_at,
                        uint64_t *requests, uint64_t *left, uint32_t *hits) {
    Counting counting = {0, fail_at, 0};
    CnsAllocator allocator = {counting_resize, &counting};
    CnsProgram program;
    CnsStore store;
    CnsError error;
    uint64_t *aligned = malloc(blob_size + 8);
    if (!aligned) return CNS_ERR_MEMORY;
    memcpy(aligned, blob, blob_size);
    CnsStatus status = cns_program_load(&program, (const uint8_t *)aligned, blob_size, &error);
    if (status == CNS_OK) status = cns_store_open(&store, &program, &allocator);
    if (status == CNS_OK) {
        store.share_literals = true;
        status = with_store(&store, data, size, hits);
        cns_store_close(&store);
    }
    free(aligned);
    *requests = counting.requests;
    *left = counting.live;
    return status;
}

static uint8_t *slurp(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (!file || !bytes) exit(2);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    size_t blob_size, size;
    uint8_t *blob = slurp(arguments[1], &blob_size), *data = slurp(arguments[2], &size);
    uint64_t requests, left, last;
    uint32_t hits = 0;
    int bad = out_of_memory(blob, blob_size, data, size, 0, &last, &left, &hits) != CNS_OK || left;
    for (uint64_t n = 1; n <= last; n++)
        bad += out_of_memory(blob, blob_size, data, size, n, &requests, &left, &hits) != CNS_ERR_MEMORY || left;
    printf("%llu requests, each failed once; %d went wrong\n", (unsigned long long)last, bad);
    free(blob);
    free(data);
    return bad != 0;
}
