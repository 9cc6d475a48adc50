"""cns terms → rdflib terms, for reports as graphs and for libraries that want them. rdflib is imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cns.terms import XSD_STRING, BlankNode, Iri, Term

if TYPE_CHECKING:
    import rdflib


def to_rdflib(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Literals keep their lexical form; a blank node's label becomes its identity."""
    import rdflib

    if isinstance(term, BlankNode):
        return rdflib.BNode(term.label)
    if isinstance(term, Iri):
        return rdflib.URIRef(term)
    if term.language:
        return rdflib.Literal(term.lexical, lang=term.language)
    datatype = None if term.datatype == XSD_STRING else rdflib.URIRef(term.datatype)
    return rdflib.Literal(term.lexical, datatype=datatype, normalize=False)
