"""The Python API: compile once, validate often. ``import cns`` brings everything here that a user needs."""

from __future__ import annotations

import os

from cns import pipeline
from cns.errors import CnsWarning, LoadError, SourceRef, UsageError
from cns.options import CompileOptions, ReadOptions
from cns.runtime import engines
from cns.telemetry import stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, Unpack

    from cns.codegen.program import Program
    from cns.errors import CnsError
    from cns.options import ReadKeywords
    from cns.runtime.report import Report
    from cython_optimizations.native import Checker
    from cython_optimizations.store import Store

_SMALL = 1 << 16
"""Bytes of an event that is read at once, without asking in between whether to stop."""


class Validator:
    """Compiled shapes. Safe to use from several threads: each call has a store and a run of its own."""

    def __init__(
        self,
        blob: bytes,
        warnings: tuple[str, ...] = (),
        *,
        engine: str = "auto",
        threads: int = 0,
    ) -> None:
        """``engine`` is "vm" (bytecode), "native" (compiled by the machine's C compiler, now), "numba" (whole columns
        at a time; ``pip install cns[numba]``), or "auto": the vm, until a compiled library is found in the cache or the
        data is large enough to repay compiling one; a report's ``engine_reason`` says why. ``threads`` are at most what
        the engines native and numba use; 0: one for each processor.
        """
        self._blob = blob
        self._loaded = engines.load_program(blob)
        self._engine = engines.Engine(blob, self._loaded, engine, threads)
        self._checkers: list[Checker] = []
        self._kept_program: Program | None = None
        self._kept_conforming: Report | None = None
        self._kept_numbers: dict[str, int] | None = None
        self.warnings = warnings

    @property
    def program(self) -> Program:
        """The program's tables, for tools and reports."""
        if self._kept_program is None:
            from cns.codegen.program import Program

            self._kept_program = Program.from_bytes(self._blob)
        return self._kept_program

    # ------------------------------------------------------------------ validation

    def validate(
        self,
        data: Any,
        *,
        format: str | None = None,
        focus: Iterable[str] | None = None,
        shapes: Iterable[str] | None = None,
        **reading: Unpack[ReadKeywords],
    ) -> Report:
        """Every result. ``data`` is a path, "-", RDF text or bytes, an open file, an rdflib graph, pyoxigraph quads, a
        table that speaks Arrow, or a list of these as one graph; files may be compressed.

        ``focus`` (IRIs, in the data or not) replaces the shapes' own targets; ``shapes`` (IRIs) runs only these. How
        the data is read is in the fields of ``cns.ReadOptions``: ``base``, ``graph``, ``lenient``, ``threads``, and
        the limits.
        """
        with stage("validate"):
            nodes = None if focus is None else [str(iri) for iri in focus]
            read = self._read(data, ReadOptions(format=format, **reading), nodes or ())
            return pipeline.run(lambda: self.program, self._engine, read, self._roots(read.store, nodes, shapes))

    def conforms(self, data: Any, *, format: str | None = None, **reading: Unpack[ReadKeywords]) -> bool:
        """The verdict alone; stops at the first failure."""
        with stage("conforms"):
            return pipeline.run_conforms(self._engine, self._read(data, ReadOptions(format=format, **reading))).conforms

    def verdict(self, data: Any, *, format: str | None = None, **reading: Unpack[ReadKeywords]) -> engines.Done:
        """The same with the engine that found it and why it was that one: ``conforms``, ``engine``, ``reason``."""
        with stage("conforms"):
            return pipeline.run_conforms(self._engine, self._read(data, ReadOptions(format=format, **reading)))

    def validate_many(
        self, sources: Iterable[Any], *, workers: int = 0, format: str | None = None, **reading: Unpack[ReadKeywords]
    ) -> Iterator[tuple[Any, Report | CnsError]]:
        """Each source by itself, several at a time: (source, its report, or the error that kept it from being one), in
        the order in which they finish. Each is all that ``validate`` takes. ``workers`` are the threads, 0: one for
        each processor; a source is read in one of them, and by a process beside it where it is of many that only a
        Python library reads. Sources are taken as results are.
        """
        from cns.runtime.batch import as_they_finish
        from cns.runtime.processes import Processes

        processes = Processes(max(workers, 0))
        keywords = {"threads": 1} | reading

        def validate(source: Any) -> Report:
            with stage("validate"):
                options = ReadOptions(format=format, caller=processes.call, **keywords)
                return pipeline.run(lambda: self.program, self._engine, self._read(source, options))

        try:
            yield from as_they_finish(validate, sources, workers, stop=processes.kill)
        finally:
            processes.close()

    def check(self, event: bytes) -> Report:
        """One small event, as N-Triples. Each is by itself; one that conforms costs microseconds and no memory."""
        if len(event) <= _SMALL and type(event) is bytes:
            try:
                checker = self._checkers.pop()
            except IndexError:  # none yet, or other threads have them
                checker = self._engine.checker()
            conforms = checker.check(event)
            self._checkers.append(checker)
            if conforms:
                return self._conforming
        return self.validate(event, format="nt")

    @property
    def _conforming(self) -> Report:
        """The report on every event that conforms."""
        if self._kept_conforming is None:
            self._kept_conforming = self.validate(b"", format="nt", shapes=())
        return self._kept_conforming

    def _read(self, data: Any, options: ReadOptions, focus: Sequence[str] = ()) -> pipeline.Reading:
        """Nothing that was left out goes by in silence."""
        read = pipeline.read(self._loaded, data, options, focus)
        for problem in read.skipped.first:
            _warn(f"left out: {problem}", stacklevel=4)
        if (more := read.skipped.count - len(read.skipped.first)) > 0:
            _warn(f"left out: {more} more bad statements", stacklevel=4)
        return read

    def _roots(
        self, store: Store, focus: Iterable[str] | None, shapes: Iterable[str] | None
    ) -> list[engines.Root] | None:
        if focus is None and shapes is None:
            return None
        from array import array

        chosen = self._loaded.roots() if shapes is None else [self._shape(iri) for iri in shapes]
        if focus is None:
            return [(shape, None) for shape in chosen]
        found = (store.find(iri) for iri in focus)
        nodes = array("I", [node for node in found if node is not None])
        return [(shape, nodes) for shape in chosen]

    @property
    def _shape_numbers(self) -> dict[str, int]:
        if self._kept_numbers is None:
            rows = self.program.rows("shapes")
            self._kept_numbers = {self.program.text(row["node"]): i for i, row in enumerate(rows)}
        return self._kept_numbers

    def _shape(self, node: str) -> int:
        from cns.terms import BlankNode, Iri, n3

        text = n3(BlankNode(node) if node.startswith("_:") else Iri(node))
        if text not in self._shape_numbers:
            raise UsageError(
                "CNS902", f"there is no shape {text}", hint="name a shape of the compiled shapes by its IRI"
            )
        return self._shape_numbers[text]

    # ------------------------------------------------------------------ carrying it around

    def to_bytes(self) -> bytes:
        """The serialised program; ``Validator(blob)`` loads it back."""
        return self._blob

    def save(self, path: str | os.PathLike[str]) -> None:
        """Published whole or not at all."""
        from pathlib import Path

        target = Path(path)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            temporary.write_bytes(self._blob)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def emit(
        self, folder: str | os.PathLike[str], *, name: str = "shapes", cflags: Sequence[str] | None = None
    ) -> Path:
        """The shapes as a C library, in a folder that appears whole: NAME.c, NAME.h, libNAME.so, libNAME.a, the
        checker NAME-check, a Makefile, a pkg-config file and manifest.json. ``cflags`` replace -O3 -march=native.
        """
        from cns.runtime.artifact import emit

        return emit(self._blob, folder, name, cflags)

    @staticmethod
    def load(path: str | os.PathLike[str], *, engine: str = "auto", threads: int = 0) -> Validator:
        try:
            with open(path, "rb") as file:
                blob = file.read()
        except OSError as error:
            where = SourceRef(source=os.fspath(path))
            raise LoadError("CNS101", f"the program cannot be read: {error.strerror}", where=where) from None
        return Validator(blob, engine=engine, threads=threads)


def compile(
    ontology: Any = None,
    shapes: Any = None,
    *,
    format: str | None = None,
    base: str | None = None,
    imports: bool = True,
    catalog: Mapping[str, str | os.PathLike[str]] | None = None,
    network: bool = False,
    ignore_unsupported: bool = False,
    meta_shacl: bool = True,
    skip_declared: bool = False,
    profile: str | os.PathLike[str] | None = None,
    passes: Collection[str] | None = None,
    cache: bool = True,
    engine: str = "auto",
    threads: int = 0,
) -> Validator:
    """Compile an ontology (or None) and shapes: paths, RDF text, bytes, rdflib graphs, or lists of these.

    With one argument it is taken as both: a file that holds ontology and shapes together. ``profile`` is a file that
    ``cns-aotc profile`` made: checks are ordered by what it has seen. ``engine`` and ``threads`` are those of
    `Validator`. ``passes`` names the passes of the optimiser that run (all, if it is not given); the results are the
    same whatever it says. ``skip_declared`` leaves alone what the ontology marks by ``urn:cns:nothingToCheck``.
    """
    if shapes is None:
        shapes = ontology
    if shapes is None:
        raise UsageError("CNS903", "there are no shapes to compile", hint="cns.compile(ontology, shapes)")
    options = CompileOptions(
        format=format,
        base=base,
        imports=imports,
        catalog=catalog,
        network=network,
        ignore_unsupported=ignore_unsupported,
        meta_shacl=meta_shacl,
        skip_declared=skip_declared,
        profile=profile,
        passes=None if passes is None else tuple(passes),
        cache=cache,
    )
    return compile_with(ontology, shapes, options, engine=engine, threads=threads, stacklevel=3)


def compile_with(
    ontology: Any,
    shapes: Any,
    options: CompileOptions,
    *,
    engine: str = "auto",
    threads: int = 0,
    stacklevel: int = 2,
) -> Validator:
    """The same with the options as one value."""
    compiled = pipeline.compile_shapes(ontology, shapes, options)
    for text in compiled.warnings:
        _warn(text, stacklevel=stacklevel + 1)
    return Validator(compiled.blob, compiled.warnings, engine=engine, threads=threads)


def _warn(message: str, *, stacklevel: int) -> None:
    import warnings

    warnings.warn(message, CnsWarning, stacklevel=stacklevel)
