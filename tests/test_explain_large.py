"""Explanations of large rosters: costs are exact, against a stopped search too, or it is said where to look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaker import Infeasible, match
from matchmaker.answer import candidates
from matchmaker.errors import MatchmakerError
from matchmaker.explain import explain_mentee
from matchmaker.matching import Matching
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster
from tests.large import LIMIT, let_all_be_large, make_large, match_until, read_vectors


@pytest.fixture(autouse=True)
def _are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every roster of this file count as large."""
    let_all_be_large(monkeypatch)


def force(roster: Roster, program: Program, mentee: str, mentor: str) -> tuple[int, int] | None:
    """Return coverage and points of the best matching with a pair, None if there is none."""
    forced = replace(program, required=(*program.required, RequiredPair(mentor, mentee)))
    try:
        return read_vectors(match(roster, forced).certificate)[0]  # type: ignore[return-value]
    except Infeasible:
        return None


def hold_costs(matching: Matching, roster: Roster, program: Program, mentee: str, most: int) -> int:
    """Hold that what choices are said to cost is what requiring them costs; return how many there were."""
    explanation = explain_mentee(matching, roster, program, mentee)
    others = [choice for choice in explanation.choices if not choice.chosen][:most]
    value = read_vectors(matching.certificate)[0]
    for choice in others:
        assert choice.is_exact
        forced = force(roster, program, mentee, choice.mentor)
        cost = None if forced is None else (value[0] - forced[0], value[1] - forced[1])
        assert (None if choice.coverage_cost is None else (choice.coverage_cost, choice.points_cost)) == cost
        if choice.effect is not None:
            assert (-choice.effect.coverage, -choice.effect.points) == cost
    return len(others)


@pytest.mark.parametrize("phase", ["flow", "never"])
def test_costs(phase: str) -> None:
    """What another choice costs is exact, against a proven answer and against one whose search was stopped."""
    roster, program = make_large()
    matching = match_until(roster, program, phase)
    assert matching.status == ("optimal" if phase == "never" else "feasible")
    matched = [pair.mentee for pair in matching.pairs]
    left = [one.id for one in matching.leftovers if one.kind in ("all taken", "outcompeted") and one.role == "mentee"]
    assert sum(hold_costs(matching, roster, program, mentee, 2) for mentee in (*matched[::12], left[0])) > 3


def test_contest_of_a_stopped_search() -> None:
    """A search that was stopped cannot say what one more meeting would do, and does not."""
    roster, program = make_large()
    matching = match_until(roster, program, "flow")
    mentees = [pair.mentee for pair in matching.pairs][:20]
    contested = [one for mentee in mentees for one in explain_mentee(matching, roster, program, mentee).contested]
    assert {one.one_more for one in contested} <= {None}


def test_too_many_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the pairs cannot be held, an explanation is refused with where to look, and a match with what to do."""
    roster, program = make_large()
    matching = match(roster, program)
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 50)
    with pytest.raises(MatchmakerError) as caught:
        explain_mentee(matching, roster, program, matching.pairs[0].mentee)
    assert str(caught.value) == (
        "more than 50 of the 300 x 60 pairs are eligible, which is more than can be held at once. So nobody can trace "
        "here what another choice would cost. The answer itself says what each pair is worth, by component, and why "
        "somebody is left over; to learn what one pair costs, require it and match again"
    )
    monkeypatch.setattr(LIMIT, 10**9)
    with pytest.raises(MatchmakerError, match="Give every mentee the same hours, for which there is no such limit"):
        match(roster, program)


def test_as_large_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond two million pairs, costs are those of requiring the pair and matching anew."""
    monkeypatch.undo()
    roster, program = make_large(3_000, 700, 3)
    matching = match(roster, program)
    assert matching.certificate.gap == 0
    assert hold_costs(matching, roster, program, matching.pairs[100].mentee, 2)
