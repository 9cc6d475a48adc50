"""Which checks of a shape are run together: a loop over the values has all that look at one value."""

from __future__ import annotations

from collections.abc import Iterable

from cns.ir.types import Op, OpKind

SET_CHECKS = frozenset(
    {
        OpKind.MIN_COUNT,
        OpKind.MAX_COUNT,
        OpKind.HAS_VALUE,
        OpKind.UNIQUE_LANG,
        OpKind.EQUALS,
        OpKind.DISJOINT,
        OpKind.LESS_THAN,
        OpKind.LESS_THAN_OR_EQUALS,
    }
)
"""They look at all values at once."""
QUALIFIED = frozenset({OpKind.QUALIFIED_MIN_COUNT, OpKind.QUALIFIED_MAX_COUNT})


def units(ops: Iterable[Op]) -> list[list[Op]]:
    """Set checks one by one, all value checks together, the counts of the same qualified shape together; each where its
    first op stands."""
    found: dict[object, list[Op]] = {}
    for op in ops:
        key: object = "values"
        if op.kind in SET_CHECKS:
            key = op.id
        elif op.kind in QUALIFIED:
            key = (op.shapes, frozenset(op.siblings))
        found.setdefault(key, []).append(op)
    return list(found.values())
