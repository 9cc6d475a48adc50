"""The literals, patterns and language ranges that random cases are made of."""

from __future__ import annotations

from rdflib import RDF, XSD, Literal, URIRef

from tests.reference.values import KNOWN_DATATYPES


def literal(lexical: str, kind: URIRef | str | None = None) -> Literal:
    """``kind`` is a datatype or a language. The lexical form stays as it is, whatever rdflib's settings are."""
    if kind is None or isinstance(kind, URIRef):
        return Literal(lexical, datatype=kind, normalize=False)
    return Literal(lexical, lang=kind)


def _all(kind: URIRef | str | None, *lexical: str) -> tuple[Literal, ...]:
    return tuple(literal(each, kind) for each in lexical)


LONG = "a" * 300 + "😀" * 300 + "z"

NUMBERS = (
    *_all(XSD.integer, "0", "1", "01", "+1", "-1", "2", "10", "9007199254740993", "1" + "0" * 40),
    *_all(XSD.decimal, "1.0", "1.", "-.5", "0.1", "9007199254740992.5", "10.000000000000000000000000000001"),
    *_all(XSD.double, "1", "1E0", "1.0e1", "0.1", "-0", "NaN", "INF", "-INF", "9007199254740992", "5e-324", "1e400"),
    *_all(XSD.float, "1", "0.1", "NaN", "+INF", "16777217", "3.4028236e38"),
    *(*_all(XSD.byte, "1", "127"), *_all(XSD.unsignedLong, "18446744073709551615"), *_all(XSD.negativeInteger, "-1")),
)
ILL_FORMED = (
    *_all(XSD.integer, "", "one", "1.0", " 1", "1_0", "١"),
    *(*_all(XSD.decimal, "1e0", "."), *_all(XSD.double, "inf", "0x1", "1e"), *_all(XSD.float, "nan", "1f")),
    *(*_all(XSD.byte, "128", "-129"), *_all(XSD.positiveInteger, "0"), *_all(XSD.unsignedInt, "-1")),
    *_all(XSD.boolean, "TRUE", "2", ""),
    *_all(XSD.dateTime, "2024-02-30T00:00:00", "2024-01-01", "2024-01-01T24:00:01", "2024-01-01T00:00:00+14:01"),
    *(*_all(XSD.date, "2023-02-29", "2024-1-1", "24-01-01"), *_all(XSD.time, "24:00:01", "1:00:00")),
    *(*_all(XSD.gYear, "99", "02024"), *_all(XSD.gMonthDay, "--02-30"), *_all(XSD.duration, "P", "PT", "P1S", "-1Y")),
    *(*_all(XSD.hexBinary, "abc"), *_all(XSD.base64Binary, "ab=", "abc"), *_all(XSD.language, "toolonglanguage")),
    *(*_all(XSD.token, " a"), *_all(XSD.normalizedString, "a\tb"), *_all(XSD.NCName, "a:b"), *_all(XSD.Name, "1a")),
)
STRINGS = (
    *_all(None, "", "a", "A", "ab", "abc", "a b", "a\nb", "a\n", "\n", "10", "9", "é", "e\u0301", "😀", "￿", LONG),
    *_all(XSD.string, "a", "b", ""),
    *(*_all(XSD.token, "a b", ""), *_all(XSD.anyURI, "http://a/ b"), *_all(XSD.normalizedString, "a  b")),
    *(*_all("en", "a", "b", ""), *_all("EN-gb", "b"), *_all("en-GB-oed", "c"), *_all("de", "a"), *_all("e", "a")),
    *(*_all(RDF.langString, "a"), *_all(URIRef("http://example.org/v#own"), "a")),
)
DATE_TIMES = _all(
    XSD.dateTime,
    *("2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", "2023-12-31T24:00:00Z"),
    *("2024-01-01T14:00:00Z", "2024-01-01T14:00:01Z", "2023-12-31T10:00:00Z", "2023-12-31T09:59:59.999Z"),
    *("2024-01-01T00:00:00.000", "2024-01-01T00:00:00.0000000001", "0000-01-01T00:00:00Z", "-0001-12-31T00:00:00Z"),
    *("12024-01-01T00:00:00", "2024-02-29T12:30:00-05:30"),
) + _all(XSD.dateTimeStamp, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00")
CALENDAR = (
    *_all(
        XSD.date,
        "2024-01-01",
        "2024-01-01Z",
        "2024-01-01+14:00",
        "2023-12-31",
        "2024-02-29",
        "-0044-03-15",
        "0000-01-01",
    ),
    *_all(XSD.time, "00:00:00", "24:00:00", "00:00:00Z", "00:00:00+01:00", "23:59:59.999", "12:00:00-11:00"),
    *(*_all(XSD.gYear, "2024", "2024Z", "-0001", "12024"), *_all(XSD.gYearMonth, "2024-01", "2024-02Z")),
    *(
        *_all(XSD.gMonth, "--01", "--12Z"),
        *_all(XSD.gMonthDay, "--02-29", "--12-31Z"),
        *_all(XSD.gDay, "---01", "---31"),
    ),
)
DURATIONS = (
    *_all(XSD.duration, "P1M", "P30D", "P31D", "P28D", "P27D", "P32D", "P1Y", "P12M", "PT0S", "P0Y", "-P1M", "-P1D"),
    *_all(XSD.duration, "P1DT1H", "PT25H", "PT0.5S", "P1Y2M3DT4H5M6.7S"),
    *(*_all(XSD.yearMonthDuration, "P1M", "P1Y"), *_all(XSD.dayTimeDuration, "P30D", "PT24H")),
)
OTHERS = (
    *_all(XSD.boolean, "true", "false", "1", "0"),
    *(*_all(XSD.hexBinary, "0aFF", ""), *_all(XSD.base64Binary, "", "YQ==", "YWI=", "YW Jj", "YR==")),
    *(
        *_all(XSD.language, "en", "en-GB-1990"),
        *_all(XSD.NMTOKEN, "1a"),
        *_all(XSD.Name, "a:b"),
        *_all(XSD.NCName, "é"),
    ),
    *_all(URIRef("http://example.org/v#own"), "1", ""),
)
MIXED = (
    *NUMBERS[:3],
    *NUMBERS[-6:-4],
    *STRINGS[:6],
    *STRINGS[-8:],
    *DATE_TIMES[:2],
    *CALENDAR[:2],
    *OTHERS[:3],
    *ILL_FORMED[:4],
)

LANGUAGES = (*_all("en", "a", "b", ""), *_all("EN", "c"), *_all("en-GB", "a", "b"), *_all("de", "a", "b"), literal("a"))

THEMES: dict[str, tuple[Literal, ...]] = {
    "mixed": MIXED,
    "numbers": NUMBERS,
    "strings": STRINGS,
    "languages": LANGUAGES,
    "dateTimes": DATE_TIMES,
    "calendar": CALENDAR,
    "durations": DURATIONS,
    "others": OTHERS,
    "ill-formed": ILL_FORMED,
}

EVERY_DATATYPE = (RDF.langString, URIRef("http://example.org/v#own"), *map(URIRef, KNOWN_DATATYPES))

PATTERNS: tuple[tuple[str, str], ...] = (
    *(("a", ""), ("^a", ""), ("b$", ""), ("^a$", ""), ("^$", ""), ("^[a-c]+$", ""), ("[^a]", ""), ("^.$", "")),
    *(("A", "i"), ("^B$", "i"), ("^b$", "m"), ("^.+$", "s"), ("a.b", "s"), ("a.b", ""), ("a b", "x"), ("^$", "m")),
    *(("\\d", ""), ("^\\d+$", ""), ("^\\S*$", ""), ("\\s", ""), ("^\\w+$", ""), ("\\W", ""), ("\\D", "")),
    *(
        ("(a|b)c?$", ""),
        ("^a{2,}", ""),
        ("^a{1,300}?", ""),
        ("\\.", ""),
        ("^\\-?[0-9]+(\\.[0-9]+)?$", ""),
        ("é|😀", ""),
    ),
    *(("http://", ""), ("^urn:", ""), ("#n[0-3]$", ""), ("[\\-+]", ""), ("^(ab*)*$", ""), ("T00:", "si"), ("", "")),
)
LANGUAGE_RANGES = ("en", "EN", "en-GB", "en-gb-oed", "de", "de-AT", "fr", "e", "*")
