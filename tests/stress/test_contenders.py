"""Who takes part: what is missing is said, and nothing has to be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stress.bench import contenders, peers
from stress.bench.install import install


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no peers but pySHACL, which cns depends on."""
    usual = peers.importlib.util.find_spec

    def found(name: str) -> object:
        return None if name in ("shacl", "pyrudof") else usual(name)

    monkeypatch.setattr(peers.importlib.util, "find_spec", found)
    return tmp_path


def test_peers_that_are_not_there_are_left_out_with_the_reason(empty: Path) -> None:
    found, left_out = contenders.gather(contenders.NAMES, empty)
    assert {one.name for one in found if not one.ours} == {"pySHACL"}
    reasons = {left.contender: left.reason for left in left_out}
    for name in set(peers.NAMES) - {"pySHACL"}:
        assert reasons[name] == "is not installed"
    assert "Data Treehouse" in reasons["maplib"]


def test_only_those_asked_for_take_part(empty: Path) -> None:
    found, left_out = contenders.gather(["cns vm", "shacl"], empty)
    assert {one.name for one in found} == {"cns vm"}
    assert {left.contender for left in left_out} == {"shacl", "maplib"}


def test_our_engines_take_part_warm_and_cold_with_one_thread_and_all(empty: Path) -> None:
    found, _ = contenders.gather(["cns vm"], empty)
    cores = len(os.sched_getaffinity(0))
    assert {(one.state, one.threads) for one in found} == {("warm", 1), ("warm", cores), ("cold", cores)}


def test_an_engine_that_cns_does_not_have_is_left_out(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders, "ENGINES", ("auto", "vm"))
    _, left_out = contenders.gather(["cns vm", "cns numba"], empty)
    assert ("cns numba", "this version of cns does not have it") in {(one.contender, one.reason) for one in left_out}


def test_native_without_a_compiler_is_left_out(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders.cc, "find", lambda: None)
    _, left_out = contenders.gather(["cns native"], empty)
    assert ("cns native", "there is no C compiler") in {(one.contender, one.reason) for one in left_out}


def test_versions_of_installed_peers_come_from_what_is_installed(empty: Path) -> None:
    package = empty / "node" / "node_modules" / "shacl-engine"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"version": "9.8.7"}')
    (empty / "python/lib/python3.11/site-packages/shacl-1.2.3.dist-info").mkdir(parents=True)
    found, missing = peers.find(empty)
    versions = {peer.name: peer.version for peer in found}
    assert versions["shacl"] == "1.2.3"
    assert versions.get("shacl-engine") == "9.8.7" or missing["shacl-engine"] == "there is no node"


def test_what_cannot_be_installed_is_said(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    said: list[str] = []
    assert not install(empty, ["Apache Jena", "shacl-engine"], said.append)
    assert "  needs mvn, which is not on this machine" in said
    assert "  needs npm, which is not on this machine" in said
