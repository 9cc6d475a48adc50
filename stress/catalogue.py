"""A product catalogue: a deep class hierarchy, closed shapes, qualified counts, and ``in`` with thousands of values."""

from __future__ import annotations

from collections.abc import Iterator

from .ntriples import XSD, Generator, number, text

CAT = "http://example.org/catalogue#"
DATA = "http://example.org/catalogue/"
BRANCHES, LEVELS = 3, 6
CODES = 4_000
"""Values of the ``in`` that codes are looked up in."""


def _classes(level: int) -> list[str]:
    """The classes of a level, each named by the way to it: C, C0, C1, C2, C00, …"""
    names = ["C"]
    for _ in range(level):
        names = [f"{name}{i}" for name in names for i in range(BRANCHES)]
    return names


LEAVES = _classes(LEVELS)

ONTOLOGY = (
    f"@prefix cat: <{CAT}> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "cat:C rdfs:subClassOf cat:Product .\n"
    + "".join(
        f"cat:{name} rdfs:subClassOf cat:{name[:-1]} .\n" for level in range(1, LEVELS + 1) for name in _classes(level)
    )
)


def shapes() -> str:
    codes = " ".join(f"cat:code{i}" for i in range(CODES))
    return f"""\
@prefix cat: <{CAT}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <{XSD}> .
@prefix s: <http://example.org/shapes#> .

s:Product a sh:NodeShape ;
    sh:targetClass cat:Product ;
    sh:property [ sh:path cat:label ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path cat:code ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( {codes} ) ] ;
    sh:property [ sh:path cat:price ; sh:maxCount 1 ; sh:datatype xsd:decimal ; sh:minExclusive 0 ] ;
    sh:property [ sh:path cat:supplier ; sh:minCount 1 ; sh:class cat:Supplier ] ;
    sh:property [ sh:path cat:image ; sh:qualifiedValueShape [ sh:property [ sh:path cat:role ; sh:hasValue "main" ] ] ;
                  sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] ;
    sh:property [ sh:path cat:replaces ; sh:class cat:Product ] .

s:Tools a sh:NodeShape ;
    sh:targetClass cat:C0 ;
    sh:property [ sh:path cat:spare ; sh:class cat:C01 ] ;
    sh:property [ sh:path cat:spare ; sh:qualifiedValueShape [ sh:class cat:C010 ] ; sh:qualifiedMinCount 1 ] .

s:Supplier a sh:NodeShape ;
    sh:targetClass cat:Supplier ;
    sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path cat:label ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path cat:rating ; sh:maxCount 1 ; sh:in ( 1 2 3 4 5 ) ] .

s:Image a sh:NodeShape ;
    sh:targetClass cat:Image ;
    sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path cat:role ; sh:minCount 1 ; sh:in ( "main" "side" "detail" ) ] ;
    sh:property [ sh:path cat:width ; sh:datatype xsd:integer ; sh:minInclusive 16 ; sh:maxInclusive 20000 ] .
"""


class _Catalogue(Generator):
    def __init__(self, seed: int, errors: float) -> None:
        super().__init__(CAT, seed, errors)
        self.products: list[str] = []
        self.spares: list[str] = []
        """Products of the class that tools have as spare parts; the first product is one."""

    def supplier(self, i: int) -> Iterator[str]:
        node = f"<{DATA}supplier/{i}>"
        yield self.typed(node, "Supplier")
        yield self.line(node, "label", text(f"Supplier {i}"))
        yield self.line(node, "rating", number(9 if self.wrong() else self.random.randrange(1, 6), "integer"))
        if self.wrong():
            yield self.line(node, "secret", text("not allowed"))

    def product(self, i: int, suppliers: int) -> Iterator[str]:
        node, cls = f"<{DATA}product/{i}>", "C010000" if i % 50 == 0 else self.random.choice(LEAVES)
        yield self.typed(node, cls)
        if not self.wrong():
            yield self.line(node, "label", text(f"Product {i}"))
        code = f"unknown{i}" if self.wrong() else f"code{self.random.randrange(CODES)}"
        yield self.line(node, "code", f"<{CAT}{code}>")
        yield self.line(node, "price", number(f"{0 if self.wrong() else i % 999 + 0.5:.2f}", "decimal"))
        supplier = f"supplier/{self.random.randrange(suppliers)}"
        yield self.line(node, "supplier", f"<{DATA}{'nobody' if self.wrong() else supplier}>")
        images = [f"<{DATA}image/{i}-{j}>" for j in range(self.random.randrange(1, 4))]
        yield from (self.line(node, "image", image) for image in images)
        if self.products and i % 3 == 0:
            yield self.line(node, "replaces", images[0] if self.wrong() else self.random.choice(self.products))
        if cls.startswith("C010"):
            self.spares.append(node)
        if cls.startswith("C0"):
            yield self.line(node, "spare", images[0] if self.wrong() else self.random.choice(self.spares))
        for j, image in enumerate(images):
            yield self.typed(image, "Image")
            role = "blurred" if self.wrong() else "side" if j else "main"
            yield self.line(image, "role", text(role))
            yield self.line(image, "width", number(3 if self.wrong() else 640, "integer"))
            if self.wrong():
                yield self.line(image, "extra", text("not allowed"))
        self.products.append(node)


def triples(count: int, seed: int = 1, errors: float = 0.001) -> Iterator[str]:
    """About ``count`` N-Triples lines; a supplier for every 20 products."""
    catalogue = _Catalogue(seed, errors)
    written = number = 0
    while written < count:
        lines = list(catalogue.supplier(number // 20)) if number % 20 == 0 else []
        lines += catalogue.product(number, number // 20 + 1)
        written += len(lines)
        number += 1
        yield from lines
