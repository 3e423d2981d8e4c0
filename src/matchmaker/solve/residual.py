"""The residual graph of a solution: prices, and the exact cost of any other choice.

Labels are vectors (coverage, points), kept in one integer as coverage × scale + points, with the scale
so large that no sum of points along a path reaches half of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matchmaker.errors import PointsError
from matchmaker.solve.network import HUB, MENTOR, PAIR, UNSERVED, Ints, Network, build_network
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import Prices, Problem, Solution

FAR = np.int64(2**62)
"""Label of a node that cannot be reached."""

MARKED_SHARE = 200
"""One node in so many from which on marking nodes is quicker than sorting them."""


@dataclass(frozen=True, eq=False)
class Graph:
    """A directed graph with scalar costs, arcs grouped by tail.

    Parameters
    ----------
    num_nodes : int
    offsets : int64 array of shape (num_nodes + 1,)
    head, cost : int64 arrays of shape (num_arcs,)
    """

    num_nodes: int
    offsets: Ints
    head: Ints
    cost: Ints


def make_graph(num_nodes: int, tail: Ints, head: Ints, cost: Ints, order: Ints | None = None) -> Graph:
    """Return a graph of arcs in any order; `order` sorts them by tail, if somebody knows it already."""
    order = np.argsort(tail, kind="stable") if order is None else order
    counts = np.bincount(tail, minlength=num_nodes)
    return Graph(num_nodes, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), head[order], cost[order])


def order_by_digits(numbers: Ints) -> Ints:
    """Return the order that sorts numbers from 0 to 2³² - 1, the earlier first where they are equal.

    By 16 bits at a time: quicker than comparisons where numbers come in no order.
    """
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    return order[np.argsort((numbers >> 16).astype(np.uint16)[order], kind="stable")]


def list_arcs(graph: Graph, nodes: Ints) -> tuple[Ints, Ints]:
    """Return the arcs of some nodes, and for each the position of its tail among these nodes."""
    counts = graph.offsets[nodes + 1] - graph.offsets[nodes]
    ends = np.cumsum(counts)
    arcs = np.arange(counts.sum()) + np.repeat(graph.offsets[nodes] - ends + counts, counts)
    return np.repeat(np.arange(len(nodes)), counts), arcs


def relax(graph: Graph, labels: Ints, changed: Ints) -> Ints:
    """Return the shortest labels that follow from some given ones.

    Parameters
    ----------
    graph : Graph
        Without cycles of negative cost.
    labels : int64 array of shape (num_nodes,)
        `FAR` where unknown.
    changed : int64 array
        Nodes whose arcs are to be looked at first.

    References
    ----------
    Label correcting in the manner of Bellman, R. (1958). On a routing problem. Quarterly of Applied Mathematics,
    16(1), 87-90. doi:10.1090/qam/102435
    """
    labels = labels.copy()
    for _ in range(graph.num_nodes + 1):
        if not len(changed):
            return labels
        tails, arcs = list_arcs(graph, changed)
        heads = graph.head[arcs]
        before = labels[heads]
        reached = labels[changed][tails] + graph.cost[arcs]
        better = reached < before
        np.minimum.at(labels, heads[better], reached[better])
        changed = _list_distinct(heads[better], graph.num_nodes)
    raise ArithmeticError("a cycle of negative cost: the flow was not optimal")


Relax = Callable[[Graph, Ints, Ints], Ints]


def _list_distinct(nodes: Ints, num_nodes: int) -> Ints:
    """Return every node once; many are marked rather than sorted."""
    if len(nodes) * MARKED_SHARE < num_nodes:
        return np.unique(nodes)
    is_there = np.zeros(num_nodes, bool)
    is_there[nodes] = True
    return np.flatnonzero(is_there)


@dataclass(frozen=True, eq=False)
class Residual:
    """A network with a flow in it, seen as a graph of possible changes.

    Parameters
    ----------
    network : Network
    tail, head, cost : int64 arrays of shape (num_changes,)
        Arcs with room, and arcs whose flow can be taken back, turned round; costs are scalars.
    bits : int
        Points take the lowest `bits` bits of a cost.
    """

    network: Network
    tail: Ints
    head: Ints
    cost: Ints
    bits: int

    @cached_property
    def forward(self) -> Graph:
        """The changes as they are."""
        return make_graph(self.network.num_nodes, self.tail, self.head, self.cost)

    @cached_property
    def backward(self) -> Graph:
        """The changes turned round."""
        return make_graph(self.network.num_nodes, self.head, self.tail, self.cost, order_by_digits(self.head))

    def split(self, labels: Ints) -> Ints:
        """Return scalars as vectors (coverage, points), shape (n, 2)."""
        half = np.int64(1) << np.int64(self.bits - 1)
        coverage = (labels + half) >> np.int64(self.bits)
        return np.stack([coverage, labels - (coverage << np.int64(self.bits))], axis=-1)


def choose_bits(network: Network) -> int:
    """Return how many bits points need, so that no path's sum reaches half the scale.

    A path visits each mentee, and each time or place, at most once; so it meets two pairs for each of
    the fewer of them, and two values of coverage where it passes the sink.

    Raises
    ------
    PointsError
        If coverage and points together do not fit into 64 bits.
    """
    units = len(network.unit_node) + len(network.required_node)
    longest = min(units, len(network.mentor_node) + len(network.time_node)) + 1
    most = int(np.abs(network.points).max(initial=0)) + 1
    worth = int(np.abs(network.coverage).max(initial=0)) + 1
    bits = (16 * most * longest).bit_length()
    if bits + (16 * worth).bit_length() > 61:
        raise PointsError(
            f"points up to {most - 1:,} with {max(worth - 2, 1):,} tiers of priority are too large to be proven for "
            f"{longest - 1:,} people. Divide all points by the same number, or use fewer tiers"
        )
    return bits


def build_residual(network: Network, flow: Ints) -> Residual:
    """Return the residual graph of a flow."""
    more, less = np.flatnonzero(flow < network.capacity), np.flatnonzero(flow > 0)
    return _turn_into_changes(network, more, less)


def build_part(network: Network, flow: Ints, tails: NDArray[np.bool_]) -> Residual:
    """Return the part of the residual graph that leads away from some nodes."""
    more, less = np.flatnonzero(tails[network.tail]), np.flatnonzero(tails[network.head])
    return _turn_into_changes(network, more[flow[more] < network.capacity[more]], less[flow[less] > 0])


def _turn_into_changes(network: Network, more: Ints, less: Ints) -> Residual:
    bits = choose_bits(network)
    more_cost, less_cost = ((network.coverage[arcs] << np.int64(bits)) + network.points[arcs] for arcs in (more, less))
    tail = np.concatenate([network.tail[more], network.head[less]])
    head = np.concatenate([network.head[more], network.tail[less]])
    return Residual(network, tail, head, np.concatenate([more_cost, -less_cost]), bits)


def find_potentials(graph: Graph, sink: int, mentor_node: Ints, relax: Relax = relax) -> Ints:
    """Return the largest potentials with that of the sink at 0: no arc's head lies above tail + cost.

    Nothing holds down the nodes that the sink does not reach. Each component of them is lifted as a whole
    until its lowest mentor is at 0, or higher where its arcs to the others ask for it.

    Parameters
    ----------
    graph : Graph
    sink : int
    mentor_node : int64 array of shape (num_mentors,)
    relax : callable
        What finds shortest labels.
    """
    labels = np.full(graph.num_nodes, FAR)
    labels[sink] = 0
    labels = relax(graph, labels, np.array([sink]))
    nodes = np.flatnonzero(labels >= FAR)
    tail, arcs = list_arcs(graph, nodes)
    return lift_loose(labels, nodes[tail], graph.head[arcs], graph.cost[arcs], mentor_node, relax)


def lift_loose(labels: Ints, tail: Ints, head: Ints, cost: Ints, mentor_node: Ints, relax: Relax = relax) -> Ints:
    """Return labels in which the nodes that the sink does not reach have potentials too; see `find_potentials`.

    Parameters
    ----------
    labels : int64 array of shape (num_nodes,)
        `FAR` for such nodes. Changed in place.
    tail, head, cost : int64 arrays of shape (n,)
        The arcs that leave them.
    mentor_node : int64 array of shape (num_mentors,)
    relax : callable
    """
    loose = labels >= FAR
    if not loose.any():
        return labels
    nodes, number = np.flatnonzero(loose), np.cumsum(loose) - 1
    tail = number[tail]
    is_inner = loose[head]
    inner, ends = tail[is_inner], number[head[is_inner]]
    own = relax(
        make_graph(len(nodes), inner, ends, cost[is_inner]), np.zeros(len(nodes), np.int64), np.arange(len(nodes))
    )
    links = csr_array((np.ones(len(inner), np.int8), (inner, ends)), (len(nodes), len(nodes)))
    _, part = connected_components(links, directed=False)
    least = np.full(len(nodes), -FAR)
    mine = number[mentor_node[loose[mentor_node]]]
    np.maximum.at(least, part[mine], -own[mine])
    border = tail[~is_inner]
    np.maximum.at(least, part[border], labels[head[~is_inner]] - cost[~is_inner] - own[border])
    labels[nodes] = own + np.where(least > -FAR, least, 0)[part]
    return labels


def read_prices(residual: Residual, potentials: Ints) -> Prices:
    """Return the prices that potentials stand for.

    The price of a place is what it lies below the sink; that of a time is what it lies below its
    mentor, 0 where it lies above.
    """
    network = residual.network
    mentors = residual.split(-potentials[network.mentor_node])
    node, mentor, start = network.time_node.T if len(network.time_node) else np.zeros((3, 0), np.int64)
    above = potentials[network.mentor_node[mentor]] - potentials[node]
    paid = above > 0
    times = np.column_stack([mentor[paid], start[paid], residual.split(above[paid])])
    return Prices(mentors, times.reshape(-1, 4).astype(np.int64))


def find_prices(residual: Residual) -> tuple[Prices, Prices]:
    """Return the smallest and the largest prices that support a flow."""
    network = residual.network
    small = find_potentials(residual.forward, network.sink, network.mentor_node)
    large = -find_potentials(residual.backward, network.sink, network.mentor_node)
    return read_prices(residual, small), read_prices(residual, large)


def find_losses(residual: Residual, relax: Relax = relax) -> Ints:
    """Return what is lost if a node has to take one more unit from outside, `FAR` where it cannot."""
    labels = np.full(residual.network.num_nodes, FAR)
    labels[residual.network.sink] = 0
    return relax(residual.backward, labels, np.array([residual.network.sink]))


def read_flow(network: Network, problem: Problem, chosen: Ints, when: Ints) -> Ints:
    """Return the flow that chosen candidates are.

    Parameters
    ----------
    network : Network
    problem : Problem
    chosen, when : int64 arrays of shape (num_pairs,)
        Positions of the pairs, and their starts.
    """
    flow = np.zeros(len(network.tail), np.int64)
    starts = np.full(len(problem.pairs), -2, np.int64)
    starts[chosen] = when
    ends = np.flatnonzero(network.pair >= 0)
    used = ends[starts[network.pair[ends]] == network.start[ends]]
    flow[used] = 1
    _fill_middle(network, flow, used)
    for kind in (None, MENTOR, HUB):
        if kind is not None:
            _fill_balance(network, flow, kind)
        else:
            _fill_starts(network, flow)
            _fill_unserved(network, flow)
    return flow


def _fill_middle(network: Network, flow: Ints, used: Ints) -> None:
    """Fill the arcs into the nodes of pairs whose way out is used."""
    inflow = np.bincount(network.tail[used], minlength=network.num_nodes)
    middle = np.flatnonzero((network.kind == PAIR) & (network.pair < 0))
    flow[middle] = inflow[network.head[middle]]


def _add_up(ends: Ints, flow: Ints, num_nodes: int) -> Ints:
    """Return the flow at each node, of arcs that begin or end there; most arcs have none."""
    totals, used = np.zeros(num_nodes, np.int64), np.flatnonzero(flow > 0)
    np.add.at(totals, ends[used], flow[used])
    return totals


def _inflow(network: Network, flow: Ints) -> Ints:
    return _add_up(network.head, flow, network.num_nodes)


def _fill_starts(network: Network, flow: Ints) -> None:
    starts = (
        np.flatnonzero(np.isin(network.tail, network.time_node[:, 0])) if len(network.time_node) else np.empty(0, int)
    )
    flow[starts] = _inflow(network, flow)[network.tail[starts]]


def _fill_unserved(network: Network, flow: Ints) -> None:
    """Send what a mentee has left to the hubs: the further ones first, since they cost least."""
    left = network.supply - _add_up(network.tail, flow, network.num_nodes)
    arcs = np.flatnonzero(network.kind == UNSERVED)
    to_further = network.head[arcs] == network.sink - 1
    for group in (arcs[to_further], arcs[~to_further]):
        tails = network.tail[group]
        flow[group] = np.clip(left[tails], 0, network.capacity[group])
        left[tails] -= flow[group]


def _fill_balance(network: Network, flow: Ints, kind: int) -> None:
    """Send on from mentors or hubs whatever they have."""
    arcs = np.flatnonzero(network.kind == kind)
    tails = network.tail[arcs]
    flow[arcs] = (_inflow(network, flow) + np.minimum(network.supply, 0))[tails]


def rebuild(problem: Problem, solution: Solution) -> Residual:
    """Return the residual graph of a solution."""
    network = build_network(problem, count_places(problem))
    return build_residual(network, read_flow(network, problem, solution.chosen, solution.starts))


def cost_choices(problem: Problem, solution: Solution, mentee: int) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what giving a mentee each mentor would cost everybody together.

    Parameters
    ----------
    problem : Problem
        With equal hours.
    solution : Solution
        Optimal.
    mentee : int
        Row.

    Returns
    -------
    costs : int64 array of shape (num_mentors, 2)
        The best (coverage, points) less that of the best answer with the pair; 0 for mentors they have.
    possible : bool array of shape (num_mentors,)
        Whether there is any answer with the pair.

    Notes
    -----
    One shortest path: a unit goes from the mentee to the mentor, and what it displaces finds its way
    back.
    """
    residual = rebuild(problem, solution)
    _, costs, _ = cost_mentors(residual, problem, mentee)
    held = problem.pairs[solution.chosen]
    costs[held[held[:, 0] == mentee, 1]] = 0
    possible = costs < FAR
    return residual.split(np.where(possible, costs, 0)), possible


def cost_mentors(residual: Residual, problem: Problem, mentee: int) -> tuple[Ints, Ints, Ints]:
    """Return what it costs to send one unit of a mentee to each mentor, and how it finds its way back.

    Parameters
    ----------
    residual : Residual
    problem : Problem
    mentee : int
        Row.

    Returns
    -------
    back : int64 array of shape (num_nodes,)
        Cost of the way from each node back to the mentee, `FAR` where there is none.
    costs : int64 array of shape (num_mentors,)
        `FAR` where there is no such unit.
    heads : int64 array of shape (num_mentors,)
        The node with each mentor to which the unit goes, -1 where there is none.
    """
    network = residual.network
    node = network.unit_node[mentee]
    labels = np.full(network.num_nodes, FAR)
    labels[node] = 0
    back = relax(residual.backward, labels, np.array([node]))
    costs, nodes = np.full(problem.num_mentors, FAR), np.full(problem.num_mentors, -1, np.int64)
    first, last = residual.forward.offsets[node], residual.forward.offsets[node + 1]
    owner = _find_owners(network, problem)
    heads = residual.forward.head[first:last]
    known = (owner[heads] >= 0) & (back[heads] < FAR)
    heads, cost = heads[known], residual.forward.cost[first:last][known] + back[heads[known]]
    np.minimum.at(costs, owner[heads], cost)
    best = cost == costs[owner[heads]]
    nodes[owner[heads[best]]] = heads[best]
    return back, costs, nodes


def _find_owners(network: Network, problem: Problem) -> Ints:
    """Return the mentor that each node belongs to, -1 for others."""
    owner = np.full(network.num_nodes, -1, np.int64)
    owner[network.mentor_node] = np.arange(problem.num_mentors)
    owner[network.time_node[:, 0]] = network.time_node[:, 1]
    ends = np.flatnonzero(
        (network.pair >= 0) & (network.tail >= network.time_node[:, 0].max(initial=network.mentor_node.max(initial=0)))
    )
    owner[network.tail[ends]] = problem.pairs[network.pair[ends], 1]
    return owner
