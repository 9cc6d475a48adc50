"""Patterns as C: small machines become code, which gives the verdicts of the machine's mirror in Python."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from cns.codegen.ctext import c_words
from cns.codegen.regex import Machine, compile_pattern
from cns.codegen.regex.emit import machine_as_c
from cns.resources import RUNTIME, RUNTIME_LIBRARY
from cns.toolchain.cc import find
from tests.templates.test_regex import PATTERNS, TEXTS

MACHINES = [compile_pattern(pattern, flags) for pattern, flags in PATTERNS]
HARNESS = """#include "native.h"
typedef bool Pattern(const CnsRun *run, uint32_t value);
%s
bool matches(unsigned pattern, const uint8_t *text, uint32_t length) {
    CnsLiteral literal = {.text = text, .length = length};
    CnsStore store = {.literals = &literal};
    CnsRun run = {.store = &store};
    static Pattern *const patterns[] = {%s};
    return patterns[pattern](&run, CNS_LITERAL_BIT);
}
"""

pytestmark = pytest.mark.skipif(find() is None, reason="there is no C compiler")


def as_c(number: int, machine: Machine) -> str | None:
    return machine_as_c(f"pattern_{number}", machine.words, f"words_{number}")


CODE = {number: text for number, machine in enumerate(MACHINES) if (text := as_c(number, machine))}


@pytest.fixture(scope="module")
def matches(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, bytes], bool]:
    folder = tmp_path_factory.mktemp("patterns")
    tables = [
        f"static const uint32_t words_{n}[] = {{{c_words(MACHINES[n].words)}}};"
        for n in CODE
        if f"words_{n}" in CODE[n]
    ]
    functions = ", ".join(f"pattern_{n}" if n in CODE else "NULL" for n in range(len(MACHINES)))
    (folder / "patterns.c").write_text(HARNESS % ("\n".join([*tables, *CODE.values()]), functions))
    compiler = find()
    assert compiler is not None
    flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-shared", "-fPIC", f"-I{RUNTIME}"]
    made = [str(folder / "patterns.c"), str(RUNTIME_LIBRARY), "-o", str(folder / "patterns.so"), "-lm"]
    done = subprocess.run([*compiler.command, *flags, *made], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    library = ctypes.CDLL(str(Path(folder / "patterns.so")))
    library.matches.restype = ctypes.c_bool
    return lambda number, text: bool(library.matches(number, text, ctypes.c_uint32(len(text))))


def test_most_of_these_patterns_are_code() -> None:
    assert len(CODE) >= len(PATTERNS) // 2
    assert any("cns_regex_go_on" in text for text in CODE.values())


@given(text=TEXTS)
def test_code_gives_the_verdicts_of_the_machine(matches: Callable[[int, bytes], bool], text: str) -> None:
    for number in CODE:
        told = MACHINES[number].matches(text)
        assert matches(number, text.encode("utf-8", "surrogatepass")) == told, PATTERNS[number]


def test_large_machines_and_those_without_a_start_stay_tables() -> None:
    assert machine_as_c("f", compile_pattern("^(a|b)*a(a|b){9}$").words, "t") is None
    assert machine_as_c("f", compile_pattern("a", force_kind="nfa").words, "t") is None
    assert machine_as_c("f", compile_pattern("").words, "t") is None
