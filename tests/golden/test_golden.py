"""shapes → IR → bytecode, held by files that people have read. Made again by ``python -m tests.golden.regenerate``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.regenerate import FOLDER, outputs

SHAPES = sorted(FOLDER.glob("*.ttl"))


def test_there_are_golden_files() -> None:
    assert len(SHAPES) >= 3


@pytest.mark.parametrize("shapes", SHAPES, ids=lambda path: path.stem)
def test_output_is_as_it_was(shapes: Path) -> None:
    for path, text in outputs(shapes).items():
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs: read the change, then regenerate"
