"""The weekly starts that candidates share, and what they cost, by compiled code.

The same as `matchmaker.solve.starts` and `matchmaker.solve.costs` say, in a fraction of the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.compiler import compiled, inlined
from matchmaker.solve.costs import Costs
from matchmaker.solve.problem import UNSCHEDULED, Problem, Times

Ints = NDArray[np.int64]
ONE, TWO, FOUR = np.uint64(1), np.uint64(2), np.uint64(4)
PAIRS, QUADS, NIBBLES = (np.uint64((1 << 64) // part) for part in (3, 5, 17))
"""Words with every second bit set, every second two, every second four."""


@inlined()
def count_ones(word: Any) -> int:
    """Return how many bits of a word are set: in each two bits, then four, then eight, then in all.

    The kernel has an instruction for it, which does not run interpreted.
    """
    word = word - ((word >> ONE) & PAIRS)
    word = (word & QUADS) + ((word >> TWO) & QUADS)
    word = (word + (word >> FOUR)) & NIBBLES
    for shift in (8, 16, 32):
        word += word >> np.uint64(shift)
    return int(word & np.uint64(127))


@compiled()
def count_shared(pairs: Any, ours: Any, theirs: Any, our_known: Any, their_known: Any, counts: Any) -> None:
    """Count the starts of every pair, one for a pair that needs none."""
    for k in range(pairs.shape[0]):
        mentee, mentor = pairs[k, 0], pairs[k, 1]
        if not (our_known[mentee] and their_known[mentor]):
            counts[k] = 1
            continue
        counts[k] = 0
        for word in range(ours.shape[1]):
            counts[k] += count_ones(ours[mentee, word] & theirs[mentor, word])


@compiled()
def write_shared(
    pairs: Any, ours: Any, theirs: Any, our_known: Any, their_known: Any, candidates: Any, starts: Any
) -> None:
    """Write the starts of every pair, the earliest first."""
    place = 0
    for k in range(pairs.shape[0]):
        mentee, mentor = pairs[k, 0], pairs[k, 1]
        if not (our_known[mentee] and their_known[mentor]):
            candidates[place], starts[place] = k, UNSCHEDULED
            place += 1
            continue
        for word in range(ours.shape[1]):
            left = ours[mentee, word] & theirs[mentor, word]
            while left != 0:
                rest = left & (left - ONE)
                candidates[place], starts[place] = k, 64 * word + count_ones((left ^ rest) - ONE)
                left = rest
                place += 1


def list_shared_compiled(problem: Problem) -> tuple[Ints, Ints]:
    """Return (candidate, start) for every start that a candidate may use; see `matchmaker.solve.starts.list_shared`."""
    times = problem.times
    if times is None:
        return np.arange(len(problem.pairs)), np.full(len(problem.pairs), UNSCHEDULED, np.int64)
    given = problem.pairs, times.mentee_starts, times.mentor_starts, times.mentee_known, times.mentor_known
    counts = np.empty(len(problem.pairs), np.int64)
    count_shared(*given, counts)
    candidates, starts = np.empty((2, int(counts.sum())), np.int64)
    write_shared(*given, candidates, starts)
    return candidates, starts


@compiled()
def add_cheapest(
    cost: Any,
    mentees: Any,
    mentors: Any,
    ours: Any,
    our_known: Any,
    their_known: Any,
    offsets: Any,
    starts: Any,
    prices: Any,
    free: Any,
) -> None:
    """Add to the cost of every pair that of its cheapest start, if none that it shares is free."""
    for k in range(cost.shape[0]):
        mentee, mentor = mentees[k], mentors[k]
        first, last = offsets[mentor], offsets[mentor + 1]
        if first == last or not (our_known[mentee] and their_known[mentor]):
            continue
        is_free = False
        for word in range(ours.shape[1]):
            is_free |= ours[mentee, word] & free[mentor, word] != 0
        if is_free:
            continue
        cheapest = np.int64(-1)
        for entry in range(first, last):
            start = starts[entry]
            is_shared = ours[mentee, start >> 6] >> np.uint64(start & 63) & ONE
            if is_shared and (cheapest < 0 or prices[entry] < cheapest):
                cheapest = prices[entry]
        cost[k] += max(cheapest, np.int64(0))


def cost_pairs_compiled(costs: Costs, mentees: Any, mentors: Any, times: Times | None) -> Ints:
    """Return what each of some pairs costs; see `matchmaker.solve.costs.Costs.cost_pairs`."""
    cost = costs.mentors[mentors]
    if times is not None and len(costs.starts):
        known = times.mentee_starts, times.mentee_known, times.mentor_known
        add_cheapest(cost, mentees, mentors, *known, costs.offsets, costs.starts, costs.prices, costs.open)
    return cost
