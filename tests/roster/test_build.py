"""People as objects become columns; a wrong type is a fault, never a traceback."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from matchmaker.errors import Report
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.roster.build import read_mentees, read_mentors
from matchmaker.roster.columns import list_words
from matchmaker.times import format_slots


def test_everything_of_a_mentor() -> None:
    """Every field of a mentor is in its column."""
    mentor = Mentor(
        id=" m1 ",
        name="Mo",
        email="mo@example.org",
        capacity=2,
        minimum=1,
        hours=Decimal("52.5"),
        willing=None,
        zone="Europe/London",
        slots="Mon 18:00-19:00",
        languages=["English"],
        skills={"Python": 4},
        knowledge={"Law": 2},
        traits={"kind": 5},
        preferred=["e1"],
        refused=["e2", "e3"],
        attributes={"site": "north", "grade": 3, "remote": True, "teams": ["a", "b"], "none": ""},
    )
    report = Report()
    mentors = read_mentors([mentor, Mentor(id="m2")], report)
    assert not report.num_faults
    assert list(mentors.ids) == ["m1", "m2"]
    assert mentors.capacity.tolist() == [2, -1]
    assert mentors.hours.tolist() == [3150, -1]
    assert mentors.willing.tolist() == [-1, 1]
    assert format_slots(mentors.slots[0]) == "Mon 18:00-19:00"
    assert mentors.slots_known.tolist() == [True, False]
    assert mentors.traits["kind"].tolist() == [5, -1]
    assert mentors.subjects.offsets.tolist() == [0, 2, 2]
    assert mentors.subjects.knowledge.tolist() == [False, True]
    assert [list_words(mentors.attributes[name], 0) for name in ("site", "grade", "remote", "teams", "none")] == [
        ["north"],
        ["3"],
        ["yes"],
        ["a", "b"],
        [],
    ]


def test_everything_of_a_mentee() -> None:
    """Every field of a mentee is in its column, and goals keep their order."""
    goals = [Goal("Python", "skill", 1, 3, 2.5, "Grow"), Goal("Law", "knowledge")]
    report = Report()
    mentees = read_mentees(
        [Mentee(id="e0"), Mentee(id="e1", goals=goals, focus="Law", wanted=2, priority=7, hours=3)], report
    )
    assert not report.num_faults
    assert (mentees.wanted.tolist(), mentees.priority.tolist(), mentees.hours.tolist()) == ([-1, 2], [-1, 7], [-1, 180])
    assert mentees.goals.offsets.tolist() == [0, 0, 2]
    assert mentees.goals.importance.tolist() == [2500, -1]
    assert mentees.goals.themes.tolist() == [0, -1]
    assert mentees.goals.current.tolist() == [1, -1]
    assert list_words(mentees.focus, 1) == ["Law"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"capacity": "2"},
            "mentors[1], column 'capacity': capacity cannot be read (found: \"'2'\"). Give a whole number or None",
        ),
        ({"capacity": True}, "capacity cannot be read"),
        ({"capacity": 1.5}, "capacity cannot be read"),
        ({"capacity": -1}, "capacity cannot be read"),
        ({"hours": float("nan")}, "Give a number of hours that makes whole minutes, or None"),
        ({"hours": "many"}, "hours cannot be read"),
        ({"hours": 0.001}, "hours cannot be read"),
        ({"willing": "yes"}, "Give True, False or None"),
        ({"name": 3}, "name cannot be read (found: '3'). Give a text"),
        ({"slots": "someday"}, "column 'slots'"),
        ({"slots": 3}, "slots cannot be read (found: '3'). Give a text or None"),
        ({"languages": "English"}, "languages cannot be read (found: \"'English'\"). Give a list of texts"),
        ({"skills": ["Python"]}, "Give a mapping of texts to whole numbers from 0 to 5"),
        ({"skills": {"Python": "good"}}, "skills cannot be read"),
        ({"traits": 3}, "Give a mapping of texts to whole numbers from 1 to 5"),
        ({"attributes": 3}, "Give a mapping of texts to a text, a number or a list of texts"),
        ({"attributes": {"x": object()}}, "attributes cannot be read"),
    ],
)
def test_wrong_types_of_mentors(fields: dict[str, Any], told: str) -> None:
    """A field of the wrong type names the person, the field, the value and what to give."""
    report = Report()
    mentors = read_mentors([Mentor(id="m0"), replace(Mentor(id="m1"), **fields)], report)
    assert told in str(report)
    assert list(report.faulty) == [("mentor", 1)]
    assert len(mentors) == 2


@pytest.mark.parametrize(
    "goals",
    [["Python"], "Python", [Goal("")], [Goal("A", "talent")], [Goal("A", current="1")], [Goal("A", importance=True)],  # type: ignore[arg-type]
     [Goal("A", importance="high")], [Goal("A", importance=1.0001)], [Goal("A", theme=3)]],  # type: ignore[arg-type]
)  # fmt: skip
def test_wrong_goals(goals: Any) -> None:
    """A goal that cannot be read is a fault of its mentee."""
    report = Report()
    read_mentees([Mentee(id="e", goals=goals)], report)
    assert list(report.faulty) == [("mentee", 0)]


def test_numpy_numbers() -> None:
    """Whole numbers of numpy are whole numbers."""
    report = Report()
    mentors = read_mentors([Mentor(id="m", capacity=np.int64(3))], report)  # type: ignore[arg-type]
    assert mentors.capacity.tolist() == [3]
    assert not report.num_faults
