"""Arcs with their flow, laid out so that a search touches little memory: one row for each, those of a node together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.compiler import compiled, inlined

Ints = NDArray[np.int64]

COST, FLOW, ROOM, ENDS = range(4)
"""Columns of `Arcs.row`: cost of a unit, flow, how much more there could be, and tail and head in one number."""

LOW = (1 << 32) - 1
"""The bits of `ENDS` that are the head."""

LINE = 64
"""Bytes that the processor reads at a time."""


class Arcs(NamedTuple):
    """Arcs of a network.

    Parameters
    ----------
    row : int64 array of shape (num_arcs, 4)
        Sorted by tail. Flow and room change.
    order : int32 array of shape (num_arcs,)
        Which arc of the network each row is.
    leaving : int64 array of shape (num_nodes + 1,)
        The first row that begins at each node.
    entering : int64 array of shape (num_nodes + 1,)
        The first of `by_head` that ends at each node.
    by_head : int32 array of shape (num_arcs,)
        All rows, sorted by head.
    place : int32 array of shape (num_arcs,)
        Where each row stands in `by_head`.
    is_used : bool array of shape (num_arcs,)
        Whether there is flow, for each of `by_head`: most have none, and are passed over.
    last : int64 array of shape (num_nodes,)
        The row that leads to the sink from each node, -1 if there is none.
    """

    row: Ints
    order: NDArray[np.int32]
    leaving: Ints
    entering: Ints
    by_head: NDArray[np.int32]
    place: NDArray[np.int32]
    is_used: NDArray[np.bool_]
    last: Ints


@inlined()
def find_tail(arcs: Arcs, arc: int) -> int:
    """Return where an arc begins."""
    return int(arcs.row[arc, ENDS] >> 32)


@inlined()
def find_head(arcs: Arcs, arc: int) -> int:
    """Return where an arc ends."""
    return int(arcs.row[arc, ENDS] & LOW)


@inlined()
def change_flow(arcs: Arcs, arc: int, amount: int) -> None:
    """Add to the flow of an arc."""
    arcs.row[arc, FLOW] += amount
    arcs.row[arc, ROOM] -= amount
    arcs.is_used[arcs.place[arc]] = arcs.row[arc, FLOW] > 0


@compiled()
def fill_groups(ends: Any, first: Any, members: Any) -> None:
    """Put every number in the next place of its group."""
    for number in range(ends.shape[0]):
        members[first[ends[number]]] = number
        first[ends[number]] += 1


@compiled()
def fill_rows(order: Any, tail: Any, head: Any, capacity: Any, cost: Any, flow: Any, first: Any, arcs: Arcs) -> None:
    """Write every row, and put it in the next place of its head."""
    for row in range(order.shape[0]):
        arc = order[row]
        arcs.row[row, COST] = cost[arc]
        arcs.row[row, FLOW] = flow[arc]
        arcs.row[row, ROOM] = capacity[arc] - flow[arc]
        arcs.row[row, ENDS] = (np.int64(tail[arc]) << 32) | np.int64(head[arc])
        place = first[head[arc]]
        first[head[arc]] += 1
        arcs.by_head[place], arcs.place[row] = row, place
        arcs.is_used[place] = flow[arc] > 0


def count_firsts(ends: NDArray[Any], num_groups: int) -> Ints:
    """Return where each group begins if its members stand together, and the end."""
    return np.append(0, np.cumsum(np.bincount(ends, minlength=num_groups)))


def group(ends: NDArray[Any], num_groups: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return where each group begins, and the members of all groups, by a counting sort."""
    firsts, members = count_firsts(ends, num_groups), np.empty(len(ends), np.int32)
    fill_groups(ends, firsts[:-1].copy(), members)
    return firsts, members


def make_rows(num_rows: int, num_columns: int) -> Ints:
    """Return an empty int64 array whose rows do not lie across more of the processor's lines than they must."""
    spare = np.empty(num_rows * num_columns + LINE // 8, np.int64)
    first = -spare.ctypes.data % LINE // 8
    return spare[first : first + num_rows * num_columns].reshape(num_rows, num_columns)


def pack(
    tail: NDArray[Any],
    head: NDArray[Any],
    capacity: NDArray[Any],
    cost: NDArray[Any],
    flow: Ints,
    num_nodes: int,
    sink: int,
) -> Arcs:
    """Return arcs with a flow in rows.

    Parameters
    ----------
    tail, head, capacity, cost : integer arrays of shape (num_arcs,)
    flow : int64 array of shape (num_arcs,)
    num_nodes, sink : int
        Nodes are fewer than 2³¹.
    """
    leaving, order = group(tail, num_nodes)
    entering, last = count_firsts(head, num_nodes), np.full(num_nodes, -1)
    by_head, place = np.empty((2, len(order)), np.int32)
    arcs = Arcs(make_rows(len(order), 4), order, leaving, entering, by_head, place, np.empty(len(order), bool), last)
    fill_rows(order, tail, head, capacity, cost, flow, entering[:-1].copy(), arcs)
    ends = by_head[entering[sink] : entering[sink + 1]]
    last[tail[order[ends]]] = ends
    return arcs


def unpack(arcs: Arcs) -> Ints:
    """Return the flow of each arc of the network."""
    flow = np.empty(len(arcs.order), np.int64)
    flow[arcs.order] = arcs.row[:, FLOW]
    return flow
