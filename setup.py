"""The extension modules, and where the templates go. Everything else is in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

RUNTIME = Path("templates/runtime")
SOURCES = sorted(str(path) for path in RUNTIME.glob("*.c"))
HEADERS = sorted(str(path) for path in RUNTIME.glob("*.h"))
FLAGS = ["-std=c11", "-O3", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wno-unused-parameter"]


def extension(name: str) -> Extension:
    """Each module links the runtime whole: it has no state of its own, so that copies of it do not matter."""
    return Extension(
        f"cython_optimizations.{name}",
        [f"cython_optimizations/{name}.pyx", *SOURCES],
        include_dirs=[str(RUNTIME)],
        depends=HEADERS,
        extra_compile_args=FLAGS,
    )


setup(
    packages=[
        "cns",
        "cns.frontend",
        "cns.ir",
        "cns.passes",
        "cns.codegen",
        "cns.codegen.regex",
        "cns.toolchain",
        "cns.runtime",
        "cns.templates",
        "cython_optimizations",
    ],
    package_dir={"cns.templates": "templates"},
    package_data={
        "cns": ["py.typed"],
        "cns.templates": ["*.j2", "runtime/*.c", "runtime/*.h"],
        "cython_optimizations": ["*.pyi", "*.pxd", "py.typed"],
    },
    exclude_package_data={"cython_optimizations": ["*.c"]},
    ext_modules=cythonize(
        [extension(name) for name in ("cstructs", "store", "hits", "vm")],
        compiler_directives={"language_level": 3, "boundscheck": False, "wraparound": False},
    ),
)
