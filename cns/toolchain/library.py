"""Emitted C → a shared library: units compiled at the same time, each kept under what went into it, and linked."""

from __future__ import annotations

import os

from cns.digests import sha256
from cns.places import files
from cns.toolchain import cc
from cns.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import Final

STANDARD = ("-std=c11", "-fPIC", "-fvisibility=hidden")
LINK = ("-shared", "-Wl,--gc-sections", "-lm", "-pthread")
SECONDS = 300.0


def digest_of(paths: Iterable[str]) -> str:
    """Of these files' names and content."""
    parts = []
    for path in paths:
        with open(path, "rb") as file:
            parts += [os.fsencode(os.path.basename(path)), file.read()]
    return sha256(b"".join(part + b"\0" for part in parts))


class Toolchain(Value):
    """A compiler with all that decides what it makes of a source."""

    __slots__ = ("compiler", "folder", "include", "jobs", "made_of", "optimise", "runtime", "seconds")

    def __init__(
        self,
        compiler: cc.Compiler,
        include: str,
        runtime: str,
        folder: str,
        optimise: str = "-O3",
        seconds: float = SECONDS,
        digest_of: Callable[[Iterable[str]], str] = digest_of,
    ) -> None:
        self.compiler: Final = compiler
        self.include: Final = include
        """The C runtime's headers."""
        self.runtime: Final = runtime
        """The C runtime, compiled."""
        self.folder: Final = folder
        """Where objects and libraries are kept."""
        self.optimise: Final = optimise
        self.seconds: Final = seconds
        """The longest that one call of the compiler may take."""
        self.made_of: Final = (digest_of(files(include, ".h")), digest_of([runtime]))
        """Digests of the headers and of the runtime. Who looks at the files may remember what was in them."""
        self.jobs: Final = len(os.sched_getaffinity(0))

    @property
    def flags(self) -> tuple[str, ...]:
        return (*STANDARD, self.optimise, *self.compiler.machine)

    def key(self, *parts: str) -> str:
        """Names what these parts become here."""
        whole = (self.compiler.key, *self.flags, self.made_of[0], *parts)
        return sha256("\0".join(whole).encode("utf-8", "surrogatepass"))[:40]


def kept_library(tools: Toolchain, program: str) -> str | None:
    """The library made of the program with this digest, if there is one."""
    path = _library_path(tools, program)
    return path if os.path.exists(path) else None


def build(tools: Toolchain, program: str, sources: Iterable[tuple[str, str]]) -> Path:
    """Compiles what is not kept yet and links it. ``sources`` are names and texts: equal ones for equal programs."""
    from pathlib import Path

    target = Path(_library_path(tools, program))
    objects = compile_units(tools, sources)
    _publish(
        target,
        lambda path: cc.run(
            tools.compiler,
            [*map(str, objects), tools.runtime, "-o", str(path), *LINK],
            seconds=tools.seconds,
        ),
    )
    return target


def compile_units(tools: Toolchain, sources: Iterable[tuple[str, str]]) -> list[Path]:
    """The objects, in the order of the sources. The largest begin."""
    from concurrent.futures import ThreadPoolExecutor

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
    from pathlib import Path
    from threading import get_ident

    key = tools.key(text)
    target = Path(tools.folder, f"{key}.o")
    if target.exists():
        return target

    # A name of its own: another process may be compiling the same. It stays where the compiler fails.
    source = target.with_name(f"{key}-{os.getpid()}-{get_ident()}.c")
    _publish(source, lambda path: path.write_text(text, encoding="ascii"))
    arguments = [*tools.flags, f"-I{tools.include}", "-c", str(source)]
    _publish(
        target, lambda path: cc.run(tools.compiler, [*arguments, "-o", str(path)], seconds=tools.seconds, source=source)
    )
    source.unlink(missing_ok=True)
    return target


def _library_path(tools: Toolchain, program: str) -> str:
    return os.path.join(tools.folder, f"{tools.key('library', tools.made_of[1], program)}.so")


def _publish(target: Path, make: Callable[[Path], object]) -> None:
    """Whole or not at all."""
    import tempfile
    from pathlib import Path

    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-", suffix=target.suffix)
    os.close(handle)
    try:
        make(Path(name))
        Path(name).chmod(0o755 if target.suffix == ".so" else 0o644)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
