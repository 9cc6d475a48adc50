"""What can go wrong, in one shape: code, place, message, remedy, rule.

Nothing here knows what the rest of the package does; everything else may raise from here.
"""

from __future__ import annotations

from cns.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


class SourceRef(Value):
    """A place that a person can find: a file (or a name for what is not one), a line, a shape, a property."""

    __slots__ = ("column", "line", "property", "shape", "source")

    def __init__(
        self,
        source: str = "",
        line: int | None = None,
        column: int | None = None,
        shape: str = "",
        property: str = "",
    ) -> None:
        self.source: Final = source
        self.line: Final = line
        self.column: Final = column
        self.shape: Final = shape
        self.property: Final = property

    def __str__(self) -> str:
        place = self.source
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        parts = [place] if place else []
        if self.shape:
            parts.append(f"shape {self.shape}")
        if self.property:
            parts.append(f"property {self.property}")
        return ", ".join(parts)


class CnsError(Exception):
    """An error that says where, what, what to do next, and which rule of which specification was broken.

    ``code`` is stable ("CNS101"), so that scripts can match on it and people can search for it.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        where: SourceRef | None = None,
        hint: str = "",
        spec: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where or SourceRef()
        self.hint = hint
        self.spec = spec

    def __reduce__(self) -> tuple[Any, ...]:
        """As it was, in another process."""
        from functools import partial

        return partial(type(self), where=self.where, hint=self.hint, spec=self.spec), (self.code, self.message)

    def __str__(self) -> str:
        place = str(self.where)
        text = f"{self.code}: {place + ': ' if place else ''}{self.message}"
        if self.hint:
            text += f"\n  hint: {self.hint}"
        if self.spec:
            text += f"\n  rule: {self.spec}"
        return text


class LoadError(CnsError):
    """A source of shapes, ontology or data cannot be found, opened, decoded or parsed (CNS1xx)."""


class ShapeError(CnsError):
    """The shapes graph is ill-formed (CNS2xx)."""


class UnsupportedError(CnsError):
    """The shapes graph asks for something that cns does not do (CNS231, CNS232, CNS3xx)."""


class ProgramError(CnsError):
    """A serialised program is damaged, of another version, or not a program (CNS4xx)."""


class EngineError(CnsError):
    """Validation itself cannot go on: out of memory, a limit reached (CNS5xx)."""


class UsageError(CnsError):
    """An argument of the API or the command line makes no sense (CNS9xx)."""


class CnsWarning(UserWarning):
    """Something that is allowed but probably not meant."""
