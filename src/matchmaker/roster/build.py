"""People as objects -> columns. Wrong types become faults, never tracebacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Place, Report
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.roster.columns import UNKNOWN, Goals, Lists, MenteeColumns, MentorColumns, SubjectLevels
from matchmaker.times import NUM_WORDS, Unreadable, parse_slots

NEARLY_WHOLE = Decimal("0.000001")
"""Minutes by which hours in decimals may miss a whole minute, which is what 50 / 60 does."""


class Coder:
    """Gives every distinct word a number, in order of first appearance."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def code(self, word: str) -> int:
        """Return the number of a word."""
        return self.codes.setdefault(word, len(self.codes))

    @property
    def words(self) -> list[str]:
        """All words, by number."""
        return list(self.codes)


def code_lists(rows: Iterable[Sequence[str]]) -> Lists:
    """Return lists of words as one column."""
    coder, counts, codes = Coder(), [0], []
    for row in rows:
        codes += [coder.code(word) for word in row]
        counts.append(len(row))
    return Lists(np.cumsum(counts, dtype=np.int64), np.array(codes, np.int32), coder.words)


@dataclass
class Reader:
    """Reads the fields of one side's people, and notes every fault.

    Parameters
    ----------
    role : str
    people : sequence
    report : Report
    """

    role: str
    people: Sequence[Any]
    report: Report

    def refuse(self, row: int, field: str, value: object, problem: str, remedy: str) -> None:
        """Note a fault of one person's field."""
        place = Place(file=f"{self.role}s[{row}]", column=field)
        self.report.add_fault(Fault("type", problem, remedy, place, repr(value), (self.role, row)))

    def read(self, field: str, check: Callable[[Any], Any], remedy: str, empty: Any) -> list[Any]:
        """Return a field of everybody as `check` makes it; a faulty one becomes `empty`."""
        values = []
        for row, person in enumerate(self.people):
            value = getattr(person, field)
            try:
                values.append(check(value))
            except (TypeError, ValueError, InvalidOperation):
                self.refuse(row, field, value, f"{field} cannot be read", remedy)
                values.append(empty)
        return values

    def read_texts(self, field: str) -> list[str]:
        """Return a text of everybody, without the white space around it."""
        return self.read(field, check_text, "Give a text", "")

    def read_whole(self, field: str) -> NDArray[np.int64]:
        """Return a whole number of everybody, -1 for None."""
        return np.array(self.read(field, check_whole, "Give a whole number or None", UNKNOWN), np.int64)

    def read_minutes(self) -> NDArray[np.int64]:
        """Return everybody's hours as minutes, -1 for None."""
        remedy = "Give a number of hours that makes whole minutes, or None"
        return np.array(self.read("hours", check_minutes, remedy, UNKNOWN), np.int64)

    def read_lists(self, field: str) -> Lists:
        """Return a list of texts of everybody."""
        return code_lists(self.read(field, check_texts, "Give a list of texts", []))

    def read_slots(self) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Return everybody's free half hours, and whether they are known."""
        bits = np.zeros((len(self.people), NUM_WORDS), np.uint64)
        known = np.zeros(len(self.people), bool)
        for row, person in enumerate(self.people):
            if person.slots is None:
                continue
            try:
                bits[row] = parse_slots(check_text(person.slots)).bits
                known[row] = True
            except Unreadable as error:
                self.refuse(row, "slots", person.slots, error.problem, error.remedy)
            except TypeError:
                self.refuse(row, "slots", person.slots, "slots cannot be read", "Give a text or None")
        return bits, known

    def read_traits(self) -> dict[str, NDArray[np.int64]]:
        """Return each trait that anybody names as a column."""
        rows = self.read("traits", check_numbers, "Give a mapping of texts to whole numbers from 1 to 5", {})
        names = sorted({name for row in rows for name in row})
        return {name: np.array([row.get(name, UNKNOWN) for row in rows], np.int64) for name in names}

    def read_attributes(self) -> dict[str, Lists]:
        """Return each attribute that anybody has as a column of lists."""
        remedy = "Give a mapping of texts to a text, a number or a list of texts"
        rows = self.read("attributes", check_attributes, remedy, {})
        names = sorted({name for row in rows for name in row})
        return {name: code_lists(row.get(name, []) for row in rows) for name in names}

    def read_common(self) -> dict[str, Any]:
        """Return the columns that both sides have."""
        slots, known = self.read_slots()
        zones = self.read_texts("zone")
        return {
            "ids": self.read_texts("id"),
            "names": self.read_texts("name"),
            "emails": self.read_texts("email"),
            "zones": code_lists([zone] if zone else [] for zone in zones),
            "slots": slots,
            "slots_known": known,
            "languages": self.read_lists("languages"),
            "traits": self.read_traits(),
            "attributes": self.read_attributes(),
            "preferred": self.read_lists("preferred"),
            "refused": self.read_lists("refused"),
            "hours": self.read_minutes(),
        }


def check_text(value: Any) -> str:
    """Return a text without the white space around it."""
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def check_whole(value: Any) -> int:
    """Return a whole number, -1 for None; a bool or a negative number is refused."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < 2**31:
        raise TypeError
    return int(value)


def check_minutes(value: Any) -> int:
    """Return hours as whole minutes, -1 for None; a third of an hour is 20 minutes, though no decimal says so."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | np.integer):
        raise TypeError
    minutes = Decimal(str(value)) * 60
    if not minutes.is_finite() or not 0 <= minutes < 2**40:
        raise ValueError
    whole = minutes.to_integral_value()
    if abs(minutes - whole) > NEARLY_WHOLE:
        raise ValueError
    return int(whole)


def check_texts(value: Any) -> list[str]:
    """Return a list of texts; one text alone is refused, since it would be read letter by letter."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError
    return [check_text(item) for item in value]


def check_numbers(value: Any) -> dict[str, int]:
    """Return a mapping of texts to whole numbers, without those that are None."""
    if not isinstance(value, Mapping):
        raise TypeError
    return {check_text(name): check_whole(number) for name, number in value.items() if number is not None}


def check_levels(value: Any) -> dict[str, int]:
    """Return a mapping of subjects to levels; None, a subject without a level, becomes -1."""
    if not isinstance(value, Mapping):
        raise TypeError
    return {check_text(name): check_whole(level) for name, level in value.items()}


def check_attributes(value: Any) -> dict[str, list[str]]:
    """Return a mapping of texts to lists of texts; numbers become texts."""
    if not isinstance(value, Mapping):
        raise TypeError
    return {check_text(name): _check_attribute(item) for name, item in value.items()}


def _check_attribute(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, int | float | Decimal):
        return [str(value)]
    if isinstance(value, str):
        return [check_text(value)] if value.strip() else []
    return check_texts(value)


def check_willing(value: Any) -> int:
    """Return 1 for True, 0 for False, -1 for None."""
    if value not in (True, False, None):
        raise TypeError
    return UNKNOWN if value is None else int(value)


def read_mentors(mentors: Sequence[Mentor], report: Report) -> MentorColumns:
    """Return mentors as columns.

    Parameters
    ----------
    mentors : sequence of Mentor
    report : Report
        Takes the faults.
    """
    reader = Reader("mentor", mentors, report)
    willing = reader.read("willing", check_willing, "Give True, False or None", UNKNOWN)
    return MentorColumns(
        **reader.read_common(),
        capacity=reader.read_whole("capacity"),
        minimum=reader.read_whole("minimum"),
        willing=np.array(willing, np.int64),
        subjects=_read_subjects(reader),
    )


def _read_subjects(reader: Reader) -> SubjectLevels:
    remedy = "Give a mapping of texts to whole numbers from 0 to 5"
    sides = [reader.read(field, check_levels, remedy, {}) for field in ("skills", "knowledge")]
    coder, counts = Coder(), [0]
    entries: list[tuple[int, bool, int]] = []
    for skills, knowledge in zip(*sides, strict=True):
        entries += [(coder.code(name), False, level) for name, level in skills.items()]
        entries += [(coder.code(name), True, level) for name, level in knowledge.items()]
        counts.append(len(skills) + len(knowledge))
    subjects, is_knowledge, levels = zip(*entries, strict=True) if entries else ((), (), ())
    return SubjectLevels(
        np.cumsum(counts, dtype=np.int64),
        np.array(subjects, np.int32),
        np.array(is_knowledge, bool),
        np.array(levels, np.int64),
        coder.words,
    )


def read_mentees(mentees: Sequence[Mentee], report: Report) -> MenteeColumns:
    """Return mentees as columns.

    Parameters
    ----------
    mentees : sequence of Mentee
    report : Report
        Takes the faults.
    """
    reader = Reader("mentee", mentees, report)
    focus = reader.read_texts("focus")
    return MenteeColumns(
        **reader.read_common(),
        wanted=reader.read_whole("wanted"),
        priority=reader.read_whole("priority"),
        focus=code_lists([word] if word else [] for word in focus),
        goals=_read_goals(reader),
    )


@dataclass(frozen=True)
class _GoalRow:
    subject: int
    knowledge: bool
    current: int
    target: int
    importance: int
    theme: int


def _read_goals(reader: Reader) -> Goals:
    subjects, themes, counts = Coder(), Coder(), [0]
    rows: list[_GoalRow] = []
    lists = reader.read("goals", _check_goals, "Give a list of Goal objects", [])
    for row, goals in enumerate(lists):
        for goal in goals:
            try:
                rows.append(_check_goal(goal, subjects, themes))
            except (TypeError, ValueError, InvalidOperation):
                remedy = "Give a subject, levels as whole numbers from 0 to 5, importance from 1 to 5"
                reader.refuse(row, "goals", goal, "the goal cannot be read", remedy)
        counts.append(len(rows) - sum(counts))
    return Goals(
        np.cumsum(counts, dtype=np.int64),
        np.array([goal.subject for goal in rows], np.int32),
        np.array([goal.knowledge for goal in rows], bool),
        np.array([goal.current for goal in rows], np.int64),
        np.array([goal.target for goal in rows], np.int64),
        np.array([goal.importance for goal in rows], np.int64),
        np.array([goal.theme for goal in rows], np.int32),
        subjects.words,
        themes.words,
    )


def _check_goals(value: Any) -> list[Goal]:
    if not isinstance(value, Sequence) or not all(isinstance(goal, Goal) for goal in value):
        raise TypeError
    return list(value)


def _check_goal(goal: Goal, subjects: Coder, themes: Coder) -> _GoalRow:
    if goal.kind not in ("skill", "knowledge") or not check_text(goal.subject):
        raise ValueError
    theme = "" if goal.theme is None else check_text(goal.theme)
    return _GoalRow(
        subjects.code(check_text(goal.subject)),
        goal.kind == "knowledge",
        check_whole(goal.current),
        check_whole(goal.target),
        _check_importance(goal.importance),
        themes.code(theme) if theme else UNKNOWN,
    )


def _check_importance(value: Any) -> int:
    """Return an importance in thousandths, -1 for None."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        raise TypeError
    thousandths = Decimal(str(value)) * 1000
    if not thousandths.is_finite() or thousandths != thousandths.to_integral_value():
        raise ValueError
    return int(thousandths)
