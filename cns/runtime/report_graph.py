"""A report as an rdflib graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rdflib
from rdflib.collection import Collection

from cns.rdflib_terms import to_rdflib
from cns.runtime.results import Decoder, Hit
from cns.vocab import SH_NS
from cython_optimizations import cstructs


def graph_of(hits: Iterable[Hit], conforms: bool, decoder: Decoder) -> rdflib.Graph:
    SH = rdflib.Namespace(SH_NS)
    graph = rdflib.Graph()
    for prefix, iri in decoder.prefixes():
        graph.bind(prefix, iri)
    paths = decoder.program.about()["paths"]
    report = rdflib.BNode()
    graph.add((report, rdflib.RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, rdflib.Literal(conforms)))
    for hit in hits:
        result, origin = decoder.result(hit), decoder.origin(hit[0])
        node = rdflib.BNode()
        graph.add((report, SH.result, node))
        graph.add((node, rdflib.RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, to_rdflib(result.focus)))
        if hit[3] != cstructs.NONE:
            graph.add((node, SH.resultPath, rdflib.URIRef(result.path)))
        elif origin.path:
            graph.add((node, SH.resultPath, _add_path(graph, paths[str(origin.shape_id)])))
        if result.value is not None:
            graph.add((node, SH.value, to_rdflib(result.value)))
        graph.add((node, SH.resultSeverity, rdflib.URIRef(result.severity)))
        graph.add((node, SH.sourceConstraintComponent, rdflib.URIRef(result.component)))
        graph.add((node, SH.sourceShape, to_rdflib(result.shape)))
        for message in result.messages:
            graph.add((node, SH.resultMessage, to_rdflib(message)))
    return graph


def _add_path(graph: rdflib.Graph, path: Any) -> Any:
    """The path as SHACL writes it, with blank nodes of its own."""
    if isinstance(path, str):
        return rdflib.URIRef(path)
    kind, *children = path
    node = rdflib.BNode()
    parts = [_add_path(graph, child) for child in children]
    if kind == "sequence":
        Collection(graph, node, parts)
        return node
    value = parts[0]
    if kind == "alternativePath":
        value = rdflib.BNode()
        Collection(graph, value, parts)
    graph.add((node, rdflib.Namespace(SH_NS)[kind], value))
    return node
