"""Emitted C → a shared library: units compiled at the same time, each kept under what went into it, and linked."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cns.toolchain import cc

STANDARD = ("-std=c11", "-fPIC", "-fvisibility=hidden")
LINK = ("-shared", "-Wl,--gc-sections", "-lm", "-pthread")
SECONDS = 300.0


@dataclass(frozen=True)
class Toolchain:
    """A compiler with all that decides what it makes of a source."""

    compiler: cc.Compiler
    include: Path
    """The C runtime's headers."""
    runtime: Path
    """The C runtime, compiled."""
    folder: Path
    """Where objects and libraries are kept."""
    optimise: str = "-O3"
    seconds: float = SECONDS
    """The longest that one call of the compiler may take."""
    jobs: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))

    @property
    def flags(self) -> tuple[str, ...]:
        return (*STANDARD, self.optimise, *self.compiler.machine)

    def key(self, *parts: str) -> str:
        """Names what these parts become here."""
        whole = (self.compiler.key, *self.flags, headers_digest(self.include), *parts)
        return hashlib.sha256("\0".join(whole).encode("utf-8", "surrogatepass")).hexdigest()[:40]


@cache
def headers_digest(include: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(include.glob("*.h")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept_library(tools: Toolchain, program: str) -> Path | None:
    """The library made of the program with this digest, if there is one."""
    path = _library_path(tools, program)
    return path if path.exists() else None


def build(tools: Toolchain, program: str, sources: Iterable[tuple[str, str]]) -> Path:
    """Compiles what is not kept yet and links it. ``sources`` are names and texts: equal ones for equal programs."""
    target = _library_path(tools, program)
    objects = compile_units(tools, sources)
    _publish(
        target,
        lambda path: cc.run(
            tools.compiler,
            [*map(str, objects), str(tools.runtime), "-o", str(path), *LINK],
            seconds=tools.seconds,
        ),
    )
    return target


def compile_units(tools: Toolchain, sources: Iterable[tuple[str, str]]) -> list[Path]:
    """The objects, in the order of the sources. The largest begin."""
    listed = list(sources)
    by_size = sorted(range(len(listed)), key=lambda i: (-len(listed[i][1]), i))
    with ThreadPoolExecutor(max(1, tools.jobs)) as pool:
        running = {i: pool.submit(_compile, tools, *listed[i]) for i in by_size}
        try:
            return [running[i].result() for i in range(len(listed))]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _compile(tools: Toolchain, name: str, text: str) -> Path:
    key = tools.key(text)
    target = tools.folder / f"{key}.o"
    if target.exists():
        return target
    # A name of its own: another process may be compiling the same. It stays where the compiler fails.
    source = target.with_name(f"{key}-{os.getpid()}-{threading.get_ident()}.c")
    _publish(source, lambda path: path.write_text(text, encoding="ascii"))
    arguments = [*tools.flags, f"-I{tools.include}", "-c", str(source)]
    _publish(
        target, lambda path: cc.run(tools.compiler, [*arguments, "-o", str(path)], seconds=tools.seconds, source=source)
    )
    source.unlink(missing_ok=True)
    return target


def _library_path(tools: Toolchain, program: str) -> Path:
    return tools.folder / f"{tools.key('library', file_digest(tools.runtime), program)}.so"


def _publish(target: Path, make: Callable[[Path], object]) -> None:
    """Whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-", suffix=target.suffix)
    os.close(handle)
    try:
        make(Path(name))
        Path(name).chmod(0o755 if target.suffix == ".so" else 0o644)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
