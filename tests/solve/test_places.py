"""Hours as places: never fewer than a matching could use, and exact where all pairs take the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve.places import count_places, find_overbooked, turn_hours_into_places
from matchmaker.solve.problem import NO_LIMIT
from tests.oracles import draw_problem, enumerate_matchings
from tests.solve.problems import make_problem


@pytest.mark.parametrize(
    ("need", "available", "capacity", "places", "exact"),
    [
        (60, 150, 5, 2, True),
        (60, NO_LIMIT, 5, 5, True),
        (60, 1_000, 5, 5, True),
        ([60, 60, 120], 150, 5, 2, False),
        ([60, 60, 120], 300, 2, 2, True),
        (0, 0, 2, 2, True),
        ([0, 60, 60], 59, 3, 1, False),
        (60, 59, 3, 0, True),
    ],
)
def test_places(need: int | list[int], available: int, capacity: int, places: int, exact: bool) -> None:
    """Capacity is cut to what fits if the shortest come first; exact says whether the longest fit too."""
    problem = make_problem([[1], [1], [1]], need=need, available=available, capacity=capacity)
    relaxed, is_exact = turn_hours_into_places(problem)
    assert (relaxed.capacity.tolist(), relaxed.available.tolist(), is_exact) == ([places], [NO_LIMIT], exact)


@given(st.integers(0, 2**32 - 1))
def test_relaxation(seed: int) -> None:
    """Places lose no matching, and where they are called exact they add none."""
    problem = draw_problem(np.random.default_rng(seed))
    relaxed, exact = turn_hours_into_places(problem)
    own, more = ({row.tobytes() for row in enumerate_matchings(one)} for one in (problem, relaxed))
    assert own <= more
    assert own == more or not exact
    assert (relaxed.capacity == count_places(problem)).all()


def test_overbooked() -> None:
    """Whoever gives more minutes than there are is found; unknown minutes limit nobody."""
    problem = make_problem([[1, 1], [1, 1]], need=[60, 90], available=[100, NO_LIMIT])
    assert find_overbooked(problem, np.array([0, 1, 2, 3])).tolist() == [0]
