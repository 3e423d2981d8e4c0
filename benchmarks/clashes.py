"""What a timetable is for: how many mentors a plain optimum sends two mentees at one time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.problems import count_places, make_base, make_scorer
from matchmaker.scoring import Encoded
from matchmaker.solve.everyone import solve_rounds
from matchmaker.solve.problem import Problem
from matchmaker.solve.starts import list_shared

Ints = NDArray[np.int64]


def find_clashes(encoded: Encoded) -> dict[str, Any]:
    """Return how many mentors with several mentees could not meet them all, in the optimum without times.

    Every pair of that optimum shares a start; what it ignores is that the mentor's others may need the same one.
    """
    times = encoded.limits.times
    assert times is not None
    base = replace(make_base(encoded), times=None)
    outcome = solve_rounds(make_scorer(encoded), base, count_places(encoded))
    chosen = outcome.problem.pairs[outcome.solution.chosen]
    problem = replace(outcome.problem, pairs=chosen, times=times)
    mentors = chosen[:, 1]
    loads = np.bincount(mentors, minlength=base.num_mentors)
    met = np.bincount(mentors[find_meetings(problem)], minlength=base.num_mentors)
    several = loads >= 2
    return {"several": int(several.sum()), "impossible": int((several & (met < loads)).sum())}


def find_meetings(problem: Problem) -> Ints:
    """Return as many pairs as can have a start of their own with their mentor; one start holds one pair."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    pair, start = list_shared(problem)
    keys, column = np.unique(problem.pairs[pair, 1].astype(np.int64) * 512 + start, return_inverse=True)
    shape = (len(problem.pairs), len(keys))
    graph = coo_array((np.ones(len(pair), np.int8), (pair, column.reshape(-1))), shape=shape).tocsr()
    return np.flatnonzero(maximum_bipartite_matching(graph, perm_type="column") >= 0)
