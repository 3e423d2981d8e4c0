"""Each cell is read as what it says, or refused with what would be right."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.roster.columns import UNKNOWN
from matchmaker.tables.parsing import (
    GoalText,
    Refusal,
    Stated,
    Style,
    read_goal,
    read_id,
    read_kind,
    read_level,
    read_minutes,
    read_roles,
    read_subject,
    read_thousandths,
    read_ticked_level,
    read_value,
    read_whole,
    read_yes,
)

SUBJECTS = st.sampled_from(["Python", "C#", "C++", "F# and C#", "Contract law", "R&D: basics", "No!", "A -- B"])


@given(
    SUBJECTS,
    st.sampled_from(["", " (skill)", " (Knowledge)", " (skills)"]),
    st.one_of(st.none(), st.integers(0, 9)),
    st.one_of(st.none(), st.integers(0, 9)),
    st.one_of(st.none(), st.decimals(0, 9, places=3)),
    st.sampled_from(["", "Grow", "Keep clients #1"]),
)
def test_goals_read_back(
    subject: str, kind: str, current: int | None, target: int | None, importance: Decimal | None, theme: str
) -> None:
    """A goal put together from its parts is read as these parts."""
    levels = "" if target is None else f" {'' if current is None else current}->{target}"
    text = f"{subject}{kind}{levels}"
    text += "" if importance is None else f" !{importance}"
    text += f" #{theme}" if theme else ""
    assert read_goal(text, Style()) == GoalText(
        subject,
        "nowledge" in kind,
        UNKNOWN if target is None or current is None else current,
        UNKNOWN if target is None else target,
        UNKNOWN if importance is None else int(importance * 1000),
        theme,
    )


@pytest.mark.parametrize("text", ["A 1->", "A 1->x", "A 1→x", "A 1->12", "A 12->3", "A 1->2->3"])
def test_goals_with_bad_levels(text: str) -> None:
    """An arrow without one level behind it is refused, never taken for part of a subject."""
    with pytest.raises(Refusal, match="the levels of this goal cannot be read"):
        read_goal(text, Style())


def test_goals_that_are_options() -> None:
    """A known option is a subject as it stands; the column's level is the target."""
    style = Style(options=frozenset({"from 1->2 !"}), level=4)
    assert read_goal("From 1->2 !", style) == GoalText("From 1->2 !", target=4)
    assert read_goal("SQL", style) == GoalText("SQL", target=4)
    assert read_goal("SQL ->5", style).target == 5


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Python: 4", Stated("Python", 4)),
        ("Python=4", Stated("Python", 4)),
        ("Python: Expert", Stated("Python", 5)),
        ("Python:", Stated("Python", 2)),
        ("Python", Stated("Python", 2)),
        ("Finance: budgets", Stated("Finance: budgets", 2)),
        ("Agile: 101", Stated("Agile: 101", 2)),
        ("Finance: budgets: 3", Stated("Finance: budgets", 3)),
    ],
)
def test_subjects(text: str, stated: Stated) -> None:
    """A subject has the level behind its colon, by digits or by word, else the column's."""
    style = Style(words={"expert": 5}, level=2, options=frozenset({"agile: 101"}))
    assert read_subject(text, style) == stated


@pytest.mark.parametrize("text", ["Python: 4.5", "Python: +1.5", "Python: 1,500"])
def test_subjects_with_bad_levels(text: str) -> None:
    """A number that is no level is refused, never taken for part of the subject."""
    with pytest.raises(Refusal):
        read_subject(text, Style())


@pytest.mark.parametrize(
    ("text", "level"),
    [("", -1), ("no", -1), ("x", 3), ("✓", 3), ("1", 1), ("0", 0), ("4.0", 4), ("Some", 2), ("nein", 5)],
)
def test_ticks_and_levels(text: str, level: int) -> None:
    """Words of the program come first, then numbers, then ticks."""
    assert read_ticked_level(text, Style(words={"some": 2, "nein": 5}), 3) == level


def test_ticks_with_a_level() -> None:
    """The column's level takes the place of the program's."""
    assert read_ticked_level("yes", Style(level=5), 3) == 5
    assert read_ticked_level("yes", Style(level=0), 3) == 0


@pytest.mark.parametrize(("text", "value"), [("", -1), ("Yes", 1), ("N", 0), ("gern", 1), ("FALSE", 0), ("Nie", 0)])
def test_yes_and_no(text: str, value: int) -> None:
    """Yes and no are read in the usual words and in those of the program."""
    assert read_yes(text, Style(words={"gern": 1, "nie": 0})) == value


def test_neither_yes_nor_no() -> None:
    """A word that the program maps to another number is no yes."""
    with pytest.raises(Refusal, match="neither yes nor no") as caught:
        read_yes("often", Style(words={"often": 4}))
    assert caught.value.remedy == "Write yes or no, or map the word to 1 or 0 in [columns]"


@given(st.integers(0, 2**31 - 1))
def test_whole_numbers(number: int) -> None:
    """Whole numbers are read with and without a point, and in thousandths and minutes exactly."""
    assert read_whole(str(number), Style()) == read_level(f"{number}.0", Style()) == number
    assert read_minutes(f"{number // 60}.5", Style()) == number // 60 * 60 + 30


@pytest.mark.parametrize(("text", "kind"), [("1.2345", "decimals"), ("-1", "importance"), ("9999999", "importance")])
def test_bad_importance(text: str, kind: str) -> None:
    """An importance has at most three decimal places and lies in a range."""
    with pytest.raises(Refusal) as caught:
        read_thousandths(text, Style())
    assert caught.value.kind == kind


def test_ambiguous_number() -> None:
    """1,500 may be two numbers, and both are named."""
    with pytest.raises(Refusal, match=r"may mean 1\.5 or 1500"):
        read_whole("1,500", Style())


@pytest.mark.parametrize(("text", "kind"), [("", 0), ("Skill", 0), ("Knowledge", 1)])
def test_kinds(text: str, kind: int) -> None:
    """A goal is about a skill unless it says knowledge."""
    assert read_kind(text, Style()) == kind


def test_values_by_words() -> None:
    """The word of an attribute stands for its number, any other text for itself."""
    style = Style(words={"junior": 1})
    assert (read_value("Junior", style), read_value("Other", style)) == ("1", "Other")


@pytest.mark.parametrize(
    ("text", "found"), [("123.0", "123"), ("007", "007"), ("1.50", "1.50"), ("v1.0", "v1.0"), ("0.0", "0")]
)
def test_ids(text: str, found: str) -> None:
    """A number that a spreadsheet gave a point is a whole one; everything else stays."""
    assert read_id(text) == found


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Mentor", {"mentor"}),
        ("mentee, mentor", {"mentor", "mentee"}),
        ("Mentor AND Mentee", {"mentor", "mentee"}),
        ("Mentors; Mentees;", {"mentor", "mentee"}),
        ("mentor or mentee", set()),
        ("", set()),
    ],
)
def test_roles(text: str, roles: set[str]) -> None:
    """Roles are read one by one or several together, and nothing is guessed."""
    assert read_roles(text) == roles
