from array import array
from collections.abc import Iterable

from typing_extensions import Buffer

NODE_KIND: int
DATATYPE: int
CLASS: int
LOW_BOUND: int
HIGH_BOUND: int
MIN_LENGTH: int
MAX_LENGTH: int
PATTERN: int
LANGUAGE: int
SET: int
MIN_COUNT: int
MAX_COUNT: int
HAS_VALUE: int
UNIQUE_LANG: int
EQUALS: int
DISJOINT: int
LESS_THAN: int
LESS_OR_EQUAL: int
OTHER: int
INCLUSIVE: int
COARSE: int
ALL: int
EMPTY: int
NO_FAMILY: int
RUNTIME: int
HOLDS: int
FAILS: int
UNLIMITED: int

class Checks:
    @property
    def count(self) -> int: ...
    def add(
        self,
        kind: int,
        group: int,
        *,
        accepts: int = ...,
        operand: int = 0,
        low: int = 0,
        high: int = 0,
        family: int = ...,
        flags: int = 0,
    ) -> int: ...

class Hierarchy:
    def __init__(self, count: int, pairs: Iterable[tuple[int, int]]) -> None: ...

def constants(checks: Checks, kinds_of_group: Buffer) -> array[int]: ...
def guards(
    checks: Checks, verdicts: Buffer, kinds_of_group: Buffer, below: Hierarchy, known: set[tuple[int, int]]
) -> array[int]: ...
def contradictions(checks: Checks, verdicts: Buffer, kinds_of_group: Buffer) -> list[tuple[int, int]]: ...
def compare(datatype: int, text: bytes, other_datatype: int, other: bytes) -> int | None: ...
def well_formed(datatype: int, text: bytes) -> bool: ...
