"""Whether each mentor has room: for the minimum at least, and for the capacity at best."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Notice
from matchmaker.program import Program
from matchmaker.roster.columns import UNKNOWN
from matchmaker.roster.meeting import Meeting, fill
from matchmaker.roster.screening import screen_mentors
from matchmaker.text import say_count, say_hours
from matchmaker.times import (
    SLOT_MINUTES,
    count_bits,
    find_mentor_starts,
    find_zone,
    offset_minutes,
    read_zone,
    shift_to_utc,
)


class Room(NamedTuple):
    """What mentors may and must take.

    Parameters
    ----------
    capacity, minimum : int64 arrays of shape (num_mentors,)
        0 for those who do not pass the screening.
    sound : bool array of shape (num_mentors,)
        Whether the mentor has no fault of their own.
    """

    capacity: NDArray[np.int64]
    minimum: NDArray[np.int64]
    sound: NDArray[np.bool_]


def check_places(meeting: Meeting) -> None:
    """Capacity, hours and weekly starts leave each mentor who passes the screening room for the minimum."""
    program, mentors = meeting.program, meeting.roster.mentors
    capacity, minimum = fill(mentors.capacity, program.capacity), fill(mentors.minimum, program.minimum)
    screened = list(screen_mentors(mentors, program))
    capacity[screened] = minimum[screened] = 0
    room = Room(capacity, minimum, meeting.find_sound(mentors))
    _check_minimum(meeting, room)
    _check_hours(meeting, room)
    if program.timetable:
        _check_starts(meeting, room)


def _check_minimum(meeting: Meeting, room: Room) -> None:
    """A minimum that was stated is not above the default capacity, nor the other way round."""
    mentors = meeting.roster.mentors
    is_default = (mentors.minimum == UNKNOWN) | (mentors.capacity == UNKNOWN)
    for row in np.flatnonzero(room.sound & (room.minimum > room.capacity) & is_default).tolist():
        numbers = f"the minimum {room.minimum[row]} is above the capacity {room.capacity[row]}"
        problem, remedy = f"with the program's defaults {numbers}", "Lower the minimum or raise the capacity"
        meeting.refuse(mentors, row, "minimum", "minimum-above-capacity", None, problem, remedy)


def _check_hours(meeting: Meeting, room: Room) -> None:
    """The hours hold the minimum, even if all mentees are those who need the least."""
    program, mentors = meeting.program, meeting.roster.mentors
    shortest = int(fill(meeting.roster.mentees.hours, int(program.minimum_hours * 60)).min(initial=2**40))
    is_free = (mentors.hours == UNKNOWN) | (shortest <= 0)
    held = np.where(is_free, room.capacity, mentors.hours // max(shortest, 1))
    for row in np.flatnonzero(room.sound & (held < room.minimum) & (room.minimum <= room.capacity)).tolist():
        hours, verb = int(mentors.hours[row]), "is" if mentors.hours[row] == 60 else "are"
        problem = f"{say_hours(hours)} {verb} too few for the minimum of {say_count(int(room.minimum[row]), 'mentee')}"
        remedy = "Give more hours or lower the minimum"
        meeting.refuse(mentors, row, "hours", "minimum-above-places", None, problem, remedy)


def _check_starts(meeting: Meeting, room: Room) -> None:
    """The weekly starts hold the minimum; tell where they hold less than the capacity.

    Mentees whose free times are not known take no start where they arrange their own times.
    """
    program, mentors = meeting.program, meeting.roster.mentors
    starts = count_starts(meeting)
    untimed = int(np.count_nonzero(~meeting.roster.mentees.slots_known)) * (program.slots_unknown == "allow")
    held = starts * program.every_weeks
    most = np.where(starts == UNKNOWN, room.capacity, held + untimed)
    for row in np.flatnonzero(room.sound & (most < room.minimum) & (room.minimum <= room.capacity)).tolist():
        problem = f"the free times hold {say_count(int(held[row]), 'mentee')}, the minimum is {room.minimum[row]}"
        remedy = "Give more free times or lower the minimum"
        meeting.refuse(mentors, row, "slots", "minimum-above-places", None, problem, remedy)
    for row in np.flatnonzero(room.sound & (most < room.capacity) & (most >= room.minimum)).tolist():
        told = f"the free times hold {held[row]} of the {room.capacity[row]} mentees that the capacity allows"
        place, remedy = mentors.locate(row, "slots"), "More free times would use the rest"
        meeting.report.add_notice(Notice("places-beyond-starts", told, remedy, place, person=("mentor", row)))


def count_starts(meeting: Meeting) -> NDArray[np.int64]:
    """Return how many weekly starts each mentor offers, -1 where the slots are unknown."""
    program, mentors = meeting.program, meeting.roster.mentors
    default = offset_minutes(read_zone(program.zone), program.first_day)
    by_word = [_read_offset(word, program, default) for word in mentors.zones.words]
    offsets = np.array(
        [
            by_word[mentors.zones.codes[k]] if k < j else default
            for k, j in zip(mentors.zones.offsets[:-1].tolist(), mentors.zones.offsets[1:].tolist(), strict=True)
        ],
        np.int64,
    )
    length = program.session_minutes // SLOT_MINUTES
    starts = find_mentor_starts(shift_to_utc(mentors.slots, offsets), length, program.grid, offsets)
    return np.where(mentors.slots_known, count_bits(starts), UNKNOWN)


def _read_offset(word: str, program: Program, default: int) -> int:
    """Return the offset of a time zone; the default for one that cannot be read, which is a fault already."""
    zone = find_zone(word)
    return default if zone is None else offset_minutes(zone, program.first_day)
