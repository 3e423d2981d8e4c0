"""Meetings on people's own clocks, through the changes of summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.times import (
    NUM_SLOTS,
    ClockChange,
    Move,
    Zone,
    find_clock_changes,
    find_moves,
    format_time,
    local_time,
    offset_minutes,
    read_zone,
)
from matchmaker.times.zones import load_rules

START = date(2027, 1, 4)
LONDON, NEW_YORK = read_zone("Europe/London"), read_zone("America/New_York")
BERLIN, KATHMANDU = read_zone("Europe/Berlin"), read_zone("Asia/Kathmandu")
JERUSALEM, UTC_ZONE = read_zone("Asia/Jerusalem"), read_zone("UTC")
ZONES = st.sampled_from(
    [LONDON, NEW_YORK, BERLIN, KATHMANDU, JERUSALEM, UTC_ZONE]
    + [read_zone(text) for text in ("Australia/Lord_Howe", "Pacific/Apia", "-03:30", "Africa/Casablanca")]
)
DATES = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_local_time() -> None:
    """A start is told as weekday and time of the person's own clock, round the week's end too."""
    assert local_time(36 + 48, UTC_ZONE, START) == (1, "18:00")
    assert format_time(36 + 48, LONDON, START) == "Tue 18:00"
    assert format_time(36 + 48, LONDON, date(2027, 7, 5)) == "Tue 19:00"
    assert format_time(36 + 48, KATHMANDU, START) == "Tue 23:45"
    assert format_time(0, NEW_YORK, START) == "Sun 19:00"
    assert format_time(335, BERLIN, START) == "Mon 00:30"


@given(st.integers(0, NUM_SLOTS - 1), ZONES, DATES)
def test_local_time_is_the_start(start: int, zone: Zone, day: date) -> None:
    """Going back from local time by the offset gives the start again."""
    weekday, clock = local_time(start, zone, day)
    minute = weekday * 1440 + int(clock[:2]) * 60 + int(clock[3:])
    assert (minute - offset_minutes(zone, day)) % (7 * 1440) == start * 30


def test_clock_changes() -> None:
    """America changes its clocks before Europe in spring, and after it in autumn."""
    changes = find_clock_changes(NEW_YORK, LONDON, START, 52)
    assert changes == (
        ClockChange(date(2027, 3, 14), date(2027, 3, 27), -60),
        ClockChange(date(2027, 10, 31), date(2027, 11, 6), -60),
    )
    assert [change.shift for change in find_clock_changes(LONDON, NEW_YORK, START, 52)] == [60, 60]
    assert find_clock_changes(LONDON, BERLIN, START, 52) == ()
    assert find_clock_changes(UTC_ZONE, KATHMANDU, START, 52) == ()


def test_moves() -> None:
    """The notice names the weeks, both times and who keeps theirs."""
    moves = find_moves(36 + 48, LONDON, NEW_YORK, START, 52)
    assert moves == (
        Move(date(2027, 3, 16), date(2027, 3, 23), "Tue 18:00", "Tue 13:00", "Tue 14:00"),
        Move(date(2027, 11, 2), date(2027, 11, 2), "Tue 18:00", "Tue 13:00", "Tue 14:00"),
    )
    assert [move.describe("Ben", "Ana") for move in moves] == [
        "from 2027-03-16 to 2027-03-23 the meeting is Tue 14:00 instead of Tue 13:00 for Ana if Ben keeps Tue 18:00",
        "on 2027-11-02 the meeting is Tue 14:00 instead of Tue 13:00 for Ana if Ben keeps Tue 18:00",
    ]


def test_change_between_meetings() -> None:
    """Clocks that are apart from Friday to Sunday move no meeting on Tuesday."""
    assert find_clock_changes(LONDON, JERUSALEM, START, 20) == (ClockChange(date(2027, 3, 26), date(2027, 3, 27), 60),)
    assert find_moves(36 + 48, LONDON, JERUSALEM, START, 20) == ()
    assert len(find_moves(36 + 4 * 48, LONDON, JERUSALEM, START, 20)) == 1
    assert find_moves(0, LONDON, BERLIN, START, 52) == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, NUM_SLOTS - 1), ZONES, ZONES, DATES, st.integers(0, 60))
def test_moves_by_brute_force(start: int, keeper: Zone, other: Zone, first: date, weeks: int) -> None:
    """Walking through every day gives the same meetings at an unusual time, one by one."""
    kept, usual = format_time(start, keeper, first), format_time(start, other, first)
    wanted = {}
    for later in range(7 * weeks):
        day = first + timedelta(days=later)
        if f"{day:%a}" == kept[:3]:
            clock = datetime(day.year, day.month, day.day, int(kept[4:6]), int(kept[7:]))
            moment = clock.replace(tzinfo=load_rules(keeper)).astimezone(UTC)
            moved = f"{moment.astimezone(load_rules(other)):%a %H:%M}"
            if moved != usual:
                wanted[day] = moved
    found = {}
    for move in find_moves(start, keeper, other, first, weeks):
        assert (move.kept, move.usual) == (kept, usual)
        for later in range(0, (move.last - move.first).days + 1, 7):
            found[move.first + timedelta(days=later)] = move.moved
    assert found == wanted
