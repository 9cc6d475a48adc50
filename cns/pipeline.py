"""The straight line: each stage is one call, one span, one value in and one out.

compile:  load → parse → check → build → lower
validate: read → run → report
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cns import cache
from cns.codegen.program import Program
from cns.errors import CnsError, LoadError, SourceRef
from cns.options import CompileOptions
from cns.runtime import engines
from cns.runtime import store as stores
from cns.runtime.report import Report
from cns.telemetry import stage
from cython_optimizations import cstructs

if TYPE_CHECKING:
    from cns.frontend.load import Sources
    from cns.ir.types import ProgramIR
    from cython_optimizations.store import Program as LoadedProgram
    from cython_optimizations.store import Store

Files = tuple[tuple[str, str], ...]
"""(path, sha256) of everything that a compilation read."""

NTRIPLES = frozenset({"nt", "ntriples", "n-triples", "application/n-triples", "nt11"})


@dataclass(frozen=True)
class Compiled:
    """What a compilation leaves: the serialised program, and what the user should hear."""

    blob: bytes
    warnings: tuple[str, ...]


# ---------------------------------------------------------------------- compile


def compile_shapes(ontology: Any, shapes: Any, options: CompileOptions) -> Compiled:
    """Shapes and ontology → program, from the cache where nothing has changed."""
    key = _cache_key(ontology, shapes, options) if options.cache else None
    if key is not None and (kept := cache.load(key)) is not None:
        return Compiled(*kept)
    from cns.codegen.lower import lower

    ir, files, warnings = build_ir(ontology, shapes, options)
    with stage("lower") as span:
        program = lower(ir)
        blob = program.to_bytes()
        span.note(instructions=program.count("code"), columns=program.count("columns"), bytes=len(blob))
    if key is not None:
        cache.save(key, blob, files, warnings)
    return Compiled(blob, warnings)


def build_ir(ontology: Any, shapes: Any, options: CompileOptions) -> tuple[ProgramIR, Files, tuple[str, ...]]:
    """The stages up to the IR, with the files that were read and what the user should hear."""
    from cns.frontend.load import load
    from cns.frontend.parse import parse
    from cns.ir.build import build

    with stage("load") as span:
        sources = load(
            shapes,
            ontology,
            format=options.format,
            base=options.base,
            imports=options.imports,
            catalog=options.catalog,
            network=options.network,
        )
        span.note(files=len(sources.files))
    with stage("parse") as span:
        ast = parse(sources, ignore_unsupported=options.ignore_unsupported)
        span.note(shapes=len(ast.shapes))
    if options.meta_shacl:
        with stage("check"):
            _check_against_meta_shapes(sources)
    with stage("build") as span:
        ir = build(ast)
        span.note(shapes=len(ir.shapes), ops=len(ir.ops), paths=len(ir.paths))
    return ir, sources.files, tuple(dict.fromkeys((*sources.warnings, *ast.warnings)))


def _check_against_meta_shapes(sources: Sources) -> None:
    """The W3C's shapes for shapes, compiled and run like any others: the net below the parser's own rules."""
    from cns.frontend.meta import MetaResult, meta_shapes_path, violations_to_error
    from cns.terms import BlankNode, Iri

    compiled = compile_shapes(None, meta_shapes_path(), CompileOptions(meta_shacl=False))
    loaded = engines.load_program(compiled.blob)
    store = stores.new_store(loaded)
    stores.add_triples(store, sources.shapes, (Iri, BlankNode), "shapes", shared_blanks=True)
    stores.finish(store)
    conforms, hits = engines.run(store)
    if conforms:
        return
    report = Report(Program.from_bytes(compiled.blob), hits, conforms)
    results = (
        MetaResult(
            r.focus, Iri(r.path) if r.path else None, r.component, r.messages[0].lexical if r.messages else "", r.value
        )
        for r in report
    )
    if (error := violations_to_error(sources, results)) is not None:
        raise error


def _cache_key(ontology: Any, shapes: Any, options: CompileOptions) -> str | None:
    """Names what is compiled without opening it; the entry knows which files to compare. None: graphs, URLs, text."""
    from cns import __version__

    names = []
    for source in (*_listed(ontology), None, *_listed(shapes)):
        if source is None:
            names.append("|")
        elif isinstance(source, str | os.PathLike) and os.path.isfile(source):  # noqa: PTH113 (a str that is long text raises in Path)
            names.append(os.path.abspath(source))  # noqa: PTH100
        else:
            return None
    if options.network:
        return None
    catalog = [f"{iri}={os.fspath(path)}" for iri, path in sorted(options.catalog.items())]
    choices = (options.format, options.base, options.imports, options.ignore_unsupported, options.meta_shacl)
    return cache.key_of([__version__, str(cstructs.PROGRAM_VERSION), *names, *catalog, repr(choices)])


def _listed(source: Any) -> list[Any]:
    if source is None:
        return []
    return [item for part in source for item in _listed(part)] if isinstance(source, list | tuple) else [source]


# ---------------------------------------------------------------------- validate


def read(program: LoadedProgram, data: Any, format: str | None = None) -> Store:
    """Data sources, together one graph, → the store, keeping only what the program can see."""
    with stage("read") as span:
        store = stores.new_store(program)
        sources = _listed(data)
        for number, source in enumerate(sources, 1):
            _read_source(store, source, format, number)
        span.note(sources=len(sources), triples=store.triples_read, kept=store.triples_kept)
        span.note(skipped=store.triples_read - store.triples_kept)
    with stage("index") as span:
        stores.finish(store)
        span.note(nodes=store.node_count, literals=store.literal_count)
    return store


def _read_source(store: Store, source: Any, format: str | None, number: int) -> None:
    """N-Triples go straight to C; rdflib is imported for everything else only."""
    named = format.lower() if format else None
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        if name == "-":
            source = sys.stdin.buffer.read()
        elif named in NTRIPLES or (named is None and name.endswith(".nt")):
            _read_ntriples_file(store, name)
            return
    if isinstance(source, bytes | bytearray | memoryview) and named in NTRIPLES:
        stores.read_ntriples(store, bytes(source), f"<bytes {number}>")
        return
    _read_by_library(store, source, format, number)


def _read_ntriples_file(store: Store, name: str) -> None:
    try:
        stores.read_ntriples_file(store, name)
    except OSError as error:
        raise _cannot_read(name, error) from None


def _read_by_library(store: Store, source: Any, format: str | None, number: int) -> None:
    from cns.frontend.data import document_triples, graph_triples
    from cns.frontend.origin import open_source

    document = open_source(source, format=format, base=None, network=False, number=number)
    if document.graph is None and document.syntax == "nt":
        stores.read_ntriples(store, document.content, document.name)
        return
    data = graph_triples(document.graph) if document.graph is not None else document_triples(document)
    stores.add_triples(store, data.triples, data.types, document.name, shared_blanks=data.shared_blanks)


def _cannot_read(name: str, error: OSError) -> CnsError:
    where = SourceRef(source=name)
    if isinstance(error, FileNotFoundError):
        return LoadError("CNS101", "no such file", where=where, hint="check the path")
    if isinstance(error, IsADirectoryError):
        return LoadError("CNS102", "this is a directory", where=where, hint="name the files in it, as a list")
    if isinstance(error, PermissionError):
        return LoadError("CNS103", "no permission to read this file", where=where, hint="check its mode")
    return LoadError("CNS101", f"the file cannot be read: {error}", where=where)


def run(program: Program, store: Store, roots: Sequence[engines.Root] | None = None) -> Report:
    """All results."""
    with stage("run", engine="vm") as span:
        conforms, hits = engines.run(store, roots)
        span.note(hits=len(hits), conforms=conforms)
    return Report(program, hits, conforms)


def run_conforms(store: Store, roots: Sequence[engines.Root] | None = None) -> bool:
    """The verdict alone: stops at the first failure."""
    with stage("run", engine="vm") as span:
        conforms, _ = engines.run(store, roots, verdict_only=True)
        span.note(conforms=conforms)
    return conforms
