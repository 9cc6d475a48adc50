"""NFA → minimal DFA, by the subset construction and Hopcroft's algorithm; and what it tells of the texts it accepts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from cns.codegen.regex.nfa import CHAR, EDGE, MATCH, NEWLINE, OTHER, SPLIT, UNKNOWN, Nfa, anchor_holds

MAX_STATES = 4096  # of the DFA before it is minimised
MAX_TABLE = 1 << 18  # transitions of the DFA: a mebibyte
MAX_WORK = 1_000_000  # steps of the subset construction: a fraction of a second

DEAD, ACCEPT, FIRST_ROW = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Dfa:
    """Minimal. State numbers as in the words: DEAD and ACCEPT have no row, the rows are those from FIRST_ROW."""

    rows: list[tuple[int, ...]]
    start: int
    first_accepting: int  # the states from here on accept where the text ends
    runs: list[tuple[int, int]]
    class_count: int


def build_dfa(nfa: Nfa) -> Dfa | None:
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

    def __init__(self, nfa: Nfa) -> None:
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
            holds = True if op == SPLIT else anchor_holds(op, before, after)
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


def _renumber(subsets: _Subsets, block_of: list[int], nfa: Nfa) -> Dfa:
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
    return Dfa(
        rows=list(zip(*class_of_column, strict=True)),
        start=found[block_of[subsets.start]],
        first_accepting=first_accepting,
        runs=[(first, merged[old]) for first, old in nfa.runs],
        class_count=len(class_of_column),
    )


# --- facts --------------------------------------------------------------------------------------------------------


def text_lengths(dfa: Dfa) -> tuple[int, int | None]:
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


def _longest_path(dfa: Dfa) -> int | None:
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
