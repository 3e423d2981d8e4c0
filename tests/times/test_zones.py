"""Zones are read as people write them, and refused with the nearest name."""

from __future__ import annotations

import pickle
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.times import Unreadable, Zone, explain_zone, find_zone, offset_minutes, read_zone
from matchmaker.times.zones import ABBREVIATIONS, _list_names, format_offset, load_rules, suggest_zones

NAMES = sorted(_list_names().values())


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/London", Zone("Europe/London")),
        (" europe/LONDON ", Zone("Europe/London")),
        ("America/New York", Zone("America/New_York")),
        ("America/New_York", Zone("America/New_York")),
        ("Etc/GMT+5", Zone("Etc/GMT+5")),
        ("CET", Zone("CET")),
        ("Z", Zone("UTC", 0)),
        ("utc", Zone("UTC", 0)),
        ("GMT", Zone("UTC", 0)),
        ("GMT+0", Zone("UTC", 0)),
        ("UTC+1", Zone("UTC+01:00", 60)),
        ("UTC +1", Zone("UTC+01:00", 60)),
        ("GMT-3", Zone("UTC-03:00", -180)),
        ("+05:30", Zone("UTC+05:30", 330)),
        ("+0530", Zone("UTC+05:30", 330)),
        ("+530", Zone("UTC+05:30", 330)),
        ("UTC+5.75", Zone("UTC+05:45", 345)),
        ("+5.5h", Zone("UTC+05:30", 330)),
        ("−03:30", Zone("UTC-03:30", -210)),
        ("+14", Zone("UTC+14:00", 840)),
    ],
)
def test_read_zone(text: str, zone: Zone) -> None:
    """Names in any case and offsets in every usual spelling are read."""
    assert read_zone(text) == zone


@given(st.sampled_from(NAMES))
def test_every_name(name: str) -> None:
    """Every IANA name has rules, and unless it is refused or an offset, reads as itself."""
    assert load_rules(Zone(name)) is not None
    if "/" in name:
        assert read_zone(name.lower().replace("_", " ")) == Zone(name)


@given(st.integers(-720, 840))
def test_offsets_read_back(minutes: int) -> None:
    """A fixed offset is written so that it reads back."""
    zone = read_zone(format_offset(minutes))
    assert zone == read_zone(str(zone)) == Zone(format_offset(minutes), minutes)
    assert offset_minutes(zone, date(2027, 7, 1)) == minutes


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        (
            "",
            "the time zone is empty",
            "Write an IANA name such as Europe/London, or an offset such as UTC+05:30",
        ),
        (
            "ist",
            "'ist' is an abbreviation and could be Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
            "Write the name of the zone: Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
        ),
        (
            "JST",
            "'JST' is an abbreviation, and it leaves open when the clocks change",
            "Write the name of the zone: Asia/Tokyo",
        ),
        ("Berlin", "no time zone is called 'Berlin'", "Did you mean Europe/Berlin?"),
        (
            "(UTC+01:00) Amsterdam, Berlin",
            "no time zone is called '(UTC+01:00) Amsterdam, Berlin'",
            "Did you mean Europe/Amsterdam or Europe/Berlin?",
        ),
        ("5.5", "no time zone is called '5.5'", "Write an offset with its sign, such as UTC+05:30"),
        (
            "+15",
            "'+15' is no offset in use",
            "Offsets go from UTC-12:00 to UTC+14:00, with minutes from 00 to 59: write UTC+05:30",
        ),
        (
            "somewhere",
            "no time zone is called 'somewhere'",
            "Write an IANA name such as Europe/London, or an offset such as UTC+05:30",
        ),
    ],
)
def test_refused(text: str, problem: str, remedy: str) -> None:
    """What is no zone is refused with what would be right."""
    with pytest.raises(Unreadable) as caught:
        read_zone(text)
    assert (caught.value.problem, caught.value.remedy) == (problem, remedy)
    assert str(caught.value) == f"{problem}. {remedy}"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("text", ["+05:60", "+5.33", "-13", "+14:30", "EST", "cst", "Factory", "localtime"])
def test_also_refused(text: str) -> None:
    """Offsets not in use, abbreviations and names that stand for no place are refused."""
    with pytest.raises(Unreadable):
        read_zone(text)


def test_suggestions() -> None:
    """A slip of the pen still leads to the name that was meant."""
    assert suggest_zones("Europe/Londn")[0] == "Europe/London"
    assert suggest_zones("Asia/Calcuta")[0] == "Asia/Calcutta"
    assert suggest_zones("new york") == ["America/New_York"]
    assert suggest_zones("x" * 10_000) == []


@pytest.mark.parametrize("text", ["../../etc/passwd", "/etc/localtime", "Europe/../Europe/London", "Europe"])
def test_no_path_tricks(text: str) -> None:
    """No text leads outside the list of zones, not even in a zone made by hand."""
    with pytest.raises(Unreadable, match="no time zone is called"):
        read_zone(text)
    with pytest.raises(Unreadable, match="no time zone is called"):
        load_rules(Zone(text))


@given(st.text(max_size=30))
def test_any_text(text: str) -> None:
    """Any text is a zone that reads back, or is refused."""
    with suppress(Unreadable):
        zone = read_zone(text)
        assert read_zone(zone.name) == zone


def test_abbreviations_lead_somewhere() -> None:
    """Every zone that an abbreviation could be is a zone."""
    for zones in ABBREVIATIONS.values():
        for name in zones:
            assert read_zone(name) == Zone(name)


def test_offset_minutes() -> None:
    """The offset is that of noon of the day, summer time or not."""
    assert offset_minutes(Zone("Europe/London"), date(2027, 1, 4)) == 0
    assert offset_minutes(Zone("Europe/London"), date(2027, 7, 5)) == 60
    assert offset_minutes(Zone("Europe/London"), date(2027, 3, 28)) == 60
    assert offset_minutes(Zone("Asia/Kathmandu"), date(2027, 1, 4)) == 345
    assert offset_minutes(Zone("America/St_Johns"), date(2027, 1, 4)) == -210
    assert offset_minutes(Zone("Africa/Monrovia"), date(1960, 1, 1)) == -45


@given(
    st.sampled_from(["Europe/Paris", "America/Denver", "Asia/Tokyo"]),
    st.dates(date(2000, 1, 1), date(2024, 1, 1)),
)
def test_rules_of_the_package(name: str, day: date) -> None:
    """The rules are those that `zoneinfo` has for the same name."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(name))
    assert noon.utcoffset() == load_rules(Zone(name)).utcoffset(noon.replace(tzinfo=load_rules(Zone(name))))


def test_found_without_reasons() -> None:
    """What can be read is found as it is read; what cannot is nothing, and its reason can do without names."""
    assert find_zone("europe/london") == read_zone("Europe/London")
    assert [find_zone(text) for text in ("", "IST", "UTC+25", "5:30", "Europe/Lodnon", "Leeds")] == [None] * 6
    assert explain_zone("Europe/Lodnon").remedy == "Did you mean Europe/London?"
    remedy = explain_zone("Europe/Lodnon", with_names=False).remedy
    assert remedy == "Write an IANA name such as Europe/London, or an offset such as UTC+05:30"
