"""Where a search begins, what it did, what it found, and what it leaves for the next one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import Prices, Problem, Solution

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_BITS = 40
"""Bits for points in scalars: room for prices of billions, so that one scale lasts all rounds."""


@dataclass(eq=False)
class Effort:
    """What a search did; no figure depends on the clock.

    Parameters
    ----------
    rounds : int
        Flows over everybody's candidates.
    mended : int
        Those of them that were mended from the one before.
    passes : int
        Times that pairs were asked for, of everybody or of some; those of the sample are not counted.
    candidates : int
        Pairs that the flow was shown in the end.
    looked_at, skipped : int
        Mentees whose pairs were priced after a flow, and those for whom earlier lists were proof enough.
    """

    rounds: int = 0
    mended: int = 0
    passes: int = 0
    candidates: int = 0
    looked_at: int = 0
    skipped: int = 0


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer to some candidates, as far as it serves as a start for others.

    Parameters
    ----------
    keys : int64 array of shape (num_pairs,)
        The chosen pairs: mentee × num_mentors + mentor, sorted.
    starts : int64 array of shape (num_pairs,)
    prices : Prices
        Those that support it.
    """

    keys: Ints
    starts: Ints
    prices: Prices


@dataclass(frozen=True, eq=False)
class Start:
    """Where a search begins, taken from an earlier answer.

    Parameters
    ----------
    prices : Prices
    answer : Answer or None
        Pairs chosen before.
    keys, points : int64 arrays of shape (num_candidates,), or None
        Candidates: mentee × num_mentors + mentor, sorted.
    worst : int64 array of shape (num_mentees,) or None
        What no other pair of a mentee was worth more than at these prices, as scalars; `UNPROVEN` for mentees
        of whom this is not known.
    is_new : bool array of shape (num_mentors,) or None
        Mentors to whom `worst` does not apply.
    bits : int
        Of the scale of these scalars.
    """

    prices: Prices
    answer: Answer | None = None
    keys: Ints | None = None
    points: Ints | None = None
    worst: Ints | None = None
    is_new: Bools | None = None
    bits: int = LEAST_BITS


@dataclass(frozen=True, eq=False)
class Interim:
    """A matching that a search has got so far, and what it has proven.

    Parameters
    ----------
    keys : int64 array of shape (num_pairs,)
        The chosen pairs: mentee × num_mentors + mentor, sorted.
    starts : int64 array of shape (num_pairs,)
    value, bound : tuple of int
        (coverage, points) of the pairs, and what no matching can exceed.
    prices : Prices
        Those that prove the bound.
    """

    keys: Ints
    starts: Ints
    value: tuple[int, int]
    bound: tuple[int, int]
    prices: Prices


@dataclass(frozen=True, eq=False)
class Learned:
    """What a search leaves for a next one: candidates and what the pairs that are none are worth at most.

    Parameters
    ----------
    keys, points : int64 arrays of shape (num_candidates,)
    worst : int64 array of shape (num_mentees,)
        At the prices of the answer, as scalars.
    bits : int
        Of their scale.
    prices : Prices
        Those of the answer.
    """

    keys: Ints
    points: Ints
    worst: Ints
    bits: int
    prices: Prices


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a search found.

    Parameters
    ----------
    problem : Problem
        With the candidates of the end.
    solution : Solution
    price_bound : tuple of int
        (coverage, points), which follows from its prices.
    eligible : int64 array of shape (num_mentees,)
        Eligible mentors of each mentee.
    tally : int64 array of shape (num_mentors,)
        Eligible mentees of each mentor.
    shortfalls : dict of int to (mentor, coverage, points)
        By how much mentees who lack a mentor missed the nearest one; empty without a proof.
    effort : Effort
    """

    problem: Problem
    solution: Solution
    price_bound: tuple[int, int]
    eligible: Ints
    tally: Ints
    shortfalls: dict[int, tuple[int, int, int]]
    effort: Effort
