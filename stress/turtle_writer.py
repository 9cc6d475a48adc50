"""N-Triples as Turtle the way rdflib and RIOT write it: prefixes, ``a``, ``;`` and ``,``, one predicate a line.

python -m stress.turtle_writer --triples 1000000 --output data.ttl
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from .university import RDF_TYPE, UB, XSD, triples

PREFIXES = {"ub": UB, "xsd": XSD, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}

COMMA, SEMICOLON = ",\n        ", " ;\n    "

_LINE = re.compile(r"(\S+) (\S+) (.*) \.\s*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TYPED = re.compile(r'(".*")\^\^(<[^>]*>)', re.DOTALL)
_SHORT = {f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+"), f"<{XSD}boolean>": re.compile("true|false")}


def short(term: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """A prefixed name, a number or ``true`` where Turtle has one for the N-Triples term."""
    if term.startswith("<"):
        for prefix, iri in prefixes.items():
            if term.startswith(iri, 1) and _NAME.fullmatch(term, len(iri) + 1, len(term) - 1):
                return f"{prefix}:{term[len(iri) + 1 : -1]}"
    elif typed := _TYPED.fullmatch(term):
        text, datatype = typed.groups()
        plain = _SHORT.get(datatype)
        return text[1:-1] if plain and plain.fullmatch(text[1:-1]) else f"{text}^^{short(datatype, prefixes)}"
    return term


def statement(subject: str, pairs: Iterable[tuple[str, str]], prefixes: Mapping[str, str] = PREFIXES) -> str:
    """One subject with all that is said of it; a predicate stands once, where it comes first, as its writers do."""
    by_predicate: dict[str, list[str]] = {}
    for predicate, value in pairs:
        by_predicate.setdefault(predicate, []).append(short(value, prefixes))
    said = (
        f"{'a' if predicate == RDF_TYPE else short(predicate, prefixes)} {COMMA.join(values)}"
        for predicate, values in by_predicate.items()
    )
    return f"{short(subject, prefixes)} {SEMICOLON.join(said)} .\n\n"


def turtle(lines: Iterable[str], prefixes: Mapping[str, str] = PREFIXES) -> Iterator[str]:
    """N-Triples lines, those of a subject together, as pieces of a Turtle document."""
    for prefix, iri in prefixes.items():
        yield f"@prefix {prefix}: <{iri}> .\n"
    yield "\n"
    parts = (match.groups() for match in map(_LINE.fullmatch, lines) if match)
    for subject, group in groupby(parts, key=lambda part: part[0]):
        yield statement(subject, ((predicate, value) for _, predicate, value in group), prefixes)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write university data as Turtle.")
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.001)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    with options.output.open("w", encoding="utf-8") as file:
        file.writelines(turtle(triples(options.triples, options.seed, options.errors)))


if __name__ == "__main__":
    main()
