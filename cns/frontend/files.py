"""Paths and the errors of files, without rdflib: a run from the cache reads its data through here too."""

from __future__ import annotations

import os

from cns.errors import LoadError, SourceRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLAIN_IN_URLS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/")


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
        return path != "" and os.path.exists(path)
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
    return _url(os.path.realpath(path))


def url_of_working_directory() -> str:
    """The base of a text that has none: as rdflib does, relative IRIs are relative to the working directory."""
    return _url(os.getcwd()) + "/"


def _url(path: str) -> str:
    """As `Path.as_uri` writes it."""
    return "file://" + "".join(chr(byte) if byte in _PLAIN_IN_URLS else f"%{byte:02X}" for byte in os.fsencode(path))


def path_of_url(url: str) -> str:
    """The local path of a ``file:`` URL."""
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(url).path)


def network_error(url: str) -> LoadError:
    return LoadError(
        "CNS109",
        "the network is not touched unless asked for",
        where=SourceRef(source=url),
        hint="pass network=True, or download it and pass the file",
    )
