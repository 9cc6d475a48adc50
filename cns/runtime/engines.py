"""Chooses and runs an engine: the bytecode vm, or native code compiled for the program. They agree hit for hit."""

from __future__ import annotations

import os
import threading
import warnings
from array import array
from collections.abc import Sequence
from functools import cached_property

from cns import telemetry
from cns.codegen.program import Program as Tables
from cns.errors import CnsError, CnsWarning, EngineError, ProgramError, UsageError
from cython_optimizations import native, vm
from cython_optimizations.hits import Hits
from cython_optimizations.store import BadProgram, Program, Store

Root = tuple[int, "array[int] | None"]
"""A shape and the values to run it over; None: those of its targets."""

ENGINES = ("auto", "native", "vm")

WORTH_A_LOOK = 50_000
"""Triples kept, from which on it may pay to look for a compiled library: below, the vm is done before the look is."""
TRIPLES_A_CHECK, TRIPLES_A_COMPILER = 250_000, 20_000_000
"""Triples kept, for each instruction and at all, from which on compiling repays itself in one run."""


def load_program(blob: bytes) -> Program:
    """Verified: whatever the blob holds, an engine cannot be led astray by it."""
    try:
        return Program(blob)
    except BadProgram as error:
        raise ProgramError("CNS404", f"the program is refused: {error}", hint="compile the shapes again") from None


class Engine:
    """What runs one program: the vm, native code, or for "auto" the one that is done first."""

    def __init__(self, blob: bytes, program: Program, engine: str = "auto", threads: int = 0) -> None:
        if engine not in ENGINES:
            raise UsageError("CNS907", f"there is no engine {engine!r}", hint=f"use one of {', '.join(ENGINES)}")
        if threads < 0:
            raise UsageError("CNS908", f"{threads} threads cannot do anything", hint="use 1 or more, or 0 for all")
        self._blob = blob
        self._program = program
        self._choice = engine
        self._threads = threads or len(os.sched_getaffinity(0))
        self._library: native.Library | None = None
        self._settled = engine == "vm"
        self._lock = threading.Lock()
        if engine == "native":
            self._settle(build=True)

    def run(
        self,
        store: Store,
        roots: Sequence[Root] | None = None,
        *,
        verdict_only: bool = False,
        counted: bool = False,
    ) -> tuple[str, bool, Hits]:
        """(which engine it was, whether the data conforms, all results); with verdict_only no results.

        ``counted``: for telemetry the vm counts the checks that it makes; native code cannot.
        """
        library = self._library_for(store)
        if roots is None:
            roots = all_roots(store, verdict_only=verdict_only)
        try:
            if library is not None:
                done = native.run(store, library, roots, verdict_only, self._threads)
                if done is not None:
                    return ("native", *done)
            run = self._run_counted if counted else vm.run
            return ("vm", *run(store, roots, verdict_only))
        except MemoryError:
            raise EngineError("CNS501", "out of memory while validating") from None

    def _run_counted(self, store: Store, roots: Sequence[Root], verdict_only: bool) -> tuple[bool, Hits]:
        counts = no_counts(self._program)
        outcome = vm.run(store, roots, verdict_only, counts=counts)
        made = sum(counts[at] for at in self._checking)
        failed = sum(counts[self._program.instruction_count :])
        telemetry.count("run.checks", failed, {"check.outcome": "failed"})
        telemetry.count("run.checks", made - failed, {"check.outcome": "passed"})
        return outcome

    @cached_property
    def _checking(self) -> list[int]:
        return Tables.from_bytes(self._blob).checking()

    def checker(self) -> native.Checker:
        """For small events, one at a time; with native code where that is there."""
        try:
            return native.Checker(self._program, self._library)
        except MemoryError:
            raise EngineError("CNS501", "out of memory while validating") from None

    def _library_for(self, store: Store) -> native.Library | None:
        if not self._settled and store.triples_kept >= WORTH_A_LOOK:
            large = TRIPLES_A_COMPILER + TRIPLES_A_CHECK * self._program.instruction_count
            self._settle(build=store.triples_kept >= large)
        return self._library

    def _settle(self, *, build: bool) -> None:
        """Loads the library, compiling it first if wanted. Once it is there, or cannot be, nothing is tried again."""
        from cns.runtime.compiled import NoCompiler, library

        with self._lock:
            if self._settled:
                return
            try:
                self._library = library(self._blob, self._program, make=build)
                self._settled = self._library is not None
            except NoCompiler:
                self._settled = True
                if build:
                    _say("no C compiler was found (gcc, clang, cc, ziglang): the bytecode engine runs")
            except CnsError as error:
                if self._choice == "native":
                    raise
                self._settled = True
                _say(f"the bytecode engine runs, as native code could not be made: {error}")


def _say(message: str) -> None:
    warnings.warn(message, CnsWarning, stacklevel=2)


def all_roots(store: Store, *, verdict_only: bool) -> list[Root]:
    """The shapes with targets; for a verdict alone those first that may find it soonest."""
    shapes = store.program.verdict_roots() if verdict_only else store.program.roots()
    return [(shape, None) for shape in shapes]


def no_counts(program: Program) -> array[int]:
    return array("Q", bytes(8 * (program.instruction_count + program.op_count)))


def count(store: Store, *, verdict_only: bool = False) -> array[int]:
    """A run of the vm that counts: how often each instruction was executed, then how often each op failed."""
    program = store.program
    counts = no_counts(program)
    vm.run(store, all_roots(store, verdict_only=verdict_only), verdict_only, counts=counts)
    return counts
