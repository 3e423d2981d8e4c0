"""Rosters that are matched as large ones are, though they are small enough for tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from matchmaker.engine import match
from matchmaker.generate import write_roster
from matchmaker.matching import Certificate, Matching
from matchmaker.program import Program, read_program
from matchmaker.roster import Roster, gather_roster
from matchmaker.solve.everyone import solve_rounds
from matchmaker.tables import read_people

LIMIT = "matchmaker.answer.candidates.DENSE_PAIRS"
"""What a test lowers, so that a roster counts as large."""


def let_all_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every roster count as large, and nobody have so many candidates that all is proven at once."""
    monkeypatch.setattr(LIMIT, 0)
    monkeypatch.setattr("matchmaker.solve.sample.FEWEST", 30)
    monkeypatch.setattr("matchmaker.engine.solve_rounds", partial(solve_rounds, listed=1, added=1))


@cache
def make_large(num_mentees: int = 300, num_mentors: int = 60, seed: int = 1) -> tuple[Roster, Program]:
    """Return a made-up roster and its program."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_roster(folder, num_mentees, num_mentors, seed)
        program = read_program(str(folder / "program.toml"))
        columns = read_people(mentors=folder / "mentors.csv", mentees=folder / "mentees.csv", program=program)
        return gather_roster(*columns[:3], program, columns[3])[0], program


def match_until(roster: Roster, program: Program, phase: str) -> Matching:
    """Match, but stop once a phase has been told."""
    told: list[str] = []
    return match(roster, program, on_progress=lambda step: told.append(step.phase), should_stop=make_stop(told, phase))


def make_stop(told: list[str], phase: str) -> Callable[[], bool]:
    """Return what asks for an end once a phase is among those told."""
    return lambda: phase in told


def read_vectors(certificate: Certificate) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return values and bounds, level by level."""
    return tuple(one.value for one in certificate.levels), tuple(one.bound for one in certificate.levels)
