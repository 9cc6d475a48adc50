"""One shapes graph compiled with various passes, and what it finds in the same data."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection
from typing import Any

import cns
from cns import pipeline
from cns.codegen.lower import lower
from cns.codegen.regex import compile_pattern
from cns.ir.check import check
from cns.ir.types import ProgramIR
from cns.options import CompileOptions
from cns.passes import line

Found = Counter[tuple[object, ...]]


def built(ontology: Any, shapes: Any) -> ProgramIR:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.build_ir(ontology, shapes, CompileOptions(cache=False, meta_shacl=False))[0]


def validator(ir: ProgramIR, passes: Collection[str] | None) -> cns.Validator:
    """The IR is checked after each pass."""
    optimised, _ = line.run(ir, compile_pattern, passes, watch=lambda _, now: check(now))
    return cns.Validator(lower(optimised).to_bytes())


def found(report: cns.Report) -> Found:
    return Counter((r.focus, r.path, r.value, r.component, r.severity, r.messages, _name(r.shape)) for r in report)


def _name(node: str) -> str:
    return str(node)


def results(ir: ProgramIR, passes: Collection[str] | None, data: Any, **options: Any) -> tuple[Found, bool]:
    """All results, and the verdict of the run that stops at the first; they have to agree."""
    one = validator(ir, passes)
    report = one.validate(data, **options)
    if not options:
        assert one.conforms(data) is report.conforms
    return found(report), report.conforms
