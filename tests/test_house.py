"""The house rules that a tool can hold: imports go one way, each dependency has its owners, starting is cheap."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cns
from cns.toolchain.cc import find
from tests.support import PREFIXES

ROOT = Path(__file__).parents[1]

# Each level may import those before it; what stands in one level does not import its neighbours.
LEVELS: list[set[str]] = [
    {"values"},
    {"errors", "terms"},
    {"options", "vocab", "telemetry", "rdflib_terms", "places", "digests"},
    {"shapes", "naming", "resources"},
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
    "rdflib": {"frontend", "rdflib_terms", "runtime/report_graph.py"},
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


SHAPES = PREFIXES + "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
RUN_FROM_THE_CACHE = """
import sys
import cns
report = cns.compile({shapes!r}, engine="vm").validate({data!r})
report.write(lambda piece: None, "turtle")
assert len(report) == 1
"""
LOADED = """
print(*sorted({module.partition(".")[0] for module in sys.modules} | set(sys.modules)))
"""


def loaded(script: str, cache: Path) -> set[str]:
    """The modules that a process has loaded after this script, beside those that Python starts with."""
    command = [sys.executable, "-c", "import sys\n" + script + LOADED]
    bare = [sys.executable, "-c", "import sys" + LOADED]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "CNS_"))}
    environment["CNS_CACHE"] = str(cache)
    found, own = (
        subprocess.run(each, capture_output=True, text=True, cwd=ROOT, check=True, env=environment).stdout.split()
        for each in (command, bare)
    )
    return set(found) - set(own)


HEAVY = {"rdflib", "pyshacl", "numpy", "numba", "jinja2", "opentelemetry", "json", "typing", "dataclasses", "pathlib"}


def test_the_command_line_starts_without_heavy_imports(tmp_path: Path) -> None:
    assert not loaded("import cns.cli", tmp_path) & HEAVY


def test_a_run_from_the_cache_imports_what_it_runs_and_little_else(tmp_path: Path) -> None:
    """All of it is listed: to import one module more is to be thought about, as it is half of what such a run takes."""
    (tmp_path / "s.ttl").write_text(SHAPES)
    (tmp_path / "d.nt").write_text("<http://example.org/a> <http://example.org/p> <http://example.org/b> .\n")
    script = RUN_FROM_THE_CACHE.format(shapes=str(tmp_path / "s.ttl"), data=str(tmp_path / "d.nt"))
    loaded(script, tmp_path)  # fills the cache
    found = loaded(script, tmp_path)
    assert {name for name in found if name.startswith("cns.")} == {
        *(
            "cns.cache",
            "cns.digests",
            "cns.errors",
            "cns.options",
            "cns.pipeline",
            "cns.telemetry",
            "cns.validator",
            "cns.values",
        ),
        *("cns.frontend", "cns.frontend.files", "cns.frontend.formats"),
        *("cns.runtime", "cns.runtime.engines", "cns.runtime.oxigraph", "cns.runtime.report", "cns.runtime.sources"),
        *("cns.runtime.store", "cns.runtime.streams"),
    }
    assert {name for name in found if name.startswith("cython_optimizations.")} == {
        f"cython_optimizations.{name}" for name in ("cstructs", "hits", "store", "vm")
    }
    others = {name for name in found if not name.startswith(("cns", "cython_", "_cython_"))}
    assert others <= {"__future__", "_sha2", "_sha256", "gc", "itertools", "marshal", "mmap"}


@pytest.mark.skipif(find() is None, reason="there is no C compiler")
def test_native_code_from_the_cache_starts_no_compiler(tmp_path: Path) -> None:
    (tmp_path / "program.cns").write_bytes(cns.compile(SHAPES).to_bytes())
    script = f"""
import cns
report = cns.Validator.load({str(tmp_path / "program.cns")!r}, engine="native").validate(b"", format="nt")
assert report.engine == "native"
"""
    loaded(script, tmp_path)  # fills the cache
    found = loaded(script, tmp_path)
    heavy = {"subprocess", "tempfile", "concurrent", "hashlib", "jinja2", "pathlib", "typing"}
    assert not found & heavy


def test_to_decode_results_takes_no_library(tmp_path: Path) -> None:
    (tmp_path / "program.cns").write_bytes(cns.compile(SHAPES).to_bytes())
    script = f"""
import cns
report = cns.Validator.load({str(tmp_path / "program.cns")!r}).validate(b"")
assert report[0].focus == "http://example.org/a"
assert report.text()
"""
    assert not loaded(script, tmp_path) & (HEAVY - {"json", "typing"})
