"""The arithmetic of a rhythm, and the rhythms that reach what is needed."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.times import (
    Rhythm,
    count_sessions,
    explain_shortfall,
    format_minutes,
    list_rhythms,
    nearest_rhythm,
    promised_minutes,
)

RHYTHMS = st.builds(Rhythm, st.integers(1, 60), st.integers(1, 12), st.integers(1, 12).map(lambda n: 30 * n))


def test_counts() -> None:
    """Sessions are whole: 26 weeks with one every 4 weeks make 6."""
    assert count_sessions(26, 4) == 6
    assert promised_minutes(26, 4, 90) == 540
    assert Rhythm(26, 4, 90).minutes == 540


@given(RHYTHMS, st.integers(1, 12_000))
def test_nearest_rhythm(rhythm: Rhythm, needed: int) -> None:
    """The nearest rhythm reaches the minutes, changes one thing at most and goes least beyond."""
    nearest = nearest_rhythm(rhythm, needed)
    assert nearest.minutes >= needed
    if rhythm.minutes >= needed:
        assert nearest == rhythm
    else:
        options = list_rhythms(rhythm, needed)
        assert sum(a != b for a, b in zip(nearest, rhythm, strict=True)) == 1
        assert nearest.minutes == min(option.minutes for option in options)


@given(RHYTHMS, st.integers(1, 12_000))
def test_smallest_changes(rhythm: Rhythm, needed: int) -> None:
    """No smaller change of the same kind reaches the minutes, and none that helps is left out."""
    if rhythm.minutes >= needed:
        return
    often = (rhythm._replace(every_weeks=n) for n in range(rhythm.every_weeks, 0, -1))
    longer = (rhythm._replace(session_minutes=n) for n in range(30, 1441, 30))
    more = (rhythm._replace(weeks=n) for n in count(rhythm.weeks))
    found = [next((o for o in kind if o.minutes >= needed), None) for kind in (often, longer, more)]
    assert list_rhythms(rhythm, needed) == [option for option in found if option is not None]


def test_explain_shortfall() -> None:
    """The fault says the arithmetic and what would reach the hours."""
    assert explain_shortfall(Rhythm(26, 2, 60), 24 * 60) == (
        "one session of 60 min every 2 weeks for 26 weeks makes 13 sessions = 13 h, but 24 h are needed",
        "meet every week (26 h), or for 120 min each time (26 h), or for 48 weeks (24 h)",
    )


def test_explain_shortfall_of_short_programme() -> None:
    """A programme shorter than its rhythm has no session that could be longer."""
    assert explain_shortfall(Rhythm(1, 4, 30), 45) == (
        "one session of 30 min every 4 weeks for 1 week makes 0 sessions = 0 h, but 45 min are needed",
        "meet for 8 weeks (1 h)",
    )


def test_explain_shortfall_of_one_session() -> None:
    """One session is spoken of as one, and may grow to a day but not beyond."""
    problem, remedy = explain_shortfall(Rhythm(1, 1, 30), 25 * 60)
    assert problem == ("one session of 30 min every week for 1 week makes 1 session = 30 min, but 25 h are needed")
    assert remedy == "meet for 50 weeks (25 h)"


def test_format_minutes() -> None:
    """Minutes are told as hours and minutes, without a part that is nothing."""
    assert [format_minutes(n) for n in (0, 30, 60, 90, 60_000)] == [
        "0 h",
        "30 min",
        "1 h",
        "1 h 30 min",
        "1,000 h",
    ]
