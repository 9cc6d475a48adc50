"""Shapes that use every instruction, and data that brings every check to pass and to fail."""

from __future__ import annotations

from tests.cython_optimizations.helpers import EX, RDF_TYPE, SUB_CLASS_OF

SHAPES = """
ex:Person a sh:NodeShape ; sh:targetClass ex:Agent ; sh:targetNode ex:n1, "literal" ; sh:targetSubjectsOf ex:p ;
    sh:targetObjectsOf ex:p ; sh:message "wrong"@en, "falsch"@de ;
    sh:nodeKind sh:IRI ; sh:class ex:Agent ;
    sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxExclusive 150 ; sh:maxCount 1 ] ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:minLength 2 ; sh:maxLength 5 ; sh:uniqueLang true ;
                  sh:languageIn ("en" "de") ; sh:pattern "^[A-Z]+$" ; sh:severity sh:Warning ] ;
    sh:property [ sh:path ex:name ; sh:pattern "a.{3,9}b|c$" ; sh:flags "i" ] ;
    sh:property [ sh:path ( ex:p [ sh:zeroOrMorePath [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ] ) ;
                  sh:in ( ex:n1 ex:n2 "a" 1 "x"@en ) ] ;
    sh:property [ sh:path [ sh:oneOrMorePath ex:q ] ; sh:hasValue ex:n3 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
    sh:property [ sh:path [ sh:zeroOrOnePath ex:q ] ; sh:class ex:Agent, ex:Thing ] ;
    sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:maxCount 1 ; sh:datatype ex:custom ] ;
    sh:property [ sh:path ex:start ; sh:lessThan ex:end ; sh:lessThanOrEquals ex:end ; sh:minExclusive 1.5 ] ;
    sh:property [ sh:path ex:q ; sh:equals ex:p ; sh:disjoint ex:r ; sh:maxInclusive "2020-01-01"^^xsd:date ] ;
    sh:property [ sh:path ex:r ; sh:minCount 1 ; sh:maxCount 2 ] ;
    sh:property [ sh:path ex:r ; sh:minExclusive 3 ; sh:minInclusive 0 ;
                  sh:property [ sh:path ex:p ; sh:maxCount 1 ] ] ;
    sh:not ex:Closed ; sh:and ( ex:Closed [ sh:nodeKind sh:IRI ] ) ; sh:or ( ex:Closed [ sh:class ex:Thing ] ) ;
    sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class ex:Agent ] [ sh:nodeKind sh:Literal ] ) ; sh:node ex:Closed ;
    sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:Agent ] ; sh:qualifiedMinCount 1 ;
                  sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint true ] ;
    sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 2 ;
                  sh:qualifiedValueShapesDisjoint true ] ;
    sh:property [ sh:path ex:r ; sh:node ex:Named ] ; sh:property [ sh:path ex:q ; sh:not ex:Named ] .
ex:Named a sh:NodeShape ; sh:targetClass ex:Thing ;
    sh:property [ sh:path ex:name ; sh:pattern "^[A-Z]" ; sh:maxCount 3 ] .
ex:Closed a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:q ) ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ] .
ex:Person rdfs:subClassOf ex:Agent . ex:Robot rdfs:subClassOf ex:Thing .
"""

_XSD = "http://www.w3.org/2001/XMLSchema#"


def _data() -> str:
    lines = [
        f"<{EX}Android> {SUB_CLASS_OF} <{EX}Robot> .",
        f"<{EX}Robot> {SUB_CLASS_OF} <{EX}Person> .",
        f"<{EX}Robot> {SUB_CLASS_OF} <{EX}Android> .",
    ]
    objects = [
        '"a"',
        '"ABC"@en',
        '"ABC"@EN',
        '"DEF"@fr',
        f'"1"^^<{_XSD}integer>',
        f'"x"^^<{_XSD}integer>',
        f'"2"^^<{EX}custom>',
        f'"2019-02-03"^^<{_XSD}date>',
        f'"2021-02-03Z"^^<{_XSD}date>',
        f'"1e3"^^<{_XSD}double>',
        '"Aé-ü-b"',
        '"x"@en',
        '""',
        f"<{EX}n2>",
        f"<{EX}n3>",
        "_:b",
        f"<{EX}n1>",
        f"<{EX}Android>",
    ]
    subjects = [f"<{EX}n{i}>" for i in range(5)] + ["_:b", "_:c"]
    predicates = [f"<{EX}{name}>" for name in ("p", "q", "r", "age", "name", "start", "end", "other")]
    for i, subject in enumerate(subjects):
        kind = ("Person", "Robot", "Android", "Agent", "Thing")[i % 5]
        lines.append(f"{subject} {RDF_TYPE} <{EX}{kind}> .")
        for j, predicate in enumerate(predicates):
            for k in range(3):
                lines.append(f"{subject} {predicate} {objects[(5 * i + 3 * j + 7 * k) % len(objects)]} .")
    return "\n".join(lines) + "\n"


DATA = _data()
