"""Program → C: a function for each shape, which does what the vm does for its instructions, with constants as operands.

``INSTRUCTIONS`` says what each instruction is in C; what a check means is in templates/runtime/ops.h, as for the vm.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2

from cns.codegen.ctext import c_comment, c_string, c_words
from cns.codegen.program import Program
from cns.codegen.regex.emit import machine_as_c
from cns.codegen.units import CALL, TEST, ShapePlan, UnitPlan, plan_units
from cns.resources import TEMPLATES
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
    "DATATYPE": "{check}cns_native_datatype(run, value, {datatype}), &{op}, value);",
    "CLASS": "{check}cns_is_instance_in(store, value, {class}, {class_words}), &{op}, value);",
    "RANGE": "{check}cns_native_range(run, value, {value}, {mask}), &{op}, value);",
    "MIN_LENGTH": "{check}cns_native_min_length(run, value, {number}), &{op}, value);",
    "MAX_LENGTH": "{check}cns_native_max_length(run, value, {number}), &{op}, value);",
    "PATTERN": "{check}{regex}, &{op}, value);",
    "LANGUAGE_IN": "{check}{languages}(run, value), &{op}, value);",
    "IN": "{check}{set}(run, value), &{op}, value);",
    "FITS": "if (!cns_native_fits(run, value, &{fit})) goto {failed};",
    "CLOSED": "{check_set}cns_op_closed(run, {op}, focus, value, {closed}, report));",
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

JUMPS = frozenset({"JUMP", "JUMP_IF", "JUMP_UNLESS", "JUMP_TALLY"})

LARGE = 500
"""Instructions of a program from which on compiling has to be quick: patterns are tables, what is short is called."""

TEXTUAL = frozenset({"DATATYPE", "RANGE", "MIN_LENGTH", "MAX_LENGTH", "PATTERN", "FITS"})
"""What looks at the texts of values."""

_NAMES = {code: name for name, (code, _) in cstructs.INSTRUCTIONS.items()}
_LETTERS = {name: letters for name, (_, letters) in cstructs.INSTRUCTIONS.items()}
_WIDTH = len(cstructs.SECTIONS["code"])


@dataclass(frozen=True)
class Source:
    """One translation unit."""

    name: str
    text: str


@dataclass(frozen=True)
class _Shape:
    name: str
    linkage: str
    root: str
    """The name of its function over many focus nodes; empty where nothing runs it by itself."""
    comment: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Instruction:
    pc: int
    name: str
    operands: tuple[tuple[str, int], ...]
    """(letter, number)."""


EXPORTED = '__attribute__((visibility("default")))'


def render(program: Program, prefix: str = "cns", linkage: str = EXPORTED) -> tuple[Source, ...]:
    """The units, and behind them the table that leads to their functions. The same program gives the same text.

    All that the linker sees begins with the prefix; the table, of the given linkage, is ``<prefix>_native_code``.
    """
    units, names = _units(program, prefix)
    sources = [Source(f"unit_{unit.plan.name}.c", unit.render()) for unit in units]
    return (*sources, Source("table.c", _render_table(program, units, names, prefix, linkage)))


def shape_functions(program: Program) -> dict[int, str]:
    """The C function of each shape that has one, by the shape's number."""
    units, _ = _units(program, "cns")
    return {plan.number: template("shape.c.j2", shape=unit.shape(plan)) for unit in units for plan in unit.plan.shapes}


def _units(program: Program, prefix: str) -> tuple[list[_Unit], dict[int, str]]:
    plans = plan_units(program)
    homes = {shape.number: plan for plan in plans for shape in plan.shapes}
    names = {shape.number: f"{prefix}_shape_{shape.name}" for plan in plans for shape in plan.shapes}
    return [_Unit(program, plan, homes, names, prefix) for plan in plans], names


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


def instructions(program: Program, entry: int, end: int) -> Iterator[_Instruction]:
    code = program.tables["code"]
    for pc in range(entry, end):
        number, *operands = code[pc * _WIDTH : (pc + 1) * _WIDTH]
        name = _NAMES[number]
        yield _Instruction(pc, name, tuple(zip(_LETTERS[name], operands, strict=True)))


class _Unit:
    """One translation unit while it is put together."""

    def __init__(
        self, program: Program, plan: UnitPlan, homes: dict[int, UnitPlan], names: dict[int, str], prefix: str
    ) -> None:
        self.program = program
        self.plan = plan
        self.homes = homes
        self.names = names
        self.prefix = f"{prefix}_{plan.name}"
        self.ops_name = f"{self.prefix}_ops"
        self.ops: dict[int, int] = {}
        self.tables: dict[tuple[str, int], str] = {}
        """(letter, number) → the name of what stands for it."""
        self.table_texts: list[str] = []
        self.outside: dict[str, None] = {}
        self.shared = _called_from_elsewhere(program, plan, homes)

    def render(self) -> str:
        shapes = [self.shape(plan) for plan in self.plan.shapes]
        return template(
            "unit.c.j2",
            note=NOTE,
            brief=self.program.count("code") >= LARGE,
            ops=self.ops_name,
            outside=self.outside,
            inside=[shape.name for shape in shapes if shape.linkage],
            roots=[shape.root for shape in shapes if shape.root],
            tables=self.table_texts,
            shapes=shapes,
        )

    # ------------------------------------------------------------------ shapes

    def shape(self, plan: ShapePlan) -> _Shape:
        row = self.program.row("shapes", plan.number)
        name = self.names[plan.number]
        visible = plan.number in self.shared
        if visible:
            self.outside[name] = None
        return _Shape(
            name=name,
            linkage="" if visible else "static ",
            root=root_name(name) if plan.root else "",
            comment=c_comment(self.program.text(row["label"])),
            lines=tuple(self.lines(plan)),
        )

    def lines(self, plan: ShapePlan) -> Iterator[str]:
        code = list(instructions(self.program, plan.entry, plan.end))
        targets = _targets(code)
        used = {at.name for at in code}
        if used & {"TALLY", "TALLY_CLEAR"}:
            yield "uint32_t tally = 0;"
        if "TEST" in used:
            yield "bool flag = false;"
        yield "(void)store, (void)value, (void)values, (void)report;"
        own_value, indent, loop_end = True, "", -1
        for at in code:
            if at.pc == loop_end:
                indent = ""
                yield "}"
            if at.pc in targets:
                yield f"L{at.pc - plan.entry}:;"
            if at.name.startswith("VALUES_"):
                own_value = at.name == "VALUES_SELF"
            if at.name == "EACH":
                loop_end = at.operands[1][1]
            for line in self.line(plan, at, code, own_value).split("\n"):
                if line:
                    yield indent + line
                indent += "    " if line.endswith("{") else ""

    def line(self, plan: ShapePlan, at: _Instruction, code: list[_Instruction], own_value: bool) -> str:
        operands = {
            _OPERANDS[letter][0]: _OPERANDS[letter][1](self, value)
            for letter, value in at.operands
            if letter in _OPERANDS
        }
        values = [value for _, value in at.operands]
        if at.name == "EACH":
            calls = any(at.pc < i.pc < values[1] and i.name in ("CALL", "TEST") for i in code)
            empty = f"if (!values.count) goto L{values[0] - plan.entry};\n" if values[0] != values[1] else ""
            operands["loop"] = empty + _loop(own_value, calls) + _looking_ahead(code, at.pc, values[1])
        if at.name == "NEXT":
            out = f"goto L{values[1] - plan.entry};" if own_value else "continue;"
            operands["again"] = out if values[1] != at.pc + 1 else ""
        if at.name == "COUNT":
            names = {"op": values[0], "most_op": values[3]}
            operands |= {name: self.op(value) for name, value in names.items()}
            operands |= {"least": f"{values[1]}u", "most": f"{values[2]}u"}
        if at.name in JUMPS:
            operands["to"] = f"L{values[0] - plan.entry}"
        operands |= self.checks(plan, at)
        operands["level"] = str(plan.level)
        operands["class_words"] = str((self.program.count("classes") + 63) // 64)
        return INSTRUCTIONS[at.name].format(**operands)

    def checks(self, plan: ShapePlan, at: _Instruction) -> dict[str, str]:
        failed = next((f"L{value - plan.entry}" for letter, value in at.operands if letter == "f" and value), "")
        check = "CNS_NATIVE_WEIGH(" if plan.tested else "CNS_NATIVE_CHECK("
        if failed:
            quiet = ("q", cstructs.NONE) in at.operands
            check = f"CNS_NATIVE_QUIETLY_OR({failed}, " if quiet else f"CNS_NATIVE_CHECK_OR({failed}, "
        check_set = f"CNS_NATIVE_CHECK_SET_OR({failed}, " if failed else "CNS_NATIVE_CHECK_SET("
        return {"failed": failed, "check": check, "check_set": check_set}

    # ------------------------------------------------------------------ operands

    def op(self, number: int) -> str:
        """The unit numbers its results itself, so that a check that comes or goes elsewhere changes nothing here."""
        if number == cstructs.NONE:
            return "no_op"
        return f"{self.ops_name}[{self.ops.setdefault(number, len(self.ops))}]"

    def fit(self, number: int) -> str:
        row = self.program.row("fits", number)
        fields = ", ".join(f".{name} = {value}u" for name, value in row.items())
        return self.table("w", number, lambda name: f"static const CnsFit {name} = {{{fields}}};")

    def called(self, number: int) -> str:
        name = self.names[number]
        if self.homes[number] is not self.plan:
            self.outside[name] = None
        return name

    def table(self, letter: str, number: int, write: Callable[[str], str]) -> str:
        """The name of a table of this unit; written when it is asked for the first time."""
        key = (letter, number)
        if key not in self.tables:
            self.tables[key] = f"{self.prefix}_{_OPERANDS[letter][0]}_{sum(k[0] == letter for k in self.tables)}"
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
            code = machine_as_c(name, words, f"{name}_words") if self.program.count("code") < LARGE else None
            if code:
                return table + code if f"{name}_words" in code else code
            asks = f"return cns_native_pattern(run, value, {name}_words);"
            return f"{table}static inline bool {name}(const CnsRun *run, uint32_t value) {{ {asks} }}"

        return f"{self.table('r', number, write)}(run, value)"

    def path(self, number: int) -> str:
        """Collects what a path reaches: by code where that is one step or two, or several such, else by the runtime.
        Of two steps nothing is met twice in between: the first one's values are each there once.
        """
        collected = self.collected(number)
        if collected is None:
            return f"cns_run_path(run, {number}u"
        body = "\n".join(f"    {line}" for line in collected)

        def write(name: str) -> str:
            return (
                f"static bool {name}(CnsRun *run, uint32_t focus, CnsValueSet *out) {{\n"
                f"    const CnsStore *const store = run->store;\n    cns_value_set_clear(out);\n"
                f"{body}\n    return true;\n}}"
            )

        return f"{self.table('p', number, write)}(run"

    def collected(self, number: int) -> list[str] | None:
        row = self.program.row("paths", number)
        children = self.program.tables["pool"][row["first"] : row["first"] + row["count"]]
        if (step := self.step(number, "focus")) is not None:
            return [f"if (!cns_native_collect(run, out, {step})) return false;"]
        if row["kind"] == cstructs.PATH_ALTERNATIVE:
            ways = [self.collected(child) for child in children]
            return None if None in ways else [line for way in ways if way for line in way]
        if row["kind"] != cstructs.PATH_SEQUENCE or len(children) != 2:
            return None
        first, second = self.step(children[0], "focus"), self.step(children[1], "first.items[i]")
        if first is None or second is None:
            return None
        return [
            "{",
            f"    const CnsSlice first = {first};",
            "    for (uint32_t i = 0; i < first.count; i++)",
            f"        if (!cns_native_collect(run, out, {second})) return false;",
            "}",
        ]

    def step(self, number: int, start: str) -> str | None:
        row = self.program.row("paths", number)
        if row["kind"] == cstructs.PATH_PREDICATE:
            return f"cns_values(store, {row['first']}u, {start})"
        return f"cns_subjects(store, {row['first']}u, {start})" if row["kind"] == cstructs.PATH_INVERSE else None

    def closed(self, number: int) -> str:
        columns = self.listed("closed_lists", "pool", number)
        if not columns:
            return "(CnsSlice){NULL, 0}"
        name = self.table("x", number, lambda name: f"static const uint32_t {name}[] = {{\n{c_words(columns)}\n}};")
        return f"(CnsSlice){{{name}, {len(columns)}}}"

    def languages(self, number: int) -> str:
        ranges = [self.program.text(text) for text in self.listed("language_lists", "pool", number)]
        matches = " || ".join(
            f"cns_language_matches(tag, (const uint8_t *){c_string(tag)}, {len(tag.encode())})" for tag in ranges
        )
        return self.table(
            "g",
            number,
            lambda name: (
                f"static inline bool {name}(const CnsRun *run, uint32_t value) {{\n"
                "    const CnsNode *tag = cns_language_of(run, value);\n"
                f"    return tag && ({matches or 'false'});\n}}"
            ),
        )

    def value_set(self, number: int) -> str:
        """Where the words stood in the pool is of no interest to those who have them at hand."""
        row = self.program.row("value_sets", number) | {"first": 0}
        words = self.listed("value_sets", "pool", number)
        fields = ", ".join(f".{name} = {value}u" for name, value in row.items())
        return self.table(
            "t",
            number,
            lambda name: (
                f"static const uint32_t {name}_words[] = {{\n{c_words(words or [0])}\n}};\n"
                f"static inline bool {name}(const CnsRun *run, uint32_t value) {{\n"
                f"    return cns_op_in(run, value, (CnsValueList){{{fields}}}, {name}_words);\n}}"
            ),
        )


def _looking_ahead(code: list[_Instruction], start: int, end: int) -> str:
    """Where the values of a column are looked at for their texts."""
    values = next((at.name for at in reversed(code) if at.pc < start and at.name.startswith("VALUES_")), "")
    reads = any(start < at.pc < end and at.name in TEXTUAL for at in code)
    return "\nCNS_NATIVE_AHEAD();" if reads and values == "VALUES_FORWARD" else ""


def root_name(name: str) -> str:
    return f"{name}_all"


def _targets(code: list[_Instruction]) -> set[int]:
    """Where anything leads to but by going on."""
    targets = {at.operands[0][1] for at in code if at.name in JUMPS}
    targets |= {value for at in code for letter, value in at.operands if letter == "f" and value}
    own_value = False
    for at in code:
        if at.name.startswith("VALUES_"):
            own_value = at.name == "VALUES_SELF"
        elif at.name == "EACH" and at.operands[0][1] != at.operands[1][1]:
            targets.add(at.operands[0][1])
        elif at.name == "NEXT" and at.operands[1][1] != at.pc + 1 and own_value:
            targets.add(at.operands[1][1])
    return targets


def _loop(own_value: bool, calls: bool) -> str:
    """Over one value, the focus node itself, there is no loop to be seen."""
    if own_value:
        return f"{'CNS_NATIVE_STEPS(1);' + chr(10) if calls else ''}{{\nconst uint32_t value = focus;"
    return (
        f"CNS_NATIVE_STEPS({'1' if calls else 'CNS_NATIVE_SHORT'});\n"
        "for (uint32_t i = 0; i < values.count; i++) {\nconst uint32_t value = values.items[i];"
    )


def _number(unit: _Unit, value: int) -> str:
    del unit
    return f"{value}u"


_OPERANDS: dict[str, tuple[str, Callable[[_Unit, int], str]]] = {
    "o": ("op", _Unit.op),
    "q": ("op", _Unit.op),
    "w": ("fit", _Unit.fit),
    "s": ("shape", _Unit.called),
    "c": ("column", _number),
    "p": ("path", _Unit.path),
    "k": ("class", _number),
    "d": ("datatype", _number),
    "v": ("value", _number),
    "r": ("regex", _Unit.regex),
    "n": ("number", _number),
    "m": ("mask", _number),
    "i": ("kinds", _number),
    "t": ("set", _Unit.value_set),
    "g": ("languages", _Unit.languages),
    "x": ("closed", _Unit.closed),
}
"""Letter → what INSTRUCTIONS calls the operand, and its C. Where jumps lead to is for the shape to say."""


def _called_from_elsewhere(program: Program, plan: UnitPlan, homes: dict[int, UnitPlan]) -> set[int]:
    code = program.tables["code"]
    return {
        code[pc * _WIDTH + 1]
        for home in {id(unit): unit for unit in homes.values()}.values()
        if home is not plan
        for shape in home.shapes
        for pc in range(shape.entry, shape.end)
        if code[pc * _WIDTH] in (CALL, TEST) and homes[code[pc * _WIDTH + 1]] is plan
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
            {"name": unit.plan.name, "ops": unit.ops_name, "numbers": c_words(unit.ops or [cstructs.NONE])}
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
