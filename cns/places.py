"""Where the templates, the C runtime and the code generator are: in an installed package, or at a checkout's top.

As plain strings, for whoever only asks whether something is in the cache; `resources` has them as paths.
"""

from __future__ import annotations

import os

import cython_optimizations

_HERE = os.path.dirname(os.path.realpath(__file__))
_INSTALLED = os.path.join(_HERE, "templates")

TEMPLATES = _INSTALLED if os.path.isdir(_INSTALLED) else os.path.join(os.path.dirname(_HERE), "templates")
RUNTIME = os.path.join(TEMPLATES, "runtime")
CODEGEN = os.path.join(_HERE, "codegen")

RUNTIME_LIBRARY = os.path.join(cython_optimizations.__path__[0], "libcnsruntime.a")
"""The C runtime as the extension modules have it."""


def files(folder: str, suffix: str) -> list[str]:
    """Those in the folder whose names end so, in order."""
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(suffix))
