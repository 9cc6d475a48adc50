"""The IR's invariants: each check can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cns.ir.check import BrokenIR, check
from cns.ir.types import OpKind, PathKind, PathNode, ProgramIR
from cns.options import CompileOptions
from cns.pipeline import build_ir

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:nodeKind sh:IRI ;
    sh:property [ sh:path ( ex:p ex:q ) ; sh:class ex:D ; sh:node ex:T ] .
ex:T a sh:NodeShape ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def ir() -> ProgramIR:
    return build_ir(None, SHAPES, CompileOptions())[0]


def with_op(ir: ProgramIR, kind: OpKind, **changes: object) -> ProgramIR:
    ops = tuple(replace(op, **changes) if op.kind is kind else op for op in ir.ops)  # type: ignore[arg-type]
    return replace(ir, ops=ops)


def test_a_built_ir_is_sound(ir: ProgramIR) -> None:
    assert check(ir) is ir


def test_what_is_broken_is_found(ir: ProgramIR) -> None:
    broken = [
        replace(ir, terms=(*ir.terms, ir.terms[0])),
        replace(ir, paths=(PathNode(PathKind.ZERO_OR_MORE, children=(1,)), *ir.paths[1:])),
        replace(ir, paths=(PathNode(PathKind.PREDICATE), *ir.paths[1:])),
        replace(ir, shapes=(replace(ir.shapes[0], id=7), *ir.shapes[1:])),
        replace(ir, shapes=(replace(ir.shapes[0], ops=ir.shapes[1].ops), *ir.shapes[1:])),
        replace(ir, shapes=(replace(ir.shapes[0], path=0), *ir.shapes[1:])),
        replace(ir, sub_classes=((0, 99),)),
        with_op(ir, OpKind.CLASS, terms=()),
        with_op(ir, OpKind.CLASS, terms=(99,)),
        with_op(ir, OpKind.NODE, shapes=(99,)),
        with_op(ir, OpKind.NODE, shapes=()),
        with_op(ir, OpKind.NODE, messages=()),
        with_op(ir, OpKind.NODE, shape=0),
    ]
    for program in broken:
        with pytest.raises(BrokenIR):
            check(program)
