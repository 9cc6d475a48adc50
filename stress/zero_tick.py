"""What the optimiser's passes leave to be done: checks made with them and without, by what decided them; and the time
of a run.

python -m stress.zero_tick                  # every corpus of stress.corpora
python -m stress.zero_tick --triples 20000

"naive" are the checks that the bytecode engine makes when no pass has run: each check, for each value or focus node
that it comes to. (A property shape is no check; and/or/not/xone/node are.) "made" are those with all passes. What is
saved is split by why:

  constant       decided when compiled, for every value
  implied        another check of the same values passed, and that was enough
  contradictory  known to fail: one instruction that says so
  fused          done by an instruction that was executed anyway
  known          of a value whose verdict was found out before
  not reached    would have been made by a check that was decided
  counts         decided before the run by what the data's columns hold; the looks at columns that this takes are no
                 checks of a node, but their time is part of the run's
"""

from __future__ import annotations

import argparse
import time
import warnings
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from cns.codegen.lower import lower
from cns.codegen.program import Program
from cns.codegen.regex import compile_pattern
from cns.ir.types import Op, OpKind, ProgramIR, Verdict
from cns.options import CompileOptions, ReadOptions
from cns.passes import line
from cns.passes.kinds import LOGIC
from cns.pipeline import build_ir, order_ir, read
from cns.runtime import engines
from cython_optimizations import cstructs, vm
from cython_optimizations.store import Store
from stress.corpora import CORPORA, Corpus

REASONS = ("constant", "implied", "contradictory", "fused", "known", "not reached", "counts")
_WIDTH = len(cstructs.SECTIONS["code"])
_CHECKS = {
    code: name
    for name, (code, letters) in cstructs.INSTRUCTIONS.items()
    if letters[0] in "oqw" and name not in ("FAIL", "FAIL_UNLESS_ONE")
}


@dataclass(frozen=True)
class Run:
    program: Program
    store: Store
    counts: array[int]
    found: Counter[tuple[str, str, str]]


def run(ir: ProgramIR, data: bytes) -> Run:
    program = lower(ir)
    store = read(engines.load_program(program.to_bytes()), data, ReadOptions(format="nt")).store
    _, hits = vm.run(store, engines.all_roots(store, verdict_only=False))
    found = Counter(
        (
            program.text(program.row("ops", op)["component"]),
            hits.ntriples(focus),
            str(value != cstructs.NONE and hits.ntriples(value)),
        )
        for op, focus, value, _ in hits
    )
    return Run(program, store, engines.count(store), found)


def made(ir: ProgramIR, one: Run) -> int:
    """Instructions that check something, executed; and logic that is neither decided nor one of them."""
    code = one.program.tables["code"]
    checks = sum(one.counts[pc] for pc in range(len(code) // _WIDTH) if code[pc * _WIDTH] in _CHECKS)
    return checks + sum(_starts(one, op) for op in ir.ops if op.kind in LOGIC)


def _starts(one: Run, op: Op) -> int:
    """How often the op was begun with; ops that have no code never are."""
    return one.counts[start] if (start := one.program.row("ops", op.id)["code"]) != cstructs.NONE else 0


def reason(op: Op) -> str:
    if op.decision.verdict is Verdict.HOLDS:
        return "constant"
    if op.decision.verdict is Verdict.GUARDED:
        return "implied"
    if op.decision.verdict is Verdict.FAILS:
        return "contradictory"
    if op.fused >= 0 and (op.fused != op.id or op.kind is OpKind.MIN_COUNT):
        return "fused"
    return "not reached"


def saved(ir: ProgramIR, naive: Run, now: Run) -> Counter[str]:
    """By reason. Both programs number their ops alike."""
    by_op: Counter[int] = Counter()
    code = now.program.tables["code"]
    for pc in range(len(code) // _WIDTH):
        if _CHECKS.get(code[pc * _WIDTH]) not in (None, "FITS") and code[pc * _WIDTH + 1] != cstructs.NONE:
            by_op[code[pc * _WIDTH + 1]] += now.counts[pc]
    why: Counter[str] = Counter()
    for op in ir.ops:
        before = _starts(naive, op) if op.kind is not OpKind.PROPERTY else 0
        if reason(op) != "not reached":
            why[reason(op)] += max(0, before - by_op[op.id])
    return why


def fastest(what: Callable[[], object], repeats: int) -> float:
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        what()
        best = min(best, time.process_time() - started)
    return best


def measure(name: str, corpus: Corpus, repeats: int) -> None:
    ontology, shapes, text = corpus
    options = CompileOptions(cache=False, meta_shacl=False, ignore_unsupported=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        built = order_ir(build_ir(ontology or None, shapes, options)[0]).ir
    numbered = tuple(name for name in line.NAMES if name != "shake")  # which would number the checks anew
    forgetful, _ = line.run(built, compile_pattern, [name for name in numbered if name != "remember"])
    ir, _ = line.run(built, compile_pattern, numbered)
    compiled = replace(ir, counts=False)  # what is decided when the shapes are compiled, and no more
    unasked = replace(forgetful, counts=False)
    naive, asked, then, now = (run(one, text.encode()) for one in (built, unasked, compiled, ir))
    if not naive.found == asked.found == then.found == now.found:
        raise SystemExit(f"{name}: the results differ, no figures")
    before, after = made(built, naive), made(ir, now)
    why = saved(unasked, naive, asked)
    why["known"] = made(unasked, asked) - made(compiled, then)
    why["counts"] = made(compiled, then) - after
    why["not reached"] = before - after - sum(why.values())
    runs = naive, asked, then, now
    times = [float("inf")] * len(runs)
    for _ in range(repeats):  # turn about, so that all see the same machine
        for i, one in enumerate(runs):
            times[i] = min(
                times[i], fastest(partial(vm.run, one.store, engines.all_roots(one.store, verdict_only=False)), 1)
            )
    print(f"{name:16}{len(built.shapes):>7,}{before:>12,}{after:>12,}{1 - after / before:>8.1%}", end="")
    print("".join(f"{why[reason] / before:>15.1%}" for reason in REASONS), end="")
    print("".join(f"{1e3 * seconds:>11.2f}" for seconds in times), end="")
    print(f"{times[0] / times[-1]:>7.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks and time, with the passes and without.")
    parser.add_argument("--triples", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    print(f"{'':16}{'shapes':>7}{'naive':>12}{'made':>12}{'saved':>8}", end="")
    print(
        "".join(f"{reason:>15}" for reason in REASONS)
        + "".join(f"{column:>11}" for column in ("ms without", "decided", "and known", "all"))
        + f"{'ratio':>7}"
    )
    for name, make in CORPORA.items():
        measure(name, make(options.triples), options.repeats)


if __name__ == "__main__":
    main()
