"""The C headers as Python sees them."""

from __future__ import annotations

import pytest

from cython_optimizations import cstructs


def test_sections_and_fields() -> None:
    assert list(cstructs.SECTIONS)[-2:] == ["strings", "meta"]
    assert cstructs.SECTIONS["code"] == ("code", "a", "b", "c", "d")
    assert cstructs.SECTIONS["strings"] == cstructs.SECTIONS["meta"] == ()
    assert all(fields for name, fields in cstructs.SECTIONS.items() if name not in ("strings", "meta"))


def test_instructions_are_numbered_in_order_and_have_four_operands() -> None:
    assert [code for code, _ in cstructs.INSTRUCTIONS.values()] == list(range(len(cstructs.INSTRUCTIONS)))
    assert all(len(operands) == 4 for _, operands in cstructs.INSTRUCTIONS.values())
    assert cstructs.INSTRUCTIONS["RETURN"] == (0, "----")


def test_datatypes_are_iris() -> None:
    assert len(set(cstructs.DATATYPES.values())) == len(cstructs.DATATYPES) <= cstructs.FIRST_CUSTOM_DATATYPE
    assert all(iri.startswith("http://www.w3.org/") for iri in cstructs.DATATYPES)


def test_the_checksum_sees_every_byte() -> None:
    body = bytes(range(200))
    known = cstructs.checksum(body)
    assert known == cstructs.checksum(memoryview(body)) == cstructs.checksum(bytearray(body))
    changed = {cstructs.checksum(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]) for at in range(len(body))}
    lengths = {cstructs.checksum(bytes(size)) for size in range(40)}
    assert len(changed | {known}) == len(body) + 1
    assert len(lengths) == 40


def test_dtypes_come_from_the_fields() -> None:
    numpy = pytest.importorskip("numpy")
    dtype = cstructs.dtype(cstructs.HIT_FIELDS)
    assert dtype.itemsize == 16
    assert dtype.names == cstructs.HIT_FIELDS
    assert dtype == numpy.dtype([(name, "<u4") for name in cstructs.HIT_FIELDS])
