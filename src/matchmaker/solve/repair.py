"""Mend a flow that is nearly the cheapest: one shortest path for each unit that is out of place.

Successive shortest paths with potentials (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 9.7).
Arcs against which the potentials speak are filled or emptied first. What that leaves in excess is sent to
where it is missing, each time on a path that is shortest by reduced costs, so that these stay 0 or above.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.compiler import compiled, inlined
from matchmaker.solve.residual import FAR

Ints = NDArray[np.int64]

UNSEEN, DONE = -1, -2
"""What `Labels.place` says of nodes that are not in the heap."""

SIZE, SEEN, STEPS, NEXT, NOW, LIMIT = range(6)
"""What is counted in `Labels.tally`: the heap, the nodes seen, the arcs looked at, the nodes on the stack, the distance
of the node that is looked at, and that from which on no way is noted."""


class Arcs(NamedTuple):
    """Arcs of a network, and those of each node."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    out_offsets: Ints
    out_arcs: NDArray[np.int32]
    in_offsets: Ints
    in_arcs: NDArray[np.int32]
    last: Ints


class Labels(NamedTuple):
    """What changes while paths are searched."""

    flow: Ints
    potential: Ints
    excess: Ints
    distance: Ints
    place: Ints
    via: Ints
    heap: Ints
    stack: Ints
    seen: Ints
    tally: Ints


@compiled()
def fill_arcs(ends: Any, place: Any, arcs: Any) -> None:
    """Put every arc in the next place of its node."""
    for arc in range(ends.shape[0]):
        arcs[place[ends[arc]]] = arc
        place[ends[arc]] += 1


def group_arcs(ends: NDArray[Any], num_nodes: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return (offsets, arcs): the arcs of every node, by a counting sort."""
    offsets = np.append(0, np.cumsum(np.bincount(ends, minlength=num_nodes)))
    arcs = np.empty(len(ends), np.int32)
    fill_arcs(ends, offsets[:-1].copy(), arcs)
    return offsets, arcs


def group_all(tail: Ints, head: Ints, capacity: Ints, cost: Ints, num_nodes: int, sink: int) -> Arcs:
    """Return arcs with those of every node."""
    last = np.full(num_nodes, -1)
    ends = np.flatnonzero(head == sink)
    last[tail[ends]] = ends
    return Arcs(tail, head, capacity, cost, *group_arcs(tail, num_nodes), *group_arcs(head, num_nodes), last)


@compiled()
def raise_tails(tail: Any, head: Any, cost: Any, arcs: Any, potential: Any) -> None:
    """Raise the tails of some arcs until no reduced cost is below 0, where their heads stay as they are."""
    for arc in arcs:
        potential[tail[arc]] = max(potential[tail[arc]], potential[head[arc]] - cost[arc])


@compiled()
def saturate(arcs: Arcs, labels: Labels) -> None:
    """Fill and empty the arcs against which the potentials speak, and count what is out of place."""
    for arc in range(arcs.tail.shape[0]):
        tail, head = arcs.tail[arc], arcs.head[arc]
        reduced = arcs.cost[arc] + labels.potential[tail] - labels.potential[head]
        if reduced < 0:
            labels.flow[arc] = arcs.capacity[arc]
        elif reduced > 0:
            labels.flow[arc] = 0
        labels.excess[tail] -= labels.flow[arc]
        labels.excess[head] += labels.flow[arc]


@inlined()
def rise(labels: Labels, at: int) -> None:
    """Move a node up the heap to where it belongs."""
    node = labels.heap[at]
    while at > 0:
        parent = (at - 1) >> 1
        if labels.distance[labels.heap[parent]] <= labels.distance[node]:
            break
        labels.heap[at] = labels.heap[parent]
        labels.place[labels.heap[at]] = at
        at = parent
    labels.heap[at] = node
    labels.place[node] = at


@inlined()
def fall(labels: Labels) -> None:
    """Move the first node down the heap to where it belongs."""
    heap, distance, size = labels.heap, labels.distance, labels.tally[SIZE]
    node, at = heap[0], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and distance[heap[child + 1]] < distance[heap[child]]:
            child += 1
        if distance[heap[child]] >= distance[node]:
            break
        heap[at] = heap[child]
        labels.place[heap[at]] = at
        at = child
    heap[at] = node
    labels.place[node] = at


@inlined()
def take_nearest(labels: Labels) -> int:
    """Take the nearest node: from the stack, or out of the heap."""
    if labels.tally[NEXT] > 0:
        labels.tally[NEXT] -= 1
        return int(labels.stack[labels.tally[NEXT]])
    node = labels.heap[0]
    labels.tally[NOW] = labels.distance[node]
    labels.place[node] = DONE
    labels.tally[SIZE] -= 1
    if labels.tally[SIZE] > 0:
        labels.heap[0] = labels.heap[labels.tally[SIZE]]
        fall(labels)
    return node


@inlined()
def reach(labels: Labels, node: int, distance: int, via: int) -> None:
    """Note a way to a node, if it is the first or a shorter one; what is no further is looked at next.

    Nothing is noted that is as far as a way to the sink.
    """
    if distance >= labels.tally[LIMIT]:
        return
    if labels.place[node] == UNSEEN:
        labels.seen[labels.tally[SEEN]] = node
        if distance == labels.tally[NOW]:
            labels.stack[labels.tally[NEXT]] = node
            labels.place[node] = DONE
            labels.tally[SEEN] += 1
            labels.tally[NEXT] += 1
            labels.distance[node] = distance
            labels.via[node] = via
            return
        labels.heap[labels.tally[SIZE]] = node
        labels.place[node] = labels.tally[SIZE]
        labels.tally[SEEN] += 1
        labels.tally[SIZE] += 1
    elif labels.place[node] == DONE or distance >= labels.distance[node]:
        return
    labels.distance[node] = distance
    labels.via[node] = via
    rise(labels, labels.place[node])


@inlined()
def look_on(arcs: Arcs, labels: Labels, node: int, sink: int) -> None:
    """Note the ways that lead on from a node: arcs with room, and arcs whose flow can be taken back."""
    here = labels.distance[node] + labels.potential[node]
    for entry in range(arcs.out_offsets[node], arcs.out_offsets[node + 1]):
        arc = arcs.out_arcs[entry]
        if labels.flow[arc] < arcs.capacity[arc]:
            other = arcs.head[arc]
            distance = here + arcs.cost[arc] - labels.potential[other]
            reach(labels, other, distance, 2 * arc)
            if other == sink:
                labels.tally[LIMIT] = min(labels.tally[LIMIT], distance)
    for entry in range(arcs.in_offsets[node], arcs.in_offsets[node + 1]):
        arc = arcs.in_arcs[entry]
        if labels.flow[arc] > 0:
            other = arcs.tail[arc]
            reach(labels, other, here - arcs.cost[arc] - labels.potential[other], 2 * arc + 1)


@inlined()
def look_back(arcs: Arcs, labels: Labels, node: int) -> None:
    """Note the ways that lead to a node."""
    here = labels.distance[node] - labels.potential[node]
    for entry in range(arcs.in_offsets[node], arcs.in_offsets[node + 1]):
        arc = arcs.in_arcs[entry]
        if labels.flow[arc] < arcs.capacity[arc]:
            other = arcs.tail[arc]
            reach(labels, other, here + arcs.cost[arc] + labels.potential[other], 2 * arc)
    for entry in range(arcs.out_offsets[node], arcs.out_offsets[node + 1]):
        arc = arcs.out_arcs[entry]
        if labels.flow[arc] > 0:
            other = arcs.head[arc]
            reach(labels, other, here - arcs.cost[arc] + labels.potential[other], 2 * arc + 1)


@inlined()
def is_next_to_sink(arcs: Arcs, labels: Labels, node: int, side: int, sink: int) -> bool:
    """Return whether the way ends here: the sink takes what is out of place, and is no further than this node."""
    arc = arcs.last[node]
    if arc < 0 or arcs.cost[arc] + labels.potential[node] != labels.potential[sink]:
        return False
    if side > 0:
        return bool(labels.flow[arc] < arcs.capacity[arc])
    return bool(labels.flow[arc] > 0 and labels.excess[sink] > 0)


@compiled()
def find_end(arcs: Arcs, labels: Labels, begin: int, side: int, sink: int) -> int:
    """Return the nearest node, or the sink, that takes what is out of place, -1 if there is none.

    With `side` 1 the begin has too much, and the end is where the way leads; with -1 the begin lacks
    something, and the end is where the way comes from.
    """
    labels.tally[SIZE], labels.tally[SEEN], labels.tally[NEXT], labels.tally[NOW] = 0, 0, 0, 0
    labels.tally[LIMIT] = FAR
    reach(labels, begin, 0, -1)
    while labels.tally[SIZE] + labels.tally[NEXT] > 0:
        node = take_nearest(labels)
        if labels.excess[node] * side < 0 or (node == sink and side > 0):
            return node
        if is_next_to_sink(arcs, labels, node, side, sink):
            reach(labels, sink, labels.distance[node], 2 * arcs.last[node] + (side < 0))
            return sink
        if side > 0:
            look_on(arcs, labels, node, sink)
        else:
            look_back(arcs, labels, node)
        labels.tally[STEPS] += arcs.out_offsets[node + 1] - arcs.out_offsets[node]
        labels.tally[STEPS] += arcs.in_offsets[node + 1] - arcs.in_offsets[node]
    return -1


@inlined()
def step(arcs: Arcs, arc: int, is_back: bool, side: int) -> int:
    """Return the next node on the way from the end to the begin."""
    return arcs.head[arc] if is_back == (side > 0) else arcs.tail[arc]


@compiled()
def push(arcs: Arcs, labels: Labels, begin: int, end: int, side: int, sink: int) -> None:
    """Send as much as fits along the way that was found."""
    amount, node = labels.excess[begin] * side, end
    if not (end == sink and side > 0):
        amount = min(amount, -labels.excess[end] * side)
    while node != begin:
        arc, is_back = labels.via[node] >> 1, labels.via[node] & 1 == 1
        amount = min(amount, labels.flow[arc] if is_back else arcs.capacity[arc] - labels.flow[arc])
        node = step(arcs, arc, is_back, side)
    node = end
    while node != begin:
        arc, is_back = labels.via[node] >> 1, labels.via[node] & 1 == 1
        labels.flow[arc] += -amount if is_back else amount
        node = step(arcs, arc, is_back, side)
    labels.excess[begin] -= amount * side
    labels.excess[end] += amount * side


@compiled()
def adjust(labels: Labels, far: int, side: int) -> None:
    """Move the potentials of the nodes nearer than the end, so that no reduced cost falls below 0."""
    for k in range(labels.tally[SEEN]):
        node = labels.seen[k]
        if labels.distance[node] < far:
            labels.potential[node] += side * (labels.distance[node] - far)
        labels.place[node] = UNSEEN


@compiled()
def send_all(arcs: Arcs, labels: Labels, sink: int, most_steps: int) -> bool:
    """Balance every node: first what is too much, to where it lacks or the sink; then what still lacks.

    The sink may hold too much in between; so no way leads through it, to and from all mentors.
    """
    for side in (1, -1):
        for begin in range(labels.excess.shape[0]):
            while labels.excess[begin] * side > 0 and not (begin == sink and side > 0):
                end = find_end(arcs, labels, begin, side, sink)
                if end < 0 or labels.tally[STEPS] > most_steps:
                    return False
                push(arcs, labels, begin, end, side, sink)
                adjust(labels, labels.distance[end], side)
    return bool(labels.excess[sink] == 0)


def make_ready(
    tail: Ints, head: Ints, capacity: Ints, cost: Ints, supply: Ints, sink: int, flow: Ints, potential: Ints
) -> tuple[Arcs, Labels]:
    """Return what a flow is mended with.

    Parameters
    ----------
    tail, head, capacity, cost : int64 arrays of shape (num_arcs,)
        Sums of costs along paths must stay far from 64 bits.
    supply : int64 array of shape (num_nodes,)
    sink : int
    flow : int64 array of shape (num_arcs,)
        From 0 to the capacity; need not be balanced.
    potential : int64 array of shape (num_nodes,)
        Any; the closer to those of the cheapest flow, the quicker.
    """
    size = len(supply)
    arcs = group_all(tail, head, capacity, cost, size, sink)
    spare = [np.zeros(size, np.int64) for _ in range(5)]
    labels = Labels(flow, potential, supply.copy(), spare[0], np.full(size, UNSEEN), *spare[1:], np.zeros(6, np.int64))
    return arcs, labels


def mend(arcs: Arcs, labels: Labels, sink: int, most_steps: int) -> bool:
    """Make a flow feasible and the cheapest, in place, and its potentials such as prove it.

    Parameters
    ----------
    arcs : Arcs
    labels : Labels
    sink : int
    most_steps : int
        Arcs to be looked at before giving up.

    Returns
    -------
    bool
        False if there is no feasible flow, or it takes too long; flow and potentials are spoilt then.
    """
    saturate(arcs, labels)
    return bool(send_all(arcs, labels, sink, most_steps))
