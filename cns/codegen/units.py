"""Divides a program into translation units, compiled in parallel; a changed shape changes one of them.

What only one shape calls stands beside that shape. Names follow from what a shape is called, not from where it stands:
a shape that comes or goes does not rename the others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from cns.codegen.program import Program
from cython_optimizations import cstructs

LARGE = 500
"""Instructions of a program from which on compiling has to be quick: parts of shapes that differ in their operands
alone are one function in each unit, and patterns are tables. There the text of a unit has no number of the program's,
so that it changes with its shapes alone.
"""

LEAST, MOST, ONE_IN = 200, 1000, 8
"""Instructions of a unit: below the least nothing is cut, above the most everything, between them one in so many."""

LARGER = 4
"""Times as many have the units of a large program, as each has what its shapes share once."""


def is_large(program: Program) -> bool:
    return program.count("code") >= LARGE


TESTS = frozenset(cstructs.INSTRUCTIONS[name][0] for name in ("TEST", "ASK"))
CALLS = TESTS | {cstructs.INSTRUCTIONS["CALL"][0]}


@dataclass(frozen=True)
class ShapePlan:
    """What emitted code has to know of one shape besides its instructions."""

    number: int
    name: str
    entry: int
    end: int
    level: int
    """How deep shapes call shapes below this one: no two shapes that are active at once have the same."""
    root: bool
    """It can be run by itself: it has targets, or an IRI by which it may be asked for."""
    tested: bool
    """Some shape only wants its verdict, so that it may well fail."""


@dataclass(frozen=True)
class UnitPlan:
    name: str
    shapes: tuple[ShapePlan, ...]
    """Each behind those of the unit that it calls."""


def plan_units(program: Program) -> tuple[UnitPlan, ...]:
    calls = [_calls(program, row["entry"], row["end"]) for row in program.rows("shapes")]
    roots = [_is_root(program, row) for row in program.rows("shapes")]
    used = _used(calls, roots)
    clusters = [members for members in _clusters(calls, roots) if any(used[n] for n in members)]
    names = _names(program, clusters)
    levels = _levels(calls)
    tested = _tested(program)
    sizes = [row["end"] - row["entry"] for row in program.rows("shapes")]
    units = []
    scale = LARGER if is_large(program) else 1
    for members in _chunks(clusters, names, sizes, scale):
        shapes = sorted((n for n in members if used[n]), key=lambda n: (levels[n], n))
        plans = []
        for n in shapes:
            row = program.row("shapes", n)
            plans.append(ShapePlan(n, names[n], row["entry"], row["end"], levels[n], roots[n], n in tested))
        units.append(UnitPlan(names[members[0]], tuple(plans)))
    return tuple(units)


def _is_root(program: Program, row: dict[str, int]) -> bool:
    return row["target_count"] > 0 or program.text(row["node"]).startswith("<")


def _calls(program: Program, entry: int, end: int) -> list[int]:
    """The shapes that the code calls, in its order."""
    code = program.tables["code"]
    width = len(cstructs.SECTIONS["code"])
    return [code[pc * width + 1] for pc in range(entry, end) if code[pc * width] in CALLS]


def _tested(program: Program) -> set[int]:
    width = len(cstructs.SECTIONS["code"])
    codes, shapes = program.tables["code"][::width], program.tables["code"][1::width]
    return {shape for code, shape in zip(codes, shapes, strict=True) if code in TESTS}


def _clusters(calls: list[list[int]], roots: list[bool]) -> list[list[int]]:
    """Each root and each shape that several call, with all that only it calls; in the order of the shapes."""
    callers: dict[int, set[int]] = {}
    for caller, called in enumerate(calls):
        for shape in called:
            callers.setdefault(shape, set()).add(caller)
    heads = [n for n in range(len(calls)) if roots[n] or len(callers.get(n, ())) != 1]
    is_head = set(heads)
    clusters = []
    for head in heads:
        members, waiting = [], [head]
        while waiting:
            members.append(shape := waiting.pop())
            waiting += [n for n in reversed(list(dict.fromkeys(calls[shape]))) if n not in is_head]
        clusters.append(members)
    return clusters


def _names(program: Program, clusters: list[list[int]]) -> dict[int, str]:
    """A shape with an IRI is named after it; another one by its text, or by its place below the shape that calls it."""
    seen: Counter[str] = Counter()
    names = {}
    for head, *rest in clusters:
        row = program.row("shapes", head)
        node = program.text(row["node"])
        text = node if node.startswith("<") else program.text(row["label"])
        digest = hashlib.sha256(f"{text}\n{seen[text]}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[text] += 1
        names[head] = digest
        names |= {shape: f"{digest}_{i}" for i, shape in enumerate(rest, 1)}
    return names


def _levels(calls: list[list[int]]) -> list[int]:
    levels = [-1] * len(calls)
    for start in range(len(calls)):
        stack = [start]
        while stack:
            shape = stack[-1]
            missing = [n for n in calls[shape] if levels[n] < 0]
            if missing:
                stack += missing
                continue
            levels[shape] = 1 + max((levels[n] for n in calls[shape]), default=-1)
            stack.pop()
    return levels


def _used(calls: list[list[int]], roots: list[bool]) -> list[bool]:
    """Shapes that a root leads to; nothing runs the others."""
    used = [False] * len(calls)
    waiting = [n for n, root in enumerate(roots) if root]
    while waiting:
        shape = waiting.pop()
        if not used[shape]:
            used[shape] = True
            waiting += calls[shape]
    return used


def _chunks(clusters: list[list[int]], names: dict[int, str], sizes: list[int], scale: int) -> list[list[int]]:
    """Cut where a cluster's name says so, so that a cluster that comes or goes moves no cut but its neighbours'."""
    chunks: list[list[int]] = []
    least, most, room = LEAST * scale, MOST * scale, 0
    for members in clusters:
        size = sum(sizes[n] for n in members)
        here = int(names[members[0]], 16) % ONE_IN == 0
        if not chunks or size > room or (most - room >= least and here):
            chunks.append([])
            room = most
        chunks[-1] += members
        room -= size
    return chunks
