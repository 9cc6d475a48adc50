"""The store's columns as buffers: no copies, nothing to write to, alive as long as anybody looks; hits from rows."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from cython_optimizations import cstructs, hits, vm
from cython_optimizations.columns import ADDRESSES, SET_CHECKS, Checks, Columns
from cython_optimizations.store import Store
from tests.cython_optimizations.helpers import EX, KEEP_ALL, program_of, read, roots
from tests.cython_optimizations.rich import DATA, SHAPES

SHAPE = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:class ex:C ] ."
LINES = f'<{EX}a> <{EX}p> <{EX}b> .\n<{EX}a> <{EX}p> "é"@de .\n<{EX}c> <{EX}p> <{EX}a> .\n'


def test_views_are_the_memory_of_the_store() -> None:
    store = read(SHAPE, LINES)
    columns = Columns(store)
    column = next(i for i in range(3) if len(columns.forward(i)[3]) == 12)
    bits, ranks, offsets, values = (memoryview(view) for view in columns.forward(column))
    assert list(offsets.cast("I")) == [0, 2, 3]
    assert ranks.cast("I")[0] == 0
    assert sum(word.bit_count() for word in bits.cast("Q")) == 2
    assert [store.term(value) for value in values.cast("I")][::2] == [("iri", EX + "b"), ("iri", EX + "a")]
    assert values.readonly
    assert np.shares_memory(*(np.frombuffer(columns.forward(column)[3], np.uint32) for _ in range(2)))


def test_structs_have_the_layout_of_c() -> None:
    store = read(SHAPE, LINES)
    nodes = np.frombuffer(Columns(store).nodes(), cstructs.struct_dtype(cstructs.NODE_LAYOUT))
    literals = np.frombuffer(Columns(store).literals(), cstructs.struct_dtype(cstructs.LITERAL_LAYOUT))
    assert len(nodes) == store.node_count
    assert nodes["length"][store.find(EX + "a")] == len(EX) + 1
    assert nodes["type"][store.find(EX + "a")] & 3 == 0
    assert (literals["length"][-1], literals["datatype"][-1]) == (
        2,
        cstructs.DATATYPES["http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"],
    )
    assert nodes["length"][literals["language"][-1] - 1] == 2


def test_a_view_keeps_the_store_alive() -> None:
    view = np.frombuffer(Columns(read(SHAPE, LINES)).nodes(), np.uint8)
    before = view.tobytes()
    gc.collect()
    assert view.tobytes() == before


def test_what_is_empty_is_an_empty_buffer() -> None:
    columns = Columns(read(KEEP_ALL, ""))
    assert [len(memoryview(view)) for view in columns.rest()] == [0, 0, 0, 0]


def test_before_the_index_there_are_no_columns() -> None:
    for kind in (Columns, Checks):
        with pytest.raises(RuntimeError, match="not indexed"):
            kind(Store(program_of(SHAPE)))
    with pytest.raises(IndexError):
        Columns(read(SHAPE, LINES)).forward(99)


def test_targets_are_those_of_the_vm() -> None:
    store = read(SHAPES, DATA)
    checks = Checks(store)
    for shape in store.program.roots():
        focus = np.frombuffer(checks.targets(shape), np.uint32)
        assert list(vm.run(store, [(shape, None)])[1]) == list(vm.run(store, [(shape, focus)])[1])
    with pytest.raises(IndexError):
        checks.targets(10_000)


def test_only_checks_over_sets_have_results_to_tell() -> None:
    words = np.zeros(1, np.uint32)
    assert set(ADDRESSES) == {"passes", "fail", "subjects"}
    with pytest.raises(ValueError, match=r"\d"):
        Checks(read(SHAPE, LINES)).results(max(SET_CHECKS) + 1000, 0, 0, 0, words, words, words, words)


def test_hits_from_rows() -> None:
    store = read(SHAPES, DATA)
    found = vm.run(store, roots(store))[1]
    rows = np.asarray(memoryview(found))
    assert list(hits.of_rows(store, rows)) == list(found)
    assert len(hits.of_rows(store, rows[:0])) == 0
    with pytest.raises(ValueError, match="four"):
        hits.of_rows(store, np.zeros((1, 3), np.uint32))
