"""Two validation reports, compared whole: conforms, and the multiset of results.

Results are compared by focus node, path (up to blank nodes), value, source shape (a blank source shape is any blank
node), component, source constraint, severity, and by the messages that the expected report names. Blank nodes of the
data must map onto each other consistently. Besides, the report graph must be shaped as the recommendation says (3.6).
"""

from __future__ import annotations

from collections import Counter

from rdflib import RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

SH = Namespace("http://www.w3.org/ns/shacl#")

Key = tuple[tuple[str, tuple[object, ...]], ...]


def differences(expected: Graph, expected_report: Node, actual: Graph) -> list[str]:
    """What is wrong with ``actual``, one line each; empty if the reports agree."""
    faults = shape_faults(actual)
    if faults:
        return faults
    report = next(actual.subjects(RDF.type, SH.ValidationReport))
    want, got = _boolean(expected, expected_report), _boolean(actual, report)
    if want != got:
        faults.append(f"sh:conforms: expected {want}, got {got}")
    messages = set(expected.objects(None, SH.resultMessage))
    wanted = [_key(expected, r, messages) for r in expected.objects(expected_report, SH.result)]
    found = [_key(actual, r, messages) for r in actual.objects(report, SH.result)]
    missing, extra = Counter(map(_anonymous, wanted)), Counter(map(_anonymous, found))
    faults += [f"missing x{n}: {_show(key)}" for key, n in (missing - extra).items()]
    faults += [f"extra   x{n}: {_show(key)}" for key, n in (extra - missing).items()]
    if not faults and not isomorphic(_as_graph(wanted), _as_graph(found)):
        faults.append("the results agree one by one, but their blank nodes do not map onto each other")
    return faults


# --------------------------------------------------------------------------- the shape of a report (3.6)

EXACTLY_ONE = (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent)
AT_MOST_ONE = (SH.resultPath, SH.value, SH.sourceShape, SH.sourceConstraint)


def shape_faults(graph: Graph) -> list[str]:
    """Where ``graph`` is not what 3.6.1 and 3.6.2 ask of a validation report."""
    reports = list(graph.subjects(RDF.type, SH.ValidationReport))
    if len(reports) != 1:
        return [f"{len(reports)} instances of sh:ValidationReport"]
    conforms = list(graph.objects(reports[0], SH.conforms))
    if len(conforms) != 1 or not isinstance(conforms[0], Literal) or conforms[0].datatype != XSD.boolean:
        return [f"sh:conforms is {conforms}: not exactly one xsd:boolean"]
    results = list(graph.objects(reports[0], SH.result))
    faults = [fault for result in results for fault in _result_faults(graph, result)]
    if _boolean(graph, reports[0]) != (not results):
        faults.append(f"sh:conforms is {conforms[0]} and there are {len(results)} results")
    return faults


def _result_faults(graph: Graph, result: Node) -> list[str]:
    faults = []
    if (result, RDF.type, SH.ValidationResult) not in graph:
        faults.append("a result is no sh:ValidationResult")
    for predicate in EXACTLY_ONE:
        if len(list(graph.objects(result, predicate))) != 1:
            faults.append(f"a result has not exactly one {_short(predicate)}")
    for predicate in AT_MOST_ONE:
        if len(list(graph.objects(result, predicate))) > 1:
            faults.append(f"a result has more than one {_short(predicate)}")
    for predicate in (SH.resultSeverity, SH.sourceConstraintComponent):
        if any(not isinstance(value, URIRef) for value in graph.objects(result, predicate)):
            faults.append(f"{_short(predicate)} of a result is no IRI")
    for message in graph.objects(result, SH.resultMessage):
        if not isinstance(message, Literal) or message.datatype not in (None, XSD.string):
            faults.append("a sh:resultMessage is neither a xsd:string nor a literal with a language")
    return faults


def _boolean(graph: Graph, report: Node) -> bool:
    return str(graph.value(report, SH.conforms)) in ("true", "1")


# --------------------------------------------------------------------------- one result as a value

_TERMS = (SH.focusNode, SH.value, SH.sourceConstraint, SH.sourceConstraintComponent, SH.resultSeverity)


def _key(graph: Graph, result: Node, messages: set[Node]) -> Key:
    fields: list[tuple[str, tuple[object, ...]]] = [
        (_short(predicate), tuple(sorted((term(o) for o in graph.objects(result, predicate)), key=repr)))
        for predicate in _TERMS
    ]
    shapes = tuple("_:" if isinstance(o, BNode) else term(o) for o in graph.objects(result, SH.sourceShape))
    fields.append(("sourceShape", shapes))
    fields.append(("resultPath", tuple(path_text(graph, o) for o in graph.objects(result, SH.resultPath))))
    said = (term(o) for o in graph.objects(result, SH.resultMessage) if o in messages)
    fields.append(("resultMessage", tuple(sorted(said, key=repr))))
    return tuple(fields)


def term(node: Node) -> object:
    """A term as a value: blank nodes stay themselves, all else becomes text."""
    if isinstance(node, BNode):
        return node
    if isinstance(node, Literal):
        datatype = "" if node.language else node.datatype or XSD.string
        return f'"{node!s}"@{node.language.lower()}' if node.language else f'"{node!s}"^^<{datatype}>'
    return f"<{node}>"


def path_text(graph: Graph, node: Node, above: tuple[Node, ...] = ()) -> str:
    """Equal texts for equal path structures. Everything at a blank node counts, so that no second form hides."""
    if not isinstance(node, BNode):
        return str(term(node))
    if node in above:
        return "!loop"
    parts = []
    for predicate, obj in sorted(graph.predicate_objects(node)):
        parts.append(f"{_short(predicate)} {path_text(graph, obj, (*above, node))}")
    return "[" + "; ".join(sorted(parts)) + "]"


def _anonymous(key: Key) -> Key:
    return tuple((name, tuple("_:" if isinstance(v, BNode) else v for v in values)) for name, values in key)


def _as_graph(keys: list[Key]) -> Graph:
    """One blank node per result; what is no blank node of the data becomes a string."""
    graph = Graph()
    for key in keys:
        node = BNode()
        for name, values in key:
            for value in values:
                graph.add((node, SH[name], value if isinstance(value, BNode) else Literal(str(value))))
    return graph


def _show(key: Key) -> str:
    return ", ".join(f"{name}={' '.join(map(str, values))}" for name, values in key if values)


def _short(predicate: Node) -> str:
    return str(predicate).replace("#", "/").rsplit("/", 1)[-1]
