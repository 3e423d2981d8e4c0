"""A shortfall is exactly what was missing: one point more would have changed the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.solve.problem import Problem
from matchmaker.solve.search import solve
from matchmaker.solve.shortfalls import find_shortfalls
from tests.oracles import find_best
from tests.solve.problems import make_problem
from tests.solve.test_residual import draw_solved


def raise_points(problem: Problem, position: int, more: int) -> Problem:
    """Return the problem with one pair worth more."""
    points = problem.points.copy()
    points[position] += more
    return replace(problem, points=points)


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1))
def test_shortfalls(seed: int) -> None:
    """With one point more than was missing the whole gains; one less, with any eligible mentor, gains nothing."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    names = [level.name for level in solution.levels]
    best = find_best(problem, names)
    for mentee, (mentor, coverage, points) in find_shortfalls(problem, solution).items():
        assert (coverage, points) >= (0, 0)
        mine = np.flatnonzero(problem.pairs[:, 0] == mentee)
        mine = mine[~np.isin(mine, solution.chosen)]
        nearest = mine[problem.pairs[mine, 1] == mentor].item()
        assert best is not None
        if coverage == 0:
            enough = find_best(raise_points(problem, nearest, points + 1), names)
            assert enough is not None
            assert enough > best
            assert all(find_best(raise_points(problem, one, points), names) == best for one in mine.tolist())


def test_by_hand() -> None:
    """Two after one place: the other was 50 points better."""
    problem = make_problem([[700], [650]])
    assert find_shortfalls(problem, solve(problem)) == {1: (0, 0, 50)}


def test_priority() -> None:
    """Against a higher priority no points help: the shortfall is one of coverage."""
    problem = make_problem([[700], [650]], priority=[0, 1])
    assert find_shortfalls(problem, solve(problem)) == {0: (0, 1, -50)}


def test_no_place() -> None:
    """A mentor without places, or with places for required pairs alone, is nobody's nearest."""
    problem = make_problem([[9, 5, 1], [None, 4, 2], [None, None, 8]], capacity=[0, 1, 1], required=[(1, 1)])
    assert find_shortfalls(problem, solve(problem)) == {0: (2, 0, 7)}


def test_unequal_hours() -> None:
    """Where unequal hours decided, no price says what was missing."""
    problem = make_problem([[9], [8], [7]], need=[60, 120, 60], available=130, capacity=3)
    assert find_shortfalls(problem, solve(problem)) == {}
