from __future__ import annotations

from cns.terms import Iri
from tests.frontend.conftest import OneShape, ParseText


def test_a_named_shape_is_shown_by_its_prefix(one_shape: OneShape) -> None:
    assert one_shape("ex:Person a sh:NodeShape .").source_text == "ex:Person"


def test_an_iri_without_a_prefix_or_with_odd_characters_is_shown_whole(one_shape: OneShape) -> None:
    assert one_shape("<http://other/Person> a sh:NodeShape .").source_text == "<http://other/Person>"
    assert one_shape("<http://example.org/a/b> a sh:NodeShape .").source_text == "<http://example.org/a/b>"
    assert one_shape("<http://example.org/a%20b> a sh:NodeShape .").source_text == "<http://example.org/a%20b>"


def test_a_blank_shape_is_shown_in_brackets_sorted_by_name(one_shape: OneShape) -> None:
    text = one_shape(
        "[] sh:path ex:p ; sh:in ( 1 'a'@en true '2024-01-01'^^xsd:date ) ; sh:or ( [ sh:class ex:C ] )."
    ).source_text
    assert text == ('[ sh:in ( 1 "a"@en true "2024-01-01"^^xsd:date ) ; sh:or ( [ sh:class ex:C ] ) ; sh:path ex:p ]')


def test_an_empty_shape_is_an_empty_pair_of_brackets(parse_text: ParseText) -> None:
    assert parse_text("ex:S sh:targetNode ex:x ; sh:not [] .").shapes[1].source_text == "[]"


def test_long_deep_and_looping_shapes_are_cut(parse_text: ParseText) -> None:
    members = " ".join(f"ex:value{i}" for i in range(5000))
    assert "…" in parse_text(f"[] sh:targetNode ex:x ; sh:in ( {members} ) .").shapes[0].source_text
    assert "…" in parse_text("_:s sh:targetNode ex:x ; sh:not _:s .").shapes[0].source_text
    assert (
        "…"
        in parse_text("[] sh:not [ sh:not [ sh:not [ sh:not [ sh:not [ sh:class ex:C ] ] ] ] ].").shapes[0].source_text
    )
    wide = parse_text(f"[] sh:targetNode ex:x ; sh:pattern '{'x' * 10_000}' ; sh:class {members.replace(' ', ', ')} .")
    assert all(len(shape.source_text) < 500 for shape in wide.shapes)


def test_usual_prefixes_are_used_even_where_not_declared() -> None:
    from cns.frontend.labels import Labels
    from cns.frontend.load import load

    labels = Labels(load("<http://e/s> <http://e/p> 1 .\n").shapes, ())
    assert labels(Iri("http://www.w3.org/ns/shacl#path")) == "sh:path"
