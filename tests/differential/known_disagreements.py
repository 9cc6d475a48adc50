"""Where pySHACL (0.40.1) gives other results than the recommendation: one table, each line with a proof.

`KNOWN` is checked line by line in test_pyshacl.py: the oracle gives ``ours`` and pySHACL does not. When pySHACL
changes,
that test says so, and the line (with what `AGREED` leaves out because of it) can go. `AGREED` is the profile of random
cases in which no line of the table can play a part: there pySHACL must agree, result by result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rdflib import RDF, XSD, Literal, URIRef

from tests.differential.literals import (
    CALENDAR,
    DATE_TIMES,
    DURATIONS,
    ILL_FORMED,
    LANGUAGES,
    NUMBERS,
    OTHERS,
    PATTERNS,
    STRINGS,
)
from tests.differential.strategies import CROWDED, FULL


@dataclass(frozen=True)
class Disagreement:
    """``shapes`` and ``data`` are Turtle; ``ours`` is what conforms to the recommendation: component → how many."""

    what: str
    says: str
    """Which text or test of the W3C decides."""
    shapes: str
    data: str
    ours: dict[str, int]


def _property(constraint: str) -> str:
    return f":s sh:targetNode :n ; sh:property [ sh:path :p ; {constraint} ] ."


_REGEX = "4.4.3: SPARQL REGEX, that is XPath fn:matches (F&O 5.6.1)"
_RANGE = "4.3 and SPARQL 1.1, 17.3: the comparison does not return true, so there is a result"
_PAIRS = '4.5.3: "... or where the two values cannot be compared, there is a validation result"'
_LEXICAL = "4.1.2: not an ill-typed literal; XSD 1.1 part 2 has the lexical space (and white space is not collapsed)"

KNOWN: tuple[Disagreement, ...] = (
    Disagreement(
        "the inverse of a sequence is walked in the order of the sequence",
        "2.3.1.4: path mapping of inverse paths; SPARQL 1.1, 18.4: inverse(P)",
        ":s sh:targetNode :c ; sh:property [ sh:path [ sh:inversePath (:p :q) ] ; sh:minCount 1 ] .",
        ":a :p :b . :b :q :c .",
        {},
    ),
    Disagreement(
        "a plain literal and a xsd:string are two terms",
        "RDF 1.1 Concepts, 3.3: simple literals are xsd:string",
        _property('sh:hasValue "x"'),
        ':n :p "x"^^xsd:string .',
        {},
    ),
    Disagreement(
        'sh:uniqueLang "1"^^xsd:boolean counts as true',
        "test property/uniqueLang-002; 4.4.5: sameTerm($uniqueLang, true)",
        _property('sh:uniqueLang "1"^^xsd:boolean'),
        ':n :p "a"@en, "b"@en .',
        {},
    ),
    Disagreement(
        "a language range of more than one subtag matches only the very same tag",
        "4.4.4: SPARQL langMatches, RFC 4647 basic filtering",
        _property('sh:languageIn ("en-GB")'),
        ':n :p "a"@en-GB-oed .',
        {},
    ),
    Disagreement(
        "owl:Class is always a subclass of rdfs:Class",
        '2.1.3.3: "a SHACL instance of rdfs:Class in SG": the shapes graph has to say so',
        ":C a owl:Class, sh:NodeShape ; sh:nodeKind sh:Literal .",
        ":n a :C .",
        {},
    ),
    Disagreement(
        "a class is an implicit target of a shape that is not declared to be one",
        '2.1.3.3: "If s is a SHACL instance of sh:NodeShape or sh:PropertyShape in SG and ..."',
        ":C a rdfs:Class ; sh:targetNode :x ; sh:nodeKind sh:IRI .",
        "[] a :C .",
        {},
    ),
    Disagreement(
        "a subclass of a subclass of rdfs:Class is no class",
        "2.1.3.3 and 1.1: SHACL instance is rdf:type/rdfs:subClassOf*",
        ":M rdfs:subClassOf :N . :N rdfs:subClassOf rdfs:Class . :C a :M, sh:NodeShape ; sh:nodeKind sh:Literal .",
        ":n a :C .",
        {"NodeKind": 1},
    ),
    Disagreement(
        "rdf:type rdfs:Resource is always allowed in a closed shape",
        '4.8.1: "for each triple ... a predicate that is not explicitly enumerated"',
        ":s sh:targetNode :n ; sh:closed true .",
        ":n a rdfs:Resource .",
        {"Closed": 1},
    ),
    Disagreement(
        "a blank node is long enough for sh:minLength 0",
        '4.4.1: "or where v is a blank node, there is a validation result"',
        _property("sh:minLength 0"),
        ":n :p [] .",
        {"MinLength": 1},
    ),
    Disagreement(
        "24:00:00 is not a time of day",
        "XSD 1.1 part 2, 3.3.7: endOfDayFrag",
        _property("sh:datatype xsd:dateTime"),
        ":n :p '2024-01-01T24:00:00'^^xsd:dateTime .",
        {},
    ),
    Disagreement(
        "dateTimes are equal that differ by less than a microsecond",
        "XSD 1.1 part 2, 3.3.7: seconds are decimals of any precision",
        _property("sh:maxInclusive '2024-01-01T00:00:00'^^xsd:dateTime"),
        ":n :p '2024-01-01T00:00:00.0000000001'^^xsd:dateTime .",
        {"MaxInclusive": 1},
    ),
    Disagreement(
        "$ also matches before a last newline", _REGEX, _property('sh:pattern "^a$"'), ':n :p "a\\n" .', {"Pattern": 1}
    ),
    Disagreement("flag s is ignored", _REGEX, _property('sh:pattern "a.b" ; sh:flags "s"'), ':n :p "a\\nb" .', {}),
    Disagreement("flag x is ignored", _REGEX, _property('sh:pattern "a b" ; sh:flags "x"'), ':n :p "ab" .', {}),
    Disagreement(
        "\\w is Python's: with _, without +",
        "XSD 1.1 part 2, G.4.2.5: all but punctuation, separators and other",
        _property('sh:pattern "^\\\\w$"'),
        ':n :p "_" .',
        {"Pattern": 1},
    ),
    Disagreement(
        "\\s is Python's: with no-break space",
        "XSD 1.1 part 2, G.4.2.5: [#x20\\t\\n\\r]",
        _property('sh:pattern "\\\\s"'),
        ':n :p "\\u00A0" .',
        {"Pattern": 1},
    ),
    Disagreement(
        "NaN is less than all", _RANGE, _property("sh:maxInclusive 1"), ":n :p 'NaN'^^xsd:double .", {"MaxInclusive": 1}
    ),
    Disagreement(
        "an ill-formed literal is equal to itself",
        _RANGE,
        _property("sh:minInclusive 'one'^^xsd:integer"),
        ":n :p 'one'^^xsd:integer .",
        {"MinInclusive": 1},
    ),
    Disagreement(
        "literals of two kinds are compared by the IRIs of their datatypes",
        _RANGE,
        _property("sh:maxInclusive 1"),
        ":n :p '2024'^^xsd:gYear, true, '2024-01-01'^^xsd:date .",
        {"MaxInclusive": 3},
    ),
    Disagreement(
        "literals with a language are compared",
        _RANGE,
        _property("sh:minInclusive 'a'"),
        ":n :p 'b'@en .",
        {"MinInclusive": 1},
    ),
    Disagreement(
        "xsd:decimal and xsd:double are compared exactly instead of as doubles",
        "SPARQL 1.1, 17.3: XPath type promotion, decimal to float to double",
        _property("sh:maxInclusive 0.1"),
        ":n :p 0.1e0 .",
        {},
    ),
    Disagreement(
        "xsd:float has the precision of a double",
        "XSD 1.1 part 2, 3.3.4: single precision",
        _property("sh:minExclusive '16777216'^^xsd:float"),
        ":n :p '16777217'^^xsd:float .",
        {"MinExclusive": 1},
    ),
    Disagreement(
        "dateTimes with and without a time zone are never comparable",
        "XSD 1.1 part 2, 3.3.7.2: they are, if they are more than 14 hours apart",
        _property("sh:minInclusive '2024-01-01T00:00:00Z'^^xsd:dateTime"),
        ":n :p '2025-01-01T00:00:00'^^xsd:dateTime .",
        {},
    ),
    Disagreement(
        "a time zone of a date is not looked at",
        "XSD 1.1 part 2, 3.3.9: a date is the interval at its time zone",
        _property("sh:minInclusive '2024-01-01Z'^^xsd:date"),
        ":n :p '2024-01-01+14:00'^^xsd:date .",
        {"MinInclusive": 1},
    ),
    Disagreement(
        "years beyond 9999 and before 1 are not values",
        "XSD 1.1 part 2, 3.3.7",
        _property("sh:datatype xsd:dateTime"),
        ":n :p '12024-01-01T00:00:00'^^xsd:dateTime, '-0001-01-01T00:00:00'^^xsd:dateTime .",
        {},
    ),
    Disagreement(
        "a duration of a month is comparable with one of 30 days",
        "XSD 1.1 part 2, 3.3.6.1: P1M <> P30D",
        _property("sh:maxInclusive 'P30D'^^xsd:duration"),
        ":n :p 'P1M'^^xsd:duration .",
        {"MaxInclusive": 1},
    ),
    Disagreement(
        "lexical forms are Python's: underscores, white space, other digits",
        _LEXICAL,
        _property("sh:datatype xsd:integer"),
        ":n :p '1_0'^^xsd:integer, ' 1'^^xsd:integer, '١'^^xsd:integer .",
        {"Datatype": 3},
    ),
    Disagreement(
        "xsd:double and xsd:float: 'inf' and 'nan' are taken",
        _LEXICAL,
        _property("sh:datatype xsd:double"),
        ":n :p 'inf'^^xsd:double .",
        {"Datatype": 1},
    ),
    Disagreement(
        "xsd:decimal: an exponent is taken",
        _LEXICAL,
        _property("sh:datatype xsd:decimal"),
        ":n :p '1e0'^^xsd:decimal .",
        {"Datatype": 1},
    ),
    Disagreement(
        "the lexical space of most other types is not looked at",
        _LEXICAL,
        _property("sh:datatype xsd:NCName"),
        ":n :p 'a:b'^^xsd:NCName .",
        {"Datatype": 1},
    ),
    Disagreement(
        "sh:lessThan fails at a blank node",
        _PAIRS,
        _property("sh:lessThan :q"),
        ":n :p [] ; :q 1 .",
        {"LessThan": 1},
    ),
    Disagreement(
        "sh:lessThan compares IRIs as strings",
        _PAIRS,
        _property("sh:lessThan :q"),
        ":n :p :a ; :q :b .",
        {"LessThan": 1},
    ),
    Disagreement(
        "sh:lessThan compares an IRI with a string",
        _PAIRS,
        _property("sh:lessThan :q"),
        ":n :p <urn:a> ; :q 'z' .",
        {"LessThan": 1},
    ),
    Disagreement(
        "sh:datatype rdfs:Literal is true of each literal",
        '4.1.2: "if the literal\'s datatype has the same IRI"',
        _property("sh:datatype rdfs:Literal"),
        ":n :p 1 .",
        {"Datatype": 1},
    ),
)

# --------------------------------------------------------------------------- where pySHACL must agree


def _plain(theme: tuple[Literal, ...]) -> tuple[Literal, ...]:
    return tuple(x for x in theme if x.datatype != XSD.string)


def _values_of(theme: tuple[Literal, ...], *datatypes: URIRef | None) -> tuple[Literal, ...]:
    """What Python has as a value too, and of one kind: years from 1 to 9999, microseconds, no 24:00:00, no language."""
    odd = ("24:00:00", "0000000001", "12024-", "-0001-", "0000-")
    return tuple(x for x in theme if x.datatype in datatypes and not x.language and not any(o in x for o in odd))


_DATE_TIMES = _values_of(DATE_TIMES, XSD.dateTime)
_ZONED = tuple(x for x in _DATE_TIMES if re.search(r"Z$|[+-]..:..$", x))
RANGE_THEMES = (
    _values_of(NUMBERS, XSD.integer, XSD.decimal),
    _ZONED,
    tuple(x for x in _DATE_TIMES if x not in _ZONED),
    _values_of(STRINGS, None),
)

AGREED = replace(
    FULL,
    themes=(*RANGE_THEMES, _plain(STRINGS), LANGUAGES, OTHERS, *RANGE_THEMES, CALENDAR, DURATIONS, ILL_FORMED),
    range_themes=RANGE_THEMES,
    components=FULL.components - {"lessThan", "lessThanOrEquals"},
    datatypes=(RDF.langString, URIRef("http://example.org/v#own"), XSD.string, XSD.boolean, XSD.integer, XSD.date),
    patterns=tuple(p for p in PATTERNS if p[1] in ("", "i") and "$" not in p[0] and "\\w" not in p[0].lower()),
    language_ranges=("en", "EN", "de", "fr", "*"),
    inverse_of_sequence=False,
    odd_classes=False,
    rdfs_resource=False,
    odd_booleans=False,
    min_length=1,
    ontology=False,
)

PAIRS_AGREED = replace(
    AGREED,
    themes=RANGE_THEMES,
    components=frozenset({"lessThan", "lessThanOrEquals", "property", "not", "nodeKind"}),
    resources=False,
    walking_paths=False,
)
"""sh:lessThan with literals only."""

CROWDED_AGREED = replace(
    AGREED,
    themes=(LANGUAGES, LANGUAGES, LANGUAGES, *RANGE_THEMES),
    components=CROWDED.components & AGREED.components,
    predicates=CROWDED.predicates,
    crowded=True,
    walking_paths=False,
)
"""Several values at one node: sh:uniqueLang, sh:disjoint, qualified shapes."""
