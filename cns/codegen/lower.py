"""ProgramIR → Program: bytecode, the data plan, and the texts that reports are made of.

Which checks there are and in which order they run was decided before; here each becomes a few instructions.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from cns.codegen.code import RANGE_ACCEPTS, CodeWriter
from cns.codegen.dispatch import term_index, value_set, write_class_names, write_predicates
from cns.codegen.paths import path_as_json, path_as_ntriples, path_as_turtle
from cns.codegen.program import Program, ProgramWriter
from cns.codegen.regex import compile_pattern
from cns.errors import CnsError, SourceRef
from cns.ir.types import UNDECIDED, Op, OpKind, PathKind, ProgramIR, ShapeIR, TargetKind
from cns.naming import Namer, report_prefixes
from cns.terms import BlankNode, Iri, Literal, Term, n3
from cns.vocab import RDF_TYPE, RDFS_SUB_CLASS_OF
from cython_optimizations import cstructs

NONE = cstructs.NONE
FORWARD, INVERSE = cstructs.COLUMN_FORWARD, cstructs.COLUMN_INVERSE

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


Inputs = tuple[tuple[str, str, str], ...]
"""(shapes or ontology, name, sha256) of each document."""


class _Lowering:
    def __init__(self, ir: ProgramIR, inputs: Inputs) -> None:
        self.ir = ir
        self.inputs = inputs
        self.out = ProgramWriter()
        self.prefixes = report_prefixes(ir.prefixes)
        self.name = Namer(self.prefixes)
        self.nodes: dict[Term, int] = {}
        self.literals: dict[Literal, int] = {}
        self.literal_rows: list[Literal] = []
        self.columns: dict[int, int] = {}
        self.classes: dict[int, int] = {}
        self.regexes: dict[tuple[str, str], int] = {}
        self.hierarchy: dict[int, None] = {}
        """The classes that stand in it, by number."""
        self.value_sets: dict[tuple[int, ...], int] = {}
        self.fits: dict[tuple[int, ...], int] = {}
        self.language_lists: dict[tuple[str, ...], int] = {}
        self.closed_lists: dict[tuple[int, ...], int] = {}
        self.starts: dict[int, int] = {}
        self.message_lists: dict[tuple[Literal, ...], tuple[int, int]] = {}
        self.memo_count = 0

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
                at = self.ir.shapes[op.shape].where
                error.where = SourceRef(at.source, at.line, at.column, at.shape, at.property or "sh:pattern")
                raise
            first, count = self.out.words("regex_words", machine.words)
            self.regexes[key] = self.out.row("regexes", first=first, count=count)
        return self.regexes[key]

    def value_set(self, terms: tuple[int, ...]) -> int:
        """Only a number now: where literals stand is known when all nodes are (see ``lower_value_sets``)."""
        values = tuple(sorted({self.value(self.term(t)) for t in terms}))
        return self.value_sets.setdefault(values, len(self.value_sets))

    def fit(self, ops: tuple[Op, ...]) -> int:
        """Datatype, bounds and lengths as one row; a value that fits passes each of the ops."""
        row = {"datatype": NONE, "low": NONE, "low_mask": 0, "high": NONE, "high_mask": 0, "least": 0, "most": NONE}
        for op in ops:
            if op.kind is OpKind.DATATYPE:
                row["datatype"] = self.datatype(str(self.term(op.terms[0])))
            elif op.kind is OpKind.MIN_LENGTH:
                row["least"] = op.count
            elif op.kind is OpKind.MAX_LENGTH:
                row["most"] = op.count
            else:
                end = "low" if op.kind in (OpKind.MIN_EXCLUSIVE, OpKind.MIN_INCLUSIVE) else "high"
                row |= {end: self.value(self.term(op.terms[0])), f"{end}_mask": RANGE_ACCEPTS[op.kind]}
        key = tuple(row.values())
        if key not in self.fits:
            self.fits[key] = self.out.row("fits", **row)
        return self.fits[key]

    def language_list(self, tags: tuple[str, ...]) -> int:
        if tags not in self.language_lists:
            first, count = self.out.words("pool", [self.out.text(tag) for tag in tags])
            self.language_lists[tags] = self.out.row("language_lists", first=first, count=count)
        return self.language_lists[tags]

    def closed_list(self, allowed: tuple[int, ...]) -> int:
        unseen = (*allowed, *self.ir.nothing_to_check)
        columns = tuple(sorted({self.column(self.term(predicate), 0) for predicate in unseen}))
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

    def lower_needs(self, shape: ShapeIR) -> tuple[int, int]:
        if shape.needs is None:
            return NONE, 0
        return self.out.words("pool", [self.column(self.term(term), FORWARD) for term in shape.needs])

    def lower_memo(self, shape: ShapeIR) -> int:
        if not shape.remembered:
            return NONE
        self.memo_count += 1
        return self.memo_count - 1

    def lower_shapes(self) -> None:
        code = CodeWriter(self.ir, self)
        for shape in self.ir.shapes:
            entry, end = code.shape(shape)
            first, count = self.lower_targets(shape)
            needs, need_count = self.lower_needs(shape)
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
                needs=needs,
                need_count=need_count,
                memo=self.lower_memo(shape),
            )
        self.starts = code.starts

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
                pair = self.value(self.term(sub)), self.value(self.term(sup))
                self.out.row("sub_classes", sub=pair[0], super=pair[1])
                self.hierarchy.update(dict.fromkeys(pair))

    def lower_nothing_to_check(self) -> tuple[int, int]:
        """The marked classes, if classes are asked about at all."""
        classes = [self.class_index(self.term(term)) for term in self.ir.nothing_to_check] if self.classes else []
        return self.out.words("pool", classes)

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
        unchecked, unchecked_count = self.lower_nothing_to_check()
        type_column = self.column(RDF_TYPE, FORWARD) if self.classes else NONE
        sub_class_column = self.column(RDFS_SUB_CLASS_OF, FORWARD) if self.classes else NONE
        self.keep_for_closed()
        for literal in self.literal_rows:
            self.datatype(literal.datatype)  # a custom datatype is a node, and nodes come before literals
        self.lower_terms()
        self.lower_value_sets()
        texts = list(self.nodes)
        write_predicates(self.out, [str(texts[predicate]) for predicate in self.columns])
        classes = {number: texts[number] for number in (*self.classes, *self.hierarchy)}
        write_class_names(self.out, {number: iri for number, iri in classes.items() if isinstance(iri, Iri)})
        self.out.row(
            "facts",
            node_terms=len(self.nodes),
            type_column=type_column,
            sub_class_column=sub_class_column,
            keep_rest=int(bool(self.closed_lists)),
            unchecked=unchecked,
            unchecked_count=unchecked_count,
            counts=int(self.ir.counts),
        )
        for prefix, iri in self.prefixes:
            self.out.row("prefixes", prefix=self.out.text(prefix), iri=self.out.text(iri))
        return self.out.finish(self.meta())

    def meta(self) -> dict[str, Any]:
        return {
            "paths": {str(s.id): path_as_json(s.source_path) for s in self.ir.shapes if s.source_path is not None},
            "where": [str(shape.where) for shape in self.ir.shapes],
            "ops": [op.kind.value for op in self.ir.ops],
            "decided": {str(op.id): _decision(op) for op in self.ir.ops if op.decision != UNDECIDED},
            "inputs": [{"role": role, "name": name, "sha256": sha256} for role, name, sha256 in self.inputs],
        }


def _decision(op: Op) -> dict[str, str | int]:
    decision = op.decision
    by = {"by": decision.by} if decision.by >= 0 else {}
    return {"verdict": decision.verdict.name, "rule": decision.rule, "reason": decision.reason, **by}


def lower(ir: ProgramIR, inputs: Inputs = ()) -> Program:
    """Deterministic: the same IR gives the same bytes. ``inputs`` are what it was made of, for manifests."""
    return _Lowering(ir, inputs).run()
