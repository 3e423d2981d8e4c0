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
from matchmaker.answer.obstacles import Obstacles, find_obstacles
from matchmaker.answer.reasons import (
    tell_not_needed,
    tell_obstacles,
    tell_open,
    tell_priority,
    tell_refusals,
    tell_shortfall,
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
    mentor_choices : int64 array of shape (num_mentors, 4)
        Eligible mentees of each mentor: those who have a mentor, who lack one although the hours would do, who
        need more hours than the mentor has, and who want none.
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
    mentee, mentor = problem.pairs.T
    available = problem.available[mentor]
    is_short = (available != NO_LIMIT) & (problem.need > available)
    kind = np.select([had[0][mentee] > 0, problem.wanted[mentee] == 0, is_short], [0, 3, 2], 1)
    counts = np.bincount(4 * mentor.astype(np.int64) + kind, minlength=4 * problem.num_mentors)
    return Standing(had[0], had[1], np.bincount(mentee, minlength=sizes[0]), counts.reshape(-1, 4))


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
    alone = mentors[stock.mentor_choices[mentors].sum(axis=1) == 0]
    lonely = np.array([j for j in alone.tolist() if j not in screened], np.int64)
    refusals = count_refusals(encoded, asking, lonely)
    reach = find_obstacles(problem, solution, mentees)
    shortfalls = find_shortfalls(problem, solution)
    bound = _find_bound(problem)
    left = [
        _explain_mentee(
            i, problem, solution, stock, refusals, reach[i], shortfalls.get(i), roster, has_required=bool(bound[i])
        )
        for i in mentees.tolist()
    ]
    left += [_explain_mentor(j, solution, stock, refusals, screened, roster, places) for j in mentors.tolist()]
    left += [explain_aside(one.role, one.id, one.name, one.reason) for one in roster.aside]
    return tuple(sorted(left, key=lambda one: (one.role == "mentor", one.id)))


def _find_bound(problem: Problem) -> NDArray[np.bool_]:
    """Return which mentees are eligible for a mentor who has a required pair."""
    is_bound = np.zeros(problem.num_mentors, bool)
    is_bound[problem.pairs[problem.required, 1]] = True
    counts = np.bincount(problem.pairs[:, 0], is_bound[problem.pairs[:, 1]], problem.num_mentees)
    return counts > 0


def explain_aside(role: str, person_id: str, name: str, text: str) -> Leftover:
    """Return somebody who was set aside, with the fault."""
    reason = f"set aside because of a fault: {text}"
    missing = 1 if role == "mentee" else 0
    return Leftover("mentee" if role == "mentee" else "mentor", person_id, name, SET_ASIDE, reason, missing=missing)


def _explain_mentee(
    row: int,
    problem: Problem,
    solution: Solution,
    stock: Standing,
    refusals: Refusals,
    obstacles: Obstacles,
    shortfall: tuple[int, int, int] | None,
    roster: Roster,
    *,
    has_required: bool,
) -> Leftover:
    missing = int(problem.wanted[row] - stock.mentors_had[row])
    who = roster.mentees.ids[row], roster.mentees.names[row]
    if problem.wanted[row] == 0:
        return Leftover("mentee", *who, NO_WISH, "wants no mentor")
    if row in refusals.mentees:
        reason = tell_refusals("mentor", problem.num_mentors, refusals.mentees[row])
        return Leftover("mentee", *who, NO_PARTNER, reason, refusals.mentees[row], missing=missing)
    had = int(stock.mentors_had[row])
    wanted = f"has {had} of the {had + missing} mentors wanted: " if had else ""
    reason = f"{wanted}{tell_obstacles(obstacles, is_further=had > 0)}"
    if shortfall is None:
        is_stopped, is_points = solution.status == "feasible", problem.objective == "points"
        reason = f"{reason}{tell_open(obstacles, is_stopped=is_stopped, is_points=is_points)}"
        return Leftover("mentee", *who, TAKEN, reason, missing=missing)
    mentor, coverage, points = shortfall
    if coverage > 0:
        reason = f"{reason}; {tell_priority(is_further=had > 0, has_required=has_required)}"
        return Leftover("mentee", *who, OUTCOMPETED, reason, missing=missing)
    nearest = roster.mentors.ids[mentor]
    return Leftover(
        "mentee", *who, OUTCOMPETED, f"{reason}; {tell_shortfall(nearest, points)}", {}, points, nearest, missing
    )


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
    reason = tell_not_needed(*stock.mentor_choices[row].tolist(), is_stopped=solution.status == "feasible")
    return Leftover("mentor", *who, NOT_NEEDED, reason)
