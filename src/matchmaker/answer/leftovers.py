"""Who is left over, and the true reason: never a guess, always a count or a shortfall."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.candidates import list_blocks
from matchmaker.answer.kinds import (
    NO_PARTNER,
    NO_PLACES,
    NO_WISH,
    NOT_NEEDED,
    OUTCOMPETED,
    SCREENED_OUT,
    SET_ASIDE,
    TAKEN,
)
from matchmaker.matching import Leftover
from matchmaker.scoring.blocks import list_refusals
from matchmaker.solve.problem import Problem, Solution
from matchmaker.solve.shortfalls import find_shortfalls

if TYPE_CHECKING:
    from matchmaker.roster import Roster
    from matchmaker.scoring import Encoded


@dataclass
class Refusals:
    """How many partners each rule refused, for the people who ask.

    Parameters
    ----------
    mentees, mentors : dict of int to dict of str to int
        Row to rule to count, the rules that refused nobody left out.
    """

    mentees: dict[int, dict[str, int]] = field(default_factory=dict)
    mentors: dict[int, dict[str, int]] = field(default_factory=dict)


def count_refusals(encoded: Encoded, mentees: NDArray[np.int64], mentors: NDArray[np.int64]) -> Refusals:
    """Count, in one pass over the blocks, what refused each of these mentees and mentors.

    Parameters
    ----------
    encoded : Encoded
    mentees, mentors : int64 arrays
        Row numbers of those who have no eligible partner.
    """
    refusals = Refusals()
    if len(mentors):
        _count_for_mentors(encoded, mentors, refusals)
    for mentee in mentees.tolist():
        counts = {name: int(refused.sum()) for name, refused in list_refusals(encoded, np.array([mentee]))}
        refusals.mentees[mentee] = {name: count for name, count in counts.items() if count}
    return refusals


def _count_for_mentors(encoded: Encoded, mentors: NDArray[np.int64], refusals: Refusals) -> None:
    totals: dict[str, NDArray[np.int64]] = {}
    for rows in list_blocks(encoded):
        for name, refused in list_refusals(encoded, rows):
            counts = refused[:, mentors].sum(axis=0)
            totals[name] = totals[name] + counts if name in totals else counts
    for k, mentor in enumerate(mentors.tolist()):
        refusals.mentors[mentor] = {name: int(counts[k]) for name, counts in totals.items() if counts[k]}


@dataclass(frozen=True)
class Standing:
    """Where everybody stands after the solution.

    Parameters
    ----------
    mentors_had : int64 array of shape (num_mentees,)
    mentees_had : int64 array of shape (num_mentors,)
    mentee_choices : int64 array of shape (num_mentees,)
        Eligible mentors of each mentee.
    mentor_choices : int64 array of shape (num_mentors,)
        Eligible mentees of each mentor.
    """

    mentors_had: NDArray[np.int64]
    mentees_had: NDArray[np.int64]
    mentee_choices: NDArray[np.int64]
    mentor_choices: NDArray[np.int64]


def take_stock(problem: Problem, solution: Solution) -> Standing:
    """Count partners and eligible partners of everybody."""
    chosen = problem.pairs[solution.chosen]
    sizes = problem.num_mentees, problem.num_mentors
    had = [np.bincount(chosen[:, side], minlength=size) for side, size in enumerate(sizes)]
    choices = [np.bincount(problem.pairs[:, side], minlength=size) for side, size in enumerate(sizes)]
    return Standing(had[0], had[1], choices[0], choices[1])


def list_leftovers(
    problem: Problem,
    solution: Solution,
    encoded: Encoded,
    roster: Roster,
    places: NDArray[np.int64],
) -> tuple[Leftover, ...]:
    """Return everybody who is left over: mentees first, each side sorted by id.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    encoded : Encoded
    roster : Roster
    places : int64 array of shape (num_mentors,)
        Places that count with each mentor.
    """
    stock = take_stock(problem, solution)
    mentees = np.flatnonzero((stock.mentors_had < problem.wanted) | (problem.wanted == 0))
    mentors = np.flatnonzero(stock.mentees_had == 0)
    screened = encoded.screened_out
    asking = mentees[(stock.mentee_choices[mentees] == 0) & (problem.wanted[mentees] > 0)]
    lonely = np.array([j for j in mentors.tolist() if stock.mentor_choices[j] == 0 and j not in screened], np.int64)
    refusals = count_refusals(encoded, asking, lonely)
    shortfalls = find_shortfalls(problem, solution)
    left = [_explain_mentee(i, problem, stock, refusals, shortfalls, roster) for i in mentees.tolist()]
    left += [_explain_mentor(j, stock, refusals, screened, roster, places) for j in mentors.tolist()]
    left += [_explain_aside(one.role, one.id, one.name, one.text) for one in roster.aside]
    return tuple(sorted(left, key=lambda one: (one.role == "mentor", one.id)))


def _explain_aside(role: str, person_id: str, name: str, text: str) -> Leftover:
    reason = f"set aside because of a fault: {text}"
    missing = 1 if role == "mentee" else 0
    return Leftover("mentee" if role == "mentee" else "mentor", person_id, name, SET_ASIDE, reason, missing=missing)


def _explain_mentee(
    row: int,
    problem: Problem,
    stock: Standing,
    refusals: Refusals,
    shortfalls: dict[int, tuple[int, int, int]],
    roster: Roster,
) -> Leftover:
    missing = int(problem.wanted[row] - stock.mentors_had[row])
    who = roster.mentees.ids[row], roster.mentees.names[row]
    if problem.wanted[row] == 0:
        return Leftover("mentee", *who, NO_WISH, "wants no mentor")
    if row in refusals.mentees:
        reason = tell_refusals("mentor", problem.num_mentors, refusals.mentees[row])
        return Leftover("mentee", *who, NO_PARTNER, reason, refusals.mentees[row], missing=missing)
    had, choices = int(stock.mentors_had[row]), int(stock.mentee_choices[row])
    wanted = f"has {had} of the {had + missing} mentors wanted: " if had else ""
    if row not in shortfalls:
        reason = f"{wanted}no eligible mentor is left with a place, hours and a time that fit"
        return Leftover("mentee", *who, TAKEN, reason, missing=missing)
    mentor, coverage, points = shortfalls[row]
    nearest = roster.mentors.ids[mentor]
    others = (
        f"all {choices - had} other eligible mentors are full" if had else f"all {choices} eligible mentors are full"
    )
    if coverage > 0:
        reason = f"{wanted}{others}, with mentees of higher priority or pairs that must be"
        return Leftover("mentee", *who, OUTCOMPETED, reason, {}, None, nearest, missing)
    reason = f"{wanted}{others}; the nearest, {nearest}, was missed by {points:,} points"
    return Leftover("mentee", *who, OUTCOMPETED, reason, {}, points, nearest, missing)


def _explain_mentor(
    row: int,
    stock: Standing,
    refusals: Refusals,
    screened: dict[int, str],
    roster: Roster,
    places: NDArray[np.int64],
) -> Leftover:
    who = roster.mentors.ids[row], roster.mentors.names[row]
    if row in screened:
        return Leftover("mentor", *who, SCREENED_OUT, screened[row])
    if places[row] <= 0:
        reason = "has no place for a mentee: the capacity is 0, or the hours or free times allow none"
        return Leftover("mentor", *who, NO_PLACES, reason)
    if row in refusals.mentors:
        reason = tell_refusals("mentee", len(stock.mentors_had), refusals.mentors[row])
        return Leftover("mentor", *who, NO_PARTNER, reason, refusals.mentors[row])
    reason = f"all {int(stock.mentor_choices[row])} mentees who could have this mentor are better placed elsewhere"
    return Leftover("mentor", *who, NOT_NEEDED, reason)


def tell_refusals(partner: str, num_partners: int, refused: dict[str, int]) -> str:
    """Return how many partners each rule removed, as a sentence; one may be removed by several."""
    counts = ", ".join(
        f"'{rule}' refuses {count:,}" for rule, count in sorted(refused.items(), key=lambda item: -item[1])
    )
    return f"no {partner} of {num_partners:,} is eligible: {counts} (some are refused by several rules)"
