"""At the end of a search, who could have whom and who missed what is as over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.errors import Infeasible
from matchmaker.solve import finish
from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.outcome import Learned, Outcome
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.shortfalls import find_shortfalls
from tests.oracles import Size, list_shared
from tests.solve.problems import make_problem
from tests.solve.tables import draw_equal, search
from tests.solve.test_recall import list_values

SEEDS = st.integers(0, 2**32 - 1)
SIZE = Size(7, 6, 40)


def place_on_all(problem: Problem, outcome: Outcome) -> Solution:
    """Return the solution of a search with positions among all pairs."""
    key = np.array([problem.num_mentors, 1])
    chosen = outcome.problem.pairs[outcome.solution.chosen].astype(np.int64) @ key
    places = np.searchsorted(problem.pairs.astype(np.int64) @ key, chosen)
    found = outcome.solution
    return Solution(places, found.starts, found.prices, found.prices, found.levels, "prices", found.status)


def list_eligible(problem: Problem) -> NDArray[np.bool_]:
    """Return which pairs can be at all."""
    can = np.zeros((problem.num_mentees, problem.num_mentors), bool)
    for (mentee, mentor), shared in zip(problem.pairs.tolist(), list_shared(problem), strict=True):
        can[mentee, mentor] = shared is None or bool(shared)
    return can


@settings(max_examples=200)
@given(SEEDS)
def test_as_over_all_pairs(seed: int) -> None:
    """Shortfalls are those over all pairs; eligible partners are counted over all of them."""
    problem = draw_equal(seed, SIZE)
    try:
        outcome = search(problem)
    except Infeasible:
        return
    solution = place_on_all(problem, outcome)
    expected = find_shortfalls(problem, solution)
    assert {row: missed[1:] for row, missed in outcome.shortfalls.items()} == {
        row: missed[1:] for row, missed in expected.items()
    }
    can = list_eligible(problem)
    had = np.zeros_like(can)
    had[tuple(problem.pairs[solution.chosen].T)] = True
    for mentee, (mentor, *_) in outcome.shortfalls.items():
        assert can[mentee, mentor]
        assert not had[mentee, mentor]
    lacking = had.sum(axis=1) < problem.wanted
    idle = ~had.any(axis=0)
    assert outcome.eligible[lacking].tolist() == can.sum(axis=1)[lacking].tolist()
    assert outcome.tally[idle].tolist() == can.sum(axis=0)[idle].tolist()
    assert not outcome.eligible[~lacking].any()
    assert not outcome.tally[~idle].any()


def test_shortfalls_by_hand() -> None:
    """Two after one place: the other was 50 points better; against a higher priority no points help."""
    assert search(make_problem([[700], [650]])).shortfalls == {1: (0, 0, 50)}
    assert search(make_problem([[700], [650]], priority=[0, 1])).shortfalls == {0: (0, 1, -50)}
    assert search(make_problem([[700], [650]], objective="points")).shortfalls == {1: (0, 0, 50)}


def test_no_place() -> None:
    """Mentors without a place, or whose places are those of required pairs, are nobody's nearest."""
    problem = make_problem([[9, 5, 1], [None, 4, 2], [None, None, 8]], capacity=[0, 1, 1], required=[(1, 1)])
    outcome = search(problem)
    assert outcome.shortfalls == {0: (2, 0, 7)}
    assert outcome.eligible.tolist() == [3, 0, 0]
    assert outcome.tally.tolist() == [1, 0, 0]


@settings(max_examples=100)
@given(SEEDS, st.sampled_from([1, 6]))
def test_learned(seed: int, kept: int) -> None:
    """What is learned holds the best pairs of everybody with their points, and no other pair is worth more than it says."""
    problem, learned = draw_equal(seed, SIZE), list[Learned]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish, "KEPT", kept)
        try:
            search(problem, on_learned=learned.append)
        except Infeasible:
            assert learned == []
            return
    (found,) = learned
    values = list_values(problem, make_costs(found.prices, Scale(found.bits), problem.times))
    known = np.zeros(values.shape, bool)
    known.reshape(-1)[found.keys] = True
    assert (np.where(known, -(2**62), values) <= found.worst[:, None]).all()
    worth = {tuple(pair): points for pair, points in zip(problem.pairs.tolist(), problem.points.tolist(), strict=True)}
    assert found.points.tolist() == [worth[divmod(key, problem.num_mentors)] for key in found.keys.tolist()]
    assert (np.diff(found.keys) > 0).all()
