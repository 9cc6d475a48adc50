"""The words of a machine, which templates/runtime/regex.c runs, and from a pattern to them.

They are laid out as the head of regex.c says; `_serialise_*` and `Machine.matches` follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from cns.codegen.regex import syntax
from cns.codegen.regex.dfa import ACCEPT, DEAD, FIRST_ROW, Dfa, build_dfa, text_lengths
from cns.codegen.regex.hints import too_large
from cns.codegen.regex.nfa import CHAR, EDGE, MATCH, NEWLINE, OTHER, SPLIT, Nfa, anchor_holds, build_nfa, shortest

MAGIC = 0x31585243
DFA16, DFA32, NFA = 1, 2, 3
HEADER_WORDS = 8
ASCII_WORDS = 32

Kind = Literal["dfa", "nfa"]


@dataclass(frozen=True, slots=True)
class Machine:
    """A compiled pattern. The facts are proven, and may be weaker than the truth where `kind` is "nfa"."""

    words: tuple[int, ...]
    kind: Kind
    states: int
    classes: int
    accepts_all: bool
    accepts_none: bool
    min_chars: int  # of any text accepted, in code points; 0 where none is
    max_chars: int | None

    @property
    def scratch_words(self) -> int:
        """What cns_regex_scratch_words says of these words."""
        return 0 if self.kind == "dfa" else 4 * self.states

    def matches(self, text: str) -> bool:
        """Does in Python, slowly, what cns_regex_search does: for tests, and for constants at compile time."""
        return _search_nfa(self.words, text) if self.kind == "nfa" else _search_dfa(self.words, text)

    def describe(self) -> str:
        size = f"{self.states} states, {self.classes} classes of characters, {4 * len(self.words)} bytes"
        if self.kind == "nfa":
            size = f"{self.states} instructions, {self.classes} classes of characters, {4 * len(self.words)} bytes"
        if self.accepts_all:
            return f"{self.kind}: {size}; matches every text"
        if self.accepts_none:
            return f"{self.kind}: {size}; matches no text"
        longest = "any number of" if self.max_chars is None else f"at most {self.max_chars}"
        return f"{self.kind}: {size}; matches texts of at least {self.min_chars} and {longest} characters"


def compile_pattern(pattern: str, flags: str = "", *, force_kind: Kind | None = None) -> Machine:
    """Compiles, or raises ShapeError (CNS230), or UnsupportedError (CNS231: back-reference, CNS232: too large)."""
    tree = syntax.parse(pattern, flags)
    nfa = build_nfa(tree, pattern)
    dfa = None if force_kind == "nfa" else build_dfa(nfa)
    if dfa is not None:
        return _dfa_machine(dfa)
    if force_kind == "dfa":
        raise too_large(pattern, "a DFA")
    return _nfa_machine(nfa, min_chars=shortest(tree))


# --- words --------------------------------------------------------------------------------------------------------


def _dfa_machine(dfa: Dfa) -> Machine:
    constant = dfa.start < FIRST_ROW
    low, high = (0, None if dfa.start == ACCEPT else 0) if constant else text_lengths(dfa)
    return Machine(
        words=tuple(_serialise_dfa(dfa)),
        kind="dfa",
        states=len(dfa.rows),
        classes=dfa.class_count,
        accepts_all=dfa.start == ACCEPT,
        accepts_none=dfa.start == DEAD,
        min_chars=low,
        max_chars=high,
    )


def _nfa_machine(nfa: Nfa, min_chars: int) -> Machine:
    return Machine(
        words=tuple(_serialise_nfa(nfa)),
        kind="nfa",
        states=len(nfa.code),
        classes=nfa.class_count,
        accepts_all=False,
        accepts_none=False,
        min_chars=min_chars,
        max_chars=None,
    )


def _serialise_dfa(dfa: Dfa) -> list[int]:
    def scaled(state: int) -> int:
        return state if state < FIRST_ROW else FIRST_ROW + (state - FIRST_ROW) * dfa.class_count

    table = [0, 0, *(scaled(state) for row in dfa.rows for state in row)]
    narrow = len(table) <= 1 << 16
    if narrow:
        table += [0] * (len(table) % 2)
        table = [low | high << 16 for low, high in zip(table[::2], table[1::2], strict=True)]
    kind = DFA16 if narrow else DFA32
    header = [kind, dfa.class_count, len(dfa.rows), scaled(dfa.start), scaled(dfa.first_accepting)]
    return _with_classes(header, dfa.runs) + table


def _serialise_nfa(nfa: Nfa) -> list[int]:
    words_per_set = (nfa.class_count + 31) // 32
    header = [NFA, nfa.class_count, len(nfa.code), nfa.start, len(nfa.members)]
    words = _with_classes(header, nfa.runs)
    for members in nfa.members:
        bits = sum(1 << member for member in members)
        words += [bits >> 32 * index & 0xFFFFFFFF for index in range(words_per_set)]
    for instruction in nfa.code:
        words += instruction
    return words


def _with_classes(header: list[int], runs: Sequence[tuple[int, int]]) -> list[int]:
    ascii_classes = [0] * 128
    wide = []
    previous = -1
    for (first, found), (after, _) in pairwise([*runs, (0x110000, 0)]):
        if first < 128:
            ascii_classes[first : min(after, 128)] = [found] * (min(after, 128) - first)
        if after > 128 and found != previous:
            wide.append(max(first, 128) << 11 | found)
            previous = found
    packed = [int.from_bytes(ascii_classes[index : index + 4], "little") for index in range(0, 128, 4)]
    return [MAGIC, *header, len(wide), 0, *packed, *wide]


# --- the same search as in regex.c --------------------------------------------------------------------------------


def _classes_of(words: tuple[int, ...], text: str) -> Iterator[int]:
    wide = words[HEADER_WORDS + ASCII_WORDS : HEADER_WORDS + ASCII_WORDS + words[6]]
    for code_point in map(ord, text):
        if code_point < 128:
            yield words[HEADER_WORDS + code_point // 4] >> 8 * (code_point % 4) & 0xFF
        else:
            yield next(entry for entry in reversed(wide) if entry >> 11 <= code_point) & 0x7FF


def _search_dfa(words: tuple[int, ...], text: str) -> bool:
    kind, state, first_accepting = words[1], words[4], words[5]
    table = HEADER_WORDS + ASCII_WORDS + words[6]
    for found in _classes_of(words, text):
        if state < FIRST_ROW:
            break
        index = state + found
        state = words[table + index] if kind == DFA32 else words[table + index // 2] >> 16 * (index % 2) & 0xFFFF
    return state == ACCEPT or state >= first_accepting


def _search_nfa(words: tuple[int, ...], text: str) -> bool:
    _, _, class_count, _, start, set_count, run_count, _ = words[:HEADER_WORDS]
    words_per_set = (class_count + 31) // 32
    sets = HEADER_WORDS + ASCII_WORDS + run_count
    code = sets + set_count * words_per_set
    classes = [*_classes_of(words, text), None]
    kinds = [EDGE, *(NEWLINE if char == "\n" else OTHER for char in text), EDGE]
    kernel: Iterable[int] = ()
    for found, (before, after) in zip(classes, pairwise(kinds), strict=True):
        active = dict.fromkeys((*kernel, start))
        kernel = []
        queue = list(active)
        for at in queue:
            op, following, argument = words[code + 3 * at : code + 3 * at + 3]
            if op == MATCH:
                return True
            if op == CHAR:
                if found is not None and words[sets + argument * words_per_set + found // 32] >> found % 32 & 1:
                    kernel.append(following)
                continue
            ways = (following, argument) if op == SPLIT else (following,)
            if op == SPLIT or anchor_holds(op, before, after):
                queue += [way for way in ways if way not in active]
                active.update(dict.fromkeys(ways))
    return False
