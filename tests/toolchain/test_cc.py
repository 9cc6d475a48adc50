"""Finding, probing and running compilers; most of them are scripts that behave badly."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest

from cns.errors import EngineError
from cns.resources import RUNTIME, RUNTIME_LIBRARY
from cns.toolchain import cc, cpu
from cns.toolchain.library import Toolchain, compile_units

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


def script(folder: Path, text: str, name: str = "fakecc") -> Path:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)
    return path


def answering(folder: Path, macros: str, name: str = "fakecc") -> Path:
    lines = "".join(f"#define {line}\\n" for line in ("__STDC_VERSION__ 201710L", *macros.split(";")))
    return script(folder, f'print("{lines}")', name)


def tools(folder: Path, compiler: cc.Compiler, **options: object) -> Toolchain:
    return Toolchain(compiler, RUNTIME, RUNTIME_LIBRARY, folder / "kept", **options)  # type: ignore[arg-type]


@needs_gcc
def test_gcc_says_what_it_is_and_what_native_means() -> None:
    compiler = cc.find("gcc")
    assert compiler is not None
    assert compiler.version[0].isdigit()
    assert compiler.machine in (("-march=native",), ("-mcpu=native",), ())
    assert compiler.architecture not in ("", "native")


def test_the_environment_names_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = answering(tmp_path, '__VERSION__ \\"7.8.9\\";__tune_zx81__ 1')
    monkeypatch.setenv("CNS_CC", str(fake))
    compiler = cc.find()
    assert compiler is not None
    assert (compiler.command, compiler.version, compiler.architecture) == ((str(fake),), "7.8.9", "zx81")


def test_the_environment_may_say_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    assert cc.find() is None


def test_without_any_compiler_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNS_CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if cc._ziglang_only():
        pytest.skip("ziglang is installed")
    assert cc.find() is None


def test_a_program_that_does_not_answer_like_a_compiler_is_none(tmp_path: Path) -> None:
    assert cc.probe([str(script(tmp_path, "print('hello')"))]) is None
    assert cc.probe([str(script(tmp_path, "raise SystemExit(1)"))]) is None
    assert cc.probe([str(tmp_path / "missing")]) is None


def test_a_flag_that_the_compiler_does_not_know_is_left_out(tmp_path: Path) -> None:
    fake = script(
        tmp_path, "import sys\nif '-march=native' in sys.argv: sys.exit(1)\nprint('#define __STDC_VERSION__ 1')"
    )
    compiler = cc.probe([str(fake)])
    assert compiler is not None
    assert compiler.machine == ("-mcpu=native",)


def test_objects_are_kept_apart_by_machine_version_flags_and_source(tmp_path: Path) -> None:
    """The flag is -march=native each time: what it comes to is what counts."""
    path = tmp_path / "fakecc"
    keys = set()
    for macros in ("__AVX2__ 1", "__AVX512F__ 1", "__AVX2__ 1;__VERSION__ 2"):
        answering(tmp_path, macros)
        compiler = cc.probe([str(path)])
        assert compiler is not None
        for optimise in ("-O1", "-O3"):
            keys |= {tools(tmp_path, compiler, optimise=optimise).key(text) for text in ("int a;", "int b;")}
    assert len(keys) == 12


def test_predefined_macros_are_read_with_and_without_values() -> None:
    assert cpu.macros("#define A 1\n#define B\n#define C(x) y z\nnoise\n") == {"A": "1", "B": "", "C(x)": "y z"}


@needs_gcc
def test_the_compilers_own_words_are_in_the_error_and_the_source_is_kept(tmp_path: Path) -> None:
    compiler = cc.find("gcc")
    assert compiler is not None
    with pytest.raises(EngineError, match="undeclared_thing") as caught:
        compile_units(tools(tmp_path, compiler), [("bad.c", "int f(void) { return undeclared_thing; }\n")])
    assert caught.value.code == "CNS510"
    assert "undeclared_thing" in Path(caught.value.where.source).read_text()
    assert caught.value.where.source in caught.value.hint
    assert list((tmp_path / "kept").glob("*.o")) == []


def test_a_compiler_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    slow = script(tmp_path, "import time\ntime.sleep(600)")
    compiler = cc.Compiler((str(slow),), "1", (), "x", "y")
    start = time.monotonic()
    with pytest.raises(EngineError, match="more than 0 s"):
        compile_units(tools(tmp_path, compiler, seconds=0.2), [("a.c", "int a;\n")])
    assert time.monotonic() - start < 60


def test_no_shell_looks_at_what_is_compiled(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    fake = script(
        tmp_path, "import sys\nopen(sys.argv[sys.argv.index('-o') + 1], 'w').write(sys.argv[1])", "cc; touch x"
    )
    compiler = cc.Compiler((str(fake),), "1", (f"$(touch {witness})",), "x", "y")
    [made] = compile_units(tools(tmp_path, compiler), [("a.c", "int a;\n")])
    assert made.exists()
    assert not witness.exists()


@needs_gcc
def test_a_unit_is_compiled_once(tmp_path: Path) -> None:
    compiler = cc.find("gcc")
    assert compiler is not None
    sources = [(f"u{i}.c", f"int a{i};\n") for i in range(4)]
    made = compile_units(tools(tmp_path, compiler), sources)
    stamps = [path.stat().st_mtime_ns for path in made]
    again = compile_units(tools(tmp_path, compiler), [*sources[:2], ("u9.c", "int a9;\n"), *sources[3:]])
    assert [path for path in again if path not in made] == [again[2]]
    assert [path.stat().st_mtime_ns for path in made] == stamps
    assert sorted((tmp_path / "kept").iterdir()) == sorted({*made, *again})
