"""The starts that candidates share, listed in order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve.problem import UNSCHEDULED
from matchmaker.solve.starts import list_bits, list_shared
from tests import oracles
from tests.oracles import Size, draw_problem


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=3, max_size=3), max_size=5))
def test_bits(rows: list[list[int]]) -> None:
    """Every bit that is set is listed once, by row, then bit, and none else."""
    row, bit = list_bits(np.array(rows, np.uint64).reshape(-1, 3))
    expected = [
        (k, 64 * w + b) for k, words in enumerate(rows) for w in range(3) for b in range(64) if words[w] >> b & 1
    ]
    assert list(zip(row.tolist(), bit.tolist(), strict=True)) == expected


@given(st.integers(0, 2**32 - 1))
def test_shared(seed: int) -> None:
    """Every candidate has the starts that both sides can, one that is unscheduled where it needs none, in order."""
    problem = draw_problem(np.random.default_rng(seed), Size(6, 5, 20))
    candidate, start = list_shared(problem)
    expected = [
        (k, one)
        for k, starts in enumerate(oracles.list_shared(problem))
        for one in ([UNSCHEDULED] if starts is None else sorted(starts))
    ]
    assert list(zip(candidate.tolist(), start.tolist(), strict=True)) == expected
