"""The IR as text: what golden tests hold and what ``cns-aotc explain --ir`` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cns.ir.types import Op, PathKind, ProgramIR, ShapeIR, Verdict
from cns.terms import Term, n3

_SUFFIX = {PathKind.ZERO_OR_MORE: "*", PathKind.ONE_OR_MORE: "+", PathKind.ZERO_OR_ONE: "?"}


def pprint(ir: ProgramIR) -> str:
    """Shapes in order, each with its targets, value nodes and checks."""
    return "".join(line + "\n" for shape in ir.shapes for line in shape_lines(ir, shape))


def shape_lines(ir: ProgramIR, shape: ShapeIR) -> Iterator[str]:
    off = "  (deactivated)" if shape.deactivated else ""
    yield f"shape {shape.id} {_flat(shape.label)}{off}"
    yield f"  severity {n3(shape.severity)}"
    for target in shape.targets:
        yield f"  target {target.kind.value} {n3(ir.terms[target.term])}"
    if shape.needs is not None:
        yield f"  run only if there is {' or '.join(n3(ir.terms[term]) for term in shape.needs) or '… never'}"
    if shape.remembered:
        yield "  verdicts are kept"
    yield f"  values {'self' if shape.path is None else path_text(ir, shape.path)}"
    for number in shape.ops:
        yield f"  {op_text(ir, ir.ops[number])}{decision_text(ir.ops[number])}"


Namer = Callable[[Term], str]


def op_text(ir: ProgramIR, op: Op, name: Namer = n3) -> str:
    parts = [f"op {op.id} {op.kind.value}"]
    if op.kind.value.lower().endswith(("count", "length")):
        parts.append(str(op.count))
    if op.text:
        parts.append(f'"{_flat(op.text)}"')
    if op.flags:
        parts.append(f"flags {op.flags}")
    parts += (_flat(name(ir.terms[term])) for term in op.terms)
    parts += op.languages
    parts += (f"shape {shape}" for shape in op.shapes)
    if op.siblings:
        parts.append("not " + " ".join(f"shape {shape}" for shape in op.siblings))
    return " ".join(parts)


def decision_text(op: Op) -> str:
    """What the passes have to say of the check; empty where they had nothing."""
    decision = op.decision
    parts = []
    if decision.verdict is not Verdict.RUNTIME or decision.rule:
        by = f" by op {decision.by}" if decision.by >= 0 else ""
        parts.append(f"{decision.verdict.value}{by} ({decision.rule}: {decision.reason})")
    if op.fused >= 0:
        parts.append("fused" if op.fused == op.id else f"fused with op {op.fused}")
    if op.inlined:
        parts.append("inlined " + " ".join(f"shape {n}" for n in op.inlined))
    return "  ; " + ", ".join(parts) if parts else ""


def path_text(ir: ProgramIR, path: int, name: Namer = n3) -> str:
    """In the notation of SPARQL's property paths."""
    node = ir.paths[path]
    if node.kind is PathKind.PREDICATE:
        return name(ir.terms[node.term])
    if node.kind is PathKind.INVERSE:
        return "^" + name(ir.terms[node.term])
    if node.kind in _SUFFIX:
        return _grouped(ir, node.children[0], name) + _SUFFIX[node.kind]
    between = "/" if node.kind is PathKind.SEQUENCE else "|"
    return between.join(_grouped(ir, child, name) for child in node.children)


def _grouped(ir: ProgramIR, path: int, name: Namer) -> str:
    text = path_text(ir, path, name)
    return text if ir.paths[path].kind in (PathKind.PREDICATE, *_SUFFIX) else f"({text})"


def _flat(text: str) -> str:
    return text.replace("\n", "\\n").replace("\r", "\\r")
