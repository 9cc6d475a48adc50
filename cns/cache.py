"""Compiled programs on disk, found again by what went into them. Losing the cache costs time and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

_SUFFIX = ".cns"


def folder() -> Path:
    """CNS_CACHE, else XDG_CACHE_HOME/cns, else ~/.cache/cns."""
    if given := os.environ.get("CNS_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cns"


def key_of(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.hexdigest()


def file_digest(path: str) -> str | None:
    """sha256 of a file's content, or None if it cannot be read now."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def load(key: str) -> tuple[bytes, tuple[str, ...]] | None:
    """The program kept under the key and its warnings, if every file that it was made of is unchanged."""
    try:
        entry = (folder() / (key + _SUFFIX)).read_bytes()
        head, _, blob = entry.partition(b"\n")
        about = json.loads(head)
        if hashlib.sha256(blob).hexdigest() != about["sha256"]:
            return None
        files, warnings = about["files"], tuple(about["warnings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if any(file_digest(path) != digest for path, digest in files):
        return None
    return blob, warnings


def save(key: str, blob: bytes, files: Iterable[tuple[str, str]], warnings: Iterable[str]) -> None:
    """Published whole or not at all. A cache that cannot be written is as good as none."""
    about = {"files": list(files), "warnings": list(warnings), "sha256": hashlib.sha256(blob).hexdigest()}
    with contextlib.suppress(OSError):
        target = folder()
        target.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(about).encode() + b"\n" + blob)
            Path(name).replace(target / (key + _SUFFIX))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
