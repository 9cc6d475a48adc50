"""The engine under test, as the W3C suite calls it: ``validate(data_graph, shapes_graph) -> (conforms, report graph)``.

The outside referee can use it too: ``run_suite.py ... --engine tests.w3c.adapter:validate``.
"""

from __future__ import annotations

import warnings

from rdflib import Graph


def validate(data_graph: Graph, shapes_graph: Graph, engine: str = "vm") -> tuple[bool, Graph]:
    import cns

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cns.CnsWarning)  # the suite is odd on purpose
        report = cns.compile(None, shapes_graph, engine=engine).validate(data_graph)
    return report.conforms, report.graph()
