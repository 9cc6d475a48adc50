"""What the ontology marks as carrying nothing to check, where the user asks for that."""

from __future__ import annotations

import pytest

import cns
from cns.errors import ShapeError
from tests.support import PREFIXES

ONTOLOGY = """
ex:Heartbeat rdfs:subClassOf ex:Event ; <urn:cns:nothingToCheck> true .
ex:TestBeat rdfs:subClassOf ex:Heartbeat .
ex:Alarm rdfs:subClassOf ex:Event ; <urn:cns:nothingToCheck> false .
ex:debug <urn:cns:nothingToCheck> true .
"""
SHAPES = """
ex:EventShape sh:targetClass ex:Event ; sh:property [ sh:path ex:at ; sh:minCount 1 ] .
ex:LogShape sh:targetSubjectsOf ex:last ; sh:property [ sh:path ex:last ; sh:class ex:Event ] ; sh:closed true .
"""
DATA = """
ex:a a ex:Alarm . ex:b a ex:Heartbeat . ex:c a ex:TestBeat . ex:d a ex:Event . ex:e a ex:Alarm , ex:Heartbeat .
ex:log ex:last ex:b ; ex:debug "why" .
"""


def focus_nodes(ontology: str, data: str = DATA, **options: object) -> set[str]:
    validator = cns.compile(PREFIXES + ontology, PREFIXES + SHAPES, **options)  # type: ignore[arg-type]
    return {str(r.focus).removeprefix("http://example.org/") for r in validator.validate(PREFIXES + data)}


def test_without_the_option_a_mark_means_nothing() -> None:
    assert focus_nodes(ONTOLOGY) == {"a", "b", "c", "d", "e", "log"}


@pytest.mark.parametrize("engine", ["vm", "native", "numba"])
def test_what_is_marked_is_left_alone(engine: str) -> None:
    assert focus_nodes(ONTOLOGY, skip_declared=True, engine=engine) == {"a", "d"}


def test_instances_of_a_marked_class_are_still_instances() -> None:
    wrong = DATA + "ex:log ex:last ex:log ."
    assert focus_nodes(ONTOLOGY, wrong, skip_declared=True) == {"a", "d", "log"}


def test_a_class_is_not_found_by_its_name() -> None:
    assert "b" in focus_nodes("ex:Heartbeat rdfs:subClassOf ex:Event .", skip_declared=True)


def test_marked_predicates_are_skipped_by_the_reader() -> None:
    validator = cns.compile(PREFIXES + ONTOLOGY, PREFIXES + SHAPES, skip_declared=True)
    columns = {validator.program.text(validator.program.row("terms", row["predicate"])["text"]): row["flags"]
               for row in validator.program.rows("columns")}  # fmt: skip
    assert columns["http://example.org/debug"] == 0


@pytest.mark.parametrize(
    "shape",
    [
        "sh:targetClass ex:Heartbeat",
        "sh:targetNode ex:n ; sh:class ex:Heartbeat",
        "sh:targetSubjectsOf ex:debug",
        "sh:targetNode ex:n ; sh:property [ sh:path ( ex:at [ sh:inversePath ex:debug ] ) ; sh:minCount 1 ]",
        "sh:targetNode ex:n ; sh:property [ sh:path ex:at ; sh:lessThan ex:debug ]",
    ],
)
def test_a_shape_about_what_is_marked_is_refused(shape: str) -> None:
    with pytest.raises(ShapeError, match="carrying nothing to check") as refused:
        cns.compile(PREFIXES + ONTOLOGY, PREFIXES + f"ex:S {shape} .", skip_declared=True)
    assert refused.value.code == "CNS321"
    cns.compile(PREFIXES + ONTOLOGY, PREFIXES + f"ex:S {shape} .")
