"""One person: a mentor, a mentee, a goal, a former pair. Facts only; nobody here holds a match.

These objects are for a few people and for programs that have them anyway; files of many people
become columns directly (`matchmaker.roster.columns`). Nothing is checked here: `Roster` checks
everything at once and reports every fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["skill", "knowledge"]
Number = int | float | Decimal
Attribute = str | Number | Sequence[str]


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing a mentee wants to learn.

    Parameters
    ----------
    subject : str
        What it is about; subjects are compared whole, without regard to case, accents and spaces.
    kind : {"skill", "knowledge"}
        Whether it is something to do or something to know.
    current, target : int or None
        Levels from 0 (none) to 5 (expert); None takes the program's ``[levels]``.
    importance : number or None
        From 1 to 5, at most three decimal places; None takes the program's default.
    theme : str or None
        The theme of the programme that it serves.
    """

    subject: str
    kind: Kind = "skill"
    current: int | None = None
    target: int | None = None
    importance: Number | None = None
    theme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentor:
    """Someone who can mentor.

    Parameters
    ----------
    id : str
        Unique among mentors; may be left empty where `email` is given, which is then the id.
    name, email : str
        For people to read; the same e-mail on both sides is the same human.
    capacity, minimum : int or None
        Most and fewest mentees, 0 or more; None takes the program's defaults (1 and 0).
    hours : number or None
        Hours available in the whole programme, for all mentees together; None limits nothing.
    willing : bool or None
        Whether they agreed to mentor; None if they did not say.
    zone : str
        IANA name or fixed offset; empty takes the program's zone.
    slots : str or None
        Free times of the week in their own zone, such as ``"Mon 18:00-20:00; Fri 12:00-13:00"``;
        None if unknown, ``""`` if they have none.
    languages : sequence of str
    skills, knowledge : mapping of str to int
        Subject to level, 0 to 5.
    traits : mapping of str to int
        Trait to rating, 1 to 5.
    preferred, refused : sequence of str
        Ids of mentees, the most preferred first.
    attributes : mapping of str to (str, number or sequence of str)
        Anything else that rules and preferences speak of.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    capacity: int | None = None
    minimum: int | None = None
    hours: Number | None = None
    willing: bool | None = True
    zone: str = ""
    slots: str | None = None
    languages: Sequence[str] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    knowledge: Mapping[str, int] = field(default_factory=dict)
    traits: Mapping[str, int] = field(default_factory=dict)
    preferred: Sequence[str] = ()
    refused: Sequence[str] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentee:
    """Someone who wants to be mentored.

    Parameters
    ----------
    id : str
        Unique among mentees; may be left empty where `email` is given, which is then the id.
    name, email : str
        For people to read; the same id or e-mail on both sides is the same human.
    goals : sequence of Goal
        What they want, the most important first where importance does not say.
    focus : str
        The goal (its subject) or component that matters most; it counts double.
    hours : number or None
        Hours that their pair must at least meet; None takes the program's minimum.
    wanted : int or None
        How many mentors they want; None takes the program's default (1).
    priority : int or None
        Higher is served first when not everyone can be; waiting days, for example. None is the
        lowest.
    zone, slots, languages
        As for a `Mentor`.
    traits : mapping of str to int
        Wishes for a mentor's traits, 1 to 5.
    preferred, refused : sequence of str
        Ids of mentors, the most preferred first.
    attributes : mapping of str to (str, number or sequence of str)
        Anything else that rules and preferences speak of.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    goals: Sequence[Goal] = ()
    focus: str = ""
    hours: Number | None = None
    wanted: int | None = None
    priority: int | None = None
    zone: str = ""
    slots: str | None = None
    languages: Sequence[str] = ()
    traits: Mapping[str, int] = field(default_factory=dict)
    preferred: Sequence[str] = ()
    refused: Sequence[str] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Former:
    """A pair of an earlier programme.

    Parameters
    ----------
    mentor, mentee : str
        Their ids.
    outcome : str
        What came of it, in the organiser's words.
    """

    mentor: str
    mentee: str
    outcome: str = ""
