from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

from cns import shapes as ast
from cns.frontend.load import load
from cns.frontend.meta import meta_shapes_path
from cns.frontend.parse import parse
from cns.shapes import Constraint, ShapesAst
from cns.terms import RDF_LANG_STRING, BlankNode, Iri, Literal
from cns.vocab import SH_VIOLATION, SH_WARNING, XSD_NS, sh
from tests.frontend.conftest import PREFIXES, OneShape, ParseText

ASSETS = meta_shapes_path().parent
NOT_SHAPES = {"manifest.ttl"}


def ex(name: str) -> Iri:
    return Iri("http://example.org/" + name)


def number(text: str) -> Literal:
    return Literal(text, XSD_NS + "integer")


def names(tree: ShapesAst) -> list[str]:
    return [shape.source_text for shape in tree.shapes]


# --------------------------------------------------------------------------- constraints


@pytest.mark.parametrize(
    ("parameters", "constraint"),
    [
        ("sh:class ex:C", ast.ClassOf(ex("C"))),
        ("sh:datatype xsd:int", ast.Datatype(Iri(XSD_NS + "int"))),
        ("sh:nodeKind sh:IRIOrLiteral", ast.NodeKind(sh("IRIOrLiteral"))),
        ("sh:minCount 0", ast.MinCount(0)),
        ("sh:maxCount 3", ast.MaxCount(3)),
        ("sh:minExclusive 1", ast.MinExclusive(number("1"))),
        ("sh:minInclusive 01", ast.MinInclusive(number("01"))),
        ("sh:maxExclusive 1", ast.MaxExclusive(number("1"))),
        ("sh:maxInclusive 'b'", ast.MaxInclusive(Literal("b"))),
        ("sh:minLength 1", ast.MinLength(1)),
        ("sh:maxLength 1", ast.MaxLength(1)),
        ("sh:pattern '^a' ; sh:flags 'i'", ast.Pattern("^a", "i")),
        ("sh:pattern ''", ast.Pattern("", "")),
        ("sh:languageIn ( 'en' 'de-CH' )", ast.LanguageIn(("en", "de-CH"))),
        ("sh:uniqueLang true", ast.UniqueLang()),
        ("sh:equals ex:q", ast.Equals(ex("q"))),
        ("sh:disjoint ex:q", ast.Disjoint(ex("q"))),
        ("sh:lessThan ex:q", ast.LessThan(ex("q"))),
        ("sh:lessThanOrEquals ex:q", ast.LessThanOrEquals(ex("q"))),
        ("sh:not ex:A", ast.Not(ex("A"))),
        ("sh:and ( ex:A ex:B )", ast.And((ex("A"), ex("B")))),
        ("sh:or ( ex:A ex:B )", ast.Or((ex("A"), ex("B")))),
        ("sh:xone ( ex:A )", ast.Xone((ex("A"),))),
        ("sh:node ex:A", ast.NodeShape(ex("A"))),
        ("sh:property ex:P", ast.PropertyShape(ex("P"))),
        ("sh:qualifiedValueShape ex:A ; sh:qualifiedMinCount 1", ast.QualifiedMinCount(ex("A"), 1, ())),
        ("sh:qualifiedValueShape ex:A ; sh:qualifiedMaxCount 1", ast.QualifiedMaxCount(ex("A"), 1, ())),
        ("sh:closed true", ast.Closed(())),
        ("sh:hasValue 1", ast.HasValue(number("1"))),
        ("sh:in ( 1 ex:a )", ast.In((number("1"), ex("a")))),
        ("sh:in ()", ast.In(())),
    ],
)  # fmt: skip
def test_every_component_is_read(parse_text: ParseText, parameters: str, constraint: Constraint) -> None:
    tree = parse_text(
        "ex:A a sh:NodeShape . ex:B a sh:NodeShape . ex:P sh:path ex:p ; a sh:PropertyShape . "
        f"ex:S sh:targetNode ex:x ; sh:path ex:p ; {parameters} ."
    )
    assert {shape.node: shape for shape in tree.shapes}[ex("S")].constraints == (constraint,)
    assert tree.warnings == ()


def test_constraints_stand_in_the_order_of_the_components_then_of_the_document(one_shape: OneShape) -> None:
    shape = one_shape("ex:S sh:in ( 1 ) ; sh:hasValue 2, 1 ; sh:class ex:B, ex:A ; sh:nodeKind sh:IRI .")
    assert shape.constraints == (
        ast.ClassOf(ex("B")),
        ast.ClassOf(ex("A")),
        ast.NodeKind(sh("IRI")),
        ast.HasValue(number("2")),
        ast.HasValue(number("1")),
        ast.In((number("1"),)),
    )


def test_the_order_is_that_of_the_classes_of_the_ast() -> None:
    from cns.frontend.constraints import PARAMETERS

    classes = [cls for cls in vars(ast).values() if isinstance(cls, type) and Constraint in cls.__mro__[1:]]
    parameters = {"ClassOf": "class", "NodeShape": "node", "PropertyShape": "property"}
    order = [sh(parameters.get(cls.__name__, cls.__name__[0].lower() + cls.__name__[1:])) for cls in classes]
    assert sorted(order, key=lambda parameter: PARAMETERS[parameter].rank) == order


def test_closed_allows_its_properties_and_the_ignored_ones(one_shape: OneShape) -> None:
    shape = one_shape(
        "ex:S sh:closed true ; sh:ignoredProperties ( rdf:type ex:a ) ; "
        "sh:property [ sh:path ex:p ], [ sh:path ( ex:q ex:r ) ], [ sh:path ex:b ; sh:deactivated true ] ."
    )
    rdf_type = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    assert shape.constraints[-1] == ast.Closed((ex("a"), ex("b"), ex("p"), rdf_type))


def test_sibling_shapes_are_those_of_all_parents_without_its_own(parse_text: ParseText) -> None:
    tree = parse_text(
        """ex:Hand a sh:NodeShape ; sh:property ex:Thumb, ex:Finger, [ sh:path ex:p ; sh:class ex:C ] .
           ex:Foot a sh:NodeShape ; sh:property ex:Thumb,
             [ sh:path ex:p ; sh:qualifiedValueShape ex:ToeShape ; sh:qualifiedMaxCount 5 ] .
           ex:Thumb sh:path ex:d ; sh:qualifiedValueShape ex:ThumbShape ; sh:qualifiedMinCount 1 ;
             sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true .
           ex:Finger sh:path ex:d ; sh:qualifiedValueShape ex:FingerShape ; sh:qualifiedMinCount 4 .
           ex:ThumbShape sh:class ex:T . ex:FingerShape sh:class ex:F . ex:ToeShape sh:class ex:O ."""
    )
    by_node = {shape.node: shape for shape in tree.shapes}
    siblings = (ex("FingerShape"), ex("ToeShape"))
    assert by_node[ex("Thumb")].constraints == (
        ast.QualifiedMinCount(ex("ThumbShape"), 1, siblings),
        ast.QualifiedMaxCount(ex("ThumbShape"), 1, siblings),
    )
    assert by_node[ex("Finger")].constraints == (ast.QualifiedMinCount(ex("FingerShape"), 4, ()),)


# --------------------------------------------------------------------------- shapes


def test_severity_messages_and_deactivation(parse_text: ParseText) -> None:
    plain, full = parse_text(
        "ex:A a sh:NodeShape . ex:B sh:nodeKind sh:IRI ; sh:severity sh:Warning ; sh:message 'x'@en, 'y' ; "
        "sh:deactivated true ."
    ).shapes
    assert (plain.severity, plain.messages, plain.deactivated) == (SH_VIOLATION, (), False)
    assert full.severity == SH_WARNING
    assert full.messages == (Literal("x", RDF_LANG_STRING, "en"), Literal("y"))
    assert full.deactivated is True


def test_targets_of_every_kind(one_shape: OneShape) -> None:
    shape = one_shape(
        "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:q ; sh:targetSubjectsOf ex:p ; sh:targetClass ex:D, ex:C ; "
        "sh:targetNode 1, ex:x ."
    )
    assert shape.targets == (
        ast.TargetNode(number("1")),
        ast.TargetNode(ex("x")),
        ast.TargetClass(ex("D")),
        ast.TargetClass(ex("C")),
        ast.TargetSubjectsOf(ex("p")),
        ast.TargetObjectsOf(ex("q")),
    )


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:S a sh:NodeShape, rdfs:Class .",
        "ex:S a sh:NodeShape, owl:Class . owl:Class rdfs:subClassOf rdfs:Class .",
        "ex:S a sh:NodeShape, ex:Meta . ex:Meta rdfs:subClassOf ex:M . ex:M rdfs:subClassOf rdfs:Class, ex:Meta .",
    ],
)
def test_a_shape_that_is_a_class_is_a_target_of_itself(one_shape: OneShape, turtle: str) -> None:
    assert one_shape(turtle).targets == (ast.TargetClass(ex("S"), implicit=True),)


def test_an_owl_class_alone_is_no_target_but_draws_a_warning(parse_text: ParseText) -> None:
    tree = parse_text("ex:S a sh:NodeShape, owl:Class .")
    assert tree.shapes[0].targets == ()
    assert "an owl:Class is no target of itself" in tree.warnings[0]
    assert parse_text("ex:S a sh:NodeShape, owl:Class ; sh:targetClass ex:S .").warnings == ()


def test_a_class_that_is_not_declared_a_shape_is_no_target_but_draws_a_warning(parse_text: ParseText) -> None:
    tree = parse_text("ex:S a rdfs:Class ; sh:nodeKind sh:IRI .")
    assert tree.shapes[0].targets == ()
    assert "only if it is declared a shape" in tree.warnings[0]
    assert parse_text("ex:S a rdfs:Class ; sh:nodeKind sh:IRI ; sh:targetClass ex:S .").warnings == ()


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:S a sh:NodeShape .",
        "ex:S a sh:PropertyShape ; sh:path ex:p .",
        "ex:S a ex:MyShape . ex:MyShape rdfs:subClassOf sh:NodeShape .",
        "ex:S sh:targetNode ex:x .",
        "ex:S sh:targetClass ex:x .",
        "ex:S sh:targetSubjectsOf ex:x .",
        "ex:S sh:targetObjectsOf ex:x .",
        "ex:S sh:minLength 1 .",
        "ex:A sh:node ex:S .",
        "ex:A sh:not ex:S .",
        "ex:A sh:property ex:S . ex:S sh:path ex:p .",
        "ex:A sh:or ( ex:B ex:S ) .",
        "ex:A sh:path ex:p ; sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 .",
    ],
)
def test_every_way_to_be_a_shape_is_found(parse_text: ParseText, turtle: str) -> None:
    assert ex("S") in {shape.node for shape in parse_text(turtle).shapes}


def test_what_is_no_shape_is_not_found(parse_text: ParseText) -> None:
    tree = parse_text("ex:a ex:p ex:b . ex:c sh:path ex:p . ex:d a rdfs:Class . ex:r sh:message 1 ; sh:severity 2 .")
    assert tree.shapes == ()
    assert tree.warnings == ("no shapes found",)


def test_named_shapes_come_by_iri_then_blank_ones_as_they_are_reached(parse_text: ParseText) -> None:
    tree = parse_text(
        """[] sh:targetNode ex:first ; sh:not [ sh:class ex:Inner ] .
           ex:B sh:property [ sh:path ex:b ; sh:node [ sh:class ex:Deep ] ], [ sh:path ex:b2 ] .
           ex:A sh:or ( [ sh:class ex:Or ] ) ; sh:not [ sh:class ex:Not ] ; sh:node ex:B ."""
    )
    assert names(tree) == [
        "ex:A",
        "ex:B",
        "[ sh:class ex:Not ]",
        "[ sh:class ex:Or ]",
        "[ sh:node [ sh:class ex:Deep ] ; sh:path ex:b ]",
        "[ sh:class ex:Deep ]",
        "[ sh:path ex:b2 ]",
        "[ sh:not [ sh:class ex:Inner ] ; sh:targetNode ex:first ]",
        "[ sh:class ex:Inner ]",
    ]


def test_a_shape_knows_its_place(one_shape: OneShape) -> None:
    where = one_shape("\n\nex:S a sh:NodeShape .").where
    assert (where.source, where.line, where.shape) == ("<text 1>", 9, "ex:S")


def test_recursive_shapes_are_not_this_package_s_concern(parse_text: ParseText) -> None:
    assert (
        len(parse_text("ex:A sh:node ex:B . ex:B sh:node ex:A, ex:B . _:x sh:not _:y . _:y sh:not _:x .").shapes) == 4
    )


def test_deeply_nested_shapes_do_not_overflow() -> None:
    depth = 20_000
    text = "".join(f"_:n{i} <{sh('not')}> _:n{i + 1} .\n" for i in range(depth))
    tree = parse(load(text + f"_:n{depth} <{sh('class')}> <http://e/C> .\n", format="nt"))
    assert [shape.node for shape in tree.shapes] == [f"_:b{i}" for i in range(depth + 1)]


def test_the_classes_of_the_ontology_are_sorted_pairs() -> None:
    ontology = PREFIXES + "ex:B rdfs:subClassOf ex:C, 'x' . ex:A rdfs:subClassOf ex:B . ex:q rdfs:subPropertyOf ex:r ."
    tree = parse(load(PREFIXES + "ex:S a sh:NodeShape .", ontology))
    assert tree.sub_classes == ((ex("A"), ex("B")), (ex("B"), ex("C")))


def test_warnings_of_loading_are_kept() -> None:
    tree = parse(load(PREFIXES + "ex:S a sh:NodeShape . <http://x/o> owl:imports <http://x/i> ."))
    assert "cannot be resolved" in tree.warnings[0]


def test_a_graph_keeps_the_labels_of_its_caller() -> None:
    graph = rdflib.Graph()
    graph.add((rdflib.BNode("mine"), rdflib.URIRef(sh("class")), rdflib.URIRef("http://e/C")))
    assert parse(load(graph)).shapes[0].node == BlankNode("_:mine")


# --------------------------------------------------------------------------- determinism


def test_the_hash_seed_does_not_reach_the_ast(tmp_path: Path) -> None:
    (tmp_path / "a.rdf").write_text(
        rdflib.Graph()
        .parse(data=PREFIXES + "ex:S sh:property [ sh:path ex:p ; sh:in ( 1 2 ) ], [ sh:path ex:q ] .")
        .serialize(format="xml")
    )
    code = (
        "import sys; from cns.frontend.load import load; from cns.frontend.parse import parse\n"
        "s = load(sys.argv[1:3], sys.argv[1]); print(s.digest, s.prefixes, parse(s))"
    )
    outputs = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-c", code, str(meta_shapes_path()), str(tmp_path / "a.rdf")]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert len(outputs) == 1


# --------------------------------------------------------------------------- the world's shapes graphs


@pytest.mark.parametrize(
    ("name", "ignore", "at_least"),
    [("shacl.ttl", False, 0), ("schema.ttl", False, 1000), ("dash.ttl", True, 20), ("shacl-shacl.ttl", False, 80)],
)
def test_what_pyshacl_ships_parses(name: str, ignore: bool, at_least: int) -> None:
    assert len(parse(load(ASSETS / name), ignore_unsupported=ignore).shapes) >= at_least


def test_every_file_of_the_w3c_core_suite_parses(conformance: Path) -> None:
    files = sorted((conformance / "w3c-shacl10" / "tests" / "core").rglob("*.ttl"))
    assert len(files) > 98
    warned = {}
    for file in files:
        as_file = parse(load(file))
        as_graph = parse(load(rdflib.Graph().parse(file)))
        assert len(as_file.shapes) == len(as_graph.shapes), file
        warned[file.name] = [text for text in as_file.warnings if text != "no shapes found"]
    odd = {name for name, texts in warned.items() if texts}
    assert odd == {
        "path-strange-001.ttl",
        "path-strange-002.ttl",
        "qualified-001-shapes.ttl",
        "uniqueLang-002-shapes.ttl",
    }


def test_the_tests_of_shacl_sparql_are_refused_or_parse(conformance: Path) -> None:
    for file in sorted((conformance / "w3c-shacl10" / "tests" / "sparql").rglob("*.ttl")):
        parse(load(file), ignore_unsupported=True)
