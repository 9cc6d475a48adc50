"""Sets of characters are those of Unicode, and their algebra is that of sets."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from cns.codegen.regex import classes


def holds(ranges: classes.Ranges, code_point: int) -> bool:
    at = bisect_right(ranges, (code_point, classes.LAST_CODE_POINT)) - 1
    return at >= 0 and code_point <= ranges[at][1]


def test_categories_are_those_of_unicodedata_everywhere() -> None:
    expected: dict[str, list[tuple[int, int]]] = {}
    for code_point, name in enumerate(map(unicodedata.category, map(chr, range(0x110000)))):
        expected.setdefault(name, []).append((code_point, code_point))
    for name, code_points in expected.items():
        assert classes.category(name) == classes.union(code_points), name


def test_case_variants_are_those_of_the_whole_of_unicode() -> None:
    cased = [code_point for code_points in classes._CASED for code_point in code_points]
    rest = "".join(map(chr, sorted(set(range(0x110000)) - set(cased))))
    assert rest == rest.lower() == rest.upper()
    by_lower: dict[str, set[int]] = {}
    by_upper: dict[str, set[int]] = {}
    for char in map(chr, cased):
        by_lower.setdefault(char.lower(), set()).add(ord(char))
        by_upper.setdefault(char.upper(), set()).add(ord(char))
    for code_point in cased:
        expected = by_lower[chr(code_point).lower()] | by_upper[chr(code_point).upper()]
        found = classes.with_case_variants(((code_point, code_point),))
        assert found == classes.union((one, one) for one in expected), hex(code_point)


SETS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair))), max_size=5)


@given(first=SETS, second=SETS)
def test_algebra_and_division_of_sets(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, two = classes.union(first), classes.union(second)
    runs, members = classes.divide([one, two])
    for code_point in (*range(60), classes.LAST_CODE_POINT):
        in_one, in_two = holds(one, code_point), holds(two, code_point)
        assert in_one == any(low <= code_point <= high for low, high in first)
        assert holds(classes.complement(one), code_point) != in_one
        assert holds(classes.subtract(one, two), code_point) == (in_one and not in_two)
        found = runs[bisect_right(runs, (code_point, len(runs) + 9)) - 1][1]
        assert [found in members[0], found in members[1]] == [in_one, in_two]
