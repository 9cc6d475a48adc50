"""Compiles parts of the C runtime by themselves and loads them with ctypes, so that tests can call one function."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "templates" / "runtime"
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


@pytest.fixture(scope="session")
def load_runtime(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ctypes.CDLL]:
    """``load_runtime("literal.c", extra="...C text...")`` → a CDLL of these sources, warnings being errors."""

    def load(*sources: str, extra: str = "", defines: Sequence[str] = ()) -> ctypes.CDLL:
        folder = tmp_path_factory.mktemp("runtime")
        files = [str(RUNTIME / source) for source in sources]
        if extra:
            (folder / "extra.c").write_text(extra)
            files.append(str(folder / "extra.c"))
        library = folder / "runtime.so"
        compiler = shutil.which("gcc") or shutil.which("cc")
        assert compiler, "the tests of the C runtime need gcc"
        sanitizers = os.environ.get("CNS_TEST_CFLAGS", "").split()  # set by tools/sanitize.sh
        flags = [
            *STRICT,
            "-O2",
            *sanitizers,
            *(f"-D{name}" for name in defines),
            "-pthread",
            "-fPIC",
            "-shared",
            f"-I{RUNTIME}",
        ]
        command = [compiler, *flags, *files, "-o", str(library), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return ctypes.CDLL(str(library))

    return load
