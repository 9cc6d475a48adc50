"""The IRIs that cns knows by name. Data only."""

from __future__ import annotations

from cns.terms import Iri

SH_NS = "http://www.w3.org/ns/shacl#"
RDF_NS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS_NS = "http://www.w3.org/2000/01/rdf-schema#"
OWL_NS = "http://www.w3.org/2002/07/owl#"
XSD_NS = "http://www.w3.org/2001/XMLSchema#"

SPEC = "https://www.w3.org/TR/shacl/"

RDF_TYPE = Iri(RDF_NS + "type")
RDF_FIRST = Iri(RDF_NS + "first")
RDF_REST = Iri(RDF_NS + "rest")
RDF_NIL = Iri(RDF_NS + "nil")
RDFS_CLASS = Iri(RDFS_NS + "Class")
RDFS_SUB_CLASS_OF = Iri(RDFS_NS + "subClassOf")
OWL_IMPORTS = Iri(OWL_NS + "imports")
OWL_CLASS = Iri(OWL_NS + "Class")

NOTHING_TO_CHECK = Iri("urn:cns:nothingToCheck")
"""The annotation by which an ontology marks what carries nothing to check; see docs/guide.md."""


def sh(name: str) -> Iri:
    """The term ``sh:name``."""
    return Iri(SH_NS + name)


SH_VIOLATION = sh("Violation")
SH_WARNING = sh("Warning")
SH_INFO = sh("Info")
