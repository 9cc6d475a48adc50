"""What the compiler made of shapes, as one value: what text, JSON and the page show.

JSON has these fields under these names; ``EXPLANATION_VERSION`` grows when one changes its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cns import __version__
from cns.codegen.assembly import instruction_text, term_text
from cns.codegen.lower import lower
from cns.codegen.program import Program
from cns.codegen.render import shape_functions
from cns.frontend.describe import Descriptions
from cns.ir.pprint import op_text, path_text
from cns.ir.types import Op, ProgramIR, ShapeIR, Verdict
from cns.options import CompileOptions
from cns.passes.bounds import Bounds
from cns.pipeline import ir_of, load_profile, load_sources, optimise, order_ir
from cns.terms import n3
from cython_optimizations import cstructs

EXPLANATION_VERSION = 1

_USES = ((cstructs.COLUMN_FORWARD, "values"), (cstructs.COLUMN_INVERSE, "subjects"))
_OP_LETTERS = frozenset("oq")


@dataclass(frozen=True, slots=True)
class Check:
    number: int
    """By which bytecode and results name it."""
    kind: str
    text: str
    verdict: str
    """"runtime", "holds", "fails", "guarded"; see cns.ir.types.Verdict."""
    rule: str
    """What decided, "" where nothing did."""
    reason: str
    by: int
    """The check that is the reason; -1: none is."""
    fused: int
    """The first of the checks that are done in one with this one; -1: it is done by itself."""
    inlined: tuple[int, ...]
    """Shapes whose code stands here."""
    shapes: tuple[int, ...]
    """Shapes that it calls."""
    cycles: float
    """Where everything holds, one value for each path: estimated."""
    worst: str
    """Every check executed, as a formula in the number of values of each path."""


@dataclass(frozen=True, slots=True)
class Instruction:
    text: str
    op: int
    """The check that it belongs to; -1: none."""


@dataclass(frozen=True, slots=True)
class Shape:
    number: int
    label: str
    name: str
    """Its IRI or blank node, in N-Triples."""
    where: str
    path: str
    """"" for a node shape."""
    severity: str
    targets: tuple[str, ...]
    deactivated: bool
    remembered: bool
    """A run keeps its verdicts for those who ask again."""
    cycles: float
    """For each focus node: estimated, where everything holds, one value for each path."""
    worst: str
    turtle: str
    checks: tuple[Check, ...]
    """In the order in which they run."""
    bytecode: tuple[Instruction, ...]
    c: str
    """"" where its code stands in its callers only."""


@dataclass(frozen=True, slots=True)
class Column:
    predicate: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the reader keeps."""

    columns: tuple[Column, ...]
    others: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Note:
    rule: str
    """The pass."""
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    version: int
    cns: str
    files: tuple[str, ...]
    shapes: tuple[Shape, ...]
    """In the order in which a verdict asks those that have targets; the others behind them."""
    plan: Plan
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    """What each pass did, in order."""
    warnings: tuple[str, ...]


def explain(ontology: Any, shapes: Any, options: CompileOptions) -> Explanation:
    sources = load_sources(ontology, shapes, options)
    built, warnings = ir_of(sources, options)
    ordering = order_ir(built, load_profile(options)[0])
    ir, notes, contradictions = optimise(ordering.ir, options)
    program = lower(ir)
    explained = _Shapes(ir, program, Descriptions(sources))
    return Explanation(
        version=EXPLANATION_VERSION,
        cns=__version__,
        files=tuple(name for name, _ in sources.files),
        shapes=tuple(explained.shape(ir.shapes[number]) for number in _roots_first(ir)),
        plan=data_plan(program),
        tables=tables(program),
        notes=tuple(Note(note.name, " ".join(note.text.split())) for note in notes),
        warnings=tuple(dict.fromkeys((*warnings, *contradictions))),
    )


def _roots_first(ir: ProgramIR) -> list[int]:
    in_order = ir.roots or tuple(range(len(ir.shapes)))
    return sorted(in_order, key=lambda number: not ir.shapes[number].targets)


class _Shapes:
    def __init__(self, ir: ProgramIR, program: Program, descriptions: Descriptions) -> None:
        self.ir, self.program, self.turtle, self.term = ir, program, descriptions, descriptions.name
        self.passing, self.worst = Bounds(ir, passing=True), Bounds(ir)
        self.functions = shape_functions(program)

    def shape(self, shape: ShapeIR) -> Shape:
        row = self.program.row("shapes", shape.id)
        return Shape(
            number=shape.id,
            label=" ".join(shape.label.split()),
            name=n3(shape.node),
            where=str(shape.where),
            path="" if shape.path is None else self.path(shape.path),
            severity=self.term(shape.severity),
            targets=tuple(f"{t.kind.value} {self.term(self.ir.terms[t.term])}" for t in shape.targets),
            deactivated=shape.deactivated,
            remembered=shape.remembered,
            cycles=self.passing.shape(shape.id).at_one(),
            worst=self.worst.shape(shape.id).text(self.path),
            turtle=self.turtle(shape.node),
            checks=tuple(self.check(self.ir.ops[number]) for number in shape.ops),
            bytecode=tuple(self.instruction(pc) for pc in range(row["entry"], row["end"])),
            c=self.functions.get(shape.id, ""),
        )

    def check(self, op: Op) -> Check:
        return Check(
            number=op.id,
            kind=op.kind.value,
            text=op_text(self.ir, op, self.term).removeprefix(f"op {op.id} "),
            verdict=op.decision.verdict.value,
            rule=op.decision.rule,
            reason=op.decision.reason,
            by=op.decision.by,
            fused=op.fused,
            inlined=op.inlined,
            shapes=(*op.shapes, *op.siblings),
            cycles=self.passing.op(op).at_one(),
            worst="0" if op.decision.verdict is Verdict.HOLDS else self.worst.op(op).text(self.path),
        )

    def instruction(self, pc: int) -> Instruction:
        row = self.program.row("code", pc)
        letters = LETTERS[row["code"]]
        numbers = [row[field] for field, letter in zip("abcd", letters, strict=True) if letter in _OP_LETTERS]
        op = next((number for number in numbers if number != cstructs.NONE), -1)
        return Instruction(instruction_text(self.program, pc).strip(), op)

    def path(self, number: int) -> str:
        return path_text(self.ir, number, self.term)


LETTERS = dict(cstructs.INSTRUCTIONS.values())


def data_plan(program: Program) -> Plan:
    """Which predicates are kept, and how; everything else is skipped while reading."""
    facts = program.row("facts", 0)
    columns = []
    for number, column in enumerate(program.rows("columns")):
        uses = [name for bit, name in _USES if column["flags"] & bit]
        if number == facts["type_column"]:
            uses.append("classes")
        if number == facts["sub_class_column"]:
            uses.append("class hierarchy")
        columns.append(Column(term_text(program, column["predicate"]), tuple(uses)))
    return Plan(tuple(columns), "kept: closed shapes look at them" if facts["keep_rest"] else "skipped in the reader")


def tables(program: Program) -> tuple[Table, ...]:
    """Perfect hashes, automata and the rest of what code looks things up in."""
    hashed = len(program.tables["predicate_hash"]) + len(program.tables["predicates"])
    classes = len(program.tables["class_hash"]) + len(program.tables["class_names"])
    sets = list(program.rows("value_sets"))
    return (
        Table("predicates: perfect hash", program.count("predicates"), 4 * hashed),
        Table("sh:in: perfect hashes", sum(row["keys"] for row in sets), 4 * sum(row["count"] for row in sets)),
        Table("sh:pattern: automata", program.count("regexes"), 4 * len(program.tables["regex_words"])),
        Table("classes: perfect hash", program.count("class_names"), 4 * classes),
        Table("classes asked about", program.count("classes"), 4 * len(program.tables["classes"])),
        Table("subclass pairs", program.count("sub_classes"), 4 * len(program.tables["sub_classes"])),
        Table("instructions", program.count("code"), 4 * len(program.tables["code"])),
    )
