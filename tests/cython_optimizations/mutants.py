"""Runs broken programs, in a process of its own: python -m tests.cython_optimizations.mutants KIND PART PARTS

Each mutant is refused by the verifier, or it runs over some data and writes its report; how many of each is printed.
A crash ends the process, and the test sees it.
"""

from __future__ import annotations

import random
import signal
import struct
import sys
from collections.abc import Iterator

from cns.codegen import dispatch
from cython_optimizations import cstructs, vm
from cython_optimizations.store import BadProgram, Program, Store
from tests.cython_optimizations.helpers import blob_of
from tests.cython_optimizations.rich import DATA, SHAPES

HEADER, ENTRY = 32, 16
SECONDS = 0.5  # a mutant may call its shapes exponentially often; it can be interrupted


def sections(blob: bytes) -> list[tuple[int, int]]:
    return [struct.unpack_from("<QQ", blob, HEADER + ENTRY * i) for i in range(len(cstructs.SECTIONS))]


def sealed(blob: bytes | bytearray) -> bytes:
    """With the size and the checksum put right, so that only the verifier can find what is wrong."""
    out = bytearray(blob)
    if len(out) >= HEADER:
        struct.pack_into("<QQ", out, 16, cstructs.checksum(out[HEADER:]), len(out))
    return bytes(out)


def looked_at(blob: bytes) -> range:
    """All but the last section, which is for people and tools."""
    return range(HEADER, sections(blob)[-1][0])


def bytes_changed(blob: bytes, chance: random.Random) -> Iterator[bytes]:
    for at in looked_at(blob):
        out = bytearray(blob)
        out[at] ^= chance.choice((1, 2, 4, 8, 16, 32, 64, 128, 255))
        yield sealed(out)


def words_changed(blob: bytes, chance: random.Random) -> Iterator[bytes]:
    """Plausible numbers in one to three places: small ones, those of the neighbours, the limits."""
    places = range(looked_at(blob).start, looked_at(blob).stop - 3, 4)
    names = list(cstructs.SECTIONS)
    ends = sections(blob)
    for _ in range(6000):
        out = bytearray(blob)
        # Half of them in one section, so that the small ones are not passed over.
        offset, size = ends[chance.randrange(len(names) - 1)] if chance.random() < 0.5 else (0, 0)
        for _ in range(chance.randrange(1, 4)):
            at = offset + 4 * chance.randrange(size // 4) if size >= 4 else chance.choice(places)
            value = chance.choice(
                (0, 1, 2, 3, chance.randrange(64), chance.randrange(2**32), 2**32 - 1, 2**31, 2**31 - 1)
            )
            if chance.random() < 0.4:
                value = struct.unpack_from("<I", out, chance.choice(places))[0]
            struct.pack_into("<I", out, at, value)
        yield sealed(out)


def sections_changed(blob: bytes, chance: random.Random) -> Iterator[bytes]:
    table = sections(blob)
    for i, (offset, size) in enumerate(table):
        for cut in (0, 1, 4, 8, 12, size // 2, size - 4, size - 1, size + 1, size + 4, size + 4096, 2**64 - 1, 2**63):
            out = bytearray(blob)
            struct.pack_into("<QQ", out, HEADER + ENTRY * i, offset, cut % 2**64)
            yield sealed(out)
        for start in (0, 8, HEADER, offset + 4, offset + 8, len(blob), len(blob) + 8, 2**64 - 8, max(offset - 8, 0)):
            out = bytearray(blob)
            struct.pack_into("<QQ", out, HEADER + ENTRY * i, start, size)
            yield sealed(out)
        for j in range(i):
            out = bytearray(blob)
            struct.pack_into("<QQ", out, HEADER + ENTRY * i, *table[j])
            struct.pack_into("<QQ", out, HEADER + ENTRY * j, *table[i])
            yield sealed(out)
    for length in range(0, len(blob), 7):
        yield sealed(blob[:length])
        yield blob[:length]
    yield sealed(blob + bytes(8))


KINDS = {"bytes": bytes_changed, "words": words_changed, "sections": sections_changed, "tables": words_changed}


def blob_with_tables() -> bytes:
    """Sets of values as perfect hash tables, which only large programs have otherwise."""
    usual = dispatch.FREE_BITS, dispatch.BITS_A_TERM
    dispatch.FREE_BITS = dispatch.BITS_A_TERM = 0
    try:
        return blob_of(
            """ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:in ( ex:n1 ex:n2 ex:n3 "a" 1 2 ) ;
                sh:property [ sh:path ex:p ; sh:in ( ex:n1 "a" "x"@en ) ] ."""
        )
    finally:
        dispatch.FREE_BITS, dispatch.BITS_A_TERM = usual


class TooLong(Exception):
    pass


def stop(*_: object) -> None:
    raise TooLong


def outcome(blob: bytes) -> str:
    try:
        program = Program(blob)
        store = Store(program)
    except BadProgram:
        return "refused"
    store.read(DATA.encode(), "nt")
    store.index()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        conforms, hits = vm.run(store, [(shape, None) for shape in program.roots()])
        hits.write("nt", conforms, lambda _: None)
        hits.write("turtle", conforms, lambda _: None)
    except TooLong:
        return "interrupted"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "ran"


def main(kind: str, part: str, parts: str) -> None:
    signal.signal(signal.SIGALRM, stop)
    counts = {"refused": 0, "ran": 0, "interrupted": 0}
    blob = blob_with_tables() if kind == "tables" else blob_of(SHAPES)
    for number, mutant in enumerate(KINDS[kind](blob, random.Random(kind))):
        if number % int(parts) == int(part):
            counts[outcome(mutant)] += 1
    print(*(f"{name}={count}" for name, count in counts.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
