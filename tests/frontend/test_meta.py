from __future__ import annotations

import subprocess
import sys

import pytest

from cns.errors import LoadError
from cns.frontend.load import load
from cns.frontend.meta import MetaResult, meta_shapes_path, tolerated, violations_to_error
from cns.frontend.parse import parse
from cns.terms import Iri, Literal
from cns.vocab import XSD_NS, sh
from tests.frontend.conftest import PREFIXES

S = Iri("http://example.org/S")


def test_the_meta_shapes_are_found_and_parse() -> None:
    ast = parse(load(meta_shapes_path()))
    assert "http://www.w3.org/ns/shacl-shacl#ShapeShape" in {shape.node for shape in ast.shapes}
    assert ast.warnings == ()


def test_finding_them_does_not_import_pyshacl() -> None:
    code = "import sys; from cns.frontend.meta import meta_shapes_path as find; find(); print('pyshacl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_pyshacl_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LoadError) as caught:
        meta_shapes_path()
    assert "pip install pyshacl" in caught.value.hint


def test_a_violation_becomes_an_error_that_names_shape_property_and_rule() -> None:
    sources = load(PREFIXES + "ex:S a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1.5 .")
    result = MetaResult(S, sh("minCount"), sh("DatatypeConstraintComponent"), "", Literal("1.5", XSD_NS + "decimal"))
    error = violations_to_error(sources, [result])
    assert error is not None
    assert (error.code, error.where.shape, error.where.property) == ("CNS240", "ex:S", "ex:p")
    assert "sh:minCount (1.5) is ill-formed" in error.message
    assert error.spec == "https://www.w3.org/TR/shacl/#syntax-rule-minCount-datatype"
    assert error.hint
    assert error.where.line == 7


def test_a_violation_of_the_whole_shape_points_to_what_a_shape_is() -> None:
    sources = load(PREFIXES + "ex:S a sh:NodeShape .")
    error = violations_to_error(sources, [MetaResult(S, None, sh("XoneConstraintComponent"), "neither", S)])
    assert error is not None
    assert "the shape (ex:S) is ill-formed: neither" in error.message
    assert error.spec == "https://www.w3.org/TR/shacl/#shapes"


def test_strange_paths_and_derived_integers_are_tolerated() -> None:
    sources = load(
        PREFIXES
        + "ex:S a sh:PropertyShape ; sh:path [ rdf:first ex:a ; rdf:rest ( ex:b ) ; sh:inversePath ex:c ] ."
        + "ex:T a sh:PropertyShape ; sh:path ex:p ; sh:minCount '1'^^xsd:int ."
    )
    target, number = Iri("http://example.org/T"), Literal("1", XSD_NS + "int")
    results = [
        MetaResult(S, None, sh("XoneConstraintComponent"), value=S),
        MetaResult(S, sh("path"), sh("OrConstraintComponent"), value=sources.shapes.value(S, sh("path"))),
        MetaResult(target, sh("minCount"), sh("DatatypeConstraintComponent"), value=number),
        MetaResult(target, None, sh("XoneConstraintComponent"), value=target),
    ]
    assert all(tolerated(sources.shapes, result) for result in results)
    assert violations_to_error(sources, results) is None
    assert not tolerated(sources.shapes, MetaResult(target, sh("class"), sh("NodeKindConstraintComponent")))
