from __future__ import annotations

import pytest

from cns.errors import ShapeError
from cns.shapes import MinCount
from tests.frontend.conftest import ParseText

NODE = "node"
PROPERTY = "property"


def fails(parse_text: ParseText, turtle: str) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        parse_text(turtle)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "parameters", "code", "message", "rule"),
    [
        # an IRI is needed
        (NODE, "sh:class 'C'", "CNS201", 'sh:class is "C", where an IRI belongs', "class-nodeKind"),
        (NODE, "sh:class []", "CNS201", "sh:class is []", "class-nodeKind"),
        (NODE, "sh:datatype 'x'", "CNS201", "sh:datatype is", "datatype-nodeKind"),
        (NODE, "sh:equals 'x'", "CNS201", "sh:equals is", "equals-nodeKind"),
        (NODE, "sh:disjoint []", "CNS201", "sh:disjoint is", "disjoint-nodeKind"),
        (PROPERTY, "sh:lessThan 'x'", "CNS201", "sh:lessThan is", "lessThan-nodeKind"),
        (PROPERTY, "sh:lessThanOrEquals 1", "CNS201", "sh:lessThanOrEquals is 1", "lessThanOrEquals-nodeKind"),
        (NODE, "sh:severity 'high'", "CNS201", "sh:severity is", "severity-nodeKind"),
        (NODE, "sh:targetClass 'C'", "CNS201", "sh:targetClass is", "targetClass-nodeKind"),
        (NODE, "sh:targetClass []", "CNS201", "sh:targetClass is", "targetClass-nodeKind"),
        (NODE, "sh:targetSubjectsOf 1", "CNS201", "sh:targetSubjectsOf is 1", "targetSubjectsOf-nodeKind"),
        (NODE, "sh:targetObjectsOf []", "CNS201", "sh:targetObjectsOf is", "targetObjectsOf-nodeKind"),
        (NODE, "sh:ignoredProperties ( 1 )", "CNS201", "is 1", "ignoredProperties-members-nodeKind"),
        (NODE, "sh:closed true ; sh:ignoredProperties ( [] )", "CNS201", "is []", "ignoredProperties-members-nodeKind"),
        # one value only
        (NODE, "sh:datatype xsd:int, xsd:string", "CNS202", "has 2 values: xsd:int, xsd:string", "datatype-maxCount"),
        (NODE, "sh:nodeKind sh:IRI, sh:Literal", "CNS202", "has 2 values", "nodeKind-maxCount"),
        (PROPERTY, "sh:minCount 1, 2", "CNS202", "sh:minCount has 2 values: 1, 2", "minCount-maxCount"),
        (PROPERTY, "sh:maxCount 1, 2", "CNS202", "sh:maxCount has 2 values", "maxCount-maxCount"),
        (NODE, "sh:minLength 1, 2", "CNS202", "has 2 values", "minLength-maxCount"),
        (NODE, "sh:maxLength 1, 2", "CNS202", "has 2 values", "maxLength-maxCount"),
        (NODE, "sh:minInclusive 1, 2", "CNS202", "has 2 values", "minInclusive-maxCount"),
        (NODE, "sh:minExclusive 1, 2", "CNS202", "has 2 values", "minExclusive-maxCount"),
        (NODE, "sh:maxInclusive 1, 2", "CNS202", "has 2 values", "maxInclusive-maxCount"),
        (NODE, "sh:maxExclusive 1, 2", "CNS202", "has 2 values", "maxExclusive-maxCount"),
        (NODE, "sh:pattern 'a', 'b'", "CNS202", "sh:pattern has 2 values", "multiple-parameters"),
        (NODE, "sh:pattern 'a' ; sh:flags 'i', 'x'", "CNS202", "sh:flags has 2 values", "multiple-parameters"),
        (NODE, "sh:languageIn ( 'a' ), ( 'b' )", "CNS202", "has 2 values", "languageIn-maxCount"),
        (PROPERTY, "sh:uniqueLang true, false", "CNS202", "has 2 values", "uniqueLang-maxCount"),
        (NODE, "sh:in ( 1 ), ( 2 )", "CNS202", "has 2 values", "in-maxCount"),
        (NODE, "sh:closed true, false", "CNS202", "sh:closed has 2 values", "multiple-parameters"),
        (NODE, "sh:ignoredProperties (), ( ex:a )", "CNS202", "has 2 values", "multiple-parameters"),
        (NODE, "sh:severity sh:Info, sh:Warning", "CNS202", "has 2 values", "severity-maxCount"),
        (NODE, "sh:deactivated true, false", "CNS202", "has 2 values", "deactivated-maxCount"),
        (PROPERTY, "sh:qualifiedMinCount 1, 2", "CNS202", "has 2 values", "multiple-parameters"),
        (PROPERTY, "sh:qualifiedValueShape ex:A, ex:B", "CNS202", "has 2 values", "multiple-parameters"),
        (PROPERTY, "sh:qualifiedValueShapesDisjoint true, false", "CNS202", "has 2 values", "multiple-parameters"),
        # counts and lengths
        (PROPERTY, "sh:minCount -1", "CNS203", "sh:minCount is -1", "minCount-datatype"),
        (PROPERTY, "sh:minCount 1.0", "CNS203", "sh:minCount is 1.0, where an integer belongs", "minCount-datatype"),
        (PROPERTY, "sh:maxCount '1'", "CNS203", 'sh:maxCount is "1"', "maxCount-datatype"),
        (PROPERTY, "sh:maxCount ex:many", "CNS203", "sh:maxCount is ex:many", "maxCount-datatype"),
        (PROPERTY, "sh:maxCount 'x'^^xsd:integer", "CNS203", "sh:maxCount is", "maxCount-datatype"),
        (PROPERTY, "sh:maxCount 9999999999999999999999", "CNS203", "has 22 digits", "maxCount-datatype"),
        (NODE, "sh:minLength -2", "CNS203", "sh:minLength is -2", "minLength-datatype"),
        (NODE, "sh:maxLength true", "CNS203", "sh:maxLength is true", "maxLength-datatype"),
        (PROPERTY, "sh:qualifiedMinCount 'x'", "CNS203", "sh:qualifiedMinCount is", "qualifiedMinCount-datatype"),
        (PROPERTY, "sh:qualifiedMaxCount -1", "CNS203", "sh:qualifiedMaxCount is -1", "qualifiedMaxCount-datatype"),
        # literals, strings, booleans
        (NODE, "sh:minInclusive ex:a", "CNS204", "sh:minInclusive is ex:a, where a literal", "minInclusive-nodeKind"),
        (NODE, "sh:maxExclusive []", "CNS204", "sh:maxExclusive is []", "maxExclusive-nodeKind"),
        (NODE, "sh:pattern 1", "CNS205", "sh:pattern has 1, where a plain string belongs", "pattern-datatype"),
        (NODE, "sh:pattern 'a'@en", "CNS205", 'sh:pattern has "a"@en', "pattern-datatype"),
        (NODE, "sh:pattern 'a' ; sh:flags ex:i", "CNS205", "sh:flags has ex:i", "flags-datatype"),
        (NODE, "sh:languageIn ( 'en' ex:de )", "CNS205", "sh:languageIn has ex:de", "languageIn-members-datatype"),
        (NODE, "sh:languageIn ( 'en'@en )", "CNS205", "sh:languageIn has", "languageIn-members-datatype"),
        (NODE, "sh:message ex:m", "CNS205", "sh:message is ex:m", "message-datatype"),
        (NODE, "sh:message 1", "CNS205", "sh:message is 1", "message-datatype"),
        (PROPERTY, "sh:uniqueLang 'true'", "CNS206", 'sh:uniqueLang is "true"', "uniqueLang-datatype"),
        (PROPERTY, "sh:uniqueLang 1", "CNS206", "sh:uniqueLang is 1", "uniqueLang-datatype"),
        (NODE, "sh:closed 'yes'^^xsd:boolean", "CNS206", "sh:closed is", "closed-datatype"),
        (NODE, "sh:closed ex:a", "CNS206", "sh:closed is ex:a", "closed-datatype"),
        (NODE, "sh:deactivated '1'^^xsd:boolean", "CNS206", "sh:deactivated is", "deactivated-datatype"),
        (NODE, "sh:deactivated 'true'", "CNS206", "sh:deactivated is", "deactivated-datatype"),
        (PROPERTY, "sh:qualifiedValueShapesDisjoint 'x'", "CNS206", "is", "qualifiedValueShapesDisjoint-datatype"),
        # lists
        (NODE, "sh:in ex:a", "CNS207", "sh:in is not a well-formed list", "SHACL-list"),
        (NODE, "sh:in 'a'", "CNS207", "a literal stands where a list should", "SHACL-list"),
        (NODE, "sh:in [ rdf:first 1 ]", "CNS207", "no rdf:rest", "SHACL-list"),
        (NODE, "sh:in [ rdf:first 1, 2 ; rdf:rest () ]", "CNS207", "2 rdf:first", "SHACL-list"),
        (NODE, "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l", "CNS208", "the list runs in a loop", "SHACL-list"),
        (NODE, "sh:or _:l . _:l rdf:first ex:A ; rdf:rest _:l", "CNS208", "loop", "SHACL-list"),
        (NODE, "sh:and ex:A", "CNS207", "sh:and is not", "SHACL-list"),
        (NODE, "sh:xone 'x'", "CNS207", "sh:xone is not", "SHACL-list"),
        (NODE, "sh:languageIn 'en'", "CNS207", "sh:languageIn is not", "SHACL-list"),
        (NODE, "sh:ignoredProperties ex:a", "CNS207", "sh:ignoredProperties is not", "SHACL-list"),
        # shapes
        (NODE, "sh:node 'A'", "CNS209", 'sh:node has "A", where a shape', "node-node"),
        (NODE, "sh:not 1", "CNS209", "sh:not has 1", "not-node"),
        (NODE, "sh:property 'p'", "CNS209", "sh:property has", "property-node"),
        (NODE, "sh:or ( ex:A 'B' )", "CNS209", "sh:or has", "or-members-node"),
        (NODE, "sh:and ( 1 )", "CNS209", "sh:and has 1", "and-members-node"),
        (NODE, "sh:xone ( 1 )", "CNS209", "sh:xone has 1", "xone-members-node"),
        (PROPERTY, "sh:qualifiedValueShape 'A'", "CNS209", "sh:qualifiedValueShape has", "qualifiedValueShape-node"),
        (NODE, "sh:property ex:B . ex:B a sh:NodeShape", "CNS220", "sh:property has ex:B", "property-node"),
        (NODE, "sh:property ex:Nowhere", "CNS220", "which is no property shape", "property-node"),
        (NODE, "sh:node [ sh:path ex:p ]", "CNS220", "which is a property shape", "node-node"),
        # node shapes and property shapes
        (NODE, "a sh:PropertyShape", "CNS213", "a property shape has no sh:path", "path-minCount"),
        (PROPERTY, "a sh:NodeShape", "CNS215", "declared an sh:NodeShape has an sh:path", "NodeShape-path-maxCount"),
        (PROPERTY, "sh:path ex:q", "CNS202", "sh:path has 2 values", "path-maxCount"),
        (NODE, "sh:minCount 1", "CNS216", "sh:minCount stands on a node shape", "minCount-scope"),
        (NODE, "sh:maxCount 1", "CNS216", "sh:maxCount stands on a node shape", "maxCount-scope"),
        (NODE, "sh:uniqueLang true", "CNS216", "sh:uniqueLang stands on", "uniqueLang-scope"),
        (NODE, "sh:lessThan ex:q", "CNS216", "sh:lessThan stands on", "lessThan-scope"),
        (NODE, "sh:lessThanOrEquals ex:q", "CNS216", "sh:lessThanOrEquals stands on", "lessThanOrEquals-scope"),
        (NODE, "sh:qualifiedValueShape ex:A", "CNS216", "sh:qualifiedValueShape", "qualifiedValueShape-scope"),
        (NODE, "sh:nodeKind ex:Thing", "CNS217", "sh:nodeKind is ex:Thing", "nodeKind-in"),
        (NODE, "sh:nodeKind 'IRI'", "CNS217", 'sh:nodeKind is "IRI"', "nodeKind-in"),
        # targets
        (NODE, "sh:targetNode []", "CNS222", "sh:targetNode is the blank node []", "targetNode-nodeKind"),
    ],
)  # fmt: skip
def test_a_broken_rule_names_shape_rule_and_remedy(
    parse_text: ParseText, kind: str, parameters: str, code: str, message: str, rule: str
) -> None:
    path = "sh:path ex:p ; " if kind == PROPERTY else ""
    error = fails(parse_text, f"ex:S sh:targetNode ex:x ; {path}{parameters} .")
    assert error.code == code
    assert message in error.message
    assert error.spec == f"https://www.w3.org/TR/shacl/#syntax-rule-{rule}"
    assert error.hint
    assert error.where.shape == "ex:S"
    assert error.where.property
    assert error.where.source == "<text 1>"
    assert error.where.line == 7


def test_an_error_in_a_nested_shape_names_the_shape_that_has_a_name_and_the_property(parse_text: ParseText) -> None:
    error = fails(
        parse_text, "ex:S a sh:NodeShape ;\n sh:or ( [ sh:property [ sh:path ex:age ;\n sh:minCount -1 ] ] ) ."
    )
    assert (error.where.shape, error.where.property, error.where.line) == ("ex:S", "ex:age", 8)
    assert str(error) == (
        "CNS203: <text 1>:8, shape ex:S, property ex:age: sh:minCount is -1\n"
        "  hint: use an integer ≥ 0, like sh:minCount 1\n"
        "  rule: https://www.w3.org/TR/shacl/#syntax-rule-minCount-datatype"
    )


def test_a_blank_class_that_is_a_shape_is_refused(parse_text: ParseText) -> None:
    error = fails(parse_text, "[] a sh:NodeShape, rdfs:Class .")
    assert error.code == "CNS221"
    assert error.spec.endswith("#syntax-rule-implicit-targetClass-nodeKind")


@pytest.mark.parametrize("written", ["1", "+1", "01", "'1'^^xsd:integer"])
def test_every_spelling_of_an_integer_is_an_integer(parse_text: ParseText, written: str) -> None:
    ast = parse_text(f"ex:S sh:targetNode ex:x ; sh:path ex:p ; sh:minCount {written} .")
    assert ast.shapes[0].constraints == (MinCount(1),)
    assert ast.warnings == ()


@pytest.mark.parametrize("datatype", ["int", "nonNegativeInteger", "unsignedByte", "positiveInteger", "long"])
def test_a_derived_integer_type_is_taken_with_a_warning(parse_text: ParseText, datatype: str) -> None:
    ast = parse_text(f"ex:S sh:targetNode ex:x ; sh:path ex:p ; sh:minCount '1'^^xsd:{datatype} .")
    assert ast.shapes[0].constraints == (MinCount(1),)
    assert "SHACL asks for xsd:integer" in ast.warnings[0]


@pytest.mark.parametrize(
    "parameters",
    ["sh:in ()", "sh:ignoredProperties ( ex:a )", "sh:or ()", "sh:deactivated false", "sh:closed false"],
)
def test_what_is_odd_but_allowed_draws_no_error(parse_text: ParseText, parameters: str) -> None:
    assert parse_text(f"ex:S sh:targetNode ex:x ; {parameters} .").warnings == ()


@pytest.mark.parametrize(
    ("parameters", "warning"),
    [
        ("sh:flags 'i'", "sh:flags has no effect without sh:pattern"),
        ("sh:qualifiedMinCount 1", "sh:qualifiedMinCount has no effect without sh:qualifiedValueShape"),
        ("sh:qualifiedMaxCount 1", "sh:qualifiedMaxCount has no effect without sh:qualifiedValueShape"),
        ("sh:qualifiedValueShape [ sh:class ex:C ]", "sh:qualifiedValueShape has no effect without"),
        ("sh:uniqueLang '1'^^xsd:boolean", "only true switches it on"),
        ("sh:closed '1'^^xsd:boolean", "only true switches it on"),
        ("sh:node ex:Nowhere", "ex:Nowhere is used as a shape, but nothing is said about it"),
    ],
)
def test_what_has_no_effect_draws_a_warning(parse_text: ParseText, parameters: str, warning: str) -> None:
    ast = parse_text(f"ex:S sh:targetNode ex:x ; sh:path ex:p ; {parameters} .")
    assert [text for text in ast.warnings if warning in text]
    assert len(ast.warnings) == 1
