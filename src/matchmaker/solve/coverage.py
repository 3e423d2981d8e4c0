"""What coverage the places are short of: the first half of a price, and what is settled first where they are scarce.

Whoever is left over looks for a free place, moving others on; the most urgent first. Those who can be served
together form a matroid, so nobody who was served before has to go (Edmonds and Fulkerson 1965,
doi:10.6028/jres.069B.016). A search that fails leaves its mark on all it met: no later one gets further from there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matchmaker.solve.arcs import FLOW, ROOM, Arcs, change_flow, find_head, find_tail, pack, unpack
from matchmaker.solve.compiler import compiled, inlined
from matchmaker.solve.network import HUB, UNSERVED, Ints, Network
from matchmaker.solve.problem import Prices

PASSED = -1
"""Mark of a node that the search of now has met."""


class Marks(NamedTuple):
    """What is known of nodes while free places are searched.

    Parameters
    ----------
    of : int64 array of shape (num_nodes,)
        0 for a node that was not met; else what those who are left over and met it are worth at most.
    via : int64 array of shape (num_nodes,)
        Twice the arc by which a node was met, and 1 more where its flow is taken back.
    queue : int64 array of shape (num_nodes,)
    short : int64 array of shape (num_nodes,)
        Mentees that a mentor must have and has not yet.
    """

    of: Ints
    via: Ints
    queue: Ints
    short: Ints


@inlined()
def meet(marks: Marks, node: int, via: int, size: int) -> int:
    """Mark a node that was not met before, and return how long the queue is now."""
    if marks.of[node] != 0:
        return size
    marks.of[node], marks.via[node], marks.queue[size] = PASSED, via, node
    return size + 1


@compiled()
def find_free(arcs: Arcs, marks: Marks, begin: int) -> Any:
    """Return the nearest mentor with a free place, -1 if there is none, and how many nodes were met."""
    size, head = meet(marks, begin, -1, 0), 0
    while head < size:
        node = marks.queue[head]
        head += 1
        last = arcs.last[node]
        if last >= 0 and (marks.short[node] > 0 or arcs.row[last, ROOM] > 0):
            return node, size
        for arc in range(arcs.leaving[node], arcs.leaving[node + 1]):
            if arcs.row[arc, ROOM] > 0:
                size = meet(marks, find_head(arcs, arc), 2 * arc, size)
        for entry in range(arcs.entering[node], arcs.entering[node + 1]):
            if arcs.is_used[entry]:
                arc = arcs.by_head[entry]
                size = meet(marks, find_tail(arcs, arc), 2 * arc + 1, size)
    return -1, size


@compiled()
def send(arcs: Arcs, marks: Marks, begin: int, place: int) -> None:
    """Give a mentee the place that was found, and everybody on the way the next one."""
    if marks.short[place] > 0:
        marks.short[place] -= 1
    else:
        change_flow(arcs, arcs.last[place], 1)
    node = place
    while node != begin:
        arc, is_back = marks.via[node] >> 1, marks.via[node] & 1 == 1
        change_flow(arcs, arc, -1 if is_back else 1)
        node = find_head(arcs, arc) if is_back else find_tail(arcs, arc)


@compiled()
def serve(arcs: Arcs, marks: Marks, left: Any, worth: Any) -> None:
    """Serve those whose units go to hubs, as far as there is a way to a free place, in the order given."""
    for k in range(left.shape[0]):
        arc = left[k]
        begin, hub = find_tail(arcs, arc), find_head(arcs, arc)
        while arcs.row[arc, FLOW] > 0:
            place, size = find_free(arcs, marks, begin)
            for entry in range(size):
                marks.of[marks.queue[entry]] = 0 if place >= 0 else worth[k]
            if place < 0:
                break
            send(arcs, marks, begin, place)
            change_flow(arcs, arc, -1)
            change_flow(arcs, arcs.last[hub], -1)


def price_coverage(network: Network, flow: Ints) -> Prices:
    """Serve as many mentees as there are places for, in place, and return the coverage in the prices.

    A place costs what the most urgent of those is worth who are left over and can reach it by moving others on;
    nothing, if there is nobody.

    Parameters
    ----------
    network : Network
    flow : int64 array of shape (num_arcs,)
        Changed in place.
    """
    columns = network.tail, network.head, network.capacity, network.points
    arcs = pack(*columns, flow, network.num_nodes, network.sink)
    marks = Marks(*(np.zeros(network.num_nodes, np.int64) for _ in range(4)))
    marks.of[network.sink] = marks.of[network.tail[network.kind == HUB]] = PASSED
    inflow = np.bincount(network.head, flow, minlength=network.num_nodes).astype(np.int64)
    mentors = network.mentor_node
    marks.short[mentors] = np.maximum(-network.supply[mentors] - inflow[mentors], 0)
    left = np.flatnonzero((network.kind == UNSERVED) & (flow > 0))
    left = left[np.argsort(-network.coverage[left], kind="stable")]
    row = np.empty(len(flow), np.int64)
    row[arcs.order] = np.arange(len(flow))
    serve(arcs, marks, row[left], network.coverage[left])
    flow[:] = unpack(arcs)
    price = np.maximum(marks.of, 0)
    node, mentor, start = network.time_node.T
    more = np.maximum(price[node] - price[mentors[mentor]], 0)
    times = np.column_stack([mentor, start, more, np.zeros_like(more)])[more > 0]
    return Prices(np.column_stack([price[mentors], np.zeros_like(mentors)]), times)


def add_up(coverage: Prices, points: Prices) -> Prices:
    """Return prices of which one part is known from coverage and the other from points."""
    rows = np.concatenate([coverage.times, points.times])
    keys, place = np.unique(rows[:, 0] * 512 + rows[:, 1], return_inverse=True)
    worth = np.zeros((len(keys), 2), np.int64)
    np.add.at(worth, place.reshape(-1), rows[:, 2:])
    return Prices(coverage.mentors + points.mentors, np.column_stack([keys // 512, keys % 512, worth]))
