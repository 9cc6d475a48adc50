"""The bytes of files, pipes and compressed files: mapped where that is possible, else a bounded piece at a time."""

from __future__ import annotations

import mmap
import os
import stat
import sys

from cns.errors import LoadError, SourceRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import IO, Any, Final

    Pieces = Generator[bytes, None, None]

PIECE = 1 << 20
_HEAD = 4096

_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2"}
_SUFFIXES = (".gz", ".zst", ".zstd", ".bz2")


class Content:
    """What a source holds: all of it at once, or its pieces one after the other."""

    __slots__ = ("head", "pieces", "whole")

    def __init__(self, head: bytes, whole: Any = None, pieces: Pieces | None = None) -> None:
        self.head: Final = head
        """The first bytes, by which a syntax can be guessed."""
        self.whole: Final = whole
        self.pieces: Final = pieces
        """To be closed by whoever reads them, also after an error: a thread and a file may be behind them."""

    @property
    def is_mapped(self) -> bool:
        """The kernel keeps the bytes for us, and may take them back."""
        return isinstance(self.whole, memoryview) and isinstance(self.whole.obj, mmap.mmap)

    def joined(self) -> bytes:
        return b"".join(self.pieces) if self.pieces else bytes(self.whole)


def bare_name(name: str) -> str:
    """The file's name without what says how it is compressed."""
    return next((name[: -len(suffix)] for suffix in _SUFFIXES if name.lower().endswith(suffix)), name)


def of_bytes(name: str, data: Any, most: int) -> Content:
    """Bytes in memory, which may be compressed like a file's."""
    view = memoryview(data).cast("B") if not isinstance(data, bytes) else data
    method = _compression_of(bytes(view[:8]))
    if method is not None:
        return _of_pieces(_decompressed(name, method, _slices(view)), name, most)
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
    file = open(path, "rb")  # noqa: SIM115 (a pipe stays open until its last piece was read)
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
    return _of_pieces(pieces if method is None else _decompressed(name, method, pieces), name, most)


def _of_pieces(pieces: Pieces, name: str, most: int) -> Content:
    if most:
        pieces = _bounded(pieces, name, most)
    first = next(pieces, b"")
    return Content(head=first[:_HEAD], pieces=_with(first, pieces))


def _with(first: bytes, rest: Pieces) -> Pieces:
    try:
        if first:
            yield first
        yield from rest
    finally:
        rest.close()


def _bounded(pieces: Pieces, name: str, most: int) -> Pieces:
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            if total > most:
                raise _too_many_bytes(name, most)
            yield piece
    finally:
        pieces.close()


def _too_many_bytes(name: str, most: int) -> LoadError:
    return LoadError(
        "CNS112",
        f"more than {most} bytes, which is the limit",
        where=SourceRef(source=name),
        hint="raise max_bytes, or split the data",
    )


def _compression_of(head: bytes) -> str | None:
    """By the first bytes, which do not lie: no RDF syntax starts with any of these."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def _decompressed(name: str, method: str, compressed: Pieces) -> Pieces:
    from cns.runtime.compressed import ahead

    return ahead(name, method, compressed, PIECE)
