"""Cells -> values. Each function reads one distinct text and refuses with a problem and a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from matchmaker.roster.columns import UNKNOWN
from matchmaker.tables.sheet import explain_number, parse_number
from matchmaker.text import NO, YES, normalise
from matchmaker.times import Unreadable

GOAL = re.compile(
    r"(?P<subject>.+?)(?:\s*\((?P<kind>skills?|knowledge)\))?(?:\s+(?P<current>\d+)?\s*(?:->|→)\s*(?P<target>\d+))?"
    r"(?:\s+!(?P<importance>[^\s#]+))?(?:\s+#\s*(?P<theme>.+))?",
    re.I | re.S,
)
LEVEL = re.compile(r"(?P<subject>.+?)\s*[:=]\s*(?P<level>[^:=]*)", re.S)
DIGITS = re.compile(r"[+-]?\d[\d.,]*")
WHOLE_FLOAT = re.compile(r"\d+\.0")


ROLES: Mapping[str, frozenset[str]] = {
    "mentor": frozenset({"mentor"}),
    "mentors": frozenset({"mentor"}),
    "mentee": frozenset({"mentee"}),
    "mentees": frozenset({"mentee"}),
    "both": frozenset({"mentor", "mentee"}),
}
"""What the words of a role column mean; the program may add others."""

JOINTS = re.compile(r"[;,/&+\n]| and ", re.I)
"""What stands between two roles in one cell."""


class Refusal(ValueError):
    """A cell that cannot be read.

    Parameters
    ----------
    kind, problem, remedy : str
    """

    def __init__(self, kind: str, problem: str, remedy: str) -> None:
        self.kind, self.problem, self.remedy = kind, problem, remedy
        super().__init__(problem)


@dataclass(frozen=True)
class Style:
    """How the cells of one column are written.

    Parameters
    ----------
    separator : str or None
    words : mapping of str to number
        Normalised word to what it stands for.
    level : int or None
    options : frozenset of str
        The known values, normalised.
    decimal_comma : bool
    is_several : bool
        Whether the program says that a cell may hold several values.
    """

    separator: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    level: int | None = None
    options: frozenset[str] = frozenset()
    decimal_comma: bool = False
    is_several: bool = False


Value = TypeVar("Value")
Parse = Callable[[str, Style], Value]


def parse_all(
    texts: Sequence[str], parse: Parse[Value], style: Style, empty: Value
) -> tuple[list[Value], dict[int, Refusal]]:
    """Return the value of every text, and what is wrong with those that have none."""
    values, refusals = [], dict[int, Refusal]()
    for code, text in enumerate(texts):
        try:
            values.append(parse(text, style))
        except Refusal as error:
            refusals[code] = error
            values.append(empty)
        except Unreadable as error:
            refusals[code] = Refusal("slots", error.problem, error.remedy)
            values.append(empty)
    return values, refusals


def read_number(text: str, style: Style, told: str) -> Decimal:
    """Return the number in a cell, by its word or its digits."""
    word = style.words.get(normalise(text))
    if word is not None:
        return Decimal(str(word))
    number = parse_number(text, style.decimal_comma or None)
    if number is None:
        raise Refusal("number", f"this {explain_number(text)}", f"Write {told}, or map the word in [columns]")
    return number


def read_whole(text: str, style: Style, told: str = "a whole number") -> int:
    """Return the whole number in a cell, -1 for a blank one."""
    if not text:
        return UNKNOWN
    number = read_number(text, style, told)
    if number != number.to_integral_value() or not 0 <= number < 2**31:
        raise Refusal("whole", "this is no whole number from 0 up", f"Write {told}")
    return int(number)


def read_level(text: str, style: Style) -> int:
    """Return the level in a cell, -1 for a blank one."""
    return read_whole(text, style, "a level from 0 to 5")


def read_rating(text: str, style: Style) -> int:
    """Return the rating in a cell, -1 for a blank one."""
    return read_whole(text, style, "a rating from 1 to 5")


def read_minutes(text: str, style: Style) -> int:
    """Return hours as minutes, -1 for a blank cell."""
    if not text:
        return UNKNOWN
    minutes = read_number(text, style, "hours") * 60
    if minutes != minutes.to_integral_value() or not 0 <= minutes < 2**40:
        raise Refusal("hours", "these are no hours that make whole minutes", "Write hours such as 24 or 1.5")
    return int(minutes)


def read_thousandths(text: str, style: Style) -> int:
    """Return a number of at most three decimal places in thousandths, -1 for a blank cell."""
    if not text:
        return UNKNOWN
    thousandths = read_number(text, style, "a number from 1 to 5") * 1000
    if thousandths != thousandths.to_integral_value():
        raise Refusal("decimals", "this has more than three decimal places", "Round it to three")
    if not 0 <= thousandths < 2**31:
        raise Refusal("importance", "the importance is out of range", "Write a number from 1 to 5")
    return int(thousandths)


def read_yes(text: str, style: Style) -> int:
    """Return 1 for yes, 0 for no, -1 for a blank cell."""
    word = normalise(text)
    if not word:
        return UNKNOWN
    if word in style.words and style.words[word] in (0, 1):
        return int(style.words[word])
    if word not in YES | NO:
        raise Refusal("yes-no", "this is neither yes nor no", "Write yes or no, or map the word to 1 or 0 in [columns]")
    return int(word in YES)


def read_ticked_level(text: str, style: Style, ticked: int) -> int:
    """Return the level in a grid cell; -1 for a blank cell or a no; a tick stands for `ticked`."""
    word = normalise(text)
    if not word:
        return UNKNOWN
    if word in style.words or parse_number(text, style.decimal_comma or None) is not None:
        return read_level(text, style)
    if word in NO:
        return UNKNOWN
    if word in YES:
        return ticked if style.level is None else style.level
    raise Refusal("level", "this is no level", "Write a whole number from 0 to 5, a tick, or map the word in [columns]")


class Stated(NamedTuple):
    """A subject, and its level or -1."""

    subject: str
    level: int


def read_subject(text: str, style: Style) -> Stated:
    """Return a subject and its level, -1 where none is stated.

    Examples
    --------
    >>> read_subject("Python: 4", Style()), read_subject("Finance: budgets", Style())
    (Stated(subject='Python', level=4), Stated(subject='Finance: budgets', level=-1))
    """
    unsaid = UNKNOWN if style.level is None else style.level
    found = None if normalise(text) in style.options else LEVEL.fullmatch(text)
    if found is None:
        return Stated(text, unsaid)
    if not found["level"]:
        return Stated(found["subject"], unsaid)
    if normalise(found["level"]) in style.words or DIGITS.fullmatch(found["level"]):
        return Stated(found["subject"], read_level(found["level"], style))
    return Stated(text, unsaid)


class GoalText(NamedTuple):
    """A goal as it was read: subject, knowledge or skill, levels, importance in thousandths, theme."""

    subject: str
    knowledge: bool = False
    current: int = UNKNOWN
    target: int = UNKNOWN
    importance: int = UNKNOWN
    theme: str = ""


def read_goal(text: str, style: Style) -> GoalText:
    """Return the goal that a text means; all but the subject may be left out.

    Examples
    --------
    >>> read_goal("C# (skill) 1->3 !5 #Grow", Style())
    GoalText(subject='C#', knowledge=False, current=1, target=3, importance=5000, theme='Grow')
    """
    unsaid = UNKNOWN if style.level is None else style.level
    found = None if normalise(text) in style.options else GOAL.fullmatch(text)
    if found is None:
        return GoalText(text, target=unsaid)
    subject, current, target = found["subject"].strip(), found["current"], found["target"]
    if "->" in subject or "→" in subject or max(len(current or ""), len(target or "")) > 1:
        raise Refusal("goal", "the levels of this goal cannot be read", "Write them as 1->3, from 0 to 5")
    return GoalText(
        subject,
        (found["kind"] or "").casefold() == "knowledge",
        int(current or UNKNOWN),
        unsaid if target is None else int(target),
        read_thousandths(found["importance"] or "", style),
        (found["theme"] or "").strip(),
    )


def read_kind(text: str, _: Style) -> int:
    """Return 1 for knowledge, 0 for a skill; a blank cell is a skill."""
    word = normalise(text)
    if word not in ("", "skill", "skills", "knowledge"):
        raise Refusal("kind", "this is neither skill nor knowledge", "Write skill or knowledge")
    return int(word == "knowledge")


def read_roles(text: str, known: Mapping[str, frozenset[str]] = ROLES) -> frozenset[str]:
    """Return the roles that a cell names, none if any of it names no role.

    Examples
    --------
    >>> sorted(read_roles("Mentor and mentee")), sorted(read_roles("Mentor, chair"))
    (['mentee', 'mentor'], [])
    """
    if normalise(text) in known:
        return known[normalise(text)]
    parts = [known.get(normalise(part), frozenset()) for part in JOINTS.split(text) if part.strip()]
    return frozenset[str]().union(*parts) if all(parts) else frozenset()


def read_value(text: str, style: Style) -> str:
    """Return an attribute's value: as it is written, or the number that its word stands for."""
    number = style.words.get(normalise(text))
    return text if number is None else str(number)


def read_id(text: str) -> str:
    """Return an id as people mean it: a spreadsheet's 123.0 is 123."""
    return text[:-2] if WHOLE_FLOAT.fullmatch(text) else text
