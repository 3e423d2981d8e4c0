"""Min-cost flow by OR-Tools: coverage first, then points at that coverage."""

from __future__ import annotations

import numpy as np

from matchmaker.errors import PointsError
from matchmaker.solve.network import HUB, Ints, Network


def check_costs(network: Network) -> None:
    """Refuse costs that could overflow inside the solver.

    Raises
    ------
    PointsError
        If the largest points, or the tiers of priority, reach ``2**63 / (2 * num_nodes**2)``.
    """
    most = 2**63 // (2 * network.num_nodes**2)
    largest = int(np.abs(network.points).max(initial=0))
    if int(network.coverage.max(initial=0)) >= most:
        raise PointsError(f"there are too many tiers of priority for a problem of this size: {most:,} are safe")
    if largest >= most:
        raise PointsError(
            f"points up to {largest:,} are too large for a problem of this size: less than {most:,} are safe. "
            "Divide all points by the same number"
        )


def run_flow(network: Network, cost: Ints, capacity: Ints) -> Ints | None:
    """Return the cheapest flow, or None if there is no feasible one.

    Parameters
    ----------
    network : Network
    cost, capacity : int64 arrays of shape (num_arcs,)

    Raises
    ------
    ArithmeticError
        If the solver refuses the numbers, which `check_costs` should have done before.

    References
    ----------
    OR-Tools scales costs and pushes flow as in Goldberg, A. V. (1997). An efficient implementation of a scaling
    minimum-cost flow algorithm. Journal of Algorithms, 22(1), 1-29. doi:10.1006/jagm.1995.0805
    """
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, capacity, cost)
    solver.set_nodes_supplies(np.arange(network.num_nodes), network.supply)
    status = solver.solve()
    if status == solver.OPTIMAL:
        return np.asarray(solver.flows(arcs), np.int64)
    if status in (solver.INFEASIBLE, solver.UNBALANCED):
        return None
    raise ArithmeticError(f"the flow ended with status {status}")


def find_flow(network: Network) -> Ints | None:
    """Return a flow of the most coverage and, at that coverage, the most points; None if infeasible.

    Notes
    -----
    No bonus inside one cost can enforce the order for large problems, so coverage is maximised first,
    with small integers; then the hubs' capacities are fixed at what must stay unserved. The counts per
    tier are the same in every answer of most coverage, since the sets of mentees that can be served
    form a matroid.

    References
    ----------
    Edmonds, J., and Fulkerson, D. R. (1965). Transversals and matroid partition. Journal of Research of the
    National Bureau of Standards, 69B(3), 147-153. doi:10.6028/jres.069B.016
    """
    check_costs(network)
    capacity = network.capacity
    if network.coverage.any():
        first = run_flow(network, network.coverage, capacity)
        if first is None:
            return None
        capacity = np.where(network.kind == HUB, first, capacity)
    return run_flow(network, network.points, capacity)
