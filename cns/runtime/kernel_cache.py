"""Where compiled kernels are kept; apart from the kernels, so that to ask does not load Numba."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from cns import cache
from cython_optimizations import cstructs

_FROZEN = (
    *(cstructs.INSTRUCTIONS, cstructs.DATATYPES, cstructs.FIRST_CUSTOM_DATATYPE, cstructs.LITERAL_BIT, cstructs.NONE),
    *(cstructs.ACCEPT_LESS, cstructs.ACCEPT_EQUAL, cstructs.ACCEPT_GREATER),
    *(cstructs.NODE_KIND_IRI, cstructs.NODE_KIND_BLANK, cstructs.NODE_KIND_LITERAL),
    *(cstructs.NODE_LAYOUT, cstructs.LITERAL_LAYOUT),
)
"""What is compiled into kernels and does not stand in their source, at which alone Numba looks."""


def kernel_folder() -> Path:
    return Path(cache.folder(), "numba") / hashlib.sha256(repr(_FROZEN).encode()).hexdigest()[:16]


def are_kernels_kept() -> bool:
    return any(kernel_folder().glob("*/*.nbi"))


def usable_kernel_folder() -> str | None:
    """None: nothing can be kept, and each process compiles for itself."""
    folder = kernel_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return os.fspath(folder) if os.access(folder, os.W_OK) else None
    return None
