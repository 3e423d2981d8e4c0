"""Random prices, and what a pair costs under them by the definition."""

from __future__ import annotations

import numpy as np

from matchmaker.solve.problem import Prices, Problem
from tests.oracles import list_shared


def draw_prices(rng: np.random.Generator, problem: Problem, highest: int = 9) -> Prices:
    """Return random prices of places and of times; some of the times are offered by nobody."""
    mentors = np.column_stack(
        [rng.integers(-2, 3, problem.num_mentors), rng.integers(-highest, highest + 1, problem.num_mentors)]
    )
    starts = sorted({start for shared in list_shared(problem) for start in shared or ()} | {5})
    rows = [(mentor, start) for mentor in range(problem.num_mentors) for start in starts if rng.random() < 0.6]
    if problem.times is None:
        rows = []
    worth = np.column_stack([rng.integers(0, 2, len(rows)), rng.integers(1, highest + 1, len(rows))])
    return Prices(mentors, np.concatenate([np.array(rows, np.int64).reshape(-1, 2), worth], axis=1).astype(np.int64))


def list_costs(problem: Problem, prices: Prices) -> list[tuple[int, int]]:
    """Return the cost (coverage, points) of each candidate: the place and the cheapest start that both have."""
    asked = {(mentor, start): (coverage, points) for mentor, start, coverage, points in prices.times.tolist()}
    costs = []
    for (_, mentor), shared in zip(problem.pairs.tolist(), list_shared(problem), strict=True):
        cheapest = min((asked.get((mentor, start), (0, 0)) for start in shared or ()), default=(0, 0))
        coverage, points = prices.mentors[mentor].tolist()
        costs.append((coverage + cheapest[0], points + cheapest[1]))
    return costs
