from __future__ import annotations

import pytest

from cns.frontend.load import load
from cns.frontend.triples import MalformedList, TripleIndex
from cns.terms import Iri, Literal
from cns.vocab import RDF_NIL, XSD_NS

P, Q = Iri("http://e/p"), Iri("http://e/q")
S = Iri("http://e/s")
RDF = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix : <http://e/> .\n"


def index(turtle: str) -> TripleIndex:
    return load(RDF + turtle).shapes


def number(text: str) -> Literal:
    return Literal(text, XSD_NS + "integer")


def test_objects_and_subjects_are_found_in_document_order() -> None:
    found = index(":s :p 2, 1, 2 ; :q :o . :r :p 1 .")
    assert found.objects(S, P) == [number("2"), number("1")]
    assert found.value(S, Q) == Iri("http://e/o")
    assert found.value(S, Iri("http://e/none")) is None
    assert found.subjects(P, number("1")) == [S, Iri("http://e/r")]
    assert list(found.all_objects(P)) == [number("2"), number("1")]
    assert list(found.nodes()) == [S, Iri("http://e/r")]
    assert len(found) == 4


def test_the_same_triple_from_two_sources_counts_once() -> None:
    assert len(load([RDF + ":s :p 1 .", RDF + ":s :p 1, 2 ."]).shapes) == 2


def test_a_subject_knows_where_it_stands() -> None:
    found = load(RDF + "\n:s :p 1 .\n:r :p [\n :q 2 ] .\n").shapes
    assert found.place(S) == ("<text 1>", 3)
    assert found.place(Iri("http://e/r")) == ("<text 1>", 4)
    assert found.place(Iri("http://e/unknown")) == ("", None)


def test_list_items_come_in_order_and_tails_may_be_shared() -> None:
    found = index(
        ":s :p _:a ; :q _:b . _:a rdf:first 1 ; rdf:rest _:c . _:b rdf:first 2 ; rdf:rest _:c . "
        "_:c rdf:first 3 ; rdf:rest () ."
    )
    assert found.list_items(found.objects(S, P)[0]) == (number("1"), number("3"))
    assert found.list_items(found.objects(S, Q)[0]) == (number("2"), number("3"))
    assert found.list_items(RDF_NIL) == ()


@pytest.mark.parametrize(
    ("turtle", "reason"),
    [
        (":s :p _:a . _:a rdf:first 1 ; rdf:rest _:a .", "loop"),
        (":s :p _:a . _:a rdf:first 1 ; rdf:rest [ rdf:first 2 ; rdf:rest _:a ] .", "loop"),
        (":s :p [ rdf:first 1 ] .", "no rdf:rest"),
        (":s :p [ rdf:rest () ] .", "no rdf:first"),
        (":s :p [ rdf:first 1, 2 ; rdf:rest () ] .", "2 rdf:first"),
        (":s :p [ rdf:first 1 ; rdf:rest (), ( 1 ) ] .", "2 rdf:rest"),
        (":s :p 'text' .", "a literal"),
        (":s :p :q .", "no rdf:first"),
        (":s :p () . rdf:nil rdf:rest () .", "rdf:nil itself"),
    ],
)
def test_a_malformed_list_says_what_is_wrong(turtle: str, reason: str) -> None:
    found = index(turtle)
    with pytest.raises(MalformedList, match=reason):
        found.list_items(found.objects(S, P)[0])
