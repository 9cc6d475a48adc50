"""Results of any validator as plain values: a multiset of `Result`, equal if the validators agree."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import NamedTuple

from rdflib import RDF, BNode, Graph, Literal
from rdflib.term import Node

from tests.reference.oracle import OracleResult
from tests.reference.paths import SH, read, text
from tests.reference.triples import Triples
from tests.w3c.compare import term

Message = tuple[str, str]


class Result(NamedTuple):
    """Terms are written as text; a source shape that is a blank node is ``_:``."""

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    messages: tuple[Message, ...]


def _text(node: Node | None) -> str:
    if node is None:
        return ""
    return f"_:{node}" if isinstance(node, BNode) else str(term(node))


def _shape(node: Node | None) -> str:
    return "_:" if isinstance(node, BNode) else _text(node)


def from_oracle(results: list[OracleResult]) -> Counter[Result]:
    return Counter(
        Result(
            _text(r.focus),
            r.path or "",
            _text(r.value),
            _shape(r.source_shape),
            r.component.rsplit("#")[-1],
            _text(r.severity),
            tuple(sorted((m, (lang or "").lower()) for m, lang in r.messages)),
        )
        for r in results
    )


def from_report(report: Graph, shapes: Graph) -> Counter[Result]:
    """Messages count only where they can be the shape's own: without sh:message any text is right."""
    own = {(str(m), (m.language or "").lower()) for m in shapes.objects(None, SH.message) if isinstance(m, Literal)}
    silent = {_text(s) for s in shapes.subjects() if not list(shapes.objects(s, SH.message))}
    graph = Triples(report)
    node = next(report.subjects(RDF.type, SH.ValidationReport))
    return Counter(_from_graph(graph, result, own, silent) for result in report.objects(node, SH.result))


def _from_graph(graph: Triples, result: Node, own: set[Message], silent: set[str]) -> Result:
    def one(predicate: Node) -> Node | None:
        found = graph.objects(result, predicate)
        assert len(found) <= 1, (predicate, found)
        return found[0] if found else None

    path, shape, component = one(SH.resultPath), one(SH.sourceShape), one(SH.sourceConstraintComponent)
    said = sorted((str(m), (m.language or "").lower()) for m in graph.objects(result, SH.resultMessage))
    if _text(shape) in silent:
        said = []
    elif isinstance(shape, BNode):
        said = [m for m in said if m in own]  # the report's blank node need not have the label of the shapes graph's
    return Result(
        _text(one(SH.focusNode)),
        text(read(graph, path)) if path is not None else "",
        _text(one(SH.value)),
        _shape(shape),
        str(component).rsplit("#")[-1],
        _text(one(SH.resultSeverity)),
        tuple(said),
    )


def agree(one: Counter[Result], other: Counter[Result]) -> bool:
    """Equal, if need be after renaming the (few) blank nodes of ``other`` to those of ``one``."""
    if one == other:
        return True
    labels, renamed = _blank_labels(one), _blank_labels(other)
    if len(labels) != len(renamed):
        return False
    return any(
        one == _rename(other, dict(zip(renamed, order, strict=True))) for order in itertools.permutations(labels)
    )


def _blank_labels(results: Counter[Result]) -> list[str]:
    return sorted({t for r in results for t in (r.focus, r.value) if t.startswith("_:")})


def _rename(results: Counter[Result], names: dict[str, str]) -> Counter[Result]:
    renamed: Counter[Result] = Counter()
    for r, n in results.items():
        renamed[r._replace(focus=names.get(r.focus, r.focus), value=names.get(r.value, r.value))] += n
    return renamed


def explain(names: tuple[str, str], one: Counter[Result], other: Counter[Result]) -> str:
    lines = [f"only {names[0]} x{n}: {r}" for r, n in (one - other).items()]
    lines += [f"only {names[1]} x{n}: {r}" for r, n in (other - one).items()]
    return "\n".join(lines)
