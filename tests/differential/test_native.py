"""Native code and the vm find the same hits in the same order, for random shapes over random data.

Many programs become one translation unit, under names of their own, so that few calls of the compiler are enough.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import SearchStrategy

import cns
from cns import pipeline
from cns.codegen import units
from cns.codegen.render import render
from cns.passes import remember
from cns.runtime.compiled import NoCompiler, toolchain
from cns.toolchain.library import build
from cython_optimizations import native, vm
from tests.differential.budget import examples
from tests.differential.strategies import CROWDED, DENSE, FULL, Case, cases
from tests.passes.strategies import related

AT_ONCE = 60


def random_cases(strategy: SearchStrategy[Case], share: float) -> list[Case]:
    found: list[Case] = []

    @examples(share=share)
    @given(case=strategy)
    def gather(case: Case) -> None:
        found.append(case)

    gather()
    return found


def compiled(case: Case) -> cns.Validator:
    _, shapes, ontology = case.graphs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cns.CnsWarning)  # random shapes are odd
        return cns.compile(ontology, shapes, engine="vm", cache=False)


@pytest.mark.parametrize(
    ("strategy", "optimise", "share", "large"),
    [
        (cases(FULL), "-O0", 0.4, False),
        (cases(FULL), "-O2", 0.1, False),
        (cases(FULL), "-O0", 0.3, True),
        (cases(CROWDED), "-O0", 0.2, False),
        (cases(DENSE), "-O0", 0.2, True),
        (related(), "-O0", 0.2, False),
        (related(), "-O0", 0.2, True),
    ],
    ids=["full", "full-optimised", "full-large", "crowded", "dense-large", "related", "related-large"],
)
@pytest.mark.parametrize("worth", [remember.WORTH, -1], ids=["", "all-verdicts-kept"])
def test_native_code_agrees_with_the_vm(
    strategy: SearchStrategy[Case],
    optimise: str,
    share: float,
    large: bool,
    worth: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Large programs are emitted in another way."""
    monkeypatch.setattr(units, "LARGE", 0 if large else units.LARGE)
    monkeypatch.setattr(remember, "WORTH", worth)
    monkeypatch.setenv("CNS_CACHE", str(tmp_path))
    monkeypatch.setenv("CNS_OPTIMISE", optimise)
    try:
        tools = toolchain()
    except NoCompiler:
        pytest.skip("there is no C compiler")
    found = random_cases(strategy, share / 2)
    for start in range(0, len(found), AT_ONCE):
        batch = [(case, compiled(case)) for case in found[start : start + AT_ONCE]]
        texts = [
            source.text for i, (_, validator) in enumerate(batch) for source in render(validator.program, f"case{i}")
        ]
        library = build(tools, f"cases {start}", [("cases.c", "\n".join(texts))])
        for i, (case, validator) in enumerate(batch):
            code = native.Library(os.fspath(library), validator._loaded, f"case{i}_native_code")
            store = pipeline.read(validator._loaded, case.graphs()[0], cns.ReadOptions()).store
            roots = [(shape, None) for shape in store.program.roots()]
            done = native.run(store, code, roots)
            assert done is not None
            conforms, hits = vm.run(store, roots)
            assert (done[0], list(done[1])) == (conforms, list(hits)), case
            verdict = native.run(store, code, roots, verdict_only=True)
            assert verdict is not None
            assert verdict[0] is conforms, case
