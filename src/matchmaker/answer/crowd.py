"""Who is left over in a large roster, and why: what counts over all pairs say, without holding the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.kinds import NO_PARTNER, NO_PLACES, NO_WISH, NOT_NEEDED, OUTCOMPETED, SCREENED_OUT, TAKEN
from matchmaker.answer.leftovers import explain_aside
from matchmaker.answer.reasons import tell_all_taken, tell_idle, tell_priority, tell_refusals, tell_shortfall
from matchmaker.matching import Leftover
from matchmaker.scoring.blocks import choose_block_rows, list_refusals
from matchmaker.scoring.pairs import refuse_pairs
from matchmaker.solve.problem import Problem, Solution

if TYPE_CHECKING:
    from matchmaker.roster import Roster
    from matchmaker.scoring import Encoded

Ints = NDArray[np.int64]
Refused = dict[int, dict[str, int]]


@dataclass(frozen=True, eq=False)
class Crowd:
    """What was counted over all pairs of a large roster.

    Parameters
    ----------
    eligible : int64 array of shape (num_mentees,)
        Eligible mentors of each mentee.
    tally : int64 array of shape (num_mentors,)
        Eligible mentees of each mentor.
    shortfalls : dict of int to (mentor, coverage, points)
        As in `matchmaker.solve.shortfalls.find_shortfalls`.
    has_required : bool
        Whether any pairs are required.
    """

    eligible: Ints
    tally: Ints
    shortfalls: dict[int, tuple[int, int, int]]
    has_required: bool


def fit_crowd(places: Ints, capacity: Ints, partners: Ints) -> Ints:
    """Return the places of each mentor as `count_places` counts them: capacity, cut to the hours where pairs take any.

    Parameters
    ----------
    places : int64 array of shape (num_mentors,)
        Cut to the hours for everybody.
    capacity : int64 array of shape (num_mentors,)
    partners : int64 array of shape (num_mentors,)
        Above 0 for whoever is eligible for anybody.
    """
    return np.where(partners > 0, places, capacity)


def list_crowd_leftovers(
    problem: Problem, solution: Solution, encoded: Encoded, roster: Roster, places: Ints, crowd: Crowd
) -> tuple[Leftover, ...]:
    """Return everybody who is left over: mentees first, each side sorted by id.

    Parameters
    ----------
    problem : Problem
        With any candidates, the chosen ones among them.
    solution : Solution
    encoded : Encoded
    roster : Roster
    places : int64 array of shape (num_mentors,)
    crowd : Crowd
    """
    mentees, mentors = problem.pairs[solution.chosen].T
    had = np.bincount(mentees, minlength=problem.num_mentees)
    lacking = np.flatnonzero((had < problem.wanted) | (problem.wanted == 0))
    idle = np.flatnonzero(np.bincount(mentors, minlength=problem.num_mentors) == 0)
    asking = lacking[(crowd.eligible[lacking] == 0) & (problem.wanted[lacking] > 0)]
    lonely = [j for j in idle[crowd.tally[idle] == 0].tolist() if places[j] > 0 and j not in encoded.screened_out]
    refused, refusing = count_for_mentees(encoded, asking), count_for_mentors(encoded, lonely)
    left = [_explain_mentee(i, problem, solution, int(had[i]), refused, crowd, roster) for i in lacking.tolist()]
    left += [_explain_mentor(j, solution, encoded, refusing, crowd, roster, places) for j in idle.tolist()]
    left += [explain_aside(one.role, one.id, one.name, one.reason) for one in roster.aside]
    return tuple(sorted(left, key=lambda one: (one.role == "mentor", one.id)))


def count_for_mentees(encoded: Encoded, mentees: Ints) -> Refused:
    """Return how many mentors each rule refuses to each of some mentees."""
    counts: Refused = {}
    size = choose_block_rows(encoded)
    for first in range(0, len(mentees), size):
        rows = mentees[first : first + size]
        sums = [(name, refused.sum(axis=1).tolist()) for name, refused in list_refusals(encoded, rows)]
        for k, row in enumerate(rows.tolist()):
            counts[row] = {name: numbers[k] for name, numbers in sums if numbers[k]}
    return counts


def count_for_mentors(encoded: Encoded, mentors: list[int]) -> Refused:
    """Return how many mentees each rule refuses to each of some mentors."""
    every = np.arange(encoded.num_mentees)
    counts: Refused = {}
    for mentor in mentors:
        refusals = refuse_pairs(encoded, np.column_stack([every, np.full_like(every, mentor)]))
        counts[mentor] = {name: int(refused.sum()) for name, refused in refusals if refused.any()}
    return counts


def _explain_mentee(
    row: int, problem: Problem, solution: Solution, had: int, refused: Refused, crowd: Crowd, roster: Roster
) -> Leftover:
    missing = int(problem.wanted[row] - had)
    who = roster.mentees.ids[row], roster.mentees.names[row]
    if problem.wanted[row] == 0:
        return Leftover("mentee", *who, NO_WISH, "wants no mentor")
    if row in refused:
        reason = tell_refusals("mentor", problem.num_mentors, refused[row])
        return Leftover("mentee", *who, NO_PARTNER, reason, refused[row], missing=missing)
    wanted = f"has {had} of the {had + missing} mentors wanted: " if had else ""
    others = int(crowd.eligible[row]) - had
    taken = tell_all_taken(others, is_further=had > 0, is_stopped=solution.status == "feasible")
    if row not in crowd.shortfalls:
        return Leftover("mentee", *who, TAKEN, f"{wanted}{taken}", missing=missing)
    mentor, coverage, points = crowd.shortfalls[row]
    if coverage > 0:
        end = tell_priority(is_further=had > 0, has_required=crowd.has_required)
        return Leftover("mentee", *who, OUTCOMPETED, f"{wanted}{taken}; {end}", missing=missing)
    nearest = roster.mentors.ids[mentor]
    reason = f"{wanted}{taken}; {tell_shortfall(nearest, points)}"
    return Leftover("mentee", *who, OUTCOMPETED, reason, {}, points, nearest, missing)


def _explain_mentor(
    row: int, solution: Solution, encoded: Encoded, refusing: Refused, crowd: Crowd, roster: Roster, places: Ints
) -> Leftover:
    who = roster.mentors.ids[row], roster.mentors.names[row]
    if row in encoded.screened_out:
        return Leftover("mentor", *who, SCREENED_OUT, encoded.screened_out[row])
    if places[row] <= 0:
        reason = "has no place for a mentee: the capacity is 0, or the hours or free times allow none"
        return Leftover("mentor", *who, NO_PLACES, reason)
    if row in refusing:
        reason = tell_refusals("mentee", encoded.num_mentees, refusing[row])
        return Leftover("mentor", *who, NO_PARTNER, reason, refusing[row])
    reason = tell_idle(int(crowd.tally[row]), is_stopped=solution.status == "feasible")
    return Leftover("mentor", *who, NOT_NEEDED, reason)
