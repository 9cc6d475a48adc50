"""The IR's checks as the numbers that `cython_optimizations.zero_tick` knows: one table, and where each row came
from."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, cmp_to_key
from typing import Protocol

from cns.ir.types import Op, OpKind, ProgramIR
from cns.passes.kinds import ANY, BLANK, IRI, LITERAL, RESOURCE, kind_of
from cns.terms import Iri, Literal
from cython_optimizations import cstructs, zero_tick

RANGE = {
    OpKind.MIN_EXCLUSIVE: (zero_tick.LOW_BOUND, 0),
    OpKind.MIN_INCLUSIVE: (zero_tick.LOW_BOUND, zero_tick.INCLUSIVE),
    OpKind.MAX_EXCLUSIVE: (zero_tick.HIGH_BOUND, 0),
    OpKind.MAX_INCLUSIVE: (zero_tick.HIGH_BOUND, zero_tick.INCLUSIVE),
}
NODE_KINDS = {
    "IRI": IRI,
    "BlankNode": BLANK,
    "Literal": LITERAL,
    "BlankNodeOrIRI": RESOURCE,
    "IRIOrLiteral": IRI | LITERAL,
    "BlankNodeOrLiteral": BLANK | LITERAL,
}
_PAIRS = {
    OpKind.EQUALS: zero_tick.EQUALS,
    OpKind.DISJOINT: zero_tick.DISJOINT,
    OpKind.LESS_THAN: zero_tick.LESS_THAN,
    OpKind.LESS_THAN_OR_EQUALS: zero_tick.LESS_OR_EQUAL,
}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMAL = f"{_XSD}decimal"
_INTEGER_TYPES: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_DECIMAL_TYPES = frozenset({_DECIMAL, f"{_XSD}integer", *(_XSD + name for name in _INTEGER_TYPES)})
_STRING_TYPES = frozenset(
    _XSD + t for t in ("string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN")
)
_TOTAL = frozenset(_XSD + t for t in ("boolean", "float", "double", "yearMonthDuration", "dayTimeDuration"))
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)\Z")
_SMALL_INTEGER = re.compile(r"[+-]?0*[0-9]{1,7}(\.0*)?\Z")
"""Below 2^24: a float has it exactly."""


class Automaton(Protocol):
    """What is known of a pattern."""

    @property
    def accepts_all(self) -> bool: ...
    @property
    def accepts_none(self) -> bool: ...
    @property
    def min_chars(self) -> int: ...
    @property
    def max_chars(self) -> int | None: ...
    def matches(self, text: str) -> bool: ...


CompilePattern = Callable[[str, str], Automaton]


def datatype_number(iri: str) -> int:
    """What the runtime calls it; one that it does not know by meaning has no order and no lexical space."""
    return cstructs.DATATYPES.get(iri, cstructs.FIRST_CUSTOM_DATATYPE)


def compare(left: Literal, right: Literal) -> int | None:
    return zero_tick.compare(
        datatype_number(left.datatype), left.lexical.encode(), datatype_number(right.datatype), right.lexical.encode()
    )


@dataclass(frozen=True, slots=True)
class Table:
    """Checks as rows; ``ops`` says whose each row is, ``kinds`` the kinds of the values of each group."""

    rows: zero_tick.Checks
    ops: tuple[Op, ...]
    kinds: array[int]
    known: set[tuple[int, int]]


class Facts:
    """What all tables of one program have in common."""

    def __init__(self, ir: ProgramIR, compile_pattern: CompilePattern) -> None:
        self.ir = ir
        self._compile = compile_pattern
        self._automata: dict[tuple[str, str], Automaton] = {}
        self._numbers: dict[object, int] = {}

    def automaton(self, op: Op) -> Automaton:
        key = (op.text, op.flags)
        if key not in self._automata:
            self._automata[key] = self._compile(op.text, op.flags)
        return self._automata[key]

    def number(self, thing: object) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))

    @cached_property
    def hierarchy(self) -> zero_tick.Hierarchy:
        return zero_tick.Hierarchy(len(self.ir.terms), self.ir.sub_classes)

    # ------------------------------------------------------------------ bounds

    @cached_property
    def _ranks(self) -> dict[Literal, tuple[int, int]]:
        """Bound → (family, rank). Equal bounds have equal ranks; gaps are left between."""
        bounds = {self.ir.terms[op.terms[0]] for op in self.ir.ops if op.kind in RANGE}
        families: dict[tuple[str, ...], list[Literal]] = {}
        for bound in bounds:
            if isinstance(bound, Literal) and not bound.language and compare(bound, bound) == 0:
                families.setdefault(_family(bound), []).append(bound)
        limits = [Literal(str(n), _DECIMAL) for pair in _INTEGER_TYPES.values() for n in pair if n is not None]
        families.setdefault((_DECIMAL,), []).extend(limits)
        ranks = {}
        for number, name in enumerate(sorted(families)):
            rank, last = 0, None
            for bound in sorted(sorted(set(families[name])), key=cmp_to_key(_order)):
                rank += last is not None and compare(last, bound) != 0
                ranks[bound] = (number, rank)
                last = bound
        return ranks

    def _bound(self, op: Op) -> tuple[int, int, int]:
        """(family, rank, flags)."""
        bound = self.ir.terms[op.terms[0]]
        assert isinstance(bound, Literal)
        family, rank = self._ranks.get(bound, (zero_tick.NO_FAMILY, 0))
        decimal = bound.datatype in _DECIMAL_TYPES
        return family, rank, zero_tick.COARSE if decimal and not _SMALL_INTEGER.match(bound.lexical) else 0

    # ------------------------------------------------------------------ rows

    def table(self, groups: Iterable[tuple[int, Iterable[Op]]]) -> Table:
        """Of pairs (kinds of the values, checks of these values)."""
        rows = zero_tick.Checks()
        ops: list[Op] = []
        kinds: list[int] = []
        known: set[tuple[int, int]] = set()
        for number, (possible, members) in enumerate(groups):
            kinds.append(possible)
            first = len(ops)
            for op in members:
                self._add(rows, number, op)
                ops.append(op)
            known |= self._known(first, ops[first:])
        return Table(rows, tuple(ops), array("I", kinds), known)

    def _add(self, rows: zero_tick.Checks, group: int, op: Op) -> None:
        z, kind = zero_tick, op.kind
        if kind in RANGE:
            code, inclusive = RANGE[kind]
            family, rank, coarse = self._bound(op)
            rows.add(code, group, accepts=LITERAL, low=rank, family=family, flags=inclusive | coarse)
        elif kind is OpKind.NODE_KIND:
            rows.add(z.NODE_KIND, group, accepts=NODE_KINDS[op.text])
        elif kind is OpKind.DATATYPE:
            self._add_datatype(rows, group, op)
        elif kind is OpKind.CLASS:
            rows.add(z.CLASS, group, accepts=RESOURCE, operand=op.terms[0])
        elif kind is OpKind.MIN_LENGTH:
            rows.add(z.MIN_LENGTH, group, accepts=IRI | LITERAL, low=op.count, high=z.UNLIMITED)
        elif kind is OpKind.MAX_LENGTH:
            rows.add(z.MAX_LENGTH, group, accepts=IRI | LITERAL, high=op.count)
        elif kind is OpKind.PATTERN:
            self._add_pattern(rows, group, op)
        elif kind is OpKind.LANGUAGE_IN:
            ranges = self.number(("languages", frozenset(tag.lower() for tag in op.languages)))
            rows.add(z.LANGUAGE, group, accepts=LITERAL, operand=ranges, flags=0 if op.languages else z.EMPTY)
        elif kind is OpKind.IN:
            accepts = 0
            for term in op.terms:
                accepts |= kind_of(self.ir.terms[term])
            rows.add(
                z.SET,
                group,
                accepts=accepts,
                operand=self.number(frozenset(op.terms)),
                flags=0 if op.terms else z.EMPTY,
            )
        elif kind is OpKind.MIN_COUNT:
            rows.add(z.MIN_COUNT, group, low=op.count)
        elif kind is OpKind.MAX_COUNT:
            rows.add(z.MAX_COUNT, group, high=op.count)
        elif kind is OpKind.HAS_VALUE:
            rows.add(z.HAS_VALUE, group, accepts=kind_of(self.ir.terms[op.terms[0]]), operand=op.terms[0])
        elif kind is OpKind.UNIQUE_LANG:
            rows.add(z.UNIQUE_LANG, group)
        elif kind in _PAIRS:
            rows.add(_PAIRS[kind], group, operand=op.terms[0])
        else:
            rows.add(z.OTHER, group)

    def _add_datatype(self, rows: zero_tick.Checks, group: int, op: Op) -> None:
        iri = self.ir.terms[op.terms[0]]
        assert isinstance(iri, Iri)
        low, high = _INTEGER_TYPES.get(iri.removeprefix(_XSD), (None, None)) if iri in _DECIMAL_TYPES else (None, None)
        family = self._ranks[Literal("0", _DECIMAL)][0] if iri in _DECIMAL_TYPES else zero_tick.NO_FAMILY
        rows.add(
            zero_tick.DATATYPE,
            group,
            accepts=LITERAL,
            operand=op.terms[0],
            low=-zero_tick.UNLIMITED if low is None else self._ranks[Literal(str(low), _DECIMAL)][1],
            high=zero_tick.UNLIMITED if high is None else self._ranks[Literal(str(high), _DECIMAL)][1],
            family=family,
        )

    def _add_pattern(self, rows: zero_tick.Checks, group: int, op: Op) -> None:
        machine = self.automaton(op)
        rows.add(
            zero_tick.PATTERN,
            group,
            accepts=IRI | LITERAL,
            operand=self.number(("pattern", op.text, op.flags)),
            low=machine.min_chars,
            high=zero_tick.UNLIMITED if machine.max_chars is None else machine.max_chars,
            flags=zero_tick.ALL if machine.accepts_all else zero_tick.EMPTY if machine.accepts_none else 0,
        )

    # ------------------------------------------------------------------ proved by looking

    def _known(self, first: int, ops: list[Op]) -> set[tuple[int, int]]:
        """An sh:in whose every value passes another check, and language ranges that lie within others."""
        found = set()
        for i, guard in enumerate(ops):
            if guard.kind is OpKind.IN and guard.terms:
                found |= {(first + i, first + j) for j, op in enumerate(ops) if i != j and self._all_pass(guard, op)}
            elif guard.kind is OpKind.LANGUAGE_IN:
                found |= {(first + i, first + j) for j, op in enumerate(ops) if i != j and _languages_within(guard, op)}
        return found

    def _all_pass(self, guard: Op, op: Op) -> bool:
        return all(self.passes(op, term) for term in guard.terms)

    def passes(self, op: Op, term: int) -> bool:
        """Does every value that equals the constant pass? False where that depends on the data."""
        value = self.ir.terms[term]
        if op.kind is OpKind.IN:
            return term in op.terms
        if op.kind is OpKind.NODE_KIND:
            return bool(kind_of(value) & NODE_KINDS[op.text])
        if kind_of(value) == BLANK or op.kind is OpKind.CLASS:
            return False
        text = value.lexical if isinstance(value, Literal) else str(value)
        if op.kind in (OpKind.MIN_LENGTH, OpKind.MAX_LENGTH):
            return len(text) >= op.count if op.kind is OpKind.MIN_LENGTH else len(text) <= op.count
        if op.kind is OpKind.PATTERN:
            return self.automaton(op).matches(text)
        if not isinstance(value, Literal):
            return False
        if op.kind is OpKind.DATATYPE:
            return not value.language and _is_well_formed(value, str(self.ir.terms[op.terms[0]]))
        if op.kind is OpKind.LANGUAGE_IN:
            return bool(value.language) and any(_language_matches(value.language, tag) for tag in op.languages)
        return op.kind in RANGE and self._in_range(op, value)

    def may_equal(self, term: int, other: int) -> bool:
        """RDF term equality; language tags without regard to case."""
        left, right = self.ir.terms[term], self.ir.terms[other]
        if isinstance(left, Literal) and isinstance(right, Literal):
            return left._replace(language=left.language.lower()) == right._replace(language=right.language.lower())
        return left == right

    def _in_range(self, op: Op, value: Literal) -> bool:
        bound = self.ir.terms[op.terms[0]]
        order = compare(value, bound) if isinstance(bound, Literal) and not value.language else None
        if order is None:
            return False
        code, inclusive = RANGE[op.kind]
        return (order == 0 and bool(inclusive)) or order == (1 if code == zero_tick.LOW_BOUND else -1)


def _family(bound: Literal) -> tuple[str, ...]:
    """Bounds that are in a total order. Calendar values with a zone and without are apart; of durations, each is for
    itself."""
    if bound.datatype in _DECIMAL_TYPES:
        return (_DECIMAL,)
    if bound.datatype in _STRING_TYPES:
        return (f"{_XSD}string",)
    if bound.datatype in _TOTAL:
        return (bound.datatype,)
    if bound.datatype == f"{_XSD}duration":
        return bound.datatype, bound.lexical
    return bound.datatype, "zone" if _ZONE.search(bound.lexical) else ""


def _order(left: Literal, right: Literal) -> int:
    return compare(left, right) or 0


def _is_well_formed(value: Literal, datatype: str) -> bool:
    return value.datatype == datatype and zero_tick.well_formed(datatype_number(datatype), value.lexical.encode())


def _language_matches(tag: str, range_: str) -> bool:
    tag, range_ = tag.lower(), range_.lower()
    return range_ == "*" or tag == range_ or tag.startswith(range_ + "-")


def _languages_within(guard: Op, op: Op) -> bool:
    """A tag that a range matches, is matched by every range that matches the range itself; "*" only by "*"."""
    if op.kind is not OpKind.LANGUAGE_IN:
        return False
    return all(
        any(_language_matches(inner, outer) if inner != "*" else outer == "*" for outer in op.languages)
        for inner in guard.languages
    )


__all__ = ["ANY", "Automaton", "CompilePattern", "Facts", "Table"]
