from collections.abc import Iterable
from typing import Any

from typing_extensions import Buffer

NONE: int
LITERAL_BIT: int
FIRST_CUSTOM_DATATYPE: int
PROGRAM_MAGIC: bytes
PROGRAM_VERSION: int
SECTIONS: dict[str, tuple[str, ...]]
INSTRUCTIONS: dict[str, tuple[int, str]]
DATATYPES: dict[str, int]
HIT_FIELDS: tuple[str, ...]

def checksum(body: Buffer) -> int: ...
def dtype(fields: Iterable[str]) -> Any: ...
