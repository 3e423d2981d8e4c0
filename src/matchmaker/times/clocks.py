"""Weekly meetings on people's own clocks, and what happens when clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from matchmaker.times.bits import SLOT_MINUTES
from matchmaker.times.words import DAY_NAMES
from matchmaker.times.zones import Zone, find_offset, load_rules, offset_minutes

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Days on which two clocks are not as far apart as on the first day of the programme.

    Parameters
    ----------
    first, last : datetime.date
        Both included.
    shift : int
        Minutes by which a meeting comes later for the mentee if the mentor keeps the time; it comes
        as much earlier for the mentor if the mentee keeps it. Negative: the other way round.
    """

    first: date
    last: date
    shift: int


@dataclass(frozen=True, slots=True)
class Move:
    """Meetings in a row that come at another time for one of a pair if the other keeps theirs.

    Parameters
    ----------
    first, last : datetime.date
        Days of the first and last of these meetings, in the calendar of the person who keeps the time.
    kept : str
        Their day and time, such as ``Tue 18:00``.
    usual, moved : str
        Day and time of the other person as a rule, and in these weeks.
    """

    first: date
    last: date
    kept: str
    usual: str
    moved: str

    def describe(self, keeper: str, other: str) -> str:
        """Return a sentence without a full stop for a notice, given the names of both."""
        period = f"on {self.first}" if self.first == self.last else f"from {self.first} to {self.last}"
        times = f"{self.moved} instead of {self.usual}"
        return f"{period} the meeting is {times} for {other} if {keeper} keeps {self.kept}"


def local_time(start: int, zone: Zone, day: date) -> tuple[int, str]:
    """Return when a weekly meeting begins on a person's own clock.

    Parameters
    ----------
    start : int
        Slot of the UTC week, 0 to 335.
    zone : Zone
    day : datetime.date
        Whose offset counts: the programme's start date.

    Returns
    -------
    weekday : int
        0 for Monday.
    clock : str
        Such as ``18:00``.
    """
    weekday, minute = divmod(_find_minute(start, zone, day), DAY_MINUTES)
    return weekday, f"{minute // 60:02}:{minute % 60:02}"


def format_time(start: int, zone: Zone, day: date) -> str:
    """Return when a weekly meeting begins on a person's own clock, such as ``Tue 18:00``.

    Parameters
    ----------
    start, zone, day
        As in `local_time`.
    """
    weekday, clock = local_time(start, zone, day)
    return f"{DAY_NAMES[weekday]} {clock}"


def _find_minute(start: int, zone: Zone, day: date) -> int:
    """Return the minute of the person's own week at which a start falls."""
    return (start * SLOT_MINUTES + offset_minutes(zone, day)) % WEEK_MINUTES


@lru_cache(maxsize=16384)
def find_clock_changes(mentor_zone: Zone, mentee_zone: Zone, start_date: date, weeks: int) -> tuple[ClockChange, ...]:
    """Find the days of a programme on which two clocks are not as far apart as on its first day.

    Parameters
    ----------
    mentor_zone, mentee_zone : Zone
    start_date : datetime.date
    weeks : int
        Length of the programme.

    Returns
    -------
    tuple of ClockChange
        By date; offsets are those at noon of each day.
    """
    usual = _measure_gap(mentor_zone, mentee_zone, start_date)
    days = (start_date + timedelta(days=later) for later in range(7 * weeks))
    runs = groupby(days, lambda day: _measure_gap(mentor_zone, mentee_zone, day) - usual)
    periods = [(shift, list(run)) for shift, run in runs]
    return tuple(ClockChange(run[0], run[-1], shift) for shift, run in periods if shift)


def _measure_gap(zone: Zone, other: Zone, day: date) -> int:
    return offset_minutes(other, day) - offset_minutes(zone, day)


@lru_cache(maxsize=65536)
def find_moves(start: int, keeper: Zone, other: Zone, start_date: date, weeks: int) -> tuple[Move, ...]:
    """Find the weekly meetings that move for one person when the other keeps the time.

    Unlike `find_clock_changes` this looks at the very minute of every meeting: a change on Sunday
    that is made good by Friday moves no meeting on Tuesday.

    Parameters
    ----------
    start : int
        Slot of the UTC week, 0 to 335, at the offsets of the start date.
    keeper, other : Zone
        Of the person who keeps the time, and of the other.
    start_date : datetime.date
    weeks : int
        Length of the programme; every week counts, whichever of them the pair meets in.

    Returns
    -------
    tuple of Move
        By date.
    """
    if not find_clock_changes(keeper, other, start_date - timedelta(days=1), weeks + 1):
        return ()
    kept, usual = format_time(start, keeper, start_date), format_time(start, other, start_date)
    meetings = _list_meetings(_find_minute(start, keeper, start_date), start_date, weeks)
    runs = groupby(meetings, lambda meeting: _format_for(meeting, keeper, other))
    periods = [(moved, list(run)) for moved, run in runs]
    return tuple(Move(run[0].date(), run[-1].date(), kept, usual, moved) for moved, run in periods if moved != usual)


def _list_meetings(minute: int, start_date: date, weeks: int) -> Iterator[datetime]:
    """Yield every meeting at a minute of the week, on the clock of the person who keeps it."""
    later = (minute // DAY_MINUTES - start_date.weekday()) % 7
    first = datetime.combine(start_date, time()) + timedelta(days=later, minutes=minute % DAY_MINUTES)
    return (first + timedelta(weeks=week) for week in range(weeks))


def _format_for(meeting: datetime, keeper: Zone, other: Zone) -> str:
    """Return day and time of a meeting on the other person's clock."""
    moment = (meeting - find_offset(keeper, meeting)).replace(tzinfo=UTC)
    local = moment.astimezone(load_rules(other))
    return f"{DAY_NAMES[local.weekday()]} {local:%H:%M}"
