"""The native engine as a user meets it: same hits with any threads, interrupted at once, the vm where it cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import cns
from cns import pipeline
from cns.codegen import units
from cns.errors import CnsError
from cns.runtime import choice, engines, speeds
from cns.runtime.compiled import NoCompiler, library, toolchain
from cns.toolchain.cc import find
from cython_optimizations import native, vm
from cython_optimizations.store import Program, Store
from stress import university
from tests.cython_optimizations.helpers import EX, blob_of, read, roots
from tests.cython_optimizations.rich import DATA, SHAPES
from tests.cython_optimizations.test_vm import LONG

pytestmark = pytest.mark.skipif(find() is None, reason="there is no C compiler")


@pytest.fixture(autouse=True)
def kept_apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test run; the speed of the code is not what is tested."""
    monkeypatch.setenv("CNS_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("CNS_OPTIMISE", "-O1")


def compiled(store: Store, shapes: str) -> native.Library:
    made = library(blob_of(shapes), store.program, make=True)
    assert made is not None
    return made


# ---------------------------------------------------------------------- results


@pytest.mark.parametrize("optimise", ["-O0", "-O3"])
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_hits_and_order_are_those_of_the_vm(
    optimise: str, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNS_OPTIMISE", optimise)
    monkeypatch.setenv("CNS_CACHE", str(tmp_path))
    monkeypatch.setattr(units, "LARGE", 0 if large else 10**9)
    store = read(SHAPES, DATA)
    conforms, hits = vm.run(store, roots(store))
    done = native.run(store, compiled(store, SHAPES), roots(store))
    assert done is not None
    assert len(hits) > 500
    assert (done[0], list(done[1])) == (conforms, list(hits))


def test_hits_and_order_do_not_depend_on_the_threads(tmp_path: Path) -> None:
    """A node shape with few results and property shapes with many: parts of all sizes."""
    data = "".join(university.triples(40_000, errors=0.05)).encode()
    validator = cns.compile(university.ONTOLOGY, university.SHAPES, engine="native")
    store = pipeline.read(validator._loaded, data, cns.ReadOptions(format="nt")).store
    _, hits = vm.run(store, roots(store))
    made = validator._engine._library
    assert made is not None
    assert len(hits) > 1000
    for threads in (1, 2, 3, 7, 64):
        done = native.run(store, made, roots(store), False, threads)
        assert done is not None
        assert list(done[1]) == list(hits)
        verdict = native.run(store, made, roots(store), True, threads)
        assert verdict is not None
        assert (verdict[0], len(verdict[1])) == (False, 0)


def test_roots_with_focus_nodes_of_their_own() -> None:
    store = read(SHAPES, DATA)
    focus = array("I", [store.find(EX + "n2") or 0, store.find(EX + "n1") or 0])
    chosen = [(0, focus), (1, None), (0, array("I"))]
    done = native.run(store, compiled(store, SHAPES), chosen)
    assert done is not None
    assert list(done[1]) == list(vm.run(store, chosen)[1])


def test_a_shape_without_code_of_its_own_is_left_to_the_vm() -> None:
    store = read(SHAPES, DATA)
    blank = next(i for i in range(store.program.shape_count) if i not in (0, 1, 2))
    chosen = [(blank, array("I", range(10)))]
    assert native.run(store, compiled(store, SHAPES), chosen) is None
    engine = engines.Engine(blob_of(SHAPES), store.program, "native")
    done = engine.run(store, chosen)
    conforms, hits = vm.run(store, chosen)
    assert (done.engine, done.conforms, list(done.hits)) == ("vm", conforms, list(hits))


def test_empty_data_conforms() -> None:
    store = read(SHAPES, "")
    done = native.run(store, compiled(store, SHAPES), [(0, None)], False, 4)
    assert done is not None
    assert (done[0], len(done[1])) == (True, 0)


# ---------------------------------------------------------------------- stopping


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("shapes", "data"), LONG.values(), ids=LONG)
def test_a_long_run_is_interrupted_at_once(shapes: str, data: str, threads: int) -> None:
    script = f"""
        from tests.cython_optimizations.helpers import blob_of, read, roots
        from cns.runtime.compiled import library
        from cython_optimizations import native
        store = read({shapes!r}, {data or "''"}, passes=())
        code = library(blob_of({shapes!r}, ()), store.program, make=True)
        print("ready", flush=True)
        try:
            native.run(store, code, roots(store), False, {threads})
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


# ---------------------------------------------------------------------- choosing


SIMPLE = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."


def triples(count: int) -> bytes:
    return "".join(f'<{EX}n{i}> <{EX}p> "a" .\n' for i in range(count)).encode()


def engine_of(shapes: str, choice: str, data: bytes) -> str:
    program = Program(blob_of(shapes))
    store = pipeline.read(program, data, cns.ReadOptions(format="nt")).store
    return engines.Engine(blob_of(shapes), program, choice).run(store).engine


def compiling_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "WORTH_A_LOOK", 0)
    for name in ("COMPILE", "COMPILE_AN_INSTRUCTION"):
        monkeypatch.setattr(speeds, name, 0.0)
    monkeypatch.setattr(speeds, "A_TRIPLE", {"vm": 1.0, "native": 0.5, "numba": 2.0})


def test_auto_is_the_vm_until_there_is_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path))
    monkeypatch.setattr(choice, "WORTH_A_LOOK", 10)
    monkeypatch.setattr(speeds, "A_TRIPLE", {"vm": 2e-9, "native": 1e-9, "numba": 1.0})
    assert engine_of(SIMPLE, "auto", triples(20)) == "vm"
    assert engine_of(SIMPLE, "native", triples(20)) == "native"
    assert engine_of(SIMPLE, "auto", triples(5)) == "vm"
    assert engine_of(SIMPLE, "auto", triples(20)) == "native"


def test_auto_compiles_for_large_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path))
    monkeypatch.setattr(choice, "WORTH_A_LOOK", 10)
    monkeypatch.setattr(speeds, "A_TRIPLE", {"vm": 0.02, "native": 0.01, "numba": 1.0})
    monkeypatch.setattr(speeds, "COMPILE", 2.0)
    monkeypatch.setattr(speeds, "COMPILE_AN_INSTRUCTION", 0.0)
    assert engine_of(SIMPLE, "auto", triples(100)) == "vm"
    assert engine_of(SIMPLE, "auto", triples(300)) == "native"


@pytest.mark.parametrize("choice", ["auto", "native"])
def test_without_a_compiler_the_vm_runs_and_one_line_says_so(choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    compiling_is_nothing(monkeypatch)
    with pytest.raises(NoCompiler):
        toolchain()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert engine_of(SIMPLE, choice, triples(5)) == "vm"
    [warning] = said
    assert issubclass(warning.category, cns.CnsWarning)
    assert "no C compiler" in str(warning.message)
    assert "\n" not in str(warning.message)


def failing_compiler(folder: Path) -> Path:
    path = folder / "failing"
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if '-dM' in sys.argv: print('#define __STDC_VERSION__ 201112L')\n"
        "else: sys.exit('internal error: out of paper')\n"
    )
    path.chmod(0o755)
    return path


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", str(failing_compiler(tmp_path)))
    with pytest.raises(CnsError, match="out of paper") as caught:
        engine_of(SIMPLE, "native", triples(5))
    assert "CnsVerdict" in Path(caught.value.where.source).read_text()


def test_auto_goes_on_where_a_compiler_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", str(failing_compiler(tmp_path)))
    compiling_is_nothing(monkeypatch)
    with pytest.warns(cns.CnsWarning, match="out of paper"):
        assert engine_of(SIMPLE, "auto", triples(5)) == "vm"


@pytest.mark.parametrize(
    ("arguments", "code"), [({"engine": "magic"}, "CNS907"), ({"threads": -1}, "CNS908")], ids=["engine", "threads"]
)
def test_nonsense_is_refused(arguments: dict[str, str | int], code: str) -> None:
    with pytest.raises(cns.UsageError) as caught:
        cns.Validator(blob_of(SIMPLE), **arguments)  # type: ignore[arg-type]
    assert caught.value.code == code


# ---------------------------------------------------------------------- libraries


def broken_text(path: Path) -> None:
    path.write_bytes(b"not a library")


def other_shapes(path: Path) -> None:
    program = Program(blob_of(SHAPES))
    library(blob_of(SHAPES), program, make=True)
    made = max((path.parent).glob("*.so"), key=lambda p: p.stat().st_mtime_ns)
    path.write_bytes(made.read_bytes())


@pytest.mark.parametrize("breakage", [broken_text, other_shapes], ids=lambda f: f.__name__)
def test_a_library_that_is_not_ours_is_refused(
    breakage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path))
    program = Program(blob_of(SIMPLE))
    library(blob_of(SIMPLE), program, make=True)
    [path] = (tmp_path / "native").glob("*.so")
    path.unlink()
    breakage(path)
    with pytest.raises(CnsError) as caught:
        library(blob_of(SIMPLE), program, make=False)
    assert caught.value.code == "CNS511"
    assert caught.value.where.source == os.fspath(path)


def test_the_command_line_names_an_engine(tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .\n" + SIMPLE
    )
    (tmp_path / "d.nt").write_bytes(triples(3) + triples(1).replace(b'"a"', b'"b"'))
    command = [sys.executable, "-m", "cns", "validate", "-s", "s.ttl", "d.nt", "-f", "nt"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    outputs = [
        subprocess.run([*command, *more], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        for more in (["--engine", "vm"], ["--engine", "native", "--threads", "2"])
    ]
    assert [done.returncode for done in outputs] == [1, 1]
    assert outputs[0].stdout == outputs[1].stdout != ""
