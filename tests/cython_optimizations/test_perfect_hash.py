"""Perfect hashing: each key has a number of its own, whatever the keys and whatever the hash does."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cython_optimizations.perfect_hash import DuplicateKey, PerfectHash, build_bytes, build_numbers, verify

KEYS, SLOTS, BUCKETS, SEED, SALT, HEAD = range(6)


def iris(count: int) -> list[bytes]:
    return [b"http://example.org/vocabulary#p%d" % i for i in range(count)]


def assert_minimal_and_perfect(table: PerfectHash, keys: list[bytes]) -> None:
    assert len(table) == len(table.order) == len(keys)
    assert verify(table.words)
    assert [table.order[table.number_of_bytes(key)] for key in keys] == list(range(len(keys)))


# ---------------------------------------------------------------------- sizes


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_every_small_size(start: int) -> None:
    for count in range(start, start + 100):
        keys = iris(count)
        assert_minimal_and_perfect(build_bytes(keys), keys)
        numbers = [3 * i + 7 for i in range(count)]
        table = build_numbers(numbers)
        assert [table.order[table.number_of_number(n)] for n in numbers] == list(range(count))


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000, 1_000_000])
def test_large_sizes(count: int) -> None:
    keys = iris(count)
    table = build_bytes(keys)
    assert_minimal_and_perfect(table, keys)
    assert 32 * len(table.words) < 3.5 * count  # bits


def test_a_million_numbers_of_any_kind() -> None:
    chance = random.Random(5)
    numbers = list(range(250_000)) + [i << 40 for i in range(1, 250_000)]
    numbers += list({chance.randrange(2**63, 2**64) for _ in range(500_000)})
    table = build_numbers(numbers)
    assert [table.order[table.number_of_number(n)] for n in numbers] == list(range(len(numbers)))


def test_no_keys_at_all() -> None:
    table = build_bytes([])
    assert verify(table.words)
    with pytest.raises(LookupError):
        table.number_of_bytes(b"x")


@given(st.lists(st.binary(max_size=40), unique=True, max_size=60))
def test_any_keys(keys: list[bytes]) -> None:
    assert_minimal_and_perfect(build_bytes(keys), keys)


# ---------------------------------------------------------------------- what is asked


@given(st.lists(st.binary(max_size=6), unique=True, min_size=1), st.lists(st.binary(max_size=6)))
def test_foreign_keys_are_told_by_comparing(keys: list[bytes], others: list[bytes]) -> None:
    table = build_bytes(keys)
    for other in others:
        number = table.number_of_bytes(other)
        assert number < len(keys)
        assert (keys[table.order[number]] == other) == (other in keys)


def test_the_numbers_of_foreign_keys_are_in_range() -> None:
    table = build_bytes(iris(1000))
    assert all(table.number_of_bytes(b"foreign %d" % i) < 1000 for i in range(20_000))
    assert all(table.number_of_hash(h) < 1000 for h in (0, 1, 2**32, 2**63, 2**64 - 1))


def test_the_same_keys_give_the_same_table() -> None:
    first, second = build_bytes(iris(5000)), build_bytes(iris(5000))
    assert (first.words, first.order) == (second.words, second.order)


def test_a_table_is_as_good_as_its_words() -> None:
    table = build_bytes(iris(100))
    again = PerfectHash(array("I", table.words.tobytes()), table.order)
    assert [again.number_of_bytes(key) for key in iris(100)] == [table.number_of_bytes(key) for key in iris(100)]


# ---------------------------------------------------------------------- duplicates and collisions


@pytest.mark.parametrize("count", [2, 3, 50, 5000])
def test_two_equal_keys_are_named(count: int) -> None:
    keys = iris(count)
    keys[-1] = keys[count // 2 - 1]
    with pytest.raises(DuplicateKey) as raised:
        build_bytes(keys)
    assert raised.value.args == (count // 2 - 1, count - 1)
    with pytest.raises(DuplicateKey):
        build_numbers([1, 2, 3, 2])


def test_very_many_equal_keys() -> None:
    with pytest.raises(DuplicateKey):
        build_bytes([*iris(1000), *[b"again"] * 500])


def mixed(key: int, seed: int) -> int:
    return random.Random(key * 1000 + seed).getrandbits(64)


@pytest.mark.parametrize("bad_seeds", [1, 3, 7])
def test_colliding_hashes_ask_for_another_seed(bad_seeds: int) -> None:
    def colliding(key: int, seed: int) -> int:
        return mixed(key // 2 if seed < bad_seeds else key, seed)

    table = build_bytes(iris(100), hash=colliding)
    assert table.seed == bad_seeds
    assert sorted(table.order) == list(range(100))
    assert [table.order[table.number_of_hash(mixed(key, bad_seeds))] for key in range(100)] == list(range(100))


def test_equal_keys_are_found_among_colliding_ones() -> None:
    with pytest.raises(DuplicateKey) as raised:
        build_bytes([b"a", b"b", b"c", b"b"], hash=lambda key, seed: 7)
    assert raised.value.args == (1, 3)


NO_HASHES: dict[str, Callable[[int, int], int]] = {
    "a constant": lambda key, seed: 42,
    "colliding under every seed": lambda key, seed: mixed(key // 2, seed),
    "all in one bucket": lambda key, seed: key,
}


@pytest.mark.parametrize("no_hash", NO_HASHES.values(), ids=NO_HASHES)
def test_a_hash_that_is_none_is_refused(no_hash: Callable[[int, int], int]) -> None:
    with pytest.raises(ValueError, match="a hash that does not tell them apart"):
        build_bytes(iris(200), hash=no_hash)


def test_a_hash_of_which_no_seed_places_the_keys() -> None:
    """Upper halves that leave all keys but a few to one bucket of many: each fits, and together they do not."""

    def crowded(key: int, seed: int) -> int:
        return (key // 60 << 32) * 2**20 | mixed(key, seed) & 0xFFFFF

    with pytest.raises(ValueError, match="too many keys, or a hash"):
        build_bytes(iris(3000), hash=crowded)


def test_an_error_in_an_injected_hash_is_raised() -> None:
    def failing(key: int, seed: int) -> int:
        raise RuntimeError("no hash today")

    with pytest.raises(RuntimeError, match="no hash today"):
        build_bytes(iris(10), hash=failing)


# ---------------------------------------------------------------------- what is broken is refused


def test_broken_tables_are_refused() -> None:
    words = build_bytes(iris(200)).words
    behind = words[SLOTS] - words[KEYS]
    assert behind > 0
    assert not verify(array("I"))
    assert not verify(words[:-1])
    assert not verify(words + array("I", [0]))
    for at, value in ((KEYS, 201), (KEYS, 2**31), (SLOTS, 199), (BUCKETS, 0), (BUCKETS, 2**32 - 1), (HEAD, 200)):
        broken = words[:]
        broken[at] = value
        assert not verify(broken), (at, value)
        with pytest.raises(ValueError, match="not a table"):
            PerfectHash(broken, array("I", bytes(800)))


@given(st.data())
def test_what_is_not_refused_answers_in_range(data: st.DataObject) -> None:
    words = build_bytes(iris(70)).words
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.integers(0, 2**32 - 1) | st.integers(0, 80))
    if verify(words) and words[KEYS]:
        table = PerfectHash(words, array("I", bytes(4 * words[KEYS])))
        assert all(table.number_of_bytes(key) < words[KEYS] for key in iris(100))


@pytest.mark.parametrize("keys", [["text"], [1], [None]])
def test_only_bytes_are_keys(keys: list[object]) -> None:
    with pytest.raises(TypeError):
        build_bytes(keys)  # type: ignore[arg-type]
