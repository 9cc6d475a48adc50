"""Literals by their meaning: tables from XSD 1.1, and differentials against Python's exact numbers and dates."""

from __future__ import annotations

import calendar
import ctypes
import datetime
import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

DATATYPES_H = Path(__file__).parents[2] / "templates" / "runtime" / "datatypes.h"
CODES = {name: code for code, name in enumerate(re.findall(r'X\(\w+, +CNS_\w+ "(\w+)"\)', DATATYPES_H.read_text()))}
CUSTOM, UNKNOWN = 64, 2**32 - 1
LESS, EQUAL, GREATER, NONE = range(4)

# What the tests need to see of a parsed value.
PEEK = """
#include "literal.h"
double peek_number(uint32_t datatype, const uint8_t *text, uint32_t length) {
    CnsValue value;
    cns_value_parse(datatype, text, length, &value);
    return value.as.number;
}
"""


class CLiteral(ctypes.Structure):
    _fields_ = [
        ("text", ctypes.c_char_p),
        ("length", ctypes.c_uint32),
        ("hash", ctypes.c_uint32),
        ("datatype", ctypes.c_uint32),
        ("language", ctypes.c_uint32),
    ]


class Runtime:
    """literal.c as seen from Python: datatypes by local name, text as str or bytes."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        library.cns_literal_well_formed.restype = ctypes.c_bool
        library.cns_datatype_from_iri.restype = ctypes.c_uint32
        library.cns_datatype_from_iri.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
        library.cns_datatype_iri.restype = ctypes.c_char_p
        library.cns_utf8_length.restype = ctypes.c_uint32
        library.cns_utf8_length.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
        library.peek_number.restype = ctypes.c_double

    def well_formed(self, datatype: str, text: str | bytes) -> bool:
        raw = text if isinstance(text, bytes) else text.encode()
        return self.library.cns_literal_well_formed(CODES[datatype], raw, len(raw))

    def number(self, datatype: str, text: str) -> float:
        return self.library.peek_number(CODES[datatype], text.encode(), len(text))

    def compare(self, left: tuple[str, str], right: tuple[str, str]) -> int:
        return self.library.cns_literal_compare(*(ctypes.byref(c_literal(*literal)) for literal in (left, right)))


def c_literal(datatype: str, text: str) -> CLiteral:
    raw = text.encode()
    return CLiteral(raw, len(raw), 0, CODES.get(datatype, CUSTOM), 0)


@pytest.fixture(scope="module")
def runtime(load_runtime: Callable[..., ctypes.CDLL]) -> Runtime:
    return Runtime(load_runtime("literal.c", "number.c", "calendar.c", extra=PEEK))


def order(left: object, right: object) -> int:
    return LESS if left < right else GREATER if left > right else EQUAL


def flip(comparison: int) -> int:
    return {LESS: GREATER, GREATER: LESS}.get(comparison, comparison)


many = settings(max_examples=400, deadline=None)

# ---- datatypes by name, and lengths ----


def test_every_datatype_is_found_by_its_iri(runtime: Runtime) -> None:
    assert len(CODES) == 45
    for name, code in CODES.items():
        iri = runtime.library.cns_datatype_iri(code)
        assert iri.decode().endswith("#" + name)
        assert runtime.library.cns_datatype_from_iri(iri, len(iri)) == code
        assert runtime.library.cns_datatype_from_iri(iri, len(iri) - 1) == UNKNOWN
        assert runtime.library.cns_datatype_from_iri(iri + b"x", len(iri) + 1) == UNKNOWN
        assert runtime.library.cns_datatype_from_iri(iri[:-1] + b"?", len(iri)) == UNKNOWN


def test_unknown_datatypes_have_no_iri(runtime: Runtime) -> None:
    assert runtime.library.cns_datatype_iri(len(CODES)) is None
    assert runtime.library.cns_datatype_iri(CUSTOM) is None
    assert runtime.library.cns_datatype_from_iri(b"", 0) == UNKNOWN
    assert runtime.library.cns_datatype_from_iri(b"http://example.org/string", 25) == UNKNOWN


@many
@given(text=st.text())
def test_utf8_length_counts_code_points(runtime: Runtime, text: str) -> None:
    raw = text.encode()
    assert runtime.library.cns_utf8_length(raw, len(raw)) == len(text)
    assert runtime.library.cns_utf8_length(raw * 9, len(raw) * 9) == len(text) * 9


# ---- lexical spaces: tables ----

HUGE = "9" * 5000
LAST_DAYS = [f"2001-{month:02}-{calendar.monthrange(2001, month)[1]}" for month in range(1, 13)]
PAST_MONTHS = [f"2001-{month:02}-{calendar.monthrange(2001, month)[1] + 1}" for month in range(1, 13)]


def cases(text: str) -> list[str]:
    return text.split("|")


# datatype → (well-formed, ill-formed)
LEXICAL: dict[str, tuple[list[str], list[str]]] = {
    "string": (cases("| |a\0b|\t\n"), []),
    "langString": (cases("|chat"), []),
    "HTML": (cases("|<b>"), []),
    "XMLLiteral": (cases("|<b>"), []),
    "JSON": (cases("|{"), []),
    "anyURI": (cases("|http://a b|%%|::"), []),
    "boolean": (cases("true|false|1|0"), cases("|TRUE|True|2|00| true|true |true\0|yes")),
    "decimal": (
        cases("0|-0|+5.0|.5|5.|-.5|+5.|00.00|" + "1234567890" * 50 + "." + "1" * 500),
        cases("|.|+|-|+.|1e5|1E0|INF|NaN| 1|1 |1,0|1.2.3|--1|+-1|0x1|1\0"),
    ),
    "integer": (cases(f"0|-0|+0|007|-12|+12|{HUGE}|-{HUGE}"), cases("|+|-|1.0|1.| 5|5 |1e3|٣|--1|1-")),
    "nonNegativeInteger": (cases(f"0|-0|+0|-000|{HUGE}|+1"), cases(f"-1|-{HUGE}||-|-01")),
    "nonPositiveInteger": (cases(f"0|-0|+0|-1|-{HUGE}"), cases(f"1|+1|{HUGE}|01")),
    "positiveInteger": (cases(f"1|+1|0001|{HUGE}"), cases("0|-0|+0|-1|000")),
    "negativeInteger": (cases(f"-1|-0001|-{HUGE}"), cases("0|-0|1|+1|-000")),
    "language": (
        cases("en|en-US|x-klingon|a-1-b-22222222|abcdefgh-12345678"),
        cases("|-|en-|-en|en--US|abcdefghi|e1|en-123456789|en_US|é|en "),
    ),
    "normalizedString": (cases("| a  b |é"), cases("a\tb|\n|a\r")),
    "token": (cases("|a|a b|é ü|a\0b"), cases(" | a|a |a  b|a\tb|a\n|\r")),
    "Name": (cases("a|:|a:b:c|_a|é|a-b.c|a\u00b7|\U00010000"), cases("|-a|1a|.a|\u00b7|a b")),
    "NCName": (cases("a|_|é1|a-b.c"), cases("|:|a:b|1a|-|×|÷|\u037e|a b|\U000f0000")),
    "NMTOKEN": (cases("a|1|-|:|1:2|\u00b7|\u203f"), cases("|a b|×|/|a\0")),
    "QName": (cases("a|a:b|é:ü|_:_"), cases("|:|a:|:b|a:b:c|a: b|1:b|a:1")),
    "hexBinary": (cases("|0a|FFff09"), cases("0|0g| 0a|0a |0A0|0x")),
    "base64Binary": (
        cases("|YWJj|YWI=|YQ==|Y W J j|Y Q = =|Y Q ==|YWI =|YWJj YWJj|+/+/|AA==|AAA="),
        cases("Y|YW|YWJ|YQ=|YR==|YWJ=|====|Y=Q=|YQ===|YWJj | YWJj|Y  WJj|YQ==YQ==|=|YW-j|YWJj=| |  |Y\nWJj"),
    ),
    "date": (
        cases(
            "2000-02-29|2004-02-29|1600-02-29|0000-02-29|-0004-02-29|-0001-01-01|12345-01-01|10000000000000000400-02-29|"
            "2000-01-01Z|2000-01-01+14:00|2000-01-01-14:00|2000-01-01-00:00|2000-01-01+13:59|" + "|".join(LAST_DAYS)
        ),
        cases(
            "2001-02-29|1900-02-29|2100-02-29|-0001-02-29|10000000000000000100-02-29|2000-13-01|2000-00-01|2000-01-00|"
            "2000-1-1|02000-01-01|00000-01-01|200-01-01|+2000-01-01|--2000-01-01|2000-01-01T00:00:00|2000-01-01+14:01|"
            "2000-01-01+15:00|2000-01-01+1:00|2000-01-01z|2000-01-01+13:60|2000-01-01Z |2000-01-01+0100|2000-01-01+|"
            "|-|--|2000-01|2000/01/01|" + "|".join(PAST_MONTHS)
        ),
    ),
    "dateTime": (
        cases(
            "2000-01-01T00:00:00|2000-01-01T23:59:59.999999999999Z|2000-01-01T24:00:00|2000-01-01T24:00:00.000Z|"
            "-0001-12-31T00:00:00.1+05:30|123456789012345678901-01-01T00:00:00"
        ),
        cases(
            "2000-01-01|2000-01-01T|2000-01-01T24:00:01|2000-01-01T24:01:00|2000-01-01T24:00:00.01|2000-01-01T25:00:00|"
            "2000-01-01T00:60:00|2000-01-01T00:00:60|2000-01-01T00:00:00.|2000-01-01 00:00:00|2000-01-01T00:00|"
            "2000-01-01T0:00:00|2000-01-01t00:00:00|2000-01-01T00:00:00ZZ|2000-01-01T00:00:00,5|2000-02-30T00:00:00|"
            "2000-01-01T00:00:00 Z|2000-01-01T00:00:00+24:00| 2000-01-01T00:00:00"
        ),
    ),
    "dateTimeStamp": (
        cases("2000-01-01T00:00:00Z|2000-01-01T24:00:00-14:00"),
        cases("2000-01-01T00:00:00|2000-01-01Z|2000-01-01T00:00:00.Z"),
    ),
    "time": (
        cases("00:00:00|24:00:00|24:00:00.0Z|12:34:56.789-01:30"),
        cases("|24:00:01|12:00|1:00:00|T12:00:00|-12:00:00"),
    ),
    "gYear": (cases("2000|-0001|0000|-0000|12345Z|2000+01:00"), cases("|200|02000|2000-|-|2000-01")),
    "gYearMonth": (cases("2000-12|-0001-01Z|2000-01-14:00"), cases("2000-13|2000-00|2000-1|2000-01-01|2000")),
    "gMonth": (cases("--01|--12Z|--12-05:00"), cases("--13|--00|-12|12|--1|--12-|--12-01|--12--")),
    "gMonthDay": (cases("--02-29|--12-31Z|--04-30"), cases("--02-30|--04-31|--13-01|--01-32|--1-01|-01-01")),
    "gDay": (cases("---01|---31|---31Z|---30+14:00"), cases("---00|---32|--31|---1|----1|31")),
    "duration": (
        cases(f"P1Y|P1M|P1D|PT1H|PT1M|PT1S|-P1Y2M3DT4H5M6.7S|PT0.0S|P0Y|P1YT1S|P{HUGE}Y|P00001D"),
        cases(
            "|P|-P|PT|P1YT|P1|1Y|P1S|P1H|PT1Y|P1M1Y|P1D1M|PT1S1M|P1Y1Y|P-1Y|+P1Y|--P1D|P1.5Y|PT1.5H|PT1.S|PT.5S|"
            "P1YT1M1H| P1Y|P1Y |p1y|PTT1S|P1DT1ST|P1DTT1S|PT1D|PT1.5S1S"
        ),
    ),
    "dayTimeDuration": (cases("P1D|PT1H|-P1DT1M0.5S|PT1M"), cases("P1Y|P1M|P0Y1D|P1M1D|P|PT|P1DT")),
    "yearMonthDuration": (cases("P1Y|P1M|-P1Y1M|P0M"), cases("P1D|PT1M|P1YT|P1Y1D|P1M1Y|P|P1MT1S")),
}

LEXICAL["float"] = LEXICAL["double"] = (
    cases(
        f"0|-0|1|+1.5|.5|5.|1e5|1E+5|1.e-5|-1.5E-400|1e999999999999999999999|INF|+INF|-INF|NaN|{HUGE}|0.{HUGE}e{HUGE}"
    ),
    cases(
        "|.|+|-|e5|.e5|1e|1e+|1e5.0|inf|Infinity|INFINITY|nan|+NaN|-NaN|++INF|INF |1 | 1|1,5|0x1p3|1e5e5|1f|1d|1e5\0"
    ),
)

BOUNDS = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
for name, (least, most) in BOUNDS.items():
    LEXICAL[name] = (
        cases(f"{least}|{most}|0|-0|+0|+000000000000000000000000{most}"),
        cases(f"{least - 1}|{most + 1}|{HUGE}|-{HUGE}||+|1.0| 1|{most}0"),
    )


@pytest.mark.parametrize("datatype", LEXICAL)
def test_the_lexical_space_of(runtime: Runtime, datatype: str) -> None:
    good, bad = LEXICAL[datatype]
    assert [text for text in good if not runtime.well_formed(datatype, text)] == []
    assert [text for text in bad if runtime.well_formed(datatype, text)] == []


def test_every_datatype_has_its_table() -> None:
    assert set(CODES) - set(LEXICAL) == {"dirLangString"}


def test_a_custom_datatype_has_no_lexical_space_to_violate(runtime: Runtime) -> None:
    assert runtime.library.cns_literal_well_formed(CUSTOM, b"", 0)
    assert runtime.library.cns_literal_well_formed(UNKNOWN, b"\xff", 1)


def test_the_text_may_be_null_when_it_is_empty(runtime: Runtime) -> None:
    for code in range(CUSTOM):
        formed = runtime.library.cns_literal_well_formed
        assert formed(code, None, 0) == formed(code, b"", 0)
    empty = CLiteral(None, 0, 0, CODES["string"], 0)
    assert runtime.library.cns_literal_compare(ctypes.byref(empty), ctypes.byref(c_literal("string", ""))) == EQUAL


def test_bytes_that_are_not_utf8_are_no_name(runtime: Runtime) -> None:
    for raw in (b"\xff", b"a\xc3", b"a\xc3(", b"\xe2\x82", b"\xf0\x90\x80", b"\x80", b"\xf8\x88\x80\x80\x80"):
        assert not runtime.well_formed("Name", raw)
        assert not runtime.well_formed("NMTOKEN", raw)


# ---- lexical spaces: the specification's own expressions ----

ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
MONTH, DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
CLOCK = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
DAYS, TIMES = r"[0-9]+D", r"T([0-9]+H([0-9]+M)?([0-9]+(\.[0-9]+)?S)?|[0-9]+M([0-9]+(\.[0-9]+)?S)?|[0-9]+(\.[0-9]+)?S)"
MONTHS = r"([0-9]+Y([0-9]+M)?|[0-9]+M)"
EXPRESSIONS = {
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "integer": r"[+-]?[0-9]+",
    "double": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)?|[+-]?INF|NaN",
    "dateTime": f"{YEAR}-{MONTH}-{DAY}T{CLOCK}{ZONE}?",
    "dateTimeStamp": f"{YEAR}-{MONTH}-{DAY}T{CLOCK}{ZONE}",
    "date": f"{YEAR}-{MONTH}-{DAY}{ZONE}?",
    "time": f"{CLOCK}{ZONE}?",
    "gYear": f"{YEAR}{ZONE}?",
    "gYearMonth": f"{YEAR}-{MONTH}{ZONE}?",
    "gMonth": f"--{MONTH}{ZONE}?",
    "gMonthDay": f"--{MONTH}-{DAY}{ZONE}?",
    "gDay": f"---{DAY}{ZONE}?",
    "duration": f"-?P(({MONTHS}({DAYS})?|{DAYS})({TIMES})?|{TIMES})",
    "dayTimeDuration": f"-?P({DAYS}({TIMES})?|{TIMES})",
    "yearMonthDuration": f"-?P{MONTHS}",
    "base64Binary": r"((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
    r"|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?",
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "token": r"([^\t\n\r ]+( [^\t\n\r ]+)*)?",
}


def is_real_day(text: str) -> bool:
    """What the expressions of date, dateTime and gMonthDay cannot say: the length of the month."""
    match = re.match(r"(?:(?P<year>-?\d+)|-)-(?P<month>\d\d)-(?P<day>\d\d)", text)
    if match is None:
        return True
    year = int(match["year"] or 1972)
    return int(match["day"]) <= calendar.monthrange(year % 400 + 400, int(match["month"]))[1]


@st.composite
def near_misses(draw: st.DrawFn, expression: str) -> str:
    """What the expression matches, with up to two edits."""
    characters = list(draw(st.from_regex(expression, fullmatch=True)))
    alphabet = st.sampled_from("0123456789-+:.,TZPYMDHSINFaeE= \t\n\0é")
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(characters)))
        characters[start : start + draw(st.integers(0, 1))] = draw(st.lists(alphabet, max_size=1))
    return "".join(characters)


@pytest.mark.parametrize("datatype", EXPRESSIONS)
def test_the_lexical_space_is_what_the_expression_matches(runtime: Runtime, datatype: str) -> None:
    expression = re.compile(EXPRESSIONS[datatype])

    @settings(max_examples=300, deadline=None)
    @given(text=near_misses(EXPRESSIONS[datatype]))
    def agree(text: str) -> None:
        expected = expression.fullmatch(text) is not None
        if expected and datatype in ("date", "dateTime", "dateTimeStamp", "gMonthDay"):
            expected = is_real_day(text)
        assert runtime.well_formed(datatype, text) == expected

    agree()


START = (  # of XML 1.0, fifth edition
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
INNER = START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NCNAME = f"[{START[1:]}][{INNER[1:]}]*"
NAMES = {"Name": f"[{START}][{INNER}]*", "NCName": NCNAME, "NMTOKEN": f"[{INNER}]+", "QName": f"({NCNAME}:)?{NCNAME}"}
NEAR_EDGES = sorted({ord(edge) + step for edge in re.sub(r"[-\\]", "", INNER) for step in (-1, 0, 1)} - {0xD800})


@many
@given(text=st.text(st.sampled_from([chr(edge) for edge in NEAR_EDGES]), max_size=5))
def test_names_are_what_the_expression_matches(runtime: Runtime, text: str) -> None:
    for datatype, expression in NAMES.items():
        assert runtime.well_formed(datatype, text) == (re.fullmatch(expression, text) is not None)


@many
@given(number=st.one_of(st.integers(), *(st.integers(b - 2, b + 2) for pair in BOUNDS.values() for b in pair)))
def test_integer_types_hold_their_ranges(runtime: Runtime, number: int) -> None:
    for datatype, (least, most) in BOUNDS.items():
        assert runtime.well_formed(datatype, str(number)) == (least <= number <= most)
        assert runtime.well_formed(datatype, f"{number:+030}") == (least <= number <= most)


# ---- order: tables ----

# "text^^datatype", each less than all after it
ORDERED = [
    "false^^boolean true^^boolean",
    "-INF^^float -1e300^^double -2^^byte -1.5^^decimal -1^^float 0^^integer INF^^double",
    "-10^^integer -9.99^^decimal -9.9^^decimal -0.01^^decimal 0^^integer .001^^decimal .01^^decimal 9^^int 10^^int",
    f"1.{'0' * 4999}1^^decimal 1.{'0' * 4998}1^^decimal 1.1^^decimal {HUGE}^^integer {HUGE}.1^^decimal",
    "^^string a^^token a-b^^string b^^NCName é^^string \uffff^^string \U00010000^^normalizedString",
    "24:00:00^^time 00:00:00.5^^time 12:00:00^^time 23:59:59^^time",
    "12:00:00+02:00^^time 11:00:00Z^^time 11:00:00-00:01^^time",
    "-12345^^gYear -0001^^gYear 0000^^gYear 0001^^gYear 12345^^gYear",
    "-99999999999^^gYear 0000^^gYear 99999999999^^gYear",
    "1999-12^^gYearMonth 2000-01^^gYearMonth",
    "--01^^gMonth --02^^gMonth --12^^gMonth",
    "--02-28^^gMonthDay --02-29^^gMonthDay --03-01^^gMonthDay",
    "---01^^gDay ---30^^gDay ---31^^gDay",
    "-0001-12-31^^date 0000-01-01^^date 1999-12-31^^date 2000-01-01^^date",
    "2000-01-01+01:00^^date 2000-01-01Z^^date 2000-01-01-01:00^^date",
    "2000-01-01T10:59:59.9+01:00^^dateTimeStamp 2000-01-02T00:00:00^^dateTime 2000-01-02T14:00:00.1Z^^dateTime",
    f"2000-01-01T00:00:00.{'0' * 99}1^^dateTime 2000-01-01T00:00:00.{'0' * 98}1^^dateTime",
    "-P1Y^^duration P30D^^dayTimeDuration P2M^^yearMonthDuration P1Y^^duration",
    "P27D^^duration P1M^^duration P32D^^duration",
    "-PT1.5S^^duration -PT1.25S^^duration -PT1S^^duration -PT0.999S^^duration",
    "-PT0.3S^^dayTimeDuration PT0S^^duration PT0.2S^^duration PT0.25S^^duration",
    "-P99999999999Y99999999999M^^duration P1D^^duration P99999999999Y99999999999DT99999999999.9S^^duration",
]

SAME = [
    "true^^boolean 1^^boolean",
    "1^^integer +01.0^^decimal 1e0^^double 1.0^^float 1^^unsignedByte",
    "0^^integer -0^^double -0.0^^decimal -0^^float 1e-5000^^double",
    f"INF^^double INF^^float +INF^^double 1e39^^float {HUGE}^^double",
    "9007199254740993^^integer 9007199254740992e0^^double",  # promoted to double
    "16777217^^integer 16777216^^float",  # promoted to float
    "0.1^^decimal 0.1^^float",
    "2000-01-01T24:00:00^^dateTime 2000-01-02T00:00:00.000^^dateTime",
    "2000-01-01T12:00:00+02:00^^dateTime 2000-01-01T10:00:00Z^^dateTimeStamp",
    "24:00:00Z^^time 00:00:00-00:00^^time",
    "-0000^^gYear 0000^^gYear",
    "P1Y^^duration P12M^^yearMonthDuration P0Y12M0D^^duration",
    "P1D^^duration PT24H^^dayTimeDuration PT86400.0S^^duration",
    "PT0S^^duration -P0M^^yearMonthDuration P0D^^dayTimeDuration",
    "-PT1.50S^^duration -PT1.5S^^dayTimeDuration",
    "a^^string a^^NMTOKEN a^^language",
]

UNORDERED = [
    "NaN^^double NaN^^double",
    "NaN^^float 1^^integer",
    "1^^string 1^^integer",
    "true^^boolean 1^^integer",
    "a^^langString a^^langString",
    "a^^anyURI a^^anyURI",
    "a^^anyURI a^^string",
    "0a^^hexBinary 0b^^hexBinary",
    "a^^QName b^^QName",
    "a^^custom a^^custom",
    "x^^integer 1^^integer",
    "300^^byte 1^^byte",
    "-a^^language a^^string",
    "2000-01-01^^date 2000-01-01T00:00:00^^dateTime",
    "2000-01-01T00:00:00^^dateTimeStamp 2001-01-01T00:00:00Z^^dateTime",  # the first is ill-formed
    "2000-01-01T12:00:00Z^^dateTime 2000-01-01T12:00:00^^dateTime",
    "2000-01-01T00:00:00Z^^dateTime 2000-01-01T14:00:00^^dateTime",  # the same instant at +14:00
    "12:00:00Z^^time 13:00:00^^time",
    "2000^^gYear 2000Z^^gYear",
    "100000000000^^gYear 2000^^gYear",  # more digits than are held
    "2000-01-01^^date 2000-01-01^^gYear",
    "P1M^^duration P30D^^duration",
    "P1M^^yearMonthDuration P31D^^dayTimeDuration",
    "P1Y^^duration P365D^^duration",
    "P100000000000D^^duration P1D^^duration",  # more digits than are held
    "P1D^^duration 1^^integer",
]


def literals(row: str) -> list[tuple[str, str]]:
    return [(datatype, text) for text, datatype in (literal.split("^^") for literal in row.split(" "))]


def in_short(row: str) -> str:
    return row[:40]


@pytest.mark.parametrize("row", ORDERED, ids=in_short)
def test_each_is_less_than_all_after_it(runtime: Runtime, row: str) -> None:
    for i, left in enumerate(literals(row)):
        for j, right in enumerate(literals(row)):
            assert runtime.compare(left, right) == order(i, j), (left, right)


@pytest.mark.parametrize("row", SAME, ids=in_short)
def test_all_are_the_same_value(runtime: Runtime, row: str) -> None:
    for left in literals(row):
        for right in literals(row):
            assert runtime.compare(left, right) == EQUAL, (left, right)


@pytest.mark.parametrize("row", UNORDERED, ids=in_short)
def test_neither_comes_first(runtime: Runtime, row: str) -> None:
    left, right = literals(row)
    assert runtime.compare(left, right) == NONE
    assert runtime.compare(right, left) == NONE


# ---- order: numbers against Python's ----

decimals = st.from_regex(r"[+-]?(0{0,3}[0-9]{1,25}(\.[0-9]{0,25})?|\.[0-9]{1,25})", fullmatch=True)
close_decimals = st.from_regex(r"-?0?[019]{0,2}(1|1\.|1\.[01]{0,3}0{0,2})", fullmatch=True)
float_texts = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.from_regex(r"-?[0-9]{1,20}\.[0-9]{1,20}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,9}[eE][+-]?[0-9]{1,2}", fullmatch=True),
    close_decimals,
)


def nearest_single(value: Fraction) -> float:
    """The float32 nearest to the value, ties to even: by trying the neighbours of a first guess."""
    if abs(value) >= Fraction(2) ** 128 - Fraction(2) ** 103:
        return -math.inf if value < 0 else math.inf
    guess = min(float(abs(value)), 3.4028234663852886e38)
    (bits,) = struct.unpack("<I", struct.pack("<f", guess))
    around = [near for near in (bits - 1, bits, bits + 1) if 0 <= near < 0x7F800000]
    floats = {near: struct.unpack("<f", struct.pack("<I", near))[0] for near in around}
    best = min(around, key=lambda near: (abs(Fraction(floats[near]) - abs(value)), near % 2))
    return -floats[best] if value < 0 else floats[best]


@many
@given(left=st.one_of(decimals, close_decimals), right=st.one_of(decimals, close_decimals))
def test_decimals_compare_exactly(runtime: Runtime, left: str, right: str) -> None:
    assert runtime.compare(("decimal", left), ("decimal", right)) == order(Decimal(left), Decimal(right))


@many
@given(digits=st.integers(0, 10**30), zeros=st.integers(0, 6000), change=st.sampled_from("0159"), at=st.floats(0, 1))
def test_decimals_of_any_length_compare_exactly(
    runtime: Runtime, digits: int, zeros: int, change: str, at: float
) -> None:
    text = f"{digits}.{'0' * zeros}{digits}"
    place = int(at * (len(text) - 1))
    other = text if text[place] == "." else text[:place] + change + text[place + 1 :]
    assert runtime.compare(("decimal", text), ("decimal", other)) == order(Decimal(text), Decimal(other))


@many
@given(text=float_texts)
def test_doubles_and_floats_are_the_nearest(runtime: Runtime, text: str) -> None:
    assert runtime.number("double", text) == float(text)
    assert runtime.number("float", text) == nearest_single(Fraction(text))


@many
@given(value=st.floats(min_value=0, max_value=1.7976931348623155e308), digit=st.sampled_from(["", "0", "1"]))
def test_what_is_halfway_between_doubles_depends_on_its_last_digit(runtime: Runtime, value: float, digit: str) -> None:
    exact = format_exactly((Fraction(value) + Fraction(math.nextafter(value, math.inf))) / 2)
    text = f"{exact}{'0' * 900}{digit}"
    assert runtime.number("double", text) == float(text)
    if len(text) < 4000:
        assert runtime.compare(("decimal", text), ("double", repr(value))) == order(float(text), value)


def format_exactly(value: Fraction) -> str:
    """A binary fraction as a decimal with a point, every digit of it."""
    places = value.denominator.bit_length() - 1
    digits = str(value.numerator * 5**places).rjust(places + 1, "0")
    return f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}"


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993" + "0" * 900 + "e-900",
        "9007199254740993" + "0" * 900 + "1e-901",
        "0." + "0" * 5000 + "1e5001",
        "1" + "0" * 5000 + "e-5000",
        "1" * 5000 + "e-4999",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "123456789012345e22",
        "1e22",
        "1e23",
        "8.5e-23",
    ],
)
def test_digits_beyond_any_buffer_count(runtime: Runtime, text: str) -> None:
    assert runtime.number("double", text) == float(text)
    assert runtime.number("double", "-" + text) == -float(text)


@many
@given(integer=st.integers(), number=st.floats(allow_nan=False), near=st.booleans())
def test_decimals_are_promoted_to_what_stands_beside_them(
    runtime: Runtime, integer: int, number: float, near: bool
) -> None:
    if near:
        number = float(integer)
    text = repr(number).upper()
    single = runtime.number("float", text)
    assert runtime.compare(("integer", str(integer)), ("double", text)) == order(float(integer), number)
    assert runtime.compare(("integer", str(integer)), ("float", text)) == order(
        nearest_single(Fraction(integer)), single
    )
    assert runtime.compare(("float", text), ("double", text)) == order(single, number)


# ---- order: the calendar against Python's ----

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
moments = st.datetimes(datetime.datetime(2, 1, 1), datetime.datetime(9998, 1, 1))
close_moments = st.datetimes(datetime.datetime(1999, 12, 30), datetime.datetime(2000, 3, 2))


def zone_text(moment: datetime.datetime) -> str:
    if moment.tzinfo is None:
        return ""
    minutes = moment.utcoffset() // datetime.timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def moment_text(moment: datetime.datetime, years_later: int = 0) -> str:
    year = moment.year + years_later
    clock = moment.strftime("-%m-%dT%H:%M:%S.%f")
    return f"{'-' if year < 0 else ''}{abs(year):04}{clock}{zone_text(moment)}"


def order_in_any_zone(left: datetime.datetime, right: datetime.datetime) -> int:
    if (left.tzinfo is None) == (right.tzinfo is None):
        return order(left, right)
    if left.tzinfo is None:
        return flip(order_in_any_zone(right, left))
    zones = [datetime.timezone(datetime.timedelta(minutes=minutes)) for minutes in range(-14 * 60, 14 * 60 + 1, 20)]
    orders = {order(left, right.replace(tzinfo=zone)) for zone in zones}
    return orders.pop() if len(orders) == 1 else NONE


@many
@given(
    left=st.one_of(moments, close_moments),
    right=st.one_of(moments, close_moments),
    left_zone=st.one_of(st.none(), zones),
    right_zone=st.one_of(st.none(), zones),
    cycles=st.integers(-30, 249_000_000),
)
def test_moments_compare_on_the_time_line(
    runtime: Runtime,
    left: datetime.datetime,
    right: datetime.datetime,
    left_zone: datetime.timezone | None,
    right_zone: datetime.timezone | None,
    cycles: int,
) -> None:
    left, right = left.replace(tzinfo=left_zone), right.replace(tzinfo=right_zone)
    expected = order_in_any_zone(left, right)
    for years in (0, 400 * cycles):  # the calendar repeats itself every 400 years
        texts = [("dateTime", moment_text(moment, years)) for moment in (left, right)]
        assert runtime.compare(*texts) == expected
    dates = [moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in (left, right)]
    texts = [("date", f"{moment:%Y-%m-%d}".rjust(10, "0") + zone_text(moment)) for moment in dates]
    assert runtime.compare(*texts) == order_in_any_zone(*dates)


Amounts = tuple[bool, int, int, int, int, int, Decimal]
amounts = st.tuples(
    st.booleans(),
    st.integers(0, 3),
    st.integers(0, 40),
    st.one_of(st.integers(0, 1500), st.sampled_from([27, 28, 29, 30, 31, 59, 62, 365, 366])),
    st.integers(0, 50),
    st.integers(0, 1500),
    st.decimals(0, 10**5, places=3),
)


def duration_text(duration: Amounts) -> str:
    negative, years, months, days, hours, minutes, seconds = duration
    return f"{'-' if negative else ''}P{years}Y{months}M{days}DT{hours}H{minutes}M{seconds:f}S"


def added_to(reference: tuple[int, int], duration: Amounts) -> Fraction:
    """Seconds from the year 1 to the reference month's first day plus the duration."""
    negative, years, months, days, hours, minutes, seconds = duration
    sign = -1 if negative else 1
    total = reference[0] * 12 + reference[1] - 1 + sign * (years * 12 + months)
    start = datetime.date(total // 12, total % 12 + 1, 1).toordinal() * 86400
    return start + sign * (days * 86400 + hours * 3600 + minutes * 60 + Fraction(seconds))


@many
@given(left=amounts, right=amounts)
def test_durations_compare_if_four_references_agree(runtime: Runtime, left: Amounts, right: Amounts) -> None:
    references = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)]
    orders = {order(added_to(reference, left), added_to(reference, right)) for reference in references}
    expected = orders.pop() if len(orders) == 1 else NONE
    assert runtime.compare(("duration", duration_text(left)), ("duration", duration_text(right))) == expected


fractional_seconds = st.decimals(-3, 3, places=4)


@many
@given(left=fractional_seconds, right=fractional_seconds)
def test_day_time_durations_compare_exactly(runtime: Runtime, left: Decimal, right: Decimal) -> None:
    texts = [f"{'-' if seconds < 0 else ''}PT{abs(seconds):f}S" for seconds in (left, right)]
    assert runtime.compare(*(("dayTimeDuration", text) for text in texts)) == order(left, right)


# ---- order: what holds of all ----

POOL = [literal for row in [*ORDERED, *SAME] for literal in literals(row)]
POOL += [(datatype, text) for datatype, (good, bad) in LEXICAL.items() for text in good[:4] + bad[:2]]


@settings(max_examples=2000, deadline=None)
@given(left=st.sampled_from(POOL), right=st.sampled_from(POOL))
def test_order_is_antisymmetric_and_of_well_formed_values(
    runtime: Runtime, left: tuple[str, str], right: tuple[str, str]
) -> None:
    comparison = runtime.compare(left, right)
    assert runtime.compare(right, left) == flip(comparison)
    if comparison != NONE:
        assert runtime.well_formed(*left)
        assert runtime.well_formed(*right)


@settings(max_examples=2000, deadline=None)
@given(a=st.sampled_from(POOL), b=st.sampled_from(POOL), c=st.sampled_from(POOL))
def test_order_is_transitive_but_for_promotion(
    runtime: Runtime, a: tuple[str, str], b: tuple[str, str], c: tuple[str, str]
) -> None:
    numeric = {"float", "double"}  # 16777217 equals 16777216e0 as a float, which equals 16777216
    if any(datatype in numeric for datatype, _ in (a, b, c)):
        return
    if runtime.compare(a, b) == runtime.compare(b, c) == LESS:
        assert runtime.compare(a, c) == LESS
