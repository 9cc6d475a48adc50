"""The IR: a program in which every term, path, shape and check has a number, and nothing refers to text any more.

Frozen; passes return new ones. ``ir.build`` makes the first, ``codegen.lower`` reads the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cns.errors import SourceRef
from cns.shapes import Path
from cns.terms import Iri, Literal, Node, Term


class OpKind(Enum):
    """What a check is. The value is what people read; what it means is in templates/runtime/ops.h."""

    CLASS = "class"
    DATATYPE = "datatype"
    NODE_KIND = "nodeKind"
    MIN_COUNT = "minCount"
    MAX_COUNT = "maxCount"
    MIN_EXCLUSIVE = "minExclusive"
    MIN_INCLUSIVE = "minInclusive"
    MAX_EXCLUSIVE = "maxExclusive"
    MAX_INCLUSIVE = "maxInclusive"
    MIN_LENGTH = "minLength"
    MAX_LENGTH = "maxLength"
    PATTERN = "pattern"
    LANGUAGE_IN = "languageIn"
    UNIQUE_LANG = "uniqueLang"
    EQUALS = "equals"
    DISJOINT = "disjoint"
    LESS_THAN = "lessThan"
    LESS_THAN_OR_EQUALS = "lessThanOrEquals"
    NOT = "not"
    AND = "and"
    OR = "or"
    XONE = "xone"
    NODE = "node"
    PROPERTY = "property"
    QUALIFIED_MIN_COUNT = "qualifiedMinCount"
    QUALIFIED_MAX_COUNT = "qualifiedMaxCount"
    CLOSED = "closed"
    HAS_VALUE = "hasValue"
    IN = "in"


class Verdict(Enum):
    """What is known of a check when the shapes are compiled."""

    RUNTIME = "runtime"
    """Nothing: it is looked at."""
    HOLDS = "holds"
    """It never fails; there is no code for it."""
    FAILS = "fails"
    """It fails for every value (or every focus node) that it is asked about: one instruction that says so."""
    GUARDED = "guarded"
    """Where the guard holds, it holds; so it is looked at only where the guard has failed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and how it came about."""

    verdict: Verdict = Verdict.RUNTIME
    rule: str = ""
    """The rule of the zero-tick detection, or the pass, that decided; empty: none did."""
    by: int = -1
    """The op that is the reason: the guard, the other half of a contradiction, the first of those that are done in
    one."""
    reason: str = ""


UNDECIDED = Decision()


@dataclass(frozen=True, slots=True)
class Op:
    """One check of one shape. Which operands it has follows from its kind; the rest keep their defaults."""

    id: int
    """Its place in the program, and the number by which a hit names it."""
    kind: OpKind
    component: Iri
    shape: int
    messages: tuple[Literal, ...]
    count: int = 0
    """minCount, maxCount, lengths, qualified counts."""
    terms: tuple[int, ...] = ()
    """The class, datatype, bound, other predicate, required value, allowed values or allowed predicates."""
    shapes: tuple[int, ...] = ()
    """The shapes that are called."""
    siblings: tuple[int, ...] = ()
    """Qualified counts: a counted value conforms to none of these."""
    text: str = ""
    """The pattern, or the node kind's local name."""
    flags: str = ""
    languages: tuple[str, ...] = ()
    decision: Decision = UNDECIDED
    inlined: tuple[int, ...] = ()
    """Those of the called shapes whose code stands in place of the call."""
    fused: int = -1
    """The first of the ops that are done in one with this one; sh:minCount alone is done by the loop over the
    values."""


class PathKind(Enum):
    PREDICATE = "predicate"
    INVERSE = "inverse"
    SEQUENCE = "sequence"
    ALTERNATIVE = "alternative"
    ZERO_OR_MORE = "zeroOrMore"
    ONE_OR_MORE = "oneOrMore"
    ZERO_OR_ONE = "zeroOrOne"


@dataclass(frozen=True, slots=True)
class PathNode:
    """A normalised path: inverses stand on predicates only, nothing is nested in its own kind."""

    kind: PathKind
    term: int = -1
    """Of PREDICATE and INVERSE."""
    children: tuple[int, ...] = ()
    """Of the others: smaller path numbers."""


class TargetKind(Enum):
    NODE = "node"
    CLASS = "class"
    SUBJECTS_OF = "subjectsOf"
    OBJECTS_OF = "objectsOf"


@dataclass(frozen=True, slots=True)
class TargetIR:
    kind: TargetKind
    term: int


@dataclass(frozen=True, slots=True)
class ShapeIR:
    id: int
    node: Node
    path: int | None
    """The normalised path to the value nodes; None: the focus node itself is the value."""
    source_path: Path | None
    """The path as written, which is what reports show."""
    targets: tuple[TargetIR, ...]
    ops: tuple[int, ...]
    severity: Iri
    deactivated: bool
    label: str
    where: SourceRef
    unrolled: bool = False
    """The loop over the one value is left out."""
    needs: tuple[int, ...] | None = None
    """Predicates: where the data has none of them, the shape has no result. None: that cannot be said."""
    remembered: bool = False
    """A run keeps its verdicts for those who ask again."""


@dataclass(frozen=True, slots=True)
class ProgramIR:
    terms: tuple[Term, ...]
    paths: tuple[PathNode, ...]
    shapes: tuple[ShapeIR, ...]
    ops: tuple[Op, ...]
    sub_classes: tuple[tuple[int, int], ...]
    prefixes: tuple[tuple[str, str], ...]
    nothing_to_check: tuple[int, ...] = ()
    """Classes whose instances are no focus nodes of classes, and predicates that no check sees."""
    counts: bool = False
    """What the counts of the data decide is left out of a run."""
    roots: tuple[int, ...] = ()
    """All shapes, in the order in which those with targets are asked for a verdict alone; empty: in their own."""
