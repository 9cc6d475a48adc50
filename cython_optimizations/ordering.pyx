# cython: language_level=3, cdivision=True
"""In which order checks run where one failure, or one success, ends the matter: the cheapest for its chance comes first.

Shapes that are called are looked at before those that call them. Independent checks that all have to hold are best run by
ascending cost / chance to fail (for branches of which one has to hold: cost / chance to hold), ties by cost, then as
written. Everything is O(n log n) and a total order, so that equal input gives equal output.
"""

from array import array as array_of

from cpython.array cimport array, clone
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

# What an op is, as far as order goes.
cdef enum Role:
    SET         # looks at all values at once
    VALUE       # looks at one value
    CALL        # one shape, which has to hold
    NOT         # one shape, which must not
    AND
    OR
    XONE
    QUALIFIED   # the first shape is tested for each value; the others, if it holds, until one does

ROLES = {"set": SET, "value": VALUE, "call": CALL, "not": NOT, "and": AND, "or": OR, "xone": XONE, "qualified": QUALIFIED}

# Nothing is certain: a chance of 0 would make every cost endless, and all of them equal.
cdef double LEAST = 1e-6

# So few are put in place one by one, which is faster than merging.
cdef enum:
    RUN = 12

cdef struct Item:
    double key
    double cost
    uint32_t place  # as written; the last word in every comparison

cdef struct Estimate:
    double cost
    double chance  # to fail

cdef struct Problem:
    uint32_t shape_count
    const uint32_t *ops      # shape -> its first op; shape_count + 1
    const uint8_t *roles
    const double *costs      # of the op alone, without the shapes it calls
    const double *chances    # to fail; negative: follows from the shapes it calls
    const uint32_t *calls    # op -> its first call; one more than ops
    const uint32_t *called   # shapes
    const double *loads      # shape -> what it takes to find its values
    const double *values     # shape -> how many there are
    uint32_t *op_order       # out: ops, shape by shape
    uint32_t *call_order     # out: positions in `called`, op by op
    Estimate *op_estimates
    Estimate *shape_estimates
    Item *items              # as long as the longest list, and as long again for merging


cdef inline double _certain(double chance) noexcept nogil:
    return LEAST if chance < LEAST else 1 - LEAST if chance > 1 - LEAST else chance


cdef inline bint _before(const Item *a, const Item *b) noexcept nogil:
    if a.key != b.key:
        return a.key < b.key
    return a.cost < b.cost if a.cost != b.cost else a.place < b.place


cdef void _sort_few(Item *items, uint32_t count) noexcept nogil:
    cdef uint32_t i, at
    cdef Item item
    for i in range(1, count):
        item = items[i]
        at = i
        while at and _before(&item, &items[at - 1]):
            items[at] = items[at - 1]
            at -= 1
        items[at] = item


cdef void _sort(Item *items, Item *spare, uint32_t count) noexcept nogil:
    """Bottom-up merge sort of short runs; the answer is in `items`."""
    cdef Item *source = items
    cdef Item *target = spare
    cdef uint32_t width = RUN, start = 0, left, right, middle, end, out
    cdef bint later
    while start < count:
        _sort_few(items + start, RUN if count - start > RUN else count - start)
        start += RUN
    while width < count:
        start = 0
        while start < count:
            middle = start + width if count - start > width else count
            end = middle + width if count - middle > width else count
            left, right = start, middle
            out = start
            while left < middle and right < end:  # without a branch on which of them it is, which no processor foresees
                later = _before(&source[right], &source[left])
                target[out] = source[left + later * (right - left)]
                right += later
                left += not later
                out += 1
            memcpy(target + out, source + left, (middle - left) * sizeof(Item))
            memcpy(target + out + (middle - left), source + right, (end - right) * sizeof(Item))
            start = end
        source, target = target, source
        width *= 2
    if source != items:
        memcpy(items, source, count * sizeof(Item))


cdef inline double _all(double chance, double times) noexcept nogil:
    """The chance that so many in a row, of which each has this chance, all come true."""
    cdef double result = 1
    cdef uint32_t left
    if times <= 1:
        return 1 - times * (1 - chance)
    left = <uint32_t>(times + 0.5) if times < 1e9 else 1000000000
    while left:
        if left & 1:
            result *= chance
        chance *= chance
        left >>= 1
    return result


cdef Estimate _for_each(Estimate one, double values) noexcept nogil:
    """A check that is made for each value until it fails."""
    cdef double chance = 1 - _all(1 - one.chance, values)
    cdef double turns = chance / one.chance if one.chance > LEAST and values > 1 else values
    return Estimate(one.cost * turns, chance)


cdef Estimate _branches(Problem *p, uint32_t op) noexcept nogil:
    """Puts the called shapes in order and estimates them together."""
    cdef uint32_t first = p.calls[op], count = p.calls[op + 1] - p.calls[op], i, pinned = 0
    cdef uint8_t role = p.roles[op]
    cdef Estimate shape
    cdef double cost = 0, reached = 1, none = 1, one = 0, stops
    if role == QUALIFIED and count:
        pinned = 1
        p.call_order[first] = first
    for i in range(pinned, count):
        shape = p.shape_estimates[p.called[first + i]]
        stops = shape.chance if role == AND else 1 - shape.chance
        p.items[i - pinned] = Item(shape.cost / _certain(stops), shape.cost, first + i)
    _sort(p.items, p.items + count, count - pinned)
    if pinned:
        shape = p.shape_estimates[p.called[first]]
        cost = shape.cost
        reached = 1 - shape.chance
    for i in range(count - pinned):
        p.call_order[first + pinned + i] = p.items[i].place
        shape = p.shape_estimates[p.called[p.items[i].place]]
        cost += reached * shape.cost
        if role == AND:
            reached *= 1 - shape.chance
        elif role == XONE:
            one = one * shape.chance + none * (1 - shape.chance)
            none *= shape.chance
            reached = none + one
        else:
            reached *= shape.chance
    if role == AND:
        return Estimate(cost, 1 - reached)
    if role == XONE:
        return Estimate(cost, 1 - one)
    return Estimate(cost, reached)


cdef Estimate _op(Problem *p, uint32_t op) noexcept nogil:
    cdef Estimate own = Estimate(p.costs[op], p.chances[op])
    cdef Estimate shape
    cdef uint32_t first = p.calls[op], i
    if p.roles[op] in (AND, OR, XONE, QUALIFIED):
        shape = _branches(p, op)
        own.cost += shape.cost
        if own.chance < 0:
            own.chance = shape.chance
    elif p.roles[op] in (CALL, NOT):
        for i in range(first, p.calls[op + 1]):
            p.call_order[i] = i
        shape = p.shape_estimates[p.called[first]]
        own.cost += shape.cost
        if own.chance < 0:
            own.chance = 1 - shape.chance if p.roles[op] == NOT else shape.chance
    return own


cdef Estimate _in_order(Problem *p, uint32_t count, const Estimate *estimates) noexcept nogil:
    """Of items that are run until one fails; their places are those of the estimates."""
    cdef double cost = 0, reached = 1
    cdef uint32_t i
    for i in range(count):
        cost += reached * estimates[p.items[i].place].cost
        reached *= 1 - estimates[p.items[i].place].chance
    return Estimate(cost, 1 - reached)


cdef void _shape(Problem *p, uint32_t shape, Estimate *units) noexcept nogil:
    """Orders the ops of a shape: first the checks of the loop over the values, then the loop among the others.

    `units` has room for the ops and one more, which is the loop.
    """
    cdef uint32_t first = p.ops[shape], count = p.ops[shape + 1] - p.ops[shape], i, op, loop = 0, others = 0, out = first, place
    cdef double values = p.values[shape], cost, reached
    cdef Estimate whole
    cdef Item *spare = p.items + count + 1
    for i in range(count):
        op = first + i
        p.op_estimates[op] = _op(p, op)
    # The loop. Its order is written behind where it will be moved to, or already is.
    for i in range(count):
        units[i] = p.op_estimates[first + i]
        if p.roles[first + i] not in (SET, QUALIFIED):
            p.items[loop] = Item(units[i].cost / _certain(units[i].chance), units[i].cost, i)
            loop += 1
    _sort(p.items, spare, loop)
    units[count] = _for_each(_in_order(p, loop, units), values)
    for i in range(loop):
        p.op_order[first + count - loop + i] = first + p.items[i].place
    # The units.
    for i in range(count):
        if p.roles[first + i] in (SET, QUALIFIED):
            if p.roles[first + i] == QUALIFIED:
                units[i].cost *= values
            p.items[others] = Item(units[i].cost / _certain(units[i].chance), units[i].cost, i)
            others += 1
    if loop:
        p.items[others] = Item(units[count].cost / _certain(units[count].chance), units[count].cost, count)
        others += 1
    _sort(p.items, spare, others)
    whole = _in_order(p, others, units)
    for i in range(others):
        place = p.items[i].place
        if place != count:
            p.op_order[out] = first + place
            out += 1
        else:
            # As many follow as are before the loop's own place: those behind it are written after it, over what was moved.
            for op in range(loop):
                p.op_order[out + op] = p.op_order[first + count - loop + op]
            out += loop
    p.shape_estimates[shape] = Estimate(whole.cost + p.loads[shape], whole.chance)


cdef bint _all_shapes(Problem *p, uint8_t *state, uint32_t *stack, uint32_t *next_call, Estimate *units) noexcept nogil:
    """Called shapes first. False: they call each other in a circle."""
    cdef uint32_t root, top, shape, called, end
    for root in range(p.shape_count):
        if state[root]:
            continue
        top = 1
        stack[0] = root
        state[root] = 1
        next_call[root] = p.calls[p.ops[root]]
        while top:
            shape = stack[top - 1]
            end = p.calls[p.ops[shape + 1]]
            while next_call[shape] < end and state[p.called[next_call[shape]]] == 2:
                next_call[shape] += 1
            if next_call[shape] == end:
                _shape(p, shape, units)
                state[shape] = 2
                top -= 1
                continue
            called = p.called[next_call[shape]]
            if state[called] == 1:
                return False
            state[called] = 1
            next_call[called] = p.calls[p.ops[called]]
            stack[top] = called
            top += 1
    return True


# Arrays of the right kind by their addresses: as buffers, ten checks would take longer to be handed over than to be ordered.
cdef array UINTS = array_of("I"), DOUBLES = array_of("d")


cdef inline bint _all_of(str kind, tuple arrays):
    cdef array one
    for one in arrays:
        if one is None or one.typecode != kind:
            return False
    return True


def order(array ops, array roles, array costs, array chances, array calls, array called, array loads, array values):
    """Orders the ops of each shape, the shapes that an op calls, and the shapes.

    `ops` has the first op of each shape and the number of all; `calls` the same for the shapes that ops call. `costs` are
    those of an op alone; a negative chance to fail follows from the shapes it calls. Returns arrays: ops in order, positions
    in `called` in order, shapes in order, and for ops and shapes cost and chance (one after the other).
    """
    if not (_all_of("I", (ops, calls, called)) and _all_of("B", (roles,)) and _all_of("d", (costs, chances, loads, values))):
        raise TypeError("arrays of other kinds")
    cdef uint32_t shape_count = <uint32_t>len(loads), op_count = <uint32_t>len(roles), call_count = <uint32_t>len(called), i
    cdef Problem p
    _check(ops, shape_count, op_count)
    _check(calls, op_count, call_count)
    if not (len(costs) == len(chances) == op_count and len(values) == shape_count):
        raise ValueError("arrays of different lengths")
    cdef array op_order = clone(UINTS, op_count, False), call_order = clone(UINTS, call_count, False)
    cdef array shape_order = clone(UINTS, shape_count, False)
    cdef array op_estimates = clone(DOUBLES, 2 * op_count, False), shape_estimates = clone(DOUBLES, 2 * shape_count, False)
    p.shape_count = shape_count
    p.ops = ops.data.as_uints
    p.roles = roles.data.as_uchars
    p.costs = costs.data.as_doubles
    p.chances = chances.data.as_doubles
    p.calls = calls.data.as_uints
    p.called = called.data.as_uints
    p.loads = loads.data.as_doubles
    p.values = values.data.as_doubles
    p.op_order = op_order.data.as_uints
    p.call_order = call_order.data.as_uints
    p.op_estimates = <Estimate *>op_estimates.data.as_doubles
    p.shape_estimates = <Estimate *>shape_estimates.data.as_doubles
    cdef uint32_t longest = _longest(&p, op_count, call_count)
    # Items, and as many again for merging; units; what was done with each shape.
    cdef size_t items = (2 * <size_t>longest + 2) * sizeof(Item), units = (<size_t>longest + 1) * sizeof(Estimate)
    cdef size_t numbers = (<size_t>shape_count + 1) * sizeof(uint32_t)
    cdef uint8_t *room = <uint8_t *>malloc(items + units + 2 * numbers + shape_count + 1)
    cdef bint sound
    if room == NULL:
        raise MemoryError()
    p.items = <Item *>room
    with nogil:
        sound = _order(
            &p, <Estimate *>(room + items), <uint32_t *>(room + items + units), <uint32_t *>(room + items + units + numbers),
            room + items + units + 2 * numbers, shape_order.data.as_uints,
        )
    free(room)
    if not sound:
        raise ValueError("shapes that call themselves")
    return op_order, call_order, shape_order, op_estimates, shape_estimates


cdef bint _order(
    Problem *p, Estimate *units, uint32_t *stack, uint32_t *next_call, uint8_t *state, uint32_t *shape_order
) noexcept nogil:
    cdef uint32_t i
    memset(state, 0, p.shape_count)
    if not _all_shapes(p, state, stack, next_call, units):
        return False
    for i in range(p.shape_count):
        p.items[i] = Item(p.shape_estimates[i].cost / _certain(p.shape_estimates[i].chance), p.shape_estimates[i].cost, i)
    _sort(p.items, p.items + p.shape_count, p.shape_count)
    for i in range(p.shape_count):
        shape_order[i] = p.items[i].place
    return True


cdef uint32_t _longest(const Problem *p, uint32_t op_count, uint32_t call_count) except 0:
    """The longest list that is put in order; and nothing leads to where nothing is."""
    cdef uint32_t i, longest = p.shape_count + 1
    for i in range(op_count):
        longest = max(longest, p.calls[i + 1] - p.calls[i])
        if p.roles[i] in (CALL, NOT) and p.calls[i + 1] == p.calls[i]:
            raise ValueError("a call of nothing")
    for i in range(call_count):
        if p.called[i] >= p.shape_count:
            raise ValueError("a call of a shape that is not there")
    for i in range(p.shape_count):
        longest = max(longest, p.ops[i + 1] - p.ops[i] + 1)
    return longest


cdef int _check(array starts, uint32_t count, uint32_t end) except -1:
    """Where the parts of each begin, and where the last one ends."""
    cdef const uint32_t *first = starts.data.as_uints
    cdef uint32_t i
    if len(starts) != count + 1 or first[0] != 0 or first[count] != end:
        raise ValueError("arrays of different lengths")
    for i in range(count):
        if first[i] > first[i + 1]:
            raise ValueError("arrays out of order")
    return 0
