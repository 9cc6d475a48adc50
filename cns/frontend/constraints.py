"""The parameters of SHACL Core, each with the way to read it: one table, in the order of ``cns.shapes``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cns import shapes as ast
from cns.frontend import rules
from cns.frontend.paths import SH_PATH
from cns.frontend.rules import ShapeView, list_members, local_name, name_of, rule_url, shape_node
from cns.shapes import Constraint
from cns.terms import Iri, Literal, Node, Term
from cns.vocab import RDF_TYPE, sh

Read = Callable[[ShapeView, Iri, list[Term]], Iterable[Constraint]]

SH_PROPERTY = sh("property")
_SH_FLAGS = sh("flags")
_SH_IGNORED_PROPERTIES = sh("ignoredProperties")
_SH_QUALIFIED_VALUE_SHAPE = sh("qualifiedValueShape")
_SH_DISJOINT_SIBLINGS = sh("qualifiedValueShapesDisjoint")
_SH_QUALIFIED_MIN, _SH_QUALIFIED_MAX = sh("qualifiedMinCount"), sh("qualifiedMaxCount")
_SH_PATTERN, _SH_CLOSED = sh("pattern"), sh("closed")
_SH_NODE_SHAPE, _SH_PROPERTY_SHAPE = sh("NodeShape"), sh("PropertyShape")
_NODE_KINDS = tuple(map(sh, ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")))


@dataclass(frozen=True, slots=True)
class Parameter:
    """How to read one parameter, and whether it may stand on a property shape only."""

    read: Read
    rank: int
    property_only: bool = False


# --------------------------------------------------------------------------- readers


def _each_iri(make: Callable[[Iri], Constraint]) -> Read:
    return lambda view, predicate, values: [make(rules.iri(view, predicate, value)) for value in values]


def _single_iri(make: Callable[[Iri], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        value = view.single(predicate, f"{local_name(predicate)}-maxCount")
        return [make(rules.iri(view, predicate, value))] if value is not None else []

    return read


def _count(make: Callable[[int], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        value = view.single(predicate, f"{local_name(predicate)}-maxCount")
        return [make(rules.integer(view, predicate, value))] if value is not None else []

    return read


def _bound(make: Callable[[Literal], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        value = view.single(predicate, f"{local_name(predicate)}-maxCount")
        return [make(rules.literal(view, predicate, value))] if value is not None else []

    return read


def _each_shape(make: Callable[[Node], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        rule = f"{local_name(predicate)}-node"
        return [make(shape_node(view, predicate, value, rule)) for value in values]

    return read


def _each_shape_list(make: Callable[[tuple[Node, ...]], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        rule = f"{local_name(predicate)}-members-node"
        for head in values:
            members = list_members(view, predicate, head)
            yield make(tuple(shape_node(view, predicate, member, rule) for member in members))

    return read


def _node_kind(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    value = view.single(predicate, "nodeKind-maxCount")
    if isinstance(value, Iri) and value in _NODE_KINDS:
        return [ast.NodeKind(value)]
    raise view.error(
        "CNS217",
        f"sh:nodeKind is {view.labels(values[0])}, which is no node kind",
        predicate,
        rule_url("nodeKind-in"),
        f"use one of {', '.join(map(name_of, _NODE_KINDS))}",
    )


def _pattern(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    pattern = view.single(predicate, "multiple-parameters")
    flags = view.single(_SH_FLAGS, "multiple-parameters")
    flags_text = rules.string(view, _SH_FLAGS, flags, "flags-datatype") if flags is not None else ""
    return [ast.Pattern(rules.string(view, predicate, pattern, "pattern-datatype"), flags_text)] if pattern else []


def _flags(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    if not view.values(_SH_PATTERN):
        view.warn(f"{view.where(predicate)}: sh:flags has no effect without sh:pattern")
    return ()


def _language_in(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    head = view.single(predicate, "languageIn-maxCount")
    members = list_members(view, predicate, head) if head is not None else ()
    return [ast.LanguageIn(tuple(rules.string(view, predicate, m, "languageIn-members-datatype") for m in members))]


def _unique_lang(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    return [ast.UniqueLang()] if rules.switch(view, predicate, "uniqueLang-maxCount") else []


def _qualified(make: Callable[[Node, int, tuple[Node, ...]], Constraint]) -> Read:
    def read(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
        count = rules.integer(view, predicate, _required(view.single(predicate, "multiple-parameters")))
        shape = view.single(_SH_QUALIFIED_VALUE_SHAPE, "multiple-parameters")
        if shape is None:
            view.warn(f"{view.where(predicate)}: {name_of(predicate)} has no effect without sh:qualifiedValueShape")
            return []
        return [make(_qualified_shape(view, shape), count, _siblings(view, shape))]

    return read


def _qualified_value_shape(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    _qualified_shape(view, _required(view.single(predicate, "multiple-parameters")))
    if not view.values(_SH_QUALIFIED_MIN) and not view.values(_SH_QUALIFIED_MAX):
        view.warn(
            f"{view.where(predicate)}: sh:qualifiedValueShape has no effect without sh:qualifiedMinCount "
            "or sh:qualifiedMaxCount"
        )
    return ()


def _disjoint_siblings(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    rules.switch(view, predicate, "multiple-parameters")
    return ()


def _qualified_shape(view: ShapeView, value: Term) -> Node:
    return shape_node(view, _SH_QUALIFIED_VALUE_SHAPE, value, "qualifiedValueShape-node")


def _siblings(view: ShapeView, own: Term) -> tuple[Node, ...]:
    """§4.7.3: what the parents' properties ask for as qualified value shapes, this shape's own left out."""
    quiet = ShapeView(view.index, view.labels, view.node, lambda _: None)
    if not rules.switch(quiet, _SH_DISJOINT_SIBLINGS, "multiple-parameters"):
        return ()
    index = view.index
    found: dict[Term, None] = {}
    for parent in index.subjects(SH_PROPERTY, view.node):
        for sibling in index.objects(parent, SH_PROPERTY):
            found.update(dict.fromkeys(index.objects(sibling, _SH_QUALIFIED_VALUE_SHAPE)))
    found.pop(own, None)
    return tuple(_qualified_shape(view, shape) for shape in found)


def _closed(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    if not rules.switch(view, predicate, "multiple-parameters"):
        return []
    allowed = set(_ignored(view))
    for shape in view.values(SH_PROPERTY):
        allowed.update(path for path in view.index.objects(shape, SH_PATH) if isinstance(path, Iri))
    return [ast.Closed(tuple(sorted(allowed)))]


def _ignored_properties(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    _ignored(view)
    return ()


def _ignored(view: ShapeView) -> list[Iri]:
    head = view.single(_SH_IGNORED_PROPERTIES, "multiple-parameters")
    if head is None:
        return []
    members = list_members(view, _SH_IGNORED_PROPERTIES, head)
    return [rules.iri(view, _SH_IGNORED_PROPERTIES, m, "ignoredProperties-members-nodeKind") for m in members]


def _has_value(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    return map(ast.HasValue, values)


def _in(view: ShapeView, predicate: Iri, values: list[Term]) -> Iterable[Constraint]:
    head = view.single(predicate, "in-maxCount")
    return [ast.In(list_members(view, predicate, head))] if head is not None else []


def _required(value: Term | None) -> Term:
    assert value is not None, "a reader is called only where its parameter has a value"
    return value


# --------------------------------------------------------------------------- the table

_ROWS: tuple[tuple[str, Read, bool], ...] = (
    # parameter, reader, on property shapes only
    ("class", _each_iri(ast.ClassOf), False),
    ("datatype", _single_iri(ast.Datatype), False),
    ("nodeKind", _node_kind, False),
    ("minCount", _count(ast.MinCount), True),
    ("maxCount", _count(ast.MaxCount), True),
    ("minExclusive", _bound(ast.MinExclusive), False),
    ("minInclusive", _bound(ast.MinInclusive), False),
    ("maxExclusive", _bound(ast.MaxExclusive), False),
    ("maxInclusive", _bound(ast.MaxInclusive), False),
    ("minLength", _count(ast.MinLength), False),
    ("maxLength", _count(ast.MaxLength), False),
    ("pattern", _pattern, False),
    ("flags", _flags, False),
    ("languageIn", _language_in, False),
    ("uniqueLang", _unique_lang, True),
    ("equals", _each_iri(ast.Equals), False),
    ("disjoint", _each_iri(ast.Disjoint), False),
    ("lessThan", _each_iri(ast.LessThan), True),
    ("lessThanOrEquals", _each_iri(ast.LessThanOrEquals), True),
    ("not", _each_shape(ast.Not), False),
    ("and", _each_shape_list(ast.And), False),
    ("or", _each_shape_list(ast.Or), False),
    ("xone", _each_shape_list(ast.Xone), False),
    ("node", _each_shape(ast.NodeShape), False),
    ("property", _each_shape(ast.PropertyShape), False),
    ("qualifiedValueShape", _qualified_value_shape, True),
    ("qualifiedValueShapesDisjoint", _disjoint_siblings, False),
    ("qualifiedMinCount", _qualified(ast.QualifiedMinCount), False),
    ("qualifiedMaxCount", _qualified(ast.QualifiedMaxCount), False),
    ("closed", _closed, False),
    ("ignoredProperties", _ignored_properties, False),
    ("hasValue", _has_value, False),
    ("in", _in, False),
)

PARAMETERS = {sh(name): Parameter(read, rank, property_only) for rank, (name, read, property_only) in enumerate(_ROWS)}
SHAPE_PARAMETERS = tuple(map(sh, ("node", "not", "property", "qualifiedValueShape")))
"""Parameters whose values are shapes."""
SHAPE_LIST_PARAMETERS = tuple(map(sh, ("and", "or", "xone")))
"""Parameters whose values are lists of shapes."""


def read_constraints(view: ShapeView, *, is_property: bool) -> tuple[Constraint, ...]:
    """All constraints that a shape declares, by component, then in document order."""
    found: list[Constraint] = []
    known = [(PARAMETERS[predicate], predicate) for predicate in view.properties if predicate in PARAMETERS]
    for parameter, predicate in sorted(known, key=_rank):
        if parameter.property_only and not is_property:
            raise _out_of_scope(view, predicate)
        found.extend(parameter.read(view, predicate, view.properties[predicate]))
    return tuple(found)


def shapes_of(constraint: Constraint) -> tuple[Node, ...]:
    """The shapes that a constraint refers to, siblings not included."""
    if isinstance(constraint, ast.Not | ast.NodeShape | ast.PropertyShape):
        return (constraint.shape,)
    if isinstance(constraint, ast.QualifiedMinCount | ast.QualifiedMaxCount):
        return (constraint.shape,)
    if isinstance(constraint, ast.And | ast.Or | ast.Xone):
        return constraint.shapes
    return ()


def check_references(view: ShapeView, constraints: tuple[Constraint, ...], property_shapes: set[Node]) -> None:
    """sh:property must lead to property shapes, and sh:node to node shapes."""
    for constraint in constraints:
        if isinstance(constraint, ast.PropertyShape) and constraint.shape not in property_shapes:
            raise view.error(
                "CNS220",
                f"sh:property has {view.labels(constraint.shape)}, which is no property shape: it has no sh:path",
                SH_PROPERTY,
                rule_url("property-node"),
                "give it an sh:path, or refer to it with sh:node",
            )
        if isinstance(constraint, ast.NodeShape) and constraint.shape in property_shapes:
            raise view.error(
                "CNS220",
                f"sh:node has {view.labels(constraint.shape)}, which is a property shape: it has an sh:path",
                sh("node"),
                rule_url("node-node"),
                "refer to it with sh:property, or take its sh:path away",
            )


def _rank(known: tuple[Parameter, Iri]) -> int:
    return known[0].rank


def _out_of_scope(view: ShapeView, predicate: Iri) -> Exception:
    declared = RDF_TYPE in view.properties and _SH_PROPERTY_SHAPE in view.properties[RDF_TYPE]
    return view.error(
        "CNS216",
        f"{name_of(predicate)} stands on a node shape, and only a property shape may have it",
        predicate,
        rule_url(f"{local_name(predicate)}-scope"),
        "add an sh:path to this shape"
        if declared
        else f"move it into a property shape: sh:property [ sh:path ... ; {name_of(predicate)} ... ]",
    )
