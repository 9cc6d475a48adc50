"""The verifier: a broken program is refused, or it runs; and what is sound survives every way of being written down."""

from __future__ import annotations

import struct
import subprocess
import sys

import pytest

from cns.codegen.assembly import assemble, disassemble
from cns.codegen.program import Program as Tables
from cython_optimizations import cstructs
from cython_optimizations.store import BadProgram, Program, Store
from tests.cython_optimizations.helpers import blob_of, tables_of
from tests.cython_optimizations.mutants import blob_with_tables, sealed
from tests.cython_optimizations.rich import SHAPES

# ---------------------------------------------------------------------- mutants


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("kind", ["bytes", "words", "sections", "tables"])
def test_a_broken_program_is_refused_or_runs(kind: str, part: int) -> None:
    command = [sys.executable, "-m", "tests.cython_optimizations.mutants", kind, str(part), "4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"a mutant crashed: {done.returncode}\n{done.stderr[-3000:]}"
    counts = dict(pair.split("=") for pair in done.stdout.split())
    assert int(counts["refused"]) > 100
    assert int(counts["ran"]) > 5  # else the verifier was never put to the test


def test_the_shapes_of_the_mutants_use_every_instruction() -> None:
    used = {row["code"] for row in tables_of(SHAPES).rows("code")}
    assert {name for name, (code, _) in cstructs.INSTRUCTIONS.items() if code not in used} == set()


def test_any_damage_is_found_by_the_checksum() -> None:
    blob = blob_of(SHAPES)
    for at in range(32, len(blob), 61):
        with pytest.raises(BadProgram, match="checksum"):
            Program(blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :])


# ---------------------------------------------------------------------- what the verifier says


def changed(section: str, row: int, **values: int) -> bytes:
    """The rich program with some fields of one row changed."""
    tables = tables_of(SHAPES)
    fields = cstructs.SECTIONS[section]
    table = tables.tables[section][:]
    for name, value in values.items():
        table[(row % (len(table) // len(fields))) * len(fields) + fields.index(name)] = value
    return Tables({**tables.tables, section: table}, tables.strings, tables.meta).to_bytes()


def without(section: str) -> bytes:
    tables = tables_of(SHAPES)
    return Tables({**tables.tables, section: tables.tables[section][:0]}, tables.strings, tables.meta).to_bytes()


def pc_of(name: str, **operands: int) -> int:
    wanted = {"code": cstructs.INSTRUCTIONS[name][0], **operands}
    return next(pc for pc, row in enumerate(tables_of(SHAPES).rows("code")) if wanted.items() <= row.items())


def block_end() -> int:
    """The JUMP of the block for what does not fit."""
    code = list(tables_of(SHAPES).rows("code"))
    jump = cstructs.INSTRUCTIONS["JUMP"][0]
    return next(pc for pc in range(code[pc_of("FITS")]["d"], len(code)) if code[pc]["code"] == jump)


BROKEN = {
    "no facts": (lambda: without("facts"), "facts"),
    "classes without a type column": (lambda: changed("facts", 0, type_column=cstructs.NONE), "facts"),
    "more nodes than terms": (lambda: changed("facts", 0, node_terms=10**6), "facts"),
    "a text past the strings": (lambda: changed("texts", -1, length=10**6), "text"),
    "a text that wraps round": (lambda: changed("texts", 3, offset=2**32 - 1, length=2), "text"),
    "a term of no kind": (lambda: changed("terms", 0, kind=9), "term 0"),
    "a literal without a datatype": (lambda: changed("terms", -1, datatype=63), "term"),
    "an unknown predicate": (lambda: changed("columns", 0, predicate=10**6), "column 0"),
    "an unknown instruction": (lambda: changed("code", 0, code=999), "instruction 0"),
    "a jump out of the shape": (lambda: changed("code", pc_of("EACH"), a=0), "EACH"),
    "a jump backwards": (lambda: changed("code", pc_of("JUMP_IF"), a=0), "JUMP_IF"),
    "a jump into another shape": (lambda: changed("code", pc_of("JUMP_UNLESS"), a=10**6), "JUMP_UNLESS"),
    "a count that leads past the loop's end": (
        lambda: changed("code", pc_of("JUMP_TALLY"), a=pc_of("RETURN")),
        "JUMP_T",
    ),
    "code of an op that is not there": (lambda: changed("ops", 0, code=10**6), "op 0"),
    "a memo that no run has room for": (lambda: changed("shapes", 0, memo=10**6), "shape 0"),
    "an answer of a shape without a memo": (lambda: changed("code", pc_of("ASK"), a=0), "ASK.*structure"),
    "an answer that nobody keeps": (
        lambda: changed("code", pc_of("KEEP"), code=cstructs.INSTRUCTIONS["TEST"][0]),
        "ASK.*structure",
    ),
    "an answer to nothing that was asked": (
        lambda: changed("code", pc_of("ASK"), code=cstructs.INSTRUCTIONS["TEST"][0]),
        "KEEP.*structure",
    ),
    "a root that has no targets": (lambda: changed("root_order", 0, word=0), "order of the roots"),
    "no roots": (lambda: without("root_order"), "order of the roots"),
    "an operand that should not be": (lambda: changed("code", pc_of("VALUES_SELF"), a=1), "VALUES_SELF"),
    "an unknown op": (lambda: changed("code", pc_of("CLASS"), a=10**6), "CLASS"),
    "a check that gives no result and leads nowhere": (
        lambda: changed("code", pc_of("CLASS", a=cstructs.NONE), d=0),
        "CLASS.*structure",
    ),
    "a fit that leads nowhere": (lambda: changed("code", pc_of("FITS"), d=0), "FITS.*structure"),
    "a fit of nothing": (lambda: changed("code", pc_of("FITS"), a=10**6), "FITS"),
    "a failure that leads back": (lambda: changed("code", pc_of("FITS"), d=pc_of("FITS") - 1), "FITS.*structure"),
    "a failure that leads into the middle of a block": (
        lambda: changed("code", pc_of("FITS"), d=tables_of(SHAPES).row("code", pc_of("FITS"))["d"] + 1),
        "structure",
    ),
    "a block that leads back before its failure": (lambda: changed("code", block_end(), a=pc_of("FITS")), "structure"),
    "a block that leads out of its loop": (lambda: changed("code", block_end(), a=pc_of("VALUES_SELF") + 1), "JUMP"),
    "a loop that ends elsewhere": (lambda: changed("code", pc_of("EACH"), b=pc_of("EACH") + 1), "EACH.*structure"),
    "a loop without values that leads into the loop": (
        lambda: changed("code", pc_of("EACH"), a=pc_of("EACH") + 1),
        "structure",
    ),
    "a fit with a bound that is a node": (lambda: changed("fits", 0, low=0), "fit 0"),
    "a fit of a language": (lambda: changed("fits", 0, datatype=1), "fit 0"),
    "a bound that is a node": (lambda: changed("code", pc_of("RANGE"), b=0), "RANGE"),
    "a mask with too many bits": (lambda: changed("code", pc_of("RANGE"), c=8), "RANGE"),
    "a value check outside a loop": (
        lambda: changed("code", pc_of("VALUES_SELF"), code=cstructs.INSTRUCTIONS["FAIL"][0]),
        "outside a loop",
    ),
    "code without an end": (lambda: changed("code", -1, code=cstructs.INSTRUCTIONS["TALLY"][0]), "no proper code"),
    "a shape that is empty": (lambda: changed("shapes", 0, end=0), "no proper code"),
    "a shape without a name": (lambda: changed("shapes", 0, node=10**6), "shape 0"),
    "targets of nobody": (lambda: changed("shapes", 0, target_count=10**6), "shape 0"),
    "a target of no kind": (lambda: changed("targets", 0, kind=9), "target 0"),
    "an op of no shape": (lambda: changed("ops", 0, shape=10**6), "op 0"),
    "a message of no text": (lambda: changed("messages", 0, word=10**6), "message 0"),
    "a path that leads to itself": (lambda: changed("paths", -1, kind=4, first=10**6), "path"),
    "a regex outside its section": (lambda: changed("regexes", 0, count=10**6), "regex 0"),
    "a regex of nonsense": (lambda: changed("regex_words", 0, word=0), "regex 0 is broken"),
    "no table of predicates": (lambda: without("predicate_hash"), "table of predicates"),
    "a table of fewer predicates": (lambda: changed("predicate_hash", 0, word=1), "table of predicates"),
    "a table without buckets": (lambda: changed("predicate_hash", 2, word=0), "table of predicates"),
    "a table with another seed": (lambda: changed("predicate_hash", 3, word=1), "does not lead to column"),
    "a table with other pilots": (lambda: changed("predicate_hash", -1, word=2**32 - 1), "does not lead to column"),
    "no table of classes": (lambda: without("class_hash"), "table of classes"),
    "a table of fewer classes": (lambda: changed("class_hash", 0, word=1), "table of classes"),
    "a table of classes with another seed": (lambda: changed("class_hash", 3, word=1), "does not lead to class name"),
    "a class name of a literal": (lambda: changed("class_names", 0, term=10**6), "class name 0 is of no class"),
    "a class name of another text": (lambda: changed("class_names", 0, length=10**6), "does not lead to class name 0"),
    "no class names": (lambda: without("class_names"), "table of classes"),
    "a predicate of another column": (lambda: changed("predicates", 0, column=10**6), "does not lead to column"),
    "a predicate of another text": (lambda: changed("predicates", 0, length=10**6), "does not lead to column"),
    "no predicates": (lambda: without("predicates"), "table of predicates"),
    "a blank predicate": (lambda: changed("terms", 0, kind=cstructs.TERM_BLANK), "column 0"),
    "a set of unknown terms": (lambda: changed("value_sets", 0, span=10**6), "value set 0"),
    "a set with too few bits": (lambda: changed("value_sets", 0, count=0), "value set 0"),
    "a set of keys without a table": (lambda: changed("value_sets", 0, keys=1), "value set 0"),
    "a set outside the pool": (lambda: changed("value_sets", 0, first=10**6), "value set 0"),
    "languages outside the pool": (lambda: changed("language_lists", 0, first=10**6), "language list 0"),
    "closed by an unknown list": (lambda: changed("closed_lists", 0, count=10**6), "closed list 0"),
    "a prefix of no text": (lambda: changed("prefixes", 0, iri=10**6), "prefix 0"),
    "a subclass of nothing": (lambda: changed("sub_classes", 0, super=10**6), "subclass pair 0"),
    "a class of nothing": (lambda: changed("classes", 0, term=10**6), "class 0"),
}


@pytest.mark.parametrize(("make", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_named(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(BadProgram, match=words):
        Program(make())


@pytest.mark.parametrize("field", ["keys", "first", "count", "span", "low"])
def test_a_broken_set_with_a_table_is_refused(field: str) -> None:
    tables = Tables.from_bytes(blob_with_tables())
    table = tables.tables["value_sets"][:]
    assert tables.row("value_sets", 0)["keys"]
    table[cstructs.SECTIONS["value_sets"].index(field)] += 2**31
    with pytest.raises(BadProgram, match="value set 0"):
        Program(Tables({**tables.tables, "value_sets": table}, tables.strings, tables.meta).to_bytes())


def test_a_shape_that_calls_itself_is_refused() -> None:
    tables = tables_of(SHAPES)
    pc = pc_of("CALL")
    caller = next(i for i, row in enumerate(tables.rows("shapes")) if row["entry"] <= pc < row["end"])
    with pytest.raises(BadProgram, match="calls itself"):
        Program(changed("code", pc, a=caller))


def test_two_equal_constants_are_refused_by_the_store() -> None:
    tables = tables_of(SHAPES)  # those that no table has by their text: it would be refused before
    named = {row["term"] for row in tables.rows("class_names")} | {row["predicate"] for row in tables.rows("columns")}
    first, second = [node for node in range(tables.row("facts", 0)["node_terms"]) if node not in named][:2]
    with pytest.raises(BadProgram, match="equal"):
        Store(Program(changed("terms", first, **tables.row("terms", second))))


@pytest.mark.parametrize(
    ("at", "data", "words"),
    [
        (0, b"CNSPROG\r", "magic"),
        (8, struct.pack("<I", 99), "version 99"),
        (12, struct.pack("<I", 3), "number of sections"),
        (16, bytes(8), "checksum"),
        (24, struct.pack("<Q", 5), "the header says 5"),
    ],
)
def test_the_header(at: int, data: bytes, words: str) -> None:
    blob = blob_of(SHAPES)
    with pytest.raises(BadProgram, match=words):
        Program(blob[:at] + data + blob[at + len(data) :])


@pytest.mark.parametrize("length", [0, 1, 8, 31, 32, 33, 100, 367])
def test_a_header_cut_short(length: int) -> None:
    with pytest.raises(BadProgram):
        Program(sealed(blob_of(SHAPES)[:length]))


# ---------------------------------------------------------------------- round trips

TEXTS = {
    "rich": SHAPES,
    "nothing": "",
    "one target": "ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:Literal .",
    "hostile texts": r"""ex:S a sh:NodeShape ; sh:targetNode "; shape 0\n   0  RETURN", "\"'\\\t\u0000\u00e9" ;
        sh:message "a\nb\r; c" ; sh:in ( "; x" ) .""",
}


@pytest.mark.parametrize("shapes", TEXTS.values(), ids=TEXTS)
def test_bytes_there_and_back(shapes: str) -> None:
    tables = tables_of(shapes)
    assert Tables.from_bytes(tables.to_bytes()) == tables
    assert tables.to_bytes() == blob_of(shapes)
    Program(tables.to_bytes())


@pytest.mark.parametrize("shapes", TEXTS.values(), ids=TEXTS)
def test_assembly_there_and_back(shapes: str) -> None:
    tables = tables_of(shapes)
    assert assemble(disassemble(tables), tables) == tables
