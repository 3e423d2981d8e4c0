"""The certificate of an answer: rows become ids, and only prices that are not zero are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.matching import Certificate, LevelResult, MentorPrice, TimePrice
from matchmaker.solve.problem import Prices, Problem, Solution

if TYPE_CHECKING:
    from matchmaker.roster import Roster


def make_certificate(
    problem: Problem,
    solution: Solution,
    roster: Roster,
    price_bound: tuple[int, int],
    hashes: tuple[str, str],
    scoring_version: int,
) -> Certificate:
    """Return what proves the bound of a solution.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    roster : Roster
        For the mentors' ids.
    price_bound : tuple of int
        The bound (coverage, points) that follows from the prices.
    hashes : tuple of str
        Of roster and program.
    scoring_version : int
    """
    ids = roster.mentors.ids
    rows = np.flatnonzero(solution.prices.mentors.any(axis=1))
    prices = tuple(MentorPrice(ids[j], *solution.prices.mentors[j].tolist()) for j in rows.tolist())
    times = tuple(TimePrice(ids[j], *rest) for j, *rest in solution.prices.times.tolist())
    levels = tuple(LevelResult(level.name, level.value, level.bound) for level in solution.levels)
    return Certificate(
        problem.objective, levels, solution.bound_by, price_bound, prices, times, *hashes, scoring_version
    )


def read_prices(certificate: Certificate, roster: Roster) -> Prices:
    """Return the prices of a certificate as arrays, for whoever re-computes the bound.

    Raises
    ------
    MatchmakerError
        If a price is that of somebody who is no mentor of this roster.
    """
    mentors = np.zeros((len(roster.mentors), 2), np.int64)
    for price in certificate.mentor_prices:
        mentors[roster.mentor_row(price.mentor)] = price.coverage, price.points
    rows = sorted((roster.mentor_row(p.mentor), p.start, p.coverage, p.points) for p in certificate.time_prices)
    return Prices(mentors, np.array(rows, np.int64).reshape(-1, 4))
