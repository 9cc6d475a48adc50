"""The straight line: each stage is one call, one span, one value in and one out.

compile:  load → parse → check → build → order → optimise → lower
validate: read → run → report
"""

from __future__ import annotations

import gc
import os

from cns import cache, telemetry
from cns.digests import sha256
from cns.frontend.files import listed
from cns.runtime import engines
from cns.runtime import store as stores
from cns.runtime.report import Report
from cns.telemetry import stage
from cns.values import Value
from cython_optimizations import cstructs
from cython_optimizations.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    from cns.codegen.program import Program
    from cns.frontend.load import Sources
    from cns.ir.types import ProgramIR
    from cns.options import CompileOptions, ReadOptions
    from cns.passes.line import Note
    from cns.passes.order import Ordering
    from cns.passes.profile import Profile
    from cns.runtime.sources import Skipped
    from cython_optimizations.store import Program as LoadedProgram

Files = tuple[tuple[str, str], ...]
"""(path, sha256) of everything that a compilation read."""


class Compiled(Value):
    """What a compilation leaves: the serialised program, and what the user should hear."""

    __slots__ = ("blob", "warnings")

    def __init__(self, blob: bytes, warnings: tuple[str, ...]) -> None:
        self.blob: Final = blob
        self.warnings: Final = warnings


# ---------------------------------------------------------------------- compile


def compile_shapes(ontology: Any, shapes: Any, options: CompileOptions) -> Compiled:
    """Shapes and ontology → program, from the cache where nothing has changed."""
    with stage("compile") as span:
        key = _cache_key(ontology, shapes, options) if options.cache else None
        if key is not None:
            kept = cache.load(key)
            telemetry.count("cache.lookups", 1, {"cache.name": "program", "cache.hit": kept is not None})
            if kept is not None:
                span.note(cached=True)
                return Compiled(*kept)
        span.note(cached=False)
        blob, files, warnings = _without_collection(ontology, shapes, options)
        if key is not None:
            cache.save(key, blob, files, warnings)
        return Compiled(blob, warnings)


def _compile(ontology: Any, shapes: Any, options: CompileOptions) -> tuple[bytes, Files, tuple[str, ...]]:
    from cns.codegen.lower import lower

    sources = load_sources(ontology, shapes, options)
    ir, warnings = ir_of(sources, options)
    profile, profile_files = load_profile(options)
    ir, _, contradictions = optimise(order_ir(ir, profile).ir, options)
    warnings = tuple(dict.fromkeys((*warnings, *contradictions)))
    with stage("lower") as span:
        program = lower(ir, sources.inputs)
        blob = program.to_bytes()
        span.note(instructions=program.count("code"), columns=program.count("columns"), bytes=len(blob))
    return blob, (*sources.files, *profile_files), warnings


def _without_collection(ontology: Any, shapes: Any, options: CompileOptions) -> tuple[bytes, Files, tuple[str, ...]]:
    """Stages make values by the hundred thousand and drop none before they are done: the collector would look through
    them again and again, and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return _compile(ontology, shapes, options)
    finally:
        if enabled:
            gc.enable()


def build_ir(ontology: Any, shapes: Any, options: CompileOptions) -> tuple[ProgramIR, Files, tuple[str, ...]]:
    """The stages up to the IR, with the files that were read and what the user should hear."""
    sources = load_sources(ontology, shapes, options)
    ir, warnings = ir_of(sources, options)
    return ir, sources.files, warnings


def load_sources(ontology: Any, shapes: Any, options: CompileOptions) -> Sources:
    """All that a compilation reads."""
    from cns.frontend.load import load

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
    return sources


def ir_of(sources: Sources, options: CompileOptions) -> tuple[ProgramIR, tuple[str, ...]]:
    """What was read → the IR, and what the user should hear."""
    from cns.frontend.parse import parse
    from cns.ir.build import build
    from cns.passes import declared

    with stage("parse") as span:
        ast = parse(sources, ignore_unsupported=options.ignore_unsupported)
        span.note(shapes=len(ast.shapes))
    if options.meta_shacl:
        with stage("check"):
            _check_against_meta_shapes(sources)
    with stage("build") as span:
        ir = build(ast)
        if options.skip_declared:
            ir = declared.apply(ir, ast.nothing_to_check)
        span.note(shapes=len(ir.shapes), ops=len(ir.ops), paths=len(ir.paths))
    return ir, tuple(dict.fromkeys((*sources.warnings, *ast.warnings)))


def ordered_ir(ontology: Any, shapes: Any, options: CompileOptions) -> Ordering:
    """The stages up to the order, for those who want to see it."""
    return order_ir(build_ir(ontology, shapes, options)[0], load_profile(options)[0])


def order_ir(ir: ProgramIR, profile: Profile | None = None) -> Ordering:
    """Checks, branches and shapes in the order in which a verdict is soonest found."""
    from cns.passes.order import order

    with stage("order") as span:
        span.note(ops=len(ir.ops), profile=profile is not None)
        return order(ir, profile)


def optimise(ir: ProgramIR, options: CompileOptions) -> tuple[ProgramIR, tuple[Note, ...], tuple[str, ...]]:
    """What need not be done at run time is decided here: the IR, what each pass did, and what the user should hear."""
    from collections import Counter

    from cns.codegen.regex import compile_pattern
    from cns.passes import contradictory, line

    with stage("optimise") as span:
        before = len(ir.ops)
        ir, notes = line.run(ir, compile_pattern, options.passes)
        dropped = before - len(ir.ops)
        verdicts = Counter(op.decision.verdict.value for op in ir.ops)
        span.note(shapes=len(ir.shapes), ops=len(ir.ops), dropped=dropped, **verdicts)
    for verdict, checks in (*verdicts.items(), ("dropped", dropped)):
        telemetry.count("compile.checks", checks, {"check.verdict": verdict})
    return ir, notes, tuple(contradictory.warnings(ir))


def load_profile(options: CompileOptions) -> tuple[Profile | None, Files]:
    """What a sample has shown, if the options name a profile."""
    if options.profile is None:
        return None, ()
    from cns.passes.profile import Profile

    name = os.path.abspath(options.profile)
    try:
        with open(name, "rb") as file:
            content = file.read()
    except OSError as error:
        from cns.frontend.files import file_error

        raise file_error(name, error) from None
    profile = Profile.from_json(content.decode("utf-8", "replace"), name)
    return profile, ((name, sha256(content)),)


def learn_profile(ontology: Any, shapes: Any, options: CompileOptions, data: Any, reading: ReadOptions) -> Profile:
    """Runs the shapes over a sample as they are, every check by itself, and what each did there."""
    from cns.codegen.lower import lower
    from cns.passes.profile import learn

    ir, _, _ = build_ir(ontology, shapes, options)
    program = lower(order_ir(ir).ir)
    store = read(engines.load_program(program.to_bytes()), data, reading).store
    with stage("run", engine="vm"):
        counts = engines.count(store)
    return learn(ir, program.op_starts(), program.loops(), counts)


def _check_against_meta_shapes(sources: Sources) -> None:
    """The W3C's shapes for shapes, compiled and run like any others: the net below the parser's own rules."""
    from cns.codegen.program import Program
    from cns.frontend.meta import MetaResult, meta_shapes_path, violations_to_error
    from cns.options import CompileOptions
    from cns.terms import BlankNode, Iri

    compiled = compile_shapes(None, meta_shapes_path(), CompileOptions(meta_shacl=False))
    loaded = engines.load_program(compiled.blob)
    store = Store(loaded)
    store.add_triples(sources.shapes, Iri, BlankNode, True)
    stores.finish(store)
    done = engines.Engine(compiled.blob, loaded, "vm").run(store)
    if done.conforms:
        return
    report = Report(lambda: Program.from_bytes(compiled.blob), done.hits, done.conforms)
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
    for source in (*listed(ontology), None, *listed(shapes)):
        if source is None:
            names.append("|")
        elif isinstance(source, str | os.PathLike) and os.path.isfile(source):
            names.append(os.path.abspath(source))
        else:
            return None
    if options.network:
        return None
    catalog = [f"{iri}={os.fspath(path)}" for iri, path in sorted(options.catalog.items())]
    profile = "" if options.profile is None else os.path.abspath(options.profile)
    syntax = (options.format, options.base, options.imports, options.ignore_unsupported, options.meta_shacl)
    choices = (profile, *syntax, options.passes, options.skip_declared)
    return cache.key_of([__version__, str(cstructs.PROGRAM_VERSION), *names, *catalog, repr(choices)])


# ---------------------------------------------------------------------- validate


class Reading(Value):
    """Data in the store, and what a lenient reader left out."""

    __slots__ = ("skipped", "store")

    def __init__(self, store: Store, skipped: Skipped) -> None:
        self.store: Final = store
        self.skipped: Final = skipped


def read(program: LoadedProgram, data: Any, options: ReadOptions, focus: Sequence[str] = ()) -> Reading:
    """Data sources, together one graph, → the store, keeping only what the program can see, and the focus nodes."""
    with stage("read") as span:
        store, sources, skipped = stores.fill(program, data, options)
        for iri in focus:
            store.add_node(iri)
        span.note(sources=sources, triples=store.triples_read, kept=store.triples_kept, left_out=skipped.count)
        span.note(skipped=store.triples_read - store.triples_kept)
    telemetry.count("read.triples", store.triples_kept, {"triple.state": "kept"})
    telemetry.count("read.triples", store.triples_read - store.triples_kept, {"triple.state": "skipped"})
    with stage("index") as span:
        stores.finish(store)
        span.note(nodes=store.node_count, literals=store.literal_count)
    return Reading(store, skipped)


def run(
    tables: Callable[[], Program], engine: engines.Engine, reading: Reading, roots: Sequence[engines.Root] | None = None
) -> Report:
    """All results. ``tables`` gives the program, should somebody look at them one by one."""
    with stage("run") as span:
        done = engine.run(reading.store, roots, counted=telemetry.counts_checks())
        span.note(engine=done.engine, reason=done.reason, hits=len(done.hits), conforms=done.conforms)
    telemetry.count("run.results", len(done.hits), {"engine": done.engine})
    return Report(tables, done.hits, done.conforms, reading.skipped, engine=done.engine, engine_reason=done.reason)


def run_conforms(engine: engines.Engine, reading: Reading, roots: Sequence[engines.Root] | None = None) -> engines.Done:
    """The verdict alone: stops at the first failure."""
    with stage("run") as span:
        done = engine.run(reading.store, roots, verdict_only=True, counted=telemetry.counts_checks())
        span.note(engine=done.engine, reason=done.reason, conforms=done.conforms)
    return done
