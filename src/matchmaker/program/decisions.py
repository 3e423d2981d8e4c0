"""Every decision of the organiser, with its default. A program never holds a person's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from matchmaker.people import Number

Unknown = Literal["refuse", "allow"]
RelationName = Literal["same", "different", "above", "share", "within_hours", "not_in_line"]

STAND_IN = date(2026, 1, 5)
"""A Monday, for programs that state no start date."""

DEFAULT_WEIGHTS: Mapping[str, int] = {
    "skills": 45,
    "knowledge": 20,
    "attitude": 20,
    "availability": 10,
    "attributes": 5,
    "preferences": 15,
}
"""Every built-in component, in the order in which they are reported, with its default weight: the one list of them."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One comparison of a mentee's attribute with a mentor's.

    Parameters
    ----------
    relation : {"same", "different", "above", "share", "within_hours", "not_in_line"}
        ``above``: the mentor stands `least` to `most` steps higher in the declared order of the
        attribute (or by that much, where the attribute is a number). ``share``: at least one value
        in common. ``within_hours``: time zones at most `most` hours apart. ``not_in_line``: neither
        is above the other in the reporting line, to any depth.
    mentee, mentor : str
        The attribute on each side; ``zone`` and ``languages`` may be named too.
    least, most : number or None
        For ``above`` and ``within_hours``; None leaves that side open (``above``: at least 1).
    when_unknown : {"refuse", "allow"}
        What an unknown value means for a rule.
    """

    relation: RelationName
    mentee: str
    mentor: str
    least: Number | None = None
    most: Number | None = None
    when_unknown: Unknown = "refuse"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the conditions must hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions must hold."""

    conditions: tuple[Condition, ...]


Condition = Relation | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pair must satisfy to be eligible.

    Parameters
    ----------
    name : str
        How reasons and messages call it; unique.
    condition : Relation, AllOf or AnyOf
    """

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Preference:
    """A condition that earns points instead of deciding eligibility.

    Parameters
    ----------
    name : str
        How explanations call it; unique.
    condition : Relation, AllOf or AnyOf
    weight : number
        Relative to the other preferences of the attributes component.
    wish : str or None
        A mentee's attribute with a yes or a no: the preference only counts for a mentee who said yes.
    """

    name: str
    condition: Condition
    weight: Number = 1
    wish: str | None = None


@dataclass(frozen=True, slots=True)
class RequiredPair:
    """A pair that must be made.

    Parameters
    ----------
    mentor, mentee : str
        Their ids.
    reason : str
        Kept, and shown in the answer.
    override : bool
        Whether it stands although a rule refuses the pair; never against a ban, a refusal,
        screening or oneself.
    """

    mentor: str
    mentee: str
    reason: str = ""
    override: bool = False


@dataclass(frozen=True, slots=True)
class BannedPair:
    """A pair that must not be made, with the reason."""

    mentor: str
    mentee: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """What a mentor must have to be matched at all.

    Parameters
    ----------
    willing : bool
        Only mentors who said that they are willing.
    traits : mapping of str to int
        Least rating of a trait, 1 to 5.
    subjects, level : int
        At least this many subjects (skills and knowledge together) at this level or above.
    """

    willing: bool = True
    traits: Mapping[str, int] = field(default_factory=dict)
    subjects: int = 0
    level: int = 1


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a goal, and of a subject, that does not state its own.

    Parameters
    ----------
    current, target : int
        For a goal without stated levels.
    stated : int
        For a mentor's subject named without a level.
    importance : number
        For a goal without a stated importance, 1 to 5.
    """

    current: int = 0
    target: int = 3
    stated: int = 3
    importance: Number = 3


@dataclass(frozen=True, slots=True)
class Column:
    """What a spreadsheet column means.

    Parameters
    ----------
    meaning : str
        The field, in the language of ``docs/columns.md``: ``email``, ``skill Python``,
        ``attribute grade``, ``goal 1 subject``, ``ignore`` …
    separator : str or None
        What parts several values in one cell; None uses the field's own.
    words : mapping of str to number
        What a word stands for, such as "Not confident" = 1.
    level : int or None
        Level of a subject that is ticked or listed without one.
    options : tuple of str
        The known options of the column, split against first, since one may hold the separator.
    """

    meaning: str
    separator: str | None = None
    words: Mapping[str, Number] = field(default_factory=dict)
    level: int | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """How the spreadsheets of this programme are to be read.

    Parameters
    ----------
    mentors, mentees, people : mapping of str to Column
        Heading to meaning, per file; ``people`` is the file with both roles in it.
    roles : mapping of str to str
        What the words of the role column mean: "mentor", "mentee" or "both".
    duplicates : {"fault", "first", "last"}
        What to do with people who answered twice.
    decimal_comma : bool
        Whether numbers are written 1,5.
    heading_row : int or None
        The row of the headings where the reader should not look for it.
    """

    mentors: Mapping[str, Column] = field(default_factory=dict)
    mentees: Mapping[str, Column] = field(default_factory=dict)
    people: Mapping[str, Column] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    duplicates: Literal["fault", "first", "last"] = "fault"
    decimal_comma: bool = False
    heading_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the organiser decides.

    Parameters
    ----------
    name : str
        Title of the programme, for reports.
    preset : str or None
        Name of the preset the rhythm came from, if any.
    start : datetime.date or None
        First day; offsets of time zones are those of this day. None: 2026-01-05, with a notice
        where a zone makes it matter.
    weeks, every_weeks : int
        Length of the programme, and one session every so many weeks.
    session_minutes : int
        Length of a session, a multiple of 30.
    minimum_hours : number
        Hours that every pair must at least meet; 0 promises none.
    zone : str
        Time zone of people who state none.
    timetable : bool
        Whether every pair gets a weekly time that both have free (where slots are given).
    grid : {"block", "local-hour", "offered"}
        Where a mentor's starts lie inside their free time.
    comfortable_starts : int
        Shared starts a week at which availability is full.
    slots_unknown : {"refuse", "allow"}
        Whether a pair with somebody whose slots are unknown is refused, or arranges its own time.
    objective : {"coverage", "points"}
    weights : mapping of str to number
        Weight of each component, relative; at most three decimal places.
    goals_counted : int
        How many of a mentee's most important goals count.
    fit : {"nearest", "at least"}
        Whether the nearest sufficient expert is preferred, or all above the target are equal.
    levels : Levels
    capacity, minimum, wanted : int
        For people who state none.
    themes : mapping of str to number
        Weight of each theme; a theme not listed, or none, has 1.
    traits : mapping of str to {"quality", "style"}
    synonyms : mapping of str to tuple of str
        Subject to the other words for it.
    orders : mapping of str to tuple of str
        Attribute to its values, the lowest first.
    several : tuple of str
        Attributes that hold several values.
    screening : Screening
    helps : bool
        Whether a mentor must be ahead on at least one goal of a mentee who named goals.
    repeat_former : bool or tuple of str
        Whether former pairs may be paired again: all, none, or those with one of these outcomes.
    rules : tuple of Rule
    preferences : tuple of Preference
    required : tuple of RequiredPair
    banned : tuple of BannedPair
    columns : Columns
    """

    name: str = ""
    preset: str | None = None
    start: date | None = None
    weeks: int = 26
    every_weeks: int = 1
    session_minutes: int = 60
    minimum_hours: Number = Decimal(0)
    zone: str = "UTC"
    timetable: bool = True
    grid: Literal["block", "local-hour", "offered"] = "block"
    comfortable_starts: int = 3
    slots_unknown: Unknown = "refuse"
    objective: Literal["coverage", "points"] = "coverage"
    weights: Mapping[str, Number] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    goals_counted: int = 3
    fit: Literal["nearest", "at least"] = "nearest"
    levels: Levels = field(default_factory=Levels)
    capacity: int = 1
    minimum: int = 0
    wanted: int = 1
    themes: Mapping[str, Number] = field(default_factory=dict)
    traits: Mapping[str, Literal["quality", "style"]] = field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    several: tuple[str, ...] = ()
    screening: Screening = field(default_factory=Screening)
    helps: bool = True
    repeat_former: bool | tuple[str, ...] = False
    rules: tuple[Rule, ...] = ()
    preferences: tuple[Preference, ...] = ()
    required: tuple[RequiredPair, ...] = ()
    banned: tuple[BannedPair, ...] = ()
    columns: Columns = field(default_factory=Columns)

    @property
    def first_day(self) -> date:
        """The start date, or the stand-in where none is stated."""
        return self.start or STAND_IN
