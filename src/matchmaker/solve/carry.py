"""From one network to the next: flows and potentials go with the people, times and pairs they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.network import Network
from matchmaker.solve.problem import Prices, Problem

Ints = NDArray[np.int64]

MENTOR_NAME, TIME_NAME, PAIR_NAME, REQUIRED_NAME, END_NAME = (np.int64(k << 58) for k in range(1, 6))
"""Where the names of the kinds of nodes begin; those of mentees begin at 0."""


@dataclass(frozen=True, eq=False)
class State:
    """What is known after a flow was found: the start for the next one.

    Parameters
    ----------
    problem : Problem
    network : Network
    flow : int64 array of shape (num_arcs,)
    potentials : int64 array of shape (num_nodes,)
        Scalars, that of the sink 0.
    prices : Prices
        The smallest that support the flow.
    """

    problem: Problem
    network: Network
    flow: Ints
    potentials: Ints
    prices: Prices


def name_nodes(network: Network, problem: Problem) -> Ints:
    """Return a number for each node that stays the same whatever else there is."""
    names = np.arange(network.num_nodes, dtype=np.int64)
    names[network.mentor_node] = MENTOR_NAME + np.arange(problem.num_mentors)
    names[network.required_node] = REQUIRED_NAME + _name_pairs(problem, problem.required)
    names[network.time_node[:, 0]] = TIME_NAME + network.time_node[:, 1] * 512 + network.time_node[:, 2]
    middle = np.flatnonzero((network.pair >= 0) & (network.tail >= _find_first_middle(network)))
    names[network.tail[middle]] = PAIR_NAME + _name_pairs(problem, network.pair[middle])
    num_ends = int(problem.priority.max(initial=-1)) + 3
    names[network.num_nodes - num_ends :] = END_NAME + np.arange(num_ends)
    return names


def _name_pairs(problem: Problem, positions: Ints) -> Ints:
    mentee, mentor = problem.pairs[positions].astype(np.int64).T
    return mentee * problem.num_mentors + mentor


def _find_first_middle(network: Network) -> int:
    """Return the first node that stands for a pair with several starts."""
    last = max(int(network.mentor_node.max(initial=-1)), int(network.required_node.max(initial=-1)))
    return 1 + max(last, int(network.time_node[:, 0].max(initial=-1)))


def carry_flow(before: State, network: Network, problem: Problem) -> tuple[Ints, Ints]:
    """Return flow and potentials of a network as far as an earlier one tells; times that are new cost nothing.

    Parameters
    ----------
    before : State
        With the same people and tiers.
    network, problem
        The next ones.
    """
    old, new = name_nodes(before.network, before.problem), name_nodes(network, problem)
    order = np.argsort(new, kind="stable")
    place = np.minimum(np.searchsorted(new[order], old), len(new) - 1)
    target = np.where(new[order][place] == old, order[place], -1)
    potentials = np.full(len(new), np.iinfo(np.int64).max)
    potentials[target[target >= 0]] = before.potentials[target >= 0]
    _fill_potentials(network, potentials)
    used = np.flatnonzero(before.flow)
    tail, head = target[before.network.tail[used]], target[before.network.head[used]]
    kept = (tail >= 0) & (head >= 0)
    keys = network.tail * len(new) + network.head
    arcs = np.argsort(keys, kind="stable")
    wanted = tail[kept] * len(new) + head[kept]
    place = np.minimum(np.searchsorted(keys[arcs], wanted), len(arcs) - 1)
    found = keys[arcs][place] == wanted
    flow = np.zeros(len(network.tail), np.int64)
    flow[arcs[place[found]]] = before.flow[used[kept][found]]
    return np.minimum(flow, network.capacity), potentials


def _fill_potentials(network: Network, potentials: Ints) -> None:
    """Give new times the potential of their mentor, and other new nodes that of the cheapest way on."""
    unknown = potentials == np.iinfo(np.int64).max
    times = network.time_node[unknown[network.time_node[:, 0]]]
    potentials[times[:, 0]] = potentials[network.mentor_node[times[:, 1]]]
    unknown[network.time_node[:, 0]] = False
    potentials[unknown] = 0
