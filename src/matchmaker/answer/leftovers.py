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
from matchmaker.solve.problem import NO_LIMIT, Problem, Solution
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
    has_room : bool array of shape (num_mentees,)
        Whether any further eligible mentor of a mentee has a place left.
    still_asked : int64 array of shape (num_mentors,)
        Further eligible mentees of each mentor who lack one.
    fitting : int64 array of shape (num_mentors,)
        Those of them whose hours the mentor could give, if there were no other.
    """

    mentors_had: NDArray[np.int64]
    mentees_had: NDArray[np.int64]
    mentee_choices: NDArray[np.int64]
    mentor_choices: NDArray[np.int64]
    has_room: NDArray[np.bool_]
    still_asked: NDArray[np.int64]
    fitting: NDArray[np.int64]


def take_stock(problem: Problem, solution: Solution, places: NDArray[np.int64]) -> Standing:
    """Count partners and eligible partners of everybody."""
    chosen = problem.pairs[solution.chosen]
    sizes = problem.num_mentees, problem.num_mentors
    had = [np.bincount(chosen[:, side], minlength=size) for side, size in enumerate(sizes)]
    choices = [np.bincount(problem.pairs[:, side], minlength=size) for side, size in enumerate(sizes)]
    further = np.delete(np.arange(len(problem.pairs)), solution.chosen)
    mentees, mentors = problem.pairs[further].T
    has_room = np.zeros(sizes[0], bool)
    has_room[mentees[had[1][mentors] < places[mentors]]] = True
    lacks = had[0][mentees] < problem.wanted[mentees]
    available = problem.available[mentors]
    fits = lacks & ((available == NO_LIMIT) | (problem.need[further] <= available))
    asked = [np.bincount(mentors[mask], minlength=sizes[1]) for mask in (lacks, fits)]
    return Standing(had[0], had[1], choices[0], choices[1], has_room, asked[0], asked[1])


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
    stock = take_stock(problem, solution, places)
    mentees = np.flatnonzero((stock.mentors_had < problem.wanted) | (problem.wanted == 0))
    mentors = np.flatnonzero(stock.mentees_had == 0)
    screened = encoded.screened_out
    asking = mentees[(stock.mentee_choices[mentees] == 0) & (problem.wanted[mentees] > 0)]
    lonely = np.array([j for j in mentors.tolist() if stock.mentor_choices[j] == 0 and j not in screened], np.int64)
    refusals = count_refusals(encoded, asking, lonely)
    shortfalls = find_shortfalls(problem, solution)
    taken = _tell_taken(problem, solution)
    left = [_explain_mentee(i, problem, stock, refusals, shortfalls, roster, taken) for i in mentees.tolist()]
    left += [_explain_mentor(j, solution, stock, refusals, screened, roster, places) for j in mentors.tolist()]
    left += [_explain_aside(one.role, one.id, one.name, one.reason) for one in roster.aside]
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
    taken: str,
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
        return Leftover("mentee", *who, TAKEN, f"{wanted}{taken}", missing=missing)
    mentor, coverage, points = shortfalls[row]
    nearest = roster.mentors.ids[mentor]
    if problem.objective == "points" and points == 0:
        reason = f"{wanted}a pair with {nearest}, the nearest eligible mentor, would add no points"
        return Leftover("mentee", *who, OUTCOMPETED, reason, {}, points, nearest, missing)
    others = f"all {choices - had} other eligible mentors" if had else f"all {choices} eligible mentors"
    others += " are full or have no time left that fits" if stock.has_room[row] else " are full"
    if coverage > 0:
        reason = f"{wanted}{others}, with mentees of higher priority or pairs that must be"
        return Leftover("mentee", *who, OUTCOMPETED, reason, {}, None, nearest, missing)
    reason = f"{wanted}{others}; the nearest, {nearest}, was missed by {points:,} points"
    return Leftover("mentee", *who, OUTCOMPETED, reason, {}, points, nearest, missing)


def _tell_taken(problem: Problem, solution: Solution) -> str:
    """Return the reason of mentees who lack a mentor, where nobody can say by how much they fell short."""
    if solution.status == "feasible":
        return "no place was found before the search was stopped"
    if problem.objective == "points":
        return "no further pair with an eligible mentor is possible and would add points"
    return "no eligible mentor is left with a place, hours and a time that fit"


def _explain_mentor(
    row: int,
    solution: Solution,
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
    return Leftover("mentor", *who, NOT_NEEDED, _tell_not_needed(row, solution, stock))


def _tell_not_needed(row: int, solution: Solution, stock: Standing) -> str:
    """Return why a mentor with places and eligible mentees has nobody."""
    asked, could = int(stock.still_asked[row]), int(stock.mentor_choices[row])
    if not asked:
        return f"all {could} mentees who could have this mentor have as many mentors as they want"
    if not stock.fitting[row]:
        return f"of {could} mentees who could have this mentor, the {asked} who lack one need more hours than there are"
    if solution.status == "feasible":
        return "no pair with this mentor was found before the search was stopped"
    return f"a pair with any of the {asked} mentees who lack one and could have this mentor would add no points"


def tell_refusals(partner: str, num_partners: int, refused: dict[str, int]) -> str:
    """Return how many partners each rule removed, as a sentence; one may be removed by several."""
    counts = ", ".join(
        f"'{rule}' refuses {count:,}" for rule, count in sorted(refused.items(), key=lambda item: -item[1])
    )
    return f"no {partner} of {num_partners:,} is eligible: {counts} (some are refused by several rules)"
