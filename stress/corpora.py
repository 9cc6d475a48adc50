"""Shapes graphs of real size with data for each, from a seed: what the optimiser is measured on.

Each corpus is (ontology, shapes, data): Turtle, Turtle, N-Triples.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

from stress import university

EX, XSD = "http://example.org/", "http://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PREFIXES = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <{XSD}> . @prefix ex: <{EX}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""

Corpus = tuple[str, str, str]


def of_university(triples: int) -> Corpus:
    return university.ONTOLOGY, university.SHAPES, "".join(university.triples(triples))


# ---------------------------------------------------------------------- a thousand shapes

_PROPERTIES: tuple[tuple[str, Callable[[random.Random], str]], ...] = (
    (
        "sh:datatype xsd:string ; sh:nodeKind sh:Literal ; sh:minLength 1 ; sh:maxLength 200",
        lambda r: f'"text {r.random()}"',
    ),
    ("sh:datatype xsd:integer ; sh:minInclusive 0", lambda r: f'"{r.randrange(10**6)}"^^<{XSD}integer>'),
    (
        "sh:datatype xsd:date ; sh:nodeKind sh:Literal",
        lambda r: f'"20{r.randrange(10, 25)}-0{r.randrange(1, 10)}-11"^^<{XSD}date>',
    ),
    (
        'sh:datatype xsd:string ; sh:pattern "^[A-Z]{2}[0-9]{4}$" ; sh:maxLength 6',
        lambda r: f'"AB{r.randrange(1000, 9999)}"',
    ),
    ('sh:in ( "new" "open" "closed" ) ; sh:datatype xsd:string', lambda r: f'"{r.choice(["new", "open", "closed"])}"'),
    ("sh:nodeKind sh:IRI ; sh:class ex:Thing", lambda r: f"<{EX}thing{r.randrange(200)}>"),
    (
        "sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] )",
        lambda r: f'"{r.randrange(100)}.5"^^<{XSD}decimal>',
    ),
    ("sh:datatype xsd:boolean", lambda r: f'"{r.choice(["true", "false"])}"^^<{XSD}boolean>'),
)
_COUNTS = ("sh:minCount 1 ; sh:maxCount 1", "sh:maxCount 1", "sh:minCount 1", "sh:minCount 0")


def thousand_shapes(triples: int, shapes: int = 250, seed: int = 1) -> Corpus:
    """Node shapes of three properties each; half of them build on an abstract one, and say again what that demands."""
    chance = random.Random(seed)
    lines = [PREFIXES]
    lines += [
        f"ex:Base{i} a sh:NodeShape ; sh:nodeKind sh:IRI ;"
        f" sh:property [ sh:path ex:base{i} ; sh:datatype xsd:string ; sh:minCount 1 ; sh:maxCount 1 ] ."
        for i in range(10)
    ]
    kinds: list[list[int]] = []
    for number in range(shapes):
        kinds.append([chance.randrange(len(_PROPERTIES)) for _ in range(3)])
        base = (
            f"sh:node ex:Base{number % 10} ; sh:property [ sh:path ex:base{number % 10} ; sh:minCount 1 ] ; "
            if number % 2
            else ""
        )
        properties = " ;\n  ".join(
            f"sh:property [ sh:path ex:p{number % 40}_{i} ; {chance.choice(_COUNTS)} ; {_PROPERTIES[kind][0]} ]"
            for i, kind in enumerate(kinds[-1])
        )
        lines.append(f"ex:S{number} a sh:NodeShape ; sh:targetClass ex:C{number} ; {base}\n  {properties} .")
    return "", "\n".join(lines), "".join(_instances(kinds, triples, chance))


def _instances(kinds: list[list[int]], triples: int, chance: random.Random) -> Iterator[str]:
    for i in range(200):
        yield f"<{EX}thing{i}> {TYPE} <{EX}Thing> .\n"
    for node in range(triples // 5):
        number = chance.randrange(len(kinds))
        yield f"<{EX}n{node}> {TYPE} <{EX}C{number}> .\n"
        yield f'<{EX}n{node}> <{EX}base{number % 10}> "{node}" .\n'
        for i, kind in enumerate(kinds[number]):
            yield f"<{EX}n{node}> <{EX}p{number % 40}_{i}> {_PROPERTIES[kind][1](chance)} .\n"


# ---------------------------------------------------------------------- a product catalogue


def hierarchy(triples: int, depth: int = 6, width: int = 3, seed: int = 1) -> Corpus:
    """Classes as a tree: each has a shape that builds on its parent's and repeats some of it; values are held to
    classes at several heights of the tree."""
    chance = random.Random(seed)
    classes = ["K"]
    level = ["K"]
    ontology, lines = [PREFIXES], [PREFIXES]
    for _ in range(depth - 1):
        level = [f"{above}{i}" for above in level for i in range(width)]
        classes += level
    for name in classes:
        parent = name[:-1]
        if parent:
            ontology.append(f"ex:{name} rdfs:subClassOf ex:{parent} .")
        inherited = f"sh:node ex:S{parent} ; " if parent else ""
        lines.append(
            f"ex:S{name} a sh:NodeShape ; sh:targetClass ex:{name} ; {inherited}"
            f"sh:property [ sh:path ex:label ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;"
            f" sh:property [ sh:path ex:partOf ; sh:class ex:{name[:2]} , ex:K ; sh:nodeKind sh:BlankNodeOrIRI ] ."
        )
    leaves = [name for name in classes if len(name) == depth]
    data = []
    for node in range(triples // 3):
        data.append(f"<{EX}n{node}> {TYPE} <{EX}{chance.choice(leaves)}> .\n")
        data.append(f'<{EX}n{node}> <{EX}label> "product {node}" .\n')
        data.append(f"<{EX}n{node}> <{EX}partOf> <{EX}n{chance.randrange(node + 1)}> .\n")
    return "\n".join(ontology), "\n".join(lines), "".join(data)


# ---------------------------------------------------------------------- people and orders

VALUES = """
ex:Order a sh:NodeShape ; sh:targetClass ex:Order ; sh:nodeKind sh:BlankNodeOrIRI ;
    sh:property [ sh:path ex:number ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:nodeKind sh:Literal ;
                  sh:pattern "^O-[0-9]{6}$" ; sh:minLength 8 ; sh:maxLength 8 ] ;
    sh:property [ sh:path ex:amount ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 1 ;
                  sh:maxInclusive 100000 ; sh:nodeKind sh:Literal ] ;
    sh:property [ sh:path ex:amount ; sh:minInclusive 0 ; sh:severity sh:Warning ] ;
    sh:property [ sh:path ex:count ; sh:datatype xsd:unsignedShort ; sh:minInclusive 0 ; sh:maxInclusive 65535 ] ;
    sh:property [ sh:path ex:state ; sh:in ( "new" "paid" "sent" "returned" ) ; sh:datatype xsd:string ;
                  sh:minLength 3 ;
                  sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path ex:note ; sh:languageIn ( "en" "en-GB" "de" ) ; sh:uniqueLang true ; sh:maxLength 500 ;
                  sh:nodeKind sh:Literal ] ;
    sh:property [ sh:path ex:ordered ; sh:minCount 1 ; sh:maxCount 1 ;
                  sh:datatype xsd:dateTime ; sh:lessThanOrEquals ex:sent ] ;
    sh:property [ sh:path ex:sent ; sh:maxCount 1 ; sh:datatype xsd:dateTime ; sh:nodeKind sh:Literal ] ;
    sh:property [ sh:path ex:customer ; sh:minCount 1 ; sh:class ex:Customer ; sh:nodeKind sh:IRI ;
                  sh:node ex:Customer ] .
ex:Customer a sh:NodeShape ; sh:targetClass ex:Customer ; sh:nodeKind sh:IRI ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:datatype xsd:string ; sh:minLength 1 ;
                  sh:maxLength 80 ; sh:pattern ".*" ] ;
    sh:property [ sh:path ex:email ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 3 ;
                  sh:pattern "^[^@ ]+@[^@ ]+$" ] .
"""


def values(triples: int, seed: int = 1) -> Corpus:
    """Mostly checks of single values."""
    chance = random.Random(seed)
    data = []
    customers = max(10, triples // 90)
    for i in range(customers):
        node = f"<{EX}customer{i}>"
        data.append(
            f'{node} {TYPE} <{EX}Customer> .\n{node} <{EX}name> "Name {i}" .\n{node} <{EX}email> "c{i}@example.org" .\n'
        )
    for i in range(triples // 10):
        node = f"<{EX}order{i}>"
        ordered = f"2024-0{chance.randrange(1, 10)}-1{chance.randrange(10)}T10:00:00Z"
        parts = {
            "number": f'"O-{chance.randrange(10**6):06}"',
            "amount": f'"{chance.randrange(1, 10**5)}"^^<{XSD}integer>',
            "count": f'"{chance.randrange(1, 100)}"^^<{XSD}unsignedShort>',
            "state": f'"{chance.choice(["new", "paid", "sent"])}"',
            "note": f'"thanks"@{chance.choice(["en", "de"])}',
            "ordered": f'"{ordered}"^^<{XSD}dateTime>',
            "sent": f'"2024-12-01T10:00:00Z"^^<{XSD}dateTime>',
            "customer": f"<{EX}customer{chance.randrange(customers)}>",
        }
        data.append(f"{node} {TYPE} <{EX}Order> .\n" + "".join(f"{node} <{EX}{p}> {o} .\n" for p, o in parts.items()))
    return "", PREFIXES + VALUES, "".join(data)


# ---------------------------------------------------------------------- shapes for shapes


def shacl_of_shacl(triples: int) -> Corpus:
    """The W3C's shapes for shapes, which pyshacl brings along, over shapes of ours as data."""
    from rdflib import Graph

    shapes = files("pyshacl").joinpath("assets/shacl-shacl.ttl").read_text(encoding="utf-8")
    data = Graph().parse(data=thousand_shapes(0, shapes=triples // 36)[1], format="turtle")
    return "", shapes, data.serialize(format="nt")


_XSD_VALUES = {
    "string": '"some text"',
    "date": '"2024-05-06"',
    "dateTime": '"2024-05-06T07:08:09Z"',
    "time": '"07:08:09"',
}
_XSD_VALUES |= {
    "boolean": '"true"',
    "integer": '"42"',
    "decimal": '"4.2"',
    "double": '"4.2E0"',
    "float": '"4.2"',
    "anyURI": '"urn:a"',
}


def schema_org(triples: int, seed: int = 1) -> Corpus:
    """schema.org's shapes, which pyshacl brings along: nodes of a hundred of its classes, with values as asked for."""
    from rdflib import RDF, SH, Graph, URIRef

    text = files("pyshacl").joinpath("assets/schema.ttl").read_text(encoding="utf-8")
    graph = Graph().parse(data=text, format="turtle")
    chance = random.Random(seed)
    classes = sorted(str(c) for c in graph.subjects(RDF.type, SH.NodeShape) if any(graph.objects(c, SH.property)))
    chosen = chance.sample(classes, 100)
    data: list[str] = []
    node = 0
    while len(data) < triples:
        cls = chance.choice(chosen)
        subject = f"<{EX}n{node}>"
        data.append(f"{subject} {TYPE} <{cls}> .\n")
        for shape in sorted(graph.objects(URIRef(cls), SH.property), key=str):
            if chance.random() < 0.5:
                data.append(f"{subject} <{graph.value(shape, SH.path)}> {_wanted(graph, shape, chance)} .\n")
        node += 1
    return text, text, "".join(data)


def _wanted(graph: Any, shape: Any, chance: random.Random) -> str:
    from rdflib import RDF, SH

    node, ways = shape, graph.value(shape, SH["or"])
    while ways is not None and ways != RDF.nil:
        node, ways = graph.value(ways, RDF.first), graph.value(ways, RDF.rest)
        if chance.random() < 0.5:
            break
    datatype = graph.value(node, SH.datatype)
    if datatype is None:
        return f"<{EX}n{chance.randrange(100)}>"
    name = str(datatype).removeprefix(XSD)
    return f"{_XSD_VALUES[name]}^^<{datatype}>" if name in _XSD_VALUES else f'"<p>text</p>"^^<{datatype}>'


CORPORA: dict[str, Callable[[int], Corpus]] = {
    "university": of_university,
    "1,000 shapes": thousand_shapes,
    "class hierarchy": hierarchy,
    "value checks": values,
    "SHACL of SHACL": shacl_of_shacl,
    "schema.org": schema_org,
}
