"""Bytecode → plans: the code of a shape as a list of steps that many lanes go through together.

A lane at a step goes on at the next, or waits for a later one: all jumps of a plan lead forward. Blocks, which the
program has behind the code that leads to them (see program.h), stand in a plan just before the step to which they lead
back; lanes that did not jump to a block pass it by. So the order of the steps is, for each lane, the order in which the
vm executes them, and results that are put in order by lane and by step are in the vm's order.

An instruction that is not known here, or stands where a set of lanes cannot follow it, is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cns.codegen.program import Program
from cns.errors import EngineError
from cython_optimizations import cstructs

NONE = cstructs.NONE
NAMES = {code: name for name, (code, _) in cstructs.INSTRUCTIONS.items()}

VALUES = frozenset({"VALUES_SELF", "VALUES_FORWARD", "VALUES_INVERSE", "VALUES_PATH"})
COLUMN_VALUES = frozenset({"VALUES_FORWARD", "VALUES_INVERSE"})
VALUE_CHECKS = frozenset(
    {"NODE_KIND", "DATATYPE", "CLASS", "RANGE", "MIN_LENGTH", "MAX_LENGTH", "PATTERN", "LANGUAGE_IN", "IN", "FITS"}
)
SET_CHECKS = frozenset({"MIN_COUNT", "MAX_COUNT", "COUNT", "HAS_VALUE", "UNIQUE_LANG", "EQUALS", "DISJOINT", "COMPARE"})
OTHERS = frozenset({"CLOSED", "CALL", "FAIL", "JUMP", "TALLY_CLEAR", "TALLY", "JUMP_TALLY", "FAIL_UNLESS_ONE"})
TALLY_CHECKS = frozenset({"MIN_TALLY", "MAX_TALLY"})
STRUCTURE = frozenset({"RETURN", "EACH", "NEXT", "TEST", "ASK", "KEEP", "JUMP_IF", "JUMP_UNLESS"})
"""What becomes part of the plan itself."""
KNOWN = VALUES | VALUE_CHECKS | SET_CHECKS | OTHERS | TALLY_CHECKS | STRUCTURE

_JUMPS = frozenset({"JUMP", "JUMP_TALLY"})
_REPORTING = frozenset({"CALL", "CLOSED", "FAIL", "FAIL_UNLESS_ONE"})


class Step(NamedTuple):
    """An instruction; operands that lead somewhere name the step. The values of a column have a `b` of 1 where a loop
    over them follows."""

    name: str
    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0
    """Where a lane goes on after a failure; 0: at the next step."""


class Block(NamedTuple):
    """What runs only after a failure: entered by jumps alone, left to `behind`."""

    behind: int


class Branch(NamedTuple):
    """Lanes whose value does or does not conform to the shape jump."""

    shape: int
    if_conforms: bool
    to: int
    memo: int = NONE
    """Where its verdicts are kept; NONE: nowhere."""


@dataclass(frozen=True)
class Loop:
    """Over the values of each lane, which are lanes of their own in it."""

    steps: Plan
    if_empty: int
    """Where lanes without values go on; 0: at the next step."""
    leave_at: int
    """The tally with which the vm leaves the loop; 0: it does not."""
    tallies: bool
    """Its tallies are summed for each lane outside."""


Plan = tuple["Step | Block | Branch | Loop", ...]


class _Instruction(NamedTuple):
    name: str
    a: int
    b: int
    c: int
    d: int


class _Piece(NamedTuple):
    """A part of a stretch of code: one instruction, a loop, or a block with its code."""

    start: int
    end: int
    back: int = -1
    """Where a block leads back to."""


def plan(program: Program) -> tuple[Plan, ...]:
    """A plan for each shape of a verified program."""
    rows = [_instruction(row) for row in program.rows("code")]
    shapes = list(program.rows("shapes"))
    memos = [shape["memo"] for shape in shapes]
    return tuple(_Planner(rows, memos, shape["entry"], shape["end"]).shape() for shape in shapes)


def _instruction(row: dict[str, int]) -> _Instruction:
    name = NAMES.get(row["code"], "")
    if name not in KNOWN:
        raise _refused(f"the instruction {name or row['code']}")
    return _Instruction(name, row["a"], row["b"], row["c"], row["d"])


def _refused(what: str) -> EngineError:
    return EngineError(
        "CNS520", f"the numba engine does not know {what}", hint="use another engine, and please report this"
    )


class _Planner:
    """Of one shape; numbers are places in the code until steps have numbers."""

    def __init__(self, rows: Sequence[_Instruction], memos: Sequence[int], entry: int, end: int) -> None:
        self.rows, self.memos = rows, memos
        self.entry, self.end = entry, end

    def shape(self) -> Plan:
        stop = next(at for at in range(self.entry, self.end) if self.rows[at].name == "RETURN")
        pieces = [*self.pieces(self.entry, stop), *self.blocks(stop + 1, self.end)]
        return self.steps(pieces, stop)

    # ------------------------------------------------------------------ pieces

    def pieces(self, start: int, stop: int) -> list[_Piece]:
        found, at = [], start
        while at < stop:
            end = self.rows[at].b if self.rows[at].name == "EACH" else at + 1
            found.append(_Piece(at, end))
            at = end
        return found

    def blocks(self, start: int, stop: int) -> list[_Piece]:
        """Each ends with the JUMP that leads back."""
        found, at = [], start
        while at < stop:
            end = at
            while not (self.rows[end].name == "JUMP" and self.rows[end].a < at):
                end += 1
            found.append(_Piece(at, end + 1, self.rows[end].a))
            at = end + 1
        return found

    # ------------------------------------------------------------------ steps

    def steps(self, pieces: Sequence[_Piece], stop: int, leave: int = -1) -> Plan:
        """``stop`` is where the stretch ends; what leads there leads behind the last step."""
        blocks = [piece for piece in pieces if piece.back >= 0]
        ordered: list[int] = []
        begins: dict[int, _Piece] = {}
        for piece in (*(piece for piece in pieces if piece.back < 0), _Piece(stop, stop)):
            for block in blocks:
                if block.back == piece.start:
                    begins[block.start] = block
                    ordered += range(block.start, block.end)
            if piece.start < stop:
                ordered.append(piece.start)
        place: dict[int, int] = {}
        count = 0
        for at in ordered:
            count += at in begins
            place[at] = count
            count += not self.is_fused(at)
        place[stop] = count
        made: list[Step | Block | Branch | Loop] = []
        for at in ordered:
            if at in begins:
                made.append(Block(self.target(begins[at].back, place)))
            if not self.is_fused(at):
                made.append(self.step(at, place, leave))
        return tuple(made)

    def is_fused(self, at: int) -> bool:
        """The jump behind a TEST is one step with it, as is what keeps the answer of an ASK."""
        return self.rows[at].name in ("JUMP_IF", "JUMP_UNLESS", "KEEP")

    def step(self, at: int, place: dict[int, int], leave: int) -> Step | Branch | Loop:
        row = self.rows[at]
        if row.name == "EACH":
            return self.loop(at, place)
        if row.name in ("TEST", "ASK"):
            return self.test(at, place)
        if row.name in STRUCTURE:
            raise _refused(f"{row.name} at this place (instruction {at})")
        if row.name in _JUMPS:
            leaves = row.name == "JUMP_TALLY" and row.a == leave
            return Step(row.name, NONE if leaves else self.target(row.a, place), row.b)
        if row.name in COLUMN_VALUES:
            return Step(row.name, row.a, int(self.are_looped_over(at)))
        leads_on = row.d != 0 and row.name != "COUNT"
        return Step(row.name, row.a, row.b, row.c, self.target(row.d, place) if leads_on else row.d)

    def are_looped_over(self, at: int) -> bool:
        following = next(row.name for row in self.rows[at + 1 : self.end] if row.name in {*VALUES, "EACH", "RETURN"})
        return following == "EACH"

    def target(self, at: int, place: dict[int, int]) -> int:
        if at not in place or self.is_fused(at):
            raise _refused(f"a jump to instruction {at}")
        return place[at]

    def test(self, at: int, place: dict[int, int]) -> Branch:
        shape = self.rows[at].a
        kept = self.rows[at].name == "ASK"
        following = self.rows[at + 1 + kept]
        if following.name not in ("JUMP_IF", "JUMP_UNLESS"):
            raise _refused(f"a {self.rows[at].name} without a jump (instruction {at})")
        memo = self.memos[shape] if kept else NONE
        return Branch(shape, following.name == "JUMP_IF", self.target(following.a, place), memo)

    # ------------------------------------------------------------------ loops

    def loop(self, each: int, outside: dict[int, int]) -> Loop:
        end = self.rows[each].b
        following = next(at for at in range(each + 1, end) if self.rows[at].name == "NEXT")
        pieces = [*self.pieces(each + 1, following), *self.blocks(following + 1, end)]
        body = self.rows[each + 1 : end]
        names = {row.name for row in body}
        if names & (SET_CHECKS | TALLY_CHECKS | VALUES | {"EACH"}):
            raise _refused(f"{min(names & (SET_CHECKS | TALLY_CHECKS | VALUES))} in a loop (instruction {each})")
        sums = "TALLY" in names and "TALLY_CLEAR" not in names
        leaving = [row for row in body if row.name == "JUMP_TALLY" and row.a == end]
        if sums or leaving:
            self.check_sum(each, body, leaving, sums)
        if_empty = self.rows[each].a
        return Loop(
            self.steps(pieces, following, leave=end),
            0 if if_empty == end else self.target(if_empty, outside),
            max(1, leaving[0].b) if leaving else 0,
            sums,
        )

    def check_sum(self, each: int, body: Sequence[_Instruction], leaving: Sequence[_Instruction], sums: bool) -> None:
        """A sum over all values is what the vm counts one by one, if it begins at nothing, and if nobody sees how far
        it has come but for the jump that ends the loop: then no results come from the loop, and values behind that jump
        do not matter."""
        quiet = not any(
            row.name in _REPORTING or (row.name in VALUE_CHECKS and row.name != "FITS" and row.a != NONE)
            for row in body
        )
        once = sum(row.name == "TALLY" for row in body) == 1
        jumps = sum(row.name == "JUMP_TALLY" for row in body)
        cleared = each > self.entry and self.rows[each - 1].name == "TALLY_CLEAR"
        if not (sums and quiet and once and cleared and jumps == len(leaving) <= 1):
            raise _refused(f"a loop with such tallies (instruction {each})")
