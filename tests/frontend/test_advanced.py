from __future__ import annotations

import pytest

from cns.errors import UnsupportedError
from cns.shapes import ClassOf
from tests.frontend.conftest import ParseText

COMPONENT = (
    "ex:Kind rdfs:subClassOf sh:ConstraintComponent . ex:Component a ex:Kind ; "
    "sh:parameter [ sh:path ex:limit ], [ sh:path ex:extra ; sh:optional true ]"
    " ; sh:validator [ a sh:SPARQLAskValidator ; sh:ask 'ASK {}' ] . "
)


@pytest.mark.parametrize(
    ("turtle", "code", "named"),
    [
        ("ex:S a sh:NodeShape ; sh:sparql ex:Query .", "CNS301", "SPARQL-based constraint: sh:sparql ex:Query"),
        ("ex:S sh:sparql [ sh:select 'SELECT' ] .", "CNS301", "sh:sparql [ sh:select"),
        (COMPONENT + "ex:S a sh:NodeShape ; ex:limit 1 .", "CNS302", "custom constraint component ex:Component"),
        ("ex:S a sh:NodeShape ; sh:target ex:T . ex:T a sh:SPARQLTarget .", "CNS303", "custom target: sh:target ex:T"),
        ("ex:S a sh:NodeShape ; sh:rule ex:R . ex:R a sh:TripleRule .", "CNS304", "rule: sh:rule ex:R"),
        ("ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:values ex:V ] .", "CNS304", "sh:values ex:V"),
        ("ex:S a sh:SPARQLFunction ; sh:select 'SELECT' .", "CNS305", "SPARQL function (sh:SPARQLFunction)"),
        ("ex:S a sh:JSFunction .", "CNS305", "JavaScript function"),
        ("ex:S a sh:NodeShape ; sh:expression ex:E .", "CNS306", "node expression: sh:expression ex:E"),
        ("ex:S a sh:NodeShape ; sh:js ex:J .", "CNS307", "JavaScript constraint: sh:js ex:J"),
        ("ex:S sh:entailment <http://www.w3.org/ns/entailment/RDFS> .", "CNS308", "entailment regime"),
        ("ex:S a sh:NodeShape ; sh:singleLine true .", "CNS309", "SHACL 1.2 drafts: sh:singleLine true"),
    ],
)
def test_what_cns_does_not_do_is_refused_by_name(parse_text: ParseText, turtle: str, code: str, named: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        parse_text(turtle)
    error = caught.value
    assert error.code == code
    assert named in error.message
    assert "ex:S" in error.message or "ex:p" in error.message
    assert "ignore_unsupported=True" in error.hint
    assert error.spec.startswith("https://www.w3.org/TR/shacl")
    assert any(named in text for text in parse_text(turtle, ignore_unsupported=True).warnings)


def test_everything_is_listed_in_one_error(parse_text: ParseText) -> None:
    with pytest.raises(UnsupportedError) as caught:
        parse_text("ex:A a sh:NodeShape ; sh:sparql ex:Q ; sh:rule ex:R . ex:B a sh:NodeShape ; sh:js ex:J .")
    error = caught.value
    assert error.code == "CNS300"
    assert "3 thing(s)" in error.message
    for named in ("shape ex:A", "sh:sparql ex:Q", "sh:rule ex:R", "shape ex:B", "sh:js ex:J"):
        assert named in error.message


def test_the_rest_of_the_shape_stays_when_it_is_ignored(parse_text: ParseText) -> None:
    ast = parse_text("ex:S sh:targetClass ex:C ; sh:sparql ex:Q ; sh:class ex:D .", ignore_unsupported=True)
    assert [type(constraint) for constraint in ast.shapes[0].constraints] == [ClassOf]
    (warning,) = ast.warnings
    assert "ignored" in warning


def test_a_component_that_no_shape_uses_is_nothing_to_speak_of(parse_text: ParseText) -> None:
    ast = parse_text(COMPONENT + "ex:S a sh:NodeShape ; ex:extra 1 . ex:data ex:limit 1 .")
    assert ast.warnings == ()
    assert len(ast.shapes) == 1


def test_what_a_deactivated_shape_asks_for_is_let_be(parse_text: ParseText) -> None:
    assert parse_text("ex:S a sh:NodeShape ; sh:deactivated true ; sh:sparql ex:Q .").warnings == ()
