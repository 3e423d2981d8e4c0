"""Cells -> values. Each function reads one distinct text and refuses with a problem and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matchmaker.roster.columns import UNKNOWN
from matchmaker.tables.sheet import explain_number, parse_number
from matchmaker.text import normalise

YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "ja", "oui", "si", "on", "ticked"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "off"})
GOAL = re.compile(
    r"(?P<subject>.+?)(?:\s*\((?P<kind>skill|knowledge)\))?(?:\s+(?P<current>\d+)?\s*(?:->|→)\s*(?P<target>\d+))?"
    r"(?:\s*!\s*(?P<importance>[\d.,]+))?(?:\s*#\s*(?P<theme>.+))?",
    re.I,
)
LEVEL = re.compile(r"(?P<subject>.+?)\s*[:=]\s*(?P<level>-?\d+)")


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
    options : tuple of str
    decimal_comma : bool
    """

    separator: str | None = None
    words: Mapping[str, Any] | None = None
    level: int | None = None
    options: tuple[str, ...] = ()
    decimal_comma: bool = False


def read_number(text: str, style: Style, told: str) -> Decimal:
    """Return the number in a cell, by its word or its digits."""
    word = (style.words or {}).get(normalise(text))
    if word is not None:
        return Decimal(str(word))
    number = parse_number(text, style.decimal_comma or None)
    if number is None:
        raise Refusal("number", explain_number(text), f"Write {told}, or map the word in [columns]")
    return number


def read_whole(text: str, style: Style, told: str = "a whole number") -> int:
    """Return the whole number in a cell, -1 for a blank one."""
    if not text:
        return UNKNOWN
    number = read_number(text, style, told)
    if number != number.to_integral_value() or not 0 <= number < 2**31:
        raise Refusal("whole", "this is no whole number from 0 up", f"Write {told}")
    return int(number)


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
    return int(thousandths)


def read_yes(text: str) -> int:
    """Return 1 for yes, 0 for no, -1 for a blank cell."""
    word = normalise(text)
    if not word:
        return UNKNOWN
    if word not in YES | NO:
        raise Refusal("yes-no", "this is neither yes nor no", "Write yes or no")
    return int(word in YES)


def read_ticked_level(text: str, style: Style, ticked: int) -> int | None:
    """Return the level in a grid cell; None for a blank cell or a no; a tick stands for `ticked`."""
    word = normalise(text)
    if not word:
        return None
    if word in (style.words or {}) or parse_number(text, style.decimal_comma or None) is not None:
        return read_whole(text, style, "a level from 0 to 5")
    if word in NO:
        return None
    if word in YES:
        return ticked if style.level is None else style.level
    raise Refusal("level", "this is no level", "Write a whole number from 0 to 5, a tick, or map the word in [columns]")


def split_cell(text: str, style: Style, default: str = ";") -> list[str]:
    """Return the values in a cell: known options first, then what the separator parts.

    Examples
    --------
    >>> split_cell("Risk; audit, Python", Style(separator=",", options=("Risk; audit",)))
    ['Risk; audit', 'Python']
    """
    found: list[tuple[int, str]] = []
    rest = text
    for option in sorted(style.options, key=len, reverse=True):
        place = rest.find(option)
        if option and place >= 0:
            found.append((place, option))
            rest = rest[:place] + "\0" * len(option) + rest[place + len(option) :]
    pattern = re.escape(style.separator) if style.separator else f"[{re.escape(default)}\n]"
    place = 0
    for part in re.split(f"({pattern})", rest):
        word = part.replace("\0", "").strip()
        if word and not re.fullmatch(pattern, part):
            found.append((place + len(part) - len(part.lstrip()), word))
        place += len(part)
    words = [word for _, word in sorted(found)]
    return list(dict.fromkeys(words))


def read_subject(text: str, style: Style) -> tuple[str, int]:
    """Return a subject and its level, -1 where none is stated ("Python: 4", "Python")."""
    found = LEVEL.fullmatch(text)
    if found:
        return found["subject"].strip(), read_whole(found["level"], style, "a level from 0 to 5")
    return text, UNKNOWN if style.level is None else style.level


@dataclass(frozen=True)
class GoalText:
    """A goal as it was read: subject, knowledge or skill, levels, importance in thousandths, theme."""

    subject: str
    knowledge: bool = False
    current: int = UNKNOWN
    target: int = UNKNOWN
    importance: int = UNKNOWN
    theme: str = ""


def read_goal(text: str, style: Style) -> GoalText:
    """Return the goal that "Python (skill) 1->3 !5 #theme" means; all but the subject may be left out."""
    found = GOAL.fullmatch(text)
    if found is None:
        raise Refusal("goal", "this is no goal", "Write SUBJECT (skill) 1->3 !5 #theme")
    current, target = found["current"], found["target"]
    if (
        "->" in found["subject"]
        or (current is not None and len(current) > 1)
        or (target is not None and len(target) > 1)
    ):
        raise Refusal("goal", "the levels of this goal cannot be read", "Write them as 1->3, from 0 to 5")
    return GoalText(
        found["subject"].strip(),
        (found["kind"] or "skill").casefold() == "knowledge",
        UNKNOWN if current is None else int(current),
        UNKNOWN if target is None else int(target),
        read_thousandths(found["importance"] or "", style),
        (found["theme"] or "").strip(),
    )


def read_kind(text: str) -> int:
    """Return 1 for knowledge, 0 for a skill; a blank cell is a skill."""
    word = normalise(text)
    if word not in ("", "skill", "skills", "knowledge"):
        raise Refusal("kind", "this is neither skill nor knowledge", "Write skill or knowledge")
    return int(word == "knowledge")


def read_id(text: str) -> str:
    """Return an id as people mean it: a spreadsheet's 123.0 is 123."""
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def list_ids(text: str, style: Style) -> Sequence[str]:
    """Return the ids in a cell."""
    return [read_id(word) for word in split_cell(text, style, ";,")]
