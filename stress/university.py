"""A university: LUBM's vocabulary and structure, at any size, from a seed, with a chosen share of errors.

python -m stress.university --triples 100000 --errors 0.01 --output data.nt
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

UB = "http://swat.cse.lehigh.edu/onto/univ-bench.owl#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "http://www.w3.org/2001/XMLSchema#"

ONTOLOGY = f"""\
@prefix ub: <{UB}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ub:Employee rdfs:subClassOf ub:Person .
ub:Student rdfs:subClassOf ub:Person .
ub:Faculty rdfs:subClassOf ub:Employee .
ub:Professor rdfs:subClassOf ub:Faculty .
ub:FullProfessor rdfs:subClassOf ub:Professor .
ub:AssociateProfessor rdfs:subClassOf ub:Professor .
ub:AssistantProfessor rdfs:subClassOf ub:Professor .
ub:Lecturer rdfs:subClassOf ub:Faculty .
ub:UndergraduateStudent rdfs:subClassOf ub:Student .
ub:GraduateStudent rdfs:subClassOf ub:Student .
ub:TeachingAssistant rdfs:subClassOf ub:GraduateStudent .
ub:GraduateCourse rdfs:subClassOf ub:Course .
ub:Department rdfs:subClassOf ub:Organization .
ub:University rdfs:subClassOf ub:Organization .
"""

SHAPES = f"""\
@prefix ub: <{UB}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <{XSD}> .
@prefix s: <http://example.org/shapes#> .

s:Person a sh:NodeShape ;
    sh:targetClass ub:Person ;
    sh:nodeKind sh:IRI ;
    sh:property [ sh:path ub:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path ub:emailAddress ; sh:maxCount 1 ; sh:datatype xsd:string ;
                  sh:pattern "^[^@ ]+@[^@ ]+$" ] ;
    sh:property [ sh:path ub:telephone ; sh:datatype xsd:string ; sh:minLength 7 ] .

s:Faculty a sh:NodeShape ;
    sh:targetClass ub:Faculty ;
    sh:property [ sh:path ub:worksFor ; sh:minCount 1 ; sh:class ub:Department ] ;
    sh:property [ sh:path ub:teacherOf ; sh:minCount 1 ; sh:class ub:Course ] ;
    sh:property [ sh:path ub:doctoralDegreeFrom ; sh:maxCount 1 ; sh:class ub:University ] .

s:FullProfessor a sh:NodeShape ;
    sh:targetClass ub:FullProfessor ;
    sh:property [ sh:path ub:age ; sh:datatype xsd:integer ; sh:minInclusive 25 ; sh:maxExclusive 100 ] .

s:GraduateStudent a sh:NodeShape ;
    sh:targetClass ub:GraduateStudent ;
    sh:and ( [ sh:property [ sh:path ub:advisor ; sh:minCount 1 ; sh:class ub:Professor ] ]
             [ sh:property [ sh:path ub:takesCourse ; sh:minCount 1 ; sh:maxCount 4 ] ] ) ;
    sh:property [ sh:path ub:takesCourse ; sh:or ( [ sh:class ub:GraduateCourse ] [ sh:class ub:Course ] ) ] .

s:UndergraduateStudent a sh:NodeShape ;
    sh:targetClass ub:UndergraduateStudent ;
    sh:property [ sh:path ub:takesCourse ; sh:minCount 1 ; sh:class ub:Course ] ;
    sh:property [ sh:path ub:memberOf ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ; sh:class ub:Department ] .

s:Department a sh:NodeShape ;
    sh:targetClass ub:Department ;
    sh:property [ sh:path ub:subOrganizationOf ; sh:minCount 1 ; sh:class ub:University ] ;
    sh:property [ sh:path [ sh:inversePath ub:headOf ] ; sh:minCount 1 ; sh:maxCount 1 ] .

s:Publication a sh:NodeShape ;
    sh:targetClass ub:Publication ;
    sh:property [ sh:path ub:publicationAuthor ; sh:minCount 1 ; sh:class ub:Person ] ;
    sh:property [ sh:path ub:publicationDate ; sh:datatype xsd:date ; sh:maxCount 1 ] .
"""

_RANKS = ("FullProfessor", "AssociateProfessor", "AssistantProfessor", "Lecturer")


class _University:
    """Triples as N-Triples lines, department by department."""

    def __init__(self, seed: int, errors: float) -> None:
        self.random = random.Random(seed)
        self.errors = errors

    def wrong(self) -> bool:
        return self.errors > 0 and self.random.random() < self.errors

    def line(self, subject: str, predicate: str, value: str) -> str:
        return f"<{subject}> <{UB}{predicate}> {value} .\n"

    def typed(self, subject: str, cls: str) -> str:
        return f"<{subject}> {RDF_TYPE} <{UB}{cls}> .\n"

    def person(self, iri: str, cls: str, number: int) -> Iterator[str]:
        yield self.typed(iri, cls)
        if not self.wrong():
            yield self.line(iri, "name", f'"{cls}{number}"')
        address = "nowhere" if self.wrong() else f"{cls}{number}@{iri[7:30].strip('/')}"
        yield self.line(iri, "emailAddress", f'"{address}"')
        yield self.line(iri, "telephone", '"none"' if self.wrong() else f'"+49-{self.random.randrange(10**7, 10**8)}"')

    def department(self, university: int, number: int) -> Iterator[str]:
        base = f"http://www.Department{number}.University{university}.edu"
        home = f"http://www.University{university}.edu"
        yield self.typed(base, "Department")
        yield self.line(base, "subOrganizationOf", f"<{home}>")
        courses = [f"{base}/Course{i}" for i in range(20)] + [f"{base}/GraduateCourse{i}" for i in range(12)]
        for course in courses:
            yield self.typed(course, "GraduateCourse" if "/Graduate" in course else "Course")
            yield self.line(course, "name", f'"{course.rpartition("/")[2]}"')
        professors: list[str] = []
        for rank in _RANKS:
            for i in range(8):
                yield from self.faculty(base, home, rank, i, courses, professors)
        for i in range(110):
            yield from self.student(base, i, "UndergraduateStudent", courses[:20], professors)
        for i in range(30):
            yield from self.student(base, i, "GraduateStudent", courses[20:], professors)

    def faculty(
        self, base: str, home: str, rank: str, number: int, courses: list[str], professors: list[str]
    ) -> Iterator[str]:
        iri = f"{base}/{rank}{number}"
        if rank != "Lecturer":
            professors.append(iri)
        yield from self.person(iri, rank, number)
        yield self.line(iri, "worksFor", f"<{courses[0] if self.wrong() else base}>")
        for course in self.random.sample(courses, 2):
            yield self.line(iri, "teacherOf", f"<{course}>")
        yield self.line(iri, "doctoralDegreeFrom", f"<{home}>")
        if rank == "FullProfessor":
            age = 17 if self.wrong() else self.random.randrange(30, 70)
            yield self.line(iri, "age", f'"{age}"^^<{XSD}integer>')
            if number == 0:
                yield self.line(iri, "headOf", f"<{base}>")
        for paper in range(3):
            publication = f"{iri}/Publication{paper}"
            yield self.typed(publication, "Publication")
            yield self.line(publication, "name", f'"Publication{paper}"')
            yield self.line(publication, "publicationAuthor", f"<{iri}>")
            day = (
                "2024-02-30"
                if self.wrong()
                else f"20{self.random.randrange(10, 25)}-0{self.random.randrange(1, 10)}-15"
            )
            yield self.line(publication, "publicationDate", f'"{day}"^^<{XSD}date>')

    def student(self, base: str, number: int, cls: str, courses: list[str], professors: list[str]) -> Iterator[str]:
        iri = f"{base}/{cls}{number}"
        yield from self.person(iri, cls, number)
        yield self.line(iri, "memberOf", f"<{base}>")
        for course in self.random.sample(courses, self.random.randrange(1, 4)):
            yield self.line(iri, "takesCourse", f"<{base if self.wrong() else course}>")
        if cls == "GraduateStudent" and not self.wrong():
            yield self.line(iri, "advisor", f"<{self.random.choice(professors)}>")

    def triples(self) -> Iterator[str]:
        university = 0
        while True:
            home = f"http://www.University{university}.edu"
            yield self.typed(home, "University")
            yield self.line(home, "name", f'"University{university}"')
            for number in range(15):
                yield from self.department(university, number)
            university += 1


def triples(count: int, seed: int = 1, errors: float = 0.001) -> Iterator[str]:
    """About ``count`` N-Triples lines: the last department is left whole."""
    for number, line in enumerate(_University(seed, errors).triples()):
        if number >= count and line.endswith("#Department> .\n"):
            return
        yield line


def main() -> None:
    parser = argparse.ArgumentParser(description="Write university data as N-Triples.")
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.001)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    with options.output.open("w", encoding="utf-8") as file:
        file.writelines(triples(options.triples, options.seed, options.errors))


if __name__ == "__main__":
    main()
