"""Writes the golden files again: ``python -m tests.golden.regenerate``. Read the difference before you commit it."""

from __future__ import annotations

from pathlib import Path

from cns.codegen.assembly import disassemble
from cns.codegen.lower import lower
from cns.explain.views import plan_text
from cns.ir.pprint import pprint
from cns.options import CompileOptions
from cns.pipeline import build_ir, optimise, order_ir

FOLDER = Path(__file__).parent / "shapes"


def outputs(shapes: Path) -> dict[Path, str]:
    """What the compiler makes of a shapes file, by the golden file that holds it."""
    options = CompileOptions(cache=False)
    built, _, _ = build_ir(shapes, shapes, options)
    ir, notes, warnings = optimise(order_ir(built).ir, options)
    program = lower(ir)
    said = [f"{note.name}: {note.text}" for note in notes] + [f"warning: {text}" for text in warnings]
    passes = "".join(line.replace(f"{FOLDER}/", "") + "\n" for line in said) + "\n" + pprint(ir)
    return {
        shapes.with_suffix(".ir"): pprint(built),
        shapes.with_suffix(".passes"): passes,
        shapes.with_suffix(".asm"): disassemble(program),
        shapes.with_suffix(".plan"): plan_text(program),
    }


def main() -> None:
    for shapes in sorted(FOLDER.glob("*.ttl")):
        for path, text in outputs(shapes).items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
