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

LEAST, MOST, ONE_IN = 400, 2000, 16
"""Instructions of a unit: below the least nothing is cut, above the most everything, between them one in so many."""

CALL, TEST = cstructs.INSTRUCTIONS["CALL"][0], cstructs.INSTRUCTIONS["TEST"][0]


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
    reports: bool
    """Some caller wants its results; else only its verdict."""
    tests: bool


@dataclass(frozen=True)
class UnitPlan:
    name: str
    shapes: tuple[ShapePlan, ...]
    """Each behind those of the unit that it calls."""


def plan_units(program: Program) -> tuple[UnitPlan, ...]:
    calls = [_calls(program, row["entry"], row["end"]) for row in program.rows("shapes")]
    roots = [_is_root(program, row) for row in program.rows("shapes")]
    clusters = _clusters(calls, roots)
    names = _names(program, clusters)
    levels = _levels(calls)
    reports, tests = _wanted(calls, roots)
    sizes = [row["end"] - row["entry"] for row in program.rows("shapes")]
    units = []
    for members in _chunks(clusters, names, sizes):
        shapes = sorted((n for n in members if reports[n] or tests[n]), key=lambda n: (levels[n], n))
        plans = []
        for n in shapes:
            row = program.row("shapes", n)
            plans.append(ShapePlan(n, names[n], row["entry"], row["end"], levels[n], roots[n], reports[n], tests[n]))
        units.append(UnitPlan(names[members[0]], tuple(plans)))
    return tuple(units)


def _is_root(program: Program, row: dict[str, int]) -> bool:
    return row["target_count"] > 0 or program.text(row["node"]).startswith("<")


def _calls(program: Program, entry: int, end: int) -> list[tuple[int, int]]:
    """(CALL or TEST, shape) in the order of the code."""
    code = program.tables["code"]
    width = len(cstructs.SECTIONS["code"])
    return [(code[pc * width], code[pc * width + 1]) for pc in range(entry, end) if code[pc * width] in (CALL, TEST)]


def _clusters(calls: list[list[tuple[int, int]]], roots: list[bool]) -> list[list[int]]:
    """Each root and each shape that several call, with all that only it calls; in the order of the shapes."""
    callers: dict[int, set[int]] = {}
    for caller, called in enumerate(calls):
        for _, shape in called:
            callers.setdefault(shape, set()).add(caller)
    heads = [n for n in range(len(calls)) if roots[n] or len(callers.get(n, ())) != 1]
    is_head = set(heads)
    clusters = []
    for head in heads:
        members, waiting = [], [head]
        while waiting:
            members.append(shape := waiting.pop())
            waiting += [n for n in reversed(list(dict.fromkeys(n for _, n in calls[shape]))) if n not in is_head]
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


def _levels(calls: list[list[tuple[int, int]]]) -> list[int]:
    levels = [-1] * len(calls)
    for start in range(len(calls)):
        stack = [start]
        while stack:
            shape = stack[-1]
            missing = [n for _, n in calls[shape] if levels[n] < 0]
            if missing:
                stack += missing
                continue
            levels[shape] = 1 + max((levels[n] for _, n in calls[shape]), default=-1)
            stack.pop()
    return levels


def _wanted(calls: list[list[tuple[int, int]]], roots: list[bool]) -> tuple[list[bool], list[bool]]:
    """Which shapes are called for their results, and which for their verdict."""
    reports, tests = [False] * len(calls), [False] * len(calls)
    waiting = [(n, mode) for n, root in enumerate(roots) if root for mode in (True, False)]
    while waiting:
        shape, reporting = waiting.pop()
        wanted = reports if reporting else tests
        if wanted[shape]:
            continue
        wanted[shape] = True
        waiting += [(n, reporting and how == CALL) for how, n in calls[shape]]
    return reports, tests


def _chunks(clusters: list[list[int]], names: dict[int, str], sizes: list[int]) -> list[list[int]]:
    """Cut where a cluster's name says so, so that a cluster that comes or goes moves no cut but its neighbours'."""
    chunks: list[list[int]] = []
    room = 0
    for members in clusters:
        size = sum(sizes[n] for n in members)
        here = int(names[members[0]], 16) % ONE_IN == 0
        if not chunks or size > room or (MOST - room >= LEAST and here):
            chunks.append([])
            room = MOST
        chunks[-1] += members
        room -= size
    return chunks
