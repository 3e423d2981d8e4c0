"""Any prices give a true bound, the right ones an exact one; and no broken demand goes unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.certificate import (
    Conflict,
    bound_problem,
    compute_bound,
    demand_problem,
    find_violations,
    list_problem_values,
    recount_conflict,
)
from matchmaker.errors import MatchmakerError
from matchmaker.solve.costs import Costs
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import UNSCHEDULED, Prices, Problem, Times
from tests.oracles import draw_problem, enumerate_matchings, list_shared
from tests.solve.problems import make_problem, make_times

NO_TIMES = np.empty((0, 4), np.int64)

Ints = NDArray[np.int64]


def make_prices(mentors: list[tuple[int, int]], times: list[tuple[int, int, int, int]] | None = None) -> Prices:
    """Return prices written down as rows."""
    return Prices(np.array(mentors, np.int64).reshape(-1, 2), np.array(times or NO_TIMES, np.int64).reshape(-1, 4))


def draw_prices(rng: np.random.Generator, problem: Problem) -> Prices:
    """Return random prices, signed for places and not below zero for times."""
    most = int(problem.points.max(initial=1)) + 1
    size = problem.num_mentors
    mentors = np.column_stack([rng.integers(-2, 4, size), rng.integers(-most, most + 1, size)])
    rows: list[tuple[int, int, int, int]] = []
    if problem.times is not None:
        slots = sorted({start for starts in list_shared(problem) for start in starts or []} | {335})
        rows = [
            (mentor, slot, int(rng.integers(0, 2)), int(rng.integers(0, most)))
            for mentor in range(size)
            for slot in slots
            if rng.random() < 0.7
        ]
    return Prices(mentors.astype(np.int64), np.array(rows, np.int64).reshape(-1, 4))


def bound_by_definition(problem: Problem, prices: Prices) -> tuple[int, int]:
    """Return the bound as the formula is written, pair by pair, in Python's own numbers."""
    times = {(mentor, start): (a, b) for mentor, start, a, b in prices.times.tolist()}
    worth = problem.objective == "coverage"
    total = np.zeros(2, object)
    for j, price in enumerate(map(tuple, prices.mentors.tolist())):
        factor = count_places(problem)[j] if price > (0, 0) else problem.minimum[j]
        total += np.array(price, object) * int(factor)
    for price in times.values():
        total += np.array(price, object) * (problem.times.pairs_per_start if problem.times else 0)
    shared = list_shared(problem)
    for i in range(problem.num_mentees):
        had, values = 0, []
        for k in np.flatnonzero(problem.pairs[:, 0] == i).tolist():
            j, starts = int(problem.pairs[k, 1]), shared[k]
            cost = min((times.get((j, start), (0, 0)) for start in starts or ()), default=(0, 0))
            value = np.array([0, problem.points[k]], object) - prices.mentors[j].astype(object) - np.array(cost, object)
            if k in problem.required:
                total += value + np.array([worth * (1 if had else 2 + int(problem.priority[i])), 0], object)
                had += 1
            elif starts is None or starts:
                values.append(tuple(value))
        for turn, value in enumerate(sorted(values, reverse=True)[: max(0, int(problem.wanted[i]) - had)]):
            first = had + turn == 0
            gain = (value[0] + worth * (2 + int(problem.priority[i]) if first else 1), value[1])
            total += np.array(max((0, 0), gain), object)
    return int(total[0]), int(total[1])


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1))
def test_formula(seed: int) -> None:
    """The bound is the formula, and no matching exceeds it, whatever the prices."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng)
    prices = draw_prices(rng, problem)
    bound = bound_problem(problem, prices)
    assert bound == bound_by_definition(problem, prices)
    matchings = enumerate_matchings(problem)
    had = np.stack([matchings[:, problem.pairs[:, 0] == i].sum(axis=1) for i in range(problem.num_mentees)], axis=1)
    coverage = (had + (had > 0) * (1 + problem.priority)).sum(axis=1) * (problem.objective == "coverage")
    assert all(value <= bound for value in zip(coverage.tolist(), (matchings @ problem.points).tolist(), strict=True))


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_blocks(seed: int, size: int) -> None:
    """The bound is the same however the mentees are cut into blocks, and in whatever order they come."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng)
    prices = draw_prices(rng, problem)
    order = rng.permutation(problem.num_mentees)
    parts = [order[k : k + size] for k in range(0, len(order), size)]

    def list_parts(costs: Costs, most: int) -> Iterator[tuple[Ints, Ints]]:
        [(rows, values)] = list_problem_values(problem)(costs, most)
        yield from ((rows[part], values[part]) for part in parts)

    demands = demand_problem(problem, count_places(problem))
    most = int(problem.points.max(initial=0))
    assert compute_bound(list_parts, prices, demands, most) == bound_problem(problem, prices)


def test_many_blocks() -> None:
    """Problems of more than one block count every mentee once."""
    pairs = np.column_stack([np.arange(3_000), np.zeros(3_000)]).astype(np.int32)
    ones = np.ones(3_000, np.int64)
    few = make_problem([[1] * 1_000])
    problem = replace(few, num_mentees=3_000, pairs=pairs, points=ones, wanted=ones, priority=0 * ones, need=ones)
    assert bound_problem(problem, make_prices([(0, 0)] * 1_000)) == (6_000, 3_000)


def test_many_mentors() -> None:
    """The points of many mentors of one mentee add up past what one pair can have."""
    problem = make_problem([[1_000_000] * 40], wanted=40)
    assert bound_problem(problem, make_prices([(0, 0)] * 40)) == (41, 40_000_000)


def test_negative_time() -> None:
    """A time below zero would prove anything, so it is refused."""
    problem = make_problem([[5]], times=make_times([[3]], [[3]]))
    for price in ((-1, 7), (0, -1)):
        with pytest.raises(MatchmakerError, match="the price of a contested time is below zero, which proves nothing"):
            bound_problem(problem, make_prices([(0, 0)], [(0, 3, *price)]))


@pytest.mark.parametrize("price", [(2**50, 0), (0, 2**60), (-(2**50), 0), (0, -(2**60))])
def test_too_large(price: tuple[int, int]) -> None:
    """Prices that could overflow are refused."""
    with pytest.raises(MatchmakerError, match="the prices are too large to be re-computed in 64 bits"):
        bound_problem(make_problem([[5]]), make_prices([price]))


def test_no_timetable() -> None:
    """Without a timetable prices of times count for nothing."""
    assert bound_problem(make_problem([[5]]), make_prices([(0, 0)], [(0, 3, 0, 7)])) == (2, 5)


def list_broken(problem: Problem, chosen: list[int], starts: list[int] | None = None) -> list[str]:
    """Return what a choice breaks."""
    times: NDArray[np.int64] = np.array([UNSCHEDULED] * len(chosen) if starts is None else starts, np.int64)
    return find_violations(problem, np.array(chosen, np.int64), times)


def test_limits() -> None:
    """Capacity, minimum, wanted, hours, required pairs and repeats are each told with their numbers."""
    problem = make_problem([[5, 4], [3, 2]], available=[100, 60], required=[(1, 1)])
    assert list_broken(problem, [0, 3]) == []
    assert list_broken(problem, [0, 2]) == [
        "mentor row 0 has 2 mentees and a capacity of 1",
        "mentor row 0 gives 120 minutes of 100",
        "the required pair of mentee row 1 and mentor row 1 is missing",
    ]
    assert list_broken(problem, [0, 1, 3])[0] == "mentee row 0 has 2 mentors and wants 1"
    assert list_broken(problem, [3, 3])[0] == "a pair is chosen twice"
    assert list_broken(problem, [-1, 4]) == ["position -1 is no candidate", "position 4 is no candidate"]
    lowest = make_problem([[5, 4]], minimum=[0, 1])
    assert list_broken(lowest, [0]) == ["mentor row 1 has 0 mentees and a minimum of 1"]


def test_times() -> None:
    """Times nobody shares, full times and times of people without any are told."""
    times = make_times([[10, 335], [10], [20]], [[10, 335]])
    problem = make_problem([[5], [5], [5]], capacity=3, times=times)
    assert list_broken(problem, [0, 1], [335, 10]) == []
    assert list_broken(problem, [0, 1], [10, 10]) == ["mentor row 0 meets 2 pairs at start 10: 1 can meet then"]
    for start in (20, UNSCHEDULED, 336, 999, -5):
        assert list_broken(problem, [2], [start]) == [f"mentee row 2 and mentor row 0 do not share start {start}"]
    vague = replace(problem, times=replace(times, mentee_known=np.array([True, True, False])))
    assert list_broken(vague, [2], [UNSCHEDULED]) == []
    assert list_broken(vague, [2], [20]) == [
        "mentee row 2 and mentor row 0 have a time although the free times of one are unknown"
    ]
    taking_turns = replace(problem, times=replace(times, pairs_per_start=2))
    assert list_broken(taking_turns, [0, 1], [10, 10]) == []


def test_no_time_needed() -> None:
    """A required pair that needs no time is no conflict of times."""
    conflict = Conflict("time", (), ((0, 0),), 1, 0)
    assert recount_conflict(make_problem([[5]]), conflict) == 0
    assert recount_conflict(make_problem([[5]], times=make_times([[1]], [[2]])), conflict) == 1


def test_needless_time() -> None:
    """Without a timetable no pair has a time."""
    assert list_broken(make_problem([[5]]), [0], [7]) == ["mentee row 0 and mentor row 0 have a time and need none"]


@pytest.mark.parametrize(
    ("times", "beyond"),
    [
        (None, 0),
        (make_times([[0]], [[0]]), 0),
        (make_times([[0]], [[2]]), 1),
        (replace(make_times([[0]], [[2]]), mentor_known=np.zeros(1, bool)), 0),
    ],
)
def test_recount_of_times(times: Times | None, beyond: int) -> None:
    """That a pair cannot meet counts only where both times are known and none is shared."""
    problem = make_problem([[5]], required=[(0, 0)], times=times)
    assert recount_conflict(problem, Conflict("time", (), ((0, 0),), 1, 0)) == beyond
