"""What a pattern is once it is read: the nodes of a tree in which flags and escapes are resolved already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cns.codegen.regex.classes import Ranges


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Anchor:
    kind: Literal["begin", "end", "line begin", "line end"]


@dataclass(frozen=True, slots=True)
class Concat:
    """One after the other; no part at all is the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Node
    low: int
    high: int | None


Node = Chars | Anchor | Concat | Choice | Repeat
