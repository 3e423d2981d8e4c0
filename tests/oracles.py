"""Answers found without the solver: by trying everything, by HiGHS, and by networkx.

None of this imports what the solver is made of, only the problem it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Objective, Problem, Times

NUM_WORDS = 6
WORTH_OF_COVERAGE = 10**12
"""More than any sum of points in these tests."""


@dataclass(frozen=True)
class Size:
    """How large a random problem may become.

    Parameters
    ----------
    mentees, mentors : int
        Most people of each role.
    candidates : int
        Most eligible pairs.
    """

    mentees: int = 5
    mentors: int = 4
    candidates: int = 11


def draw_problem(
    rng: np.random.Generator,
    size: Size | None = None,
    *,
    objective: Objective | None = None,
    with_times: bool | None = None,
    unequal: bool | None = None,
) -> Problem:
    """Return a random problem; what is None is drawn too.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : Size or None
    objective : {"coverage", "points"} or None
    with_times, unequal : bool or None
        Whether there is a timetable, and whether mentees need different hours.
    """
    size = size or Size()
    num_mentees, num_mentors = int(rng.integers(1, size.mentees + 1)), int(rng.integers(1, size.mentors + 1))
    pairs = _draw_pairs(rng, num_mentees, num_mentors, size.candidates)
    count = len(pairs)
    timed = rng.random() < 0.45 if with_times is None else with_times
    uneven = rng.random() < 0.35 if unequal is None else unequal
    highest = int(rng.choice([1, 5, 1_000, 1_000_000]))
    tiers = rng.integers(0, int(rng.integers(1, 4)), num_mentees)
    need, available = _draw_hours(rng, pairs, num_mentees, num_mentors, uneven)
    capacity = rng.integers(0, 5, num_mentors)
    lowest = rng.integers(0, 3, num_mentors) * (rng.random(num_mentors) < rng.choice([0.0, 0.3, 0.7]))
    return Problem(
        num_mentees,
        num_mentors,
        pairs,
        rng.integers(0, highest + 1, count),
        capacity=capacity,
        minimum=np.minimum(lowest, capacity),
        wanted=rng.integers(0, 4, num_mentees) if rng.random() < 0.5 else np.ones(num_mentees, np.int64),
        priority=np.unique(tiers, return_inverse=True)[1].astype(np.int64),
        required=np.flatnonzero(rng.random(count) < rng.choice([0.0, 0.0, 0.1, 0.25])),
        need=need,
        available=available,
        times=_draw_times(rng, num_mentees, num_mentors) if timed else None,
        objective=objective or ("points" if rng.random() < 0.25 else "coverage"),
    )


def _draw_pairs(rng: np.random.Generator, num_mentees: int, num_mentors: int, most: int) -> NDArray[np.int32]:
    """Return the pairs that are not banned, sorted."""
    allowed = rng.random((num_mentees, num_mentors)) < rng.choice([0.4, 0.7, 1.0])
    pairs = np.argwhere(allowed)
    kept = np.sort(rng.permutation(len(pairs))[:most])
    return pairs[kept].astype(np.int32).reshape(-1, 2)


def _draw_hours(
    rng: np.random.Generator, pairs: NDArray[np.int32], num_mentees: int, num_mentors: int, uneven: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what each pair takes and what each mentor has, in minutes."""
    choices = [60, 90, 150, 210] if uneven else [60]
    by_mentee = rng.choice(choices, num_mentees).astype(np.int64)
    need = by_mentee[pairs[:, 0]]
    if uneven and rng.random() < 0.3:
        need = rng.choice(choices, len(pairs)).astype(np.int64)
    available = rng.integers(0, 480, num_mentors)
    available[rng.random(num_mentors) < (0.3 if uneven else 0.6)] = NO_LIMIT
    return need, available


def _draw_times(rng: np.random.Generator, num_mentees: int, num_mentors: int) -> Times:
    """Return a timetable of few starts, spread over the week, so that they are contested."""
    session = int(rng.integers(1, 3))
    starts = rng.choice(np.arange(0, 336, session), int(rng.integers(1, 6)), replace=False)
    share = rng.choice([0.4, 0.7])

    def draw_bits(count: int) -> NDArray[np.uint64]:
        bits = np.zeros((count, NUM_WORDS), np.uint64)
        for person, start in np.argwhere(rng.random((count, len(starts))) < share):
            slot = int(starts[start])
            bits[person, slot // 64] |= np.uint64(1 << (slot % 64))
        return bits

    return Times(
        draw_bits(num_mentees),
        draw_bits(num_mentors),
        rng.random(num_mentees) < 0.85,
        rng.random(num_mentors) < 0.85,
        pairs_per_start=int(rng.integers(1, 3)),
        session_slots=session,
    )


def list_shared(problem: Problem) -> list[list[int] | None]:
    """Return the starts that each candidate can use, or None where it needs no start."""
    times = problem.times
    if times is None:
        return [None] * len(problem.pairs)
    shared: list[list[int] | None] = []
    for mentee, mentor in problem.pairs.tolist():
        if not (times.mentee_known[mentee] and times.mentor_known[mentor]):
            shared.append(None)
            continue
        words = [int(word) for word in times.mentee_starts[mentee] & times.mentor_starts[mentor]]
        shared.append([slot for slot in range(336) if words[slot // 64] >> (slot % 64) & 1])
    return shared


def is_schedulable(shared: Sequence[list[int] | None], pairs_per_start: int) -> bool:
    """Return whether all of a mentor's pairs can have a start, by Hall's condition on every subset."""
    timed = [set(starts) for starts in shared if starts is not None]
    return all(
        len(set().union(*chosen)) * pairs_per_start >= len(chosen)
        for mask in range(1, 1 << len(timed))
        for chosen in [[starts for bit, starts in enumerate(timed) if mask >> bit & 1]]
    )


def enumerate_matchings(problem: Problem) -> NDArray[np.bool_]:
    """Return every matching that keeps all hard demands.

    Returns
    -------
    bool array of shape (num_matchings, num_candidates)
    """
    count = len(problem.pairs)
    subsets = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(np.bool_)
    subsets = subsets[subsets[:, problem.required].all(axis=1)]
    mentees, mentors = problem.pairs.T
    for mentee in range(problem.num_mentees):
        subsets = subsets[subsets[:, mentees == mentee].sum(axis=1) <= problem.wanted[mentee]]
    shared = list_shared(problem)
    for mentor in range(problem.num_mentors):
        subsets = _keep_possible(problem, subsets, np.flatnonzero(mentors == mentor), mentor, shared)
    return subsets


def _keep_possible(
    problem: Problem,
    subsets: NDArray[np.bool_],
    own: NDArray[np.intp],
    mentor: int,
    shared: Sequence[list[int] | None],
) -> NDArray[np.bool_]:
    """Return the subsets that keep one mentor's limits."""
    chosen = subsets[:, own]
    load = chosen.sum(axis=1)
    possible = (problem.minimum[mentor] <= load) & (load <= problem.capacity[mentor])
    if problem.available[mentor] != NO_LIMIT:
        possible &= chosen @ problem.need[own] <= problem.available[mentor]
    if problem.times is not None:
        masks = chosen @ (1 << np.arange(len(own), dtype=np.int64))
        n = problem.times.pairs_per_start
        good = [
            is_schedulable([shared[k] for bit, k in enumerate(own) if mask >> bit & 1], n)
            for mask in range(1 << len(own))
        ]
        possible &= np.array(good, np.bool_)[masks]
    return subsets[possible]


def list_order(problem: Problem) -> list[str]:
    """Return the names of the levels of unequal hours, all of them, in their order."""
    if problem.objective == "points":
        return ["points"]
    tiers = range(int(problem.priority.max(initial=0)), 0, -1)
    return ["mentees", *(f"tier {tier}" for tier in tiers), "further mentors", "points"]


def measure_levels(problem: Problem, subsets: NDArray[np.bool_], names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the value of each level, in order, for each of several matchings."""
    had = np.stack([subsets[:, problem.pairs[:, 0] == i].sum(axis=1) for i in range(problem.num_mentees)], axis=1)
    columns = [_measure_level(problem, subsets, had, name) for name in names]
    return [tuple(row) for row in np.stack(columns, axis=1).tolist()]


def _measure_level(
    problem: Problem, subsets: NDArray[np.bool_], had: NDArray[np.int64], name: str
) -> NDArray[np.int64]:
    if name == "points":
        return np.asarray(subsets @ problem.points, np.int64)
    if name == "mentees":
        return np.asarray((had > 0).sum(axis=1), np.int64)
    if name == "further mentors":
        return np.asarray(np.maximum(had - 1, 0).sum(axis=1), np.int64)
    if name == "coverage":
        return np.asarray((had + (had > 0) * (1 + problem.priority)).sum(axis=1), np.int64)
    return np.asarray((had > 0)[:, problem.priority == int(name.removeprefix("tier "))].sum(axis=1), np.int64)


def find_best(problem: Problem, names: Sequence[str]) -> tuple[int, ...] | None:
    """Return the best values by trying every matching, or None if none is possible."""
    return max(measure_levels(problem, enumerate_matchings(problem), names), default=None)


def force_pair(problem: Problem, position: int) -> Problem:
    """Return the problem with one more required pair."""
    return replace(problem, required=np.union1d(problem.required, [position]))


def is_possible(problem: Problem) -> bool:
    """Return whether any matching keeps all hard demands."""
    return len(enumerate_matchings(problem)) > 0


@dataclass
class _Program:
    """An integer program under construction: rows with a lower and an upper limit."""

    problem: Problem

    def __post_init__(self) -> None:
        problem = self.problem
        self.shared = list_shared(problem)
        self.meetings = [(k, start) for k, starts in enumerate(self.shared) for start in starts or ()]
        self.num_pairs = len(problem.pairs)
        self.num_columns = self.num_pairs + len(self.meetings) + problem.num_mentees
        self.entries: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.add_limits()
        self.add_times()

    def add_row(self, entries: dict[int, float], low: float, high: float) -> None:
        """Add low <= sum of entries <= high."""
        self.entries += [(len(self.low), column, value) for column, value in entries.items()]
        self.low.append(low)
        self.high.append(high)

    def add_limits(self) -> None:
        """Add what people want and can take; the last columns say who has any mentor."""
        problem = self.problem
        mentees, mentors = problem.pairs.T
        for i in range(problem.num_mentees):
            own = {int(k): 1.0 for k in np.flatnonzero(mentees == i)}
            has_one = self.num_pairs + len(self.meetings) + i
            self.add_row(own, 0, float(problem.wanted[i]))
            self.add_row(own | {has_one: -1.0}, 0, np.inf)
        for j in range(problem.num_mentors):
            positions = np.flatnonzero(mentors == j).tolist()
            self.add_row(dict.fromkeys(positions, 1.0), float(problem.minimum[j]), float(problem.capacity[j]))
            if problem.available[j] != NO_LIMIT:
                minutes = {k: float(problem.need[k]) for k in positions}
                self.add_row(minutes, 0, float(problem.available[j]))
        for k in problem.required.tolist():
            self.add_row({k: 1.0}, 1, 1)

    def add_times(self) -> None:
        """Add one start for every pair that needs one, and how many a start holds."""
        if self.problem.times is None:
            return
        contested: dict[tuple[int, int], dict[int, float]] = {}
        own: list[dict[int, float]] = [{k: -1.0} for k in range(self.num_pairs)]
        for column, (k, start) in enumerate(self.meetings, self.num_pairs):
            own[k][column] = 1.0
            contested.setdefault((int(self.problem.pairs[k, 1]), start), {})[column] = 1.0
        for k, starts in enumerate(self.shared):
            if starts is not None:
                self.add_row(own[k], 0, 0)
        for entries in contested.values():
            self.add_row(entries, 0, self.problem.times.pairs_per_start)

    def measure(self, name: str) -> NDArray[np.float64]:
        """Return the coefficients of one level."""
        row = np.zeros(self.num_columns)
        firsts = np.zeros(self.problem.num_mentees)
        if name == "points":
            row[: self.num_pairs] = self.problem.points
        elif name == "mentees":
            firsts[:] = 1
        elif name == "further mentors":
            row[: self.num_pairs] = 1
            firsts[:] = -1
        elif name == "coverage":
            row[: self.num_pairs] = 1
            firsts[:] = 1 + self.problem.priority
        else:
            firsts[:] = self.problem.priority == int(name.removeprefix("tier "))
        row[self.num_columns - self.problem.num_mentees :] = firsts
        return row

    def maximise(self, name: str) -> int | None:
        """Return the best value of one level under all rows so far, which from then on is fixed."""
        objective = self.measure(name)
        rows, columns, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        matrix = coo_array((values, (rows, columns)), shape=(len(self.low), self.num_columns))
        result = milp(
            -objective,
            integrality=1,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix.tocsr(), self.low, self.high),
            options={"mip_rel_gap": 0},
        )
        if result.status == 2:
            return None
        assert result.status == 0, result.message
        best = round(-result.fun)
        self.add_row({int(c): float(objective[c]) for c in np.flatnonzero(objective)}, best, np.inf)
        return best


def solve_milp(problem: Problem, names: Sequence[str]) -> tuple[int, ...] | None:
    """Return the best values by HiGHS, level by level, or None if nothing is possible.

    Parameters
    ----------
    problem : Problem
        With at least one candidate.
    names : sequence of str
        The levels, in the order in which they are compared.
    """
    program = _Program(problem)
    values: list[int] = []
    for name in names:
        best = program.maximise(name)
        if best is None:
            return None
        values.append(best)
    return tuple(values)


def solve_network(problem: Problem) -> tuple[int, int] | None:
    """Return the best (coverage, points) by networkx, hours left aside, or None if nothing is possible.

    Under points alone the coverage is 0.
    """
    graph = nx.MultiDiGraph()
    graph.add_node("all", demand=0)
    worth = WORTH_OF_COVERAGE if problem.objective == "coverage" else 0
    for i in range(problem.num_mentees):
        wanted = int(problem.wanted[i])
        first = 2 + int(problem.priority[i])
        graph.add_edge("all", ("mentee", i), capacity=min(1, wanted), weight=-first * worth)
        graph.add_edge("all", ("mentee", i), capacity=max(0, wanted - 1), weight=-worth)
    for j in range(problem.num_mentors):
        _add_arc(graph, ("mentor", j), "all", int(problem.minimum[j]), int(problem.capacity[j]), 0)
    for k, starts in enumerate(list_shared(problem)):
        _add_pair(graph, problem, k, starts)
    try:
        cost, _ = nx.network_simplex(graph)
    except nx.NetworkXUnfeasible:
        return None
    cost += graph.graph.get("fixed", 0)
    coverage = -(cost // WORTH_OF_COVERAGE) if worth else 0
    points = -cost - coverage * WORTH_OF_COVERAGE
    return (coverage, points) if points >= 0 else (coverage - 1, points + WORTH_OF_COVERAGE)


def _add_pair(graph: nx.MultiDiGraph, problem: Problem, k: int, starts: list[int] | None) -> None:
    mentee, mentor = problem.pairs[k].tolist()
    least = int(k in problem.required)
    points = int(problem.points[k])
    _add_arc(graph, ("mentee", mentee), ("pair", k), least, 1, -points)
    if starts is None:
        graph.add_edge(("pair", k), ("mentor", mentor), capacity=1, weight=0)
        return
    for start in starts:
        time = ("time", mentor, start)
        if time not in graph:
            assert problem.times is not None
            graph.add_edge(time, ("mentor", mentor), capacity=problem.times.pairs_per_start, weight=0)
        graph.add_edge(("pair", k), time, capacity=1, weight=0)


def _add_arc(graph: nx.MultiDiGraph, tail: object, head: object, least: int, most: int, weight: int) -> None:
    """Add an arc with a lower limit: what must flow is moved into the demands."""
    graph.add_edge(tail, head, capacity=most - least, weight=weight)
    graph.nodes[tail]["demand"] = graph.nodes[tail].get("demand", 0) + least
    graph.nodes[head]["demand"] = graph.nodes[head].get("demand", 0) - least
    graph.graph["fixed"] = graph.graph.get("fixed", 0) + least * weight


def find_breaches(problem: Problem, chosen: NDArray[np.int64], starts: NDArray[np.int64]) -> list[str]:
    """Return in words what a matching with its starts does not keep."""
    subset = np.zeros(len(problem.pairs), np.bool_)
    subset[chosen] = True
    mentees, mentors = problem.pairs[chosen].T
    load = np.bincount(mentors, minlength=problem.num_mentors)
    minutes = np.bincount(mentors, problem.need[chosen], problem.num_mentors)
    breaches = {
        "repeated or unsorted": bool((np.diff(chosen) <= 0).any()),
        "required": not subset[problem.required].all(),
        "wanted": bool((np.bincount(mentees, minlength=problem.num_mentees) > problem.wanted).any()),
        "capacity": bool((load > problem.capacity).any()),
        "minimum": bool((load < problem.minimum).any()),
        "hours": bool(((minutes > problem.available) & (problem.available != NO_LIMIT)).any()),
        "starts": _is_overbooked(problem, chosen, starts),
    }
    return [name for name, is_broken in breaches.items() if is_broken]


def _is_overbooked(problem: Problem, chosen: NDArray[np.int64], starts: NDArray[np.int64]) -> bool:
    shared = list_shared(problem)
    taken: dict[tuple[int, int], int] = {}
    for k, start in zip(chosen.tolist(), starts.tolist(), strict=True):
        own = shared[k]
        if own is None:
            if start != UNSCHEDULED:
                return True
        elif start not in own:
            return True
        else:
            key = int(problem.pairs[k, 1]), start
            taken[key] = taken.get(key, 0) + 1
    most = 1 if problem.times is None else problem.times.pairs_per_start
    return any(count > most for count in taken.values())
