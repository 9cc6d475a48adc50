"""Compiles sh:pattern (SPARQL's REGEX, which is XPath's fn:matches) to a small automaton that templates/runtime/regex.c
runs: characters in classes, then a minimal DFA over the classes, or the NFA itself where a DFA would be too large.

The words of a machine are laid out as the head of regex.c says; `_serialise_*` and `Machine.matches` follow it.
Note that XPath is not Perl: `\\w` does not contain `_`, and `$` does not match before a final newline.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from cns.codegen import regex_syntax as syntax
from cns.codegen.regex_classes import Ranges, divide
from cns.errors import UnsupportedError

MAX_INSTRUCTIONS = 50_000  # of the NFA, counted repetitions written out
MAX_CLASSES = 2048
MAX_STATES = 4096  # of the DFA before it is minimised
MAX_TABLE = 1 << 18  # transitions of the DFA: a mebibyte
MAX_WORK = 1_000_000  # steps of the subset construction: a fraction of a second

MAGIC = 0x31585243
DFA16, DFA32, NFA = 1, 2, 3
HEADER_WORDS = 8
ASCII_WORDS = 32
DEAD, ACCEPT, FIRST_ROW = 0, 1, 2

Kind = Literal["dfa", "nfa"]
Instruction = tuple[int, int, int]
MATCH, CHAR, SPLIT, BEGIN, END, LINE_BEGIN, LINE_END = range(7)
_ANCHORS = {"begin": BEGIN, "end": END, "line begin": LINE_BEGIN, "line end": LINE_END}

# What stands before or after a position in the text; what comes after may also be not yet known.
EDGE, NEWLINE, OTHER, UNKNOWN = range(4)


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
    nfa = _build_nfa(tree, pattern)
    dfa = None if force_kind == "nfa" else _build_dfa(nfa)
    if dfa is not None:
        return _dfa_machine(dfa)
    if force_kind == "dfa":
        raise _too_large(pattern, "a DFA")
    return _nfa_machine(nfa, min_chars=_shortest(tree))


def _too_large(pattern: str, what: str) -> UnsupportedError:
    shown = pattern if len(pattern) <= 200 else pattern[:200] + "…"
    return UnsupportedError(
        "CNS232",
        f"sh:pattern {shown!r} is too large for {what}",
        hint="use smaller counts, '*' or '+' instead of a large {n,m}, sh:minLength and sh:maxLength for lengths, "
        "sh:in for long lists",
        spec=syntax.SPEC,
    )


# --- tree → NFA ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Nfa:
    """Thompson's: an instruction is (op, next, argument): a set for CHAR, the other way for SPLIT. MATCH is at 0."""

    code: list[Instruction]
    start: int
    members: list[list[int]]  # of each set, the classes in it
    runs: list[tuple[int, int]]  # (first code point, class)
    class_count: int
    newline_class: int | None  # where lines matter, the newline has a class of its own


def _build_nfa(tree: syntax.Node, pattern: str) -> _Nfa:
    if _size(tree) >= MAX_INSTRUCTIONS:
        raise _too_large(
            pattern, f"an automaton: it has more than {MAX_INSTRUCTIONS} instructions once repetitions are written out"
        )
    emitter = _Emitter()
    start = emitter.emit(tree, after=0)
    sets = list(emitter.sets)
    with_lines = any(op in (LINE_BEGIN, LINE_END) for op, _, _ in emitter.code)
    if with_lines:
        sets.append(((0xA, 0xA),))
    runs, members = divide(sets) if len(sets) <= MAX_CLASSES else ([], [])
    class_count = 1 + max((found for _, found in runs), default=MAX_CLASSES)
    if class_count > MAX_CLASSES:
        raise _too_large(pattern, f"an automaton: it tells more than {MAX_CLASSES} classes of characters apart")
    newline_class = members[-1][0] if with_lines else None
    return _Nfa(emitter.code, start, members, runs, class_count, newline_class)


class _Emitter:
    """Emits backwards: the code for a node is told what comes after it, and so never needs a jump."""

    def __init__(self) -> None:
        self.code: list[Instruction] = [(MATCH, 0, 0)]
        self.sets: dict[Ranges, int] = {}

    def add(self, op: int, after: int, argument: int) -> int:
        self.code.append((op, after, argument))
        return len(self.code) - 1

    def emit(self, node: syntax.Node, after: int) -> int:
        """Returns where the node's code begins."""
        match node:
            case syntax.Chars(ranges):
                return self.add(CHAR, after, self.sets.setdefault(ranges, len(self.sets)))
            case syntax.Anchor(kind):
                return self.add(_ANCHORS[kind], after, 0)
            case syntax.Concat(parts):
                for part in reversed(parts):
                    after = self.emit(part, after)
                return after
            case syntax.Choice(branches):
                begin = self.emit(branches[-1], after)
                for branch in reversed(branches[:-1]):
                    begin = self.add(SPLIT, self.emit(branch, after), begin)
                return begin
            case syntax.Repeat():
                return self.repeat(node, after)

    def repeat(self, node: syntax.Repeat, after: int) -> int:
        if _size(node.body) == 0:
            return after
        mandatory = node.low
        begin = after
        if node.high is None:
            loop = self.add(SPLIT, 0, after)
            body = self.emit(node.body, loop)
            self.code[loop] = (SPLIT, body, after)
            # The loop's own body, entered directly, is one of the mandatory rounds.
            begin, mandatory = (body, mandatory - 1) if mandatory else (loop, 0)
        else:
            for _ in range(node.high - node.low):
                begin = self.add(SPLIT, self.emit(node.body, begin), after)
        for _ in range(mandatory):
            begin = self.emit(node.body, begin)
        return begin


def _size(node: syntax.Node) -> int:
    """How many instructions the node becomes."""
    match node:
        case syntax.Concat(parts):
            return sum(map(_size, parts))
        case syntax.Choice(branches):
            return sum(map(_size, branches)) + len(branches) - 1
        case syntax.Repeat(body, low, high):
            once = _size(body)
            if not once:
                return 0
            return once * max(low, 1) + 1 if high is None else once * high + high - low
    return 1


def _shortest(node: syntax.Node) -> int:
    """The least number of characters that the node matches."""
    match node:
        case syntax.Chars():
            return 1
        case syntax.Anchor():
            return 0
        case syntax.Concat(parts):
            return sum(map(_shortest, parts))
        case syntax.Choice(branches):
            return min(map(_shortest, branches))
        case syntax.Repeat(body, low, _):
            return _shortest(body) * low


# --- NFA → DFA ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Dfa:
    """Minimal. State numbers as in the words: DEAD and ACCEPT have no row, the rows are those from FIRST_ROW."""

    rows: list[tuple[int, ...]]
    start: int
    first_accepting: int  # the states from here on accept where the text ends
    runs: list[tuple[int, int]]
    class_count: int


def _build_dfa(nfa: _Nfa) -> _Dfa | None:
    """None if it would be too large."""
    subsets = _Subsets(nfa)
    if not subsets.explore():
        return None
    block_of = _minimise(subsets.rows, subsets.accepting)
    dfa = _renumber(subsets, block_of, nfa)
    return dfa if len(dfa.rows) * dfa.class_count <= MAX_TABLE else None


class _Subsets:
    """The subset construction. A state is a set of NFA instructions, after all steps that read nothing: characters
    to read, and anchors that wait for what comes next. The search being unanchored, every state starts afresh too.
    """

    def __init__(self, nfa: _Nfa) -> None:
        self.nfa = nfa
        self.rows: list[list[int]] = [[DEAD] * nfa.class_count, [ACCEPT] * nfa.class_count]
        self.accepting = [False, True]  # if the text ends here
        self.states: dict[tuple[tuple[int, ...], int], int] = {}
        self.waiting: deque[tuple[tuple[int, ...], int]] = deque()
        self.arrivals: dict[tuple[tuple[int, ...], int], int] = {}
        self.work = 0
        self.start = self.state((), EDGE)

    def explore(self) -> bool:
        while self.waiting:
            leaves, before = self.waiting.popleft()
            self.rows.append(self.row(leaves, before))
            self.accepting.append(self.settle(leaves, before, EDGE) is None)
            if len(self.states) > MAX_STATES or self.work > MAX_WORK:
                return False
        return True

    def state(self, kernel: tuple[int, ...], before: int) -> int:
        leaves = self.closure((*kernel, self.nfa.start), before, UNKNOWN)
        if leaves is None:
            return ACCEPT
        if not self.has_anchor(leaves):
            before = OTHER  # no longer matters
        key = (leaves, before)
        found = self.states.get(key)
        if found is None:
            found = self.states[key] = FIRST_ROW + len(self.states)
            self.waiting.append(key)
        return found

    def row(self, leaves: tuple[int, ...], before: int) -> list[int]:
        nfa = self.nfa
        reached = self.step(self.settle(leaves, before, OTHER))
        row = [self.arrive(kernel, OTHER) for kernel in reached] if reached else [ACCEPT] * nfa.class_count
        if nfa.newline_class is not None:
            reached = self.step(self.settle(leaves, before, NEWLINE))
            row[nfa.newline_class] = self.arrive(reached[nfa.newline_class], NEWLINE) if reached else ACCEPT
        return row

    def arrive(self, kernel: list[int], before: int) -> int:
        """`state`, remembered: many classes lead to the same place."""
        key = (tuple(kernel), before)
        found = self.arrivals.get(key)
        if found is None:
            found = self.arrivals[key] = self.state(*key)
        return found

    def step(self, leaves: tuple[int, ...] | None) -> list[list[int]] | None:
        """For each class, the instructions after those that read it; None if the match is complete already."""
        if leaves is None:
            return None
        reached: list[list[int]] = [[] for _ in range(self.nfa.class_count)]
        for leaf in leaves:
            _, after, chars = self.nfa.code[leaf]
            members = self.nfa.members[chars]
            self.work += len(members)
            for member in members:
                reached[member].append(after)
        return reached

    def settle(self, leaves: tuple[int, ...], before: int, after: int) -> tuple[int, ...] | None:
        """The state once it is known what comes next: no anchor waits any longer. None if the match is complete."""
        return self.closure(leaves, before, after) if self.has_anchor(leaves) else leaves

    def has_anchor(self, leaves: tuple[int, ...]) -> bool:
        return any(self.nfa.code[leaf][0] != CHAR for leaf in leaves)

    def closure(self, kernel: tuple[int, ...], before: int, after: int) -> tuple[int, ...] | None:
        """Follows all that reads nothing; None if that completes a match."""
        code = self.nfa.code
        leaves = []
        seen = set(kernel)
        stack = list(seen)
        while stack:
            at = stack.pop()
            op, following, argument = code[at]
            if op == MATCH:
                return None
            if op == CHAR:
                leaves.append(at)
                continue
            ways = (following, argument) if op == SPLIT else (following,)
            holds = True if op == SPLIT else _anchor_holds(op, before, after)
            if holds is None:
                leaves.append(at)
            elif holds:
                for way in ways:
                    if way not in seen:
                        seen.add(way)
                        stack.append(way)
        self.work += len(seen)
        leaves.sort()
        return tuple(leaves)


def _anchor_holds(op: int, before: int, after: int) -> bool | None:
    """None if that depends on what comes next, and this is not known.

    Lines are those of fn:matches: a newline at the very end of the text ends a line and begins none.
    """
    if op == BEGIN or (op == LINE_BEGIN and before != NEWLINE):
        return before == EDGE
    if after == UNKNOWN:
        return None
    if op == END:
        return after == EDGE
    if op == LINE_BEGIN:
        return after != EDGE
    return after == NEWLINE or (after == EDGE and before != NEWLINE)


def _minimise(rows: list[list[int]], accepting: list[bool]) -> list[int]:
    """Hopcroft's algorithm: the block of equivalent states that each state is in."""
    sources: list[dict[int, list[int]]] = [{} for _ in rows[0]]
    for state, row in enumerate(rows):
        for into, target in zip(sources, row, strict=True):
            into.setdefault(target, []).append(state)
    block_of = [int(accepts) for accepts in accepting]
    blocks = [{state for state, block in enumerate(block_of) if block == number} for number in (0, 1)]
    pending = {min((0, 1), key=lambda number: len(blocks[number]))}
    while pending:
        splitter = tuple(blocks[pending.pop()])
        for into in sources:
            for block, hit in _hits(into, splitter, block_of).items():
                if len(hit) == len(blocks[block]):
                    continue
                new = len(blocks)
                blocks.append(set(hit))
                blocks[block].difference_update(hit)
                for state in hit:
                    block_of[state] = new
                # If the whole block was pending, both halves are; otherwise the smaller one is enough.
                pending.add(new if block in pending or len(hit) <= len(blocks[block]) else block)
    return block_of


def _hits(into: dict[int, list[int]], splitter: tuple[int, ...], block_of: list[int]) -> dict[int, list[int]]:
    """By block, the states from which one class leads into the splitter."""
    hits: dict[int, list[int]] = {}
    for target in splitter:
        for source in into.get(target, ()):
            hits.setdefault(block_of[source], []).append(source)
    return hits


def _renumber(subsets: _Subsets, block_of: list[int], nfa: _Nfa) -> _Dfa:
    """One state for each block, in breadth-first order, those that accept at the end last; then one class for
    all classes that no state tells apart."""
    found = {block_of[DEAD]: DEAD, block_of[ACCEPT]: ACCEPT}
    order: list[int] = []  # a state of each block met
    queue = [subsets.start]
    for state in queue:
        if block_of[state] not in found:
            found[block_of[state]] = -1
            order.append(state)
            queue += subsets.rows[state]
    order.sort(key=lambda state: subsets.accepting[state])
    for number, state in enumerate(order, FIRST_ROW):
        found[block_of[state]] = number
    rows = [[found[block_of[target]] for target in subsets.rows[state]] for state in order]
    first_accepting = FIRST_ROW + sum(not subsets.accepting[state] for state in order)
    columns = list(zip(*rows, strict=True)) if rows else [()] * nfa.class_count
    class_of_column: dict[tuple[int, ...], int] = {}
    merged = [class_of_column.setdefault(column, len(class_of_column)) for column in columns]
    return _Dfa(
        rows=list(zip(*class_of_column, strict=True)),
        start=found[block_of[subsets.start]],
        first_accepting=first_accepting,
        runs=[(first, merged[old]) for first, old in nfa.runs],
        class_count=len(class_of_column),
    )


# --- facts --------------------------------------------------------------------------------------------------------


def _text_lengths(dfa: _Dfa) -> tuple[int, int | None]:
    """The least and the greatest length of a text that the DFA accepts, which must accept some but not all."""
    distance = {dfa.start: 0}
    queue = [dfa.start]
    shortest: int | None = None
    for state in queue:
        if state == ACCEPT or state >= dfa.first_accepting:
            shortest = distance[state]
            break
        for target in dict.fromkeys(dfa.rows[state - FIRST_ROW]):
            if target != DEAD and target not in distance:
                distance[target] = distance[state] + 1
                queue.append(target)
    assert shortest is not None
    return shortest, _longest_path(dfa)


def _longest_path(dfa: _Dfa) -> int | None:
    """None if ACCEPT, after which anything may follow, or a loop can be reached. No path leads nowhere: the DFA is
    minimal, so from every state other than DEAD some text is accepted."""
    targets = [[target for target in dict.fromkeys(row) if target != DEAD] for row in dfa.rows]
    indegree = [0] * (FIRST_ROW + len(targets))
    for row in targets:
        for target in row:
            indegree[target] += 1
    if indegree[ACCEPT] or indegree[dfa.start]:
        return None
    longest = [0] * len(indegree)
    queue = [dfa.start]
    for state in queue:
        for target in targets[state - FIRST_ROW]:
            longest[target] = max(longest[target], longest[state] + 1)
            indegree[target] -= 1
            if not indegree[target]:
                queue.append(target)
    return max(longest) if len(queue) == len(targets) else None


# --- words --------------------------------------------------------------------------------------------------------


def _dfa_machine(dfa: _Dfa) -> Machine:
    constant = dfa.start < FIRST_ROW
    low, high = (0, None if dfa.start == ACCEPT else 0) if constant else _text_lengths(dfa)
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


def _nfa_machine(nfa: _Nfa, min_chars: int) -> Machine:
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


def _serialise_dfa(dfa: _Dfa) -> list[int]:
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


def _serialise_nfa(nfa: _Nfa) -> list[int]:
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
            if op == SPLIT or _anchor_holds(op, before, after):
                queue += [way for way in ways if way not in active]
                active.update(dict.fromkeys(ways))
    return False
