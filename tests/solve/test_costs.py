"""Prices as whole numbers cost pairs by the definition, and what 64 bits do not hold is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import MatchmakerError
from matchmaker.solve.costs import NOTHING, Scale, choose_scale, find_largest, make_costs
from matchmaker.solve.problem import Prices
from tests.oracles import draw_problem
from tests.solve.prices import draw_prices, list_costs
from tests.solve.problems import make_times

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_pairs_by_definition(seed: int) -> None:
    """A pair costs the place and the cheapest start that both have; nothing more where one of them is unknown."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng)
    prices, scale = draw_prices(rng, problem), Scale(20)
    costs = make_costs(prices, scale, problem.times)
    mentees, mentors = problem.pairs.astype(np.int64).T
    found = costs.cost_pairs(mentees, mentors, problem.times)
    assert list(zip(*(part.tolist() for part in scale.split(found)), strict=True)) == list_costs(problem, prices)


@given(SEEDS)
def test_blocks_as_single_pairs(seed: int) -> None:
    """What is taken off a block of pairs for their times is what single pairs cost beside the place."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng, with_times=True)
    assert problem.times is not None
    costs = make_costs(draw_prices(rng, problem), Scale(20), problem.times)
    rows = rng.permutation(problem.num_mentees)[: int(rng.integers(1, problem.num_mentees + 1))]
    before = rng.integers(0, 99, (len(rows), problem.num_mentors))
    worth = before.copy()
    costs.take_from(worth, rows, problem.times)
    mentees, mentors = np.repeat(rows, problem.num_mentors), np.tile(np.arange(problem.num_mentors), len(rows))
    paid = costs.cost_pairs(mentees, mentors, problem.times) - costs.mentors[mentors]
    assert (before - worth).reshape(-1).tolist() == paid.tolist()


@given(SEEDS)
def test_starts_not_offered(seed: int) -> None:
    """Prices of starts that a mentor does not offer are left out, and only those; the other starts stay open."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng, with_times=True)
    assert problem.times is not None
    prices = draw_prices(rng, problem)
    costs = make_costs(prices, Scale(20), problem.times)
    offered = problem.times.mentor_starts
    asked = {(j, t): (c, p) for j, t, c, p in prices.times.tolist() if int(offered[j, t // 64]) >> (t % 64) & 1}
    owners = np.repeat(np.arange(problem.num_mentors), np.diff(costs.offsets)).tolist()
    kept = zip(*(part.tolist() for part in Scale(20).split(costs.prices)), strict=True)
    assert dict(zip(zip(owners, costs.starts.tolist(), strict=True), kept, strict=True)) == asked
    for mentor in range(problem.num_mentors):
        free = {t for t in range(384) if int(offered[mentor, t // 64]) >> (t % 64) & 1} - {
            t for j, t in asked if j == mentor
        }
        assert {t for t in range(384) if int(costs.open[mentor, t // 64]) >> (t % 64) & 1} == free


def test_free_start() -> None:
    """A start that costs nothing makes a pair free of the contested ones, and an unshared one costs nobody."""
    times = make_times([[3, 70], [3], [9]], [[3, 70]])
    prices = Prices(np.array([[0, 5]]), np.array([[0, 3, 1, 2]]))
    costs = make_costs(prices, Scale(10), times)
    cost = costs.cost_pairs(np.arange(3), np.zeros(3, np.int64), times)
    assert cost.tolist() == [5, 5 + 1024 + 2, 5]


def test_below_zero() -> None:
    """A price of a time below zero, which would prove anything, is refused."""
    prices = Prices(np.zeros((1, 2), np.int64), np.array([[0, 3, 0, -1]]))
    with pytest.raises(MatchmakerError, match="the price of a contested time is below zero, which proves nothing"):
        make_costs(prices, Scale(10), make_times([[3]], [[3]]))


def test_without_times() -> None:
    """Without a timetable, prices of times cost nobody anything."""
    costs = make_costs(Prices(np.array([[1, 2]]), np.array([[0, 3, 0, 7]])), Scale(10), None)
    assert costs.cost_pairs(np.array([0]), np.array([0]), None).tolist() == [1026]
    assert (len(costs.starts), costs.offsets.tolist()) == (0, [0, 0])


vectors = st.lists(st.tuples(st.integers(-9, 9), st.integers(-500, 500)), min_size=1, max_size=6)


@given(vectors, st.integers(11, 40))
def test_scale(rows: list[tuple[int, int]], bits: int) -> None:
    """Vectors become scalars in their order, and come back, alone, added up and with factors."""
    scale = Scale(bits)
    scalars = scale.join(np.array(rows, np.int64))
    assert list(zip(*(part.tolist() for part in scale.split(scalars)), strict=True)) == rows
    assert sorted(scalars.tolist()) == [int(scale.join(np.array(row))) for row in sorted(rows)]
    assert scale.add_up(scalars) == (sum(row[0] for row in rows), sum(row[1] for row in rows))
    factors = np.arange(len(rows)) * 10**12
    assert scale.weigh(scalars, factors) == tuple(
        sum(k * 10**12 * row[part] for k, row in enumerate(rows)) for part in (0, 1)
    )
    assert scale.lift(np.array([3])).tolist() == [3 << bits]


@given(
    st.integers(0, 10**6),
    st.integers(0, 20),
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(-30, 30), st.integers(-(10**7), 10**7)), min_size=1, max_size=4),
    st.tuples(st.integers(0, 30), st.integers(0, 10**7)),
)
def test_chosen_scale(
    most_points: int, most_coverage: int, wanted: int, mentors: list[tuple[int, int]], time: tuple[int, int]
) -> None:
    """On the scale that is chosen, the largest sum over all mentors of one mentee still reads right."""
    prices = Prices(np.array(mentors, np.int64), np.array([[0, 3, *time]]))
    scale = choose_scale(prices, most_points, most_coverage, wanted)
    most = (
        max(abs(row[0]) for row in mentors) + time[0] + most_coverage,
        (max(abs(row[1]) for row in mentors) + time[1] + most_points),
    )
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        value = np.array([sign * part for sign, part in zip(signs, most, strict=True)])
        total = np.array([int(scale.join(value)) * wanted])
        assert tuple(int(part[0]) for part in scale.split(total)) == tuple((value * wanted).tolist())
    assert abs(int(scale.join(np.array(most))) * wanted) < -NOTHING


def test_too_large() -> None:
    """Prices that 64 bits do not hold are refused, the last that they hold are not."""
    none = np.empty((0, 4), np.int64)

    def choose(coverage: int, points: int) -> Scale:
        return choose_scale(Prices(np.array([[coverage, points]]), none), 10**6, 2, 1)

    assert choose(0, 2**49).bits == 54
    for coverage, points in ((0, 2**58), (2**58, 0), (2**30, 2**40)):
        with pytest.raises(MatchmakerError, match="the prices are too large to be re-computed in 64 bits"):
            choose(coverage, points)


def test_largest() -> None:
    """The largest absolute value counts on both sides of zero, and is 0 where there is none."""
    assert [find_largest(np.array(row, np.int64)) for row in ([-7, 3], [2, 5], [])] == [7, 5, 0]
