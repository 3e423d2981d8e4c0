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

ONE, TWO, WORD = np.uint64(1), np.uint64(2), np.uint64(64)
START_WORDS = 6
"""Words of anybody's starts."""

MIXER = np.uint64(0xD6E8FEB86659FD93)

part = njit(nogil=True, cache=True, forceinline=True)
"""A function that becomes part of `list_best`: the compiler inlines it, and drops what counts references."""


class Chunk(NamedTuple):
    """Some mentees, and what their classes share.

    Parameters
    ----------
    rows : int64 array of shape (num_rows,)
    earning, allowing : int64 arrays of shape (num_rows,)
        Rows of `worth` and `allowed`.
    worth : int array of shape (num_classes, num_mentors)
        What codes and conditions earn, less the price of a place.
    crest : int array of shape (num_classes, num_words)
        The most of `worth` among the 64 mentors of each word.
    summit : int array of shape (num_classes,)
        The most of `worth` among all mentors.
    allowed : uint64 array of shape (num_classes, num_words)
    floor : int64 array of shape (num_rows,)
        Only pairs worth more are listed.
    """

    rows: NDArray[np.int64]
    earning: NDArray[np.int64]
    allowing: NDArray[np.int64]
    worth: Any
    crest: Any
    summit: Any
    allowed: NDArray[np.uint64]
    floor: NDArray[np.int64]


class Found(NamedTuple):
    """Where the kernel writes what it finds.

    Parameters
    ----------
    mentors, points : int32 arrays of shape (num_rows, k)
        To be filled: mentor rows, and the points of the pairs.
    values : int64 array of shape (num_rows, k)
        To be filled: points less what place and time cost.
    counts : int64 array of shape (num_rows,)
        To be filled: how many pairs are eligible.
    tally : int64 array of shape (num_mentors,) or (0,)
        To be added to: the same, by mentor; of shape (0,) where nobody asks.
    """

    mentors: NDArray[np.int32]
    values: NDArray[np.int64]
    points: NDArray[np.int32]
    counts: NDArray[np.int64]
    tally: NDArray[np.int64]


class Scratch(NamedTuple):
    """Room that the kernel works in, for one mentee after the other.

    Whoever calls holds it, since `list_best` counts no references.

    Parameters
    ----------
    layers : uint64 array of shape (3, num_words)
        Mentors who help with several goals, with one, and with none; at first, all who are eligible in the last.
    spare : uint64 array of shape (num_words,)
    ties : uint64 array of shape (k,)
    earned : array of shape (64,), of the type of `worth`
    """

    layers: NDArray[np.uint64]
    spare: NDArray[np.uint64]
    ties: NDArray[np.uint64]
    earned: Any


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


@intrinsic
def borrow(_: Any, things: Any) -> Any:
    """Return a tuple of arrays without their owners.

    Whoever calls the kernel holds the arrays. To count references for each mentee took as long as everything that
    is done for one, and longer where two threads count the same ones.
    """

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        lent = args[0]
        for place, kind in enumerate(things.types):
            if isinstance(kind, types.Array):
                owner = lent.type.elements[place].elements[0]
                lent = builder.insert_value(lent, ir.Constant(owner, None), [place, 0])
        return lent

    return things(things), generate


@part
def mix(mentee: Any, mentor: Any) -> Any:
    """Return the number that breaks ties between a mentee's mentors; the lower comes first."""
    word = (mentee * MULTIPLIER) ^ (mentor * MIXER)
    word ^= word >> np.uint64(32)
    word *= MULTIPLIER
    return word >> np.uint64(33)


@part
def ask_levels(flat: Flat, mentee: int, bits: Any, spare: Any) -> None:
    """Leave the bits of mentors who are ahead in one of the mentee's goals."""
    first, last = flat.above_offsets[mentee], flat.above_offsets[mentee + 1]
    if not flat.is_above_asked or first == last:
        return
    for w in range(spare.shape[0]):
        spare[w] = 0
    for entry in range(first, last):
        above = flat.above_entry[entry]
        for w in range(spare.shape[0]):
            spare[w] |= flat.above[above, w]
    for w in range(spare.shape[0]):
        bits[w] &= spare[w]


@part
def ask_starts(flat: Flat, mentee: int, bits: Any, spare: Any) -> None:
    """Leave the bits of mentors who share a start, or whose starts need not be known."""
    if not flat.are_starts_asked or (flat.is_unknown_allowed and not flat.mentee_known[mentee]):
        return
    for w in range(spare.shape[0]):
        spare[w] = flat.unknown[w] if flat.is_unknown_allowed else np.uint64(0)
    for word in range(flat.mentee_starts.shape[1] if flat.mentee_known[mentee] else 0):
        left = flat.mentee_starts[mentee, word]
        while left != 0:
            start = np.int64(64 * word) + np.int64(count_trailing(left))
            left &= left - np.uint64(1)
            for w in range(spare.shape[0]):
                spare[w] |= flat.offered[start, w]
    for w in range(spare.shape[0]):
        bits[w] &= spare[w]


@part
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


@part
def add_bits(bits: Any, tally: Any) -> None:
    """Count one more for each bit that is set."""
    for w in range(bits.shape[0]):
        left = bits[w]
        while left != 0:
            tally[np.int64(64 * w) + np.int64(count_trailing(left))] += 1
            left &= left - np.uint64(1)


@part
def find_cheapest(flat: Flat, fees: Fees, mentee: Any, mentor: Any) -> Any:
    """Return the price of the cheapest start that a pair shares, 0 if it needs or shares none."""
    first, last = fees.offsets[mentor], fees.offsets[mentor + ONE]
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


@part
def look_up_starts(flat: Flat, mentee: Any, mentor: Any) -> Any:
    """Return what the shared starts of a pair earn."""
    row, last = np.uint64(flat.start_row[mentee]), np.uint64(flat.start_table.shape[1] - 1)
    if not (flat.mentee_known[mentee] and flat.mentor_known[mentor]):
        return np.int64(flat.start_table[row, last])
    shared = np.uint64(0)
    for word in range(START_WORDS):
        shared += count_ones(flat.mentee_starts[mentee, word] & flat.mentor_starts[mentor, word])
    return np.int64(flat.start_table[row, min(shared, last - np.uint64(1))])


@part
def settle(mentors: Any, values: Any, points: Any, ties: Any, size: Any) -> None:
    """Sort the listed mentors of a mentee, the best first."""
    for i in range(1, size):
        mentor, value, point, tie = mentors[i], values[i], points[i], ties[i]
        j = i - 1
        while j >= 0 and (values[j] < value or (values[j] == value and ties[j] > tie)):
            mentors[j + 1], values[j + 1], points[j + 1], ties[j + 1] = mentors[j], values[j], points[j], ties[j]
            j -= 1
        mentors[j + 1], values[j + 1], points[j + 1], ties[j + 1] = mentor, value, point, tie


@part
def find_worst(values: Any, ties: Any, size: Any) -> Any:
    """Return where the listed mentor stands who goes first."""
    lowest = values[0]
    for i in range(1, size):
        lowest = min(lowest, values[i])
    worst, tie = 0, np.uint64(0)
    for i in range(size):
        if values[i] == lowest and ties[i] >= tie:
            worst, tie = i, ties[i]
    return np.uint64(worst)


@part
def find_named(flat: Flat, mentee: Any) -> Any:
    """Return the most that a pair of a mentee earns by name."""
    highest = np.int64(0)
    for entry in range(np.uint64(flat.added_offsets[mentee]), np.uint64(flat.added_offsets[mentee + ONE])):
        highest = max(highest, np.int64(flat.added_points[entry]))
    return highest


@part
def sort_by_goals(flat: Flat, mentee: Any, layers: Any) -> Any:
    """Sort the mentors of the last layer by how many goals of a mentee they help with: several, one, none.

    Returns the most that goals can earn together.
    """
    for w in range(layers.shape[1]):
        layers[0, w] = layers[1, w] = 0
    total = np.int64(0)
    for entry in range(np.uint64(flat.goal_offsets[mentee]), np.uint64(flat.goal_offsets[mentee + ONE])):
        row = np.uint64(flat.goal_helpers[entry])
        total += np.int64(flat.peaks[np.uint64(flat.goal_table[entry])])
        for w in range(layers.shape[1]):
            layers[0, w] |= layers[1, w] & flat.helpers[row, w]
            layers[1, w] |= flat.helpers[row, w]
    for w in range(layers.shape[1]):
        layers[0, w] &= layers[2, w]
        layers[1, w] &= layers[2, w] & ~layers[0, w]
        layers[2, w] &= ~(layers[0, w] | layers[1, w])
    return total


@part
def add_goals(flat: Flat, mentee: Any, mentor: Any) -> Any:
    """Return what a mentor's levels earn in the counted goals of a mentee."""
    earned = np.int64(0)
    for entry in range(np.uint64(flat.goal_offsets[mentee]), np.uint64(flat.goal_offsets[mentee + ONE])):
        level = flat.levels[np.uint64(flat.goal_subject[entry]), mentor]
        earned += flat.tables[np.uint64(flat.goal_table[entry]), level]
    return earned


@part
def add_named(flat: Flat, mentee: Any, mentor: Any) -> Any:
    """Return what a pair earns by name."""
    for entry in range(np.uint64(flat.added_offsets[mentee]), np.uint64(flat.added_offsets[mentee + ONE])):
        if np.uint64(flat.added[entry]) == mentor:
            return np.int64(flat.added_points[entry])
    return np.int64(0)


@part
def mark_promising(flat: Flat, mentee: Any, first: Any, worth: Any, earned: Any, least: Any) -> Any:
    """Return which of the 64 mentors from one on could be worth so much with goals and codes alone, as bits."""
    size = min(WORD, np.uint64(worth.shape[0]) - first)
    for x in range(size):
        earned[x] = worth[first + x]
    for entry in range(np.uint64(flat.goal_offsets[mentee]), np.uint64(flat.goal_offsets[mentee + ONE])):
        subject, table = np.uint64(flat.goal_subject[entry]), np.uint64(flat.goal_table[entry])
        for x in range(size):
            earned[x] += flat.tables[table, flat.levels[subject, first + x]]
    promising = np.uint64(0)
    for x in range(size):
        promising |= np.uint64(earned[x] >= least) << x
    return promising


@part
def choose_words(flat: Flat, mentee: Any, turn: Any, crest: Any, least: Any, layers: Any, spare: Any) -> None:
    """Write the bits of the mentors whose turn it is, without words in which nobody could be worth so much."""
    first = np.uint64(flat.goal_offsets[mentee])
    goals = np.uint64(flat.goal_offsets[mentee + ONE]) - first
    if turn == 0 or turn > goals:
        layer = np.uint64(0) if turn == 0 else TWO
        for w in range(layers.shape[1]):
            spare[w] = layers[layer, w] if crest[w] >= least else np.uint64(0)
        return
    row = np.uint64(flat.goal_helpers[first + turn - ONE])
    for w in range(layers.shape[1]):
        spare[w] = layers[1, w] & flat.helpers[row, w] if crest[w] >= least else np.uint64(0)


@part
def find_most(flat: Flat, mentee: Any, turn: Any, total: Any) -> Any:
    """Return the most that goals can earn those whose turn it is."""
    first, last = np.uint64(flat.goal_offsets[mentee]), np.uint64(flat.goal_offsets[mentee + ONE])
    if turn == 0:
        return total
    if turn > last - first:
        return np.int64(0)
    return np.int64(flat.peaks[np.uint64(flat.goal_table[first + turn - ONE])])


@part
def enter(mentors: Any, values: Any, points: Any, ties: Any, found: Any, worst: Any, pair: Any) -> Any:
    """Write a pair (mentor, value, points, tie) into the list, in the place of the worst if it is full.

    Returns how many are listed, and where the worst of a full list stands.
    """
    most = np.uint64(mentors.shape[0])
    place = worst if found == most else found
    mentors[place], values[place], points[place], ties[place] = pair
    found = min(found + ONE, most)
    return found, (find_worst(values, ties, mentors.shape[0]) if found == most else worst)


@part
def weigh(flat: Flat, fees: Fees, mentee: Any, mentor: Any, value: Any, highest: Any, least: Any) -> Any:
    """Return value and points of a pair of whom codes are known; no more than is needed to see that it is too low."""
    value += add_goals(flat, mentee, mentor) + add_named(flat, mentee, mentor)
    if value + highest < least:
        return least - 1, np.int64(0)
    if flat.are_starts_counted:
        value += look_up_starts(flat, mentee, mentor)
    point = value + fees.mentors[mentor]
    if fees.starts.shape[0] > 0:
        value -= find_cheapest(flat, fees, mentee, mentor)
    return value, point


@part
def list_row(flat: Flat, chunk: Chunk, fees: Fees, lists: Found, scratch: Scratch, x: Any) -> None:
    """Write the best mentors of one mentee, the best first.

    Who helps with several goals has the first turn, so that the list is soon hard to enter; then who helps with
    one, goal by goal; then who helps with none. Whole turns and whole words of 64 mentors are passed over.
    """
    mentee, earning = np.uint64(chunk.rows[x]), np.uint64(chunk.earning[x])
    worth, crest = chunk.worth[earning], chunk.crest[earning]
    mentors, values, points, ties = lists.mentors[x], lists.values[x], lists.points[x], scratch.ties
    most, found, worst, least = np.uint64(mentors.shape[0]), np.uint64(0), np.uint64(0), chunk.floor[x] + 1
    highest = np.int64(flat.start_peaks[np.uint64(flat.start_row[mentee])])
    base, total = np.int64(flat.base[mentee]), sort_by_goals(flat, mentee, scratch.layers)
    beside = base + highest + find_named(flat, mentee)
    for turn in range(np.uint64(flat.goal_offsets[mentee + ONE] - flat.goal_offsets[mentee]) + TWO):
        ahead = beside + find_most(flat, mentee, turn, total)
        if chunk.summit[earning] + ahead < least:
            continue
        choose_words(flat, mentee, turn, crest, least - ahead, scratch.layers, scratch.spare)
        for w in range(np.uint64(crest.shape[0])):
            left = scratch.spare[w]
            if left == 0 or crest[w] + ahead < least:
                continue
            if count_ones(left) >= CROWDED:
                left &= mark_promising(flat, mentee, w * WORD, worth, scratch.earned, least - beside)
            while left != 0:
                mentor = w * WORD + count_trailing(left)
                left &= left - ONE
                value = np.int64(worth[mentor])
                if value + ahead < least:
                    continue
                value, point = weigh(flat, fees, mentee, mentor, value + base, highest, least)
                tie = mix(mentee, np.uint64(flat.number[mentor]))
                if value < least or (found == most and value == values[worst] and tie > ties[worst]):
                    continue
                found, worst = enter(mentors, values, points, ties, found, worst, (mentor, value, point, tie))
                if found == most:
                    least = values[worst]
    settle(mentors, values, points, ties, np.int64(found))


@njit(nogil=True, cache=True)
def list_best(flat: Flat, chunk: Chunk, fees: Fees, lists: Found, scratch: Scratch) -> None:
    """Write the best mentors of each row of a chunk, the best first."""
    flat, chunk, fees, lists, scratch = borrow(flat), borrow(chunk), borrow(fees), borrow(lists), borrow(scratch)
    bits = scratch.layers[2]
    for x in range(chunk.rows.shape[0]):
        allowing = np.uint64(chunk.allowing[x])
        for w in range(bits.shape[0]):
            bits[w] = chunk.allowed[allowing, w]
        lists.counts[x] = join_bits(flat, chunk.rows[x], bits, scratch.spare)
        if lists.tally.shape[0] > 0:
            add_bits(bits, lists.tally)
        if lists.counts[x] == 0 or chunk.floor[x] >= UNREACHABLE:
            continue
        list_row(flat, chunk, fees, lists, scratch, x)
