"""Time zones: IANA names and fixed offsets, as people write them.

The rules of the zones come from the ``tzdata`` package and never from the machine, so that the same
versions give the same times everywhere. Only names that its list holds are ever opened.

Source: the IANA Time Zone Database, https://www.iana.org/time-zones, in the format of RFC 9636 (TZif).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from matchmaker.times.unreadable import Unreadable, quote

EARLIEST, LATEST = -12 * 60, 14 * 60
"""Offsets in use on Earth lie between these, in minutes."""

UNUSED = frozenset({"Factory"})
"""Names of the list that stand for no place."""

MOST_SUGGESTED = 3
ADVICE = "Write an IANA name such as Europe/London, or an offset such as UTC+05:30"

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "ACDT": ("Australia/Adelaide",),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"),
    "ADT": ("America/Halifax",),
    "AEDT": ("Australia/Sydney", "Australia/Melbourne"),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AKST": ("America/Anchorage",),
    "AMT": ("America/Manaus", "Asia/Yerevan"),
    "ART": ("America/Argentina/Buenos_Aires",),
    "AST": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
    "AWST": ("Australia/Perth",),
    "BRT": ("America/Sao_Paulo",),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "CAT": ("Africa/Harare", "Africa/Maputo"),
    "CDT": ("America/Chicago", "America/Havana"),
    "CEST": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid"),
    "CST": ("America/Chicago", "America/Mexico_City", "Asia/Shanghai", "America/Havana"),
    "CT": ("America/Chicago",),
    "EAT": ("Africa/Nairobi",),
    "ECT": ("America/Guayaquil", "America/Puerto_Rico"),
    "EDT": ("America/New_York",),
    "EEST": ("Europe/Athens", "Europe/Helsinki", "Europe/Kyiv"),
    "EST": ("America/New_York", "America/Panama", "Australia/Sydney"),
    "ET": ("America/New_York",),
    "GST": ("Asia/Dubai", "Atlantic/South_Georgia"),
    "HKT": ("Asia/Hong_Kong",),
    "ICT": ("Asia/Bangkok", "Asia/Ho_Chi_Minh"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "MDT": ("America/Denver",),
    "MSK": ("Europe/Moscow",),
    "MST": ("America/Denver", "America/Phoenix", "Asia/Kuala_Lumpur"),
    "MT": ("America/Denver",),
    "NPT": ("Asia/Kathmandu",),
    "NST": ("America/St_Johns",),
    "NZDT": ("Pacific/Auckland",),
    "NZST": ("Pacific/Auckland",),
    "PDT": ("America/Los_Angeles",),
    "PHT": ("Asia/Manila",),
    "PKT": ("Asia/Karachi",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "PT": ("America/Los_Angeles",),
    "SAST": ("Africa/Johannesburg",),
    "SGT": ("Asia/Singapore",),
    "SST": ("Pacific/Pago_Pago", "Asia/Singapore"),
    "TRT": ("Europe/Istanbul",),
    "WAT": ("Africa/Lagos",),
    "WEST": ("Europe/Lisbon",),
    "WIB": ("Asia/Jakarta",),
    "WST": ("Australia/Perth", "Pacific/Apia"),
}
"""Abbreviations that are refused, since they name several zones or half a year of one."""

OFFSET = re.compile(r"(?:utc|gmt)? ?(?:([+-]) ?(\d{1,2})(?::?(\d{2})|\.(\d{1,2}))? ?h?)?")
UNSIGNED = re.compile(r"(?:utc|gmt)? ?\d{1,2}(?:[:.]?\d{1,2})?")
MINUSES = str.maketrans("−–—‐‑", "-----")


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone.

    Parameters
    ----------
    name : str
        IANA name, or ``UTC`` with a fixed offset such as ``UTC+05:30``; `read_zone` reads it back.
    fixed : int or None
        Minutes ahead of UTC, all year round; None for an IANA name, whose rules say so.
    """

    name: str
    fixed: int | None = None

    def __str__(self) -> str:
        return self.name


def read_zone(text: str) -> Zone:
    """Read a time zone as people write it.

    Parameters
    ----------
    text : str
        An IANA name in any case, with spaces or underscores (``europe/london``, ``America/New
        York``), or a fixed offset from -12:00 to +14:00 (``+05:30``, ``UTC+1``, ``GMT-3``, ``Z``).
        ``GMT-3`` is three hours behind, as people mean it; ``Etc/GMT-3`` is ahead, as its name is
        defined.

    Returns
    -------
    Zone

    Raises
    ------
    Unreadable
        If it is neither, with the nearest names; or if it is an abbreviation such as IST, with the
        zones that it could be.
    """
    zone = find_zone(text)
    if zone is None:
        raise explain_zone(text)
    return zone


@lru_cache(maxsize=4096)
def find_zone(text: str) -> Zone | None:
    """Return the time zone that a text means, as `read_zone` does, or None if it cannot be read."""
    plain = _clean(text)
    folded = _fold(plain)
    if folded == "z":
        return Zone("UTC", 0)
    if not plain or plain.upper() in ABBREVIATIONS:
        return None
    if offset := OFFSET.fullmatch(folded.replace("_", " ")):
        return _read_offset(offset)
    name = _list_names().get(folded)
    return None if name is None else Zone(name)


def explain_zone(text: str, *, with_names: bool = True) -> Unreadable:
    """Return why a text is no time zone and what would be right.

    Parameters
    ----------
    text : str
        One for which `find_zone` finds nothing.
    with_names : bool
        Whether to look for the nearest names, which takes some milliseconds.
    """
    plain = _clean(text)
    folded = _fold(plain)
    if not plain:
        return Unreadable("the time zone is empty", ADVICE)
    if plain.upper() in ABBREVIATIONS:
        return _refuse_abbreviation(plain)
    if OFFSET.fullmatch(folded.replace("_", " ")):
        remedy = "Offsets go from UTC-12:00 to UTC+14:00, with minutes from 00 to 59: write UTC+05:30"
        return Unreadable(f"{quote(text)} is no offset in use", remedy)
    return _refuse_name(text, suggest_zones(folded) if with_names else [])


def _clean(text: str) -> str:
    """Return a text with plain signs, without outer space."""
    return unicodedata.normalize("NFKC", text).translate(MINUSES).strip()


def _fold(text: str) -> str:
    """Return a name without regard to case, and with one kind of space."""
    return re.sub(r"[\s_]+", "_", text.casefold())


@lru_cache(maxsize=1)
def _list_names() -> dict[str, str]:
    """Return every IANA name, by how it is looked up."""
    names = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {_fold(name): name for name in names if name not in UNUSED}


def _read_offset(offset: re.Match[str]) -> Zone | None:
    """Return the zone of an offset, None if none such is in use."""
    sign, hours, minutes, decimals = offset.groups()
    if sign is None or hours is None:
        return Zone("UTC", 0)
    part = int(minutes or 0) if decimals is None else int(decimals.ljust(2, "0")) * 60 / 100
    total = (int(hours) * 60 + int(part)) * (-1 if sign == "-" else 1)
    if part != int(part) or part >= 60 or not EARLIEST <= total <= LATEST:
        return None
    return Zone(format_offset(total), total)


def format_offset(minutes: int) -> str:
    """Return an offset as text, such as ``UTC+05:30``, and ``UTC`` for none."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}" if minutes else "UTC"


def _refuse_abbreviation(text: str) -> Unreadable:
    zones = ABBREVIATIONS[text.upper()]
    several = _list_choices(zones)
    problem = f"{quote(text)} is an abbreviation and could be {several}"
    if len(zones) == 1:
        problem = f"{quote(text)} is an abbreviation, and it leaves open when the clocks change"
    return Unreadable(problem, f"Write the name of the zone: {several}")


def _list_choices(names: Sequence[str]) -> str:
    """Return names as ``a, b or c``."""
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _refuse_name(text: str, names: Sequence[str]) -> Unreadable:
    problem = f"no time zone is called {quote(text)}"
    if UNSIGNED.fullmatch(_fold(_clean(text)).replace("_", " ")):
        return Unreadable(problem, "Write an offset with its sign, such as UTC+05:30")
    return Unreadable(problem, f"Did you mean {_list_choices(names)}?" if names else ADVICE)


def suggest_zones(text: str) -> list[str]:
    """Return the IANA names nearest to a text: places that it names, then names spelt alike.

    Parameters
    ----------
    text : str
        Only its first 100 characters are looked at.

    Returns
    -------
    list of str
        Three at most, the nearest first.
    """
    names = _list_names()
    folded = _fold(text[:100])
    places: dict[str, str] = {}
    for key, name in names.items():
        places.setdefault(key.rsplit("/", 1)[-1], name)
    named = [places[part] for part in re.split(r"_?[^\w+-]+_?", folded) if part in places]
    alike = [names[key] for key in get_close_matches(folded, names, MOST_SUGGESTED, 0.8)]
    alike += [places[key] for key in get_close_matches(folded.rsplit("/", 1)[-1], places, 1, 0.8)]
    return list(dict.fromkeys(named + alike))[:MOST_SUGGESTED]


@lru_cache(maxsize=1024)
def load_rules(zone: Zone) -> tzinfo:
    """Return the rules of a zone, for the arithmetic of `datetime`.

    Raises
    ------
    Unreadable
        If the list of names does not hold the zone's.
    """
    if zone.fixed is not None:
        return timezone(timedelta(minutes=zone.fixed))
    if _list_names().get(_fold(zone.name)) != zone.name:
        raise explain_zone(zone.name)
    path = files("tzdata").joinpath("zoneinfo", *zone.name.split("/"))
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=zone.name)


@lru_cache(maxsize=65536)
def offset_minutes(zone: Zone, day: date) -> int:
    """Return by how many minutes a zone is ahead of UTC at noon of a day.

    Parameters
    ----------
    zone : Zone
    day : datetime.date
        Of the zone's own calendar.

    Returns
    -------
    int
        Negative west of Greenwich. Seconds, which clocks had before 1972, are rounded down.
    """
    return int(find_offset(zone, datetime.combine(day, time(12))).total_seconds() // 60)


def find_offset(zone: Zone, local: datetime) -> timedelta:
    """Return by how much a zone is ahead of UTC at a time of its own clock (without zone)."""
    return local.replace(tzinfo=load_rules(zone)).utcoffset() or timedelta()
