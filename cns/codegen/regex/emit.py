"""A small DFA as C: its states are places in the code, as somebody would write who knows the pattern by heart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cns.codegen.regex.dfa import ACCEPT, DEAD, FIRST_ROW
from cns.codegen.regex.machine import ASCII_WORDS, DFA16, HEADER_WORDS, NFA

MOST_ROWS, MOST_TESTS = 16, 48
"""Beyond these a table takes less to compile, and little more to run."""

ASCII = 0x80


@dataclass(frozen=True)
class _State:
    number: int
    accepts: bool
    ascii: tuple[int, ...]
    """The next state by character."""
    wide: frozenset[int]
    """The next states by characters that are not ASCII."""

    @property
    def loops_wide(self) -> bool:
        return self.wide == {self.number}


def machine_as_c(name: str, words: Sequence[int], table: str) -> str | None:
    """A function that says whether a value matches; None if the table is better. ``table`` is what the words are
    called, which it asks about what is not ASCII: it stands in the text only if there is need of it.
    """
    states = _states(words)
    if states is None:
        return None
    lines = [line for state in states for line in _state(state, table)]
    if sum(line.count("c ") + line.count("(c -") for line in lines) > MOST_TESTS:
        return None
    jumped_to = {line.rpartition("goto ")[2].removesuffix(";") for line in lines if "goto " in line}
    body = "\n".join(line for line in lines if not line.endswith(":;") or line.removesuffix(":;") in jumped_to)
    return (
        f"static bool {name}(const CnsRun *run, uint32_t value) {{\n"
        "    const uint8_t *at;\n    uint32_t length;\n"
        "    if (!cns_text_of(run, value, &at, &length)) return false;\n"
        f"    const uint8_t *const end = at + length;\n    uint8_t c;\n{body}\n}}"
    )


def _states(words: Sequence[int]) -> list[_State] | None:
    """Those that can be reached, the start first."""
    kind, classes, rows, start, accepting, runs = words[1], words[2], words[3], words[4], words[5], words[6]
    if kind == NFA or rows > MOST_ROWS or start < FIRST_ROW:
        return None
    runs_at = HEADER_WORDS + ASCII_WORDS
    table = words[runs_at + runs :]
    of_ascii = [words[HEADER_WORDS + c // 4] >> 8 * (c % 4) & 0xFF for c in range(ASCII)]
    of_wide = {word & 0x7FF for word in words[runs_at : runs_at + runs]}

    def after(state: int, of: int) -> int:
        at = state + of
        return table[at // 2] >> 16 * (at % 2) & 0xFFFF if kind == DFA16 else table[at]

    found: dict[int, _State] = {}
    waiting = [start]
    while waiting:
        number = waiting.pop()
        if number in found or number < FIRST_ROW:
            continue
        following = [after(number, of) for of in range(classes)]
        ascii = tuple(following[of] for of in of_ascii)
        found[number] = _State(number, number >= accepting, ascii, frozenset(following[of] for of in of_wide))
        waiting += sorted({*ascii, *found[number].wide}, reverse=True)
    return [found[start], *(state for number, state in sorted(found.items()) if number != start)]


def _state(state: _State, table: str) -> Iterator[str]:
    done = f"return {'true' if state.accepts else 'false'};"
    yield f"S{state.number}:;"
    yield f"    if (at == end) {done}"
    own = {c for c in range(ASCII) if state.ascii[c] == state.number}
    if own or state.loops_wide:
        yield f"    for (c = *at; {_test(own, state.loops_wide)}; c = *at)"
        yield f"        if (++at == end) {done}"
    else:
        yield "    c = *at;"
    if not state.loops_wide:
        yield f"    if (c >= 0x80) {_leave_wide(state, table)}"
    yield "    at++;"
    to = sorted({*state.ascii} - {state.number}, key=lambda number: (_ranges(state, number), number))
    for number in to[:-1]:
        chosen = {c for c in range(ASCII) if state.ascii[c] == number}
        yield f"    if ({_test(chosen, wide=False)}) {_go(number)}"
    yield f"    {_go(to[-1])}" if to else "    return false;"


def _ranges(state: _State, number: int) -> int:
    return sum(following == number for following, _ in groupby(state.ascii))


def _go(number: int) -> str:
    if number == DEAD:
        return "return false;"
    return "return true;" if number == ACCEPT else f"goto S{number};"


def _leave_wide(state: _State, table: str) -> str:
    if state.wide <= {DEAD, ACCEPT} and len(state.wide) == 1:
        return _go(min(state.wide))
    return f"return cns_regex_go_on({table}, {state.number}u, at, end);"


def _test(chosen: set[int], wide: bool) -> str:
    """Of c, by what is chosen or by what is not, whichever is shorter; ``wide``: all that is not ASCII is chosen."""
    others = set(range(ASCII)) - chosen
    if wide:
        return _none_of(others) or "true"
    if len(_spans(others)) < len(_spans(chosen)):
        return " && ".join(["c < 0x80", *filter(None, [_none_of(others)])])
    return " || ".join(_in_span(*span) for span in _spans(chosen)) or "false"


def _none_of(chosen: set[int]) -> str:
    return " && ".join(_in_span(*span, negated=True) for span in _spans(chosen))


def _spans(chosen: set[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for c in sorted(chosen):
        if spans and spans[-1][1] == c - 1:
            spans[-1] = (spans[-1][0], c)
        else:
            spans.append((c, c))
    return spans


def _in_span(first: int, last: int, negated: bool = False) -> str:
    if first == last:
        return f"c {'!=' if negated else '=='} {first}"
    return f"(uint8_t)(c - {first}) {'>' if negated else '<='} {last - first}"
