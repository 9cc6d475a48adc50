/* A program with its data and its results, for those who embed it: reading, validating, looking at results, and all of it again
   without asking for memory. One caller at a time. */
#ifndef CNS_HANDLE_H
#define CNS_HANDLE_H

#include "native.h"
#include "reader.h"
#include "report.h"

typedef struct CnsHandle CnsHandle;

/* All zero is a good choice. */
typedef struct {
    CnsAllocator allocator; /* without `resize`: realloc and free */
    uint64_t max_triples;   /* as in CnsReadOptions, here and below */
    uint32_t max_literal_bytes;
    uint32_t max_depth;
    uint32_t threads;       /* for validating; up to one: the caller's */
    bool (*poll)(void *context);
    void *poll_context;
} CnsHandleOptions;

/* Texts belong to the handle and stay until its next call. */
typedef struct {
    const uint8_t *text;
    size_t length;
} CnsHandleText;

typedef struct {
    CnsHandleText focus, path, value, shape, component, severity, message;
} CnsHandleResult;

/* The blob, 8-byte aligned, has to outlive the handle; without code the vm runs. NULL: the error says why. */
CnsHandle *cns_handle_open(const uint8_t *blob, size_t size, const CnsNativeCode *code, const CnsHandleOptions *options, CnsError *error);
void cns_handle_close(CnsHandle *handle);
CnsStatus cns_handle_reset(CnsHandle *handle);

/* A piece of the source that is being read, which begins with its first piece; the bytes are not kept. */
CnsStatus cns_handle_feed(CnsHandle *handle, CnsSyntax syntax, const uint8_t *bytes, size_t size);
CnsStatus cns_handle_end_source(CnsHandle *handle);
CnsStatus cns_handle_read_bytes(CnsHandle *handle, CnsSyntax syntax, const uint8_t *bytes, size_t size);
CnsStatus cns_handle_read_file(CnsHandle *handle, CnsSyntax syntax, const char *path);

/* All results, or with verdict_only just whether there are any. */
CnsStatus cns_handle_validate(CnsHandle *handle, bool verdict_only, bool *conforms);

/* One event: resets, reads N-Triples in place, finds all results. The bytes have to stay until the results were looked at. */
CnsStatus cns_handle_check(CnsHandle *handle, const uint8_t *ntriples, size_t size, bool *conforms);

uint32_t cns_handle_result_count(const CnsHandle *handle);
CnsStatus cns_handle_result(CnsHandle *handle, uint32_t index, CnsHandleResult *result);
CnsStatus cns_handle_write_report(CnsHandle *handle, bool (*write)(void *context, const char *text, size_t length), void *context);

/* Of the last call that failed. */
const CnsError *cns_handle_error(const CnsHandle *handle);

#endif
