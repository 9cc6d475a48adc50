from __future__ import annotations

import pytest

from tests.frontend.conftest import ParseText


@pytest.mark.parametrize(
    ("turtle", "warning"),
    [
        ("sh:minCout 1", "sh:minCout: did you mean sh:minCount?"),
        ("sh:minlength 1", "sh:minlength: did you mean sh:minLength?"),
        ("sh:patern 'x'", "sh:patern: did you mean sh:pattern?"),
        ("sh:propety [ sh:path ex:p ]", "sh:propety: did you mean sh:property?"),
        ("sh:targetClas ex:C", "sh:targetClas: did you mean sh:targetClass?"),
        ("a sh:NodeShap", "sh:NodeShap: did you mean sh:NodeShape?"),
        ("sh:severity sh:Warnin", "sh:Warnin: did you mean sh:Warning?"),
        ("sh:xyzzy 1", "sh:xyzzy: SHACL has no such term"),
    ],
)
def test_an_unknown_term_draws_a_warning_with_the_nearest_name(
    parse_text: ParseText, turtle: str, warning: str
) -> None:
    (text,) = parse_text(f"ex:S a sh:NodeShape ; {turtle} .").warnings
    assert text.startswith(warning)
    assert "<text 1>:7, ex:S" in text


def test_one_unknown_term_is_told_once_and_counted(parse_text: ParseText) -> None:
    (text,) = parse_text("ex:A a sh:NodeShape ; sh:minCout 1 . ex:B a sh:NodeShape ; sh:minCout 1 .").warnings
    assert "ex:A and 1 more" in text


def test_what_does_not_validate_but_is_known_draws_nothing(parse_text: ParseText) -> None:
    ast = parse_text(
        """ex:S a sh:NodeShape ; sh:name "n" ; sh:description "d" ; sh:property [ sh:path ex:p ; sh:order 1 ;
           sh:group ex:G ; sh:defaultValue 1 ; sh:severity sh:Info ; sh:message "m" ] .
           ex:G a sh:PropertyGroup .
           ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/" ] ; sh:shapesGraph ex:g .
           ex:S <http://datashapes.org/dash#editor> ex:E ; ex:mine 1 ."""
    )
    assert ast.warnings == ()
