"""Compressed bytes → bytes, a bounded piece at a time, in a thread of its own a few pieces ahead of the reader."""

from __future__ import annotations

import bz2
import queue
import threading
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from cns.errors import LoadError, SourceRef

if TYPE_CHECKING:
    from cns.runtime.streams import Pieces

_PIECES_AHEAD = 4


def ahead(name: str, method: str, compressed: Pieces, size: int) -> Pieces:
    """The text in pieces of at most this size."""
    return _ahead(_decompressed(name, method, compressed, size))


class _Decompressor(Protocol):
    """As bz2 and zstd have it; a small file may hold a huge text, so that each answer is bounded."""

    def decompress(self, data: bytes, max_length: int) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class _Gzip:
    """zlib's object with the face of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        text = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = not self._inner.unconsumed_tail and len(text) < max_length
        return text

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


def _decompressed(name: str, method: str, compressed: Pieces, size: int) -> Pieces:
    """Several members one after the other are one text, as the tools that write them mean it."""
    make = _maker(name, method)
    decompressor = make()
    try:
        for piece in compressed:
            rest = piece
            while rest or not (decompressor.eof or decompressor.needs_input):
                if decompressor.eof:
                    decompressor = make()
                if text := decompressor.decompress(rest, size):
                    yield text
                rest = decompressor.unused_data if decompressor.eof else b""
    except (zlib.error, OSError, ValueError, EOFError, _zstd_error()) as error:
        raise _damaged(name, method, str(error)) from None
    if not decompressor.eof:
        raise _damaged(name, method, "it ends too early")


def _maker(name: str, method: str) -> Callable[[], _Decompressor]:
    if method == "gzip":
        return _Gzip
    if method == "bzip2":
        return bz2.BZ2Decompressor
    module = zstd_module()
    if module is None:
        raise LoadError(
            "CNS110",
            "this is zstd-compressed, and no library for that is installed",
            where=SourceRef(source=name),
            hint="pip install cns[zstd], or decompress it first",
        )
    maker: Callable[[], _Decompressor] = module.ZstdDecompressor
    return maker


def zstd_module() -> Any:
    """Python's own from 3.14 on, its backport before."""
    try:
        from compression import zstd  # type: ignore[import-not-found]
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            return None
    return zstd


def _zstd_error() -> type[Exception]:
    module = zstd_module()
    error: type[Exception] = EOFError if module is None else module.ZstdError
    return error


def _damaged(name: str, method: str, what: str) -> LoadError:
    return LoadError(
        "CNS111",
        f"the {method} data is damaged: {what}",
        where=SourceRef(source=name),
        hint="fetch or compress the file again",
    )


def _ahead(parts: Pieces) -> Pieces:
    """The parts, made in a thread of their own and a few of them ahead; an error there is raised here."""
    ready: queue.Queue[bytes | BaseException | None] = queue.Queue(_PIECES_AHEAD)
    stopped = threading.Event()

    def offer(item: bytes | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        try:
            if all(offer(part) for part in parts):
                offer(None)
        except BaseException as error:  # noqa: BLE001 (handed over to the thread that reads)
            offer(error)

    thread = threading.Thread(target=produce, name="cns-decompress", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join(1)  # it may be waiting for a pipe; then it is left to itself, and ends with the pipe
        if not thread.is_alive():
            parts.close()
