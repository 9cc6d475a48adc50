"""What the compiler decided, as text: the IR, the bytecode, the data plan."""

from __future__ import annotations

from typing import Any

from cns.codegen.assembly import disassemble, term_text
from cns.codegen.program import Program
from cns.options import CompileOptions
from cython_optimizations import cstructs

_USES = ((cstructs.COLUMN_FORWARD, "values"), (cstructs.COLUMN_INVERSE, "subjects"))


def ir_text(ontology: Any, shapes: Any, options: CompileOptions) -> str:
    from cns.ir.pprint import pprint
    from cns.pipeline import build_ir

    return pprint(build_ir(ontology, shapes, options)[0])


def order_text(ontology: Any, shapes: Any, options: CompileOptions) -> str:
    """The shapes in the order in which a verdict asks them, each with its checks in order, their costs and chances."""
    from cns.ir.pprint import op_text
    from cns.pipeline import ordered_ir

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
    from cns.ir.pprint import pprint
    from cns.pipeline import optimise, ordered_ir

    ir, notes, _ = optimise(ordered_ir(ontology, shapes, options).ir, options)
    said = "".join(f"{note.name}: {' '.join(note.text.split())}\n" for note in notes)
    return f"{said}\n{pprint(ir)}"


def bytecode_text(program: Program) -> str:
    return disassemble(program)


def plan_text(program: Program) -> str:
    """Which predicates are kept, and how; everything else is skipped while reading."""
    facts = program.row("facts", 0)
    lines = ["predicate, and what is kept of it:"]
    for number, column in enumerate(program.rows("columns")):
        uses = [name for bit, name in _USES if column["flags"] & bit]
        if number == facts["type_column"]:
            uses.append("classes")
        if number == facts["sub_class_column"]:
            uses.append("class hierarchy")
        name = term_text(program, column["predicate"])
        lines.append(f"{number:6}  {name:60} {', '.join(uses) or 'nothing: a closed shape allows it'}")
    rest = "kept: closed shapes look at them" if facts["keep_rest"] else "skipped in the reader"
    lines.append(f"{'others':>6}  {rest}")
    size = 4 * (len(program.tables["predicate_hash"]) + len(program.tables["predicates"]))
    lines.append(f"{program.count('predicates')} predicates found by a perfect hash, {size:,} bytes of tables")
    lines.append(f"{program.count('classes')} classes, {program.count('sub_classes')} subclass pairs compiled in")
    lines.append(f"{program.count('regexes')} patterns, {4 * len(program.tables['regex_words']):,} bytes of tables")
    return "\n".join(lines) + "\n"
