"""What stands between two people who are eligible for each other and not a pair: places, hours, times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem, Solution
from matchmaker.solve.starts import list_shared

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Obstacles:
    """How many partners of one person are out of reach, and for which reason; the first that applies counts.

    Parameters
    ----------
    full : int
        The capacity is reached.
    short : int
        The hours left are too few.
    busy : int
        Every time that the two share is taken by others.
    within_reach : int
        None of these.
    """

    full: int = 0
    short: int = 0
    busy: int = 0
    within_reach: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.full + self.short + self.busy + self.within_reach


def find_obstacles(problem: Problem, solution: Solution, asked: Ints) -> dict[int, Obstacles]:
    """Return for some mentees what keeps them from the eligible mentors that they do not have.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    asked : int64 array
        Rows of mentees.
    """
    is_asked = np.zeros(problem.num_mentees, bool)
    is_asked[asked] = True
    is_open = is_asked[problem.pairs[:, 0]]
    is_open[solution.chosen] = False
    rows = np.flatnonzero(is_open)
    mentors, held = problem.pairs[rows, 1], problem.pairs[solution.chosen, 1]
    full = np.bincount(held, minlength=problem.num_mentors) >= problem.capacity
    used = np.bincount(held, problem.need[solution.chosen], problem.num_mentors).astype(np.int64)
    short = (problem.available[mentors] != NO_LIMIT) & (used[mentors] + problem.need[rows] > problem.available[mentors])
    kind = np.select([full[mentors], short, ~_have_time(problem, solution, rows)], [0, 1, 2], 3)
    counts = np.zeros((problem.num_mentees, 4), np.int64)
    np.add.at(counts, (problem.pairs[rows, 0], kind), 1)
    return {int(row): Obstacles(*counts[row].tolist()) for row in asked.tolist()}


def _have_time(problem: Problem, solution: Solution, rows: Ints) -> NDArray[np.bool_]:
    """Return for each of some candidates whether a start that the two share is free, or they need none."""
    times = problem.times
    if times is None or not len(rows):
        return np.ones(len(rows), bool)
    taken = np.zeros((problem.num_mentors, 64 * times.mentor_starts.shape[1]), np.int64)
    scheduled = solution.starts != UNSCHEDULED
    np.add.at(taken, (problem.pairs[solution.chosen[scheduled], 1], solution.starts[scheduled]), 1)
    candidate, start = list_shared(problem)
    is_asked, has_time = np.zeros(len(problem.pairs), bool), np.zeros(len(problem.pairs), bool)
    is_asked[rows] = True
    candidate, start = candidate[is_asked[candidate]], start[is_asked[candidate]]
    free = (start == UNSCHEDULED) | (taken[problem.pairs[candidate, 1], start] < times.pairs_per_start)
    has_time[candidate[free]] = True
    return has_time[rows]
