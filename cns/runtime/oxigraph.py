"""pyoxigraph, imported where its formats or its objects are met: RDF/XML and JSON-LD many times faster than rdflib."""

from __future__ import annotations

import sys
from itertools import count

from cns.errors import LoadError, SourceRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

SYNTAXES = frozenset({"xml", "json-ld"})


def as_nquads(content: bytes, syntax: str, *, name: str, base: str) -> bytes:
    """The text as N-Quads. By way of text, because that is quicker than to look at each quad from Python."""
    import pyoxigraph

    format = pyoxigraph.RdfFormat.RDF_XML if syntax == "xml" else pyoxigraph.RdfFormat.JSON_LD
    try:
        quads = pyoxigraph.parse(content, format=format, base_iri=base)
        return pyoxigraph.serialize(_labelled(quads), format=pyoxigraph.RdfFormat.N_QUADS) or b""
    except SyntaxError as error:
        raise _not_rdf(error, syntax, name) from None
    except ValueError as error:  # the base is no IRI
        raise LoadError("CNS105", f"{error} (read as {syntax})", where=SourceRef(source=name)) from None


def _labelled(quads: Iterable[Any]) -> Iterator[Any]:
    """Anonymous nodes get random names from pyoxigraph; a report should not change from run to run."""
    from pyoxigraph import BlankNode, Quad

    fresh, labels = count(), {}

    def label(term: Any) -> Any:
        if not isinstance(term, BlankNode):
            return term
        if term not in labels:
            labels[term] = BlankNode(f"b{next(fresh)}")
        return labels[term]

    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            yield Quad(label(quad.subject), quad.predicate, label(quad.object), label(quad.graph_name))
        else:
            yield quad


def _not_rdf(error: SyntaxError, syntax: str, name: str) -> LoadError:
    where = SourceRef(source=name, line=error.lineno, column=error.offset)
    if "LoadDocumentCallback" in str(error.msg):
        return LoadError(
            "CNS104",
            "the JSON-LD text needs a remote context",
            where=where,
            hint="write the context into the file; data is never fetched from the network",
        )
    return LoadError(
        "CNS105",
        f"{error.msg} (read as {syntax})",
        where=where,
        hint="correct the text there, or say which syntax it is in with format=",
    )


# ---------------------------------------------------------------------- objects


def is_list(thing: list[Any] | tuple[Any, ...]) -> bool:
    """A list of triples or quads; whoever has one has imported the library."""
    module = sys.modules.get("pyoxigraph")
    return module is not None and len(thing) > 0 and isinstance(thing[0], (module.Triple, module.Quad))


def is_collection(thing: Any) -> bool:
    module = sys.modules.get("pyoxigraph")
    return module is not None and isinstance(thing, (module.Store, module.Dataset))


def triples(statements: Iterable[Any], graph: str | None) -> tuple[Iterator[tuple[Any, Any, Any]], tuple[type, type]]:
    """Those of the chosen graph (None: of all; "": of the default graph), and the classes of IRIs and blank nodes."""
    import pyoxigraph

    wanted: Any = pyoxigraph.DefaultGraph()
    if graph:
        wanted = pyoxigraph.BlankNode(graph[2:]) if graph.startswith("_:") else pyoxigraph.NamedNode(graph)
    return _chosen(statements, None if graph is None else wanted), (pyoxigraph.NamedNode, pyoxigraph.BlankNode)


def _chosen(statements: Iterable[Any], wanted: Any) -> Iterator[tuple[Any, Any, Any]]:
    from pyoxigraph import DefaultGraph, Quad, Triple

    default = DefaultGraph()
    for statement in statements:
        if not isinstance(statement, (Quad, Triple)):
            raise LoadError(
                "CNS107", f"a {type(statement).__name__} among quads", hint="pass pyoxigraph quads or triples only"
            )
        graph = statement.graph_name if isinstance(statement, Quad) else default
        if wanted is None or graph == wanted:
            yield statement.subject, statement.predicate, statement.object
