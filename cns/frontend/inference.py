"""RDFS and OWL-RL entailment before validation, by owlrl, the library that pySHACL uses for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rdflib

from cns.frontend.data import document_triples
from cns.frontend.origin import open_source
from cns.rdflib_terms import to_rdflib
from cns.terms import BlankNode, Term


def expanded(sources: Iterable[tuple[Any, str | None]], inference: str) -> rdflib.Graph:
    """All sources as one new graph, with what the regime ("none", "rdfs", "owlrl", "both") infers from them."""
    graph = rdflib.Graph()
    for number, (source, format) in enumerate(sources, 1):
        if source is None:
            continue
        document = open_source(source, format=format, base=None, network=False, number=number)
        if document.graph is not None:
            for triple in document.graph:
                graph.add(triple)
            continue
        for s, p, o in document_triples(document).triples:
            graph.add((_scoped(s, number), to_rdflib(p), _scoped(o, number)))
    if inference != "none":
        import owlrl

        regimes = {
            "rdfs": owlrl.RDFS_Semantics,
            "owlrl": owlrl.OWLRL_Semantics,
            "both": owlrl.RDFS_OWLRL_Semantics,
        }
        owlrl.DeductiveClosure(regimes[inference]).expand(graph)
    return graph


def _scoped(term: Term, number: int) -> rdflib.term.Node:
    """Labels mean something within their own document only."""
    return rdflib.BNode(f"source{number}-{term.label}") if isinstance(term, BlankNode) else to_rdflib(term)
