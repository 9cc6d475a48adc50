"""Hits → results: what the program and the store say about each, decoded one by one."""

from __future__ import annotations

from cns.terms import BlankNode, Iri, Literal
from cns.values import Value
from cython_optimizations import cstructs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from cns.codegen.program import Program
    from cns.terms import Term
    from cython_optimizations.hits import Hits

Hit = tuple[int, int, int, int]
"""Op, focus node, value, path."""


class Result(Value):
    """One validation result."""

    __slots__ = ("component", "focus", "messages", "path", "severity", "shape", "value")

    def __init__(
        self,
        focus: Term,
        path: str,
        value: Term | None,
        shape: Iri | BlankNode,
        component: Iri,
        severity: Iri,
        messages: tuple[Literal, ...],
    ) -> None:
        self.focus: Final = focus
        self.path: Final = path
        """The predicate's IRI, a complex path in Turtle, or "" where the result has no path."""
        self.value: Final = value
        self.shape: Final = shape
        self.component: Final = component
        self.severity: Final = severity
        self.messages: Final = messages


class Origin:
    """What all hits of one op have in common."""

    __slots__ = ("component", "label", "messages", "path", "severity", "shape", "shape_id")

    def __init__(self, program: Program, op: int) -> None:
        row = program.row("ops", op)
        shape = program.row("shapes", row["shape"])
        first, count = row["first_message"], row["message_count"]
        words = program.tables["messages"][first : first + count]
        path = program.optional_text(shape["path_nt"])
        self.shape_id: Final = row["shape"]
        self.shape: Final = _node(program.text(shape["node"]))
        self.label: Final = program.text(shape["label"])
        self.path: Final = path[1:-1] if path.startswith("<") else program.optional_text(shape["path_turtle"])
        self.component: Final = Iri(program.text(row["component"]))
        self.severity: Final = Iri(program.text(shape["severity"])[1:-1])
        self.messages: Final = tuple(_parse_literal(program.text(word)) for word in words)


class Decoder:
    """Knows the program and the store of a report's hits."""

    def __init__(self, program: Program, hits: Hits) -> None:
        self.program: Final = program
        self._hits = hits
        self._origins: dict[int, Origin] = {}

    def result(self, hit: Hit) -> Result:
        op, focus, value, path = hit
        origin = self.origin(op)
        return Result(
            self._term(focus),
            str(self._term(path)) if path != cstructs.NONE else origin.path,
            None if value == cstructs.NONE else self._term(value),
            origin.shape,
            origin.component,
            origin.severity,
            origin.messages,
        )

    def origin(self, op: int) -> Origin:
        if op not in self._origins:
            self._origins[op] = Origin(self.program, op)
        return self._origins[op]

    def prefixes(self) -> list[tuple[str, str]]:
        text = self.program.text
        return [(text(row["prefix"]), text(row["iri"])) for row in self.program.rows("prefixes")]

    def _term(self, value: int) -> Term:
        kind, text, *rest = self._hits.store.term(value)
        if kind == "literal":
            return Literal(text, *rest)
        if kind == "iri":
            return Iri(text)
        shared = self._hits.store.source_of(value)[1]
        return BlankNode("_:" + text if shared else self._hits.ntriples(value))


def _node(text: str) -> Iri | BlankNode:
    return BlankNode(text) if text.startswith("_:") else Iri(text[1:-1])


def _parse_literal(text: str) -> Literal:
    """What ``n3`` wrote: a message has a language or none."""
    import json

    end = text.rindex('"')
    lexical = json.loads(text[: end + 1], strict=False)
    return Literal(lexical, language=text[end + 2 :]) if text[end + 1 :].startswith("@") else Literal(lexical)
