"""The passes in their order. Each is ProgramIR → ProgramIR; any can be left out, and the results stay the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from cns.errors import UsageError
from cns.ir.types import ProgramIR
from cns.passes import (
    constant,
    contradictory,
    counts,
    fold,
    fuse,
    implied,
    inline,
    remember,
    shake,
    share,
    unroll,
    vacuous,
)
from cns.passes.facts import CompilePattern

Pass = Callable[[ProgramIR, CompilePattern], tuple[ProgramIR, list[str]]]

LINE: tuple[tuple[str, Pass], ...] = (
    ("share", share.run),
    ("shake", shake.run),
    ("constant", constant.run),
    ("contradictory", contradictory.run),
    ("fold", fold.run),
    ("inline", inline.run),
    ("implied", implied.run),
    ("unroll", unroll.run),
    ("fuse", fuse.run),
    ("shake", shake.run),
    ("vacuous", vacuous.run),
    ("remember", remember.run),
    ("counts", counts.run),
)
NAMES = tuple(dict.fromkeys(name for name, _ in LINE))


@dataclass(frozen=True, slots=True)
class Note:
    """What a pass did, for people."""

    name: str
    text: str


def run(
    ir: ProgramIR,
    compile_pattern: CompilePattern,
    names: Collection[str] | None = None,
    watch: Callable[[str, ProgramIR], object] = lambda name, ir: None,
) -> tuple[ProgramIR, tuple[Note, ...]]:
    """All passes, or those named. ``watch`` sees the IR after each."""
    chosen = NAMES if names is None else checked(names)
    notes: list[Note] = []
    for name, step in LINE:
        if name in chosen:
            ir, lines = step(ir, compile_pattern)
            watch(name, ir)
            notes += (Note(name, line) for line in lines)
    return ir, tuple(notes)


def checked(names: Collection[str]) -> Collection[str]:
    """The names, if there are such passes."""
    for name in names:
        if name not in NAMES:
            raise UsageError("CNS912", f"there is no pass {name!r}", hint=f"the passes are {', '.join(NAMES)}")
    return names
