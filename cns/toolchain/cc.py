"""Finds a C compiler, asks it what it is, and runs it: argument lists, a time limit, its own words where it fails."""

from __future__ import annotations

import os
import sys

from cns.errors import EngineError, SourceRef
from cns.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Final

CANDIDATES = ("gcc", "clang", "cc")
PROBE_SECONDS = 20.0
_NATIVE = (("-march=native",), ("-mcpu=native",), ())
"""How compilers are told to use all that this machine has."""
_BEHIND = ("-print-prog-name=cc1", "-print-resource-dir")
"""What gcc and what clang are asked for the place of what does the work."""
_WORDS = 4000
"""Characters of a compiler's output that an error repeats."""


class Compiler(Value):
    __slots__ = ("architecture", "command", "features", "machine", "version")

    def __init__(
        self, command: tuple[str, ...], version: str, machine: tuple[str, ...], architecture: str, features: str
    ) -> None:
        self.command: Final = command
        self.version: Final = version
        self.machine: Final = machine
        """The flags for this machine."""
        self.architecture: Final = architecture
        """What these flags come to."""
        self.features: Final = features
        """A digest of the resolved features and the version."""

    @property
    def is_zig(self) -> bool:
        return self.command[-3:-1] == ("-m", "ziglang")

    @property
    def key(self) -> str:
        """Equal for compilers that make the same of the same."""
        return "\0".join((*self.command, self.version, self.features))


_found: dict[tuple[str | None, str], Compiler | None] = {}
"""By name and PATH, as another PATH may have other compilers."""


def find(name: str | None = None, ask: Callable[[tuple[str, ...]], Compiler | None] | None = None) -> Compiler | None:
    """The first compiler that answers: the one named (or in CNS_CC, where "none" stands for no compiler), else gcc,
    clang, cc, and ziglang from PyPI. ``ask`` may know an answer better than `probe`, which starts the compiler.
    """
    key = name or os.environ.get("CNS_CC") or None, os.environ.get("PATH", "")
    if key not in _found:
        answers = map(ask or probe, _commands(key[0]))
        _found[key] = next((answer for answer in answers if answer is not None), None)
    return _found[key]


def _commands(name: str | None) -> Iterator[tuple[str, ...]]:
    if name == "none":
        return
    if name == "ziglang" or (name is None and _ziglang_only()):
        yield (sys.executable, "-m", "ziglang", "cc")
        return
    for candidate in (name,) if name else CANDIDATES:
        if found := _which(candidate):
            yield (found,)


def _which(name: str) -> str | None:
    """As `shutil.which` finds it."""
    folders = [""] if os.path.dirname(name) else os.environ.get("PATH", os.defpath).split(os.pathsep)
    paths = (os.path.join(folder, name) for folder in folders)
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def _ziglang_only() -> bool:
    if any(map(_which, CANDIDATES)):
        return False
    from importlib.util import find_spec

    return find_spec("ziglang") is not None


def probe(command: Sequence[str]) -> Compiler | None:
    """None if it does not answer like a C compiler."""
    import subprocess

    from cns.toolchain import cpu

    for machine in _NATIVE:
        try:
            done = subprocess.run(
                [*command, *machine, "-dM", "-E", "-x", "c", os.devnull],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                text=True,
                errors="replace",
                timeout=PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        predefined = cpu.macros(done.stdout)
        if done.returncode == 0 and "__STDC_VERSION__" in predefined:
            return Compiler(
                command=tuple(command),
                version=predefined.get("__VERSION__", "").strip('"'),
                machine=machine,
                architecture=cpu.architecture(predefined),
                features=cpu.digest(predefined),
            )
    return None


def files_of(command: Sequence[str]) -> tuple[str, ...]:
    """The driver's file and those that its answers come from; () if these cannot be found."""
    behind = [path for question in _BEHIND if os.path.isabs(path := _ask(command, question)) and os.path.exists(path)]
    return (command[0], *behind) if behind else ()


def _ask(command: Sequence[str], question: str) -> str:
    import subprocess

    try:
        done = subprocess.run(
            [*command, question],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def run(compiler: Compiler, arguments: Sequence[str], *, seconds: float, source: Path | None = None) -> None:
    """Raises what the compiler said, and where the source is that it said it about."""
    _run([*compiler.command, *arguments], seconds, source)


def archive(compiler: Compiler, target: Path, objects: Sequence[Path], *, seconds: float) -> None:
    """A static library, by ar, or by zig's where zig is the compiler."""
    ar = [*compiler.command[:-1], "ar"] if compiler.is_zig else ["ar"]
    _run([*ar, "rcs", str(target), *map(str, objects)], seconds, None)


def _run(command: list[str], seconds: float, source: Path | None) -> None:
    import subprocess

    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"the C compiler took more than {seconds:.0f} s", command, source) from None
    except OSError as error:
        raise _failed(f"the C compiler cannot be started: {error.strerror}", command, source) from None
    if done.returncode != 0:
        raise _failed(f"the C compiler failed:\n{done.stdout[:_WORDS].rstrip()}", command, source)


def _failed(message: str, command: list[str], source: Path | None) -> EngineError:
    kept = f"the emitted source is kept: {source}; " if source else ""
    return EngineError(
        "CNS510",
        message,
        where=SourceRef(source=str(source or "")),
        hint=f'{kept}the command was {" ".join(command)}; engine="vm" needs no compiler',
    )
