"""regex.c gives the verdicts of its mirror in Python, and takes nothing on trust."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cns.codegen.regex import HEADER_WORDS, Kind, Machine, compile_pattern

PATTERNS = [
    ("", ""),
    ("a", ""),
    ("^abc", ""),
    ("abc$", ""),
    ("^[A-Z]{2}[0-9]{6}$", ""),
    (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", ""),
    (r"^\w+\s\d*$", ""),
    (r"\p{Lu}\p{Ll}*", ""),
    (r"^(a|é|€|😀){1,3}$", ""),
    (r"[^a]b$", "s"),
    ("^ab?$", "m"),
    ("^$", "m"),
    ("n\n$", "m"),
    ("straße", "i"),
    ("^(a|b)*a(a|b){3}$", ""),
    (r"a^b", ""),
    ("^.{2,4}$", ""),
    (r"[\i-[:]][\c-[:]]*", ""),
]
TEXTS = st.text(
    st.sampled_from("abcABZ019@. \n\réÉß€😀_-:\ud800\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"), max_size=12
)


class Runtime:
    """The functions of regex.c, with their arguments copied to blocks of exactly their size."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        library.cns_regex_verify.restype = ctypes.c_bool
        library.cns_regex_search.restype = ctypes.c_bool
        library.cns_regex_scratch_words.restype = ctypes.c_uint32

    def verify(self, words: Sequence[int]) -> bool:
        array = (ctypes.c_uint32 * len(words))(*words)
        return bool(self.library.cns_regex_verify(array, ctypes.c_size_t(len(words))))

    def search(self, words: Sequence[int], text: bytes) -> bool:
        array = (ctypes.c_uint32 * len(words))(*words)
        count = self.library.cns_regex_scratch_words(array)
        # What is in the scratch must not matter.
        scratch = (ctypes.c_uint32 * count)(*[0xDEADBEEF] * count)
        length = ctypes.c_size_t(len(text))
        return bool(self.library.cns_regex_search(array, text, length, scratch if count else None))


@pytest.fixture(scope="module")
def runtime(load_runtime: Callable[..., ctypes.CDLL]) -> Runtime:
    return Runtime(load_runtime("regex.c"))


@pytest.fixture(scope="module", params=["dfa", "nfa"])
def machines(request: pytest.FixtureRequest) -> list[Machine]:
    kind: Kind = request.param
    return [compile_pattern(pattern, flags, force_kind=kind) for pattern, flags in PATTERNS]


def test_every_compiled_machine_is_verified_and_says_what_scratch_it_wants(
    runtime: Runtime, machines: list[Machine]
) -> None:
    for machine in machines:
        assert runtime.verify(machine.words)
        array = (ctypes.c_uint32 * len(machine.words))(*machine.words)
        assert runtime.library.cns_regex_scratch_words(array) == machine.scratch_words


@given(text=TEXTS)
def test_verdicts_are_those_of_the_mirror(runtime: Runtime, machines: list[Machine], text: str) -> None:
    for (pattern, flags), machine in zip(PATTERNS, machines, strict=True):
        found = runtime.search(machine.words, text.encode("utf-8", "surrogatepass"))
        assert found == machine.matches(text), (pattern, flags, machine.kind)


def test_a_dfa_of_more_than_65536_transitions_has_wide_ones(runtime: Runtime) -> None:
    letters = "".join(chr(0x4E00 + 2 * index) for index in range(300))
    machine = compile_pattern(f"^{letters}[{letters[0]}-{letters[-1]}]$", force_kind="dfa")
    assert machine.words[1] == 2
    assert runtime.verify(machine.words)
    for text in (letters + letters[7], letters, letters + "a", letters + letters[7] * 2):
        assert runtime.search(machine.words, text.encode()) == machine.matches(text)
    assert machine.matches(letters + letters[7])


@pytest.mark.parametrize("kind", ["dfa", "nfa"])
@given(text=st.binary(max_size=8))
def test_bytes_that_are_not_utf8_count_as_replacement_characters(runtime: Runtime, kind: Kind, text: bytes) -> None:
    any_three = compile_pattern("^.{3}$", "s", force_kind=kind)
    only_bad = compile_pattern("^\ufffd*$", force_kind=kind)
    runtime.search(any_three.words, text)
    bad = bytes(byte | 0xF8 for byte in text)
    assert runtime.search(only_bad.words, bad)
    assert runtime.search(any_three.words, bad) == (len(bad) == 3)
    for truncated in (b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xf4\xbf\xbf\xbf", b"\xe0\x80\x80"):
        runtime.search(only_bad.words, truncated)


def test_truncated_and_extended_machines_are_rejected(runtime: Runtime, machines: list[Machine]) -> None:
    for machine in machines:
        for length in range(0, len(machine.words), 1 + len(machine.words) // 50):
            assert not runtime.verify(machine.words[:length])
        assert not runtime.verify((*machine.words, 0))


def test_a_header_that_lies_is_rejected(runtime: Runtime, machines: list[Machine]) -> None:
    for machine in machines:
        for index in set(range(HEADER_WORDS)) - {4, 5}:
            for value in (0, 0xFFFFFFFF, 0x80000000, machine.words[index] + 1):
                words = [*machine.words[:index], value, *machine.words[index + 1 :]]
                if value != machine.words[index] and runtime.verify(words):
                    # Only an odd count of 16-bit transitions leaves room for another reading.
                    assert index in (1, 2, 3)
                    runtime.search(words, b"ab\xc3\xa9")


def test_a_mutated_machine_is_rejected_or_runs_safely(runtime: Runtime, machines: list[Machine]) -> None:
    rng = random.Random(7)
    text = "aé€😀A1\n@.b".encode() + b"\xff\xc3"
    rejected = 0
    for machine in machines:
        for _ in range(60):
            words = list(machine.words)
            for _ in range(rng.randint(1, 3)):
                value = rng.choice([0, 1, 2, 3, 0xFFFFFFFF, rng.getrandbits(32), rng.getrandbits(8)])
                words[rng.randrange(len(words))] = value
            if not runtime.verify(words):
                rejected += 1
            elif words[1] != 3 or words[3] < 10_000:
                runtime.search(words, text)
    assert rejected > 100
