"""SHACL Core, as the W3C's own test suite has it: all 98 tests, whole reports."""

from __future__ import annotations

import pytest

from cns.toolchain.cc import find
from tests.w3c.adapter import validate
from tests.w3c.compare import SH, differences
from tests.w3c.manifest import SUITE_IS_MISSING, Case, cases

pytestmark = SUITE_IS_MISSING

CASES = cases("core")


def test_the_suite_has_98_core_tests_that_expect_a_report() -> None:
    assert len(CASES) == 98
    assert len({case.id for case in CASES}) == 98
    assert all(case.expected is not None for case in CASES)


@pytest.mark.parametrize("engine", ["vm", "native", "numba"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_report_is_the_expected_one(case: Case, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "native" and find() is None:
        pytest.skip("there is no C compiler")
    if engine == "numba":
        pytest.importorskip("numba")
    monkeypatch.setenv("CNS_OPTIMISE", "-O0")  # what is emitted is the same
    conforms, report = validate(case.data_graph(), case.shapes_graph(), engine)
    assert case.expected is not None
    assert not differences(case.expected_graph(), case.expected, report)
    assert conforms == (not list(case.expected_graph().objects(case.expected, SH.result)))
