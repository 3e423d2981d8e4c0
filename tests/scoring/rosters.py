"""Generated rosters, read and compiled, for tests that need many people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from matchmaker.generate import write_roster
from matchmaker.program import read_program
from matchmaker.roster import gather_roster
from matchmaker.scoring import Encoded, encode
from matchmaker.tables import read_people


def write_generated(folder: Path, num_mentees: int, num_mentors: int, seed: int = 1) -> list[Encoded]:
    """Return a generated roster, compiled with a timetable and without."""
    write_roster(folder, num_mentees, num_mentors, seed)
    program = read_program(folder / "program.toml")
    mentors, mentees, history, report = read_people(
        mentors=folder / "mentors.csv", mentees=folder / "mentees.csv", program=program
    )
    roster, _ = gather_roster(mentors, mentees, history, program, report)
    return [encode(roster, replace(program, timetable=timetable)) for timetable in (True, False)]
