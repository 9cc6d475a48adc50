"""Bytes or an rdflib graph → triples of cns terms, in document order and exactly as written.

Everything that rdflib does globally (literal normalisation, logging, warnings) is held still while it reads.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax import SAXParseException

import rdflib
from rdflib.exceptions import ParserError
from rdflib.plugins.stores.memory import Memory

from cns.errors import LoadError, SourceRef
from cns.frontend.lines import read_lines
from cns.frontend.rdf_terms import Converter, Parsed, SyntaxProblem, TermMaker, Triple
from cns.frontend.turtle import read_turtle
from cns.terms import Iri, Literal, Term, n3

ContextLoader = Callable[[str], Any]
"""IRI of a remote JSON-LD context → its content, or LoadError."""

_LINE_IN_MESSAGE = re.compile(r":(\d+):(\d+):\s*")
_RDFLIB_LOCK = threading.RLock()


def read_document(
    content: bytes, *, syntax: str, base: str, name: str, terms: TermMaker, load_context: ContextLoader
) -> Parsed:
    """One text in one syntax. Every failure is a LoadError that knows the file and, where possible, the line."""
    try:
        with rdflib_as_written():
            if syntax in ("turtle", "trig"):
                return read_turtle(_decode(content, name), base, terms, trig=syntax == "trig")
            if syntax in ("nt", "nquads"):
                return read_lines(_decode(content, name), terms, quads=syntax == "nquads")
            if syntax == "json-ld":
                content = _with_local_contexts(_decode(content, name), load_context)
            elif syntax != "xml":
                _decode(content, name)
            return _read_with_rdflib(content, syntax, base, terms)
    except LoadError:
        raise
    except SyntaxProblem as error:
        raise _syntax_error(name, syntax, error.what, error.line, error.column) from error
    except RecursionError:
        raise LoadError(
            "CNS108",
            f"the {syntax} text is nested too deeply",
            where=SourceRef(source=name),
            hint="give the inner nodes labels of their own (_:a, _:b), or convert the file to N-Triples",
        ) from None
    except (SAXParseException, json.JSONDecodeError, ParserError) as error:
        raise _translated(name, syntax, error) from error
    except Exception as error:  # whatever a parser of rdflib trips over is the text's fault
        what = str(error) or type(error).__name__
        raise _syntax_error(name, syntax, what.splitlines()[0], None, None) from error


def read_graph(graph: rdflib.Graph, terms: TermMaker) -> tuple[Parsed, str]:
    """A caller's graph or dataset (the union of its graphs) and its digest; labels stay, the order is by N-Triples."""
    convert = Converter(terms, keep_labels=True)
    texts: dict[Term, str] = {}
    rows = []
    for s, p, o in _statements(graph):
        triple = _checked(convert(s), convert(p), convert(o))
        rows.append((" ".join([_remembered_n3(term, texts) for term in triple]) + " .\n", triple))
    rows.sort()
    digest = hashlib.sha256("".join([text for text, _ in rows]).encode("utf-8", "surrogatepass"))
    triples = [triple for _, triple in rows]
    return Parsed(triples=triples, prefixes=_own_prefixes(graph, triples), lines={}), digest.hexdigest()


def _statements(graph: rdflib.Graph) -> Iterable[tuple[Any, Any, Any]]:
    """The triples of a graph, or of all graphs of a dataset, each once."""
    if isinstance(graph, rdflib.Dataset | rdflib.ConjunctiveGraph):
        return {quad[:3] for quad in graph.quads((None, None, None, None))}
    return graph


@contextmanager
def rdflib_as_written() -> Iterator[None]:
    """No literal normalised, nothing on stderr; all as it was afterwards."""
    logger = logging.getLogger("rdflib")
    with _RDFLIB_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        normalize, level = rdflib.NORMALIZE_LITERALS, logger.level
        rdflib.NORMALIZE_LITERALS = False
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = normalize
            logger.setLevel(level)


class _RecordingStore(Memory):
    """Writes down what a parser adds, in order; rdflib's own stores answer in the order of their hashes."""

    def __init__(self) -> None:
        super().__init__()
        self.recorded: list[tuple[Any, Any, Any]] = []

    def add(self, triple: Any, context: Any, quoted: bool = False) -> None:
        if not quoted:
            self.recorded.append(triple)


def _read_with_rdflib(content: bytes, syntax: str, base: str, terms: TermMaker) -> Parsed:
    store = _RecordingStore()
    dataset = rdflib.Dataset(store=store)
    dataset.namespace_manager = rdflib.namespace.NamespaceManager(dataset, bind_namespaces="none")
    dataset.parse(data=content, format=syntax, publicID=base)
    convert = Converter(terms, keep_labels=False)
    triples = [_checked(convert(s), convert(p), convert(o)) for s, p, o in store.recorded]
    prefixes = {prefix: str(namespace) for prefix, namespace in dataset.namespaces()}
    return Parsed(triples=triples, prefixes=prefixes, lines={})


def _checked(subject: Any, predicate: Any, value: Any) -> Triple:
    if not isinstance(predicate, Iri) or isinstance(subject, Literal):
        raise SyntaxProblem("the subject of a triple is an IRI or a blank node, and its predicate an IRI")
    return subject, predicate, value


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise LoadError(
            "CNS104",
            f"not valid UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}",
            where=SourceRef(source=name, line=content.count(b"\n", 0, error.start) + 1),
            hint="save the file as UTF-8",
        ) from None


def _with_local_contexts(text: str, load_context: ContextLoader) -> bytes:
    """JSON-LD whose remote contexts are written out, because rdflib would fetch them from the network unasked."""
    data = json.loads(text) if text.strip() else []
    pending = [data]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if "@context" in node:
                node["@context"] = _local_context(node["@context"], load_context, depth=0)
            pending.extend(node.values())
    return json.dumps(data).encode()


def _local_context(context: Any, load_context: ContextLoader, depth: int) -> Any:
    if isinstance(context, list):
        return [_local_context(item, load_context, depth) for item in context]
    if isinstance(context, dict) and "@import" in context:
        imported = _local_context(context["@import"], load_context, depth)
        return [imported, {key: value for key, value in context.items() if key != "@import"}]
    if not isinstance(context, str):
        return context
    if depth > 20:
        raise SyntaxProblem(f"the context {context} includes itself")
    loaded = load_context(context)
    inner = loaded.get("@context", {}) if isinstance(loaded, dict) else {}
    return _local_context(inner, load_context, depth + 1)


def _translated(name: str, syntax: str, error: Exception) -> LoadError:
    if isinstance(error, SAXParseException):
        return _syntax_error(
            name, syntax, error.getMessage(), error.getLineNumber(), (error.getColumnNumber() or 0) + 1
        )
    if isinstance(error, json.JSONDecodeError):
        return _syntax_error(name, syntax, error.msg, error.lineno, error.colno)
    text = str(error)
    if match := _LINE_IN_MESSAGE.search(text):
        return _syntax_error(name, syntax, text[match.end() :], int(match[1]), int(match[2]) + 1)
    return _syntax_error(name, syntax, text.splitlines()[0] if text else "bad syntax", None, None)


def _syntax_error(name: str, syntax: str, what: str, line: int | None, column: int | None) -> LoadError:
    return LoadError(
        "CNS105",
        f"{what} (read as {syntax})",
        where=SourceRef(source=name, line=line, column=column),
        hint="correct the text there, or say which syntax it is in with format=",
    )


def _remembered_n3(term: Term, texts: dict[Term, str]) -> str:
    text = texts.get(term)
    if text is None:
        text = texts[term] = n3(term)
    return text


def _own_prefixes(graph: rdflib.Graph, triples: list[Triple]) -> dict[str, str]:
    """The prefixes that the caller bound, or at least uses: rdflib binds some thirty to every graph."""
    defaults = set(rdflib.Graph().namespaces())
    iris = {term for triple in triples for term in triple if isinstance(term, Iri)}
    used = {_namespace(iri) for iri in iris}
    bound = sorted((str(prefix), str(namespace)) for prefix, namespace in graph.namespaces())
    return {p: n for p, n in bound if n in used or (p, rdflib.URIRef(n)) not in defaults}


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
