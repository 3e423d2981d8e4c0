"""The bound that prices prove, by one pass over all pairs, as `matchmaker verify` finds it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.problems import NO_PAIRS, count_places, make_base, make_scorer
from matchmaker.certificate import Demands, compute_bound
from matchmaker.scoring import Encoded
from matchmaker.solve.costs import Costs
from matchmaker.solve.problem import Prices

Ints = NDArray[np.int64]
MILLION = 1_000_000


def bound_anew(encoded: Encoded, prices: Prices) -> tuple[int, int]:
    """Return the bound (coverage, points) of prices where no pair is required."""
    base, scorer = make_base(encoded), make_scorer(encoded)
    none = np.empty(0, np.int64)
    demands = Demands(
        base.wanted, base.priority, count_places(encoded), base.minimum, NO_PAIRS, none, base.times, base.objective
    )

    def list_values(costs: Costs, most: int) -> Iterator[tuple[Ints, Ints]]:
        lists = scorer.list_best(np.arange(encoded.num_mentees), costs, most)
        yield lists.rows, lists.values

    return compute_bound(list_values, prices, demands, MILLION)
