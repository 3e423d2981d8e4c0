"""Random small programmes: people, history and decisions with everything that scoring looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.program import (
    AllOf,
    AnyOf,
    BannedPair,
    Condition,
    Levels,
    Preference,
    Program,
    Relation,
    RequiredPair,
    Rule,
    Screening,
)
from matchmaker.text import normalise
from tests.scoring.reference import Reference

MENTORS = ("m0", "m1", "m2", "m3")
MENTEES = ("e0", "e1", "e2", "m0")
EVERYBODY = ("e1", "m1", "e0", "m0", "m3", "e2", "m2")
"""Nobody's manager stands behind them in this list."""

SUBJECTS = ("Python", "  PYTHON", "Py", "Law", "Excel")
ZONES = ("", "UTC", "UTC+05:30", "UTC-03:00", "UTC+05:45", "+14:00")
TIMES = (
    "",
    "Mon 12:00-14:00",
    "Mon 17:30-19:00; Tue 09:00-10:30",
    "Sun 23:00-02:00",
    "Mon 06:00-09:00; Mon 14:30-16:00; Wed 09:00-10:00",
    "; ".join(f"{day} 00:00-24:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
)
ORDER = ("junior", "middle", "senior", "chief")
TRAITS = ("listens", "direct", "Patient")
OUTCOMES = ("", "good", "ended early")
SHARES: tuple[Any, ...] = (1, 2, Decimal("0.125"))
MINIMUM_HOURS: tuple[Any, ...] = (0, 12, Decimal("6.5"))
IMPORTANCES: tuple[Any, ...] = (1, 3, Decimal("4.5"))
REPEATS: tuple[Any, ...] = (False, True, ("good",))
THEME_WEIGHTS: tuple[Any, ...] = (0, 2, Decimal("0.5"), Decimal("98765.431"))
WEIGHTS: tuple[int | Decimal, ...] = (0, 1, 20, 45, Decimal("0.001"), Decimal("12.5"), Decimal("98765.432"))


@dataclass(frozen=True)
class Extra:
    """A component of one's own, from a table of ids."""

    name: str
    weight: Any
    table: dict[tuple[str, str], float]

    def value(self, mentee: str, mentor: str) -> float:
        """Return the value of a pair."""
        return self.table[mentee, mentor]

    def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
        """Return the values of a block."""
        pairs = [(roster.mentees.ids[row], mentor) for row in mentee_rows for mentor in roster.mentors.ids]
        return np.array([self.table[pair] for pair in pairs]).reshape(len(mentee_rows), len(roster.mentors))


@st.composite
def draw_attributes(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Draw the attributes of a person; any may be missing."""
    earlier = ["boss", *EVERYBODY[: EVERYBODY.index(name)]]
    options: dict[str, st.SearchStrategy[Any]] = {
        "site": st.sampled_from(["north", "North ", "south"]),
        "grade": st.sampled_from(ORDER),
        "years": st.sampled_from([0, 2, 5, Decimal("2.5")]),
        "tags": st.lists(st.sampled_from(["a", "B", "c"]), unique=True),
        "manager": st.sampled_from(earlier),
        "identity": st.sampled_from(["yes", "no", "Yes", "maybe"]),
    }
    return draw(st.fixed_dictionaries({}, optional=options))


def spell(ratings: dict[str, int]) -> dict[str, int]:
    """Return the names of traits in capitals where there are several, so that people spell them differently."""
    return ratings if len(ratings) == 1 else {name.upper(): rating for name, rating in ratings.items()}


def draw_traits() -> st.SearchStrategy[dict[str, int]]:
    """Draw ratings or wishes."""
    return st.dictionaries(st.sampled_from(("LISTENS", "direct", "patient")), st.integers(1, 5)).map(spell)


def is_distinct(goals: Sequence[Goal]) -> bool:
    """Return whether no goal is stated twice, synonyms aside."""
    return len({(normalise(goal.subject), goal.kind) for goal in goals}) == len(goals)


@st.composite
def draw_goal(draw: st.DrawFn) -> Goal:
    """Draw a goal, whose levels make sense with those of the program where it states none."""
    current = draw(st.none() | st.integers(0, 4))
    least = 1 if current is None else current + 1
    target = draw(st.integers(least, 5)) if current is not None and current >= 3 else None
    if target is None:
        target = draw(st.none() | st.integers(least, 5))
    return Goal(
        draw(st.sampled_from(SUBJECTS)),
        draw(st.sampled_from(["skill", "knowledge"])),
        current,
        target,
        draw(st.sampled_from([None, 1, 3, 5, Decimal("2.125")])),
        draw(st.sampled_from([None, "career", "Health", "other"])),
    )


def split_wishes(names: Sequence[str], refused: int) -> tuple[list[str], list[str]]:
    """Return some names as preferred and the others as refused."""
    return list(names[refused:]), list(names[:refused])


@st.composite
def draw_common(draw: st.DrawFn, name: str, others: Sequence[str]) -> dict[str, Any]:
    """Draw the fields that both sides have."""
    wishes = draw(st.lists(st.sampled_from([*others, "gone"]), unique=True, max_size=4))
    preferred, refused = split_wishes(wishes, draw(st.integers(0, 1)))
    return {
        "id": name,
        "zone": draw(st.sampled_from(ZONES)),
        "slots": draw(st.none() | st.sampled_from(TIMES)),
        "languages": draw(st.lists(st.sampled_from(["English", "français", "Francais"]), max_size=2, unique=True)),
        "traits": draw(draw_traits()),
        "preferred": preferred,
        "refused": [one for one in refused if one != "gone"],
        "attributes": draw(draw_attributes(name)),
    }


@st.composite
def draw_mentor(draw: st.DrawFn, name: str) -> Mentor:
    """Draw a mentor."""
    levels: st.SearchStrategy[Any] = st.dictionaries(
        st.sampled_from(("python", "Py", "Law", "Cooking")), st.none() | st.integers(0, 5)
    )
    return Mentor(
        **draw(draw_common(name, MENTEES)),
        email=draw(st.sampled_from(["", "E1@example.org"])) if name == "m1" else "",
        capacity=draw(st.none() | st.integers(0, 3)),
        hours=draw(st.none() | st.integers(0, 60)),
        willing=draw(st.sampled_from([True, True, True, None, False])),
        skills=draw(levels),
        knowledge=draw(levels),
    )


@st.composite
def draw_mentee(draw: st.DrawFn, name: str) -> Mentee:
    """Draw a mentee."""
    focus = ["", "python", "Law", "skills", "Goals", "attitude", "availability", "preferences", "py"]
    return Mentee(
        **draw(draw_common(name, MENTORS)),
        email="e1@example.org" if name == "e1" else "",
        goals=draw(st.lists(draw_goal(), max_size=4).filter(is_distinct)),
        focus=draw(st.sampled_from(focus)),
        hours=draw(st.none() | st.integers(0, 30)),
        wanted=draw(st.none() | st.integers(0, 3)),
        priority=draw(st.none() | st.integers(0, 3)),
    )


@st.composite
def draw_relation(draw: st.DrawFn) -> Relation:
    """Draw a comparison that the attributes allow."""
    unknown: Any = draw(st.sampled_from(["refuse", "allow"]))
    pairs = {
        "same": ["site", "grade", "tags", "languages", "zone"],
        "different": ["site", "tags", "grade"],
        "share": ["tags", "languages", "site"],
        "above": ["grade", "years"],
        "within_hours": ["zone"],
        "not_in_line": ["manager"],
    }
    relation: Any = draw(st.sampled_from(sorted(pairs)))
    attribute = draw(st.sampled_from(pairs[relation]))
    least = draw(st.sampled_from([None, 0, 1, 2, -1, Decimal("0.5")])) if relation == "above" else None
    most: Any = draw(st.sampled_from([None, 1, 2, Decimal("2.5")])) if relation == "above" else None
    if relation == "within_hours":
        most = draw(st.sampled_from([0, 3, Decimal("5.5"), Decimal("8.75")]))
    return Relation(relation, attribute, attribute, least, most, unknown)


def join_conditions(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Draw several conditions that are joined."""
    some = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, some) | st.builds(AnyOf, some)


def draw_condition() -> st.SearchStrategy[Condition]:
    """Draw a relation, or several in any nesting."""
    return st.recursive(draw_relation(), join_conditions, max_leaves=4)


@st.composite
def draw_preference(draw: st.DrawFn, name: str) -> Preference:
    """Draw a preference of the organiser."""
    wish = draw(st.sampled_from([None, None, "identity"]))
    return Preference(name, draw(draw_condition()), draw(st.sampled_from(SHARES)), wish)


def draw_pairs() -> st.SearchStrategy[list[tuple[str, str]]]:
    """Draw pairs (mentor, mentee)."""
    return st.lists(st.tuples(st.sampled_from(MENTORS), st.sampled_from(MENTEES)), max_size=2)


@st.composite
def draw_program(draw: st.DrawFn) -> Program:
    """Draw the organiser's decisions."""
    names = ("skills", "knowledge", "attitude", "availability", "attributes", "preferences")
    weights = {name: draw(st.sampled_from(WEIGHTS)) for name in names}
    rules = draw(st.lists(draw_condition(), max_size=2))
    preferences = [draw(draw_preference(f"wish {k}")) for k in range(draw(st.integers(0, 3)))]
    return Program(
        start=draw(st.sampled_from([None, date(2027, 7, 1)])),
        every_weeks=draw(st.integers(1, 2)),
        session_minutes=draw(st.sampled_from([30, 60, 90])),
        minimum_hours=draw(st.sampled_from(MINIMUM_HOURS)),
        zone=draw(st.sampled_from(["UTC", "UTC+01:00"])),
        timetable=draw(st.booleans()),
        grid=draw(st.sampled_from(["block", "offered"])),
        comfortable_starts=draw(st.integers(1, 4)),
        slots_unknown=draw(st.sampled_from(["refuse", "allow"])),
        weights=weights,
        goals_counted=draw(st.integers(1, 4)),
        fit=draw(st.sampled_from(["nearest", "at least"])),
        levels=Levels(stated=draw(st.integers(0, 5)), importance=draw(st.sampled_from(IMPORTANCES))),
        capacity=draw(st.integers(0, 2)),
        minimum=0,
        wanted=draw(st.integers(1, 2)),
        themes=draw(st.dictionaries(st.sampled_from(["Career", "health"]), st.sampled_from(THEME_WEIGHTS))),
        traits=draw(st.dictionaries(st.sampled_from(TRAITS), st.sampled_from(["quality", "style"]))),
        synonyms=draw(st.sampled_from([{}, {"Python": ("Py", "snake")}])),
        orders={"grade": ORDER},
        several=("tags",),
        screening=Screening(
            willing=draw(st.booleans()),
            traits=draw(st.sampled_from([{}, {"listens": 2}])),
            subjects=draw(st.integers(0, 2)),
            level=draw(st.integers(1, 4)),
        ),
        helps=draw(st.booleans()),
        repeat_former=draw(st.sampled_from(REPEATS)),
        rules=tuple(Rule(f"rule {k}", condition) for k, condition in enumerate(rules)),
        preferences=tuple(preferences),
        banned=tuple(BannedPair(mentor, mentee) for mentor, mentee in draw(draw_pairs())),
    )


@st.composite
def draw_extras(draw: st.DrawFn) -> Sequence[Extra]:
    """Draw no component of one's own, or one."""
    if draw(st.booleans()):
        return []
    values = st.floats(0, 1, allow_nan=False)
    table = {(mentee, mentor): draw(values) for mentee in MENTEES for mentor in MENTORS}
    return [Extra("chemistry", draw(st.sampled_from(WEIGHTS)), table)]


@st.composite
def draw_programme(draw: st.DrawFn) -> Reference:
    """Draw people, history, decisions and components of one's own."""
    mentors = [draw(draw_mentor(name)) for name in MENTORS[: draw(st.integers(1, 4))]]
    mentees = [draw(draw_mentee(name)) for name in draw(st.permutations(MENTEES))[: draw(st.integers(1, 4))]]
    ids = {one.id for one in mentors}, {one.id for one in mentees}
    mentors = [replace(one, refused=[name for name in one.refused if name in ids[1]]) for one in mentors]
    mentees = [replace(one, refused=[name for name in one.refused if name in ids[0]]) for one in mentees]
    program = draw(draw_program())
    program = replace(
        program, banned=tuple(one for one in program.banned if one.mentor in ids[0] and one.mentee in ids[1])
    )
    former = [Former(*pair, draw(st.sampled_from(OUTCOMES))) for pair in draw(draw_pairs())]
    reference = Reference(mentors, mentees, former, program, draw(draw_extras()))
    return replace(reference, program=replace(program, required=draw(draw_required(reference))))


@st.composite
def draw_required(draw: st.DrawFn, reference: Reference) -> tuple[RequiredPair, ...]:
    """Draw a required pair, whether rules refuse it or not."""
    mentor = draw(st.sampled_from(list(reference.mentors)))
    mentee = draw(st.sampled_from(list(reference.mentees)))
    if draw(st.booleans()):
        return ()
    return (RequiredPair(mentor.id, mentee.id, "they asked", override=draw(st.booleans())),)
