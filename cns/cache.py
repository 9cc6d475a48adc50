"""Compiled programs on disk, found again by what went into them. Losing the cache costs time and nothing else.

A run that finds its program here is done in milliseconds: so only what takes none is imported for it.
"""

from __future__ import annotations

import marshal
import os

from cns.digests import file_digest, sha256
from cython_optimizations.cstructs import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_SUFFIX = ".cns"
_HEAD = 8


def folder() -> str:
    """CNS_CACHE, else XDG_CACHE_HOME/cns, else ~/.cache/cns."""
    if given := os.environ.get("CNS_CACHE"):
        return given
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "cns")


def key_of(parts: Iterable[str]) -> str:
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return sha256(b"".join(len(part).to_bytes(8, "little") + part for part in encoded))


# ---------------------------------------------------------------------- entries


def read_entry(name: str) -> Any:
    """What ``write_entry`` left under the name; None if there is nothing, or not as it was left."""
    try:
        with open(os.path.join(folder(), name), "rb") as file:
            head, content = file.read(_HEAD), file.read()
        return marshal.loads(content) if head == _head(content) else None
    except (OSError, ValueError, EOFError, TypeError):  # the last three: another Python wrote it
        return None


def write_entry(name: str, value: Any) -> None:
    """Published whole or not at all. A cache that cannot be written is as good as none."""
    from contextlib import suppress
    from tempfile import mkstemp

    content = marshal.dumps(value)
    with suppress(OSError):
        os.makedirs(folder(), exist_ok=True)
        handle, temporary = mkstemp(dir=folder(), prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(content) + content)
            os.replace(temporary, os.path.join(folder(), name))
        except OSError:
            os.unlink(temporary)
            raise


def _head(content: bytes) -> bytes:
    return checksum(content).to_bytes(_HEAD, "little")


# ---------------------------------------------------------------------- programs


def load(key: str) -> tuple[bytes, tuple[str, ...]] | None:
    """The program kept under the key and its warnings, if every file that it was made of is unchanged."""
    entry = read_entry(key + _SUFFIX)
    if entry is None:
        return None
    blob, files, warnings = entry
    if any(file_digest(path) != digest for path, digest in files):
        return None
    return blob, warnings


def save(key: str, blob: bytes, files: Iterable[tuple[str, str]], warnings: Iterable[str]) -> None:
    write_entry(key + _SUFFIX, (blob, tuple(files), tuple(warnings)))
