"""The AST: a shapes graph one to one as SHACL describes it, shapes referring to each other by node.

No meaning is decided here: no ids, no order of evaluation, no closure.
``frontend.parse`` makes it, ``ir.build`` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cns.errors import SourceRef
from cns.terms import Iri, Literal, Node, Term
from cns.vocab import sh

# --------------------------------------------------------------------------- paths


@dataclass(frozen=True, slots=True)
class PredicatePath:
    predicate: Iri


@dataclass(frozen=True, slots=True)
class InversePath:
    path: Path


@dataclass(frozen=True, slots=True)
class SequencePath:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class AlternativePath:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ZeroOrMorePath:
    path: Path


@dataclass(frozen=True, slots=True)
class OneOrMorePath:
    path: Path


@dataclass(frozen=True, slots=True)
class ZeroOrOnePath:
    path: Path


Path = PredicatePath | InversePath | SequencePath | AlternativePath | ZeroOrMorePath | OneOrMorePath | ZeroOrOnePath

# --------------------------------------------------------------------------- targets


@dataclass(frozen=True, slots=True)
class TargetNode:
    node: Term


@dataclass(frozen=True, slots=True)
class TargetClass:
    """``sh:targetClass``, or the implicit class target of a shape that is a class itself."""

    cls: Node
    implicit: bool = False


@dataclass(frozen=True, slots=True)
class TargetSubjectsOf:
    predicate: Iri


@dataclass(frozen=True, slots=True)
class TargetObjectsOf:
    predicate: Iri


Target = TargetNode | TargetClass | TargetSubjectsOf | TargetObjectsOf

# --------------------------------------------------------------------------- constraints


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of one shape. ``component`` is the IRI that reports give as its source."""

    component: ClassVar[Iri]


@dataclass(frozen=True, slots=True)
class ClassOf(Constraint):
    component = sh("ClassConstraintComponent")
    cls: Node


@dataclass(frozen=True, slots=True)
class Datatype(Constraint):
    component = sh("DatatypeConstraintComponent")
    datatype: Iri


@dataclass(frozen=True, slots=True)
class NodeKind(Constraint):
    component = sh("NodeKindConstraintComponent")
    kind: Iri


@dataclass(frozen=True, slots=True)
class MinCount(Constraint):
    component = sh("MinCountConstraintComponent")
    count: int


@dataclass(frozen=True, slots=True)
class MaxCount(Constraint):
    component = sh("MaxCountConstraintComponent")
    count: int


@dataclass(frozen=True, slots=True)
class MinExclusive(Constraint):
    component = sh("MinExclusiveConstraintComponent")
    bound: Literal


@dataclass(frozen=True, slots=True)
class MinInclusive(Constraint):
    component = sh("MinInclusiveConstraintComponent")
    bound: Literal


@dataclass(frozen=True, slots=True)
class MaxExclusive(Constraint):
    component = sh("MaxExclusiveConstraintComponent")
    bound: Literal


@dataclass(frozen=True, slots=True)
class MaxInclusive(Constraint):
    component = sh("MaxInclusiveConstraintComponent")
    bound: Literal


@dataclass(frozen=True, slots=True)
class MinLength(Constraint):
    component = sh("MinLengthConstraintComponent")
    length: int


@dataclass(frozen=True, slots=True)
class MaxLength(Constraint):
    component = sh("MaxLengthConstraintComponent")
    length: int


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    component = sh("PatternConstraintComponent")
    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    component = sh("LanguageInConstraintComponent")
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    component = sh("UniqueLangConstraintComponent")


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    component = sh("EqualsConstraintComponent")
    predicate: Iri


@dataclass(frozen=True, slots=True)
class Disjoint(Constraint):
    component = sh("DisjointConstraintComponent")
    predicate: Iri


@dataclass(frozen=True, slots=True)
class LessThan(Constraint):
    component = sh("LessThanConstraintComponent")
    predicate: Iri


@dataclass(frozen=True, slots=True)
class LessThanOrEquals(Constraint):
    component = sh("LessThanOrEqualsConstraintComponent")
    predicate: Iri


@dataclass(frozen=True, slots=True)
class Not(Constraint):
    component = sh("NotConstraintComponent")
    shape: Node


@dataclass(frozen=True, slots=True)
class And(Constraint):
    component = sh("AndConstraintComponent")
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Constraint):
    component = sh("OrConstraintComponent")
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Xone(Constraint):
    component = sh("XoneConstraintComponent")
    shapes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NodeShape(Constraint):
    """``sh:node``."""

    component = sh("NodeConstraintComponent")
    shape: Node


@dataclass(frozen=True, slots=True)
class PropertyShape(Constraint):
    """``sh:property``: its results are the property shape's own."""

    component = sh("PropertyConstraintComponent")
    shape: Node


@dataclass(frozen=True, slots=True)
class QualifiedMinCount(Constraint):
    component = sh("QualifiedMinCountConstraintComponent")
    shape: Node
    count: int
    siblings: tuple[Node, ...]
    """The sibling shapes of which a counted value must conform to none; empty unless disjointness is asked for."""


@dataclass(frozen=True, slots=True)
class QualifiedMaxCount(Constraint):
    component = sh("QualifiedMaxCountConstraintComponent")
    shape: Node
    count: int
    siblings: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    component = sh("ClosedConstraintComponent")
    allowed: tuple[Iri, ...]
    """The predicates of the shape's own ``sh:property`` paths and its ``sh:ignoredProperties``, sorted."""


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    component = sh("HasValueConstraintComponent")
    value: Term


@dataclass(frozen=True, slots=True)
class In(Constraint):
    component = sh("InConstraintComponent")
    values: tuple[Term, ...]


# --------------------------------------------------------------------------- shapes


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (``path`` is None) or a property shape."""

    node: Node
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: Iri
    messages: tuple[Literal, ...]
    deactivated: bool
    where: SourceRef
    source_text: str
    """The shape's node as a person reads it: ``ex:PersonShape`` or ``[ sh:path ex:p ; sh:minCount 1 ]``."""


@dataclass(frozen=True, slots=True)
class ShapesAst:
    """All shapes, named ones first by IRI, then the rest in the order in which they are reached."""

    shapes: tuple[Shape, ...]
    sub_classes: tuple[tuple[Node, Node], ...]
    """``(sub, super)`` pairs of the ontology, sorted."""
    nothing_to_check: tuple[Iri, ...]
    """Classes and predicates that the ontology marks so, sorted."""
    prefixes: tuple[tuple[str, str], ...]
    """``(prefix, namespace)`` as the sources declared them, sorted."""
    warnings: tuple[str, ...]
