"""What the numba engine works on: the store as arrays, lists of values, lanes, and results on their way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cns.codegen.program import Program
from cns.runtime import kernels
from cns.runtime.planner import Branch, Loop, Plan
from cython_optimizations import cstructs
from cython_optimizations.columns import Columns, View
from cython_optimizations.store import Store

Words = npt.NDArray[np.uint32]
Waits = npt.NDArray[np.int32]

NONE, LITERAL_BIT = cstructs.NONE, cstructs.LITERAL_BIT


def frozen(array: Any) -> Any:
    """All that kernels read may come from a store, which nobody may write: so they have one type for both."""
    array.flags.writeable = False
    return array


def _words(view: View, dtype: Any = np.uint32) -> Any:
    return np.frombuffer(view, dtype) if len(view) else frozen(np.empty(0, dtype))  # type: ignore[call-overload]


NO_WAIT: Waits = np.empty(0, np.int32)
NO_ROWS: Words = np.empty((0, 4), np.uint32)
NO_LANES: Words = np.empty(0, np.uint32)


@dataclass(frozen=True)
class Index:
    bits: npt.NDArray[np.uint64]
    ranks: Words
    offsets: Words
    values: Words

    @property
    def each(self) -> int:
        """So many values a node has that has any, rounded up."""
        return -(-len(self.values) // max(len(self.offsets) - 1, 1))

    @staticmethod
    def of(views: tuple[View, View, View, View]) -> Index:
        return Index(_words(views[0], np.uint64), *(_words(view) for view in views[1:]))


class Shared:
    """What all parts of a run look at: the store as arrays, and the tables of the program."""

    def __init__(self, store: Store, program: Program, plans: Sequence[Plan]) -> None:
        self.store, self.program, self.plans = store, program, plans
        columns = Columns(store)
        self._columns = columns
        self.nodes = _words(columns.nodes(), kernels.NODE_DTYPE)
        self.literals = _words(columns.literals(), kernels.LITERAL_DTYPE)
        self.type_sets = _words(columns.type_sets())
        self.class_bits = _words(columns.class_bits(), np.uint64)
        self.class_words = columns.class_words
        self.constant_slots = _words(columns.constant_slots())
        self.node_columns = Index.of(columns.node_columns())
        self.rest = Index.of(columns.rest())
        self.node_terms = program.row("facts", 0)["node_terms"]
        self._tables = {name: frozen(np.array(program.tables[name], np.uint32)) for name in ("pool", "regex_words")}
        count = program.count("terms") - self.node_terms
        self.forms, self.majors, self.minors = (np.empty(count, np.int64) for _ in range(3))
        kernels.read_constants(self.literals, self.forms, self.majors, self.minors)
        self._made: dict[tuple[str, int], Any] = {}
        self._lock = threading.Lock()

    def once(self, what: str, number: int, make: Callable[[], Any]) -> Any:
        """Made when it is first asked for."""
        found = self._made.get((what, number))
        if found is None:
            with self._lock:
                found = self._made.setdefault((what, number), make())
        return found

    def steps(self, shape: int) -> int:
        """About what a focus node costs: the steps of the shape and of the shapes that it asks."""
        loops = [step.steps for step in self.plans[shape] if isinstance(step, Loop)]
        steps = [*self.plans[shape], *(step for loop in loops for step in loop)]
        return len(steps) + sum(len(self.plans[step.shape]) for step in steps if isinstance(step, Branch))

    def forward(self, column: int) -> Index:
        return self.once("forward", column, lambda: Index.of(self._columns.forward(column)))  # type: ignore[no-any-return]

    def inverse(self, column: int) -> Index:
        return self.once("inverse", column, lambda: Index.of(self._columns.inverse(column)))  # type: ignore[no-any-return]

    def subjects(self, column: int) -> Words:
        """Those of nodes and behind them those of literals."""

        def both() -> Words:
            literals = _words(self._columns.literal_subjects(column))
            return frozen(np.concatenate((self.inverse(column).values, literals)))  # type: ignore[no-any-return]

        return self.once("subjects", column, both)  # type: ignore[no-any-return]

    def memo(self, number: int) -> npt.NDArray[np.uint8]:
        """Verdicts that are kept, a byte for each node and behind them for each literal; threads share them."""
        return self.once("memo", number, lambda: np.zeros(len(self.nodes) + len(self.literals), np.uint8))  # type: ignore[no-any-return]

    def memo_places(self, values: Words) -> Words:
        nodes = np.uint32(len(self.nodes))
        return np.where(values >= LITERAL_BIT, (values & ~np.uint32(LITERAL_BIT)) + nodes, values)

    def list_of(self, section: str, number: int, words: str = "pool") -> Words:
        row = self.program.row(section, number)
        return self._tables[words][row["first"] : row["first"] + row["count"]]  # type: ignore[no-any-return]

    def dfa(self, number: int) -> Any:
        return self.once("dfa", number, lambda: (kernels.dfa(self.list_of("regexes", number, "regex_words")),))[0]

    def fit(self, number: int) -> Words:
        return self.once(  # type: ignore[no-any-return]
            "fit", number, lambda: frozen(np.array(list(self.program.row("fits", number).values()), np.uint32))
        )

    def languages(self, number: int) -> tuple[Any, Words]:
        """The ranges in lower case as bytes, one after the other, and where each ends."""

        def texts() -> tuple[Any, Words]:
            ranges = [_lower(self.program.text(int(word)).encode()) for word in self.list_of("language_lists", number)]
            ends = np.cumsum([len(text) for text in ranges], dtype=np.uint32)
            return frozen(np.frombuffer(b"".join(ranges) or b" ", np.uint8)), frozen(np.asarray(ends, np.uint32))

        return self.once("languages", number, texts)  # type: ignore[no-any-return]


def _lower(text: bytes) -> bytes:
    """ASCII alone, as the runtime does."""
    return text.lower()


@dataclass
class Lists:
    """For each lane some values: `counts[i]` of them from `starts[i]` on in the source."""

    source: Words
    starts: Words
    counts: Words
    total: int | None = None
    """How many values all lanes have, where that is known."""
    least: int = 0
    most: int = NONE
    """No lane has fewer, or more."""
    gathered: tuple[Words, Words] | None = None
    """The values of all lanes, one after the other, and whose they are, where that is done already."""


@dataclass
class Rows:
    """Results, with the lane that each is of; lanes ascend."""

    lanes: Words
    rows: Words


@dataclass
class Lanes:
    """Values that go through steps together; outside of loops the focus nodes are the lanes."""

    values: Words
    focus_nodes: Words
    """Of the part: outside of loops the lanes themselves."""
    owners: Words | None = None
    """In a loop: the lane outside that each belongs to."""
    wait: Waits = field(default_factory=lambda: NO_WAIT)
    tally: Words | None = None
    found: list[Rows] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.values)

    def of(self, lanes: Words) -> Words:
        """The values of some lanes, or of all."""
        return self.values if len(lanes) == len(self) else frozen(self.values[lanes])

    def focus(self, lanes: Words) -> Words:
        """Those of some lanes."""
        return self.focus_nodes[lanes if self.owners is None else self.owners[lanes]]

    def send(self, lanes: Words, to: int) -> None:
        if len(lanes):
            if not len(self.wait):
                self.wait = np.zeros(len(self), np.int32)
            self.wait[lanes] = to

    def tallies(self) -> Words:
        if self.tally is None:
            self.tally = np.zeros(len(self), np.uint32)
        return self.tally

    def add(self, lanes: Words, op: int, values: Words | int) -> None:
        rows = np.empty((len(lanes), 4), np.uint32)
        rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = op, self.focus(lanes), values, NONE
        self.found.append(Rows(lanes, rows))

    def results(self) -> Rows:
        """All that was found, by lane and step."""
        if not self.found:
            return Rows(NO_LANES, NO_ROWS)
        if len(self.found) == 1:
            return self.found[0]
        lanes = np.concatenate([part.lanes for part in self.found])
        order = np.argsort(lanes, kind="stable")
        return Rows(lanes[order], np.concatenate([part.rows for part in self.found])[order])
