"""Prices and costs are what they say: every one is compared with matching everybody anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import Infeasible, PointsError
from matchmaker.solve.network import build_network
from matchmaker.solve.problem import NO_LIMIT, Problem, Solution
from matchmaker.solve.residual import (
    build_residual,
    choose_bits,
    cost_choices,
    order_by_digits,
    read_flow,
    rebuild,
)
from matchmaker.solve.search import measure, solve
from tests.oracles import draw_problem, find_best, force_pair
from tests.solve.problems import make_problem

SEEDS = st.integers(0, 2**32 - 1)


def draw_solved(seed: int) -> tuple[Problem, Solution] | None:
    """Return a random problem with places instead of hours, and its answer if it has one."""
    problem = draw_problem(np.random.default_rng(seed), unequal=False)
    problem = replace(problem, available=np.full(problem.num_mentors, NO_LIMIT))
    try:
        return problem, solve(problem)
    except Infeasible:
        return None


def find_value(problem: Problem) -> tuple[int, int] | None:
    """Return the best (coverage, points) by trying everything; coverage 0 under points alone."""
    names = ["points"] if problem.objective == "points" else ["coverage", "points"]
    best = find_best(problem, names)
    return None if best is None else (0, best[0]) if len(best) == 1 else (best[0], best[1])


def subtract(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the difference of two vectors."""
    return one[0] - other[0], one[1] - other[1]


@settings(max_examples=150)
@given(SEEDS)
def test_smallest_price(seed: int) -> None:
    """The smallest price of a place, if above zero, is what one more place adds."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    before = find_value(problem)
    for mentor in range(problem.num_mentors):
        after = find_value(replace(problem, capacity=problem.capacity + (np.arange(problem.num_mentors) == mentor)))
        assert before is not None
        assert after is not None
        price = solution.prices.mentors[mentor].tolist()
        assert subtract(after, before) == max((0, 0), tuple(price))


@settings(max_examples=150)
@given(SEEDS)
def test_largest_price(seed: int) -> None:
    """The largest price of a place, if above zero, is what one place less costs, where that is possible."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    before = find_value(problem)
    for mentor in np.flatnonzero(problem.capacity > problem.minimum):
        after = find_value(replace(problem, capacity=problem.capacity - (np.arange(problem.num_mentors) == mentor)))
        assert before is not None
        price = solution.largest_prices.mentors[mentor].tolist()
        assert after is None or subtract(before, after) == max((0, 0), tuple(price))


@settings(max_examples=150)
@given(SEEDS)
def test_price_order(seed: int) -> None:
    """No smallest price lies above the largest, and no contested time is free."""
    solved = draw_solved(seed)
    if solved is None:
        return
    _, solution = solved
    for small, large in zip(solution.prices.mentors.tolist(), solution.largest_prices.mentors.tolist(), strict=True):
        assert small <= large
    for prices in (solution.prices, solution.largest_prices):
        rows = prices.times.tolist()
        assert rows == sorted(rows)
        assert all(row[2:] > [0, 0] for row in rows)


@settings(max_examples=150)
@given(SEEDS)
def test_costs(seed: int) -> None:
    """What a choice costs is what everybody loses when the pair is required; impossible is impossible."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    before = find_value(problem)
    assert before is not None
    for mentee in range(problem.num_mentees):
        costs, possible = cost_choices(problem, solution, mentee)
        mine = np.flatnonzero(problem.pairs[:, 0] == mentee)
        assert not np.delete(possible, problem.pairs[mine, 1]).any()
        for position in mine.tolist():
            mentor = problem.pairs[position, 1]
            after = find_value(force_pair(problem, position))
            assert possible[mentor] == (after is not None)
            assert after is None or tuple(costs[mentor].tolist()) == subtract(before, after)


@settings(max_examples=150)
@given(SEEDS)
def test_flow_of_a_solution(seed: int) -> None:
    """The flow that is read from a solution is balanced at every node and within every capacity."""
    solved = draw_solved(seed)
    if solved is None:
        return
    problem, solution = solved
    network = build_network(problem, problem.capacity)
    flow = read_flow(network, problem, solution.chosen, solution.starts)
    balance = np.zeros(network.num_nodes, np.int64)
    np.add.at(balance, network.tail, flow)
    np.add.at(balance, network.head, -flow)
    assert (balance == network.supply).all()
    assert ((flow >= 0) & (flow <= network.capacity)).all()
    cost = int(network.points @ flow)
    assert cost == -measure(problem, solution.chosen)[1]


def test_cost_by_hand() -> None:
    """Giving Bo the mentor that Cy has costs what the best pairing is better by."""
    problem = make_problem([[700_000, 400_000], [650_000, 100_000]])
    costs, possible = cost_choices(problem, solve(problem), 0)
    assert (costs.tolist(), possible.tolist()) == ([[0, 250_000], [0, 0]], [True, True])


def test_not_optimal() -> None:
    """A flow that could be better has no prices, and that is noticed."""
    problem = make_problem([[9, 1], [1, 9]])
    worse = replace(solve(problem), chosen=np.array([1, 2]))
    with pytest.raises(ArithmeticError, match="the flow was not optimal"):
        cost_choices(problem, worse, 0)


def test_vectors() -> None:
    """Scalars split into coverage and points again, below zero too."""
    problem = make_problem([[5]])
    residual = rebuild(problem, solve(problem))
    scalars = (np.array([3, -2, 0]) << np.int64(residual.bits)) + np.array([-7, 5, -1])
    assert residual.split(scalars).tolist() == [[3, -7], [-2, 5], [0, -1]]


def test_too_large_to_prove() -> None:
    """Points and tiers that do not fit into 64 bits together are refused with the way out."""
    network = build_network(make_problem([[2**48]]), np.array([1]))
    assert choose_bits(network) == 54
    network = replace(network, coverage=network.coverage * 100)
    with pytest.raises(PointsError) as caught:
        build_residual(network, np.zeros_like(network.tail))
    assert str(caught.value) == (
        f"points up to {2**48:,} with 199 tiers of priority are too large to be proven for 1 people. "
        "Divide all points by the same number, or use fewer tiers"
    )


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 3)))
def test_order(numbers: list[int]) -> None:
    """Numbers are sorted by their digits, the earlier first where they are equal."""
    order = order_by_digits(np.array(numbers, np.int64))
    assert order.tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)
