"""The one JSON document that a run of the benchmark leaves: its types, reading, writing, and its JSON Schema.

python -m stress.bench.document        prints the schema, which is kept in schema.json beside this file

The types are the only source of the schema; a field's docstring is its description there. Times are seconds, sizes
bytes, and what was measured several times is kept whole, so that whoever reads it can make of it what they want.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import statistics
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

VERSION = 1
"""Of the schema; grows when a field changes its meaning or goes."""

Syntax = Literal["nt", "turtle"]
State = Literal["cold", "warm", "held"]
Outcome = Literal["equal", "differs", "timeout", "failed"]
Attribute = str | int | float | bool

T = TypeVar("T")


@dataclass(frozen=True)
class Samples:
    """One quantity, measured in several rounds."""

    values: tuple[float, ...]
    """In the order of the rounds."""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """The distance between the least and the greatest, as a share of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0


@dataclass(frozen=True)
class Machine:
    """Where it ran, and what else ran there."""

    cpu: str
    cores: int
    """Those that the process may use."""
    memory: int
    system: str
    """Operating system and architecture."""
    python: str
    compiler: str
    """The C compiler of the native engine, with its version; "" if there is none."""
    load_before: float
    """The load average of one minute when the run began."""
    load_after: float


@dataclass(frozen=True)
class Settings:
    """What the run was asked for."""

    command: str
    """The command that repeats it."""
    rounds: int
    """How often each row is measured, all in turn; fewer where a row's samples say so."""
    time_limit: float
    """Seconds that one process may take."""
    seed: int
    errors: float
    """The share of the generated data that is wrong."""


@dataclass(frozen=True)
class Dataset:
    """Shapes and data of one workload at one size."""

    id: str
    """"university-1000000": what rows refer to."""
    workload: str
    size: int
    """Triples asked for."""
    triples: int
    """Triples there are."""
    events: int
    """How many documents that is, each validated by itself; 0: one."""
    bytes: Mapping[str, int]
    """Of the data, by syntax ("nt", "turtle")."""
    shapes: int
    """Shapes that cns compiles."""
    checks: int
    results: int
    """What the vm finds."""
    distinct: int
    """Different (focus, path, value, component) among the results."""


@dataclass(frozen=True)
class Phase:
    """One part of what a row did, in the order in which it happened."""

    name: str
    """Ours: the stages of compiling and validating (load, parse, …, cc, read, index, run), "open" for what else
    compiling takes (the program from the cache, its verification, loading native code), "other" for what else
    validating takes, and "report" for writing it; peers: shapes, load, validate, report."""
    seconds: Samples
    peak: Samples | None
    """The process's greatest memory up to the end of the phase."""


@dataclass(frozen=True)
class Agreement:
    """A row's results beside those of the vm, as sets of (focus, path, value, component)."""

    results: int
    """Different results that the row found."""
    missing: int
    """Those that only the vm found."""
    extra: int
    """Those that only this row found."""
    differences: tuple[str, ...]
    """The first of both, as text: "missing ..." or "extra ..."."""


@dataclass(frozen=True)
class Row:
    """One contender on one dataset in one syntax."""

    dataset: str
    syntax: Syntax
    contender: str
    """"cns vm", "cns native", "pySHACL", …"""
    version: str
    ours: bool
    state: State
    """cold: a new process, nothing cached; warm: a new process, the compiled program in the cache (ours alone); held:
    shapes in memory, the data read anew by a process that has done it before."""
    threads: int
    """That may be used; 0: as many as the contender likes."""
    outcome: Outcome
    """equal and differs: of the results; failed and timeout: there are none, and no times."""
    reason: str
    """Why it failed, or what there is to know about how it was measured; else ""."""
    total: Samples | None
    """From bytes on disk to the results in memory, without the start of the process: the sum of the phases, without a
    peer's "report"."""
    process: Samples | None
    """From the start of the process to the results in memory; None for held."""
    memory: Samples | None
    """The process's greatest memory."""
    phases: tuple[Phase, ...]
    agreement: Agreement | None
    load: float
    """The load average of one minute when the row was done."""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What makes it the same row in another document."""
        return self.dataset, self.syntax, self.contender, self.state, self.threads


@dataclass(frozen=True)
class Payback:
    """When native code repays its compiling."""

    dataset: str
    compiling: Samples
    """Rendering and compiling."""
    vm: float
    """Seconds that a run takes on the vm, a triple; reading is the same for both."""
    native: float
    triples: int | None
    """From how many triples on the whole is faster; None: never."""


@dataclass(frozen=True)
class LeftOut:
    """A contender that was not measured at all."""

    contender: str
    reason: str


@dataclass(frozen=True)
class Span:
    """A span of the run's trace."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    """"" for the root."""
    start: int
    """Nanoseconds since 1970."""
    end: int
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True)
class Document:
    """A run of the benchmark."""

    schema: int
    """The version of this schema."""
    created: str
    """When the run began: ISO 8601, UTC."""
    cns: str
    """cns's version."""
    commit: str
    """The commit that was measured, with "+" behind it if files had been changed; "" outside a checkout."""
    machine: Machine
    settings: Settings
    datasets: tuple[Dataset, ...]
    rows: tuple[Row, ...]
    paybacks: tuple[Payback, ...]
    left_out: tuple[LeftOut, ...]
    spans: tuple[Span, ...]

    def dataset(self, id: str) -> Dataset:
        return next(dataset for dataset in self.datasets if dataset.id == id)


class BadDocument(ValueError):
    """A file that is no document of this version, and where it is not."""


# ---------------------------------------------------------------------- reading and writing


def to_json(document: Document) -> str:
    return json.dumps(dataclasses.asdict(document), indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> Document:
    """Refuses what does not follow the schema, by the path of the first value that does not."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadDocument(f"no JSON: {error}") from None
    if isinstance(value, dict) and value.get("schema") != VERSION:
        raise BadDocument(f"schema version {value.get('schema')!r}; this is for {VERSION}")
    document: Document = _read(Document, value, "$")
    return document


def write(document: Document, path: Path) -> None:
    """Published whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(to_json(document), encoding="utf-8")
    temporary.replace(path)


def read(path: Path) -> Document:
    return from_json(path.read_text(encoding="utf-8"))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, value: Any, where: str) -> Any:
    """The value as the type has it."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            found = sorted(value) if isinstance(value, dict) else type(value).__name__
            raise BadDocument(f"{where}: {found} where {sorted(hints)} belong")
        return kind(**{name: _read(hint, value[name], f"{where}.{name}") for name, hint in hints.items()})
    if origin is tuple and isinstance(value, list):
        return tuple(_read(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {key: _read(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if origin is types.UnionType:
        for choice in arguments:
            if choice is type(None) and value is None:
                return None
            if choice in (str, int, float, bool) and type(value) is choice:
                return value
        rest = [choice for choice in arguments if choice not in (str, int, float, bool, type(None))]
        if rest:
            return _read(rest[0], value, where)
    if origin is Literal and value in arguments:
        return value
    if kind is float and type(value) in (int, float):
        return float(value)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise BadDocument(f"{where}: {value!r} is no {kind.__name__ if isinstance(kind, type) else kind}")


# ---------------------------------------------------------------------- the schema


def schema() -> dict[str, Any]:
    """A JSON Schema (2020-12), made of the types and their docstrings."""
    definitions: dict[str, Any] = {}
    root = _schema_of(Document, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A run of cns-aotc bench",
        **root,
        "$defs": definitions,
    }


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in definitions:
            definitions[kind.__name__] = {}
            definitions[kind.__name__] = _object(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(arguments[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema_of(arguments[1], definitions)}
    if origin is types.UnionType:
        return {"anyOf": [_schema_of(choice, definitions) for choice in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
    return {"type": names[kind]}


def _object(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    texts = _field_docstrings(kind)
    properties = {}
    for name, hint in _hints(kind).items():
        properties[name] = _schema_of(hint, definitions)
        if name in texts:
            properties[name] = properties[name] | {"description": texts[name]}
    if kind is Document:
        properties["schema"] = properties["schema"] | {"const": VERSION}
    return {
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field_docstrings(kind: type) -> dict[str, str]:
    """The text below each field, as the source has it."""
    [definition] = ast.parse(inspect.cleandoc(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    texts = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                texts[name] = " ".join(words.split())
    return texts


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=1, ensure_ascii=False)
    print()
