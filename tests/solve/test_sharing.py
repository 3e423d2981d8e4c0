"""Compiled starts and costs are those of the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.sharing import cost_pairs_compiled, list_shared_compiled
from matchmaker.solve.starts import list_shared
from tests.oracles import draw_problem
from tests.solve.prices import draw_prices

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_same_starts(seed: int) -> None:
    """Candidates share the same starts in the same order, whether people's times are known or not."""
    problem = draw_problem(np.random.default_rng(seed))
    for found, expected in zip(list_shared_compiled(problem), list_shared(problem), strict=True):
        assert found.tolist() == expected.tolist()
        assert found.dtype == expected.dtype


@given(SEEDS)
def test_same_costs(seed: int) -> None:
    """Candidates cost the same at any prices, with times and without."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng)
    costs = make_costs(draw_prices(rng, problem), Scale(20), problem.times)
    given = *problem.pairs.T, problem.times
    assert cost_pairs_compiled(costs, *given).tolist() == costs.cost_pairs(*given).tolist()
