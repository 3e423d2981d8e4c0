"""Whoever is not looked at again cannot gain from a pair that is no candidate yet, however prices moved."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.scoring.passes import LOWEST, Lists
from matchmaker.solve.costs import NOTHING, Costs, Scale, make_costs
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.recall import Cuts, Recall, count_pairs, cut_at, measure_falls, share_work
from tests.oracles import Size
from tests.solve.prices import draw_prices
from tests.solve.problems import make_problem
from tests.solve.tables import Table, draw_equal

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32 - 1)
SIZE = Size(9, 9, 70)
SCALE = Scale(20)


def move_prices(rng: np.random.Generator, prices: Prices) -> Prices:
    """Return prices of which some are a little other, and some far off; now and then all of them fall or rise."""
    moves = rng.integers(-3, 4, prices.mentors.shape) * (rng.random(prices.mentors.shape) < 0.5)
    far = rng.integers(-400, 400, len(moves)) * (rng.random(len(moves)) < 0.2)
    moves[:, 0] = 0
    moves[:, 1] += far + int(rng.integers(-90, 40)) * int(rng.integers(0, 2))
    kept = rng.random(len(prices.times)) < 0.8
    times = prices.times[kept].copy()
    times[:, 3] = np.maximum(1, times[:, 3] + rng.integers(-5, 6, len(times)))
    return Prices(prices.mentors + moves, times)


def list_values(problem: Problem, costs: Costs) -> Ints:
    """Return the value of every pair, `NOTHING` where there can be none."""
    table: Any = Table(problem)
    every = table.list_best(np.arange(problem.num_mentees), costs, problem.num_mentors)
    values = np.full((problem.num_mentees, problem.num_mentors), NOTHING)
    rows, turns = np.nonzero(every.mentors >= 0)
    values[rows, every.mentors[rows, turns]] = every.values[rows, turns]
    return values


def add(candidates: NDArray[np.bool_], lists: Lists) -> None:
    """Make candidates of whatever is listed."""
    rows, turns = np.nonzero(lists.mentors >= 0)
    candidates[lists.rows[rows], lists.mentors[rows, turns]] = True


@settings(max_examples=150)
@given(SEEDS)
def test_nobody_is_missed(seed: int) -> None:
    """Over several passes at moving prices, every pair beyond its floor is a candidate or is looked at."""
    rng = np.random.default_rng(seed)
    problem = draw_equal(seed, SIZE)
    table: Any = Table(problem)
    prices, every = draw_prices(rng, problem, 500), np.arange(problem.num_mentees)
    costs = make_costs(prices, SCALE, problem.times)
    recall = Recall(problem.num_mentees)
    candidates = np.zeros((problem.num_mentees, problem.num_mentors), bool)
    lists = table.list_best(every, costs, int(rng.integers(1, 4)))
    add(candidates, lists)
    recall.note(lists, costs, np.full(len(every), LOWEST))
    for _ in range(6):
        prices = move_prices(rng, prices)
        costs = make_costs(prices, SCALE, problem.times)
        values = list_values(problem, costs)
        somebody = rng.integers(0, problem.num_mentors, len(every))
        floor = np.maximum(values[every, somebody], LOWEST) - rng.integers(-1, 2, len(every))
        tasks = recall.split(floor, costs)
        assert tasks[0].only is None
        looked = np.zeros_like(candidates)
        for rows, only in tasks:
            looked[rows] |= True if only is None else only
        assert (
            values[~candidates & ~looked] <= np.broadcast_to(floor[:, None], values.shape)[~candidates & ~looked]
        ).all()
        for rows, only in tasks:
            below = floor[rows] - int(rng.integers(0, 3))
            lists = table.list_best(rows, costs, int(rng.integers(1, 3)), below, only)
            recall.note(lists, costs, below, only)
            add(candidates, lists)


@settings(max_examples=150)
@given(SEEDS)
def test_falls(seed: int) -> None:
    """No pair, with times or without, fell by more than is measured for its mentor; without times, each by as much."""
    rng = np.random.default_rng(seed)
    problem = draw_equal(seed, SIZE)
    prices = draw_prices(rng, problem, 40), draw_prices(rng, problem, 40)
    before, now = (make_costs(one, SCALE, problem.times) for one in prices)
    mentees, mentors = problem.pairs.astype(np.int64).T
    fall = before.cost_pairs(mentees, mentors, problem.times) - now.cost_pairs(mentees, mentors, problem.times)
    falls = measure_falls(before, now)
    assert (fall <= falls[mentors]).all()
    without = make_costs(prices[0], SCALE, None), make_costs(prices[1], SCALE, None)
    assert measure_falls(*without).tolist() == (without[0].mentors - without[1].mentors).tolist()


def test_falls_by_hand() -> None:
    """A start that costs less, or nothing any more, lets its mentor fall; one that costs more does not."""
    starts = np.array([3, 9])

    def cost(*prices: int) -> Costs:
        kept = np.array(prices) > 0
        count = int(kept.sum())
        bits = np.zeros((1, 6), np.uint64)
        return Costs(SCALE, np.array([5]), np.array([0, count]), starts[kept], np.array(prices)[kept], bits)

    cases = [((4, 7), (4, 7), 0), ((4, 7), (1, 9), 3), ((4, 7), (4, 0), 7), ((0, 0), (4, 7), 0), ((4, 0), (0, 7), 4)]
    for before, now, fall in cases:
        assert measure_falls(cost(*before), cost(*now)).tolist() == [fall]


def make_noted() -> tuple[Recall, Costs]:
    """Return what was noted of three mentees who listed one mentor of four each, at no prices."""
    problem = make_problem([[90, 50, 50, 50], [90, 80, 10, 10], [90, None, None, None]])
    costs = make_costs(Prices(np.zeros((4, 2), np.int64), np.empty((0, 4), np.int64)), SCALE, None)
    recall, table = Recall(3), Table(problem)
    recall.note(table.list_best(np.arange(3), costs, 2), costs, np.full(3, LOWEST))
    return recall, costs


def test_nothing_moved() -> None:
    """At the same prices nobody is looked at whose floor is no lower than the last one listed."""
    recall, costs = make_noted()
    assert recall.groups[0].known[0].worst.tolist() == [50, 80, LOWEST]
    (whole,) = recall.split(np.array([50, 79, 0]), costs)
    assert (whole.rows.tolist(), whole.only) == ([1], None)


@pytest.mark.parametrize("fall", [1, 500])
def test_one_price_fell(fall: int) -> None:
    """Where one mentor's price falls, by little or by much, all are asked about that mentor alone."""
    recall, costs = make_noted()
    now = replace(costs, mentors=np.array([0, 0, -fall, 0]))
    whole, some = recall.split(np.array([50, 80, 0]), now)
    assert whole.rows.tolist() == []
    assert some.rows.tolist() == [0, 1, 2]
    assert some.only is not None
    assert some.only.tolist() == [False, False, True, False]


def test_forgotten() -> None:
    """What is forgotten is looked at whole, and what is noted after that is known again."""
    recall, costs = make_noted()
    recall.forget()
    (whole,) = recall.split(np.full(3, 10**6), costs)
    assert (whole.rows.tolist(), recall.groups) == ([0, 1, 2], [])
    table = Table(make_problem([[1], [2], [3]]))
    lists = table.list_best(np.array([2]), replace(costs, mentors=np.zeros(1, np.int64)), 1)
    recall.note(lists, costs, np.array([LOWEST]))
    (whole,) = recall.split(np.full(3, 10**6), costs)
    assert whole.rows.tolist() == [0, 1]


@pytest.mark.parametrize(("listed", "worst"), [(1, 90), (2, 80), (3, 30)])
def test_floor_of_short_lists(listed: int, worst: int) -> None:
    """A list that is full ends where nothing outside is better; a shorter one, at the floor below which nothing was listed."""
    problem = make_problem([[90, 80, 10]])
    costs = make_costs(Prices(np.zeros((3, 2), np.int64), np.empty((0, 4), np.int64)), SCALE, None)
    recall = Recall(1)
    recall.note(Table(problem).list_best(np.arange(1), costs, listed, np.array([30])), costs, np.array([30]))
    assert recall.groups[0].known[0].worst.tolist() == [worst]


def test_some_mentors() -> None:
    """Whoever was looked at with some mentors alone is not asked about these again, only about whose price fell since."""
    recall, costs = make_noted()
    now = replace(costs, mentors=np.array([0, 0, -500, 0]))
    _, some = recall.split(np.array([500, 500, 500]), now)
    assert some.only is not None
    table = Table(make_problem([[90, 50, 50, 50], [90, 80, 10, 10], [90, None, None, None]]))
    floor = np.array([500, 500, 500])
    recall.note(table.list_best(some.rows, now, 2, floor, some.only), now, floor, some.only)
    assert [one.mentors.tolist() for one in recall.groups[1].known] == [
        [True, True, False, True],
        [False, False, True, False],
    ]
    assert [task.rows.tolist() for task in recall.split(np.array([500, 500, 500]), now)] == [[]]
    _, again = recall.split(np.array([500, 500, 500]), replace(costs, mentors=np.array([0, -550, -500, 0])))
    assert again.only is not None
    assert (again.rows.tolist(), again.only.tolist()) == ([0, 1, 2], [False, True, False, False])


def test_unlisted() -> None:
    """A list that has everybody leaves nobody outside, however low the worst of it is."""
    recall, costs = Recall(1), make_noted()[1]
    table = Table(make_problem([[90, 80, None, None]]))
    recall.note(table.list_best(np.array([0]), costs, 2), costs, np.array([LOWEST]))
    assert recall.groups[0].known[0].worst.tolist() == [LOWEST]


@given(SEEDS)
def test_least_work(seed: int) -> None:
    """Of one thing known, the cut that leaves least to do is taken; of several, none that leaves more than all cuts open."""
    rng = np.random.default_rng(seed)
    num_rows, num_mentors = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    owner = rng.integers(0, int(rng.integers(1, 4)), num_mentors)
    known = [
        Cuts(
            owner == one,
            np.logical_or.accumulate(rng.random((3, num_rows)) < 0.3, axis=0),
            np.logical_or.accumulate(rng.random((3, num_mentors)) < 0.3, axis=0)[::-1] & (owner == one),
        )
        for one in np.unique(owner)
    ]
    found = share_work(known)
    choices = [cut_at(known, list(choice)) for choice in itertools.product(range(3), repeat=len(known))]
    assert count_pairs(found) <= count_pairs(choices[-1])
    assert count_pairs(found) == min(map(count_pairs, choices)) or len(known) > 1
    assert np.sum([share.rows for share in found], axis=0).tolist() == [1] * num_rows


@given(SEEDS)
def test_shares(seed: int) -> None:
    """Every mentee is looked at with all of a kind of mentors where one of them could concern them, else with those beyond."""
    rng = np.random.default_rng(seed)
    num_rows, num_mentors = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    owner = rng.integers(0, int(rng.integers(1, 4)), num_mentors)
    known = [
        Cuts(owner == one, rng.random((1, num_rows)) < 0.4, (rng.random((1, num_mentors)) < 0.4) & (owner == one))
        for one in np.unique(owner)
    ]
    looked = np.zeros((num_rows, num_mentors), bool)
    for share in cut_at(known, [0] * len(known)):
        looked |= share.rows[:, None] & share.mentors
    for one in known:
        assert looked[:, one.beyond[0]].all()
        assert looked[np.ix_(one.is_open[0], one.mentors)].all()
