"""Terms as a person reads them: prefixed names, short literals, blank nodes as one line of Turtle."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cns.frontend.triples import MalformedList, TripleIndex
from cns.terms import BlankNode, Literal, Term, escape_iri, escape_string, n3
from cns.vocab import OWL_NS, RDF_FIRST, RDF_NS, RDF_TYPE, RDFS_NS, SH_NS, XSD_NS

_USUAL_PREFIXES = {"sh": SH_NS, "rdf": RDF_NS, "rdfs": RDFS_NS, "xsd": XSD_NS, "owl": OWL_NS}
_PLAIN_LOCAL_NAME = re.compile(r"(?:\w[\w-]*(?:\.[\w-]+)*)?\Z", re.ASCII)
_BARE_LITERALS = {
    XSD_NS + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD_NS + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD_NS + "boolean": re.compile(r"(?:true|false)\Z"),
}

_DEPTH = 4
_TERMS = 40
_LENGTH = 400
_LITERAL_LENGTH = 80
_ELLIPSIS = "…"


class Labels:
    """One for each shapes graph; what it has said once, it remembers."""

    def __init__(self, index: TripleIndex, prefixes: Iterable[tuple[str, str]]) -> None:
        self._index = index
        self._prefix_of: dict[str, str] = {}
        declared = dict(prefixes)
        for prefix, namespace in sorted({**_USUAL_PREFIXES, **declared}.items()):
            self._prefix_of.setdefault(namespace, prefix)
        self._known: dict[str, str] = {}

    def __call__(self, term: Term) -> str:
        if isinstance(term, Literal):
            return self._literal(term)
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = self._blank_node(term) if isinstance(term, BlankNode) else self._iri(term)
        return known

    def _iri(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
        prefix = self._prefix_of.get(iri[:cut])
        if prefix is not None and _PLAIN_LOCAL_NAME.match(iri, cut):
            return f"{prefix}:{iri[cut:]}"
        return f"<{escape_iri(iri)}>"

    def _literal(self, literal: Literal) -> str:
        bare = _BARE_LITERALS.get(literal.datatype)
        if bare is not None and bare.match(literal.lexical):
            return literal.lexical
        if len(literal.lexical) > _LITERAL_LENGTH:
            literal = literal._replace(lexical=literal.lexical[: _LITERAL_LENGTH - 1] + _ELLIPSIS)
        if literal.language or not literal.datatype.startswith(XSD_NS) or literal.datatype == XSD_NS + "string":
            return n3(literal)
        return f'"{escape_string(literal.lexical)}"^^{self(self._datatype(literal))}'

    @staticmethod
    def _datatype(literal: Literal) -> Term:
        return literal.datatype  # type: ignore[return-value]

    def _blank_node(self, node: BlankNode) -> str:
        text = _Bracketed(self._index, self).write(node, 0)
        return text if len(text) <= _LENGTH else text[: _LENGTH - 3].rstrip() + f" {_ELLIPSIS} ]"


class _Bracketed:
    """Writes one blank node, and those inside it, until the page is full."""

    def __init__(self, index: TripleIndex, labels: Labels) -> None:
        self._index = index
        self._labels = labels
        self._left = _TERMS

    def write(self, term: Term, depth: int) -> str:
        self._left -= 1
        if not isinstance(term, BlankNode):
            return self._labels(term)
        if depth >= _DEPTH or self._left <= 0:
            return f"[ {_ELLIPSIS} ]"
        if RDF_FIRST in self._index.properties(term):
            return self._list(term, depth)
        return self._properties(term, depth)

    def _list(self, head: BlankNode, depth: int) -> str:
        try:
            items = self._index.list_items(head)
        except MalformedList:
            return f"( {_ELLIPSIS} )"
        return f"( {' '.join(self._some(items, depth))} )"

    def _properties(self, node: BlankNode, depth: int) -> str:
        parts = []
        properties = self._index.properties(node)
        # By name, as pySHACL does, so that the text does not depend on how the file is laid out.
        for name, predicate in sorted((self._labels(p), p) for p in properties):
            if self._left <= 0:
                parts.append(_ELLIPSIS)
                break
            verb = "a" if predicate == RDF_TYPE else name
            parts.append(f"{verb} {', '.join(self._some(properties[predicate], depth))}")
        return f"[ {' ; '.join(parts)} ]" if parts else "[]"

    def _some(self, terms: Iterable[Term], depth: int) -> list[str]:
        texts = []
        for term in terms:
            if self._left <= 0:
                texts.append(_ELLIPSIS)
                break
            texts.append(self.write(term, depth + 1))
        return texts
