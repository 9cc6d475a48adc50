"""Shapes that are not run where the data has nothing for them; the results are held by test_same_results."""

from __future__ import annotations

import pytest

from cns.options import CompileOptions, ReadOptions
from cns.pipeline import build_ir, optimise, order_ir, read
from cns.runtime import engines
from tests.support import EX, PREFIXES, compiled

TARGET = "ex:S sh:targetClass ex:C ; "
DATA = "ex:a a ex:C ; ex:name 1 . "


def needs(shapes: str) -> set[str] | None:
    options = CompileOptions(cache=False)
    ir, _, _ = optimise(order_ir(build_ir(None, PREFIXES + shapes, options)[0]).ir, options)
    shape = next(shape for shape in ir.shapes if shape.label == "ex:S")
    return None if shape.needs is None else {str(ir.terms[term]).removeprefix(EX) for term in shape.needs}


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:string ; sh:maxCount 1 ]", {"p"}),
        ("sh:property [ sh:path ex:p ; sh:maxCount 1 ] , [ sh:path ex:q ; sh:uniqueLang true ]", {"p", "q"}),
        ("sh:property [ sh:path ex:p ; sh:minCount 1 ]", None),
        ("sh:property [ sh:path ex:p ; sh:hasValue 1 ]", None),
        ("sh:property [ sh:path ex:p ; sh:equals ex:q ]", {"p", "q"}),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", {"p"}),
        ("sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:nodeKind sh:IRI ]", {"p"}),
        ("sh:property [ sh:path ( ex:p ex:q ) ; sh:nodeKind sh:IRI ]", {"p"}),
        ("sh:property [ sh:path ( [ sh:zeroOrMorePath ex:p ] ex:q ) ; sh:nodeKind sh:IRI ]", {"q"}),
        ("sh:property [ sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:nodeKind sh:IRI ]", {"p", "q"}),
        ("sh:property [ sh:path [ sh:zeroOrOnePath ex:p ] ; sh:nodeKind sh:IRI ]", None),
        ("sh:property [ sh:path [ sh:oneOrMorePath ex:p ] ; sh:nodeKind sh:IRI ]", {"p"}),
        ("sh:node [ sh:property [ sh:path ex:p ; sh:maxCount 1 ] ]", {"p"}),
        ("sh:not [ sh:property [ sh:path ex:p ; sh:maxCount 1 ] ]", None),
        ("sh:nodeKind sh:IRI", None),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMaxCount 1 ]", {"p"}),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1 ]", None),
        ("sh:property [ sh:path ex:p ; sh:in () ]", {"p"}),
        ("sh:and ( [ sh:in () ] )", None),
        ("sh:deactivated true ; sh:property [ sh:path ex:p ; sh:minCount 1 ]", set()),
    ],
)
def test_what_a_shape_needs(shape: str, expected: set[str] | None) -> None:
    assert needs(f"{TARGET} {shape} .") == expected


@pytest.mark.parametrize(("data", "runs"), [(DATA, False), (DATA + "ex:b ex:p 1 .", True)])
def test_a_shape_is_run_only_where_there_is_something(data: str, runs: bool) -> None:
    validator = compiled(TARGET + "sh:property [ sh:path ex:p ; sh:maxCount 1 ] .")
    loaded = engines.load_program(validator.program.to_bytes())
    store = read(loaded, (PREFIXES + data).encode(), ReadOptions(format="turtle")).store
    assert (sum(engines.count(store)) > 0) == runs


def test_what_is_never_run_still_conforms() -> None:
    validator = compiled(TARGET + "sh:property [ sh:path ex:p ; sh:maxCount 0 ] .")
    assert validator.validate(PREFIXES + DATA).conforms
    assert not validator.validate(PREFIXES + DATA + "ex:a ex:p 2 .").conforms
