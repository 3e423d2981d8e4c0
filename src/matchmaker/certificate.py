"""Bound, feasibility and conflict over arrays. Never met a solver.

The bound follows from prices alone: whatever a matching is, each mentee gains at most what their best
eligible mentors are worth beyond their prices, and each place and each contested time earns at most
its price. Any prices of places, and any prices of times that are not negative, give a true bound, so
a wrong certificate can only loosen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.costs import Costs, choose_scale, make_costs
from matchmaker.solve.gains import Wishes, find_present, weigh_supply
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Objective, Prices, Problem, Times
from matchmaker.solve.starts import list_shared
from matchmaker.text import say_count

Ints = NDArray[np.int64]
Vector = tuple[int, int]
Lister = Callable[[Costs, int], Iterable[tuple[Ints, Ints]]]
"""Costs, and how many to list -> mentee rows (b,) and the values of their best pairs (b, k), the best first.

Every mentee comes once. A value is points less costs, `NOTHING` behind the last; required pairs are left out.
"""


@dataclass(frozen=True, eq=False)
class Demands:
    """What a bound has to know beside points and prices.

    Parameters
    ----------
    wanted, priority : int64 arrays of shape (num_mentees,)
    capacity, minimum : int64 arrays of shape (num_mentors,)
        `capacity` cut to what hours allow.
    required : int64 array of shape (num_required, 2)
        Rows (mentee, mentor), sorted.
    required_points : int64 array of shape (num_required,)
    times : Times or None
    objective : {"coverage", "points"}
    """

    wanted: Ints
    priority: Ints
    capacity: Ints
    minimum: Ints
    required: Ints
    required_points: Ints
    times: Times | None
    objective: Objective

    @cached_property
    def wishes(self) -> Wishes:
        """What mentees can still have beside their required mentors."""
        taken = np.bincount(self.required[:, 0], minlength=len(self.wanted))
        return Wishes(np.maximum(self.wanted - taken, 0), taken, self.priority, self.objective)


def compute_bound(list_values: Lister, prices: Prices, demands: Demands, most_points: int) -> Vector:
    r"""Return what no matching can exceed, by one pass over all pairs.

    With :math:`b_{ir}` the coverage worth of mentee i's r-th mentor, :math:`s_{ij}` the points and
    :math:`c_{ij} = p_j + \min_t q_{jt}` over the shared starts t,

    .. math::

        U_i = \sum_{r \le w_i} \max\bigl(0, b_{ir} + \text{r-th largest}_j (s_{ij} - c_{ij})\bigr), \qquad
        \sum_i U_i + \sum_j \bigl(k_j \max(p_j, 0) + m_j \min(p_j, 0)\bigr) + n \sum_{jt} q_{jt}

    plus what required pairs are worth less their prices. Everything is a vector (coverage, points),
    compared by coverage first.

    Parameters
    ----------
    list_values : Lister
    prices : Prices
    demands : Demands
    most_points : int
        No pair has more.

    Returns
    -------
    tuple of int
        (coverage, points).

    Raises
    ------
    MatchmakerError
        If a price of a time is below zero, or prices are too large.
    """
    wishes = demands.wishes
    most = min(int(demands.wanted.max(initial=0)), len(demands.capacity))
    scale = choose_scale(prices, most_points, 2 + int(demands.priority.max(initial=0)), most)
    costs = make_costs(prices, scale, demands.times)
    parts = [bound_rest(costs, prices, demands)]
    parts += [
        scale.add_up(wishes.add_gains(rows, values, scale)) for rows, values in list_values(costs, max(wishes.most, 1))
    ]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def bound_rest(costs: Costs, prices: Prices, demands: Demands) -> Vector:
    """Return the part of the bound beside the mentees' gains: places, contested times, required pairs."""
    supply = weigh_supply(costs, demands.capacity, demands.minimum)
    hold = np.full(len(prices.times), demands.times.pairs_per_start if demands.times else 0)
    times = costs.scale.weigh(costs.scale.join(prices.times[:, 2:]), hold)
    mentees, mentors = demands.required.T
    worth = demands.required_points - costs.cost_pairs(mentees, mentors, demands.times)
    required = costs.scale.add_up(worth + demands.wishes.value_required(costs.scale, mentees))
    return supply[0] + times[0] + required[0], supply[1] + times[1] + required[1]


def demand_problem(problem: Problem, places: Ints) -> Demands:
    """Return what a bound has to know of a problem."""
    return Demands(
        problem.wanted,
        problem.priority,
        places,
        problem.minimum,
        problem.pairs[problem.required].astype(np.int64),
        problem.points[problem.required],
        problem.times,
        problem.objective,
    )


def list_problem_values(problem: Problem) -> Lister:
    """Return what lists the candidates of a problem; those that could never meet are left out."""
    can_meet = np.zeros(len(problem.pairs), bool)
    can_meet[list_shared(problem)[0]] = True
    can_meet[problem.required] = False

    def list_values(costs: Costs, most: int) -> Iterator[tuple[Ints, Ints]]:
        yield np.arange(problem.num_mentees), find_present(problem, costs, most, can_meet)

    return list_values


def bound_problem(problem: Problem, prices: Prices, places: Ints | None = None) -> Vector:
    """Return the bound (coverage, points) that prices prove for a problem.

    Parameters
    ----------
    problem : Problem
    prices : Prices
    places : int64 array of shape (num_mentors,) or None
        Places that count; None takes them from capacity and hours.
    """
    demands = demand_problem(problem, count_places(problem) if places is None else places)
    return compute_bound(list_problem_values(problem), prices, demands, int(problem.points.max(initial=0)))


@dataclass(frozen=True)
class Conflict:
    """A small set of demands that cannot be met together, and the numbers.

    Parameters
    ----------
    kind : {"minimums", "required", "wanted", "time", "places", "hours"}
        "minimums" also where required pairs take part; "places": one mentor's minimum lies above the
        places that capacity and hours leave; "wanted": more required pairs than the mentee wants;
        "time": a required pair shares no start; "hours": unequal hours.
    mentors : tuple of int
        Rows of the mentors whose minimums clash; none can be dropped.
    required : tuple of (int, int)
        Required pairs (mentee, mentor) that clash.
    demanded, possible : int
        Mentees that these demands ask for, and how many there can be at most.
    prices : tuple
        Prices of places as (mentor, -1) and of times as (mentor, start, 1), which prove it: with all
        points 0 their bound lies below 0.
    """

    kind: str
    mentors: tuple[int, ...]
    required: tuple[tuple[int, int], ...]
    demanded: int
    possible: int
    prices: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...]] = ((), ())


def recount_conflict(problem: Problem, conflict: Conflict) -> int:
    """Return by how many demands a conflict goes beyond what is possible, counted anew without a solver.

    Parameters
    ----------
    problem : Problem
    conflict : Conflict

    Returns
    -------
    int
        Above 0: proven impossible.
    """
    if conflict.kind == "wanted":
        return len(conflict.required) - int(problem.wanted[conflict.required[0][0]])
    if conflict.kind == "places":
        mentor = conflict.mentors[0]
        return int(problem.minimum[mentor] - count_places(problem)[mentor])
    if conflict.kind == "time":
        return int(not _can_meet(problem, *conflict.required[0]))
    mentors = np.zeros((problem.num_mentors, 2), np.int64)
    for mentor, price in conflict.prices[0]:
        mentors[mentor, 1] = price
    rows = [(mentor, start, 0, price) for mentor, start, price in conflict.prices[1]]
    prices = Prices(mentors, np.array(sorted(rows), np.int64).reshape(-1, 4))
    minimum = np.zeros(problem.num_mentors, np.int64)
    minimum[list(conflict.mentors)] = problem.minimum[list(conflict.mentors)]
    required = np.array(sorted(conflict.required), np.int64).reshape(-1, 2)
    nothing = np.zeros(len(required), np.int64)
    demands = Demands(
        problem.wanted,
        problem.priority,
        count_places(problem),
        minimum,
        required,
        nothing,
        problem.times,
        "points",
    )
    keys = problem.pairs.astype(np.int64) @ np.array([problem.num_mentors, 1])
    here = np.searchsorted(keys, required @ np.array([problem.num_mentors, 1]))
    empty = replace(problem, points=np.zeros_like(problem.points), required=here)
    return -compute_bound(list_problem_values(empty), prices, demands, 0)[1]


def _can_meet(problem: Problem, mentee: int, mentor: int) -> bool:
    """Return whether a pair shares a start, or needs none."""
    times = problem.times
    if times is None or not (times.mentee_known[mentee] and times.mentor_known[mentor]):
        return True
    return bool((times.mentee_starts[mentee] & times.mentor_starts[mentor]).any())


@dataclass(frozen=True)
class Names:
    """How messages call people and times.

    Parameters
    ----------
    mentee, mentor : callable
        Row to words.
    time : callable
        Row of a mentor and start to words.
    """

    mentee: Callable[[int], str] = "mentee row {}".format
    mentor: Callable[[int], str] = "mentor row {}".format
    time: Callable[[int, int], str] = "start {1}".format


ROWS = Names()
"""By row numbers and slots, where no names are known."""


def find_violations(problem: Problem, chosen: Ints, starts: Ints, names: Names = ROWS) -> list[str]:
    """Return everything that a choice of pairs breaks, in words.

    Parameters
    ----------
    problem : Problem
    chosen : int64 array of shape (num_pairs,)
        Positions in `Problem.pairs`.
    starts : int64 array of shape (num_pairs,)
        Weekly start of each, or `UNSCHEDULED`.
    names : Names
    """
    unknown = (chosen < 0) | (chosen >= len(problem.pairs))
    if unknown.any():
        return [f"position {k} is no candidate" for k in chosen[unknown].tolist()]
    mentees, mentors = problem.pairs[chosen].T
    broken = []
    if len(np.unique(problem.pairs[chosen], axis=0)) != len(chosen):
        broken.append("a pair is chosen twice")
    had = np.bincount(mentees, minlength=problem.num_mentees)
    load = np.bincount(mentors, minlength=problem.num_mentors)
    used = np.zeros(problem.num_mentors, np.int64)
    np.add.at(used, mentors, problem.need[chosen])
    over = (problem.available != NO_LIMIT) & (used > problem.available)
    broken += [
        f"{names.mentee(k)} has {say_count(int(had[k]), 'mentor')} and wants {problem.wanted[k]}"
        for k in np.flatnonzero(had > problem.wanted).tolist()
    ]
    broken += [
        f"{names.mentor(k)} has {say_count(int(load[k]), 'mentee')} and a capacity of {problem.capacity[k]}"
        for k in np.flatnonzero(load > problem.capacity).tolist()
    ]
    broken += [
        f"{names.mentor(k)} has {say_count(int(load[k]), 'mentee')} and a minimum of {problem.minimum[k]}"
        for k in np.flatnonzero(load < problem.minimum).tolist()
    ]
    broken += [
        f"{names.mentor(k)} gives {used[k]} minutes of {problem.available[k]}" for k in np.flatnonzero(over).tolist()
    ]
    missing = np.setdiff1d(problem.required, chosen)
    broken += [
        f"the required pair of {names.mentee(a)} and {names.mentor(b)} is missing"
        for a, b in problem.pairs[missing].tolist()
    ]
    return broken + _find_time_violations(problem, mentees, mentors, starts, names)


def _find_time_violations(problem: Problem, mentees: Ints, mentors: Ints, starts: Ints, names: Names) -> list[str]:
    times = problem.times
    if times is None:
        late = np.flatnonzero(starts != UNSCHEDULED)
        rows = np.column_stack([mentees, mentors])[late].tolist()
        return [f"{names.mentee(a)} and {names.mentor(b)} have a time and need none" for a, b in rows]
    broken = []
    for mentee, mentor, start in zip(mentees.tolist(), mentors.tolist(), starts.tolist(), strict=True):
        who = f"{names.mentee(mentee)} and {names.mentor(mentor)}"
        if times.mentee_known[mentee] and times.mentor_known[mentor]:
            shared = times.mentee_starts[mentee] & times.mentor_starts[mentor]
            if not 0 <= start < 64 * len(shared) or not int(shared[start // 64]) >> (start % 64) & 1:
                broken.append(f"{who} do not share {names.time(mentor, start)}")
        elif start != UNSCHEDULED:
            broken.append(f"{who} have a time although the free times of one are unknown")
    keys, counts = np.unique(mentors.astype(np.int64) * 1024 + starts, return_counts=True)
    full = (counts > times.pairs_per_start) & ((keys % 1024) < 512)
    broken += [
        f"{names.mentor(key // 1024)} meets {n} pairs at {names.time(key // 1024, key % 1024)}: "
        f"{times.pairs_per_start} can meet then"
        for key, n in zip(keys[full].tolist(), counts[full].tolist(), strict=True)
    ]
    return broken
