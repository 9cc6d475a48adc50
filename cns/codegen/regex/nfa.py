"""Tree → NFA. Also what an instruction means, which the DFA is built from and the words of a machine hold."""

from __future__ import annotations

from dataclasses import dataclass

from cns.codegen.regex.classes import Ranges, divide
from cns.codegen.regex.hints import too_large
from cns.codegen.regex.tree import Anchor, Chars, Choice, Concat, Node, Repeat

MAX_INSTRUCTIONS = 50_000  # of the NFA, counted repetitions written out
MAX_CLASSES = 2048

Instruction = tuple[int, int, int]
MATCH, CHAR, SPLIT, BEGIN, END, LINE_BEGIN, LINE_END = range(7)
_ANCHORS = {"begin": BEGIN, "end": END, "line begin": LINE_BEGIN, "line end": LINE_END}

# What stands before or after a position in the text; what comes after may also be not yet known.
EDGE, NEWLINE, OTHER, UNKNOWN = range(4)


@dataclass(frozen=True, slots=True)
class Nfa:
    """Thompson's: an instruction is (op, next, argument): a set for CHAR, the other way for SPLIT. MATCH is at 0."""

    code: list[Instruction]
    start: int
    members: list[list[int]]  # of each set, the classes in it
    runs: list[tuple[int, int]]  # (first code point, class)
    class_count: int
    newline_class: int | None  # where lines matter, the newline has a class of its own


def build_nfa(tree: Node, pattern: str) -> Nfa:
    if _size(tree) >= MAX_INSTRUCTIONS:
        raise too_large(
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
        raise too_large(pattern, f"an automaton: it tells more than {MAX_CLASSES} classes of characters apart")
    newline_class = members[-1][0] if with_lines else None
    return Nfa(emitter.code, start, members, runs, class_count, newline_class)


class _Emitter:
    """Emits backwards: the code for a node is told what comes after it, and so never needs a jump."""

    def __init__(self) -> None:
        self.code: list[Instruction] = [(MATCH, 0, 0)]
        self.sets: dict[Ranges, int] = {}

    def add(self, op: int, after: int, argument: int) -> int:
        self.code.append((op, after, argument))
        return len(self.code) - 1

    def emit(self, node: Node, after: int) -> int:
        """Returns where the node's code begins."""
        match node:
            case Chars(ranges):
                return self.add(CHAR, after, self.sets.setdefault(ranges, len(self.sets)))
            case Anchor(kind):
                return self.add(_ANCHORS[kind], after, 0)
            case Concat(parts):
                for part in reversed(parts):
                    after = self.emit(part, after)
                return after
            case Choice(branches):
                begin = self.emit(branches[-1], after)
                for branch in reversed(branches[:-1]):
                    begin = self.add(SPLIT, self.emit(branch, after), begin)
                return begin
            case Repeat():
                return self.repeat(node, after)

    def repeat(self, node: Repeat, after: int) -> int:
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


def _size(node: Node) -> int:
    """How many instructions the node becomes."""
    match node:
        case Concat(parts):
            return sum(map(_size, parts))
        case Choice(branches):
            return sum(map(_size, branches)) + len(branches) - 1
        case Repeat(body, low, high):
            once = _size(body)
            if not once:
                return 0
            return once * max(low, 1) + 1 if high is None else once * high + high - low
    return 1


def shortest(node: Node) -> int:
    """The least number of characters that the node matches."""
    match node:
        case Chars():
            return 1
        case Anchor():
            return 0
        case Concat(parts):
            return sum(map(shortest, parts))
        case Choice(branches):
            return min(map(shortest, branches))
        case Repeat(body, low, _):
            return shortest(body) * low


def anchor_holds(op: int, before: int, after: int) -> bool | None:
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
