"""Which RDF syntax a source is in: by name, by file extension, by media type, or by a look at its first bytes."""

from __future__ import annotations

from cns.errors import LoadError, SourceRef

_ALIASES = {
    "turtle": ("turtle", "ttl", "longturtle", "text/turtle", "application/x-turtle"),
    "nt": ("nt", "nt11", "ntriples", "n-triples", "application/n-triples", "text/plain"),
    "n3": ("n3", "notation3", "text/n3", "text/rdf+n3"),
    "nquads": ("nquads", "nq", "n-quads", "application/n-quads"),
    "trig": ("trig", "application/trig"),
    "xml": ("xml", "rdf", "rdfxml", "rdf/xml", "rdf+xml", "pretty-xml", "application/rdf+xml", "application/xml"),
    "json-ld": ("json-ld", "jsonld", "json", "application/ld+json", "application/json"),
    "trix": ("trix", "application/trix"),
    "hext": ("hext", "hextuples", "application/x-hextuples"),
}
FORMATS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}

_EXTENSIONS = {
    "ttl": "turtle", "turtle": "turtle", "nt": "nt", "n3": "n3", "nq": "nquads", "nquads": "nquads", "trig": "trig",
    "rdf": "xml", "rdfs": "xml", "xml": "xml", "jsonld": "json-ld", "json-ld": "json-ld", "json": "json-ld",
    "trix": "trix", "hext": "hext",
}  # fmt: skip
_REFUSED_EXTENSIONS = {"html", "htm", "xhtml", "svg"}


def canonical_format(name: str) -> str:
    """rdflib's name for a format that a caller named in any of the usual ways."""
    key = name.strip().lower().partition(";")[0].lstrip(".")
    if key not in FORMATS:
        raise LoadError(
            "CNS106",
            f"unknown RDF format {name!r}",
            hint=f"use one of {', '.join(_ALIASES)}",
        )
    return FORMATS[key]


def format_of_file(path: str, head: bytes) -> str:
    """By the extension, and where that says little (.owl, .txt, none) by the content."""
    extension = path.rpartition("/")[2].rpartition(".")[2].lower()
    if extension in _REFUSED_EXTENSIONS:
        raise LoadError(
            "CNS106",
            f"RDF inside .{extension} cannot be read",
            where=SourceRef(source=path),
            hint="convert it to Turtle or JSON-LD first, or name the true format with format=",
        )
    return _EXTENSIONS.get(extension) or sniff(head)


def sniff(content: bytes) -> str:
    """The likely syntax of some text; Turtle, which includes N-Triples, unless something speaks against it."""
    from cns.frontend.sniff import sniffed

    return sniffed(content)


def looks_like_rdf(text: str) -> bool:
    """Whether a string handed in as a source is RDF itself rather than the name of a file."""
    stripped = text.strip()
    if "\n" in text or not stripped:
        return True
    return stripped.startswith(("@", "<", "{", "[", "_:", "#", "PREFIX ", "BASE ", "prefix ", "base ")) or (
        stripped.endswith(".") and len(stripped.split()) >= 3
    )
