"""The language of fields: what a column of a spreadsheet can mean, in one ordered list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from matchmaker.text import normalise

Side = Literal["both", "mentor", "mentee"]


@dataclass(frozen=True)
class Field:
    """One field.

    Parameters
    ----------
    name : str
        As it is written in ``[columns]``; words in capitals stand for the user's own.
    side : {"both", "mentor", "mentee"}
    told : str
        What it fills and how its cells are read.
    example : str
        A cell.
    aliases : tuple of str
        Headings that are taken for this field without being mapped, beside its own name.
    """

    name: str
    side: Side
    told: str
    example: str
    aliases: tuple[str, ...] = ()


FIELDS: tuple[Field, ...] = (
    Field(
        "id",
        "both",
        "What tells people apart; without it, the e-mail does",
        "M017",
        ("mentor id", "mentee id", "staff id", "staff number", "employee id"),
    ),
    Field("name", "both", "For people to read", "Ada Berg", ("full name", "your name")),
    Field("first_name", "both", "Put before the last name", "Ada", ("first name", "given name", "forename")),
    Field("last_name", "both", "Put after the first name", "Berg", ("last name", "surname", "family name")),
    Field(
        "email",
        "both",
        "The id where there is none; the same on both sides is one human",
        "ada@example.org",
        ("e-mail", "email address", "e-mail address", "mail"),
    ),
    Field("role", "both", "In one file for both: mentor, mentee or both", "both", ("i want to be a",)),
    Field("zone", "both", "Time zone: IANA name or fixed offset", "Europe/London", ("time zone", "timezone")),
    Field(
        "slots",
        "both",
        "Free times of the week on the person's own clock",
        "Mon 18:00-20:00; Fri 12:00-13:00",
        ("availability", "free times", "available times"),
    ),
    Field("slot TIMES", "both", "One column per time; a tick means free then", "x"),
    Field("languages", "both", "Several, parted by semicolons", "English; French", ("language",)),
    Field("trait NAME", "both", "A mentor's rating or a mentee's wish, 1 to 5, or a word", "4"),
    Field("preferred", "both", "Ids of the other side, the most preferred first", "M03; M11"),
    Field("refused", "both", "Ids of the other side, never to be paired", "M07"),
    Field("hours", "both", "A mentor's hours in the whole programme; the hours a mentee's pair must meet", "52"),
    Field("manager", "both", "Id, e-mail or name of the manager", "M01", ("line manager",)),
    Field("attribute NAME", "both", "Anything that rules and preferences speak of", "Finance"),
    Field("capacity", "mentor", "Most mentees", "2", ("max mentees", "maximum mentees")),
    Field("minimum", "mentor", "Fewest mentees", "1", ("min mentees", "minimum mentees")),
    Field("willing", "mentor", "Whether they agreed to mentor", "yes"),
    Field("skills", "mentor", "Several subjects, each with or without a level", "Python: 4; Excel"),
    Field("knowledge", "mentor", "Several subjects, each with or without a level", "Contract law: 3"),
    Field("skill SUBJECT", "mentor", "Level 0 to 5, a word, or a tick; also as Skills [SUBJECT]", "4"),
    Field("knowledge SUBJECT", "mentor", "Level 0 to 5, a word, or a tick; also as Knowledge [SUBJECT]", "3"),
    Field(
        "goals", "mentee", "Several goals: SUBJECT (kind) current->target !importance #theme", "Python (skill) 1->3 !5"
    ),
    Field("goal N subject", "mentee", "The N-th goal; N is 1, 2, 3 …; also as goal N", "Python"),
    Field("goal N kind", "mentee", "skill or knowledge", "skill"),
    Field("goal N current", "mentee", "Where the mentee stands, 0 to 5", "1"),
    Field("goal N target", "mentee", "Where the mentee wants to be, 0 to 5", "3"),
    Field("goal N importance", "mentee", "1 to 5", "4"),
    Field("goal N theme", "mentee", "The theme it serves", "Keep clients"),
    Field("goal skill SUBJECT", "mentee", "One column per skill: the level wanted, a word, or a tick", "3"),
    Field("goal knowledge SUBJECT", "mentee", "One column per knowledge: the level wanted, a word, or a tick", "3"),
    Field("focus", "mentee", "The goal or component that matters most", "Python"),
    Field("wanted", "mentee", "How many mentors are wanted", "1", ("mentors wanted",)),
    Field("priority", "mentee", "Higher is served first; waiting days, for example", "12"),
    Field("ignore", "both", "The column is not read", ""),
)
"""Every field, in the order of the documentation."""

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("slot", re.compile(r"slot (?P<word>.+)", re.I)),
    ("trait", re.compile(r"trait (?P<word>.+)", re.I)),
    ("attribute", re.compile(r"attribute (?P<word>.+)", re.I)),
    (
        "goal part",
        re.compile(r"goal (?P<number>\d+)(?: (?P<word>subject|kind|current|target|importance|theme))?", re.I),
    ),
    ("goal skill", re.compile(r"goal skill (?P<word>.+)", re.I)),
    ("goal knowledge", re.compile(r"goal knowledge (?P<word>.+)", re.I)),
    ("skill", re.compile(r"skills? ?(?:\[(?P<grid>.+)\]|(?P<word>\S.*))", re.I)),
    ("knowledge", re.compile(r"knowledge ?(?:\[(?P<grid>.+)\]|(?P<word>\S.*))", re.I)),
)
"""Fields with a part of the user's own, in the order in which they are tried."""


@dataclass(frozen=True)
class Meaning:
    """What one column means.

    Parameters
    ----------
    kind : str
        The field's name without the user's own part.
    word : str
        The user's own part: a subject, trait, attribute, time, or part of a goal.
    number : int
        Of a goal.
    """

    kind: str
    word: str = ""
    number: int = 0


def read_meaning(text: str) -> Meaning | None:
    """Return what a field of ``[columns]`` means, or None if there is no such field.

    Examples
    --------
    >>> read_meaning("skill Python")
    Meaning(kind='skill', word='Python', number=0)
    >>> read_meaning("goal 2 theme")
    Meaning(kind='goal part', word='theme', number=2)
    """
    plain = text.strip()
    names = {field.name for field in FIELDS if field.name.islower()}
    if plain.casefold() in names:
        return Meaning(plain.casefold())
    for kind, pattern in PATTERNS:
        found = pattern.fullmatch(plain)
        if found:
            parts = found.groupdict()
            word = parts.get("grid") or parts.get("word") or ("subject" if kind == "goal part" else "")
            word = word.casefold() if kind == "goal part" else word.strip()
            return Meaning(kind, word, int(parts.get("number") or 0))
    return None


def recognise(heading: str) -> Meaning | None:
    """Return what a heading means without being mapped: a field's name, an alias, or a grid heading."""
    plain = normalise(heading)
    for field in FIELDS:
        if plain in (normalise(field.name), *map(normalise, field.aliases)) and field.name.islower():
            return Meaning(field.name)
    return read_meaning(heading) if plain != "ignore" else None


def list_field_names() -> list[str]:
    """Return the names of all fields, for "did you mean"."""
    return [field.name for field in FIELDS]


def render_fields() -> str:
    """Return all fields as a Markdown table, for the documentation."""
    rows = [
        f"| `{field.name}` | {field.side} | {field.told} | {f'`{field.example}`' if field.example else ''} "
        f"| {', '.join(field.aliases)} |"
        for field in FIELDS
    ]
    head = ["| field | for | what it fills | a cell | headings taken without mapping |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
