"""By how much a mentee who is left over fell short of a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.solve.problem import UNSCHEDULED, Prices, Problem, Solution
from matchmaker.solve.starts import list_shared


def price_candidates(problem: Problem, prices: Prices) -> NDArray[np.int64]:
    """Return the price of each candidate, shape (num_candidates, 2): place plus cheapest shared start.

    A candidate without any shared start keeps the price of the place.
    """
    place = prices.mentors[problem.pairs[:, 1]]
    candidate, start = list_shared(problem)
    contested = {(mentor, slot): (coverage, points) for mentor, slot, coverage, points in prices.times.tolist()}
    if not contested:
        return place
    cheapest: dict[int, tuple[int, int]] = {}
    busy = np.isin(problem.pairs[:, 1], prices.times[:, 0])[candidate] & (start != UNSCHEDULED)
    for k, slot in zip(candidate[busy].tolist(), start[busy].tolist(), strict=True):
        price = contested.get((int(problem.pairs[k, 1]), slot), (0, 0))
        cheapest[k] = min(cheapest.get(k, price), price)
    place = place.copy()
    for k, price in cheapest.items():
        place[k] += price
    return place


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
        less what the pair is worth. Coverage above 0: others of higher priority, or a required pair,
        hold the place, whatever the points.
    """
    had = np.bincount(problem.pairs[solution.chosen, 0], minlength=problem.num_mentees)
    short = had < problem.wanted
    is_chosen = np.zeros(len(problem.pairs), bool)
    is_chosen[solution.chosen] = True
    mine = np.flatnonzero(short[problem.pairs[:, 0]] & ~is_chosen)
    mentee = problem.pairs[mine, 0]
    worth = np.where(had[mentee] > 0, 1, 2 + problem.priority[mentee]) * (problem.objective == "coverage")
    missed = price_candidates(problem, solution.largest_prices)[mine] - np.column_stack([worth, problem.points[mine]])
    order = np.lexsort((problem.pairs[mine, 1], missed[:, 1], missed[:, 0], mentee))
    _, firsts = np.unique(mentee[order], return_index=True)
    best = order[firsts]
    return {
        int(mentee[k]): (int(problem.pairs[mine[k], 1]), int(missed[k, 0]), int(missed[k, 1])) for k in best.tolist()
    }
