"""Whatever is said of somebody left over is true, in the corners too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from matchmaker.answer.candidates import collect_candidates
from matchmaker.answer.leftovers import list_leftovers
from matchmaker.engine import match
from matchmaker.matching import Leftover, Matching
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import encode
from matchmaker.solve.search import solve


def find_left(matching: Matching, name: str) -> Leftover:
    """Return what is said of one person."""
    return next(one for one in matching.leftovers if one.id == name)


def wish(target: int) -> list[Goal]:
    """Return a goal that a mentor at level 3 serves the better the nearer it is."""
    return [Goal("A", current=0, target=target)]


def leave_out(roster: Roster, program: Program, **fields: Any) -> tuple[Leftover, ...]:
    """Return what would be said if nobody had been paired."""
    encoded = encode(roster, program)
    problem = collect_candidates(encoded, np.empty((0, 2), np.int64), program.objective)
    none = np.empty(0, np.int64)
    solution = replace(solve(problem), chosen=none, starts=none, **fields)
    return list_leftovers(problem, solution, encoded, roster, problem.capacity)


def test_full() -> None:
    """Who competes for places is told that all are taken, and by how much the nearest was missed."""
    mentees = [Mentee(id="e1", goals=wish(3)), Mentee(id="e2", goals=wish(4))]
    one = find_left(match(Roster([Mentor(id="m", skills={"A": 3})], mentees), Program()), "e2")
    assert one.reason == "all 1 eligible mentors are full; the nearest, m, was missed by 250,000 points"
    assert (one.kind, one.shortfall, one.nearest, one.missing) == ("outcompeted", 250_000, "m", 1)


def test_time_taken() -> None:
    """A mentor with places left, but no time that fits, is not called full."""
    mentor = Mentor(id="m", capacity=3, slots="Mon 09:00-10:00; Tue 09:00-10:00", skills={"A": 3})
    mentees = [Mentee(id=f"e{k}", slots="Mon 09:00-10:00", goals=wish(k)) for k in (3, 4)]
    one = find_left(match(Roster([mentor], mentees), Program()), "e4")
    assert one.kind == "outcompeted"
    assert one.reason.startswith("all 1 eligible mentors are full or have no time left that fits; the nearest, m,")


def test_hours_that_never_fit() -> None:
    """Where hours differ nobody is told a shortfall, for no points would win hours that a mentor does not have."""
    mentors = [Mentor(id="m", capacity=2, hours=1, skills={"A": 3})]
    mentees = [Mentee(id="e1", hours=1, goals=wish(3)), Mentee(id="e2", hours=2, goals=wish(5))]
    matching = match(Roster(mentors, mentees), Program())
    assert [pair.mentee for pair in matching.pairs] == ["e1"]
    assert matching.certificate.bound_by == "prices"
    one = find_left(matching, "e2")
    assert (one.kind, one.shortfall, one.nearest) == ("all taken", None, None)
    assert one.reason == "no eligible mentor is left with a place, hours and a time that fit"


def test_some_wanted() -> None:
    """Who has some of the mentors wanted is told so, before the reason."""
    one = find_left(match(Roster([Mentor(id="m")], [Mentee(id="e", wanted=2)]), Program()), "e")
    assert one.reason == (
        "has 1 of the 2 mentors wanted: no eligible mentor is left with a place, hours and a time that fit"
    )


def test_points_alone() -> None:
    """Under points alone a pair of 0 points may be left out, and both are told that."""
    program = Program(objective="points", traits={"listens": "quality"})
    mentee, mentor = leave_out(Roster([Mentor(id="m", traits={"listens": 1})], [Mentee(id="e")]), program)
    assert mentee.reason == "a pair with m, the nearest eligible mentor, would add no points"
    assert (
        mentor.reason == "a pair with any of the 1 mentees who lack one and could have this mentor would add no points"
    )
    mentors = [Mentor(id="m", hours=1)]
    mentees = [Mentee(id="e1", hours=1), Mentee(id="e2", hours=2)]
    one = find_left(match(Roster(mentors, mentees), Program(objective="points")), "e2")
    assert one.reason == "no further pair with an eligible mentor is possible and would add points"


def test_not_needed() -> None:
    """A mentor without mentees is told whether those who could have them have enough, or need more hours."""
    mentors = [Mentor(id="a", skills={"A": 3}), Mentor(id="b", hours=1, skills={"A": 1})]
    mentees = [Mentee(id="e1", hours=1, goals=wish(3)), Mentee(id="e2", wanted=0, goals=wish(3))]
    one = find_left(match(Roster(mentors, mentees), Program()), "b")
    assert (one.kind, one.reason) == (
        "not needed",
        "all 2 mentees who could have this mentor have as many mentors as they want",
    )
    mentors = [Mentor(id="a", capacity=3, hours=3, skills={"A": 3}), mentors[1]]
    mentees = [Mentee(id=f"e{k}", hours=hours, goals=wish(3)) for k, hours in enumerate((1, 2, 2))]
    one = find_left(match(Roster(mentors, mentees), Program()), "b")
    assert one.reason == "of 3 mentees who could have this mentor, the 1 who lack one need more hours than there are"


def test_stopped() -> None:
    """After a search that was stopped, nobody is told more than that."""
    roster = Roster([Mentor(id="m", capacity=2, hours=3)], [Mentee(id="e1", hours=1), Mentee(id="e2", hours=4)])
    mentee, _, mentor = leave_out(roster, Program(), status="feasible", bound_by="solver")
    assert mentee.reason == "no place was found before the search was stopped"
    assert mentor.reason == "no pair with this mentor was found before the search was stopped"
