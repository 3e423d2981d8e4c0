"""Prices to begin with: those of a sample of the mentees, each standing for several.

Mentors listed by their points alone would be the wrong ones wherever mentors are contested.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.best import Scorer
from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.restricted import read_unserved, solve_restricted

Ints = NDArray[np.int64]

SHARE = 0.1
FEWEST = 1_000
ROUNDS = 3
LISTED = 8
SETTLED = 0.05
"""Share of sampled mentees: with fewer new candidates the prices are good enough to begin with."""


def choose_sample(num_mentees: int) -> Ints:
    """Return the rows of a sample, the same every time."""
    size = min(num_mentees, max(FEWEST, int(num_mentees * SHARE)))
    return np.sort(np.random.default_rng(0).choice(num_mentees, size, replace=False))


def find_sample_prices(scorer: Scorer, base: Problem, places: Ints, scale: Scale) -> Prices:
    """Return prices that are roughly those of everybody.

    Parameters
    ----------
    scorer : Scorer
    base : Problem
        Without pairs; required pairs and minimums play no part.
    places : int64 array of shape (num_mentors,)
    scale : Scale
    """
    rows = choose_sample(base.num_mentees)
    copies = max(1, round(base.num_mentees / max(len(rows), 1)))
    wanted = np.zeros_like(base.wanted)
    wanted[rows] = base.wanted[rows]
    pool = Pool(replace(base, wanted=wanted, minimum=np.zeros_like(base.minimum)), np.empty((0, 2), np.int64))
    prices = make_no_prices(base.num_mentors)
    can_serve_all = True
    for _ in range(ROUNDS):
        fresh = pool.add_lists(scorer.list_best(rows, make_costs(prices, scale, base.times), LISTED))
        if fresh <= SETTLED * len(rows):
            break
        state = solve_restricted(pool.make_problem(), places, copies=copies, can_serve_all=can_serve_all)
        assert state is not None
        prices, can_serve_all = state.prices, not read_unserved(state).any()
    return prices


def make_no_prices(num_mentors: int) -> Prices:
    """Return prices at which everything is free."""
    return Prices(np.zeros((num_mentors, 2), np.int64), np.empty((0, 4), np.int64))
