"""The artifact: C source, header, libraries, checker and manifest of one program, in a folder that appears whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cns import __version__
from cns.codegen.amalgamate import amalgamate, artifact_name
from cns.codegen.program import Program
from cns.errors import CnsWarning, EngineError, LoadError, SourceRef, UsageError
from cns.passes.cycles import CYCLES
from cns.telemetry import stage
from cns.toolchain import cc

CFLAGS = ("-O3", "-march=native")
STANDARD = ("-std=c11", "-fPIC", "-fvisibility=hidden")
MANIFEST = "manifest.json"
SECONDS = 600.0


def emit(blob: bytes, folder: str | os.PathLike[str], name: str, cflags: Sequence[str] | None) -> Path:
    """Where it is. What was there before is replaced if it is an artifact, and left alone if it is anything else."""
    target = Path(folder)
    _refuse_foreign(target)
    program = Program.from_bytes(blob)
    name = artifact_name(name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    except OSError as error:
        raise _cannot_write(target, error) from None
    try:
        with stage("emit") as span:
            _write(program, blob, work, name, cflags)
            span.note(bytes=sum(path.stat().st_size for path in work.iterdir()))
        _publish(work, target)
    except EngineError:
        raise  # the compiler failed: what it says is about a source in this folder
    except OSError as error:
        shutil.rmtree(work, ignore_errors=True)
        raise _cannot_write(target, error) from None
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return target


def _write(program: Program, blob: bytes, work: Path, name: str, cflags: Sequence[str] | None) -> None:
    for source in amalgamate(program, name):
        (work / source.name).write_text(source.text, encoding="utf-8")
    compiler = cc.find()
    flags = tuple(cflags) if cflags is not None else CFLAGS
    if compiler is not None and compiler.is_zig:
        flags += ("-DCNS_NO_CPU_MODEL",)
    built: dict[str, Any] | None = None
    if compiler is None:
        _say(
            "no C compiler was found (gcc, clang, cc, ziglang): there are sources and a Makefile, and nothing compiled"
        )
    else:
        built = _build(compiler, work, name, flags)
    manifest = _manifest(program, blob, work, name, built)
    (work / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=True) + "\n", encoding="ascii")


def _build(compiler: cc.Compiler, work: Path, name: str, flags: Sequence[str]) -> dict[str, Any]:
    """What the Makefile does."""

    def compile(*arguments: str) -> None:
        cc.run(compiler, [*arguments, "-lm"], seconds=SECONDS, source=source)

    source, unit = work / f"{name}.c", work / f"{name}.o"
    common = [*STANDARD, *flags, f"-I{work}"]
    compile(*common, "-c", str(source), "-o", str(unit))
    compile("-shared", str(unit), "-o", str(work / f"lib{name}.so"))
    cc.archive(compiler, work / f"lib{name}.a", [unit], seconds=SECONDS)
    main = [f"-D{name.upper()}_MAIN", f"-D{name.upper()}_MAIN_ONLY"]
    checker = [*common, *main, str(source), str(unit), "-o", str(work / f"{name}-check")]
    static = True
    try:
        compile(*checker, "-static")
    except EngineError:
        static = False
        compile(*checker)
        _say(f"{name}-check is linked to the machine's libc: there is no static one")
    unit.unlink()
    return {
        "command": list(compiler.command),
        "version": compiler.version,
        "architecture": compiler.architecture,
        "flags": [*STANDARD, *flags],
        "checker_is_static": static,
    }


def _manifest(program: Program, blob: bytes, work: Path, name: str, built: dict[str, Any] | None) -> dict[str, Any]:
    about = program.about()
    kinds, decided = about.get("ops", []), about.get("decided", {})
    ops = [
        {
            "id": i,
            "shape": row["shape"],
            "component": program.text(row["component"]),
            "kind": kind,
            "cycles": CYCLES["qualified" if kind.startswith("qualified") else kind],
        }
        | decided.get(str(i), {"verdict": "RUNTIME"})
        for i, (row, kind) in enumerate(zip(program.rows("ops"), kinds, strict=True))
    ]
    shapes = [
        {
            "id": i,
            "node": program.text(row["node"]),
            "label": program.text(row["label"]),
            "targets": row["target_count"],
        }
        for i, row in enumerate(program.rows("shapes"))
    ]
    return {
        "cns": __version__,
        "name": name,
        "compiler": built,
        "inputs": {
            "program": _digest(blob),
            "sources": [
                {"role": source["role"], "name": source["name"], "digest": f"sha256:{source['sha256']}"}
                for source in about.get("inputs", [])
            ],
        },
        "outputs": {path.name: _digest(path.read_bytes()) for path in sorted(work.iterdir())},
        "shapes": shapes,
        "ops": ops,
    }


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _refuse_foreign(target: Path) -> None:
    """A folder that holds anything but an artifact is not ours to replace."""
    if not target.exists() and not target.is_symlink():
        return
    try:
        there = {path.name for path in target.iterdir()}
        known = set(json.loads((target / MANIFEST).read_bytes())["outputs"]) | {MANIFEST} if there else set()
    except (OSError, ValueError, KeyError, TypeError):
        known = set()
    if there_is_more := sorted(there - known) if target.is_dir() else [target.name]:
        raise UsageError(
            "CNS913",
            f"{target} holds what is no artifact of cns: {', '.join(there_is_more[:3])}",
            hint="name a folder that does not exist yet; it is made whole and replaced whole",
        )


def _publish(work: Path, target: Path) -> None:
    work.chmod(0o755)
    if target.exists():
        old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-old-"))
        try:
            target.replace(old)
            work.replace(target)
        finally:
            shutil.rmtree(old, ignore_errors=True)
    else:
        work.replace(target)


def _cannot_write(target: Path, error: OSError) -> LoadError:
    where = SourceRef(source=os.fspath(target))
    return LoadError(
        "CNS106", f"the artifact cannot be written: {error.strerror}", where=where, hint="check the folder"
    )


def _say(message: str) -> None:
    warnings.warn(message, CnsWarning, stacklevel=2)
