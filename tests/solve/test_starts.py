"""The starts that candidates share, listed in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve import starts
from matchmaker.solve.problem import UNSCHEDULED
from matchmaker.solve.starts import list_bits, list_shared, number_starts
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


def test_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part at a time, the same starts are listed as all at once."""
    problem = draw_problem(np.random.default_rng(1), Size(6, 5, 25))
    whole = np.stack(list_shared(problem))
    monkeypatch.setattr(starts, "AT_ONCE", 3)
    assert len(problem.pairs) > 6
    assert np.stack(list_shared(problem)).tolist() == whole.tolist()


@given(st.integers(0, 2**32 - 1))
def test_numbers(seed: int) -> None:
    """What occurs of mentors' starts is numbered in order of mentor and start, what needs no start before the others."""
    problem = draw_problem(np.random.default_rng(seed), Size(6, 5, 20))
    if problem.times is None:
        return
    candidate, start = list_shared(problem)
    mentor = problem.pairs[candidate, 1].astype(np.int64)
    mentors, begins, place = number_starts(problem.times, mentor, start)
    numbered = list(zip(mentors.tolist(), begins.tolist(), strict=True))
    told = list(zip(mentor.tolist(), start.tolist(), strict=True))
    assert numbered == sorted(set(told))
    assert [numbered[k] for k in place.tolist()] == told
