"""Roster and program are held against each other: every fault and notice, once."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.program import BannedPair, Levels, Preference, Program, Relation, RequiredPair, Rule, Screening
from matchmaker.roster import Roster, check_roster

MENTOR = Mentor(id="m", skills={"A": 3}, traits={"kind": 3}, attributes={"site": "n", "grade": "two"})
MENTEE = Mentee(id="e", goals=[Goal("A", current=1, target=3)], attributes={"site": "n", "grade": "one"})


def check(
    mentors: list[Mentor] | None = None,
    mentees: list[Mentee] | None = None,
    history: tuple[Former, ...] = (),
    **program: Any,
) -> tuple[str, str]:
    """Return the faults and the notices as texts."""
    roster = Roster(mentors or [MENTOR], mentees or [MENTEE], history)
    report = check_roster(roster, Program(**{"traits": {"kind": "quality"}} | program))
    return "\n".join(map(str, report.faults)), "\n".join(map(str, report.notices))


def test_nothing() -> None:
    """A roster and a program that agree have no faults and no notices."""
    assert check() == ("", "")


ABOVE = Rule("r", Relation("above", "grade", "grade"))
REQUIRED = {"required": (RequiredPair("m", "e"),)}


@pytest.mark.parametrize(
    ("people", "program", "told"),
    [
        ({"mentees": [Mentee(id="e", goals=[Goal("A", current=4)])]}, {},
         "mentees[0], column 'goals': the goal 'A' goes from level 4 to 3, with the program's [levels]"),
        ({}, {"weeks": 10, "every_weeks": 2, "minimum_hours": 24}, "makes 5 sessions = 5 h, but 24 h are needed"),
        ({"mentees": [Mentee(id="e", hours=30)]}, {"weeks": 26}, "but 30 h are needed"),
        ({"mentors": [Mentor(id="m", minimum=2)]}, {}, "with the program's defaults the minimum 2 is above the capacity 1"),
        ({"mentors": [Mentor(id="m", capacity=3, minimum=3, hours=10)]}, {"minimum_hours": 5},
         "10 hours are too few for the minimum of 3 mentees"),
        ({"mentors": [Mentor(id="m", minimum=1, hours=1)]}, {"minimum_hours": 5}, "1 hour is too few for the minimum of 1 mentee."),
        ({"mentors": [Mentor(id="m", hours=1)]}, {**REQUIRED, "minimum_hours": 4}, "mentor m has 1 hour and 4 are required by 'e'"),
        ({"mentors": [Mentor(id="m", capacity=2, minimum=2, slots="Mon 9:00-10:00")]}, {"zone": "Europe/London"},
         "the free times hold 1 mentee, the minimum is 2"),
        ({}, {"rules": (Rule("r", Relation("same", "sitte", "site")),)},
         "'r' speaks of the mentees' 'sitte', which is not in the roster (found: 'sitte'). Did you mean 'site'?"),
        ({}, {"preferences": (Preference("p", Relation("same", "site", "site"), wish="wants"),)},
         "'p' waits for the mentees' 'wants', which is not in the roster"),
        ({}, {"rules": (ABOVE,)}, "'one' is no number (found: 'one'). Write a number, or declare the order of 'grade' in [orders]"),
        ({}, {"rules": (ABOVE,), "orders": {"grade": ("one", "too")}}, "'two' is not in the declared order (found: 'two'). Did you mean 'too'?"),
        ({}, {"traits": {"cold": "quality"}, "screening": Screening(traits={"cold": 2})}, "nobody could pass: no mentor is rated in 'cold'"),
        ({}, {"required": (RequiredPair("mm", "e"),)}, "there is no mentor 'mm' in the roster (found: 'mm'). Did you mean 'm'?"),
        ({}, {"banned": (BannedPair("m", "e"), BannedPair("m", "x"))}, "program, column 'banned[2]': there is no mentee 'x' in the roster"),
        ({}, {**REQUIRED, "banned": (BannedPair("m", "e", "a quarrel"),)},
         "program, column 'required[1]': the required pair of mentor m and mentee e is banned too (a quarrel). Take one of the two out"),
        ({"mentees": [Mentee(id="e", refused=["m"])]}, REQUIRED, "is refused by the mentee"),
        ({"mentors": [Mentor(id="m", refused=["e"])]}, REQUIRED, "is refused by the mentor"),
        ({"mentors": [Mentor(id="m", willing=False)]}, REQUIRED, "did not agree to mentor"),
        ({"mentors": [Mentor(id="m", email="a@b.c")], "mentees": [Mentee(id="e", email="a@b.c")]}, REQUIRED, "is one human"),
        ({"history": (Former("m", "e"),)}, REQUIRED, "was paired before, and former pairs do not repeat"),
        ({}, {"required": (RequiredPair("m", "e"),) * 2}, "mentor m with mentee e is required twice"),
        ({"mentees": [Mentee(id="e"), Mentee(id="f")]}, {"required": (RequiredPair("m", "e"), RequiredPair("m", "f"))},
         "mentor m has 1 place and 2 required mentees: 'e', 'f'"),
        ({"mentors": [Mentor(id="m", hours=3)]}, {**REQUIRED, "minimum_hours": 4}, "mentor m has 3 hours and 4 are required by 'e'"),
        ({"mentors": [MENTOR, Mentor(id="n")]}, {"required": (RequiredPair("m", "e"), RequiredPair("n", "e"))},
         "mentee e wants 1 mentor and 2 are required"),
        ({"mentees": [Mentee(id="e", goals=[Goal("Python")], focus="Pyton")]}, {},
         "the focus is neither a goal of the mentee nor a component (found: 'Pyton'). Did you mean 'Python'?"),
    ],
)  # fmt: skip
def test_faults(people: dict[str, Any], program: dict[str, Any], told: str) -> None:
    """Each disagreement names the person or the key, the value, and the next step."""
    assert told in check(**people, **program)[0]


@pytest.mark.parametrize(
    ("people", "program", "told"),
    [
        ({"mentees": [Mentee(id="e", goals=[Goal("A"), Goal("B")])]}, {"synonyms": {"A": ("B",)}}, "by the synonyms, 'B' is stated twice"),
        ({"mentors": [Mentor(id="m", capacity=3, slots="Mon 9:00-10:00")]}, {"zone": "Europe/London"},
         "the free times hold 1 of the 3 mentees that the capacity allows"),
        ({}, {"traits": {}}, "program, column 'traits': 'kind' is read as a trait, but is not listed below [traits]: it counts for nothing. "
         'Add "kind" = "quality" (more is better) or "style" (as the mentee wishes), or ignore the column'),
        ({"mentees": [Mentee(id="e", traits={"Calm": 2})]}, {}, "'Calm' is read as a trait, but is not listed"),
        ({}, {"traits": {"cold": "quality"}}, "no mentor is rated in 'cold'"),
        ({"mentees": [Mentee(id="e", goals=[Goal("A", theme="Grow")])]}, {"themes": {"Risk": 1}}, "no goal serves the theme 'Risk'"),
        ({"mentees": [Mentee(id="e", goals=[Goal("A", theme="Grow")])]}, {"themes": {"Risk": 1}},
         "goals serve themes that the program does not list: 'Grow'. They count with weight 1"),
        ({"mentors": [Mentor(id="m", slots="Mon 9:00-10:00")]}, {}, "1 mentor has free times and no time zone: they are read as UTC"),
        ({"mentors": [Mentor(id="m", zone="Europe/London")]}, {}, "the program has no start date: time zones are taken as of 2026-01-05"),
    ],
)  # fmt: skip
def test_notices(people: dict[str, Any], program: dict[str, Any], told: str) -> None:
    """What is worth knowing is told, and is no fault."""
    faults, notices = check(**people, **program)
    assert told in notices
    assert faults == ""


def test_a_focus_by_another_name() -> None:
    """A focus may be a component, a goal in other letters, or a synonym of one."""
    for focus in ("attitude", "GOALS", "python", "Py"):
        mentee = Mentee(id="e", goals=[Goal("Python")], focus=focus)
        assert check(mentees=[mentee], synonyms={"Python": ("Py",)})[0] == ""


def test_defaults_of_levels() -> None:
    """Stated levels stand; the program's fill in the rest."""
    mentee = Mentee(id="e", goals=[Goal("A", target=2)])
    assert check(mentees=[mentee], levels=Levels(current=1))[0] == ""
    assert "goes from level 2 to 2" in check(mentees=[mentee], levels=Levels(current=2))[0]


def test_numbers_above() -> None:
    """Numbers need no declared order."""
    people = {
        "mentors": [Mentor(id="m", attributes={"grade": 7})],
        "mentees": [Mentee(id="e", attributes={"grade": "5.5"})],
    }
    assert check(**people, rules=(ABOVE,))[0] == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mentor", "mentee", "zone", "is_told"),
    [
        ("Europe/London", "Europe/London", "UTC", False),
        ("UTC", "UTC", "UTC", False),
        ("UTC", "", "UTC", False),
        ("Asia/Kolkata", "UTC+3", "UTC", False),
        ("Europe/London", "Europe/Lisbon", "UTC", False),
        ("Europe/London", "", "Europe/London", False),
        ("Europe/London", "", "UTC", True),
        ("Europe/London", "America/Toronto", "UTC", True),
        ("Africa/Nairobi", "Europe/Berlin", "UTC", True),
    ],
)
def test_start_matters(mentor: str, mentee: str, zone: str, is_told: bool) -> None:
    """A missing start is told only where clocks change and not for everybody alike."""
    told = check(mentors=[Mentor(id="m", zone=mentor)], mentees=[Mentee(id="e", zone=mentee)], zone=zone)[1]
    assert ("the program has no start date" in told) == is_told


def test_places_of_whom_it_concerns() -> None:
    """A minimum asks nothing of a mentor who is screened out, and starts are not used up by who arranges their own."""
    many: dict[str, Any] = {"slots": "Mon 9:00-10:00", "zone": "UTC", "capacity": 2, "minimum": 2}
    told = "the free times hold 1 mentee, the minimum is 2"
    assert told in check(mentors=[Mentor(id="m", **many)])[0]
    assert check(mentors=[Mentor(id="m", **many, willing=False)])[0] == ""
    assert check(mentors=[Mentor(id="m", **many, traits={"kind": 1})], screening=Screening(traits={"kind": 2}))[0] == ""
    assert check(mentors=[Mentor(id="m", **many)], mentees=[Mentee(id="e")], slots_unknown="allow")[0] == ""
    many["minimum"] = 0
    told = "the free times hold 1 of the 2 mentees that the capacity allows"
    assert told in check(mentors=[Mentor(id="m", **many)])[1]
    assert told not in check(mentors=[Mentor(id="m", **many)], every_weeks=2)[1]
    assert told not in check(mentors=[Mentor(id="m", **many, willing=False)])[1]
    assert told not in check(mentors=[Mentor(id="m", **many)], mentees=[Mentee(id="e")], slots_unknown="allow")[1]
    many["capacity"] = 3
    told = "the free times hold 1 of the 3 mentees"
    assert told in check(mentors=[Mentor(id="m", **many)], mentees=[Mentee(id="e")], slots_unknown="allow")[1]
    few: dict[str, Any] = {"hours": 3, "minimum": 1}
    assert "3 hours are too few" in check(mentors=[Mentor(id="m", **few)], minimum_hours=4)[0]
    assert check(mentors=[Mentor(id="m", **few, willing=None)], minimum_hours=4)[0] == ""
