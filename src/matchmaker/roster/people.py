"""Columns -> people as objects, the way back from `matchmaker.roster.build`."""

from __future__ import annotations

from typing import Any

from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.roster.columns import UNKNOWN, MenteeColumns, MentorColumns, PersonColumns, list_words
from matchmaker.times import format_slots


def list_mentors(mentors: MentorColumns) -> list[Mentor]:
    """Return mentors as objects that `Roster` reads as the same.

    Parameters
    ----------
    mentors : MentorColumns
    """
    willing = {1: True, 0: False}
    return [
        Mentor(
            **_list_common(mentors, row),
            capacity=_know(mentors.capacity[row]),
            minimum=_know(mentors.minimum[row]),
            willing=willing.get(int(mentors.willing[row])),
            skills=_list_levels(mentors, row, is_knowledge=False),
            knowledge=_list_levels(mentors, row, is_knowledge=True),
        )
        for row in range(len(mentors))
    ]


def list_mentees(mentees: MenteeColumns) -> list[Mentee]:
    """Return mentees as objects that `Roster` reads as the same.

    Parameters
    ----------
    mentees : MenteeColumns
    """
    return [
        Mentee(
            **_list_common(mentees, row),
            wanted=_know(mentees.wanted[row]),
            priority=_know(mentees.priority[row]),
            focus="".join(list_words(mentees.focus, row)),
            goals=_list_goals(mentees, row),
        )
        for row in range(len(mentees))
    ]


def _know(value: Any) -> int | None:
    """Return a whole number of a column, None where it is unknown."""
    return None if value == UNKNOWN else int(value)


def _list_common(people: PersonColumns, row: int) -> dict[str, Any]:
    attributes = {name: list_words(lists, row) for name, lists in people.attributes.items()}
    traits = {name: int(column[row]) for name, column in people.traits.items() if column[row] != UNKNOWN}
    return {
        "id": people.ids[row],
        "name": people.names[row],
        "email": people.emails[row],
        "hours": _list_hours(int(people.hours[row])),
        "zone": "".join(list_words(people.zones, row)),
        "slots": format_slots(people.slots[row]) if people.slots_known[row] else None,
        "languages": list_words(people.languages, row),
        "traits": traits,
        "preferred": list_words(people.preferred, row),
        "refused": list_words(people.refused, row),
        "attributes": {name: words for name, words in attributes.items() if words},
    }


def _list_hours(minutes: int) -> int | float | None:
    """Return minutes as hours, whole where they are."""
    if minutes == UNKNOWN:
        return None
    return minutes // 60 if minutes % 60 == 0 else minutes / 60


def _list_levels(mentors: MentorColumns, row: int, *, is_knowledge: bool) -> dict[str, Any]:
    """Return the level of each skill or knowledge topic; None for a subject without one."""
    subjects = mentors.subjects
    entries = range(subjects.offsets[row], subjects.offsets[row + 1])
    return {
        subjects.words[subjects.subjects[k]]: _know(subjects.levels[k])
        for k in entries
        if subjects.knowledge[k] == is_knowledge
    }


def _list_goals(mentees: MenteeColumns, row: int) -> list[Goal]:
    goals = mentees.goals
    return [
        Goal(
            goals.words[goals.subjects[k]],
            "knowledge" if goals.knowledge[k] else "skill",
            _know(goals.current[k]),
            _know(goals.target[k]),
            _list_importance(int(goals.importance[k])),
            None if goals.themes[k] == UNKNOWN else goals.theme_words[goals.themes[k]],
        )
        for k in range(goals.offsets[row], goals.offsets[row + 1])
    ]


def _list_importance(thousandths: int) -> int | float | None:
    """Return thousandths as a number, whole where it is."""
    if thousandths == UNKNOWN:
        return None
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000
