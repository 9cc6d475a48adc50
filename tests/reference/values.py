"""XSD 1.1 in plain Python: which lexical forms a datatype has, and how two literals compare.

Written from "XML Schema Definition Language (XSD) 1.1 Part 2: Datatypes" and from the operator mapping of SPARQL 1.1
(17.3). Nothing here knows SHACL, and nothing here uses rdflib's own idea of a literal's value.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from rdflib import Literal

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def datatype_of(literal: Literal) -> str:
    """SPARQL's ``datatype()``: a literal with a language is a rdf:langString, a plain one is a xsd:string."""
    if literal.language:
        return RDF_LANG_STRING
    return str(literal.datatype) if literal.datatype is not None else XSD + "string"


# --------------------------------------------------------------------------- lexical spaces

_UNSIGNED_DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DECIMAL = rf"[+-]?{_UNSIGNED_DECIMAL}"
_INTEGER = r"[+-]?[0-9]+"
_DOUBLE = rf"{_DECIMAL}(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
_ZONE = r"(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DURATION_TIME = r"T(?=[0-9])(?:(?P<H>[0-9]+)H)?(?:(?P<M>[0-9]+)M)?(?:(?P<S>[0-9]+(?:\.[0-9]+)?)S)?"
_DURATION = (
    r"(?P<sign>-?)P(?=[0-9T])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    rf"(?:{_DURATION_TIME})?"
)
_YEAR_MONTH_DURATION = r"(?P<sign>-?)P(?=[0-9])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?"
_DAY_TIME_DURATION = rf"(?P<sign>-?)P(?=[0-9T])(?:(?P<days>[0-9]+)D)?(?:{_DURATION_TIME})?"

_B64, _B16, _B04 = r"(?:[A-Za-z0-9+/] ?)", r"(?:[AEIMQUYcgkosw048] ?)", r"(?:[AQgw] ?)"
_BASE64 = rf"(?:(?:{_B64}{{4}})*(?:{_B64}{_B64}{_B64}[A-Za-z0-9+/]|{_B64}{_B64}{_B16}=|{_B64}{_B04}= ?=))?"  # B64final

_NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_CHAR = _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NO_COLON_START, _NO_COLON_CHAR = _NAME_START.removeprefix(":"), _NAME_CHAR.removeprefix(":")

_PATTERNS: dict[str, str] = {
    "string": r"(?s:.*)",
    "anyURI": r"(?s:.*)",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": rf"[{_NAME_CHAR}]+",
    "Name": rf"[{_NAME_START}][{_NAME_CHAR}]*",
    "NCName": rf"[{_NO_COLON_START}][{_NO_COLON_CHAR}]*",
    "boolean": r"true|false|1|0",
    "decimal": _DECIMAL,
    "float": _DOUBLE,
    "double": _DOUBLE,
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "time": rf"{_TIME}{_ZONE}?",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}?",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": rf"--{_MONTH}{_ZONE}?",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": rf"---{_DAY}{_ZONE}?",
    "duration": _DURATION,
    "yearMonthDuration": _YEAR_MONTH_DURATION,
    "dayTimeDuration": _DAY_TIME_DURATION,
    "hexBinary": r"(?:[0-9a-fA-F]{2})*",
    "base64Binary": _BASE64,
}

_STRINGS = ("string", "normalizedString", "token", "language", "NMTOKEN", "Name", "NCName")

# name: (smallest, largest) value, None where there is no bound
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_PATTERNS.update(dict.fromkeys(_INTEGERS, _INTEGER))

_COMPILED = {XSD + name: re.compile(pattern) for name, pattern in _PATTERNS.items()}

KNOWN_DATATYPES: tuple[str, ...] = tuple(_COMPILED)
"""The XSD datatypes that RDF 1.1 (5.1) lists; of any other datatype every lexical form is taken as it is."""


def is_well_formed(lexical: str, datatype: str) -> bool:
    """Whether ``lexical`` is in the lexical space of ``datatype``; white space is not collapsed (RDF 1.1, 5.1)."""
    if datatype not in _COMPILED:
        return True
    match = _COMPILED[datatype].fullmatch(lexical)
    if match is None:
        return False
    name = datatype.removeprefix(XSD)
    if name in _INTEGERS:
        low, high = _INTEGERS[name]
        value = _rational(lexical)
        return (low is None or value >= low) and (high is None or value <= high)
    if "day" in match.re.groupindex:
        return int(match["day"]) <= _days_in_month(match)
    return True


def _days_in_month(match: re.Match[str]) -> int:
    """The longest that the month can be, as far as the lexical form says which month and year it is."""
    groups = match.groupdict()
    if "month" not in groups:
        return 31
    year = int(groups["year"]) if "year" in groups else 1972  # gMonthDay: --02-29 is a day
    return days_in_month(year, int(groups["month"]))


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


# --------------------------------------------------------------------------- comparison


class Order(enum.Enum):
    LESS = "<"
    EQUAL = "="
    GREATER = ">"
    NONE = "incomparable"


def compare(left: Literal, right: Literal) -> Order:
    """Where ``left`` stands to ``right``: SPARQL's operator mapping, and beyond it the order of each XSD datatype.

    Two values of different families, an ill-formed literal, and a literal with a language have no order.
    """
    a, b = _parse(left), _parse(right)
    if a is None or b is None or a[0] != b[0]:
        return Order.NONE
    return _COMPARE[a[0]](a[1], b[1])


def less_than(left: Literal, right: Literal) -> bool:
    return compare(left, right) is Order.LESS


def less_than_or_equal(left: Literal, right: Literal) -> bool:
    return compare(left, right) in (Order.LESS, Order.EQUAL)


_OWN_TIMELINE = ("date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")


def _parse(literal: Literal) -> tuple[str, object] | None:
    """``(family, value)``: only values of one family can be compared."""
    datatype, lexical = datatype_of(literal), str(literal)
    if not datatype.startswith(XSD) or not is_well_formed(lexical, datatype):
        return None
    name = datatype.removeprefix(XSD)
    if name in _INTEGERS or name == "decimal":
        return "number", _rational(lexical)
    if name == "double":
        return "number", _Double(_special(lexical, float))
    if name == "float":
        return "number", _Float(_special(lexical, _lexical_to_float32))
    if name == "boolean":
        return "boolean", lexical in ("true", "1")
    if name in _STRINGS:  # XPath: a value of a derived type may stand where its base type is asked for
        return "string", lexical
    if name in ("dateTime", "dateTimeStamp"):
        return "dateTime", _instant(_COMPILED[datatype].fullmatch(lexical))
    if name in _OWN_TIMELINE:
        return name, _instant(_COMPILED[datatype].fullmatch(lexical))
    if name in ("duration", "yearMonthDuration", "dayTimeDuration"):
        return "duration", _duration(_COMPILED[datatype].fullmatch(lexical))
    return None


def _three_way(a: object, b: object) -> Order:
    """Also right for NaN, which is not less than, equal to or greater than anything."""
    if a < b:  # type: ignore[operator]
        return Order.LESS
    if a > b:  # type: ignore[operator]
        return Order.GREATER
    return Order.EQUAL if a == b else Order.NONE


# numbers: SPARQL 1.1 promotes as XPath 2.0 does, decimal -> float -> double; decimals among themselves are exact


class _Float(float):
    """A value of xsd:float, held exactly in a Python float."""


class _Double(float):
    """A value of xsd:double."""


def _rational(lexical: str) -> Fraction:
    return Fraction(Decimal(lexical))


def _special(lexical: str, otherwise: Callable[[str], float]) -> float:
    if lexical == "NaN":
        return math.nan
    if lexical.endswith("INF"):
        return -math.inf if lexical.startswith("-") else math.inf
    return otherwise(lexical)


def _lexical_to_float32(lexical: str) -> float:
    wide = float(lexical)
    if math.isinf(wide) or wide == 0:  # far outside of what a float can hold
        return wide
    return float32(_rational(lexical))


def float32(value: Fraction) -> float:
    """The nearest IEEE single, ties to even, straight from the exact value (not by way of a double)."""
    if value == 0:
        return 0.0
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    unit = Fraction(2) ** (max(exponent, -126) - 23)
    rounded = round(size / unit) * unit
    nearest = math.inf if rounded >= Fraction(2) ** 128 else float(rounded)
    return -nearest if value < 0 else nearest


def float64(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return -math.inf if value < 0 else math.inf


def _compare_numbers(a: object, b: object) -> Order:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _three_way(a, b)
    promote = float64 if isinstance(a, _Double) or isinstance(b, _Double) else float32
    return _three_way(
        promote(a) if isinstance(a, Fraction) else a,
        promote(b) if isinstance(b, Fraction) else b,
    )


# dates and times


def _instant(match: re.Match[str] | None) -> tuple[Fraction, bool]:
    """``(seconds on the timeline, whether it has a time zone)``: XSD 1.1's ``timeOnTimeline`` (E.3.4)."""
    assert match is not None
    groups = match.groupdict()
    year = int(groups.get("year") or 1972)
    month = int(groups.get("month") or 12)
    day = int(groups.get("day") or days_in_month(year, month))
    seconds = Fraction(days_before(year, month, day) * 86400)
    if groups.get("midnight"):
        # 24:00:00 of a dateTime is the first instant of the next day; a time has no next day
        seconds += 86400 if groups.get("year") else 0
    elif groups.get("hour"):
        seconds += int(groups["hour"]) * 3600 + int(groups["minute"]) * 60 + _rational(groups["second"])
    zone = groups.get("zone")
    if zone is None:
        return seconds, False
    if zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds += offset if zone[0] == "-" else -offset
    return seconds, True


def days_before(year: int, month: int, day: int) -> int:
    """Days from 0000-01-01 of the proleptic Gregorian calendar, which has a year 0 (XSD 1.1)."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return year * 365 + leaps + sum(days_in_month(year, m) for m in range(1, month)) + day - 1


def _compare_instants(a: tuple[Fraction, bool], b: tuple[Fraction, bool]) -> Order:
    """With one time zone missing, there is an order only if it is the same for each zone from -14:00 to +14:00."""
    (x, x_zoned), (y, y_zoned) = a, b
    if x_zoned == y_zoned:
        return _three_way(x, y)
    fourteen_hours = 14 * 3600
    if x < y - fourteen_hours:
        return Order.LESS
    if x > y + fourteen_hours:
        return Order.GREATER
    return Order.NONE


# durations


def _duration(match: re.Match[str] | None) -> tuple[int, Fraction]:
    """``(months, seconds)``, both with the sign."""
    assert match is not None
    part = {name: text or "0" for name, text in match.groupdict().items()}
    months = int(part.get("years", "0")) * 12 + int(part.get("months", "0"))
    seconds = (
        _rational(part.get("days", "0")) * 86400
        + _rational(part.get("H", "0")) * 3600
        + _rational(part.get("M", "0")) * 60
        + _rational(part.get("S", "0"))
    )
    return (-months, -seconds) if match["sign"] else (months, seconds)


_DURATION_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""XSD 1.1, 3.3.6.1: x < y if s + x < s + y for each of these four starting points s, the first of the month."""


def _compare_durations(a: tuple[int, Fraction], b: tuple[int, Fraction]) -> Order:
    orders = {_three_way(_after(start, a), _after(start, b)) for start in _DURATION_REFERENCES}
    return orders.pop() if len(orders) == 1 else Order.NONE


def _after(start: tuple[int, int], duration: tuple[int, Fraction]) -> Fraction:
    year, month = start
    months, seconds = duration
    years, month0 = divmod(month - 1 + months, 12)
    return days_before(year + years, month0 + 1, 1) * 86400 + seconds


_COMPARE: dict[str, Callable[..., Order]] = {
    "number": _compare_numbers,
    "boolean": _three_way,
    "string": _three_way,
    "dateTime": _compare_instants,
    "duration": _compare_durations,
    **dict.fromkeys(_OWN_TIMELINE, _compare_instants),
}
