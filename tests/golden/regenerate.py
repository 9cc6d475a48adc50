"""Writes the golden files again: ``python -m tests.golden.regenerate``. Read the difference before you commit it."""

from __future__ import annotations

from pathlib import Path

from cns.codegen.assembly import disassemble
from cns.codegen.lower import lower
from cns.explain import plan_text
from cns.ir.pprint import pprint
from cns.options import CompileOptions
from cns.pipeline import build_ir, order_ir

FOLDER = Path(__file__).parent / "shapes"


def outputs(shapes: Path) -> dict[Path, str]:
    """What the compiler makes of a shapes file, by the golden file that holds it."""
    ir, _, _ = build_ir(None, shapes, CompileOptions(cache=False))
    program = lower(order_ir(ir).ir)
    return {
        shapes.with_suffix(".ir"): pprint(ir),
        shapes.with_suffix(".asm"): disassemble(program),
        shapes.with_suffix(".plan"): plan_text(program),
    }


def main() -> None:
    for shapes in sorted(FOLDER.glob("*.ttl")):
        for path, text in outputs(shapes).items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
