"""What the cheapest way from one node to every other costs, where the potentials of a cheapest flow are known.

By reduced costs, none of which is below 0 (Dijkstra 1959, doi:10.1007/bf01386390). Where the potentials are nearly
right, most ways cost nothing: those nodes are found by following changes that cost nothing, without a heap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.arcs import COST, FLOW, ROOM, Arcs, find_head, find_tail, group
from matchmaker.solve.compiler import compiled
from matchmaker.solve.repair import (
    DISTANCE,
    DONE,
    LIMIT,
    NEXT,
    NOW,
    PLACE,
    POTENTIAL,
    SEEN,
    SIZE,
    UNSEEN,
    Labels,
    reach,
    take_nearest,
)
from matchmaker.solve.residual import FAR

Ints = NDArray[np.int64]


@compiled()
def list_level(arcs: Arcs, labels: Labels, tails: Any, heads: Any) -> int:
    """List the changes of the flow whose reduced cost is 0; return how many there are."""
    count = 0
    for arc in range(arcs.row.shape[0]):
        tail, head = find_tail(arcs, arc), find_head(arcs, arc)
        if arcs.row[arc, COST] + labels.node[tail, POTENTIAL] == labels.node[head, POTENTIAL]:
            if arcs.row[arc, ROOM] > 0:
                tails[count], heads[count] = tail, head
                count += 1
            if arcs.row[arc, FLOW] > 0:
                tails[count], heads[count] = head, tail
                count += 1
    return count


@compiled()
def spread_level(offsets: Any, order: Any, heads: Any, labels: Labels, begin: int) -> None:
    """Find every node to which changes lead that cost nothing."""
    labels.stack[0], size = begin, 1
    labels.node[begin, PLACE], labels.node[begin, DISTANCE] = DONE, 0
    while size > 0:
        size -= 1
        node = labels.stack[size]
        for entry in range(offsets[node], offsets[node + 1]):
            head = heads[order[entry]]
            if labels.node[head, PLACE] == UNSEEN:
                labels.node[head, PLACE], labels.node[head, DISTANCE] = DONE, 0
                labels.stack[size] = head
                size += 1


@compiled()
def list_others(arcs: Arcs, labels: Labels, tails: Any, heads: Any, costs: Any) -> int:
    """List the changes between nodes that are not found yet, and note those that lead there from found ones."""
    labels.tally[SIZE], labels.tally[SEEN], labels.tally[NEXT] = 0, 0, 0
    labels.tally[NOW], labels.tally[LIMIT] = -1, FAR
    count = 0
    for arc in range(arcs.row.shape[0]):
        tail, head = find_tail(arcs, arc), find_head(arcs, arc)
        is_tail_found, is_head_found = labels.node[tail, PLACE] == DONE, labels.node[head, PLACE] == DONE
        if is_tail_found and is_head_found:
            continue
        cost = arcs.row[arc, COST] + labels.node[tail, POTENTIAL] - labels.node[head, POTENTIAL]
        if not is_head_found and arcs.row[arc, ROOM] > 0:
            if is_tail_found:
                reach(labels, head, cost, arc)
            else:
                tails[count], heads[count], costs[count] = tail, head, cost
                count += 1
        if not is_tail_found and arcs.row[arc, FLOW] > 0:
            if is_head_found:
                reach(labels, tail, -cost, arc)
            else:
                tails[count], heads[count], costs[count] = head, tail, -cost
                count += 1
    return count


@compiled()
def spread(offsets: Any, heads: Any, costs: Any, labels: Labels) -> None:
    """Find the distance of every node that a way leads to, the nearest first."""
    while labels.tally[SIZE] + labels.tally[NEXT] > 0:
        node = take_nearest(labels)
        here = labels.node[node, DISTANCE]
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
    size, node = 2 * len(arcs.order), labels.node[:-1]
    tails, heads, costs = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int64)
    count = list_level(arcs, labels, tails, heads)
    spread_level(*group(tails[:count], len(node)), heads, labels, begin)
    count = list_others(arcs, labels, tails, heads, costs)
    offsets, order = group(tails[:count], len(node))
    spread(offsets, heads[order], costs[order], labels)
    cost = node[:, DISTANCE] + node[:, POTENTIAL] - node[begin, POTENTIAL]
    return np.where(node[:, PLACE] == DONE, cost, FAR)
