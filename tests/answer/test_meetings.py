"""Meetings are told on both clocks, moved apart where that helps, and noticed where it does not or clocks change."""

from __future__ import annotations

from datetime import date

from matchmaker.engine import match
from matchmaker.matching import Matching
from matchmaker.people import Mentee, Mentor
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster

START = date(2027, 1, 11)


def match_across(mentor_zone: str, mentor_slots: str, mentee_zone: str, mentee_slots: str, weeks: int) -> Matching:
    """Match one mentor with one mentee in another zone."""
    roster = Roster(
        [Mentor(id="m", zone=mentor_zone, slots=mentor_slots)], [Mentee(id="e", zone=mentee_zone, slots=mentee_slots)]
    )
    return match(roster, Program(start=START, weeks=weeks))


def list_kinds(matching: Matching) -> list[str]:
    """Return the kinds of notices of an answer."""
    return [notice.kind for notice in matching.notices]


def test_both_clocks() -> None:
    """A half-hour zone, another continent, the day before: each reads the time on their own clock."""
    matching = match_across("Asia/Kolkata", "Tue 05:30-06:30", "America/New_York", "Mon 18:00-21:00", 4)
    meeting = matching.pairs[0].meeting
    assert meeting is not None
    assert (meeting.mentor_time, meeting.mentor_zone) == ("Tue 05:30", "Asia/Kolkata")
    assert (meeting.mentee_time, meeting.mentee_zone) == ("Mon 19:00", "America/New_York")
    assert meeting.start == 48
    assert list_kinds(matching) == []


def test_clocks_that_change() -> None:
    """Where only one of two clocks changes during the programme, a notice says when and by how much."""
    matching = match_across("Europe/London", "Mon 12:00-13:00", "America/New_York", "Mon 07:00-08:00", 26)
    assert list_kinds(matching) == ["clock-change"]
    text = matching.notices[0].text
    assert text.startswith(
        "mentor m and mentee e: from 2027-03-15 to 2027-03-22 the meeting is Mon 08:00 instead of Mon 07:00"
    )
    assert list_kinds(match_across("Europe/London", "Mon 12:00-13:00", "Europe/London", "Mon 12:00-13:00", 26)) == []
    far = match_across("Europe/London", "Mon 12:00-13:00", "Asia/Kolkata", "Mon 17:30-18:30", 26)
    assert "from 2027-03-29" in far.notices[0].text


def make_double(slots: str) -> Matching:
    """Match one mentee with two mentors who are free at the same times."""
    mentors = [Mentor(id=name, zone="UTC", slots=slots) for name in ("a", "b")]
    required = tuple(RequiredPair(name, "e") for name in ("a", "b"))
    roster = Roster(mentors, [Mentee(id="e", wanted=2, zone="UTC", slots=slots)])
    return match(roster, Program(start=START, required=required))


def test_two_mentors_at_two_times() -> None:
    """A mentee with two mentors meets them at different times if there are any, and else is told of the clash."""
    apart = make_double("Mon 12:00-13:00; Tue 12:00-13:00")
    assert len({pair.meeting.start for pair in apart.pairs if pair.meeting}) == 2
    assert list_kinds(apart) == []
    clash = make_double("Mon 12:00-13:00")
    assert list_kinds(clash) == ["clash", "clash"]
    assert clash.notices[0].text.startswith(
        "mentor a and mentee e have a meeting at a time when one of them has another"
    )
