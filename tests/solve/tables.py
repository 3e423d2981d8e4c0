"""A table of all pairs that stands in for the scoring, so that a search can be held against the whole problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.passes import Lists, choose_best
from matchmaker.solve.costs import NOTHING, Costs
from matchmaker.solve.everyone import solve_rounds
from matchmaker.solve.outcome import Outcome
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import NO_LIMIT, Problem, Solution
from tests.oracles import Size, draw_problem

Ints = NDArray[np.int64]


@dataclass(eq=False)
class Table:
    """Pairs from a problem that has all of them, asked for as a `Scorer` is."""

    problem: Problem
    use_kernel: bool = False

    @property
    def required(self) -> Ints:
        """The required pairs."""
        return self.problem.pairs[self.problem.required].astype(np.int64)

    def score(self, pairs: Ints) -> Ints:
        """Return the points of pairs."""
        places = {
            tuple(pair): points
            for pair, points in zip(self.problem.pairs.tolist(), self.problem.points.tolist(), strict=True)
        }
        return np.array([places[tuple(pair)] for pair in pairs.tolist()], np.int64)

    def list_best(
        self,
        rows: Ints,
        costs: Costs,
        most: int,
        floor: Ints | None = None,
        only: Any = None,
        *,
        is_tallied: bool = False,
    ) -> Lists:
        """Return the best mentors of each row, from a table of all pairs."""
        problem = self.problem
        shape = (problem.num_mentees, problem.num_mentors)
        points, value = np.zeros(shape, np.int64), np.full(shape, NOTHING)
        mentees, mentors = problem.pairs.T
        points[mentees, mentors] = problem.points
        value[mentees, mentors] = problem.points - costs.cost_pairs(mentees, mentors, problem.times)
        value[mentees[problem.required], mentors[problem.required]] = NOTHING
        if problem.times is not None:
            known = problem.times.mentee_known[mentees] & problem.times.mentor_known[mentors]
            shared = (problem.times.mentee_starts[mentees] & problem.times.mentor_starts[mentors]).any(axis=1)
            value[mentees[known & ~shared], mentors[known & ~shared]] = NOTHING
        if only is not None:
            value[:, ~only] = NOTHING
        value = value[rows]
        least = np.full(len(rows), NOTHING) if floor is None else np.maximum(floor, NOTHING)
        best = choose_best(value, rows, most, least)
        listed = best >= 0
        at = np.maximum(best, 0).astype(np.int64)
        return Lists(
            rows,
            best,
            np.where(listed, np.take_along_axis(value, at, axis=1), NOTHING),
            np.where(listed, np.take_along_axis(points[rows], at, axis=1), 0).astype(np.int32),
            (value > NOTHING).sum(axis=1),
            (value > NOTHING).sum(axis=0) if is_tallied else np.zeros(0, np.int64),
        )


def draw_equal(seed: int, size: Size | None = None) -> Problem:
    """Return a random problem without hours."""
    problem = draw_problem(np.random.default_rng(seed), size)
    return replace(problem, available=np.full(problem.num_mentors, NO_LIMIT))


def empty_problem(problem: Problem) -> Problem:
    """Return the problem without its pairs, `need` by mentee."""
    return replace(
        problem,
        pairs=np.empty((0, 2), np.int32),
        points=np.empty(0, np.int64),
        required=np.empty(0, np.int64),
        need=np.zeros(problem.num_mentees, np.int64),
    )


def search(problem: Problem, **options: Any) -> Outcome:
    """Solve a problem by rounds, from one candidate each."""
    table: Any = Table(problem, use_kernel=options.pop("use_kernel", False))
    options = {"listed": 1, "added": 1} | options
    return solve_rounds(table, empty_problem(problem), count_places(problem), **options)


def read_values(solution: Solution) -> tuple[int, ...]:
    """Return the value of each level."""
    return tuple(level.value for level in solution.levels)
