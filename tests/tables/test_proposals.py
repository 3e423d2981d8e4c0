"""Proposals say how sure they are, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.tables import read_sheets
from matchmaker.tables.proposals import Proposal, list_identities, propose


def propose_for(tmp_path: Path, heading: str, *cells: str, side: str = "mentors") -> Proposal:
    """Return the proposal for one column."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join([f'"{heading}",n', *(f'"{cell}",1' for cell in cells)]), encoding="utf-8")
    sheets, _ = read_sheets(path)
    return propose(sheets[0], side)[0]


@pytest.mark.parametrize(
    ("heading", "cells", "field", "sureness"),
    [
        ("E-mail", ["a@example.org"], "email", "certain"),
        ("Contact", ["a@example.org", "b@example.org"], "email", "likely"),
        ("Where", ["Europe/London", "Asia/Kolkata"], "zone", "likely"),
        ("When", ["Mon 18:00-20:00", "Fri 9:00-10:00"], "slots", "likely"),
        ("How many mentees can you take?", ["1", "2"], "capacity", "likely"),
        ("Mentees at least", ["0", "1"], "minimum", "likely"),
        ("Hours you can give", ["20", "30.5"], "hours", "likely"),
        ("Hours per month", ["2", "3"], "ignore", "unknown"),
        ("Phone number", ["1234", "5678"], "attribute Phone number", "unknown"),
        ("Skills you offer", ["Python: 4; SQL: 2"], "skills", "likely"),
        ("Given name(s)", ["Al", "Bo"], "first_name", "likely"),
        ("Family name(s)", ["Al", "Bo"], "last_name", "likely"),
        ("Organisation name", ["A", "B"], "attribute Organisation name", "unknown"),
        ("Programming languages", ["C"], "attribute Programming languages", "unknown"),
        ("What would you like to learn?", ["SQL"], "attribute What would you like to learn?", "unknown"),
        ("Listens", ["1", "3", "5"], "trait Listens", "unknown"),
        ("Confidence [SQL]", ["1", "3", "5"], "skill SQL", "unknown"),
        ("capacity", [""], "capacity", "certain"),
        ("Are you willing?", ["yes", "no"], "willing", "likely"),
        ("Which languages do you speak", ["English"], "languages", "likely"),
        ("Reports to", ["Ann"], "manager", "likely"),
        ("Your strengths", ["Python; SQL"], "skills", "likely"),
        ("Badge number", ["a1", "b2"], "id", "likely"),
        ("Preferred name", ["Al", "Bo"], "name", "likely"),
        ("Colour", ["red", "blue"], "attribute Colour", "unknown"),
        ("Empty", ["", ""], "ignore", "unknown"),
        ("How many mentees can you take?", ["lots", "2"], "attribute How many mentees can you take?", "unknown"),
    ],
)
def test_proposals(tmp_path: Path, heading: str, cells: list[str], field: str, sureness: str) -> None:
    """Each kind of column is proposed by its heading, its cells, or not at all."""
    proposal = propose_for(tmp_path, heading, *cells)
    assert (proposal.field, proposal.sureness) == (field, sureness)
    assert proposal.evidence


@pytest.mark.parametrize(
    ("heading", "cells", "field", "sureness"),
    [
        ("Number of mentors", ["1", "2"], "wanted", "likely"),
        ("Days waiting", ["3", "9"], "priority", "likely"),
        ("capacity", ["3", "9"], "attribute capacity", "unknown"),
        ("Your strengths", ["SQL"], "attribute Your strengths", "unknown"),
        ("Goal 1", ["SQL"], "goal 1 subject", "certain"),
        ("Goal 2: current level", ["SQL"], "goal 2 current", "unknown"),
        ("How much of a priority?", ["a"], "attribute How much of a priority?", "unknown"),
        ("Grid [SQL]", ["Beginner", "Expert"], "goal skill SQL", "unknown"),
    ],
)
def test_proposals_for_mentees(tmp_path: Path, heading: str, cells: list[str], field: str, sureness: str) -> None:
    """What only mentees have is proposed for them only."""
    proposal = propose_for(tmp_path, heading, *cells, side="mentees")
    assert (proposal.field, proposal.sureness) == (field, sureness)


def test_goals_over_several_columns(tmp_path: Path) -> None:
    """The parts of a goal are told apart by the rest of their headings, once its subject is found."""
    path = tmp_path / "a.csv"
    path.write_text("Goal 1 topic,Goal 1 now,Goal 1 aim\nSQL,1,3\n", encoding="utf-8")
    sheets, _ = read_sheets(path)
    found = [(one.field, one.sureness) for one in propose(sheets[0], "mentees")]
    assert found == [("goal 1 subject", "likely"), ("goal 1 current", "likely"), ("goal 1 target", "likely")]


def test_scales(tmp_path: Path) -> None:
    """The words of a usual scale are proposed as numbers."""
    proposal = propose_for(tmp_path, "How confident are you in [SQL]", "Very confident", "Not confident")
    assert proposal.value == {"field": "skill SQL", "words": {"Not confident": 1, "Very confident": 5}}
    assert (proposal.sureness, proposal.evidence) == ("likely", "every cell is a word of a scale of confidence")
    proposal = propose_for(tmp_path, "I like to plan", "Agree", "Strongly disagree")
    assert proposal.value == {"field": "trait I like to plan", "words": {"Strongly disagree": 1, "Agree": 4}}
    assert proposal.sureness == "unknown"
    proposal = propose_for(tmp_path, "Skills [SQL]", "Expert", "Novice")
    assert proposal.value == {"field": "skill SQL", "words": {"Novice": 1, "Expert": 5}}
    assert proposal.evidence == "the heading is a documented name; every cell is a word of a scale of proficiency"


def test_separators(tmp_path: Path) -> None:
    """A sign that parts values which recur is proposed, unless the field is parted there anyway."""
    cells = ["a, b", "b, c", "a, c", "c, b, a"]
    proposal = propose_for(tmp_path, "Skills", *cells)
    assert proposal.value == {"field": "skills", "separator": ","}
    assert proposal.evidence == "the heading is a documented name; ',' parts values that recur"
    assert propose_for(tmp_path, "Languages", *cells).value == "languages"
    assert propose_for(tmp_path, "Skills", *(cell.replace(",", ";") for cell in cells)).value == "skills"
    assert propose_for(tmp_path, "Hobbies", *cells).value == {"field": "attribute Hobbies", "separator": ","}
    assert propose_for(tmp_path, "Hobbies", "a, b", "c, d").value == "attribute Hobbies"


def test_roles(tmp_path: Path) -> None:
    """A column of roles is found in one file for both, and only there."""
    cells = ["Mentor", "Mentee", "Mentor and mentee"]
    assert propose_for(tmp_path, "I join as", *cells, side="people").field == "role"
    assert propose_for(tmp_path, "I join as", *cells).field == "attribute I join as"


def test_long_columns_are_looked_at_from_the_top(tmp_path: Path) -> None:
    """Only the first thousand different cells are looked at, and the evidence says so."""
    proposal = propose_for(tmp_path, "Contact", *(f"p{k}@example.org" for k in range(1100)))
    assert proposal.evidence == "100% of the first 1,000 different cells are e-mail addresses"


def test_certain_beats_likely(tmp_path: Path) -> None:
    """A documented heading has its field, also if another column before it looks like it."""
    path = tmp_path / "a.csv"
    path.write_text("Contact,email\na@example.org,b@example.org\n", encoding="utf-8")
    sheets, _ = read_sheets(path)
    contact, email = propose(sheets[0], "mentors")
    assert (contact.sureness, contact.evidence) == ("unknown", "looks like 'email', as 'email' does")
    assert email.sureness == "certain"


def test_mentees_learn(tmp_path: Path) -> None:
    """On the mentees' side subjects are goals."""
    assert propose_for(tmp_path, "What would you like to learn?", "SQL", side="mentees").field == "goals"


def test_only_one_of_two(tmp_path: Path) -> None:
    """Of two columns that look alike only the first is proposed; the other is left to the user."""
    path = tmp_path / "a.csv"
    path.write_text("one,two\na@example.org,b@example.org\n", encoding="utf-8")
    sheets, _ = read_sheets(path)
    assert [one.sureness for one in propose(sheets[0], "mentors")] == ["likely", "unknown"]


OTHERS = frozenset(("m01", "m02", "ada@example.org"))


@pytest.mark.parametrize(
    ("heading", "cells", "field", "sureness", "told"),
    [
        ("Not with", ["M01", "M02; M01"], "refused", "likely", "100% of the filled cells name mentors, and the heading speaks of a refusal"),
        ("I would not like", ["m02", "M01"], "refused", "likely", "speaks of a refusal"),
        ("Would like", ["M01, Ada@example.org", "M02"], "preferred", "likely", "speaks of a preference"),
        ("First choice", ["ada@example.org"], "preferred", "likely", "speaks of a preference"),
        ("Partner", ["M01", "M02"], "preferred", "unknown",
         "100% of the filled cells name mentors: leave 'preferred' if they are liked, write 'refused' if they are never to be paired"),
        ("Not with", ["rain", "snow"], "attribute Not with", "unknown", "2 different values"),
        ("My manager", ["M01", "M02"], "manager", "likely", "speaks of a manager"),
    ],
)  # fmt: skip
def test_people_of_the_other_side(
    tmp_path: Path, heading: str, cells: list[str], field: str, sureness: str, told: str
) -> None:
    """A column that names people of the other side is a wish or a refusal, and never an attribute."""
    path = tmp_path / "a.csv"
    path.write_text(f'"{heading}"\n' + "".join(f'"{cell}"\n' for cell in cells), encoding="utf-8")
    (proposal,) = propose(read_sheets(path)[0][0], "mentees", OTHERS)
    assert (proposal.field, proposal.sureness) == (field, sureness)
    assert told in proposal.evidence


def test_own_ids_are_no_wish(tmp_path: Path) -> None:
    """People who stand on both sides have the ids of the other side, and that is no wish."""
    path = tmp_path / "a.csv"
    path.write_text("Staff no,E-mail,Not with\nM01,ada@example.org,M02\nM02,bo@example.org,M01\n", encoding="utf-8")
    sheet = read_sheets(path)[0][0]
    assert list_identities(sheet, "people") == {"m01", "m02", "ada@example.org", "bo@example.org"}
    for side in ("people", "mentees"):
        fields = [one.field for one in propose(sheet, side, list_identities(sheet, side))]
        assert fields == ["id", "email", "refused"]
