# cython: language_level=3
"""Zero-tick detection: what can be said of checks before there is any data.

It knows numbers only. A check is a row of a `Checks` table; checks of one group look at the same values. In words:

    kind       what is checked, one of the constants below
    accepts    mask of the node kinds that a value which passes can have
    operand    mask, datatype, class, pattern, set, predicate ...: equal numbers mean the same
    low, high  lengths and counts as they are; bounds as ranks among all bounds of one family
    family     of bounds: those that compare with each other exactly; NO_FAMILY: compares with nothing
    flags      INCLUSIVE, COARSE (rounded to a float it may become equal to another bound), ALL (a pattern that every text matches),
               EMPTY (a list without members, a pattern that no text matches)

Every rule here is a proof about all values; each has its argument in its docstring. Where a rule cannot be proved it is not applied.
"""

from array import array

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc

from cython_optimizations.cstructs cimport (
    CNS_CMP_EQUAL, CNS_CMP_GREATER, CNS_CMP_LESS, CNS_NODE_KIND_BLANK, CNS_NODE_KIND_IRI, CNS_NODE_KIND_LITERAL,
    CnsComparison, CnsLiteral, cns_literal_compare, cns_literal_well_formed,
)

cdef enum Kind:
    K_NODE_KIND, K_DATATYPE, K_CLASS, K_LOW_BOUND, K_HIGH_BOUND, K_MIN_LENGTH, K_MAX_LENGTH, K_PATTERN, K_LANGUAGE, K_SET
    K_MIN_COUNT, K_MAX_COUNT, K_HAS_VALUE, K_UNIQUE_LANG, K_EQUALS, K_DISJOINT, K_LESS_THAN, K_LESS_OR_EQUAL, K_OTHER

cdef enum:
    F_INCLUSIVE = 1
    F_COARSE = 2
    F_ALL = 4
    F_EMPTY = 8
    ANY_KIND = 7
    NONE_FAMILY = -1

NODE_KIND, DATATYPE, CLASS, LOW_BOUND, HIGH_BOUND = K_NODE_KIND, K_DATATYPE, K_CLASS, K_LOW_BOUND, K_HIGH_BOUND
MIN_LENGTH, MAX_LENGTH, PATTERN, LANGUAGE, SET = K_MIN_LENGTH, K_MAX_LENGTH, K_PATTERN, K_LANGUAGE, K_SET
MIN_COUNT, MAX_COUNT, HAS_VALUE, UNIQUE_LANG = K_MIN_COUNT, K_MAX_COUNT, K_HAS_VALUE, K_UNIQUE_LANG
EQUALS, DISJOINT, LESS_THAN, LESS_OR_EQUAL, OTHER = K_EQUALS, K_DISJOINT, K_LESS_THAN, K_LESS_OR_EQUAL, K_OTHER
INCLUSIVE, COARSE, ALL, EMPTY, NO_FAMILY = F_INCLUSIVE, F_COARSE, F_ALL, F_EMPTY, NONE_FAMILY
RUNTIME, HOLDS, FAILS = 0, 1, 2
UNLIMITED = 2**62


cdef struct Check:
    int32_t kind
    uint32_t group
    uint32_t accepts
    int64_t operand
    int64_t low
    int64_t high
    int32_t family
    uint32_t flags


cdef class Checks:
    """The table; rows of one group stand together."""

    cdef Check *rows
    cdef readonly int count
    cdef int room

    def __cinit__(self):
        self.room = 64
        self.rows = <Check *>malloc(self.room * sizeof(Check))
        if self.rows == NULL:
            raise MemoryError()

    def __dealloc__(self):
        free(self.rows)

    def add(self, int kind, uint32_t group, *, uint32_t accepts=ANY_KIND, int64_t operand=0, int64_t low=0, int64_t high=0,
            int family=NONE_FAMILY, uint32_t flags=0):
        """The new row's number."""
        cdef Check *grown
        if self.count and group < self.rows[self.count - 1].group:
            raise ValueError("groups are given in ascending order")
        if self.count == self.room:
            grown = <Check *>malloc(2 * self.room * sizeof(Check))
            if grown == NULL:
                raise MemoryError()
            for i in range(self.count):
                grown[i] = self.rows[i]
            free(self.rows)
            self.rows = grown
            self.room *= 2
        self.rows[self.count] = Check(kind, group, accepts, operand, low, high, family, flags)
        self.count += 1
        return self.count - 1


cdef class Hierarchy:
    """Classes by number, over pairs (sub, super): loops and all."""

    cdef uint32_t count
    cdef list above
    cdef dict reached

    def __cinit__(self, uint32_t count, pairs):
        self.count = count
        self.above = [[] for _ in range(count)]
        self.reached = {}
        for sub, sup in pairs:
            self.above[sub].append(sup)

    cdef bint is_below(self, uint32_t sub, uint32_t sup) except -1:
        """One is the other, or leads up to it."""
        if sub == sup:
            return True
        if sub not in self.reached:
            seen = {sub}
            waiting = [sub]
            while waiting:
                for upper in self.above[waiting.pop()]:
                    if upper not in seen:
                        seen.add(upper)
                        waiting.append(upper)
            self.reached[sub] = seen
        return sup in self.reached[sub]


# ---------------------------------------------------------------------- constant


cdef int constant(const Check *check, uint32_t kinds) noexcept nogil:
    """kinds: those that values of the group can have at all, by the path or the targets that lead to them.

    - A value that passes has a kind out of `accepts`; where no value has, all fail. An empty list of values or languages, a
      pattern that matches no text and a bound that nothing compares with (NaN, ill-formed, of a type without an order) accept none.
    - nodeKind says nothing where all possible kinds are allowed.
    - minLength 0, and a pattern that matches every text: SHACL lets blank nodes fail even these, having no text; so they hold
      only where no value can be a blank node.
    - minCount 0 holds of any number.
    - hasValue of a term whose kind no value has fails for every focus node.
    """
    if kinds == 0:
        return 0  # no value, no check
    if check.kind == K_MIN_COUNT:
        return 1 if check.low == 0 else 0
    if check.kind == K_HAS_VALUE:
        return 0 if check.accepts & kinds else 2
    if check.kind > K_SET:
        return 0
    if check.accepts & kinds == 0 or check.flags & F_EMPTY:
        return 2
    if (check.kind == K_LOW_BOUND or check.kind == K_HIGH_BOUND) and check.family == NONE_FAMILY:
        return 2
    if check.kind == K_NODE_KIND and kinds & ~check.accepts == 0:
        return 1
    if kinds & CNS_NODE_KIND_BLANK == 0 and (check.kind == K_PATTERN and check.flags & F_ALL or check.kind == K_MIN_LENGTH and check.low == 0):
        return 1
    return 0


def constants(Checks checks not None, const uint32_t[::1] kinds_of_group not None):
    """A verdict for each check: RUNTIME, HOLDS or FAILS."""
    verdicts = array("B", bytes(checks.count))
    cdef uint8_t[::1] out = verdicts
    cdef int i
    with nogil:
        for i in range(checks.count):
            out[i] = <uint8_t>constant(&checks.rows[i], kinds_of_group[checks.rows[i].group])
    return verdicts


# ---------------------------------------------------------------------- implied


cdef bint bound_implies(const Check *g, const Check *o) noexcept nogil:
    """Bounds of one family and one direction.

    Within a family the order of bounds is exact and total, and a value compares with all of them or with none (what is
    incomparable, ill-typed or NaN fails both: the guard has failed, so that the other is looked at too). v beyond a bound that is
    beyond another is beyond that one: comparing is transitive. A float or double makes decimal bounds floats first: rounding keeps
    the order, yet two bounds may become one. So "not less than 5.00000000001" does not give "greater than 5" for a float: an
    exclusive bound follows from an inclusive one only if neither is COARSE. Of calendar values with and without a zone, those that
    compare do so for every zone, and durations at every starting point; both are transitive.
    """
    cdef int64_t ahead = g.low - o.low if g.kind == K_LOW_BOUND else o.low - g.low
    if g.family != o.family or g.family == NONE_FAMILY or ahead < 0:
        return False
    if o.flags & F_INCLUSIVE or not g.flags & F_INCLUSIVE:
        return True
    return ahead > 0 and not (g.flags | o.flags) & F_COARSE


cdef bint datatype_bounds(const Check *g, const Check *o) noexcept nogil:
    """xsd:byte and its like are decimals between two bounds (low, high; both included), or they are ill-formed and the datatype
    check fails. Such a value is exact, and so is the comparison with a decimal bound; but not with a float's, which is of another family.
    """
    if g.family != o.family or g.family == NONE_FAMILY:
        return False
    if o.kind == K_LOW_BOUND:
        return g.low > o.low or (g.low == o.low and o.flags & F_INCLUSIVE != 0)
    return g.high < o.low or (g.high == o.low and o.flags & F_INCLUSIVE != 0)


cdef bint same(const Check *g, const Check *o) noexcept nogil:
    return (g.kind == o.kind and g.accepts == o.accepts and g.operand == o.operand and g.low == o.low and g.high == o.high
            and g.family == o.family and g.family >= (0 if g.kind == K_LOW_BOUND or g.kind == K_HIGH_BOUND else NONE_FAMILY)
            and g.flags == o.flags)


cdef bint implies_value(const Check *g, const Check *o, Hierarchy below, uint32_t kinds) except -1:
    """Of one value: if g passes, does o pass?

    - the same check twice;
    - nodeKind, minLength 0 and the pattern of everything: all kinds that g lets through are fine (a datatype, a range or a language is
      a literal's; a class an IRI's or blank node's; a length or a pattern is never a blank node's);
    - class: g's class is below o's in the ontology. The data can bring more rdfs:subClassOf, never take any back;
    - bounds, see above;
    - lengths: of a pattern, the shortest and the longest text that its DFA accepts, in code points, which is what sh:minLength counts;
      `str()` is the same text for both, of an IRI as of a literal.
    """
    if same(g, o):
        return True
    if o.kind == K_NODE_KIND:
        return g.accepts & kinds & ~o.accepts == 0
    if (o.kind == K_MIN_LENGTH and o.low == 0) or (o.kind == K_PATTERN and o.flags & F_ALL):
        return g.accepts & kinds & CNS_NODE_KIND_BLANK == 0
    if o.kind == K_CLASS:
        return g.kind == K_CLASS and below.is_below(<uint32_t>g.operand, <uint32_t>o.operand)
    if o.kind == K_LOW_BOUND or o.kind == K_HIGH_BOUND:
        return bound_implies(g, o) if g.kind == o.kind else g.kind == K_DATATYPE and datatype_bounds(g, o)
    if o.kind == K_MIN_LENGTH:
        return (g.kind == K_MIN_LENGTH or g.kind == K_PATTERN) and g.low >= o.low
    if o.kind == K_MAX_LENGTH:
        return (g.kind == K_MAX_LENGTH or g.kind == K_PATTERN) and g.high <= o.high
    return False


cdef bint implies_set(const Check *g, const Check *o) noexcept nogil:
    """Of all values at one focus node.

    - counts: at least 5 is at least 2; at most 1 is at most 3; a required value is at least one value;
    - with at most one value no language is there twice;
    - if every value is less than every value of another property, each is also less or equal, and none is among them (a term is not
      less than itself).
    """
    if g.kind == o.kind and g.operand == o.operand:
        if g.kind == K_MIN_COUNT:
            return g.low >= o.low
        if g.kind == K_MAX_COUNT:
            return g.high <= o.high
        return g.kind != K_OTHER
    if o.kind == K_MIN_COUNT:
        return g.kind == K_HAS_VALUE and o.low == 1
    if o.kind == K_UNIQUE_LANG:
        return g.kind == K_MAX_COUNT and g.high <= 1
    if o.kind == K_LESS_OR_EQUAL or o.kind == K_DISJOINT:
        return g.kind == K_LESS_THAN and g.operand == o.operand
    return False


def guards(Checks checks not None, const uint8_t[::1] verdicts not None, const uint32_t[::1] kinds_of_group not None,
           Hierarchy below not None, set known not None):
    """For each check the number of one that implies it, and -1 where there is none.

    `known` are pairs (guard, check) that the caller has proved besides, by looking at the values of an sh:in one by one, say.
    Implication is transitive, so that a guard can be chosen that has none itself. Of checks that imply each other the first is the
    guard. Checks that are decided neither guard nor need a guard.
    """
    found = array("i", [-1]) * checks.count
    cdef int32_t[::1] out = found
    cdef const Check *rows = checks.rows
    cdef int first = 0, end, g, o, steps
    while first < checks.count:
        end = first
        while end < checks.count and rows[end].group == rows[first].group:
            end += 1
        for o in range(first, end):
            for g in range(first, end):
                if g == o or verdicts[o] or verdicts[g] or not _implies(checks, g, o, below, kinds_of_group, known):
                    continue
                if g < o or not _implies(checks, o, g, below, kinds_of_group, known):
                    out[o] = g
                    break
        first = end
    for o in range(checks.count):
        steps = 0
        while out[o] >= 0 and out[out[o]] >= 0:
            out[o] = out[out[o]] if steps < checks.count else -1  # round and round: all of them are the same, this one stays
            steps += 1
    return found


cdef bint _implies(Checks checks, int g, int o, Hierarchy below, const uint32_t[::1] kinds, set known) except -1:
    cdef const Check *left = &checks.rows[g]
    cdef const Check *right = &checks.rows[o]
    if left.kind <= K_SET and right.kind <= K_SET:
        if implies_value(left, right, below, kinds[left.group]):
            return True
    elif left.kind > K_SET and right.kind > K_SET and implies_set(left, right):
        return True
    return bool(known) and (g, o) in known


# ---------------------------------------------------------------------- contradictory


cdef bint excludes(const Check *a, const Check *b, uint32_t kinds) noexcept nogil:
    """No value (no number of values) passes both. Which of the two fails is for the data to say, so both stay; what is known is that
    the shape fails wherever there is a value (of counts: always).

    - no possible kind is accepted by both; two datatypes;
    - the lower bound lies above the upper one: of one family, and, since a float rounds both, with neither COARSE, or both the same
      bound and one of them excluded;
    - lengths likewise, a pattern's included; minCount above maxCount.
    """
    if a.kind == K_MIN_COUNT and b.kind == K_MAX_COUNT:
        return a.low > b.high
    if kinds == 0 or a.kind > K_SET or b.kind > K_SET:
        return False
    if a.accepts & b.accepts & kinds == 0:
        return True
    if a.kind == K_DATATYPE and b.kind == K_DATATYPE:
        return a.operand != b.operand
    if a.kind == K_LOW_BOUND and b.kind == K_HIGH_BOUND and a.family == b.family and a.family != NONE_FAMILY:
        if a.low == b.low:
            return not (a.flags & b.flags & F_INCLUSIVE)
        return a.low > b.low and not (a.flags | b.flags) & F_COARSE
    if a.kind == K_MIN_LENGTH and (b.kind == K_MAX_LENGTH or b.kind == K_PATTERN):
        return a.low > b.high
    if a.kind == K_PATTERN and b.kind == K_MAX_LENGTH:
        return a.low > b.high
    return False


def contradictions(Checks checks not None, const uint8_t[::1] verdicts not None, const uint32_t[::1] kinds_of_group not None):
    """Pairs of undecided checks of one group that exclude each other."""
    cdef int first, second
    pairs = []
    for first in range(checks.count):
        second = first + 1
        while second < checks.count and checks.rows[second].group == checks.rows[first].group:
            if verdicts[first] == 0 and verdicts[second] == 0:
                kinds = kinds_of_group[checks.rows[first].group]
                if excludes(&checks.rows[first], &checks.rows[second], kinds) or excludes(&checks.rows[second], &checks.rows[first], kinds):
                    pairs.append((first, second))
            second += 1
    return pairs


# ---------------------------------------------------------------------- literals, as the runtime sees them


cdef CnsLiteral _literal(uint32_t datatype, bytes text) noexcept:
    cdef CnsLiteral literal
    literal.text = <const uint8_t *><const char *>text
    literal.length = <uint32_t>len(text)
    literal.hash = 0
    literal.datatype = datatype
    literal.language = 0
    return literal


def compare(uint32_t datatype, bytes text not None, uint32_t other_datatype, bytes other not None):
    """-1, 0 or 1; None where the two do not compare."""
    cdef CnsLiteral left = _literal(datatype, text), right = _literal(other_datatype, other)
    cdef CnsComparison order = cns_literal_compare(&left, &right)
    if order == CNS_CMP_LESS:
        return -1
    if order == CNS_CMP_EQUAL:
        return 0
    return 1 if order == CNS_CMP_GREATER else None


def well_formed(uint32_t datatype, bytes text not None):
    return bool(cns_literal_well_formed(datatype, <const uint8_t *><const char *>text, <uint32_t>len(text)))
