"""ShapesAst → ProgramIR: terms interned, paths normalised, shapes and checks numbered, recursion refused."""

from __future__ import annotations

from typing import Any

from cns.errors import UnsupportedError
from cns.ir.messages import Names, default_message
from cns.ir.paths import PathTable
from cns.ir.types import Op, OpKind, ProgramIR, ShapeIR, TargetIR, TargetKind
from cns.shapes import (
    And,
    ClassOf,
    Closed,
    Constraint,
    Datatype,
    Disjoint,
    Equals,
    HasValue,
    In,
    LanguageIn,
    LessThan,
    LessThanOrEquals,
    MaxCount,
    MaxExclusive,
    MaxInclusive,
    MaxLength,
    MinCount,
    MinExclusive,
    MinInclusive,
    MinLength,
    NodeKind,
    NodeShape,
    Not,
    Or,
    Pattern,
    PropertyShape,
    QualifiedMaxCount,
    QualifiedMinCount,
    Shape,
    ShapesAst,
    Target,
    TargetClass,
    TargetNode,
    TargetSubjectsOf,
    UniqueLang,
    Xone,
)
from cns.terms import Literal, Node, Term
from cns.vocab import SH_NS, SPEC

_KINDS: dict[type[Constraint], OpKind] = {
    ClassOf: OpKind.CLASS,
    Datatype: OpKind.DATATYPE,
    NodeKind: OpKind.NODE_KIND,
    MinCount: OpKind.MIN_COUNT,
    MaxCount: OpKind.MAX_COUNT,
    MinExclusive: OpKind.MIN_EXCLUSIVE,
    MinInclusive: OpKind.MIN_INCLUSIVE,
    MaxExclusive: OpKind.MAX_EXCLUSIVE,
    MaxInclusive: OpKind.MAX_INCLUSIVE,
    MinLength: OpKind.MIN_LENGTH,
    MaxLength: OpKind.MAX_LENGTH,
    Pattern: OpKind.PATTERN,
    LanguageIn: OpKind.LANGUAGE_IN,
    UniqueLang: OpKind.UNIQUE_LANG,
    Equals: OpKind.EQUALS,
    Disjoint: OpKind.DISJOINT,
    LessThan: OpKind.LESS_THAN,
    LessThanOrEquals: OpKind.LESS_THAN_OR_EQUALS,
    Not: OpKind.NOT,
    And: OpKind.AND,
    Or: OpKind.OR,
    Xone: OpKind.XONE,
    NodeShape: OpKind.NODE,
    PropertyShape: OpKind.PROPERTY,
    QualifiedMinCount: OpKind.QUALIFIED_MIN_COUNT,
    QualifiedMaxCount: OpKind.QUALIFIED_MAX_COUNT,
    Closed: OpKind.CLOSED,
    HasValue: OpKind.HAS_VALUE,
    In: OpKind.IN,
}


DEEPEST = 4096
"""Levels of shapes that call shapes; the verifier holds programs to the same."""


class _Builder:
    def __init__(self, ast: ShapesAst) -> None:
        self.ast = ast
        self.terms: dict[Term, int] = {}
        self.paths = PathTable(self.intern)
        self.numbers: dict[Node, int] = {shape.node: i for i, shape in enumerate(ast.shapes)}
        self.name = Names(ast.prefixes, {shape.node: shape.source_text for shape in ast.shapes})
        self.ops: list[Op] = []

    def intern(self, term: Term) -> int:
        return self.terms.setdefault(term, len(self.terms))

    def target(self, target: Target) -> TargetIR:
        if isinstance(target, TargetNode):
            return TargetIR(TargetKind.NODE, self.intern(target.node))
        if isinstance(target, TargetClass):
            return TargetIR(TargetKind.CLASS, self.intern(target.cls))
        kind = TargetKind.SUBJECTS_OF if isinstance(target, TargetSubjectsOf) else TargetKind.OBJECTS_OF
        return TargetIR(kind, self.intern(target.predicate))

    def shape(self, number: int, shape: Shape) -> ShapeIR:
        ops = tuple(self.op(number, shape, constraint) for constraint in shape.constraints)
        return ShapeIR(
            id=number,
            node=shape.node,
            path=None if shape.path is None else self.paths.add(shape.path),
            source_path=shape.path,
            targets=tuple(dict.fromkeys(self.target(target) for target in shape.targets)),
            ops=ops,
            severity=shape.severity,
            deactivated=shape.deactivated,
            label=shape.source_text,
            where=shape.where,
        )

    def op(self, number: int, shape: Shape, constraint: Constraint) -> int:
        messages = shape.messages or (Literal(default_message(constraint, self.name)),)
        kind, operands = _KINDS[type(constraint)], self.operands(constraint)
        self.ops.append(Op(len(self.ops), kind, constraint.component, number, messages, **operands))
        return len(self.ops) - 1

    def operands(self, constraint: Constraint) -> dict[str, Any]:
        match constraint:
            case MinCount(count) | MaxCount(count) | MinLength(count) | MaxLength(count):
                return {"count": count}
            case ClassOf(term) | Datatype(term) | HasValue(term):
                return {"terms": (self.intern(term),)}
            case MinExclusive(bound) | MinInclusive(bound) | MaxExclusive(bound) | MaxInclusive(bound):
                return {"terms": (self.intern(bound),)}
            case Equals(predicate) | Disjoint(predicate) | LessThan(predicate) | LessThanOrEquals(predicate):
                return {"terms": (self.intern(predicate),)}
            case In(values):
                return {"terms": tuple(self.intern(value) for value in dict.fromkeys(values))}
            case Closed(allowed):
                return {"terms": tuple(self.intern(predicate) for predicate in allowed)}
            case NodeKind(kind):
                return {"text": kind.removeprefix(SH_NS)}
            case Pattern(pattern, flags):
                return {"text": pattern, "flags": flags}
            case LanguageIn(tags):
                return {"languages": tags}
            case Not(called) | NodeShape(called) | PropertyShape(called):
                return {"shapes": (self.numbers[called],)}
            case And(called) | Or(called) | Xone(called):
                return {"shapes": tuple(self.numbers[node] for node in called)}
            case QualifiedMinCount(called, count, siblings) | QualifiedMaxCount(called, count, siblings):
                numbers = tuple(self.numbers[node] for node in siblings)
                return {"shapes": (self.numbers[called],), "count": count, "siblings": numbers}
            case _:
                return {}


def _calls(shape: Shape) -> list[Node]:
    """The shapes that evaluating this one may evaluate."""
    if shape.deactivated:
        return []
    called: list[Node] = []
    for constraint in shape.constraints:
        match constraint:
            case Not(node) | NodeShape(node) | PropertyShape(node):
                called.append(node)
            case And(nodes) | Or(nodes) | Xone(nodes):
                called += nodes
            case QualifiedMinCount(node, _, siblings) | QualifiedMaxCount(node, _, siblings):
                called += (node, *siblings)
    return called


def _refuse_recursion(ast: ShapesAst) -> None:
    """And nesting that no engine has frames for.

    The recommendation leaves recursive shapes undefined; validators disagree on them, so that cns does not guess.
    """
    by_node = {shape.node: shape for shape in ast.shapes}
    done: dict[Node, int] = {}  # → how many levels of shapes it leads to, itself included
    for root in ast.shapes:
        path: dict[Node, None] = {}
        stack = [(root.node, iter(_calls(root)))]
        while stack:
            node, calls = stack[-1]
            path[node] = None
            called = next((c for c in calls if c not in done), None)
            if called is None:
                stack.pop()
                done[node] = 1 + max((done[c] for c in _calls(by_node[node])), default=0)
                del path[node]
                if done[node] > DEEPEST:
                    raise UnsupportedError(
                        "CNS311",
                        f"shapes are nested more than {DEEPEST} deep below {by_node[node].source_text}",
                        where=by_node[node].where,
                        hint="let a target check the inner shapes instead of sh:node and its like",
                    )
            elif called in path:
                names = list(path)
                cycle = [*names[names.index(called) :], called]
                raise UnsupportedError(
                    "CNS310",
                    "shapes that refer to themselves: " + " → ".join(by_node[n].source_text for n in cycle),
                    where=by_node[called].where,
                    hint="break the cycle, e.g. replace the inner sh:node by sh:class or sh:nodeKind, "
                    "and let a target check the nodes that it leads to",
                    spec=SPEC + "#shapes-recursion",
                )
            else:
                stack.append((called, iter(_calls(by_node[called]))))


def build(ast: ShapesAst) -> ProgramIR:
    """Every shape of the AST, in its order."""
    _refuse_recursion(ast)
    builder = _Builder(ast)
    shapes = tuple(builder.shape(i, shape) for i, shape in enumerate(ast.shapes))
    sub_classes = tuple((builder.intern(sub), builder.intern(sup)) for sub, sup in ast.sub_classes)
    return ProgramIR(
        terms=tuple(builder.terms),
        paths=tuple(builder.paths.nodes),
        shapes=shapes,
        ops=tuple(builder.ops),
        sub_classes=sub_classes,
        prefixes=ast.prefixes,
    )
