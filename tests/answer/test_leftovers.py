"""The reason of everybody left over is true in each case, and reads as a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.answer.candidates import collect_candidates
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.answer.obstacles import Obstacles
from matchmaker.answer.reasons import tell_not_needed, tell_obstacles, tell_priority, tell_shortfall
from matchmaker.engine import match
from matchmaker.matching import Leftover
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster
from matchmaker.scoring import encode
from matchmaker.solve.search import solve

GOAL = [Goal("A", current=0, target=4)]


def make_mentee(name: str, **facts: Any) -> Mentee:
    """Return a mentee who can be helped with A."""
    return Mentee(id=name, goals=GOAL, **facts)


def make_mentor(name: str, **facts: Any) -> Mentor:
    """Return a mentor who helps with A."""
    return Mentor(id=name, skills={"A": 4}, **facts)


def list_left(mentors: list[Mentor], mentees: list[Mentee], **decisions: Any) -> dict[str, Leftover]:
    """Return everybody left over, by id."""
    matching = match(Roster(mentors, mentees), Program(weeks=10, **decisions))
    assert all((one.nearest is None) == (one.shortfall is None) for one in matching.leftovers)
    return {one.id: one for one in matching.leftovers}


def leave_out(roster: Roster, program: Program, **fields: Any) -> tuple[Leftover, ...]:
    """Return what would be said if nobody had been paired."""
    encoded = encode(roster, program)
    problem = collect_candidates(encoded, np.empty((0, 2), np.int64), program.objective)
    none = np.empty(0, np.int64)
    solution = replace(solve(problem), chosen=none, starts=none, **fields)
    return list_leftovers(problem, solution, encoded, roster, problem.capacity)


def test_shortfall() -> None:
    """Who competes for places is told by how much the nearest was missed."""
    far = Mentee(id="e2", goals=[Goal("A", current=0, target=5)])
    one = list_left([make_mentor("m")], [make_mentee("e1"), far])["e2"]
    assert one.reason == "the only eligible mentor is full; the nearest, m, was missed by 200,000 points"
    assert (one.kind, one.shortfall, one.nearest, one.missing) == ("outcompeted", 200_000, "m", 1)


def test_full() -> None:
    """A mentor without a free place is full, and the shortfall is told."""
    left = list_left([make_mentor("m")], [make_mentee("e1"), make_mentee("e2")])
    (one,) = left.values()
    assert one.kind == "outcompeted"
    assert (
        one.reason == "the only eligible mentor is full; with the nearest, m, everything together would be just as good"
    )
    assert (one.shortfall, one.nearest) == (0, "m")


def test_contested_time() -> None:
    """A mentor with a free place, whose only shared time is taken, is not called full."""
    mentors = [make_mentor("m", capacity=3, slots="Mon 12:00-14:00")]
    mentees = [
        make_mentee("e1", slots="Mon 12:00-13:00", priority=1),
        make_mentee("e2", slots="Mon 12:00-13:00"),
    ]
    one = list_left(mentors, mentees)["e2"]
    assert one.reason == (
        "the only eligible mentor meets others at every time that they share with this mentee; "
        "a place for this mentee would leave somebody of higher priority without a mentor"
    )
    assert (one.kind, one.shortfall, one.nearest) == ("outcompeted", None, None)


def test_full_and_contested() -> None:
    """Where the mentors differ, each case is counted."""
    mentors = [make_mentor("m", capacity=2, slots="Mon 12:00-14:00"), make_mentor("n", slots="Mon 12:00-14:00")]
    mentees = [make_mentee(f"e{k}", slots="Mon 12:00-13:00", priority=k) for k in range(3)]
    assert list_left(mentors, mentees)["e0"].reason.startswith(
        "of the 2 eligible mentors, 1 is full and 1 meets others at every time that they share with this mentee; "
    )


def test_required_pair() -> None:
    """A place held by a required pair is held whatever the points."""
    left = list_left(
        [make_mentor("m")], [make_mentee("e1"), make_mentee("e2")], required=(RequiredPair("m", "e2", "promised"),)
    )
    assert (left["e1"].kind, left["e1"].reason) == ("all taken", "the only eligible mentor is full")


def test_further_mentors() -> None:
    """A mentee who wants another mentor hears what keeps them from one."""
    mentees = [make_mentee("e1", wanted=2), make_mentee("e2", refused=["m"])]
    left = list_left([make_mentor("m"), make_mentor("n")], mentees)
    assert left["e1"].reason == (
        "has 1 of the 2 mentors wanted: the only other eligible mentor is full; "
        "a place for this mentee would leave somebody without a first mentor"
    )
    alone = list_left([make_mentor("m")], [make_mentee("e1", wanted=2)])
    assert alone["e1"].reason == "has 1 of the 2 mentors wanted: no other mentor is eligible"


def test_hours() -> None:
    """Hours that are used up are no lack of places; where no points would win them, nobody is told a shortfall."""
    mentees = [make_mentee("e1", hours=6), make_mentee("e2", hours=5)]
    (one,) = list_left([make_mentor("m", capacity=2, hours=10)], mentees).values()
    assert one.reason.startswith("the only eligible mentor has too few hours left; with the nearest, m,")
    mentees = [make_mentee("e1", hours=1), make_mentee("e2", hours=2)]
    matching = match(Roster([make_mentor("m", capacity=2, hours=1)], mentees), Program(weeks=10))
    assert matching.certificate.bound_by == "prices"
    (one,) = matching.leftovers
    assert (one.id, one.kind, one.shortfall, one.nearest) == ("e2", "all taken", None, None)
    assert one.reason == "the only eligible mentor has too few hours left"


def test_points_alone() -> None:
    """Under points alone a pair of 0 points may be left out, and both are told that."""
    program = Program(objective="points", traits={"listens": "quality"})
    mentors = [Mentor(id="m", traits={"listens": 1})]
    mentee, mentor = leave_out(Roster(mentors, [Mentee(id="e")]), program)
    assert mentee.reason == (
        "the only eligible mentor could still take this mentee; "
        "with the nearest, m, everything together would be just as good"
    )
    assert mentor.reason == (
        "the only mentee who could have this mentor is left over too, since such a pair would add no points"
    )
    unequal = Roster([replace(mentors[0], capacity=2, hours=3)], [Mentee(id="e", hours=1), Mentee(id="f", hours=3)])
    mentee, *_ = leave_out(unequal, program, bound_by="solver")
    assert (mentee.kind, mentee.reason) == (
        "all taken",
        "the only eligible mentor could still take this mentee; such a pair would add no points",
    )


def test_stopped() -> None:
    """After a search that was stopped, nobody is told that they are well placed, or that nothing can be done."""
    roster = Roster([make_mentor("m", capacity=2, hours=3)], [make_mentee("e1", hours=1), make_mentee("e2", hours=4)])
    first, second, mentor = leave_out(roster, Program(), status="feasible", bound_by="solver")
    end = "was found before the search was stopped"
    assert first.reason == f"the only eligible mentor could still take this mentee; no place {end}"
    assert second.reason == f"the only eligible mentor has too few hours left; no place {end}"
    assert mentor.reason == (
        "of the 2 mentees who could have this mentor, 1 is left over too "
        f"and 1 needs more hours than this mentor has; no pair with this mentor {end}"
    )
    assert "good" not in tell_not_needed(2, 0, 0, 0, is_stopped=True)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((1, 0, 0, 0), "the only mentee who could have this mentor has another, which is at least as good for everybody together"),
        ((2, 0, 0, 0), "all 2 mentees who could have this mentor have others, which is at least as good for everybody together"),
        ((0, 0, 0, 1), "the only mentee who could have this mentor wants none"),
        ((0, 0, 2, 1), "of the 3 mentees who could have this mentor, 2 need more hours than this mentor has and 1 wants none"),
        ((0, 1, 0, 0), "the only mentee who could have this mentor is left over too, since such a pair would add no points"),
    ],
)  # fmt: skip
def test_not_needed(counts: tuple[int, int, int, int], told: str) -> None:
    """A mentor who is not needed hears where those went who could have had them."""
    assert tell_not_needed(*counts) == told


def test_not_needed_in_an_answer() -> None:
    """The counts are those of the answer."""
    mentors = [make_mentor("m"), make_mentor("n", hours=4)]
    left = list_left(mentors, [make_mentee("e", hours=5), make_mentee("none", wanted=0, hours=4)])
    assert left["n"].reason == (
        "of the 2 mentees who could have this mentor, "
        "1 has another, which is at least as good for everybody together and 1 wants none"
    )


def test_sentences() -> None:
    """One and many, and the first of the reasons that apply."""
    assert tell_obstacles(Obstacles(full=3), is_further=False) == "all 3 eligible mentors are full"
    assert tell_obstacles(Obstacles(short=2, busy=2, within_reach=1), is_further=True) == (
        "of the 5 other eligible mentors, 2 have too few hours left, "
        "2 meet others at every time that they share with this mentee and 1 could still take this mentee"
    )
    assert tell_shortfall("m", 1) == "the nearest, m, was missed by 1 point"
    assert tell_shortfall("m", 1000) == "the nearest, m, was missed by 1,000 points"
    assert tell_priority(is_further=False, has_required=True) == (
        "a place for this mentee would leave somebody of higher priority without a mentor or undo a required pair"
    )
