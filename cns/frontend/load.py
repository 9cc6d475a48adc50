"""Loads shapes and ontology with everything they import. Knows RDF documents; knows nothing of SHACL."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import rdflib

from cns.errors import LoadError, SourceRef
from cns.frontend.files import listed, path_of_url, url_of_path
from cns.frontend.origin import (
    Document,
    Source,
    fetch,
    fetch_document,
    open_file,
    open_source,
    read_bytes,
)
from cns.frontend.rdf_terms import Parsed, TermMaker
from cns.frontend.reader import read_document, read_graph
from cns.frontend.triples import TripleIndex
from cns.terms import BlankNode, Iri, Node
from cns.vocab import OWL_IMPORTS, OWL_NS, RDF_TYPE

Sourcelike = Source | Sequence["Source | Sequence[Source]"]
Catalog = Mapping[str, str | os.PathLike[str]]

_OWL_ONTOLOGY = Iri(OWL_NS + "Ontology")
_BUILT_IN = {"http://www.w3.org/ns/shacl", "http://www.w3.org/ns/shacl-shacl"}
"""Vocabularies that cns knows by heart: importing them adds nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """All that a compilation reads, closed under ``owl:imports``."""

    shapes: TripleIndex
    ontology: TripleIndex
    prefixes: tuple[tuple[str, str], ...]
    """``(prefix, namespace)`` as the sources declare them, sorted; the first declaration of a prefix counts."""
    files: tuple[tuple[str, str], ...]
    """``(path or URL, sha256)`` of everything that was read, in the order of reading."""
    inputs: tuple[tuple[str, str, str], ...]
    """``(shapes or ontology, name, sha256)`` of each document, named as its file is wherever that lies."""
    digest: str
    """sha256 of everything that the result depends on."""
    warnings: tuple[str, ...]


def load(
    shapes: Sourcelike,
    ontology: Sourcelike | None = None,
    *,
    format: str | None = None,
    base: str | None = None,
    imports: bool = True,
    catalog: Catalog | None = None,
    network: bool = False,
) -> Sources:
    """Read shapes and ontology; ``format`` and ``base`` speak of the given sources, not of what they import."""
    shape_sources, ontology_sources = listed(shapes), listed(ontology)
    given = [*shape_sources, *ontology_sources]
    loader = _Loader(TermMaker(), catalog or {}, network=network)
    opened = loader.add_sources(given, format, base)
    roots = opened[: len(shape_sources)], opened[len(shape_sources) :]
    shape_documents, ontology_documents = (loader.closure(r) if imports else _distinct(r) for r in roots)
    return loader.sources(shape_documents, ontology_documents)


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    document: Document
    parsed: Parsed
    imports: tuple[Iri, ...]
    """The IRIs that it imports, in document order."""
    content_digest: str


class _Loader:
    """Reads each document once, however often it is named, and remembers what that took."""

    def __init__(self, terms: TermMaker, catalog: Catalog, *, network: bool) -> None:
        self._terms = terms
        self._catalog = {iri: os.fspath(path) for iri, path in catalog.items()}
        self._network = network
        self._by_key: dict[Any, _Loaded] = {}
        self._by_ontology: dict[str, _Loaded] = {}
        self._files: dict[str, str] = {}
        self._warnings: dict[str, None] = {}

    def add_sources(self, given: list[Any], format: str | None, base: str | None) -> list[_Loaded]:
        """All of them, in their order; graphs are read first, so that no fresh label can meet one of theirs."""
        numbered = sorted(enumerate(given, start=1), key=lambda item: not isinstance(item[1], rdflib.Graph))
        opened = {number: self._add(self._open(source, format, base, number)) for number, source in numbered}
        return [opened[number] for number in sorted(opened)]

    def closure(self, roots: Iterable[_Loaded]) -> list[_Loaded]:
        """The roots and all that they import, each once, in breadth-first order."""
        found = _distinct(roots)
        for loaded in found:  # grows while we walk it
            for iri in loaded.imports:
                imported = self._import(iri, loaded)
                if imported is not None and imported not in found:
                    found.append(imported)
        return found

    def sources(self, shapes: list[_Loaded], ontology: list[_Loaded]) -> Sources:
        prefixes: dict[str, str] = {}
        for loaded in _distinct([*shapes, *ontology]):
            for prefix, namespace in loaded.parsed.prefixes.items():
                prefixes.setdefault(prefix, namespace)
        bad_iris = sorted(self._terms.invalid_iris.items())
        return Sources(
            shapes=_index(shapes),
            ontology=_index(ontology),
            prefixes=tuple(sorted(prefixes.items())),
            files=tuple(self._files.items()),
            inputs=tuple(
                (role, os.path.basename(loaded.document.path) or loaded.document.name, loaded.content_digest)  # noqa: PTH119
                for role, documents in (("shapes", shapes), ("ontology", ontology))
                for loaded in documents
            ),
            digest=_digest(shapes, ontology, self._files),
            warnings=(*self._warnings, *(f"<{iri}> is not a valid IRI: {why}" for iri, why in bad_iris)),
        )

    def _open(self, source: Any, format: str | None, base: str | None, number: int) -> Document:
        return open_source(source, format=format, base=base, network=self._network, number=number)

    def _add(self, document: Document) -> _Loaded:
        key = _key(document)
        if key not in self._by_key:
            self._by_key[key] = loaded = self._parse(document)
            for subject in _declared_ontologies(loaded.parsed):
                self._by_ontology.setdefault(_bare(subject), loaded)
            if document.path:
                self._files[document.path] = loaded.content_digest
        return self._by_key[key]

    def _parse(self, document: Document) -> _Loaded:
        if document.graph is not None:
            parsed, content_digest = read_graph(document.graph, self._terms)
        else:
            content_digest = hashlib.sha256(document.content).hexdigest()
            parsed = read_document(
                document.content,
                syntax=document.syntax,
                base=document.base,
                name=document.name,
                terms=self._terms,
                load_context=lambda iri: self._json_context(iri, document),
            )
        imports = dict.fromkeys(o for _, p, o in parsed.triples if p == OWL_IMPORTS and isinstance(o, Iri))
        return _Loaded(document, parsed, tuple(imports), content_digest)

    def _import(self, iri: Iri, importer: _Loaded) -> _Loaded | None:
        """The imported document, or None and a warning."""
        known = self._by_ontology.get(_bare(iri))
        if known is not None or _bare(iri) in _BUILT_IN:
            return known
        try:
            document = self._open_import(iri)
        except LoadError as error:
            document, reason = None, f" ({error.where.source}: {error.message})"
        else:
            reason = ""
        if document is None:
            self._warnings[
                f"{importer.document.name}: owl:imports <{iri}> cannot be resolved{reason}, so nothing of it counts; "
                f"name a local copy in the catalog (catalog={{'{iri}': 'path'}}), or allow network=True"
            ] = None
            return None
        loaded = self._add(document)
        self._by_ontology[_bare(iri)] = loaded
        return loaded

    def _open_import(self, iri: str) -> Document | None:
        path = self._in_catalog(iri)
        if path is not None:
            return open_file(path, base=None if path == iri else iri)
        address = iri.partition("#")[0]
        if address.startswith("file:"):
            return open_file(path_of_url(address))
        if self._network and address.startswith(("http://", "https://")):
            return fetch_document(address)
        return None

    def _in_catalog(self, iri: str) -> str | None:
        for spelling in (iri, _bare(iri), _bare(iri) + "#", _bare(iri) + "/"):
            if spelling in self._catalog:
                path = self._catalog[spelling]
                return path_of_url(path) if path.startswith("file:") else path
        return None

    def _json_context(self, iri: str, document: Document) -> Any:
        """The content of a JSON-LD context that a document names: by the catalog, beside it, or from the network."""
        address = iri if ":" in iri.partition("/")[0] else os.path.join(os.path.dirname(document.base), iri)  # noqa: PTH118, PTH120
        path = self._in_catalog(address)
        if path is None and address.startswith("file:"):
            path = path_of_url(address)
        if path is not None:
            content = read_bytes(path)
        elif self._network:
            content, path = fetch(address)[0], address
        else:
            raise LoadError(
                "CNS109",
                f"the JSON-LD context <{iri}> lies on the network, which is not touched unless asked for",
                where=SourceRef(source=document.name),
                hint=f"name a local copy in the catalog (catalog={{'{iri}': 'path'}}), or pass network=True",
            )
        self._files[path] = hashlib.sha256(content).hexdigest()
        return json.loads(content)


def _index(documents: list[_Loaded]) -> TripleIndex:
    return TripleIndex.of((loaded.document.name, loaded.parsed) for loaded in documents)


def _distinct(documents: Iterable[_Loaded]) -> list[_Loaded]:
    return list(dict.fromkeys(documents))


def _key(document: Document) -> Any:
    """Equal for the same file under two names; each text and each graph is one of its own, but not twice itself."""
    if document.graph is not None:
        return id(document.graph)
    if not document.path:
        return document.content, document.syntax, document.base
    url = document.path if "://" in document.path else url_of_path(document.path)
    return url, document.syntax, document.base


def _declared_ontologies(parsed: Parsed) -> list[Node]:
    return [s for s, p, o in parsed.triples if p == RDF_TYPE and o == _OWL_ONTOLOGY and not isinstance(s, BlankNode)]


def _bare(iri: str) -> str:
    return iri.rstrip("#/")


def _digest(shapes: list[_Loaded], ontology: list[_Loaded], files: Mapping[str, str]) -> str:
    """Where a file lies matters only if its IRIs say so: a moved checkout keeps its digest."""
    total = hashlib.sha256()
    for role, documents in (("shapes", shapes), ("ontology", ontology)):
        for loaded in documents:
            total.update(f"{role}\0{_document_digest(loaded)}\0".encode())
    contexts = {path: sha for path, sha in files.items() if path.endswith((".jsonld", ".json"))}
    total.update(json.dumps(sorted(contexts.values())).encode())
    return total.hexdigest()


def _document_digest(loaded: _Loaded) -> str:
    document = loaded.document
    if document.graph is not None:
        return f"graph\0{loaded.content_digest}"
    used_base = document.base if _mentions_its_base(loaded) else ""
    return f"{document.syntax}\0{loaded.content_digest}\0{used_base}"


def _mentions_its_base(loaded: _Loaded) -> bool:
    if not loaded.document.base.startswith("file:"):
        return True
    terms = set(chain.from_iterable(loaded.parsed.triples))
    return any(isinstance(term, Iri) and term.startswith("file:") for term in terms)
