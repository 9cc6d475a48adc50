"""The validators under comparison, each as ``(data, shapes[, ontology]) -> Counter[Result]``.

Only `engine` imports cns, and only when it is called.
"""

from __future__ import annotations

import warnings
from collections import Counter

import pyshacl
import rdflib
from rdflib import Graph

from tests.differential.comparable import Result, from_oracle, from_report
from tests.reference.oracle import validate


def oracle(data: Graph, shapes: Graph, ontology: Graph | None = None) -> Counter[Result]:
    return from_oracle(validate(data, shapes, ontology))


def engine(data: Graph, shapes: Graph, ontology: Graph | None = None) -> Counter[Result]:
    import cns

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cns.CnsWarning)  # random shapes are odd
        validator = cns.compile(ontology, shapes)
        report = validator.validate(data)
    assert validator.conforms(data) == report.conforms
    results = from_report(report.graph(), shapes)
    assert report.conforms == (not results)
    assert len(report) == sum(results.values())
    return results


def pyshacl_results(data: Graph, shapes: Graph) -> Counter[Result]:
    """On copies: pySHACL adds triples of its own to the shapes graph, and leaves NORMALIZE_LITERALS switched on."""
    try:
        _, report, text = pyshacl.validate(
            _copy(data), shacl_graph=_copy(shapes), inference="none", max_validation_depth=99
        )
    finally:
        rdflib.NORMALIZE_LITERALS = False
    if not isinstance(report, Graph):
        raise RuntimeError(f"pySHACL failed: {text}")
    return from_report(report, shapes)


def _copy(graph: Graph) -> Graph:
    copy = Graph(bind_namespaces="none")
    for triple in graph:
        copy.add(triple)
    return copy
