"""Mend a flow that is nearly the cheapest: one shortest path for each unit that is out of place.

Successive shortest paths with potentials (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 9.7).
Arcs against which the potentials speak are filled or emptied first. What that leaves in excess is sent to
where it is missing, each time on a path that is shortest by reduced costs, so that these stay 0 or above.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.arcs import COST, FLOW, ROOM, Arcs, change_flow, find_head, find_tail, make_rows, pack
from matchmaker.solve.compiler import compiled, inlined
from matchmaker.solve.residual import FAR

Ints = NDArray[np.int64]

UNSEEN, DONE = -1, -2
"""What `PLACE` says of nodes that are not in the heap."""

EXCESS, DISTANCE, PLACE, VIA, LEAVING, ENTERING, LAST, POTENTIAL = range(8)
"""Columns of `Labels.node`: what is out of place; how far away a node is, where in the heap it stands, and by which way
it was met (twice the arc, and 1 more where its flow is taken back); what `Arcs` says of it; its potential."""

SIZE, SEEN, STEPS, NEXT, NOW, LIMIT = range(6)
"""What is counted in `Labels.tally`: the heap, the nodes seen, the arcs looked at, the nodes on the stack, the distance
of the node that is looked at, and that from which on no way is noted."""


class Labels(NamedTuple):
    """What changes while paths are searched.

    Parameters
    ----------
    node : int64 array of shape (num_nodes + 1, 8)
        All that is known of a node together; one row more ends the arcs of the last.
    heap, stack, seen : int64 arrays of shape (num_nodes,)
    tally : int64 array of shape (6,)
    """

    node: Ints
    heap: Ints
    stack: Ints
    seen: Ints
    tally: Ints


@compiled()
def raise_tails(tail: Any, head: Any, cost: Any, arcs: Any, potential: Any) -> None:
    """Raise the tails of some arcs until no reduced cost is below 0, where their heads stay as they are."""
    for arc in arcs:
        potential[tail[arc]] = max(potential[tail[arc]], potential[head[arc]] - cost[arc])


@compiled()
def saturate(arcs: Arcs, labels: Labels) -> None:
    """Fill and empty the arcs against which the potentials speak, and count what is out of place."""
    for arc in range(arcs.row.shape[0]):
        tail, head = find_tail(arcs, arc), find_head(arcs, arc)
        reduced = arcs.row[arc, COST] + labels.node[tail, POTENTIAL] - labels.node[head, POTENTIAL]
        if reduced < 0 and arcs.row[arc, ROOM] != 0:
            change_flow(arcs, arc, arcs.row[arc, ROOM])
        elif reduced > 0 and arcs.row[arc, FLOW] != 0:
            change_flow(arcs, arc, -arcs.row[arc, FLOW])
        if arcs.row[arc, FLOW] != 0:
            labels.node[tail, EXCESS] -= arcs.row[arc, FLOW]
            labels.node[head, EXCESS] += arcs.row[arc, FLOW]


@inlined()
def rise(labels: Labels, at: int) -> None:
    """Move a node up the heap to where it belongs."""
    node = labels.heap[at]
    while at > 0:
        parent = (at - 1) >> 1
        if labels.node[labels.heap[parent], DISTANCE] <= labels.node[node, DISTANCE]:
            break
        labels.heap[at] = labels.heap[parent]
        labels.node[labels.heap[at], PLACE] = at
        at = parent
    labels.heap[at] = node
    labels.node[node, PLACE] = at


@inlined()
def fall(labels: Labels) -> None:
    """Move the first node down the heap to where it belongs."""
    heap, size = labels.heap, labels.tally[SIZE]
    node, at = heap[0], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and labels.node[heap[child + 1], DISTANCE] < labels.node[heap[child], DISTANCE]:
            child += 1
        if labels.node[heap[child], DISTANCE] >= labels.node[node, DISTANCE]:
            break
        heap[at] = heap[child]
        labels.node[heap[at], PLACE] = at
        at = child
    heap[at] = node
    labels.node[node, PLACE] = at


@inlined()
def take_nearest(labels: Labels) -> int:
    """Take the nearest node: from the stack, or out of the heap."""
    if labels.tally[NEXT] > 0:
        labels.tally[NEXT] -= 1
        return int(labels.stack[labels.tally[NEXT]])
    node = labels.heap[0]
    labels.tally[NOW] = labels.node[node, DISTANCE]
    labels.node[node, PLACE] = DONE
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
    if labels.node[node, PLACE] == UNSEEN:
        labels.seen[labels.tally[SEEN]] = node
        if distance == labels.tally[NOW]:
            labels.stack[labels.tally[NEXT]] = node
            labels.node[node, PLACE] = DONE
            labels.tally[SEEN] += 1
            labels.tally[NEXT] += 1
            labels.node[node, DISTANCE] = distance
            labels.node[node, VIA] = via
            return
        labels.heap[labels.tally[SIZE]] = node
        labels.node[node, PLACE] = labels.tally[SIZE]
        labels.tally[SEEN] += 1
        labels.tally[SIZE] += 1
    elif labels.node[node, PLACE] == DONE or distance >= labels.node[node, DISTANCE]:
        return
    labels.node[node, DISTANCE] = distance
    labels.node[node, VIA] = via
    rise(labels, labels.node[node, PLACE])


@inlined()
def look_on(arcs: Arcs, labels: Labels, node: int, sink: int) -> None:
    """Note the ways that lead on from a node: arcs with room, and arcs whose flow can be taken back."""
    here = labels.node[node, DISTANCE] + labels.node[node, POTENTIAL]
    for arc in range(labels.node[node, LEAVING], labels.node[node + 1, LEAVING]):
        if arcs.row[arc, ROOM] > 0:
            other = find_head(arcs, arc)
            distance = here + arcs.row[arc, COST] - labels.node[other, POTENTIAL]
            reach(labels, other, distance, 2 * arc)
            if other == sink:
                labels.tally[LIMIT] = min(labels.tally[LIMIT], distance)
    for entry in range(labels.node[node, ENTERING], labels.node[node + 1, ENTERING]):
        if arcs.is_used[entry]:
            arc = arcs.by_head[entry]
            other = find_tail(arcs, arc)
            reach(labels, other, here - arcs.row[arc, COST] - labels.node[other, POTENTIAL], 2 * arc + 1)


@inlined()
def look_back(arcs: Arcs, labels: Labels, node: int) -> None:
    """Note the ways that lead to a node."""
    here = labels.node[node, DISTANCE] - labels.node[node, POTENTIAL]
    for entry in range(labels.node[node, ENTERING], labels.node[node + 1, ENTERING]):
        arc = arcs.by_head[entry]
        if arcs.row[arc, ROOM] > 0:
            other = find_tail(arcs, arc)
            reach(labels, other, here + arcs.row[arc, COST] + labels.node[other, POTENTIAL], 2 * arc)
    for arc in range(labels.node[node, LEAVING], labels.node[node + 1, LEAVING]):
        if arcs.row[arc, FLOW] > 0:
            other = find_head(arcs, arc)
            reach(labels, other, here - arcs.row[arc, COST] + labels.node[other, POTENTIAL], 2 * arc + 1)


@inlined()
def is_next_to_sink(arcs: Arcs, labels: Labels, node: int, side: int, sink: int) -> bool:
    """Return whether the way ends here: the sink takes what is out of place, and is no further than this node."""
    arc = labels.node[node, LAST]
    if arc < 0 or arcs.row[arc, COST] + labels.node[node, POTENTIAL] != labels.node[sink, POTENTIAL]:
        return False
    if side > 0:
        return bool(arcs.row[arc, ROOM] > 0)
    return bool(arcs.row[arc, FLOW] > 0 and labels.node[sink, EXCESS] > 0)


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
        if labels.node[node, EXCESS] * side < 0 or (node == sink and side > 0):
            return node
        if is_next_to_sink(arcs, labels, node, side, sink):
            reach(labels, sink, labels.node[node, DISTANCE], 2 * labels.node[node, LAST] + (side < 0))
            return sink
        if side > 0:
            look_on(arcs, labels, node, sink)
        else:
            look_back(arcs, labels, node)
        labels.tally[STEPS] += labels.node[node + 1, LEAVING] - labels.node[node, LEAVING]
        labels.tally[STEPS] += labels.node[node + 1, ENTERING] - labels.node[node, ENTERING]
    return -1


@inlined()
def step(arcs: Arcs, arc: int, is_back: bool, side: int) -> int:
    """Return the next node on the way from the end to the begin."""
    return find_head(arcs, arc) if is_back == (side > 0) else find_tail(arcs, arc)


@compiled()
def push(arcs: Arcs, labels: Labels, begin: int, end: int, side: int, sink: int) -> None:
    """Send as much as fits along the way that was found."""
    amount, node = labels.node[begin, EXCESS] * side, end
    if not (end == sink and side > 0):
        amount = min(amount, -labels.node[end, EXCESS] * side)
    while node != begin:
        arc, is_back = labels.node[node, VIA] >> 1, labels.node[node, VIA] & 1 == 1
        amount = min(amount, arcs.row[arc, FLOW] if is_back else arcs.row[arc, ROOM])
        node = step(arcs, arc, is_back, side)
    node = end
    while node != begin:
        arc, is_back = labels.node[node, VIA] >> 1, labels.node[node, VIA] & 1 == 1
        change_flow(arcs, arc, -amount if is_back else amount)
        node = step(arcs, arc, is_back, side)
    labels.node[begin, EXCESS] -= amount * side
    labels.node[end, EXCESS] += amount * side


@compiled()
def adjust(labels: Labels, far: int, side: int) -> None:
    """Move the potentials of the nodes nearer than the end, so that no reduced cost falls below 0."""
    for k in range(labels.tally[SEEN]):
        node = labels.seen[k]
        if labels.node[node, DISTANCE] < far:
            labels.node[node, POTENTIAL] += side * (labels.node[node, DISTANCE] - far)
        labels.node[node, PLACE] = UNSEEN


@compiled()
def send_all(arcs: Arcs, labels: Labels, sink: int, most_steps: int) -> bool:
    """Balance every node: first what is too much, to where it lacks or the sink; then what still lacks.

    The sink may hold too much in between; so no way leads through it, to and from all mentors.
    """
    for side in (1, -1):
        for begin in range(labels.node.shape[0] - 1):
            while labels.node[begin, EXCESS] * side > 0 and not (begin == sink and side > 0):
                end = find_end(arcs, labels, begin, side, sink)
                if end < 0 or labels.tally[STEPS] > most_steps:
                    return False
                push(arcs, labels, begin, end, side, sink)
                adjust(labels, labels.node[end, DISTANCE], side)
    return bool(labels.node[sink, EXCESS] == 0)


def make_ready(
    tail: NDArray[Any],
    head: NDArray[Any],
    capacity: NDArray[Any],
    cost: Ints,
    supply: Ints,
    sink: int,
    flow: Ints,
    potential: Ints,
) -> tuple[Arcs, Labels]:
    """Return what a flow is mended with.

    Parameters
    ----------
    tail, head, capacity, cost : integer arrays of shape (num_arcs,)
        Sums of costs along paths must stay far from 64 bits.
    supply : int64 array of shape (num_nodes,)
    sink : int
    flow : int64 array of shape (num_arcs,)
        From 0 to the capacity; need not be balanced.
    potential : int64 array of shape (num_nodes,)
        Any; the closer to those of the cheapest flow, the quicker.
    """
    size = len(supply)
    arcs = pack(tail, head, capacity, cost, flow, size, sink)
    node = make_rows(size + 1, 8)
    node[:size, EXCESS], node[:size, POTENTIAL], node[:size, LAST] = supply, potential, arcs.last
    node[:, DISTANCE], node[:, PLACE], node[:, LEAVING], node[:, ENTERING] = 0, UNSEEN, arcs.leaving, arcs.entering
    return arcs, Labels(node, *np.zeros((3, size), np.int64), np.zeros(6, np.int64))


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
