"""The house rules that a tool can hold: imports go one way, each dependency has its owners, starting is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each level may import those before it; what stands in one level does not import its neighbours.
LEVELS: list[set[str]] = [
    {"errors", "terms"},
    {"options", "vocab", "telemetry", "rdflib_terms", "resources"},
    {"shapes", "naming"},
    {"ir"},
    {"frontend", "passes", "codegen", "toolchain", "cache"},
    {"runtime"},
    {"pipeline"},
    {"validator", "explain"},
    {"pyshacl_api"},
    {"cli"},
    {"__main__", "__init__"},
]
LEVEL_OF = {name: number for number, names in enumerate(LEVELS) for name in names}

OWNERS = {
    "rdflib": {"frontend", "rdflib_terms", "runtime/report.py"},
    "owlrl": {"frontend"},
    "pyshacl": set(),  # only its data file is read, by frontend/meta.py
    "jinja2": {"codegen"},
    "numba": {"runtime/kernels.py"},
    "llvmlite": {"runtime/kernels.py"},
    "subprocess": {"toolchain"},
    "opentelemetry": {"telemetry"},
    "pyoxigraph": {"runtime/oxigraph.py"},
}


def modules() -> list[Path]:
    return sorted((ROOT / "cns").rglob("*.py"))


def room(path: Path) -> str:
    relative = path.relative_to(ROOT / "cns")
    return relative.parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """(dotted name, whether it is for type checking alone)."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module, id(node) in typing_only
            if node.module == "cns":
                for alias in node.names:
                    yield f"cns.{alias.name}", id(node) in typing_only


def test_every_module_has_a_level() -> None:
    assert {room(path) for path in modules()} - {"templates"} <= set(LEVEL_OF)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    here = room(path)
    for name, typing_only in imports(path):
        parts = name.split(".")
        if parts[0] != "cns" or len(parts) == 1 or parts[1] == here or parts[1].startswith("__version"):
            continue
        if typing_only or here == "__init__":
            continue
        assert LEVEL_OF[parts[1]] < LEVEL_OF[here], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_dependency_has_its_owners(path: Path) -> None:
    place = {room(path), str(path.relative_to(ROOT / "cns"))}
    for name, typing_only in imports(path):
        owners = OWNERS.get(name.partition(".")[0])
        if owners is not None and not typing_only:
            assert place & owners, f"{path.name} imports {name}"


def test_cython_knows_nothing_of_cns() -> None:
    for path in sorted((ROOT / "cython_optimizations").glob("*.p*")):
        for line in path.read_text().splitlines():
            assert not line.strip().startswith(("import cns", "from cns ", "from cns.")), f"{path.name}: {line}"


def test_the_command_line_starts_without_heavy_imports() -> None:
    script = "import sys, cns.cli; print(sorted(m for m in sys.modules if m.split('.')[0] in {HEAVY}))"
    heavy = {"rdflib", "pyshacl", "numpy", "numba", "jinja2", "opentelemetry", "json"}
    done = subprocess.run(
        [sys.executable, "-c", script.replace("{HEAVY}", repr(heavy))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.strip() == "[]"
