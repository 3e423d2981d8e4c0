"""An answer to a large roster that was tampered with does not pass, though no pairs are held to compare it with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from matchmaker.engine import match
from matchmaker.matching import Effect, Leftover, Matching, MentorPrice
from matchmaker.program import Program, RequiredPair
from matchmaker.roster import Roster
from matchmaker.text import say_count
from matchmaker.verify import verify_matching
from tests.searched import generate, search_all
from tests.small import PROGRAM, make_mentees, make_mentors, make_roster

change = msgspec.structs.replace
Case = tuple[Roster, Program, Matching]


@pytest.fixture(scope="module", params=[False, True])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return a generated roster, its program and its answer, with a timetable and without."""
    roster, program = generate(tmp_path_factory.mktemp("generated"), 300, 150, timetable=request.param)
    with search_all():
        return roster, program, match(roster, program)


def find_failures(matching: Matching, roster: Roster, program: Program) -> str:
    """Return what fails, as text."""
    with search_all():
        verification = verify_matching(matching, roster, program)
    assert not verification.holds
    return "\n".join(str(check) for check in verification.checks if not check.holds)


def alter_leftover(matching: Matching, one: Leftover, **fields: Any) -> Matching:
    """Return the matching with one person left over otherwise."""
    changed = tuple(change(other, **fields) if other is one else other for other in matching.leftovers)
    assert changed != matching.leftovers
    return change(matching, leftovers=changed)


def find_leftover(matching: Matching, kind: str) -> Leftover:
    """Return somebody who is left over for a kind of reason."""
    return next(one for one in matching.leftovers if one.kind == kind)


def test_pair_moved(case: Case) -> None:
    """A mentee moved to another mentor is seen by rules, points or limits."""
    roster, program, matching = case
    first = matching.pairs[0]
    for other in {pair.mentor for pair in matching.pairs[1:40]} - {first.mentor}:
        moved = change(matching, pairs=(change(first, mentor=other), *matching.pairs[1:]))
        text = find_failures(moved, roster, program)
        assert "points are written" in text or "refused by" in text or "capacity" in text


def test_price_changed(case: Case) -> None:
    """A price that is changed proves another bound than the one written."""
    roster, program, matching = case
    certificate = matching.certificate
    prices = list(certificate.mentor_prices)
    prices[0] = change(prices[0], points=prices[0].points + 10**7)
    changed = change(matching, certificate=change(certificate, mentor_prices=tuple(prices)))
    assert "the prices prove the bound" in find_failures(changed, roster, program)
    doubled = (*certificate.mentor_prices, certificate.mentor_prices[-1])
    changed = change(matching, certificate=change(certificate, mentor_prices=doubled))
    assert "the prices of places are not each there once" in find_failures(changed, roster, program)
    zero = (*certificate.mentor_prices, MentorPrice("nobody", 0, 1))
    changed = change(matching, certificate=change(certificate, mentor_prices=zero))
    assert "nobody" in find_failures(changed, roster, program)


def test_times_doubled(case: Case) -> None:
    """A price of a contested time is there once."""
    roster, program, matching = case
    times = matching.certificate.time_prices
    if program.timetable:
        doubled = change(matching, certificate=change(matching.certificate, time_prices=(times[0], *times)))
        assert "FAILS" in find_failures(doubled, roster, program)
    assert bool(times) == program.timetable


def test_point_added(case: Case) -> None:
    """One point more in a pair, or in the total, is seen."""
    roster, program, matching = case
    pair = matching.pairs[5]
    more = (*matching.pairs[:5], change(pair, points=pair.points + 1), *matching.pairs[6:])
    text = find_failures(change(matching, pairs=more), roster, program)
    assert f"{pair.points + 1:,} points are written, {pair.points:,} are right" in text
    assert "points: " in text


def test_pair_dropped(case: Case) -> None:
    """A pair that is gone leaves a lost mentee and a wrong total."""
    roster, program, matching = case
    text = find_failures(change(matching, pairs=matching.pairs[1:]), roster, program)
    assert f"mentee {matching.pairs[0].mentee} lacks 1 mentor, but the leftovers say" in text
    assert "coverage: " in text


def test_counts_changed(case: Case) -> None:
    """What each rule refused, how many mentors are missing and how many were eligible are counted anew."""
    roster, program, matching = case
    for role in ("mentee", "mentor"):
        for one in [other for other in matching.leftovers if other.role == role and other.refused_by][:1]:
            wrong = {name: number + 1 for name, number in one.refused_by.items()}
            text = find_failures(alter_leftover(matching, one, refused_by=wrong), roster, program)
            assert f"{role} {one.id}: the refused_by is written as" in text
    one = next(other for other in matching.leftovers if other.role == "mentee")
    text = find_failures(alter_leftover(matching, one, missing=one.missing + 1), roster, program)
    assert f"mentee {one.id} lacks {say_count(one.missing, 'mentor')}, but the leftovers say {one.missing + 1}" in text
    idle = next(other for other in matching.leftovers if other.role == "mentor")
    kind = "not needed" if idle.kind != "not needed" else "no places"
    text = find_failures(alter_leftover(matching, idle, kind=kind), roster, program)
    assert f"mentor {idle.id}: the kind is written as '{kind}', '{idle.kind}' is right" in text


def test_leftover_lost(case: Case) -> None:
    """Nobody leaves the leftovers, and they are in their order."""
    roster, program, matching = case
    text = find_failures(change(matching, leftovers=matching.leftovers[1:]), roster, program)
    assert matching.leftovers[0].id in text
    text = find_failures(change(matching, leftovers=matching.leftovers[::-1]), roster, program)
    assert "those left over are not all there once, mentees first, in the order of their ids" in text


def test_loads_changed(case: Case) -> None:
    """Places, mentees and minutes of each mentor are counted anew."""
    roster, program, matching = case
    for field in ("places", "mentees", "minutes", "capacity"):
        loads = list(matching.mentors)
        loads[3] = change(loads[3], **{field: getattr(loads[3], field) + 1})
        text = find_failures(change(matching, mentors=tuple(loads)), roster, program)
        assert f"mentor {loads[3].mentor}: the {field} is written as" in text


def test_gain_of_a_place(case: Case) -> None:
    """One more place is worth no more than its price, no less than nothing, and is told of everybody."""
    roster, program, matching = case
    for wrong in (None, Effect(points=-1), Effect(((0, 9),)), Effect(points=10**9)):
        loads = list(matching.mentors)
        loads[3] = change(loads[3], one_more=wrong)
        text = find_failures(change(matching, mentors=tuple(loads)), roster, program)
        assert f"mentor {loads[3].mentor}: one more place is worth no more than its price, and no less" in text
    loads[3] = change(loads[3], mentor="nobody")
    text = find_failures(change(matching, mentors=tuple(loads)), roster, program)
    assert "the mentors listed are not those of the roster" in text


def test_gain_without_coverage() -> None:
    """Where points alone are sought, coverage is no part of what a place is worth."""
    program = replace(PROGRAM, objective="points")
    with search_all():
        matching = match(make_roster(), program)
        verification = verify_matching(matching, make_roster(), program)
    assert verification.holds, str(verification)


def test_bound_loosened(case: Case) -> None:
    """A bound, or a status, that the prices do not prove is seen."""
    roster, program, matching = case
    certificate = matching.certificate
    coverage, points = certificate.levels
    loose = change(certificate, levels=(coverage, change(points, bound=points.bound + 1)))
    text = find_failures(change(matching, certificate=loose), roster, program)
    assert "are written as proven by prices" in text
    assert "the status is optimal, but the bounds say otherwise" in text
    claimed = change(certificate, bound_by="solver")
    assert "FAILS" in find_failures(change(matching, certificate=claimed), roster, program)


def test_cell_changed() -> None:
    """One changed cell of the roster is another roster."""
    with search_all():
        matching = match(make_roster(), PROGRAM)
    mentors = make_mentors()
    mentors[0] = replace(mentors[0], hours=61)
    changed = Roster(mentors=mentors, mentees=make_mentees())
    assert "the roster is not the one that was matched" in find_failures(matching, changed, PROGRAM)


def test_nearest_is_eligible() -> None:
    """Whom somebody missed is an eligible mentor, missed by no less than nothing, and there is a sentence for it."""
    roster = make_roster()
    with search_all():
        matching = match(roster, PROGRAM)
    hal = find_leftover(matching, "outcompeted")
    for fields in ({"nearest": "bob"}, {"shortfall": -1}, {"shortfall": None}):
        text = find_failures(alter_leftover(matching, hal, **fields), roster, PROGRAM)
        assert "mentee hal: " in text
    text = find_failures(alter_leftover(matching, hal, nearest="bob"), roster, PROGRAM)
    assert f"mentee hal: bob is no eligible mentor who was missed by {hal.shortfall} points" in text
    assert "zoe" in find_failures(alter_leftover(matching, hal, nearest="zoe"), roster, PROGRAM)


def test_required_pairs_count() -> None:
    """Required pairs count among the eligible ones of both, though no pass lists them."""
    required = (RequiredPair("ann", "eve", "they began together"), RequiredPair("bob", "gus"))
    program = replace(PROGRAM, required=required)
    with search_all():
        matching = match(make_roster(), program)
        verification = verify_matching(matching, make_roster(), program)
    assert verification.holds, str(verification)
    assert {(pair.mentor, pair.mentee) for pair in matching.pairs} >= {("ann", "eve"), ("bob", "gus")}
