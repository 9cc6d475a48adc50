"""What a run over a sample has seen of each check: how often it was made, how often it failed.

Kept as JSON beside the compiled shapes. Checks are named by their shape as people read it, so that a profile
outlives changes to other shapes; what it does not know of is as if there were no profile.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cns.errors import LoadError, SourceRef
from cns.ir.types import Op, OpKind, ProgramIR

VERSION = 1
Counts = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """A profile as it bears on one program."""

    chances: Mapping[int, float]
    """Op → its chance to fail."""
    values: Mapping[int, float]
    """Shape → how many values it has for a focus node."""


@dataclass(frozen=True, slots=True)
class Profile:
    checks: Mapping[str, Counts] = field(default_factory=dict)
    """Name of a check → (made, failed)."""
    values: Mapping[str, Counts] = field(default_factory=dict)
    """Name of a shape → (focus nodes whose values were looked at one by one, those values)."""

    def about(self, ir: ProgramIR) -> Seen:
        """Each check has one failure more, in as many turns as it takes on the whole to see one: what was never seen to
        fail may still do so, and little is made of what was seldom seen."""
        shapes = shape_names(ir)
        chances, values = {}, {}
        turns = (sum(made for made, _ in self.checks.values()) + 1) / (
            sum(failed for _, failed in self.checks.values()) + 0.5
        )
        for op, name in op_names(ir, shapes):
            if name in self.checks and self.checks[name][0]:
                made, failed = self.checks[name]
                chances[op.id] = (failed + 1) / (made + turns)
        for number, name in enumerate(shapes):
            if name in self.values and self.values[name][0]:
                asked, found = self.values[name]
                values[number] = found / asked
        return Seen(chances, values)

    def to_json(self) -> str:
        about = {
            "version": VERSION,
            "checks": dict(sorted(self.checks.items())),
            "values": dict(sorted(self.values.items())),
        }
        return json.dumps(about, indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str, name: str) -> Profile:
        try:
            about = json.loads(text)
            if about["version"] != VERSION:
                raise ValueError(f"version {about['version']}")
            checks, values = (
                {key: (int(a), int(b)) for key, (a, b) in about[part].items()} for part in ("checks", "values")
            )
            if any(a < 0 or b < 0 for a, b in (*checks.values(), *values.values())):
                raise ValueError("a count below 0")
            if any(failed > made for made, failed in checks.values()):
                raise ValueError("more failures than checks")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LoadError(
                "CNS110",
                f"not a profile: {error}",
                where=SourceRef(source=name),
                hint="make it again with cns-aotc profile",
            ) from None
        return Profile(checks, values)


def shape_names(ir: ProgramIR) -> list[str]:
    """``ex:Person / [ sh:path ex:name ; … ]``: an anonymous shape is known by the first that calls it."""
    callers: dict[int, int] = {}
    for op in ir.ops:
        for called in (*op.shapes, *op.siblings):
            callers.setdefault(called, op.shape)
    names = []
    for shape in ir.shapes:
        name, at = shape.label, shape.id
        while ir.shapes[at].label.startswith("[") and at in callers:
            at = callers[at]
            name = f"{ir.shapes[at].label} / {name}"
        names.append(name)
    return names


def op_names(ir: ProgramIR, shapes: list[str]) -> Iterator[tuple[Op, str]]:
    """The shape's name and the kind; ``class 2`` is the second of its kind, in the order of the ops' numbers."""
    seen: Counter[tuple[int, str]] = Counter()
    for op in ir.ops:
        kind = op.kind.value
        seen[op.shape, kind] += 1
        number = seen[op.shape, kind]
        yield op, f"{shapes[op.shape]}: {kind}" + (f" {number}" if number > 1 else "")


def learn(ir: ProgramIR, starts: Mapping[int, int], loops: Mapping[int, int], counts: array[int]) -> Profile:
    """From the engine's counts: executions of each instruction, then failures of each op.

    ``starts`` has the first instruction of each op, ``loops`` that of the loop over the values of each shape.
    """
    shapes = shape_names(ir)
    failures = counts[len(counts) - len(ir.ops) :]
    checks: dict[str, Counts] = {}
    values: dict[str, Counts] = {}
    for op, name in op_names(ir, shapes):
        if op.id in starts and op.kind is not OpKind.PROPERTY:
            _add(checks, name, counts[starts[op.id]], failures[op.id])
    for shape, pc in loops.items():
        _add(values, shapes[shape], counts[pc], counts[pc + 1])
    return Profile(checks, values)


def _add(into: dict[str, Counts], name: str, first: int, second: int) -> None:
    """Shapes that read alike are one to the profile."""
    if first:
        before = into.get(name, (0, 0))
        into[name] = before[0] + first, before[1] + second
