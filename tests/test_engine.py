"""The whole way from people to a matching."""

from __future__ import annotations

import itertools
import logging
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import Former, Goal, Infeasible, Mentee, Mentor, Program, Roster, RosterError, match
from matchmaker.documents import read_matching, write_matching
from matchmaker.program import RequiredPair
from tests.small import PROGRAM, make_mentees, make_mentors, make_roster


def test_small_programme() -> None:
    """Everybody who can be matched is, at times both have free, and the total is proven."""
    matching = match(make_roster(), PROGRAM)
    assert [(pair.mentee, pair.mentor) for pair in matching.pairs] == [
        ("eve", "ann"),
        ("fay", "ann"),
        ("gus", "bob"),
    ]
    times = [pair.meeting.mentor_time for pair in matching.pairs if pair.meeting]
    assert times[:2] == ["Mon 13:00", "Mon 12:00"]
    assert times[2] in ("Mon 12:00", "Tue 09:00")
    assert matching.status == "optimal"
    assert matching.certificate.gap == 0
    assert matching.certificate.bound_by == "prices"
    assert matching.pairs[0].required == "they began together"


def test_components_add_up() -> None:
    """The components of every pair add up to its points, and the points to the total."""
    matching = match(make_roster(), PROGRAM)
    assert all(sum(pair.components.values()) == pair.points for pair in matching.pairs)
    assert sum(pair.points for pair in matching.pairs) == matching.certificate.total


def test_reasons() -> None:
    """Everybody left over has the true reason."""
    left = {one.id: one for one in match(make_roster(), PROGRAM).leftovers}
    assert {name: one.kind for name, one in left.items()} == {
        "hal": "outcompeted",
        "ida": "no eligible partner",
        "cat": "screened out",
        "dan": "no places",
        "far": "no eligible partner",
    }
    assert left["hal"].nearest == "ann"
    assert left["hal"].shortfall is not None
    assert left["hal"].shortfall > 0
    assert "listens" in left["cat"].reason
    assert left["ida"].refused_by


def test_loads() -> None:
    """Loads count mentees, minutes and what one more place is worth."""
    loads = {load.mentor: load for load in match(make_roster(), PROGRAM).mentors}
    assert (loads["ann"].mentees, loads["ann"].minutes, loads["ann"].available) == (2, 2 * 24 * 60, 60 * 60)
    assert loads["bob"].available is None
    assert loads["ann"].one_more is not None
    assert loads["ann"].one_more.points >= 0


def test_row_order_changes_nothing() -> None:
    """The same people in another order give the same bytes."""
    expected = write_matching(match(make_roster(), PROGRAM))
    mentors, mentees = make_mentors(), make_mentees()
    for shift in range(1, 5):
        turned = Roster(
            mentors=mentors[shift:] + mentors[:shift],
            mentees=mentees[::-1],
            history=[Former("bob", "hal", "ended early")],
        )
        assert write_matching(match(turned, PROGRAM)) == expected


def test_same_bytes_in_another_process() -> None:
    """Another process with another hash seed writes the same document."""
    code = (
        "import sys; from tests.small import *; from matchmaker import match;"
        "from matchmaker.documents import write_matching;"
        "sys.stdout.buffer.write(write_matching(match(make_roster(), PROGRAM)))"
    )
    root = Path(__file__).resolve().parent.parent
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    ]
    assert runs[0] == runs[1] == write_matching(match(make_roster(), PROGRAM))


def test_pickles_and_reads_back() -> None:
    """A matching survives pickling and its document."""
    matching = match(make_roster(), PROGRAM)
    assert pickle.loads(pickle.dumps(matching)) == read_matching(write_matching(matching)) == matching


def test_required_against_rule() -> None:
    """A required pair that breaks a rule is refused by name, unless it overrides the rule."""
    against = replace(PROGRAM, required=(RequiredPair("bob", "eve", "asked for"),))
    with pytest.raises(RosterError, match="mentor bob and mentee eve breaks the rule") as caught:
        match(make_roster(), against)
    assert str(caught.value) == (
        "program, column 'required[1]': the required pair of mentor bob and mentee eve breaks the rules 'another site' "
        "and 'a weekly time that both have free'. Take the requirement out or change the rules"
    )
    override = replace(PROGRAM, required=(RequiredPair("bob", "hal", "", override=True),))
    with pytest.raises(RosterError, match="refus"):
        match(make_roster(), override)


def test_override_waives_the_rule() -> None:
    """With override, a required pair stands although a rule speaks against it."""
    program = Program(rules=PROGRAM.rules, required=(RequiredPair("m", "e", "agreed", override=True),), helps=False)
    here = {"site": "one"}
    roster = Roster(mentors=[Mentor(id="m", attributes=here)], mentees=[Mentee(id="e", attributes=here)])
    assert match(roster, program).pairs[0].required == "agreed"


def test_minimum_cannot_be_met() -> None:
    """A minimum that nobody can fill is proven impossible, with names, numbers and a repair."""
    roster = Roster(mentors=[Mentor(id="m", capacity=3, minimum=2)], mentees=[Mentee(id="e")])
    with pytest.raises(Infeasible) as caught:
        match(roster, Program())
    assert str(caught.value) == (
        "Proven impossible: the minimum of mentor 'm' asks for 2 mentees together, and the eligible ones with their times "
        "and wishes allow at most 1. Lower these demands by 1, or make 1 more mentee eligible there"
    )


def test_two_required_one_place() -> None:
    """Two required pairs on a mentor with one place are refused by name before anything is solved."""
    roster = Roster(mentors=[Mentor(id="mo")], mentees=[Mentee(id="e1"), Mentee(id="e2")])
    program = Program(required=(RequiredPair("mo", "e1"), RequiredPair("mo", "e2")))
    with pytest.raises(RosterError, match="mo"):
        match(roster, program)


def test_one_human_twice() -> None:
    """Nobody is paired with themself, not even with another id on the other side."""
    roster = Roster(
        mentors=[Mentor(id="m1", email="Kim@example.org")], mentees=[Mentee(id="e1", email="kim@example.org")]
    )
    assert match(roster, Program()).pairs == ()


def test_empty() -> None:
    """Nobody on either side is an answer too, proven."""
    matching = match(Roster(), Program())
    assert matching.pairs == ()
    assert matching.certificate.gap == 0


mentor_skills = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 5), max_size=3)
goal_lists = st.lists(st.sampled_from("ABC"), unique=True, max_size=2)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), mentor_skills), max_size=3),
    st.lists(st.tuples(st.integers(1, 2), goal_lists), max_size=4),
)
def test_best_of_all(mentors: list[tuple[int, dict[str, int]]], mentees: list[tuple[int, list[str]]]) -> None:
    """Coverage and points equal the best of every choice that could be made."""
    roster = Roster(
        mentors=[Mentor(id=f"m{j}", capacity=c, skills=skills) for j, (c, skills) in enumerate(mentors)],
        mentees=[
            Mentee(id=f"e{i}", wanted=wanted, goals=[Goal(goal, current=0, target=3) for goal in goals])
            for i, (wanted, goals) in enumerate(mentees)
        ],
    )
    matching = match(roster, Program())
    had = {pair.mentee for pair in matching.pairs}
    reached = (len(matching.pairs) + len(had), matching.certificate.total)
    assert reached == find_best(roster, [c for c, _ in mentors], [w for w, _ in mentees])


def find_best(roster: Roster, capacity: list[int], wanted: list[int]) -> tuple[int, int]:
    """Return the best (coverage, points) by trying every choice."""
    import numpy as np

    from matchmaker.scoring import encode, score_block

    if not capacity or not wanted:
        return 0, 0
    points, eligible = score_block(encode(roster, Program()), np.arange(len(wanted)))
    options = []
    for i, most in enumerate(wanted):
        free = [j for j in range(len(capacity)) if eligible[i, j]]
        options.append([c for size in range(most + 1) for c in itertools.combinations(free, size)])
    best = (0, 0)
    for choice in itertools.product(*options):
        loads = [sum(j in mine for mine in choice) for j in range(len(capacity))]
        if all(load <= most for load, most in zip(loads, capacity, strict=True)):
            coverage = sum(len(mine) + bool(mine) for mine in choice)
            best = max(best, (coverage, sum(int(points[i, j]) for i, mine in enumerate(choice) for j in mine)))
    return best


def test_steps_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever listens to the log at level DEBUG hears of each step; others hear nothing."""
    roster = Roster([Mentor(id="m")], [Mentee(id="e")])
    with caplog.at_level(logging.DEBUG, logger="matchmaker"):
        match(roster)
    assert caplog.messages[0] == "1 mentors, 1 mentees"
    assert "phase='proven'" in caplog.messages[-1]
