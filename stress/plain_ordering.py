"""What cython_optimizations/ordering.pyx does, in plain Python: to be compared with, in results and in time."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 1e-6


@dataclass
class Question:
    """The arguments of ``ordering.order``; roles by name."""

    ops: list[int]
    roles: list[str]
    costs: list[float]
    chances: list[float]
    calls: list[int]
    called: list[int]
    loads: list[float]
    values: list[float]


Answer = tuple[list[int], list[int], list[int], list[float], list[float]]
Estimate = tuple[float, float]


def order(q: Question) -> Answer:
    plain = _Plain(q)
    for shape in plain.called_first():
        plain.shapes[shape] = plain.shape(shape)
    roots = sorted(range(len(q.loads)), key=lambda shape: (*key(*plain.shapes[shape]), shape))
    numbers = [number for op in range(len(q.roles)) for number in plain.ops[op]]
    return (
        plain.op_order,
        plain.call_order,
        roots,
        numbers,
        [number for shape in range(len(q.loads)) for number in plain.shapes[shape]],
    )


def key(cost: float, chance: float) -> tuple[float, float]:
    return cost / min(max(chance, LEAST), 1 - LEAST), cost


def all_of(chance: float, times: float) -> float:
    if times <= 1:
        return 1 - times * (1 - chance)
    result, left = 1.0, int(min(times, 1e9) + 0.5)
    while left:
        if left & 1:
            result *= chance
        chance *= chance
        left >>= 1
    return result


def in_order(estimates: list[Estimate]) -> Estimate:
    cost, reached = 0.0, 1.0
    for each in estimates:
        cost += reached * each[0]
        reached *= 1 - each[1]
    return cost, 1 - reached


def _in_loop(role: str) -> bool:
    return role not in ("set", "qualified")


class _Plain:
    def __init__(self, q: Question) -> None:
        self.q = q
        self.op_order = [0] * len(q.roles)
        self.call_order = list(range(len(q.called)))
        self.ops: dict[int, Estimate] = {}
        self.shapes: dict[int, Estimate] = {}

    def called_first(self) -> list[int]:
        """Depth first, with a stack of its own."""
        q, done, found = self.q, set[int](), list[int]()
        for root in range(len(q.loads)):
            stack = [(root, False)]
            while stack:
                shape, left = stack.pop()
                if left:
                    found.append(shape)
                elif shape not in done:
                    done.add(shape)
                    stack.append((shape, True))
                    calls = q.called[q.calls[q.ops[shape]] : q.calls[q.ops[shape + 1]]]
                    stack += [(called, False) for called in calls if called not in done]
        return found

    def shape(self, shape: int) -> Estimate:
        q = self.q
        ops = range(q.ops[shape], q.ops[shape + 1])
        for op in ops:
            self.ops[op] = self.op(op)
        loop = [op for op in ops if _in_loop(q.roles[op])]
        loop.sort(key=lambda op: (*key(*self.ops[op]), op))
        units: list[tuple[Estimate, int, list[int]]] = []
        for op in ops:
            if not _in_loop(q.roles[op]):
                cost, chance = self.ops[op]
                units.append(((cost * (q.values[shape] if q.roles[op] == "qualified" else 1), chance), op, [op]))
        if loop:
            cost, one = in_order([self.ops[op] for op in loop])
            chance = 1 - all_of(1 - one, q.values[shape])
            turns = chance / one if one > LEAST and q.values[shape] > 1 else q.values[shape]
            units.append(((cost * turns, chance), ops.stop, loop))
        units.sort(key=lambda unit: (*key(*unit[0]), unit[1]))
        self.op_order[ops.start : ops.stop] = [op for _, _, unit in units for op in unit]
        cost, chance = in_order([estimate for estimate, _, _ in units])
        return cost + q.loads[shape], chance

    def op(self, op: int) -> Estimate:
        q, role = self.q, self.q.roles[op]
        positions = range(q.calls[op], q.calls[op + 1])
        cost, chance = q.costs[op], q.chances[op]
        if role in ("call", "not"):
            called = self.shapes[q.called[positions[0]]]
            cost += called[0]
            follows = 1 - called[1] if role == "not" else called[1]
        elif role in ("and", "or", "xone", "qualified"):
            more, follows = self.branches(role, positions)
            cost += more
        else:
            return cost, chance
        return cost, follows if chance < 0 else chance

    def branches(self, role: str, positions: range) -> Estimate:
        pinned, rest = (positions[:1], positions[1:]) if role == "qualified" else (positions[:0], positions)

        def stops(position: int) -> tuple[float, float, int]:
            cost, chance = self.shapes[self.q.called[position]]
            return *key(cost, chance if role == "and" else 1 - chance), position

        placed = [*pinned, *sorted(rest, key=stops)]
        self.call_order[positions.start : positions.stop] = placed
        cost, reached, none, one = 0.0, 1.0, 1.0, 0.0
        for number, position in enumerate(placed):
            more, chance = self.shapes[self.q.called[position]]
            cost += reached * more
            if number < len(pinned) or role == "and":
                reached *= 1 - chance
            elif role == "xone":
                one, none = one * chance + none * (1 - chance), none * chance
                reached = none + one
            else:
                reached *= chance
        if role == "and":
            return cost, 1 - reached
        return cost, 1 - one if role == "xone" else reached
