"""Tables of triples over Arrow: every layout of text, both ways to write terms, and what is refused."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from cython_optimizations import cstructs
from cython_optimizations.columns import Columns
from cython_optimizations.store import LimitError, ReadError, Store
from tests.cython_optimizations.adapter import keep_all, lines, read

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (pip install cns[test])")

ROWS = [
    ("urn:s", "urn:p", "<urn:o>"),
    ("<urn:s>", "<urn:p>", "urn:o2"),
    ("_:b", "urn:q", "_:b"),
    ("_:b", "urn:q", '"text \\u00e9\\n"@en'),
    ("urn:s", "urn:p", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("urn:s", "urn:p", '"a long text that does not fit into a view of twelve bytes"'),
    ("urn:s", "urn:p", '""'),
]
AS_NTRIPLES = "".join(" ".join(cell if cell[0] in '<"_' else f"<{cell}>" for cell in row) + " .\n" for row in ROWS)


def columns(rows: list[tuple[Any, ...]], names: tuple[str, ...] = ("subject", "predicate", "object")) -> dict[str, Any]:
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def table(rows: list[tuple[Any, ...]] = ROWS, names: tuple[str, ...] = ("subject", "predicate", "object")) -> Any:
    return pa.table(columns(rows, names))


def kept(source: Any, **options: Any) -> list[str]:
    """With texts in place and with copies of them the same is read."""
    found = []
    for copy in (False, True) if hasattr(source, "__len__") else (True,):
        store = Store(keep_all())
        store.read_arrow(source, copy=copy, **options)
        found.append(list(lines(store)))
    assert found[0] == found[-1]
    return found[0]


EXPECTED = list(lines(read(AS_NTRIPLES, "nt")))


@pytest.mark.parametrize("layout", ["string", "large_string", "string_view", "dictionary", "large dictionary"])
def test_every_layout_of_text(layout: str) -> None:
    types = {"string": pa.string(), "large_string": pa.large_string(), "string_view": pa.string_view()}
    made = []
    for cells in columns(ROWS).values():
        if layout in types:
            made.append(pa.array(cells, types[layout]))
        else:
            value = pa.string() if layout == "dictionary" else pa.large_string()
            made.append(pa.array(cells, value).dictionary_encode())
    source = pa.table(made, names=["subject", "predicate", "object"])
    assert kept(source) == EXPECTED
    assert kept(source.slice(2)) == list(lines(read("".join(AS_NTRIPLES.splitlines(True)[2:]), "nt")))


@pytest.mark.parametrize("kind", ["pi8", "pu8", "pi16", "pu16", "pi32", "pu32", "pi64"])
def test_every_width_of_indices(kind: str) -> None:
    index = {"pi": "int", "pu": "uint"}[kind[:2]] + kind[2:]
    made = []
    for cells in columns(ROWS).values():
        encoded = pa.array(cells).dictionary_encode()
        made.append(pa.DictionaryArray.from_arrays(encoded.indices.cast(index), encoded.dictionary))
    assert kept(pa.table(made, names=["s", "p", "o"])) == EXPECTED


def test_batches_and_nulls_of_a_struct() -> None:
    whole = table()
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=2))
    assert kept(reader) == EXPECTED
    assert kept(whole.slice(0, 0)) == []
    batch = whole.to_batches()[0].slice(1, 3)
    assert kept(pa.Table.from_batches([batch])) == list(lines(read("".join(AS_NTRIPLES.splitlines(True)[1:4]), "nt")))


def test_polars_and_pandas() -> None:
    pl = pytest.importorskip("polars")
    assert kept(pl.DataFrame(columns(ROWS))) == EXPECTED
    assert kept(pl.DataFrame(columns(ROWS)).with_columns(pl.col("predicate").cast(pl.Categorical))) == EXPECTED
    pd = pytest.importorskip("pandas")
    assert kept(pd.DataFrame(columns(ROWS))) == EXPECTED


def test_bare_literals_beside_a_datatype_or_a_language() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    rows = [
        ("urn:s", "urn:p", "urn:o", None, None, None),
        ("urn:s", "urn:p", "_:b", None, "", None),
        ("urn:s", "urn:p", '"quoted" <text>', f"{xsd}string", None, "urn:g"),
        ("urn:s", "urn:p", "1", f"<{xsd}integer>", None, "<urn:g>"),
        ("urn:s", "urn:p", "hello", None, "en-GB", "_:g"),
        ("urn:s", "urn:p", "x", "urn:" + "t" * 300, None, None),
    ]
    source = table(rows, ("s", "p", "o", "datatype", "lang", "graph"))
    expected = [
        "<urn:o>",
        "_:labelledb",
        '"\\"quoted\\" <text>"',
        f'"1"^^<{xsd}integer>',
        '"hello"@en-GB',
        f'"x"^^<urn:{"t" * 300}>',
    ]
    assert [line.split(" ", 2)[2][:-3] for line in kept(source)] == expected
    assert [line.split(" ", 2)[2][:-3] for line in kept(source, graph="urn:g")] == expected[2:4]
    assert [line.split(" ", 2)[2][:-3] for line in kept(source, graph="_:g")] == expected[4:5]
    assert len(kept(source, graph="")) == 3


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("urn:s", "urn:p", "plain text"), "'object': a character that an IRI may not hold"),
        (("urn:s", "urn:p", "text"), "'object': neither an absolute IRI"),
        (("s", "urn:p", "urn:o"), "'subject': neither an absolute IRI"),
        (("urn:s", "_:p", "urn:o"), "'predicate': not an IRI"),
        (("urn:s", None, "urn:o"), "'predicate': a null"),
        (("urn:s", "urn:p", '"x" '), "'object': more than one term"),
        (("urn:s", "urn:p", "<urn:o> <urn:o>"), "'object': more than one term"),
        (("urn:s", "urn:p", '"x'), "a string is not closed"),
        (("urn:s", "<urn:p", "urn:o"), "not closed by '>'"),
    ],
)
def test_a_bad_row_is_named_or_left_out(row: tuple[Any, ...], says: str) -> None:
    source = table([*ROWS, row, *ROWS])
    with pytest.raises(ReadError) as caught:
        kept(source)
    message, line, _ = caught.value.args
    assert says in message
    assert line == len(ROWS) + 1
    store = Store(keep_all())
    assert store.read_arrow(source, lenient=True)[0] == 1
    assert store.triples_read == 2 * len(ROWS)


def test_what_is_no_table_of_triples() -> None:
    with pytest.raises(ReadError, match="there is no column 'object'"):
        kept(pa.table({"s": ["urn:s"], "p": ["urn:p"]}))
    with pytest.raises(ReadError, match="the column 'object' does not hold text"):
        kept(pa.table({"s": ["urn:s"], "p": ["urn:p"], "o": [1]}))
    with pytest.raises(ReadError, match="not a table"):
        kept(pa.chunked_array([["urn:s"]]))


def test_a_stream_that_breaks_off() -> None:
    def batches() -> Any:
        yield table().to_batches()[0]
        raise OSError("the disk is gone")

    with pytest.raises(ReadError, match="the disk is gone"):
        kept(pa.RecordBatchReader.from_batches(table().schema, batches()))


def test_limits() -> None:
    with pytest.raises(LimitError, match="more triples"):
        kept(table(), max_triples=3)
    with pytest.raises(LimitError, match="a literal longer"):
        kept(table(), max_literal_bytes=10)
    with pytest.raises(LimitError, match="a literal longer"):
        kept(table([("urn:s", "urn:p", "a long text", "urn:t")], ("s", "p", "o", "datatype")), max_literal_bytes=10)


def test_many_rows_are_what_the_same_lines_are() -> None:
    rows = [(f"urn:s{i // 9}", f"urn:p{i % 700}", f'"{i}"@en' if i % 3 else f"<urn:s{i // 20}>") for i in range(30_000)]
    text = "".join(f"<{s}> <{p}> {o} .\n" for s, p, o in rows)
    assert kept(table(rows)) == list(lines(read(text, "nt")))


LONG = 'a text of "more" than twelve bytes, with a character \\u00e9 that is escaped'


def in_memory(count: int) -> Any:
    cells = {
        "subject": [f"http://example.org/subject/{i}" for i in range(count)],
        "predicate": ["http://example.org/p"] * count,
        "object": [f"{LONG} {i}" for i in range(count)],
        "datatype": [f"http://example.org/datatype/{i % 50}" for i in range(count)],
    }
    return pa.table(cells)


def test_texts_of_a_table_stay_where_they_are() -> None:
    source = in_memory(1000)
    whole = source.combine_chunks().to_batches()[0]
    places = [
        (buffer.address, buffer.address + buffer.size) for column in whole.columns for buffer in column.buffers()[1:]
    ]

    def stay(copy: bool) -> int:
        store = Store(keep_all())
        store.read_arrow(whole, copy=copy)
        return sum(any(start <= address < end for start, end in places) for address in addresses(store))

    assert stay(copy=False) == 1000 + 1000 + 1  # subjects, objects and the predicate; datatypes are put together first
    assert stay(copy=True) == 0


def addresses(store: Store) -> list[int]:
    """Of the texts of all nodes and literals."""
    np = pytest.importorskip("numpy")
    store.index()
    columns = Columns(store)
    found = []
    for view, layout in ((columns.nodes(), cstructs.NODE_LAYOUT), (columns.literals(), cstructs.LITERAL_LAYOUT)):
        found += np.frombuffer(view, cstructs.struct_dtype(layout))["text"].tolist()
    return found


def test_a_table_lives_as_long_as_the_store() -> None:
    gc.collect()  # tables of other tests
    before = pa.total_allocated_bytes()
    source = in_memory(10_000)
    expected = list(lines(read_table(source)))
    store = read_table(source)
    del source
    assert pa.total_allocated_bytes() > before
    pa.table({"x": ["other texts in the same place"] * 100_000})
    assert list(lines(store)) == expected
    del store
    gc.collect()
    assert pa.total_allocated_bytes() <= before


def read_table(source: Any) -> Store:
    store = Store(keep_all())
    store.read_arrow(source, copy=False)
    return store
