"""The chosen pairs, with people, points, components and meeting times; and the mentors' loads."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.effects import make_effect
from matchmaker.matching import Load, Meeting, Pair
from matchmaker.scoring.pairs import score_pairs
from matchmaker.solve.effects import find_place_changes
from matchmaker.solve.problem import NO_LIMIT, UNSCHEDULED, Problem, Solution
from matchmaker.times import format_time, read_zone

if TYPE_CHECKING:
    from datetime import date

    from matchmaker.program import Program
    from matchmaker.roster import Roster
    from matchmaker.roster.columns import PersonColumns
    from matchmaker.scoring import Encoded


def name_zone(people: PersonColumns, row: int, program: Program) -> str:
    """Return a person's time zone as written, or the program's."""
    zones = people.zones
    first, last = zones.offsets[row], zones.offsets[row + 1]
    return str(zones.words[zones.codes[first]]) if last > first else program.zone


def list_pairs(
    problem: Problem, solution: Solution, encoded: Encoded, roster: Roster, program: Program
) -> tuple[Pair, ...]:
    """Return the pairs of a solution, sorted by mentee and mentor.

    Points and components are those of the scoring blocks, not those that the solver was given.
    """
    rows = problem.pairs[solution.chosen].astype(np.int64)
    points, components = score_pairs(encoded, rows)
    reasons = {(pair.mentee, pair.mentor): pair.reason for pair in program.required}
    needs = problem.need[solution.chosen]
    pairs = []
    for k, (mentee, mentor) in enumerate(rows.tolist()):
        ids = roster.mentees.ids[mentee], roster.mentors.ids[mentor]
        parts = {name: int(values[k]) for name, values in components.items()}
        meeting = describe_meeting(int(solution.starts[k]), mentee, mentor, roster, program)
        pairs.append(Pair(*ids, int(points[k]), parts, meeting, int(needs[k]), reasons.get(ids)))
    return tuple(pairs)


def describe_meeting(start: int, mentee: int, mentor: int, roster: Roster, program: Program) -> Meeting | None:
    """Return a weekly time on both people's clocks, or None where there is none."""
    if start == UNSCHEDULED:
        return None
    zones = name_zone(roster.mentors, mentor, program), name_zone(roster.mentees, mentee, program)
    mentor_time, mentee_time = (_tell_time(start, zone, program.first_day) for zone in zones)
    return Meeting(start, mentor_time, mentee_time, *zones)


@lru_cache(maxsize=10_000)
def _tell_time(start: int, zone: str, day: date) -> str:
    return format_time(start, read_zone(zone), day)


def list_loads(problem: Problem, solution: Solution, roster: Roster, places: NDArray[np.int64]) -> tuple[Load, ...]:
    """Return what every mentor has got to do, sorted by id.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    roster : Roster
    places : int64 array of shape (num_mentors,)
        Places that count: capacity, cut to what hours and starts allow.
    """
    mentors = problem.pairs[solution.chosen, 1]
    counts = np.bincount(mentors, minlength=problem.num_mentors)
    minutes = np.bincount(mentors, problem.need[solution.chosen], problem.num_mentors).astype(np.int64)
    changes = find_place_changes(problem, solution)
    return tuple(
        Load(
            roster.mentors.ids[j],
            roster.mentors.names[j],
            int(counts[j]),
            int(problem.capacity[j]),
            int(problem.minimum[j]),
            int(places[j]),
            int(minutes[j]),
            None if problem.available[j] == NO_LIMIT else int(problem.available[j]),
            None if changes is None else make_effect(changes[j]),
        )
        for j in range(problem.num_mentors)
    )
