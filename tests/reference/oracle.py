"""The naive oracle for SHACL Core: the W3C recommendation, sentence by sentence, in plain Python over rdflib graphs.

It knows nothing of the engine, keeps no index worth the name and takes no shortcut; each constraint component is one
function that quotes the textual definition it implements (https://www.w3.org/TR/shacl/). Where the recommendation
leaves something open, what cns decided is said in the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from tests.reference import patterns
from tests.reference import values as xsd
from tests.reference.paths import SH, IllFormed, items, read, text, values
from tests.reference.triples import Classes, Triples

TRUE = Literal("true", datatype=XSD.boolean, normalize=False)


class RecursiveShape(Exception):
    """3.4.3: "The validation with recursive shapes is not defined in SHACL": cns refuses them."""


@dataclass(frozen=True)
class OracleResult:
    """One validation result. ``messages`` are the shape's own ``sh:message`` values: SHACL defines no others."""

    focus: Node
    path: str | None
    value: Node | None
    source_shape: Node
    component: URIRef
    severity: Node
    messages: tuple[tuple[str, str | None], ...]


def validate(data: Graph, shapes: Graph, ontology: Graph | None = None) -> list[OracleResult]:
    """All results, in no particular order; a result that is reached twice is there twice.

    Of the ontology only the ``rdfs:subClassOf`` triples count, and they count for class membership only.
    """
    run = Run(data, shapes, ontology)
    run.refuse_recursion()
    return [
        result for shape in run.shapes_with_targets() for focus in run.targets(shape) for result in run(shape, focus)
    ]


class Run:
    """One validation: the graphs, the targets, and validation of one focus node against one shape."""

    def __init__(self, data: Graph, shapes: Graph, ontology: Graph | None) -> None:
        self.data = Triples(data)
        self.shapes = Triples(shapes)
        more = [] if ontology is None else [Triples(ontology)]
        self.classes = Classes(self.data, *more)
        self.shape_classes = Classes(self.shapes)

    # ----------------------------------------------------------------------- targets (2.1.3)

    def shapes_with_targets(self) -> list[Node]:
        declared = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
        found = {shape for predicate in declared for shape, _ in self.shapes.pairs(predicate)}
        found |= {shape for shape, _ in self.shapes.pairs(RDF.type) if self.is_implicit_class_target(shape)}
        return sorted(found, key=repr)

    def is_implicit_class_target(self, shape: Node) -> bool:
        """2.1.3.3: "If s is a SHACL instance of sh:NodeShape or sh:PropertyShape in a shapes graph SG and s is also a
        SHACL instance of rdfs:Class in SG and s is an IRI then the set of SHACL instances of s in a data graph DG is a
        target from DG for s in SG."

        So owl:Class counts only if the shapes graph itself says that it is a subclass of rdfs:Class.
        """
        types = self.shape_classes.types(shape)
        return isinstance(shape, URIRef) and RDFS.Class in types and bool(types & {SH.NodeShape, SH.PropertyShape})

    def targets(self, shape: Node) -> list[Node]:
        """2.1.3: "The target of a shape is the union of all RDF terms produced by the individual targets"."""
        found = set(self.shapes.objects(shape, SH.targetNode))
        for cls in self.shapes.objects(shape, SH.targetClass):
            found |= self.classes.instances(cls)
        for predicate in self.shapes.objects(shape, SH.targetSubjectsOf):
            found |= {s for s, _ in self.data.pairs(predicate)}
        for predicate in self.shapes.objects(shape, SH.targetObjectsOf):
            found |= {o for _, o in self.data.pairs(predicate)}
        if self.is_implicit_class_target(shape):
            found |= self.classes.instances(shape)
        return sorted(found, key=repr)

    # ----------------------------------------------------------------------- validation (3.4)

    def __call__(self, shape: Node, focus: Node) -> list[OracleResult]:
        """3.4.1: validation of a focus node against a shape is "the union of the results of the validation of the focus
        node against all constraints declared by the shape, unless the shape has been deactivated"."""
        if self.shapes.objects(shape, SH.deactivated) == [TRUE]:
            return []
        site = Site(self, shape, focus)
        return [
            result
            for parameter, component in COMPONENTS.items()
            for value in self.shapes.objects(shape, parameter)
            for result in component(site, value)
        ]

    def conforms(self, shape: Node, node: Node) -> bool:
        """3.5: "A focus node conforms to a shape if and only if the set of result of the validation of the focus node
        against the shape is empty and no failure has been reported by it"."""
        return not self(shape, node)

    # ----------------------------------------------------------------------- recursion (3.4.3)

    def refuse_recursion(self) -> None:
        """3.4.3 (2.4): "A shape in an RDF graph G is a recursive shape in G if it is related to itself by the
        transitive closure of the *refers* relationship"."""
        done: set[Node] = set()

        def visit(shape: Node, above: tuple[Node, ...]) -> None:
            if shape in above:
                raise RecursiveShape(str(shape))
            if shape not in done:
                for other in self.refers(shape):
                    visit(other, (*above, shape))
                done.add(shape)

        for parameter in (*SHAPE_EXPECTING, *SHAPE_LIST_EXPECTING):
            for shape, _ in self.shapes.pairs(parameter):
                visit(shape, ())

    def refers(self, shape: Node) -> Iterator[Node]:
        for parameter in SHAPE_EXPECTING:
            yield from self.shapes.objects(shape, parameter)
        for parameter in SHAPE_LIST_EXPECTING:
            for head in self.shapes.objects(shape, parameter):
                yield from items(self.shapes, head)


SHAPE_EXPECTING = (SH.node, SH.property, SH["not"], SH.qualifiedValueShape)
SHAPE_LIST_EXPECTING = (SH["and"], SH["or"], SH.xone)


class Site:
    """One shape at one focus node: what a constraint component gets to see."""

    def __init__(self, run: Run, shape: Node, focus: Node) -> None:
        self.run, self.shape, self.focus = run, shape, focus
        path = run.shapes.objects(shape, SH.path)
        self.path = read(run.shapes, path[0]) if path else None

    @property
    def value_nodes(self) -> list[Node]:
        """3.4 (Value nodes): "For node shapes the value nodes are the individual focus nodes, forming a set with
        exactly one member. For property shapes with a value for sh:path p the value nodes are the set of nodes in the
        data graph that can be reached from the focus node with the path mapping of p"."""
        if self.path is None:
            return [self.focus]
        return sorted(values(self.run.data, self.path, self.focus), key=repr)

    def parameter(self, predicate: URIRef) -> Node | None:
        found = self.run.shapes.objects(self.shape, predicate)
        return found[0] if found else None

    def others(self, predicate: Node) -> list[Node]:
        """The values of a property at the focus node."""
        return self.run.data.objects(self.focus, predicate)

    def result(self, component: str, value: Node | None = None, path: str | None = None) -> OracleResult:
        """3.6.2: what each result says of itself, in 3.6.2.1 to 3.6.2.8."""
        messages = [(str(m), m.language) for m in self.run.shapes.objects(self.shape, SH.message)]
        return OracleResult(
            focus=self.focus,
            path=path or (text(self.path) if self.path else None),
            value=value,
            source_shape=self.shape,
            component=SH[component + "ConstraintComponent"],
            severity=self.parameter(SH.severity) or SH.Violation,
            messages=tuple(sorted(messages, key=repr)),
        )

    def failing(self, component: str, holds: Callable[[Node], bool]) -> list[OracleResult]:
        """ "For each value node that ..., there is a validation result with the value node as sh:value." """
        return [self.result(component, value) for value in self.value_nodes if not holds(value)]

    def only_on_property_shapes(self, component: str) -> None:
        if self.path is None:
            raise IllFormed(f"{component} on a node shape")


def _integer(literal: Node) -> int:
    if not isinstance(literal, Literal) or literal.datatype != XSD.integer:
        raise IllFormed(f"{literal!r} is no xsd:integer")
    return int(str(literal))


# --------------------------------------------------------------------------- 4.1 value type


def class_(site: Site, cls: Node) -> list[OracleResult]:
    """4.1.1: "For each value node that is either a literal, or a non-literal that is not a SHACL instance of $class in
    the data graph, there is a validation result with the value node as sh:value." """
    return site.failing("Class", lambda v: not isinstance(v, Literal) and cls in site.run.classes.types(v))


def datatype(site: Site, datatype: Node) -> list[OracleResult]:
    """4.1.2: "For each value node that is not a literal, or is a literal with a datatype that does not match $datatype,
    there is a validation result with the value node as sh:value. The datatype of a literal is determined following the
    datatype function of SPARQL 1.1. A literal matches a datatype if the literal's datatype has the same IRI and, for
    the datatypes supported by SPARQL 1.1, is not an ill-typed literal." """

    def holds(value: Node) -> bool:
        if not isinstance(value, Literal) or xsd.datatype_of(value) != str(datatype):
            return False
        if str(datatype) == xsd.RDF_LANG_STRING:
            return bool(value.language)  # "a"^^rdf:langString is not even a literal of RDF 1.1 (3.3)
        return xsd.is_well_formed(str(value), str(datatype))

    return site.failing("Datatype", holds)


def node_kind(site: Site, kind: Node) -> list[OracleResult]:
    """4.1.3: "For each value node that does not match $nodeKind, there is a validation result with the value node as
    sh:value. Any IRI matches only sh:IRI, sh:BlankNodeOrIRI and sh:IRIOrLiteral. Any blank node matches only
    sh:BlankNode, sh:BlankNodeOrIRI and sh:BlankNodeOrLiteral. Any literal matches only sh:Literal,
    sh:BlankNodeOrLiteral and sh:IRIOrLiteral." """
    kinds = {
        URIRef: {SH.IRI, SH.BlankNodeOrIRI, SH.IRIOrLiteral},
        BNode: {SH.BlankNode, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral},
        Literal: {SH.Literal, SH.BlankNodeOrLiteral, SH.IRIOrLiteral},
    }
    return site.failing("NodeKind", lambda v: kind in kinds[type(v)])


# --------------------------------------------------------------------------- 4.2 cardinality


def min_count(site: Site, count: Node) -> list[OracleResult]:
    """4.2.1: "If the number of value nodes is less than $minCount, there is a validation result." """
    site.only_on_property_shapes("sh:minCount")
    return [site.result("MinCount")] if len(site.value_nodes) < _integer(count) else []


def max_count(site: Site, count: Node) -> list[OracleResult]:
    """4.2.2: "If the number of value nodes is greater than $maxCount, there is a validation result." """
    site.only_on_property_shapes("sh:maxCount")
    return [site.result("MaxCount")] if len(site.value_nodes) > _integer(count) else []


# --------------------------------------------------------------------------- 4.3 value range


def min_exclusive(site: Site, bound: Node) -> list[OracleResult]:
    """4.3.1: "For each value node v where the SPARQL expression $minExclusive < v does not return true, there is a
    validation result with v as sh:value." """
    return site.failing("MinExclusive", lambda v: isinstance(v, Literal) and xsd.less_than(bound, v))


def min_inclusive(site: Site, bound: Node) -> list[OracleResult]:
    """4.3.2: "For each value node v where the SPARQL expression $minInclusive <= v does not return true, there is a
    validation result with v as sh:value." """
    return site.failing("MinInclusive", lambda v: isinstance(v, Literal) and xsd.less_than_or_equal(bound, v))


def max_exclusive(site: Site, bound: Node) -> list[OracleResult]:
    """4.3.3: "For each value node v where the SPARQL expression $maxExclusive > v does not return true, there is a
    validation result with v as sh:value." """
    return site.failing("MaxExclusive", lambda v: isinstance(v, Literal) and xsd.less_than(v, bound))


def max_inclusive(site: Site, bound: Node) -> list[OracleResult]:
    """4.3.4: "For each value node v where the SPARQL expression $maxInclusive >= v does not return true, there is a
    validation result with v as sh:value." """
    return site.failing("MaxInclusive", lambda v: isinstance(v, Literal) and xsd.less_than_or_equal(v, bound))


# --------------------------------------------------------------------------- 4.4 strings


def min_length(site: Site, length: Node) -> list[OracleResult]:
    """4.4.1: "For each value node v where the length (as defined by the SPARQL STRLEN function) of the string
    representation of v (as defined by the SPARQL str function) is less than $minLength, or where v is a blank node,
    there is a validation result with v as sh:value." """
    return site.failing("MinLength", lambda v: not isinstance(v, BNode) and len(str(v)) >= _integer(length))


def max_length(site: Site, length: Node) -> list[OracleResult]:
    """4.4.2: "... is greater than $maxLength, or where v is a blank node, there is a validation result with v as
    sh:value." """
    return site.failing("MaxLength", lambda v: not isinstance(v, BNode) and len(str(v)) <= _integer(length))


def pattern(site: Site, pattern: Node) -> list[OracleResult]:
    """4.4.3: "For each value node that is a blank node or where the string representation (as defined by the SPARQL str
    function) does not match the regular expression $pattern (as defined by the SPARQL REGEX function), there is a
    validation result with the value node as sh:value. If $flags has a value then the matching MUST interpret it as the
    3-argument version of the SPARQL REGEX function." """
    flags = str(site.parameter(SH.flags) or "")
    return site.failing("Pattern", lambda v: not isinstance(v, BNode) and patterns.matches(str(v), str(pattern), flags))


def language_in(site: Site, languages: Node) -> list[OracleResult]:
    """4.4.4: "For each value node that is either not a literal or that does not have a language tag matching any of the
    basic language ranges that are the members of $languageIn following the filtering schema defined by the SPARQL
    langMatches function, there is a validation result with the value node as sh:value." """
    ranges = [str(language) for language in items(site.run.shapes, languages)]
    return site.failing(
        "LanguageIn", lambda v: isinstance(v, Literal) and any(_lang_matches(v.language or "", r) for r in ranges)
    )


def _lang_matches(tag: str, range_: str) -> bool:
    """RFC 4647, 3.3.1, basic filtering: "if it exactly equals the tag, or if it exactly equals a prefix of the tag such
    that the first character following the prefix is '-'"; "*" matches any tag (SPARQL: any that is not empty)."""
    tag, range_ = tag.lower(), range_.lower()
    return tag != "" and (range_ == "*" or tag == range_ or tag.startswith(range_ + "-"))


def unique_lang(site: Site, unique: Node) -> list[OracleResult]:
    """4.4.5: "If $uniqueLang is true then for each non-empty language tag that is used by at least two value nodes,
    there is a validation result."

    The SPARQL definition asks for ``sameTerm($uniqueLang, true)``: "1"^^xsd:boolean is not that (uniqueLang-002).
    """
    site.only_on_property_shapes("sh:uniqueLang")
    if unique != TRUE:
        return []
    tags = [v.language.lower() for v in site.value_nodes if isinstance(v, Literal) and v.language]
    return [site.result("UniqueLang") for tag in sorted(set(tags)) if tags.count(tag) > 1]


# --------------------------------------------------------------------------- 4.5 property pairs


def equals(site: Site, other: Node) -> list[OracleResult]:
    """4.5.1: "For each value node that does not exist as a value of the property $equals at the focus node, there is a
    validation result with the value node as sh:value. For each value of the property $equals at the focus node that is
    not one of the value nodes, there is a validation result with the value as sh:value." """
    mine, theirs = site.value_nodes, site.others(other)
    only_mine = [v for v in mine if v not in theirs]
    only_theirs = [v for v in theirs if v not in mine]
    return [site.result("Equals", v) for v in only_mine + only_theirs]


def disjoint(site: Site, other: Node) -> list[OracleResult]:
    """4.5.2: "For each value node that also exists as a value of the property $disjoint at the focus node, there is a
    validation result with the value node as sh:value." """
    return site.failing("Disjoint", lambda v: v not in site.others(other))


def less_than(site: Site, other: Node) -> list[OracleResult]:
    """4.5.3: "For each pair of value nodes and the values of the property $lessThan at the given focus node where the
    first value is not less than the second value (based on SPARQL's < operator) or where the two values cannot be
    compared, there is a validation result with the value node as sh:value."

    So a value node that fails against two values is reported twice (test lessThan-002).
    """
    site.only_on_property_shapes("sh:lessThan")
    return _pairs(site, other, "LessThan", xsd.less_than)


def less_than_or_equals(site: Site, other: Node) -> list[OracleResult]:
    """4.5.4: "... where the first value is not less than or equal to the second value (based on SPARQL's <= operator)
    or where the two values cannot be compared, there is a validation result with the value node as sh:value." """
    site.only_on_property_shapes("sh:lessThanOrEquals")
    return _pairs(site, other, "LessThanOrEquals", xsd.less_than_or_equal)


def _pairs(site: Site, other: Node, component: str, holds: Callable[[Literal, Literal], bool]) -> list[OracleResult]:
    return [
        site.result(component, v)
        for v in site.value_nodes
        for w in site.others(other)
        if not (isinstance(v, Literal) and isinstance(w, Literal) and holds(v, w))
    ]


# --------------------------------------------------------------------------- 4.6 logic


def not_(site: Site, shape: Node) -> list[OracleResult]:
    """4.6.1: "For each value node v: ... if v conforms to the shape $not, there is a validation result with v as
    sh:value." """
    return site.failing("Not", lambda v: not site.run.conforms(shape, v))


def and_(site: Site, shapes: Node) -> list[OracleResult]:
    """4.6.2: "For each value node v: ... if v does not conform to each member of $and, there is a validation result
    with v as sh:value." """
    members = items(site.run.shapes, shapes)
    return site.failing("And", lambda v: all(site.run.conforms(member, v) for member in members))


def or_(site: Site, shapes: Node) -> list[OracleResult]:
    """4.6.3: "For each value node v: ... if v conforms to none of the members of $or there is a validation result with
    v as sh:value." """
    members = items(site.run.shapes, shapes)
    return site.failing("Or", lambda v: any(site.run.conforms(member, v) for member in members))


def xone(site: Site, shapes: Node) -> list[OracleResult]:
    """4.6.4: "For each value node v let N be the number of the shapes that are members of $xone where v conforms to the
    shape. ... if N is not exactly 1, there is a validation result with v as sh:value." """
    members = items(site.run.shapes, shapes)
    return site.failing("Xone", lambda v: sum(site.run.conforms(member, v) for member in members) == 1)


# --------------------------------------------------------------------------- 4.7 shapes


def node(site: Site, shape: Node) -> list[OracleResult]:
    """4.7.1: "For each value node v: ... if v does not conform to $node, there is a validation result with v as
    sh:value." """
    return site.failing("Node", lambda v: site.run.conforms(shape, v))


def property_(site: Site, shape: Node) -> list[OracleResult]:
    """4.7.2: "For each value node v: ... the validation results are the results of validating v as focus node against
    the property shape $property." """
    if not site.run.shapes.objects(shape, SH.path):
        raise IllFormed(f"{shape!r} is a value of sh:property and has no sh:path")
    return [result for v in site.value_nodes for result in site.run(shape, v)]


def qualified_min_count(site: Site, count: Node) -> list[OracleResult]:
    """4.7.3: "Let C be the number of value nodes v where v conforms to $qualifiedValueShape and where v does not
    conform to any of the sibling shapes for the current shape ... there is a validation result if C is less than
    $qualifiedMinCount." """
    counted = _qualified(site)
    return [] if counted is None or counted >= _integer(count) else [site.result("QualifiedMinCount")]


def qualified_max_count(site: Site, count: Node) -> list[OracleResult]:
    """4.7.3: "Let C be as defined for sh:qualifiedMinCount above. ... there is a validation result if C is greater than
    $qualifiedMaxCount." """
    counted = _qualified(site)
    return [] if counted is None or counted <= _integer(count) else [site.result("QualifiedMaxCount")]


def _qualified(site: Site) -> int | None:
    shape = site.parameter(SH.qualifiedValueShape)
    if shape is None:
        return None  # a mandatory parameter is missing, so the shape declares no such constraint (node/qualified-001)
    site.only_on_property_shapes("sh:qualifiedValueShape")
    siblings = _siblings(site, shape)
    return sum(
        site.run.conforms(shape, v) and not any(site.run.conforms(sibling, v) for sibling in siblings)
        for v in site.value_nodes
    )


def _siblings(site: Site, own: Node) -> set[Node]:
    """4.7.3: "Let Q be a shape in shapes graph G that declares a qualified cardinality constraint ... Let ps be the set
    of shapes in G that have Q as a value of sh:property. If Q has true as a value for sh:qualifiedValueShapesDisjoint
    then the set of sibling shapes for Q is defined as the set of all values of the SPARQL property path
    sh:property/sh:qualifiedValueShape for any shape in ps minus the value of sh:qualifiedValueShape of Q itself. The
    set of sibling shapes is empty otherwise." """
    if site.parameter(SH.qualifiedValueShapesDisjoint) != TRUE:
        return set()
    graph = site.run.shapes
    parents = graph.subjects(SH.property, site.shape)
    properties = [shape for parent in parents for shape in graph.objects(parent, SH.property)]
    return {shape for each in properties for shape in graph.objects(each, SH.qualifiedValueShape)} - {own}


# --------------------------------------------------------------------------- 4.8 other


def closed(site: Site, closed: Node) -> list[OracleResult]:
    """4.8.1: "If $closed is true then there is a validation result for each triple that has a value node as its subject
    and a predicate that is not explicitly enumerated as a value of sh:path in any of the property shapes declared via
    sh:property at the current shape. If $ignoredProperties has a value then the properties enumerated as members of
    this SHACL list are also permitted for the value node. The validation result MUST have the predicate of the triple
    as its sh:resultPath, and the object of the triple as its sh:value." """
    if closed != TRUE:
        return []
    graph = site.run.shapes
    allowed = {path for p in graph.objects(site.shape, SH.property) for path in graph.objects(p, SH.path)}
    ignored = site.parameter(SH.ignoredProperties)
    if ignored is not None:
        allowed.update(items(graph, ignored))
    return [
        site.result("Closed", value=obj, path=f"<{predicate}>")
        for v in site.value_nodes
        for predicate, obj in site.run.data.about(v)
        if predicate not in allowed
    ]


def has_value(site: Site, value: Node) -> list[OracleResult]:
    """4.8.2: "If the RDF term $hasValue is not among the value nodes, there is a validation result." """
    return [] if value in site.value_nodes else [site.result("HasValue")]


def in_(site: Site, members: Node) -> list[OracleResult]:
    """4.8.3: "For each value node that is not a member of $in, there is a validation result with the value node as
    sh:value." """
    allowed = items(site.run.shapes, members)
    return site.failing("In", lambda v: v in allowed)


COMPONENTS: dict[URIRef, Callable[[Site, Node], list[OracleResult]]] = {
    SH["class"]: class_,
    SH.datatype: datatype,
    SH.nodeKind: node_kind,
    SH.minCount: min_count,
    SH.maxCount: max_count,
    SH.minExclusive: min_exclusive,
    SH.minInclusive: min_inclusive,
    SH.maxExclusive: max_exclusive,
    SH.maxInclusive: max_inclusive,
    SH.minLength: min_length,
    SH.maxLength: max_length,
    SH.pattern: pattern,
    SH.languageIn: language_in,
    SH.uniqueLang: unique_lang,
    SH.equals: equals,
    SH.disjoint: disjoint,
    SH.lessThan: less_than,
    SH.lessThanOrEquals: less_than_or_equals,
    SH["not"]: not_,
    SH["and"]: and_,
    SH["or"]: or_,
    SH.xone: xone,
    SH.node: node,
    SH.property: property_,
    SH.qualifiedMinCount: qualified_min_count,
    SH.qualifiedMaxCount: qualified_max_count,
    SH.closed: closed,
    SH.hasValue: has_value,
    SH["in"]: in_,
}
"""Parameter → component. The parameters that only accompany another one (sh:flags, sh:ignoredProperties, ...) are read
by the function of that one. A shape declares one constraint for each value of its parameter."""
