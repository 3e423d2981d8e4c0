"""What the columns of a file probably mean: proposals with how sure they are, never a silent guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matchmaker.tables.fields import recognise
from matchmaker.tables.parsing import NO, YES
from matchmaker.tables.sheet import CodedColumn, Sheet, parse_number
from matchmaker.text import normalise, quote_list
from matchmaker.times import Unreadable, parse_slots, read_zone

Sureness = Literal["certain", "likely", "unknown"]
ENOUGH = 0.8
"""Share of the filled cells that must fit before a field is called likely."""


@dataclass(frozen=True)
class Proposal:
    """What one column may mean.

    Parameters
    ----------
    heading : str
    field : str
        In the language of ``[columns]``.
    sureness : {"certain", "likely", "unknown"}
        certain: the heading is a documented name. likely: the cells speak for it. unknown: nobody can
        know; the field is only a suggestion and is left commented out.
    evidence : str
        Why, in words.
    """

    heading: str
    field: str
    sureness: Sureness
    evidence: str


def propose(sheet: Sheet, side: str) -> list[Proposal]:
    """Return what every column of a sheet may mean.

    Parameters
    ----------
    sheet : Sheet
    side : {"mentors", "mentees", "people"}
    """
    proposals, used = [], set()
    for heading, column in zip(sheet.headings, sheet.columns, strict=True):
        proposal = _propose_column(heading, column, side)
        if proposal.sureness == "likely" and proposal.field in used:
            other = f"looks like '{proposal.field}', as another column does"
            proposal = Proposal(heading, f"attribute {heading}", "unknown", other)
        used.add(proposal.field)
        proposals.append(proposal)
    return proposals


def _propose_column(heading: str, column: CodedColumn, side: str) -> Proposal:
    meaning = recognise(heading)
    if meaning is not None:
        name = f"{meaning.kind} {meaning.word}".strip() if meaning.kind != "goal part" else heading.strip()
        return Proposal(heading, name, "certain", "the heading is a documented name")
    for field, needed, check, told in HINTS:
        share = _measure(column, check)
        if share >= ENOUGH and (not needed or needed.search(normalise(heading))):
            return Proposal(heading, _name(field, side), "likely", f"{share:.0%} of the filled cells {told}")
    if set(map(normalise, column.values)) <= {""}:
        return Proposal(heading, "ignore", "unknown", "every cell is blank")
    return Proposal(heading, f"attribute {heading}", "unknown", _describe(column))


def _name(field: str, side: str) -> str:
    return {"subjects": "goals" if side == "mentees" else "skills"}.get(field, field)


def _measure(column: CodedColumn, check: Callable[[str], bool]) -> float:
    """Return the share of filled cells that a check accepts."""
    counts = np.bincount(column.codes, minlength=len(column.values))
    fits = np.array([bool(text) and check(text) for text in column.values], bool)
    filled = np.array([bool(text) for text in column.values], bool)
    total = int(counts[filled].sum())
    return float(counts[fits].sum() / total) if total else 0.0


def _describe(column: CodedColumn) -> str:
    filled = [text for text in column.values if text]
    shown = quote_list([text[:30] for text in filled], 3)
    return f"{len(filled):,} different values: {shown}"


def is_email(text: str) -> bool:
    """Return whether a text looks like an e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None


def is_zone(text: str) -> bool:
    """Return whether a text is a time zone."""
    try:
        return bool(read_zone(text))
    except Unreadable:
        return False


def is_slots(text: str) -> bool:
    """Return whether a text is a list of free times."""
    try:
        return bool(parse_slots(text).bits.any())
    except Unreadable:
        return False


def is_number(text: str) -> bool:
    """Return whether a text is a number from 0 up."""
    number = parse_number(text)
    return number is not None and number >= 0


def is_small(text: str) -> bool:
    """Return whether a text is a whole number up to 20."""
    number = parse_number(text)
    return number is not None and 0 <= number <= 20 and number == int(number)


def is_yes_or_no(text: str) -> bool:
    """Return whether a text is a yes or a no."""
    return normalise(text) in YES | NO


def is_any(text: str) -> bool:
    """Return True: the heading alone speaks for the field."""
    return bool(text)


HINTS: tuple[tuple[str, re.Pattern[str] | None, Callable[[str], bool], str], ...] = (
    ("email", None, is_email, "are e-mail addresses"),
    ("zone", None, is_zone, "are time zones"),
    ("slots", None, is_slots, "are free times of the week"),
    (
        "capacity",
        re.compile(r"(how many|number of|max|most).*mentees?|mentees? at most"),
        is_small,
        "are small numbers",
    ),
    ("minimum", re.compile(r"(min|least|fewest).*mentees?|mentees? at least"), is_small, "are small numbers"),
    ("wanted", re.compile(r"(how many|number of).*mentors?|mentors? wanted"), is_small, "are small numbers"),
    ("hours", re.compile(r"\bhours?\b"), is_number, "are numbers, and the heading speaks of hours"),
    ("priority", re.compile(r"wait|priority"), is_number, "are numbers, and the heading speaks of waiting or priority"),
    ("willing", re.compile(r"willing|agree|happy to"), is_yes_or_no, "are yes or no"),
    ("languages", re.compile(r"\blanguages?\b"), is_any, "are filled, and the heading speaks of languages"),
    ("manager", re.compile(r"manager|reports to"), is_any, "are filled, and the heading speaks of a manager"),
    (
        "subjects",
        re.compile(r"skills?|strengths?|expertise|learn|develop"),
        is_any,
        "are filled, and the heading speaks of skills",
    ),
    ("id", re.compile(r"\b(id|number|no|ref)\b"), is_any, "are filled, and the heading speaks of a number or id"),
    ("name", re.compile(r"\bname\b"), is_any, "are filled, and the heading speaks of a name"),
)
"""Field, what the heading must say (or nothing), what cells must be, and the evidence in words."""
