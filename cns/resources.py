"""Where the templates and the C runtime are: beside the modules of an installed package, or at a checkout's top."""

from __future__ import annotations

from pathlib import Path

import cython_optimizations

_HERE = Path(__file__).resolve().parent

TEMPLATES = _HERE / "templates" if (_HERE / "templates").is_dir() else _HERE.parent / "templates"
RUNTIME = TEMPLATES / "runtime"
CODEGEN = _HERE / "codegen"

RUNTIME_LIBRARY = Path(cython_optimizations.__path__[0]) / "libcnsruntime.a"
"""The C runtime as the extension modules have it."""
