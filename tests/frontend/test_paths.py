from __future__ import annotations

import pytest

from cns.errors import ShapeError
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
from cns.terms import Iri
from tests.frontend.conftest import OneShape, ParseText

A, B = PredicatePath(Iri("http://example.org/a")), PredicatePath(Iri("http://example.org/b"))


@pytest.mark.parametrize(
    ("turtle", "path"),
    [
        ("ex:a", A),
        ("( ex:a ex:b )", SequencePath((A, B))),
        ("[ sh:alternativePath ( ex:a ex:b ) ]", AlternativePath((A, B))),
        ("[ sh:inversePath ex:a ]", InversePath(A)),
        ("[ sh:zeroOrMorePath ex:a ]", ZeroOrMorePath(A)),
        ("[ sh:oneOrMorePath ex:a ]", OneOrMorePath(A)),
        ("[ sh:zeroOrOnePath ex:a ]", ZeroOrOnePath(A)),
        ("( [ sh:inversePath ( ex:a [ sh:zeroOrMorePath ex:b ] ) ] ex:a )",
         SequencePath((InversePath(SequencePath((A, ZeroOrMorePath(B)))), A))),
    ],
)  # fmt: skip
def test_every_form_of_path_is_read(one_shape: OneShape, turtle: str, path: Path) -> None:
    assert one_shape(f"ex:S sh:targetNode ex:x ; sh:path {turtle} .").path == path


@pytest.mark.parametrize(
    ("turtle", "code", "message", "rule"),
    [
        ("'text'", "CNS210", 'the literal "text" is no path', "path-node"),
        ("()", "CNS210", "an empty list is no path", "path-sequence"),
        ("( ex:a )", "CNS210", "this sequence path has 1 member(s)", "path-sequence"),
        ("( ex:a 'b' )", "CNS210", 'the literal "b" is no path', "path-node"),
        ("[ sh:alternativePath ( ex:a ) ]", "CNS210", "this alternative path has 1 member(s)", "path-alternative"),
        ("[ sh:alternativePath () ]", "CNS210", "this alternative path has 0 member(s)", "path-alternative"),
        ("[ sh:alternativePath ex:a ]", "CNS207", "no rdf:first", "SHACL-list"),
        ("[ sh:inversePath ex:a, ex:b ]", "CNS210", "says more than its one sh:inversePath", "path-inverse"),
        ("[ sh:inversePath ex:a ; rdfs:comment 'x' ]", "CNS210", "says more than", "path-inverse"),
        ("[ sh:inversePath ex:a ; sh:zeroOrOnePath ex:b ]", "CNS210", "2 paths at once", "path-metarule"),
        ("[]", "CNS210", "is no path", "path-metarule"),
        ("[ ex:a ex:b ]", "CNS210", "is no path", "path-metarule"),
        ("_:p . _:p sh:inversePath _:p", "CNS211", "the path contains itself", "path-non-recursive"),
        ("( ex:a _:p ) . _:p sh:inversePath [ sh:zeroOrOnePath _:p ]", "CNS211", "itself", "path-non-recursive"),
        ("_:p . _:p rdf:first ex:a ; rdf:rest _:p", "CNS208", "loop", "SHACL-list"),
    ],
)
def test_what_is_no_path_is_refused(parse_text: ParseText, turtle: str, code: str, message: str, rule: str) -> None:
    with pytest.raises(ShapeError) as caught:
        parse_text(f"ex:S a sh:PropertyShape ; sh:path {turtle} .")
    error = caught.value
    assert (error.code, error.where.shape, error.where.property) == (code, "ex:S", "sh:path")
    assert message in error.message
    assert error.spec == f"https://www.w3.org/TR/shacl/#syntax-rule-{rule}"
    assert error.hint


def test_a_path_nested_without_measure_is_refused_and_no_overflow(parse_text: ParseText) -> None:
    chain = "".join(f"_:p{i} sh:inversePath _:p{i + 1} . " for i in range(50_000))
    with pytest.raises(ShapeError) as caught:
        parse_text(f"ex:S a sh:PropertyShape ; sh:path _:p0 . {chain}")
    assert caught.value.code == "CNS212"


def test_ninety_levels_are_fine(parse_text: ParseText) -> None:
    chain = "".join(f"_:p{i} sh:inversePath _:p{i + 1} . " for i in range(90))
    assert parse_text(f"ex:S a sh:PropertyShape ; sh:path _:p0 . {chain} _:p90 sh:inversePath ex:a .").shapes


@pytest.mark.parametrize("second", ["ex:p", "( ex:p )"])
def test_a_list_that_is_another_path_too_is_a_list_with_a_warning(parse_text: ParseText, second: str) -> None:
    """The W3C's path-strange-001 and 002."""
    ast = parse_text(
        "ex:S a sh:PropertyShape ; sh:path [ rdf:first ex:a ; rdf:rest ( ex:b ) ; sh:inversePath " + second + " ] ."
    )
    assert ast.shapes[0].path == SequencePath((A, B))
    (warning,) = ast.warnings
    assert "the list is taken" in warning
    assert "sh:inversePath" in warning


def test_paths_may_share_their_parts(parse_text: ParseText) -> None:
    ast = parse_text("ex:S a sh:PropertyShape ; sh:path ( _:p _:p ) . _:p sh:inversePath ex:a .")
    assert ast.shapes[0].path == SequencePath((InversePath(A), InversePath(A)))


def test_a_path_that_grows_with_every_level_is_refused(parse_text: ParseText) -> None:
    levels = "".join(f"_:n{i} rdf:first _:n{i + 1} ; rdf:rest ( _:n{i + 1} ) . " for i in range(60))
    with pytest.raises(ShapeError) as caught:
        parse_text(f"ex:S a sh:PropertyShape ; sh:path _:n0 ; sh:minCount 1 . {levels} _:n60 sh:inversePath ex:p .")
    assert caught.value.code == "CNS212"
