from collections.abc import Iterable, Iterator
from typing import Any

from typing_extensions import Buffer

class ReadError(ValueError):
    excerpt: str

class LimitError(ReadError): ...

Problem = tuple[str, int, int]

SYNTAXES: dict[str, int]

class BadProgram(ValueError): ...

class Program:
    checksum: int
    def __init__(self, blob: Buffer) -> None: ...
    @property
    def shape_count(self) -> int: ...
    @property
    def instruction_count(self) -> int: ...
    @property
    def op_count(self) -> int: ...
    @property
    def max_frames(self) -> int: ...
    def roots(self) -> list[int]: ...
    def verdict_roots(self) -> list[int]: ...

class Store:
    program: Program
    indexed: bool
    def __init__(self, program: Program) -> None: ...
    def read(
        self,
        data: Buffer,
        syntax: str,
        *,
        copy: bool = False,
        base: str = "",
        graph: str | None = None,
        lenient: bool = False,
        threads: int = 1,
        max_triples: int = 0,
        max_literal_bytes: int = 0,
        max_depth: int = 0,
    ) -> tuple[int, list[Problem]]: ...
    def read_arrow(
        self,
        table: Any,
        *,
        copy: bool = True,
        graph: str | None = None,
        lenient: bool = False,
        max_triples: int = 0,
        max_literal_bytes: int = 0,
    ) -> tuple[int, list[Problem]]: ...
    def graph_names(self, data: Buffer, syntax: str, *, base: str = "") -> list[str]: ...
    def triples(self) -> Iterator[tuple[int, int, int]]: ...
    def add_triples(
        self,
        triples: Iterable[tuple[Any, Any, Any]],
        iri_type: type,
        blank_type: type,
        shared_blanks: bool,
        *,
        max_triples: int = 0,
        max_literal_bytes: int = 0,
    ) -> None: ...
    def index(self) -> None: ...
    def verdict_roots(self) -> list[int]: ...
    @property
    def triples_read(self) -> int: ...
    @property
    def triples_kept(self) -> int: ...
    @property
    def node_count(self) -> int: ...
    @property
    def literal_count(self) -> int: ...
    @property
    def source_count(self) -> int: ...
    def add_node(self, iri: str) -> int: ...
    def find(self, text: str, blank: bool = False) -> int | None: ...
    def find_literal(self, text: str, datatype: str, language: str) -> int | None: ...
    def source_of(self, node: int) -> tuple[int, bool]: ...
    def term(self, value: int) -> tuple[str, str] | tuple[str, str, str, str]: ...

class Stream:
    store: Store
    def __init__(
        self,
        store: Store,
        syntax: str,
        *,
        base: str = "",
        graph: str | None = None,
        lenient: bool = False,
        threads: int = 1,
        max_triples: int = 0,
        max_literal_bytes: int = 0,
        max_depth: int = 0,
    ) -> None: ...
    def feed(self, data: Buffer, last: bool = False) -> tuple[int, list[Problem]]: ...
