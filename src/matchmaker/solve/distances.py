"""What the cheapest way from one node to every other costs, where the potentials of a cheapest flow are known.

By reduced costs, none of which is below 0 (Dijkstra 1959, doi:10.1007/bf01386390). Where the potentials are nearly
right, most ways cost nothing: those nodes are found by following changes that cost nothing, without a heap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.compiler import compiled
from matchmaker.solve.repair import (
    DONE,
    LIMIT,
    NEXT,
    NOW,
    SEEN,
    SIZE,
    UNSEEN,
    Arcs,
    Labels,
    group_arcs,
    reach,
    take_nearest,
)
from matchmaker.solve.residual import FAR

Ints = NDArray[np.int64]


@compiled()
def list_level(arcs: Arcs, labels: Labels, tails: Any, heads: Any) -> int:
    """List the changes of the flow whose reduced cost is 0; return how many there are."""
    count = 0
    for arc in range(arcs.tail.shape[0]):
        tail, head = arcs.tail[arc], arcs.head[arc]
        if arcs.cost[arc] + labels.potential[tail] == labels.potential[head]:
            if labels.flow[arc] < arcs.capacity[arc]:
                tails[count], heads[count] = tail, head
                count += 1
            if labels.flow[arc] > 0:
                tails[count], heads[count] = head, tail
                count += 1
    return count


@compiled()
def spread_level(offsets: Any, order: Any, heads: Any, labels: Labels, begin: int) -> None:
    """Find every node to which changes lead that cost nothing."""
    labels.stack[0], labels.place[begin], labels.distance[begin], size = begin, DONE, 0, 1
    while size > 0:
        size -= 1
        node = labels.stack[size]
        for entry in range(offsets[node], offsets[node + 1]):
            head = heads[order[entry]]
            if labels.place[head] == UNSEEN:
                labels.place[head], labels.distance[head] = DONE, 0
                labels.stack[size] = head
                size += 1


@compiled()
def list_others(arcs: Arcs, labels: Labels, tails: Any, heads: Any, costs: Any) -> int:
    """List the changes between nodes that are not found yet, and note those that lead there from found ones."""
    labels.tally[SIZE], labels.tally[SEEN], labels.tally[NEXT] = 0, 0, 0
    labels.tally[NOW], labels.tally[LIMIT] = -1, FAR
    count = 0
    for arc in range(arcs.tail.shape[0]):
        tail, head = arcs.tail[arc], arcs.head[arc]
        if labels.place[head] != DONE and labels.flow[arc] < arcs.capacity[arc]:
            cost = arcs.cost[arc] + labels.potential[tail] - labels.potential[head]
            if labels.place[tail] == DONE:
                reach(labels, head, cost, arc)
            else:
                tails[count], heads[count], costs[count] = tail, head, cost
                count += 1
        if labels.place[tail] != DONE and labels.flow[arc] > 0:
            cost = labels.potential[head] - labels.potential[tail] - arcs.cost[arc]
            if labels.place[head] == DONE:
                reach(labels, tail, cost, arc)
            else:
                tails[count], heads[count], costs[count] = head, tail, cost
                count += 1
    return count


@compiled()
def spread(offsets: Any, heads: Any, costs: Any, labels: Labels) -> None:
    """Find the distance of every node that a way leads to, the nearest first."""
    while labels.tally[SIZE] + labels.tally[NEXT] > 0:
        node = take_nearest(labels)
        here = labels.distance[node]
        for entry in range(offsets[node], offsets[node + 1]):
            reach(labels, heads[entry], here + costs[entry], entry)


def measure_ways(arcs: Arcs, labels: Labels, begin: int) -> Ints:
    """Return what the cheapest way from a node to each other costs, `FAR` where there is none.

    Parameters
    ----------
    arcs : Arcs
    labels : Labels
        As mending left them: with a cheapest flow, and potentials that prove it. Spoilt afterwards.
    begin : int

    Returns
    -------
    int64 array of shape (num_nodes,)
    """
    size, num_nodes = 2 * len(arcs.tail), len(labels.place)
    tails, heads, costs = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int64)
    count = list_level(arcs, labels, tails, heads)
    spread_level(*group_arcs(tails[:count], num_nodes), heads, labels, begin)
    count = list_others(arcs, labels, tails, heads, costs)
    offsets, order = group_arcs(tails[:count], num_nodes)
    spread(offsets, heads[order], costs[order], labels)
    cost = labels.distance + labels.potential - labels.potential[begin]
    return np.where(labels.place == DONE, cost, FAR)
