"""Validation reports as sets of (focus, path, value, component) that can be compared, whoever wrote them.

A report comes as N-Triples. Blank nodes have different labels in each, so that one is known by the results in which it
occurs; those that occur alike are counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from .document import Agreement

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Row: TypeAlias = tuple[str, str, str, str]
"""Focus node, path, value ("" where there is none) and component, as N-Triples; paths as in SPARQL."""
Rows: TypeAlias = "Counter[Row]"
"""Each result once; more than once only where blank nodes cannot be told apart."""

_REFINEMENTS = 3
_SHOWN = 5
_DEEP = 100


@dataclass(frozen=True)
class Found:
    """What a report holds."""

    results: int
    rows: Rows


DOCUMENT = "# document\n"
"""What stands between the reports of several documents, whose blank nodes have nothing to do with each other."""


def read_report(path: Path) -> Found:
    """The results of a report in N-Triples, or of several."""
    count, rows = 0, set[Row]()
    for number, text in enumerate(path.read_text("utf-8").split(DOCUMENT)):
        results, found = _read(text, f"{number}-")
        count += results
        rows |= found
    return Found(count, _without_labels(rows))


def _read(report: str, scope: str) -> tuple[int, set[Row]]:
    """How many results there are, and the different ones; blank nodes are named within the scope."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    results: list[str] = []
    for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES):
        subject, predicate, value = _text(quad.subject, scope), quad.predicate.value, _text(quad.object, scope)
        said[subject][predicate].append(value)
        if predicate == SH + "result":
            results.append(value)
    rows = set()
    for result in dict.fromkeys(results):
        fields = said[result]
        focus, value, component = (
            fields.get(SH + name, [""])[0] for name in ("focusNode", "value", "sourceConstraintComponent")
        )
        path_text = "".join(_path(node, said) for node in fields.get(SH + "resultPath", [])[:1])
        rows.add((focus, path_text, value, component))
    return len(dict.fromkeys(results)), rows


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, scope: str) -> str:
    """As N-Triples; language tags, which do not heed case, in lower case."""
    if isinstance(term, ox.BlankNode):
        return f"_:{scope}{term.value}"
    if isinstance(term, ox.Literal) and term.language:
        return str(ox.Literal(term.value, language=term.language.lower()))
    return str(term)


def _path(node: str, said: dict[str, dict[str, list[str]]], depth: int = 0) -> str:
    """A path as SPARQL writes it; a blank node that says nothing is "?"."""
    if not node.startswith("_:") or depth > _DEEP:
        return node
    fields = said.get(node, {})

    def one(name: str) -> str:
        return _path(fields[name][0], said, depth + 1)

    if SH + "inversePath" in fields:
        return f"^{one(SH + 'inversePath')}"
    for name, sign in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
        if SH + name in fields:
            return f"{one(SH + name)}{sign}"
    if SH + "alternativePath" in fields:
        parts = (_path(part, said, depth + 1) for part in _list(fields[SH + "alternativePath"][0], said))
        return f"({' | '.join(parts)})"
    if RDF + "first" in fields:
        return f"({' / '.join(_steps(node, said, depth))})"
    return "?"


def _steps(node: str, said: dict[str, dict[str, list[str]]], depth: int) -> Iterator[str]:
    """Of a sequence; one that is a step of another is the same as its steps."""
    for part in _list(node, said):
        if RDF + "first" in said.get(part, {}) and depth <= _DEEP:
            yield from _steps(part, said, depth + 1)
        else:
            yield _path(part, said, depth + 1)


def _list(node: str, said: dict[str, dict[str, list[str]]]) -> list[str]:
    items: list[str] = []
    seen: set[str] = set()
    while RDF + "first" in said.get(node, {}) and node not in seen:
        seen.add(node)
        items.append(said[node][RDF + "first"][0])
        node = said[node].get(RDF + "rest", [RDF + "nil"])[0]
    return items


def _without_labels(rows: Iterable[Row]) -> Rows:
    """Blank nodes named after the results in which they occur: first all alike, then by what stands beside them."""
    rows = list(rows)
    colours = {term: "_:" for row in rows for term in row if term.startswith("_:")}
    if not colours:
        return Counter(rows)
    for _ in range(_REFINEMENTS):
        seen: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            for place, term in enumerate(row):
                if term in colours:
                    seen[term].append(f"{place} {_coloured(row, colours)}")
        colours = {
            term: "_:" + hashlib.sha256("\n".join(sorted(places)).encode()).hexdigest()[:12]
            for term, places in seen.items()
        }
    return Counter(_coloured(row, colours) for row in rows)


def _coloured(row: Row, colours: dict[str, str]) -> Row:
    focus, path, value, component = (colours.get(term, term) for term in row)
    return focus, path, value, component


def compare(expected: Rows, found: Rows) -> Agreement:
    missing, extra = expected - found, found - expected
    differences = [
        f"{what} {' '.join(term or '-' for term in row)}"
        for what, rows in (("missing", missing), ("extra", extra))
        for row in sorted(rows)[:_SHOWN]
    ]
    return Agreement(found.total(), missing.total(), extra.total(), tuple(differences))
