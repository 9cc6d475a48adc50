"""cns: compile an ontology and SHACL shapes ahead of time, validate RDF at the speed of C.

validator = cns.compile("ontology.ttl", "shapes.ttl")
report = validator.validate("data.nt")
print(report.conforms, len(report))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
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
    from cns.runtime.report import Report, Result
    from cns.terms import BlankNode, Iri, Literal
    from cns.validator import Validator, compile

_HOMES = {
    "compile": "cns.validator",
    "Validator": "cns.validator",
    "validate": "cns.pyshacl_api",
    "Report": "cns.runtime.report",
    "Result": "cns.runtime.report",
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
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
