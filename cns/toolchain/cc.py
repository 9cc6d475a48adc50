"""Finds a C compiler, asks it what it is, and runs it: argument lists, a time limit, its own words where it fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cns.errors import EngineError, SourceRef
from cns.toolchain import cpu

CANDIDATES = ("gcc", "clang", "cc")
PROBE_SECONDS = 20.0
_NATIVE = (("-march=native",), ("-mcpu=native",), ())
"""How compilers are told to use all that this machine has."""
_WORDS = 4000
"""Characters of a compiler's output that an error repeats."""


@dataclass(frozen=True)
class Compiler:
    command: tuple[str, ...]
    version: str
    machine: tuple[str, ...]
    """The flags for this machine."""
    architecture: str
    """What these flags come to."""
    features: str
    """A digest of the resolved features and the version."""

    @property
    def is_zig(self) -> bool:
        return self.command[-3:-1] == ("-m", "ziglang")

    @property
    def key(self) -> str:
        """Equal for compilers that make the same of the same."""
        return "\0".join((*self.command, self.version, self.features))


def find(name: str | None = None) -> Compiler | None:
    """The first compiler that answers: the one named (or in CNS_CC, where "none" stands for no compiler), else gcc,
    clang, cc, and ziglang from PyPI.
    """
    return _find(name or os.environ.get("CNS_CC") or None, os.environ.get("PATH", ""))


@cache
def _find(name: str | None, path: str) -> Compiler | None:
    del path  # another PATH may have other compilers
    return next((found for command in _commands(name) if (found := probe(command)) is not None), None)


def _commands(name: str | None) -> Iterator[tuple[str, ...]]:
    if name == "none":
        return
    if name == "ziglang" or (name is None and _ziglang_only()):
        yield (sys.executable, "-m", "ziglang", "cc")
        return
    for candidate in (name,) if name else CANDIDATES:
        if found := shutil.which(candidate):
            yield (found,)


def _ziglang_only() -> bool:
    return importlib.util.find_spec("ziglang") is not None and not any(map(shutil.which, CANDIDATES))


def probe(command: Sequence[str]) -> Compiler | None:
    """None if it does not answer like a C compiler."""
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


def run(compiler: Compiler, arguments: Sequence[str], *, seconds: float, source: Path | None = None) -> None:
    """Raises what the compiler said, and where the source is that it said it about."""
    _run([*compiler.command, *arguments], seconds, source)


def archive(compiler: Compiler, target: Path, objects: Sequence[Path], *, seconds: float) -> None:
    """A static library, by ar, or by zig's where zig is the compiler."""
    ar = [*compiler.command[:-1], "ar"] if compiler.is_zig else ["ar"]
    _run([*ar, "rcs", str(target), *map(str, objects)], seconds, None)


def _run(command: list[str], seconds: float, source: Path | None) -> None:
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
