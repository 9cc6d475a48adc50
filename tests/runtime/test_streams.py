"""Files, pipes and compressed files: the same bytes come out, in bounded pieces, or an error says what is wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cns.errors import LoadError
from cns.runtime import compressed, streams

TEXT = "".join(f"<urn:s{i}> <urn:p> <urn:o> .\n" for i in range(100_000)).encode()


def zstandard(data: bytes) -> bytes:
    zstd = compressed.zstd_module()
    if zstd is None:
        pytest.skip("neither compression.zstd (Python 3.14) nor backports.zstd is installed")
    packed: bytes = zstd.compress(data)
    return packed


METHODS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "zst": zstandard}


@pytest.mark.parametrize("method", METHODS)
def test_compressed_data_is_known_by_its_first_bytes(method: str, tmp_path: Path) -> None:
    path = tmp_path / "data"  # no extension says anything
    path.write_bytes(METHODS[method](TEXT))
    assert streams.of_file(str(path), 0).joined() == TEXT
    assert streams.of_bytes("b", path.read_bytes(), 0).joined() == TEXT
    assert streams.of_stream("s", path.open("rb"), 0).joined() == TEXT


@pytest.mark.parametrize("method", METHODS)
def test_several_members_are_one_text(method: str) -> None:
    half = len(TEXT) // 2
    data = METHODS[method](TEXT[:half]) + METHODS[method](TEXT[half:])
    assert streams.of_bytes("b", data, 0).joined() == TEXT


@pytest.mark.parametrize("method", METHODS)
def test_what_is_damaged_or_cut_is_refused(method: str) -> None:
    data = METHODS[method](TEXT)
    for bad in (data[:-10], data[:9000] + b"\0" * 2000 + data[11_000:], data + b"rubbish"):
        with pytest.raises(LoadError) as caught:
            streams.of_bytes("the data", bad, 0).joined()
        assert caught.value.code == "CNS111"
        assert "the data" in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
def test_a_small_file_may_hold_a_huge_text(method: str) -> None:
    """No piece is larger than what was asked for, and the limit counts what comes out."""
    bomb = METHODS[method](b"\n" * 50_000_000)
    assert len(bomb) < 100_000
    content = streams.of_bytes("b", bomb, 0)
    assert max(len(piece) for piece in content.pieces) <= streams.PIECE
    with pytest.raises(LoadError, match="more than 1000000 bytes") as caught:
        streams.of_bytes("b", bomb, 1_000_000).joined()
    assert caught.value.code == "CNS112"


def test_decompression_has_a_thread_that_ends() -> None:
    content = streams.of_bytes("b", gzip.compress(os.urandom(30_000_000)), 0)
    pieces = iter(content.pieces)
    next(pieces)
    assert [t.name for t in threading.enumerate()].count("cns-decompress") == 1
    pieces.close()  # type: ignore[attr-defined]
    assert "cns-decompress" not in [t.name for t in threading.enumerate()]


def test_a_plain_file_is_mapped_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_bytes(TEXT)
    content = streams.of_file(str(path), 0)
    assert content.whole == TEXT
    assert content.head == TEXT[:4096]
    path.write_bytes(b"")
    assert streams.of_file(str(path), 0).joined() == b""


def test_a_pipe_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    source = tmp_path / "data.nt"
    source.write_bytes(TEXT)
    with subprocess.Popen(["cp", str(source), str(path)]):
        content = streams.of_file(str(path), 0)
        assert content.whole is None
        assert content.joined() == TEXT


def test_text_streams_are_utf8() -> None:
    assert streams.of_stream("s", io.StringIO("é" * 2_000_000), 0).joined().decode() == "é" * 2_000_000


def test_bytes_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_bytes(TEXT)
    assert streams.of_file(str(path), len(TEXT)).whole == TEXT
    for content in (
        lambda: streams.of_file(str(path), len(TEXT) - 1),
        lambda: streams.of_stream("s", io.BytesIO(TEXT), len(TEXT) - 1).joined(),
    ):
        with pytest.raises(LoadError, match="limit"):
            content()


def test_names_without_what_says_how_they_are_compressed() -> None:
    assert [streams.bare_name(name) for name in ("a.ttl.gz", "a.nt.ZST", "a.bz2", "a.gz.nt")] == [
        "a.ttl",
        "a.nt",
        "a",
        "a.gz.nt",
    ]
