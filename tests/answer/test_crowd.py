"""A large roster has the answer of a small one: as good, proven, with the same people left over for the same reasons."""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import Infeasible, Matching, Mentee, Mentor, Program, Roster, RosterError, Stopped, match
from matchmaker.answer.crowd import count_for_mentees, count_for_mentors, fit_crowd
from matchmaker.answer.leftovers import count_refusals
from matchmaker.documents import write_matching
from matchmaker.matching import Leftover
from matchmaker.program import Relation, Rule
from matchmaker.scoring import Component, best, encode
from matchmaker.solve import finish
from matchmaker.solve.everyone import solve_rounds
from matchmaker.verify import verify_matching
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import Reference
from tests.searched import explain_with_all_pairs, generate, search_all
from tests.small import PROGRAM, make_roster


def tell(leftovers: tuple[Leftover, ...]) -> list[tuple[Any, ...]]:
    """Return what is told of those left over, beside the sentences."""
    return [(one.role, one.id, one.kind, one.refused_by, one.shortfall, one.missing) for one in leftovers]


def check_answer(matching: Matching, roster: Roster, program: Program, components: tuple[Component, ...] = ()) -> None:
    """Hold the answer to a large roster against verification, and against what is told where all pairs are held."""
    with search_all():
        verification = verify_matching(matching, roster, program, components=components)
    assert verification.holds, str(verification)
    leftovers, loads = explain_with_all_pairs(matching, roster, program, components)
    assert tell(matching.leftovers) == tell(leftovers)
    assert matching.mentors == loads


def match_large(roster: Roster, program: Program, **options: Any) -> Matching:
    """Match as a large roster is matched."""
    with search_all():
        return match(roster, program, **options)


@settings(max_examples=120)
@given(
    draw_programme(),
    st.integers(0, 1),
    st.sampled_from(["coverage", "points"]),
)
def test_programmes(reference: Reference, minimum: int, objective: Any) -> None:
    """Over programmes with everything, both ways reach the same levels, or refuse alike."""
    program = replace(reference.program, minimum=minimum, objective=objective)
    components: Any = tuple(reference.extras)
    mentees = [replace(one, hours=None) for one in reference.mentees]
    try:
        roster = Roster(reference.mentors, mentees, reference.history)
        expected = match(roster, program, components=components)
    except RosterError:
        return
    except Infeasible:
        with pytest.raises(Infeasible, match="Proven impossible"):
            match_large(roster, program, components=components)
        return
    matching = match_large(roster, program, components=components)
    assert matching.certificate.levels == expected.certificate.levels
    assert matching.status == "optimal"
    check_answer(matching, roster, program, components)


def test_small_roster() -> None:
    """The small programme has the same people left over, missed by the same points with the same mentors nearest."""
    matching, expected = match_large(make_roster(), PROGRAM), match(make_roster(), PROGRAM)
    check_answer(matching, make_roster(), PROGRAM)
    assert matching.certificate == expected.certificate
    assert [(pair.mentee, pair.mentor, pair.points) for pair in matching.pairs] == [
        (pair.mentee, pair.mentor, pair.points) for pair in expected.pairs
    ]
    assert [(one.id, one.nearest) for one in matching.leftovers] == [
        (one.id, one.nearest) for one in expected.leftovers
    ]
    assert matching.mentors == expected.mentors
    reasons = {one.id: one.reason for one in matching.leftovers}
    assert reasons["hal"] == (
        "none of the 2 eligible mentors has a place and a time for this mentee that others do not need more; "
        f"the nearest, ann, was missed by {next(one.shortfall for one in matching.leftovers if one.id == 'hal'):,} points"
    )
    assert reasons["ida"] == next(one.reason for one in expected.leftovers if one.id == "ida")


@pytest.mark.parametrize("timetable", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_generated(tmp_path: Path, timetable: bool, seed: int) -> None:
    """Hundreds of people have the same total, the same people left over and true numbers, and it is verified."""
    roster, program = generate(tmp_path, 300, 150, timetable=timetable, seed=seed)
    matching, expected = match_large(roster, program), match(roster, program)
    assert matching.certificate.levels == expected.certificate.levels
    assert tell(matching.leftovers) == tell(expected.leftovers)
    check_answer(matching, roster, program)


@pytest.mark.parametrize("timetable", [False, True])
def test_refusals(tmp_path: Path, timetable: bool) -> None:
    """What refuses whom is counted for each person as in one pass over the blocks."""
    roster, program = generate(tmp_path, 60, 40, timetable=timetable)
    encoded = encode(roster, program)
    mentees, mentors = np.arange(0, 60, 7), np.arange(0, 40, 3)
    expected = count_refusals(encoded, mentees, mentors)
    assert any(len(rules) > 1 for rules in expected.mentees.values())
    assert count_for_mentees(encoded, mentees) == expected.mentees
    assert count_for_mentors(encoded, mentors.tolist()) == expected.mentors
    assert (count_for_mentees(encoded, mentees[:0]), count_for_mentors(encoded, [])) == ({}, {})


def test_hours_of_the_lonely() -> None:
    """A mentor for whom nobody is eligible keeps the capacity as places, whatever the hours, in both ways."""
    mentors = [Mentor(id="a", capacity=3, hours=3, attributes={"site": "x"}), Mentor(id="b", attributes={"site": "y"})]
    roster = Roster(mentors, [Mentee(id="e", attributes={"site": "y"})])
    program = Program(weeks=10, rules=(Rule("one site", Relation("same", "site", "site")),))
    matching = match_large(roster, program)
    assert [load.places for load in matching.mentors] == [3, 1]
    assert [(one.id, one.kind) for one in matching.leftovers] == [("a", "no eligible partner")]
    check_answer(matching, roster, program)
    assert fit_crowd(np.array([0, 2]), np.array([3, 3]), np.array([0, 1])).tolist() == [3, 2]


def test_wishes_and_refusals_by_hand() -> None:
    """Who wants nobody, who has no place, and who is not needed have their reasons in a large roster too."""
    mentors = [Mentor(id="a", capacity=0), Mentor(id="b"), Mentor(id="c")]
    roster = Roster(mentors, [Mentee(id="e", wanted=0), Mentee(id="f", preferred=["b"])])
    matching = match_large(roster, Program())
    check_answer(matching, roster, Program())
    assert [(one.id, one.kind, one.reason) for one in matching.leftovers] == [
        ("e", "wants none", "wants no mentor"),
        ("a", "no places", "has no place for a mentee: the capacity is 0, or the hours or free times allow none"),
        (
            "c",
            "not needed",
            "a pair with any of the 2 mentees who could have this mentor would make nothing better for everybody together",
        ),
    ]


@pytest.mark.parametrize("phase", ["", "pairs priced", "flow", "prices"])
def test_stopped(tmp_path: Path, phase: str) -> None:
    """Stopped after its first flow, a large roster has an answer with a true bound that is verified."""
    roster, program = generate(tmp_path, 300, 150, timetable=False)
    told = [""]
    options: dict[str, Any] = {
        "on_progress": lambda step: told.append(step.phase),
        "should_stop": lambda: phase in told,
    }
    if phase in ("", "pairs priced"):
        with pytest.raises(Stopped):
            match_large(roster, program, **options)
        return
    matching, best_levels = match_large(roster, program, **options), match(roster, program).certificate.levels
    for level, right in zip(matching.certificate.levels, best_levels, strict=True):
        assert level.value <= right.value <= level.bound
    with search_all():
        verification = verify_matching(matching, roster, program)
    assert verification.holds, str(verification)


def test_time_limit(tmp_path: Path) -> None:
    """Without any time there is no answer to a large roster; with a gap, the one that is near enough is verified."""
    roster, program = generate(tmp_path, 300, 150, timetable=False)
    with pytest.raises(Stopped):
        match_large(roster, program, time_limit=-1.0)
    matching = match_large(roster, program, gap=10**7)
    assert matching.certificate.gap <= 10**7
    assert matching.certificate.levels[0].value == matching.certificate.levels[0].bound
    with search_all():
        assert verify_matching(matching, roster, program).holds


def test_impossible(tmp_path: Path) -> None:
    """A minimum that cannot be met in a large roster is told with the people who clash."""
    roster = Roster([Mentor(id="m", capacity=3, minimum=2)], [Mentee(id="e")])
    with pytest.raises(Infeasible, match="the minimum of mentor 'm' asks for 2 mentees together"):
        match_large(roster, Program())


@pytest.mark.parametrize("timetable", [False, True])
def test_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timetable: bool) -> None:
    """Threads, processes and neither write the same answer to the last byte."""
    monkeypatch.setattr(best, "CHUNK_ROWS", 64)
    roster, program = generate(tmp_path, 300, 150, timetable=timetable)
    expected = write_matching(match_large(roster, program))
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        pools: list[Executor] = [threads, processes]
        for pool in pools:
            assert write_matching(match_large(roster, program, executor=pool)) == expected


def test_without_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer does not depend on whether there is a compiled kernel."""
    monkeypatch.setattr(best, "KERNEL_PAIRS", 0)
    roster, program = generate(tmp_path, 300, 150, timetable=True)
    expected = match_large(roster, program)
    monkeypatch.setattr(best, "has_kernel", lambda: False)
    matching = match_large(roster, program)
    assert matching.certificate.levels == expected.certificate.levels
    assert write_matching(matching) == write_matching(expected)
    check_answer(matching, roster, program)


def test_many_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that adds one candidate at a time ends with the same total."""
    monkeypatch.setattr(finish, "KEPT", 1)
    plain: Any = solve_rounds
    few = partial(plain, listed=1, added=1)
    monkeypatch.setattr("matchmaker.engine.solve_rounds", few)
    roster, program = generate(tmp_path, 300, 150, timetable=True)
    matching = match_large(roster, program)
    assert matching.certificate.levels == match(roster, program).certificate.levels
    check_answer(matching, roster, program)
