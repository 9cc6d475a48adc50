"""Paths and the errors of files, without rdflib: a run from the cache reads its data through here too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cns.errors import LoadError, SourceRef


def listed(source: Any, is_one: Callable[[Any], bool] = lambda source: False) -> list[Any]:
    """The sources that were handed in, one by one, also where they came in lists of lists; ``is_one`` knows lists that
    are a source themselves."""
    if source is None:
        return []
    if isinstance(source, list | tuple) and not is_one(source):
        return [item for part in source for item in listed(part, is_one)]
    return [source]


def is_there(path: str) -> bool:
    """Whether a string names something in the file system."""
    try:
        return path != "" and os.path.exists(path)  # noqa: PTH110 (for each source; a str that is long text raises in Path)
    except ValueError:  # it holds a NUL
        return False


def file_error(path: str, error: OSError | ValueError) -> LoadError:
    where = SourceRef(source=path)
    if isinstance(error, FileNotFoundError):
        return LoadError(
            "CNS101",
            "no such file",
            where=where,
            hint="check the path; RDF text must hold a line break or start like Turtle, XML or JSON",
        )
    if isinstance(error, IsADirectoryError):
        return LoadError("CNS102", "this is a directory", where=where, hint="name the files in it, as a list")
    if isinstance(error, PermissionError):
        return LoadError("CNS103", "no permission to read this file", where=where, hint="check its mode")
    return LoadError("CNS101", f"the file cannot be read: {error}", where=where)


def url_of_path(path: str) -> str:
    return Path(path).resolve().as_uri()


def url_of_working_directory() -> str:
    """The base of a text that has none: as rdflib does, relative IRIs are relative to the working directory."""
    return Path.cwd().as_uri() + "/"


def path_of_url(url: str) -> str:
    """The local path of a ``file:`` URL."""
    return unquote(urlsplit(url).path)


def network_error(url: str) -> LoadError:
    return LoadError(
        "CNS109",
        "the network is not touched unless asked for",
        where=SourceRef(source=url),
        hint="pass network=True, or download it and pass the file",
    )
