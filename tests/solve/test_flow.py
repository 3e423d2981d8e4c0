"""The flow refuses what it cannot do safely, and says when there is no answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.errors import PointsError
from matchmaker.solve.flow import check_costs, find_flow, run_flow
from matchmaker.solve.network import build_network
from tests.solve.problems import make_problem


def test_too_large_points() -> None:
    """Points that could overflow inside the solver are refused with the limit, the last safe ones are not."""
    network = build_network(make_problem([[1]]), np.array([1]))
    most = 2**63 // (2 * network.num_nodes**2)
    check_costs(build_network(make_problem([[most - 1]]), np.array([1])))
    with pytest.raises(PointsError) as caught:
        check_costs(build_network(make_problem([[most]]), np.array([1])))
    assert str(caught.value) == (
        f"points up to {most:,} are too large for a problem of this size: less than {most:,} are safe. "
        "Divide all points by the same number"
    )


def test_too_many_tiers() -> None:
    """So are more tiers of priority than the solver can hold apart."""
    network = build_network(make_problem([[1]]), np.array([1]))
    with pytest.raises(PointsError, match="too many tiers of priority for a problem of this size"):
        check_costs(replace(network, coverage=network.coverage + 2**62))


@pytest.mark.parametrize("objective", ["coverage", "points"])
def test_no_answer(objective: str) -> None:
    """A minimum that nobody is eligible for has no flow."""
    problem = make_problem([[1, None]], minimum=[0, 1], objective=objective)
    assert find_flow(build_network(problem, problem.capacity)) is None


def test_unbalanced() -> None:
    """Supply that exceeds every demand is no crash but no flow."""
    network = build_network(make_problem([[1]]), np.array([1]))
    supply = network.supply.copy()
    supply[0] += 1
    assert run_flow(replace(network, supply=supply), network.points, network.capacity) is None


def test_bad_numbers() -> None:
    """Numbers that the solver itself refuses are an error of ours, never a wrong answer."""
    network = build_network(make_problem([[1]]), np.array([1]))
    with pytest.raises(ArithmeticError, match="the flow ended with status"):
        run_flow(network, network.points - 2**62, network.capacity)
