"""OpenTelemetry for the stages: spans, and metrics beside them; the only package that knows OpenTelemetry.

Off unless the application uses OpenTelemetry, or CNS_TRACE is set, or a program of ours is told by OpenTelemetry's own
variables where to (`run_program`): then nothing of OpenTelemetry is imported, and a stage costs one function call.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock  # as threading.Lock is, which would bring all of threading

from cns.errors import CnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from opentelemetry.trace import Span

    from cns.telemetry.observer import Observer

Attribute = str | int | float | bool

_DIMENSIONS = frozenset({"engine"})
"""What a stage notes and its duration is told apart by."""

_API = "opentelemetry.trace"
_WANTED = os.environ.get("CNS_TRACE", "")
_CHECKS = bool(os.environ.get("CNS_TRACE_CHECKS"))


class Stage:
    """What a stage says about itself."""

    __slots__ = ("_span", "dimensions")

    def __init__(self, span: Span | None = None) -> None:
        self._span = span
        self.dimensions: dict[str, Attribute] = {}

    def note(self, **attributes: Attribute) -> None:
        """Attributes a person would want, as ``cns.<name>``."""
        if self._span is not None:
            for name, value in attributes.items():
                self._span.set_attribute(f"cns.{name}", value)
                if name in _DIMENSIONS:
                    self.dimensions[f"cns.{name}"] = value


class _Off:
    """The stage that nobody looks at; one for all."""

    __slots__ = ()
    _stage = Stage()

    def __enter__(self) -> Stage:
        return self._stage

    def __exit__(self, *exc: object) -> None:
        return None


_OFF = _Off()


_observer: Observer | None = None
_lock = allocate_lock()


def enabled() -> bool:
    """Whether anybody may look."""
    return _observer is not None or _API in sys.modules or bool(_WANTED)


def stage(name: str, **attributes: Attribute) -> AbstractContextManager[Stage]:
    """``with stage("load") as span: ... span.note(triples=n)`` — a span called ``cns.load``, and its duration."""
    if _observer is None and _API not in sys.modules and not _WANTED:
        return _OFF
    return current_observer().stage(name, attributes)


def count(counter: str, value: int, attributes: Mapping[str, Attribute]) -> None:
    """Adds to one of COUNTERS. Names of attributes, too, are without ``cns.``."""
    if enabled():
        current_observer().count(counter, value, attributes)


def counts_checks() -> bool:
    """Whether the vm is to count the checks that it makes, which takes it longer."""
    return _CHECKS and enabled()


def error_type(error: BaseException) -> str:
    """What OpenTelemetry calls ``error.type``: there are only so many."""
    return error.code if isinstance(error, CnsError) else type(error).__qualname__


def run_program(name: str, verb: str, call: Callable[[], int], wrong: int) -> int:
    """Runs a command of a program of ours and gives back its exit code: one span, where CNS_TRACE or OpenTelemetry's
    own variables say where to. ``wrong`` is the exit code that an exception will become.
    """
    if not _WANTED and not any(variable.startswith("OTEL_") for variable in os.environ):
        return call()
    from cns.telemetry import sdk

    if not sdk.destinations() and _API not in sys.modules:
        return call()
    with sdk.started(name):
        return sdk.traced_program(name, verb, call, wrong)


def current_observer() -> Observer:
    """That of CNS_TRACE if it is set, else the application's."""
    global _observer
    with _lock:
        if _observer is None:
            if _WANTED:
                from cns.telemetry import sdk

                _observer = sdk.open_sdk(sdk.destinations(), "cns", {}).observer
            else:
                from cns.telemetry.observer import of_the_application

                _observer = of_the_application()
        return _observer


def replace_observer(observer: Observer | None) -> Observer | None:
    """For whoever sets OpenTelemetry up here; gives back the one before."""
    global _observer
    with _lock:
        before, _observer = _observer, observer
    return before
