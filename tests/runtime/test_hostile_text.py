"""Whatever a text of the shapes contains, the vm, native code and the emitted checker take it for the same program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, BNode, Literal, URIRef
from rdflib.collection import Collection

import cns
from cns.codegen.ctext import c_comment, c_string, escaped
from cns.toolchain.cc import find

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")

TEXTS = {
    "quotes": "\"'\"\"'''\\\"",
    "end of a comment": "*/ int main(void) { return 1; } /*",
    "trigraphs": "??/\n??' ??( ??= ??> ??-",
    "formats": "%s%n%d%%\n%1$s",
    "nul": "a\0b\0",
    "line ends": "a\nb\rc\r\nd\u2028e\\\n",
    "directions": "\u202eabc\u202c\u200f\u2066x\u2069",
    "line splice": "\\\n#error no\n#include <stdio.h>\\",
    "octal": "\x01" + "7" * 5 + "\x7f0",
    "jinja": "{{ 7 * 7 }}{% raw %}{# #}",
    "wide": "\U0001f600\ufffe\ue000",
}
IRIS = {
    "comment": "http://e/*/x",
    "quote": "http://e/'%22'",
    "trigraph": "http://e/??/x??)",
    "format": "http://e/%s%n",
    "shell": "http://e/$(x)~;&x&",
    "direction": "http://e/\u202ex",
    "c": "urn:x;int(main)(void);//",
}


def shapes_of(text: str, iri: str) -> rdflib.Graph:
    """The text as message, constant, member of a list and name; the IRI as shape, predicate, class and datatype."""
    graph = rdflib.Graph()
    shape, inner, allowed = URIRef(iri + "S"), BNode(), BNode()
    for predicate, value in (
        (RDF.type, SH.NodeShape),
        (SH.targetSubjectsOf, URIRef(iri + "p")),
        (SH.targetClass, URIRef(iri + "C")),
        (SH.message, Literal(text)),
        (SH.message, Literal(text + "!", lang="en")),
        (SH.name, Literal(text)),
        (SH.property, inner),
        (SH["class"], URIRef(iri + "C")),
    ):
        graph.add((shape, predicate, value))
    graph.add((inner, SH.path, URIRef(iri + "p")))
    graph.add((inner, SH.hasValue, Literal(text, datatype=URIRef(iri + "D"))))
    graph.add((inner, SH.minCount, Literal(2)))
    graph.add((inner, SH["in"], allowed))
    Collection(graph, allowed, [Literal(text), Literal(text, datatype=URIRef(iri + "D")), URIRef(iri + "v")])
    return graph


def data_of(text: str, iri: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    predicate = URIRef(iri + "p")
    graph.add((URIRef(iri + "a"), predicate, Literal(text)))
    graph.add((URIRef(iri + "a"), RDF.type, URIRef(iri + "C")))
    graph.add((URIRef(iri + "b"), predicate, Literal(text, datatype=URIRef(iri + "D"))))
    graph.add((URIRef(iri + "b"), predicate, URIRef(iri + "v")))
    graph.add((URIRef(iri + "b"), predicate, Literal(text + "x")))
    graph.add((URIRef(iri + "c"), RDF.type, URIRef(iri + "C")))
    return graph


def reports(shapes: rdflib.Graph, data: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The report of each engine, and of the checker."""
    monkeypatch.setenv("CNS_OPTIMISE", "-O0")
    monkeypatch.setenv("CNS_CACHE", str(folder / "cache"))
    found = []
    for engine in ("vm", "native"):
        validator = cns.compile(None, shapes, engine=engine, meta_shacl=False)
        assert engine == "vm" or validator._engine._library is not None
        pieces: list[bytes] = []
        validator.validate(data, format="nt").write(pieces.append, "nt")
        found.append(b"".join(pieces))
    made = validator.emit(folder / "build", cflags=["-O0"])
    done = subprocess.run([made / "shapes-check"], input=data, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    return [*found, done.stdout]


CASES = {name: (text, "http://e/x#") for name, text in TEXTS.items()} | {
    f"iri {name}": ("text", iri) for name, iri in IRIS.items()
}


@pytest.mark.skipif(find() is None, reason="there is no C compiler")
@pytest.mark.filterwarnings("ignore::cns.CnsWarning")
@pytest.mark.parametrize(("text", "iri"), CASES.values(), ids=CASES)
def test_the_same_program(text: str, iri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_of(text, iri).serialize(format="nt", encoding="utf-8")
    first, *others = reports(shapes_of(text, iri), data, tmp_path, monkeypatch)
    assert others == [first, first]
    graph = rdflib.Graph().parse(data=first, format="nt")
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == 6
    assert Literal(text) in set(graph.objects(None, SH.resultMessage))


@pytest.mark.skipif(find() is None, reason="there is no C compiler")
def test_a_megabyte_and_ten_thousand_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = 'é*/"' * 250_000
    shapes = shapes_of(long, "http://e/x#")
    listed, inner = BNode(), BNode()
    shapes.add((URIRef("http://e/x#S"), SH.property, inner))
    shapes.add((inner, SH.path, URIRef("http://e/x#q")))
    shapes.add((inner, SH["in"], listed))
    Collection(shapes, listed, [Literal(i) if i % 2 else URIRef(f"http://e/v{i}") for i in range(10_000)])
    data = data_of(long, "http://e/x#")
    for i in range(0, 20_000, 7):
        data.add((URIRef("http://e/x#a"), URIRef("http://e/x#q"), Literal(i) if i % 3 else URIRef(f"http://e/v{i}")))
    raw = data.serialize(format="nt", encoding="utf-8")
    first, *others = reports(shapes, raw, tmp_path, monkeypatch)
    assert others == [first, first]
    assert first.count(b"InConstraintComponent") > 1000


@pytest.mark.parametrize("text", [*TEXTS.values(), *IRIS.values()], ids=[*TEXTS, *IRIS])
def test_a_compiler_reads_the_same_bytes(text: str, tmp_path: Path) -> None:
    """In a string and in a comment, with trigraphs on."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("gcc is not installed")
    (tmp_path / "text.c").write_text(
        f"#include <stdio.h>\n{c_comment(text)}\nstatic const char text[] = {c_string(text)};\n"
        "int main(void) { return fwrite(text, 1, sizeof text - 1, stdout) != sizeof text - 1; }\n",
        encoding="ascii",
    )
    command = [compiler, "-std=c11", "-trigraphs", "-Wall", "-Wextra", "-Werror", "text.c", "-o", "text"]
    subprocess.run(command, cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "text"], capture_output=True, check=True)
    assert done.stdout == text.encode("utf-8", "surrogatepass")
    assert escaped(text).isascii()
