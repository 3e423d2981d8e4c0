"""By how much a mentee who is left over fell short of a place."""

from __future__ import annotations

import numpy as np

from matchmaker.solve.network import Ints
from matchmaker.solve.places import turn_hours_into_places
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.residual import FAR, find_losses, rebuild


def find_shortfalls(problem: Problem, solution: Solution) -> dict[int, tuple[int, int, int]]:
    """Return for each mentee who lacks a mentor by how much the nearest eligible one was missed.

    Parameters
    ----------
    problem : Problem
    solution : Solution

    Returns
    -------
    dict of int to (mentor, coverage, points)
        The least, over the eligible mentors the mentee does not have, of the largest price of a place
        less what the pair is worth. With that many points more the pair would tie with what is there.
        Coverage above 0: others of higher priority hold the place, whatever the points. Mentees are
        missing whose eligible mentors have no place, or only places held by required pairs; and all of
        them where hours differ so that they could be overbooked, since no price says then what a place is worth.

    Notes
    -----
    The largest price of a place is what everybody together loses with it: one shortest path to the
    sink of the residual graph.
    """
    had = np.bincount(problem.pairs[solution.chosen, 0], minlength=problem.num_mentees)
    if (had >= problem.wanted).all() or solution.bound_by == "solver" or not turn_hours_into_places(problem)[1]:
        return {}
    residual = rebuild(problem, solution)
    losses = find_losses(residual)
    ends = np.flatnonzero(residual.network.pair >= 0)
    candidate, place = residual.network.pair[ends].astype(np.int64), losses[residual.network.head[ends]]
    is_open = had[problem.pairs[:, 0]] < problem.wanted[problem.pairs[:, 0]]
    is_open[solution.chosen] = False
    asked = is_open[candidate] & (place < FAR)
    return _choose_nearest(problem, candidate[asked], residual.split(place[asked]), had)


def _choose_nearest(problem: Problem, candidate: Ints, loss: Ints, had: Ints) -> dict[int, tuple[int, int, int]]:
    """Return the mentor with the least to make up for, the first of them where several tie."""
    mentee, mentor = problem.pairs[candidate].T
    worth = np.where(had[mentee] > 0, 1, 2 + problem.priority[mentee]) * (problem.objective == "coverage")
    missed = loss - np.column_stack([worth, problem.points[candidate]])
    order = np.lexsort((mentor, missed[:, 1], missed[:, 0], mentee))
    nearest = order[np.unique(mentee[order], return_index=True)[1]]
    return {int(mentee[k]): (int(mentor[k]), int(missed[k, 0]), int(missed[k, 1])) for k in nearest}
