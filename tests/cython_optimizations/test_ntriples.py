"""The N-Triples reader: every way in which bytes can be wrong, and what it makes of good ones."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cython_optimizations.store import ReadError, Store
from tests.cython_optimizations.helpers import KEEP_ALL, kept, program_of


def read(data: bytes, copy: bool = False) -> Store:
    store = Store(program_of(KEEP_ALL))
    store.read(data, "nt", copy=copy)
    return store


def error_of(data: bytes) -> tuple[str, int, int]:
    with pytest.raises(ReadError) as caught:
        read(data)
    message, line, column = caught.value.args
    return message, line, column


# ---------------------------------------------------------------------- where errors are

BAD = [
    (b"<http://e/s> <http://e/p> <http://e/o>", 1, 39, "expected '.'"),
    (b"<http://e/s> <http://e/p> <http://e/o> ;\n", 1, 40, "expected '.'"),
    (b"<http://e/s> <http://e/p> .\n", 1, 27, "expected an object"),
    (b"<http://e/s> .\n", 1, 14, "expected a predicate"),
    (b"<http://e/s> _:b <http://e/o> .\n", 1, 14, "expected a predicate"),
    (b'"s" <http://e/p> <http://e/o> .\n', 1, 1, "expected a subject"),
    (b"  \t x", 1, 5, "expected a subject"),
    (b"# one\n# two\n  nonsense\n", 3, 3, "expected a subject"),
    (b"# one\r\n# two\r\n  nonsense\r\n", 3, 3, "expected a subject"),
    (b"# one\r# two\r  nonsense\r", 3, 3, "expected a subject"),
    (b"\n\r\n\r\n\n x", 5, 2, "expected a subject"),
    (b"\xef\xbb\xbfx", 1, 1, "expected a subject"),
    (b"<http://e/s", 1, 1, "not closed by '>'"),
    (b"<http://e/s\n> <http://e/p> <http://e/o> .", 1, 12, "not closed by '>' on its line"),
    (b"<http://e/a b> <http://e/p> <http://e/o> .", 1, 12, "a character that an IRI may not hold"),
    (b"<http://e/\\u0020> <http://e/p> <http://e/o> .", 1, 11, "a character that an IRI may not hold"),
    (b"<http://e/\\n> <http://e/p> <http://e/o> .", 1, 11, "a bad escape in an IRI"),
    (b"<http://e/\\u12> <http://e/p> <http://e/o> .", 1, 11, "a bad escape in an IRI"),
    (b"<s> <http://e/p> <http://e/o> .", 1, 2, "a relative IRI"),
    (b"<1http://e/> <http://e/p> <http://e/o> .", 1, 2, "a relative IRI"),
    (b"<> <http://e/p> <http://e/o> .", 1, 2, "a relative IRI"),
    (b'<http://e/s> <http://e/p> "o .\n', 1, 31, "not closed by '\"' on its line"),
    (b'<http://e/s> <http://e/p> "o', 1, 27, "not closed by '\"'"),
    (b'<http://e/s> <http://e/p> "o\\', 1, 27, "not closed by '\"'"),
    (b'<http://e/s> <http://e/p> "o\\"', 1, 27, "not closed by '\"'"),
    (b'<http://e/s> <http://e/p> "o\\x" .', 1, 29, "a bad escape in a string"),
    (b'<http://e/s> <http://e/p> "o\\uD800" .', 1, 29, "a bad escape in a string"),
    (b'<http://e/s> <http://e/p> "o\\U00110000" .', 1, 29, "a bad escape in a string"),
    (b'<http://e/s> <http://e/p> "o"@ .', 1, 31, "expected a language tag"),
    (b'<http://e/s> <http://e/p> "o"@1 .', 1, 31, "expected a language tag"),
    (b'<http://e/s> <http://e/p> "o"@en- .', 1, 34, "expected a language tag"),
    (b'<http://e/s> <http://e/p> "o"^<http://e/t> .', 1, 30, "expected '^^<'"),
    (b'<http://e/s> <http://e/p> "o"^^http://e/t .', 1, 30, "expected '^^<'"),
    (b'<http://e/s> <http://e/p> "o"^^<t> .', 1, 33, "a relative IRI"),
    (b"_: <http://e/p> <http://e/o> .", 1, 3, "expected a blank node label"),
    (b"_x <http://e/p> <http://e/o> .", 1, 1, "expected '_:'"),
    (b"_:- <http://e/p> <http://e/o> .", 1, 3, "expected a blank node label"),
    (
        b"_:-a <http://e/p> <http://e/o> .\n" + 20 * b"<http://e/s> <http://e/p> <http://e/o> .\n",
        1,
        3,
        "a blank node label",
    ),
    (b"_:.a <http://e/p> <http://e/o> .", 1, 3, "expected a blank node label"),
    (b"<http://e/s> <http://e/p> <http://e/o> . <http://e/s>", 1, 42, "expected the end of the line"),
    (b"<http://e/s> <http://e/p> <http://e/o> .\n\n<http://e/s> <http://e/p> 1 .\n", 3, 27, "expected an object"),
    (b"<http://e/s>\0<http://e/p> <http://e/o> .", 1, 13, "expected a predicate"),
    (b"\0", 1, 1, "expected a subject"),
]


@pytest.mark.parametrize(("data", "line", "column", "message"), BAD, ids=[repr(case[0]) for case in BAD])
def test_an_error_says_where_and_what(data: bytes, line: int, column: int, message: str) -> None:
    said, at_line, at_column = error_of(data)
    assert (at_line, at_column) == (line, column)
    assert message in said


# Everything that the grammar has, in little.
DOCUMENT = (
    '# comment é\n<http://e/s\\u00e9> <http://e/p> _:b.1 .\r\n_:b.1\t<http://e/é>\t"a\\t\\"\\U0001F600é"@en-GB.# end\n'
    '\n<http://e/s><http://e/p>"1"^^<http://www.w3.org/2001/XMLSchema#integer>.\r'
    '_:b.1 <http://e/q> "" .'
).encode()


def test_a_document_cut_short_anywhere_is_read_or_refused() -> None:
    whole = len(kept(DOCUMENT))
    assert whole == 4
    accepted = 0
    for cut in range(len(DOCUMENT) + 1):
        try:
            triples = kept(DOCUMENT[:cut])
        except ReadError as error:
            _, line, column = error.args
            assert line >= 1
            assert column >= 1
        else:
            accepted += 1
            assert len(triples) <= whole
    assert accepted >= 5


def test_a_byte_changed_anywhere_is_read_or_refused() -> None:
    for at in range(len(DOCUMENT)):
        for byte in (0, 9, 10, 32, 34, 46, 60, 62, 92, 95, 0x80, 0xC0, 0xE9, 0xFF):
            changed = DOCUMENT[:at] + bytes([byte]) + DOCUMENT[at + 1 :]
            with suppress(ReadError):
                kept(changed)


@given(st.lists(st.sampled_from([bytes([byte]) for byte in DOCUMENT] + [b"\xff", b"<", b'"', b"\\u"]), max_size=60))
def test_random_pieces_are_read_or_refused(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for text in (data, b'<http://e/s> <http://e/p> "' + data, b"<http://e/s> <http://e/p> <http://e/" + data):
        with suppress(ReadError):
            kept(text)


# ---------------------------------------------------------------------- UTF-8

INVALID_UTF8 = {
    "continuation alone": b"\x80",
    "overlong slash in two": b"\xc0\xaf",
    "overlong slash in three": b"\xe0\x80\xaf",
    "overlong slash in four": b"\xf0\x80\x80\xaf",
    "overlong U+007F": b"\xc1\xbf",
    "overlong U+07FF": b"\xe0\x9f\xbf",
    "overlong U+FFFF": b"\xf0\x8f\xbf\xbf",
    "first surrogate": b"\xed\xa0\x80",
    "last surrogate": b"\xed\xbf\xbf",
    "above U+10FFFF": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "0xff": b"\xff",
    "cut after one of two": b"\xc3",
    "cut after two of three": b"\xe2\x82",
    "cut after three of four": b"\xf0\x9f\x98",
    "continuation is not one": b"\xe2\x28\xa1",
}
PLACES = {
    "IRI": (b"<http://e/s", b"> <http://e/p> <http://e/o> .\n", "an IRI"),
    "string": (b'<http://e/s> <http://e/p> "', b'" .\n', "a string"),
    "label": (b"_:b", b" <http://e/p> <http://e/o> .\n", "a blank node label"),
    "comment": (b"# ", b"\n", "a comment"),
    "datatype": (b'<http://e/s> <http://e/p> "x"^^<http://e/', b"> .\n", "an IRI"),
}


@pytest.mark.parametrize("bad", INVALID_UTF8.values(), ids=INVALID_UTF8)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_invalid_utf8_is_refused_where_it_stands(place: tuple[bytes, bytes, str], bad: bytes) -> None:
    before, after, name = place
    assert error_of(b"\n" + before + bad + after) == (f"invalid UTF-8 in {name}", 2, len(before) + 1)
    assert error_of(before + bad)[1:] == (1, len(before) + 1)


@pytest.mark.parametrize("code", [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF], ids=hex)
def test_the_boundaries_of_utf8_are_accepted(code: int) -> None:
    text = chr(code)
    assert kept(f'<http://e/s> <http://e/p> "{text}" .')[0][2] in (f'"{text}"', f'"\\u{ord(text):04X}"')
    assert kept(f'<http://e/s> <http://e/p> "\\U{ord(text):08x}" .') == kept(f'<http://e/s> <http://e/p> "{text}" .')


# ---------------------------------------------------------------------- lines, marks, lengths

ONE = '<http://e/s> <http://e/p> "o" .'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\r\n\n", " \t\n", " # x\n", "#\r"])
def test_lines_end_in_every_way(end: str) -> None:
    other = ONE.replace('"o"', '"é"')
    assert kept(ONE + end + other) == kept(ONE + end + other + end) == kept(ONE + "\n" + other)
    assert len(kept(ONE + end + other)) == 2


@pytest.mark.parametrize("data", ["", "\n", "\r", "#", "# only a comment", " \t", "\ufeff", "\ufeff# x\n"])
def test_nothing_is_a_graph_too(data: str) -> None:
    assert kept(data) == []


def test_a_byte_order_mark_is_passed_over_at_the_start_only() -> None:
    assert kept("\ufeff" + ONE) == kept(ONE)
    assert error_of(f"{ONE}\n\ufeff{ONE}".encode())[1:] == (2, 1)


def test_nul_is_text_in_a_string_and_nowhere_else() -> None:
    assert kept(b'<http://e/s> <http://e/p> "a\0b" .') == [("<http://e/s>", "<http://e/p>", '"a\\u0000b"')]
    assert kept('<http://e/s> <http://e/p> "a\\u0000b" .') == kept(b'<http://e/s> <http://e/p> "a\0b" .')
    assert error_of(b"<http://e/\0> <http://e/p> <http://e/o> .")[2] == 11


@pytest.mark.parametrize("copy", [False, True])
def test_terms_may_be_long(copy: bool) -> None:
    size = 3_000_000
    iri, text, tag, label = "x" * size, "y\\n" * (size // 3), "a-" * 5000 + "b", "z" * size
    data = f'<http://e/{iri}> <http://e/p> "{text}"@{tag} .\n_:{label} <http://e/p> <http://e/{iri}> .\n'
    first, second = kept(data, copy=copy)
    assert first == (f"<http://e/{iri}>", "<http://e/p>", f'"{text}"@{tag}')
    assert second == (f"_:{label}", "<http://e/p>", f"<http://e/{iri}>")


def test_the_buffer_may_go_where_it_was_copied() -> None:
    buffer = bytearray(ONE.encode())
    store = Store(program_of(KEEP_ALL))
    store.read(buffer, "nt", copy=True)
    buffer[:] = b"\0" * len(buffer)
    store.index()
    node = store.find("http://e/s")
    assert node is not None
    assert store.term(node) == ("iri", "http://e/s")


def test_the_buffer_stays_where_it_was_not_copied() -> None:
    buffer = bytearray(ONE.encode())
    store = Store(program_of(KEEP_ALL))
    store.read(buffer, "nt")
    with pytest.raises(BufferError):
        buffer.clear()


# ---------------------------------------------------------------------- terms


def test_all_escapes() -> None:
    escaped = r"\t\b\n\r\f\"\'\\\u00e9\u00E9\U0001F600\U0001f600"
    plain = "\\t\\u0008\\n\\r\\u000C\\\"'\\\\éé😀😀"
    assert kept(f'<http://e/s> <http://e/p> "{escaped}" .') == [("<http://e/s>", "<http://e/p>", f'"{plain}"')]
    assert kept(r"<http://e/\u00e9\U0001F600> <http://e/p> <http://e/\u007A> .") == [
        ("<http://e/é😀>", "<http://e/p>", "<http://e/z>")
    ]


def test_an_escaped_term_is_the_same_term() -> None:
    iris, texts = ["http://e/s", "\\u0068ttp://e/s"], ['"a"', '"\\u0061"']
    assert kept("".join(f"<{iri}> <http://e/p> {text} .\n" for iri in iris for text in texts)) == [
        ("<http://e/s>", "<http://e/p>", '"a"')
    ]


@pytest.mark.parametrize("label", ["a", "0", "a.b", "a..b", "a-b", "_", "é", "a·b", "𐀀", "b0", "cns-report"])
def test_labels_of_blank_nodes(label: str) -> None:
    rows = kept(f"_:{label} <http://e/p> _:{label}.\n_:{label} <http://e/q> _:other .")
    assert len(rows) == 2
    assert rows[0][0] == rows[0][2] == rows[1][0] != rows[1][2]


def test_a_full_stop_ends_the_triple_and_not_the_label() -> None:
    assert kept("<http://e/s> <http://e/p> _:a.") == kept("<http://e/s> <http://e/p> _:a .")
    assert kept("<http://e/s> <http://e/p> _:a.b.") == kept("<http://e/s> <http://e/p> _:a.b .")


@pytest.mark.parametrize("tag", ["en", "EN", "en-GB", "en-gb-x-1", "de-1996"])
def test_language_tags_keep_their_spelling(tag: str) -> None:
    assert kept(f'<http://e/s> <http://e/p> "x"@{tag} .')[0][2] == f'"x"@{tag}'


def test_white_space_is_needed_nowhere() -> None:
    data = '<http://e/s><http://e/p>"x"@en.\n_:a<http://e/p>"x"^^<http://e/t>.#c\n_:a<http://e/p>_:b.'
    assert len(kept(data)) == 3


# ---------------------------------------------------------------------- a graph is a set


def test_the_same_triple_counts_once() -> None:
    assert len(kept(ONE + "\n" + ONE + "\n" + ONE.replace('"o"', '"\\u006f"'))) == 1
    assert len(kept(ONE, ONE)) == 1


def test_literals_are_equal_by_text_datatype_and_language() -> None:
    string = "http://www.w3.org/2001/XMLSchema#string"
    objects = [
        '"a"',
        f'"a"^^<{string}>',
        '"a"@en',
        '"a"@EN',
        '"a"@en-GB',
        '"a"@EN-gb',
        '"a"^^<http://e/t>',
        '"a"^^<http://e/T>',
        '"A"',
        '"a "',
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]
    made = [o for _, _, o in kept("".join(f"<http://e/s> <http://e/p> {o} .\n" for o in objects))]
    assert made == [o for o in objects if o not in (f'"a"^^<{string}>', '"a"@EN', '"a"@EN-gb')]


def test_labels_mean_something_within_their_own_source_only() -> None:
    data = "_:a <http://e/p> _:b ."
    one, other = kept(data, data)
    assert one != other
    assert len({*one, *other}) == 5
    assert len(kept(data + "\n" + data)) == 1


def test_a_long_row_has_each_triple_once() -> None:
    rows = [f'<http://e/s> <http://e/p{i % 7}> "{i}" .\n' for i in range(3000)]
    assert len(kept("".join(rows + rows[::-1]))) == 3000


def test_a_store_that_failed_is_of_no_use() -> None:
    store = Store(program_of(KEEP_ALL))
    with pytest.raises(ReadError):
        store.read(b"x", "nt")
    with pytest.raises(RuntimeError, match="half-way"):
        store.read(b"", "nt")
    with pytest.raises(RuntimeError, match="half-way"):
        store.index()
