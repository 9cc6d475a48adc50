"""Zero-tick, rule *declared*: what the ontology itself marks as carrying nothing to check, if the user asks for that.

``ex:Heartbeat urn:cns:nothingToCheck true``: of a class, its instances are no focus nodes by any ``sh:targetClass``;
of a predicate, no check sees it, not even ``sh:closed``, and the reader skips it. Instances are still instances:
``sh:class`` of a value that is one holds as before. Nothing is guessed: a shape that is about what is marked is
refused, since one of the two must be a mistake.

This is no proof but the user's word: the report lacks what the mark takes out of sight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cns.errors import ShapeError
from cns.ir.types import OpKind, PathKind, ProgramIR, ShapeIR, TargetKind
from cns.terms import Iri, n3

_NAMES_A_TERM = frozenset(
    {
        OpKind.CLASS,
        OpKind.EQUALS,
        OpKind.DISJOINT,
        OpKind.LESS_THAN,
        OpKind.LESS_THAN_OR_EQUALS,
    }
)


def apply(ir: ProgramIR, marked: Iterable[Iri]) -> ProgramIR:
    numbers = {term: number for number, term in enumerate(ir.terms)}
    chosen = tuple(numbers.setdefault(term, len(numbers)) for term in marked)
    for shape in ir.shapes:
        if not shape.deactivated:
            for term in _asked_about(ir, shape):
                if term in chosen:
                    what = f"{shape.label} is about {n3(ir.terms[term])}"
                    raise ShapeError(
                        "CNS321",
                        f"{what}, which the ontology marks as carrying nothing to check",
                        where=shape.where,
                        hint="take back the mark, or compile without skip_declared",
                    )
    return replace(ir, terms=tuple(numbers), nothing_to_check=chosen)


def _asked_about(ir: ProgramIR, shape: ShapeIR) -> Iterable[int]:
    yield from (target.term for target in shape.targets if target.kind is not TargetKind.NODE)
    for op in (ir.ops[number] for number in shape.ops):
        if op.kind in _NAMES_A_TERM:
            yield op.terms[0]
    waiting = [] if shape.path is None else [shape.path]
    while waiting:
        node = ir.paths[waiting.pop()]
        if node.kind in (PathKind.PREDICATE, PathKind.INVERSE):
            yield node.term
        waiting += node.children
