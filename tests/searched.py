"""Large rosters for tests: small ones that are searched as if all their pairs could not be held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from matchmaker.answer import candidates
from matchmaker.answer.candidates import collect_candidates, find_rows
from matchmaker.answer.certificates import rebuild_solution
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.pairs import list_loads
from matchmaker.matching import Leftover, Load, Matching
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import Component, encode
from matchmaker.solve.places import count_places
from tests.scoring.rosters import write_generated


@contextmanager
def search_all() -> Iterator[None]:
    """Take every roster with equal hours for a large one, whatever its size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "DENSE_PAIRS", 0)
        yield


def generate(
    folder: Path, num_mentees: int, num_mentors: int, *, timetable: bool, seed: int = 1
) -> tuple[Roster, Program]:
    """Return a generated roster with its program."""
    encoded = write_generated(folder, num_mentees, num_mentors, seed)[0 if timetable else 1]
    return encoded.roster, encoded.program


def explain_with_all_pairs(
    matching: Matching, roster: Roster, program: Program, components: Sequence[Component] = ()
) -> tuple[tuple[Leftover, ...], tuple[Load, ...]]:
    """Return leftovers and loads of an answer as they are told where all pairs are held."""
    encoded = encode(roster, program, components)
    problem = collect_candidates(encoded, find_rows(roster, program), program.objective)
    solution, places = rebuild_solution(matching, roster, problem), count_places(problem)
    leftovers = list_leftovers(problem, solution, encoded, roster, places)
    return leftovers, list_loads(problem, solution, roster, places)
