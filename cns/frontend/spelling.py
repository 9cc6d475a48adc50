"""Terms of the ``sh:`` namespace that no SHACL document defines: most are misspelled, and SHACL would ignore them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from cns.frontend.labels import Labels
from cns.frontend.triples import TripleIndex
from cns.frontend.vocabulary import CLASSES, PREDICATES, SEVERITIES
from cns.terms import Iri, Node
from cns.vocab import RDF_TYPE, SH_NS, sh

_SH_SEVERITY = sh("severity")


def unknown_terms(index: TripleIndex, labels: Labels) -> Iterator[str]:
    """One warning for each unknown term, with the nearest known one and the first shape that has it."""
    predicates: dict[Iri, list[Node]] = {}
    for subject, properties in index.items():
        for predicate in properties:
            if predicate not in PREDICATES and predicate.startswith(SH_NS):
                predicates.setdefault(predicate, []).append(subject)
    yield from _warnings(predicates, PREDICATES, index, labels)
    for used_as, known in ((RDF_TYPE, CLASSES), (_SH_SEVERITY, SEVERITIES)):
        objects: dict[Iri, list[Node]] = {}
        for subject, value in index.pairs(used_as):
            if isinstance(value, Iri) and value.startswith(SH_NS) and value not in known:
                objects.setdefault(value, []).append(subject)
        yield from _warnings(objects, known, index, labels)


def nearest(term: Iri, known: Iterable[Iri]) -> Iri | None:
    """The known term that someone who wrote ``term`` most likely meant."""
    by_lower = {iri.removeprefix(SH_NS).lower(): iri for iri in sorted(known)}
    close = difflib.get_close_matches(term.removeprefix(SH_NS).lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


def _warnings(found: dict[Iri, list[Node]], known: frozenset[Iri], index: TripleIndex, labels: Labels) -> Iterator[str]:
    for term in sorted(found):
        guess = nearest(term, known)
        name = "sh:" + term.removeprefix(SH_NS)
        advice = f"did you mean sh:{guess.removeprefix(SH_NS)}?" if guess else "SHACL has no such term; it is ignored"
        source, line = index.place(found[term][0])
        place = f"{source}:{line}" if line is not None else source
        more = f" and {len(found[term]) - 1} more" if len(found[term]) > 1 else ""
        yield f"{name}: {advice} ({place}, {labels(found[term][0])}{more})"
