"""The bytecode of shapes: which instructions their checks become, in the order in which the IR has them.

What passes goes straight through. What is looked at only after a failure (guarded checks, the parts of a
superinstruction) stands in blocks behind the loop or behind the shape, where nothing that passes comes by; see
templates/runtime/program.h.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from cns.codegen.program import ProgramWriter
from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR, Verdict
from cns.ir.units import QUALIFIED, SET_CHECKS, units
from cns.terms import BlankNode, Term
from cython_optimizations import cstructs

NONE = cstructs.NONE
FORWARD, INVERSE = cstructs.COLUMN_FORWARD, cstructs.COLUMN_INVERSE
LESS, EQUAL, GREATER = cstructs.ACCEPT_LESS, cstructs.ACCEPT_EQUAL, cstructs.ACCEPT_GREATER
IRI, BLANK, LITERAL = cstructs.NODE_KIND_IRI, cstructs.NODE_KIND_BLANK, cstructs.NODE_KIND_LITERAL

RANGE_ACCEPTS = {
    OpKind.MIN_EXCLUSIVE: GREATER,
    OpKind.MIN_INCLUSIVE: GREATER | EQUAL,
    OpKind.MAX_EXCLUSIVE: LESS,
    OpKind.MAX_INCLUSIVE: LESS | EQUAL,
}
_COMPARE_ACCEPTS = {OpKind.LESS_THAN: LESS, OpKind.LESS_THAN_OR_EQUALS: LESS | EQUAL}
_COUNTS = {OpKind.MIN_COUNT: "MIN_COUNT", OpKind.MAX_COUNT: "MAX_COUNT"}
_LENGTHS = {OpKind.MIN_LENGTH: "MIN_LENGTH", OpKind.MAX_LENGTH: "MAX_LENGTH"}
_NODE_KINDS = {
    "IRI": IRI,
    "BlankNode": BLANK,
    "Literal": LITERAL,
    "BlankNodeOrIRI": BLANK | IRI,
    "IRIOrLiteral": IRI | LITERAL,
    "BlankNodeOrLiteral": BLANK | LITERAL,
}
_LOGIC = frozenset({OpKind.NOT, OpKind.AND, OpKind.OR, OpKind.XONE, OpKind.NODE})

Jump = tuple[int, str]
"""An instruction and the operand in which it says where to go on."""


class Tables(Protocol):
    """Where constants get their numbers."""

    out: ProgramWriter

    def value(self, term: Term) -> int: ...
    def term(self, number: int) -> Term: ...
    def column(self, predicate: Term, flags: int) -> int: ...
    def class_index(self, term: Term) -> int: ...
    def datatype(self, iri: str) -> int: ...
    def regex(self, op: Op) -> int: ...
    def value_set(self, terms: tuple[int, ...]) -> int: ...
    def language_list(self, tags: tuple[str, ...]) -> int: ...
    def closed_list(self, allowed: tuple[int, ...]) -> int: ...
    def fit(self, ops: tuple[Op, ...]) -> int: ...


@dataclass
class _Block:
    """Code that is written when its region has ended."""

    entries: list[Jump]
    back: int
    write: Callable[[], None]


@dataclass
class _Region:
    """A loop or a shape, with the blocks that will stand behind it."""

    blocks: list[_Block] = field(default_factory=list)


class CodeWriter:
    """Writes the code of one shape after the other."""

    def __init__(self, ir: ProgramIR, tables: Tables) -> None:
        self.ir = ir
        self.tables = tables
        self.out = tables.out
        self.absorbed = _absorbed(ir)
        self.region: _Region | None = None
        """None: within a block, where all that depends on a failure is written in line."""
        self.starts: dict[int, int] = {}
        """The first instruction of each op that has code."""
        self.guarded: dict[int, list[Op]] = {}
        """Guard → what it guards in the code that is being written."""

    # ------------------------------------------------------------------ instructions

    def emit(self, name: str, a: int = 0, b: int = 0, c: int = 0, d: int = 0) -> int:
        return self.out.instruction(cstructs.INSTRUCTIONS[name][0], a, b, c, d)

    def here(self) -> int:
        return self.out.next_row("code")

    def land(self, jumps: Iterable[Jump]) -> None:
        """Lets the jumps lead to the next instruction."""
        for row, operand in jumps:
            self.out.patch("code", row, operand, self.here())

    def jump(self, name: str = "JUMP") -> Jump:
        return self.emit(name), "a"

    def write_blocks(self, region: _Region) -> None:
        outer, self.region = self.region, None
        for block in region.blocks:
            self.land(block.entries)
            block.write()
            self.emit("JUMP", block.back)
        self.region = outer

    def afterwards(self, entries: list[Jump], back: int, write: Callable[[], None]) -> None:
        assert self.region is not None
        self.region.blocks.append(_Block(entries, back, write))

    # ------------------------------------------------------------------ shapes

    def shape(self, shape: ShapeIR) -> tuple[int, int]:
        """(entry, end). Where every call was replaced by the code itself, nothing is left to be entered."""
        entry = self.here()
        self.region = region = _Region()
        self.guarded = {}
        if not shape.deactivated and shape.id not in self.absorbed:
            self.body([shape])
        self.emit("RETURN")
        self.write_blocks(region)
        return entry, self.here()

    def body(self, shapes: list[ShapeIR]) -> None:
        """Of shapes that look at the same values. A guard guards where it stands; in code without it the other check
        is run."""
        ops = [self.ir.ops[number] for shape in shapes for number in shape.ops]
        present = {op.id for op in ops}
        wanted = []
        for op in ops:
            if op.decision.verdict is Verdict.GUARDED and op.decision.by in present:
                self.guarded.setdefault(op.decision.by, []).append(op)
            elif op.decision.verdict is not Verdict.HOLDS:
                wanted.append(op)
        if shapes[0].path is None:
            self.own_value(shapes[0], wanted)
        elif wanted:
            self.values_of_path(shapes[0].path, wanted)

    def own_value(self, shape: ShapeIR, ops: list[Op]) -> None:
        """The focus node is the value. Between its checks stands the code of inlined property shapes, with values of
        their own; those of one path together, at the place of the first."""
        while ops:
            if _is_inlined_property(ops[0]):
                called = self.ir.shapes[ops[0].shapes[0]]
                inlined = [self.ir.shapes[op.shapes[0]] for op in ops if _is_inlined_property(op)]
                self.body([other for other in dict.fromkeys(inlined) if other.path == called.path])
                ops = [
                    op for op in ops if not _is_inlined_property(op) or self.ir.shapes[op.shapes[0]].path != called.path
                ]
                continue
            count = next((i for i, op in enumerate(ops) if _is_inlined_property(op)), len(ops))
            checks, ops = ops[:count], ops[count:]
            self.emit("VALUES_SELF")
            if shape.unrolled and not any(op.kind in QUALIFIED for op in checks):
                for op in checks:
                    self.check(op)
            else:
                self.all_values(checks)

    def values_of_path(self, path: int, ops: list[Op]) -> None:
        node = self.ir.paths[path]
        if node.kind is PathKind.PREDICATE:
            self.emit("VALUES_FORWARD", self.tables.column(self.tables.term(node.term), FORWARD))
        elif node.kind is PathKind.INVERSE:
            self.emit("VALUES_INVERSE", self.tables.column(self.tables.term(node.term), INVERSE))
        else:
            self.emit("VALUES_PATH", path)
        self.all_values(ops)

    def all_values(self, ops: list[Op]) -> None:
        """In the order of the ops; which of them share a loop is for ``units`` to say."""
        groups = units(ops)
        looped = any(group[0].kind not in SET_CHECKS and group[0].kind not in QUALIFIED for group in groups)
        at_the_loop = next((op for op in ops if self.is_fused_with_loop(op)), None) if looped else None
        for group in groups:
            if group[0].kind in QUALIFIED:
                self.qualified(group)
            elif group[0].kind not in SET_CHECKS:
                self.loop(lambda group=group: self.value_checks(group), at_the_loop)  # type: ignore[misc]
            elif group[0] is not at_the_loop:
                self.set_check(group[0])

    def loop(self, write_body: Callable[[], None], if_empty: Op | None = None) -> None:
        outer, self.region = self.region, _Region()
        each = self.emit("EACH")
        body = self.here()
        write_body()
        following = self.emit("NEXT", body)
        self.write_blocks(self.region)
        self.region = outer
        self.land([(each, "a"), (each, "b"), (following, "b")])
        if if_empty is not None:
            self.afterwards([(each, "a")], self.here(), lambda: self.set_check(if_empty))

    # ------------------------------------------------------------------ checks

    def value_checks(self, ops: list[Op]) -> None:
        for op in ops:
            self.check(op)

    def check(self, op: Op) -> None:
        self.starts.setdefault(op.id, self.here())
        (self.set_check if op.kind in SET_CHECKS else self.value_check)(op)

    def after_failure(self, op: Op, row: int) -> None:
        """The checks that the op guards: in a block, or if this is one, here."""
        checks = self.guarded.get(op.id, [])
        if not checks:
            return
        if self.region is None:
            self.value_checks(checks)
        else:
            self.afterwards([(row, "d")], row + 1, lambda: self.value_checks(checks))

    def set_check(self, op: Op) -> None:
        self.starts.setdefault(op.id, self.here())
        if op.decision.verdict is Verdict.FAILS:
            self.after_failure(op, self.emit("MIN_COUNT", op.id, NONE))
        elif _is_fused(op) and self.region is not None and not self.is_fused_with_loop(op):
            if op.fused == op.id:
                self.count(op)
        else:
            self.after_failure(op, self.set_instruction(op))

    def count(self, least: Op) -> None:
        most = next(op for op in self.fused_with(least) if op.kind is OpKind.MAX_COUNT)
        self.emit("COUNT", least.id, least.count, most.count, most.id)

    def is_fused_with_loop(self, op: Op) -> bool:
        """The loop tells by itself whether there are any values."""
        return op.kind is OpKind.MIN_COUNT and op.fused == op.id and len(self.fused_with(op)) == 1

    def fused_with(self, first: Op) -> list[Op]:
        shape = self.ir.shapes[first.shape]
        return [op for op in map(self.ir.ops.__getitem__, shape.ops) if op.fused == first.id]

    def set_instruction(self, op: Op) -> int:
        if op.kind in _COUNTS:
            return self.emit(_COUNTS[op.kind], op.id, op.count)
        if op.kind is OpKind.HAS_VALUE:
            return self.emit("HAS_VALUE", op.id, self.tables.value(self.tables.term(op.terms[0])))
        if op.kind is OpKind.UNIQUE_LANG:
            return self.emit("UNIQUE_LANG", op.id)
        column = self.tables.column(self.tables.term(op.terms[0]), FORWARD)
        if op.kind in _COMPARE_ACCEPTS:
            return self.emit("COMPARE", op.id, column, _COMPARE_ACCEPTS[op.kind])
        return self.emit("EQUALS" if op.kind is OpKind.EQUALS else "DISJOINT", op.id, column)

    def value_check(self, op: Op) -> None:
        if op.decision.verdict is Verdict.FAILS:
            self.after_failure(op, self.emit("FAIL", op.id))
        elif op.kind in _LOGIC:
            self.logic(op)
        elif op.kind is OpKind.CLOSED:
            self.after_failure(op, self.emit("CLOSED", op.id, self.tables.closed_list(op.terms)))
        elif op.kind is OpKind.PROPERTY:
            self.emit("CALL", op.shapes[0])
        elif _is_fused(op) and self.region is not None:
            if op.fused == op.id:
                self.fit(op)
        else:
            self.after_failure(op, self.value_instruction(op, op.id))

    def fit(self, first: Op) -> None:
        """Several checks in one; in the block that is for its failure they stand one by one."""
        ops = self.fused_with(first)
        row = self.emit("FITS", self.tables.fit(tuple(ops)))
        self.afterwards([(row, "d")], row + 1, lambda: self.value_checks(ops))

    def value_instruction(self, op: Op, a: int) -> int:
        kind, tables = op.kind, self.tables
        if kind in RANGE_ACCEPTS:
            return self.emit("RANGE", a, tables.value(tables.term(op.terms[0])), RANGE_ACCEPTS[kind])
        if kind in _LENGTHS:
            return self.emit(_LENGTHS[kind], a, op.count)
        if kind is OpKind.CLASS:
            return self.emit("CLASS", a, tables.class_index(tables.term(op.terms[0])))
        if kind is OpKind.DATATYPE:
            return self.emit("DATATYPE", a, tables.datatype(str(tables.term(op.terms[0]))))
        if kind is OpKind.NODE_KIND:
            return self.emit("NODE_KIND", a, _NODE_KINDS[op.text])
        if kind is OpKind.PATTERN:
            return self.emit("PATTERN", a, tables.regex(op))
        if kind is OpKind.LANGUAGE_IN:
            return self.emit("LANGUAGE_IN", a, tables.language_list(op.languages))
        return self.emit("IN", a, tables.value_set(op.terms))  # IN, or HAS_VALUE of the one value

    # ------------------------------------------------------------------ logic

    def logic(self, op: Op) -> None:
        if op.kind is OpKind.XONE:
            self.emit("TALLY_CLEAR")
            second: list[Jump] = []
            for number, shape in enumerate(op.shapes, 1):
                failed = self.test(op, shape)
                self.emit("TALLY")
                if 1 < number < len(op.shapes):
                    second.append((self.emit("JUMP_TALLY", 0, 2), "a"))
                self.land(failed)
            self.land(second)
            self.after_failure(op, self.emit("FAIL_UNLESS_ONE", op.id))
            return
        if op.kind is OpKind.NOT:
            holds = self.test(op, op.shapes[0])
            self.fail(op)
            self.land(holds)
        elif op.kind is OpKind.OR:
            done = [jump for shape in op.shapes for jump in self.test_not(op, shape)]
            self.fail(op)
            self.land(done)
        else:
            self.conjunction(op)

    def conjunction(self, op: Op) -> None:
        if not op.shapes:
            return
        failed = [jump for shape in op.shapes[:-1] for jump in self.test(op, shape)]
        if op.shapes[-1] not in op.inlined:
            done = self.test_not(op, op.shapes[-1])
        else:
            failed += self.test(op, op.shapes[-1])
            if self.region is not None and failed and all(operand == "d" for _, operand in failed):
                self.afterwards(failed, self.here(), lambda: self.fail(op))
                return
            done = [self.jump()]
        self.land(failed)
        self.fail(op)
        self.land(done)

    def fail(self, op: Op) -> None:
        self.emit("FAIL", op.id)
        self.value_checks(self.guarded.get(op.id, []))

    def test(self, op: Op, shape: int) -> list[Jump]:
        """Goes on at the next instruction if the value conforms; returns the jumps that are taken if not."""
        if shape in op.inlined:
            return self.quietly(shape)
        self.ask(shape)
        return [self.jump("JUMP_UNLESS")]

    def test_not(self, op: Op, shape: int) -> list[Jump]:
        """Goes on at the next instruction if the value does not conform; returns the jumps that are taken if it
        does."""
        if shape not in op.inlined:
            self.ask(shape)
            return [self.jump("JUMP_IF")]
        failed = self.quietly(shape)
        done = self.jump()
        self.land(failed)
        return [done]

    def ask(self, shape: int) -> None:
        if not self.ir.shapes[shape].remembered:
            self.emit("TEST", shape)
            return
        self.emit("ASK", shape)
        self.emit("KEEP", shape)

    def quietly(self, number: int) -> list[Jump]:
        """The same by the checks themselves, which lead on instead of giving results."""
        failed = []
        for op in map(self.ir.ops.__getitem__, self.ir.shapes[number].ops):
            if op.decision.verdict is Verdict.FAILS:
                failed.append(self.jump())
            elif op.decision.verdict is Verdict.RUNTIME:
                failed += self.quiet_logic(op) if op.kind in _LOGIC else [(self.value_instruction(op, NONE), "d")]
        return failed

    def quiet_logic(self, op: Op) -> list[Jump]:
        if op.kind is OpKind.OR:
            if not op.shapes:
                return [self.jump()]
            done = [jump for shape in op.shapes[:-1] for jump in self.test_not(op, shape)]
            failed = self.test(op, op.shapes[-1])
            self.land(done)
            return failed
        if op.kind is OpKind.NOT:
            return self.test_not(op, op.shapes[0])
        return [jump for shape in op.shapes for jump in self.test(op, shape)]

    def qualified(self, group: list[Op]) -> None:
        """The minimum and the maximum of one qualified shape share a count, which ends where both are decided."""
        counted = [op for op in group if op.decision.verdict is not Verdict.FAILS]
        for op in group:
            if op not in counted:
                self.set_check(op)
        if not counted:
            return
        first = counted[0]
        enough = max(op.count + (op.kind is OpKind.QUALIFIED_MAX_COUNT) for op in counted)
        leave: list[Jump] = []
        for op in counted:
            self.starts[op.id] = self.here()

        def body() -> None:
            skips = self.test(first, first.shapes[0])
            for sibling in first.siblings:
                skips += self.test_not(first, sibling)
            self.emit("TALLY")
            if enough < NONE:
                leave.append((self.emit("JUMP_TALLY", 0, enough), "a"))
            self.land(skips)

        self.emit("TALLY_CLEAR")
        self.loop(body)
        self.land(leave)
        for op in counted:
            self.emit("MIN_TALLY" if op.kind is OpKind.QUALIFIED_MIN_COUNT else "MAX_TALLY", op.id, op.count)


def _is_inlined_property(op: Op) -> bool:
    return op.kind is OpKind.PROPERTY and bool(op.inlined)


def _is_fused(op: Op) -> bool:
    return op.fused >= 0


def _absorbed(ir: ProgramIR) -> set[int]:
    """Shapes without a name or a target whose code stands wherever they were called."""
    inlined, called = set(), set()
    for op in (ir.ops[number] for shape in ir.shapes for number in shape.ops):
        inlined |= set(op.inlined)
        if op.decision.verdict is not Verdict.HOLDS:
            called |= {*op.shapes, *op.siblings} - set(op.inlined)
    return {n for n in inlined - called if isinstance(ir.shapes[n].node, BlankNode) and not ir.shapes[n].targets}
