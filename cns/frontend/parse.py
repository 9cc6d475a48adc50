"""Shapes graph → AST: finds the shapes (SHACL §2.1), reads each, and puts them in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterable

from cns.errors import ShapeError
from cns.frontend import rules
from cns.frontend.advanced import find_unsupported, ignored, refuse
from cns.frontend.constraints import (
    PARAMETERS,
    SHAPE_LIST_PARAMETERS,
    SHAPE_PARAMETERS,
    check_references,
    read_constraints,
    shapes_of,
)
from cns.frontend.labels import Labels
from cns.frontend.load import Sources
from cns.frontend.paths import SH_PATH, read_path
from cns.frontend.rules import ShapeView, rule_url
from cns.frontend.spelling import unknown_terms
from cns.frontend.triples import MalformedList, TripleIndex
from cns.frontend.vocabulary import TARGETS
from cns.shapes import (
    Path,
    Shape,
    ShapesAst,
    Target,
    TargetClass,
    TargetNode,
    TargetObjectsOf,
    TargetSubjectsOf,
)
from cns.terms import BlankNode, Iri, Literal, Node, Term
from cns.vocab import NOTHING_TO_CHECK, OWL_CLASS, RDF_TYPE, RDFS_CLASS, RDFS_SUB_CLASS_OF, SH_VIOLATION, XSD_NS, sh

_SH_NODE_SHAPE, _SH_PROPERTY_SHAPE = sh("NodeShape"), sh("PropertyShape")
_SH_MESSAGE, _SH_SEVERITY, _SH_DEACTIVATED = sh("message"), sh("severity"), sh("deactivated")
_SH_TARGET_NODE, _SH_TARGET_CLASS = sh("targetNode"), sh("targetClass")
_SH_TARGET_SUBJECTS_OF, _SH_TARGET_OBJECTS_OF = sh("targetSubjectsOf"), sh("targetObjectsOf")
_MAKES_A_SHAPE = frozenset(PARAMETERS) | TARGETS


def parse(sources: Sources, *, ignore_unsupported: bool = False) -> ShapesAst:
    """The AST of all shapes, or a ShapeError for the first ill-formed one."""
    index = sources.shapes
    warnings: dict[str, None] = dict.fromkeys(sources.warnings)
    labels = Labels(index, sources.prefixes)
    reader = _ShapesReader(index, labels, warnings)
    _see_to_unsupported(index, labels, reader.nodes, warnings, ignore=ignore_unsupported)
    warnings.update(dict.fromkeys(unknown_terms(index, labels)))
    shapes = _ordered(reader.read())
    if not shapes:
        warnings["no shapes found"] = None
    return ShapesAst(
        shapes=shapes,
        sub_classes=_sub_classes(sources.ontology),
        nothing_to_check=_nothing_to_check(sources.ontology),
        prefixes=sources.prefixes,
        warnings=tuple(warnings),
    )


class _ShapesReader:
    """Reads all shapes of one shapes graph."""

    def __init__(self, index: TripleIndex, labels: Labels, warnings: dict[str, None]) -> None:
        self._index = index
        self._labels = labels
        self._warnings = warnings
        self._node_shapes = index.instances(_SH_NODE_SHAPE)
        self._property_shapes = index.instances(_SH_PROPERTY_SHAPE)
        self._classes = index.instances(RDFS_CLASS)
        self._declared = self._node_shapes | self._property_shapes
        self.nodes = find_shapes(index, self._declared)

    def read(self) -> dict[Node, Shape]:
        with_path = {node for node in self.nodes if SH_PATH in self._index.properties(node)}
        return {node: self._shape(node, with_path) for node in self.nodes}

    def _shape(self, node: Node, with_path: set[Node]) -> Shape:
        view = ShapeView(self._index, self._labels, node, self._warn)
        is_property = node in with_path
        path = self._path(view) if is_property else None
        if not view.properties:
            self._warn(f"{self._labels(node)} is used as a shape, but nothing is said about it: everything conforms")
        elif path is None and node in self._property_shapes:
            raise _without_path(view)
        constraints = read_constraints(view, is_property=is_property)
        check_references(view, constraints, with_path)
        severity = view.single(_SH_SEVERITY, "severity-maxCount")
        return Shape(
            node=node,
            path=path,
            targets=tuple(self._targets(view)),
            constraints=constraints,
            severity=SH_VIOLATION if severity is None else rules.iri(view, _SH_SEVERITY, severity),
            messages=tuple(rules.message(view, value) for value in view.values(_SH_MESSAGE)),
            deactivated=rules.switch(view, _SH_DEACTIVATED, "deactivated-maxCount", only_plain=True),
            where=view.own_place(),
            source_text=self._labels(node),
        )

    def _path(self, view: ShapeView) -> Path | None:
        if view.node in self._node_shapes:
            raise view.error(
                "CNS215",
                "a shape that is declared an sh:NodeShape has an sh:path",
                SH_PATH,
                rule_url("NodeShape-path-maxCount"),
                "make it an sh:PropertyShape, or take the sh:path away",
            )
        value = view.single(SH_PATH, "path-maxCount")
        return None if value is None else read_path(view, value)

    def _targets(self, view: ShapeView) -> Iterable[Target]:
        properties = view.properties
        for value in properties.get(_SH_TARGET_NODE, ()):
            yield TargetNode(_target_node(view, value))
        for value in properties.get(_SH_TARGET_CLASS, ()):
            yield TargetClass(rules.iri(view, _SH_TARGET_CLASS, value))
        if view.node in self._classes and view.node in self._declared:
            yield TargetClass(_implicit_class(view), implicit=True)
        elif _SH_TARGET_CLASS not in properties:
            self._warn_of_almost_implicit_target(view)
        for value in properties.get(_SH_TARGET_SUBJECTS_OF, ()):
            yield TargetSubjectsOf(rules.iri(view, _SH_TARGET_SUBJECTS_OF, value))
        for value in properties.get(_SH_TARGET_OBJECTS_OF, ()):
            yield TargetObjectsOf(rules.iri(view, _SH_TARGET_OBJECTS_OF, value))

    def _warn_of_almost_implicit_target(self, view: ShapeView) -> None:
        """§2.1.3.3 asks for two types, and pySHACL for less: who relies on that should know."""
        if view.node in self._classes:
            self._warn(
                f"{view.where()}: a class is a target of itself only if it is declared a shape, and this one is not; "
                "add the type sh:NodeShape, or sh:targetClass"
            )
        elif OWL_CLASS in view.properties.get(RDF_TYPE, ()):
            self._warn(
                f"{view.where()}: an owl:Class is no target of itself unless the shapes graph says that owl:Class is "
                "an rdfs:Class (pySHACL takes that for granted); add the type rdfs:Class, or sh:targetClass"
            )

    def _warn(self, text: str) -> None:
        self._warnings[text] = None


def find_shapes(index: TripleIndex, typed: set[Node]) -> list[Node]:
    """All shapes by §2.1, in document order: typed ones, what has targets or parameters, what is used as a shape."""
    found: dict[Node, None] = {}
    for subject, properties in index.items():
        if subject in typed or not _MAKES_A_SHAPE.isdisjoint(properties):
            found[subject] = None
            for predicate in SHAPE_PARAMETERS:
                _note(found, properties.get(predicate, ()))
            for predicate in SHAPE_LIST_PARAMETERS:
                for head in properties.get(predicate, ()):
                    _note(found, _members(index, head))
    # The parameters that a constraint component declares look like shapes, and constrain nothing.
    declared = set(index.all_objects(sh("parameter")))
    return [node for node in found if node not in declared]


def _note(found: dict[Node, None], values: Iterable[Term]) -> None:
    for value in values:
        if not isinstance(value, Literal):
            found.setdefault(value)


def _members(index: TripleIndex, head: Term) -> tuple[Term, ...]:
    try:
        return index.list_items(head)
    except MalformedList:  # told when the shape that has the list is read
        return ()


def _ordered(shapes: dict[Node, Shape]) -> tuple[Shape, ...]:
    """Named shapes by IRI; then blank ones as they are met from there, depth first; then the rest as written."""
    named: list[Node] = sorted(node for node in shapes if isinstance(node, Iri))
    inner = {node: _blank_inner(shape) for node, shape in shapes.items()}
    blank = [node for node in shapes if isinstance(node, BlankNode)]
    contained = {child for children in inner.values() for child in children}
    outermost = [node for node in blank if node not in contained]
    met: dict[Node, None] = {}
    for start in (*named, *outermost, *blank):
        pending: list[Node] = [start]
        while pending:
            node = pending.pop()
            if node not in met:
                met[node] = None
                pending.extend(reversed(inner[node]))
    return tuple(shapes[node] for node in (*named, *(node for node in met if isinstance(node, BlankNode))))


def _blank_inner(shape: Shape) -> list[Node]:
    children = (child for constraint in shape.constraints for child in shapes_of(constraint))
    return [child for child in children if isinstance(child, BlankNode)]


def _sub_classes(ontology: TripleIndex) -> tuple[tuple[Node, Node], ...]:
    pairs = ontology.pairs(RDFS_SUB_CLASS_OF)
    return tuple(sorted((sub, sup) for sub, sup in pairs if not isinstance(sup, Literal)))


def _nothing_to_check(ontology: TripleIndex) -> tuple[Iri, ...]:
    marked = (node for node, value in ontology.pairs(NOTHING_TO_CHECK) if _is_true(value))
    return tuple(sorted({node for node in marked if isinstance(node, Iri)}))


def _is_true(value: Term) -> bool:
    return isinstance(value, Literal) and value.datatype == XSD_NS + "boolean" and value.lexical in ("true", "1")


def _see_to_unsupported(
    index: TripleIndex, labels: Labels, shapes: Iterable[Node], warnings: dict[str, None], *, ignore: bool
) -> None:
    found = find_unsupported(index, labels, frozenset(shapes))
    if found and not ignore:
        raise refuse(found)
    ignored(found, lambda text: warnings.update({text: None}))


def _target_node(view: ShapeView, value: Term) -> Term:
    if not isinstance(value, BlankNode):
        return value
    raise view.error(
        "CNS222",
        f"sh:targetNode is the blank node {view.labels(value)}, which no data can name",
        _SH_TARGET_NODE,
        rule_url("targetNode-nodeKind"),
        "give the node an IRI, or choose it by sh:targetClass, sh:targetSubjectsOf or sh:targetObjectsOf",
    )


def _implicit_class(view: ShapeView) -> Iri:
    if isinstance(view.node, Iri):
        return view.node
    raise view.error(
        "CNS221",
        "a blank node is both a shape and a class, and its instances could never be told",
        RDF_TYPE,
        rule_url("implicit-targetClass-nodeKind"),
        "give the shape an IRI, or take the type rdfs:Class away",
    )


def _without_path(view: ShapeView) -> ShapeError:
    return view.error(
        "CNS213",
        "a property shape has no sh:path",
        SH_PATH,
        rule_url("path-minCount"),
        "add sh:path, or make it an sh:NodeShape",
    )
