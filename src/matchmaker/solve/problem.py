"""The problem as the solvers see it: integers and row numbers only, no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Objective = Literal["coverage", "points"]

NO_LIMIT = -1
"""Stands in `Problem.available` for a mentor whose hours are not known and limit nothing."""

UNSCHEDULED = -1
"""Stands for the start of a pair that needs no weekly time."""


@dataclass(frozen=True, eq=False)
class Times:
    """Weekly starts: who can begin a session when.

    A pair may use any start that is set in both bit sets. A pair with a person whose `known` is
    False needs no start (they arrange a time themselves) and may always be paired.

    Parameters
    ----------
    mentee_starts : uint64 array of shape (num_mentees, 6)
        Bit `b` of word `w` is slot ``64 * w + b`` of the UTC week: every slot at which a whole
        session fits.
    mentor_starts : uint64 array of shape (num_mentors, 6)
        The same for mentors; a mentor's own starts never overlap one another.
    mentee_known, mentor_known : bool arrays of shape (num_mentees,) and (num_mentors,)
        Whether the person's free slots are known.
    pairs_per_start : int
        Pairs that one weekly time of a mentor holds: they meet in turn when the rhythm is longer
        than a week.
    session_slots : int
        Length of a session in half hours.
    """

    mentee_starts: NDArray[np.uint64]
    mentor_starts: NDArray[np.uint64]
    mentee_known: NDArray[np.bool_]
    mentor_known: NDArray[np.bool_]
    pairs_per_start: int = 1
    session_slots: int = 1


@dataclass(frozen=True, eq=False)
class Problem:
    """Which pairs there could be, what each is worth, and what limits them.

    Rows of `pairs` are sorted by mentee, then mentor, without repeats.

    Parameters
    ----------
    num_mentees, num_mentors : int
        How many there are.
    pairs : int32 array of shape (num_candidates, 2)
        The candidates as (mentee, mentor): eligible pairs and required ones.
    points : int64 array of shape (num_candidates,)
        Points of each, 0 or more.
    capacity, minimum : int64 arrays of shape (num_mentors,)
        Most and fewest mentees of each mentor.
    wanted : int64 array of shape (num_mentees,)
        Most mentors of each mentee; 0 is allowed and means none.
    priority : int64 array of shape (num_mentees,)
        Rank of the mentee's priority: 0 for the lowest tier, then 1, 2 … without holes.
    required : int64 array of shape (num_required,)
        Positions in `pairs` that must be chosen, sorted.
    times : Times or None
        The weekly starts, or None where pairs need no time.
    need : int64 array of shape (num_candidates,)
        Minutes that each pair takes of its mentor over the whole programme.
    available : int64 array of shape (num_mentors,)
        Minutes of each mentor in the whole programme, `NO_LIMIT` where unknown.
    objective : {"coverage", "points"}
        As many mentees as possible first and points second, or points alone.
    """

    num_mentees: int
    num_mentors: int
    pairs: NDArray[np.int32]
    points: NDArray[np.int64]
    capacity: NDArray[np.int64]
    minimum: NDArray[np.int64]
    wanted: NDArray[np.int64]
    priority: NDArray[np.int64]
    required: NDArray[np.int64]
    need: NDArray[np.int64]
    available: NDArray[np.int64]
    times: Times | None = None
    objective: Objective = "coverage"

    @property
    def shape(self) -> tuple[int, int]:
        """How many mentees and mentors there are."""
        return self.num_mentees, self.num_mentors


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more place, and one more contested time, is worth.

    Each price is a vector (coverage, points), compared by coverage first.

    Parameters
    ----------
    mentors : int64 array of shape (num_mentors, 2)
        Price of a place with each mentor; below zero where a minimum binds.
    times : int64 array of shape (num_contested, 4)
        Rows (mentor, start, coverage, points) of the contested times, sorted, prices above zero.
    """

    mentors: NDArray[np.int64]
    times: NDArray[np.int64]


def make_prices(points: NDArray[np.int64]) -> Prices:
    """Return prices of places in points alone, shape (num_mentors,)."""
    return Prices(np.column_stack([np.zeros_like(points), points]), np.empty((0, 4), np.int64))


@dataclass(frozen=True)
class Level:
    """One level of the objective, in the order they are compared.

    Parameters
    ----------
    name : str
        "coverage" or "points"; with unequal hours "mentees", "tier 3" …, "further mentors", "points".
    value, bound : int
        What was reached, and what no matching can exceed once the levels above are fixed.
    """

    name: str
    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How far the value may be from the best."""
        return self.bound - self.value


@dataclass(frozen=True, eq=False)
class Solution:
    """What a solver found.

    Parameters
    ----------
    chosen : int64 array of shape (num_pairs,)
        Positions in `Problem.pairs`, sorted.
    starts : int64 array of shape (num_pairs,)
        The weekly start (slot 0 to 335) of each chosen pair, or `UNSCHEDULED`.
    prices, largest_prices : Prices
        The smallest and the largest prices that support the answer (of the problem with hours turned
        into places, where hours are unequal). The smallest say what one more place is worth; the
        largest say by how much a left-over mentee fell short.
    levels : tuple of Level
        Value and bound, in the order in which they are compared.
    bound_by : {"prices", "solver"}
        Whether the bound can be recomputed from the prices or is the solver's claim.
    status : {"optimal", "feasible"}
        Whether every gap is 0.
    """

    chosen: NDArray[np.int64]
    starts: NDArray[np.int64]
    prices: Prices
    largest_prices: Prices
    levels: tuple[Level, ...]
    bound_by: Literal["prices", "solver"]
    status: Literal["optimal", "feasible"]
