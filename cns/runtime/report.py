"""Hits as people and programs want them: results decoded one by one, an rdflib graph, text, N-Triples, Turtle, JSON.

Nothing is decoded before it is asked for: a report of a million results is an array of integers until then.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from cns.errors import UsageError
from cns.naming import Namer
from cns.rdflib_terms import to_rdflib
from cns.runtime.sources import Skipped
from cns.telemetry import stage
from cns.terms import BlankNode, Iri, Literal, Term, escape_string
from cns.vocab import SH_NS, SH_VIOLATION, XSD_NS
from cython_optimizations import cstructs
from cython_optimizations.hits import Hits

if TYPE_CHECKING:
    import rdflib

    from cns.codegen.program import Program

FORMATS = ("human", "turtle", "nt", "json")


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result."""

    focus: Term
    path: str
    """The predicate's IRI, a complex path in Turtle, or "" where the result has no path."""
    value: Term | None
    shape: Iri | BlankNode
    component: Iri
    severity: Iri
    messages: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """What all hits of one op have in common."""

    shape_id: int
    shape: Iri | BlankNode
    label: str
    path: str
    component: Iri
    severity: Iri
    messages: tuple[Literal, ...]


class Report(Sequence[Result]):
    """A validation report: whether the data conforms, and a sequence of results."""

    def __init__(
        self,
        program: Program,
        hits: Hits,
        conforms: bool,
        skipped: Skipped | None = None,
        *,
        engine: str = "",
        engine_reason: str = "",
    ) -> None:
        self._program = program
        self._hits = hits
        self._sources: dict[int, _Source] = {}
        self.conforms = conforms
        self.skipped = skipped or Skipped()
        """What a lenient reader left out of the data."""
        self.engine = engine
        """Which engine ran."""
        self.engine_reason = engine_reason
        """Why it was that one."""

    # ------------------------------------------------------------------ results

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> list[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | list[Result]:
        if isinstance(index, slice):
            return [self._result(hit) for hit in map(self._hits.__getitem__, range(*index.indices(len(self))))]
        return self._result(self._hits[index])

    def __iter__(self) -> Iterator[Result]:
        return (self._result(hit) for hit in self._hits)

    def __repr__(self) -> str:
        return f"<Report: conforms={self.conforms}, {len(self)} results>"

    @property
    def results(self) -> Sequence[Result]:
        """The results, decoded when they are looked at."""
        return self

    def first(self, count: int) -> Report:
        """A report of the first results only."""
        hits = self._hits.first(count)
        ran = {"engine": self.engine, "engine_reason": self.engine_reason}
        return Report(self._program, hits, self.conforms, self.skipped, **ran)

    def count_by_severity(self) -> dict[Iri, int]:
        counts: dict[Iri, int] = {}
        for op, *_ in self._hits:
            severity = self._source(op).severity
            counts[severity] = counts.get(severity, 0) + 1
        return counts

    def _result(self, hit: tuple[int, int, int, int]) -> Result:
        op, focus, value, path = hit
        source = self._source(op)
        return Result(
            focus=self._term(focus),
            path=str(self._term(path)) if path != cstructs.NONE else source.path,
            value=None if value == cstructs.NONE else self._term(value),
            shape=source.shape,
            component=source.component,
            severity=source.severity,
            messages=source.messages,
        )

    def _term(self, value: int) -> Term:
        kind, text, *rest = self._hits.store.term(value)
        if kind == "literal":
            return Literal(text, *rest)
        if kind == "iri":
            return Iri(text)
        shared = self._hits.store.source_of(value)[1]
        return BlankNode("_:" + text if shared else self._hits.ntriples(value))

    def _source(self, op: int) -> _Source:
        if op not in self._sources:
            program, row = self._program, self._program.row("ops", op)
            shape = program.row("shapes", row["shape"])
            first, count = row["first_message"], row["message_count"]
            words = program.tables["messages"][first : first + count]
            path = program.optional_text(shape["path_nt"])
            self._sources[op] = _Source(
                shape_id=row["shape"],
                shape=_node(program.text(shape["node"])),
                label=program.text(shape["label"]),
                path=path[1:-1] if path.startswith("<") else program.optional_text(shape["path_turtle"]),
                component=Iri(program.text(row["component"])),
                severity=Iri(program.text(shape["severity"])[1:-1]),
                messages=tuple(_parse_literal(program.text(word)) for word in words),
            )
        return self._sources[op]

    # ------------------------------------------------------------------ as a graph

    def graph(self) -> rdflib.Graph:
        """The report as the recommendation defines it. Blank nodes of rdflib graphs keep their identity."""
        import rdflib

        SH = rdflib.Namespace(SH_NS)
        graph = rdflib.Graph()
        for prefix, iri in self._prefixes:
            graph.bind(prefix, iri)
        report = rdflib.BNode()
        graph.add((report, rdflib.RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, rdflib.Literal(self.conforms)))
        for hit in self._hits:
            result, source = self._result(hit), self._source(hit[0])
            node = rdflib.BNode()
            graph.add((report, SH.result, node))
            graph.add((node, rdflib.RDF.type, SH.ValidationResult))
            graph.add((node, SH.focusNode, to_rdflib(result.focus)))
            if hit[3] != cstructs.NONE:
                graph.add((node, SH.resultPath, rdflib.URIRef(result.path)))
            elif source.path:
                graph.add((node, SH.resultPath, _add_path(graph, self._program.meta["paths"][str(source.shape_id)])))
            if result.value is not None:
                graph.add((node, SH.value, to_rdflib(result.value)))
            graph.add((node, SH.resultSeverity, rdflib.URIRef(result.severity)))
            graph.add((node, SH.sourceConstraintComponent, rdflib.URIRef(result.component)))
            graph.add((node, SH.sourceShape, to_rdflib(result.shape)))
            for message in result.messages:
                graph.add((node, SH.resultMessage, to_rdflib(message)))
        return graph

    # ------------------------------------------------------------------ as text

    def write(self, sink: Callable[[bytes], object], format: str = "human") -> None:
        """Writes the report piece by piece: "nt" and "turtle" from C, "human" and "json" result by result."""
        if format not in FORMATS:
            raise UsageError("CNS901", f"unknown report format {format!r}", hint=f"use one of {', '.join(FORMATS)}")
        with stage("report", format=format, results=len(self)):
            if format in ("nt", "turtle"):
                self._hits.write(format, self.conforms, sink)
            else:
                for part in self._text() if format == "human" else self._json():
                    sink(part.encode("utf-8", "replace"))

    def serialize(self, format: str = "turtle") -> str:
        """The whole report as one str; for long ones use ``write``."""
        buffer = io.BytesIO()
        self.write(buffer.write, format)
        return buffer.getvalue().decode()

    def text(self) -> str:
        """In the layout that users of pySHACL know."""
        return "".join(self._text())

    def _text(self) -> Iterator[str]:
        yield f"Validation Report\nConforms: {self.conforms}\n"
        if self.skipped.count:
            yield f"Left out of the data: {self.skipped.count} bad statements\n"
        if not len(self):
            return
        yield f"Results ({len(self)}):\n"
        for hit in self._hits:
            result, source = self._result(hit), self._source(hit[0])
            title = "Constraint Violation" if result.severity == SH_VIOLATION else "Validation Result"
            lines = [f"{title} in {result.component.removeprefix(SH_NS)} ({result.component}):"]
            lines.append(f"Severity: {self._short(result.severity)}")
            lines.append(f"Source Shape: {source.label}")
            lines.append(f"Focus Node: {self._short(result.focus)}")
            if result.value is not None:
                lines.append(f"Value Node: {self._short(result.value)}")
            if result.path:
                complex_path = hit[3] == cstructs.NONE and result.path[0] in "[("
                lines.append(f"Result Path: {result.path if complex_path else self._short(Iri(result.path))}")
            lines += (f"Message: {message.lexical}" for message in result.messages)
            yield "\n\t".join(_one_line(line) for line in lines) + "\n"

    def _json(self) -> Iterator[str]:
        left_out = f'"leftOut": {self.skipped.count}, ' if self.skipped.count else ""
        yield f'{{"conforms": {json.dumps(self.conforms)}, {left_out}"results": ['
        for number, result in enumerate(self):
            row = {
                "focusNode": _json_term(result.focus),
                "resultPath": result.path or None,
                "value": None if result.value is None else _json_term(result.value),
                "sourceShape": _json_term(result.shape),
                "sourceConstraintComponent": str(result.component),
                "resultSeverity": str(result.severity),
                "resultMessage": [_json_term(message) for message in result.messages],
            }
            yield ("," if number else "") + "\n  " + json.dumps(row, ensure_ascii=False)
        yield "\n]}\n" if len(self) else "]}\n"

    @cached_property
    def _prefixes(self) -> list[tuple[str, str]]:
        text = self._program.text
        return [(text(row["prefix"]), text(row["iri"])) for row in self._program.rows("prefixes")]

    @cached_property
    def _namer(self) -> Namer:
        return Namer(self._prefixes)

    def _short(self, term: Term) -> str:
        """As pySHACL prints terms: prefixed where possible, literals in its own notation."""
        if isinstance(term, Literal):
            quoted = f'"{escape_string(term.lexical)}"'
            if term.language:
                return f"Literal({quoted}, lang={term.language})"
            if term.datatype == XSD_NS + "string":
                return f"Literal({quoted})"
            return f"Literal({quoted}, datatype={self._namer.iri(term.datatype)})"
        return self._namer(term)


def _one_line(text: str) -> str:
    """What comes from data must not look like a line of the report."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _node(text: str) -> Iri | BlankNode:
    return BlankNode(text) if text.startswith("_:") else Iri(text[1:-1])


def _parse_literal(text: str) -> Literal:
    """What ``n3`` wrote: a message has a language or none."""
    end = text.rindex('"')
    lexical = json.loads(text[: end + 1], strict=False)
    return Literal(lexical, language=text[end + 2 :]) if text[end + 1 :].startswith("@") else Literal(lexical)


def _json_term(term: Term) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"type": "bnode" if isinstance(term, BlankNode) else "uri", "value": str(term)}
    row = {"type": "literal", "value": term.lexical}
    if term.language:
        return row | {"xml:lang": term.language}
    return row | {"datatype": str(term.datatype)}


def _add_path(graph: rdflib.Graph, path: Any) -> Any:
    """The path as SHACL writes it, with blank nodes of its own."""
    import rdflib
    from rdflib.collection import Collection

    if isinstance(path, str):
        return rdflib.URIRef(path)
    kind, *children = path
    node = rdflib.BNode()
    parts = [_add_path(graph, child) for child in children]
    if kind == "sequence":
        Collection(graph, node, parts)
        return node
    value = parts[0]
    if kind == "alternativePath":
        value = rdflib.BNode()
        Collection(graph, value, parts)
    graph.add((node, rdflib.Namespace(SH_NS)[kind], value))
    return node
