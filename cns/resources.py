"""Where the templates, the C runtime and the benchmarks are: in an installed package, or at a checkout's top."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import cython_optimizations

_HERE = Path(__file__).resolve().parent

TEMPLATES = _HERE / "templates" if (_HERE / "templates").is_dir() else _HERE.parent / "templates"
RUNTIME = TEMPLATES / "runtime"
CODEGEN = _HERE / "codegen"

RUNTIME_LIBRARY = Path(cython_optimizations.__path__[0]) / "libcnsruntime.a"
"""The C runtime as the extension modules have it."""


def stress() -> str:
    """The package of workloads and benchmarks: part of an installed cns, and a checkout's own."""
    return "cns.stress" if find_spec("cns.stress") else "stress"
