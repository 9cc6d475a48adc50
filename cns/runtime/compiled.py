"""The program's compiled library: found in the cache, or rendered, compiled and put there."""

from __future__ import annotations

import os

from cns import __version__, cache, telemetry
from cns.digests import sha256
from cns.errors import EngineError, SourceRef
from cns.places import CODEGEN, RUNTIME, RUNTIME_LIBRARY, TEMPLATES, files
from cns.telemetry import stage
from cns.toolchain import cc, identity
from cns.toolchain.library import Toolchain, build, digest_of, kept_library
from cython_optimizations import native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cython_optimizations.store import Program


class NoCompiler(Exception):
    """There is nothing on this machine that compiles C."""


OPTIMISE = "-O1"
"""It takes two thirds of the time of -O3, and what it makes of emitted code is within some per cent."""


def toolchain() -> Toolchain:
    """This machine's. CNS_CC names a compiler, CNS_OPTIMISE its level."""
    compiler = cc.find(ask=compiler_of)
    if compiler is None:
        raise NoCompiler
    return Toolchain(
        compiler=compiler,
        include=RUNTIME,
        runtime=RUNTIME_LIBRARY,
        folder=os.path.join(cache.folder(), "native"),
        optimise=os.environ.get("CNS_OPTIMISE") or OPTIMISE,
        digest_of=remembered_digest,
    )


def compiler_of(command: tuple[str, ...]) -> cc.Compiler | None:
    """What the command says that it is; what it said before, if `identity` has nothing against it. To ask takes longer
    than to validate little data."""
    parts = identity.key_parts(command)
    if parts is None:
        return cc.probe(command)
    name = f"compiler-{cache.key_of(parts)[:40]}"
    if (kept := cache.read_entry(name)) is not None:
        stamps, answer = kept
        if identity.stamps(path for path, *_ in stamps) == stamps:
            return cc.Compiler(*answer)
    files = cc.files_of(command)
    before = identity.stamps(files)
    found = cc.probe(command)
    if found is not None and files and before is not None and identity.stamps(files) == before:
        about = (found.command, found.version, found.machine, found.architecture, found.features)
        cache.write_entry(name, (before, about))
    return found


def remembered_digest(paths: Iterable[str]) -> str:
    """As `digest_of`, but files that are the same as before are not read."""
    listed = list(paths)
    stamps = identity.stamps(listed)
    name = f"digest-{cache.key_of(map(repr, stamps or ()))[:40]}"
    kept = cache.read_entry(name)
    if isinstance(kept, str):
        return kept
    digest = digest_of(listed)
    if stamps is not None and identity.stamps(listed) == stamps:
        cache.write_entry(name, digest)
    return digest


def emitter_digest() -> str:
    """Of all that decides what C a program becomes."""
    return __version__ + remembered_digest((*files(TEMPLATES, ".j2"), *files(CODEGEN, ".py")))


def library(blob: bytes, program: Program, *, make: bool) -> native.Library | None:
    """None if there is none and none is to be made."""
    tools = toolchain()
    digest = sha256(emitter_digest().encode() + blob)
    path = kept_library(tools, digest)
    telemetry.count("cache.lookups", 1, {"cache.name": "library", "cache.hit": path is not None})
    if path is None:
        if not make:
            return None
        path = _make(tools, digest, blob)
    try:
        return native.Library(path, program)
    except native.BadLibrary as error:
        raise EngineError(
            "CNS511",
            f"the compiled library is refused: {error}",
            where=SourceRef(source=path),
            hint="remove the file",
        ) from None


def _make(tools: Toolchain, digest: str, blob: bytes) -> str:
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
    return os.fspath(path)
