"""The cheapest flow over the candidates, by the quickest way there is, and its smallest prices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.carry import State, carry_flow
from matchmaker.solve.flow import check_costs, find_flow, run_flow
from matchmaker.solve.network import HUB, Network, build_network
from matchmaker.solve.problem import Problem
from matchmaker.solve.residual import build_residual, choose_bits, find_potentials, read_prices

Ints = NDArray[np.int64]

MOST_STEPS_PER_ARC = 30
"""Arcs that mending a flow looks at, for each arc there is, before a new flow is the better way."""


def solve_restricted(
    problem: Problem,
    places: Ints,
    *,
    copies: int = 1,
    before: State | None = None,
    is_covered: bool = False,
    is_near: bool = False,
) -> State | None:
    """Return the best flow over the candidates of a problem, None if there is none.

    Parameters
    ----------
    problem : Problem
    places : int64 array of shape (num_mentors,)
    copies : int
        Mentees that each mentee stands for.
    before : State or None
        An earlier state of the same people.
    is_covered : bool
        Whether the earlier state is known to reach the most coverage there can be.
    is_near : bool
        Whether few candidates are new, so that the earlier flow is worth mending.
    """
    network = build_network(problem, places, copies)
    check_costs(network)
    if before is not None and is_near:
        flow = mend_flow(before, network, problem)
        if flow is not None:
            return read_state(problem, network, flow)
    unserved = read_unserved(before) if before is not None and is_covered else None
    flow = find_flow_at(network, unserved)
    return None if flow is None else read_state(problem, network, flow)


def read_unserved(state: State) -> Ints:
    """Return how many units each hub takes."""
    return state.flow[state.network.kind == HUB]


def find_flow_at(network: Network, unserved: Ints | None) -> Ints | None:
    """Return the best flow: at a known coverage, or with everybody served if that is possible, or else anyhow."""
    capacity = network.capacity.copy()
    capacity[network.kind == HUB] = 0 if unserved is None else unserved
    flow = run_flow(network, network.points, capacity) if network.coverage.any() else None
    return find_flow(network) if flow is None else flow


def mend_flow(before: State, network: Network, problem: Problem) -> Ints | None:
    """Return the best flow, mended from an earlier one; None if that takes too long."""
    from matchmaker.solve.repair import mend

    flow, potentials = carry_flow(before, network, problem)
    cost = (network.coverage << np.int64(choose_bits(network))) + network.points
    steps = MOST_STEPS_PER_ARC * len(network.tail)
    arcs = network.tail, network.head, network.capacity, cost
    return flow if mend(*arcs, network.supply, network.sink, flow, potentials, steps) else None


def read_state(problem: Problem, network: Network, flow: Ints) -> State:
    """Return a flow with its smallest prices."""
    residual = build_residual(network, flow)
    potentials = find_potentials(residual.forward, network.sink, network.mentor_node)
    return State(problem, network, flow, potentials, read_prices(residual, potentials))


def read_chosen(state: State) -> tuple[Ints, Ints]:
    """Return the positions of the chosen candidates, sorted, and their starts."""
    network = state.network
    used = np.flatnonzero((network.pair >= 0) & (state.flow > 0))
    order = np.argsort(network.pair[used])
    return network.pair[used][order], network.start[used][order]
