"""Prices to begin with: those of a sample of the mentees, each standing for several.

Mentors listed by their points alone would be the wrong ones wherever mentors are contested.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.best import Scorer
from matchmaker.scoring.passes import Lists
from matchmaker.solve.costs import Scale, make_costs
from matchmaker.solve.places import limit_places
from matchmaker.solve.pool import Pool
from matchmaker.solve.problem import Prices, Problem, make_prices
from matchmaker.solve.restricted import Ways, read_unserved, solve_restricted

if TYPE_CHECKING:
    from matchmaker.solve.auction import Result

Ints = NDArray[np.int64]

FEWEST = 1_000
"""Mentees in the smallest sample, if there are as many."""

LISTED = 8
"""Candidates that a sampled mentee is given in every round."""

SHARE = 0.1
ROUNDS = 3
SETTLED = 0.05
"""Share of sampled mentees: with fewer new candidates the prices are good enough to begin with."""

BID_SHARE, MOST_SAMPLED = 0.5, 200_000
"""The sample where prices come from an auction, which takes next to no time; a part of it where passes take long."""

BID_ROUNDS, MOST_BID_ROUNDS = 2, 4
"""Rounds of such a sample, and how many there are where too many are without a place."""

FEW_LEFT = 0.01
"""Share of the units without a place up to which two rounds are enough. Where very many are alike, they all list the
same few mentors, and the further rounds list twice as many."""

ROUGH_STEPS = 100_000, 5_000
"""Points that bids exceed the least by: first, where many bid for each place, and in the end."""

FIRST_BIDS, MOST_BIDS = 6, 20
"""Bids for each unit before an auction ends: the first, whose prices only say whom to list next, and any other."""

MOST_LEFT = 0.05
"""Share of the units that may be without a place although there are enough: with more, some mentors are out of reach
of each other, and places are scarce after all."""


def choose_sample(num_mentees: int, share: float) -> Ints:
    """Return the rows of a sample, the same every time."""
    size = min(num_mentees, max(FEWEST, int(num_mentees * share)))
    return np.sort(np.random.default_rng(0).choice(num_mentees, size, replace=False))


def find_sample_prices(scorer: Scorer, base: Problem, places: Ints, scale: Scale, ways: Ways) -> Prices:
    """Return prices that are roughly those of everybody.

    Parameters
    ----------
    scorer : Scorer
    base : Problem
        Without pairs; required pairs and minimums play no part.
    places : int64 array of shape (num_mentors,)
    scale : Scale
    ways : Ways
        Is told what the sample teaches.
    """
    prices = bid_prices(scorer, base, places, scale, ways) if scorer.use_kernel else None
    return price_flows(scorer, base, places, scale) if prices is None else prices


def price_flows(scorer: Scorer, base: Problem, places: Ints, scale: Scale) -> Prices:
    """Return the prices of flows over the candidates of a small sample; the arguments are those of the above."""
    rows, copies, pool = start_sample(base, SHARE)
    prices = make_no_prices(base.num_mentors)
    ways = Ways(bids=False)
    for _ in range(ROUNDS):
        fresh = pool.add_lists(scorer.list_best(rows, make_costs(prices, scale, base.times), LISTED))
        if fresh <= SETTLED * len(rows):
            break
        state = solve_restricted(pool.make_problem(), places, copies=copies, ways=ways)
        assert state is not None
        prices, ways.serves_all = state.prices, not read_unserved(state).any()
    return prices


def bid_prices(scorer: Scorer, base: Problem, places: Ints, scale: Scale, ways: Ways) -> Prices | None:
    """Return the prices of auctions over the candidates of a large sample, None where bids do not tell mentors apart.

    Where there are not enough places, prices are points alone: they say whom one can have, and not what coverage it
    costs.
    """
    room = limit_places(places, base.times)
    rows, copies, pool = start_sample(base, min(BID_SHARE, MOST_SAMPLED / max(base.num_mentees, 1)))
    prices = make_no_prices(base.num_mentors)
    num_units = copies * int(pool.base.wanted.sum())
    num_left, is_scarce = 0, int(room.sum()) < num_units
    for turn in range(MOST_BID_ROUNDS):
        if turn >= BID_ROUNDS and (num_left <= FEW_LEFT * num_units or is_scarce):
            break
        listed = LISTED if turn < BID_ROUNDS else 2 * LISTED
        lists = scorer.list_best(rows, make_costs(prices, scale, base.times), listed)
        if turn == 1 and are_tied(lists):
            ways.bids = ways.mends = False
            return None
        num_eligible = copies * int(lists.counts.sum()) // max(base.num_mentors, 1)  # of a mentor, on average
        is_scarce |= int(np.minimum(room, num_eligible).sum()) < num_units
        pool.add_lists(lists)
        bids = MOST_BIDS if turn else FIRST_BIDS
        result = hold_rough_auction(pool, places, copies, gives_up=is_scarce, bids=bids)
        prices, num_left = result.prices, result.num_left
    if not is_scarce and num_left > MOST_LEFT * num_units:
        is_scarce, prices = True, hold_rough_auction(pool, places, copies, gives_up=True).prices
    ways.serves_all = not is_scarce
    if is_scarce and base.priority.any():
        ways.bids = ways.mends = False  # bids do not know who comes first
    return prices


def hold_rough_auction(pool: Pool, places: Ints, copies: int, *, gives_up: bool, bids: int = MOST_BIDS) -> Result:
    """Let a sample bid: in rough steps first where many bid for each place."""
    from matchmaker.solve.auction import hold_auction

    steps = ROUGH_STEPS if gives_up else ROUGH_STEPS[-1:]
    return hold_auction(pool.make_problem(), places, copies=copies, steps=steps, bids=bids, gives_up=gives_up)


def are_tied(lists: Lists) -> bool:
    """Return whether most mentees list mentors of whom most are equally good."""
    points = np.sort(np.where(lists.mentors >= 0, lists.points, -1), axis=1)
    listed = np.count_nonzero(points >= 0, axis=1)
    equal = np.count_nonzero((points[:, 1:] == points[:, :-1]) & (points[:, 1:] >= 0), axis=1)
    return bool(2 * np.count_nonzero(2 * equal >= listed) > len(points))


def start_sample(base: Problem, share: float) -> tuple[Ints, int, Pool]:
    """Return the rows of a sample, how many each of them stands for, and a pool in which nobody else wants a mentor."""
    rows = choose_sample(base.num_mentees, share)
    wanted = np.zeros_like(base.wanted)
    wanted[rows] = base.wanted[rows]
    few = replace(base, wanted=wanted, minimum=np.zeros_like(base.minimum))
    return rows, max(1, round(base.num_mentees / max(len(rows), 1))), Pool(few, np.empty((0, 2), np.int64))


def make_no_prices(num_mentors: int) -> Prices:
    """Return prices at which everything is free."""
    return make_prices(np.zeros(num_mentors, np.int64))
