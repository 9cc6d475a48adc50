"""A shape over a part of its focus nodes: each step of its plan for all lanes together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cns.runtime import kernels
from cns.runtime.lanes import (
    LITERAL_BIT,
    NO_LANES,
    NO_ROWS,
    NO_WAIT,
    NONE,
    Lanes,
    Lists,
    Rows,
    Shared,
    Waits,
    Words,
    frozen,
)
from cns.runtime.planner import Branch, Loop, Plan, Step
from cython_optimizations import cstructs
from cython_optimizations.columns import ADDRESSES, Checks, Stopped

CODES = {name: code for name, (code, _) in cstructs.INSTRUCTIONS.items()}
PASSES, FAIL, SUBJECTS = ADDRESSES["passes"], ADDRESSES["fail"], ADDRESSES["subjects"]

MOST_PART = 1 << 15
"""So many focus nodes at once: many for each call of a kernel, and few enough for what they look at to stay in the
caches."""
MOST_LANES = 1 << 21
"""So many values of one part are too many, if it has more than one focus node."""
UNKNOWN, CONFORMS, FAILS = np.uint8(0), np.uint8(1), np.uint8(2)
"""What is kept of a verdict."""
DEAD = 2**31 - 1
"""Where a lane waits that has failed in a test."""


class TooMany(Exception):
    """Fewer focus nodes at once are needed."""


def _sum(lists: Lists) -> int:
    return int(lists.counts.sum(dtype=np.int64))


def _not_too_many(total: int, lanes: Lists) -> None:
    if total > MOST_LANES and len(lanes.counts) > 1:
        raise TooMany


class Worker:
    """Evaluates parts, one after the other, in one thread."""

    def __init__(self, shared: Shared, checks: Checks) -> None:
        self.shared, self.checks = shared, checks
        self.stopping = False
        self._scratch = np.empty(0, np.uint32)

    def stop(self) -> None:
        self.stopping = True
        self.checks.stop()

    # ------------------------------------------------------------------ shapes

    def evaluate(self, shape: int, focus: Words, testing: bool) -> tuple[npt.NDArray[np.bool_], Rows]:
        """Which focus nodes fail, and the results; in a test there are no results, else nobody asks who fails."""
        if len(focus) <= MOST_PART:
            try:
                return self._evaluate(shape, focus, testing)
            except TooMany:
                pass
        size = min(MOST_PART, (len(focus) + 1) // 2)
        failed, lanes, rows = [], [], []
        for start in range(0, len(focus), size):
            bad, found = self.evaluate(shape, frozen(focus[start : start + size]), testing)
            failed.append(bad)
            lanes.append(found.lanes + np.uint32(start))
            rows.append(found.rows)
        return np.concatenate(failed), Rows(np.concatenate(lanes), np.concatenate(rows))

    def ask(self, shape: int, memo: int, values: Words) -> npt.NDArray[np.bool_]:
        """Which values do not conform. Where verdicts are kept, each value is looked at once whose verdict is not
        known; what another thread looks at meanwhile comes out the same."""
        if memo == NONE:
            return self.evaluate(shape, values, True)[0]
        verdicts = self.shared.memo(memo)
        places = self.shared.memo_places(values)
        asked = np.flatnonzero(verdicts[places] == UNKNOWN)
        if len(asked):
            unknown, first = np.unique(places[asked], return_index=True)
            failed, _ = self.evaluate(shape, frozen(values[asked[first]]), True)
            verdicts[unknown] = np.where(failed, FAILS, CONFORMS)
        return verdicts[places] == FAILS  # type: ignore[no-any-return]

    def root(self, shape: int, focus: Words, testing: bool) -> tuple[bool, Rows]:
        """Whether all conform, in a test, and the results. What is known to conform has none."""
        memo = self.shared.program.row("shapes", shape)["memo"]
        if memo == NONE:
            failed, found = self.evaluate(shape, focus, testing)
            return not failed.any(), found
        verdicts = self.shared.memo(memo)
        focus = frozen(focus[verdicts[self.shared.memo_places(focus)] != CONFORMS])
        if not len(focus):
            return True, Rows(NO_LANES, NO_ROWS)
        failed, found = self.evaluate(shape, focus, testing)
        if not testing:
            failed[found.lanes] = True
        verdicts[self.shared.memo_places(focus)] = np.where(failed, FAILS, CONFORMS)
        return not failed.any(), found

    def _evaluate(self, shape: int, focus: Words, testing: bool) -> tuple[npt.NDArray[np.bool_], Rows]:
        frame = Frame(self, focus, testing)
        frame.run(self.shared.plans[shape])
        return frame.failed, frame.lanes.results()

    def scratch(self, size: int) -> Words:
        if len(self._scratch) < size:
            self._scratch = np.empty(size, np.uint32)
        return self._scratch

    def found(self, count: int) -> Words:
        """What a kernel has written."""
        if count < 0:
            self.checks.failed()
        return self._scratch[:count].copy()

    def look(self) -> None:
        if self.stopping:
            raise Stopped

    # ------------------------------------------------------------------ values

    def rows_of(
        self, column: int, inverse: bool, values: Words, wait: Waits, at: int, gathers: bool
    ) -> tuple[Lists, int]:
        """The values of a column for each lane, and how many they are; if all are wanted next, they are often gathered
        on the way."""
        shared = self.shared
        index = shared.inverse(column) if inverse else shared.forward(column)
        starts, counts = np.empty(len(values), np.uint32), np.empty(len(values), np.uint32)
        room = min(len(values) * index.each, MOST_LANES) if gathers else 0
        gathered, owners = np.empty(room, np.uint32), np.empty(room, np.uint32)
        total, least, most = kernels.find_rows(
            *(index.bits, index.ranks, index.offsets, index.values),
            *(values, wait, at, starts, counts, gathered, owners),
        )
        source = index.values
        if inverse and len(values) and values.max() >= LITERAL_BIT:
            source = shared.subjects(column)
            total += kernels.find_literal_subjects(
                values, wait, at, self.checks.run, SUBJECTS, column, counts, len(index.values), starts
            )
            least, most, room = 0, NONE, -1
        if len(wait):
            return Lists(source, frozen(starts), frozen(counts)), total
        all_of_them = (frozen(gathered[:total]), owners[:total]) if gathers and total <= room else None
        return Lists(source, frozen(starts), frozen(counts), total, least, most, all_of_them), total

    def gather(self, lists: Lists, wait: Waits, at: int, total: int) -> tuple[Words, Words]:
        """All values of the lanes that are here, and whose they are."""
        values, owners = np.empty(total, np.uint32), np.empty(total, np.uint32)
        kernels.gather(lists.source, lists.starts, lists.counts, wait, at, values, owners)
        return frozen(values), owners

    def path(self, number: int, lists: Lists) -> Lists:
        """A step along a path from sets of values to sets of values."""
        self.look()
        row = self.shared.program.row("paths", number)
        kind, first = row["kind"], row["first"]
        if kind in (cstructs.PATH_PREDICATE, cstructs.PATH_INVERSE):
            return self.predicate(first, kind == cstructs.PATH_INVERSE, lists)
        if kind in (cstructs.PATH_SEQUENCE, cstructs.PATH_ALTERNATIVE):
            children = [int(word) for word in self.shared.list_of("paths", number)]
            if kind == cstructs.PATH_SEQUENCE:
                for child in children:
                    lists = self.path(child, lists)
                return lists
            return self.union([self.path(child, lists) for child in children], lists)
        if kind == cstructs.PATH_ZERO_OR_ONE:
            return self.union([lists, self.path(first, lists)], lists)
        reached = lists if kind == cstructs.PATH_ZERO_OR_MORE else self.path(first, lists)
        return self.closure(first, reached)

    def closure(self, child: int, reached: Lists) -> Lists:
        """Each value is stepped from once, so that loops in the data end."""
        latest = reached
        while latest.counts.any():
            latest = self.new(self.path(child, latest), reached)
            reached = self.join(reached, latest)
        return reached

    def predicate(self, column: int, inverse: bool, lists: Lists) -> Lists:
        flat, _ = self.gather(lists, NO_WAIT, 0, _sum(lists))
        found, total = self.rows_of(column, inverse, flat, NO_WAIT, 0, gathers=True)
        _not_too_many(total, lists)
        values, _ = found.gathered or self.gather(found, NO_WAIT, 0, total)
        starts, counts = np.empty_like(lists.counts), np.empty_like(lists.counts)
        kernels.regroup(found.counts, lists.counts, starts, counts)
        return self.new(Lists(values, frozen(starts), frozen(counts)), None)

    def union(self, parts: list[Lists], lanes: Lists) -> Lists:
        whole = self.nothing(lanes)
        for part in parts:
            whole = self.join(whole, self.new(part, whole))
        return whole

    def nothing(self, lanes: Lists) -> Lists:
        none = frozen(np.zeros(len(lanes.counts), np.uint32))
        return Lists(frozen(np.empty(0, np.uint32)), none, none)

    def new(self, lists: Lists, known: Lists | None) -> Lists:
        """The values that are not known, each once."""
        before = known or self.nothing(lists)
        size = len(lists.counts)
        values = np.empty(_sum(lists), np.uint32)
        starts, counts = np.empty(size, np.uint32), np.empty(size, np.uint32)
        count = kernels.add_new(
            *(lists.source, lists.starts, lists.counts, before.source, before.starts, before.counts),
            *(self.shared.nodes, self.shared.literals, values, starts, counts),
        )
        return Lists(frozen(values[:count]), frozen(starts), frozen(counts))

    def join(self, one: Lists, other: Lists) -> Lists:
        size = len(one.counts)
        total = _sum(one) + _sum(other)
        _not_too_many(total, one)
        values, starts, counts = np.empty(total, np.uint32), np.empty(size, np.uint32), np.empty(size, np.uint32)
        kernels.join(
            one.source, one.starts, one.counts, other.source, other.starts, other.counts, values, starts, counts
        )
        return Lists(frozen(values), frozen(starts), frozen(counts))


class Frame:
    """A shape over the focus nodes of a part."""

    def __init__(self, worker: Worker, focus: Words, testing: bool) -> None:
        self.worker, self.shared, self.testing = worker, worker.shared, testing
        self.lanes = Lanes(focus, focus)
        self.failed = np.zeros(len(focus), np.bool_)
        self.lists = worker.nothing(Lists(focus, focus, focus))

    def run(self, plan: Plan, lanes: Lanes | None = None) -> None:
        lanes = lanes or self.lanes
        at = together = 0
        while at < len(plan):
            step = plan[at]
            self.worker.look()
            if at == together and len(lanes.wait) and lanes.wait.max() <= at:
                lanes.wait = NO_WAIT  # all are here again, which spares them to ask
            if isinstance(step, Step):
                _STEPS[step.name](self, lanes, at, step)
            elif isinstance(step, Branch):
                self.test(lanes, at, step)
            elif isinstance(step, Loop):
                self.loop(at, step)
            elif not len(lanes.wait):  # nobody has ever jumped
                at = step.behind
                continue
            else:
                kernels.pass_by(lanes.wait, at + 1, step.behind)
                together = step.behind
            at += 1

    # ------------------------------------------------------------------ failures

    def here(self, lanes: Lanes, at: int) -> Words:
        if not len(lanes.wait):
            return np.arange(len(lanes), dtype=np.uint32)
        out = self.worker.scratch(len(lanes))
        return self.worker.found(kernels.here(lanes.wait, at, len(lanes), out))

    def die(self, lanes: Lanes, bad: Words) -> None:
        """In a test the verdict of a focus node is clear when one check has failed."""
        if len(bad):
            lanes.send(bad, DEAD)
            if lanes.owners is not None:
                bad = lanes.owners[bad]
                self.lanes.send(bad, DEAD)
            self.failed[bad] = True

    def fail(self, lanes: Lanes, bad: Words, step: Step, value: Words | int) -> None:
        """Lanes that fail a check with one result each."""
        if not len(bad):
            return
        if step.a == NONE:
            lanes.send(bad, step.d)
        elif self.testing:
            self.die(lanes, bad)
        else:
            lanes.add(bad, step.a, value)
            if step.d:
                lanes.send(bad, step.d)

    def fail_value(self, lanes: Lanes, bad: Words, step: Step) -> None:
        self.fail(lanes, bad, step, lanes.values[bad])

    def fail_set(self, lanes: Lanes, bad: Words, step: Step, lists: Lists) -> None:
        """Lanes that fail a check whose results the runtime tells."""
        if not len(bad):
            return
        if self.testing:
            self.die(lanes, bad)
            return
        counts = lists.counts[bad]
        found = self.worker.checks.results(
            *(CODES[step.name], step.a, step.b, step.c),
            *(lanes.focus(bad), lists.source if len(lists.source) else NO_VALUES, lists.starts[bad], counts),
        )
        lanes.found.append(Rows(np.repeat(bad, counts), np.frombuffer(found, np.uint32).reshape(-1, 4)))
        if step.d:
            lanes.send(bad, step.d)

    # ------------------------------------------------------------------ values

    def values_self(self, lanes: Lanes, at: int, step: Step) -> None:
        count = len(lanes)
        self.lists = Lists(lanes.values, frozen(np.arange(count, dtype=np.uint32)), frozen(np.ones(count, np.uint32)))

    def values_column(self, lanes: Lanes, at: int, step: Step) -> None:
        inverse = step.name == "VALUES_INVERSE"
        self.lists, _ = self.worker.rows_of(step.a, inverse, lanes.values, lanes.wait, at, gathers=bool(step.b))

    def values_path(self, lanes: Lanes, at: int, step: Step) -> None:
        """Of all lanes: one that has failed costs some time, and nothing else."""
        self.values_self(lanes, at, step)
        self.lists = self.worker.path(step.a, self.lists)

    # ------------------------------------------------------------------ loops and calls

    def loop(self, at: int, loop: Loop) -> None:
        outside, lists = self.lanes, self.lists
        gathered = None if len(outside.wait) else lists.gathered  # lanes that jump now have no values
        if loop.if_empty and not lists.least:
            empty = self.worker.scratch(len(outside))
            bad = self.worker.found(kernels.fails_count(lists.counts, outside.wait, at, 1, NONE, empty))
            outside.send(bad, loop.if_empty)
        if len(outside.wait) or lists.total is None:
            total = kernels.present(lists.counts, outside.wait, at)
        else:
            total = lists.total
        _not_too_many(total, lists)
        values, owners = gathered or self.worker.gather(lists, outside.wait, at, total)
        lanes = Lanes(values, outside.focus_nodes, owners)
        if total:
            self.run(loop.steps, lanes)
        if loop.tallies and lanes.tally is not None:
            sums = outside.tallies()
            kernels.sum_tallies(lanes.tally, owners, sums)
            if loop.leave_at:
                np.minimum(sums, np.uint32(loop.leave_at), out=sums)
        found = lanes.results()
        if len(found.lanes):
            outside.found.append(Rows(owners[found.lanes], found.rows))

    def test(self, lanes: Lanes, at: int, step: Branch) -> None:
        present = self.here(lanes, at)
        if len(present):
            failed = self.worker.ask(step.shape, step.memo, lanes.of(present))
            lanes.send(present[~failed if step.if_conforms else failed], step.to)

    def call(self, lanes: Lanes, at: int, step: Step) -> None:
        present = self.here(lanes, at)
        if not len(present):
            return
        failed, found = self.worker.evaluate(step.a, lanes.of(present), self.testing)
        if self.testing:
            self.die(lanes, present[failed])
        elif len(found.lanes):
            lanes.found.append(Rows(present[found.lanes], found.rows))

    # ------------------------------------------------------------------ jumps and tallies

    def jump(self, lanes: Lanes, at: int, step: Step) -> None:
        lanes.send(self.here(lanes, at), step.a)

    def jump_tally(self, lanes: Lanes, at: int, step: Step) -> None:
        if step.a != NONE:  # else the loop ends, for which its sum is bounded
            present = self.here(lanes, at)
            lanes.send(present[lanes.tallies()[present] >= step.b], step.a)

    def tally_clear(self, lanes: Lanes, at: int, step: Step) -> None:
        lanes.tallies()[self.here(lanes, at)] = 0

    def tally(self, lanes: Lanes, at: int, step: Step) -> None:
        lanes.tallies()[self.here(lanes, at)] += np.uint32(1)

    def fail_unless_one(self, lanes: Lanes, at: int, step: Step) -> None:
        present = self.here(lanes, at)
        self.fail_value(lanes, present[lanes.tallies()[present] != 1], step)

    def check_tally(self, lanes: Lanes, at: int, step: Step) -> None:
        present = self.here(lanes, at)
        tally = lanes.tallies()[present]
        self.fail(lanes, present[tally < step.b if step.name == "MIN_TALLY" else tally > step.b], step, NONE)

    def fail_all(self, lanes: Lanes, at: int, step: Step) -> None:
        self.fail_value(lanes, self.here(lanes, at), step)

    # ------------------------------------------------------------------ checks of a value

    def value_check(self, lanes: Lanes, at: int, step: Step) -> None:
        check, operands = _VALUE_CHECKS[step.name](self, step)
        out = self.worker.scratch(len(lanes))
        bad = self.worker.found(check(lanes.values, lanes.wait, at, *operands, out))
        self.fail_value(lanes, bad, step)

    def fits(self, lanes: Lanes, at: int, step: Step) -> None:
        operands = (step.a, self.shared.fit(step.a), *self.keys, self.shared.literals, *self.asking)
        out = self.worker.scratch(len(lanes))
        bad = self.worker.found(kernels.fails_fits(lanes.values, lanes.wait, at, *operands, out))
        lanes.send(bad, step.d)

    @property
    def asking(self) -> tuple[int, int]:
        return self.worker.checks.run, PASSES

    @property
    def keys(self) -> tuple[Any, Any, Any]:
        return self.shared.forms, self.shared.majors, self.shared.minors

    def node_kind(self, step: Step) -> Any:
        return kernels.fails_node_kind, (step.b, self.shared.nodes)

    def datatype(self, step: Step) -> Any:
        return kernels.fails_datatype, (step.b, self.shared.literals, *self.asking)

    def class_(self, step: Step) -> Any:
        shared = self.shared
        return kernels.fails_class, (step.b, shared.type_sets, shared.class_bits, shared.class_words)

    def range(self, step: Step) -> Any:
        return kernels.fails_range, (step.b, step.c, *self.keys, self.shared.literals, *self.asking)

    def min_length(self, step: Step) -> Any:
        return kernels.fails_length, (step.b, NONE, self.shared.nodes, self.shared.literals)

    def max_length(self, step: Step) -> Any:
        return kernels.fails_length, (0, step.b, self.shared.nodes, self.shared.literals)

    def pattern(self, step: Step) -> Any:
        machine = self.shared.dfa(step.b)
        if machine is None:
            return self.by_asking(step)
        return kernels.fails_pattern, (*machine, self.shared.nodes, self.shared.literals)

    def by_asking(self, step: Step) -> Any:
        return kernels.fails_by_asking, (CODES[step.name], step.b, step.c, *self.asking)

    def language_in(self, step: Step) -> Any:
        return kernels.fails_language_in, (*self.shared.languages(step.b), self.shared.nodes, self.shared.literals)

    def in_(self, step: Step) -> Any:
        shared = self.shared
        row = shared.program.row("value_sets", step.b)
        if row["keys"]:
            return self.by_asking(step)
        words = shared.list_of("value_sets", step.b)
        terms = (shared.node_terms, shared.constant_slots, shared.nodes, shared.literals)
        return kernels.fails_in, (words, row["low"], row["span"], *terms)

    def closed(self, lanes: Lanes, at: int, step: Step) -> None:
        shared, index = self.shared, self.shared.node_columns
        allowed = shared.list_of("closed_lists", step.b)
        out = self.worker.scratch(len(lanes))
        bad = self.worker.found(
            kernels.fails_closed(
                *(lanes.values, lanes.wait, at, allowed),
                *(index.bits, index.ranks, index.offsets, index.values, shared.rest.bits, out),
            )
        )
        each = frozen(np.arange(len(lanes), dtype=np.uint32))
        self.fail_set(lanes, bad, step, Lists(lanes.values, each, np.ones(len(lanes), np.uint32)))

    # ------------------------------------------------------------------ checks of all values

    def counted(self, lanes: Lanes, at: int, least: int, most: int) -> Words:
        if least <= self.lists.least and self.lists.most <= most:
            return NO_LANES
        out = self.worker.scratch(len(lanes))
        return self.worker.found(kernels.fails_count(self.lists.counts, lanes.wait, at, least, most, out))

    def min_count(self, lanes: Lanes, at: int, step: Step) -> None:
        self.fail(lanes, self.counted(lanes, at, step.b, 1 << 32), step, NONE)

    def max_count(self, lanes: Lanes, at: int, step: Step) -> None:
        self.fail(lanes, self.counted(lanes, at, 0, step.b), step, NONE)

    def count(self, lanes: Lanes, at: int, step: Step) -> None:
        few, many = self.counted(lanes, at, step.b, 1 << 32), self.counted(lanes, at, 0, step.c)
        self.fail(lanes, few, Step("COUNT", step.a), NONE)
        self.fail(lanes, many, Step("COUNT", step.d), NONE)

    def set_check(self, lanes: Lanes, at: int, step: Step) -> None:
        shared, lists = self.shared, self.lists
        run, out = self.worker.checks.run, self.worker.scratch(len(lanes))
        values = (lists.source, lists.starts, lists.counts, lanes.wait, at)
        if step.name == "HAS_VALUE":
            bad = self.worker.found(kernels.fails_has_value(*values, step.b, shared.nodes, shared.literals, out))
            self.fail(lanes, bad, step, NONE)
            return
        if step.name == "UNIQUE_LANG":
            count = kernels.fails_unique_lang(*values, lanes.values, shared.nodes, shared.literals, run, FAIL, out)
        else:
            index = shared.forward(step.b)
            others = (step.b, index.bits, index.ranks, index.offsets, index.values)
            if step.name == "COMPARE":
                count = kernels.fails_compare(*values, lanes.values, step.c, *others, shared.literals, run, FAIL, out)
            else:
                terms = (shared.nodes, shared.literals)
                count = kernels.fails_pairs(
                    *values, lanes.values, step.name == "EQUALS", *others, *terms, run, FAIL, out
                )
        self.fail_set(lanes, self.worker.found(count), step, lists)


NO_VALUES: Words = frozen(np.zeros(1, np.uint32))
"""What is pointed into where there are no values."""

_VALUE_CHECKS: dict[str, Callable[[Frame, Step], Any]] = {
    "NODE_KIND": Frame.node_kind,
    "DATATYPE": Frame.datatype,
    "CLASS": Frame.class_,
    "RANGE": Frame.range,
    "MIN_LENGTH": Frame.min_length,
    "MAX_LENGTH": Frame.max_length,
    "PATTERN": Frame.pattern,
    "LANGUAGE_IN": Frame.language_in,
    "IN": Frame.in_,
}
_STEPS: dict[str, Callable[[Frame, Lanes, int, Step], None]] = {
    **dict.fromkeys(_VALUE_CHECKS, Frame.value_check),
    **dict.fromkeys(("HAS_VALUE", "UNIQUE_LANG", "EQUALS", "DISJOINT", "COMPARE"), Frame.set_check),
    **dict.fromkeys(("MIN_TALLY", "MAX_TALLY"), Frame.check_tally),
    **dict.fromkeys(("VALUES_FORWARD", "VALUES_INVERSE"), Frame.values_column),
    "VALUES_SELF": Frame.values_self,
    "VALUES_PATH": Frame.values_path,
    "FITS": Frame.fits,
    "CLOSED": Frame.closed,
    "MIN_COUNT": Frame.min_count,
    "MAX_COUNT": Frame.max_count,
    "COUNT": Frame.count,
    "CALL": Frame.call,
    "JUMP": Frame.jump,
    "JUMP_TALLY": Frame.jump_tally,
    "TALLY_CLEAR": Frame.tally_clear,
    "TALLY": Frame.tally,
    "FAIL": Frame.fail_all,
    "FAIL_UNLESS_ONE": Frame.fail_unless_one,
}
