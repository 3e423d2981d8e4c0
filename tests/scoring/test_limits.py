"""What limits a matching: the program's defaults filled in, screening, priorities, hours and weekly times."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
from hypothesis import given, settings

from matchmaker.people import Mentee, Mentor
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster
from matchmaker.scoring import encode
from matchmaker.solve.problem import NO_LIMIT
from matchmaker.times import pack_slots
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import WEEK, Reference


def test_defaults() -> None:
    """Who says nothing takes the program's capacity, minimum, wanted number and hours."""
    mentors = [Mentor(id="m"), Mentor(id="n", capacity=5, minimum=2, hours=Decimal("30.5"))]
    mentees = [Mentee(id="e"), Mentee(id="f", wanted=0, hours=12)]
    limits = encode(Roster(mentors, mentees), Program(capacity=3, minimum=1, wanted=2, minimum_hours=10)).limits
    assert limits.capacity.tolist() == [3, 5]
    assert limits.minimum.tolist() == [1, 2]
    assert limits.wanted.tolist() == [2, 0]
    assert limits.need.tolist() == [600, 720]
    assert limits.available.tolist() == [NO_LIMIT, 1830]
    assert limits.times is None


def test_priority_ranks() -> None:
    """Priorities become ranks without holes; who has none is in the lowest tier."""
    mentees = [Mentee(id=f"e{k}", priority=priority) for k, priority in enumerate((7, None, 100, 7, 0))]
    limits = encode(Roster([], mentees), Program()).limits
    assert limits.priority.tolist() == [2, 0, 3, 2, 1]


def test_times_of_the_first_day() -> None:
    """Weekly starts are those of the offsets on the first day, winter or summer."""
    roster = Roster([Mentor(id="m", slots="Mon 12:00-14:00")], [Mentee(id="e", slots="Mon 12:00-14:00", zone="UTC")])
    for start, shared in ((date(2027, 1, 4), 2), (date(2027, 7, 5), 1)):
        times = encode(roster, Program(start=start, zone="Europe/London", every_weeks=2)).limits.times
        assert times is not None
        assert np.bitwise_count(times.mentee_starts & times.mentor_starts).sum() == shared
        assert (times.pairs_per_start, times.session_slots) == (2, 2)


def test_no_timetable() -> None:
    """Without a timetable the times still earn availability, but limit nothing."""
    roster = Roster([Mentor(id="m", slots="Mon 12:00-14:00")], [Mentee(id="e", slots="Tue 12:00-14:00")])
    encoded = encode(roster, Program(timetable=False))
    assert encoded.limits.times is None
    assert encoded.components == ("availability",)
    assert encoded.rules == ()


def test_overriding_pairs() -> None:
    """Required pairs that override rules are noted as rows."""
    required = (RequiredPair("n", "e", "agreed", override=True), RequiredPair("m", "f"))
    roster = Roster([Mentor(id="m"), Mentor(id="n")], [Mentee(id="e"), Mentee(id="f")])
    assert encode(roster, Program(required=required)).overridden.tolist() == [[0, 1]]


@settings(max_examples=settings().max_examples // 4)
@given(draw_programme())
def test_starts_equal_reference(reference: Reference) -> None:
    """Everybody's weekly starts are those found slot by slot."""
    roster = Roster(reference.mentors, reference.mentees, reference.history)
    times = encode(roster, reference.program).limits.times
    if times is None:
        return
    length = reference.program.session_minutes // 30
    for mentor in reference.mentors:
        free = reference.find_free(mentor)
        starts = set() if free is None else reference.find_grid(free, length)
        packed = pack_slots(np.array([slot in starts for slot in range(WEEK)]))
        row = roster.mentor_row(mentor.id)
        assert times.mentor_known[row] == (free is not None)
        assert times.mentor_starts[row].tolist() == packed.tolist()
