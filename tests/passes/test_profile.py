"""Profiles: what a run has seen, kept as JSON, and found again by the names of shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cns
from cns.cli import main
from cns.options import CompileOptions, ReadOptions
from cns.passes.profile import Profile
from cns.pipeline import learn_profile
from tests.support import PREFIXES

SHAPES = (
    PREFIXES
    + """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxLength 3 ; sh:nodeKind sh:Literal ] ;
    sh:or ( [ sh:nodeKind sh:BlankNode ] [ sh:class ex:Nobody ] ) .
"""
)
DATA = (
    PREFIXES
    + """
ex:a a ex:Person ; ex:name "x", "longer" . ex:b a ex:Person ; ex:name "y" . _:c a ex:Person .
"""
)


def learned() -> Profile:
    return learn_profile(None, SHAPES, CompileOptions(cache=False), DATA, ReadOptions(format="turtle"))


def test_a_run_is_counted() -> None:
    seen = learned()
    name = "ex:Person / [ sh:maxLength 3 ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:path ex:name ]"
    assert seen.checks[f"{name}: minCount"] == (3, 1)
    assert seen.checks[f"{name}: maxLength"] == (3, 1)
    assert seen.checks[f"{name}: nodeKind"] == (3, 0)
    assert seen.values[name] == (3, 3)
    assert seen.checks["ex:Person: or"] == (3, 2)
    assert seen.checks["ex:Person / [ sh:nodeKind sh:BlankNode ]: nodeKind"] == (3, 2)
    assert seen.checks["ex:Person / [ sh:class ex:Nobody ]: class"] == (2, 2)


def test_there_and_back() -> None:
    seen = learned()
    assert Profile.from_json(seen.to_json(), "x") == seen
    assert seen.to_json() == learned().to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "checks": {}, "values": {}}',
        '{"version": 1, "checks": {"x": [1]}, "values": {}}',
        '{"version": 1, "checks": {"x": [1, 2]}, "values": {}}',
        '{"version": 1, "checks": {"x": [-1, -1]}, "values": {}}',
        '{"version": 1, "checks": {"x": "ab"}, "values": {}}',
    ],
)
def test_what_is_no_profile_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(cns.CnsError) as raised:
        cns.compile(None, SHAPES, profile=path)
    assert raised.value.code == "CNS110"
    assert raised.value.where is not None
    assert raised.value.where.source == str(path)


def test_a_profile_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(cns.CnsError, match="no such file"):
        cns.compile(None, SHAPES, profile=tmp_path / "none.json")


def test_the_command_line_makes_and_uses_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CNS_CACHE", str(tmp_path / "cache"))
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES)
    data.write_text(DATA)
    assert main(["profile", str(shapes), str(data)]) == 0
    made = tmp_path / "shapes.profile.json"
    assert json.loads(made.read_text())["version"] == 1
    assert main(["profile", str(shapes), str(data), "-o", str(tmp_path / "other")]) == 0
    assert (tmp_path / "other").read_text() == made.read_text()
    capsys.readouterr()
    assert main(["explain", str(shapes), "--order"]) == 0
    without = capsys.readouterr().out
    assert main(["explain", str(shapes), "--order", "--profile", str(made)]) == 0
    assert capsys.readouterr().out != without
    for _ in range(2):
        assert main(["validate", "-s", str(shapes), "--profile", str(made), "--conforms", str(data)]) == 1


def test_a_changed_profile_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the shapes come from the cache."""
    monkeypatch.setenv("CNS_CACHE", str(tmp_path / "cache"))
    shapes, profile = tmp_path / "shapes.ttl", tmp_path / "p.json"
    shapes.write_text(SHAPES)
    profile.write_text(Profile().to_json())
    first = cns.compile(None, shapes, profile=profile).to_bytes()
    assert cns.compile(None, shapes, profile=profile).to_bytes() == first
    profile.write_text(learned().to_json())
    assert cns.compile(None, shapes, profile=profile).to_bytes() != first
