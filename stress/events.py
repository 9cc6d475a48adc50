"""A stream of small events, a dozen triples each, every one validated by itself. An empty line stands between two."""

from __future__ import annotations

from collections.abc import Iterator

from .ntriples import XSD, Generator, number, text

EV = "http://example.org/event#"
DATA = "http://example.org/event/"
TRIPLES = 12
"""Of an event in which nothing is missing."""

ONTOLOGY = f"""\
@prefix ev: <{EV}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ev:Purchase rdfs:subClassOf ev:Event .
"""

SHAPES = f"""\
@prefix ev: <{EV}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <{XSD}> .
@prefix s: <http://example.org/shapes#> .

s:Purchase a sh:NodeShape ;
    sh:targetClass ev:Purchase ;
    sh:nodeKind sh:IRI ;
    sh:property [ sh:path ev:time ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ;
    sh:property [ sh:path ev:device ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ev:Device ] ;
    sh:property [ sh:path ev:amount ; sh:minCount 1 ; sh:datatype xsd:decimal ; sh:minExclusive 0 ;
                  sh:lessThanOrEquals ev:limit ] ;
    sh:property [ sh:path ev:currency ; sh:minCount 1 ; sh:in ( "EUR" "USD" "CHF" ) ] ;
    sh:property [ sh:path ev:session ; sh:minCount 1 ; sh:pattern "^[0-9a-f]{{8}}$" ] ;
    sh:property [ sh:path ev:note ; sh:maxLength 40 ] .

s:Device a sh:NodeShape ;
    sh:targetClass ev:Device ;
    sh:property [ sh:path ev:model ; sh:minCount 1 ; sh:minLength 2 ] ;
    sh:property [ sh:path ev:version ; sh:minCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 1 ] .
"""


class _Stream(Generator):
    def event(self, i: int) -> Iterator[str]:
        node, device = f"<{DATA}{i}>", f"<{DATA}device/{i % 100}>"
        yield self.typed(node, "Purchase")
        hour = 25 if self.wrong() else self.random.randrange(24)
        yield self.line(node, "time", number(f"2024-06-{i % 28 + 1:02}T{hour:02}:00:00Z", "dateTime"))
        yield self.line(node, "device", node if self.wrong() else device)
        amount = self.random.randrange(1, 9000)
        yield self.line(node, "amount", number(f"{amount * 100 if self.wrong() else amount / 100:.2f}", "decimal"))
        yield self.line(node, "limit", number("500.00", "decimal"))
        yield self.line(node, "currency", text("XXX" if self.wrong() else "EUR"))
        session = "none" if self.wrong() else f"{self.random.randrange(1 << 32):08x}"
        yield self.line(node, "session", text(session))
        yield self.line(node, "note", text("n" * (50 if self.wrong() else 20)))
        yield self.line(node, "reference", text(f"reference {i}"))
        yield self.typed(device, "Device")
        if not self.wrong():
            yield self.line(device, "model", text(f"model {i % 7}"))
        yield self.line(device, "version", number(0 if self.wrong() else 3, "integer"))


def triples(count: int, seed: int = 1, errors: float = 0.001) -> Iterator[str]:
    """About ``count`` N-Triples lines."""
    stream = _Stream(EV, seed, errors)
    for i in range(max(1, count // TRIPLES)):
        yield "".join(stream.event(i)) + "\n"
