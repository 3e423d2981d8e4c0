"""An auction leaves everybody with what is best for them at its prices, but for a step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve.auction import Result, hold_auction
from tests.solve.problems import make_problem

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
    result = hold_auction(problem, capacity, copies=copies, step=STEP, bids=ENOUGH)
    held = result.held.reshape(points.shape)
    assert result.num_left == 0
    assert held.sum(axis=1).tolist() == [copies] * num_mentees
    assert (held.sum(axis=0) <= capacity).all()
    assert (result.prices[held.sum(axis=0) < capacity] == 0).all()
    value = np.where(capacity > 0, points - result.prices, -(10**9))
    best = np.where(held < copies, value, -(10**9)).max(axis=1)
    worst = np.where(held > 0, value, 10**9).min(axis=1)
    assert (worst >= best - STEP).all()


def hold(table: list[list[int | None]], bids: int = ENOUGH, **limits: object) -> Result:
    """Hold an auction for a table of points."""
    problem = make_problem(table, **limits)
    return hold_auction(problem, problem.capacity, step=STEP, bids=bids)


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
    assert result.prices.tolist() == [500 + STEP]


@pytest.mark.parametrize("wanted", [1, 2])
def test_required(wanted: int) -> None:
    """Required pairs take their places first, and count against what their mentee wants."""
    result = hold([[500, 100], [600, 200]], required=[(0, 0)], wanted=[1, wanted], capacity=[1, 2])
    assert result.held.tolist() == [0, 0, 0, 1]
    assert result.num_left == wanted - 1


def test_several_mentors() -> None:
    """Nobody has the same mentor twice."""
    assert hold([[500, 100]], wanted=2, capacity=2).held.tolist() == [1, 1]


def test_nobody() -> None:
    """Without mentees who want anybody there are no bids."""
    assert hold([[500]], wanted=0).prices.tolist() == [0]
