"""N-Triples and N-Quads: rdflib's line parser, made to hand over cns terms with the line and column of every error."""

from __future__ import annotations

import re
from typing import Any

from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.ntriples import (
    W3CNTriplesParser,
    r_literal,
    r_nodeid,
    r_tail,
    r_uriref,
    r_wspace,
    unquote,
)

from cns.frontend.rdf_terms import Parsed, SyntaxProblem, TermMaker, Triple
from cns.terms import BlankNode, Node

_LINE_END = re.compile(r"\r\n|\r|\n")


def read_lines(text: str, terms: TermMaker, *, quads: bool) -> Parsed:
    parser = _LineParser(terms, quads=quads)
    lines: dict[Node, int] = {}
    for number, line in enumerate(_LINE_END.split(text), start=1):
        parser.line = line
        try:
            parser.parseline()
        except (ParserError, ValueError):
            column = len(line) - len(parser.line or "") + 1
            raise SyntaxProblem(f"expected {parser.expected}", number, column) from None
        if parser.triples:
            lines.setdefault(parser.triples[-1][0], number)
    return Parsed(triples=parser.triples, prefixes={}, lines=lines)


class _LineParser(W3CNTriplesParser):
    def __init__(self, terms: TermMaker, *, quads: bool) -> None:
        super().__init__()
        self.terms = terms
        self.quads = quads
        self.triples: list[Triple] = []
        self.blank_nodes: dict[str, BlankNode] = {}
        self.expected = ""

    def parseline(self, bnode_context: Any = None) -> None:
        self.eat(r_wspace)
        if not self.line or self.line.startswith("#"):
            return
        subject = self._next("a subject (an IRI or a blank node)", self.subject)
        predicate = self._next("a predicate (an IRI)", self.predicate)
        value = self._next("an object (an IRI, a blank node or a literal)", self.object)
        if self.quads and not self.peek("."):
            self._next("a graph name or a full stop", self.subject)
        self._next("a full stop", lambda: self.eat(r_tail))
        if self.line:
            self.expected = "nothing more on this line"
            raise ParserError(self.expected)
        self.triples.append((subject, predicate, value))

    def _next(self, expected: str, read: Any) -> Any:
        self.expected = expected
        found = read()
        self.eat(r_wspace)
        return found

    def uriref(self) -> Any:
        return self.terms.iri(unquote(self.eat(r_uriref).group(1))) if self.peek("<") else False

    def nodeid(self, bnode_context: Any = None) -> Any:
        if not self.peek("_"):
            return False
        label = self.eat(r_nodeid).group(1)
        if label not in self.blank_nodes:
            self.blank_nodes[label] = self.terms.fresh_blank_node()
        return self.blank_nodes[label]

    def literal(self) -> Any:
        if not self.peek('"'):
            return False
        lexical, language, datatype = self.eat(r_literal).groups()
        return self.terms.literal(unquote(lexical), unquote(datatype) if datatype else None, language)
