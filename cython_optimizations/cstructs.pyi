from collections.abc import Iterable
from typing import Any

from typing_extensions import Buffer

NONE: int
LITERAL_BIT: int
FIRST_CUSTOM_DATATYPE: int
PROGRAM_MAGIC: bytes
PROGRAM_VERSION: int
COLUMN_FORWARD: int
COLUMN_INVERSE: int
ACCEPT_LESS: int
ACCEPT_EQUAL: int
ACCEPT_GREATER: int
NODE_KIND_IRI: int
NODE_KIND_BLANK: int
NODE_KIND_LITERAL: int
TERM_IRI: int
TERM_BLANK: int
TERM_LITERAL: int
TARGET_NODE: int
TARGET_CLASS: int
TARGET_SUBJECTS_OF: int
TARGET_OBJECTS_OF: int
PATH_PREDICATE: int
PATH_INVERSE: int
PATH_SEQUENCE: int
PATH_ALTERNATIVE: int
PATH_ZERO_OR_MORE: int
PATH_ONE_OR_MORE: int
PATH_ZERO_OR_ONE: int
SECTIONS: dict[str, tuple[str, ...]]
INSTRUCTIONS: dict[str, tuple[int, str]]
DATATYPES: dict[str, int]
HIT_FIELDS: tuple[str, ...]
Layout = tuple[int, dict[str, tuple[str, int]]]
NODE_LAYOUT: Layout
LITERAL_LAYOUT: Layout

def checksum(body: Buffer) -> int: ...
def dtype(fields: Iterable[str]) -> Any: ...
def struct_dtype(layout: Layout) -> Any: ...
