"""Emitted C: every instruction has its C, the same shapes give the same bytes, and a changed shape changes one unit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cns.codegen import units
from cns.codegen.blocks import instructions
from cns.codegen.program import Program
from cns.codegen.render import INSTRUCTIONS, render
from cns.codegen.units import plan_units
from cns.resources import RUNTIME
from cython_optimizations import cstructs
from tests.cython_optimizations.helpers import tables_of
from tests.cython_optimizations.rich import SHAPES

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def property_shape(number: int, constraint: str) -> str:
    return (
        f"ex:S{number} a sh:NodeShape ; sh:targetSubjectsOf ex:p{number % 7} ; sh:property [ sh:path ex:p{number % 7} ;"
        f" sh:minCount {number % 3} ; {constraint} ; sh:node ex:Common ] .\n"
    )


def many(count: int, changed: dict[int, str] | None = None) -> Program:
    lines = [property_shape(i, (changed or {}).get(i, "sh:nodeKind sh:IRI")) for i in range(count)]
    return tables_of("".join(lines) + 'ex:Common sh:pattern "^a" .', passes=())


def texts(program: Program) -> dict[str, str]:
    return {source.name: source.text for source in render(program)}


def test_every_instruction_has_its_c() -> None:
    assert INSTRUCTIONS.keys() == cstructs.INSTRUCTIONS.keys()


def test_the_rich_shapes_use_every_instruction() -> None:
    program = tables_of(SHAPES)
    assert {at.name for at in instructions(program, 0, program.count("code"))} == cstructs.INSTRUCTIONS.keys()


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("cut", [False, True], ids=["one unit", "many units"])
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_emitted_units_compile_without_warnings(
    compiler: str, cut: bool, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    monkeypatch.setattr(units, "LARGE", 0 if large else 10**9)
    if cut:
        monkeypatch.setattr(units, "LEAST", 1)
        monkeypatch.setattr(units, "ONE_IN", 1)
        monkeypatch.setattr(units, "LARGER", 1)
    sources = render(tables_of(SHAPES))
    assert (len(sources) > 2) is cut
    for source in sources:
        path = tmp_path / source.name
        path.write_text(source.text, encoding="ascii")
        command = [compiler, *STRICT, "-O1", f"-I{RUNTIME}", "-c", str(path), "-o", str(tmp_path / "unit.o")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_shapes_give_the_same_bytes(seed: str) -> None:
    script = (
        "from tests.codegen.test_render import *; import hashlib\n"
        "print(hashlib.sha256(repr([(s.name, s.text) for s in render(tables_of(SHAPES))]).encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    import hashlib

    assert done.stdout.strip() == hashlib.sha256(repr(list(texts(tables_of(SHAPES)).items())).encode()).hexdigest()


@pytest.mark.parametrize(
    ("constraint", "what"),
    [
        ("sh:nodeKind sh:Literal", "another operand"),
        ("sh:nodeKind sh:IRI ; sh:maxLength 7", "one check more"),
        ("sh:pattern '[0-9]+x'", "a pattern"),
        ("sh:node [ sh:maxLength 3 ]", "one shape more"),
        ("sh:class ex:New", "a new class"),
        ("sh:in ( ex:new 'new' 17 )", "new values"),
        ("sh:minInclusive 5 ; sh:maxExclusive 50 ; sh:datatype ex:new", "a new datatype and bounds"),
        ("sh:hasValue 'value' ; sh:languageIn ( 'de' )", "a new constant and a language"),
        ("sh:equals ex:new ; sh:disjoint ex:newer ; sh:lessThan ex:newest", "new columns"),
        ("sh:property [ sh:path ( ex:new [ sh:inversePath ex:newer ] ) ; sh:minCount 2 ]", "a new path"),
        ("sh:node [ sh:closed true ; sh:ignoredProperties ( ex:new ) ]", "new allowed columns"),
    ],
)
def test_a_changed_shape_changes_its_own_unit_alone(constraint: str, what: str) -> None:
    before, after = texts(many(600)), texts(many(600, {300: constraint}))
    assert len(before) > 4
    changed = {name for name in before | after if before.get(name) != after.get(name)} - {"table.c"}
    assert len(changed) == 1, what


def test_every_shape_that_can_run_is_in_one_unit() -> None:
    program = many(600)
    plans = [shape for unit in plan_units(program) for shape in unit.shapes]
    assert sorted(plan.number for plan in plans) == list(range(program.count("shapes")))
    assert len({plan.name for plan in plans}) == len(plans)


def test_units_have_a_bounded_size() -> None:
    sizes = [sum(shape.end - shape.entry for shape in unit.shapes) for unit in plan_units(many(2000))]
    assert len(sizes) > 5
    assert max(sizes) <= units.MOST * units.LARGER
    assert min(sizes[:-1]) >= units.LEAST * units.LARGER - 20


def test_shapes_of_a_large_program_share_what_differs_in_operands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "LARGE", 0)
    shapes = [
        f"ex:S{i} sh:targetClass ex:C{i} ; sh:property [ sh:path ex:p{i} ; sh:minCount {i % 7} ; sh:maxLength {i} ] ,"
        f" [ sh:path ex:q{i} ; sh:class ex:C{i + 1} ] ."
        for i in range(1, 61)
    ]
    text = render(tables_of("\n".join(shapes)))[0].text
    assert text.count("CNS_NATIVE_BLOCK(") == 2 * 60
    assert len(re.findall(r"^static .*_block_\d+\(", text, re.MULTILINE)) <= 4
