"""cns: compile an ontology and SHACL shapes ahead of time, validate RDF at the speed of C.

validator = cns.compile("ontology.ttl", "shapes.ttl")
report = validator.validate("data.nt")
print(report.conforms, len(report))
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # as type checkers know it; to import typing for it would take longer than all that is below
if TYPE_CHECKING:
    from typing import Any

    from cns.errors import (
        CnsError,
        CnsWarning,
        EngineError,
        LoadError,
        ProgramError,
        ShapeError,
        SourceRef,
        UnsupportedError,
        UsageError,
    )
    from cns.options import ReadOptions
    from cns.pyshacl_api import validate
    from cns.runtime.report import Report
    from cns.runtime.results import Result
    from cns.terms import BlankNode, Iri, Literal
    from cns.validator import Validator, compile

_HOMES = {
    "compile": "cns.validator",
    "Validator": "cns.validator",
    "validate": "cns.pyshacl_api",
    "Report": "cns.runtime.report",
    "Result": "cns.runtime.results",
    "ReadOptions": "cns.options",
    "Iri": "cns.terms",
    "BlankNode": "cns.terms",
    "Literal": "cns.terms",
    "CnsError": "cns.errors",
    "CnsWarning": "cns.errors",
    "EngineError": "cns.errors",
    "LoadError": "cns.errors",
    "ProgramError": "cns.errors",
    "ShapeError": "cns.errors",
    "SourceRef": "cns.errors",
    "UnsupportedError": "cns.errors",
    "UsageError": "cns.errors",
}

__all__ = [
    "BlankNode",
    "CnsError",
    "CnsWarning",
    "EngineError",
    "Iri",
    "Literal",
    "LoadError",
    "ProgramError",
    "ReadOptions",
    "Report",
    "Result",
    "ShapeError",
    "SourceRef",
    "UnsupportedError",
    "UsageError",
    "Validator",
    "compile",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Names are fetched when they are first used, so that ``import cns`` and the command line start at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cns' has no attribute {name!r}")
    value = getattr(__import__(_HOMES[name], fromlist=[name]), name)  # importlib would have to be imported itself
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
