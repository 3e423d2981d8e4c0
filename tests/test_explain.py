"""What an explanation says is true: costs equal those of matching everybody anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from matchmaker.engine import match
from matchmaker.errors import Infeasible, MatchmakerError, RosterError
from matchmaker.explain import explain_mentee
from matchmaker.matching import Effect, Matching, MentorPrice, TimePrice
from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster
from matchmaker.solve.effects import Change
from matchmaker.solve.forcing import SECONDS, force_pair
from matchmaker.solve.problem import Problem, Solution
from tests.small import PROGRAM, make_roster


def measure(matching: Matching) -> tuple[int, int]:
    """Return coverage (without priorities) and points."""
    return len(matching.pairs) + len({pair.mentee for pair in matching.pairs}), matching.certificate.total


def cost_by_force(roster: Roster, program: Program, mentee: str, mentor: str) -> tuple[int, int] | None:
    """Return what a pair costs, found by requiring it and matching everybody anew."""
    before = measure(match(roster, program))
    forced = replace(program, required=(*program.required, RequiredPair(mentor, mentee)))
    try:
        after = measure(match(roster, forced))
    except Infeasible:
        return None
    except RosterError:
        return None
    return before[0] - after[0], before[1] - after[1]


@pytest.mark.parametrize("mentee", ["fay", "gus", "hal"])
def test_costs(mentee: str) -> None:
    """Each choice costs what requiring it would cost everybody together."""
    roster = make_roster()
    explanation = explain_mentee(match(roster, PROGRAM), roster, PROGRAM, mentee)
    assert explanation.choices
    for choice in explanation.choices:
        if not choice.chosen:
            cost = cost_by_force(roster, PROGRAM, mentee, choice.mentor)
            told = None if choice.coverage_cost is None else (choice.coverage_cost, choice.points_cost)
            assert told == cost


def make_contest() -> tuple[Roster, Program]:
    """Return three mentees after the same hour of one mentor, and a mentor with room."""
    mentors = [
        Mentor(id="star", capacity=3, slots="Mon 12:00-13:00; Tue 12:00-13:00", skills={"A": 5}),
        Mentor(id="kind", capacity=3, slots="Mon 12:00-15:00", skills={"A": 2}),
    ]
    goal = Goal("A", current=0, target=4)
    mentees = [
        Mentee(
            id=f"e{k}",
            slots="Mon 12:00-13:00; Mon 13:00-14:00",
            goals=[goal, Goal("B", current=0, target=k + 1)],
        )
        for k in range(3)
    ]
    return Roster(mentors=mentors, mentees=mentees), Program(weeks=10)


def test_contested_times() -> None:
    """A time that several mentees want with one mentor is named with what one more would be worth."""
    roster, program = make_contest()
    matching = match(roster, program)
    explanation = explain_mentee(matching, roster, program, "e0")
    assert [one.mentor for one in explanation.contested] == ["star"]
    assert explanation.contested[0].time == "Mon 12:00"
    best = {pair.mentor: pair.points for pair in matching.pairs}
    assert explanation.contested[0].one_more == Effect(points=best["star"] - best["kind"])


def test_reasons_add_up() -> None:
    """The reasons speak of every component, and their points make up the pair's."""
    roster = make_roster()
    matching = match(roster, PROGRAM)
    explanation = explain_mentee(matching, roster, PROGRAM, "gus")
    reasons = explanation.reasons["bob"]
    assert [reason.component for reason in reasons] == list(matching.components)
    assert sum(reason.points for reason in reasons) == explanation.choices[0].points
    assert all(reason.sentence for reason in reasons)


def test_refused_mentor() -> None:
    """A mentor who is not eligible is explained by the rules that refuse the pair."""
    roster = make_roster()
    explanation = explain_mentee(match(roster, PROGRAM), roster, PROGRAM, "hal", mentor="bob")
    assert explanation.leftover
    assert len(explanation.refused["bob"]) >= 2
    assert "bob" in explanation.reasons


def test_asked_mentor_is_shown() -> None:
    """A mentor who was asked about is shown, however far down the list."""
    roster, program = make_contest()
    explanation = explain_mentee(match(roster, program), roster, program, "e0", mentor="kind", most=0)
    assert "kind" in {choice.mentor for choice in explanation.choices}


def test_unknown_people() -> None:
    """Nobody of that name: an error that says so."""
    roster = make_roster()
    matching = match(roster, PROGRAM)
    with pytest.raises(MatchmakerError, match="zoe"):
        explain_mentee(matching, roster, PROGRAM, "zoe")
    with pytest.raises(MatchmakerError, match="zoe"):
        explain_mentee(matching, roster, PROGRAM, "eve", mentor="zoe")


def test_unequal_hours() -> None:
    """With unequal hours the costs are found by solving again, and are exact there too."""
    mentors = [
        Mentor(id="m1", capacity=3, hours=5, skills={"A": 5}),
        Mentor(id="m2", capacity=3, hours=6, skills={"A": 3}),
    ]
    mentees = [Mentee(id=f"e{k}", hours=k, goals=[Goal("A", current=0, target=5, importance=k)]) for k in range(1, 6)]
    roster, program = Roster(mentors=mentors, mentees=mentees), Program(weeks=10)
    matching = match(roster, program)
    explanation = explain_mentee(matching, roster, program, "e5")
    for choice in explanation.choices:
        if not choice.chosen:
            assert choice.is_exact
            told = None if choice.coverage_cost is None else (choice.coverage_cost, choice.points_cost)
            assert told == cost_by_force(roster, program, "e5", choice.mentor)


def test_few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """With unequal hours everybody is matched anew only for the mentors who are named, with a limit, step by step."""
    roster, program = make_hours()
    matching = match(roster, program)
    looked_at: list[float] = []

    def force(problem: Problem, solution: Solution, position: int, seconds: float) -> tuple[Change | None, bool]:
        looked_at.append(seconds)
        return force_pair(problem, solution, position, seconds)

    monkeypatch.setattr("matchmaker.solve.forcing.force_pair", force)
    steps: list[str] = []
    every = explain_mentee(matching, roster, program, "e2", on_progress=lambda step: steps.append(step.phase)).choices
    assert [one.chosen for one in every] == [True, False, False]
    assert looked_at == [SECONDS, SECONDS]
    assert steps == [f"matching everybody anew, choice {k} of 2" for k in (1, 2)]
    looked_at.clear()
    one = explain_mentee(matching, roster, program, "e2", most=1, time_limit=5).choices
    assert (one, looked_at) == (every[:2], [5])
    looked_at.clear()
    asked = explain_mentee(matching, roster, program, "e2", mentor=every[2].mentor, most=0).choices
    assert (asked, looked_at) == ((every[0], every[2]), [SECONDS])


def test_longer_than_the_hours() -> None:
    """A mentor who has fewer hours than the mentee needs is shown as impossible, if asked for, without any search."""
    mentors = [Mentor(id="short", capacity=2, hours=3), Mentor(id="long", capacity=2, hours=6)]
    roster = Roster(mentors, [Mentee(id=f"e{k}", hours=k) for k in (2, 4)])
    choices = explain_mentee(match(roster, Program()), roster, Program(), "e4", mentor="short").choices
    assert [(one.mentor, one.coverage_cost, one.is_exact) for one in choices] == [
        ("long", 0, True),
        ("short", None, True),
    ]
    assert [one.mentor for one in explain_mentee(match(roster, Program()), roster, Program(), "e4").choices] == ["long"]


def test_by_name_or_email() -> None:
    """People may be named as they are known, as long as only one is meant."""
    mentors = [Mentor(id="m1", name="Zoë Falk", email="Z@x.org"), Mentor(id="m2", name="Kim Ito"), Mentor(id="Kim Ito")]
    mentees = [Mentee(id="e1", name="Ann Lee", email="a@x.org"), Mentee(id="e2", name="ann  LEE")]
    roster = Roster(mentors, mentees)
    matching = match(roster, Program())
    by_id = explain_mentee(matching, roster, Program(), "e1", mentor="m1", most=0)
    assert by_id.mentee == "e1"
    assert explain_mentee(matching, roster, Program(), "A@X.org", mentor="zoe falk", most=0) == by_id
    assert explain_mentee(matching, roster, Program(), "a@x.org", mentor="z@x.org", most=0) == by_id
    assert "Kim Ito" in explain_mentee(matching, roster, Program(), "e1", mentor="Kim Ito").reasons
    with pytest.raises(MatchmakerError, match=r"several mentees are called 'Ann Lee'. Give the id of one: 'e1', 'e2'"):
        explain_mentee(matching, roster, Program(), "Ann Lee")
    left = Roster([Mentor(id="m")], [Mentee(id="e1", name="Ann"), Mentee(id="e2", name="Bo")])
    matching = match(left, Program())
    (one,) = matching.leftovers
    assert explain_mentee(matching, left, Program(), left.mentees.names[left.mentee_row(one.id)]).leftover == one.reason


def test_answer_that_does_not_hold() -> None:
    """An answer that was changed is refused with advice, instead of telling wrong costs."""
    roster = make_roster()
    matching = match(roster, PROGRAM)
    told = "this answer cannot be explained, since it does not hold"
    changes: tuple[dict[str, Any], ...] = (
        {"pairs": matching.pairs[1:]},
        {"pairs": (structs.replace(matching.pairs[0], mentor="far"), *matching.pairs[1:])},
        {"pairs": (structs.replace(matching.pairs[0], mentor="zoe"), *matching.pairs[1:])},
        {"certificate": structs.replace(matching.certificate, mentor_prices=(MentorPrice("ann", 0, 10**7),))},
        {"certificate": structs.replace(matching.certificate, time_prices=(TimePrice("ann", 5, 0, 0),))},
    )
    for change in changes:
        with pytest.raises(MatchmakerError, match=told) as caught:
            explain_mentee(structs.replace(matching, **change), roster, PROGRAM, "eve")
        assert "Verify it: 'matchmaker verify' says what does not hold" in str(caught.value)


def make_hours() -> tuple[Roster, Program]:
    """Return five mentees whose hours differ, after three mentors."""
    mentors = [Mentor(id=f"m{k}", capacity=2, hours=4 + k, skills={"A": k}) for k in (1, 2, 5)]
    mentees = [Mentee(id=f"e{k}", hours=k, goals=[Goal("A", current=0, target=5, importance=k)]) for k in range(1, 6)]
    return Roster(mentors=mentors, mentees=mentees), Program(weeks=10)


def test_stopped_search() -> None:
    """Against an answer that is not proven the best, no cost is called exact."""
    roster, program = make_hours()
    matching = match(roster, program)
    assert matching.certificate.bound_by == "solver"
    stopped = structs.replace(matching, status="feasible")
    for answer, exact in ((matching, True), (stopped, False)):
        explanation = explain_mentee(answer, roster, program, "e5")
        costly = [choice for choice in explanation.choices if not choice.chosen and choice.coverage_cost is not None]
        assert costly
        assert {choice.is_exact for choice in costly} == {exact}


def test_cheapest_first() -> None:
    """The other mentors come by what they would cost, the cheapest first, and no more of them than asked for."""
    levels = {"m1": 4, "m2": 2, "m3": 3, "m4": 1}
    mentors = [Mentor(id=name, skills={"A": level}) for name, level in levels.items()]
    mentees = [Mentee(id="e", goals=[Goal("A", current=0, target=5)]), Mentee(id="f", refused=["m1", "m2", "m4"])]
    roster = Roster(mentors=mentors, mentees=mentees)
    matching = match(roster, Program())
    every = explain_mentee(matching, roster, Program(), "e").choices
    costs = [(choice.coverage_cost, choice.points_cost) for choice in every]
    assert [choice.mentor for choice in every] == ["m1", "m2", "m4", "m3"]
    assert costs == sorted(costs)
    assert every[-1].coverage_cost == 2
    assert explain_mentee(matching, roster, Program(), "e", most=1).choices == every[:2]
