"""The oracle's results as a W3C report graph, so that the W3C suite can judge the oracle itself."""

from __future__ import annotations

from rdflib import RDF, XSD, BNode, Graph, Literal
from rdflib.collection import Collection
from rdflib.term import Node

from tests.reference.oracle import OracleResult, Run
from tests.reference.paths import SH, Path, read, text


def report_graph(data: Graph, shapes: Graph, results: list[OracleResult]) -> Graph:
    """3.6: one sh:ValidationReport, and one sh:ValidationResult for each result."""
    graph = Graph(bind_namespaces="none")
    report = BNode()
    graph.add((report, RDF.type, SH.ValidationReport))
    flag = "false" if results else "true"
    graph.add((report, SH.conforms, Literal(flag, datatype=XSD.boolean, normalize=False)))
    paths = _paths_by_text(data, shapes)
    for result in results:
        node = BNode()
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, result.focus))
        graph.add((node, SH.resultSeverity, result.severity))
        graph.add((node, SH.sourceConstraintComponent, result.component))
        graph.add((node, SH.sourceShape, result.source_shape))
        if result.value is not None:
            graph.add((node, SH.value, result.value))
        if result.path is not None:
            graph.add((node, SH.resultPath, _write(graph, paths[result.path])))
        for message, language in result.messages:
            graph.add((node, SH.resultMessage, Literal(message, lang=language)))
    return graph


def _paths_by_text(data: Graph, shapes: Graph) -> dict[str, Path]:
    """Every path that a result can have: those of the property shapes, and (sh:closed) each predicate of the data."""
    found = [Path("predicate", predicate=p) for p in data.predicates()]
    run = Run(data, shapes, None)
    found += [read(run.shapes, path) for _, path in run.shapes.pairs(SH.path)]
    return {text(path): path for path in found}


def _write(graph: Graph, path: Path) -> Node:
    if path.predicate is not None:
        return path.predicate
    inner = [_write(graph, part) for part in path.parts]
    if path.kind == "sequence":
        return Collection(graph, BNode(), inner).uri
    node = BNode()
    value = Collection(graph, BNode(), inner).uri if path.kind == "alternative" else inner[0]
    graph.add((node, SH[path.kind + "Path"], value))
    return node
