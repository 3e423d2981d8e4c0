"""The language of fields: what a column of a spreadsheet can mean, in one ordered list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matchmaker.text import normalise
from matchmaker.times import Unreadable, parse_slots

Side = Literal["both", "mentor", "mentee", "people"]


@dataclass(frozen=True)
class Field:
    """One field.

    Parameters
    ----------
    name : str
        As it is written in ``[columns]``; words in capitals stand for the user's own.
    side : {"both", "mentor", "mentee", "people"}
        Whose it is; "people": only in one file for both.
    told : str
        What it fills and how its cells are read.
    example : str
        A cell.
    aliases : tuple of str
        Headings that are taken for this field without being mapped, beside its own name.
    can_repeat : bool
        Whether several columns may fill it, one after another.
    """

    name: str
    side: Side
    told: str
    example: str
    aliases: tuple[str, ...] = ()
    can_repeat: bool = False

    @property
    def kind(self) -> str:
        """The name without the user's own part."""
        if self.name.startswith("goal N"):
            return "goal part"
        return " ".join(word for word in self.name.split() if word.islower())

    @property
    def has_own_part(self) -> bool:
        """Whether the user completes the name."""
        return not self.name.islower()


FIELDS: tuple[Field, ...] = (
    Field(
        "id",
        "both",
        "What tells people apart; without it, the e-mail does",
        "M017",
        ("staff id", "staff number", "employee id"),
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
    Field("role", "people", "mentor, mentee or both, or words of `[columns.roles]`", "both", ("i want to be a",)),
    Field("zone", "both", "Time zone: IANA name or fixed offset", "Europe/London", ("time zone", "timezone")),
    Field(
        "slots",
        "both",
        "Free times of the week on the person's own clock",
        "Mon 18:00-20:00; Fri 12:00-13:00",
        ("availability", "free times", "available times"),
    ),
    Field(
        "slot TIMES",
        "both",
        "One column per time; a tick means free then. One per day: the times of that day. Also as Availability [TIMES]",
        "x",
    ),
    Field(
        "languages",
        "both",
        "Several, parted by semicolons or commas",
        "English; French",
        ("language", "languages spoken", "spoken languages"),
        can_repeat=True,
    ),
    Field("trait NAME", "both", "A mentor's rating or a mentee's wish, 1 to 5, or a word", "4"),
    Field(
        "preferred",
        "both",
        "Ids or e-mails of the other side, the most preferred first, parted by semicolons or commas",
        "M03; M11",
        can_repeat=True,
    ),
    Field("refused", "both", "Ids or e-mails of the other side, never to be paired", "M07", can_repeat=True),
    Field("hours", "both", "A mentor's hours in the whole programme; the hours a mentee's pair must meet", "52"),
    Field("manager", "both", "Id, e-mail or name of the manager", "M01", ("line manager",)),
    Field("attribute NAME", "both", "Anything that rules and preferences speak of", "Finance"),
    Field("capacity", "mentor", "Most mentees", "2", ("max mentees", "maximum mentees")),
    Field("minimum", "mentor", "Fewest mentees", "1", ("min mentees", "minimum mentees")),
    Field("willing", "mentor", "Whether they agreed to mentor", "yes"),
    Field("skills", "mentor", "Several subjects, each with or without a level", "Python: 4; Excel", can_repeat=True),
    Field("knowledge", "mentor", "Several subjects, each with or without a level", "Contract law: 3", can_repeat=True),
    Field("skill SUBJECT", "mentor", "Level 0 to 5, a word, or a tick; also as Skills [SUBJECT]", "4"),
    Field("knowledge SUBJECT", "mentor", "Level 0 to 5, a word, or a tick; also as Knowledge [SUBJECT]", "3"),
    Field(
        "goals",
        "mentee",
        "Several goals: SUBJECT (kind) current->target !importance #theme; all but the subject may be left out",
        "Python (skill) 1->3 !5",
        can_repeat=True,
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

GOAL_PART = re.compile(
    r"goal (?P<number>[1-9]\d{0,3})(?: (?P<word>subject|kind|current|target|importance|theme))?", re.I
)
GRIDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("skill", re.compile(r"skills? ?\[(?P<word>.+)\]", re.I | re.S)),
    ("knowledge", re.compile(r"knowledge ?\[(?P<word>.+)\]", re.I | re.S)),
    ("slot", re.compile(r"(?:slots?|availability|(?:free|available) times) ?\[(?P<word>.+)\]", re.I | re.S)),
)
"""Headings of grid questions, as survey tools export them."""

OWN_PARTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"{kind} (?P<word>\S.*)", re.I | re.S))
    for kind in ("slot", "trait", "attribute", "goal skill", "goal knowledge", "skill", "knowledge")
)
"""Fields with a part of the user's own, in the order in which they are tried."""

PLAIN = frozenset(("slot", "trait", "attribute", "manager"))
"""Of these, the kinds that an unmapped heading may begin with a capital too."""


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

    @property
    def field(self) -> Field:
        """The entry of `FIELDS`."""
        return next(one for one in FIELDS if one.kind == self.kind and one.has_own_part == bool(self.word))

    def __str__(self) -> str:
        parts = [self.kind if self.kind != "goal part" else f"goal {self.number}", self.word]
        return " ".join(filter(None, parts))


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
    if any(field.name == plain.casefold() for field in FIELDS if not field.has_own_part):
        return Meaning(plain.casefold())
    return _read_goal_part(plain) or _read_own_part(plain, (*GRIDS, *OWN_PARTS))


def _read_goal_part(text: str) -> Meaning | None:
    found = GOAL_PART.fullmatch(text)
    return Meaning("goal part", (found["word"] or "subject").casefold(), int(found["number"])) if found else None


def _read_own_part(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> Meaning | None:
    for kind, pattern in patterns:
        found = pattern.fullmatch(text)
        word = found["word"].strip() if found else ""
        if word:
            return Meaning("manager") if (kind, word.casefold()) == ("attribute", "manager") else Meaning(kind, word)
    return None


@cache
def _list_headings() -> dict[str, str]:
    """Return the kind that each documented heading stands for."""
    fields = [field for field in FIELDS if not field.has_own_part and field.name != "ignore"]
    return {normalise(name): field.kind for field in fields for name in (field.name, *field.aliases)}


def recognise(heading: str, side: str = "people") -> Meaning | None:
    """Return what a heading means without being mapped, or None if no documented name fits.

    Parameters
    ----------
    heading : str
    side : {"mentors", "mentees", "people"}
        A heading may begin with the side's own word, as in "Mentor name" in the mentors' file.

    Examples
    --------
    >>> recognise("E-Mail"), recognise("Skills [Python]"), recognise("Skills you offer")
    (Meaning(kind='email', word='', number=0), Meaning(kind='skill', word='Python', number=0), None)
    """
    plain = normalise(heading)
    known = _list_headings()
    kind = known.get(plain) or (known.get(plain.removeprefix(f"{side[:-1]} ")) if side != "people" else None)
    if kind is not None:
        return Meaning(kind)
    text = heading.strip()
    meaning = _read_goal_part(text) or _read_own_part(text, GRIDS) or _read_written(text)
    return None if meaning is None or (meaning.kind == "slot" and not are_times(meaning.word)) else meaning


def _read_written(text: str) -> Meaning | None:
    """Return what a heading in the language of fields means; "Skill level" is no skill in a level."""
    meaning = _read_own_part(text, OWN_PARTS)
    if meaning is None or meaning.kind in PLAIN or text.startswith(meaning.kind):
        return meaning
    return None


def are_times(text: str) -> bool:
    """Return whether a text names times of the week, or at least a day."""
    try:
        return bool(parse_slots(text).bits.any())
    except Unreadable:
        return is_day(text)


def is_day(text: str) -> bool:
    """Return whether a text names days of the week without a time."""
    try:
        return bool(parse_slots(f"{text} 00:00-24:00").bits.any())
    except Unreadable:
        return False


def list_field_names() -> list[str]:
    """Return the names of all fields, for "did you mean"."""
    return [field.name for field in FIELDS]


def render_fields() -> str:
    """Return all fields as a Markdown table, for the documentation."""
    rows = [
        f"| `{field.name}` | {field.side} | {field.told}{'. Several columns may fill it' * field.can_repeat} "
        f"| {f'`{field.example}`' if field.example else ''} | {', '.join(field.aliases)} |"
        for field in FIELDS
    ]
    head = ["| field | for | what it fills | a cell | headings taken without mapping |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])
