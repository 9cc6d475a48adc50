"""Leaves out loops that turn once: a node shape has one value, the focus node itself.

Longer loops are for the data to say; an ``sh:in`` of a few values is unrolled by the C compiler, which sees the list.
"""

from __future__ import annotations

from dataclasses import replace

from cns.ir.types import ProgramIR
from cns.passes.facts import CompilePattern


def run(ir: ProgramIR, _: CompilePattern) -> tuple[ProgramIR, list[str]]:
    shapes = tuple(replace(shape, unrolled=shape.path is None and not shape.deactivated) for shape in ir.shapes)
    return replace(ir, shapes=shapes), [
        f"{shape.label}: no loop over the one value" for shape in shapes if shape.unrolled
    ]
