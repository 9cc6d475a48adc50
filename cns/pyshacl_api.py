"""``cns.validate``: pySHACL's function, with its parameters and its return triple, on our engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cns.errors import UnsupportedError, UsageError
from cns.options import CompileOptions
from cns.vocab import SH_INFO, SH_WARNING

if TYPE_CHECKING:
    import rdflib

    from cns.runtime.report import Report

_MEANINGLESS_UNLESS_TRUE = frozenset({"js", "iterate_rules", "check_dash_result", "check_sht_result"})
"""What pySHACL also takes: of SHACL-JS, of rules, of its own tests."""
_INFERENCE = ("none", "rdfs", "owlrl", "both")


def validate(
    data_graph: Any,
    *,
    shacl_graph: Any = None,
    ont_graph: Any = None,
    advanced: bool = False,
    inference: str | None = None,
    inplace: bool = False,
    abort_on_first: bool = False,
    allow_infos: bool = False,
    allow_warnings: bool = False,
    max_validation_depth: int | None = None,
    sparql_mode: bool = False,
    focus_nodes: Sequence[str] | None = None,
    use_shapes: Sequence[str] | None = None,
    multi_data_graphs_mode: str | None = None,
    meta_shacl: bool = True,
    do_owl_imports: bool = False,
    data_graph_format: str | None = None,
    shacl_graph_format: str | None = None,
    ont_graph_format: str | None = None,
    serialize_report_graph: bool | str = False,
    debug: bool = False,
    **kwargs: Any,
) -> tuple[bool, rdflib.Graph | bytes, str]:
    """(conforms, report graph, text). The data is validated together with ``ont_graph``, as pySHACL does it; several
    data graphs are one (``multi_data_graphs_mode="combine"``).

    ``advanced`` and ``debug`` change nothing here: what cns cannot do is refused either way. ``inplace`` neither: the
    data is never written to. Shapes do not recurse, so that ``max_validation_depth`` never bites.
    """
    del advanced, inplace, max_validation_depth, debug
    _refuse(sparql_mode, inference, multi_data_graphs_mode, kwargs)
    from cns import pipeline
    from cns.validator import Validator

    shapes = data_graph if shacl_graph is None else shacl_graph
    options = CompileOptions(
        format=shacl_graph_format or (data_graph_format if shacl_graph is None else None),
        imports=do_owl_imports,
        network=do_owl_imports,
        meta_shacl=meta_shacl,
    )
    compiled = pipeline.compile_shapes(None, shapes, options)
    validator = Validator(compiled.blob, compiled.warnings)
    data = _data_graph(data_graph, data_graph_format, ont_graph, ont_graph_format, inference)
    report = validator.validate(data, format=data_graph_format, focus=focus_nodes, shapes=use_shapes)
    conforms = conforms_allowing(report, infos=allow_infos, warnings=allow_warnings)
    if abort_on_first and len(report) > 1:
        report = report.first(1)
    graph = report.graph()
    if serialize_report_graph:
        name = serialize_report_graph if isinstance(serialize_report_graph, str) else "turtle"
        return conforms, graph.serialize(format=name, encoding="utf-8"), report.text()
    return conforms, graph, report.text()


def conforms_allowing(report: Report, *, infos: bool, warnings: bool) -> bool:
    """The verdict where results of the lesser severities do not count."""
    allowed = ({SH_INFO} if infos or warnings else set()) | ({SH_WARNING} if warnings else set())
    return report.conforms or (bool(allowed) and report.count_by_severity().keys() <= allowed)


def _refuse(sparql_mode: bool, inference: str | None, mode: str | None, rest: dict[str, Any]) -> None:
    if sparql_mode:
        raise UnsupportedError("CNS320", "sparql_mode: cns does not query an endpoint", hint="leave sparql_mode out")
    if inference is not None and inference not in _INFERENCE:
        raise UsageError("CNS904", f"unknown inference {inference!r}", hint=f"use one of {', '.join(_INFERENCE)}")
    if mode not in (None, "combine"):
        raise UnsupportedError(
            "CNS320", f"multi_data_graphs_mode={mode!r} is not supported", hint="call cns.validate once for each graph"
        )
    for name in sorted(rest):
        if name not in _MEANINGLESS_UNLESS_TRUE:
            raise UsageError("CNS905", f"validate() has no parameter {name!r}", hint="see help(cns.validate)")
        if rest[name]:
            raise UnsupportedError("CNS320", f"{name} is not supported", hint=f"leave {name} out")


def _data_graph(
    data: Any, format: str | None, ontology: Any, ontology_format: str | None, inference: str | None
) -> Any:
    """The sources as they are, or, where triples must be inferred, one rdflib graph with them."""
    if inference in (None, "none") and ontology is None:
        return data
    if inference in (None, "none") and ontology_format == format:
        return [data, ontology]
    from cns.frontend.inference import expanded

    return expanded([(data, format), (ontology, ontology_format)], inference or "none")
