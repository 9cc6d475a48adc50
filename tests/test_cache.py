"""The cache: found again, renewed when a file changes, harmless when it is broken or cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

import cns
from cns import cache
from tests.support import PREFIXES

SHAPES = PREFIXES + "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:Literal ."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path / "cache"))
    return tmp_path


def entries() -> set[str]:
    return {path.name for path in Path(cache.folder()).iterdir()}


def test_the_second_compilation_is_read_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "s.ttl").write_text(SHAPES)
    first = cns.compile(None, folder / "s.ttl")
    before = entries()
    monkeypatch.setattr("cns.pipeline.build_ir", lambda *_: pytest.fail("compiled again"))
    assert cns.compile(None, folder / "s.ttl").to_bytes() == first.to_bytes()
    assert entries() == before


def test_a_change_in_any_file_counts(folder: Path) -> None:
    (folder / "s.ttl").write_text(f"{SHAPES} <> owl:imports <lib.ttl> .")
    (folder / "lib.ttl").write_text(PREFIXES)
    assert len(cns.compile(None, folder / "s.ttl").validate(b"")) == 1
    (folder / "lib.ttl").write_text(PREFIXES + "ex:S sh:deactivated true .")
    assert len(cns.compile(None, folder / "s.ttl").validate(b"")) == 0
    (folder / "lib.ttl").unlink()
    with pytest.warns(cns.CnsWarning, match="cannot be resolved"):
        assert len(cns.compile(None, folder / "s.ttl").validate(b"")) == 1


def test_options_are_part_of_the_key(folder: Path) -> None:
    (folder / "s.ttl").write_text(f"{SHAPES} <> owl:imports <lib.ttl> .")
    (folder / "lib.ttl").write_text(PREFIXES + "ex:S sh:deactivated true .")
    assert cns.compile(None, folder / "s.ttl").validate(b"").conforms
    assert not cns.compile(None, folder / "s.ttl", imports=False).validate(b"").conforms


def test_a_broken_entry_is_compiled_again(folder: Path) -> None:
    (folder / "s.ttl").write_text(SHAPES)
    blob = cns.compile(None, folder / "s.ttl").to_bytes()
    for path in Path(cache.folder()).iterdir():
        content = path.read_bytes()
        for damage in (b"", b"{}\n", content[:-5], content[:-5] + b"12345", b"\xff" * 50):
            path.write_bytes(damage)
            assert cns.compile(None, folder / "s.ttl").to_bytes() == blob


def test_a_cache_that_cannot_be_written_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("not a folder")
    monkeypatch.setenv("CNS_CACHE", str(folder / "file"))
    (folder / "s.ttl").write_text(SHAPES)
    assert len(cns.compile(None, folder / "s.ttl").validate(b"")) == 1


def test_nothing_is_kept_when_asked_not_to(folder: Path) -> None:
    (folder / "s.ttl").write_text(SHAPES)
    cns.compile(None, folder / "s.ttl", cache=False, meta_shacl=False)
    assert not Path(cache.folder()).exists()
