"""People and what they order: every check of single values, patterns, dates, languages, pairs."""

from __future__ import annotations

from collections.abc import Iterator

from .ntriples import XSD, Generator, number, text

SHOP = "http://example.org/shop#"
DATA = "http://example.org/shop/"
COUNTRIES = ("AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HU", "IE", "IT", "NL", "NO", "PL", "PT")
LANGUAGES = ("de", "en", "fr", "it", "nl")

ONTOLOGY = f"""\
@prefix shop: <{SHOP}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
shop:PrivateCustomer rdfs:subClassOf shop:Customer .
shop:Company rdfs:subClassOf shop:Customer .
"""

SHAPES = f"""\
@prefix shop: <{SHOP}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <{XSD}> .
@prefix s: <http://example.org/shapes#> .

s:Customer a sh:NodeShape ;
    sh:targetClass shop:Customer ;
    sh:nodeKind sh:IRI ;
    sh:property [ sh:path shop:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
                  sh:minLength 2 ; sh:maxLength 60 ] ;
    sh:property [ sh:path shop:mail ; sh:minCount 1 ; sh:pattern "^[^@ ]+@[^@ ]+[.][a-z]+$" ] ;
    sh:property [ sh:path shop:greeting ; sh:uniqueLang true ; sh:languageIn ( "de" "en" "fr" "it" "nl" ) ] ;
    sh:property [ sh:path shop:country ; sh:maxCount 1 ; sh:in ( {" ".join(f'"{c}"' for c in COUNTRIES)} ) ] ;
    sh:property [ sh:path shop:born ; sh:maxCount 1 ; sh:datatype xsd:date ;
                  sh:minInclusive "1900-01-01"^^xsd:date ; sh:maxExclusive "2020-01-01"^^xsd:date ] ;
    sh:property [ sh:path shop:referredBy ; sh:class shop:Customer ; sh:nodeKind sh:IRI ; sh:disjoint shop:blocks ] .

s:Order a sh:NodeShape ;
    sh:targetClass shop:Order ;
    sh:property [ sh:path shop:number ; sh:minCount 1 ; sh:maxCount 1 ; sh:pattern "^[A-Z]{{2}}-[0-9]{{4,8}}$" ] ;
    sh:property [ sh:path shop:customer ; sh:minCount 1 ; sh:maxCount 1 ; sh:class shop:Customer ] ;
    sh:property [ sh:path shop:ordered ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ;
                  sh:lessThan shop:shipped ] ;
    sh:property [ sh:path shop:shipped ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ;
    sh:property [ sh:path shop:total ; sh:minCount 1 ; sh:datatype xsd:decimal ; sh:minInclusive 0 ] ;
    sh:property [ sh:path shop:paid ; sh:datatype xsd:decimal ; sh:lessThanOrEquals shop:total ] ;
    sh:property [ sh:path shop:currency ; sh:hasValue "EUR" ; sh:maxCount 1 ] ;
    sh:property [ sh:path shop:express ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
    sh:property [ sh:path shop:billedTo ; sh:equals shop:customer ] ;
    sh:property [ sh:path shop:item ; sh:minCount 1 ; sh:node s:Item ] .

s:Item a sh:NodeShape ;
    sh:property [ sh:path shop:amount ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ;
                  sh:minExclusive 0 ; sh:maxInclusive 1000 ] ;
    sh:property [ sh:path shop:price ; sh:minCount 1 ; sh:datatype xsd:decimal ; sh:minInclusive 0.01 ] .
"""


class _Shop(Generator):
    def customer(self, i: int) -> Iterator[str]:
        node = f"<{DATA}customer/{i}>"
        yield self.typed(node, "Company" if i % 7 == 0 else "PrivateCustomer")
        yield self.line(node, "name", text("X" if self.wrong() else f"Customer number {i}"))
        yield self.line(node, "mail", text("nobody" if self.wrong() else f"customer{i}@mail{i % 50}.example"))
        for language in self.random.sample(LANGUAGES, 2):
            yield self.line(node, "greeting", text(f"{language} greets {i}", "xx" if self.wrong() else language))
        if self.wrong():
            yield from (self.line(node, "greeting", text(f"twice {word}", "pt")) for word in ("one", "two"))
        yield self.line(node, "country", text("Atlantis" if self.wrong() else self.random.choice(COUNTRIES)))
        year = 2031 if self.wrong() else self.random.randrange(1930, 2008)
        day = f"{year}-{self.random.randrange(1, 13):02}-{'31' if self.wrong() else self.random.randrange(10, 28)}"
        yield self.line(node, "born", number(day, "date"))
        if i:
            other = f"<{DATA}customer/{self.random.randrange(i)}>"
            yield self.line(node, "referredBy", text("a friend") if self.wrong() else other)
            if self.wrong():
                yield self.line(node, "blocks", other)

    def order(self, i: int, customers: int) -> Iterator[str]:
        node, customer = f"<{DATA}order/{i}>", f"<{DATA}customer/{self.random.randrange(customers)}>"
        yield self.typed(node, "Order")
        yield self.line(node, "number", text(f"{'a' if self.wrong() else 'A'}B-{1000 + i}"))
        yield self.line(node, "customer", node if self.wrong() else customer)
        day = f"2024-{self.random.randrange(1, 13):02}-{self.random.randrange(10, 28)}"
        yield self.line(node, "ordered", number(f"{day}T{self.random.randrange(10, 20)}:15:00Z", "dateTime"))
        hours = "08" if self.wrong() else "21"
        yield self.line(node, "shipped", number(f"{day}T{hours}:30:00Z", "dateTime"))
        cents = self.random.randrange(100, 100_000)
        yield self.line(node, "total", number(f"{-1 if self.wrong() else cents / 100:.2f}", "decimal"))
        yield self.line(node, "paid", number(f"{cents * 2 if self.wrong() else cents / 200:.2f}", "decimal"))
        yield self.line(node, "currency", text("USD" if self.wrong() else "EUR"))
        yield self.line(node, "express", number("perhaps" if self.wrong() else "true", "boolean"))
        yield self.line(node, "billedTo", f"<{DATA}nobody>" if self.wrong() else customer)
        items = [f"<{DATA}order/{i}/{j}>" for j in range(self.random.randrange(1, 4))]
        yield from (self.line(node, "item", item) for item in items)
        for item in items:
            amount = 0 if self.wrong() else self.random.randrange(1, 100)
            yield self.line(item, "amount", number("many" if self.wrong() else amount, "integer"))
            yield self.line(item, "price", number(f"{self.random.randrange(1, 9999) / 100:.2f}", "decimal"))


def triples(count: int, seed: int = 1, errors: float = 0.001) -> Iterator[str]:
    """About ``count`` N-Triples lines; two orders for each customer."""
    shop = _Shop(SHOP, seed, errors)
    written = number = 0
    while written < count:
        lines = [*shop.customer(number), *shop.order(2 * number, number + 1), *shop.order(2 * number + 1, number + 1)]
        written += len(lines)
        number += 1
        yield from lines
