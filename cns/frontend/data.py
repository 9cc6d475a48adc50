"""rdflib graphs, and data in the syntaxes that only rdflib reads, as triples for the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rdflib

from cns.errors import LoadError, SourceRef
from cns.frontend.origin import Document
from cns.frontend.rdf_terms import TermMaker
from cns.frontend.reader import read_document
from cns.terms import BlankNode, Iri


@dataclass(frozen=True, slots=True)
class DataTriples:
    triples: Iterable[tuple[Any, Any, Any]]
    types: tuple[type, type]
    """The classes of IRIs and of blank nodes."""
    shared_blanks: bool
    """Blank nodes are identities, as in rdflib graphs, and not names within one document."""


def graph_triples(graph: rdflib.Graph, name: str | None = None) -> DataTriples:
    """A caller's graph as it is; of a dataset the union of its graphs, or with "" the default or else the named one.

    Sorted, because rdflib's own order changes from process to process, and with it would the order of the results.
    """
    statements: Iterable[Any] = graph if not name else ()
    if isinstance(graph, rdflib.Dataset | rdflib.ConjunctiveGraph):
        context = graph.get_context(_graph_name(name)) if name else None if name is None else _default_graph(graph)
        statements = (quad[:3] for quad in graph.quads((None, None, None, context)))
    return DataTriples(sorted(statements, key=_order), (rdflib.URIRef, rdflib.BNode), shared_blanks=True)


def _default_graph(dataset: Any) -> rdflib.Graph:
    graph: rdflib.Graph = dataset.default_graph if hasattr(dataset, "default_graph") else dataset.default_context
    return graph


def _graph_name(name: str) -> rdflib.term.IdentifiedNode:
    return rdflib.BNode(name[2:]) if name.startswith("_:") else rdflib.URIRef(name)


def _order(triple: Any) -> tuple[str, ...]:
    """By text: rdflib's own comparison of terms is far slower, and no order of literals by value is needed."""
    s, p, o = triple
    text = (str(s), str(p), str(o))
    return (*text, str(o.datatype), str(o.language)) if isinstance(o, rdflib.Literal) else text


def document_triples(document: Document) -> DataTriples:
    parsed = read_document(
        document.content,
        syntax=document.syntax,
        base=document.base,
        name=document.name,
        terms=TermMaker(),
        load_context=_no_context,
    )
    return DataTriples(parsed.triples, (Iri, BlankNode), shared_blanks=False)


def _no_context(iri: str) -> Any:
    raise LoadError(
        "CNS104",
        "the JSON-LD text needs a remote context",
        where=SourceRef(source=iri),
        hint="write the context into the file; data is never fetched from the network",
    )
