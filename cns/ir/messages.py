"""The message of a result whose shape brings none: one sentence for each component, known when the shapes are."""

from __future__ import annotations

from cns.naming import Namer
from cns.shapes import (
    And,
    ClassOf,
    Closed,
    Constraint,
    Datatype,
    Disjoint,
    Equals,
    HasValue,
    In,
    LanguageIn,
    LessThan,
    LessThanOrEquals,
    MaxCount,
    MaxExclusive,
    MaxInclusive,
    MaxLength,
    MinCount,
    MinExclusive,
    MinInclusive,
    MinLength,
    NodeKind,
    NodeShape,
    Not,
    Or,
    Pattern,
    QualifiedMaxCount,
    QualifiedMinCount,
    UniqueLang,
    Xone,
)
from cns.terms import Literal, Node, Term

_SHOWN = 6


class Names:
    """Terms and shapes as messages name them."""

    def __init__(self, prefixes: tuple[tuple[str, str], ...], labels: dict[Node, str]) -> None:
        self._namer = Namer(prefixes)
        self._labels = labels

    def __call__(self, term: Term) -> str:
        label = None if isinstance(term, Literal) else self._labels.get(term)
        return self._namer(term) if label is None else label

    def list(self, terms: tuple[Term, ...]) -> str:
        shown = ", ".join(self(term) for term in terms[:_SHOWN])
        return f"{shown}, … ({len(terms)} in all)" if len(terms) > _SHOWN else shown


def default_message(constraint: Constraint, name: Names) -> str:
    match constraint:
        case ClassOf(cls):
            return f"Value is not an instance of {name(cls)}"
        case Datatype(datatype):
            return f"Value is not a well-formed literal of datatype {name(datatype)}"
        case NodeKind(kind):
            return f"Value is not of node kind {name(kind)}"
        case MinCount(count):
            return f"Fewer than {count} values"
        case MaxCount(count):
            return f"More than {count} values"
        case MinExclusive(bound):
            return f"Value is not > {name(bound)}"
        case MinInclusive(bound):
            return f"Value is not >= {name(bound)}"
        case MaxExclusive(bound):
            return f"Value is not < {name(bound)}"
        case MaxInclusive(bound):
            return f"Value is not <= {name(bound)}"
        case MinLength(length):
            return f"Value is shorter than {length} characters"
        case MaxLength(length):
            return f"Value is longer than {length} characters"
        case Pattern(pattern, flags):
            return f'Value does not match the pattern "{pattern}"' + (f' with flags "{flags}"' if flags else "")
        case LanguageIn(tags):
            return f"Value has no language tag that matches one of: {', '.join(tags)}"
        case UniqueLang():
            return "More than one value with the same language tag"
        case Equals(predicate):
            return f"The values differ from those of {name(predicate)}"
        case Disjoint(predicate):
            return f"Value is also a value of {name(predicate)}"
        case LessThan(predicate):
            return f"Value is not < a value of {name(predicate)}"
        case LessThanOrEquals(predicate):
            return f"Value is not <= a value of {name(predicate)}"
        case Not(shape):
            return f"Value conforms to {name(shape)}, which it must not"
        case And(shapes):
            return f"Value does not conform to all of: {name.list(shapes)}"
        case Or(shapes):
            return f"Value conforms to none of: {name.list(shapes)}"
        case Xone(shapes):
            return f"Value does not conform to exactly one of: {name.list(shapes)}"
        case NodeShape(shape):
            return f"Value does not conform to {name(shape)}"
        case QualifiedMinCount(shape, count, _):
            return f"Fewer than {count} values conform to {name(shape)}"
        case QualifiedMaxCount(shape, count, _):
            return f"More than {count} values conform to {name(shape)}"
        case Closed():
            return "The shape is closed and does not allow this predicate"
        case HasValue(value):
            return f"{name(value)} is not among the values"
        case In(values):
            return f"Value is not one of: {name.list(values)}" if values else "No value is allowed"
        case _:
            return ""
