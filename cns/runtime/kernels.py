"""Loops over whole columns, compiled by Numba; the only module that knows Numba, imported only where its engine runs.

One kernel for each kind of check and never one for a shape, so that what was compiled once serves every shapes graph:
the machine code is kept under the folder of `cns.cache`, and another process only loads it. Kernels release the GIL and
run in as many threads as the engine has; each works on a part of its own and starts no threads itself.

A *lane* is a value together with the focus node that it belongs to. ``wait[i]`` says at which step lane ``i`` goes on
(see `cns.runtime.planner`): an earlier kernel passes it by; an empty ``wait`` means that no lane has ever jumped.
The ``fails_…`` kernels write the lanes that fail to ``out``, in order, and return how many they are.

What a check means is in ops.h. Here the usual forms are decided by the same rules; for all others a kernel asks the
runtime's own function by its address (`cython_optimizations.columns`), so that there is one meaning.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic as numba_intrinsic

from cns.runtime.kernel_cache import usable_kernel_folder
from cython_optimizations import cstructs

LITERAL_BIT = cstructs.LITERAL_BIT
NONE = cstructs.NONE
NODE_DTYPE = cstructs.struct_dtype(cstructs.NODE_LAYOUT)
LITERAL_DTYPE = cstructs.struct_dtype(cstructs.LITERAL_LAYOUT)
config: Any = numba.config
MOST_THREADS: int = config.NUMBA_NUM_THREADS
"""What Numba's own environment variable says, else the number of processors."""

_DATATYPES = {iri.rpartition("#")[2]: number for iri, number in cstructs.DATATYPES.items()}
_LANG_STRING, _INTEGER, _DECIMAL = _DATATYPES["langString"], _DATATYPES["integer"], _DATATYPES["decimal"]
_DATE, _DATE_TIME = _DATATYPES["date"], _DATATYPES["dateTime"]
_CODES = {name: code for name, (code, _) in cstructs.INSTRUCTIONS.items()}
_ASK_DATATYPE, _ASK_RANGE, _ASK_FITS = _CODES["DATATYPE"], _CODES["RANGE"], _CODES["FITS"]
_ASK_PATTERN, _ASK_IN = _CODES["PATTERN"], _CODES["IN"]
_ASK_UNIQUE_LANG, _ASK_COMPARE = _CODES["UNIQUE_LANG"], _CODES["COMPARE"]
_ASK_EQUALS, _ASK_DISJOINT = _CODES["EQUALS"], _CODES["DISJOINT"]

_UNBOUNDED = 10**18  # beyond all numbers of 18 digits
_INTEGER_RANGES = {
    "integer": (-_UNBOUNDED, _UNBOUNDED),
    "nonNegativeInteger": (0, _UNBOUNDED),
    "nonPositiveInteger": (-_UNBOUNDED, 0),
    "positiveInteger": (1, _UNBOUNDED),
    "negativeInteger": (-_UNBOUNDED, -1),
    "long": (-_UNBOUNDED, _UNBOUNDED),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, _UNBOUNDED),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_LEAST = np.full(len(_DATATYPES), 1, np.int64)
_MOST = np.full(len(_DATATYPES), 0, np.int64)  # no number is in the range of what is no integer type
for _name, (_low, _high) in _INTEGER_RANGES.items():
    _LEAST[_DATATYPES[_name]], _MOST[_DATATYPES[_name]] = _low, _high
_ANY_TEXT = np.zeros(cstructs.FIRST_CUSTOM_DATATYPE, np.bool_)
for _name in ("string", "dirLangString", "HTML", "XMLLiteral", "JSON", "anyURI"):
    _ANY_TEXT[_DATATYPES[_name]] = True


@contextlib.contextmanager
def _kept_in(folder: str | None) -> Iterator[None]:
    """Numba asks for its folder when a function is decorated: what the application has set for its own comes back."""
    usual = config.CACHE_DIR
    config.CACHE_DIR = folder or usual
    try:
        yield
    finally:
        config.CACHE_DIR = usual


_FOLDER = usable_kernel_folder()
KERNELS: dict[str, Any] = {}
"""All kernels, by name."""


def kernel(function: Any) -> Any:
    with _kept_in(_FOLDER):
        made = njit(cache=_FOLDER is not None, nogil=True)(function)
    KERNELS[function.__name__] = made
    return made


# ---------------------------------------------------------------------- memory and functions by their address

intrinsic: Callable[[Any], Any] = numba_intrinsic
_BYTE, _WORD, _LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)


@intrinsic
def byte_at(_context: Any, address: Any) -> Any:
    """The byte of a text."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(arguments[0], _BYTE.as_pointer()))

    return types.uint8(types.int64), generate


@intrinsic
def long_at(_context: Any, address: Any) -> Any:
    """Eight bytes of a text."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.load(builder.inttoptr(arguments[0], _LONG.as_pointer()), align=1)

    return types.uint64(types.int64), generate


@intrinsic
def popcount(_context: Any, word: Any) -> Any:
    """How many bits are set."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def prefetch(_context: Any, address: Any) -> Any:
    """The cache line of a text will be asked for soon."""

    def generate(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], _BYTE.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), _WORD, _WORD, _WORD])
        function = builder.module.declare_intrinsic("llvm.prefetch", [_BYTE.as_pointer()], kind)
        builder.call(function, [pointer, _WORD(0), _WORD(3), _WORD(1)])
        return context.get_dummy_value()

    return types.void(types.int64), generate


def _call(builder: Any, result: Any, parameters: list[Any], arguments: Any) -> Any:
    kind = ir.FunctionType(result, parameters)
    return builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])


@intrinsic
def ask_passes(_context: Any, address: Any, run: Any, code: Any, value: Any, b: Any, c: Any) -> Any:
    """`passes` of cython_optimizations.columns."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return _call(builder, _WORD, [_LONG, _WORD, _WORD, _WORD, _WORD], arguments)

    word = types.uint32
    return word(types.int64, types.int64, word, word, word, word), generate


@intrinsic
def ask_fail(
    _context: Any, address: Any, run: Any, code: Any, focus: Any, items: Any, count: Any, b: Any, c: Any
) -> Any:
    """`fail` of cython_optimizations.columns; ``items`` is an address."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return _call(builder, _WORD, [_LONG, _WORD, _WORD, _LONG, _WORD, _WORD, _WORD], arguments)

    word = types.uint32
    return word(types.int64, types.int64, word, word, types.int64, word, word, word), generate


@intrinsic
def ask_subjects(_context: Any, address: Any, run: Any, column: Any, literal: Any) -> Any:
    """`subjects` of cython_optimizations.columns."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return _call(builder, _LONG, [_LONG, _WORD, _WORD], arguments)

    return types.int64(types.int64, types.int64, types.uint32, types.uint32), generate


# ---------------------------------------------------------------------- terms

_AHEAD = 16


@njit
def _row(bits: Any, ranks: Any, node: Any) -> Any:
    """Where the values of a node begin among the offsets of an index; -1 where it has none. Literals have none."""
    word = node >> 6
    if word >= len(bits):
        return np.int64(-1)
    one, shift = np.uint64(1), np.uint64(node & 63)
    if not (bits[word] >> shift) & one:
        return np.int64(-1)
    return np.int64(ranks[word]) + popcount(bits[word] & ((one << shift) - one))


@njit
def _lower(byte: Any) -> Any:
    return byte + 32 if 65 <= byte <= 90 else byte


@njit
def _same_bytes(left: Any, right: Any, length: Any) -> Any:
    if left == right:
        return True
    for i in range(length):
        if byte_at(left + i) != byte_at(right + i):
            return False
    return True


@njit
def _same_language(nodes: Any, left: Any, right: Any) -> Any:
    """Of 1 + the tag's node, 0 for none; without regard to case."""
    if left == right:
        return True
    if left == 0 or right == 0 or nodes[left - 1].length != nodes[right - 1].length:
        return False
    one, other = np.int64(nodes[left - 1].text), np.int64(nodes[right - 1].text)
    for i in range(nodes[left - 1].length):
        if _lower(byte_at(one + i)) != _lower(byte_at(other + i)):
            return False
    return True


@njit
def _equal(nodes: Any, literals: Any, left: Any, right: Any) -> Any:
    """The same term."""
    if left == right:
        return True
    if left < LITERAL_BIT or right < LITERAL_BIT:
        return False
    one, other = literals[left - LITERAL_BIT], literals[right - LITERAL_BIT]
    if one.hash != other.hash or one.length != other.length or one.datatype != other.datatype:
        return False
    if not _same_bytes(np.int64(one.text), np.int64(other.text), np.int64(one.length)):
        return False
    return _same_language(nodes, np.int64(one.language), np.int64(other.language))


@njit
def _hash(literals: Any, value: Any) -> Any:
    """Equal values have equal hashes."""
    if value >= LITERAL_BIT:
        return np.int64(literals[value - LITERAL_BIT].hash)
    mixed = np.uint64(value) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64(mixed >> np.uint64(33))


@njit
def _constant(nodes: Any, literals: Any, slots: Any, value: Any) -> Any:
    """The program's literal that equals this literal; -1 if there is none."""
    mask = len(slots) - 1
    slot = np.int64(literals[value - LITERAL_BIT].hash) & mask
    while slots[slot]:
        index = np.int64(slots[slot]) - 1
        if _equal(nodes, literals, index + LITERAL_BIT, value):
            return index
        slot = (slot + 1) & mask
    return np.int64(-1)


@njit
def _text(nodes: Any, literals: Any, value: Any) -> Any:
    """(address, length) of what SPARQL's str() gives; a length of -1 for blank nodes."""
    if value >= LITERAL_BIT:
        literal = literals[value - LITERAL_BIT]
        return np.int64(literal.text), np.int64(literal.length)
    if nodes[value].type & 3:
        return np.int64(0), np.int64(-1)
    return np.int64(nodes[value].text), np.int64(nodes[value].length)


@njit
def _fetch_ahead(lanes: Any, i: Any, literals: Any) -> Any:
    """Begins to fetch the text of a lane that comes soon: texts lie far apart, and to wait for one takes longer than to
    look at it."""
    if i + _AHEAD < len(lanes):
        value = np.int64(lanes[i + _AHEAD])
        if value >= LITERAL_BIT:
            prefetch(np.int64(literals[value - LITERAL_BIT].text))


@njit
def _is_here(wait: Any, i: Any, at: Any) -> Any:
    return len(wait) == 0 or wait[i] <= at


# ---------------------------------------------------------------------- values in their usual forms

_OTHER, _NUMBER, _DAY, _LOCAL_TIME, _UTC = 0, 1, 2, 3, 4


@njit
def _number(address: Any, length: Any) -> Any:
    """(whether it is in the usual form, whole part, fraction in units of 10⁻¹⁸, whether it has a point): at most 18
    digits on either side, the fraction with the sign of the whole."""
    at, end = address, address + length
    negative = length > 0 and byte_at(at) == 45
    if length > 0 and (byte_at(at) == 45 or byte_at(at) == 43):
        at += 1
    whole, digits = np.int64(0), 0
    while at < end and 48 <= byte_at(at) <= 57 and digits < 19:
        whole = whole * 10 + (np.int64(byte_at(at)) - 48)
        at += 1
        digits += 1
    fraction, places = np.int64(0), 0
    point = at < end and byte_at(at) == 46
    if point:
        at += 1
        while at < end and 48 <= byte_at(at) <= 57 and places < 19:
            fraction = fraction * 10 + (np.int64(byte_at(at)) - 48)
            at += 1
            places += 1
    if at != end or digits > 18 or places > 18 or digits + places == 0:
        return False, np.int64(0), np.int64(0), False
    for _ in range(places, 18):
        fraction *= 10
    if negative:
        whole, fraction = -whole, -fraction
    return True, whole, fraction, point


@njit
def _digits(address: Any, count: Any) -> Any:
    """The number that so many digits make; -1 if there is something else."""
    number = np.int64(0)
    for i in range(count):
        byte = np.int64(byte_at(address + i))
        if byte < 48 or byte > 57:
            return np.int64(-1)
        number = number * 10 + byte - 48
    return number


@njit
def _day(address: Any) -> Any:
    """yyyymmdd of a text that begins with YYYY-MM-DD; -1 where that is no day."""
    year, month, day = _digits(address, 4), _digits(address + 5, 2), _digits(address + 8, 2)
    if byte_at(address + 4) != 45 or byte_at(address + 7) != 45 or year < 0 or not 1 <= month <= 12:
        return np.int64(-1)
    last = 31
    if month == 4 or month == 6 or month == 9 or month == 11:
        last = 30
    elif month == 2:
        last = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return (year * 100 + month) * 100 + day if 1 <= day <= last else np.int64(-1)


@njit
def _second(address: Any) -> Any:
    """hhmmss of a text that begins with hh:mm:ss; -1 where that is no time (24:00:00 is left to others)."""
    hour, minute, second = _digits(address, 2), _digits(address + 3, 2), _digits(address + 6, 2)
    if byte_at(address + 2) != 58 or byte_at(address + 5) != 58:
        return np.int64(-1)
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return np.int64(-1)
    return (hour * 100 + minute) * 100 + second


@njit
def _key(literal: Any) -> Any:
    """(form, major, minor): a literal that is well-formed and in a usual form compares with others of its form as these
    numbers do; _OTHER says nothing."""
    datatype, address, length = np.int64(literal.datatype), np.int64(literal.text), np.int64(literal.length)
    other = _OTHER, np.int64(0), np.int64(0)
    if datatype == _DECIMAL or (datatype < len(_LEAST) and _LEAST[datatype] <= _MOST[datatype]):
        good, whole, fraction, point = _number(address, length)
        if not good or (datatype != _DECIMAL and (point or not _LEAST[datatype] <= whole <= _MOST[datatype])):
            return other
        return _NUMBER, whole, fraction
    if datatype == _DATE and length == 10:
        day = _day(address)
        return (_DAY, day, np.int64(0)) if day >= 0 else other
    if datatype == _DATE_TIME and (length == 19 or (length == 20 and byte_at(address + 19) == 90)):
        day, second = _day(address), _second(address + 11)
        if byte_at(address + 10) != 84 or day < 0 or second < 0:
            return other
        return (_LOCAL_TIME if length == 19 else _UTC), day, second
    return other


@njit
def _order(major: Any, minor: Any, other_major: Any, other_minor: Any) -> Any:
    """The bit of a mask of comparisons."""
    if major < other_major or (major == other_major and minor < other_minor):
        return cstructs.ACCEPT_LESS
    if major == other_major and minor == other_minor:
        return cstructs.ACCEPT_EQUAL
    return cstructs.ACCEPT_GREATER


_LOWEST_BITS = np.uint64(0x0101010101010101)


@njit
def _code_points_within(address: Any, length: Any, least: Any, most: Any) -> Any:
    """A code point has one to four bytes, so that most texts need not be counted."""
    if length < least or (length + 3) // 4 > most:
        return False
    if length <= most and length // 4 >= least:
        return True
    count, at = length, np.int64(0)
    while at + 8 <= length:
        word = long_at(address + at)
        count -= popcount(word >> np.uint64(7) & ~word >> np.uint64(6) & _LOWEST_BITS)
        at += 8
    while at < length:
        count -= byte_at(address + at) & 0xC0 == 0x80
        at += 1
    return least <= count <= most


# ---------------------------------------------------------------------- values of nodes


@kernel
def find_rows(bits, ranks, offsets, source, lanes, wait, at, starts, counts, values, owners):  # type: ignore[no-untyped-def]
    """Where the values of each lane begin among those of an index, and how many they are; returns their sum, the least
    and the most. If there is room for all of them, the values and whose they are as `gather` gives them."""
    total, least, most = np.int64(0), np.int64(NONE), np.int64(0)
    for i in range(len(lanes)):
        start, count = np.int64(0), np.int64(0)
        if _is_here(wait, i, at):
            row = _row(bits, ranks, np.int64(lanes[i]))
            if row >= 0:
                start = np.int64(offsets[row])
                count = np.int64(offsets[row + 1]) - start
        starts[i], counts[i] = start, count
        if total + count <= len(values):
            for j in range(count):
                values[total + j] = source[start + j]
                owners[total + j] = i
        total += count
        if count < least:
            least = count
        if count > most:
            most = count
    return total, least, most


@kernel
def find_literal_subjects(lanes, wait, at, run, subjects, column, counts, shift, starts):  # type: ignore[no-untyped-def]
    """The same for literals, of which an inverse column has a list of its own; it stands `shift` behind the other."""
    total = 0
    for i in range(len(lanes)):
        if lanes[i] >= LITERAL_BIT and _is_here(wait, i, at):
            found = ask_subjects(subjects, run, column, lanes[i])
            starts[i] = (found >> 32) + shift
            counts[i] = found & NONE
            total += counts[i]
    return total


@kernel
def present(counts, wait, at):  # type: ignore[no-untyped-def]
    """How many values there are of lanes that are here."""
    total = 0
    for i in range(len(counts)):
        if _is_here(wait, i, at):
            total += counts[i]
    return total


@kernel
def gather(source, starts, counts, wait, at, values, owners):  # type: ignore[no-untyped-def]
    """The values of the lanes that are here, one after the other, and whose they are."""
    n = 0
    for i in range(len(counts)):
        if _is_here(wait, i, at):
            start = np.int64(starts[i])
            for j in range(counts[i]):
                values[n] = source[start + j]
                owners[n] = i
                n += 1
    return n


# ---------------------------------------------------------------------- masks


@kernel
def here(wait, at, count, out):  # type: ignore[no-untyped-def]
    """The lanes that are at this step."""
    n = 0
    for i in range(count):
        if _is_here(wait, i, at):
            out[n] = i
            n += 1
    return n


@kernel
def pass_by(wait, block, behind):  # type: ignore[no-untyped-def]
    """Lanes that come along and did not jump to the block go on behind it."""
    for i in range(len(wait)):
        if wait[i] < block:
            wait[i] = behind


# ---------------------------------------------------------------------- checks of a value


@kernel
def fails_node_kind(lanes, wait, at, mask, nodes, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(lanes)):
        if _is_here(wait, i, at):
            value = np.int64(lanes[i])
            kind = cstructs.NODE_KIND_LITERAL
            if value < LITERAL_BIT:
                kind = cstructs.NODE_KIND_BLANK if nodes[value].type & 3 else cstructs.NODE_KIND_IRI
            if not mask & kind:
                out[n] = i
                n += 1
    return n


@njit
def _well_formed(literal: Any) -> Any:
    """1, 0, or -1: not in a usual form, so that the runtime has to look."""
    datatype = np.int64(literal.datatype)
    if datatype == _LANG_STRING:
        return 1 if literal.language else 0
    if datatype >= len(_ANY_TEXT) or _ANY_TEXT[datatype]:
        return 1
    return 1 if _key(literal)[0] != _OTHER else -1


@kernel
def fails_datatype(lanes, wait, at, datatype, literals, run, passes, out):  # type: ignore[no-untyped-def]
    n = 0
    has_form = datatype < len(_ANY_TEXT) and datatype != _LANG_STRING and not _ANY_TEXT[datatype]
    for i in range(len(lanes)):
        if has_form:
            _fetch_ahead(lanes, i, literals)
        if _is_here(wait, i, at):
            value, good = np.int64(lanes[i]), 0
            if value >= LITERAL_BIT and literals[value - LITERAL_BIT].datatype == datatype:
                good = _well_formed(literals[value - LITERAL_BIT])
                if good < 0:
                    good = ask_passes(passes, run, _ASK_DATATYPE, value, datatype, 0)
            if not good:
                out[n] = i
                n += 1
    return n


@kernel
def fails_class(lanes, wait, at, number, type_sets, class_bits, words, out):  # type: ignore[no-untyped-def]
    n = 0
    word, shift = number >> 6, np.uint64(number & 63)
    for i in range(len(lanes)):
        if _is_here(wait, i, at):
            value, good = np.int64(lanes[i]), False
            if value < LITERAL_BIT:
                row = np.int64(type_sets[value]) * words
                good = (class_bits[row + word] >> shift) & np.uint64(1) != 0
            if not good:
                out[n] = i
                n += 1
    return n


@kernel
def read_constants(literals, forms, majors, minors):  # type: ignore[no-untyped-def]
    """The keys of the program's literals, which are the first of every store."""
    for i in range(len(forms)):
        forms[i], majors[i], minors[i] = _key(literals[i])


@kernel
def fails_range(lanes, wait, at, bound, mask, forms, majors, minors, literals, run, passes, out):  # type: ignore[no-untyped-def]
    n = 0
    limit = bound - LITERAL_BIT
    for i in range(len(lanes)):
        _fetch_ahead(lanes, i, literals)
        if _is_here(wait, i, at):
            value, good = np.int64(lanes[i]), 0
            if value >= LITERAL_BIT:
                form, major, minor = _key(literals[value - LITERAL_BIT])
                if form != _OTHER and form == forms[limit]:
                    good = mask & _order(major, minor, majors[limit], minors[limit])
                else:
                    good = ask_passes(passes, run, _ASK_RANGE, value, bound, mask)
            if not good:
                out[n] = i
                n += 1
    return n


@kernel
def fails_length(lanes, wait, at, least, most, nodes, literals, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(lanes)):
        _fetch_ahead(lanes, i, literals)
        if _is_here(wait, i, at):
            address, length = _text(nodes, literals, np.int64(lanes[i]))
            if length < 0 or not _code_points_within(address, length, least, most):
                out[n] = i
                n += 1
    return n


@njit
def _fits(literal: Any, bounds: Any, forms: Any, majors: Any, minors: Any) -> Any:
    """1, 0, or -1: not in a usual form. ``bounds`` is the row of a fit: datatype, low, its mask, high, its mask, least,
    most."""
    address, length = np.int64(literal.text), np.int64(literal.length)
    if bounds[0] != NONE and bounds[0] != literal.datatype:
        return 0
    if not _code_points_within(address, length, np.int64(bounds[5]), np.int64(bounds[6])):
        return 0
    if bounds[1] == NONE and bounds[3] == NONE:
        return _well_formed(literal)
    form, major, minor = _key(literal)
    for end in range(1, 5, 2):
        if bounds[end] != NONE:
            limit = np.int64(bounds[end]) - LITERAL_BIT
            if form == _OTHER or forms[limit] != form:
                return -1
            if not bounds[end + 1] & _order(major, minor, majors[limit], minors[limit]):
                return 0
    return 1


@kernel
def fails_fits(lanes, wait, at, fit, bounds, forms, majors, minors, literals, run, passes, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(lanes)):
        _fetch_ahead(lanes, i, literals)
        if _is_here(wait, i, at):
            value, good = np.int64(lanes[i]), 0
            if value >= LITERAL_BIT:
                good = _fits(literals[value - LITERAL_BIT], bounds, forms, majors, minors)
                if good < 0:
                    good = ask_passes(passes, run, _ASK_FITS, value, fit, 0)
            if not good:
                out[n] = i
                n += 1
    return n


# ---------------------------------------------------------------------- patterns

_KIND_AT, _START_AT, _ACCEPTING_AT, _RUNS_AT = 1, 4, 5, 6
_ASCII_AT, _RUNS_FROM, _CLASS_BITS = 8, 40, 11
_DFA_NARROW, _NFA = 1, 3
_ACCEPTED, _FIRST_ROW = np.uint64(1), np.uint64(2)


def dfa(words: Any) -> tuple[Any, Any, Any, int, int] | None:
    """The tables of a machine (regex.c has its layout): the class of each ASCII character, the runs of the others, the
    transitions, the start, the first accepting state; None if it is no DFA."""
    if words[_KIND_AT] == _NFA:
        return None
    end = _RUNS_FROM + int(words[_RUNS_AT])
    table = words[end:].view("<u2" if words[_KIND_AT] == _DFA_NARROW else "<u4").astype(np.uint32)
    ascii_classes = words[_ASCII_AT:_RUNS_FROM].view(np.uint8)
    return ascii_classes, words[_RUNS_FROM:end], table, int(words[_START_AT]), int(words[_ACCEPTING_AT])


@njit
def _wide(address: Any, left: Any) -> Any:
    """(code point, bytes) of what is not ASCII; a byte that is not UTF-8 counts as one U+FFFD."""
    lead = np.int64(byte_at(address))
    more = 0
    if 0xC2 <= lead < 0xE0:
        more = 1
    elif 0xE0 <= lead < 0xF0:
        more = 2
    elif 0xF0 <= lead < 0xF5:
        more = 3
    if more == 0 or left <= more:
        return np.int64(0xFFFD), 1
    code_point = lead & (0x3F >> more)
    for i in range(1, more + 1):
        byte = np.int64(byte_at(address + i))
        if byte & 0xC0 != 0x80:
            return np.int64(0xFFFD), 1
        code_point = code_point << 6 | (byte & 0x3F)
    return code_point, more + 1


@njit
def _class_of_wide(runs: Any, code_point: Any) -> Any:
    key = code_point << _CLASS_BITS | ((1 << _CLASS_BITS) - 1)
    first, count = 0, len(runs)
    while count > 1:
        half = count // 2
        if runs[first + half] <= key:
            first += half
        count -= half
    return np.uint64(runs[first]) & np.uint64((1 << _CLASS_BITS) - 1)


@njit
def _matches(classes: Any, runs: Any, table: Any, start: Any, accepting: Any, address: Any, length: Any) -> Any:
    """What search_dfa of regex.c does. Without a sign Numba does not ask of an index whether it counts from the end."""
    state, at = np.uint64(start), np.int64(0)
    while at < length and state >= _FIRST_ROW:
        byte = byte_at(address + at)
        if byte < 0x80:
            state = np.uint64(table[state + np.uint64(classes[byte])])
            at += 1
        else:
            code_point, size = _wide(address + at, length - at)
            state = np.uint64(table[state + _class_of_wide(runs, code_point)])
            at += size
    return state == _ACCEPTED or state >= np.uint64(accepting)


@kernel
def fails_pattern(lanes, wait, at, classes, runs, table, start, accepting, nodes, literals, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(lanes)):
        _fetch_ahead(lanes, i, literals)
        if _is_here(wait, i, at):
            address, length = _text(nodes, literals, np.int64(lanes[i]))
            if length < 0 or not _matches(classes, runs, table, start, accepting, address, length):
                out[n] = i
                n += 1
    return n


@kernel
def fails_by_asking(lanes, wait, at, code, b, c, run, passes, out):  # type: ignore[no-untyped-def]
    """A check that the runtime makes for each value: patterns that are no DFA, scattered value lists."""
    n = 0
    for i in range(len(lanes)):
        if _is_here(wait, i, at) and not ask_passes(passes, run, code, lanes[i], b, c):
            out[n] = i
            n += 1
    return n


@njit
def _language_matches(node: Any, ranges: Any, start: Any, end: Any) -> Any:
    """SPARQL's langMatches; ``ranges`` from start to end are one, in lower case."""
    length, address = np.int64(node.length), np.int64(node.text)
    size = end - start
    if size == 1 and ranges[start] == 42:
        return length > 0
    if length < size or (length > size and byte_at(address + size) != 45):
        return False
    for i in range(size):
        if _lower(byte_at(address + i)) != ranges[start + i]:
            return False
    return True


@kernel
def fails_language_in(lanes, wait, at, ranges, ends, nodes, literals, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(lanes)):
        if _is_here(wait, i, at):
            value, good = np.int64(lanes[i]), False
            if value >= LITERAL_BIT and literals[value - LITERAL_BIT].language:
                node = nodes[np.int64(literals[value - LITERAL_BIT].language) - 1]
                start = np.int64(0)
                for end in ends:
                    if _language_matches(node, ranges, start, np.int64(end)):
                        good = True
                        break
                    start = np.int64(end)
            if not good:
                out[n] = i
                n += 1
    return n


@kernel
def fails_in(lanes, wait, at, words, low, span, node_terms, slots, nodes, literals, out):  # type: ignore[no-untyped-def]
    """``words`` have a bit for each of the ``span`` terms from ``low`` on."""
    n = 0
    for i in range(len(lanes)):
        if _is_here(wait, i, at):
            value, term = np.int64(lanes[i]), np.int64(-1)
            if value >= LITERAL_BIT:
                constant = _constant(nodes, literals, slots, value)
                if constant >= 0:
                    term = node_terms + constant
            elif value < node_terms:
                term = value
            place = term - low
            if term < 0 or place < 0 or place >= span or not (words[place >> 5] >> (place & 31)) & 1:
                out[n] = i
                n += 1
    return n


@kernel
def fails_closed(lanes, wait, at, allowed, bits, ranks, offsets, columns, rest_bits, out):  # type: ignore[no-untyped-def]
    """Both the columns of a node and those that are allowed are in order."""
    n = 0
    for i in range(len(lanes)):
        if not _is_here(wait, i, at):
            continue
        value, good = np.int64(lanes[i]), True
        row = _row(bits, ranks, value)
        if row >= 0:
            following = 0
            for j in range(offsets[row], offsets[row + 1]):
                while following < len(allowed) and allowed[following] < columns[j]:
                    following += 1
                if following == len(allowed) or allowed[following] != columns[j]:
                    good = False
                    break
        word = value >> 6
        if word < len(rest_bits) and (rest_bits[word] >> np.uint64(value & 63)) & np.uint64(1):
            good = False
        if not good:
            out[n] = i
            n += 1
    return n


# ---------------------------------------------------------------------- checks of all values of a focus node


@kernel
def fails_count(counts, wait, at, least, most, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(counts)):
        if _is_here(wait, i, at) and not least <= counts[i] <= most:
            out[n] = i
            n += 1
    return n


@kernel
def fails_has_value(source, starts, counts, wait, at, constant, nodes, literals, out):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(len(counts)):
        if _is_here(wait, i, at):
            start, good = np.int64(starts[i]), False
            for j in range(counts[i]):
                if _equal(nodes, literals, np.int64(source[start + j]), constant):
                    good = True
                    break
            if not good:
                out[n] = i
                n += 1
    return n


_SHORT, _SHORT_PAIRS, _LONG_TAG = 16, 256, 256


@kernel
def fails_unique_lang(source, starts, counts, wait, at, lanes, nodes, literals, run, fail, out):  # type: ignore[no-untyped-def]
    """-1: the runtime was stopped, or has no memory."""
    n = 0
    for i in range(len(counts)):
        if not _is_here(wait, i, at) or counts[i] < 2:
            continue
        start, count, twice = np.int64(starts[i]), np.int64(counts[i]), 0
        short = count <= _SHORT
        for j in range(count if short else 0):
            value = np.int64(source[start + j])
            if value < LITERAL_BIT or literals[value - LITERAL_BIT].language == 0:
                continue
            language = np.int64(literals[value - LITERAL_BIT].language)
            short = short and nodes[language - 1].length <= _LONG_TAG
            for k in range(j):
                other = np.int64(source[start + k])
                if other < LITERAL_BIT or literals[other - LITERAL_BIT].language == 0:
                    continue
                if _same_language(nodes, language, np.int64(literals[other - LITERAL_BIT].language)):
                    twice = 1
        if not short:
            address = np.int64(source.ctypes.data) + 4 * start
            twice = ask_fail(fail, run, _ASK_UNIQUE_LANG, lanes[i], address, count, 0, 0)
            if twice == NONE:
                return -1
        if twice:
            out[n] = i
            n += 1
    return n


@njit
def _any_among(
    source: Any,
    start: Any,
    count: Any,
    others: Any,
    first: Any,
    other_count: Any,
    wanted: Any,
    nodes: Any,
    literals: Any,
) -> Any:
    """Is there a value that is, or if not wanted is not, among the others?"""
    for j in range(count):
        found = False
        for k in range(other_count):
            if _equal(nodes, literals, np.int64(source[start + j]), np.int64(others[first + k])):
                found = True
                break
        if found == wanted:
            return True
    return False


@kernel
def fails_pairs(  # type: ignore[no-untyped-def]
    source,
    starts,
    counts,
    wait,
    at,
    lanes,
    equal,
    column,
    bits,
    ranks,
    offsets,
    others,
    nodes,
    literals,
    run,
    fail,
    out,
):
    """`equals`, or else `disjoint`. -1: the runtime was stopped, or has no memory."""
    n = 0
    for i in range(len(counts)):
        if not _is_here(wait, i, at):
            continue
        start, count = np.int64(starts[i]), np.int64(counts[i])
        row = _row(bits, ranks, np.int64(lanes[i]))
        first, other_count = np.int64(0), np.int64(0)
        if row >= 0:
            first, other_count = np.int64(offsets[row]), np.int64(offsets[row + 1] - offsets[row])
        if count * other_count > _SHORT_PAIRS:
            address = np.int64(source.ctypes.data) + 4 * start
            failures = ask_fail(fail, run, _ASK_EQUALS if equal else _ASK_DISJOINT, lanes[i], address, count, column, 0)
            if failures == NONE:
                return -1
            bad = failures > 0
        elif equal:
            bad = _any_among(source, start, count, others, first, other_count, False, nodes, literals) or _any_among(
                others, first, other_count, source, start, count, False, nodes, literals
            )
        else:
            bad = _any_among(source, start, count, others, first, other_count, True, nodes, literals)
        if bad:
            out[n] = i
            n += 1
    return n


@njit
def _in_order(left: Any, right: Any, mask: Any, literals: Any) -> Any:
    """1, 0, or -1: not in usual forms."""
    if left < LITERAL_BIT or right < LITERAL_BIT:
        return 0
    form, major, minor = _key(literals[left - LITERAL_BIT])
    other_form, other_major, other_minor = _key(literals[right - LITERAL_BIT])
    if form == _OTHER or form != other_form:
        return -1
    return 1 if mask & _order(major, minor, other_major, other_minor) else 0


@kernel
def fails_compare(  # type: ignore[no-untyped-def]
    source, starts, counts, wait, at, lanes, mask, column, bits, ranks, offsets, others, literals, run, fail, out
):
    """-1: the runtime was stopped, or has no memory."""
    n = 0
    for i in range(len(counts)):
        row = _row(bits, ranks, np.int64(lanes[i]))
        if row < 0 or not counts[i] or not _is_here(wait, i, at):
            continue
        start, count = np.int64(starts[i]), np.int64(counts[i])
        first, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        good = 1 if count * (end - first) <= _SHORT_PAIRS else -1
        for j in range(count):
            for k in range(first, end):
                if good == 1:
                    good = _in_order(np.int64(source[start + j]), np.int64(others[k]), mask, literals)
            if good != 1:
                break
        if good < 0:
            address = np.int64(source.ctypes.data) + 4 * start
            failures = ask_fail(fail, run, _ASK_COMPARE, lanes[i], address, count, column, mask)
            if failures == NONE:
                return -1
            good = 0 if failures else 1
        if not good:
            out[n] = i
            n += 1
    return n


# ---------------------------------------------------------------------- sets of values: paths


@njit
def _new_to(table: Any, mask: Any, items: Any, value: Any, nodes: Any, literals: Any) -> Any:
    """The slot where the value belongs; -1 if it is in the table already. Slots have a position among the items + 1."""
    slot = _hash(literals, value) & mask
    while table[slot]:
        if _equal(nodes, literals, np.int64(items[table[slot] - 1]), value):
            return np.int64(-1)
        slot = (slot + 1) & mask
    return slot


@kernel
def add_new(  # type: ignore[no-untyped-def]
    source, starts, counts, known, known_starts, known_counts, nodes, literals, values, out_starts, out_counts
):
    """For each lane the values that are not known, each once, in the order of arrival; returns how many."""
    n = 0
    table, mask = np.zeros(64, np.int64), np.int64(63)
    items = np.empty(0, np.uint32)
    for i in range(len(counts)):
        start, count = np.int64(starts[i]), np.int64(counts[i])
        before, known_count = np.int64(known_starts[i]), np.int64(known_counts[i])
        out_starts[i] = n
        if count + known_count <= _SHORT:
            for j in range(count):
                value, fresh = np.int64(source[start + j]), True
                for k in range(known_count):
                    fresh = fresh and not _equal(nodes, literals, np.int64(known[before + k]), value)
                for k in range(np.int64(out_starts[i]), n):
                    fresh = fresh and not _equal(nodes, literals, np.int64(values[k]), value)
                if fresh:
                    values[n] = value
                    n += 1
        elif count:
            wanted = np.int64(64)
            while wanted < 2 * (count + known_count):
                wanted *= 2
            if wanted > len(table):
                table = np.zeros(wanted, np.int64)
            mask = wanted - 1
            table[:wanted] = 0
            if len(items) < count + known_count:
                items = np.empty(2 * (count + known_count), np.uint32)
            held = 0
            for k in range(known_count):
                items[held] = known[before + k]
                slot = _new_to(table, mask, items, np.int64(items[held]), nodes, literals)
                held += 1
                table[slot] = held
            for j in range(count):
                value = np.int64(source[start + j])
                slot = _new_to(table, mask, items, value, nodes, literals)
                if slot >= 0:
                    items[held] = value
                    held += 1
                    table[slot] = held
                    values[n] = value
                    n += 1
        out_counts[i] = n - np.int64(out_starts[i])
    return n


@kernel
def join(  # type: ignore[no-untyped-def]
    source, starts, counts, other, other_starts, other_counts, values, out_starts, out_counts
):
    """For each lane its values in the one and then those in the other."""
    n = 0
    for i in range(len(counts)):
        out_starts[i] = n
        for j in range(counts[i]):
            values[n] = source[np.int64(starts[i]) + j]
            n += 1
        for j in range(other_counts[i]):
            values[n] = other[np.int64(other_starts[i]) + j]
            n += 1
        out_counts[i] = n - np.int64(out_starts[i])
    return n


@kernel
def regroup(counts, owner_counts, out_starts, out_counts):  # type: ignore[no-untyped-def]
    """Lists that stand one after the other without gaps; each owner has the next so many, as one list."""
    place, j = 0, 0
    for i in range(len(owner_counts)):
        out_starts[i] = place
        for _ in range(owner_counts[i]):
            place += counts[j]
            j += 1
        out_counts[i] = place - np.int64(out_starts[i])


@kernel
def sum_tallies(tally, owners, out):  # type: ignore[no-untyped-def]
    for i in range(len(tally)):
        out[owners[i]] += tally[i]
