"""Who is left over is served as far as there are places, and the coverage in the prices says what stands against more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.solve.coverage import add_up, price_coverage
from matchmaker.solve.flow import find_flow
from matchmaker.solve.network import build_network
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import Prices
from matchmaker.solve.residual import read_flow
from tests.oracles import Size
from tests.solve.problems import make_problem, make_times
from tests.solve.tables import draw_equal

NOBODY = np.empty(0, np.int64)


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1))
def test_serves_most(seed: int) -> None:
    """From nothing, as much is covered as by the best flow, tiers, weekly times and all."""
    problem = draw_equal(seed, Size(8, 5, 30))
    few = replace(problem, minimum=np.zeros_like(problem.minimum), required=problem.required[:0], objective="coverage")
    network = build_network(few, count_places(few))
    flow = read_flow(network, few, NOBODY, NOBODY)
    price_coverage(network, flow)
    best = find_flow(network)
    assert best is not None
    assert (network.coverage * flow).sum() == (network.coverage * best).sum()
    assert ((flow >= 0) & (flow <= network.capacity)).all()
    balance = np.bincount(network.tail, flow, network.num_nodes) - np.bincount(network.head, flow, network.num_nodes)
    assert balance.tolist() == network.supply.tolist()


def test_scarce_place() -> None:
    """A place that somebody left over would take costs what the most urgent of them is worth; others cost nothing."""
    problem = make_problem([[9, None], [8, None], [7, None], [None, 5]], priority=[2, 1, 0, 0], capacity=[1, 2])
    network = build_network(problem, problem.capacity)
    prices = price_coverage(network, read_flow(network, problem, NOBODY, NOBODY))
    assert prices.mentors.tolist() == [[3, 0], [0, 0]]


def test_scarce_time() -> None:
    """Where a start is short, and not the place, the start has the price."""
    times = make_times([[0], [0]], [[0, 10]])
    problem = make_problem([[9], [8]], capacity=2, times=times)
    network = build_network(problem, problem.capacity)
    prices = price_coverage(network, read_flow(network, problem, NOBODY, NOBODY))
    assert prices.mentors.tolist() == [[0, 0]]
    assert prices.times.tolist() == [[0, 0, 2, 0]]


def test_add_up() -> None:
    """Prices of places, and of times that either side knows of, are added."""
    one = Prices(np.array([[2, 0]]), np.array([[0, 3, 1, 0], [0, 5, 2, 0]]))
    other = Prices(np.array([[0, 70]]), np.array([[0, 5, 0, 9], [0, 8, 0, 4]]))
    both = add_up(one, other)
    assert both.mentors.tolist() == [[2, 70]]
    assert both.times.tolist() == [[0, 3, 1, 0], [0, 5, 2, 9], [0, 8, 0, 4]]
