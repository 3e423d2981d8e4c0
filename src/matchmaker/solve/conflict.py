"""Why no matching is possible: a small set of demands that clash, proven by prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.certificate import Conflict
from matchmaker.errors import Infeasible
from matchmaker.solve.flow import run_flow
from matchmaker.solve.network import MENTOR, Ints, Network, build_network
from matchmaker.solve.problem import Problem
from matchmaker.solve.residual import build_residual, find_prices
from matchmaker.solve.starts import list_shared


def relax_demands(problem: Problem, mentors: list[int], required: list[int]) -> Problem:
    """Return the problem with only some of its minimums and required pairs."""
    minimum = np.zeros_like(problem.minimum)
    minimum[mentors] = problem.minimum[mentors]
    return replace(problem, minimum=minimum, required=np.array(sorted(required), np.int64), objective="points")


def is_possible(problem: Problem, places: Ints, mentors: list[int], required: list[int]) -> bool:
    """Return whether some minimums and required pairs can be met together."""
    network = build_network(relax_demands(problem, mentors, required), places)
    if (network.capacity < 0).any():
        return False
    return run_flow(network, np.zeros_like(network.points), network.capacity) is not None


def find_conflict(problem: Problem, places: Ints) -> Conflict:
    """Return a set of demands that clash, from which none can be dropped.

    Parameters
    ----------
    problem : Problem
        Infeasible.
    places : int64 array of shape (num_mentors,)
    """
    taken = np.bincount(problem.pairs[problem.required, 0], minlength=problem.num_mentees)
    if (taken > problem.wanted).any():
        return _describe_unwanted(problem, int(np.argmax(taken > problem.wanted)))
    timeless = np.setdiff1d(problem.required, list_shared(problem)[0])
    if len(timeless):
        mentee, mentor = problem.pairs[timeless[0]].tolist()
        return Conflict("time", (), ((mentee, mentor),), 1, 0)
    mentors = [int(j) for j in np.flatnonzero(problem.minimum)]
    required = [int(k) for k in problem.required]
    for demand in list(required):
        rest = [other for other in required if other != demand]
        if not is_possible(problem, places, mentors, rest):
            required = rest
    mentors = _shrink(problem, places, mentors, required)
    return describe_conflict(problem, places, mentors, required)


def _describe_unwanted(problem: Problem, mentee: int) -> Conflict:
    """Return the clash of a mentee with more required pairs than mentors wanted."""
    pairs = problem.pairs[problem.required]
    mine = tuple((int(a), int(b)) for a, b in pairs[pairs[:, 0] == mentee].tolist())
    return Conflict("wanted", (), mine, len(mine), int(problem.wanted[mentee]))


def _shrink(problem: Problem, places: Ints, mentors: list[int], required: list[int]) -> list[int]:
    """Drop mentors while the rest still clash: first by halves, then one by one."""
    size = len(mentors) // 2
    while size >= 1:
        k = 0
        while k < len(mentors):
            rest = mentors[:k] + mentors[k + size :]
            if is_possible(problem, places, rest, required):
                k += size
            else:
                mentors = rest
        size //= 2
    return mentors


def describe_conflict(problem: Problem, places: Ints, mentors: list[int], required: list[int]) -> Conflict:
    """Return a clash with its numbers and the prices that prove it."""
    demands = relax_demands(problem, mentors, required)
    met, prices = _meet_most(demands, places)
    demanded = int(demands.minimum.sum()) + len(required)
    pairs = tuple((int(a), int(b)) for a, b in problem.pairs[demands.required].tolist())
    kind = "minimums" if mentors else "required"
    return Conflict(kind, tuple(mentors), pairs, demanded, met, prices)


def _meet_most(
    problem: Problem, places: Ints
) -> tuple[int, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...]]]:
    """Return how many of the demands can be met at once, and prices that prove that no more can."""
    soft = _soften(problem, places)
    flow = run_flow(soft, soft.points, soft.capacity)
    if flow is None:
        raise ArithmeticError("demands that may be broken cannot clash")
    met = len(problem.required) - int((soft.points * flow).sum())
    small, _ = find_prices(build_residual(soft, flow, problem.num_mentors))
    mentors = tuple((int(j), int(small.mentors[j, 1])) for j in np.flatnonzero(small.mentors[:, 1]))
    times = tuple((int(j), int(t), int(p)) for j, t, _, p in small.times.tolist())
    return met, (mentors, times)


def _soften(problem: Problem, places: Ints) -> Network:
    """Return the network in which every demand earns 1 if it is met, instead of having to be."""
    network = build_network(problem, places)
    need = np.minimum(problem.minimum, places)
    supply = network.supply.copy()
    supply[network.mentor_node] = 0
    supply[network.sink] = -int(supply[: network.sink].sum())
    rewarded = np.flatnonzero(problem.minimum > 0)
    nodes = network.required_node
    add = len(rewarded) + len(nodes)
    tail = np.concatenate([network.mentor_node[rewarded], nodes])
    zero = np.zeros(add, np.int64)
    points = np.zeros(len(network.points), np.int64)
    return replace(
        network,
        supply=supply,
        tail=np.concatenate([network.tail, tail]),
        head=np.concatenate([network.head, np.full(add, network.sink)]),
        capacity=np.concatenate([np.maximum(network.capacity, 0), need[rewarded], np.ones(len(nodes), np.int64)]),
        kind=np.concatenate([network.kind, np.full(add, MENTOR)]),
        coverage=np.concatenate([np.zeros_like(network.coverage), zero]),
        points=np.concatenate([points, np.full(len(rewarded), -1), np.ones(len(nodes), np.int64)]),
        pair=np.concatenate([network.pair, zero - 1]),
        start=np.concatenate([network.start, zero - 1]),
    )


def raise_infeasible(problem: Problem, places: Ints) -> None:
    """Raise `Infeasible` with the conflict of a problem that has no feasible flow."""
    conflict = find_conflict(problem, places)
    raise Infeasible(tell_conflict(conflict), conflict)


def tell_conflict(conflict: Conflict) -> str:
    """Return a conflict in words, with row numbers."""
    mentors = ", ".join(map(str, conflict.mentors))
    pairs = ", ".join(f"mentee row {a} with mentor row {b}" for a, b in conflict.required)
    parts = [
        f"the minimums of mentor rows {mentors}" if mentors else "",
        f"the required pairs {pairs}" if pairs else "",
    ]
    who = " and ".join(part for part in parts if part)
    return (
        f"Proven impossible: {who} ask for {conflict.demanded} mentees, and at most {conflict.possible} can be met. "
        f"Lower these demands by {conflict.demanded - conflict.possible}, or make more mentees eligible"
    )
