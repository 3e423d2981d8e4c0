"""The arithmetic of a rhythm: how many sessions, and hours, a programme makes."""

from __future__ import annotations

from typing import NamedTuple

from matchmaker.text import say_count
from matchmaker.times.bits import SLOT_MINUTES

LONGEST_SESSION = 24 * 60
"""Minutes of the longest session that is ever proposed."""


class Rhythm(NamedTuple):
    """One session every so many weeks.

    Parameters
    ----------
    weeks : int
        Length of the programme.
    every_weeks : int
        Weeks from one session to the next, 1 or more.
    session_minutes : int
        Length of a session.
    """

    weeks: int
    every_weeks: int
    session_minutes: int

    @property
    def num_sessions(self) -> int:
        """Sessions in the whole programme."""
        return count_sessions(self.weeks, self.every_weeks)

    @property
    def minutes(self) -> int:
        """Minutes in the whole programme."""
        return promised_minutes(self.weeks, self.every_weeks, self.session_minutes)

    def __str__(self) -> str:
        weeks = say_count(self.weeks, "week")
        return f"one session of {self.session_minutes} min {_say_every(self.every_weeks)} for {weeks}"


def count_sessions(weeks: int, every_weeks: int) -> int:
    """Return the sessions of a programme: ⌊weeks ÷ every_weeks⌋."""
    return weeks // every_weeks


def promised_minutes(weeks: int, every_weeks: int, session_minutes: int) -> int:
    """Return the minutes that a pair meets in the whole programme."""
    return count_sessions(weeks, every_weeks) * session_minutes


def list_rhythms(rhythm: Rhythm, needed_minutes: int) -> list[Rhythm]:
    """List the rhythms that reach the minutes by one change each, as small as it can be.

    Parameters
    ----------
    rhythm : Rhythm
        One that does not reach them.
    needed_minutes : int
        Minutes that a pair must at least meet in the whole programme.

    Returns
    -------
    list of Rhythm
        Meeting more often, meeting longer (in whole slots, a day at most), going on for more weeks:
        those of the three that help, in this order. The last always does.
    """
    options = [_meet_more_often(rhythm, needed_minutes), _meet_longer(rhythm, needed_minutes)]
    num_needed = -(-needed_minutes // rhythm.session_minutes)
    longer_programme = rhythm._replace(weeks=num_needed * rhythm.every_weeks)
    return [option for option in [*options, longer_programme] if option is not None]


def _meet_more_often(rhythm: Rhythm, needed_minutes: int) -> Rhythm | None:
    options = (rhythm._replace(every_weeks=every) for every in range(rhythm.every_weeks - 1, 0, -1))
    return next((option for option in options if option.minutes >= needed_minutes), None)


def _meet_longer(rhythm: Rhythm, needed_minutes: int) -> Rhythm | None:
    if rhythm.num_sessions == 0:
        return None
    session_slots = -(-needed_minutes // (rhythm.num_sessions * SLOT_MINUTES))
    option = rhythm._replace(session_minutes=session_slots * SLOT_MINUTES)
    return option if option.session_minutes <= LONGEST_SESSION else None


def nearest_rhythm(rhythm: Rhythm, needed_minutes: int) -> Rhythm:
    """Return the rhythm that reaches the minutes with the least beyond them.

    Parameters
    ----------
    rhythm : Rhythm
        It is returned itself if it reaches them.
    needed_minutes : int
        Minutes that a pair must at least meet in the whole programme.

    Returns
    -------
    Rhythm
        One of `list_rhythms`; of equals the first.
    """
    if rhythm.minutes >= needed_minutes:
        return rhythm
    return min(list_rhythms(rhythm, needed_minutes), key=lambda option: option.minutes)


def explain_shortfall(rhythm: Rhythm, needed_minutes: int) -> tuple[str, str]:
    """Say why a rhythm does not reach the minutes, and what would.

    Parameters
    ----------
    rhythm : Rhythm
        One that does not reach them.
    needed_minutes : int
        Minutes that a pair must at least meet in the whole programme.

    Returns
    -------
    problem, remedy : str
        Two sentences without full stops, for a fault.
    """
    sessions = f"{rhythm.num_sessions} session{'s' * (rhythm.num_sessions != 1)}"
    problem = (
        f"{rhythm} makes {sessions} = {format_minutes(rhythm.minutes)}, but {format_minutes(needed_minutes)} are needed"
    )
    options = [_say_change(rhythm, option) for option in list_rhythms(rhythm, needed_minutes)]
    return problem, f"meet {', or '.join(options)}"


def _say_change(rhythm: Rhythm, option: Rhythm) -> str:
    if option.every_weeks != rhythm.every_weeks:
        change = _say_every(option.every_weeks)
    elif option.session_minutes != rhythm.session_minutes:
        change = f"for {option.session_minutes} min each time"
    else:
        change = f"for {say_count(option.weeks, 'week')}"
    return f"{change} ({format_minutes(option.minutes)})"


def _say_every(every_weeks: int) -> str:
    return "every week" if every_weeks == 1 else f"every {every_weeks} weeks"


def format_minutes(minutes: int) -> str:
    """Return minutes as hours and minutes, such as ``13 h`` or ``1 h 30 min``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours:,} h"] if hours or not rest else []
    return " ".join([*parts, f"{rest} min"] if rest else parts)
