"""The cheapest flow over the candidates, by the quickest way there is, and its smallest prices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.costs import Costs, Pricing
from matchmaker.solve.flow import check_costs, find_flow, run_flow
from matchmaker.solve.network import HUB, PAIR, UNSERVED, Network, build_network
from matchmaker.solve.outcome import Answer
from matchmaker.solve.places import limit_places
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.residual import (
    FAR,
    Relax,
    Residual,
    build_part,
    build_residual,
    choose_bits,
    find_potentials,
    lift_loose,
    read_flow,
    read_prices,
    relax,
)
from matchmaker.solve.starts import Sharing, list_shared

Ints = NDArray[np.int64]

MOST_STEPS_PER_ARC = 30
"""Arcs that mending a flow looks at, for each arc there is, before a new flow is the better way."""

STEPS = (100_000, 200)
"""Points by which bids for a flow exceed the least: first, where many bid for each place, and in the end; what is then
wrong is mended."""

MOST_BIDS = 60
"""Bids for each unit before an auction ends without a flow."""


@dataclass(eq=False)
class Ways:
    """Which ways to a flow are worth trying, as far as is known; what failed once is not tried again.

    Parameters
    ----------
    serves_all : bool
        Whether it may be possible to serve everybody.
    bids : bool
        Whether bids may tell mentors apart.
    mends : bool
        Whether a flow may be mended though much has changed.
    """

    serves_all: bool = True
    bids: bool = True
    mends: bool = True


@dataclass(frozen=True, eq=False)
class State:
    """A best flow over the candidates, with its smallest prices.

    Parameters
    ----------
    problem : Problem
    network : Network
    flow : int64 array of shape (num_arcs,)
    prices : Prices
    was_mended : bool
    """

    problem: Problem
    network: Network
    flow: Ints
    prices: Prices
    was_mended: bool = False

    @cached_property
    def chosen(self) -> tuple[Ints, Ints]:
        """The positions of the chosen candidates, sorted, and their starts."""
        used = np.flatnonzero((self.network.pair >= 0) & (self.flow > 0))
        order = np.argsort(self.network.pair[used], kind="stable")
        return self.network.pair[used][order].astype(np.int64), self.network.start[used][order].astype(np.int64)

    def read_answer(self) -> Answer:
        """Return the answer that the flow is."""
        chosen, starts = self.chosen
        mentee, mentor = self.problem.pairs[chosen].astype(np.int64).T
        return Answer(mentee * self.problem.num_mentors + mentor, starts, self.prices)


def solve_restricted(
    problem: Problem,
    places: Ints,
    *,
    copies: int = 1,
    before: Answer | None = None,
    unserved: Ints | None = None,
    ways: Ways | None = None,
    use_compiled: bool = False,
    begin: Prices | None = None,
) -> State | None:
    """Return the best flow over the candidates of a problem, None if there is none.

    Parameters
    ----------
    problem : Problem
    places : int64 array of shape (num_mentors,)
    copies : int
        Mentees that each mentee stands for.
    before : Answer or None
        An earlier answer, where so little has changed that it is worth mending.
    unserved : int64 array or None
        How many units each hub takes where the coverage is the most there can be.
    ways : Ways or None
        Changed where one of them fails.
    use_compiled : bool
        Whether compiled code may take part: an auction in place of a new flow, and a quicker way to the prices.
    begin : Prices or None
        Prices that an auction may begin with.
    """
    network = build_network(problem, places, copies, choose_sharing(use_compiled=use_compiled))
    check_costs(network)
    ways = ways or Ways()
    mended = None if before is None else mend_flow(network, problem, before)
    was_mended = mended is not None
    ways.mends = ways.mends and (before is None or was_mended)
    if mended is None and use_compiled and ways.bids and copies == 1:
        mended = bid_flow(network, problem, places, begin, serves_all=ways.serves_all)
        ways.bids = mended is not None
    if mended is not None:
        return read_mended(problem, network, mended, was_mended=was_mended)
    flow = find_flow_at(network, unserved) if ways.serves_all or unserved is not None else find_flow(network)
    return None if flow is None else read_state(problem, network, flow, use_compiled=use_compiled)


def read_unserved(state: State) -> Ints:
    """Return how many units each hub takes."""
    return state.flow[state.network.kind == HUB]


def find_flow_at(network: Network, unserved: Ints | None) -> Ints | None:
    """Return the best flow: at a known coverage, or with everybody served if that is possible, or else anyhow."""
    if not network.coverage.any():
        return find_flow(network)
    capacity = network.capacity.copy()
    capacity[network.kind == HUB] = 0 if unserved is None else unserved
    flow = run_flow(network, network.points, capacity)
    return find_flow(network) if flow is None else flow


class Mended(NamedTuple):
    """A cheapest flow, and what the way to each node costs in its residual graph.

    Parameters
    ----------
    flow : int64 array of shape (num_arcs,)
    ways : int64 array of shape (num_nodes,)
        From the sink, `FAR` where there is none.
    """

    flow: Ints
    ways: Ints


def mend_flow(network: Network, problem: Problem, before: Answer) -> Mended | None:
    """Return the best flow, mended from an earlier answer; None if that takes too long."""
    chosen, starts = locate_answer(problem, before)
    flow = np.clip(read_flow(network, problem, chosen, starts), 0, network.capacity)
    return mend_from(network, flow, before.prices)


def mend_from(network: Network, flow: Ints, prices: Prices) -> Mended | None:
    """Return the best flow, mended from one that need not be balanced; None if that takes too long."""
    from matchmaker.solve.arcs import unpack
    from matchmaker.solve.distances import measure_ways
    from matchmaker.solve.repair import make_ready, mend

    bits = choose_bits(network)
    cost = (network.coverage << np.int64(bits)) + network.points
    potentials = find_start_potentials(network, cost, prices, bits)
    steps = MOST_STEPS_PER_ARC * len(network.tail)
    columns = network.tail, network.head, network.capacity, cost
    arcs, labels = make_ready(*columns, network.supply, network.sink, flow, potentials)
    if not mend(arcs, labels, network.sink, steps):
        return None
    return Mended(unpack(arcs), measure_ways(arcs, labels, network.sink))


def bid_flow(
    network: Network, problem: Problem, places: Ints, begin: Prices | None, *, serves_all: bool
) -> Mended | None:
    """Return the best flow, mended from what an auction comes to; None if that takes too long."""
    from matchmaker.solve.auction import hold_auction
    from matchmaker.solve.coverage import add_up, price_coverage

    result = None
    if serves_all and limit_places(places, problem.times).sum() >= problem.wanted.sum():
        result = hold_auction(problem, places, steps=STEPS[-1:], bids=MOST_BIDS, begin=begin)
    if result is None or result.num_left:
        result = hold_auction(problem, places, steps=STEPS, bids=MOST_BIDS, gives_up=True)
    held = np.flatnonzero(result.held)
    flow = np.clip(read_flow(network, problem, held, result.starts[held]), 0, network.capacity)
    prices = add_up(price_coverage(network, flow), result.prices) if result.num_left else result.prices
    return mend_from(network, flow, prices)


def locate_answer(problem: Problem, before: Answer) -> tuple[Ints, Ints]:
    """Return the positions of an answer's pairs that are still candidates, and their starts."""
    keys = problem.pairs.astype(np.int64) @ np.array([problem.num_mentors, 1])
    places = np.searchsorted(keys, before.keys)
    found = np.append(keys, -1)[places] == before.keys
    return places[found], before.starts[found]


def find_start_potentials(network: Network, cost: Ints, prices: Prices, bits: int) -> Ints:
    """Return potentials that follow from prices: those of places and times, and what each mentee can gain.

    Parameters
    ----------
    network : Network
    cost : int64 array of shape (num_arcs,)
        Scalars.
    prices : Prices
    bits : int
        Points take the lowest `bits` bits of a scalar.
    """
    from matchmaker.solve.repair import raise_tails

    scalar = np.array([1 << bits, 1], np.int64)
    potentials = np.zeros(network.num_nodes, np.int64)
    potentials[network.mentor_node] = -(prices.mentors @ scalar)
    _, mentor, start = network.time_node.T
    contested = prices.times[:, 0] * 512 + prices.times[:, 1]
    places = np.searchsorted(contested, mentor * 512 + start)
    is_paid = np.append(contested, -1)[places] == mentor * 512 + start
    paid = np.where(is_paid, np.append(prices.times[:, 2:] @ scalar, 0)[places], 0)
    potentials[network.time_node[:, 0]] = potentials[network.mentor_node[mentor]] - paid
    is_last = (network.kind == PAIR) & (network.pair >= 0)
    potentials[network.tail[network.kind == PAIR]] = np.iinfo(np.int64).min
    for arcs in (np.flatnonzero(is_last), np.flatnonzero((network.kind == PAIR) & ~is_last)):
        raise_tails(network.tail, network.head, cost, arcs, potentials)
    arcs = np.flatnonzero(network.kind == UNSERVED)
    np.maximum.at(potentials, network.tail[arcs], -cost[arcs])
    return potentials


def choose_relax(*, use_compiled: bool) -> Relax:
    """Return what finds shortest labels."""
    if not use_compiled:
        return relax
    from matchmaker.solve.shortest import relax_compiled

    return relax_compiled


def choose_sharing(*, use_compiled: bool) -> Sharing:
    """Return what lists the starts of candidates."""
    if not use_compiled:
        return list_shared
    from matchmaker.solve.sharing import list_shared_compiled

    return list_shared_compiled


def choose_pricing(*, use_compiled: bool) -> Pricing:
    """Return what costs candidates."""
    if not use_compiled:
        return Costs.cost_pairs
    from matchmaker.solve.sharing import cost_pairs_compiled

    return cost_pairs_compiled


def read_state(problem: Problem, network: Network, flow: Ints, *, use_compiled: bool = False) -> State:
    """Return a flow with its smallest prices."""
    residual = build_residual(network, flow)
    way = choose_relax(use_compiled=use_compiled)
    potentials = find_potentials(residual.forward, network.sink, network.mentor_node, way)
    return State(problem, network, flow, read_prices(residual, potentials))


def read_mended(problem: Problem, network: Network, mended: Mended, *, was_mended: bool) -> State:
    """Return a flow with its smallest prices, which follow from the ways to its nodes."""
    part = build_part(network, mended.flow, mended.ways >= FAR)
    way = choose_relax(use_compiled=True)
    potentials = lift_loose(mended.ways.copy(), part.tail, part.head, part.cost, network.mentor_node, way)
    return State(problem, network, mended.flow, read_prices(part, potentials), was_mended)


def find_largest(state: State, relax: Relax = relax) -> tuple[Prices, Residual]:
    """Return the largest prices that support a flow, and its residual graph."""
    residual = build_residual(state.network, state.flow)
    potentials = -find_potentials(residual.backward, state.network.sink, state.network.mentor_node, relax)
    return read_prices(residual, potentials), residual


def keep_flow(state: State, problem: Problem, places: Ints, *, use_compiled: bool = False) -> State:
    """Return the same flow over more candidates."""
    network = build_network(problem, places, sharing=choose_sharing(use_compiled=use_compiled))
    answer = state.read_answer()
    flow = read_flow(network, problem, *locate_answer(problem, answer))
    return State(problem, network, flow, state.prices, state.was_mended)
