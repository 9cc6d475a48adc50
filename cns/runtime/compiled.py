"""The program's compiled library: found in the cache, or rendered, compiled and put there."""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path

from cns import __version__, cache, telemetry
from cns.errors import EngineError, SourceRef
from cns.resources import CODEGEN, RUNTIME, RUNTIME_LIBRARY, TEMPLATES
from cns.telemetry import stage
from cns.toolchain import cc
from cns.toolchain.library import Toolchain, build, kept_library
from cython_optimizations import native
from cython_optimizations.store import Program


class NoCompiler(Exception):
    """There is nothing on this machine that compiles C."""


OPTIMISE = "-O1"
"""It takes two thirds of the time of -O3, and what it makes of emitted code is within some per cent."""


def toolchain() -> Toolchain:
    """This machine's. CNS_CC names a compiler, CNS_OPTIMISE its level."""
    compiler = cc.find()
    if compiler is None:
        raise NoCompiler
    return Toolchain(
        compiler=compiler,
        include=RUNTIME,
        runtime=RUNTIME_LIBRARY,
        folder=Path(cache.folder(), "native"),
        optimise=os.environ.get("CNS_OPTIMISE") or OPTIMISE,
    )


@functools.cache
def emitter_digest() -> bytes:
    """Of all that decides what C a program becomes."""
    digest = hashlib.sha256(__version__.encode())
    for path in (*sorted(TEMPLATES.glob("*.j2")), *sorted(CODEGEN.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.digest()


def library(blob: bytes, program: Program, *, make: bool) -> native.Library | None:
    """None if there is none and none is to be made."""
    tools = toolchain()
    digest = hashlib.sha256(emitter_digest() + blob).hexdigest()
    path = kept_library(tools, digest)
    telemetry.count("cache.lookups", 1, {"cache.name": "library", "cache.hit": path is not None})
    if path is None:
        if not make:
            return None
        path = _make(tools, digest, blob)
    try:
        return native.Library(os.fspath(path), program)
    except native.BadLibrary as error:
        raise EngineError(
            "CNS511",
            f"the compiled library is refused: {error}",
            where=SourceRef(source=os.fspath(path)),
            hint="remove the file",
        ) from None


def _make(tools: Toolchain, digest: str, blob: bytes) -> Path:
    from cns.codegen.program import Program as Tables
    from cns.codegen.render import render

    with stage("render") as span:
        sources = render(Tables.from_bytes(blob))
        span.note(units=len(sources), bytes=sum(len(source.text) for source in sources))
    with stage(
        "cc", compiler=" ".join((*tools.compiler.command, *tools.flags)), version=tools.compiler.version
    ) as span:
        path = build(tools, digest, [(source.name, source.text) for source in sources])
        span.note(bytes=path.stat().st_size)
    return path
