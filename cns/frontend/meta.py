"""The W3C's shapes for shapes (shacl-shacl), as pySHACL ships them, and their verdicts as errors.

The net below this package's own rules: the pipeline validates the shapes graph with it, on an engine of its own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cns.errors import LoadError, ShapeError
from cns.frontend.labels import Labels
from cns.frontend.load import Sources
from cns.frontend.paths import PATH_FORMS, SH_PATH
from cns.frontend.rules import DERIVED_INTEGERS, ShapeView, rule_url, section_url
from cns.frontend.triples import TripleIndex
from cns.terms import Iri, Literal, Node, Term
from cns.vocab import RDF_FIRST, RDF_REST, SH_NS, sh

_INTEGER_PARAMETERS = tuple(
    map(sh, ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"))
)
_RULE_SUFFIX = {
    sh("DatatypeConstraintComponent"): "datatype",
    sh("NodeKindConstraintComponent"): "nodeKind",
    sh("MaxCountConstraintComponent"): "maxCount",
    sh("MinCountConstraintComponent"): "minCount",
    sh("NodeConstraintComponent"): "node",
    sh("InConstraintComponent"): "in",
}
_WHOLE_SHAPE = frozenset(map(sh, ("XoneConstraintComponent", "OrConstraintComponent", "NodeConstraintComponent")))
"""Components by which a meta shape says of a shape, path or list that something in it is wrong."""


@dataclass(frozen=True, slots=True)
class MetaResult:
    """One validation result of the meta shapes on a shapes graph."""

    focus: Term
    path: Iri | None
    component: Iri
    message: str = ""
    value: Term | None = None


def meta_shapes_path() -> Path:
    """Where pySHACL keeps ``shacl-shacl.ttl``; pySHACL itself is not imported."""
    spec = importlib.util.find_spec("pyshacl")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "assets" / "shacl-shacl.ttl"
        if path.is_file():
            return path
    raise LoadError(
        "CNS101",
        "shacl-shacl.ttl, the shapes for shapes, is not there",
        hint="install pyshacl, which ships it: pip install pyshacl",
    )


def violations_to_error(sources: Sources, results: Iterable[MetaResult]) -> ShapeError | None:
    """The first result that counts, as an error; None if there is none."""
    index = sources.shapes
    for result in results:
        if not tolerated(index, result):
            return _error(index, Labels(index, sources.prefixes), result)
    return None


def tolerated(index: TripleIndex, result: MetaResult) -> bool:
    """What the meta shapes refuse and cns accepts with a warning.

    A path that is a list and something else besides (the W3C's path-strange tests need it), and counts of a type
    derived from xsd:integer.
    """
    if result.path in _INTEGER_PARAMETERS and result.component == sh("DatatypeConstraintComponent"):
        return isinstance(result.value, Literal) and result.value.datatype in DERIVED_INTEGERS
    nodes = [node for node in (result.focus, result.value) if node is not None and not isinstance(node, Literal)]
    return result.component in _WHOLE_SHAPE and any(_is_odd(index, node) for node in nodes)


def _is_odd(index: TripleIndex, node: Node) -> bool:
    integers = (value for parameter in _INTEGER_PARAMETERS for value in index.objects(node, parameter))
    if any(isinstance(value, Literal) and value.datatype in DERIVED_INTEGERS for value in integers):
        return True
    return any(_is_strange_path(index, path) for path in (node, *index.objects(node, SH_PATH)))


def _is_strange_path(index: TripleIndex, start: Term) -> bool:
    """Whether some node of a path is a list and has another path form too."""
    seen: dict[Term, None] = {start: None}
    for node in (pending := [start]):  # grows while we walk it
        properties = index.properties(node)
        if RDF_FIRST in properties and not PATH_FORMS.isdisjoint(properties):
            return True
        for predicate in (RDF_FIRST, RDF_REST, *sorted(PATH_FORMS)):
            fresh = [value for value in properties.get(predicate, ()) if value not in seen]
            seen.update(dict.fromkeys(fresh))
            pending.extend(fresh)
    return False


def _error(index: TripleIndex, labels: Labels, result: MetaResult) -> ShapeError:
    about = f"sh:{result.path.removeprefix(SH_NS)}" if result.path else "the shape"
    shown = f" ({labels(result.value)})" if result.value is not None else ""
    why = result.message or f"it violates {labels(result.component)} of the shapes for shapes"
    message = f"{about}{shown} is ill-formed: {why}"
    hint = "compare it with the rule; what the shapes for shapes ask is in shacl-shacl.ttl"
    spec = _rule(result)
    if isinstance(result.focus, Literal):
        return ShapeError("CNS240", f"{labels(result.focus)}: {message}", hint=hint, spec=spec)
    where = ShapeView(index, labels, result.focus, lambda _: None).where(result.path)
    return ShapeError("CNS240", message, where=where, hint=hint, spec=spec)


def _rule(result: MetaResult) -> str:
    suffix = _RULE_SUFFIX.get(result.component)
    if result.path is None or suffix is None or not result.path.startswith(SH_NS):
        return section_url("shapes")
    return rule_url(f"{result.path.removeprefix(SH_NS)}-{suffix}")
