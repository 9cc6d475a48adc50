"""Reports: decoded results, the graph, the text, the writers; and that all of them say the same."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

import cns
from cns.errors import UsageError
from tests.support import EX, compiled, graph, report_on

SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path ex:p ; sh:maxCount 1 ; sh:message "too many"@en , "zu viele"@de ; sh:severity sh:Warning ] ;
    sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:minCount 1 ] ;
    sh:property [ sh:path [ sh:alternativePath ( ex:q [ sh:zeroOrMorePath ex:r ] ) ] ; sh:nodeKind sh:Literal ] .
"""
DATA = """
ex:a a ex:C ; ex:p 1 , "two"@en , "a \\"quoted\\"\\nline\\t\\\\ é 😀" ; ex:unknown _:b , "x"^^ex:type .
"""
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def report() -> cns.Report:
    return report_on(SHAPES, DATA)


def test_results_are_decoded(report: cns.Report) -> None:
    assert not report.conforms
    assert len(report) == 5
    first = next(result for result in report if result.component == SH.MaxCountConstraintComponent)
    assert (first.focus, first.path, first.value) == (EX + "a", EX + "p", None)
    assert first.severity == SH.Warning
    assert {(m.lexical, m.language) for m in first.messages} == {("too many", "en"), ("zu viele", "de")}
    closed = [result for result in report if result.component == SH.ClosedConstraintComponent]
    assert {result.path for result in closed} == {EX + "unknown"}
    assert cns.Literal("x", EX + "type") in {result.value for result in closed}


def test_it_is_a_sequence(report: cns.Report) -> None:
    assert report[0] == next(iter(report))
    assert report[-1] == list(report)[-1]
    assert report[1:3] == list(report)[1:3]
    with pytest.raises(IndexError):
        report[len(report)]
    assert "5 results" in repr(report)


@pytest.mark.parametrize("format", ["nt", "turtle"])
def test_writers_say_what_the_graph_says(report: cns.Report, format: str) -> None:
    written = rdflib.Graph().parse(data=report.serialize(format), format=format)
    assert isomorphic(without_shape_nodes(written), without_shape_nodes(report.graph()))


def without_shape_nodes(graph: rdflib.Graph) -> rdflib.Graph:
    """Shapes that are blank nodes have no triples in a report: any two of them look alike to isomorphism."""
    copy = rdflib.Graph()
    for s, p, o in graph:
        copy.add((s, p, rdflib.Literal("a shape") if p == SH.sourceShape and isinstance(o, rdflib.BNode) else o))
    return copy


def test_paths_in_the_graph_are_as_written(report: cns.Report) -> None:
    result_graph = report.graph()
    (node,) = {p for p in result_graph.objects(None, SH.resultPath) if (p, rdflib.RDF.first, None) in result_graph}
    first, second = rdflib.collection.Collection(result_graph, node)
    assert first == rdflib.URIRef(EX + "p")
    assert result_graph.value(second, SH.inversePath) == rdflib.URIRef(EX + "q")


def test_source_shapes_keep_the_blank_nodes_of_a_graph() -> None:
    shapes = graph(SHAPES)
    report = cns.compile(None, shapes).validate(graph(DATA))
    own = set(shapes.objects(rdflib.URIRef(EX + "S"), SH.property))
    sources = set(report.graph().objects(None, SH.sourceShape)) - {rdflib.URIRef(EX + "S")}
    assert sources
    assert sources <= own


def test_focus_and_values_keep_the_blank_nodes_of_a_graph() -> None:
    data = graph("_:x a ex:C ; ex:p _:y .")
    report = compiled("ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .").validate(data)
    (x,) = data.subjects(rdflib.RDF.type, None)
    assert set(report.graph().objects(None, SH.focusNode)) == {x}
    assert str(report[0].focus) == f"_:{x}"


def test_text_has_the_layout_of_pyshacl(report: cns.Report) -> None:
    text = report.text()
    assert text.startswith("Validation Report\nConforms: False\nResults (5):\n")
    assert (
        "Constraint Violation in ClosedConstraintComponent (http://www.w3.org/ns/shacl#ClosedConstraintComponent):\n"
        in text
    )
    assert "Validation Result in MaxCountConstraintComponent (" in text
    assert "\tSeverity: sh:Warning\n\tSource Shape: [ sh:maxCount 1 ; sh:message " in text
    assert '\tFocus Node: ex:a\n\tValue Node: Literal("two", lang=en)\n' in text or "\tValue Node: ex:a\n" in text
    assert "\tResult Path: ( ex:p [ sh:inversePath ex:q ] )\n" in text
    assert report_on(SHAPES, "").text() == "Validation Report\nConforms: True\n"


def test_a_value_cannot_forge_a_line_of_the_text() -> None:
    report = report_on("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .",
                       'ex:a ex:p "x\\nConforms: True\\n" .')  # fmt: skip
    assert "\nConforms: True" not in report.text()


def test_json_is_json(report: cns.Report) -> None:
    document = json.loads(report.serialize("json"))
    assert document["conforms"] is False
    assert len(document["results"]) == 5
    assert {"type": "literal", "value": "x", "datatype": EX + "type"} in [r["value"] for r in document["results"]]
    assert json.loads(report_on(SHAPES, "").serialize("json")) == {"conforms": True, "results": []}


def test_an_unknown_format_is_refused(report: cns.Report) -> None:
    with pytest.raises(UsageError) as caught:
        report.serialize("xml")
    assert caught.value.code == "CNS901"
    assert "turtle" in caught.value.hint


def test_counts_by_severity(report: cns.Report) -> None:
    assert report.count_by_severity() == {str(SH.Warning): 1, str(SH.Violation): 4}


def test_the_same_input_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import sys; from tests.runtime.test_report import SHAPES, DATA\n"
        "from tests.support import compiled, graph, PREFIXES\n"
        "v = compiled(SHAPES, cache=False); sys.stdout.buffer.write(v.to_bytes())\n"
        "for data in (PREFIXES + DATA, graph('ex:a a ex:C ; ex:p 1, 2, 3 . ex:b a ex:C ; ex:x ex:y , ex:z .')):\n"
        "    [sys.stdout.write(v.validate(data).serialize(f)) for f in ('nt', 'turtle', 'json', 'human')]\n"
    )
    root = Path(__file__).parents[2]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


def test_a_long_report_is_written_in_pieces() -> None:
    data = "".join(f"<{EX}n{i}> <{EX}p> <{EX}o> .\n" for i in range(5000)).encode()
    report = compiled("ex:S sh:targetSubjectsOf ex:p ; sh:nodeKind sh:Literal .").validate(data, format="nt")
    pieces: list[bytes] = []
    report.write(pieces.append, "nt")
    assert len(pieces) > 3
    assert b"".join(pieces).count(b"#focusNode>") == 5000
    stream = io.BytesIO()
    report.write(stream.write, "turtle")
    assert len(rdflib.Graph().parse(data=stream.getvalue(), format="turtle")) == 2 + 5000 * 8


def test_labels_of_several_files_do_not_meet(tmp_path: Path) -> None:
    files = []
    for number in range(2):
        files.append(tmp_path / f"{number}.nt")
        files[-1].write_text(f"_:same <{EX}p> <{EX}o{number}> .\n_:cns-result-1 <{EX}p> <{EX}o> .\n")
    report = compiled("ex:S sh:targetSubjectsOf ex:p ; sh:nodeKind sh:IRI .").validate(files)
    assert len({result.focus for result in report}) == 4
    written = rdflib.Graph().parse(data=report.serialize("nt"), format="nt")
    assert len(set(written.objects(None, SH.focusNode))) == 4
    assert len(set(written.objects(None, SH.result)) & set(written.objects(None, SH.focusNode))) == 0
