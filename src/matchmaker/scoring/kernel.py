"""The k best mentors of each mentee under prices, fused and compiled; no block of points is ever made.

For one mentee after the other, bits of mentors are joined by the rules, 64 at a time; whoever is left is
scored, and only who could still be among the best has their weekly starts looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from matchmaker.scoring.layout import Flat

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
CROWDED = np.uint64(12)
"""Bits of a word from which on all 64 mentors are scored at once, eligible or not."""

UNREACHABLE = np.int64(2**61)
"""A floor from which on nothing is listed, since no value comes near."""

MIXER = np.uint64(0xD6E8FEB86659FD93)


class Chunk(NamedTuple):
    """Some mentees, and what their classes share.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
    earning, allowing : int64 arrays of shape (num_rows,)
        Rows of `worth` and `allowed`.
    worth : int array of shape (num_classes, num_mentors)
        What codes and conditions earn, less the price of a place.
    allowed : uint64 array of shape (num_classes, num_words)
    floor : int64 array of shape (num_rows,)
        Only pairs worth more are listed.
    """

    rows: NDArray[np.int64]
    earning: NDArray[np.int64]
    allowing: NDArray[np.int64]
    worth: Any
    allowed: NDArray[np.uint64]
    floor: NDArray[np.int64]


class Fees(NamedTuple):
    """Prices of places and of contested times, as in `Costs`."""

    mentors: NDArray[np.int64]
    offsets: NDArray[np.int64]
    starts: NDArray[np.int64]
    prices: NDArray[np.int64]
    open: NDArray[np.uint64]


@intrinsic
def count_ones(_: Any, word: Any) -> Any:
    """Return how many bits of a word are set."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


@intrinsic
def count_trailing(_: Any, word: Any) -> Any:
    """Return the place of the lowest bit of a word that is set."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), generate


@njit(inline="always")
def mix(mentee: int, mentor: int) -> Any:
    """Return the number that breaks ties between a mentee's mentors; the lower comes first."""
    word = (np.uint64(mentee) * MULTIPLIER) ^ (np.uint64(mentor) * MIXER)
    word ^= word >> np.uint64(32)
    word *= MULTIPLIER
    return word >> np.uint64(33)


@njit(nogil=True, cache=True, inline="always")
def ask_levels(flat: Flat, mentee: int, bits: Any, spare: Any) -> None:
    """Leave the bits of mentors who are ahead in one of the mentee's goals."""
    first, last = flat.above_offsets[mentee], flat.above_offsets[mentee + 1]
    if not flat.is_above_asked or first == last:
        return
    spare[:] = 0
    for entry in range(first, last):
        row = flat.above_entry[entry]
        for w in range(spare.shape[0]):
            spare[w] |= flat.above[row, w]
    for w in range(spare.shape[0]):
        bits[w] &= spare[w]


@njit(nogil=True, cache=True, inline="always")
def ask_starts(flat: Flat, mentee: int, bits: Any, spare: Any) -> None:
    """Leave the bits of mentors who share a start, or whose starts need not be known."""
    if not flat.are_starts_asked or (flat.is_unknown_allowed and not flat.mentee_known[mentee]):
        return
    spare[:] = flat.unknown if flat.is_unknown_allowed else np.zeros_like(spare)
    for word in range(flat.mentee_starts.shape[1] if flat.mentee_known[mentee] else 0):
        left = flat.mentee_starts[mentee, word]
        while left != 0:
            start = np.int64(64 * word) + np.int64(count_trailing(left))
            left &= left - np.uint64(1)
            for w in range(spare.shape[0]):
                spare[w] |= flat.offered[start, w]
    for w in range(spare.shape[0]):
        bits[w] &= spare[w]


@njit(nogil=True, cache=True, inline="always")
def join_bits(flat: Flat, mentee: int, bits: Any, spare: Any) -> Any:
    """Leave the bits of the mentors whom levels, starts and named pairs allow; return how many they are."""
    ask_levels(flat, mentee, bits, spare)
    ask_starts(flat, mentee, bits, spare)
    for entry in range(flat.removed_offsets[mentee], flat.removed_offsets[mentee + 1]):
        mentor = flat.removed[entry]
        bits[mentor >> 6] &= ~(np.uint64(1) << np.uint64(mentor & 63))
    eligible = np.uint64(0)
    for word in bits:
        eligible += count_ones(word)
    return np.int64(eligible)


@njit(nogil=True, cache=True, inline="always")
def add_bits(bits: Any, tally: Any) -> None:
    """Count one more for each bit that is set."""
    for w in range(bits.shape[0]):
        left = bits[w]
        while left != 0:
            tally[np.int64(64 * w) + np.int64(count_trailing(left))] += 1
            left &= left - np.uint64(1)


@njit(nogil=True, cache=True)
def find_cheapest(flat: Flat, fees: Fees, mentee: int, mentor: int) -> Any:
    """Return the price of the cheapest start that a pair shares, 0 if it needs or shares none."""
    first, last = fees.offsets[mentor], fees.offsets[mentor + 1]
    if first == last or not (flat.mentee_known[mentee] and flat.mentor_known[mentor]):
        return np.int64(0)
    for word in range(flat.mentee_starts.shape[1]):
        if flat.mentee_starts[mentee, word] & fees.open[mentor, word]:
            return np.int64(0)
    cheapest = np.int64(-1)
    for entry in range(first, last):
        start = fees.starts[entry]
        is_shared = flat.mentee_starts[mentee, start >> 6] >> np.uint64(start & 63) & np.uint64(1)
        if is_shared and (cheapest < 0 or fees.prices[entry] < cheapest):
            cheapest = fees.prices[entry]
    return max(cheapest, np.int64(0))


@njit(nogil=True, cache=True)
def look_up_starts(flat: Flat, mentee: int, mentor: int) -> Any:
    """Return what the shared starts of a pair earn."""
    row = flat.start_table[flat.start_row[mentee]]
    last = row.shape[0] - 1
    if not (flat.mentee_known[mentee] and flat.mentor_known[mentor]):
        return row[last]
    shared = np.uint64(0)
    for word in range(flat.mentee_starts.shape[1]):
        shared += count_ones(flat.mentee_starts[mentee, word] & flat.mentor_starts[mentor, word])
    return row[min(np.int64(shared), last - 1)]


@njit(nogil=True, cache=True)
def find_highest(points: Any) -> Any:
    """Return the most that a table earns."""
    highest = np.int64(0)
    for point in points:
        highest = max(highest, np.int64(point))
    return highest


@njit(nogil=True, cache=True)
def settle(mentors: Any, values: Any, points: Any, ties: Any, size: int) -> None:
    """Sort the listed mentors of a mentee, the best first."""
    for i in range(1, size):
        mentor, value, point, tie = mentors[i], values[i], points[i], ties[i]
        j = i - 1
        while j >= 0 and (values[j] < value or (values[j] == value and ties[j] > tie)):
            mentors[j + 1], values[j + 1], points[j + 1], ties[j + 1] = mentors[j], values[j], points[j], ties[j]
            j -= 1
        mentors[j + 1], values[j + 1], points[j + 1], ties[j + 1] = mentor, value, point, tie


@njit(nogil=True, cache=True)
def find_worst(values: Any, ties: Any, size: int) -> int:
    """Return where the listed mentor stands who goes first."""
    worst = 0
    for i in range(1, size):
        if values[i] < values[worst] or (values[i] == values[worst] and ties[i] > ties[worst]):
            worst = i
    return worst


@njit(nogil=True, cache=True)
def promise(flat: Flat, mentee: int, highest: int) -> Any:
    """Return the most that goals, starts and named pairs can earn a mentee with anybody."""
    most = np.int64(highest)
    for entry in range(flat.goal_offsets[mentee], flat.goal_offsets[mentee + 1]):
        most += find_highest(flat.tables[flat.goal_table[entry]])
    return most + find_named(flat, mentee)


@njit(nogil=True, cache=True)
def find_named(flat: Flat, mentee: int) -> Any:
    """Return the most that a pair of a mentee earns by name."""
    return find_highest(flat.added_points[flat.added_offsets[mentee] : flat.added_offsets[mentee + 1]])


@njit(nogil=True, cache=True, inline="always")
def add_goals(flat: Flat, mentee: int, mentor: int) -> Any:
    """Return what a mentor's levels earn in the counted goals of a mentee."""
    earned = np.int64(0)
    for entry in range(flat.goal_offsets[mentee], flat.goal_offsets[mentee + 1]):
        level = flat.levels[flat.goal_subject[entry], mentor]
        earned += flat.tables[flat.goal_table[entry], level]
    return earned


@njit(nogil=True, cache=True, inline="always")
def add_named(flat: Flat, mentee: int, mentor: int) -> Any:
    """Return what a pair earns by name."""
    for entry in range(flat.added_offsets[mentee], flat.added_offsets[mentee + 1]):
        if flat.added[entry] == mentor:
            return np.int64(flat.added_points[entry])
    return np.int64(0)


@njit(nogil=True, cache=True)
def mark_promising(flat: Flat, mentee: int, first: int, worth: Any, earned: Any, least: int) -> Any:
    """Return which of the 64 mentors from one on could be worth so much with goals and codes alone, as bits."""
    size = min(64, worth.shape[0] - first)
    for x in range(size):
        earned[x] = worth[first + x]
    for entry in range(flat.goal_offsets[mentee], flat.goal_offsets[mentee + 1]):
        levels, table = flat.levels[flat.goal_subject[entry]], flat.tables[flat.goal_table[entry]]
        for x in range(size):
            earned[x] += table[levels[first + x]]
    promising = np.uint64(0)
    for x in range(size):
        promising |= np.uint64(earned[x] >= least) << np.uint64(x)
    return promising


@njit(nogil=True, cache=True)
def list_row(
    flat: Flat,
    fees: Fees,
    mentee: int,
    bits: Any,
    worth: Any,
    floor: int,
    mentors: Any,
    values: Any,
    points: Any,
    ties: Any,
    earned: Any,
) -> None:
    """Write the best mentors of one mentee, the best first."""
    most, found, worst, least = mentors.shape[0], 0, 0, floor + 1
    highest = find_highest(flat.start_table[flat.start_row[mentee]])
    ahead = promise(flat, mentee, highest)
    beside = highest + find_named(flat, mentee) + flat.base[mentee]
    for w in range(bits.shape[0]):
        left = bits[w]
        if count_ones(left) >= CROWDED:
            left &= mark_promising(flat, mentee, 64 * w, worth, earned, least - beside)
        while left != 0:
            mentor = np.int64(64 * w) + np.int64(count_trailing(left))
            left &= left - np.uint64(1)
            value = np.int64(worth[mentor]) + flat.base[mentee]
            if value + ahead < least:
                continue
            value += add_goals(flat, mentee, mentor) + add_named(flat, mentee, mentor)
            if value + highest < least:
                continue
            if flat.are_starts_counted:
                value += look_up_starts(flat, mentee, mentor)
            point = value + fees.mentors[mentor]
            value -= find_cheapest(flat, fees, mentee, mentor)
            tie = mix(mentee, flat.number[mentor])
            if value < least or (found == most and value == values[worst] and tie > ties[worst]):
                continue
            place = worst if found == most else found
            mentors[place], values[place], points[place], ties[place] = mentor, value, point, tie
            found = min(found + 1, most)
            if found == most:
                worst = find_worst(values, ties, most)
                least = values[worst]
    settle(mentors, values, points, ties, found)


@njit(nogil=True, cache=True)
def list_best(
    flat: Flat, chunk: Chunk, fees: Fees, mentors: Any, values: Any, points: Any, counts: Any, tally: Any
) -> None:
    """Write the best mentors of each row of a chunk, the best first.

    Parameters
    ----------
    flat : Flat
    chunk : Chunk
    fees : Fees
    mentors, points : int32 arrays of shape (num_rows, k)
        To be filled: mentor rows, and the points of the pairs.
    values : int64 array of shape (num_rows, k)
        To be filled: points less what place and time cost.
    counts : int64 array of shape (num_rows,)
        To be filled: how many pairs are eligible.
    tally : int64 array of shape (num_mentors,) or (0,)
        To be added to: the same, by mentor; of shape (0,) where nobody asks.
    """
    size = chunk.allowed.shape[1]
    bits, spare = np.empty(size, np.uint64), np.empty(size, np.uint64)
    ties, earned = np.empty(mentors.shape[1], np.uint64), np.empty(64, chunk.worth.dtype)
    for x in range(chunk.rows.shape[0]):
        mentee = chunk.rows[x]
        allowing = chunk.allowing[x]
        for w in range(size):
            bits[w] = chunk.allowed[allowing, w]
        counts[x] = join_bits(flat, mentee, bits, spare)
        if tally.shape[0] > 0:
            add_bits(bits, tally)
        if counts[x] == 0 or chunk.floor[x] >= UNREACHABLE:
            continue
        worth = chunk.worth[chunk.earning[x]]
        list_row(flat, fees, mentee, bits, worth, chunk.floor[x], mentors[x], values[x], points[x], ties, earned)
