from __future__ import annotations

import hashlib
import http.server
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib

from cns.errors import LoadError
from cns.frontend.load import Sources, load
from cns.frontend.triples import TripleIndex
from cns.terms import BlankNode, Iri, Literal
from cns.vocab import XSD_NS

TRIPLE = (Iri("http://e/s"), Iri("http://e/p"), Literal("v"))
TURTLE = '@prefix e: <http://e/> .\ne:s e:p "v" .\n'
NTRIPLES = '<http://e/s> <http://e/p> "v" .\n'
XML = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="http://e/s"><e:p>v</e:p></rdf:Description></rdf:RDF>'
)
JSON_LD = '{"@id": "http://e/s", "http://e/p": "v"}'
TRIG = '@prefix e: <http://e/> .\n<http://e/g> { e:s e:p "v" }\n'
NQUADS = '<http://e/s> <http://e/p> "v" <http://e/g> .\n'
TRIX = (
    '<TriX xmlns="http://www.w3.org/2004/03/trix/trix-1/"><graph><triple><uri>http://e/s</uri><uri>http://e/p</uri>'
    "<plainLiteral>v</plainLiteral></triple></graph></TriX>"
)
N3 = TURTLE
HEXT = '["http://e/s", "http://e/p", "v", "http://www.w3.org/2001/XMLSchema#string", "", ""]\n'
IMPORTS = "<http://www.w3.org/2002/07/owl#imports>"


def triples(index: TripleIndex) -> list[Any]:
    return list(index)


def fails(*args: Any, **options: Any) -> LoadError:
    with pytest.raises(LoadError) as caught:
        load(*args, **options)
    return caught.value


def places(sources: Sources) -> list[str]:
    return [Path(path).name for path, _ in sources.files]


# --------------------------------------------------------------------------- forms and formats


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", TURTLE), ("a.nt", NTRIPLES), ("a.n3", N3), ("a.nq", NQUADS), ("a.trig", TRIG), ("a.rdf", XML),
        ("a.xml", XML), ("a.owl", XML), ("b.owl", TURTLE), ("a.jsonld", JSON_LD), ("a.json", JSON_LD),
        ("a.trix", TRIX), ("a.hext", HEXT), ("a.txt", TURTLE), ("noextension", XML), ("A.TTL", TURTLE),
    ],
)  # fmt: skip
def test_every_syntax_is_known_by_its_extension_or_its_content(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert triples(load(tmp_path / name).shapes) == [TRIPLE]


@pytest.mark.parametrize("text", [TURTLE, NTRIPLES, XML, JSON_LD, TRIG, NQUADS, TRIX, f"[{JSON_LD}]"])
def test_text_and_bytes_are_told_apart_by_a_look_at_them(text: str) -> None:
    assert triples(load(text).shapes) == triples(load(text.encode()).shapes) == [TRIPLE]


@pytest.mark.parametrize(
    ("format", "text"),
    [("ttl", TURTLE), ("text/turtle; charset=utf-8", TURTLE), ("NT", NTRIPLES), ("application/rdf+xml", XML),
     ("json-ld", JSON_LD), ("application/ld+json", JSON_LD), ("nquads", NQUADS), ("hext", HEXT), ("n3", N3)],
)  # fmt: skip
def test_a_format_has_rdflib_s_name_and_the_usual_aliases(format: str, text: str) -> None:
    assert triples(load(text.encode(), format=format).shapes) == [TRIPLE]


def test_a_turtle_bracket_is_not_taken_for_json() -> None:
    assert len(load("[ <http://e/p> 1 ] .\n").shapes) == 1
    assert len(load("[] <http://e/p> 1 .\n").shapes) == 1


def test_graphs_datasets_and_lists_of_everything_are_one_graph(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TURTLE)
    graph = rdflib.Graph().parse(data="<http://e/s> <http://e/p> 1 .", format="turtle")
    dataset = rdflib.Dataset()
    dataset.graph(rdflib.URIRef("http://e/g")).add((rdflib.URIRef("http://e/s"),) * 3)
    sources = load([str(tmp_path / "a.ttl"), (graph, [dataset, NTRIPLES.encode()])])
    assert len(sources.shapes) == 3
    assert sources.shapes.objects(Iri("http://e/s"), Iri("http://e/p")) == [
        Literal("v"),
        Literal("1", XSD_NS + "integer"),
    ]


def test_a_file_url_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a b.ttl").write_text(TURTLE)
    assert triples(load((tmp_path / "a b.ttl").as_uri()).shapes) == [TRIPLE]


def test_an_empty_file_is_an_empty_ontology(tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("")
    assert len(load(TURTLE, tmp_path / "empty.ttl").ontology) == 0


def test_relative_iris_are_relative_to_the_file_or_to_the_base(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<> <http://e/p> <b> .")
    subject = Iri((tmp_path / "a.ttl").as_uri())
    assert load(tmp_path / "a.ttl").shapes.objects(subject, Iri("http://e/p")) == [Iri((tmp_path / "b").as_uri())]
    assert load("<> <http://e/p> 1 .\n", base="http://base/x").shapes.objects(Iri("http://base/x"), Iri("http://e/p"))


# --------------------------------------------------------------------------- literals, labels, determinism


def test_literals_arrive_as_written() -> None:
    sources = load("<s> <p> +1, 01, -0.50, 1E0, true, '1'^^<http://www.w3.org/2001/XMLSchema#boolean> ,\n # 7\n 007 .")
    written = [value.lexical for _, _, value in sources.shapes if isinstance(value, Literal)]
    assert written == ["+1", "01", "-0.50", "1E0", "true", "1", "007"]


def test_a_token_keeps_its_spaces_and_a_language_its_case() -> None:
    sources = load('<s> <p> " a  b "^^<http://www.w3.org/2001/XMLSchema#token>, "x"@EN, "x"@en .\n')
    values = [value for _, _, value in sources.shapes]
    assert values[0] == Literal(" a  b ", XSD_NS + "token")
    assert [value.language for value in values[1:] if isinstance(value, Literal)] == ["EN", "en"]


def test_the_global_switch_of_rdflib_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in (True, False):
        monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", setting)
        load(XML)
        with pytest.raises(LoadError):
            load("<?xml version='1.0'?><a>")
        assert setting is rdflib.NORMALIZE_LITERALS


def test_rdflib_s_noise_does_not_leak(capfd: pytest.CaptureFixture[str]) -> None:
    bad = '<http://e/s> <http://e/p> "x"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    load(bad, format="n3")
    sources = load("<http://e/ s> <http://e/p> 1 .\n")
    assert capfd.readouterr().err == ""
    assert sources.warnings == ("<http://e/ s> is not a valid IRI: it holds the character ' '",)
    assert logging.getLogger("rdflib").level == logging.NOTSET


def test_blank_nodes_are_numbered_in_document_order_and_never_collide() -> None:
    graph = rdflib.Graph()
    graph.add((rdflib.BNode("b0"), rdflib.URIRef("http://e/p"), rdflib.BNode("mine")))
    sources = load(["_:x <http://e/p> _:y .\n", graph, "_:x <http://e/p> _:z .\n"])
    pairs = [(s, o) for s, _, o in sources.shapes]
    assert pairs == [("_:b1", "_:b2"), ("_:b0", "_:mine"), ("_:b3", "_:b4")]


@pytest.mark.parametrize(
    "text", [XML.replace("<e:p>v</e:p>", '<e:p rdf:parseType="Resource"/>'), "_:b <http://e/p> [] .\n"]
)
def test_the_same_text_gives_the_same_labels(text: str) -> None:
    assert triples(load(text).shapes) == triples(load(text).shapes)
    assert any(value == "_:b0" for triple in load(text).shapes for value in triple)


def test_one_file_in_both_roles_is_read_once_with_the_same_labels(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("[] <http://e/p> 1 .\n")
    sources = load(tmp_path / "a.ttl", str(tmp_path / "a.ttl"))
    assert triples(sources.shapes) == triples(sources.ontology)
    assert len(sources.files) == 1


def test_prefixes_are_those_that_the_sources_declare() -> None:
    assert load(TURTLE).prefixes == (("e", "http://e/"),)
    assert load(NTRIPLES).prefixes == ()
    graph = rdflib.Graph()
    graph.bind("e", "http://e/")
    graph.add((rdflib.URIRef("http://e/s"), rdflib.RDF.type, rdflib.OWL.Class))
    names = [prefix for prefix, _ in load(graph).prefixes]
    assert names == ["e", "owl", "rdf"]


def test_the_first_declaration_of_a_prefix_counts() -> None:
    assert load([TURTLE, "@prefix e: <http://other/> .\n"]).prefixes == (("e", "http://e/"),)


def test_the_digest_follows_the_content_and_the_roles(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(TURTLE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.ttl").write_text(TURTLE)
    digest = load(tmp_path / "a.ttl").digest
    assert digest == load(tmp_path / "sub" / "b.ttl").digest, "moving a file changes nothing"
    assert digest != load(TURTLE.replace('"v"', '"w"')).digest
    assert load(TURTLE, NTRIPLES).digest != load(NTRIPLES, TURTLE).digest
    assert load("<> <p> 1 .\n", base="http://a/").digest != load("<> <p> 1 .\n", base="http://b/").digest


def test_the_digest_of_a_graph_does_not_depend_on_its_order() -> None:
    one, other = rdflib.Graph(), rdflib.Graph()
    rows = [(rdflib.URIRef(f"http://e/{i}"), rdflib.RDF.value, rdflib.Literal(i)) for i in range(20)]
    for row in rows:
        one.add(row)
    for row in reversed(rows):
        other.add(row)
    assert load(one).digest == load(other).digest
    assert triples(load(one).shapes) == triples(load(other).shapes)


def test_files_are_named_with_the_hash_of_their_content(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE)
    assert load(path).files == ((str(path), hashlib.sha256(TURTLE.encode()).hexdigest()),)


# --------------------------------------------------------------------------- imports


def test_imports_are_followed_through_files_and_loops_are_fine(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f"<> {IMPORTS} <sub/b.ttl> .\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.ttl").write_text(f"<> {IMPORTS} <../a.ttl>, <c.nt> .\n")
    (tmp_path / "sub" / "c.nt").write_text(NTRIPLES)
    sources = load(tmp_path / "a.ttl")
    assert TRIPLE in triples(sources.shapes)
    assert places(sources) == ["a.ttl", "b.ttl", "c.nt"]
    assert sources.warnings == ()
    assert places(load(tmp_path / "a.ttl", imports=False)) == ["a.ttl"]


@pytest.mark.parametrize("spelling", ["http://e/onto", "http://e/onto#", "http://e/onto/"])
@pytest.mark.parametrize("imported", ["http://e/onto", "http://e/onto#", "http://e/onto/"])
def test_the_catalog_names_local_copies(tmp_path: Path, spelling: str, imported: str) -> None:
    (tmp_path / "copy.ttl").write_text(TURTLE)
    text = f"<http://e/x> {IMPORTS} <{imported}> .\n"
    sources = load(text, catalog={spelling: tmp_path / "copy.ttl"})
    assert TRIPLE in triples(sources.shapes)
    assert sources.warnings == ()


def test_an_import_that_cannot_be_resolved_is_a_warning_with_both_remedies() -> None:
    (warning,) = load(f"<http://e/x> {IMPORTS} <http://e/onto> .\n").warnings
    assert "<http://e/onto>" in warning
    assert "catalog" in warning
    assert "network=True" in warning


def test_a_missing_local_import_is_a_warning_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f"<> {IMPORTS} <gone.ttl> .\n")
    (warning,) = load(tmp_path / "a.ttl").warnings
    assert "gone.ttl: no such file" in warning


def test_a_source_that_is_given_anyway_satisfies_an_import() -> None:
    ontology = TURTLE + "<http://e/onto> a <http://www.w3.org/2002/07/owl#Ontology> .\n"
    sources = load(f"<http://e/x> {IMPORTS} <http://e/onto#> .\n", ontology)
    assert sources.warnings == ()
    assert TRIPLE in triples(sources.shapes)


def test_the_shacl_vocabulary_itself_needs_no_import() -> None:
    assert load(f"<http://e/x> {IMPORTS} <http://www.w3.org/ns/shacl#> .\n").warnings == ()


def test_a_broken_import_is_an_error_in_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(f"<> {IMPORTS} <b.ttl> .\n")
    (tmp_path / "b.ttl").write_text("<a> <b> .\n")
    assert fails(tmp_path / "a.ttl").where.source.endswith("b.ttl")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/onto" else 404)
            self.send_header("Content-Type", "text/turtle")
            self.end_headers()
            self.wfile.write(TURTLE.encode())

        def log_message(self, format: str, *args: Any) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_the_network_is_touched_only_when_asked_for(server: str) -> None:
    error = fails(f"{server}/onto")
    assert error.code == "CNS109"
    assert "network=True" in error.hint
    assert triples(load(f"{server}/onto", network=True).shapes) == [TRIPLE]
    text = f"<http://e/x> {IMPORTS} <{server}/onto#part> .\n"
    assert len(load(text).warnings) == 1
    assert TRIPLE in triples(load(text, network=True).shapes)
    assert fails(f"{server}/other", network=True).code == "CNS101"


def test_a_remote_json_ld_context_comes_from_the_catalog_or_not_at_all(tmp_path: Path) -> None:
    text = '{"@context": "https://e.org/context", "@id": "http://e/s", "p": "v"}'
    error = fails(text)
    assert error.code == "CNS109"
    assert "https://e.org/context" in error.message
    (tmp_path / "context.jsonld").write_text('{"@context": {"p": "http://e/p"}}')
    assert triples(load(text, catalog={"https://e.org/context": tmp_path / "context.jsonld"}).shapes) == [TRIPLE]


def test_a_json_ld_context_may_lie_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "context.jsonld").write_text('{"@context": {"p": "http://e/p"}}')
    (tmp_path / "a.jsonld").write_text('{"@context": "context.jsonld", "@id": "http://e/s", "p": "v"}')
    assert triples(load(tmp_path / "a.jsonld").shapes) == [TRIPLE]


# --------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("name", ["nothere.ttl", "ex:a", "shapes", "/no/such/folder/x.ttl"])
def test_a_missing_file_is_named(name: str) -> None:
    error = fails(name)
    assert (error.code, error.where.source, error.message) == ("CNS101", name, "no such file")
    assert "path" in error.hint


def test_a_missing_path_object_is_named(tmp_path: Path) -> None:
    assert fails(tmp_path / "gone.ttl").code == "CNS101"


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    assert fails(tmp_path).code == fails(str(tmp_path)).code == "CNS102"


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError

    (tmp_path / "a.ttl").write_text(TURTLE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert fails(tmp_path / "a.ttl").code == "CNS103"


def test_invalid_utf8_is_told_with_its_offset_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(b"# one\n# two \xff\n")
    error = fails(tmp_path / "a.ttl")
    assert (error.code, error.where.line) == ("CNS104", 2)
    assert "offset 12" in error.message
    assert "0xFF" in error.message


def test_a_byte_order_mark_is_no_content() -> None:
    assert triples(load(b"\xef\xbb\xbf" + TURTLE.encode()).shapes) == [TRIPLE]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("@prefix e: <http://e/> .\r\ne:s e:p\r\n  e:o e:x .\n", 3, 7),
        ("<http://e/s> <http://e/p> x:y .\n", 1, 27),
        ("<http://e/s>\n <http://e/p> 'abc .\n", 2, 21),
        ("<http://e/s> <http://e/p> 1", 1, 28),
        ("<http://e/s>\n<http://e/p>", 2, 13),
        ('<http://e/s>\n<http://e/p> "never closed\n', 2, 27),
        ('"literal" <http://e/p> 1 .\n', 1, 10),
        ("<http://e/s> _:b 1 .\n", 1, None),
        ("<http://e/s>\n.\n", 2, 1),
    ],
)
def test_bad_turtle_is_told_with_line_and_column(text: str, line: int, column: int | None) -> None:
    error = fails(text)
    assert error.code == "CNS105"
    assert error.where.line == line
    assert column is None or error.where.column == column
    assert "turtle" in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("format", "text", "line"),
    [
        ("nt", NTRIPLES + "<http://e/s> <http://e/p> .\n", 2),
        ("nt", NTRIPLES * 3 + '<http://e/s> <http://e/p> "v"', 4),
        ("nt", NTRIPLES + "<relative> <http://e/p> 1 .\n", 2),
        ("nt", NQUADS, 1),
        ("nquads", NQUADS + "<http://e/s> ", 2),
        ("xml", "<?xml version='1.0'?>\n<rdf:RDF>\n", 2),
        ("xml", "<?xml version='1.0'?>\n<a><b></a>", 2),
        ("json-ld", '{"@id":\n "x",, }', 2),
        ("trig", "<http://e/g> {\n <http://e/s> }", 2),
    ],
)
def test_bad_text_in_other_syntaxes_is_told_with_its_line(format: str, text: str, line: int) -> None:
    error = fails(text.encode(), format=format)
    assert (error.code, error.where.line) == ("CNS105", line)


def test_truncated_n_triples_say_what_was_expected() -> None:
    error = fails(b"<http://e/s> <http://e/p> ", format="nt")
    assert "expected an object" in error.message
    assert error.where.column == 27


def test_deep_nesting_is_an_error_and_no_overflow() -> None:
    error = fails("<http://e/s> <http://e/p> " + "[ <http://e/p> " * 5000 + "1" + "]" * 5000 + " .\n")
    assert error.code == "CNS108"
    assert "nested too deeply" in error.message


def test_deeply_nested_json_is_an_error_and_no_overflow() -> None:
    assert fails("[" * 100_000 + "]" * 100_000, format="json-ld").code == "CNS108"


def test_an_unknown_format_lists_the_known_ones(tmp_path: Path) -> None:
    error = fails(TURTLE, format="excel")
    assert error.code == "CNS106"
    assert "turtle" in error.hint
    (tmp_path / "a.html").write_text("<html/>")
    assert fails(tmp_path / "a.html").code == "CNS106"


def test_a_source_of_a_strange_type_is_refused() -> None:
    error = fails(42)
    assert error.code == "CNS107"
    assert "int" in error.message


def test_the_value_is_frozen() -> None:
    with pytest.raises(AttributeError):
        load(TURTLE).digest = ""  # type: ignore[misc]


def test_blank_nodes_of_text_are_cns_terms() -> None:
    subject = next(iter(load("[] <http://e/p> 1 .\n").shapes.nodes()))
    assert isinstance(subject, BlankNode)
    assert subject.label == "b0"
