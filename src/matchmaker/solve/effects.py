"""What one more place, one more time or another choice changes, for whom: the steps of a shortest path.

The cost of a path says how much is gained or lost. Its steps past the hubs say who: a mentee who leaves a hub is
matched, one who goes to a hub is not any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from matchmaker.solve.network import Ints
from matchmaker.solve.places import turn_hours_into_places
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.residual import FAR, Graph, Residual, cost_mentors, rebuild, relax


@dataclass(frozen=True)
class Change:
    """What changes for everybody together.

    Parameters
    ----------
    tiers : dict of int to int
        Rank of priority to how many mentees more have a mentor (below 0: fewer); no zeros.
    further : int
        Further mentors more.
    points : int
        Points more.
    """

    tiers: dict[int, int] = field(default_factory=dict)
    further: int = 0
    points: int = 0

    @property
    def coverage(self) -> int:
        """Coverage more: 2 + rank for each first mentor, 1 for each further one."""
        return sum((2 + tier) * count for tier, count in self.tiers.items()) + self.further


def is_exact(problem: Problem, solution: Solution) -> bool:
    """Return whether prices and paths say exactly what a change is worth: for a proven answer with equal hours."""
    return solution.bound_by == "prices" and solution.status == "optimal" and turn_hours_into_places(problem)[1]


def trace(graph: Graph, labels: Ints, root: int) -> Ints:
    """Return the node before each on a shortest path from the root, -1 where there is none.

    Parameters
    ----------
    graph : Graph
    labels : int64 array of shape (num_nodes,)
        Shortest from the root, `FAR` where it does not lead.
    root : int
    """
    before = np.full(graph.num_nodes, -1, np.int64)
    before[root] = root
    latest = np.array([root])
    while len(latest):
        counts = graph.offsets[latest + 1] - graph.offsets[latest]
        ends = np.cumsum(counts)
        arcs = np.arange(counts.sum()) + np.repeat(graph.offsets[latest] - ends + counts, counts)
        tails, heads = np.repeat(latest, counts), graph.head[arcs]
        tight = (labels[tails] + graph.cost[arcs] == labels[heads]) & (before[heads] < 0)
        before[heads[tight]] = tails[tight]
        latest = np.unique(heads[tight])
    return before


def list_path(before: Ints, node: int) -> list[int]:
    """Return the nodes from one node back to the root."""
    path = [node]
    while before[path[-1]] != path[-1]:
        path.append(int(before[path[-1]]))
    return path


def read_change(problem: Problem, residual: Residual, path: Sequence[int], points: int) -> Change:
    """Return what a path of the residual graph changes.

    Parameters
    ----------
    problem : Problem
    residual : Residual
    path : sequence of int
        Nodes in the direction in which units go.
    points : int
        Points that it gains.
    """
    if problem.objective == "points":
        return Change(points=points)
    further = residual.network.sink - 1
    first = further - (int(problem.priority.max(initial=-1)) + 1)
    tiers: Counter[int] = Counter()
    for tail, head in pairwise(path):
        if tail < problem.num_mentees and first <= head <= further:
            tiers[head - first] -= 1
        elif head < problem.num_mentees and first <= tail <= further:
            tiers[tail - first] += 1
    more = tiers.pop(further - first, 0)
    return Change({tier: count for tier, count in sorted(tiers.items()) if count}, more, points)


def _reach(graph: Graph, root: int) -> tuple[Ints, Ints]:
    """Return the shortest labels from a node, and the node before each."""
    labels = np.full(graph.num_nodes, FAR)
    labels[root] = 0
    labels = relax(graph, labels, np.array([root]))
    return labels, trace(graph, labels, root)


def find_place_changes(problem: Problem, solution: Solution) -> list[Change] | None:
    """Return what one more place with each mentor, with the hours for it, would change; None if not exact."""
    if not is_exact(problem, solution):
        return None
    changes = [Change()] * problem.num_mentors
    prices = solution.prices.mentors
    sought = np.flatnonzero((prices[:, 0] > 0) | ((prices[:, 0] == 0) & (prices[:, 1] > 0)))
    if len(sought):
        residual = rebuild(problem, solution)
        labels, before = _reach(residual.forward, residual.network.sink)
        for mentor in sought.tolist():
            changes[mentor] = _read_gain(problem, residual, labels, before, int(residual.network.mentor_node[mentor]))
    return changes


def _read_gain(problem: Problem, residual: Residual, labels: Ints, before: Ints, node: int) -> Change:
    """Return what a path from the root to a node gains, nothing if it is no gain."""
    if labels[node] >= 0:
        return Change()
    points = int(residual.split(-labels[node])[1])
    return read_change(problem, residual, list_path(before, node)[::-1], points)


def find_time_changes(problem: Problem, solution: Solution, times: Sequence[tuple[int, int]]) -> list[Change] | None:
    """Return what one more meeting at some times (mentor, start) would change; None if not exact."""
    if not is_exact(problem, solution):
        return None
    residual = rebuild(problem, solution)
    network = residual.network
    nodes = {(mentor, start): node for node, mentor, start in network.time_node.tolist()}
    mentors = {mentor for mentor, _ in times}
    reached = {mentor: _reach(residual.forward, int(network.mentor_node[mentor])) for mentor in mentors}
    return [_read_gain(problem, residual, *reached[mentor], nodes[mentor, start]) for mentor, start in times]


def find_choice_changes(problem: Problem, solution: Solution, mentee: int) -> dict[int, Change]:
    """Return for each mentor whom a mentee could have what choosing them would change.

    Parameters
    ----------
    problem : Problem
        With equal hours.
    solution : Solution
        Optimal.
    mentee : int
        Row.
    """
    residual = rebuild(problem, solution)
    back, costs, heads = cost_mentors(residual, problem, mentee)
    node = int(residual.network.unit_node[mentee])
    before = trace(residual.backward, back, node)
    had = problem.pairs[solution.chosen]
    changes = {int(mentor): Change() for mentor in had[had[:, 0] == mentee, 1]}
    for mentor in np.flatnonzero(costs < FAR).tolist():
        points = -int(residual.split(costs[mentor])[1])
        path = [node, *list_path(before, int(heads[mentor]))]
        changes.setdefault(mentor, read_change(problem, residual, path, points))
    return changes


def add_changes(first: Change, second: Change) -> Change:
    """Return two changes as one."""
    tiers = {tier: first.tiers.get(tier, 0) + second.tiers.get(tier, 0) for tier in {*first.tiers, *second.tiers}}
    kept = {tier: count for tier, count in sorted(tiers.items()) if count}
    return Change(kept, first.further + second.further, first.points + second.points)


def compare(problem: Problem, before: Solution, after: Solution) -> Change:
    """Return what is different in another solution."""
    had, has = (np.bincount(problem.pairs[one.chosen, 0], minlength=problem.num_mentees) for one in (before, after))
    points = int(problem.points[after.chosen].sum() - problem.points[before.chosen].sum())
    if problem.objective == "points":
        return Change(points=points)
    more = (has > 0).astype(np.int64) - (had > 0)
    tiers = {tier: int(more[problem.priority == tier].sum()) for tier in np.unique(problem.priority).tolist()}
    further = int((np.maximum(has - 1, 0) - np.maximum(had - 1, 0)).sum())
    return Change({tier: count for tier, count in tiers.items() if count}, further, points)
