"""Which kinds of node can be a value at all: what targets and calls lead to each shape, and where paths lead."""

from __future__ import annotations

from functools import reduce
from graphlib import TopologicalSorter
from operator import or_

from cns.ir.types import OpKind, PathKind, ProgramIR, ShapeIR, TargetIR, TargetKind
from cns.terms import BlankNode, Iri, Literal, Term
from cython_optimizations import cstructs

IRI, BLANK, LITERAL = cstructs.NODE_KIND_IRI, cstructs.NODE_KIND_BLANK, cstructs.NODE_KIND_LITERAL
RESOURCE, ANY = IRI | BLANK, IRI | BLANK | LITERAL


def kind_of(term: Term) -> int:
    return LITERAL if isinstance(term, Literal) else BLANK if isinstance(term, BlankNode) else IRI


def callers_first(ir: ProgramIR) -> list[ShapeIR]:
    """Each shape before those that it calls; among equals by number. Shapes do not recurse."""
    return [ir.shapes[number] for number in reversed(callees_first(ir))]


def callees_first(ir: ProgramIR) -> list[int]:
    """A deactivated shape calls none, so that it may even refer to itself."""
    order: TopologicalSorter[int] = TopologicalSorter()
    for shape in ir.shapes:
        ops = (ir.ops[number] for number in (() if shape.deactivated else shape.ops))
        order.add(shape.id, *(n for op in ops for n in (*op.shapes, *op.siblings)))
    return list(order.static_order())


class PathKinds:
    """Where paths lead, from focus nodes of some kinds. Subjects are never literals; a path of no steps stays where
    it is."""

    def __init__(self, ir: ProgramIR) -> None:
        self._paths = ir.paths
        self._known: dict[tuple[int, int], int] = {}

    def __call__(self, path: int, focus: int) -> int:
        if (path, focus) not in self._known:
            self._known[path, focus] = self._kinds(path, focus)
        return self._known[path, focus]

    def _kinds(self, path: int, focus: int) -> int:
        node = self._paths[path]
        if node.kind is PathKind.PREDICATE:
            return ANY
        if node.kind is PathKind.INVERSE:
            return RESOURCE
        if node.kind is PathKind.ALTERNATIVE:
            return reduce(or_, (self(child, focus) for child in node.children))
        if node.kind is PathKind.SEQUENCE:
            return reduce(lambda kinds, child: self(child, kinds), node.children, focus)
        kinds = focus if node.kind is not PathKind.ONE_OR_MORE else self(node.children[0], focus)
        while (more := kinds | self(node.children[0], kinds)) != kinds:
            kinds = more
        return kinds


def value_kinds(ir: ProgramIR) -> tuple[list[int], list[int]]:
    """(kinds of the focus nodes, kinds of the values) by shape; 0 where nothing leads to the shape.

    Shapes with a name or a target can be run over any nodes that are named by IRI.
    """
    focus = [_from_outside(ir, shape) for shape in ir.shapes]
    values = [0] * len(ir.shapes)
    path_kinds = PathKinds(ir)
    for shape in callers_first(ir):
        kinds = focus[shape.id]
        values[shape.id] = kinds if shape.path is None or not kinds else path_kinds(shape.path, kinds)
        if not shape.deactivated:
            for op in (ir.ops[number] for number in shape.ops):
                for called in (*op.shapes, *op.siblings):
                    focus[called] |= values[shape.id]
    return focus, values


def _from_outside(ir: ProgramIR, shape: ShapeIR) -> int:
    kinds = IRI if shape.targets or isinstance(shape.node, Iri) else 0
    for target in shape.targets:
        kinds |= _target_kinds(ir, target)
    return kinds


def _target_kinds(ir: ProgramIR, target: TargetIR) -> int:
    if target.kind is TargetKind.NODE:
        return kind_of(ir.terms[target.term])
    return ANY if target.kind is TargetKind.OBJECTS_OF else RESOURCE


LOGIC = frozenset({OpKind.NOT, OpKind.AND, OpKind.OR, OpKind.XONE, OpKind.NODE})
QUALIFIED = frozenset({OpKind.QUALIFIED_MIN_COUNT, OpKind.QUALIFIED_MAX_COUNT})
