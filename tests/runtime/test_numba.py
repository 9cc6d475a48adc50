"""The numba engine as a user meets it: same hits with any threads, interrupted at once, compiled once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from array import array
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

import cns
from cns import pipeline
from cns.runtime import choice, engines, speeds
from cython_optimizations import vm
from cython_optimizations.columns import Checks
from cython_optimizations.store import Program, Store
from stress import university
from tests.cython_optimizations.helpers import EX, blob_of, read, roots, tables_of
from tests.cython_optimizations.rich import DATA, SHAPES
from tests.cython_optimizations.test_vm import LONG

pytest.importorskip("numba")

from cns.runtime import columnar, kernels, planner

Rows = list[tuple[int, int, int, int]]


def run(
    store: Store,
    shapes: str,
    chosen: list[engines.Root] | None = None,
    verdict_only: bool = False,
    threads: int = 1,
    passes: tuple[str, ...] | None = None,
) -> tuple[bool, Rows]:
    program = tables_of(shapes, passes)
    wanted = roots(store) if chosen is None else chosen
    conforms, hits = columnar.run(store, program, planner.plan(program), wanted, verdict_only, threads)
    return conforms, list(hits)


# ---------------------------------------------------------------------- results


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_hits_and_order_are_those_of_the_vm(threads: int) -> None:
    store = read(SHAPES, DATA)
    conforms, hits = vm.run(store, roots(store))
    assert len(hits) > 500
    assert run(store, SHAPES, threads=threads) == (conforms, list(hits))
    assert run(store, SHAPES, verdict_only=True, threads=threads) == (False, [])


def test_hits_and_order_do_not_depend_on_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "LEAST_PART", 100)
    data = "".join(university.triples(40_000, errors=0.05)).encode()
    validator = cns.compile(university.ONTOLOGY, university.SHAPES, engine="vm")
    store = pipeline.read(validator._loaded, data, cns.ReadOptions(format="nt")).store
    wanted = list(vm.run(store, roots(store))[1])
    plans = planner.plan(validator.program)
    assert len(wanted) > 1000
    for threads in (1, 2, 3, 64):
        _, hits = columnar.run(store, validator.program, plans, roots(store), False, threads)
        assert list(hits) == wanted


def test_parts_are_no_more_than_share_out_the_work_and_small_ones_come_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columnar, "LEAST_PART", 10)
    store = read(SHAPES, DATA)
    shared = columnar.Shared(store, tables_of(SHAPES), planner.plan(tables_of(SHAPES)))
    lengths = [0, 3, 100, 41, 700, 10]
    shapes = cycle(shape for shape in range(store.program.shape_count) if shared.steps(shape))
    chosen: list[engines.Root] = [(next(shapes), array("I", range(length))) for length in lengths]
    steps = [shared.steps(shape) for shape, _ in chosen]
    assert len(set(steps)) > 1  # else nothing would show that shapes with more to do are cut smaller
    work = [count * length for count, length in zip(steps, lengths, strict=True)]
    for threads in (1, 2, 50):
        parts = list(columnar._parts(shared, Checks(store), chosen, threads))
        share = sum(work) // (threads * columnar.PARTS_A_THREAD) + 1
        most = [max(10, share // count) for count in steps]
        assert all(len(part.focus) <= most[part.place[0]] for part in parts)
        assert len(parts) == sum(-(-length // size) for length, size in zip(lengths, most, strict=True))
        assert [part.place[0] for part in parts] == sorted(
            (part.place[0] for part in parts), key=lambda root: -work[root]
        )
        by_place = sorted(parts, key=lambda part: part.place)
        assert [int(node) for part in by_place for node in part.focus] == [n for size in lengths for n in range(size)]


@pytest.mark.parametrize(("variable", "option", "wanted"), [("3", 64, 3), ("3", 2, 2), ("1", 64, 1)])
def test_numbas_own_variable_bounds_the_threads_too(variable: str, option: int, wanted: int) -> None:
    script = f"""
from tests.cython_optimizations.helpers import read
from tests.runtime.test_numba import columnar, run
usual, seen = columnar.ThreadPoolExecutor, []
columnar.ThreadPoolExecutor = lambda count, **options: seen.append(count) or usual(count, **options)
shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
run(read(shapes, '<http://example.org/a> <http://example.org/p> "b" .'), shapes, threads={option})
print(*seen)
"""
    assert in_a_process(script, os.environ.get("CNS_CACHE", ""), NUMBA_NUM_THREADS=variable) == f"{wanted}\n"


def test_roots_with_focus_nodes_of_their_own() -> None:
    store = read(SHAPES, DATA)
    focus = array("I", [store.find(EX + "n2") or 0, store.find(EX + "n1") or 0])
    chosen: list[engines.Root] = [(0, focus), (1, None), (0, array("I"))]
    assert run(store, SHAPES, chosen)[1] == list(vm.run(store, chosen)[1])


def test_empty_data_conforms() -> None:
    assert run(read(SHAPES, ""), SHAPES, [(0, None)]) == (True, [])


XSD = "http://www.w3.org/2001/XMLSchema#"
TEXTS = (
    *("", "0", "-0", "+0", "1", "01", "-1", "+7", "7.0", "7.", ".5", "-.5", ".", "-", "+", "1e3", "NaN", "1 ", " 1"),
    *("255", "256", "-128", "-129", "32767", "32768", "2147483647", "2147483648", "4294967295", "4294967296"),
    *("999999999999999999", "-999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808"),
    *("000000000000000000000000000000000007", "18446744073709551615", "18446744073709551616", "7.000000000000000000"),
    *("6.999999999999999999", "7.000000000000000001", "7.0000000000000000001", "-7.5", "0.1", "0.10", "12:00:00"),
    *("2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "2024-04-31", "2024-12-31", "0000-01-01", "2024-13-01"),
    *(
        "2024-02-29Z",
        "2024-02-29+01:00",
        "-2024-02-28",
        "12024-02-29",
        "2024-2-29",
        "2024-00-10",
        "2024-01-00",
        "20a4-01-01",
    ),
    *(
        "2024-02-29T12:00:00",
        "2024-02-29T24:00:00",
        "2024-03-01T00:00:00",
        "2024-02-29T12:00:00Z",
        "2024-02-29T12:60:00",
    ),
    *(
        "2024-02-29T12:00:00.5",
        "2024-02-29T12:00:00.0Z",
        "2024-02-29T12:00:00+00:00",
        "2024-02-29 12:00:00",
        "true",
        "P1D",
    ),
    *("ééééééé", "😀😀😀😀😀😀😀", "abcdefg", "abcdef", "x" * 28, "x" * 29),
)
TYPES = (
    *(
        "integer",
        "decimal",
        "long",
        "int",
        "short",
        "byte",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
    ),
    *("positiveInteger", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "float", "double", "string"),
    *("date", "dateTime", "dateTimeStamp", "time", "boolean", "duration", "gYear", "token", "custom"),
)
BOUNDS = (
    *(
        f'"{text}"^^xsd:{kind}'
        for text in ("7", "-7", "0", "999999999999999999")
        for kind in ("integer", "decimal", "byte")
    ),
    *('"2024-02-29"^^xsd:date', '"2024-02-29Z"^^xsd:date', '"2024-02-29T12:00:00"^^xsd:dateTime', '"7"^^xsd:double'),
    *('"2024-02-29T12:00:00Z"^^xsd:dateTime', '"7.000000000000000001"^^xsd:decimal', '"abc"', '"12:00:00"^^xsd:time'),
)


def literals() -> str:
    """Each text with each type, as values of one predicate and, of every second, of another."""
    lines = []
    for i, (text, kind) in enumerate((text, kind) for kind in TYPES for text in TEXTS):
        lines.append(f'<{EX}n{i}> <{EX}p> "{text}"^^<{XSD}{kind}> .')
        lines.append(f'<{EX}n{i}> <{EX}q> "{TEXTS[(i * 7) % len(TEXTS)]}"^^<{XSD}{TYPES[(i * 5) % len(TYPES)]}> .')
        lines.append(f'<{EX}n{i}> <{EX}q> "{text}"^^<{XSD}decimal> .')
    return "\n".join(lines)


def test_every_form_of_a_literal_is_decided_as_the_vm_does() -> None:
    parts = [f"sh:property [ sh:path ex:p ; sh:datatype xsd:{kind} ]" for kind in TYPES if kind != "custom"]
    for name in ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"):
        parts += [f"sh:property [ sh:path ex:p ; sh:{name} {bound} ]" for bound in BOUNDS]
    parts += [
        f"sh:property [ sh:path ex:p ; sh:{name} {size} ]" for name in ("minLength", "maxLength") for size in (1, 7, 28)
    ]
    for bound in (bound for bound in BOUNDS if "^^" in bound):
        together = f"sh:datatype {bound.partition('^^')[2]} ; sh:minInclusive {bound} ; sh:maxLength 19"
        parts.append(f"sh:property [ sh:path ex:p ; {together} ]")
    parts += [
        f"sh:property [ sh:path ex:p ; sh:{name} ex:q ]"
        for name in ("lessThan", "lessThanOrEquals", "equals", "disjoint")
    ]
    shapes = "ex:S sh:targetSubjectsOf ex:p ;\n" + " ;\n".join(parts) + " ."
    store = read(shapes, literals())
    conforms, hits = vm.run(store, roots(store))
    assert len(hits) > 50_000
    assert run(store, shapes) == (conforms, list(hits))


# ---------------------------------------------------------------------- stopping


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("shapes", "data"), LONG.values(), ids=LONG)
def test_a_long_run_is_interrupted_at_once(shapes: str, data: str, threads: int) -> None:
    script = f"""
        from tests.cython_optimizations.helpers import read
        from tests.cython_optimizations.rich import DATA, SHAPES
        from tests.runtime.test_numba import run
        run(read(SHAPES, DATA), SHAPES)  # now all kernels are there: what a callback of Numba raises is lost
        shapes = {shapes!r}
        store = read(shapes, {data or "''"}, passes=())
        print("ready", flush=True)
        try:
            run(store, shapes, threads={threads}, passes=())
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


# ---------------------------------------------------------------------- kernels in the cache

USE = """
from tests.cython_optimizations.helpers import read
from tests.cython_optimizations.rich import DATA, SHAPES
from tests.runtime.test_numba import kernels, run
run(read(SHAPES, DATA), SHAPES)
stats = [kernel.stats for kernel in kernels.KERNELS.values()]
print(sum(sum(stat.cache_misses.values()) for stat in stats), sum(sum(stat.cache_hits.values()) for stat in stats))
"""
OTHER_SHAPES = """
shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:minLength 3 ; sh:maxCount 1 ] ."
run(read(shapes, DATA), shapes)
assert not any(kernel.stats.cache_misses for kernel in kernels.KERNELS.values())
"""


def in_a_process(script: str, cache: Path | str, **variables: str) -> str:
    environment = os.environ | {"CNS_CACHE": os.fspath(cache), "PYTHONPATH": os.pathsep.join(sys.path)} | variables
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    """Also for shapes that the first has not seen: kernels are of kinds of checks, not of shapes."""
    compiled, found = map(int, in_a_process(USE, tmp_path).split())
    assert compiled > 20
    assert found == 0
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "numba").rglob("*") if path.is_file()}
    assert files
    again, loaded = map(int, in_a_process(USE + OTHER_SHAPES, tmp_path).split())
    assert (again, loaded) == (0, compiled)
    assert files == {path: path.stat().st_mtime_ns for path in (tmp_path / "numba").rglob("*") if path.is_file()}


def test_each_kernel_is_compiled_for_one_set_of_types() -> None:
    store = read(SHAPES, DATA)
    run(store, SHAPES)
    run(store, SHAPES, [(0, array("I", [0, 1]))])
    assert {
        name: len(kernel.signatures) for name, kernel in kernels.KERNELS.items() if len(kernel.signatures) > 1
    } == {}


def test_without_a_place_for_the_cache_it_runs_all_the_same() -> None:
    script = """
from tests.cython_optimizations.helpers import read
from tests.runtime.test_numba import run
shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
print(len(run(read(shapes, '<http://example.org/a> <http://example.org/p> "b" .'), shapes)[1]))
"""
    assert in_a_process(script, "/dev/null/nowhere") == "1\n"


def test_the_applications_own_cache_stays_where_it_is(tmp_path: Path) -> None:
    script = "import numba; numba.config.CACHE_DIR = 'mine'; import cns.runtime.kernels; print(numba.config.CACHE_DIR)"
    assert in_a_process(script, tmp_path) == "mine\n"


# ---------------------------------------------------------------------- choosing

SIMPLE = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."
TRIPLES = "".join(f'<{EX}n{i}> <{EX}p> "a" .\n' for i in range(20)).encode()


def report(engine: str, **options: int) -> cns.Report:
    return cns.Validator(blob_of(SIMPLE), engine=engine, **options).validate(TRIPLES, format="nt")


def test_a_report_says_which_engine_ran_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    found = report("numba", threads=2)
    assert (found.engine, found.engine_reason) == ("numba", "it was asked for")
    assert report("auto").engine == "vm"
    assert "20 triples" in report("auto").first(1).engine_reason


def test_auto_takes_numba_where_that_is_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    monkeypatch.setattr(choice, "WORTH_A_LOOK", 10)
    monkeypatch.setattr(speeds, "A_TRIPLE", {"vm": 1.0, "numba": 0.5, "native": 2.0})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = report("auto", threads=4)
    assert found.engine == "numba"
    assert found.engine_reason.startswith("expected for 20 triples: numba 2.8 s, ")


def test_auto_goes_on_where_numba_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    monkeypatch.setattr(choice, "WORTH_A_LOOK", 10)
    monkeypatch.setattr(speeds, "A_TRIPLE", {"vm": 1.0, "numba": 0.5, "native": 2.0})
    monkeypatch.setattr(planner, "KNOWN", frozenset())
    with pytest.warns(cns.CnsWarning, match="the numba engine cannot run: the numba engine does not know"):
        found = report("auto")
    assert found.engine == "vm"
    assert "cannot run" in found.engine_reason
    with pytest.raises(cns.CnsError, match="CNS520"):
        report("numba")


def test_without_numba_the_error_says_how_to_get_it() -> None:
    script = f"""
import sys
sys.modules["numba"] = None
import cns
from cns.errors import CnsError
try:
    cns.Validator({blob_of(SIMPLE)!r}, engine="numba")
except CnsError as error:
    print(error.code, error.hint)
"""
    assert in_a_process(script, "/dev/null/nowhere") == "CNS521 pip install cns[numba]\n"


def test_numba_is_not_imported_for_other_engines() -> None:
    script = """
import sys
from tests.support import compiled
for engine in ("vm", "auto"):
    compiled("ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI .", engine=engine).validate(b"", format="nt")
print("numba" in sys.modules)
"""
    assert in_a_process(script, "/dev/null/nowhere") == "False\n"


def test_the_command_line_names_the_engine(tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n" + SIMPLE
    )
    (tmp_path / "d.nt").write_bytes(TRIPLES + TRIPLES.replace(b'"a"', b'"b"'))
    command = [sys.executable, "-m", "cns", "validate", "-s", "s.ttl", "d.nt", "-f", "nt"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    outputs = [
        subprocess.run([*command, *more], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        for more in (["--engine", "vm"], ["--engine", "numba", "--threads", "2"])
    ]
    assert [done.returncode for done in outputs] == [1, 1]
    assert outputs[0].stdout == outputs[1].stdout != ""
    assert "engine" not in outputs[0].stderr
    for more in ([], ["--conforms"]):
        done = subprocess.run([*command, "-v", *more], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.stderr == "cns-aotc: engine vm: it is done with 40 triples before others are found\n"


def test_a_store_of_other_shapes_is_refused() -> None:
    engine = engines.Engine(blob_of(SIMPLE), Program(blob_of(SIMPLE)), "numba", 1)
    with pytest.raises(ValueError, match="other shapes"):
        engine.run(read(SHAPES, DATA))
