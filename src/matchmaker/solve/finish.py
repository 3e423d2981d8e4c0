"""The end of a search: the answer, who could have whom, who missed what, and what a next search can use."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.passes import LOWEST
from matchmaker.solve.gains import NEVER
from matchmaker.solve.outcome import Learned, Outcome
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Level, Prices, Solution
from matchmaker.solve.residual import FAR, find_losses
from matchmaker.solve.restricted import choose_relax, find_largest, keep_flow
from matchmaker.solve.rounds import Search
from matchmaker.solve.sample import make_no_prices

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HOPELESS = 2**15
"""Coverage that no place is short by: only pairs at times that nobody can be given are."""

KEPT = 6
"""Candidates of each mentee that are kept for a next search, beside those they can have."""


def finish(search: Search) -> Outcome:
    """Return what was found."""
    assert search.bound is not None
    assert search.bound_prices is not None
    assert search.state is not None
    eligible, tally = count_partners(search)
    shortfalls = find_shortfalls(search, eligible) if search.is_proven else {}
    problem = search.state.problem
    chosen, starts = search.state.chosen
    pairs = zip(("coverage", "points"), search.value, search.bound, strict=True)
    levels = tuple(Level(*pair) for pair in pairs if pair[0] == "points" or problem.objective == "coverage")
    status: Literal["optimal", "feasible"] = "optimal" if search.is_proven else "feasible"
    prices = search.bound_prices
    solution = Solution(chosen, starts, prices, prices, levels, "prices", status)
    return Outcome(problem, solution, search.bound, eligible, tally, shortfalls, search.effort)


def count_partners(search: Search) -> tuple[Ints, Ints]:
    """Return how many eligible partners there are of mentees who lack a mentor, and of mentors without a mentee."""
    assert search.state is not None
    problem, chosen = search.state.problem, search.state.chosen[0]
    costs = search.cost(make_no_prices(problem.num_mentors))
    had, load = (np.bincount(problem.pairs[chosen, side], minlength=size) for side, size in enumerate(problem.shape))
    lacking, idle = np.flatnonzero(had < problem.wanted), load == 0
    eligible, tally = np.zeros(problem.num_mentees, np.int64), np.zeros(problem.num_mentors, np.int64)
    if len(lacking):
        lists = search.look(lacking, costs, 1, np.full(len(lacking), LOWEST), None)
        eligible[lacking] = lists.counts + search.wishes.taken[lacking]
    if idle.any():
        every = np.arange(problem.num_mentees)
        tally = search.look(every, costs, 1, np.full(len(every), NEVER), idle, is_tallied=True).tally
    return eligible, tally


def find_shortfalls(search: Search, eligible: Ints) -> dict[int, tuple[int, int, int]]:
    """Return by how much mentees who lack a mentor missed the nearest one; see `find_shortfalls` of all pairs."""
    assert search.state is not None
    problem, chosen = search.state.problem, search.state.chosen[0]
    had = np.bincount(problem.pairs[chosen, 0], minlength=problem.num_mentees)
    lacking = np.flatnonzero((had < problem.wanted) & (eligible > 0))
    if not len(lacking):
        return {}
    prices, can_give = settle_largest(search)
    costs = search.cost(prices)
    held = problem.pairs[chosen].astype(np.int64) @ np.array([problem.num_mentors, 1])
    floor = np.full(len(lacking), LOWEST)
    lists = search.look(lacking, costs, 1 + int(had[lacking].max()), floor, can_give)
    keys = lacking[:, None] * problem.num_mentors + lists.mentors
    is_free = (lists.mentors >= 0) & ~np.isin(keys, held)
    first = np.argmax(is_free, axis=1)
    rows = np.flatnonzero(is_free.any(axis=1))
    worth = np.where(had[lacking] > 0, 1, 2 + problem.priority[lacking]) * (problem.objective == "coverage")
    coverage, points = search.scale.split(-(lists.values[rows, first[rows]] + search.scale.lift(worth[rows])))
    mentors = lists.mentors[rows, first[rows]]
    found = zip(lacking[rows].tolist(), mentors.tolist(), coverage.tolist(), points.tolist(), strict=True)
    return {row: (mentor, more, missed) for row, mentor, more, missed in found if more < HOPELESS}


def settle_largest(search: Search) -> tuple[Prices, Bools]:
    """Return the largest prices over all pairs, and which mentors can give a place at all.

    Pairs that speak against the largest prices become candidates; the flow stays the best.
    """
    way = choose_relax(use_compiled=search.scorer.use_kernel)
    while True:
        assert search.state is not None
        prices, residual = find_largest(search.state, way)
        costs, problem = search.cost(prices), search.state.problem
        present = search.find_present(costs)
        floor = search.wishes.find_floors(np.arange(problem.num_mentees), present, search.scale)
        fresh = sum(search.add(task, costs, floor, present) for task in search.recall.split(floor, costs))
        if not fresh:
            losses = find_losses(residual, way)[residual.network.mentor_node]
            return prices, losses < FAR
        search.state = keep_flow(
            search.state, search.pool.make_problem(), search.places, use_compiled=search.scorer.use_kernel
        )


def learn(search: Search) -> Learned:
    """Return what a next search can begin with: the best pairs of everybody at the prices of the answer."""
    assert search.bound_prices is not None
    every, costs = np.arange(search.pool.base.num_mentees), search.cost(search.bound_prices)
    kept = KEPT + search.wishes.most
    lists = search.look(every, costs, kept + 1, np.full(len(every), LOWEST), None)
    shorter = lists._replace(
        mentors=lists.mentors[:, :kept], values=lists.values[:, :kept], points=lists.points[:, :kept]
    )
    pool = Pool(search.pool.base, search.pool.required)
    pool.add_lists(shorter)
    worst = np.maximum(lists.values[:, -1], LOWEST)
    return Learned(pool.keys, pool.points, worst, search.scale.bits, search.bound_prices)
