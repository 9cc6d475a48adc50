"""The places as paths, and the package of workloads and benchmarks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from cns import places

TEMPLATES = Path(places.TEMPLATES)
RUNTIME = Path(places.RUNTIME)
RUNTIME_LIBRARY = Path(places.RUNTIME_LIBRARY)


def stress() -> str:
    """The package of workloads and benchmarks: part of an installed cns, and a checkout's own."""
    return "cns.stress" if find_spec("cns.stress") else "stress"
