"""SHACL-SPARQL is out of scope: shapes that need it are refused with an error that says so, never passed over."""

from __future__ import annotations

import pytest

from tests.w3c.adapter import validate
from tests.w3c.manifest import SUITE_IS_MISSING, Case, cases

pytestmark = SUITE_IS_MISSING

CASES = cases("sparql")


def test_the_suite_has_23_sparql_tests() -> None:
    assert len(CASES) == 23
    assert sum(case.expected is None for case in CASES) == 7  # these expect a failure from everybody


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_shapes_that_need_sparql_are_refused(case: Case) -> None:
    from cns.errors import UnsupportedError

    with pytest.raises(UnsupportedError):
        validate(case.data_graph(), case.shapes_graph())
