"""A problem with unequal hours as CP-SAT sees it, and the levels that are maximised in turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matchmaker.solve.places import count_places
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem
from matchmaker.solve.starts import Ints, list_shared


@dataclass(frozen=True, eq=False)
class Group:
    """Weekly starts of one mentor that suit exactly the same pairs.

    Parameters
    ----------
    positions : tuple of int
        The candidates that can use them.
    starts : list of int
    """

    positions: tuple[int, ...]
    starts: list[int]


def group_starts(problem: Problem) -> list[Group]:
    """Return the starts of all mentors, those that suit the same pairs taken together."""
    suited: dict[tuple[int, int], list[int]] = defaultdict(list)
    for position, start in zip(*(array.tolist() for array in list_shared(problem)), strict=True):
        if start != UNSCHEDULED:
            suited[int(problem.pairs[position, 1]), start].append(position)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for (_, start), positions in sorted(suited.items()):
        groups[tuple(positions)].append(start)
    return [Group(positions, starts) for positions, starts in groups.items()]


@dataclass(frozen=True, eq=False)
class Model:
    """The problem as CP-SAT sees it.

    Parameters
    ----------
    problem : Problem
    cp : CpModel
    pair : dict of int to variable
        For each candidate that could meet: whether it is chosen.
    meeting : dict of (int, int) to variable
        Whether a candidate meets at one of the starts of a group, by their positions.
    has : dict of int to variable
        For each mentee with candidates: whether they have any mentor.
    excess : dict of int to variable
        Minutes that a mentor gives beyond what there are; empty where hours are kept.
    groups : list of Group
    """

    problem: Problem
    cp: Any
    pair: dict[int, Any] = field(default_factory=dict)
    meeting: dict[tuple[int, int], Any] = field(default_factory=dict)
    has: dict[int, Any] = field(default_factory=dict)
    excess: dict[int, Any] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)


def build_model(problem: Problem, *, with_excess: bool = False) -> Model:
    """Return the model of a problem.

    Parameters
    ----------
    problem : Problem
    with_excess : bool
        Whether mentors may give more minutes than they have, so that the excess can be minimised.
    """
    from ortools.sat.python import cp_model

    model = Model(problem, cp_model.CpModel(), groups=group_starts(problem))
    for position in np.unique(list_shared(problem)[0]).tolist():
        model.pair[position] = model.cp.new_bool_var("")
    _limit_mentees(model)
    _limit_mentors(model, with_excess)
    _limit_times(model)
    for position in problem.required.tolist():
        model.cp.add(model.pair.get(position, 0) == 1)
    return model


def _collect(model: Model, side: int) -> dict[int, list[int]]:
    """Return the usable candidates of each mentee (side 0) or mentor (side 1)."""
    own: dict[int, list[int]] = defaultdict(list)
    for position in model.pair:
        own[int(model.problem.pairs[position, side])].append(position)
    return own


def _limit_mentees(model: Model) -> None:
    for mentee, positions in _collect(model, 0).items():
        most = int(model.problem.wanted[mentee])
        count = sum(model.pair[position] for position in positions)
        has = model.has[mentee] = model.cp.new_bool_var("")
        model.cp.add(count >= has)
        model.cp.add(count <= most * has)


def _limit_mentors(model: Model, with_excess: bool) -> None:
    problem = model.problem
    own = _collect(model, 1)
    places = problem.capacity if with_excess else count_places(problem)
    for mentor in range(problem.num_mentors):
        positions = own.get(mentor, [])
        count = sum(model.pair[position] for position in positions)
        least = int(problem.minimum[mentor])
        if positions:
            model.cp.add(count <= int(places[mentor]))
        if least:
            model.cp.add(count >= least if positions else model.cp.new_constant(0) >= least)
        _limit_minutes(model, mentor, positions, with_excess)


def _limit_minutes(model: Model, mentor: int, positions: list[int], with_excess: bool) -> None:
    problem = model.problem
    available = int(problem.available[mentor])
    if available == NO_LIMIT or not positions:
        return
    minutes = sum(int(problem.need[position]) * model.pair[position] for position in positions)
    if with_excess:
        most = int(problem.need[positions].sum())
        model.excess[mentor] = model.cp.new_int_var(0, most, "")
        minutes -= model.excess[mentor]
    model.cp.add(minutes <= available)


def _limit_times(model: Model) -> None:
    if model.problem.times is None:
        return
    own: dict[int, list[Any]] = defaultdict(list)
    for k, group in enumerate(model.groups):
        for position in group.positions:
            model.meeting[position, k] = model.cp.new_bool_var("")
            own[position].append(model.meeting[position, k])
        most = len(group.starts) * model.problem.times.pairs_per_start
        if len(group.positions) > most:
            model.cp.add(sum(model.meeting[position, k] for position in group.positions) <= most)
    for position, meetings in own.items():
        model.cp.add(sum(meetings) == model.pair[position])


def list_levels(problem: Problem) -> list[str]:
    """Return the names of the levels that a problem has, in the order in which they are compared.

    The lowest tier follows from the others, and nobody has further mentors where nobody wants any.
    """
    if problem.objective == "points":
        return ["points"]
    tiers = [f"tier {tier}" for tier in range(int(problem.priority.max(initial=0)), 0, -1)]
    further = ["further mentors"] if (problem.wanted > 1).any() else []
    return ["mentees", *tiers, *further, "points"]


def express_level(model: Model, name: str) -> Any:
    """Return a level as an expression over the model's variables; see `measure_level`."""
    firsts = sum(model.has.values())
    if name == "points":
        return sum(int(model.problem.points[position]) * one for position, one in model.pair.items())
    if name == "mentees":
        return firsts
    if name == "further mentors":
        return sum(model.pair.values()) - firsts
    tier = int(name.removeprefix("tier "))
    return sum(has for mentee, has in model.has.items() if model.problem.priority[mentee] == tier)


def measure_level(problem: Problem, chosen: Ints, name: str) -> int:
    """Return what a choice of pairs reaches at a level.

    Parameters
    ----------
    problem : Problem
    chosen : int64 array of shape (num_pairs,)
    name : str
        As in `Level`.
    """
    had = np.bincount(problem.pairs[chosen, 0], minlength=problem.num_mentees)
    if name == "points":
        return int(problem.points[chosen].sum())
    if name == "mentees":
        return int(np.count_nonzero(had))
    if name == "further mentors":
        return int(np.maximum(had - 1, 0).sum())
    return int(np.count_nonzero(had[problem.priority == int(name.removeprefix("tier "))]))


def limit_level(problem: Problem, name: str) -> int:
    """Return what no matching exceeds at a level, by what each mentee and each mentor could have alone."""
    own = np.bincount(problem.pairs[:, 0], minlength=problem.num_mentees)
    most = np.minimum(problem.wanted, own)
    if name == "points":
        by_mentee = _sum_best(problem.pairs[:, 0], problem.points, problem.wanted)
        return min(by_mentee, _sum_best(problem.pairs[:, 1], problem.points, count_places(problem)))
    if name == "mentees":
        return int(np.count_nonzero(most))
    if name == "further mentors":
        return int(np.maximum(most - 1, 0).sum())
    return int(np.count_nonzero(most[problem.priority == int(name.removeprefix("tier "))]))


def _sum_best(owner: Any, points: Ints, most: Ints) -> int:
    """Return the sum over all owners of their `most` largest points."""
    order = np.lexsort((-points, owner))
    firsts = np.searchsorted(owner[order], owner[order])
    rank = np.arange(len(order)) - firsts
    return int(points[order][rank < most[owner[order]]].sum())
