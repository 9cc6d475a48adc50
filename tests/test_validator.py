"""``cns.compile`` and ``Validator``: what the README promises, and what goes wrong with bad input."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import rdflib

import cns
from cns.errors import CnsError, LoadError, ProgramError, ShapeError, UnsupportedError, UsageError
from cns.toolchain.cc import find
from tests.support import EX, PREFIXES, compiled, graph

SHAPES = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
GOOD = f"<{EX}a> <{rdflib.RDF.type}> <{EX}C> .\n<{EX}a> <{EX}p> 'x' .\n".replace("'", '"')
BAD = f"<{EX}a> <{rdflib.RDF.type}> <{EX}C> .\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + SHAPES)
    (tmp_path / "ontology.ttl").write_text(PREFIXES + "ex:D rdfs:subClassOf ex:C .")
    (tmp_path / "good.nt").write_text(GOOD)
    (tmp_path / "bad.nt").write_text(BAD)
    return tmp_path


def test_the_first_example_of_the_readme(files: Path) -> None:
    validator = cns.compile(files / "ontology.ttl", str(files / "shapes.ttl"))
    report = validator.validate(files / "bad.nt")
    assert (report.conforms, len(report)) == (False, 1)
    assert report.results[0].focus == EX + "a"
    assert validator.conforms(files / "good.nt")
    assert not validator.conforms(files / "bad.nt")
    assert len(validator.check(BAD.encode())) == 1


def test_data_in_every_form(files: Path) -> None:
    validator = compiled(SHAPES)
    turtle = PREFIXES + "ex:a a ex:C ."
    dataset = rdflib.Dataset()
    dataset.graph(rdflib.URIRef(EX + "g")).add((rdflib.URIRef(EX + "a"), rdflib.RDF.type, rdflib.URIRef(EX + "C")))
    (files / "bad.ttl").write_text(turtle)
    for data in (turtle, turtle.encode(), graph("ex:a a ex:C ."), dataset, files / "bad.ttl", BAD.encode()):
        assert len(validator.validate(data)) == 1
    assert validator.validate([files / "bad.nt", turtle.replace("a ex:C", "ex:p 1")]).conforms
    assert validator.validate([]).conforms


def test_several_sources_are_one_graph_and_the_ontology_counts(files: Path) -> None:
    validator = cns.compile([files / "ontology.ttl"], [files / "shapes.ttl", PREFIXES + "ex:S sh:targetClass ex:E ."])
    report = validator.validate(
        [
            f"<{EX}d> a <{EX}D> .",
            f"<{EX}e> a <{EX}F> . <{EX}F> {'<http://www.w3.org/2000/01/rdf-schema#subClassOf>'} <{EX}E> .",
        ]
    )
    assert {result.focus for result in report} == {EX + "d", EX + "e"}


def test_focus_and_shapes_can_be_chosen() -> None:
    validator = compiled(SHAPES + "ex:T a sh:NodeShape ; sh:nodeKind sh:Literal .")
    data = PREFIXES + "ex:a a ex:C . ex:b a ex:C . ex:z ex:p ex:q ."
    assert {r.focus for r in validator.validate(data, focus=[EX + "b", EX + "nowhere"])} == {
        EX + "b",
        EX + "nowhere",
    }
    assert len(validator.validate(data, shapes=[EX + "T"])) == 0
    assert {r.shape for r in validator.validate(data, shapes=[EX + "T"], focus=[EX + "z"])} <= {EX + "T"}
    with pytest.raises(UsageError, match="there is no shape"):
        validator.validate(data, shapes=[EX + "nowhere"])


def test_programs_are_saved_and_loaded(tmp_path: Path) -> None:
    validator = compiled(SHAPES)
    validator.save(tmp_path / "p.cns")
    loaded = cns.Validator.load(tmp_path / "p.cns")
    assert loaded.to_bytes() == validator.to_bytes()
    assert loaded.validate(BAD.encode(), format="nt").text() == validator.validate(BAD.encode(), format="nt").text()
    assert [path.name for path in tmp_path.iterdir()] == ["p.cns"]


def test_a_damaged_program_is_refused(tmp_path: Path) -> None:
    blob = bytearray(compiled(SHAPES).to_bytes())
    blob[-1] ^= 1
    for bad in (blob, blob[:100], b"", b"something else"):
        (tmp_path / "p.cns").write_bytes(bad)
        with pytest.raises(ProgramError):
            cns.Validator.load(tmp_path / "p.cns")
    with pytest.raises(LoadError):
        cns.Validator.load(tmp_path / "none.cns")


def test_one_validator_serves_many_threads() -> None:
    validator = compiled(SHAPES)
    data = "".join(f"<{EX}n{i}> <{rdflib.RDF.type}> <{EX}C> .\n" for i in range(2000)).encode()
    lengths: list[int] = []
    threads = [
        threading.Thread(target=lambda: lengths.append(len(validator.validate(data, format="nt")))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [2000] * 8


def test_warnings_are_warnings() -> None:
    with pytest.warns(cns.CnsWarning, match="sh:minCount"):
        compiled("ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCout 1 ] .")


# ---------------------------------------------------------------------- bad input


def error_of(shapes: object = None, data: object = b"", **options: object) -> CnsError:
    def attempt() -> None:
        text = shapes if shapes is not None else PREFIXES + SHAPES
        cns.compile(None, text).validate(data, **options)  # type: ignore[arg-type]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(CnsError) as caught:
            attempt()
    assert caught.value.code.startswith("CNS")
    assert caught.value.hint, "an error says what to do next"
    return caught.value


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (f"<{EX}a> <{EX}p> <{EX}b> .\n<{EX}a> <{EX}p> ", 2, 47),
        (f"<{EX}a> <{EX}p> <{EX}b>\n", 1, 69),
        (f"<{EX}a> <{EX}p> \"x .\n", 1, 51),
        (f"\n\n  junk <{EX}p> <{EX}b> .\n", 3, 3),
    ],
)  # fmt: skip
def test_bad_ntriples_name_the_place(tmp_path: Path, data: str, line: int, column: int) -> None:
    path = tmp_path / "data.nt"
    path.write_text(data)
    error = error_of(data=path)
    assert isinstance(error, LoadError)
    assert (error.where.source, error.where.line, error.where.column) == (str(path), line, column)


def test_invalid_utf8(tmp_path: Path) -> None:
    path = tmp_path / "data.nt"
    path.write_bytes(f'<{EX}a> <{EX}p> "'.encode() + b'\xff" .\n')
    error = error_of(data=path)
    assert "UTF-8" in error.message
    assert error.where.line == 1
    assert "UTF-8" in error_of(shapes=b"\xff\xfe<a>").message


def test_missing_files_directories_and_nonsense(tmp_path: Path) -> None:
    assert error_of(data=tmp_path / "none.nt").code == "CNS101"
    assert error_of(data=tmp_path / "none.ttl").code == "CNS101"
    assert error_of(shapes=tmp_path / "none.ttl").code == "CNS101"
    assert error_of(data=tmp_path).code == "CNS102"
    assert error_of(shapes=tmp_path).code == "CNS102"
    (tmp_path / "folder.nt").mkdir()
    assert error_of(data=tmp_path / "folder.nt").code == "CNS102"
    assert error_of(data=42).code == "CNS107"
    assert error_of(data=PREFIXES, format="klingon").code == "CNS106"


def test_empty_files_are_empty_graphs(tmp_path: Path) -> None:
    (tmp_path / "empty.nt").touch()
    (tmp_path / "empty.ttl").touch()
    assert compiled(SHAPES).validate([tmp_path / "empty.nt", tmp_path / "empty.ttl"]).conforms
    with pytest.warns(cns.CnsWarning, match="no shapes"):
        assert cns.compile(None, tmp_path / "empty.ttl").validate(BAD.encode()).conforms


def test_invalid_turtle_in_shapes_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + "ex:S a sh:NodeShape ;\n sh:property [ sh:path ; ] .\n")
    error = error_of(shapes=path)
    assert isinstance(error, LoadError)
    assert error.where.source == str(path)
    assert error.where.line == PREFIXES.count("\n") + 2


def test_a_list_that_loops_and_a_path_that_is_none() -> None:
    loop = error_of(PREFIXES + "ex:S a sh:NodeShape ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .")
    assert isinstance(loop, ShapeError)
    assert (loop.where.shape, loop.where.property) == ("ex:S", "sh:in")
    path = error_of(PREFIXES + "ex:S a sh:PropertyShape ; sh:path 'no path' ; sh:minCount 1 .")
    assert isinstance(path, ShapeError)
    assert "shacl" in path.spec


def test_what_means_something_to_c_means_nothing_here() -> None:
    hostile = EX + "%22%5C*/%s%n//??/"
    shapes = f'{PREFIXES} <{hostile}> a sh:NodeShape ; sh:targetNode <{hostile}> ; sh:hasValue "\\"*/\\\\n%s\\u0000" .'
    report = cns.compile(None, shapes).validate(b"")
    assert [(r.focus, r.shape) for r in report] == [(hostile, hostile)]
    assert len(rdflib.Graph().parse(data=report.serialize("nt"), format="nt")) == 2 + 7


def test_sparql_is_refused_by_name() -> None:
    shapes = PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select 'SELECT $this {}' ] ."
    error = error_of(shapes)
    assert isinstance(error, UnsupportedError)
    assert "sh:sparql" in str(error)
    assert "ex:S" in str(error)
    with pytest.warns(cns.CnsWarning, match="sparql"):
        assert cns.compile(None, shapes, ignore_unsupported=True).validate(BAD.encode(), format="nt").conforms


def test_subclass_chains_of_any_depth() -> None:
    depth = 100_000
    sub = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    chain = "".join(f"<{EX}c{i}> {sub} <{EX}c{i + 1}> .\n" for i in range(depth))
    data = f"{chain}<{EX}c{depth}> {sub} <{EX}C> .\n<{EX}C> {sub} <{EX}c0> .\n<{EX}a> <{rdflib.RDF.type}> <{EX}c0> .\n"
    assert [r.focus for r in compiled(SHAPES).validate(data.encode(), format="nt")] == [EX + "a"]


def test_nothing_to_compile() -> None:
    with pytest.raises(UsageError):
        cns.compile()


# ---------------------------------------------------------------------- events

EVENT_SHAPES = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."


@pytest.mark.parametrize("engine", ["vm", "native"])
def test_an_event_is_checked_by_itself(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "native" and find() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("CNS_OPTIMISE", "-O0")
    validator = compiled(EVENT_SHAPES, engine=engine)
    good = f'<{EX}a> <{EX}p> "1" .\n'.encode()
    bad = good + f'<{EX}a> <{EX}p> "2" .\n'.encode()
    for _ in range(3):
        assert validator.check(good).conforms
        assert [str(result.focus) for result in validator.check(bad)] == [EX + "a"]
        assert validator.check(b"").conforms
        assert len(validator.check(b"")) == 0


def test_an_event_that_is_no_ntriples_is_an_error() -> None:
    validator = compiled(EVENT_SHAPES)
    with pytest.raises(cns.LoadError, match="<bytes 1>:2"):
        validator.check(f'<{EX}a> <{EX}p> "1" .\nnonsense\n'.encode())
    assert validator.check(b"").conforms


def test_events_in_several_threads() -> None:
    validator = compiled(EVENT_SHAPES)
    events = [
        "".join(f'<{EX}a{i}> <{EX}p> "{j}" .\n' for i in range(5) for j in range(n % 2 + 1)).encode() for n in range(8)
    ]

    def work(number: int) -> list[int]:
        return [len(validator.check(events[(number + i) % 8])) for i in range(400)]

    with ThreadPoolExecutor(4) as pool:
        for number, found in enumerate(pool.map(work, range(8))):
            assert found == [5 * ((number + i) % 2) for i in range(400)]
