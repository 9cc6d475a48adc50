"""Every file of the C runtime stands by itself, for each compiler and at each end of optimisation."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.templates.conftest import RUNTIME, STRICT

FILES = sorted(RUNTIME.glob("*.[ch]"))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("level", ["-O0", "-O3"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_compiles_alone(path: Path, level: str, compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    out = str(tmp_path / "out.o")  # not /dev/null, which a compiler that root runs may replace by a file
    command = [compiler, *STRICT, level, "-x", "c", "-c", str(path), "-o", out]
    if path.suffix == ".h":  # as a user would see it: unused inline functions are no reason to complain
        command = [compiler, *STRICT, level, "-x", "c", "-c", "-include", str(path), "/dev/null", "-o", out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
