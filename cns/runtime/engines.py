"""Runs an engine: the bytecode vm, native code made for the program, or columns with Numba. They agree hit for hit."""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock  # as threading.Lock is, which would bring all of threading

from cns import telemetry
from cns.errors import CnsError, CnsWarning, EngineError, ProgramError, UsageError
from cns.values import Value
from cython_optimizations import vm
from cython_optimizations.store import BadProgram, Program, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence
    from typing import Final

    from cns.codegen.program import Program as Tables
    from cns.runtime import choice
    from cns.runtime.planner import Plan
    from cython_optimizations import native
    from cython_optimizations.hits import Hits

Root = tuple[int, "array[int] | None"]
"""A shape and the values to run it over; None: those of its targets."""

ENGINES = ("auto", "native", "numba", "vm")


class Done(Value):
    """What a run gives: all results, or with verdict_only none."""

    __slots__ = ("conforms", "engine", "hits", "reason")

    def __init__(self, engine: str, conforms: bool, hits: Hits, reason: str) -> None:
        self.engine: Final = engine
        self.conforms: Final = conforms
        self.hits: Final = hits
        self.reason: Final = reason
        """Why it was this engine."""


def load_program(blob: bytes) -> Program:
    """Verified: whatever the blob holds, an engine cannot be led astray by it."""
    try:
        return Program(blob)
    except BadProgram as error:
        raise ProgramError("CNS404", f"the program is refused: {error}", hint="compile the shapes again") from None


class Engine:
    """What runs one program: the vm, native code, columns with Numba, or for "auto" the one that is done first."""

    def __init__(self, blob: bytes, program: Program, engine: str = "auto", threads: int = 0) -> None:
        if engine not in ENGINES:
            raise UsageError("CNS907", f"there is no engine {engine!r}", hint=f"use one of {', '.join(ENGINES)}")
        if threads < 0:
            raise UsageError("CNS908", f"{threads} threads cannot do anything", hint="use 1 or more, or 0 for all")
        self._blob = blob
        self._program = program
        self._asked = engine
        self._threads = threads or len(os.sched_getaffinity(0))
        self._library: native.Library | None = None
        self._no_library = self._no_columns = ""
        """Why the engines native and numba cannot run."""
        self._lock = allocate_lock()
        self._kept_tables: Tables | None = None
        self._kept_plans: tuple[Plan, ...] | None = None
        if engine == "native":
            self._look_for_library(make=True)
        if engine == "numba" and not _has_numba():
            raise _no_numba("it is not installed")

    def run(
        self,
        store: Store,
        roots: Sequence[Root] | None = None,
        *,
        verdict_only: bool = False,
        counted: bool = False,
    ) -> Done:
        """All results, or with verdict_only the verdict alone.

        ``counted``: for telemetry the vm counts the checks that it makes; other engines cannot.
        """
        name, reason = self._choose(store.triples_kept)
        if roots is None:
            roots = all_roots(store, verdict_only=verdict_only)
        try:
            if name == "numba":
                if (done := self._run_columns(store, roots, verdict_only)) is not None:
                    return Done(name, *done, reason)
                reason = self._no_columns
            if name == "native" and self._library is not None:
                from cython_optimizations import native

                if (done := native.run(store, self._library, roots, verdict_only, self._threads)) is not None:
                    return Done(name, *done, reason)
                reason = "a shape that was asked for has no compiled code of its own"
            run = self._run_counted if counted else vm.run
            return Done("vm", *run(store, roots, verdict_only), reason)
        except MemoryError:
            raise EngineError("CNS501", "out of memory while validating") from None

    def _run_counted(self, store: Store, roots: Sequence[Root], verdict_only: bool) -> tuple[bool, Hits]:
        checking = self._tables.checking()
        counts = no_counts(self._program)
        outcome = vm.run(store, roots, verdict_only, counts=counts)
        made = sum(counts[at] for at in checking)
        failed = sum(counts[self._program.instruction_count :])
        telemetry.count("run.checks", failed, {"check.outcome": "failed"})
        telemetry.count("run.checks", made - failed, {"check.outcome": "passed"})
        return outcome

    def checker(self) -> native.Checker:
        """For small events, one at a time; with native code where that is there."""
        from cython_optimizations import native

        try:
            return native.Checker(self._program, self._library)
        except MemoryError:
            raise EngineError("CNS501", "out of memory while validating") from None

    # ------------------------------------------------------------------ choosing

    def _choose(self, triples: int) -> tuple[str, str]:
        """The engine, and why; `cns.runtime.choice` has what "auto" decides by."""
        if self._asked == "native" and self._library is None:
            return "vm", self._no_library
        if self._asked != "auto":
            return self._asked, "it was asked for"
        from cns.runtime import choice

        if triples < choice.WORTH_A_LOOK and self._library is None:
            return "vm", f"it is done with {triples:,} triples before others are found"
        self._look_for_library(make=False)
        name, reason = choice.choose(self._state(triples))
        if name == "native":
            self._look_for_library(make=True)
            if self._library is None:
                name, reason = choice.choose(self._state(triples))
        return name, f"{reason}; {self._no_library}" if self._no_library else reason

    def _state(self, triples: int) -> choice.State:
        from cns.runtime import choice

        library: choice.Need = "impossible" if self._no_library else "missing" if self._library is None else "loaded"
        kernels: choice.Need = "impossible" if self._no_columns else _kernels()
        return choice.State(triples, self._program.instruction_count, self._threads, library, kernels)

    def _look_for_library(self, *, make: bool) -> None:
        """Loads the library, compiling it first if wanted. Once it is there, or cannot be, nothing is tried again."""
        from cns.runtime.compiled import NoCompiler, library

        with self._lock:
            if self._library is not None or self._no_library:
                return
            try:
                self._library = library(self._blob, self._program, make=make)
            except NoCompiler:
                if make:
                    self._no_library = "there is no C compiler"
                    _say("no C compiler was found (gcc, clang, cc, ziglang): there is no native code")
            except CnsError as error:
                if self._asked == "native":
                    raise
                self._no_library = "native code could not be made"
                _say(f"native code could not be made: {error}")

    # ------------------------------------------------------------------ the numba engine

    def _run_columns(self, store: Store, roots: Sequence[Root], verdict_only: bool) -> tuple[bool, Hits] | None:
        """None: it was not asked for, and cannot run here."""
        if store.program.checksum != self._program.checksum:
            raise ValueError("the store was made for other shapes")
        try:
            try:
                from cns.runtime import columnar
            except ImportError as error:
                raise _no_numba(f"it cannot be loaded: {error}") from error
            plans = self._plans
        except EngineError as error:
            if self._asked == "numba":
                raise
            self._no_columns = f"the numba engine cannot run: {error.message}"
            _say(self._no_columns)
            return None
        return columnar.run(store, self._tables, plans, roots, verdict_only, self._threads)

    @property
    def _plans(self) -> tuple[Plan, ...]:
        if self._kept_plans is None:
            from cns.runtime.planner import plan

            self._kept_plans = plan(self._tables)
        return self._kept_plans

    @property
    def _tables(self) -> Tables:
        if self._kept_tables is None:
            from cns.codegen.program import Program as Tables

            self._kept_tables = Tables.from_bytes(self._blob)
        return self._kept_tables


def _has_numba() -> bool:
    from importlib.util import find_spec

    return find_spec("numba") is not None


def _kernels() -> choice.Need:
    if "cns.runtime.kernels" in sys.modules:
        return "loaded"
    if not _has_numba():
        return "impossible"
    from cns.runtime.kernel_cache import are_kernels_kept

    return "kept" if are_kernels_kept() else "missing"


def _no_numba(why: str) -> EngineError:
    return EngineError("CNS521", f"the numba engine needs Numba, and {why}", hint="pip install cns[numba]")


def _say(message: str) -> None:
    import warnings

    warnings.warn(message, CnsWarning, stacklevel=2)


def all_roots(store: Store, *, verdict_only: bool) -> list[Root]:
    """The shapes with targets; for a verdict alone those first that may find it soonest."""
    shapes = store.verdict_roots() if verdict_only else store.program.roots()
    return [(shape, None) for shape in shapes]


def no_counts(program: Program) -> array[int]:
    from array import array

    return array("Q", bytes(8 * (program.instruction_count + program.op_count)))


def count(store: Store, *, verdict_only: bool = False) -> array[int]:
    """A run of the vm that counts: how often each instruction was executed, then how often each op failed."""
    program = store.program
    counts = no_counts(program)
    vm.run(store, all_roots(store, verdict_only=verdict_only), verdict_only, counts=counts)
    return counts
