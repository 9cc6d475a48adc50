"""Program → C: a function for each shape, which does what the vm does for its instructions, with constants as operands.

``INSTRUCTIONS`` says what each instruction is in C; what a check means is in templates/runtime/ops.h, as for the vm.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2

from cns.codegen.blocks import JUMPS, Instruction, instructions, labels, parts
from cns.codegen.ctext import c_comment, c_string, c_words
from cns.codegen.program import Program
from cns.codegen.regex.emit import machine_as_c
from cns.codegen.units import CALLS, ShapePlan, UnitPlan, is_large, plan_units
from cns.resources import TEMPLATES
from cns.vocab import XSD_NS
from cython_optimizations import cstructs

NOTE = "Made by cns from SHACL shapes; not for editing."

INSTRUCTIONS: dict[str, str] = {
    "RETURN": "return CNS_PASSES;",
    "VALUES_SELF": "values = (CnsSlice){{&focus, 1}};",
    "VALUES_FORWARD": "values = cns_values(store, {column}, focus);",
    "VALUES_INVERSE": "values = cns_subjects(store, {column}, focus);",
    "VALUES_PATH": (
        "if (!{path}, focus, &run->frame_sets[{level}])) return CNS_BROKEN;\n"
        "values = (CnsSlice){{run->frame_sets[{level}].items.items, run->frame_sets[{level}].items.count}};"
    ),
    "EACH": "{loop}",
    "NEXT": "{again}",
    "NODE_KIND": "{check}cns_op_node_kind(run, value, {kinds}), &{op}, value);",
    "DATATYPE": "{check}{inline}_datatype(run, value, {datatype}), &{op}, value);",
    "CLASS": "{check}cns_is_instance_in(store, value, {class}, {class_words}), &{op}, value);",
    "RANGE": "{check}cns_native_range(run, value, {value}, {mask}), &{op}, value);",
    "MIN_LENGTH": "{check}cns_native_min_length(run, value, {number}), &{op}, value);",
    "MAX_LENGTH": "{check}cns_native_max_length(run, value, {number}), &{op}, value);",
    "PATTERN": "{check}{regex}, &{op}, value);",
    "LANGUAGE_IN": "{check}{languages}, &{op}, value);",
    "IN": "{check}{set}, &{op}, value);",
    "FITS": "if (!{fits}) goto {failed};",
    "CLOSED": "{check_set}cns_op_closed_known(run, {op}, focus, value, {closed}, report));",
    "MIN_COUNT": "{check}values.count >= {number}, &{op}, CNS_NONE);",
    "MAX_COUNT": "{check}values.count <= {number}, &{op}, CNS_NONE);",
    "COUNT": (
        "{check}values.count >= {least}, &{op}, CNS_NONE);\n{check}values.count <= {most}, &{most_op}, CNS_NONE);"
    ),
    "HAS_VALUE": "{check}cns_op_has_value(run, values, {value}), &{op}, CNS_NONE);",
    "UNIQUE_LANG": "{check_set}cns_op_unique_lang(run, {op}, focus, values, report));",
    "EQUALS": "{check_set}cns_op_equals(run, {op}, focus, values, {column}, report));",
    "DISJOINT": "{check_set}cns_op_disjoint(run, {op}, focus, values, {column}, report));",
    "COMPARE": "{check_set}cns_op_compare(run, {op}, focus, values, {column}, {mask}, report));",
    "CALL": "CNS_NATIVE_CALL({shape});",
    "TEST": "CNS_NATIVE_TEST({shape});",
    "ASK": "CNS_NATIVE_ASK({shape}, {memo});",
    "KEEP": "",
    "JUMP": "goto {to};",
    "JUMP_IF": "if (flag) goto {to};",
    "JUMP_UNLESS": "if (!flag) goto {to};",
    "FAIL": "{check}false, &{op}, value);",
    "TALLY_CLEAR": "tally = 0;",
    "TALLY": "tally++;",
    "JUMP_TALLY": "if (tally >= {number}) goto {to};",
    "FAIL_UNLESS_ONE": "{check}tally == 1, &{op}, value);",
    "MIN_TALLY": "{check}tally >= {number}, &{op}, CNS_NONE);",
    "MAX_TALLY": "{check}tally <= {number}, &{op}, CNS_NONE);",
}
"""What each instruction is in C; in braces its operands, ``check``, what is made of a check and of where it leads if it
fails, ``loop``, the head of a loop over the values, and ``again``, what ends its body if blocks follow.
"""

_SHORT_INTEGER = re.compile(r"[+-]?[0-9]{1,17}")
_UNBOUNDED = 10**18
"""Beyond all integers of 18 digits."""

TEXTUAL = frozenset({"DATATYPE", "RANGE", "MIN_LENGTH", "MAX_LENGTH", "PATTERN", "FITS"})
"""What looks at the texts of values."""


@dataclass(frozen=True)
class Source:
    """One translation unit."""

    name: str
    text: str


@dataclass
class _Function:
    name: str
    linkage: str
    lines: tuple[str, ...]
    comment: str = ""
    root: str = ""
    """Of a shape, the name of its function over many focus nodes; empty where nothing runs it by itself."""
    calls: int = 0
    memo: str = ""
    """Of a root whose verdicts are kept."""


@dataclass
class _Part:
    """Instructions while they become lines."""

    plan: ShapePlan
    code: Sequence[Instruction]
    names: dict[int, str]
    """Labels, by where they stand."""
    own_value: bool = True
    """The values are the focus node alone."""
    passing: bool = True
    """Nearly all values come by here; else only those that failed."""


EXPORTED = '__attribute__((visibility("default")))'


def render(program: Program, prefix: str = "cns", linkage: str = EXPORTED) -> tuple[Source, ...]:
    """The units, and behind them the table that leads to their functions. The same program gives the same text.

    All that the linker sees begins with the prefix; the table, of the given linkage, is ``<prefix>_native_code``.
    """
    units, names = _units(program, prefix, is_large(program))
    sources = [Source(f"unit_{unit.plan.name}.c", unit.render()) for unit in units]
    return (*sources, Source("table.c", _render_table(program, units, names, prefix, linkage)))


def shape_functions(program: Program) -> dict[int, str]:
    """The C function of each shape that has one, by the shape's number; shares nothing with others, for people."""
    units, _ = _units(program, "cns", large=False)
    return {plan.number: template("shape.c.j2", shape=unit.shape(plan)) for unit in units for plan in unit.plan.shapes}


def _units(program: Program, prefix: str, large: bool) -> tuple[list[_Unit], dict[int, str]]:
    plans = plan_units(program)
    homes = {shape.number: plan for plan in plans for shape in plan.shapes}
    names = {shape.number: f"{prefix}_shape_{shape.name}" for plan in plans for shape in plan.shapes}
    return [_Unit(program, plan, homes, names, prefix, large) for plan in plans], names


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )


def template(file: str, /, **values: Any) -> str:
    """A template of templates/ with these values; it asks for each of them, and for no others."""
    return _templates().get_template(file).render(**values)


class _Unit:
    """One translation unit while it is put together."""

    def __init__(
        self,
        program: Program,
        plan: UnitPlan,
        homes: dict[int, UnitPlan],
        names: dict[int, str],
        prefix: str,
        large: bool,
    ) -> None:
        self.program = program
        self.plan = plan
        self.homes = homes
        self.names = names
        self.prefix = f"{prefix}_{plan.name}"
        self.large = large
        self.operands = _NUMBERED if self.large else _CONSTANT
        self.numbers: list[int] = []
        """What the program numbers, in the order in which the unit asks for it: its results, and if it is large all
        else. The linker brings them, so that what changes elsewhere changes nothing here.
        """
        self.part_start = 0
        self.ops: dict[int, int] = {}
        self.blocks: dict[tuple[str, ...], _Function] = {}
        """Parts of shapes, by their text."""
        self.tables: dict[tuple[str, Hashable], str] = {}
        """(letter, what it is) → the name of what stands for it."""
        self.table_texts: list[str] = []
        self.outside: dict[str, None] = {}
        self.shared = _called_from_elsewhere(program, plan, homes)

    @property
    def numbers_name(self) -> str:
        return f"{self.prefix}_numbers"

    def render(self) -> str:
        shapes = [self.shape(plan) for plan in self.plan.shapes]
        return template(
            "unit.c.j2",
            note=NOTE,
            numbers=self.numbers_name,
            outside=self.outside,
            inside=[shape.name for shape in shapes if shape.linkage],
            roots=[shape.root for shape in shapes if shape.root],
            tables=self.table_texts,
            blocks=self.blocks.values(),
            shapes=shapes,
        )

    # ------------------------------------------------------------------ shapes

    def shape(self, plan: ShapePlan) -> _Function:
        row = self.program.row("shapes", plan.number)
        name = self.names[plan.number]
        visible = plan.number in self.shared
        if visible:
            self.outside[name] = None
        code = list(instructions(self.program, plan.entry, plan.end))
        return _Function(
            name=name,
            linkage="" if visible else "static ",
            lines=tuple(self.calls(plan, code) if self.large else self.lines(plan, code)),
            comment=c_comment(self.program.text(row["label"])),
            root=root_name(name) if plan.root else "",
            memo=self.memo(row["memo"]) if plan.root and row["memo"] != cstructs.NONE else "",
        )

    def memo(self, number: int) -> str:
        if not self.large:
            return f"{number}u"
        self.numbers.append(number)
        return f"{self.numbers_name}[{len(self.numbers) - 1}]"

    def calls(self, plan: ShapePlan, code: list[Instruction]) -> Iterator[str]:
        """Of its parts, which other shapes may have too."""
        yield "(void)run, (void)focus, (void)report;"
        for part in parts(code):
            if part[0].name == "RETURN":
                continue
            self.part_start = len(self.numbers)
            lines = tuple(self.lines(plan, part))
            name = f"{self.prefix}_block_{len(self.blocks)}"
            block = self.blocks.setdefault(lines, _Function(name, "static ", lines))
            block.calls += 1
            yield f"CNS_NATIVE_BLOCK({block.name}, {self.numbers_name} + {self.part_start});"
        yield "return CNS_PASSES;"

    def lines(self, plan: ShapePlan, code: Sequence[Instruction]) -> Iterator[str]:
        part = _Part(plan, code, labels(code))
        used = {at.name for at in code}
        yield "const CnsStore *const store = run->store;"
        yield "const uint32_t value = focus;"
        yield "CnsSlice values = {NULL, 0};"
        if used & {"TALLY", "TALLY_CLEAR"}:
            yield "uint32_t tally = 0;"
        if used & {"TEST", "ASK"}:
            yield "bool flag = false;"
        yield "(void)store, (void)value, (void)values, (void)report;"
        indent, loop_end = "", -1
        for at in code:
            if at.pc == loop_end:
                indent, part.passing = "", True
                yield "}"
            if at.pc in part.names:
                yield f"{part.names[at.pc]}:;"
            if at.fetches:
                part.own_value = at.name == "VALUES_SELF"
            if at.name == "EACH":
                loop_end = at.operands[1][1]
            for line in self.line(part, at).split("\n"):
                if line:
                    yield indent + line
                indent += "    " if line.endswith("{") else ""
            part.passing = part.passing and at.name not in ("NEXT", "RETURN")

    def line(self, part: _Part, at: Instruction) -> str:
        operands = {
            _NAMES[letter]: self.operands[letter](self, value) for letter, value in at.operands if letter in _NAMES
        }
        values = [value for _, value in at.operands]
        inline = part.passing and not self.large
        operands["inline"] = "cns_op" if inline else "cns_native"
        if at.name == "FITS":
            operands["fits"] = self.fits(values[0], inline).format(operands["fit"])
        if at.name == "EACH":
            calls = any(at.pc < i.pc < values[1] and i.name in ("CALL", "TEST", "ASK") for i in part.code)
            empty = f"if (!values.count) goto {part.names[values[0]]};\n" if values[0] != values[1] else ""
            operands["loop"] = empty + _loop(part.own_value, calls) + _looking_ahead(part.code, at.pc, values[1])
        if at.name == "NEXT":
            out = f"goto {part.names[values[1]]};" if part.own_value and values[1] in part.names else "continue;"
            operands["again"] = out if values[1] != at.pc + 1 else ""
        if at.name == "COUNT":
            count, op = self.operands["n"], self.operands["o"]
            operands |= {"op": op(self, values[0]), "least": count(self, values[1])}
            operands |= {"most_op": op(self, values[3]), "most": count(self, values[2])}
        if at.name == "ASK":
            operands["memo"] = self.operands["n"](self, self.program.row("shapes", values[0])["memo"])
        if at.name in JUMPS:
            operands["to"] = part.names[values[0]]
        operands |= self.checks(part, at)
        operands["level"] = str(part.plan.level)
        words = (self.program.count("classes") + 63) // 64
        operands["class_words"] = "store->class_words" if self.large else str(words)
        return INSTRUCTIONS[at.name].format(**operands)

    def checks(self, part: _Part, at: Instruction) -> dict[str, str]:
        failed = next((part.names[value] for letter, value in at.operands if letter == "f" and value), "")
        check = "CNS_NATIVE_WEIGH(" if part.plan.tested else "CNS_NATIVE_CHECK("
        if failed:
            quiet = ("q", cstructs.NONE) in at.operands
            check = f"CNS_NATIVE_QUIETLY_OR({failed}, " if quiet else f"CNS_NATIVE_CHECK_OR({failed}, "
        check_set = f"CNS_NATIVE_CHECK_SET_OR({failed}, " if failed else "CNS_NATIVE_CHECK_SET("
        return {"failed": failed, "check": check, "check_set": check_set}

    # ------------------------------------------------------------------ operands

    def numbered(self, number: int) -> str:
        self.numbers.append(number)
        return f"n[{len(self.numbers) - 1 - self.part_start}]"

    def numbered_op(self, number: int) -> str:
        return "no_op" if number == cstructs.NONE else self.numbered(number)

    def op(self, number: int) -> str:
        if number == cstructs.NONE:
            return "no_op"
        if number not in self.ops:
            self.ops[number] = len(self.numbers)
            self.numbers.append(number)
        return f"{self.numbers_name}[{self.ops[number]}]"

    def fit(self, number: int) -> str:
        row = self.program.row("fits", number)
        fields = ", ".join(f".{name} = {value}u" for name, value in row.items())
        return self.table("w", number, lambda name: f"static const CnsFit {name} = {{{fields}}};")

    def fits(self, number: int, inline: bool) -> str:
        """Asks whether a value fits, with braces in the place of the fit."""
        row = self.program.row("fits", number)
        least, most = self.integer_bound(row, "low"), self.integer_bound(row, "high")
        lengths = row["least"] > 0 or row["most"] < cstructs.NONE
        if inline and row["low"] == row["high"] == cstructs.NONE:
            return "cns_op_fits(run, value, &{})"
        if not inline or lengths or least is None or most is None:
            return "cns_native_fits(run, value, &{})"
        return f"cns_native_fits_integers(run, value, &{{}}, INT64_C({least}), INT64_C({most}))"

    def integer_bound(self, fit: dict[str, int], side: str) -> int | None:
        """The outermost integer that is accepted; None if the bound is none of up to 17 digits."""
        inside = 1 if side == "low" else -1
        if fit[side] == cstructs.NONE:
            return -inside * _UNBOUNDED
        nodes = self.program.row("facts", 0)["node_terms"]
        term = self.program.row("terms", nodes + (fit[side] & ~cstructs.LITERAL_BIT))
        text = self.program.text(term["text"])
        if term["datatype"] != cstructs.DATATYPES[XSD_NS + "integer"] or not _SHORT_INTEGER.fullmatch(text):
            return None
        return int(text) + (0 if fit[f"{side}_mask"] & cstructs.ACCEPT_EQUAL else inside)

    def called(self, number: int) -> str:
        name = self.names[number]
        if self.homes[number] is not self.plan:
            self.outside[name] = None
        return name

    def table(self, letter: str, what: Hashable, write: Callable[[str], str]) -> str:
        """The name of a table of this unit; written when it is asked for the first time."""
        key = (letter, what)
        if key not in self.tables:
            self.tables[key] = f"{self.prefix}_{_NAMES[letter]}_{sum(k[0] == letter for k in self.tables)}"
            self.table_texts.append(write(self.tables[key]))
        return self.tables[key]

    def listed(self, section: str, words: str, number: int) -> array[int]:
        row = self.program.row(section, number)
        return self.program.tables[words][row["first"] : row["first"] + row["count"]]

    def regex(self, number: int) -> str:
        """Asks whether the value matches: by code, or by the machine's table."""
        words = self.listed("regexes", "regex_words", number)

        def write(name: str) -> str:
            table = f"static const uint32_t {name}_words[] = {{\n{c_words(words)}\n}};\n"
            code = machine_as_c(name, words, f"{name}_words")
            if code:
                return table + code if f"{name}_words" in code else code
            asks = f"return cns_native_pattern(run, value, {name}_words);"
            return f"{table}static inline bool {name}(const CnsRun *run, uint32_t value) {{ {asks} }}"

        return f"{self.table('r', number, write)}(run, value)"

    def path(self, number: int) -> str:
        """Collects what a path reaches: by code where that is one step or two, or several such, else by the runtime.
        Of two steps nothing is met twice in between: the first one's values are each there once.
        """
        columns: list[int] = []
        collected = self.collected(number, columns)
        if collected is None:
            return f"cns_run_path(run, {self.operands['n'](self, number)}"
        body = "\n".join(f"    {line}" for line in collected)

        def write(name: str) -> str:
            return (
                f"static bool {name}(CnsRun *run, const uint32_t *c, uint32_t focus, CnsValueSet *out) {{\n"
                f"    const CnsStore *const store = run->store;\n    (void)c;\n    cns_value_set_clear(out);\n"
                f"{body}\n    return true;\n}}"
            )

        name = self.table("p", body, write)
        start = len(self.numbers)
        self.numbers += columns
        return f"{name}(run, " + (f"n + {start - self.part_start}" if self.large else "NULL")

    def collected(self, number: int, columns: list[int]) -> list[str] | None:
        row = self.program.row("paths", number)
        children = self.program.tables["pool"][row["first"] : row["first"] + row["count"]]
        if (step := self.step(number, "focus", columns)) is not None:
            return [f"if (!cns_native_collect(run, out, {step})) return false;"]
        if row["kind"] == cstructs.PATH_ALTERNATIVE:
            ways = [self.collected(child, columns) for child in children]
            return None if None in ways else [line for way in ways if way for line in way]
        if row["kind"] != cstructs.PATH_SEQUENCE or len(children) != 2:
            return None
        first, second = self.step(children[0], "focus", columns), self.step(children[1], "first.items[i]", columns)
        if first is None or second is None:
            return None
        return [
            "{",
            f"    const CnsSlice first = {first};",
            "    for (uint32_t i = 0; i < first.count; i++)",
            f"        if (!cns_native_collect(run, out, {second})) return false;",
            "}",
        ]

    def step(self, number: int, start: str, columns: list[int]) -> str | None:
        row = self.program.row("paths", number)
        if row["kind"] not in (cstructs.PATH_PREDICATE, cstructs.PATH_INVERSE):
            return None
        column = f"{row['first']}u"
        if self.large:
            column = f"c[{len(columns)}]"
            columns.append(row["first"])
        reached = "cns_values" if row["kind"] == cstructs.PATH_PREDICATE else "cns_subjects"
        return f"{reached}(store, {column}, {start})"

    def closed(self, number: int) -> str:
        """The columns that are allowed, and whether that is all of them."""
        columns = self.listed("closed_lists", "pool", number)
        if not columns:
            return "(CnsSlice){NULL, 0}, false"
        name = self.table("x", number, lambda name: f"static const uint32_t {name}[] = {{\n{c_words(columns)}\n}};")
        all_columns = len(columns) == self.program.count("columns")
        return f"(CnsSlice){{{name}, {len(columns)}}}, {'true' if all_columns else 'false'}"

    def languages(self, number: int) -> str:
        ranges = [self.program.text(text) for text in self.listed("language_lists", "pool", number)]
        matches = " || ".join(
            f"cns_language_matches(tag, (const uint8_t *){c_string(tag)}, {len(tag.encode())})" for tag in ranges
        )
        name = self.table(
            "g",
            number,
            lambda name: (
                f"static inline bool {name}(const CnsRun *run, uint32_t value) {{\n"
                "    const CnsNode *tag = cns_language_of(run, value);\n"
                f"    return tag && ({matches or 'false'});\n}}"
            ),
        )
        return f"{name}(run, value)"

    def value_set(self, number: int) -> str:
        """Where the words stood in the pool is of no interest to those who have them at hand."""
        row = self.program.row("value_sets", number) | {"first": 0}
        words = self.listed("value_sets", "pool", number)
        fields = ", ".join(f".{name} = {value}u" for name, value in row.items())
        name = self.table(
            "t",
            number,
            lambda name: (
                f"static const uint32_t {name}_words[] = {{\n{c_words(words or [0])}\n}};\n"
                f"static inline bool {name}(const CnsRun *run, uint32_t value) {{\n"
                f"    return cns_op_in(run, value, (CnsValueList){{{fields}}}, {name}_words);\n}}"
            ),
        )
        return f"{name}(run, value)"


def _looking_ahead(code: Sequence[Instruction], start: int, end: int) -> str:
    """Where the values of a column are looked at for their texts."""
    values = next((at.name for at in reversed(code) if at.pc < start and at.fetches), "")
    reads = any(start < at.pc < end and at.name in TEXTUAL for at in code)
    return "\nCNS_NATIVE_AHEAD();" if reads and values == "VALUES_FORWARD" else ""


def root_name(name: str) -> str:
    return f"{name}_all"


def _loop(own_value: bool, calls: bool) -> str:
    """Over one value, the focus node itself, there is no loop to be seen."""
    steps = "CNS_NATIVE_STEPS();\n" if calls else ""
    if own_value:
        return f"{steps}{{\nconst uint32_t value = focus;"
    return (
        f"{steps or 'run->work += values.count;' + chr(10)}"
        "for (uint32_t i = 0; i < values.count; i++) {\nconst uint32_t value = values.items[i];"
    )


def _as_it_is(unit: _Unit, value: int) -> str:
    del unit
    return f"{value}u"


_NAMES = {
    "o": "op",
    "q": "op",
    "w": "fit",
    "s": "shape",
    "c": "column",
    "p": "path",
    "k": "class",
    "d": "datatype",
    "v": "value",
    "r": "regex",
    "n": "number",
    "m": "mask",
    "i": "kinds",
    "t": "set",
    "g": "languages",
    "x": "closed",
}
"""Letter → what INSTRUCTIONS calls the operand. Where jumps lead to is for the shape to say."""

_Operands = dict[str, Callable[[_Unit, int], str]]

_CONSTANT: _Operands = dict.fromkeys("ckdvnmi", _as_it_is) | {
    "o": _Unit.op,
    "q": _Unit.op,
    "w": _Unit.fit,
    "s": _Unit.called,
    "p": _Unit.path,
    "r": _Unit.regex,
    "t": _Unit.value_set,
    "g": _Unit.languages,
    "x": _Unit.closed,
}
"""Letter → the C of an operand that the compiler is to fold."""

_NUMBERED: _Operands = dict.fromkeys("ckdvn", _Unit.numbered) | {
    "o": _Unit.numbered_op,
    "q": _Unit.numbered_op,
    "m": _as_it_is,
    "i": _as_it_is,
    "s": _Unit.called,
    "p": _Unit.path,
    "w": lambda unit, fit: f"run->program->fits[{unit.numbered(fit)}]",
    "r": lambda unit, regex: f"cns_native_pattern(run, value, cns_regex_of(run->program, {unit.numbered(regex)}))",
    "t": lambda unit, values: f"cns_native_in(run, value, {unit.numbered(values)})",
    "g": lambda unit, languages: f"cns_native_language_in(run, value, {unit.numbered(languages)})",
    "x": lambda unit, columns: f"cns_native_allowed(run, {unit.numbered(columns)}), false",
}
"""Letter → the C of an operand that the part of a shape is given, as number ``i`` of its ``n``."""


def _called_from_elsewhere(program: Program, plan: UnitPlan, homes: dict[int, UnitPlan]) -> set[int]:
    code, width = program.tables["code"], len(cstructs.SECTIONS["code"])
    return {
        code[pc * width + 1]
        for home in {id(unit): unit for unit in homes.values()}.values()
        if home is not plan
        for shape in home.shapes
        for pc in range(shape.entry, shape.end)
        if code[pc * width] in CALLS and homes[code[pc * width + 1]] is plan
    }


def _render_table(program: Program, units: list[_Unit], names: dict[int, str], prefix: str, linkage: str) -> str:
    roots = {shape.number for unit in units for shape in unit.plan.shapes if shape.root}
    count = program.count("shapes")
    functions = [root_name(names[n]) for n in sorted(roots)]
    rows = [root_name(names[n]) if n in roots else "NULL" for n in range(count)]
    return template(
        "table.c.j2",
        note=NOTE,
        prefix=prefix,
        linkage=linkage,
        units=[
            {"name": unit.plan.name, "numbers": unit.numbers_name, "words": c_words(unit.numbers or [cstructs.NONE])}
            for unit in units
        ],
        functions=functions,
        shapes=rows or ["NULL"],
        shape_count=count,
        program=f"{_checksum(program):#018x}",
    )


def _checksum(program: Program) -> int:
    """As the header of the serialised program has it, at its 16th byte."""
    return int(struct.unpack_from("<Q", program.to_bytes(), 16)[0])
