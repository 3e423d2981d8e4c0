"""What a change does, and for whom, adds up to what it costs: compared with solving anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.solve.effects import Change, compare, find_choice_changes, find_place_changes, find_time_changes
from matchmaker.solve.flow import find_flow
from matchmaker.solve.network import START, build_network
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import Problem
from matchmaker.solve.residual import cost_choices
from matchmaker.solve.search import solve
from tests.solve.problems import make_problem, make_times
from tests.solve.test_residual import draw_solved

SEEDS = st.integers(0, 2**32 - 1)


def measure_flow(problem: Problem, mentor: int = -1, start: int = -1) -> tuple[int, int]:
    """Return the cost (coverage, points) of the best flow, with one more meeting at a time of a mentor."""
    network = build_network(problem, count_places(problem))
    nodes = network.time_node[(network.time_node[:, 1:] == (mentor, start)).all(axis=1), 0]
    capacity = network.capacity + ((network.kind == START) & np.isin(network.tail, nodes))
    flow = find_flow(replace(network, capacity=capacity))
    assert flow is not None
    return int(network.coverage @ flow), int(network.points @ flow)


@settings(max_examples=150)
@given(SEEDS)
def test_choices(seed: int) -> None:
    """The change of every choice adds up to its cost in coverage and points."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    for mentee in range(problem.num_mentees):
        costs, possible = cost_choices(problem, solution, mentee)
        changes = find_choice_changes(problem, solution, mentee)
        assert sorted(changes) == np.flatnonzero(possible).tolist()
        for mentor, change in changes.items():
            assert (-change.coverage, -change.points) == tuple(costs[mentor].tolist())


@settings(max_examples=150)
@given(SEEDS)
def test_places(seed: int) -> None:
    """The change of one more place adds up to its price, where that is above zero."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    changes = find_place_changes(problem, solution)
    assert changes is not None
    for price, change in zip(solution.prices.mentors.tolist(), changes, strict=True):
        assert (change.coverage, change.points) == max((0, 0), tuple(price))


@settings(max_examples=150)
@given(SEEDS)
def test_times(seed: int) -> None:
    """The change of one more meeting at a contested time is what solving anew gains by it."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    times = [(row[0], row[1]) for row in solution.prices.times.tolist()]
    changes = find_time_changes(problem, solution, times)
    assert changes is not None
    before = measure_flow(problem)
    for (mentor, start), change in zip(times, changes, strict=True):
        after = measure_flow(problem, mentor, start)
        assert (change.coverage, change.points) == (before[0] - after[0], before[1] - after[1])


def test_compare() -> None:
    """Two solutions are compared by tier, further mentors and points."""
    problem = make_problem([[9, 5], [8, 4]], priority=[0, 1], wanted=[1, 2])
    one = solve(problem)
    other = replace(one, chosen=np.array([2, 3]))
    assert compare(problem, one, other) == Change({0: -1}, 1, 12 - int(problem.points[one.chosen].sum()))
    assert compare(replace(problem, objective="points"), one, other).tiers == {}


def test_by_hand() -> None:
    """A higher tier takes the place of a lower one; a full mentor gains nothing by another time."""
    times = make_times([[10], [10]], [[10, 20]])
    problem = make_problem([[5], [3]], priority=[0, 1], times=times, capacity=2)
    solution = solve(problem)
    assert find_time_changes(problem, solution, [(0, 10)]) == [Change({0: 1}, 0, 5)]
    assert find_choice_changes(problem, solution, 0) == {0: Change({0: 1, 1: -1}, 0, 2)}
    full = replace(problem, capacity=np.array([1]))
    assert find_time_changes(full, solve(full), [(0, 10)]) == [Change()]


def test_unequal_hours() -> None:
    """With unequal hours no path says what a place or a time is worth."""
    problem = make_problem([[9], [8], [7]], need=[60, 120, 60], available=130, capacity=3)
    assert find_place_changes(problem, solve(problem)) is None
    assert find_time_changes(problem, solve(problem), []) is None
