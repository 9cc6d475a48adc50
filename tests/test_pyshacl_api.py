"""``cns.validate`` takes pySHACL's parameters and gives its triple."""

from __future__ import annotations

import io

import pytest
import rdflib

import cns
from tests.support import EX, PREFIXES, graph

SHAPES = """ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:severity sh:Warning ] ;
                 sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:severity sh:Info ] ."""
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def focus_nodes(report: rdflib.Graph) -> set[str]:
    return {str(node) for node in report.objects(None, SH.focusNode)}


def test_the_triple() -> None:
    conforms, report, text = cns.validate(graph("ex:a a ex:C ."), shacl_graph=graph(SHAPES))
    assert conforms is False
    assert isinstance(report, rdflib.Graph)
    assert focus_nodes(report) == {EX + "a"}
    assert text.startswith("Validation Report\nConforms: False\nResults (2):")


def test_text_with_formats_and_one_graph_for_both() -> None:
    text = PREFIXES + SHAPES + "ex:a a ex:C ; ex:p 1 ; ex:q 2 ."
    assert cns.validate(text, data_graph_format="turtle")[0] is True
    assert cns.validate(text, shacl_graph=PREFIXES + SHAPES, data_graph_format="turtle", shacl_graph_format="ttl")[0]


def test_open_files() -> None:
    data = io.BytesIO((PREFIXES + "ex:a a ex:C .").encode())
    assert not cns.validate(data, shacl_graph=io.StringIO(PREFIXES + SHAPES))[0]


def test_severities_that_are_allowed() -> None:
    data = graph("ex:a a ex:C ; ex:p 1 .")
    assert not cns.validate(data, shacl_graph=graph(SHAPES))[0]
    assert cns.validate(data, shacl_graph=graph(SHAPES), allow_infos=True)[0]
    assert not cns.validate(graph("ex:a a ex:C ."), shacl_graph=graph(SHAPES), allow_infos=True)[0]
    assert cns.validate(graph("ex:a a ex:C ."), shacl_graph=graph(SHAPES), allow_warnings=True)[0]


def test_the_ontology_graph_is_part_of_the_data() -> None:
    ontology = graph("ex:D rdfs:subClassOf ex:C . ex:o a ex:D .")
    _, report, _ = cns.validate(graph("ex:a a ex:D ."), shacl_graph=graph(SHAPES), ont_graph=ontology)
    assert focus_nodes(report) == {EX + "a", EX + "o"}
    _, report, _ = cns.validate(
        PREFIXES + "ex:a a ex:D .",
        data_graph_format="turtle",
        shacl_graph=graph(SHAPES),
        ont_graph=ontology.serialize(format="xml"),
        ont_graph_format="xml",
    )
    assert focus_nodes(report) == {EX + "a", EX + "o"}


def test_inference() -> None:
    data = graph("ex:a ex:knows ex:b . ex:knows rdfs:range ex:C .")
    assert cns.validate(data, shacl_graph=graph(SHAPES))[0]
    for regime in ("rdfs", "owlrl", "both"):
        _, report, _ = cns.validate(data, shacl_graph=graph(SHAPES), inference=regime)
        assert focus_nodes(report) == {EX + "b"}
    assert len(data) == 2


def test_focus_shapes_and_the_first_result_only() -> None:
    data = graph("ex:a a ex:C . ex:b a ex:C .")
    _, report, _ = cns.validate(data, shacl_graph=graph(SHAPES), focus_nodes=[EX + "b"])
    assert focus_nodes(report) == {EX + "b"}
    _, report, text = cns.validate(data, shacl_graph=graph(SHAPES), abort_on_first=True)
    assert len(set(report.subjects(SH.focusNode, None))) == 1
    assert "Results (1)" in text
    _, serialized, _ = cns.validate(data, shacl_graph=graph(SHAPES), serialize_report_graph="nt")
    assert isinstance(serialized, bytes)
    assert len(rdflib.Graph().parse(data=serialized, format="nt")) > 4


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(cns.UnsupportedError, match="sparql_mode"):
        cns.validate("", shacl_graph=graph(SHAPES), sparql_mode=True)
    with pytest.raises(cns.UnsupportedError, match="validate_each"):
        cns.validate("", shacl_graph=graph(SHAPES), multi_data_graphs_mode="validate_each")
    with pytest.raises(cns.UnsupportedError, match="js"):
        cns.validate("", shacl_graph=graph(SHAPES), js=True)
    with pytest.raises(cns.UsageError, match="inference"):
        cns.validate("", shacl_graph=graph(SHAPES), inference="magic")
    with pytest.raises(cns.UsageError, match="frobnicate"):
        cns.validate("", shacl_graph=graph(SHAPES), frobnicate=True)
