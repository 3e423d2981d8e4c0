"""Prices as whole numbers that can be compared: one integer for each vector (coverage, points)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import MatchmakerError
from matchmaker.solve.problem import Prices, Times
from matchmaker.solve.starts import AT_ONCE, list_bits, rank_bits

Ints = NDArray[np.int64]

NOTHING = np.int64(-(2**62))
"""Stands for a pair that is not eligible, or a time that is not shared."""


@dataclass(frozen=True)
class Scale:
    """Vectors (coverage, points) as one integer each, and back.

    Parameters
    ----------
    bits : int
        Points take the lowest `bits` bits.
    """

    bits: int

    def join(self, vectors: Ints) -> Ints:
        """Return vectors of shape (…, 2) as scalars."""
        return (vectors[..., 0] << np.int64(self.bits)) + vectors[..., 1]

    def lift(self, coverage: Ints) -> Ints:
        """Return coverage alone as scalars."""
        return coverage << np.int64(self.bits)

    def split(self, scalars: Ints) -> tuple[Ints, Ints]:
        """Return the coverage and the points of scalars."""
        half = np.int64(1) << np.int64(self.bits - 1)
        coverage = (scalars + half) >> np.int64(self.bits)
        return coverage, scalars - (coverage << np.int64(self.bits))

    def add_up(self, scalars: Ints) -> tuple[int, int]:
        """Return the sum of scalars as a vector of Python integers."""
        coverage, points = self.split(scalars)
        return int(coverage.sum(dtype=object)), int(points.sum(dtype=object))

    def weigh(self, scalars: Ints, factors: Ints) -> tuple[int, int]:
        """Return the sum of scalars times factors as a vector of Python integers."""
        coverage, points = self.split(scalars)
        exact = factors.astype(object)
        return int((coverage * exact).sum()), int((points * exact).sum())


def find_largest(array: Ints) -> int:
    """Return the largest absolute value, 0 where there is none."""
    return max(int(array.max(initial=0)), -int(array.min(initial=0)))


def choose_scale(prices: Prices, most_points: int, most_coverage: int, most_wanted: int) -> Scale:
    """Return a scale on which the sum over all mentors of one mentee still reads right.

    Parameters
    ----------
    prices : Prices
    most_points, most_coverage : int
        No pair is worth more.
    most_wanted : int
        No mentee has more mentors.

    Raises
    ------
    MatchmakerError
        If 64 bits do not hold it.
    """
    points = most_points + find_largest(prices.mentors[:, 1]) + find_largest(prices.times[:, 3])
    coverage = 2 + most_coverage + find_largest(prices.mentors[:, 0]) + find_largest(prices.times[:, 2])
    bits = (8 * points * (1 + most_wanted) + 8).bit_length()
    if bits + (8 * coverage * (1 + most_wanted)).bit_length() > 61:
        raise MatchmakerError("the prices are too large to be re-computed in 64 bits")
    return Scale(bits)


@dataclass(frozen=True, eq=False)
class Costs:
    """What a place with each mentor, and each contested time, costs.

    Parameters
    ----------
    scale : Scale
    mentors : int64 array of shape (num_mentors,)
        Scalar price of a place.
    offsets : int64 array of shape (num_mentors + 1,)
        The contested times of each mentor.
    starts : int64 array of shape (num_contested,)
        Ascending for each mentor, none twice.
    prices : int64 array of shape (num_contested,)
        Their scalar prices, above 0.
    open : uint64 array of shape (num_mentors, 6)
        The starts of each mentor that cost nothing more.
    """

    scale: Scale
    mentors: Ints
    offsets: Ints
    starts: Ints
    prices: Ints
    open: NDArray[np.uint64]

    @cached_property
    def turns(self) -> tuple[Ints, Ints, NDArray[np.uint64], Ints]:
        """The mentors with contested times, and word, bit and price of their first, second … one."""
        counts = np.diff(self.offsets)
        mentors = np.flatnonzero(counts)
        place = np.repeat(np.arange(len(mentors)), counts[mentors])
        turn = np.arange(len(self.starts)) - np.repeat(self.offsets[mentors], counts[mentors])
        shape = (int(turn.max(initial=-1)) + 1, len(mentors))
        word, bit = np.zeros(shape, np.int64), np.zeros(shape, np.uint64)
        price = np.zeros(shape, np.int64)
        word[turn, place] = self.starts // 64
        bit[turn, place] = np.left_shift(np.uint64(1), (self.starts % 64).astype(np.uint64))
        price[turn, place] = self.prices
        return mentors, word, bit, price

    def take_from(self, worth: Ints, rows: Ints, times: Times) -> None:
        """Take the price of the cheapest shared start off what pairs are worth, in place.

        Parameters
        ----------
        worth : int64 array of shape (num_rows, num_mentors)
        rows : int64 array of shape (num_rows,)
            Mentee rows.
        times : Times
        """
        mentors, words, bits, prices = self.turns
        mine, open_bits = times.mentee_starts[rows], self.open[mentors]
        is_free = ~times.mentee_known[rows][:, None] | ~times.mentor_known[mentors]
        for word in range(mine.shape[1]):
            is_free |= (mine[:, word, None] & open_bits[:, word]) != 0
        cheapest = np.where(is_free, 0, -NOTHING)
        for word_of_turn, bit, price in zip(words, bits, prices, strict=True):
            shares = (mine[:, word_of_turn] & bit) != 0
            cheapest = np.where(shares, np.minimum(cheapest, price), cheapest)
        worth[:, mentors] -= np.where(cheapest == -NOTHING, 0, cheapest)

    def cost_pairs(self, mentees: Ints, mentors: Ints, times: Times | None) -> Ints:
        """Return what each of some pairs costs: the place and its cheapest shared start.

        Parameters
        ----------
        mentees, mentors : int arrays of shape (num_pairs,)
        times : Times or None
        """
        cost = self.mentors[mentors]
        if times is None or not len(self.starts):
            return cost
        sets = times.mentor_starts & ~self.open
        for first in range(0, len(cost), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            cost[some] += self._cost_starts(mentees[some], mentors[some], times, sets)
        return cost

    def _cost_starts(self, mentees: Ints, mentors: Ints, times: Times, sets: NDArray[np.uint64]) -> Ints:
        """Return what the cheapest shared start of each of some pairs costs; `sets` are the contested starts."""
        cost = np.zeros(len(mentees), np.int64)
        contested = np.flatnonzero(np.diff(self.offsets)[mentors])
        mine, theirs = mentees[contested], mentors[contested]
        is_free = ((times.mentee_starts[mine] & self.open[theirs]) != 0).any(axis=1)
        is_free |= ~(times.mentee_known[mine] & times.mentor_known[theirs])
        paid = contested[~is_free]
        row, start = list_bits(times.mentee_starts[mentees[paid]] & sets[mentors[paid]])
        prices = self.prices[rank_bits(sets, mentors[paid][row], start)]
        firsts = np.flatnonzero(np.append(True, row[1:] != row[:-1])[: len(row)])
        if len(firsts):
            cost[paid[row[firsts]]] = np.minimum.reduceat(prices, firsts)
        return cost


Pricing = Callable[[Costs, Ints, Ints, Times | None], Ints]
"""Costs, mentees, mentors and times -> what each pair costs, as `Costs.cost_pairs` does it."""


def make_costs(prices: Prices, scale: Scale, times: Times | None) -> Costs:
    """Return prices as scalars; prices of starts that a mentor does not offer are left out.

    Raises
    ------
    MatchmakerError
        If a price of a time is below zero.
    """
    time = scale.join(prices.times[:, 2:])
    if (time < 0).any():
        raise MatchmakerError("the price of a contested time is below zero, which proves nothing")
    num_mentors = len(prices.mentors)
    if times is None:
        empty = np.empty(0, np.int64)
        none = np.zeros((num_mentors, 6), np.uint64)
        return Costs(scale, scale.join(prices.mentors), np.zeros(num_mentors + 1, np.int64), empty, empty, none)
    mentor, start = prices.times[:, 0], prices.times[:, 1]
    bits = np.left_shift(np.uint64(1), (start % 64).astype(np.uint64))
    usable = ((times.mentor_starts[mentor, start // 64] & bits) != 0) & (time > 0)
    order = np.lexsort((time[usable], start[usable], mentor[usable]))
    mentor, start, bits, time = (column[usable][order] for column in (mentor, start, bits, time))
    is_cheapest = np.append(True, (mentor[1:] != mentor[:-1]) | (start[1:] != start[:-1]))[: len(mentor)]
    mentor, start, bits, time = (column[is_cheapest] for column in (mentor, start, bits, time))
    open_bits = times.mentor_starts.copy()
    np.bitwise_and.at(open_bits, (mentor, start // 64), ~bits)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(mentor, minlength=num_mentors))]).astype(np.int64)
    return Costs(scale, scale.join(prices.mentors), offsets, start, time, open_bits)
