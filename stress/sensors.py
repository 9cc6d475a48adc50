"""A sensor network: paths in sequence, backwards and to the closure, pairs, numeric ranges, blank nodes."""

from __future__ import annotations

from collections.abc import Iterator

from .ntriples import XSD, Generator, number, text

NET = "http://example.org/net#"
DATA = "http://example.org/net/"

ONTOLOGY = f"""\
@prefix net: <{NET}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
net:Building rdfs:subClassOf net:Place .
net:Floor rdfs:subClassOf net:Place .
net:Room rdfs:subClassOf net:Place .
"""

SHAPES = f"""\
@prefix net: <{NET}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <{XSD}> .
@prefix s: <http://example.org/shapes#> .

s:Room a sh:NodeShape ;
    sh:targetClass net:Room ;
    sh:property [ sh:path [ sh:oneOrMorePath net:partOf ] ; sh:minCount 2 ; sh:class net:Place ] ;
    sh:property [ sh:path ( [ sh:zeroOrMorePath net:partOf ] net:operator ) ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path [ sh:inversePath net:isIn ] ; sh:minCount 1 ; sh:class net:Sensor ] .

s:Sensor a sh:NodeShape ;
    sh:targetClass net:Sensor ;
    sh:property [ sh:path net:isIn ; sh:minCount 1 ; sh:maxCount 1 ; sh:class net:Room ] ;
    sh:property [ sh:path ( net:isIn net:partOf net:partOf ) ; sh:minCount 1 ; sh:class net:Building ] ;
    sh:property [ sh:path net:low ; sh:minCount 1 ; sh:datatype xsd:decimal ; sh:lessThan net:high ] ;
    sh:property [ sh:path net:high ; sh:minCount 1 ; sh:datatype xsd:decimal ] ;
    sh:property [ sh:path [ sh:alternativePath ( net:serial net:inventory ) ] ; sh:minCount 1 ; sh:minLength 4 ] ;
    sh:property [ sh:path net:spare ; sh:disjoint net:partner ] .

s:Observation a sh:NodeShape ;
    sh:targetClass net:Observation ;
    sh:property [ sh:path net:by ; sh:minCount 1 ; sh:maxCount 1 ; sh:class net:Sensor ] ;
    sh:property [ sh:path net:begin ; sh:minCount 1 ; sh:datatype xsd:dateTime ; sh:lessThanOrEquals net:end ] ;
    sh:property [ sh:path ( net:result net:unit ) ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path net:result ; sh:minCount 1 ; sh:maxCount 1 ; sh:node s:Result ] ;
    sh:property [ sh:path net:quality ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxInclusive 100 ] .

s:Result a sh:NodeShape ;
    sh:property [ sh:path net:value ; sh:minCount 1 ; sh:datatype xsd:double ;
                  sh:minInclusive -100 ; sh:maxExclusive 2000 ] .

s:Measured a sh:NodeShape ;
    sh:targetObjectsOf net:result ;
    sh:property [ sh:path net:unit ; sh:minLength 1 ; sh:maxLength 3 ] .
"""


class _Network(Generator):
    def building(self, b: int) -> Iterator[str]:
        """Four floors of four rooms with two sensors each, and what these saw."""
        building = f"<{DATA}building/{b}>"
        yield self.typed(building, "Building")
        yield self.line(building, "operator", f"<{DATA}operator/{b % 9}>")
        for f in range(4):
            floor = f"<{DATA}floor/{b}-{f}>"
            yield self.typed(floor, "Floor")
            if not self.wrong():
                yield self.line(floor, "partOf", building)
            for r in range(4):
                yield from self.room(f"{b}-{f}-{r}", floor)

    def room(self, name: str, floor: str) -> Iterator[str]:
        room = f"<{DATA}room/{name}>"
        yield self.typed(room, "Room")
        yield self.line(room, "partOf", floor)
        for s in range(2):
            yield from self.sensor(f"{name}-{s}", room)

    def sensor(self, name: str, room: str) -> Iterator[str]:
        sensor = f"<{DATA}sensor/{name}>"
        yield self.typed(sensor, "Sensor")
        if not self.wrong():
            yield self.line(sensor, "isIn", room)
        low = self.random.randrange(-50, 10)
        yield self.line(sensor, "low", number(f"{low}.5", "decimal"))
        yield self.line(sensor, "high", number(f"{low - 3 if self.wrong() else low + 60}.0", "decimal"))
        yield self.line(sensor, "serial", text("?" if self.wrong() else f"SN-{name}"))
        for predicate in ("spare", "partner"):
            yield self.line(sensor, predicate, f"<{DATA}sensor/{'same' if self.wrong() else f'{name}-{predicate}'}>")
        for o in range(4):
            yield from self.observation(f"{name}-{o}", sensor)

    def observation(self, name: str, sensor: str) -> Iterator[str]:
        node, result = f"<{DATA}observation/{name}>", f"_:r{name}"
        yield self.typed(node, "Observation")
        yield self.line(node, "by", node if self.wrong() else sensor)
        day = f"2024-{self.random.randrange(1, 13):02}-{self.random.randrange(10, 28)}"
        yield self.line(node, "begin", number(f"{day}T10:00:00Z", "dateTime"))
        yield self.line(node, "end", number(f"{day}T{'09' if self.wrong() else '10'}:05:00Z", "dateTime"))
        quality = 400 if self.wrong() else self.random.randrange(101)
        yield self.line(node, "quality", number(quality, "integer"))
        yield self.line(node, "result", result)
        value = 1e6 if self.wrong() else self.random.randrange(-400, 9000) / 10
        yield self.line(result, "value", number(f"{value:e}", "double"))
        if not self.wrong():
            yield self.line(result, "unit", text("furlong" if self.wrong() else "K"))


def triples(count: int, seed: int = 1, errors: float = 0.001) -> Iterator[str]:
    """About ``count`` N-Triples lines: the last building is left whole."""
    network = _Network(NET, seed, errors)
    written = number = 0
    while written < count:
        lines = list(network.building(number))
        written += len(lines)
        number += 1
        yield from lines
