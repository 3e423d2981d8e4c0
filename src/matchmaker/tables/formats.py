"""Which number formats of a workbook mean dates, and how numbers and dates are written as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)])
"""Numbers of the formats for dates and times that every workbook has (ECMA-376, part 1, 18.8.30)."""

BUILT_IN_ELAPSED = 46

NOT_MEANT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
"""What a format shows as it is: quoted text, escaped signs, filling, colours and conditions."""

ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
PADDED = re.compile(r"00+")
"""Formats that show leading zeros, as ids and postcodes have them."""

DATE_LETTER = re.compile(r"[ymdhs]", re.IGNORECASE)

FIRST_DAYS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
"""Day 0, by whether the workbook counts from 1904."""

LAST_DAY = 2_958_465
"""31 December 9999, counted from 1900."""

SECONDS = 86_400
EXACT = 10**15
"""Up to here a spreadsheet keeps every digit of a whole number."""


def classify_format(number: int, code: str | None) -> str:
    """Return "date", "elapsed" (a duration), "000" (so many digits at least) or "" for the format of a cell.

    Parameters
    ----------
    number : int
        The format's number.
    code : str or None
        Its code, if the workbook defines it.
    """
    if code is None:
        return "elapsed" if number == BUILT_IN_ELAPSED else "date" if number in BUILT_IN_DATES else ""
    meant = NOT_MEANT.sub("", code).split(";")[0]
    if PADDED.fullmatch(meant):
        return meant
    if ELAPSED.search(meant):
        return "elapsed"
    return "date" if DATE_LETTER.search(meant) and meant.lower() != "general" else ""


def classify_styles(elements: Iterable[tuple[str, dict[str, str]]]) -> list[str]:
    """Return the kind of format of every cell style, in order; see `classify_format`."""
    codes: dict[str, str] = {}
    numbers: list[str] = []
    is_listing = False
    for name, attributes in elements:
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and is_listing:
            numbers.append(attributes.get("numFmtId", "0"))
        elif name != "xf" and (name == "cellXfs" or name.startswith("cellStyle")):
            is_listing = name == "cellXfs"
    return [classify_format(int(n) if n.isdecimal() else 0, codes.get(n)) for n in numbers]


def write_number(text: str) -> str:
    """Return a stored number as a person would write it: whole without ".0", else the shortest form.

    Examples
    --------
    >>> write_number("123.0"), write_number("0.10000000000000001"), write_number("7E-2")
    ('123', '0.1', '0.07')
    """
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    return str(int(value)) if abs(value) <= EXACT and value == int(value) else repr(value)


def write_padded(text: str, zeros: str) -> str:
    """Return a stored number with the leading zeros that its format shows.

    Examples
    --------
    >>> write_padded("123.0", "00000"), write_padded("1234567", "00000"), write_padded("1.5", "000")
    ('00123', '1234567', '1.5')
    """
    number = write_number(text)
    return number.zfill(len(zeros)) if number.isdecimal() else number


def write_moment(text: str, kind: str, *, from_1904: bool) -> str:
    """Return a stored number that means a date, a time or a duration as ISO text.

    A day is "2024-05-31", with its time "2024-05-31 09:30"; a time alone "09:30"; a duration "26:30:00".
    A number beyond the calendar stays a number.

    Parameters
    ----------
    text : str
        Days, as stored.
    kind : str
        "date" or "elapsed".
    from_1904 : bool
    """
    try:
        days = float(text)
    except ValueError:
        return text
    if not 0 <= days < LAST_DAY + 1:
        return write_number(text)
    seconds = round(days * SECONDS)
    if kind == "elapsed":
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if seconds < SECONDS and not from_1904 and seconds:
        return write_datetime(datetime(1900, 1, 1) + timedelta(seconds=seconds)).partition(" ")[2]
    if not from_1904 and days < 60:
        seconds += SECONDS
    try:
        return write_datetime(FIRST_DAYS[from_1904] + timedelta(seconds=seconds))
    except OverflowError:
        return write_number(text)


def write_datetime(moment: datetime) -> str:
    """Return a moment as ISO text: without the time at midnight, without seconds if there are none."""
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="seconds" if moment.second else "minutes")


def write_iso(text: str) -> str:
    """Return a moment that is stored as ISO text in the form of `write_moment`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return write_datetime(moment) if moment.tzinfo is None else text
