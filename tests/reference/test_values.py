"""The oracle's XSD values: lexical spaces and order, checked against examples of XSD 1.1 and of SPARQL 1.1."""

from __future__ import annotations

import pytest
from rdflib import XSD, Literal

from tests.reference.patterns import matches
from tests.reference.values import compare, is_well_formed


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("integer", "0 +1 -007", "1.0 1_0 ١"),
        ("decimal", "1. .5 -0.50", ". 1e0"),
        ("double", "1 .5E-3 INF +INF -INF NaN", "inf 1e 0x1 +NaN"),
        ("byte", "-128 127 +0", "128 -129"),
        ("positiveInteger", "1", "0 -1"),
        ("boolean", "true false 1 0", "True 2"),
        ("dateTime", "2024-02-29T24:00:00 -0001-01-01T00:00:00.5Z 12024-01-01T00:00:00+14:00", "2023-02-29T00:00:00"),
        ("dateTime", "0000-02-29T00:00:00", "2024-01-01T24:00:01 2024-01-01T00:00:00+14:01 012024-01-01T00:00:00"),
        ("dateTimeStamp", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
        ("gMonthDay", "--02-29 --12-31Z", "--02-30 --04-31"),
        ("duration", "P1Y -P1Y2M3DT4H5M6.7S PT0S P0D", "P PT P1YT P1S 1Y P-1Y PT.5S"),
        ("yearMonthDuration", "P1Y P1M", "P1D PT1H"),
        ("dayTimeDuration", "P1D PT1H", "P1M P1Y"),
        ("base64Binary", "YQ== YWI= YWJj", "YR== YWI YQ="),
        ("language", "en en-GB-1990", "toolonglanguage en_GB"),
        ("NCName", "a é _1", "1 a:b -a"),
    ],
)
def test_lexical_space(datatype: str, good: str, bad: str) -> None:
    assert [x for x in good.split() if not is_well_formed(x, str(XSD[datatype]))] == []
    assert [x for x in bad.split() if is_well_formed(x, str(XSD[datatype]))] == []


@pytest.mark.parametrize(
    ("left", "order", "right"),
    [
        ("integer 1", "=", "decimal 1.0"),
        ("integer 9007199254740993", ">", "integer 9007199254740992"),
        ("integer 9007199254740993", "=", "double 9007199254740992"),
        ("decimal 0.1", "=", "double 0.1"),
        ("float 0.1", ">", "double 0.1"),
        ("float 16777217", "=", "float 16777216"),
        ("double NaN", "incomparable", "double NaN"),
        ("double -0", "=", "integer 0"),
        ("integer 1", "incomparable", "string 1"),
        ("integer one", "incomparable", "integer one"),
        ("boolean 0", "<", "boolean true"),
        ("string ￿", "<", "string 😀"),
        ("dateTime 2024-01-01T00:00:00", "incomparable", "dateTime 2024-01-01T14:00:00Z"),
        ("dateTime 2024-01-01T00:00:00", "<", "dateTime 2024-01-01T14:00:01Z"),
        ("dateTime 2023-12-31T24:00:00Z", "=", "dateTime 2024-01-01T01:00:00+01:00"),
        ("date 2024-01-01+14:00", "<", "date 2024-01-01Z"),
        ("date 2024-01-01", "incomparable", "dateTime 2024-01-01T00:00:00"),
        ("time 24:00:00", "=", "time 00:00:00"),
        ("time 00:00:00+01:00", "<", "time 00:00:00Z"),
        ("gYear -0001", "<", "gYear 0000"),
        ("duration P1M", "incomparable", "duration P30D"),
        ("duration P1M", ">", "duration P27D"),
        ("duration P1M", "<", "duration P32D"),
        ("yearMonthDuration P12M", "=", "duration P1Y"),
    ],
)
def test_order(left: str, order: str, right: str) -> None:
    a, b = (Literal(x.split()[1], datatype=XSD[x.split()[0]], normalize=False) for x in (left, right))
    assert compare(a, b).value == order
    assert compare(b, a).value == {"<": ">", ">": "<"}.get(order, order)


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "result"),
    [
        ("a\n", "^a$", "", False),
        ("a\n", "^a$", "m", True),
        ("a\nb", "^b$", "m", True),
        ("a\n", "^$", "m", False),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("ab", "a b", "x", True),
        ("_", "\\w", "", False),
        ("+", "\\w", "", True),
        ("\u00a0", "\\s", "", False),
        ("xAx", "a", "i", True),
    ],
)
def test_pattern(text: str, pattern: str, flags: str, result: bool) -> None:
    assert matches(text, pattern, flags) is result
