"""What mentees can gain is the best of all their choices, and a floor says exactly which further pair would add to it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.solve.costs import NOTHING, Scale, make_costs
from matchmaker.solve.gains import NEVER, Wishes, find_present, weigh_supply
from matchmaker.solve.problem import Prices
from tests.oracles import draw_problem
from tests.solve.prices import draw_prices, list_costs

Ints = NDArray[np.int64]
SEEDS = st.integers(0, 2**32 - 1)
SCALE = Scale(10)


def draw_wishes(rng: np.random.Generator) -> Wishes:
    """Return what some mentees can still have, in tiers, some with required mentors."""
    size = int(rng.integers(1, 5))
    return Wishes(
        rng.integers(0, 4, size),
        rng.integers(0, 3, size) * (rng.random(size) < 0.4),
        rng.integers(0, 3, size),
        "points" if rng.random() < 0.3 else "coverage",
    )


def draw_values(rng: np.random.Generator, wishes: Wishes) -> list[list[int]]:
    """Return some values for each mentee, the best first; ties, and gains around 0, are frequent."""
    size = len(wishes.rest)
    counts = rng.integers(0, 6, size).tolist()
    drawn = [SCALE.join(np.column_stack([rng.integers(-4, 2, n), rng.integers(-2, 3, n)])) for n in counts]
    return [sorted(values.tolist(), reverse=True) for values in drawn]


def lay_out(values: list[list[int]], wishes: Wishes) -> Ints:
    """Return values as an array, `NOTHING` behind the last."""
    width = max(wishes.most, max(map(len, values), default=0), 1)
    return np.array([row + [int(NOTHING)] * (width - len(row)) for row in values], np.int64)


def gain_most(row: int, values: list[int], wishes: Wishes) -> int:
    """Return the most that any set of pairs brings a mentee, by trying all of them."""
    best = 0
    for count in range(1, min(int(wishes.rest[row]), len(values)) + 1):
        first = 1 if wishes.taken[row] else 2 + int(wishes.priority[row])
        coverage = 0 if wishes.objective == "points" else first + count - 1
        best = max(best, *((coverage << SCALE.bits) + sum(some) for some in combinations(values, count)))
    return best


@given(SEEDS)
def test_gains(seed: int) -> None:
    """A gain is the best of all sets of pairs, with several mentors, required ones, tiers, and points alone."""
    rng = np.random.default_rng(seed)
    wishes = draw_wishes(rng)
    values = draw_values(rng, wishes)
    rows = np.arange(len(values))[::-1]
    gains = wishes.add_gains(rows, lay_out(values, wishes)[::-1], SCALE)
    assert gains[::-1].tolist() == [gain_most(row, mine, wishes) for row, mine in enumerate(values)]


@given(SEEDS)
def test_floors(seed: int) -> None:
    """A pair worth more than the floor raises the gain; one worth as much or less does not."""
    rng = np.random.default_rng(seed)
    wishes = draw_wishes(rng)
    values = draw_values(rng, wishes)
    rows = np.arange(len(values))[::-1]
    floors = wishes.find_floors(rows, lay_out(values, wishes)[::-1], SCALE)[::-1].tolist()
    for row, (mine, floor) in enumerate(zip(values, floors, strict=True)):
        before = gain_most(row, mine, wishes)
        if wishes.rest[row] == 0:
            assert floor == NEVER
            continue
        for more in (1, 2, 700, 5000):
            assert gain_most(row, [*mine, floor + more], wishes) > before
        for less in (0, 1, 700, 5000):
            assert gain_most(row, [*mine, floor - less], wishes) == before


@given(SEEDS)
def test_required(seed: int) -> None:
    """Required pairs are worth a first mentor once for each mentee, and further mentors after that."""
    rng = np.random.default_rng(seed)
    wishes = draw_wishes(rng)
    mentees = np.sort(rng.integers(0, len(wishes.rest), int(rng.integers(0, 6))))
    found = wishes.value_required(SCALE, mentees).tolist()
    seen: set[int] = set()
    expected = []
    for mentee in mentees.tolist():
        worth = 1 if mentee in seen else 2 + int(wishes.priority[mentee])
        expected.append(0 if wishes.objective == "points" else worth << SCALE.bits)
        seen.add(mentee)
    assert found == expected


@given(SEEDS, st.booleans())
def test_present(seed: int, some: bool) -> None:
    """The best candidates of each mentee are the first ones when all are sorted; required ones do not count."""
    rng = np.random.default_rng(seed)
    problem = draw_problem(rng)
    prices = draw_prices(rng, problem)
    shown = rng.random(len(problem.pairs)) < 0.6 if some else None
    counted = np.ones(len(problem.pairs), bool) if shown is None else shown.copy()
    if shown is None:
        counted[problem.required] = False
    most = int(rng.integers(1, 5))
    found = find_present(problem, make_costs(prices, SCALE, problem.times), most, shown)
    cost = np.array(list_costs(problem, prices), np.int64).reshape(-1, 2)
    value = problem.points - SCALE.join(cost)
    for mentee in range(problem.num_mentees):
        mine = sorted(value[counted & (problem.pairs[:, 0] == mentee)].tolist(), reverse=True)
        assert found[mentee].tolist() == (mine + [int(NOTHING)] * most)[:most]


@given(SEEDS)
def test_supply(seed: int) -> None:
    """Places are worth their price where it is above zero, and minimums theirs where it is below, by its vector."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 6))
    mentors = np.column_stack([rng.integers(-2, 3, size), rng.integers(-9, 10, size)])
    places, minimum = rng.integers(0, 10**12, size), rng.integers(0, 10**12, size)
    costs = make_costs(Prices(mentors, np.empty((0, 4), np.int64)), SCALE, None)
    counts = [k if tuple(price) > (0, 0) else m for price, k, m in zip(mentors.tolist(), places, minimum, strict=True)]
    expected = tuple(
        sum(int(n) * price[part] for n, price in zip(counts, mentors.tolist(), strict=True)) for part in (0, 1)
    )
    assert weigh_supply(costs, places, minimum) == expected
