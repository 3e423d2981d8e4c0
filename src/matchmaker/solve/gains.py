"""What mentees can gain under prices: the formula of the bound, and what a pair outside must be worth to matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.costs import NOTHING, Costs, Scale
from matchmaker.solve.problem import Objective

Ints = NDArray[np.int64]

NEVER = np.int64(2**62)
"""A floor that no pair can exceed."""


@dataclass(frozen=True, eq=False)
class Wishes:
    """How many more mentors each mentee can have, and what each of them is worth beside its points.

    Parameters
    ----------
    rest : int64 array of shape (num_mentees,)
        Mentors wanted beyond required ones.
    taken : int64 array of shape (num_mentees,)
        Required ones.
    priority : int64 array of shape (num_mentees,)
        Rank, 0 for the lowest tier.
    objective : {"coverage", "points"}
    """

    rest: Ints
    taken: Ints
    priority: Ints
    objective: Objective

    @property
    def most(self) -> int:
        """The most mentors that anybody can still have."""
        return int(self.rest.max(initial=0))

    def value_turn(self, turn: int, scale: Scale, rows: Ints) -> Ints:
        """Return what a mentee's next mentor but `turn` is worth in coverage, as scalars."""
        if self.objective == "points":
            return np.zeros(len(rows), np.int64)
        first = (self.taken[rows] == 0) & (turn == 0)
        return np.where(first, 2 + self.priority[rows], 1) << np.int64(scale.bits)

    def value_required(self, scale: Scale, mentees: Ints) -> Ints:
        """Return what required pairs are worth in coverage, as scalars.

        Parameters
        ----------
        scale : Scale
        mentees : int64 array
            The mentee of each required pair, sorted.
        """
        if self.objective == "points":
            return np.zeros(len(mentees), np.int64)
        is_first = np.append(True, mentees[1:] != mentees[:-1])[: len(mentees)]
        return np.where(is_first, 2 + self.priority[mentees], 1) << np.int64(scale.bits)

    def add_gains(self, rows: Ints, values: Ints, scale: Scale) -> Ints:
        """Return what some mentees gain at most, shape (num_rows,).

        Parameters
        ----------
        rows : int64 array of shape (num_rows,)
        values : int64 array of shape (num_rows, k)
            Points less costs of each mentee's best pairs, the best first, `NOTHING` behind the last;
            k at least as large as what any of them can still have.
        scale : Scale
        """
        gain = np.zeros(len(rows), np.int64)
        for turn in range(min(self.most, values.shape[1])):
            earned = values[:, turn] + self.value_turn(turn, scale, rows)
            here = (turn < self.rest[rows]) & (values[:, turn] > NOTHING) & (earned > 0)
            gain += np.where(here, earned, 0)
        return gain

    def find_floors(self, rows: Ints, values: Ints, scale: Scale) -> Ints:
        """Return for each mentee the value that a further pair must exceed to add to the gain.

        A pair beyond it either takes the place of the worst that counts, or is one more that counts.
        """
        floor = np.full(len(rows), NEVER)
        is_open = np.ones(len(rows), bool)
        for turn in range(min(self.most, values.shape[1])):
            worth = self.value_turn(turn, scale, rows)
            wanted = is_open & (turn < self.rest[rows])
            counts = wanted & (values[:, turn] > NOTHING) & (values[:, turn] + worth > 0)
            ends = wanted & ~counts
            floor = np.where(counts, values[:, turn], np.where(ends, np.minimum(floor, -worth), floor))
            is_open &= counts
        return floor


def weigh_supply(costs: Costs, places: Ints, minimum: Ints, pairs_per_start: int) -> tuple[int, int]:
    """Return what all places and contested times together are worth at their prices.

    Parameters
    ----------
    costs : Costs
    places, minimum : int64 arrays of shape (num_mentors,)
    pairs_per_start : int
        Pairs that a weekly time holds.
    """
    parts = (
        costs.scale.weigh(np.maximum(costs.mentors, 0), places),
        costs.scale.weigh(np.minimum(costs.mentors, 0), minimum),
        costs.scale.weigh(costs.prices, np.full(len(costs.prices), pairs_per_start)),
    )
    return sum(part[0] for part in parts), sum(part[1] for part in parts)
