"""The order in which roots are asked for a verdict: first what counts prove to fail, last what has no focus nodes."""

from __future__ import annotations

import random

import pytest

from cns.runtime.engines import no_counts
from cython_optimizations import vm
from cython_optimizations.store import Store
from tests.cython_optimizations.helpers import EX, RDF_TYPE, program_of, read, tables_of, triples

DULL = "ex:A a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:nodeKind sh:IRI . "
FEW, MANY = 10, 40_000
"""Of many nodes of a class the store has lists."""


def first(shapes: str, data: str) -> str:
    """The shape that is asked first. That of which nothing is known is cheaper, and would be."""
    store = read(shapes, data)
    labels = [label_of(shapes, shape) for shape in store.verdict_roots()]
    assert sorted(labels) == sorted(label_of(shapes, shape) for shape in store.program.roots())
    return labels[0]


def label_of(shapes: str, shape: int) -> str:
    tables = tables_of(shapes)
    return tables.text(tables.row("shapes", shape)["label"])


def row(subject: int, predicate: str, value: str) -> tuple[str, str, str]:
    return f"<{EX}n{subject}>", RDF_TYPE if predicate == "a" else f"<{EX}{predicate}>", value


@pytest.mark.parametrize(
    ("shape", "values", "is_first"),
    [
        ("sh:minCount 1", {"q": {0: 1, 1: 1}}, True),
        ("sh:minCount 1", {"q": {0: 1, 1: 1, 2: 1}}, False),
        ("sh:minCount 2", {"q": {0: 1, 1: 2, 2: 2}}, True),
        ("sh:minCount 2 ; sh:maxCount 4", {"q": {0: 1, 1: 2, 2: 2}}, True),
        ("sh:minCount 1 ; sh:maxCount 2", {"q": {0: 3, 1: 2, 2: 2}}, True),
        ("sh:minCount 1 ; sh:datatype xsd:string", {"q": {0: 1}}, True),
        ("sh:hasValue 1", {"q": {0: 1}}, True),
        ("sh:maxCount 1", {"q": {0: 2, 1: 1, 2: 1}}, True),
        ("sh:maxCount 1", {"q": {0: 1, 1: 1, 2: 1}}, False),
        ("sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1", {"q": {0: 1}}, True),
        ("sh:nodeKind sh:IRI", {"q": {0: 1}}, False),
    ],
)
def test_what_counts_say_of_a_shape(shape: str, values: dict[str, dict[int, int]], is_first: bool) -> None:
    shapes = DULL + f"ex:B a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:q ; {shape} ] ."
    rows = [row(i, "p", '"x"') for i in range(3)]
    rows += [row(n, p, f'"{i}"') for p, counts in values.items() for n, count in counts.items() for i in range(count)]
    assert (first(shapes, triples(rows)) == "ex:B") is is_first


@pytest.mark.parametrize("count", [FEW, MANY])
def test_the_nodes_of_a_class_are_counted(count: int) -> None:
    shapes = DULL + "ex:B a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
    rows = [row(i, "a", f"<{EX}C>") for i in range(count)] + [row(0, "p", '"x"')]
    wrong = rows + [row(i, "q", '"x"') for i in range(count - 1)]
    assert first(shapes, triples(wrong)) == "ex:B"
    assert first(shapes, triples([*wrong, row(count - 1, "q", '"x"')])) == "ex:A"


def test_a_shape_without_focus_nodes_is_last() -> None:
    shapes = DULL.replace("ex:p", "ex:none") + "ex:B a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:pattern 'n' ."
    assert first(shapes, triples([row(0, "p", '"x"')])) == "ex:B"


PROVABLE = "".join(
    f"ex:S{i} a sh:NodeShape ; sh:targetSubjectsOf ex:{p} ; sh:nodeKind sh:IRI ; "
    f"sh:property [ sh:path ex:{q} ; {check} ] . "
    for i, (p, q, check) in enumerate(
        (p, q, check)
        for p in "pqr"
        for q in "pqr"
        for check in ("sh:minCount 1", "sh:minCount 2", "sh:minCount 1 ; sh:maxCount 2", "sh:hasValue ex:n1")
        if p != q or "max" in check
    )
)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_proved_to_fail_fails(seed: int) -> None:
    """Of these shapes nothing is only likely to: one that was put first does fail, or it was first before."""
    choice = random.Random(seed)
    rows = {row(choice.randrange(5), choice.choice("pqr"), f"<{EX}n{choice.randrange(3)}>") for _ in range(seed)}
    shapes = PROVABLE if seed % 2 else PROVABLE.replace("sh:minCount 1 ; sh:maxCount 2", "sh:minCount 1")
    store = read(shapes, triples(sorted(rows)))
    with_focus = [shape for shape in store.program.verdict_roots() if runs(store, shape)]
    order = store.verdict_roots()
    if with_focus and order[0] != with_focus[0] and seed % 2 == 0:
        assert not vm.run(store, [(order[0], None)])[0]
    assert sorted(order) == sorted(store.program.roots())
    everything = [(shape, None) for shape in order]
    assert vm.run(store, everything, verdict_only=True)[0] is vm.run(store, everything)[0]


def runs(store: Store, shape: int) -> bool:
    counts = no_counts(store.program)
    vm.run(store, [(shape, None)], counts=counts)
    return any(counts)


def test_an_order_takes_an_index() -> None:
    with pytest.raises(RuntimeError):
        Store(program_of(DULL)).verdict_roots()
