"""What mentees can gain under prices: the formula of the bound, and what a pair outside must be worth to matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.costs import NOTHING, Costs, Pricing, Scale
from matchmaker.solve.problem import Objective, Problem

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


def find_present(
    problem: Problem,
    costs: Costs,
    most: int,
    shown: NDArray[np.bool_] | None = None,
    pricing: Pricing = Costs.cost_pairs,
) -> Ints:
    """Return the values of each mentee's best candidates, the best first.

    Parameters
    ----------
    problem : Problem
    costs : Costs
    most : int
        How many to return of each.
    shown : bool array of shape (num_candidates,) or None
        Which candidates count; None takes all but the required ones.
    pricing : callable
        What costs the pairs.

    Returns
    -------
    int64 array of shape (num_mentees, most)
        `NOTHING` behind the last.
    """
    mentees, mentors = problem.pairs.T
    value = problem.points - pricing(costs, mentees, mentors, problem.times)
    value[problem.required if shown is None else ~shown] = NOTHING
    present = np.full((problem.num_mentees, most), NOTHING)
    offsets = np.searchsorted(mentees, np.arange(problem.num_mentees + 1))
    filled = np.flatnonzero(np.diff(offsets))
    for turn in range(most if len(filled) else 0):
        best = np.full(problem.num_mentees, NOTHING)
        best[filled] = np.maximum.reduceat(value, offsets[filled])
        present[:, turn] = best
        if turn + 1 < most:
            _hide_first(value, best[mentees], mentees)
    return present


def _hide_first(value: Ints, best: Ints, owner: NDArray[np.int32]) -> None:
    """Take the first best candidate of every mentee out of what is still looked at."""
    hits = np.flatnonzero((value == best) & (value > NOTHING))
    _, firsts = np.unique(owner[hits], return_index=True)
    value[hits[firsts]] = NOTHING


def weigh_supply(costs: Costs, places: Ints, minimum: Ints) -> tuple[int, int]:
    """Return what all places together are worth at their prices.

    Parameters
    ----------
    costs : Costs
    places, minimum : int64 arrays of shape (num_mentors,)
    """
    above = costs.scale.weigh(np.maximum(costs.mentors, 0), places)
    below = costs.scale.weigh(np.minimum(costs.mentors, 0), minimum)
    return above[0] + below[0], above[1] + below[1]
