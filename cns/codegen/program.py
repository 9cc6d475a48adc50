"""The program: flat tables of 32-bit words and text, as the C runtime maps them, and their serialised form.

The tables and their fields are named in templates/runtime/program.h alone; here they are only filled, written and read.
"""

from __future__ import annotations

import struct
import sys
from array import array

from cns.errors import ProgramError
from cns.values import Value
from cython_optimizations import cstructs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Final

_HEADER = struct.Struct("<8sIIQQ")
_ENTRY = struct.Struct("<QQ")
_BYTE_SECTIONS = ("strings", "meta")


def _little(words: array[int]) -> array[int]:
    """The words in the byte order of the file; the same operation leads back."""
    if sys.byteorder == "little":
        return words
    swapped = array("I", words)
    swapped.byteswap()
    return swapped


class Program(Value):
    """Tables by section name. Equal programs have equal bytes."""

    __slots__ = ("meta", "strings", "tables")

    def __init__(self, tables: Mapping[str, array[int]], strings: bytes, meta: bytes) -> None:
        self.tables: Final = tables
        self.strings: Final = strings
        self.meta: Final = meta
        """For people and tools, as JSON: shapes as written, paths as reports show them. Engines never look at it."""

    def about(self) -> dict[str, Any]:
        """``meta``, decoded."""
        import json

        found: dict[str, Any] = json.loads(self.meta)
        return found

    def count(self, section: str) -> int:
        return len(self.tables[section]) // len(cstructs.SECTIONS[section])

    def row(self, section: str, index: int) -> dict[str, int]:
        fields = cstructs.SECTIONS[section]
        start = index * len(fields)
        return dict(zip(fields, self.tables[section][start : start + len(fields)], strict=True))

    def rows(self, section: str) -> Iterator[dict[str, int]]:
        return (self.row(section, index) for index in range(self.count(section)))

    def op_starts(self) -> dict[int, int]:
        """The first instruction of each op that has code."""
        return {op: row["code"] for op, row in enumerate(self.rows("ops")) if row["code"] != cstructs.NONE}

    def checking(self) -> list[int]:
        """The instructions that make a check: those that know whose result a failure is."""
        codes = self.tables["code"][:: len(cstructs.SECTIONS["code"])]
        checks = {code for code, operands in cstructs.INSTRUCTIONS.values() if operands[0] in "oqw"}
        return [at for at, code in enumerate(codes) if code in checks]

    def loops(self) -> dict[int, int]:
        """Where each shape that loops over its values begins to."""
        each = cstructs.INSTRUCTIONS["EACH"][0]
        codes = self.tables["code"][:: len(cstructs.SECTIONS["code"])]
        found = {}
        for shape, row in enumerate(self.rows("shapes")):
            part = codes[row["entry"] : row["end"]]
            if each in part:
                found[shape] = row["entry"] + part.index(each)
        return found

    def text(self, index: int) -> str:
        row = self.row("texts", index)
        return self.strings[row["offset"] : row["offset"] + row["length"]].decode()

    def optional_text(self, index: int) -> str:
        return "" if index == cstructs.NONE else self.text(index)

    def to_bytes(self) -> bytes:
        """The serialised form, as described at the top of program.h."""
        parts = [_little(self.tables[name]).tobytes() for name in cstructs.SECTIONS if name not in _BYTE_SECTIONS]
        parts += [self.strings, self.meta]
        offset = _HEADER.size + _ENTRY.size * len(parts)
        entries, body = [], []
        for part in parts:
            padding = -offset % 8
            offset += padding
            body += [b"\0" * padding, part]
            entries.append(_ENTRY.pack(offset, len(part)))
            offset += len(part)
        after_header = b"".join(entries) + b"".join(body)
        header = _HEADER.pack(
            cstructs.PROGRAM_MAGIC, cstructs.PROGRAM_VERSION, len(parts), cstructs.checksum(after_header), offset
        )
        return header + after_header

    @staticmethod
    def from_bytes(blob: bytes) -> Program:
        """Reads what ``to_bytes`` wrote. Whether it may be run is for the verifier to say, not for this function."""
        if len(blob) < _HEADER.size or not blob.startswith(cstructs.PROGRAM_MAGIC):
            raise ProgramError("CNS401", "this is not a cns program", hint="compile the shapes again")
        _, version, count, checksum, size = _HEADER.unpack_from(blob)
        if version != cstructs.PROGRAM_VERSION:
            raise ProgramError(
                "CNS402",
                f"a program of version {version}; this cns reads version {cstructs.PROGRAM_VERSION}",
                hint="compile the shapes again with this version of cns",
            )
        if size != len(blob) or count != len(cstructs.SECTIONS) or cstructs.checksum(blob[_HEADER.size :]) != checksum:
            raise ProgramError("CNS403", "the program is damaged", hint="compile the shapes again")
        tables: dict[str, array[int]] = {}
        data: dict[str, bytes] = {}
        for i, name in enumerate(cstructs.SECTIONS):
            offset, length = _ENTRY.unpack_from(blob, _HEADER.size + i * _ENTRY.size)
            part = blob[offset : offset + length]
            if len(part) != length or (name not in _BYTE_SECTIONS and length % (4 * len(cstructs.SECTIONS[name]))):
                raise ProgramError("CNS403", f"the program is damaged: section {name}", hint="compile the shapes again")
            if name in _BYTE_SECTIONS:
                data[name] = part
            else:
                tables[name] = _little(array("I", part))
        return Program(tables, data["strings"], data["meta"])


class ProgramWriter:
    """Collects rows and texts. Each row is given by field names, so that no order is repeated here."""

    def __init__(self) -> None:
        self._tables = {name: array("I") for name, fields in cstructs.SECTIONS.items() if fields}
        self._places = {name: {f: i for i, f in enumerate(fields)} for name, fields in cstructs.SECTIONS.items()}
        self._strings = bytearray()
        self._texts: dict[str, int] = {}

    def text(self, text: str) -> int:
        """The number of a text; equal texts are stored once."""
        if text not in self._texts:
            encoded = text.encode("utf-8", "surrogatepass")
            self._texts[text] = self.row("texts", offset=len(self._strings), length=len(encoded))
            self._strings += encoded
        return self._texts[text]

    def row(self, section: str, **values: int) -> int:
        fields = self._places[section]
        if values.keys() != fields.keys():
            raise TypeError(f"{section} has the fields {tuple(fields)}, not {tuple(values)}")
        table = self._tables[section]
        number = len(table) // len(fields)
        table.extend([values[field] for field in fields])
        return number

    def instruction(self, code: int, a: int, b: int, c: int, d: int) -> int:
        """A row of the code, of which there are the most."""
        table = self._tables["code"]
        table.extend((code, a, b, c, d))
        return len(table) // 5 - 1

    def words(self, section: str, words: list[int] | tuple[int, ...] | array[int]) -> tuple[int, int]:
        """Appends words to a section of single words: (first, count)."""
        table = self._tables[section]
        first = len(table)
        table.extend(words)
        return first, len(words)

    def next_row(self, section: str) -> int:
        return len(self._tables[section]) // len(cstructs.SECTIONS[section])

    def patch(self, section: str, row: int, field: str, value: int) -> None:
        fields = self._places[section]
        self._tables[section][row * len(fields) + fields[field]] = value

    def get(self, section: str, row: int, field: str) -> int:
        fields = self._places[section]
        return self._tables[section][row * len(fields) + fields[field]]

    def finish(self, meta: Mapping[str, Any]) -> Program:
        import json

        text = json.dumps(meta, sort_keys=True, separators=(",", ":"))
        return Program(self._tables, bytes(self._strings), text.encode())
