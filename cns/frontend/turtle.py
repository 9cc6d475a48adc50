"""rdflib's Turtle and TriG parsers, made to hand over cns terms exactly as written, and where each subject stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal
from typing import Any

from rdflib.plugins.parsers.notation3 import BadSyntax, SinkParser, sfloat
from rdflib.plugins.parsers.trig import TrigSinkParser

from cns.frontend.rdf_terms import Parsed, SyntaxProblem, TermMaker, Triple
from cns.terms import BlankNode, Iri, Literal, Node
from cns.vocab import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, XSD_NS

_NEWLINE = re.compile(r"\n")
_XSD_BOOLEAN = XSD_NS + "boolean"
_XSD_INTEGER = XSD_NS + "integer"
_XSD_DECIMAL = XSD_NS + "decimal"
_XSD_DOUBLE = XSD_NS + "double"


class _Sink:
    """What rdflib's Turtle parsers write to: makes terms, collects triples."""

    def __init__(self, terms: TermMaker, base: str) -> None:
        self.terms = terms
        self.triples: list[Triple] = []
        self.graph = self  # the TriG parser asks for ``graph.identifier`` as the name of the default graph
        self.identifier = terms.iri(base)

    def newSymbol(self, text: str) -> Iri:
        return self.terms.iri(text)

    def newBlankNode(self, *_: Any, **__: Any) -> BlankNode:
        return self.terms.fresh_blank_node()

    def newLiteral(self, text: str, datatype: str | None = None, language: str | None = None) -> _Quoted:
        return _Quoted(self.terms.literal(text, datatype, language))

    def newList(self, items: list[Any], context: Any) -> Node:
        if not items:
            return RDF_NIL
        cells = [self.terms.fresh_blank_node() for _ in items]
        for cell, item, rest in zip(cells, items, [*cells[1:], RDF_NIL], strict=True):
            self.makeStatement((context, RDF_FIRST, cell, item))
            self.makeStatement((context, RDF_REST, cell, rest))
        return cells[0]

    def newGraph(self, identifier: Any) -> Any:
        return identifier

    def makeStatement(self, quadruple: tuple[Any, Any, Any, Any], why: Any = None) -> None:
        _, predicate, subject, value = quadruple
        subject = self._term(subject)
        if isinstance(predicate, tuple):  # what rdflib's parser makes of the keyword "a"
            predicate = RDF_TYPE
        if not isinstance(predicate, Iri):
            raise ValueError("the predicate of a triple must be an IRI")
        if isinstance(subject, Literal):
            raise ValueError("the subject of a triple cannot be a literal")
        self.triples.append((subject, predicate, self._term(value)))

    def _term(self, value: Any) -> Any:
        if isinstance(value, _Quoted):
            return value.literal
        if isinstance(value, bool):
            return Literal(str(value).lower(), _XSD_BOOLEAN)
        return value

    def intern(self, value: Any) -> Any:
        return value

    def setDefaultNamespace(self, *_: Any) -> None: ...

    def bind(self, *_: Any) -> None: ...

    def startDoc(self, *_: Any) -> None: ...

    def endDoc(self, *_: Any) -> None: ...


class _Quoted:
    """A literal on its way through rdflib's parser, which takes tuples for something else."""

    __slots__ = ("literal",)

    def __init__(self, literal: Literal) -> None:
        self.literal = literal


class _AsWritten:
    """Mixed into rdflib's parsers: numbers keep their spelling, subjects their place, errors theirs."""

    position = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offsets: dict[Node, int] = {}

    def nodeOrLiteral(self, argstr: str, i: int, res: list[Any]) -> int:
        end: int = super().nodeOrLiteral(argstr, i, res)  # type: ignore[misc]
        if end >= 0 and type(res[-1]) in _NUMBERS:
            # Space and comments may stand before the number, never inside it: "+01" is the last word.
            res[-1] = _Quoted(Literal(argstr[i:end].split()[-1], _NUMBERS[type(res[-1])]))
        return end

    def statement(self, argstr: str, i: int) -> int:
        known = len(self._store.triples)  # type: ignore[attr-defined]
        end: int = super().statement(argstr, i)  # type: ignore[misc]
        if end >= 0 and len(self._store.triples) == known:  # type: ignore[attr-defined]
            self.BadSyntax(argstr, end, "a subject stands alone, without predicate and object")  # type: ignore[attr-defined]
        return end

    def property_list(self, argstr: str, i: int, subj: Any) -> int:
        self.position = i
        if isinstance(subj, str):
            self.offsets.setdefault(subj, i)  # type: ignore[arg-type]
        return super().property_list(argstr, i, subj)  # type: ignore[misc,no-any-return]


class _Turtle(_AsWritten, SinkParser):  # type: ignore[misc]
    pass


class _Trig(_AsWritten, TrigSinkParser):  # type: ignore[misc]
    pass


_NUMBERS: dict[type, str] = {int: _XSD_INTEGER, Decimal: _XSD_DECIMAL, sfloat: _XSD_DOUBLE}


def read_turtle(text: str, base: str, terms: TermMaker, *, trig: bool) -> Parsed:
    sink = _Sink(terms, base)
    parser = (_Trig if trig else _Turtle)(sink, baseURI=base, turtle=True)
    line_ends = _offsets_of_newlines(text)
    try:
        parser.feed(text)
    except BadSyntax as error:
        raise _problem(error._why, _index_of(error, text), line_ends) from None
    except (AssertionError, ValueError) as error:
        raise _problem(str(error).partition(" at ^ in ")[0], parser.position, line_ends) from None
    except IndexError:  # how rdflib's parser meets the end of the text
        raise _problem("the text ends inside a statement", len(text), line_ends) from None
    except (AttributeError, TypeError):  # how it leaves its own grammar
        raise _problem("this is no Turtle", parser.position, line_ends) from None
    return Parsed(
        triples=sink.triples,
        prefixes=dict(parser._bindings),
        lines={node: bisect_right(line_ends, offset) + 1 for node, offset in parser.offsets.items()},
    )


def _offsets_of_newlines(text: str) -> list[int]:
    return [match.end() for match in _NEWLINE.finditer(text)]


def _index_of(error: BadSyntax, text: str) -> int:
    return error._i if error._i >= 0 else len(text)


def _problem(what: str, index: int, line_ends: list[int]) -> SyntaxProblem:
    line = bisect_right(line_ends, index)
    start = line_ends[line - 1] if line else 0
    return SyntaxProblem(what, line + 1, index - start + 1)
