"""Zero-tick, rule *counts*: what a column of the data decides for all focus nodes together, looked at before a run. The
proof is in ``templates/runtime/decide.c``, which does it; here it is allowed, and said which checks it may be.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import Op, OpKind, PathKind, ProgramIR, Verdict
from cns.passes.facts import CompilePattern
from cns.passes.rewrite import ops_of
from cns.terms import RDF_LANG_STRING, XSD_STRING, n3

_ANY = frozenset({OpKind.NODE_KIND, OpKind.CLASS, OpKind.MAX_COUNT, OpKind.UNIQUE_LANG})
_WELL_FORMED = frozenset({XSD_STRING, RDF_LANG_STRING})
"""Datatypes of which every text is well-formed."""


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    notes = []
    for shape in ir.shapes:
        if shape.path is None or ir.paths[shape.path].kind is not PathKind.PREDICATE or shape.deactivated:
            continue
        names = [op.kind.value for op in ops_of(ir, shape) if _may_be_decided(ir, op)]
        if names:
            predicate = n3(ir.terms[ir.paths[shape.path].term])
            notes.append(f"{shape.label}: the data's values of {predicate} may decide {', '.join(names)}")
    return replace(ir, counts=True), notes


def _may_be_decided(ir: ProgramIR, op: Op) -> bool:
    if op.decision.verdict is not Verdict.RUNTIME:
        return False
    if op.kind is OpKind.DATATYPE:
        return ir.terms[op.terms[0]] in _WELL_FORMED
    return op.kind in _ANY or (op.kind is OpKind.MIN_COUNT and op.count == 1)
