"""A report for people, in the layout that users of pySHACL know, and as JSON: result by result."""

from __future__ import annotations

from cns.naming import Namer
from cns.terms import BlankNode, Iri, Literal, escape_string
from cns.vocab import SH_NS, SH_VIOLATION, XSD_NS
from cython_optimizations import cstructs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cns.runtime.report import Report
    from cns.runtime.results import Decoder
    from cns.terms import Term


def human(report: Report, decoder: Decoder) -> Iterator[str]:
    yield f"Validation Report\nConforms: {report.conforms}\n"
    if report.skipped.count:
        yield f"Left out of the data: {report.skipped.count} bad statements\n"
    if not len(report):
        return
    yield f"Results ({len(report)}):\n"
    namer = Namer(decoder.prefixes())
    for hit in report.hits:
        result, origin = decoder.result(hit), decoder.origin(hit[0])
        title = "Constraint Violation" if result.severity == SH_VIOLATION else "Validation Result"
        lines = [f"{title} in {result.component.removeprefix(SH_NS)} ({result.component}):"]
        lines.append(f"Severity: {_short(namer, result.severity)}")
        lines.append(f"Source Shape: {origin.label}")
        lines.append(f"Focus Node: {_short(namer, result.focus)}")
        if result.value is not None:
            lines.append(f"Value Node: {_short(namer, result.value)}")
        if result.path:
            complex_path = hit[3] == cstructs.NONE and result.path[0] in "[("
            lines.append(f"Result Path: {result.path if complex_path else _short(namer, Iri(result.path))}")
        lines += (f"Message: {message.lexical}" for message in result.messages)
        yield "\n\t".join(_one_line(line) for line in lines) + "\n"


def as_json(report: Report) -> Iterator[str]:
    import json

    left_out = f'"leftOut": {report.skipped.count}, ' if report.skipped.count else ""
    yield f'{{"conforms": {json.dumps(report.conforms)}, {left_out}"results": ['
    for number, result in enumerate(report):
        row = {
            "focusNode": _json_term(result.focus),
            "resultPath": result.path or None,
            "value": None if result.value is None else _json_term(result.value),
            "sourceShape": _json_term(result.shape),
            "sourceConstraintComponent": str(result.component),
            "resultSeverity": str(result.severity),
            "resultMessage": [_json_term(message) for message in result.messages],
        }
        yield ("," if number else "") + "\n  " + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n" if len(report) else "]}\n"


def _short(namer: Namer, term: Term) -> str:
    """As pySHACL prints terms: prefixed where possible, literals in its own notation."""
    if isinstance(term, Literal):
        quoted = f'"{escape_string(term.lexical)}"'
        if term.language:
            return f"Literal({quoted}, lang={term.language})"
        if term.datatype == XSD_NS + "string":
            return f"Literal({quoted})"
        return f"Literal({quoted}, datatype={namer.iri(term.datatype)})"
    return namer(term)


def _one_line(text: str) -> str:
    """What comes from data must not look like a line of the report."""
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _json_term(term: Term) -> dict[str, str]:
    if not isinstance(term, Literal):
        return {"type": "bnode" if isinstance(term, BlankNode) else "uri", "value": str(term)}
    row = {"type": "literal", "value": term.lexical}
    if term.language:
        return row | {"xml:lang": term.language}
    return row | {"datatype": str(term.datatype)}
