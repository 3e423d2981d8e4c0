"""Roster and program -> look-ups: every component and rule compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.roster.columns import UNKNOWN, PersonColumns
from matchmaker.roster.subjects import normalise_subjects
from matchmaker.scoring.components import COMPONENTS
from matchmaker.scoring.custom import CompiledComponent, Component
from matchmaker.scoring.draft import Draft
from matchmaker.scoring.encoded import Encoded, Ints, Limits
from matchmaker.scoring.rules import RULES
from matchmaker.scoring.weights import check_components, weigh
from matchmaker.solve.problem import Times
from matchmaker.times import (
    SLOT_MINUTES,
    find_mentor_starts,
    find_session_starts,
    offset_minutes,
    read_zone,
    shift_to_utc,
)

if TYPE_CHECKING:
    from matchmaker.program import Program
    from matchmaker.roster import Roster

SCORING_VERSION = 1
"""Counts up whenever the same roster and program may give other points."""


def encode(roster: Roster, program: Program, components: Sequence[Component] = ()) -> Encoded:
    """Compile a roster and a program into look-ups.

    Parameters
    ----------
    roster : Roster
    program : Program
        Must agree with the roster (`matchmaker.roster.check_roster`).
    components : sequence of Component
        Scoring functions of your own.

    Raises
    ------
    PointsError
        If one of them has no name of its own, or a weight that cannot be one.
    """
    check_components(components)
    goal_keys = normalise_subjects(roster.mentees.goals.words, program.synonyms)
    subject_keys = normalise_subjects(roster.mentors.subjects.words, program.synonyms)
    weights = weigh(roster, program, components, goal_keys)
    times = find_times(roster, program)
    draft = Draft(roster, program, weights, goal_keys, subject_keys, times)
    for family in COMPONENTS:
        family.add(draft)
    for component in components:
        place, weight = draft.weight(component.name)
        if place >= 0:
            draft.custom.append((place, CompiledComponent(component, roster, program, weight, weights.total)))
    for add_rule in RULES:
        add_rule(draft)
    return _finish(draft)


def _finish(draft: Draft) -> Encoded:
    roster, program = draft.roster, draft.program
    overridden = [
        (roster.mentee_row(one.mentee), roster.mentor_row(one.mentor)) for one in program.required if one.override
    ]
    return Encoded(
        roster,
        program,
        draft.weights.names,
        draft.base,
        draft.level_terms,
        tuple(draft.code_terms),
        tuple(draft.condition_terms),
        tuple(draft.start_terms),
        tuple(draft.overlays),
        tuple(draft.custom),
        tuple(draft.rules),
        np.array(overridden, np.int64).reshape(-1, 2),
        draft.screened_out,
        find_limits(draft),
        draft.report,
    )


def find_offsets(people: PersonColumns, program: Program) -> Ints:
    """Return everybody's minutes ahead of UTC on the first day of the programme."""
    by_word = [offset_minutes(read_zone(word), program.first_day) for word in people.zones.words]
    offsets = np.full(len(people), offset_minutes(read_zone(program.zone), program.first_day), np.int64)
    stated = np.flatnonzero(np.diff(people.zones.offsets))
    codes = people.zones.codes[people.zones.offsets[stated]]
    offsets[stated] = np.array(by_word, np.int64)[codes]
    return offsets


def find_times(roster: Roster, program: Program) -> Times | None:
    """Return everybody's weekly starts, or None where nobody's slots are known."""
    mentees, mentors = roster.mentees, roster.mentors
    if not (mentees.slots_known.any() or mentors.slots_known.any()):
        return None
    length = program.session_minutes // SLOT_MINUTES
    offsets = find_offsets(mentors, program)
    free = shift_to_utc(mentors.slots, offsets)
    return Times(
        find_session_starts(shift_to_utc(mentees.slots, find_offsets(mentees, program)), length),
        find_mentor_starts(free, length, program.grid, offsets),
        mentees.slots_known,
        mentors.slots_known,
        program.every_weeks,
        length,
    )


def fill_unknown(values: NDArray[np.int64], default: int) -> Ints:
    """Return values with a default where they are unknown."""
    return np.where(values == UNKNOWN, default, values)


def find_limits(draft: Draft) -> Limits:
    """Return what limits a matching, with the program's defaults filled in."""
    roster, program = draft.roster, draft.program
    mentors, mentees = roster.mentors, roster.mentees
    passed = np.ones(len(mentors), bool)
    passed[list(draft.screened_out)] = False
    need = int(program.minimum_hours * 60)
    _, priority = np.unique(fill_unknown(mentees.priority, -1), return_inverse=True)
    return Limits(
        capacity=fill_unknown(mentors.capacity, program.capacity) * passed,
        minimum=fill_unknown(mentors.minimum, program.minimum) * passed,
        wanted=fill_unknown(mentees.wanted, program.wanted),
        priority=priority.reshape(-1).astype(np.int64),
        need=fill_unknown(mentees.hours, need),
        available=mentors.hours.copy(),
        times=draft.times if program.timetable else None,
    )
