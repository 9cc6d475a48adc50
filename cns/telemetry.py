"""OpenTelemetry spans for the stages; the only module that knows OpenTelemetry.

Off unless the application has set up tracing already, or CNS_TRACE is set: then nothing of OpenTelemetry is imported,
and a stage costs one function call.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

Attribute = str | int | float | bool


class Stage:
    """What a stage says about itself."""

    __slots__ = ("_span",)

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def note(self, **attributes: Attribute) -> None:
        """Attributes a person would want, as ``cns.<name>``."""
        if self._span is not None:
            for name, value in attributes.items():
                self._span.set_attribute(f"cns.{name}", value)


class _Off:
    """The stage that nobody looks at; one for all."""

    __slots__ = ()
    _stage = Stage()

    def __enter__(self) -> Stage:
        return self._stage

    def __exit__(self, *exc: object) -> None:
        return None


_OFF = _Off()


def enabled() -> bool:
    return "opentelemetry.trace" in sys.modules or bool(os.environ.get("CNS_TRACE"))


def stage(name: str, **attributes: Attribute) -> AbstractContextManager[Stage]:
    """``with stage("load") as span: ... span.note(triples=n)`` — a span called ``cns.load``."""
    return _span(name, attributes) if enabled() else _OFF


@contextmanager
def _span(name: str, attributes: dict[str, Attribute]) -> Iterator[Stage]:
    from opentelemetry import trace

    with trace.get_tracer("cns").start_as_current_span(f"cns.{name}") as span:
        result = Stage(span)
        result.note(**attributes)
        yield result
