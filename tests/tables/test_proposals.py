"""Proposals say how sure they are, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.tables import read_sheets
from matchmaker.tables.proposals import Proposal, propose


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
        ("Number of mentors", ["1", "2"], "wanted", "likely"),
        ("Hours you can give", ["20", "30.5"], "hours", "likely"),
        ("Days waiting", ["3", "9"], "priority", "likely"),
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


def test_mentees_learn(tmp_path: Path) -> None:
    """On the mentees' side subjects are goals."""
    assert propose_for(tmp_path, "What would you like to learn?", "SQL", side="mentees").field == "goals"


def test_only_one_of_two(tmp_path: Path) -> None:
    """Of two columns that look alike only the first is proposed; the other is left to the user."""
    path = tmp_path / "a.csv"
    path.write_text("one,two\na@example.org,b@example.org\n", encoding="utf-8")
    sheets, _ = read_sheets(path)
    assert [one.sureness for one in propose(sheets[0], "mentors")] == ["likely", "unknown"]
