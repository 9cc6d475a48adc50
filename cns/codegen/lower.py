"""ProgramIR → Program: bytecode, the data plan, and the texts that reports are made of.

Which checks there are and in which order they run was decided before; here each becomes a few instructions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from cns.codegen.dispatch import term_index, value_set, write_predicates
from cns.codegen.paths import path_as_json, path_as_ntriples, path_as_turtle
from cns.codegen.program import Program, ProgramWriter
from cns.codegen.regex import compile_pattern
from cns.errors import CnsError
from cns.ir.types import Op, OpKind, PathKind, ProgramIR, ShapeIR, TargetKind
from cns.ir.units import QUALIFIED, SET_CHECKS, units
from cns.naming import Namer, report_prefixes
from cns.terms import BlankNode, Iri, Literal, Term, n3
from cns.vocab import RDF_TYPE, RDFS_SUB_CLASS_OF
from cython_optimizations import cstructs

NONE = cstructs.NONE
FORWARD, INVERSE = cstructs.COLUMN_FORWARD, cstructs.COLUMN_INVERSE
LESS, EQUAL, GREATER = cstructs.ACCEPT_LESS, cstructs.ACCEPT_EQUAL, cstructs.ACCEPT_GREATER
IRI, BLANK, LITERAL = cstructs.NODE_KIND_IRI, cstructs.NODE_KIND_BLANK, cstructs.NODE_KIND_LITERAL

_RANGE_ACCEPTS = {
    OpKind.MIN_EXCLUSIVE: GREATER,
    OpKind.MIN_INCLUSIVE: GREATER | EQUAL,
    OpKind.MAX_EXCLUSIVE: LESS,
    OpKind.MAX_INCLUSIVE: LESS | EQUAL,
}
_COMPARE_ACCEPTS = {OpKind.LESS_THAN: LESS, OpKind.LESS_THAN_OR_EQUALS: LESS | EQUAL}
_COUNTS = {
    OpKind.MIN_COUNT: "MIN_COUNT",
    OpKind.MAX_COUNT: "MAX_COUNT",
    OpKind.MIN_LENGTH: "MIN_LENGTH",
    OpKind.MAX_LENGTH: "MAX_LENGTH",
}
_NODE_KINDS = {
    "IRI": IRI,
    "BlankNode": BLANK,
    "Literal": LITERAL,
    "BlankNodeOrIRI": BLANK | IRI,
    "IRIOrLiteral": IRI | LITERAL,
    "BlankNodeOrLiteral": BLANK | LITERAL,
}
_TARGETS = {
    TargetKind.NODE: cstructs.TARGET_NODE,
    TargetKind.CLASS: cstructs.TARGET_CLASS,
    TargetKind.SUBJECTS_OF: cstructs.TARGET_SUBJECTS_OF,
    TargetKind.OBJECTS_OF: cstructs.TARGET_OBJECTS_OF,
}
_PATHS = {
    PathKind.PREDICATE: cstructs.PATH_PREDICATE,
    PathKind.INVERSE: cstructs.PATH_INVERSE,
    PathKind.SEQUENCE: cstructs.PATH_SEQUENCE,
    PathKind.ALTERNATIVE: cstructs.PATH_ALTERNATIVE,
    PathKind.ZERO_OR_MORE: cstructs.PATH_ZERO_OR_MORE,
    PathKind.ONE_OR_MORE: cstructs.PATH_ONE_OR_MORE,
    PathKind.ZERO_OR_ONE: cstructs.PATH_ZERO_OR_ONE,
}


class _Lowering:
    def __init__(self, ir: ProgramIR) -> None:
        self.ir = ir
        self.out = ProgramWriter()
        self.prefixes = report_prefixes(ir.prefixes)
        self.name = Namer(self.prefixes)
        self.nodes: dict[Term, int] = {}
        self.literals: dict[Literal, int] = {}
        self.literal_rows: list[Literal] = []
        self.columns: dict[int, int] = {}
        self.classes: dict[int, int] = {}
        self.regexes: dict[tuple[str, str], int] = {}
        self.value_sets: dict[tuple[int, ...], int] = {}
        self.language_lists: dict[tuple[str, ...], int] = {}
        self.closed_lists: dict[tuple[int, ...], int] = {}
        self.starts: dict[int, int] = {}
        self.message_lists: dict[tuple[Literal, ...], tuple[int, int]] = {}

    # ------------------------------------------------------------------ constants

    def value(self, term: Term) -> int:
        """The constant's number: nodes and literals are numbered apart. Tags that differ in case are one language."""
        if isinstance(term, Literal):
            key = term._replace(language=term.language.lower())
            if key not in self.literals:
                self.literals[key] = len(self.literal_rows)
                self.literal_rows.append(term)
            return self.literals[key] | cstructs.LITERAL_BIT
        return self.nodes.setdefault(term, len(self.nodes))

    def term(self, number: int) -> Term:
        return self.ir.terms[number]

    def column(self, predicate: Term, flags: int) -> int:
        node = self.value(predicate)
        if node not in self.columns:
            self.columns[node] = self.out.row("columns", predicate=node, flags=0)
        row = self.columns[node]
        self.out.patch("columns", row, "flags", self.column_flags(row) | flags)
        return row

    def column_flags(self, row: int) -> int:
        return self.out.get("columns", row, "flags")

    def class_index(self, term: Term) -> int:
        node = self.value(term)
        if node not in self.classes:
            self.classes[node] = self.out.row("classes", term=node)
        return self.classes[node]

    def datatype(self, iri: str) -> int:
        known = cstructs.DATATYPES.get(iri)
        return cstructs.FIRST_CUSTOM_DATATYPE + self.value(Iri(iri)) if known is None else known

    def regex(self, op: Op) -> int:
        key = (op.text, op.flags)
        if key not in self.regexes:
            try:
                machine = compile_pattern(op.text, op.flags)
            except CnsError as error:
                shape = self.ir.shapes[op.shape]
                error.where = replace(shape.where, property=shape.where.property or "sh:pattern")
                raise
            first, count = self.out.words("regex_words", machine.words)
            self.regexes[key] = self.out.row("regexes", first=first, count=count)
        return self.regexes[key]

    def value_set(self, terms: tuple[int, ...]) -> int:
        """Only a number now: where literals stand is known when all nodes are (see ``lower_value_sets``)."""
        values = tuple(sorted({self.value(self.term(t)) for t in terms}))
        return self.value_sets.setdefault(values, len(self.value_sets))

    def language_list(self, tags: tuple[str, ...]) -> int:
        if tags not in self.language_lists:
            first, count = self.out.words("pool", [self.out.text(tag) for tag in tags])
            self.language_lists[tags] = self.out.row("language_lists", first=first, count=count)
        return self.language_lists[tags]

    def closed_list(self, allowed: tuple[int, ...]) -> int:
        columns = tuple(sorted({self.column(self.term(predicate), 0) for predicate in allowed}))
        if columns not in self.closed_lists:
            first, count = self.out.words("pool", columns)
            self.closed_lists[columns] = self.out.row("closed_lists", first=first, count=count)
        return self.closed_lists[columns]

    # ------------------------------------------------------------------ paths

    def lower_paths(self) -> None:
        for node in self.ir.paths:
            if node.kind is PathKind.PREDICATE:
                first, count = self.column(self.term(node.term), FORWARD), 0
            elif node.kind is PathKind.INVERSE:
                first, count = self.column(self.term(node.term), INVERSE), 0
            elif node.kind in (PathKind.SEQUENCE, PathKind.ALTERNATIVE):
                first, count = self.out.words("pool", node.children)
            else:
                first, count = node.children[0], 0
            self.out.row("paths", kind=_PATHS[node.kind], first=first, count=count)

    def load_values(self, path: int | None) -> None:
        if path is None:
            self.emit("VALUES_SELF")
            return
        node = self.ir.paths[path]
        if node.kind is PathKind.PREDICATE:
            self.emit("VALUES_FORWARD", self.column(self.term(node.term), FORWARD))
        elif node.kind is PathKind.INVERSE:
            self.emit("VALUES_INVERSE", self.column(self.term(node.term), INVERSE))
        else:
            self.emit("VALUES_PATH", path)

    # ------------------------------------------------------------------ code

    def emit(self, name: str, a: int = 0, b: int = 0, c: int = 0) -> int:
        return self.out.instruction(cstructs.INSTRUCTIONS[name][0], a, b, c)

    def here(self) -> int:
        return self.out.next_row("code")

    def land(self, *jumps: int) -> None:
        """Lets the jumps lead to the next instruction."""
        for jump in jumps:
            self.out.patch("code", jump, "a", self.here())

    def lower_shape(self, shape: ShapeIR) -> tuple[int, int]:
        """In the order of the ops; which of them share a loop is for ``units`` to say."""
        entry = self.here()
        ops = [] if shape.deactivated else [self.ir.ops[number] for number in shape.ops]
        if ops:
            self.load_values(shape.path)
            for unit in units(ops):
                self.lower_unit(unit)
        self.emit("RETURN")
        return entry, self.here()

    def lower_unit(self, unit: list[Op]) -> None:
        if unit[0].kind in SET_CHECKS:
            self.set_check(unit[0])
        elif unit[0].kind in QUALIFIED:
            self.qualified(unit)
        else:
            self.loop_over(unit)

    def loop_over(self, ops: list[Op]) -> None:
        each = self.emit("EACH")
        body = self.here()
        for op in ops:
            self.starts[op.id] = self.here()
            self.value_check(op)
        self.emit("NEXT", body)
        self.land(each)

    def set_check(self, op: Op) -> None:
        self.starts[op.id] = self.here()
        if op.kind in _COUNTS:
            self.emit(_COUNTS[op.kind], op.id, op.count)
        elif op.kind is OpKind.HAS_VALUE:
            self.emit("HAS_VALUE", op.id, self.value(self.term(op.terms[0])))
        elif op.kind is OpKind.UNIQUE_LANG:
            self.emit("UNIQUE_LANG", op.id)
        else:
            column = self.column(self.term(op.terms[0]), FORWARD)
            if op.kind in _COMPARE_ACCEPTS:
                self.emit("COMPARE", op.id, column, _COMPARE_ACCEPTS[op.kind])
            else:
                self.emit("EQUALS" if op.kind is OpKind.EQUALS else "DISJOINT", op.id, column)

    def value_check(self, op: Op) -> None:
        kind = op.kind
        if kind in _RANGE_ACCEPTS:
            self.emit("RANGE", op.id, self.value(self.term(op.terms[0])), _RANGE_ACCEPTS[kind])
        elif kind in _COUNTS:
            self.emit(_COUNTS[kind], op.id, op.count)
        elif kind is OpKind.CLASS:
            self.emit("CLASS", op.id, self.class_index(self.term(op.terms[0])))
        elif kind is OpKind.DATATYPE:
            self.emit("DATATYPE", op.id, self.datatype(str(self.term(op.terms[0]))))
        elif kind is OpKind.NODE_KIND:
            self.emit("NODE_KIND", op.id, _NODE_KINDS[op.text])
        elif kind is OpKind.PATTERN:
            self.emit("PATTERN", op.id, self.regex(op))
        elif kind is OpKind.LANGUAGE_IN:
            self.emit("LANGUAGE_IN", op.id, self.language_list(op.languages))
        elif kind is OpKind.IN:
            self.emit("IN", op.id, self.value_set(op.terms))
        elif kind is OpKind.CLOSED:
            self.emit("CLOSED", op.id, self.closed_list(op.terms))
        elif kind is OpKind.PROPERTY:
            self.emit("CALL", op.shapes[0])
        else:
            self.logic(op)

    def logic(self, op: Op) -> None:
        if op.kind is OpKind.XONE:
            self.emit("TALLY_CLEAR")
            second = []
            for number, shape in enumerate(op.shapes, 1):
                self.emit("TEST", shape)
                skip = self.emit("JUMP_UNLESS")
                self.emit("TALLY")
                if 1 < number < len(op.shapes):
                    second.append(self.emit("JUMP_TALLY", 0, 2))
                self.land(skip)
            self.land(*second)
            self.emit("FAIL_UNLESS_ONE", op.id)
            return
        done = []
        if op.kind is OpKind.OR:
            for shape in op.shapes:
                self.emit("TEST", shape)
                done.append(self.emit("JUMP_IF"))
            self.emit("FAIL", op.id)
        elif op.kind is OpKind.AND:
            failed = []
            for shape in op.shapes:
                self.emit("TEST", shape)
                failed.append(self.emit("JUMP_UNLESS"))
            done.append(self.emit("JUMP"))
            self.land(*failed)
            self.emit("FAIL", op.id)
        else:
            self.emit("TEST", op.shapes[0])
            done.append(self.emit("JUMP_UNLESS" if op.kind is OpKind.NOT else "JUMP_IF"))
            self.emit("FAIL", op.id)
        self.land(*done)

    def qualified(self, group: list[Op]) -> None:
        """The minimum and the maximum of one qualified shape share a count, which ends where both are decided."""
        for op in group:
            self.starts[op.id] = self.here()
        self.emit("TALLY_CLEAR")
        each = self.emit("EACH")
        body = self.here()
        self.emit("TEST", group[0].shapes[0])
        skips = [self.emit("JUMP_UNLESS")]
        for sibling in group[0].siblings:
            self.emit("TEST", sibling)
            skips.append(self.emit("JUMP_IF"))
        self.emit("TALLY")
        enough = max(op.count + (op.kind is OpKind.QUALIFIED_MAX_COUNT) for op in group)
        leave = [self.emit("JUMP_TALLY", 0, enough)] if enough < NONE else []
        self.land(*skips)
        self.emit("NEXT", body)
        self.land(each, *leave)
        for op in group:
            self.emit("MIN_TALLY" if op.kind is OpKind.QUALIFIED_MIN_COUNT else "MAX_TALLY", op.id, op.count)

    # ------------------------------------------------------------------ tables

    def lower_targets(self, shape: ShapeIR) -> tuple[int, int]:
        first = self.out.next_row("targets")
        targets = () if shape.deactivated else shape.targets
        for target in targets:
            term = self.term(target.term)
            if target.kind is TargetKind.NODE:
                argument = self.value(term)
            elif target.kind is TargetKind.CLASS:
                argument = self.class_index(term)
            else:
                argument = self.column(term, FORWARD)
            self.out.row("targets", kind=_TARGETS[target.kind], argument=argument)
        return first, len(targets)

    def lower_shapes(self) -> None:
        for shape in self.ir.shapes:
            entry, end = self.lower_shape(shape)
            first, count = self.lower_targets(shape)
            text, path = self.out.text, shape.source_path
            nt, triples = path_as_ntriples(path, f"cns-path-{shape.id}") if path else ("", "")
            self.out.row(
                "shapes",
                entry=entry,
                end=end,
                node=text(n3(shape.node)),
                label=text(shape.label),
                severity=text(n3(shape.severity)),
                path=NONE if shape.path is None else shape.path,
                path_nt=text(nt) if path else NONE,
                path_nt_triples=text(triples) if triples else NONE,
                path_turtle=text(path_as_turtle(path, self.name)) if path else NONE,
                first_target=first,
                target_count=count,
            )

    def lower_ops(self) -> None:
        for op in self.ir.ops:
            if op.messages not in self.message_lists:
                words = [self.out.text(n3(message)) for message in op.messages]
                self.message_lists[op.messages] = self.out.words("messages", words)
            first, count = self.message_lists[op.messages]
            component = self.out.text(op.component)
            code = self.starts.get(op.id, NONE)
            self.out.row(
                "ops", shape=op.shape, component=component, first_message=first, message_count=count, code=code
            )

    def lower_root_order(self) -> None:
        roots = self.ir.roots or range(len(self.ir.shapes))
        self.out.words("root_order", [shape for shape in roots if self.out.get("shapes", shape, "target_count")])

    def lower_sub_classes(self) -> None:
        """The ontology's whole hierarchy: one triple of the data may put any part of it below a class asked about."""
        if self.classes:
            for sub, sup in self.ir.sub_classes:
                self.out.row("sub_classes", sub=self.value(self.term(sub)), super=self.value(self.term(sup)))

    def keep_for_closed(self) -> None:
        """A column that some closed shape does not allow has to be kept, for what may be found in it."""
        allowed = Counter(column for columns in self.closed_lists for column in columns)
        for column in self.columns.values():
            if allowed[column] < len(self.closed_lists):
                self.out.patch("columns", column, "flags", self.column_flags(column) | FORWARD)

    def lower_value_sets(self) -> None:
        for values in self.value_sets:
            made = value_set(sorted(term_index(value, len(self.nodes)) for value in values))
            first, count = self.out.words("pool", made.words)
            self.out.row("value_sets", low=made.low, span=made.span, keys=made.keys, first=first, count=count)

    def lower_terms(self) -> None:
        for node in self.nodes:
            kind = cstructs.TERM_BLANK if isinstance(node, BlankNode) else cstructs.TERM_IRI
            text = node.label if isinstance(node, BlankNode) else str(node)
            self.out.row("terms", kind=kind, text=self.out.text(text), datatype=NONE, language=NONE)
        for literal in self.literal_rows:
            self.out.row(
                "terms",
                kind=cstructs.TERM_LITERAL,
                text=self.out.text(literal.lexical),
                datatype=self.datatype(literal.datatype),
                language=self.out.text(literal.language) if literal.language else NONE,
            )

    def run(self) -> Program:
        self.lower_paths()
        self.lower_shapes()
        self.lower_ops()
        self.lower_root_order()
        self.lower_sub_classes()
        type_column = self.column(RDF_TYPE, FORWARD) if self.classes else NONE
        sub_class_column = self.column(RDFS_SUB_CLASS_OF, FORWARD) if self.classes else NONE
        self.keep_for_closed()
        for literal in self.literal_rows:
            self.datatype(literal.datatype)  # a custom datatype is a node, and nodes come before literals
        self.lower_terms()
        self.lower_value_sets()
        texts = list(self.nodes)
        write_predicates(self.out, [str(texts[predicate]) for predicate in self.columns])
        self.out.row(
            "facts",
            node_terms=len(self.nodes),
            type_column=type_column,
            sub_class_column=sub_class_column,
            keep_rest=int(bool(self.closed_lists)),
        )
        for prefix, iri in self.prefixes:
            self.out.row("prefixes", prefix=self.out.text(prefix), iri=self.out.text(iri))
        return self.out.finish(self.meta())

    def meta(self) -> dict[str, Any]:
        return {
            "paths": {str(s.id): path_as_json(s.source_path) for s in self.ir.shapes if s.source_path is not None},
            "where": [str(shape.where) for shape in self.ir.shapes],
            "ops": [op.kind.value for op in self.ir.ops],
        }


def lower(ir: ProgramIR) -> Program:
    """Deterministic: the same IR gives the same bytes."""
    return _Lowering(ir).run()
