"""The certificate of an answer: rows become ids, only prices that are not zero are kept; and back."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.candidates import locate_pairs
from matchmaker.errors import MatchmakerError
from matchmaker.matching import Certificate, LevelResult, MentorPrice, TimePrice
from matchmaker.solve.problem import UNSCHEDULED, Level, Prices, Problem, Solution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.matching import Matching
    from matchmaker.roster import Roster

Ints = NDArray[np.int64]

MOST_PRICE, MOST_START = 2**62, 64 * 6 - 1
"""No price in an answer is larger, and no start later."""


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
    levels = tuple(LevelResult(level.name, level.value, level.bound) for level in solution.levels)
    prices = list_prices(solution.prices, roster)
    return Certificate(problem.objective, levels, solution.bound_by, price_bound, *prices, *hashes, scoring_version)


def list_prices(prices: Prices, roster: Roster) -> tuple[tuple[MentorPrice, ...], tuple[TimePrice, ...]]:
    """Return the prices that are not zero, of places and of contested times, sorted by mentor."""
    ids = roster.mentors.ids
    rows = np.flatnonzero(prices.mentors.any(axis=1))
    places = tuple(MentorPrice(ids[j], *prices.mentors[j].tolist()) for j in rows.tolist())
    return places, tuple(TimePrice(ids[j], *rest) for j, *rest in prices.times.tolist())


def read_known_prices(certificate: Certificate, roster: Roster) -> Prices:
    """Return the prices of a certificate as arrays, without those of people who are no mentors of a roster."""
    mentors = np.zeros((len(roster.mentors), 2), np.int64)
    names, numbers = split_prices(certificate.mentor_prices, MentorPrice)
    rows = roster.locate_mentors(names)
    mentors[rows[rows >= 0]] = numbers[rows >= 0]
    names, numbers = split_prices(certificate.time_prices, TimePrice)
    times = np.column_stack([roster.locate_mentors(names), numbers])
    times = times[times[:, 0] >= 0]
    return Prices(mentors, times[np.lexsort(times.T[::-1])])


def split_prices(
    prices: Sequence[MentorPrice | TimePrice], kind: type[MentorPrice | TimePrice]
) -> tuple[list[str], Ints]:
    """Return the mentors of some prices, and the numbers of each as a row.

    Raises
    ------
    MatchmakerError
        If a number is none that matchmaker writes.
    """
    columns = {name: list(map(attrgetter(name), prices)) for name in kind.__struct_fields__[1:]}
    for name, column in columns.items():
        least, most = (0, MOST_START) if name == "start" else (-MOST_PRICE, MOST_PRICE)
        if column and (min(column) < least or max(column) > most):
            raise _refuse_price(next(one for one in prices if not least <= getattr(one, name) <= most), name)
    return [one.mentor for one in prices], np.array(list(columns.values()), np.int64).T


def _refuse_price(price: MentorPrice | TimePrice, name: str) -> MatchmakerError:
    return MatchmakerError(
        f"the certificate has a price of mentor '{price.mentor}' with {name} {getattr(price, name)}, which matchmaker "
        "never writes. Take the answer as it was written, or match anew without it"
    )


def read_prices(certificate: Certificate, roster: Roster) -> Prices:
    """Return the prices of a certificate as arrays, for whoever re-computes the bound.

    Raises
    ------
    MatchmakerError
        If a price is that of somebody who is no mentor of this roster.
    """
    prices: tuple[MentorPrice | TimePrice, ...] = (*certificate.mentor_prices, *certificate.time_prices)
    for price in prices:
        roster.mentor_row(price.mentor)
    return read_known_prices(certificate, roster)


def rebuild_solution(matching: Matching, roster: Roster, problem: Problem) -> Solution:
    """Return the solution that a matching was made from; all its pairs must be candidates of the problem."""
    rows = [(roster.mentee_row(pair.mentee), roster.mentor_row(pair.mentor)) for pair in matching.pairs]
    chosen = locate_pairs(problem.pairs, np.array(rows, np.int64).reshape(-1, 2), problem.num_mentors)
    meetings = (pair.meeting for pair in matching.pairs)
    starts = np.array([UNSCHEDULED if one is None else one.start for one in meetings], np.int64)
    certificate = matching.certificate
    prices = read_prices(certificate, roster)
    levels = tuple(Level(one.name, one.value, one.bound) for one in certificate.levels)
    return Solution(chosen, starts, prices, prices, levels, certificate.bound_by, matching.status)
