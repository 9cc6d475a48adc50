"""The bytecode engine: it can be interrupted and resumed, run over given nodes, and nested as deeply as it says."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from array import array
from functools import partial

import pytest

import cns
from cns.codegen.program import Program as Tables
from cns.errors import CnsError
from cython_optimizations import cstructs, vm
from cython_optimizations.store import BadProgram, Program, Store
from tests.cython_optimizations.helpers import EX, RDF_TYPE, SH, program_of, read, roots, run, tables_of, triples
from tests.cython_optimizations.rich import DATA, SHAPES

SIMPLE = (
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:nodeKind sh:BlankNode ;"
    " sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."
)
SIMPLE_DATA = triples([(f"<{EX}n{i}>", f"<{EX}p>", f'"{j}"') for i in range(20) for j in range(i % 3 + 1)])


# ---------------------------------------------------------------------- stopping and going on


@pytest.mark.parametrize("budget", [1, 2, 3, 7, 64, 1000, 2**63])
def test_results_do_not_depend_on_the_budget(budget: int) -> None:
    store = read(SHAPES, DATA)
    conforms, hits = run(store)
    again, same = run(store, budget=budget)
    assert len(hits) > 500
    assert (again, list(same)) == (conforms, list(hits))
    assert run(store, budget=budget, verdict_only=True)[0] is conforms


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="budget"):
        run(read(SIMPLE, SIMPLE_DATA), budget=0)


# Each would take minutes: many short checks, one long path, one long comparison.
LONG = {
    "shapes": (
        "ex:S40 sh:nodeKind sh:IRI . ex:S0 sh:targetNode ex:a . "
        + " ".join(f"ex:S{i} sh:and ( ex:S{i + 1} [ sh:node ex:S{i + 1} ] ) ." for i in range(40)),
        "",
    ),
    "path": (
        "ex:S sh:targetNode ex:n0 ; sh:property [ sh:path [ sh:zeroOrMorePath ( ex:p [ sh:zeroOrMorePath ex:r ] ) ] ;"
        " sh:maxCount 0 ] .",
        "''.join(f'<{E}n{i}> <{E}p> <{E}n{i + 1}> .\\n<{E}n{i}> <{E}r> <{E}hub> .\\n<{E}hub> <{E}r> <{E}x{i}> .\\n'"
        " for E in ['http://example.org/'] for i in range(100000))",
    ),
    "comparison": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] .",
        "''.join(f'<{E}a> <{E}{\"pq\"[i % 2]}> \"{i % 2}{i}\" .\\n'"
        " for E in ['http://example.org/'] for i in range(200000))",
    ),
}


@pytest.mark.parametrize(("shapes", "data"), LONG.values(), ids=LONG)
def test_a_long_run_is_interrupted_at_once(shapes: str, data: str) -> None:
    script = f"""
        from tests.cython_optimizations.helpers import read, run
        store = read({shapes!r}, {data or "''"}, passes=())
        print("ready", flush=True)
        try:
            run(store)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        else:
            print("finished", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    # A shell that runs the tests in the background makes its children deaf to Ctrl-C.
    hear = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=hear) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        try:
            rest, _ = process.communicate(timeout=60)  # left alone it would run for years
        finally:
            process.kill()
        assert rest == "interrupted\n"


def test_several_threads_may_run_over_one_store() -> None:
    store = read(SHAPES, DATA)
    wanted = list(run(store)[1])
    made: list[bool] = []
    threads = [threading.Thread(target=lambda: made.append(list(run(store, budget=50)[1]) == wanted)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [True] * 8


def test_closed_shapes_tell_a_thousand_sets_of_predicates_apart() -> None:
    """More than are remembered, seen by several shapes, some of them with predicates that no shape names."""
    choice = random.Random(5)
    predicates = [f"p{i}" for i in range(10)]
    allowed = {f"S{i}": set(choice.sample(predicates, 8 - i)) for i in range(3)} | {"S3": set()}
    shapes = "".join(
        f"ex:{name} sh:targetSubjectsOf ex:t ; sh:closed true ;"
        f" sh:ignoredProperties ( ex:t {' '.join('ex:' + p for p in sorted(known))} ) .\n"
        for name, known in allowed.items()
    )
    has = {f"n{i}": set(choice.sample([*predicates, "x"], choice.randrange(6))) for i in range(4000)}
    store = read(shapes, triples([(f"<{EX}{n}>", f"<{EX}{p}>", '"1"') for n, own in has.items() for p in [*own, "t"]]))
    wanted = sum(len(own - known) for own in has.values() for known in allowed.values())
    conforms, hits = run(store)
    assert (conforms, len(hits)) == (False, wanted)
    bad = {n for n, own in has.items() if own - allowed["S0"]}
    assert {store.find(EX + n) for n in bad} == {hit[1] for hit in vm.run(store, [(0, None)])[1]}


# ---------------------------------------------------------------------- what is run over what


def test_nothing_runs_before_the_index() -> None:
    store = Store(program_of(SIMPLE))
    store.read(SIMPLE_DATA.encode(), "nt")
    with pytest.raises(RuntimeError, match="not indexed"):
        vm.run(store, roots(store))


def test_focus_nodes_that_are_given_replace_the_targets() -> None:
    store = read(SIMPLE, SIMPLE_DATA)
    node = store.find(EX + "n2")
    assert node is not None
    literal = 0x80000000
    _, hits = vm.run(store, [(0, array("I", [node, literal, node]))])
    assert [hit[1] for hit in hits] == [node, node, literal, node, node]
    assert vm.run(store, [(0, array("I"))])[0] is True
    assert vm.run(store, [])[0] is True
    assert len(vm.run(store, [(0, None), (0, None)])[1]) == 2 * len(run(store)[1])


def test_focus_nodes_that_are_not_there_are_refused() -> None:
    store = read(SIMPLE, SIMPLE_DATA)
    for value in (store.node_count, 2**31 - 1, 2**31 + store.literal_count, 2**32 - 1):
        with pytest.raises(IndexError):
            vm.run(store, [(0, array("I", [0, value]))])
    for shape in (-1, store.program.shape_count, 2**31):
        with pytest.raises(IndexError):
            vm.run(store, [(shape, None)])
    with pytest.raises(ValueError, match="Buffer"):
        vm.run(store, [(0, array("Q", [0]))])


@pytest.mark.parametrize("data", [DATA, "", SIMPLE_DATA, f"<{EX}n1> {RDF_TYPE} <{EX}Person> ."])
@pytest.mark.parametrize("shapes", [SHAPES, SIMPLE, "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI ."])
def test_the_verdict_alone_is_the_same_verdict(shapes: str, data: str) -> None:
    store = read(shapes, data)
    conforms, hits = run(store)
    verdict, none = run(store, verdict_only=True)
    assert conforms is verdict is (len(hits) == 0)
    assert len(none) == 0
    for root in roots(store):
        conforms, hits = vm.run(store, [root])
        assert vm.run(store, [root], True)[0] is conforms is (len(hits) == 0)


# ---------------------------------------------------------------------- how deep

DEEPEST = 4096
SEQUENCE, ALTERNATIVE = 2, 3  # CnsPathKind


def chain(length: int, properties: tuple[str, ...]) -> bytes:
    """Shapes that call each other in a row; the last one wants a literal."""
    lines = [f"<{EX}S0> <{SH}targetNode> <{EX}a> ."]
    lines += [f"<{EX}S{i}> <{SH}{properties[i % len(properties)]}> <{EX}S{i + 1}> ." for i in range(length - 1)]
    lines += [f"<{EX}S{i}> {RDF_TYPE} <{SH}NodeShape> ." for i in range(length)]
    lines.append(f"<{EX}S{length - 1}> <{SH}nodeKind> <{SH}Literal> .")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("properties", [("node",), ("not",), ("node", "not")], ids="-".join)
@pytest.mark.parametrize("length", [4000, DEEPEST])
def test_shapes_may_be_nested_thousands_deep(length: int, properties: tuple[str, ...]) -> None:
    report = cns.compile(chain(length, properties), format="nt", cache=False).validate(b"", format="nt")
    negations = sum(properties[i % len(properties)] == "not" for i in range(length - 1))
    assert report.conforms is (negations % 2 == 1)


@pytest.mark.parametrize("length", [DEEPEST + 1, 2 * DEEPEST])
def test_shapes_nested_deeper_are_refused(length: int) -> None:
    with pytest.raises(CnsError, match=f"nested more than {DEEPEST} deep"):
        cns.compile(chain(length, ("node", "not")), format="nt", cache=False)


def nested_path(depth: int) -> bytes:
    """A path in a path in a path ... each one-or-more, sequence, alternative or zero-or-one of the next."""
    first, rest, nil = (f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("first", "rest", "nil"))
    lines = [
        f"<{EX}S> <{SH}targetNode> <{EX}n0> .",
        f"<{EX}S> <{SH}property> <{EX}P> .",
        f"<{EX}P> <{SH}path> _:p0 .",
        f'<{EX}P> <{SH}maxCount> "0"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ]
    for i in range(depth - 1):
        inner = f"_:p{i + 1}" if i < depth - 2 else f"<{EX}p>"
        if i % 20 == 0:
            lines.append(f"_:p{i} <{SH}oneOrMorePath> {inner} .")
        elif i % 3 == 1:
            lines += [
                f"_:p{i} {first} {inner} .",
                f"_:p{i} {rest} _:l{i} .",
                f"_:l{i} {first} <{EX}q> .",
                f"_:l{i} {rest} {nil} .",
            ]
        elif i % 3 == 2:
            lines += [f"_:p{i} <{SH}alternativePath> _:l{i} .", f"_:l{i} {first} {inner} .", f"_:l{i} {rest} _:m{i} ."]
            lines += [f"_:m{i} {first} <{EX}p> .", f"_:m{i} {rest} {nil} ."]
        else:
            lines.append(f"_:p{i} <{SH}zeroOrOnePath> {inner} .")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("depth", [10, 99])
def test_paths_may_be_nested(depth: int) -> None:
    validator = cns.compile(nested_path(depth), format="nt", cache=False)
    data = triples([(f"<{EX}n{i}>", f"<{EX}{p}>", f"<{EX}n{(i + 1) % 5}>") for i in range(5) for p in "pq"])
    report = validator.validate(data.encode(), format="nt")
    assert [str(result.focus) for result in report] == [EX + "n0"]


def test_paths_nested_deeper_are_refused() -> None:
    with pytest.raises(CnsError, match="nested"):
        cns.compile(nested_path(300), format="nt", cache=False)


ONE_PATH = "ex:S sh:targetNode ex:n0 ; sh:property [ sh:path ( ex:p ex:p ) ; sh:maxCount 0 ] ."


def with_path(rows: list[tuple[int, list[int]]]) -> bytes:
    """A program whose one path is the last of these, put behind the one it has: (kind, children) by number."""
    tables = tables_of(ONE_PATH)
    paths, pool, code = (array("I", tables.tables[name]) for name in ("paths", "pool", "code"))
    for kind, children in rows:
        paths.extend((kind, len(pool), len(children)) if kind in (SEQUENCE, ALTERNATIVE) else (kind, children[0], 0))
        pool.extend(children if kind in (SEQUENCE, ALTERNATIVE) else ())
    at = next(i for i in range(0, len(code), WIDTH) if code[i] == cstructs.INSTRUCTIONS["VALUES_PATH"][0])
    code[at + 1] = len(paths) // 3 - 1
    return Tables({**tables.tables, "paths": paths, "pool": pool, "code": code}, tables.strings, tables.meta).to_bytes()


WIDTH = len(cstructs.SECTIONS["code"])
FIRST_PATH = tables_of(ONE_PATH).count("paths")


@pytest.mark.parametrize("kinds", [(6,), (2,), (3,), (2, 3, 6)], ids=str)
def test_the_engine_takes_paths_256_deep(kinds: tuple[int, ...]) -> None:
    """Deeper than the front end lets through."""
    rows = [(kinds[i % len(kinds)], [FIRST_PATH - 1 + i]) for i in range(254)]
    store = Store(Program(with_path(rows)))
    store.read(triples([(f"<{EX}n{i}>", f"<{EX}p>", f"<{EX}n{(i + 1) % 5}>") for i in range(5)]).encode(), "nt")
    store.index()
    assert len(run(store)[1]) == 1
    with pytest.raises(BadProgram, match="nested deeper than 256"):
        Program(with_path([*rows, (kinds[0], [FIRST_PATH + 253]), (kinds[0], [FIRST_PATH + 254])]))


def test_a_path_that_doubles_at_each_level_leads_nowhere_at_once() -> None:
    """( p p ) of ( p p ) of ...: 2^100 steps, if steps from no node were taken. No text could say it."""
    rows = [(SEQUENCE, [FIRST_PATH - 1 + i] * 2) for i in range(100)]
    store = Store(Program(with_path(rows)))
    store.index()
    assert run(store)[0] is True


def test_a_run_can_count_what_it_does() -> None:
    store = read(
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ; sh:maxCount 1 ] .",
        triples(
            [(f"<{EX}a>", f"<{EX}p>", f"<{EX}b>"), (f"<{EX}c>", f"<{EX}p>", '"x"'), (f"<{EX}c>", f"<{EX}p>", '"y"')]
        ),
    )
    program = store.program
    counts = array("Q", bytes(8 * (program.instruction_count + program.op_count)))
    for times in (1, 2):
        assert len(run(store, counts=counts)[1]) == 3
        assert sum(counts[program.instruction_count :]) == 3 * times
        assert counts[0] == 2 * times
    with pytest.raises(ValueError, match="wrong length"):
        run(store, counts=counts[:-1])
