"""Bytecode as text and back. The text names operands by what they are; comments after ``;`` are for people.

shape 1 [ sh:path ex:age ; sh:maxCount 1 ]
   3  VALUES_FORWARD  column 0              ; <http://example.org/age>
   4  MAX_COUNT       op 1, number 1        ; MaxCountConstraintComponent
   5  RETURN
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from cns.codegen.program import Program
from cns.errors import ProgramError, SourceRef
from cns.vocab import SH_NS
from cython_optimizations import cstructs

_OPERANDS = {
    "o": "op",
    "q": "op",
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
    "w": "fit",
    "j": "to",
    "f": "failed",
}
_COMPARISONS = (
    (cstructs.ACCEPT_LESS, "less"),
    (cstructs.ACCEPT_EQUAL, "equal"),
    (cstructs.ACCEPT_GREATER, "greater"),
)
_KINDS = (
    (cstructs.NODE_KIND_IRI, "IRI"),
    (cstructs.NODE_KIND_BLANK, "blank node"),
    (cstructs.NODE_KIND_LITERAL, "literal"),
)
_NAMES = ("a", "b", "c", "d")
_BY_CODE = {code: (name, operands) for name, (code, operands) in cstructs.INSTRUCTIONS.items()}
_DATATYPE_NAMES = {number: iri for iri, number in cstructs.DATATYPES.items()}
_LINE = re.compile(r"\s*(?:(\d+)\s+)?([A-Z_]+)\s*(.*)")
_OPERAND = re.compile(r"([a-z]+)\s+(\d+)\Z")


def disassemble(program: Program) -> str:
    """Every shape with its instructions."""
    return "".join(line + "\n" for line in _lines(program))


def _lines(program: Program) -> Iterator[str]:
    for number, shape in enumerate(program.rows("shapes")):
        yield f"shape {number} {_one_line(program.text(shape['label']))}"
        for pc in range(shape["entry"], shape["end"]):
            yield instruction_text(program, pc)


def instruction_text(program: Program, pc: int) -> str:
    row = program.row("code", pc)
    name, letters = _BY_CODE[row["code"]]
    operands = list(zip(letters, (row[name] for name in _NAMES), strict=True))
    text = ", ".join(
        _operand_text(letter, value) for letter, value in operands if letter != "-" and (letter, value) != ("f", 0)
    )
    notes = ", ".join(note for letter, value in operands if (note := _note(program, letter, value)))
    line = f"{pc:6}  {name:16}{text}"
    return f"{line:48}; {_one_line(notes)}" if notes else line.rstrip()


def _operand_text(letter: str, value: int) -> str:
    return f"{_OPERANDS[letter]} {'none' if letter == 'q' and value == cstructs.NONE else value}"


def _note(program: Program, letter: str, value: int) -> str:
    """What the number stands for."""
    if letter == "q" and value == cstructs.NONE:
        return ""
    if letter in "oq":
        return program.text(program.row("ops", value)["component"]).removeprefix(SH_NS)
    if letter == "s":
        return program.text(program.row("shapes", value)["label"])
    if letter == "c":
        return term_text(program, program.row("columns", value)["predicate"])
    if letter == "k":
        return term_text(program, program.row("classes", value)["term"])
    if letter == "v":
        return term_text(program, value)
    if letter == "d":
        custom = value - cstructs.FIRST_CUSTOM_DATATYPE
        return term_text(program, custom) if custom >= 0 else _DATATYPE_NAMES[value]
    if letter == "m":
        return " or ".join(name for bit, name in _COMPARISONS if value & bit)
    if letter == "i":
        return " or ".join(name for bit, name in _KINDS if value & bit)
    if letter == "w":
        return _fit_text(program, program.row("fits", value))
    return ""


def _fit_text(program: Program, fit: dict[str, int]) -> str:
    parts = [] if fit["datatype"] == cstructs.NONE else [_note(program, "d", fit["datatype"])]
    for end in ("low", "high"):
        if fit[end] != cstructs.NONE:
            parts.append(f"{_note(program, 'm', fit[end + '_mask'])} than {term_text(program, fit[end])}")
    if fit["least"] or fit["most"] != cstructs.NONE:
        parts.append(f"{fit['least']} to {'any number of' if fit['most'] == cstructs.NONE else fit['most']} characters")
    return ", ".join(parts)


def term_text(program: Program, value: int) -> str:
    """A constant of the program, for people."""
    literal = bool(value & cstructs.LITERAL_BIT)
    index = (value & ~cstructs.LITERAL_BIT) + (program.row("facts", 0)["node_terms"] if literal else 0)
    term = program.row("terms", index)
    text = program.text(term["text"])
    if not literal:
        return f"<{text}>" if term["kind"] == cstructs.TERM_IRI else f"_:{text}"
    return f'"{text}"'


def _one_line(text: str) -> str:
    return text.replace("\n", "\\n").replace("\r", "\\r")


def assemble(text: str, program: Program) -> Program:
    """The program with its code replaced by the text's. Whether it may run is for the verifier to say."""
    code = array("I")
    width = len(cstructs.SECTIONS["code"])
    shapes = array("I", program.tables["shapes"])
    fields = cstructs.SECTIONS["shapes"]
    current = -1
    for number, line in enumerate(text.splitlines(), 1):
        body = line.partition(";")[0].strip() if not line.startswith("shape ") else line
        if not body:
            continue
        if body.startswith("shape "):
            current = _shape_number(body, number, program.count("shapes"))
            shapes[current * len(fields) + fields.index("entry")] = len(code) // width
        else:
            code.extend(_instruction(body, number))
        if current >= 0:
            shapes[current * len(fields) + fields.index("end")] = len(code) // width
    return Program({**program.tables, "code": code, "shapes": shapes}, program.strings, program.meta)


def _shape_number(line: str, number: int, count: int) -> int:
    word = line.split()[1]
    if not word.isdecimal() or int(word) >= count:
        raise _bad(number, f"there is no shape {word}")
    return int(word)


def _instruction(line: str, number: int) -> list[int]:
    match = _LINE.fullmatch(line)
    if match is None or match[2] not in cstructs.INSTRUCTIONS:
        raise _bad(number, f"not an instruction: {line!r}")
    code, letters = cstructs.INSTRUCTIONS[match[2]]
    wanted = [letter for letter in letters if letter != "-"]
    given = [part.strip() for part in match[3].split(",")] if match[3] else []
    if wanted and wanted[-1] == "f" and len(given) == len(wanted) - 1:
        given.append("failed 0")
    if len(given) != len(wanted):
        raise _bad(number, f"{match[2]} takes {len(wanted)} operands, not {len(given)}")
    values = iter([_operand(word, letter, number) for word, letter in zip(given, wanted, strict=True)])
    return [code, *(0 if letter == "-" else next(values) for letter in letters)]


def _operand(word: str, letter: str, number: int) -> int:
    if letter == "q" and word == "op none":
        return cstructs.NONE
    match = _OPERAND.fullmatch(word)
    if match is None or match[1] != _OPERANDS[letter] or int(match[2]) > cstructs.NONE:
        raise _bad(number, f"expected {_OPERANDS[letter]} and a number, not {word!r}")
    return int(match[2])


def _bad(number: int, message: str) -> ProgramError:
    where = SourceRef(source="<assembly>", line=number)
    return ProgramError("CNS405", message, where=where, hint="see cns-aotc explain --bytecode for the notation")
