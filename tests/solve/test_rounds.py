"""The search over all pairs finds what the flow over all of them finds, from however few candidates it starts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.certificate import bound_problem, find_violations
from matchmaker.errors import Infeasible
from matchmaker.solve.search import solve
from tests.solve.tables import draw_equal, read_values, search


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_same_as_all_at_once(seed: int, use_kernel: bool) -> None:
    """Values, feasibility and proof are those of the flow over all pairs; prices prove it over all of them."""
    problem = draw_equal(seed)
    try:
        expected = read_values(solve(problem))
    except Infeasible:
        with pytest.raises(Infeasible):
            search(problem, use_kernel=use_kernel)
        return
    outcome = search(problem, use_kernel=use_kernel)
    assert read_values(outcome.solution) == expected
    assert outcome.solution.status == "optimal"
    assert find_violations(outcome.problem, outcome.solution.chosen, outcome.solution.starts) == []
    bound = bound_problem(problem, outcome.solution.prices)
    assert bound[-len(expected) :] == expected
