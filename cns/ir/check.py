"""Asserts the IR's invariants. Tests run it after each stage; a broken one is a bug of ours, never of the input."""

from __future__ import annotations

from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR, Verdict

_OPERAND_COUNTS = {
    OpKind.CLASS: 1,
    OpKind.DATATYPE: 1,
    OpKind.HAS_VALUE: 1,
    OpKind.MIN_EXCLUSIVE: 1,
    OpKind.MIN_INCLUSIVE: 1,
    OpKind.MAX_EXCLUSIVE: 1,
    OpKind.MAX_INCLUSIVE: 1,
    OpKind.EQUALS: 1,
    OpKind.DISJOINT: 1,
    OpKind.LESS_THAN: 1,
    OpKind.LESS_THAN_OR_EQUALS: 1,
}
_ONE_SHAPE = frozenset(
    {OpKind.NOT, OpKind.NODE, OpKind.PROPERTY, OpKind.QUALIFIED_MIN_COUNT, OpKind.QUALIFIED_MAX_COUNT}
)
_ANY_TERMS = frozenset({OpKind.IN, OpKind.CLOSED})
_ANY_SHAPES = frozenset({OpKind.AND, OpKind.OR, OpKind.XONE})


class BrokenIR(AssertionError):
    """An invariant does not hold."""


def check(ir: ProgramIR) -> ProgramIR:
    """Returns the IR unchanged, or raises BrokenIR."""
    _require(len(set(ir.terms)) == len(ir.terms), "a term is interned twice")
    for number, path in enumerate(ir.paths):
        leaf = path.kind in (PathKind.PREDICATE, PathKind.INVERSE)
        _require(leaf == (path.term >= 0) and leaf != bool(path.children), f"path {number} has the wrong operands")
        _require(all(child < number for child in path.children), f"path {number} refers to a later one")
        _require(path.term < len(ir.terms), f"path {number} names an unknown term")
    owned = [op for shape in ir.shapes for op in shape.ops]
    _require(len(owned) == len(set(owned)) and set(owned) <= set(range(len(ir.ops))), "an op belongs to two shapes")
    for number, shape in enumerate(ir.shapes):
        _check_shape(ir, number, shape)
    _require(not ir.roots or sorted(ir.roots) == list(range(len(ir.shapes))), "the roots are not all shapes, each once")
    for sub, sup in ir.sub_classes:
        _require(0 <= sub < len(ir.terms) and 0 <= sup < len(ir.terms), "a subclass pair names an unknown term")
    _require(all(0 <= term < len(ir.terms) for term in ir.nothing_to_check), "an unknown term is marked")
    return ir


def _check_shape(ir: ProgramIR, number: int, shape: ShapeIR) -> None:
    _require(shape.id == number, f"shape {number} is numbered {shape.id}")
    _require((shape.path is None) == (shape.source_path is None), f"shape {number}: one path without the other")
    _require(shape.path is None or shape.path < len(ir.paths), f"shape {number} has an unknown path")
    _require(all(0 <= target.term < len(ir.terms) for target in shape.targets), f"shape {number} has an unknown target")
    _require(not (shape.remembered and shape.deactivated), f"shape {number} is off, and its verdicts are kept")
    for op in (ir.ops[i] for i in shape.ops):
        _require(op.shape == number, f"op {op.id} does not know its shape")
        _check_op(ir, op)


def _check_op(ir: ProgramIR, op: Op) -> None:
    _require(ir.ops[op.id] is op, f"op {op.id} is not in its place")
    if op.kind not in _ANY_TERMS:
        _require(len(op.terms) == _OPERAND_COUNTS.get(op.kind, 0), f"op {op.id} has the wrong number of terms")
    runs = op.decision.verdict in (Verdict.RUNTIME, Verdict.GUARDED)
    if op.kind not in _ANY_SHAPES and (runs or op.shapes):
        _require(len(op.shapes) == int(op.kind in _ONE_SHAPE), f"op {op.id} has the wrong number of shapes")
    _check_decision(ir, op)
    _require(all(0 <= term < len(ir.terms) for term in op.terms), f"op {op.id} names an unknown term")
    _require(all(0 <= s < len(ir.shapes) for s in (*op.shapes, *op.siblings)), f"op {op.id} calls an unknown shape")
    _require(bool(op.messages), f"op {op.id} has no message")


def _check_decision(ir: ProgramIR, op: Op) -> None:
    by = op.decision.by
    same_values = by == -1 or ir.shapes[ir.ops[by].shape].path == ir.shapes[op.shape].path
    _require(same_values, f"op {op.id} is decided by an op that looks at other values")
    fused = op.fused == -1 or op.fused in ir.shapes[op.shape].ops
    _require(fused, f"op {op.id} is fused with an op of another shape")
    _require(set(op.inlined) <= {*op.shapes, *op.siblings}, f"op {op.id} has the code of a shape that it does not call")
    if op.decision.verdict is Verdict.GUARDED:
        guarded = by == op.id or by == -1 or ir.ops[by].decision.verdict is not Verdict.RUNTIME
        _require(not guarded, f"op {op.id} has a guard that is not run")
    if op.fused != -1:
        _require(op.decision.verdict is Verdict.RUNTIME, f"op {op.id} is decided, and fused all the same")
        _require(ir.ops[op.fused].fused == op.fused, f"op {op.id} is fused with an op that is not the first")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BrokenIR(what)
