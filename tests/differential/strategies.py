"""Random shapes and random data over one small vocabulary, so that they hit each other often.

`cases(profile)` draws a `Case`: shapes, data and ontology as lists of triples, to be had as rdflib Graphs and as
N-Triples (which is Turtle). A `Profile` says what may occur: ``FULL`` is all of SHACL Core, others leave out what a
validator under comparison is known to do differently. No shape refers to itself, and no shapes graph is ill-formed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from tests.differential.literals import (
    DATE_TIMES,
    EVERY_DATATYPE,
    LANGUAGE_RANGES,
    LANGUAGES,
    NUMBERS,
    PATTERNS,
    STRINGS,
    THEMES,
    literal,
)
from tests.reference.paths import SH

Triple = tuple[Node, Node, Node]
V = "http://example.org/v#"

PREDICATES = [URIRef(f"{V}p{i}") for i in range(5)]
CLASSES = [URIRef(f"{V}C{i}") for i in range(4)]
NODES = [URIRef(f"{V}n{i}") for i in range(7)] + [URIRef("urn:é:😀")]
BLANKS = [BNode(f"b{i}") for i in range(3)]
SEVERITIES = [SH.Violation, SH.Warning, SH.Info, URIRef(V + "Grave")]
MESSAGES = [literal("wrong"), literal("wrong", "en"), literal('fal"sch\n{$this} \\ 😀', "de"), literal("", "fr")]
NODE_KINDS = [SH.IRI, SH.BlankNode, SH.Literal, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral]
TRUE, FALSE = literal("true", XSD.boolean), literal("false", XSD.boolean)

NODE_COMPONENTS = [
    *("class", "datatype", "nodeKind", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive"),
    *("minLength", "maxLength", "pattern", "languageIn", "equals", "disjoint", "not", "and", "or", "xone"),
    *("node", "property", "property", "siblings", "closed", "hasValue", "in"),
]
PROPERTY_COMPONENTS = [
    *NODE_COMPONENTS,
    *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualified"),
]


@dataclass(frozen=True)
class Profile:
    """What may occur."""

    themes: tuple[tuple[Literal, ...], ...] = tuple(THEMES.values())
    range_themes: tuple[tuple[Literal, ...], ...] | None = None
    """If given: components that compare values are drawn only with one of these."""
    components: frozenset[str] = frozenset(PROPERTY_COMPONENTS)
    datatypes: tuple[URIRef, ...] = EVERY_DATATYPE
    patterns: tuple[tuple[str, str], ...] = PATTERNS
    language_ranges: tuple[str, ...] = LANGUAGE_RANGES
    inverse_of_sequence: bool = True
    odd_classes: bool = True
    """A shape that is an owl:Class, or a class and not declared to be a node shape."""
    rdfs_resource: bool = True
    odd_booleans: bool = True
    """sh:uniqueLang "1"^^xsd:boolean."""
    ontology: bool = True
    min_length: int = 0
    resources: bool = True
    """Values of properties may be IRIs and blank nodes."""
    walking_paths: bool = True
    """Other paths than predicates."""
    predicates: tuple[URIRef, ...] = tuple(PREDICATES)
    crowded: bool = False
    """Two subjects with many values each."""
    most_components: int = 3
    """Of one shape."""


FULL = Profile()
CROWDED = Profile(
    themes=(LANGUAGES, LANGUAGES, LANGUAGES, NUMBERS, DATE_TIMES, STRINGS[:8]),
    components=frozenset(
        [
            "uniqueLang",
            "disjoint",
            "equals",
            "lessThan",
            "lessThanOrEquals",
            "maxCount",
            "qualified",
            "siblings",
            "property",
            "datatype",
            "languageIn",
            "nodeKind",
            "closed",
        ]
    ),
    predicates=tuple(PREDICATES[:2]),
    crowded=True,
    walking_paths=False,
)
"""For the constraints that only several values at one node can break."""


DENSE = Profile(
    components=frozenset(PROPERTY_COMPONENTS) - {"closed", "equals"},
    most_components=9,
    predicates=tuple(PREDICATES[:3]),
)
"""Many checks of the same values, which have something to do with each other."""


@dataclass(frozen=True)
class Case:
    shapes: tuple[Triple, ...]
    data: tuple[Triple, ...]
    ontology: tuple[Triple, ...]

    def graphs(self) -> tuple[Graph, Graph, Graph]:
        """Fresh graphs: data, shapes, ontology."""
        return to_graph(self.data), to_graph(self.shapes), to_graph(self.ontology)

    def __repr__(self) -> str:
        parts = {"shapes": self.shapes, "data": self.data, "ontology": self.ontology}
        return "Case:\n" + "".join(f"--- {name}\n{to_ntriples(triples)}" for name, triples in parts.items())

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        """What Hypothesis prints of a failing case: Turtle to be pasted."""
        printer.text(repr(self))


def to_graph(triples: Sequence[Triple]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def to_ntriples(triples: Sequence[Triple]) -> str:
    """Sorted N-Triples without any normalisation."""
    return "".join(sorted({" ".join(map(_nt, triple)) + " .\n" for triple in triples}))


def _nt(term: Node) -> str:
    if isinstance(term, BNode):
        return f"_:{term}"
    if isinstance(term, URIRef):
        return f"<{term}>"
    assert isinstance(term, Literal)
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    text = '"' + "".join(escapes.get(c, c) for c in term) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return f"{text}^^<{term.datatype}>" if term.datatype else text


@st.composite
def cases(draw: st.DrawFn, profile: Profile = FULL) -> Case:
    theme = draw(st.sampled_from(profile.themes))
    ranged = profile.range_themes is None or theme in profile.range_themes
    components = profile.components if ranged else profile.components - RANGE_COMPONENTS
    shapes = ShapesBuilder(draw, profile, theme, components)
    for _ in range(draw(st.integers(1, 3))):
        shapes.top_level()
    data = draw(data_of(profile, theme))
    ontology = draw(st.lists(_subclass, max_size=3)) if profile.ontology else []
    return Case(tuple(shapes.triples), tuple(data), tuple(ontology))


RANGE_COMPONENTS = frozenset(
    ["minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "lessThan", "lessThanOrEquals"]
)

_subclass = st.tuples(st.sampled_from(CLASSES), st.just(RDFS.subClassOf), st.sampled_from(CLASSES))


@st.composite
def data_of(draw: st.DrawFn, profile: Profile, theme: tuple[Literal, ...]) -> list[Triple]:
    few, many = [NODES[0], BLANKS[0]], [*NODES[:4], *NODES, *BLANKS]
    subjects = st.sampled_from(few if profile.crowded else draw(st.sampled_from([many, few])))
    predicates = st.sampled_from(draw(st.sampled_from([profile.predicates, profile.predicates[:2]])))
    resources = st.sampled_from([*NODES, *BLANKS] if profile.resources else theme)
    objects = st.one_of(st.sampled_from(theme), st.sampled_from(theme), resources)
    triple = st.tuples(subjects, predicates, objects)
    classes = [*CLASSES, RDFS.Resource] if profile.rdfs_resource else CLASSES
    type_ = st.tuples(subjects, st.just(RDF.type), st.sampled_from(classes))
    return (
        draw(st.lists(triple, min_size=draw(st.sampled_from([1, 8, 16, 24][2 * profile.crowded :])), max_size=30))
        + draw(st.lists(type_, min_size=draw(st.sampled_from([0, 3])), max_size=6))
        + draw(st.lists(_subclass, max_size=2))
    )


@dataclass
class ShapesBuilder:
    """Makes one shapes graph. A shape may refer to shapes that are finished, so that none is recursive."""

    draw: st.DrawFn
    profile: Profile
    theme: tuple[Literal, ...]
    components: frozenset[str]
    triples: list[Triple] = field(default_factory=list)
    node_shapes: list[Node] = field(default_factory=list)
    property_shapes: list[Node] = field(default_factory=list)
    classes_left: list[URIRef] = field(default_factory=lambda: list(CLASSES))
    names: int = 0

    # ------------------------------------------------------------------- drawing

    def pick(self, options: Sequence[Node]) -> Node:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        """False is what Hypothesis shrinks to."""
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def count(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def add(self, subject: Node, predicate: Node, obj: Node) -> None:
        self.triples.append((subject, predicate, obj))

    def name(self, *, blank: bool) -> Node:
        self.names += 1
        return BNode(f"s{self.names}") if blank else URIRef(f"{V}S{self.names}")

    def list_of(self, members: Sequence[Node]) -> Node:
        head: Node = RDF.nil
        for member in reversed(members):
            cell = self.name(blank=True)
            self.add(cell, RDF.first, member)
            self.add(cell, RDF.rest, head)
            head = cell
        return head

    def value(self) -> Node:
        return self.pick([*self.theme, *self.theme, *NODES])

    # ------------------------------------------------------------------- shapes

    def top_level(self) -> None:
        node = self.pick(self.classes_left) if self.classes_left and self.chance(5) else None
        if node is not None:
            self.classes_left.remove(node)
        path = node is None and (self.profile.crowded or self.chance(3))
        shape = self.shape(depth=2, is_property=path, node=node)
        if node is not None:
            self._implicit_class_target(shape)
        for _ in range(self.count(0 if node is not None else 1, 2)):
            self._target(shape)

    def _implicit_class_target(self, shape: Node) -> None:
        kind = self.count(0, 3 if self.profile.odd_classes else 1)
        self.add(shape, RDF.type, OWL.Class if kind == 2 else RDFS.Class if kind != 1 else URIRef(V + "Meta"))
        if kind == 1:
            self.add(URIRef(V + "Meta"), RDFS.subClassOf, RDFS.Class)
        if kind != 3:
            self.add(shape, RDF.type, SH.NodeShape)

    def _target(self, shape: Node) -> None:
        kind = 0 if self.profile.crowded else self.count(0, 3)
        if kind == 0:
            self.add(shape, SH.targetSubjectsOf, self.pick(self.profile.predicates))
        elif kind == 1:
            self.add(shape, SH.targetObjectsOf, self.pick(self.profile.predicates))
        elif kind == 2:
            self.add(shape, SH.targetClass, self.pick(CLASSES))
        else:
            self.add(shape, SH.targetNode, self.value())

    def shape(self, depth: int, *, is_property: bool, node: Node | None = None) -> Node:
        shape = node or self.name(blank=self.chance(2))
        if is_property:
            self.add(shape, SH.path, self.path(2))
        possible = [c for c in NODE_COMPONENTS if c in self.components]
        if is_property:  # as often one of the few that only property shapes can have
            own = [c for c in PROPERTY_COMPONENTS[len(NODE_COMPONENTS) :] if c in self.components]
            possible += own * max(1, len(possible) // (2 * len(own)))
        if depth == 0:
            possible = [c for c in possible if c not in _NESTED]
        for name in dict.fromkeys(self.pick(possible) for _ in range(self.count(1, self.profile.most_components))):
            _COMPONENTS[name](self, shape, depth)
        if self.chance(3):
            self.add(shape, RDF.type, SH.PropertyShape if is_property else SH.NodeShape)
        if self.chance(4):
            self.add(shape, SH.severity, self.pick(SEVERITIES))
        if self.chance(4):
            for message in self.draw(st.lists(st.sampled_from(MESSAGES), max_size=2, unique=True)):
                self.add(shape, SH.message, message)
        if self.chance(12):
            self.add(shape, SH.deactivated, self.pick([TRUE, TRUE, FALSE]))
        (self.property_shapes if is_property else self.node_shapes).append(shape)
        return shape

    def component(self, shape: Node, possible: Sequence[str]) -> None:
        """One more, of those that the shape does not have yet: most may be there once."""
        has = {str(p).partition("#")[2] for s, p, _ in self.triples if s == shape}
        left = [name for name in possible if name not in has]
        if left:
            _COMPONENTS[self.draw(st.sampled_from(left))](self, shape, 0)

    def other(self, depth: int, *, is_property: bool) -> Node:
        """A shape to refer to: a new one, sometimes one that is already there."""
        finished = self.property_shapes if is_property else self.node_shapes
        if finished and self.chance(4):
            return self.pick(finished)
        return self.shape(depth - 1, is_property=is_property)

    def any_shape(self, depth: int) -> Node:
        return self.other(depth, is_property=self.chance(3))

    # ------------------------------------------------------------------- paths

    def path(self, depth: int, *, no_sequence: bool = False) -> Node:
        kind = self.count(0, 9) if depth and self.profile.walking_paths else 0
        if kind < 5:
            return self.pick(self.profile.predicates)
        if kind == 5 and not no_sequence:
            return self.list_of([self.path(depth - 1, no_sequence=no_sequence) for _ in range(self.count(2, 3))])
        node = self.name(blank=True)
        if kind in (5, 6):
            members = [self.path(depth - 1, no_sequence=no_sequence) for _ in range(self.count(2, 3))]
            self.add(node, SH.alternativePath, self.list_of(members))
        elif kind == 7:
            inner = self.path(depth - 1, no_sequence=no_sequence or not self.profile.inverse_of_sequence)
            self.add(node, SH.inversePath, inner)
        else:
            predicate = self.pick([SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath])
            self.add(node, predicate, self.path(depth - 1, no_sequence=no_sequence))
        return node

    # ------------------------------------------------------------------- components

    def simple(self, shape: Node, name: str, options: Sequence[Node], most: int = 1) -> None:
        for _ in range(self.count(1, most)):
            self.add(shape, SH[name], self.pick(options))

    def integer(self, shape: Node, name: str, high: int, low: int = 0) -> None:
        self.add(shape, SH[name], literal(str(self.count(low, high)), XSD.integer))

    def pattern(self, shape: Node) -> None:
        pattern, flags = self.draw(st.sampled_from(self.profile.patterns))
        self.add(shape, SH.pattern, literal(pattern))
        if flags:
            self.add(shape, SH.flags, literal(flags))

    def languages(self, shape: Node) -> None:
        ranges = self.draw(st.lists(st.sampled_from(self.profile.language_ranges), max_size=3, unique=True))
        self.add(shape, SH.languageIn, self.list_of([literal(r) for r in ranges]))

    def in_list(self, shape: Node) -> None:
        self.add(shape, SH["in"], self.list_of([self.value() for _ in range(self.count(0, 4))]))

    def has_values(self, shape: Node) -> None:
        for _ in range(self.count(1, 2)):
            self.add(shape, SH.hasValue, self.value())

    def logic(self, shape: Node, name: str, depth: int) -> None:
        members = [self.any_shape(depth) for _ in range(self.count(1, 3))]
        self.add(shape, SH[name], self.list_of(members))

    def closed(self, shape: Node) -> None:
        self.add(shape, SH.closed, self.pick([TRUE, TRUE, TRUE, FALSE]))
        if self.chance(2):
            ignored = self.draw(st.lists(st.sampled_from([RDF.type, *PREDICATES]), max_size=3, unique=True))
            self.add(shape, SH.ignoredProperties, self.list_of(ignored))

    def qualified(self, shape: Node, depth: int) -> None:
        self.add(shape, SH.qualifiedValueShape, self.any_shape(depth))
        which = self.count(0, 2)
        if which != 1:
            self.integer(shape, "qualifiedMinCount", 2)
        if which != 0:
            self.integer(shape, "qualifiedMaxCount", 2)
        if self.chance(3):
            self.add(shape, SH.qualifiedValueShapesDisjoint, self.pick([TRUE, FALSE]))

    def siblings(self, shape: Node, depth: int) -> None:
        """Property shapes over one path, whose qualified shapes have to be disjoint."""
        path = self.pick(self.profile.predicates)
        for _ in range(2):
            each = self.name(blank=self.chance(2))
            self.add(each, SH.path, path)
            self.add(each, SH.qualifiedValueShapesDisjoint, TRUE)
            self.add(each, SH.qualifiedValueShape, self.any_shape(depth))
            self.integer(each, self.draw(st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"])), 2)
            self.add(shape, SH.property, each)


Component = Callable[[ShapesBuilder, Node, int], None]

_NESTED = frozenset(["not", "and", "or", "xone", "node", "property", "siblings", "qualified"])
_UNIQUE_LANG = [TRUE, TRUE, FALSE, literal("1", XSD.boolean)]

_COMPONENTS: dict[str, Component] = {
    "class": lambda b, s, _: b.simple(s, "class", CLASSES, most=2),
    "datatype": lambda b, s, _: b.simple(s, "datatype", b.profile.datatypes),
    "nodeKind": lambda b, s, _: b.simple(s, "nodeKind", NODE_KINDS),
    "minCount": lambda b, s, _: b.integer(s, "minCount", 3),
    "maxCount": lambda b, s, _: b.integer(s, "maxCount", 2),
    "minExclusive": lambda b, s, _: b.simple(s, "minExclusive", b.theme),
    "minInclusive": lambda b, s, _: b.simple(s, "minInclusive", b.theme),
    "maxExclusive": lambda b, s, _: b.simple(s, "maxExclusive", b.theme),
    "maxInclusive": lambda b, s, _: b.simple(s, "maxInclusive", b.theme),
    "minLength": lambda b, s, _: b.integer(s, "minLength", 6, b.profile.min_length),
    "maxLength": lambda b, s, _: b.integer(s, "maxLength", 24),
    "pattern": lambda b, s, _: b.pattern(s),
    "languageIn": lambda b, s, _: b.languages(s),
    "uniqueLang": lambda b, s, _: b.simple(
        s, "uniqueLang", _UNIQUE_LANG if b.profile.odd_booleans else _UNIQUE_LANG[:3]
    ),
    "equals": lambda b, s, _: b.simple(s, "equals", b.profile.predicates, most=2),
    "disjoint": lambda b, s, _: b.simple(s, "disjoint", b.profile.predicates, most=2),
    "lessThan": lambda b, s, _: b.simple(s, "lessThan", b.profile.predicates, most=2),
    "lessThanOrEquals": lambda b, s, _: b.simple(s, "lessThanOrEquals", b.profile.predicates, most=2),
    "not": lambda b, s, depth: b.add(s, SH["not"], b.any_shape(depth)),
    "and": lambda b, s, depth: b.logic(s, "and", depth),
    "or": lambda b, s, depth: b.logic(s, "or", depth),
    "xone": lambda b, s, depth: b.logic(s, "xone", depth),
    "node": lambda b, s, depth: b.add(s, SH.node, b.other(depth, is_property=False)),
    "property": lambda b, s, depth: b.add(s, SH.property, b.other(depth, is_property=True)),
    "siblings": lambda b, s, depth: b.siblings(s, depth),
    "qualified": lambda b, s, depth: b.qualified(s, depth),
    "closed": lambda b, s, _: b.closed(s),
    "hasValue": lambda b, s, _: b.has_values(s),
    "in": lambda b, s, _: b.in_list(s),
}
