"""sha256 of content and of files, without what `hashlib` brings where there is little to hash."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LARGE = 1 << 20
"""Bytes from which on OpenSSL is quicker, although it is to be loaded first."""


def sha256(content: bytes) -> str:
    """As `hashlib` has it; for little content by Python's own code, for OpenSSL takes 3 ms and 3 MB to load."""
    make = None if len(content) >= _LARGE else _own_sha256()
    if make is None:
        import hashlib

        make = hashlib.sha256
    digest: str = make(content).hexdigest()
    return digest


def _own_sha256() -> Any:
    """None: this Python has it elsewhere."""
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256
        else:
            from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        return None
    return sha256


def file_digest(path: str) -> str | None:
    """sha256 of a file's content, or None if it cannot be read now."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < _LARGE:
                return sha256(file.read())
            import hashlib

            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
