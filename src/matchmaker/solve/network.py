"""The problem as a flow network: mentee -> (mentor, start) -> mentor -> sink.

Costs are vectors (coverage, points), what is lost against a perfect answer. A mentee's units that
find no mentor flow to a hub: one hub per tier for first mentors, one for all further ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import UNSCHEDULED, Problem
from matchmaker.solve.starts import Sharing, list_shared, number_starts

Ints = NDArray[np.int64]
Whole = NDArray[Any]
"""Whole numbers of any width."""

WIDTHS = (np.int32, np.int32, np.int64, np.int8, np.int64, np.int64, np.int32, np.int16)
"""Of tail, head, capacity, kind, coverage, points, pair and start."""

PAIR, START, MENTOR, UNSERVED, HUB = range(5)
"""Kinds of arcs: into a mentor's time or place, from a time to its mentor, from a mentor to the sink,
from a mentee to a hub, from a hub to the sink."""


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs and nodes.

    Parameters
    ----------
    num_nodes : int
    sink : int
    supply : int64 array of shape (num_nodes,)
        With the minimums of mentors taken off at their nodes.
    tail, head, capacity, kind : integer arrays of shape (num_arcs,)
    coverage, points : integer arrays of shape (num_arcs,)
        Cost of a unit.
    pair, start : integer arrays of shape (num_arcs,)
        Candidate and start of a `PAIR` arc that ends at a time or place; -1 elsewhere.
    mentor_node : int64 array of shape (num_mentors,)
    time_node : int64 array of shape (num_times, 3)
        Rows (node, mentor, start).
    unit_node : int64 array of shape (num_mentees,)
        The node of each mentee's free units.
    required_node : int64 array of shape (num_required,)
        The node of each required pair's unit.

    Notes
    -----
    What is kept for each arc is no wider than it has to be: a large roster has tens of millions of arcs.
    """

    num_nodes: int
    sink: int
    supply: Ints
    tail: Whole
    head: Whole
    capacity: Whole
    kind: Whole
    coverage: Whole
    points: Whole
    pair: Whole
    start: Whole
    mentor_node: Ints
    time_node: Ints
    unit_node: Ints
    required_node: Ints


class _Arcs:
    """Collects arcs in columns."""

    def __init__(self) -> None:
        self.columns: list[list[Whole]] = [[] for _ in WIDTHS]

    def add(
        self,
        kind: int,
        tail: Any,
        head: Any,
        capacity: Any,
        coverage: Any = 0,
        points: Any = 0,
        pair: Any = -1,
        start: Any = -1,
    ) -> None:
        """Add arcs; scalars stand for all of them."""
        size = max(np.size(tail), np.size(head)) if np.size(tail) and np.size(head) else 0
        values = (tail, head, capacity, kind, coverage, points, pair, start)
        for column, value, width in zip(self.columns, values, WIDTHS, strict=True):
            column.append(np.broadcast_to(np.asarray(value).astype(width), size))

    def stack(self) -> list[Whole]:
        """Return the columns; the parts of each are let go as soon as it stands."""
        return [np.concatenate(self.columns.pop(0)) for _ in WIDTHS]


def build_network(problem: Problem, places: Ints, copies: int = 1, sharing: Sharing = list_shared) -> Network:
    """Return the network of a problem.

    Parameters
    ----------
    problem : Problem
    places : int64 array of shape (num_mentors,)
        Places that count with each mentor.
    copies : int
        Mentees that each mentee of the problem stands for, where they are a sample.
    sharing : callable
        What lists the starts of candidates.
    """
    candidate, start = sharing(problem)
    num_required = len(problem.required)
    taken = np.bincount(problem.pairs[problem.required, 0], minlength=problem.num_mentees)
    rest = np.maximum(problem.wanted - taken, 0)
    mentor, mentor_node = problem.pairs[:, 1].astype(np.int64), np.arange(problem.num_mentors) + problem.num_mentees
    required_node = np.arange(num_required) + mentor_node.size + problem.num_mentees
    next_node = problem.num_mentees + problem.num_mentors + num_required
    origin = problem.pairs[:, 0].astype(np.int64)
    origin[problem.required] = required_node
    arcs = _Arcs()
    scheduled = start != UNSCHEDULED
    target = mentor_node[mentor[candidate]]
    time_node = np.zeros((0, 3), np.int64)
    if problem.times is not None:
        owner, begin, place = number_starts(problem.times, mentor[candidate[scheduled]], start[scheduled])
        time_node = np.column_stack([next_node + np.arange(len(owner)), owner, begin])
        target[scheduled] = time_node[place, 0]
    next_node += len(time_node)
    next_node = _add_pairs(arcs, problem, rest, origin, candidate, start, target, next_node, copies)
    if problem.times is not None:
        arcs.add(START, time_node[:, 0], mentor_node[time_node[:, 1]], problem.times.pairs_per_start)
    sink = _add_ends(arcs, problem, places, mentor_node, rest, taken, next_node, copies)
    total = copies * int(rest.sum()) + num_required
    supply = np.zeros(sink + 1, np.int64)
    supply[: problem.num_mentees] = copies * rest
    supply[required_node] = 1
    supply[mentor_node] = -problem.minimum
    supply[sink] = int(problem.minimum.sum()) - total
    tail, head, capacity, kind, coverage, points, pair, starts = arcs.stack()
    return Network(
        sink + 1,
        sink,
        supply,
        tail,
        head,
        capacity,
        kind,
        coverage,
        points,
        pair,
        starts,
        mentor_node,
        time_node,
        np.arange(problem.num_mentees),
        required_node,
    )


def _add_pairs(
    arcs: _Arcs,
    problem: Problem,
    rest: Ints,
    origin: Ints,
    candidate: Ints,
    start: Ints,
    target: Ints,
    next_node: int,
    copies: int,
) -> int:
    """Add the arcs of the candidates; return the next free node.

    A mentee who wants several mentors goes through a node per candidate pair, so that two starts of
    one mentor do not count as two mentors.
    """
    middle = _list_split(problem, rest, candidate)
    capacity, points = np.asarray(copies), -problem.points[candidate]
    if len(problem.required):
        capacity = np.where(np.isin(candidate, problem.required), 1, copies)
    if not len(middle):
        arcs.add(PAIR, origin[candidate], target, capacity, 0, points, candidate, start)
        return next_node
    node = np.full(len(problem.pairs), -1)
    node[middle] = next_node + np.arange(len(middle))
    arcs.add(PAIR, origin[middle], node[middle], copies, 0, -problem.points[middle])
    direct = node[candidate] < 0
    mine = candidate[direct]
    room = np.broadcast_to(capacity, len(candidate))[direct]
    arcs.add(PAIR, origin[mine], target[direct], room, 0, points[direct], mine, start[direct])
    mine = candidate[~direct]
    arcs.add(PAIR, node[mine], target[~direct], copies, 0, 0, mine, start[~direct])
    return next_node + len(middle)


def _list_split(problem: Problem, rest: Ints, candidate: Ints) -> Ints:
    """Return the candidates that have several starts, of mentees who want several mentors."""
    if problem.times is None or rest.max(initial=0) <= 1:
        return np.empty(0, np.int64)
    several = np.bincount(candidate, minlength=len(problem.pairs)) > 1
    several[problem.required] = False
    return np.flatnonzero(several & (rest[problem.pairs[:, 0]] > 1))


def _add_ends(
    arcs: _Arcs,
    problem: Problem,
    places: Ints,
    mentor_node: Ints,
    rest: Ints,
    taken: Ints,
    next_node: int,
    copies: int,
) -> int:
    """Add what leads from mentors to the sink, and past all mentors through the hubs; return the sink."""
    tiers = int(problem.priority.max(initial=-1)) + 1
    hubs, further, sink = next_node + np.arange(tiers), next_node + tiers, next_node + tiers + 1
    arcs.add(MENTOR, mentor_node, sink, places - problem.minimum)
    worth = 0 if problem.objective == "points" else 1
    first = np.flatnonzero((rest > 0) & (taken == 0))
    arcs.add(UNSERVED, first, hubs[problem.priority[first]], copies, worth * (2 + problem.priority[first]))
    more = np.flatnonzero(rest - (taken == 0) > 0)
    arcs.add(UNSERVED, more, further, copies * (rest - (taken == 0))[more], worth)
    arcs.add(HUB, np.append(hubs, further), sink, copies * int(rest.sum()))
    return sink
