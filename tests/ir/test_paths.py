"""Normalised paths: the rewriting rules, and that equal paths are one."""

from __future__ import annotations

import pytest

from cns.ir.paths import PathTable
from cns.ir.pprint import path_text
from cns.ir.types import PathNode, ProgramIR
from cns.shapes import (
    AlternativePath,
    InversePath,
    OneOrMorePath,
    Path,
    PredicatePath,
    SequencePath,
    ZeroOrMorePath,
    ZeroOrOnePath,
)
from cns.terms import Iri, Term

P, Q, R = (PredicatePath(Iri(name)) for name in "pqr")


def normalised(path: Path) -> str:
    terms: dict[Term, int] = {}
    table = PathTable(lambda term: terms.setdefault(term, len(terms)))
    number = table.add(path)
    ir = ProgramIR(tuple(terms), tuple(table.nodes), (), (), (), ())
    return path_text(ir, number).replace("<", "").replace(">", "")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (InversePath(InversePath(P)), "p"),
        (InversePath(SequencePath((P, Q))), "(^q)/(^p)"),
        (InversePath(AlternativePath((P, Q))), "(^p)|(^q)"),
        (InversePath(ZeroOrMorePath(P)), "(^p)*"),
        (SequencePath((SequencePath((P, Q)), R)), "p/q/r"),
        (AlternativePath((P, AlternativePath((Q, P)))), "p|q"),
        (AlternativePath((P, P)), "p"),
        (ZeroOrMorePath(ZeroOrMorePath(P)), "p*"),
        (ZeroOrMorePath(OneOrMorePath(P)), "p*"),
        (OneOrMorePath(ZeroOrOnePath(P)), "p*"),
        (ZeroOrOnePath(OneOrMorePath(P)), "p*"),
        (OneOrMorePath(OneOrMorePath(P)), "p+"),
        (ZeroOrOnePath(ZeroOrOnePath(P)), "p?"),
        (SequencePath((AlternativePath((P, Q)), ZeroOrOnePath(R))), "(p|q)/r?"),
    ],
)
def test_rewriting(path: Path, expected: str) -> None:
    assert normalised(path) == expected


def test_equal_paths_are_one_and_children_come_first() -> None:
    table = PathTable(lambda term: 0)
    first = table.add(SequencePath((P, ZeroOrMorePath(P))))
    assert table.add(SequencePath((P, ZeroOrMorePath(ZeroOrMorePath(P))))) == first
    for number, node in enumerate(table.nodes):
        assert isinstance(node, PathNode)
        assert all(child < number for child in node.children)
