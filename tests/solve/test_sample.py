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
from matchmaker.solve.restricted import Ways
from matchmaker.solve.sample import choose_sample, find_sample_prices, make_no_prices
from tests.solve.problems import make_problem
from tests.solve.tables import Table, empty_problem

SCALE = Scale(LEAST_BITS)


def find_prices(problem: Problem, *, use_kernel: bool = False, ways: Ways | None = None) -> Prices:
    """Return the prices of a sample."""
    table: Any = Table(problem, use_kernel)
    return find_sample_prices(table, empty_problem(problem), count_places(problem), SCALE, ways or Ways())


@given(st.integers(0, 30_000), st.sampled_from([0.1, 0.5]))
def test_rows(num_mentees: int, share: float) -> None:
    """A sample has each row at most once, sorted, the same every time: all of few people, a share of many."""
    rows = choose_sample(num_mentees, share)
    assert rows.tolist() == choose_sample(num_mentees, share).tolist()
    assert (np.diff(rows) > 0).all()
    assert ((rows >= 0) & (rows < num_mentees)).all()
    assert len(rows) == min(num_mentees, max(1_000, int(num_mentees * share)))


@pytest.mark.parametrize(("capacity", "price"), [(39, (2, 100)), (41, (0, 0))])
def test_copies(monkeypatch: pytest.MonkeyPatch, capacity: int, price: tuple[int, int]) -> None:
    """Each sampled mentee stands for several: places that everybody fills have a price, more places have none."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    problem = make_problem([[100]] * 40, capacity=capacity)
    assert len(choose_sample(40, 0.1)) == 10
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


def test_bids(monkeypatch: pytest.MonkeyPatch) -> None:
    """With compiled code the prices are those of an auction: about what the next best is worse by."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    problem = make_problem([[900_000, 300_000, 200_000]] * 40, capacity=[4, 40, 40])
    prices = find_prices(problem, use_kernel=True)
    assert abs(prices.mentors[0, 1] - 600_000) <= 2 * sample.ROUGH_STEPS[-1]
    assert prices.mentors[1:].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("table", [[[100_000, None]] * 40, [[100_000 + k] for k in range(40)]])
def test_scarce(monkeypatch: pytest.MonkeyPatch, table: list[list[int | None]]) -> None:
    """Where many are left without a place, bids end at what a place is worth, and the search is told."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    ways = Ways()
    prices = find_prices(make_problem(table, capacity=20), use_kernel=True, ways=ways)
    assert (ways.serves_all, ways.bids, ways.mends) == (False, True, True)
    assert 100_000 <= prices.mentors[0, 1] <= 100_040 + sample.ROUGH_STEPS[-1]


def test_scarce_with_tiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bids do not know who comes first: with tiers, and too few places, flows are found otherwise."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    ways = Ways()
    find_prices(make_problem([[100_000]] * 40, capacity=20, priority=[0, 1] * 20), use_kernel=True, ways=ways)
    assert (ways.serves_all, ways.bids, ways.mends) == (False, False, False)


def test_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where most mentors are equally good, bids do not tell them apart: the prices are those of flows."""
    monkeypatch.setattr(sample, "FEWEST", 10)
    problem = make_problem([[100] * 6] * 40, capacity=5)
    ways = Ways()
    assert find_prices(problem, use_kernel=True, ways=ways).mentors.tolist() == find_prices(problem).mentors.tolist()
    assert (ways.bids, ways.mends) == (False, False)


def test_nobody() -> None:
    """Without mentees, and without anybody eligible, everything is free."""
    assert make_no_prices(2).mentors.tolist() == [[0, 0], [0, 0]]
    assert find_prices(make_problem([[None, None], [None, None]])).mentors.tolist() == [[0, 0], [0, 0]]
