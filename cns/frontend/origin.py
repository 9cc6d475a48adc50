"""What a caller handed in as a source (path, URL, text, bytes, graph) → a document with its content and base IRI."""

from __future__ import annotations

import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import rdflib

from cns.errors import LoadError, SourceRef
from cns.frontend.files import file_error, is_there, network_error, path_of_url, url_of_path, url_of_working_directory
from cns.frontend.formats import FORMATS, canonical_format, format_of_file, looks_like_rdf, sniff

Source = str | os.PathLike[str] | bytes | IO[bytes] | IO[str] | rdflib.Graph
"""A path, a URL, RDF text, RDF bytes, an open file, or an rdflib Graph or Dataset."""

_ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, application/n-triples;q=0.8, */*;q=0.1"
_TIMEOUT_SECONDS = 30
_USER_AGENT = "cns"


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Content that is read but not parsed: either ``content`` in ``syntax``, or ``graph``."""

    name: str
    base: str
    content: bytes = b""
    syntax: str = "turtle"
    graph: rdflib.Graph | None = None
    path: str = ""
    """The file or URL that it was read from; empty for text and graphs."""


def open_source(source: Any, *, format: str | None, base: str | None, network: bool, number: int) -> Document:
    """One source, told apart as users of rdflib expect."""
    if isinstance(source, rdflib.Graph):
        return Document(name=f"<graph {number}>", base=base or "", graph=source)
    if isinstance(source, bytes | bytearray | memoryview):
        return _text_document(bytes(source), f"<bytes {number}>", format, base)
    if isinstance(source, os.PathLike):
        return open_file(os.fspath(source), format=format, base=base)
    if callable(getattr(source, "read", None)):
        return _open_stream(source, format=format, base=base, number=number)
    if not isinstance(source, str):
        raise LoadError(
            "CNS107",
            f"a source cannot be a {type(source).__name__}",
            hint="pass a path, RDF text, bytes, an open file, an rdflib Graph, or a list of these",
        )
    if is_there(source):
        return open_file(source, format=format, base=base)
    if source.startswith("file:"):
        return open_file(path_of_url(source), format=format, base=base)
    if source.startswith(("http://", "https://")) and len(source.split()) == 1:
        return _open_url(source, format=format, base=base, network=network)
    if looks_like_rdf(source):
        return _text_document(source.encode("utf-8", "surrogatepass"), f"<text {number}>", format, base)
    raise file_error(source, FileNotFoundError())


def _open_stream(stream: Any, *, format: str | None, base: str | None, number: int) -> Document:
    """An open file: text or bytes, from where it stands to its end."""
    content = stream.read()
    content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else bytes(content)
    name = getattr(stream, "name", None)
    return _text_document(content, name if isinstance(name, str) else f"<stream {number}>", format, base)


def open_file(path: str, *, format: str | None = None, base: str | None = None) -> Document:
    content = read_bytes(path)
    syntax = canonical_format(format) if format else format_of_file(path, content)
    return Document(name=path, base=base or url_of_path(path), content=content, syntax=syntax, path=path)


def read_bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise file_error(path, error) from None


def fetch(url: str) -> tuple[bytes, str, str]:
    """``(content, final URL, media type)`` from the network, which the caller has allowed."""
    request = urllib.request.Request(url, headers={"Accept": _ACCEPT, "User-Agent": _USER_AGENT})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            return response.read(), response.geturl(), response.headers.get_content_type()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise LoadError(
            "CNS101",
            f"the address cannot be fetched: {error}",
            where=SourceRef(source=url),
            hint="download it yourself and pass the file, or name a local copy in the catalog",
        ) from None


def fetch_document(url: str, *, format: str | None = None, base: str | None = None) -> Document:
    content, final_url, media_type = fetch(url)
    syntax = canonical_format(format) if format else FORMATS.get(media_type, "")
    if not syntax or media_type == "text/plain":
        syntax = format_of_file(urllib.parse.urlsplit(final_url).path, content)
    return Document(name=url, base=base or final_url, content=content, syntax=syntax, path=url)


def _open_url(url: str, *, format: str | None, base: str | None, network: bool) -> Document:
    if not network:
        raise network_error(url)
    return fetch_document(url, format=format, base=base)


def _text_document(content: bytes, name: str, format: str | None, base: str | None) -> Document:
    syntax = canonical_format(format) if format else sniff(content)
    return Document(name=name, base=base or url_of_working_directory(), content=content, syntax=syntax)
