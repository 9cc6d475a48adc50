"""The artifact: it builds everywhere without warnings, finds what the vm finds, and is embedded by its header alone."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

import cns
from cns.codegen.amalgamate import amalgamate, artifact_name
from cns.codegen.program import Program
from cns.errors import CnsError
from cns.passes.cycles import CYCLES
from cns.toolchain.cc import find
from tests.cython_optimizations.helpers import EX, blob_of
from tests.cython_optimizations.rich import DATA, SHAPES
from tests.differential.strategies import FULL
from tests.differential.strategies import cases as random_shapes
from tests.differential.test_native import compiled, random_cases
from tests.w3c.compare import SH, differences
from tests.w3c.manifest import SUITE_IS_MISSING, Case, cases

ROOT = Path(__file__).parents[2]
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
QUICK = ["-O0"]

pytestmark = [
    pytest.mark.skipif(find() is None, reason="there is no C compiler"),
    pytest.mark.xdist_group("artifact"),  # what is compiled once is used by all
]


def run(
    *command: str | Path, data: str | bytes = b"", folder: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    given = data.encode() if isinstance(data, str) else data
    return subprocess.run([str(part) for part in command], input=given, capture_output=True, cwd=folder, check=False)


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the shapes that use every instruction."""
    folder = tmp_path_factory.mktemp("artifact") / "build"
    return cns.Validator(blob_of(SHAPES), engine="vm").emit(folder, name="rich", cflags=QUICK)


def report_of_the_vm(shapes: str, data: str | bytes, syntax: str = "nt") -> bytes:
    pieces: list[bytes] = []
    given = data.encode() if isinstance(data, str) else data
    cns.Validator(blob_of(shapes), engine="vm").validate(given, format=syntax).write(pieces.append, "nt")
    return b"".join(pieces)


# ---------------------------------------------------------------------- what is in it


def test_everything_is_there(artifact: Path) -> None:
    names = {path.name for path in artifact.iterdir()}
    assert names == {
        "rich.c",
        "rich.h",
        "librich.so",
        "librich.a",
        "rich-check",
        "Makefile",
        "rich.pc",
        "manifest.json",
    }


def test_the_manifest_says_what_it_is_made_of(artifact: Path) -> None:
    manifest = json.loads((artifact / "manifest.json").read_text())
    assert (manifest["name"], manifest["cns"]) == ("rich", cns.__version__)
    for name, digest in manifest["outputs"].items():
        assert digest == "sha256:" + hashlib.sha256((artifact / name).read_bytes()).hexdigest()
    assert manifest["inputs"]["program"] == "sha256:" + hashlib.sha256(blob_of(SHAPES)).hexdigest()
    assert manifest["compiler"]["flags"][-1:] == QUICK
    program = Program.from_bytes(blob_of(SHAPES))
    assert len(manifest["ops"]) == program.count("ops")
    assert len(manifest["shapes"]) == program.count("shapes")
    assert {op["cycles"] for op in manifest["ops"] if op["component"].endswith("PatternConstraintComponent")} == {
        CYCLES["pattern"]
    }


DECIDED = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:BlankNodeOrIRI ;
    sh:property [ sh:path ex:p ; sh:minLength 3 ; sh:maxLength 9 ; sh:nodeKind sh:Literal ;
                  sh:datatype <http://www.w3.org/2001/XMLSchema#string> ] ;
    sh:property [ sh:path ex:p ; sh:minLength 2 ] ;
    sh:property [ sh:path ex:q ; sh:in () ] .
"""


@pytest.mark.filterwarnings("ignore::cns.CnsWarning")
def test_the_manifest_says_what_was_decided_and_of_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    (tmp_path / "shapes.ttl").write_text(DECIDED)
    (tmp_path / "ontology.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    validator = cns.compile(tmp_path / "ontology.ttl", tmp_path / "shapes.ttl", engine="vm")
    manifest = json.loads((validator.emit(tmp_path / "build") / "manifest.json").read_text())
    ops = {op["kind"]: op for op in manifest["ops"]}
    assert {op["verdict"] for op in manifest["ops"]} == {"HOLDS", "FAILS", "GUARDED", "RUNTIME"}
    assert all(op["reason"] for op in manifest["ops"] if op["verdict"] != "RUNTIME")
    assert ops["in"]["verdict"] == "FAILS"
    assert ops["datatype"]["verdict"] == "RUNTIME"
    assert [(source["role"], source["name"]) for source in manifest["inputs"]["sources"]] == [
        ("shapes", "shapes.ttl"),
        ("ontology", "ontology.ttl"),
    ]
    assert manifest["inputs"]["sources"][0]["digest"] == "sha256:" + hashlib.sha256(DECIDED.encode()).hexdigest()


def test_the_c_does_not_depend_on_where_the_shapes_lie(tmp_path: Path) -> None:
    texts = []
    for folder in (tmp_path / "here", tmp_path / "elsewhere"):
        folder.mkdir()
        shutil.copy(ROOT / "examples" / "shapes.ttl", folder / "shapes.ttl")
        texts.append(amalgamate(cns.compile(None, folder / "shapes.ttl", engine="vm").program, "library"))
    assert texts[0] == texts[1]


def test_the_library_shows_its_header_and_nothing_else(artifact: Path) -> None:
    declared = set(re.findall(r"RICH_API .*?\b(rich_\w+)\(", (artifact / "rich.h").read_text()))
    shown = run("nm", "-D", "--defined-only", artifact / "librich.so").stdout.decode()
    assert len(declared) == 16
    assert set(re.findall(r" [A-Z] (\w+)$", shown, re.MULTILINE)) == declared
    visible = run("nm", "-g", "--defined-only", artifact / "librich.a").stdout.decode()
    assert [name for name in re.findall(r" [A-Z] (\w+)$", visible, re.MULTILINE) if not name.startswith("rich_")] == []


@pytest.mark.parametrize(
    "command",
    [
        ["gcc", "-O1"],
        ["clang", "-O1"],
        ["gcc", "-O1", "-march=x86-64", "-DRICH_MAIN"],
        ["clang", "-O0", "-march=x86-64", "-DRICH_MAIN"],
        ["gcc", "-O0", "-DCNS_THREADS", "-pthread"],
        ["aarch64-linux-gnu-gcc", "-O1"],
    ],
    ids=" ".join,
)
def test_it_builds_without_warnings(artifact: Path, command: list[str], tmp_path: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    if "-march=x86-64" in command and os.uname().machine != "x86_64":
        pytest.skip("another kind of machine")
    done = run(command[0], *STRICT, *command[1:], "-c", artifact / "rich.c", "-o", tmp_path / "rich.o")
    assert done.returncode == 0, done.stderr.decode()


def test_the_header_is_c_and_cpp_by_itself(artifact: Path, tmp_path: Path) -> None:
    for suffix, compiler, standard in (("c", "gcc", "-std=c11"), ("cpp", "g++", "-std=c++17")):
        if shutil.which(compiler) is None:
            continue
        source = tmp_path / f"user.{suffix}"
        source.write_text('#include "rich.h"\nint main(void) { rich *v = rich_open(NULL); rich_close(v); return 0; }\n')
        flags = [standard, *STRICT[1:], f"-I{artifact}"]
        done = run(compiler, *flags, source, artifact / "librich.a", "-lm", "-o", tmp_path / "user")
        assert done.returncode == 0, done.stderr.decode()
        assert run(tmp_path / "user").returncode == 0


def test_the_makefile_builds_it_again(artifact: Path, tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    copy = tmp_path / "copy"
    shutil.copytree(artifact, copy)
    assert run("make", "clean", folder=copy).returncode == 0
    done = run("make", "CFLAGS=-O0", folder=copy)
    assert done.returncode == 0, done.stderr.decode()
    assert run(copy / "rich-check", data=DATA).stdout == report_of_the_vm(SHAPES, DATA)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_shapes_give_the_same_bytes(seed: str) -> None:
    script = (
        "from tests.runtime.test_artifact import *\n"
        "sources = amalgamate(Program.from_bytes(blob_of(SHAPES)), 'rich')\n"
        "print(hashlib.sha256(repr(sources).encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    here = hashlib.sha256(repr(amalgamate(Program.from_bytes(blob_of(SHAPES)), "rich")).encode()).hexdigest()
    assert done.stdout.strip() == here


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("People", "people"),
        ("my shapes (2)", "my_shapes_2"),
        ("2024", "shapes_2024"),
        ("int", "shapes_int"),
        ("é-x", "x"),
    ],
)
def test_names_for_c(wanted: str, name: str) -> None:
    assert artifact_name(wanted) == name


@pytest.mark.parametrize("wanted", ["", "???", "x" * 50])
def test_names_that_cannot_be(wanted: str) -> None:
    with pytest.raises(CnsError, match="no name"):
        artifact_name(wanted)


# ---------------------------------------------------------------------- published whole or not at all


def test_an_artifact_replaces_an_artifact_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    validator = cns.Validator(blob_of("ex:S sh:targetNode ex:a ."), engine="vm")
    with pytest.warns(cns.CnsWarning, match="no C compiler"):
        made = validator.emit(tmp_path / "build", name="one")
    with pytest.warns(cns.CnsWarning):
        validator.emit(made, name="two")
    assert {path.name for path in made.iterdir()} == {"two.c", "two.h", "Makefile", "two.pc", "manifest.json"}
    (made / "letter.txt").write_text("dear")
    with pytest.raises(CnsError, match=r"letter\.txt"):
        validator.emit(made)
    assert (made / "two.c").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["build"]


def test_where_the_compiler_fails_nothing_is_published(tmp_path: Path) -> None:
    validator = cns.Validator(blob_of("ex:S sh:targetNode ex:a ."), engine="vm")
    with pytest.raises(CnsError, match="no-such-flag") as caught:
        validator.emit(tmp_path / "build", cflags=["-fno-such-flag"])
    assert not (tmp_path / "build").exists()
    assert Path(caught.value.where.source).exists()


def test_the_command_line_makes_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNS_CC", "none")
    shutil.copy(ROOT / "examples" / "shapes.ttl", tmp_path / "Library.ttl")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "cns", "compile", "Library.ttl", "-o", "build/"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "no C compiler" in done.stderr
    assert (tmp_path / "build" / "library.h").exists()


# ---------------------------------------------------------------------- the checker


@pytest.mark.parametrize("way", ["file", "standard input", "two files"])
def test_the_checkers_report_is_the_vms(artifact: Path, way: str, tmp_path: Path) -> None:
    lines = DATA.splitlines(keepends=True)
    named = [line for line in lines if "_:" not in line]
    if way == "standard input":
        done = run(artifact / "rich-check", data=DATA)
        assert done.stdout == report_of_the_vm(SHAPES, DATA)
    elif way == "file":
        (tmp_path / "data.nt").write_text(DATA)
        done = run(artifact / "rich-check", tmp_path / "data.nt")
        assert done.stdout == report_of_the_vm(SHAPES, DATA)
    else:
        (tmp_path / "one.nt").write_text("".join(named[:40]))
        (tmp_path / "two.ttl").write_text("".join(named[40:]))
        done = run(artifact / "rich-check", tmp_path / "one.nt", tmp_path / "two.ttl")
        assert done.stdout == report_of_the_vm(SHAPES, "".join(named))
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_checkers_exit_codes_and_errors(artifact: Path, tmp_path: Path) -> None:
    check = artifact / "rich-check"
    assert run(check, "--quiet", data=DATA).returncode == 1
    assert run(check, "--quiet", data=DATA).stdout == b""
    assert run(check, "--conforms", data=DATA).returncode == 1
    bad = run(check, data="<urn:a> <urn:b> .\n")
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.startswith(b"rich-check: -:1:")
    assert run(check, tmp_path / "missing.nt").returncode == 2
    assert b"missing.nt" in run(check, tmp_path / "missing.nt").stderr
    assert run(check, "--no-such-option").returncode == 2
    assert run(check, "--syntax", "cobol", data="").returncode == 2
    assert run(check, "--help").returncode == 0
    assert cns.__version__.encode() in run(check, "--version").stdout


def test_other_syntaxes(artifact: Path) -> None:
    named = "".join(line for line in DATA.splitlines(keepends=True) if "_:" not in line)
    quads = "".join(line.replace(" .\n", " <urn:g> .\n") for line in named.splitlines(keepends=True))
    wanted = report_of_the_vm(SHAPES, named)
    assert run(artifact / "rich-check", "--syntax", "turtle", data=named).stdout == wanted
    assert run(artifact / "rich-check", "--syntax", "nq", data=quads).stdout == wanted
    assert run(artifact / "rich-check", "--syntax", "trig", data="<urn:g> {" + named + "}").stdout == wanted


SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
VALGRIND = ["valgrind", "-q", "--error-exitcode=9", "--leak-check=full"]
PLAIN_READER = "-DCNS_LINES_FAST={}_cns_lines_plain"
"""Valgrind does not know the widest instructions, which is why it gets the plain reader."""

WATCHED_BY = os.environ.get("CNS_CHECKERS", "")
"""``make checkers`` says "sanitizers" or "valgrind": then every checker runs under these, with all random cases."""


class Checkers:
    """One checker for each set of shapes: what is the same in all of them is compiled once."""

    MARK = "\n/* ================================================================ the program */\n"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.common: Path | None = None
        self.count = 0
        self.flags = {"sanitizers": [*SANITIZERS, "-g"], "valgrind": ["-g", PLAIN_READER.format("item")]}.get(
            WATCHED_BY, []
        )

    def build(self, blob: bytes) -> Path:
        source, header, *_ = amalgamate(Program.from_bytes(blob), "item")
        runtime, mark, rest = source.text.partition(self.MARK)
        assert mark
        (self.folder / "item.h").write_text(header.text)
        if self.common is None:
            self.common = self.compile(runtime + "\n#endif\n", "common", [])
        self.count += 1
        first_source = re.search(r"/\* =+ \w+\.c \*/", runtime)
        assert first_source
        headers = runtime[: first_source.start()]
        part = self.compile(headers + rest, f"part{self.count}", ["-DITEM_MAIN"])
        checker = self.folder / f"check{self.count}"
        done = run("gcc", *self.flags, part, self.common, "-o", checker, "-lm")
        assert done.returncode == 0, done.stderr.decode()
        return checker

    def run(self, blob: bytes, data: bytes) -> subprocess.CompletedProcess[bytes]:
        return run(*(VALGRIND if WATCHED_BY == "valgrind" else []), self.build(blob), data=data)

    def compile(self, text: str, name: str, flags: list[str]) -> Path:
        source = self.folder / f"{name}.c"
        source.write_text(text)
        flags = [*self.flags, *flags]
        done = run("gcc", "-std=c11", "-O0", *flags, f"-I{self.folder}", "-c", source, "-o", source.with_suffix(".o"))
        assert done.returncode == 0, done.stderr.decode()
        return source.with_suffix(".o")


@pytest.fixture(scope="module")
def checkers(tmp_path_factory: pytest.TempPathFactory) -> Checkers:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    return Checkers(tmp_path_factory.mktemp("checkers"))


@SUITE_IS_MISSING
@pytest.mark.parametrize("case", cases("core"), ids=lambda case: case.id)
@pytest.mark.filterwarnings("ignore::cns.CnsWarning")
def test_the_core_tests_through_the_checker_alone(case: Case, checkers: Checkers) -> None:
    validator = cns.compile(None, case.shapes_graph(), engine="vm")
    data = case.data_graph().serialize(format="nt", encoding="utf-8")
    done = checkers.run(validator.to_bytes(), data)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == b""
    report = rdflib.Graph().parse(data=done.stdout, format="nt")
    assert case.expected is not None
    expected = case.expected_graph()
    assert not differences(expected, case.expected, report)
    assert done.returncode == bool(list(expected.objects(case.expected, SH.result)))


def test_random_shapes_through_the_checker_alone(checkers: Checkers) -> None:
    """Its report is the vm's, byte for byte."""
    for case in random_cases(random_shapes(FULL), share=0.1)[: None if WATCHED_BY else 20]:
        validator = compiled(case)
        data = case.graphs()[0].serialize(format="nt", encoding="utf-8")
        pieces: list[bytes] = []
        wanted = validator.validate(data, format="nt")
        wanted.write(pieces.append, "nt")
        done = checkers.run(validator.to_bytes(), data)
        assert (done.returncode, done.stderr) == (0 if wanted.conforms else 1, b"")
        assert done.stdout == b"".join(pieces), case


@pytest.mark.parametrize(
    ("compiler", "flags", "command"),
    [
        ("gcc", SANITIZERS, []),
        ("clang", SANITIZERS, []),
        ("gcc", [PLAIN_READER.format("rich")], VALGRIND),
    ],
    ids=["gcc's sanitizers", "clang's sanitizers", "valgrind"],
)
def test_the_checker_touches_no_memory_but_its_own(
    compiler: str, flags: list[str], command: list[str], artifact: Path, tmp_path: Path
) -> None:
    for tool in (compiler, *command[:1]):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    if "LD_PRELOAD" in os.environ:
        pytest.skip("the whole run is under sanitizers already")
    (tmp_path / "empty.c").write_text("int main(void) { return 0; }\n")
    if run(compiler, *flags, tmp_path / "empty.c", "-o", tmp_path / "empty").returncode != 0:
        pytest.skip(f"{compiler} has no sanitizers here")
    checker = tmp_path / "checker"
    built = run(compiler, "-std=c11", "-O0", "-g", *flags, "-DRICH_MAIN", artifact / "rich.c", "-o", checker, "-lm")
    assert built.returncode == 0, built.stderr.decode()
    (tmp_path / "data.ttl").write_text(DATA)
    for arguments, code in (([], 1), (["--conforms"], 1), ([tmp_path / "data.ttl"], 1), (["--syntax", "nq"], 1)):
        done = run(*command, checker, *arguments, data=DATA)
        assert (done.returncode, done.stderr) == (code, b""), done.stderr.decode()
        if not arguments:
            assert done.stdout == report_of_the_vm(SHAPES, DATA)
    assert run(*command, checker, data="<urn:a> <urn:b> .\n").returncode == 2


# ---------------------------------------------------------------------- embedding


class Text(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def __str__(self) -> str:
        return ctypes.string_at(self.text, self.length).decode() if self.text else ""


class Result(ctypes.Structure):
    _fields_ = [(name, Text) for name in ("focus", "path", "value", "shape", "component", "severity", "message")]


@pytest.fixture(scope="module")
def library(artifact: Path) -> ctypes.CDLL:
    loaded = ctypes.CDLL(str(artifact / "librich.so"))
    loaded.rich_open.restype = ctypes.c_void_p
    loaded.rich_result_count.restype = ctypes.c_size_t
    loaded.rich_error_message.restype = ctypes.c_char_p
    loaded.rich_error_line.restype = ctypes.c_uint64
    return loaded


def results(library: ctypes.CDLL, handle: ctypes.c_void_p) -> list[tuple[str, ...]]:
    found = []
    for index in range(library.rich_result_count(handle)):
        result = Result()
        assert library.rich_result_at(handle, ctypes.c_size_t(index), ctypes.byref(result)) == 0
        found.append(tuple(str(getattr(result, name)) for name, _ in Result._fields_))
    return found


def test_it_is_used_from_python_by_ctypes(library: ctypes.CDLL) -> None:
    handle = ctypes.c_void_p(library.rich_open(None))
    raw = DATA.encode()
    for start in range(0, len(raw), 777):  # cut anywhere
        piece = raw[start : start + 777]
        assert library.rich_feed(handle, 0, piece, ctypes.c_size_t(len(piece))) == 0
    assert library.rich_validate(handle) == 0
    wanted = cns.Validator(blob_of(SHAPES), engine="vm").validate(raw, format="nt")
    found = results(library, handle)
    assert len(found) == len(wanted) > 500
    for mine, theirs in zip(found, wanted, strict=True):
        assert mine[4] == theirs.component
        assert mine[0].strip("<>") == str(theirs.focus) or mine[0].startswith(("_:", '"'))
    pieces: list[bytes] = []
    callback = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    keep = callback(lambda _, text, length: pieces.append(ctypes.string_at(text, length)) is None)
    assert library.rich_write_report(handle, keep, None) == 0
    assert b"".join(pieces) == report_of_the_vm(SHAPES, DATA)
    library.rich_close(handle)


def test_a_handle_is_reset_and_used_again(library: ctypes.CDLL) -> None:
    handle = ctypes.c_void_p(library.rich_open(None))
    raw, first = DATA.encode(), None
    for _ in range(3):
        assert library.rich_read_bytes(handle, 0, raw, ctypes.c_size_t(len(raw))) == 0
        assert library.rich_validate(handle) == 0
        found = results(library, handle)
        first = first or found
        assert found == first
        conforms = ctypes.c_bool(True)
        assert library.rich_conforms(handle, ctypes.byref(conforms)) == 0
        assert not conforms.value
        assert library.rich_reset(handle) == 0
        assert library.rich_result_count(handle) == 0
    library.rich_close(handle)


def test_misuse_and_errors_are_told(library: ctypes.CDLL) -> None:
    handle = ctypes.c_void_p(library.rich_open(None))
    assert library.rich_write_report(handle, None, None) == 8
    assert b"before validating" in library.rich_error_message(handle)
    assert library.rich_read_bytes(handle, 0, b"nonsense\n", ctypes.c_size_t(9)) == 2
    assert library.rich_error_line(handle) == 1
    assert library.rich_validate(handle) == 8
    assert library.rich_reset(handle) == 0
    assert library.rich_validate(handle) == 0
    assert library.rich_read_bytes(handle, 0, b"", ctypes.c_size_t(0)) == 8
    assert library.rich_open is not None
    assert library.rich_validate(None) == 1
    library.rich_close(handle)
    library.rich_close(None)


# ---------------------------------------------------------------------- events

RESIZE = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class Options(ctypes.Structure):
    _fields_ = [
        ("resize", RESIZE),
        ("allocator_context", ctypes.c_void_p),
        ("max_triples", ctypes.c_uint64),
        ("max_literal_bytes", ctypes.c_uint32),
        ("max_depth", ctypes.c_uint32),
        ("threads", ctypes.c_uint32),
        ("go_on", ctypes.c_void_p),
        ("go_on_context", ctypes.c_void_p),
    ]


class Allocator:
    """libc's, with every request counted; above the limit there is nothing left."""

    def __init__(self) -> None:
        self.requests = 0
        self.live = 0
        self.fail_at = 0
        libc = ctypes.CDLL(None)
        libc.realloc.restype = ctypes.c_void_p
        libc.realloc.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        libc.free.argtypes = [ctypes.c_void_p]

        def resize(_: object, memory: int | None, size: int) -> int | None:
            if size == 0:
                self.live -= memory is not None
                libc.free(memory)
                return None
            self.requests += 1
            if self.requests == self.fail_at:
                return None
            self.live += memory is None
            made: int | None = libc.realloc(memory, size)
            return made

        self.options = Options(resize=RESIZE(resize))


def check(library: ctypes.CDLL, handle: ctypes.c_void_p, event: bytes) -> bool:
    conforms = ctypes.c_bool()
    assert library.rich_check(handle, event, ctypes.c_size_t(len(event)), ctypes.byref(conforms)) == 0
    return conforms.value


def random_events(count: int) -> list[bytes]:
    choice = random.Random(7)
    lines = DATA.splitlines(keepends=True)
    return ["".join(choice.sample(lines, choice.randrange(25))).encode() for _ in range(count)]


def test_events_do_not_know_of_each_other(library: ctypes.CDLL) -> None:
    """Each has the results that it has by itself, whatever came before: more nodes, fewer, errors, a large one."""
    handle = ctypes.c_void_p(library.rich_open(None))
    validator = cns.Validator(blob_of(SHAPES), engine="vm")
    events = random_events(150)
    large = (DATA * 3 + "".join(f"<urn:n{i}> <{EX}p> <urn:m{i}> .\n" for i in range(5000))).encode()
    for number, event in enumerate([*events[:50], large, *events[50:]]):
        if number % 10 == 0:
            bad = b"<urn:a> <urn:b> <urn:c> .\nnonsense"
            assert library.rich_check(handle, bad, ctypes.c_size_t(len(bad)), None) == 2
        wanted = validator.validate(event, format="nt")
        assert check(library, handle, event) is wanted.conforms
        assert [r[4] for r in results(library, handle)] == [r.component for r in wanted]
    library.rich_close(handle)


def test_events_ask_for_no_memory_after_the_first(library: ctypes.CDLL) -> None:
    allocator = Allocator()
    handle = ctypes.c_void_p(library.rich_open(ctypes.byref(allocator.options)))
    events = random_events(60)
    for event in events[:30]:
        check(library, handle, event)
    before = allocator.requests
    assert before > 0
    for event in events:
        check(library, handle, event)
    assert allocator.requests == before
    library.rich_close(handle)
    assert allocator.live == 0


def test_each_allocation_may_fail(library: ctypes.CDLL) -> None:
    """A message, no crash, nothing lost; and the handle works again after a reset."""
    raw = DATA.encode()
    wanted = report_of_the_vm(SHAPES, DATA)
    allocator = Allocator()
    for fail_at in (*range(1, 60), 80, 120, 10**9):
        allocator.requests, allocator.fail_at = 0, fail_at
        handle = ctypes.c_void_p(library.rich_open(ctypes.byref(allocator.options)))
        if handle.value is not None:
            status = library.rich_read_bytes(handle, 0, raw, ctypes.c_size_t(len(raw))) or library.rich_validate(handle)
            assert status in (0, 1)
            assert library.rich_reset(handle) == 0
            allocator.fail_at = 0
            check(library, handle, raw)
            assert len(results(library, handle)) == wanted.count(b"#result>")
        library.rich_close(handle)
        assert allocator.live == 0


def test_limits_are_kept(library: ctypes.CDLL) -> None:
    raw = b'<urn:a> <urn:p> "0123456789" .\n' * 10
    for options in (Options(max_triples=5), Options(max_literal_bytes=5)):
        handle = ctypes.c_void_p(library.rich_open(ctypes.byref(options)))
        assert library.rich_read_bytes(handle, 0, raw, ctypes.c_size_t(len(raw))) == 3
        assert library.rich_error_message(handle)
        library.rich_close(handle)


def test_every_declaration_can_be_written_down_in_rust(artifact: Path) -> None:
    """Opaque handle, numbers, enums, plain structs, function pointers: what a binding by hand or by bindgen wants."""
    header = re.sub(r"/\*.*?\*/", "", (artifact / "rich.h").read_text(), flags=re.DOTALL)
    rust = {
        "void": "c_void", "bool": "bool", "char": "c_char", "size_t": "usize", "uint32_t": "u32", "uint64_t": "u64",
        "rich": "Rich", "rich_status": "u32", "rich_syntax": "u32", "rich_options": "RichOptions",
        "rich_text": "RichText", "rich_result": "RichResult",
    }  # fmt: skip
    assert "..." not in header
    assert re.findall(r"#define (\w+)\(", header) == []
    prototypes = re.findall(r"RICH_API ([\w *]+?)\*? ?(rich_\w+)\((.*)\);", header)
    assert len(prototypes) == 16
    for returned, name, parameters in prototypes:
        plain = re.sub(r"bool \(\*\w+\)\([^)]*\)", "", parameters)  # function pointers of such types
        words = set(re.findall(r"\w+", returned)) | {w for p in plain.split(",") for w in re.findall(r"\w+", p)[:-1]}
        assert words - {"const"} <= set(rust), name


def test_the_example_is_a_program(tmp_path: Path) -> None:
    example = ROOT / "examples"
    validator = cns.compile(example / "ontology.ttl", example / "shapes.ttl", engine="vm")
    made = validator.emit(tmp_path / "build", name="library", cflags=QUICK)
    program = tmp_path / "embed"
    done = run("gcc", *STRICT, f"-I{made}", example / "embed.c", made / "liblibrary.a", "-lm", "-o", program)
    assert done.returncode == 0, done.stderr.decode()
    done = run(program, data=b"<urn:a> <urn:b> <urn:c> .\nwrong\n")
    assert done.returncode == 2
    assert b"event 2: " in done.stdout
