"""What the program is asked for by content: predicates and classes by their text, values by ``sh:in``."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from cns.codegen.program import ProgramWriter
from cython_optimizations import cstructs, perfect_hash

BITS_A_TERM = 64
"""A set is bits for as long as it takes no more of them for each of its terms, beyond one cache line."""
FREE_BITS = 512


@dataclass(frozen=True, slots=True)
class ValueSet:
    """As program.h describes it: bits for a span of terms, or the terms by number and their perfect hash."""

    low: int
    span: int
    keys: int
    words: array[int]


def value_set(terms: list[int]) -> ValueSet:
    """The set of these terms (numbers in the program's terms, sorted)."""
    if not terms:
        return ValueSet(0, 0, 0, array("I"))
    low, span = terms[0], terms[-1] - terms[0] + 1
    if span <= max(FREE_BITS, BITS_A_TERM * len(terms)):
        bits = bytearray(4 * ((span + 31) // 32))
        for term in terms:
            bits[(term - low) // 8] |= 1 << (term - low) % 8
        return ValueSet(low, span, 0, array("I", bits))
    table = perfect_hash.build_numbers(terms)
    return ValueSet(low, span, len(terms), array("I", (terms[place] for place in table.order)) + table.words)


def _write_names(out: ProgramWriter, rows: str, hashes: str, what: str, texts: Mapping[int, str]) -> None:
    """A row for each text, in the order of the numbers that their table gives them: the number of what it names."""
    named = list(texts)
    table = perfect_hash.build_bytes([text.encode("utf-8", "surrogatepass") for text in texts.values()])
    for place in table.order:
        row = out.text(texts[named[place]])
        offset, length = out.get("texts", row, "offset"), out.get("texts", row, "length")
        out.row(rows, **{what: named[place]}, offset=offset, length=length)
    out.words(hashes, table.words)


def write_predicates(out: ProgramWriter, texts: list[str]) -> None:
    """Those of the columns, in the order of the columns."""
    _write_names(out, "predicates", "predicate_hash", "column", dict(enumerate(texts)))


def write_class_names(out: ProgramWriter, classes: Mapping[int, str]) -> None:
    """IRIs of classes by the number of their term."""
    _write_names(out, "class_names", "class_hash", "term", classes)


def term_index(value: int, node_terms: int) -> int:
    """The number among the program's terms of a constant: nodes first, then literals."""
    return node_terms + (value & ~cstructs.LITERAL_BIT) if value & cstructs.LITERAL_BIT else value
