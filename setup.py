"""The extension modules, and where the packages and the templates are. Everything else is in pyproject.toml, which also
names the command that builds the modules: tools/build_shared.py.
"""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, find_packages, setup

RUNTIME = Path("templates/runtime")
SOURCES = sorted(str(path) for path in RUNTIME.glob("*.c"))
HEADERS = sorted(str(path) for path in RUNTIME.glob("*.h"))
FLAGS = [
    "-std=c11",
    "-O3",
    "-fvisibility=hidden",
    "-pthread",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    "-ffunction-sections",
    "-fdata-sections",
]
LINK = ["-Wl,--gc-sections"]
if "-g" not in os.environ.get("CFLAGS", "").split():
    FLAGS.append("-g0")  # Python's own flags ask for debug information: twice the time, four times the size


def extension(module: Path) -> Extension:
    """Each module has a copy of what it calls of the runtime, which has no state of its own, and leaves the rest out:
    what a process does not run it need not load."""
    return Extension(
        f"cython_optimizations.{module.stem}",
        [str(module), *SOURCES],
        include_dirs=[str(RUNTIME)],
        depends=HEADERS,
        extra_compile_args=FLAGS,
        extra_link_args=LINK,
    )


setup(
    packages=[
        *find_packages(include=["cns", "cns.*", "cython_optimizations"]),
        "cns.templates",
        *(f"cns.{name}" for name in find_packages(include=["stress", "stress.*"])),
    ],
    package_dir={"cns.templates": "templates", "cns.stress": "stress"},
    package_data={
        "cns": ["py.typed"],
        "cns.templates": ["*.j2", "runtime/*.c", "runtime/*.h"],
        "cns.stress.bench": ["*.json", "*.css", "*.js"],
        "cns.stress.bench.harness": ["*.java", "*.mjs"],
        "cython_optimizations": ["*.pyi", "*.pxd", "py.typed"],
    },
    exclude_package_data={"cython_optimizations": ["*.c"]},
    ext_modules=cythonize(
        [extension(module) for module in sorted(Path("cython_optimizations").glob("*.pyx"))],
        compiler_directives={"language_level": 3, "boundscheck": False, "wraparound": False},
    ),
)
