"""What leaves the house: the sdist is whole, the wheel is lean, and an installed wheel works by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

# One process builds for all tests of this file (pytest --dist loadgroup).
pytestmark = pytest.mark.xdist_group("packaging")

ROOT = Path(__file__).parents[1]
NOT_SOURCES = shutil.ignore_patterns(
    ".git", ".venv*", ".*_cache", ".hypothesis", "build", "dist", "__pycache__", "*.egg-info", "*.so"
)


def run(*command: str | Path, folder: Path, expected: int = 0, **environment: str) -> str:
    usual = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=usual | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, made of a copy of the checkout, and the wheel, made of the sdist."""
    folder = tmp_path_factory.mktemp("packaging")
    shutil.copytree(ROOT, folder / "checkout", ignore=NOT_SOURCES)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", folder=folder / "checkout")
    return folder / "dist"


@pytest.fixture(scope="module")
def sdist(packages: Path) -> set[str]:
    [path] = packages.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def wheel(packages: Path) -> set[str]:
    [path] = packages.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment that has the wheel and, by a path file, the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    [wheel] = packages.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", folder=folder)
    python = folder / "env" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--no-deps", "--no-index", wheel, folder=folder)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder).strip()
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_sdist_holds_every_file_of_the_repository(sdist: set[str]) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = run("git", "ls-files", folder=ROOT).split("\n")
    there = {name for name in tracked if name and (ROOT / name).exists()}
    assert there - sdist == set(), "MANIFEST.in forgets them"


def test_sdist_holds_nothing_that_was_built(sdist: set[str]) -> None:
    built = (".so", ".a", ".o", ".pyc")
    assert [name for name in sorted(sdist) if name.endswith(built)] == []
    assert [name for name in sorted(sdist) if name.startswith("cython_optimizations/") and name.endswith(".c")] == []


def test_wheel_holds_the_packages_the_types_and_the_runtime(wheel: set[str]) -> None:
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "cns").rglob("*.py")}
    expected |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "cython_optimizations").glob("*.p*[!x]")}
    expected |= {
        f"cns/{path.relative_to(ROOT).as_posix()}"
        for pattern in ("*.j2", "runtime/*.c", "runtime/*.h")
        for path in (ROOT / "templates").glob(pattern)
    }
    expected |= {
        f"cns/{path.relative_to(ROOT).as_posix()}"
        for pattern in ("*.py", "bench/**/*")
        for path in (ROOT / "stress").glob(pattern)
        if path.is_file()
    }
    expected |= {
        "cython_optimizations/libcnsruntime.a",
        "cns/py.typed",
        "cython_optimizations/py.typed",
        "cns/templates/__init__.py",
    }
    assert {name for name in expected if "__pycache__" not in name} - wheel == set()


def test_wheel_has_a_module_for_each_cython_file_and_not_its_c(wheel: set[str]) -> None:
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    for path in (ROOT / "cython_optimizations").glob("*.pyx"):
        assert f"cython_optimizations/{path.stem}{suffix}" in wheel
        assert f"cython_optimizations/{path.stem}.c" not in wheel


def test_wheel_holds_nothing_else(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"cns", "cython_optimizations"}


def test_installed_wheel_validates(installed: Path, tmp_path: Path) -> None:
    for name in ("ontology.ttl", "shapes.ttl", "good.nt", "bad.ttl"):
        shutil.copy(ROOT / "examples" / name, tmp_path)
    validate = (installed / "cns-aotc", "validate", "-e", "ontology.ttl", "-s", "shapes.ttl")
    cache = str(tmp_path / "cache")
    assert "Conforms: True" in run(*validate, "good.nt", folder=tmp_path, CNS_CACHE=cache)
    native = run(*validate, "bad.ttl", "--engine", "native", folder=tmp_path, expected=1, CNS_CACHE=cache)
    assert "Results (11):" in native
    assert "warning" not in native
    assert "Results (11):" in run(*validate, "bad.ttl", folder=tmp_path, expected=1, CNS_CACHE=cache)


def test_installed_wheel_has_the_benchmark(installed: Path, tmp_path: Path) -> None:
    bench = (installed / "cns-aotc", "bench", "--quick", "--size", "2k", "--rounds", "1", "--only", "cns vm")
    printed = run(*bench, "-o", "run.json", folder=tmp_path, CNS_CACHE=str(tmp_path / "cache"))
    assert "cns vm  held" in printed
    assert (tmp_path / "run.json").exists()


def test_installed_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    script = "import cns, cns.templates, cython_optimizations.vm as vm; print(cns.__file__, vm.__file__)"
    for place in run(installed / "python", "-c", script, folder=tmp_path).split():
        assert Path(place).is_relative_to(installed.parent)


def test_installed_wheel_carries_the_c_runtime(installed: Path, tmp_path: Path) -> None:
    script = "import pkgutil; print(pkgutil.get_data('cns.templates', 'runtime/program.h').decode())"
    header = (ROOT / "templates" / "runtime" / "program.h").read_text()
    assert run(installed / "python", "-c", script, folder=tmp_path) == header + "\n"
