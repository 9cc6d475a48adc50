"""Whether a compiler would say today what it said before, told without starting it.

What it says, its version and what ``-march=native`` comes to, follows from

- its files: the driver, and what the driver runs or reads (gcc's ``cc1``, clang's resource folder). A package that is
  upgraded, and a file that is replaced or edited, gets another inode, size, or time of change, which nothing can set
  back: `stamps`. Where what stands behind a driver cannot be found (a wrapper, ziglang), nothing is remembered.
- the machine: gcc and clang read the processor's features. The kernel lists them, without those that it, a hypervisor
  or the firmware has switched off; model, stepping and the kernel's own release are compared too: `machine`. Where it
  lists none, nothing is remembered.
- the environment, as far as it sends a driver elsewhere: `key_parts`.

All of it is compared each time, so that neither an upgraded compiler nor another machine that shares the cache is given
an answer that was not meant for it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Stamp = tuple[str, str, int, int, int, int, int]

CPUINFO = "/proc/cpuinfo"
_FIRST_PROCESSOR = 1 << 14
"""Bytes that hold it; a machine has up to hundreds, which would take long to list."""
_FEATURES = ("flags", "Features", "features", "isa")
_MODEL = (
    *("vendor_id", "cpu family", "model", "model name", "stepping", "cpu", "uarch"),
    *("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision"),
)
_VARIABLES = ("PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX", "CCC_OVERRIDE_OPTIONS")
_PREFIXES = ("CCACHE_", "CLANG_", "DISTCC_")


def key_parts(command: Sequence[str]) -> tuple[str, ...] | None:
    """What is to be equal besides the files; None if the machine does not say what it is."""
    about = machine()
    if about is None or len(command) != 1:
        return None
    variables = (name for name in sorted(os.environ) if name in _VARIABLES or name.startswith(_PREFIXES))
    return (*command, *about, *(f"{name}={os.environ[name]}" for name in variables))


def machine() -> tuple[str, ...] | None:
    """The processor and the kernel; None where the kernel does not list what the processor can do."""
    try:
        with open(CPUINFO, "rb", buffering=0) as file:
            text = file.read(_FIRST_PROCESSOR).decode("utf-8", "replace")
    except OSError:
        return None
    fields = [line.partition(":") for line in text.split("\n\n")[0].splitlines()]
    known = {name.strip(): value.strip() for name, _, value in fields}
    if not any(known.get(name) for name in _FEATURES):
        return None
    kernel = os.uname()
    described = (f"{name}={known[name]}" for name in (*_MODEL, *_FEATURES) if name in known)
    return (kernel.machine, kernel.release, *described)


def stamps(paths: Iterable[str]) -> tuple[Stamp, ...] | None:
    """Where each file really is, and which it is; None if one is not there."""
    try:
        found = [(path, os.path.realpath(path), os.stat(path)) for path in paths]
    except OSError:
        return None
    return tuple((path, real, s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for path, real, s in found)
