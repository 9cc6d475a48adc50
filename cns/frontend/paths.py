"""SHACL property paths (§2.3.1): the node that stands for a path → the path."""

from __future__ import annotations

from cns.errors import ShapeError
from cns.frontend.rules import ShapeView, list_members, rule_url
from cns.shapes import (
    AlternativePath,
    InversePath,
    OneOrMorePath,
    Path,
    PredicatePath,
    SequencePath,
    ZeroOrMorePath,
    ZeroOrOnePath,
)
from cns.terms import Iri, Literal, Term
from cns.vocab import RDF_FIRST, RDF_NIL, RDF_REST, sh

SH_PATH = sh("path")
_ALTERNATIVE = sh("alternativePath")
_UNARY: dict[Iri, type[InversePath] | type[ZeroOrMorePath] | type[OneOrMorePath] | type[ZeroOrOnePath]] = {
    sh("inversePath"): InversePath,
    sh("zeroOrMorePath"): ZeroOrMorePath,
    sh("oneOrMorePath"): OneOrMorePath,
    sh("zeroOrOnePath"): ZeroOrOnePath,
}
PATH_FORMS = frozenset({_ALTERNATIVE, *_UNARY})
_RULES = {
    _ALTERNATIVE: "path-alternative",
    sh("inversePath"): "path-inverse",
    sh("zeroOrMorePath"): "path-zero-or-more",
    sh("oneOrMorePath"): "path-one-or-more",
    sh("zeroOrOnePath"): "path-zero-or-one",
}
_DEEPEST = 100
_MOST_STEPS = 10_000


def read_path(view: ShapeView, node: Term) -> Path:
    """The well-formed path that ``node`` stands for; anything else is a ShapeError."""
    if isinstance(node, Iri) and node != RDF_NIL:
        return PredicatePath(node)
    return _PathReader(view).read(node, ())


class _PathReader:
    def __init__(self, view: ShapeView) -> None:
        self._view = view
        self._steps = 0

    def read(self, node: Term, inside: tuple[Term, ...]) -> Path:
        if isinstance(node, Literal):
            raise self._error("CNS210", f"the literal {self._view.labels(node)} is no path", "path-node")
        if node == RDF_NIL:
            raise self._error("CNS210", "an empty list is no path", "path-sequence")
        if isinstance(node, Iri):
            return PredicatePath(node)
        if node in inside:
            raise self._error("CNS211", "the path contains itself", "path-non-recursive")
        if len(inside) >= _DEEPEST:
            raise self._error("CNS212", f"the path is nested more than {_DEEPEST} levels deep", "path-metarule")
        self._steps += 1
        if self._steps > _MOST_STEPS:  # nodes shared on many levels mean far more steps than there are nodes
            raise self._error("CNS212", f"written out, the path has more than {_MOST_STEPS} steps", "path-metarule")
        return self._complex(node, (*inside, node))

    def _complex(self, node: Term, inside: tuple[Term, ...]) -> Path:
        properties = self._view.index.properties(node)
        forms = [predicate for predicate in properties if predicate in PATH_FORMS]
        if RDF_FIRST in properties or RDF_REST in properties:
            if forms:
                self._warn_of_second_form(forms)
            return SequencePath(self._members(node, inside, "path-sequence"))
        if len(forms) != 1:
            raise self._not_one_form(node, forms)
        form = forms[0]
        if len(properties) > 1 or len(properties[form]) > 1:
            message = f"the path {self._view.labels(node)} says more than its one {_name(form)}"
            raise self._error("CNS210", message, _RULES[form])
        value = properties[form][0]
        if form == _ALTERNATIVE:
            return AlternativePath(self._members(value, inside, "path-alternative"))
        return _UNARY[form](self.read(value, inside))

    def _members(self, head: Term, inside: tuple[Term, ...], rule: str) -> tuple[Path, ...]:
        members = list_members(self._view, SH_PATH, head)
        if len(members) < 2:
            kind = "alternative" if rule == "path-alternative" else "sequence"
            raise self._error("CNS210", f"this {kind} path has {len(members)} member(s), and needs two or more", rule)
        return tuple(self.read(member, inside) for member in members)

    def _not_one_form(self, node: Term, forms: list[Iri]) -> ShapeError:
        shown = self._view.labels(node)
        if forms:
            message = f"{shown} is {len(forms)} paths at once: {', '.join(map(_name, forms))}"
        else:
            message = f"{shown} is no path"
        return self._error("CNS210", message, "path-metarule")

    def _warn_of_second_form(self, forms: list[Iri]) -> None:
        self._view.warn(
            f"{self._view.where(SH_PATH)}: the path is a list and also has {', '.join(map(_name, forms))}; "
            "the list is taken"
        )

    def _error(self, code: str, message: str, rule: str) -> ShapeError:
        hint = (
            "a path is an IRI, a list ( ex:a ex:b ), or a blank node with just one of sh:inversePath, "
            "sh:alternativePath, sh:zeroOrMorePath, sh:oneOrMorePath, sh:zeroOrOnePath"
        )
        return self._view.error(code, message, SH_PATH, rule_url(rule), hint)


def _name(predicate: Iri) -> str:
    return "sh:" + predicate.rpartition("#")[2]
