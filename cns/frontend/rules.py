"""The syntax rules of the recommendation that speak of single values, and how a broken one is told to the user."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cns.errors import ShapeError, SourceRef
from cns.frontend.labels import Labels
from cns.frontend.triples import MalformedList, TripleIndex
from cns.terms import RDF_LANG_STRING, XSD_STRING, Iri, Literal, Node, Term
from cns.vocab import RDF_FIRST, RDF_REST, SH_NS, SPEC, XSD_NS, sh

XSD_BOOLEAN = XSD_NS + "boolean"
XSD_INTEGER = XSD_NS + "integer"

DERIVED_INTEGERS = frozenset(
    XSD_NS + sign + name
    for sign, names in (
        ("", ("byte", "short", "int", "long")),
        ("unsigned", ("Byte", "Short", "Int", "Long")),
        ("non", ("NegativeInteger", "PositiveInteger")),
        ("", ("negativeInteger", "positiveInteger")),
    )
    for name in names
)
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_MOST_DIGITS = 18
_SH_PATH = sh("path")
_LEADS_INWARD = (
    *map(sh, ("property", "node", "not", "qualifiedValueShape", "and", "or", "xone")),
    RDF_FIRST,
    RDF_REST,
)
_SHAPE_KINDS = "an IRI or a blank node"


def rule_url(rule: str) -> str:
    """The syntax rule's place in the recommendation: ``minCount-datatype`` → its URL."""
    return f"{SPEC}#syntax-rule-{rule}"


def section_url(section: str) -> str:
    return f"{SPEC}#{section}"


class ShapeView:
    """One shape of a shapes graph, with the questions that every reader of parameters asks."""

    __slots__ = ("index", "labels", "node", "place", "properties", "warn")

    def __init__(self, index: TripleIndex, labels: Labels, node: Node, warn: Callable[[str], Any]) -> None:
        self.index = index
        self.labels = labels
        self.node = node
        self.place = index.place(node)
        self.properties = index.properties(node)
        self.warn = warn

    def where(self, predicate: Iri | None = None) -> SourceRef:
        """For errors: the named shape that this one stands in, and its path, or else the parameter at fault."""
        source, line = self.place
        path = self.properties.get(_SH_PATH) if predicate != _SH_PATH else None
        about = path[0] if path else predicate
        owner = _named_owner(self.index, self.node)
        return SourceRef(source, line, None, self.labels(owner), self.labels(about) if about else "")

    def own_place(self) -> SourceRef:
        """For the AST: this shape itself, as cheaply as ten thousand shapes need it."""
        source, line = self.place
        path = self.properties.get(_SH_PATH)
        return SourceRef(source, line, None, self.labels(self.node), self.labels(path[0]) if path else "")

    def error(self, code: str, message: str, predicate: Iri, spec: str, hint: str) -> ShapeError:
        return ShapeError(code, message, where=self.where(predicate), hint=hint, spec=spec)

    def values(self, predicate: Iri) -> list[Term]:
        return self.properties.get(predicate, [])

    def single(self, predicate: Iri, rule: str) -> Term | None:
        """The only value, None where there is none."""
        values = self.properties.get(predicate)
        if not values:
            return None
        if len(values) > 1:
            raise self.error(
                "CNS202",
                f"{name_of(predicate)} has {len(values)} values: {', '.join(map(self.labels, values[:5]))}",
                predicate,
                rule_url(rule),
                f"keep one value of {name_of(predicate)}, or make a shape for each and join them with sh:and or sh:or",
            )
        return values[0]


def _named_owner(index: TripleIndex, node: Node) -> Node:
    """The nearest shape with a name that a blank node stands in; itself if there is none."""
    seen: set[Node] = {node}
    pending: list[Node] = [node]
    for inner in pending:  # grows while we walk it
        if isinstance(inner, Iri):
            return inner
        for predicate in _LEADS_INWARD:
            for outer in index.subjects(predicate, inner):
                if outer not in seen:
                    seen.add(outer)
                    pending.append(outer)
    return node


def name_of(predicate: Iri) -> str:
    return "sh:" + predicate.removeprefix(SH_NS)


def local_name(predicate: Iri) -> str:
    return predicate.removeprefix(SH_NS)


def iri(view: ShapeView, predicate: Iri, value: Term, rule: str = "") -> Iri:
    if isinstance(value, Iri):
        return value
    raise view.error(
        "CNS201",
        f"{name_of(predicate)} is {view.labels(value)}, where an IRI belongs",
        predicate,
        rule_url(rule or f"{local_name(predicate)}-nodeKind"),
        f"write an IRI, like {name_of(predicate)} ex:name, or <http://...>",
    )


def literal(view: ShapeView, predicate: Iri, value: Term) -> Literal:
    if isinstance(value, Literal):
        return value
    raise view.error(
        "CNS204",
        f"{name_of(predicate)} is {view.labels(value)}, where a literal belongs",
        predicate,
        rule_url(f"{local_name(predicate)}-nodeKind"),
        'write a literal to compare with, like 10 or "2024-01-01"^^xsd:date',
    )


def integer(view: ShapeView, predicate: Iri, value: Term) -> int:
    """A count or length: xsd:integer, and not less than zero."""
    spec = rule_url(f"{local_name(predicate)}-datatype")
    hint = f"use an integer ≥ 0, like {name_of(predicate)} 1"
    is_integer = isinstance(value, Literal) and (value.datatype == XSD_INTEGER or value.datatype in DERIVED_INTEGERS)
    if not (isinstance(value, Literal) and is_integer and _INTEGER.match(value.lexical)):
        message = f"{name_of(predicate)} is {view.labels(value)}, where an integer belongs"
        raise view.error("CNS203", message, predicate, spec, hint)
    digits = value.lexical.lstrip("+-").lstrip("0") or "0"
    if value.lexical.startswith("-") and digits != "0":
        raise view.error("CNS203", f"{name_of(predicate)} is {value.lexical}", predicate, spec, hint)
    if len(digits) > _MOST_DIGITS:
        raise view.error("CNS203", f"{name_of(predicate)} has {len(digits)} digits", predicate, spec, hint)
    if value.datatype != XSD_INTEGER:
        view.warn(
            f"{view.where(predicate)}: {name_of(predicate)} is {view.labels(value)}; SHACL asks for xsd:integer, "
            f"and it is taken as {int(digits)}"
        )
    return int(digits)


def switch(view: ShapeView, predicate: Iri, rule: str, *, only_plain: bool = False) -> bool:
    """A boolean parameter. ``"1"^^xsd:boolean`` is allowed, but only the literal ``true`` switches anything on."""
    value = view.single(predicate, rule)
    if value is None:
        return False
    plain = isinstance(value, Literal) and value.datatype == XSD_BOOLEAN and value.lexical in ("true", "false")
    numeric = isinstance(value, Literal) and value.datatype == XSD_BOOLEAN and value.lexical in ("1", "0")
    if not plain and (only_plain or not numeric):
        raise view.error(
            "CNS206",
            f"{name_of(predicate)} is {view.labels(value)}, where true or false belongs",
            predicate,
            rule_url(f"{local_name(predicate)}-datatype"),
            f"write {name_of(predicate)} true, without quotes",
        )
    if isinstance(value, Literal) and value.lexical == "1":
        view.warn(f"{view.where(predicate)}: {name_of(predicate)} is {view.labels(value)}; only true switches it on")
    return isinstance(value, Literal) and value.lexical == "true"


def string(view: ShapeView, predicate: Iri, value: Term, rule: str) -> str:
    if isinstance(value, Literal) and value.datatype == XSD_STRING and not value.language:
        return value.lexical
    raise view.error(
        "CNS205",
        f"{name_of(predicate)} has {view.labels(value)}, where a plain string belongs",
        predicate,
        rule_url(rule),
        'write a string without language or datatype, like "text"',
    )


def message(view: ShapeView, value: Term) -> Literal:
    if isinstance(value, Literal) and value.datatype in (XSD_STRING, RDF_LANG_STRING):
        return value
    raise view.error(
        "CNS205",
        f"sh:message is {view.labels(value)}, where a string belongs",
        sh("message"),
        rule_url("message-datatype"),
        'write a string, with a language tag if you like: "text" or "text"@en',
    )


def shape_node(view: ShapeView, predicate: Iri, value: Term, rule: str) -> Node:
    if not isinstance(value, Literal):
        return value
    raise view.error(
        "CNS209",
        f"{name_of(predicate)} has {view.labels(value)}, where a shape ({_SHAPE_KINDS}) belongs",
        predicate,
        rule_url(rule),
        f"name a shape, like {name_of(predicate)} ex:OtherShape, or write one in brackets: [ ... ]",
    )


def list_members(view: ShapeView, predicate: Iri, head: Term) -> tuple[Term, ...]:
    try:
        return view.index.list_items(head)
    except MalformedList as error:
        loops = "loop" in str(error)
        raise view.error(
            "CNS208" if loops else "CNS207",
            f"{name_of(predicate)} is not a well-formed list: {error}",
            predicate,
            rule_url("SHACL-list"),
            f"write the members in parentheses: {name_of(predicate)} ( ... )",
        ) from None
