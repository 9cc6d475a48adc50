"""The instructions of a shape, where they lead, and the parts of them that can stand by themselves.

A part begins where values are fetched. It has the checks of these values and what is behind their failures, and leads
nowhere but on to the next part: so it can be a function, and parts that differ in their operands alone can be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cns.codegen.program import Program
from cython_optimizations import cstructs

JUMPS = frozenset({"JUMP", "JUMP_IF", "JUMP_UNLESS", "JUMP_TALLY"})

_NAMES = {code: name for name, (code, _) in cstructs.INSTRUCTIONS.items()}
_LETTERS = {name: letters for name, (_, letters) in cstructs.INSTRUCTIONS.items()}
_WIDTH = len(cstructs.SECTIONS["code"])


@dataclass(frozen=True)
class Instruction:
    pc: int
    name: str
    operands: tuple[tuple[str, int], ...]
    """(letter, number)."""

    @property
    def fetches(self) -> bool:
        return self.name.startswith("VALUES_")

    def leads(self) -> Iterator[int]:
        """Where it may lead but by going on."""
        return (value for letter, value in self.operands if letter == "j" or (letter == "f" and value))


def instructions(program: Program, entry: int, end: int) -> Iterator[Instruction]:
    code = program.tables["code"]
    for pc in range(entry, end):
        number, *operands = code[pc * _WIDTH : (pc + 1) * _WIDTH]
        name = _NAMES[number]
        yield Instruction(pc, name, tuple(zip(_LETTERS[name], operands, strict=True)))


def parts(code: Sequence[Instruction]) -> list[list[Instruction]]:
    """Each ends with a RETURN in the place of what comes next, and then has its blocks. What cannot be told apart is
    one part.
    """
    end = next(i for i, at in enumerate(code) if at.name == "RETURN")
    starts = [i for i in range(end) if code[i].fetches]
    if not starts or starts[0] != 0:
        return [list(code)]
    chunks = _chunks(code[end + 1 :])
    found = []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        part = _with_chunks(list(code[start:stop]), code[stop].pc, chunks)
        if part is None:
            return [list(code)]
        found.append(part)
    return [list(code)] if chunks else found


def _chunks(code: Sequence[Instruction]) -> dict[int, list[Instruction]]:
    """What stands behind the RETURN, cut behind each JUMP, past which nothing goes on; by each of their places."""
    chunks: dict[int, list[Instruction]] = {}
    chunk: list[Instruction] = []
    for at in code:
        chunk.append(at)
        chunks[at.pc] = chunk
        chunk = [] if at.name == "JUMP" else chunk
    return chunks


def _with_chunks(main: list[Instruction], end: int, chunks: dict[int, list[Instruction]]) -> list[Instruction] | None:
    """With those that it leads to, which are taken out; None if it leads elsewhere too."""
    inside = {at.pc for at in main} | {end}
    blocks: list[Instruction] = []
    waiting = list(main)
    while waiting:
        for pc in waiting.pop().leads():
            if pc in inside:
                continue
            chunk = chunks.get(pc)
            if chunk is None:
                return None
            for at in chunk:
                del chunks[at.pc]
                inside.add(at.pc)
            blocks += chunk
            waiting += chunk
    return [*main, Instruction(end, "RETURN", ()), *sorted(blocks, key=lambda at: at.pc)]


def labels(code: Sequence[Instruction]) -> dict[int, str]:
    """Of the places that something leads to but by going on: named after where they stand here."""
    targets = {at.operands[0][1] for at in code if at.name in JUMPS}
    targets |= {value for at in code for letter, value in at.operands if letter == "f" and value}
    own_value = False
    for at in code:
        if at.fetches:
            own_value = at.name == "VALUES_SELF"
        elif at.name == "EACH" and at.operands[0][1] != at.operands[1][1]:
            targets.add(at.operands[0][1])
        elif at.name == "NEXT" and at.operands[1][1] != at.pc + 1 and own_value:
            targets.add(at.operands[1][1])
    return {at.pc: f"L{i}" for i, at in enumerate(code) if at.pc in targets}
