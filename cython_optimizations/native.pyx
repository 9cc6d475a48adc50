# cython: language_level=3
"""The native engine: loads a library that was compiled from emitted C, and runs it over a store."""

cimport cython
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memset

from cython_optimizations.cstructs cimport (
    CNS_ERR_MEMORY, CNS_NATIVE_LAYOUT, CNS_NATIVE_SYMBOL, CNS_OK, CNS_STOPPED, CnsError, CnsHandle, CnsHandleOptions,
    CnsNativeCode, CnsNativeJob, CnsNativeResult, CnsStatus, c_bool, cns_handle_check, cns_handle_close,
    cns_handle_open, cns_native_covers, cns_native_run,
)
from cython_optimizations.hits cimport Hits
from cython_optimizations.store cimport Program, Store
from cython_optimizations.vm cimport Roots, go_on

cdef extern from "dlfcn.h" nogil:
    int RTLD_NOW
    int RTLD_LOCAL
    void *dlopen(const char *path, int flags)
    void *dlsym(void *handle, const char *name)
    char *dlerror()
    int dlclose(void *handle)


SYMBOL = CNS_NATIVE_SYMBOL.decode("ascii")


class BadLibrary(ValueError):
    """The file is no library of ours, or was made of another program or for other structs."""


@cython.final
cdef class Library:
    """Loaded for as long as the object lives; it holds code and constants, and no state."""

    cdef void *handle
    cdef const CnsNativeCode *code

    def __cinit__(self, str path not None, Program program not None, str symbol not None=SYMBOL):
        cdef bytes name = path.encode("utf-8", "surrogateescape")
        self.handle = dlopen(name, RTLD_NOW | RTLD_LOCAL)
        if self.handle == NULL:
            raise BadLibrary(dlerror().decode("utf-8", "replace"))
        self.code = <const CnsNativeCode *>dlsym(self.handle, symbol.encode())
        if self.code == NULL:
            raise BadLibrary("it does not show what it is")
        if self.code.layout != CNS_NATIVE_LAYOUT:
            raise BadLibrary("it was made for another version of the runtime")
        if self.code.program != program.checksum:
            raise BadLibrary("it was made of other shapes")

    def __dealloc__(self):
        if self.handle != NULL:
            dlclose(self.handle)


def run(Store store not None, Library library not None, roots, bint verdict_only=False, uint32_t threads=1):
    """As vm.run; None if some root has no code of its own in the library, so that the vm has to do it."""
    cdef CnsNativeJob job
    cdef CnsNativeResult result
    cdef CnsStatus status
    cdef Roots c_roots
    cdef list interruptions = []
    if not store.indexed:
        raise RuntimeError("the store is not indexed yet")
    if library.code.program != store.program.checksum:
        raise ValueError("the library was made of other shapes than the store")
    c_roots = Roots(store, roots)
    if not cns_native_covers(library.code, c_roots.items, c_roots.count):
        return None
    job.code = library.code
    job.store = &store.c
    job.roots = c_roots.items
    job.root_count = c_roots.count
    job.threads = threads
    job.verdict_only = verdict_only
    job.poll = go_on
    job.poll_context = <void *>interruptions
    with nogil:
        status = cns_native_run(&job, &result)
    if status == CNS_STOPPED:
        raise interruptions[0]
    if status != CNS_OK:
        raise MemoryError()
    hits = Hits.__new__(Hits)
    (<Hits>hits).adopt(store, result.hits, result.hit_count)
    return bool(result.conforms), hits


@cython.final
cdef class Checker:
    """Small events one after the other, on a store that is reset and not freed. For one thread at a time."""

    cdef CnsHandle *handle
    cdef Program program
    cdef Library library
    cdef list interruptions

    def __cinit__(self, Program program not None, Library library=None):
        cdef CnsHandleOptions options
        cdef CnsError error
        cdef const CnsNativeCode *code = NULL
        memset(&options, 0, sizeof(options))
        self.program = program
        self.library = library
        self.interruptions = []
        options.poll = go_on
        options.poll_context = <void *>self.interruptions
        if library is not None:
            code = library.code
        self.handle = cns_handle_open(program.start, program.view.count, code, &options, &error)
        if self.handle == NULL:
            raise MemoryError()

    def __dealloc__(self):
        cns_handle_close(self.handle)

    def check(self, bytes event not None):
        """Whether these N-Triples conform; None if they are no N-Triples, or something else went wrong that reading and
        validating them with all their errors will tell.
        """
        cdef c_bool conforms
        cdef CnsStatus status = cns_handle_check(self.handle, <const uint8_t *><char *>event, <size_t>len(event), &conforms)
        if status == CNS_STOPPED:
            raise self.interruptions.pop()
        if status == CNS_ERR_MEMORY:
            raise MemoryError()
        return bool(conforms) if status == CNS_OK else None
