"""All of the C runtime as one translation unit: what is emitted is one source, so that no name may be used twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.templates.conftest import RUNTIME, STRICT

SOURCES = sorted(RUNTIME.glob("*.c"))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_one_translation_unit_compiles(compiler: str, backwards: bool, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    unit = tmp_path / "all.c"
    unit.write_text("".join(f'#include "{path}"\n' for path in sorted(SOURCES, reverse=backwards)))
    command = [compiler, *STRICT, "-O2", f"-I{RUNTIME}", "-c", str(unit), "-o", str(tmp_path / "all.o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_macro_of_a_source_file_leaks_into_another() -> None:
    """A macro that two files define is one that the second would redefine; CNS_X is undefined after each use."""
    owners: dict[str, str] = {}
    for path in SOURCES:
        text = path.read_text()
        for name in set(re.findall(r"^#define (\w+)", text, re.MULTILINE)):
            if re.search(rf"^#undef {name}$", text, re.MULTILINE):
                continue
            assert name not in owners, f"{name} is defined by {owners.get(name)} and {path.name}"
            owners[name] = path.name


def test_everything_that_is_visible_to_the_linker_has_our_prefix(tmp_path: Path) -> None:
    for path in SOURCES:
        subprocess.run(["gcc", *STRICT, "-c", str(path), "-o", str(tmp_path / f"{path.stem}.o")], check=True)
    objects = sorted(str(path) for path in tmp_path.glob("*.o"))
    names = subprocess.run(["nm", "--defined-only", "-g", *objects], capture_output=True, text=True, check=True).stdout
    visible = re.findall(r"^[0-9a-f]+ [A-Z] (\w+)$", names, re.MULTILINE)
    assert visible
    assert [name for name in visible if not name.startswith("cns_")] == []
