"""What ordering costs, and what it gives.

python -m stress.ordering              # time for 10 … 100,000 checks, beside plain Python; checks made until a verdict
python -m stress.ordering --most 10000
"""

from __future__ import annotations

import argparse
import random
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cns.codegen.lower import lower
from cns.ir.types import ProgramIR
from cns.options import CompileOptions, ReadOptions
from cns.passes.order import order
from cns.pipeline import build_ir, learn_profile, read
from cns.runtime import engines
from cython_optimizations import cstructs, ordering, vm

from . import university
from .plain_ordering import Question, key
from .plain_ordering import order as plain_order

# ---------------------------------------------------------------------- time


def question(op_count: int, ops_a_shape: int, seed: int) -> Question:
    """Shapes of so many checks, of which one in ten calls later shapes."""
    chance = random.Random(seed)
    shapes = max(1, op_count // ops_a_shape)
    q = Question([0], [], [], [], [0], [], [1.0] * shapes, [1.0] * shapes)
    for shape in range(shapes):
        for _ in range(ops_a_shape):
            calls = shape + 1 < shapes and chance.random() < 0.1
            q.roles.append(chance.choice(["call", "and", "or"]) if calls else chance.choice(["set", "value", "value"]))
            q.costs.append(float(chance.randrange(1, 500)))
            q.chances.append(-1.0 if calls else chance.random() / 10)
            if calls:
                later = range(shape + 1, min(shapes, shape + 50))
                q.called += [chance.choice(later) for _ in range(1 if q.roles[-1] == "call" else 3)]
            q.calls.append(len(q.called))
        q.ops.append(len(q.roles))
    return q


def arrays(q: Question) -> tuple[Any, ...]:
    roles = array("B", [ordering.ROLES[role] for role in q.roles])
    numbers = array("d", q.costs), array("d", q.chances)
    calls = array("I", q.calls), array("I", q.called)
    return array("I", q.ops), roles, *numbers, *calls, array("d", q.loads), array("d", q.values)


def inserted(q: Question) -> list[int]:
    """One shape of value checks, each put in its place among those before it."""
    placed: list[tuple[tuple[float, float], int]] = []
    for op, (cost, chance) in enumerate(zip(q.costs, q.chances, strict=True)):
        item = key(cost, chance), op
        at = len(placed)
        while at and placed[at - 1] > item:
            at -= 1
        placed.insert(at, item)
    return [op for _, op in placed]


def timed(call: Callable[[], Any], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def times(most: int) -> None:
    print(
        f"{'checks':>8}{'in shapes of':>14}{'µs':>12}{'growth':>8}{'plain Python':>16}{'ratio':>8}{'by insertion':>22}"
    )
    for one_shape in (False, True):
        before, count = 0.0, 10
        while count <= most:
            q = question(count, count if one_shape else 10, count)
            given = arrays(q)
            answer = ordering.order(*given)
            if tuple(list(part) for part in answer) != plain_order(q):
                raise SystemExit("plain Python gives another order: no times")
            rounds = max(3, 20_000 // count)
            ours, plain = (
                timed(partial(ordering.order, *given), rounds),
                timed(partial(plain_order, q), min(rounds, 20)),
            )
            line = f"{count:>8,}{count if one_shape else 10:>14,}{ours * 1e6:>12,.1f}"
            line += f"{ours / before:>8.1f}" if before else " " * 8
            line += f"{plain * 1e6:>13,.0f} µs{plain / ours:>8,.0f}"
            if one_shape and count <= 10_000:
                values = Question(q.ops, ["value"] * count, q.costs, q.chances, q.calls, q.called, q.loads, q.values)
                if inserted(values) != list(ordering.order(*arrays(values))[0]):
                    raise SystemExit("insertion gives another order: no times")
                line += f"{timed(partial(inserted, values), 1) * 1e6:>19,.0f} µs"
            print(line, flush=True)
            before, count = ours, count * 10


# ---------------------------------------------------------------------- checks until the verdict

LOGIC = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ub: <http://swat.cse.lehigh.edu/onto/univ-bench.owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix s: <http://example.org/shapes#> .
s:Any a sh:NodeShape ; sh:targetSubjectsOf ub:name ;
    sh:or ( [ sh:property [ sh:path ub:publicationDate ; sh:minCount 1 ; sh:pattern "^[0-9-]+$" ] ]
            [ sh:class ub:University ] [ sh:class ub:Department ] [ sh:class ub:Course ]
            [ sh:property [ sh:path ub:emailAddress ; sh:pattern "@" ; sh:minCount 1 ] ] ) ;
    sh:xone ( [ sh:class ub:Organization ] [ sh:class ub:Publication ] [ sh:class ub:Course ] [ sh:class ub:Person ] ) ;
    sh:property [ sh:path ub:takesCourse ; sh:qualifiedMinCount 0 ; sh:qualifiedMaxCount 4 ;
                  sh:qualifiedValueShape [ sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class ub:Course ] ) ] ] .
"""
NTRIPLES = ReadOptions(format="nt")
CORPORA = {"university": university.SHAPES, "logic": LOGIC}
CHECKS = frozenset(
    code
    for name, (code, letters) in cstructs.INSTRUCTIONS.items()
    if letters[0] in "oqw" and not name.startswith("FAIL")
) | {cstructs.INSTRUCTIONS[name][0] for name in ("TEST", "ASK")}


@dataclass
class Cost:
    checks: int = 0
    seconds: float = 0.0


def verdict(ir: ProgramIR, data: bytes, cost: Cost, *, from_counts: bool) -> bool:
    """The verdict; what it took is added to the cost. ``from_counts``: the order of the roots is the data's."""
    program = lower(ir)
    store = read(engines.load_program(program.to_bytes()), data, NTRIPLES).store
    order_of_roots = store.verdict_roots if from_counts else store.program.verdict_roots
    roots = [(shape, None) for shape in order_of_roots()]
    counts = engines.no_counts(store.program)
    conforms, _ = vm.run(store, roots, True, counts=counts)
    codes = program.tables["code"][:: len(cstructs.SECTIONS["code"])]
    cost.checks += sum(count for code, count in zip(codes, counts, strict=False) if code in CHECKS)
    cost.seconds += timed(lambda: vm.run(store, [(shape, None) for shape in order_of_roots()], True), 5)
    return conforms


def data_of(errors: float, seed: int, *, lost: bool) -> bytes:
    """With a share of wrong values, or with as many triples lost, types excepted."""
    if not lost:
        return "".join(university.triples(20_000, errors=errors, seed=seed)).encode()
    chance = random.Random(seed)
    lines = university.triples(20_000, errors=0.0, seed=seed)
    return "".join(line for line in lines if university.RDF_TYPE in line or chance.random() >= errors).encode()


def verdicts(sets: int) -> None:
    print(f"\nchecks made until the verdict, and milliseconds for it, over {sets} data sets of 20,000 triples")
    print(f"{'shapes':12}{'errors':>8}{'':5}{'as written':>22}{'by cost':>22}{'by profile':>22}{'from counts':>22}")
    options = CompileOptions(cache=False)
    faults = [(errors, lost) for errors in (0.0, 0.0001, 0.001, 0.01) for lost in (False, True) if errors or not lost]
    for errors, lost in faults:
        sample = data_of(errors, 99, lost=lost)
        data_sets = [data_of(errors, seed, lost=lost) for seed in range(sets)]
        for name, shapes in CORPORA.items():
            ir, _, _ = build_ir(university.ONTOLOGY, shapes, options)
            profile = learn_profile(university.ONTOLOGY, shapes, options, sample, NTRIPLES)
            by_cost = order(ir).ir
            programs = [(ir, False), (by_cost, False), (order(ir, profile).ir, False), (by_cost, True)]
            costs = [Cost() for _ in programs]
            for data in data_sets:
                found = [
                    verdict(program, data, cost, from_counts=counted)
                    for (program, counted), cost in zip(programs, costs, strict=True)
                ]
                if len(set(found)) != 1:
                    raise SystemExit("the order changes the verdict: no figures")
            cells = (f"{cost.checks:>13,}{cost.seconds * 1e3:>9.2f}" for cost in costs)
            print(f"{name:12}{errors:>8.2%}{' lost' if lost else '':5}" + "".join(cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="What ordering costs, and what it gives.")
    parser.add_argument("--most", type=int, default=100_000, help="checks to order")
    parser.add_argument("--sets", type=int, default=20, help="data sets")
    options = parser.parse_args()
    times(options.most)
    verdicts(options.sets)


if __name__ == "__main__":
    main()
