"""The bound that prices prove, by one pass of the kernel over all pairs."""

from __future__ import annotations

import numpy as np

from benchmarks.problems import count_places, make_scorer
from matchmaker.scoring import Encoded
from matchmaker.scoring.best import LOWEST
from matchmaker.solve.costs import NOTHING, choose_scale, make_costs
from matchmaker.solve.problem import Prices

MILLION = 1_000_000


def bound_by_kernel(encoded: Encoded, prices: Prices) -> tuple[int, int]:
    """Return the bound (coverage, points) of prices where nobody wants more than one mentor and no pair is required."""
    limits, places = encoded.limits, count_places(encoded)
    scale = choose_scale(prices, MILLION, 2 + int(limits.priority.max(initial=0)), 1)
    costs = make_costs(prices, scale, limits.times)
    rows = np.arange(encoded.num_mentees)
    lists = make_scorer(encoded).list_best(rows, costs, 1, np.full(len(rows), LOWEST))
    best, bonus = lists.values[:, 0], (2 + limits.priority) << np.int64(scale.bits)
    gains = np.where((best > NOTHING) & (limits.wanted > 0), np.maximum(best + bonus, 0), 0)
    parts = [
        scale.add_up(gains),
        scale.weigh(np.maximum(costs.mentors, 0), places),
        scale.weigh(np.minimum(costs.mentors, 0), limits.minimum),
        scale.weigh(costs.prices, np.full(len(costs.prices), limits.times.pairs_per_start if limits.times else 0)),
    ]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)
