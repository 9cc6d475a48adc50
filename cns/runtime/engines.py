"""Chooses and runs an engine. For now there is one: the bytecode vm."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from cns.errors import EngineError, ProgramError
from cython_optimizations import vm
from cython_optimizations.hits import Hits
from cython_optimizations.store import BadProgram, Program, Store

Root = tuple[int, "array[int] | None"]
"""A shape and the values to run it over; None: those of its targets."""


def load_program(blob: bytes) -> Program:
    """Verified: whatever the blob holds, an engine cannot be led astray by it."""
    try:
        return Program(blob)
    except BadProgram as error:
        raise ProgramError("CNS404", f"the program is refused: {error}", hint="compile the shapes again") from None


def run(store: Store, roots: Sequence[Root] | None = None, *, verdict_only: bool = False) -> tuple[bool, Hits]:
    """All results, or with verdict_only just whether there are any."""
    if roots is None:
        roots = [(shape, None) for shape in store.program.roots()]
    try:
        return vm.run(store, roots, verdict_only)
    except MemoryError:
        raise EngineError("CNS501", "out of memory while validating") from None
