"""SHACL-SPARQL, the advanced features, JavaScript and the 1.2 drafts: recognised, named, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cns.errors import SourceRef, UnsupportedError
from cns.frontend.labels import Labels
from cns.frontend.rules import XSD_BOOLEAN
from cns.frontend.triples import TripleIndex
from cns.frontend.vocabulary import NEWER_PARAMETERS
from cns.terms import Iri, Literal, Node, Term
from cns.vocab import SH_NS, sh

_SPEC_SPARQL = "https://www.w3.org/TR/shacl/#part2"
_SPEC_ADVANCED = "https://www.w3.org/TR/shacl-af/"
_HINT = "take them out of the shapes graph, or compile with ignore_unsupported=True to leave them unchecked"
_TRUE = Literal("true", XSD_BOOLEAN)

_BY_PREDICATE: dict[Iri, tuple[str, str]] = {
    sh("sparql"): ("CNS301", "SPARQL-based constraint"),
    sh("target"): ("CNS303", "custom target"),
    sh("rule"): ("CNS304", "rule"),
    sh("values"): ("CNS304", "rule for property values"),
    sh("expression"): ("CNS306", "node expression"),
    sh("js"): ("CNS307", "JavaScript constraint"),
    sh("entailment"): ("CNS308", "entailment regime"),
    **dict.fromkeys(sorted(NEWER_PARAMETERS), ("CNS309", "parameter of the SHACL 1.2 drafts")),
}
_BY_TYPE: dict[Iri, tuple[str, str]] = {
    sh("SPARQLFunction"): ("CNS305", "SPARQL function"),
    sh("JSFunction"): ("CNS305", "JavaScript function"),
}
_SEVERAL_KINDS = "CNS300"


@dataclass(frozen=True, slots=True)
class Unsupported:
    """One construct of one shape that cns does not do."""

    code: str
    text: str
    where: SourceRef


def find_unsupported(index: TripleIndex, labels: Labels, shapes: frozenset[Node]) -> list[Unsupported]:
    """All of them, in document order. What stands on a deactivated shape has no effect, and is let be."""
    found: list[Unsupported] = []
    components = _custom_components(index)
    instances = {type_: index.instances(type_) for type_ in _BY_TYPE}
    for subject, properties in index.items():
        kinds = [(_BY_PREDICATE[p], p) for p in properties if p in _BY_PREDICATE]
        types = [(kind, type_) for type_, kind in _BY_TYPE.items() if subject in instances[type_]]
        used = [c for c, mandatory in components if subject in shapes and all(p in properties for p in mandatory)]
        if not (kinds or types or used) or _TRUE in properties.get(sh("deactivated"), ()):
            continue
        for (code, kind), predicate in kinds:
            values = ", ".join(map(labels, properties[predicate][:3]))
            found.append(_unsupported(index, labels, subject, code, f"{kind}: {_name(predicate)} {values}", predicate))
        for (code, kind), type_ in types:
            found.append(_unsupported(index, labels, subject, code, f"{kind} ({_name(type_)})"))
        for component in used:
            found.append(
                _unsupported(index, labels, subject, "CNS302", f"custom constraint component {labels(component)}")
            )
    return found


def refuse(found: list[Unsupported]) -> UnsupportedError:
    codes = {item.code for item in found}
    code = found[0].code if len(codes) == 1 else _SEVERAL_KINDS
    lines = "".join(f"\n  - {item.where}: {item.text}" for item in found)
    return UnsupportedError(
        code,
        f"the shapes graph asks for {len(found)} thing(s) that cns does not do:{lines}",
        where=found[0].where,
        hint=_HINT,
        spec=_SPEC_SPARQL if codes <= {"CNS301", "CNS302"} else _SPEC_ADVANCED,
    )


def ignored(found: list[Unsupported], warn: Callable[[str], None]) -> None:
    for item in found:
        warn(f"{item.where}: ignored, because cns does not do it: {item.text}")


def _custom_components(index: TripleIndex) -> list[tuple[Node, tuple[Iri, ...]]]:
    """``(component, mandatory parameters)`` for each component that the shapes graph declares beside SHACL's own."""
    return [
        (component, mandatory)
        for component in sorted(index.instances(sh("ConstraintComponent")))
        if not component.startswith(SH_NS)
        if (mandatory := tuple(_mandatory_parameters(index, component)))
    ]


def _mandatory_parameters(index: TripleIndex, component: Node) -> Iterator[Iri]:
    for parameter in index.objects(component, sh("parameter")):
        path = index.value(parameter, sh("path"))
        if isinstance(path, Iri) and _TRUE not in index.objects(parameter, sh("optional")):
            yield path


def _unsupported(
    index: TripleIndex, labels: Labels, subject: Node, code: str, text: str, predicate: Iri | None = None
) -> Unsupported:
    source, line = index.place(subject)
    where = SourceRef(source, line, None, labels(subject), _name(predicate) if predicate else "")
    return Unsupported(code, text, where)


def _name(term: Term) -> str:
    return "sh:" + str(term).removeprefix(SH_NS)
