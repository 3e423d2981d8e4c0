"""An auction leaves everybody with what is best for them at its prices, but for a step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.solve.auction import Result, hold_auction
from matchmaker.solve.places import count_places
from matchmaker.solve.search import solve
from tests.oracles import Size, find_breaches
from tests.solve.problems import make_problem, make_times
from tests.solve.tables import draw_equal

SEEDS = st.integers(0, 2**32 - 1)
STEP, ENOUGH = 10, 10_000


@given(SEEDS)
def test_nobody_misses_more_than_a_step(seed: int) -> None:
    """With places for all, everybody has as many as they want, and no other mentor would be better by more than a step."""
    rng = np.random.default_rng(seed)
    num_mentees, num_mentors, copies = int(rng.integers(1, 12)), int(rng.integers(1, 6)), int(rng.integers(1, 3))
    points = rng.integers(0, 1_000, (num_mentees, num_mentors))
    capacity = rng.multinomial(copies * num_mentees + int(rng.integers(0, 4)), np.ones(num_mentors) / num_mentors)
    problem = make_problem(points.tolist(), capacity=capacity)
    result = hold_auction(problem, capacity, copies=copies, steps=(STEP,), bids=ENOUGH)
    held = result.held.reshape(points.shape)
    assert result.num_left == 0
    assert held.sum(axis=1).tolist() == [copies] * num_mentees
    assert (held.sum(axis=0) <= capacity).all()
    assert (result.prices.mentors[:, 1][held.sum(axis=0) < capacity] == 0).all()
    value = np.where(capacity > 0, points - result.prices.mentors[:, 1], -(10**9))
    best = np.where(held < copies, value, -(10**9)).max(axis=1)
    worst = np.where(held > 0, value, 10**9).min(axis=1)
    assert (worst >= best - STEP).all()


def hold(table: list[list[int | None]], bids: int = ENOUGH, *, gives_up: bool = False, **limits: object) -> Result:
    """Hold an auction for a table of points."""
    problem = make_problem(table, **limits)
    return hold_auction(problem, problem.capacity, steps=(STEP,), bids=bids, gives_up=gives_up)


def test_left() -> None:
    """With fewer places than mentees, it ends after so many bids and says who is left, of those with candidates."""
    result = hold([[500], [400], [300], [None]], capacity=2)
    assert result.num_left == 1
    assert result.held.sum() == 2
    assert hold([[500], [400]], bids=0).num_left == 2


def test_points_alone() -> None:
    """If points alone count, whoever would pay more than the mentor is worth to them goes without."""
    result = hold([[500], [400]], objective="points")
    assert result.held.tolist() == [1, 0]
    assert result.prices.mentors.tolist() == [[0, 500 + STEP]]


@pytest.mark.parametrize("wanted", [1, 2])
def test_required(wanted: int) -> None:
    """Required pairs take their places first, and count against what their mentee wants."""
    result = hold([[500, 100], [600, 200]], required=[(0, 0)], wanted=[1, wanted], capacity=[1, 2])
    assert result.held.tolist() == [0, 0, 0, 1]
    assert result.num_left == wanted - 1


@settings(max_examples=200)
@given(SEEDS, st.sampled_from([(1,), (400, 1), (50, 5, 1)]))
def test_points_of_the_best(seed: int, steps: tuple[int, ...]) -> None:
    """Where points alone count, bids by one come within a point of the best for each mentor wanted, times and all."""
    problem = draw_equal(seed, Size(8, 4, 24))
    problem = replace(
        problem, minimum=np.zeros_like(problem.minimum), required=problem.required[:0], objective="points"
    )
    places = count_places(problem)
    result = hold_auction(problem, places, steps=steps[-1:], bids=100_000)
    chosen = np.flatnonzero(result.held)
    assert find_breaches(replace(problem, capacity=places), chosen, result.starts[chosen]) == []
    best = solve(problem)
    assert best.levels[-1].value - problem.points[chosen].sum() <= problem.wanted.sum()
    rough = hold_auction(problem, places, steps=steps, bids=100_000)
    chosen = np.flatnonzero(rough.held)
    assert find_breaches(replace(problem, capacity=places), chosen, rough.starts[chosen]) == []


def test_moving_on() -> None:
    """A mentee moves to another start of the same mentor where somebody else can come at one start only."""
    times = make_times([[0, 10], [0]], [[0, 10]])
    result = hold([[500], [400]], capacity=3, times=times)
    assert result.held.tolist() == [1, 1]
    assert result.starts.tolist() == [10, 0]
    assert not result.prices.mentors.any()


def test_contested_time() -> None:
    """Where two can come at one start only, that time has a price, and the place has none."""
    times = make_times([[0], [0], [10]], [[0, 10]])
    result = hold([[500], [400], [300]], capacity=3, times=times, gives_up=True)
    assert result.held.tolist() == [1, 0, 1]
    assert not result.prices.mentors.any()
    assert result.starts[[0, 2]].tolist() == [0, 10]
    assert result.prices.times[0, :2].tolist() == [0, 0]
    assert 400 <= result.prices.times[0, 3] <= 500 + STEP


def test_several_mentors() -> None:
    """Nobody has the same mentor twice."""
    assert hold([[500, 100]], wanted=2, capacity=2).held.tolist() == [1, 1]


def test_nobody() -> None:
    """Without mentees who want anybody there are no bids."""
    assert hold([[500]], wanted=0).prices.mentors.tolist() == [[0, 0]]
