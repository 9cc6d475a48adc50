"""Single stages as text: the IR, the order, what the passes did, the bytecode, the data plan."""

from __future__ import annotations

from typing import Any

from cns.codegen.assembly import disassemble
from cns.codegen.program import Program
from cns.codegen.render import render
from cns.explain.model import data_plan, tables
from cns.ir.pprint import op_text, pprint
from cns.options import CompileOptions
from cns.pipeline import build_ir, optimise, ordered_ir


def ir_text(ontology: Any, shapes: Any, options: CompileOptions) -> str:
    return pprint(build_ir(ontology, shapes, options)[0])


def order_text(ontology: Any, shapes: Any, options: CompileOptions) -> str:
    """The shapes in the order in which a verdict asks them, each with its checks in order, their costs and chances."""
    ordering = ordered_ir(ontology, shapes, options)
    lines = ["cycles   fails  in this order; a cost is what is expected of it, what it calls included"]
    for number in ordering.ir.roots:
        shape, whole = ordering.ir.shapes[number], ordering.shapes[number]
        lines.append(f"{whole.cost:6,.0f}  {whole.chance:6.2%}  shape {number} {' '.join(shape.label.split())}")
        for op in shape.ops:
            if op in ordering.ops:
                estimate = ordering.ops[op]
                lines.append(
                    f"{estimate.cost:6,.0f}  {estimate.chance:6.2%}    {op_text(ordering.ir, ordering.ir.ops[op])}"
                )
    return "\n".join(lines) + "\n"


def passes_text(ontology: Any, shapes: Any, options: CompileOptions) -> str:
    """What each pass did, and the checks with what is known of them."""
    ir, notes, _ = optimise(ordered_ir(ontology, shapes, options).ir, options)
    said = "".join(f"{note.name}: {' '.join(note.text.split())}\n" for note in notes)
    return f"{said}\n{pprint(ir)}"


def bytecode_text(program: Program) -> str:
    return disassemble(program)


def c_text(program: Program) -> str:
    return "\n".join(f"/* {source.name} */\n{source.text}" for source in render(program))


def plan_text(program: Program) -> str:
    """Which predicates are kept, and how; everything else is skipped while reading."""
    plan = data_plan(program)
    lines = ["predicate, and what is kept of it:"]
    for number, column in enumerate(plan.columns):
        uses = ", ".join(column.uses) or "nothing: a closed shape allows it"
        lines.append(f"{number:6}  {column.predicate:60} {uses}")
    lines.append(f"{'others':>6}  {plan.others}")
    lines += (f"{table.name}: {table.entries:,}, {table.bytes:,} bytes" for table in tables(program))
    return "\n".join(lines) + "\n"
