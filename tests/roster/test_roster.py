"""A roster checks everything once, tells every fault, and brings people into one order."""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import MOST_KEPT, Fault, MatchmakerError, Place, Report, RosterError
from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.roster import Roster, hash_roster
from matchmaker.roster.build import read_mentees, read_mentors


def tell(mentors: list[Mentor], mentees: list[Mentee] = [], history: list[Former] = []) -> str:  # noqa: B006
    """Return the faults of a roster as text."""
    with pytest.raises(RosterError) as caught:
        Roster(mentors, mentees, history)
    return str(caught.value)


def tell_notices(mentors: list[Mentor], mentees: list[Mentee], history: list[Former] = []) -> str:  # noqa: B006
    """Return the notices of a roster as text."""
    return "\n".join(map(str, Roster(mentors, mentees, history).report.notices))


@pytest.mark.parametrize(
    ("mentors", "told"),
    [
        ([Mentor()], "mentors[0], column 'id': this mentor has neither an id nor an e-mail. Give one of the two"),
        ([Mentor(id="a\x07b")], "the id holds a control character"),
        (
            [Mentor(id="a"), Mentor(id="a")],
            "mentors[1], column 'id': another mentor has the same id (mentors[0]) (found: 'a')",
        ),
        ([Mentor(id="a", email="X@x"), Mentor(id="b", email="x@x")], "another mentor has the same email (mentors[0])"),
        ([Mentor(id="a", capacity=1, minimum=2)], "the minimum 2 is above the capacity 1"),
        ([Mentor(id="a", capacity=2**30)], "capacity is out of range"),
        (
            [Mentor(id="a", traits={"kind": 6})],
            "the rating of 'kind' is out of range (found: '6'). Give a whole number from 1 to 5",
        ),
        ([Mentor(id="a", skills={"SQL": 6})], "the level of 'SQL' is out of range (found: '6')"),
        (
            [Mentor(id="a", skills={"SQL": 2, " sql": 3})],
            "is stated with two levels",
        ),
        ([Mentor(id="a", zone="Lndon")], "column 'zone'"),
        ([Mentor(id="a", refused=["x"])], "there is no mentee 'x' to refuse"),
        (
            [Mentor(id="a", attributes={"manager": "a"})],
            "this person is said to be their own manager (found: 'a'). Leave the cell blank for whoever is at the top",
        ),
        (
            [Mentor(id="a", attributes={"manager": "b"}), Mentor(id="b", attributes={"manager": "a"})],
            "these people are managers of each other in a circle (found: 'a, b'). Correct the manager of one of them",
        ),
    ],
)
def test_faults_of_mentors(mentors: list[Mentor], told: str) -> None:
    """Each fault names the person, the field, the value and the next step."""
    assert told in tell(mentors)


def lead(identity: str, manager: str, **facts: Any) -> Mentor:
    """Return somebody with a manager."""
    return Mentor(id=identity, attributes={"manager": manager}, **facts)


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([lead("a", "B@x", email="a@x"), lead("b", "A@X", email="b@x")], "in a circle (found: 'a, b')"),
        ([lead("a", "bo  RAY", name="Ann"), lead("b", "c", name="Bo Ray"), lead("c", "ann")], "in a circle (found: 'a, b, c')"),
        ([lead("A", "a")], "their own manager (found: 'A')"),
        ([lead("a", "A@x", email="a@x")], "their own manager (found: 'a')"),
        ([lead("a", "Ann", name="Ann")], "their own manager (found: 'a')"),
    ],
)  # fmt: skip
def test_circles_by_whatever_name(people: list[Mentor], told: str) -> None:
    """A circle is found whether managers are named by id, e-mail or name, as the reporting line is followed."""
    assert told in tell(people)


def test_long_line() -> None:
    """A line longer than any company's is no circle, and one at its end is found."""
    line = [lead(f"m{k}", f"m{k + 1}") for k in range(60)]
    Roster([*line, Mentor(id="m60")])
    with pytest.raises(RosterError, match="in a circle \\(found: 'm58, m59, m60'\\)"):
        Roster([*line, lead("m60", "m58")])


def test_no_circles() -> None:
    """A name that several people have, or that is somebody's id, makes no circle of people who may not be meant."""
    Roster([lead("a", "Kim"), lead("k1", "a", name="Kim"), Mentor(id="k2", name="Kim")])
    Roster([lead("a", "kim"), lead("k1", "a", name="Kim"), Mentor(id="kim")])
    Roster([lead("a", "boss"), lead("b", "boss")], [Mentee(id="e", attributes={"manager": "a"})])
    with pytest.raises(RosterError, match="in a circle"):
        Roster([lead("a", "Kim"), lead("k", "a", name="Kim", email="k@x")], [Mentee(id="k2", name="Kim", email="K@x")])


@pytest.mark.parametrize(
    ("mentee", "told"),
    [
        (Mentee(id="e", goals=[Goal("A", target=6)]), "a level of the goal 'A' is out of range (found: '? -> 6')"),
        (
            Mentee(id="e", goals=[Goal("A", current=3, target=3)]),
            "the target of the goal 'A' is not above the current level",
        ),
        (
            Mentee(id="e", goals=[Goal("A", importance=6)]),
            "the importance of the goal 'A' is out of range (found: '? -> ? !6')",
        ),
        (Mentee(id="e", goals=[Goal("A"), Goal("a ")]), "is there twice"),
        (Mentee(id="e", wanted=1001), "wanted is out of range"),
        (Mentee(id="e", preferred=["m"], refused=["m"]), "'m' is both preferred and refused"),
    ],
)
def test_faults_of_mentees(mentee: Mentee, told: str) -> None:
    """Each fault names the person, the field, the value and the next step."""
    assert told in tell([Mentor(id="m")], [mentee])


def test_all_faults_at_once() -> None:
    """Faults of every kind are told together, capped at a thousand with a count by kind."""
    text = tell([Mentor(), Mentor(id="a", zone="Lndon"), Mentor(id="b", traits={"kind": 9})])
    assert len(text.splitlines()) == 3
    many = tell([Mentor(id=f"m{k}", traits={"kind": 9}) for k in range(1_500)])
    assert len(many.splitlines()) == MOST_KEPT + 1
    assert many.splitlines()[-1] == "… 500 more; in all by kind: rating 1,500"


def test_notices() -> None:
    """What is worth knowing is told and stops nothing."""
    text = tell_notices(
        [Mentor(id="m", skills={"A": 1, "a": 1})], [Mentee(id="e", preferred=["x"])], [Former("m", "x")]
    )
    assert "is stated twice with the same level" in text
    assert "the preferred mentor 'x' is not in the roster and counts for nothing" in text
    assert "1 former pair with somebody who is not in the roster, the first is mentor m with mentee x" in text
    assert "there are no mentees, so nobody can be matched" in tell_notices([Mentor(id="m")], [])


def test_email_is_the_id() -> None:
    """Without an id the e-mail is the id; the same id or e-mail on both sides is one human."""
    roster = Roster(
        [Mentor(email="A@x.org"), Mentor(id="m", email="b@x.org")],
        [Mentee(email="a@x.org"), Mentee(id="m"), Mentee(id="e", email="B@X.org"), Mentee(id="z")],
    )
    assert list(roster.mentors.ids) == ["A@x.org", "m"]
    same = dict(zip(roster.mentees.ids, roster.same_human.tolist(), strict=True))
    assert same == {"a@x.org": 0, "m": 1, "e": 1, "z": -1}


def test_links_and_history() -> None:
    """Wishes and former pairs become row numbers, the unknown and the repeated left out."""
    roster = Roster(
        [Mentor(id="b", preferred=["e2", "e2", "gone"], refused=["e1"]), Mentor(id="a")],
        [Mentee(id="e2"), Mentee(id="e1", preferred=["b", "a"])],
        [Former("b", "e2", "good"), Former("gone", "e1")],
    )
    assert roster.preferred_mentees.offsets.tolist() == [0, 0, 1]
    assert roster.preferred_mentees.rows.tolist() == [1]
    assert roster.refused_mentees.rows.tolist() == [0]
    assert roster.preferred_mentors.rows.tolist() == [1, 0]
    assert (roster.former.tolist(), roster.former_outcomes) == ([[1, 1]], ("good",))


def test_rows_by_id() -> None:
    """People are found by id; an unknown one is refused with the nearest."""
    roster = Roster([Mentor(id="anna"), Mentor(id="ben")], [Mentee(id="eve")])
    assert (roster.mentor_row("ben"), roster.mentee_row("eve")) == (1, 0)
    with pytest.raises(MatchmakerError, match=r"there is no mentor 'ana' in the roster\. Did you mean 'anna'\?"):
        roster.mentor_row("ana")
    with pytest.raises(MatchmakerError, match=r"there is no mentee 'zzzzzz' in the roster\. Give an id of the roster"):
        roster.mentee_row("zzzzzz")
    assert roster.locate_mentors(["ben", "eve", "anna"]).tolist() == [1, -1, 0]
    assert roster.locate_mentees(["eve", "ben"]).tolist() == [0, -1]
    assert repr(roster) == "<Roster of 2 mentors and 1 mentee>"


def test_set_aside() -> None:
    """With set_aside, faulty people are left out and listed; a fault of nobody still stops."""
    report = Report()
    mentors = read_mentors([Mentor(id="m2"), Mentor(id="m1", zone="Lndon", name="Mo")], report)
    mentees = read_mentees([Mentee(id="e"), Mentee()], report)
    roster = Roster.from_columns(mentors, mentees, report=report, set_aside=True)
    assert list(roster.mentors.ids) == ["m2"]
    assert [(one.role, one.id, one.name) for one in roster.aside] == [
        ("mentee", "mentees[1]", ""),
        ("mentor", "m1", "Mo"),
    ]
    assert "Lndon" in roster.aside[1].reason
    with pytest.raises(RosterError):
        Roster.from_columns(mentors, mentees, report=Report())


def test_without() -> None:
    """People can be taken out later; they are listed as set aside, and wishes for them vanish."""
    roster = Roster([Mentor(id="a"), Mentor(id="b")], [Mentee(id="e", preferred=["a", "b"])])
    smaller = roster.without({("mentor", 0): Fault("level", "because", place=Place("a.csv", None, 2, "Python"))})
    assert list(smaller.mentors.ids) == ["b"]
    assert smaller.preferred_mentors.rows.tolist() == [0]
    assert [(one.id, one.reason) for one in smaller.aside] == [("a", "column 'Python': because")]
    assert str(smaller.aside[0].fault) == "a.csv, row 2, column 'Python': because"
    assert hash_roster(smaller) != hash_roster(Roster([Mentor(id="b")], [Mentee(id="e", preferred=["b"])]))


people = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=5)
words = st.sampled_from(["x", "y", "Z"])


@st.composite
def rosters(draw: st.DrawFn) -> tuple[list[Mentor], list[Mentee], list[Former]]:
    """Return people with a bit of everything."""
    mentor_ids, mentee_ids = draw(people), draw(people)
    mentors = [
        Mentor(
            id=name,
            zone=draw(st.sampled_from(["", "Asia/Kolkata", "+02:00"])),
            slots=draw(st.sampled_from([None, "", "Mon 9:00-10:00"])),
            skills=draw(st.dictionaries(words, st.integers(0, 5), max_size=2)),
            languages=draw(st.lists(words, max_size=2)),
            preferred=draw(st.lists(st.sampled_from(mentee_ids), max_size=2)) if mentee_ids else [],
            attributes=draw(st.dictionaries(words, words, max_size=2)),
            traits=draw(st.dictionaries(words, st.integers(1, 5), max_size=2)),
        )
        for name in mentor_ids
    ]
    mentees = [Mentee(id=name, goals=[Goal(draw(words), theme=draw(st.none() | words))]) for name in mentee_ids]
    history = [Former(m, e, "o") for m in mentor_ids[:1] for e in mentee_ids[:2]]
    return mentors, mentees, history


def list_arrays(value: Any) -> list[Any]:
    """Return everything that a roster's columns hold, as plain lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return [(name, list_arrays(value[name])) for name in value]
    if hasattr(value, "__dataclass_fields__"):
        return [(one.name, list_arrays(getattr(value, one.name))) for one in fields(value)]
    return list(value) if isinstance(value, list | tuple) else value


@given(rosters(), st.randoms(use_true_random=False))
def test_order_changes_nothing(drawn: tuple[list[Mentor], list[Mentee], list[Former]], random: Any) -> None:
    """Permuted rows give the same columns, array by array, and the same hash."""
    roster = Roster(*drawn)
    mentors, mentees, history = (random.sample(part, len(part)) for part in drawn)
    other = Roster(mentors, mentees, history)
    for side in ("mentors", "mentees"):
        assert list_arrays(getattr(roster, side)) == list_arrays(getattr(other, side))
    assert hash_roster(roster) == hash_roster(other)
    assert hash_roster(pickle.loads(pickle.dumps(roster))) == hash_roster(roster)


@pytest.mark.parametrize(
    "change",
    [{"name": "x"}, {"capacity": 3}, {"hours": 9}, {"willing": None}, {"zone": "UTC"}, {"slots": "Mon 9:00-10:00"}, {"slots": ""},
     {"languages": ["x"]}, {"skills": {"A": 2}}, {"knowledge": {"A": 1}}, {"traits": {"k": 1}}, {"attributes": {"k": "v"}},
     {"preferred": ["e"]}, {"refused": ["e"]}, {"email": "a@b.c"}],
)  # fmt: skip
def test_every_fact_is_in_the_hash(change: dict[str, Any]) -> None:
    """Whatever changes about a person changes the hash."""
    base = hash_roster(Roster([Mentor(id="m", skills={"A": 1})], [Mentee(id="e")]))
    fields_of = {"id": "m", "skills": {"A": 1}, **change}
    assert hash_roster(Roster([Mentor(**fields_of)], [Mentee(id="e")])) != base
