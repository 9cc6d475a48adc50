"""The explanation as a value, as text and as JSON."""

from __future__ import annotations

import json

import rdflib
from rdflib.compare import isomorphic

from cns.explain import EXPLANATION_VERSION, Explanation, as_json, as_text, explain
from cns.explain.model import Check, Shape
from cns.options import CompileOptions
from tests.support import EX, PREFIXES

SHAPES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:nodeKind sh:Literal ; sh:minInclusive 0 ;
        sh:maxCount 1 ] ;
    sh:property [ sh:path ( ex:address [ sh:inversePath ex:city ] ) ; sh:nodeKind sh:IRI ; sh:minCount 0 ] ;
    sh:or ( ex:Named [ sh:class ex:Robot ] ) .
ex:Named a sh:NodeShape ; sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:pattern "^<[A-Z]" ] .
"""


def explained(shapes: str = SHAPES, **options: object) -> Explanation:
    return explain(None, PREFIXES + shapes, CompileOptions(cache=False, **options))  # type: ignore[arg-type]


def shape(explanation: Explanation, label: str) -> Shape:
    return next(s for s in explanation.shapes if label in s.label)


def check(one: Shape, kind: str) -> Check:
    return next(c for c in one.checks if c.kind == kind)


def test_each_check_has_its_verdict_and_the_reason() -> None:
    explanation = explained()
    age = shape(explanation, "sh:path ex:age")
    kind, datatype = check(age, "nodeKind"), check(age, "datatype")
    assert (kind.verdict, kind.by, kind.reason) == ("guarded", datatype.number, "follows from datatype")
    assert check(age, "minInclusive").fused == datatype.number
    assert check(shape(explanation, "sh:minCount 0"), "minCount").verdict == "holds"
    off = explained(passes=())
    assert {c.verdict for s in off.shapes for c in s.checks} == {"runtime"}


def test_costs_are_a_figure_and_a_formula() -> None:
    age = shape(explained(), "sh:path ex:age")
    assert age.cycles == sum(c.cycles for c in age.checks) + 1, "and one to find the values"
    assert check(age, "nodeKind").cycles == 0
    assert "|ex:age| × " in age.worst
    deep = shape(explained(), "ex:address")
    assert "|ex:address/(^ex:city)| × " in deep.worst


def test_the_formula_follows_the_shapes_that_are_called() -> None:
    person = shape(explained(passes=()), "ex:Person")
    assert "|ex:age| × " in person.worst
    assert "|ex:name| × " in check(person, "or").worst


def test_turtle_says_what_the_source_says() -> None:
    person = next(s for s in explained().shapes if s.label == "ex:Person")
    whole = rdflib.Graph().parse(data=PREFIXES + SHAPES, format="turtle")
    whole.remove((rdflib.URIRef(EX + "Named"), None, None))
    part = rdflib.Graph().parse(data=PREFIXES + person.turtle, format="turtle")
    described = rdflib.Graph()
    pending = [rdflib.URIRef(EX + "Person")]
    while pending:
        for triple in whole.triples((pending.pop(), None, None)):
            described.add(triple)
            if isinstance(triple[2], rdflib.BNode):
                pending.append(triple[2])  # type: ignore[arg-type]
    assert isomorphic(part, described)


def test_bytecode_and_c_are_those_of_the_program() -> None:
    person = shape(explained(), "ex:Person")
    assert any(i.text.split()[1] == "RETURN" for i in person.bytecode)
    assert {i.op for i in person.bytecode} >= {check(shape(explained(), "sh:path ex:age"), "datatype").number}
    assert person.c.startswith("/* ex:Person */\nstatic CnsVerdict cns_shape_")


def test_the_plan_and_the_tables() -> None:
    explanation = explained()
    assert {c.predicate for c in explanation.plan.columns} >= {f"<{EX}age>", f"<{EX}name>"}
    assert explanation.plan.others == "skipped in the reader"
    assert {t.name: t.entries for t in explanation.tables}["sh:pattern: automata"] == 1


def test_text_and_json_have_it_all() -> None:
    explanation = explained()
    text = as_text(explanation)
    assert "nodeKind" in text
    assert "— follows from datatype" in text
    assert f"<{EX}age>  values" in text
    told = json.loads(as_json(explanation))
    assert told["version"] == EXPLANATION_VERSION
    assert [s["label"] for s in told["shapes"]] == [s.label for s in explanation.shapes]


def test_shapes_whose_verdicts_are_kept_say_so() -> None:
    asked = 'ex:T a sh:NodeShape ; sh:property [ sh:path ex:name ; sh:pattern "^[A-Z]+$" ] .'
    explanation = explained(f"ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node ex:T ] . {asked}")
    assert {s.label for s in explanation.shapes if s.remembered} == {"ex:T"}
    assert as_text(explanation).count("its verdicts are kept") == 1
    assert "ex:T: its verdicts are kept" in [note.text for note in explanation.notes if note.rule == "remember"]


def test_shapes_nested_thousands_deep_are_explained() -> None:
    links = "".join(
        f"ex:S{i} sh:property ex:P{i} . ex:P{i} sh:path ex:p ; sh:node ex:S{i + 1} .\n" for i in range(1500)
    )
    explanation = explained(links + "ex:S0 sh:targetNode ex:n . ex:S1500 sh:nodeKind sh:IRI .", meta_shacl=False)
    assert "…" in next(s for s in explanation.shapes if s.label == "ex:S0").worst
