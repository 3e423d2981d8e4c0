"""The prices to begin with come from a sample that is the same every time and stands for everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.solve import sample
from matchmaker.solve.costs import Scale
from matchmaker.solve.outcome import LEAST_BITS
from matchmaker.solve.places import count_places
from matchmaker.solve.problem import Prices, Problem
from matchmaker.solve.sample import choose_sample, find_sample_prices, make_no_prices
from tests.solve.problems import make_problem
from tests.solve.tables import Table, empty_problem

SCALE = Scale(LEAST_BITS)


def find_prices(problem: Problem) -> Prices:
    """Return the prices of a sample."""
    table: Any = Table(problem)
    return find_sample_prices(table, empty_problem(problem), count_places(problem), SCALE)


@given(st.integers(0, 30_000))
def test_rows(num_mentees: int) -> None:
    """A sample has each row at most once, sorted, the same every time: all of few people, a tenth of many."""
    rows = choose_sample(num_mentees)
    assert rows.tolist() == choose_sample(num_mentees).tolist()
    assert (np.diff(rows) > 0).all()
    assert ((rows >= 0) & (rows < num_mentees)).all()
    assert len(rows) == min(num_mentees, max(1_000, num_mentees // 10))


@pytest.mark.parametrize(("capacity", "price"), [(39, (2, 100)), (41, (0, 0))])
def test_copies(monkeypatch: pytest.MonkeyPatch, capacity: int, price: tuple[int, int]) -> None:
    """Each sampled mentee stands for several: places that everybody fills have a price, more places have none."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    problem = make_problem([[100]] * 40, capacity=capacity)
    assert len(choose_sample(40)) == 10
    assert find_prices(problem).mentors.tolist() == [list(price)]


def test_contested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mentor whom everybody would name has a price: what the next best is worse by; the others are free."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    prices = find_prices(make_problem([[900, 300, 200]] * 40, capacity=[4, 40, 40]))
    assert prices.mentors[:2].tolist() == [[0, 600], [0, 0]]
    assert tuple(prices.mentors[2]) <= (0, 0)


def test_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same mentees give the same prices; required pairs and minimums play no part in them."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    table = np.random.default_rng(0).integers(0, 999, (60, 8)).tolist()
    prices = find_prices(make_problem(table, capacity=5))
    again = find_prices(make_problem(table, capacity=5, minimum=5))
    assert prices.mentors.any()
    assert prices.mentors.tolist() == again.mentors.tolist()


def test_nobody() -> None:
    """Without mentees, and without anybody eligible, everything is free."""
    assert make_no_prices(2).mentors.tolist() == [[0, 0], [0, 0]]
    assert find_prices(make_problem([[None, None], [None, None]])).mentors.tolist() == [[0, 0], [0, 0]]
