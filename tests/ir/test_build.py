"""AST → IR: numbering, messages, and the refusal of recursion."""

from __future__ import annotations

import pytest

from cns.errors import UnsupportedError
from cns.ir.check import check
from cns.ir.types import OpKind, ProgramIR
from cns.options import CompileOptions
from cns.pipeline import build_ir

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/> .
"""


def ir(shapes: str, ontology: str | None = None) -> ProgramIR:
    text = None if ontology is None else PREFIXES + ontology
    return check(build_ir(text, PREFIXES + shapes, CompileOptions())[0])


def test_named_shapes_come_first_in_the_order_of_their_iris() -> None:
    program = ir("ex:B a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] . ex:A a sh:NodeShape .")
    assert [shape.label for shape in program.shapes] == ["ex:A", "ex:B", "[ sh:minCount 1 ; sh:path ex:p ]"]


def test_a_result_has_the_messages_of_its_shape_or_one_of_ours() -> None:
    program = ir(
        """ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI ; sh:message "no"@en, "nein"@de .
           ex:T sh:targetNode ex:a ; sh:in ( ex:a 1 "x"@en ) ."""
    )
    by_kind = {op.kind: op.messages for op in program.ops}
    assert {(m.lexical, m.language) for m in by_kind[OpKind.NODE_KIND]} == {("no", "en"), ("nein", "de")}
    assert [m.lexical for m in by_kind[OpKind.IN]] == ['Value is not one of: ex:a, "1"^^xsd:integer, "x"@en']


@pytest.mark.parametrize(
    "shapes",
    [
        "ex:A a sh:NodeShape ; sh:node ex:A .",
        "ex:A sh:not ex:B . ex:B a sh:NodeShape ; sh:or ( ex:C ) . ex:C a sh:NodeShape ; sh:node ex:A .",
        "ex:A a sh:NodeShape ; sh:property [ sh:path ex:knows ; sh:node ex:A ] .",
        """ex:A sh:path ex:p ; a sh:PropertyShape ;
           sh:qualifiedValueShape [ sh:property ex:A ] ; sh:qualifiedMinCount 1 .""",
    ],
)
def test_recursion_is_refused_and_the_cycle_named(shapes: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        ir(shapes)
    assert caught.value.code == "CNS310"
    cycle = caught.value.message.partition(": ")[2].split(" → ")
    assert cycle[0] == cycle[-1] == "ex:A"
    assert len(cycle) > 1
    assert "shapes-recursion" in caught.value.spec
    assert caught.value.hint


def test_a_deactivated_shape_breaks_a_cycle() -> None:
    ir("ex:A a sh:NodeShape ; sh:node ex:B . ex:B a sh:NodeShape ; sh:node ex:A ; sh:deactivated true .")


def test_shared_shapes_are_no_recursion() -> None:
    program = ir("ex:A sh:node ex:C ; sh:targetNode ex:x . ex:B sh:node ex:C, ex:A . ex:C sh:nodeKind sh:IRI .")
    assert [op.kind for op in program.ops] == [OpKind.NODE, OpKind.NODE, OpKind.NODE, OpKind.NODE_KIND]


@pytest.mark.parametrize(("levels", "fits"), [(4096, True), (4097, False), (20_000, False)])
def test_nesting_has_a_limit_and_no_need_of_a_deep_stack(levels: int, fits: bool) -> None:
    sh, ex = "http://www.w3.org/ns/shacl#", "http://example.org/"
    lines = [f"<{ex}s{i}> <{sh}node> <{ex}s{i + 1}> ." for i in range(levels - 1)]
    lines.append(f"<{ex}s{levels - 1}> <{sh}nodeKind> <{sh}IRI> .")
    options = CompileOptions(format="nt", meta_shacl=False)
    if fits:
        assert len(build_ir(None, "\n".join(lines), options)[0].ops) == levels
        return
    with pytest.raises(UnsupportedError) as caught:
        build_ir(None, "\n".join(lines), options)
    assert caught.value.code == "CNS311"


def test_the_ontology_brings_its_class_hierarchy_only() -> None:
    program = ir("ex:S sh:targetClass ex:A ; sh:nodeKind sh:IRI .", "ex:B rdfs:subClassOf ex:A ; rdfs:label 'b' .")
    assert [(program.terms[a], program.terms[b]) for a, b in program.sub_classes] == [
        ("http://example.org/B", "http://example.org/A")
    ]
