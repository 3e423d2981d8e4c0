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


@njit(nogil=True, cache=True)
def join_bits(flat: Flat, mentee: int, bits: Any, spare: Any) -> bool:
    """Leave the bits of the mentors whom levels, starts and named pairs allow; False if none could be."""
    size = bits.shape[0]
    first, last = flat.above_offsets[mentee], flat.above_offsets[mentee + 1]
    if flat.is_above_asked and last > first:
        spare[:] = flat.above[flat.above_entry[first]]
        for entry in range(first + 1, last):
            row = flat.above[flat.above_entry[entry]]
            for w in range(size):
                spare[w] |= row[w]
        for w in range(size):
            bits[w] &= spare[w]
    if flat.are_starts_asked:
        if flat.mentee_known[mentee]:
            if flat.is_unknown_allowed:
                spare[:] = flat.unknown
            else:
                spare[:] = np.uint64(0)
            for word in range(flat.mentee_starts.shape[1]):
                left = flat.mentee_starts[mentee, word]
                while left != 0:
                    row = flat.offered[64 * word + count_trailing(left)]
                    left &= left - np.uint64(1)
                    for w in range(size):
                        spare[w] |= row[w]
            for w in range(size):
                bits[w] &= spare[w]
        elif not flat.is_unknown_allowed:
            return False
    for entry in range(flat.removed_offsets[mentee], flat.removed_offsets[mentee + 1]):
        mentor = flat.removed[entry]
        bits[mentor >> 6] &= ~(np.uint64(1) << np.uint64(mentor & 63))
    return True


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
        if flat.mentee_starts[mentee, start >> 6] >> np.uint64(start & 63) & np.uint64(1):
            if cheapest < 0 or fees.prices[entry] < cheapest:
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
def list_best(flat: Flat, chunk: Chunk, fees: Fees, mentors: Any, values: Any, points: Any, counts: Any) -> None:
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
    """
    size, most = chunk.allowed.shape[1], mentors.shape[1]
    bits, spare = np.empty(size, np.uint64), np.empty(size, np.uint64)
    ties = np.empty(most, np.uint64)
    for x in range(chunk.rows.shape[0]):
        mentee = chunk.rows[x]
        bits[:] = chunk.allowed[chunk.allowing[x]]
        if not join_bits(flat, mentee, bits, spare):
            continue
        worth = chunk.worth[chunk.earning[x]]
        base = flat.base[mentee]
        highest = find_highest(flat.start_table[flat.start_row[mentee]])
        first, last = flat.goal_offsets[mentee], flat.goal_offsets[mentee + 1]
        promise = highest
        for entry in range(first, last):
            promise += find_highest(flat.tables[flat.goal_table[entry]])
        bare = promise
        adding, added_end = flat.added_offsets[mentee], flat.added_offsets[mentee + 1]
        for entry in range(adding, added_end):
            promise = max(promise, bare + flat.added_points[entry])
        least = chunk.floor[x] + 1
        found, worst, eligible = 0, 0, np.int64(0)
        for w in range(size):
            left = bits[w]
            if left == 0:
                continue
            eligible += np.int64(count_ones(left))
            while left != 0:
                mentor = np.int64(64 * w) + np.int64(count_trailing(left))
                left &= left - np.uint64(1)
                value = np.int64(worth[mentor]) + base
                if value + promise < least:
                    continue
                for entry in range(first, last):
                    level = flat.levels[flat.goal_subject[entry], mentor]
                    value += flat.tables[flat.goal_table[entry], level]
                while adding < added_end and flat.added[adding] < mentor:
                    adding += 1
                if adding < added_end and flat.added[adding] == mentor:
                    value += flat.added_points[adding]
                if value + highest < least:
                    continue
                if flat.are_starts_counted:
                    value += look_up_starts(flat, mentee, mentor)
                    if value < least:
                        continue
                point = value + fees.mentors[mentor]
                value -= find_cheapest(flat, fees, mentee, mentor)
                if value < least:
                    continue
                tie = mix(mentee, mentor)
                if found < most:
                    place = found
                    found += 1
                elif value > values[x, worst] or tie < ties[worst]:
                    place = worst
                else:
                    continue
                mentors[x, place], values[x, place], points[x, place], ties[place] = mentor, value, point, tie
                if found == most:
                    worst = find_worst(values[x], ties, most)
                    least = values[x, worst]
        counts[x] = eligible
        settle(mentors[x], values[x], points[x], ties, found)
