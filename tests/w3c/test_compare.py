"""The comparison itself: a report that is wrong in one place is told from the right one."""

from __future__ import annotations

import pytest
from rdflib import RDF, Graph

from tests.w3c.compare import SH, differences, shape_faults

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x:> .\n"
RESULT = """ sh:result [
    a sh:ValidationResult ; sh:focusNode _:a ; sh:value _:b ; sh:resultPath ( :p :q ) ; sh:sourceShape [] ;
    sh:resultSeverity sh:Violation ; sh:sourceConstraintComponent sh:ClassConstraintComponent ;
    sh:resultMessage "m"@en ] """
REPORT = f"[] a sh:ValidationReport ; sh:conforms false ; {RESULT} ; {RESULT.replace('_:b', ':v')} ."


def parse(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def compare(text: str) -> list[str]:
    expected = parse(REPORT)
    return differences(expected, next(expected.subjects(RDF.type, SH.ValidationReport)), parse(text))


def test_equal_up_to_blank_nodes_is_equal() -> None:
    assert not compare(REPORT.replace("_:a", "_:x").replace("_:b", "_:y"))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("sh:conforms false", "sh:conforms true"),
        ("_:b", ":v"),
        ("_:b", "_:a"),
        ("( :p :q )", "( :q :p )"),
        ("( :p :q )", ":p"),
        ("sh:sourceShape []", "sh:sourceShape :s"),
        ("sh:Violation", "sh:Info"),
        ('"m"@en', '"n"@en'),
        ("sh:ClassConstraintComponent", "sh:InConstraintComponent"),
        (f" ; {RESULT}", ""),
        (" a sh:ValidationResult ;", ""),
        ("sh:focusNode _:a", "sh:focusNode _:a, _:c"),
    ],
)
def test_one_thing_wrong_is_found(right: str, wrong: str) -> None:
    assert right in REPORT
    assert compare(REPORT.replace(right, wrong))


def test_a_report_is_exactly_one_validation_report() -> None:
    assert shape_faults(Graph())
    assert shape_faults(parse('[] a sh:ValidationReport ; sh:conforms "true" .'))
    assert not shape_faults(parse("[] a sh:ValidationReport ; sh:conforms true ."))
