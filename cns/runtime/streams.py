"""The bytes of files, pipes and compressed files: mapped where that is possible, else a bounded piece at a time.

Decompression runs in a thread of its own, a few pieces ahead of the reader.
"""

from __future__ import annotations

import bz2
import mmap
import os
import queue
import stat
import sys
import threading
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from cns.errors import LoadError, SourceRef

PIECE = 1 << 20
_PIECES_AHEAD = 4
_HEAD = 4096

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2"}
_SUFFIXES = (".gz", ".zst", ".zstd", ".bz2")


Pieces = Generator[bytes, None, None]


@dataclass
class Content:
    """What a source holds: all of it at once, or its pieces one after the other."""

    head: bytes
    """The first bytes, by which a syntax can be guessed."""
    whole: Any = None
    pieces: Pieces | None = None
    """To be closed by whoever reads them, also after an error: a thread and a file may be behind them."""

    @property
    def is_mapped(self) -> bool:
        """The kernel keeps the bytes for us, and may take them back."""
        return isinstance(self.whole, memoryview) and isinstance(self.whole.obj, mmap.mmap)

    def joined(self) -> bytes:
        return b"".join(self.pieces) if self.pieces else bytes(self.whole)


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


def bare_name(name: str) -> str:
    """The file's name without what says how it is compressed."""
    return next((name[: -len(suffix)] for suffix in _SUFFIXES if name.lower().endswith(suffix)), name)


def of_bytes(name: str, data: Any, most: int) -> Content:
    """Bytes in memory, which may be compressed like a file's."""
    view = memoryview(data).cast("B") if not isinstance(data, bytes) else data
    method = _compression_of(bytes(view[:8]))
    if method is not None:
        return _of_pieces(_ahead(_decompressed(name, method, _slices(view))), name, most)
    if most and len(view) > most:
        raise _too_many_bytes(name, most)
    return Content(head=bytes(view[:_HEAD]), whole=view)


def of_stream(name: str, stream: IO[Any], most: int) -> Content:
    """What an open file gives from where it stands, text or bytes."""
    return _of_raw_pieces(name, _reads(stream), most)


def of_file(path: str, most: int) -> Content:
    """A file by its path, or standard input for "-"; plain files are mapped, and copied by nobody."""
    if path == "-":
        return of_stream("<stdin>", sys.stdin.buffer, most)
    file = Path(path).open("rb")  # noqa: SIM115 (a pipe stays open until its last piece was read)
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        return _of_raw_pieces(path, _reads(file), most)
    with file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # it is empty, or its file system cannot
            return of_bytes(path, file.read(), most)
    return of_bytes(path, mapped, most)


# ---------------------------------------------------------------------- pieces


def _reads(stream: IO[Any]) -> Pieces:
    while piece := stream.read(PIECE):
        yield piece.encode("utf-8", "surrogatepass") if isinstance(piece, str) else bytes(piece)


def _slices(view: Any) -> Pieces:
    for start in range(0, len(view), PIECE):
        yield bytes(view[start : start + PIECE])


def _of_raw_pieces(name: str, raw: Pieces, most: int) -> Content:
    """Pieces that are still to be looked at for compression."""
    first = next(raw, b"")
    while first and len(first) < 8 and (more := next(raw, b"")):  # a terminal or a slow pipe
        first += more
    method = _compression_of(first)
    pieces = _with(first, raw)
    return _of_pieces(pieces if method is None else _ahead(_decompressed(name, method, pieces)), name, most)


def _of_pieces(pieces: Pieces, name: str, most: int) -> Content:
    if most:
        pieces = _bounded(pieces, name, most)
    first = next(pieces, b"")
    return Content(head=first[:_HEAD], pieces=_with(first, pieces))


def _with(first: bytes, rest: Pieces) -> Pieces:
    with closing(rest):
        if first:
            yield first
        yield from rest


def _bounded(pieces: Pieces, name: str, most: int) -> Pieces:
    total = 0
    with closing(pieces):
        for piece in pieces:
            total += len(piece)
            if total > most:
                raise _too_many_bytes(name, most)
            yield piece


def _too_many_bytes(name: str, most: int) -> LoadError:
    return LoadError(
        "CNS112",
        f"more than {most} bytes, which is the limit",
        where=SourceRef(source=name),
        hint="raise max_bytes, or split the data",
    )


# ---------------------------------------------------------------------- compression


def _compression_of(head: bytes) -> str | None:
    """By the first bytes, which do not lie: no RDF syntax starts with any of these."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def _decompressed(name: str, method: str, compressed: Pieces) -> Pieces:
    """Several members one after the other are one text, as the tools that write them mean it."""
    make = _maker(name, method)
    decompressor = make()
    try:
        for piece in compressed:
            rest = piece
            while rest or not (decompressor.eof or decompressor.needs_input):
                if decompressor.eof:
                    decompressor = make()
                if text := decompressor.decompress(rest, PIECE):
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
    module = _zstd_module()
    if module is None:
        raise LoadError(
            "CNS110",
            "this is zstd-compressed, and no library for that is installed",
            where=SourceRef(source=name),
            hint="pip install cns[zstd], or decompress it first",
        )
    maker: Callable[[], _Decompressor] = module.ZstdDecompressor
    return maker


def _zstd_module() -> Any:
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
    module = _zstd_module()
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
