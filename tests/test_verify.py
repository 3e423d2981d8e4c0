"""What was tampered with does not pass, and what was not does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from matchmaker.engine import match
from matchmaker.matching import Certificate, Effect, LevelResult, Matching, MentorPrice, Pair, TimePrice
from matchmaker.people import Mentee, Mentor
from matchmaker.program import Program, Relation, RequiredPair, Rule
from matchmaker.roster import Roster
from matchmaker.verify import ANSWER_CHECKS, SOURCE_CHECKS, TOLD_CHECKS, Check, Verification, verify_matching
from tests.small import PROGRAM, make_mentees, make_mentors, make_roster

change = msgspec.structs.replace


@pytest.fixture(scope="module")
def roster() -> Roster:
    """Return the small roster."""
    return make_roster()


@pytest.fixture(scope="module")
def matching(roster: Roster) -> Matching:
    """Return its matching."""
    return match(roster, PROGRAM)


def find_failures(matching: Matching, roster: Roster, program: Program = PROGRAM) -> str:
    """Return what fails, as text."""
    verification = verify_matching(matching, roster, program)
    assert not verification.holds
    return "\n".join(str(check) for check in verification.checks if not check.holds)


def alter_pair(matching: Matching, row: int, **fields: Any) -> Matching:
    """Return the matching with one pair changed."""
    pairs = list(matching.pairs)
    pairs[row] = change(pairs[row], **fields)
    return change(matching, pairs=tuple(pairs))


def alter_certificate(matching: Matching, **fields: Any) -> Matching:
    """Return the matching with its certificate changed."""
    return change(matching, certificate=change(matching.certificate, **fields))


def test_true_answer(matching: Matching, roster: Roster) -> None:
    """An untouched answer passes every check."""
    verification = verify_matching(matching, roster, PROGRAM)
    assert verification.holds, str(verification)
    assert len(verification.checks) == len(SOURCE_CHECKS) + len(ANSWER_CHECKS) + len(TOLD_CHECKS)
    assert str(verification).startswith("holds  roster, program and scoring")


def test_pair_moved(matching: Matching, roster: Roster) -> None:
    """A mentee moved to another mentor is seen, whatever else still fits."""
    text = find_failures(alter_pair(matching, 2, mentor="ann"), roster)
    assert "points are written" in text or "refused by" in text


def test_banned_pair(matching: Matching, roster: Roster) -> None:
    """A banned pair put in is named with its rule."""
    moved = alter_pair(matching, 1, mentor="bob")
    assert "mentor bob with mentee fay: refused by" in find_failures(moved, roster)


def test_price_changed(matching: Matching, roster: Roster) -> None:
    """A changed price proves another bound than the one written."""
    prices = (*matching.certificate.mentor_prices, MentorPrice("far", 0, 7))
    assert "the prices prove the bound" in find_failures(alter_certificate(matching, mentor_prices=prices), roster)


def test_negative_time_price(matching: Matching, roster: Roster) -> None:
    """A price below zero of a contested time, which would prove anything, is refused."""
    prices = (TimePrice("bob", 24, 0, -5),)
    assert "cannot be re-checked" in find_failures(alter_certificate(matching, time_prices=prices), roster)


def test_unknown_price(matching: Matching, roster: Roster) -> None:
    """A price of nobody is no price."""
    prices = (MentorPrice("nobody", 0, 7),)
    assert "nobody" in find_failures(alter_certificate(matching, mentor_prices=prices), roster)


def test_point_added(matching: Matching, roster: Roster) -> None:
    """One point more in a pair is seen, in the pair and in the total."""
    pair = matching.pairs[0]
    text = find_failures(alter_pair(matching, 0, points=pair.points + 1), roster)
    assert f"{pair.points + 1:,} points are written, {pair.points:,} are right" in text
    assert "points: " in text


def test_component_moved(matching: Matching, roster: Roster) -> None:
    """Points moved from one component to another are seen."""
    parts = dict(matching.pairs[0].components)
    first, second = list(parts)[:2]
    parts[first] -= 1
    parts[second] += 1
    text = find_failures(alter_pair(matching, 0, components=parts), roster)
    assert "the components are not those of the scoring" in text


def test_minutes_changed(matching: Matching, roster: Roster) -> None:
    """Fewer minutes than the pair must meet are seen."""
    text = find_failures(alter_pair(matching, 0, minutes=30), roster)
    assert "30 minutes are written, 1440 are needed" in text


def test_pair_dropped(matching: Matching, roster: Roster) -> None:
    """A pair that is gone leaves a lost mentee, a wrong total, and here a missing requirement."""
    text = find_failures(change(matching, pairs=matching.pairs[1:]), roster)
    assert "mentee eve lacks 1 mentor, but the leftovers say nothing" in text
    assert "mentor ann with mentee eve is required and missing" in text


def test_pair_doubled(matching: Matching, roster: Roster) -> None:
    """A pair that is there twice is no second pair."""
    doubled = change(matching, pairs=(matching.pairs[0], *matching.pairs))
    assert "more than once" in find_failures(doubled, roster)


def test_order(matching: Matching, roster: Roster) -> None:
    """Pairs are in the order of their ids, so that the same answer is the same bytes."""
    assert "not in the order" in find_failures(change(matching, pairs=matching.pairs[::-1]), roster)


def test_stranger(matching: Matching, roster: Roster) -> None:
    """A pair with somebody from elsewhere ends the checking early."""
    verification = verify_matching(alter_pair(matching, 0, mentor="zoe"), roster, PROGRAM)
    assert not verification.holds
    assert "somebody is not in the roster" in str(verification)
    assert len(verification.checks) == 2


def test_roster_cell_changed(matching: Matching) -> None:
    """One changed cell of the roster is another roster."""
    mentors = make_mentors()
    mentors[0] = replace(mentors[0], hours=61)
    changed = Roster(mentors=mentors, mentees=make_mentees())
    assert "the roster is not the one that was matched" in find_failures(matching, changed)


def test_program_changed(matching: Matching, roster: Roster) -> None:
    """One changed decision is another program."""
    changed = replace(PROGRAM, comfortable_starts=4)
    assert "the program is not the one that was matched" in find_failures(matching, roster, changed)
    assert not verify_matching(matching, roster).holds


def test_other_scoring(matching: Matching, roster: Roster) -> None:
    """An answer of another scoring version is not judged by this one."""
    assert "scoring version 99" in find_failures(alter_certificate(matching, scoring_version=99), roster)


def test_overridden_rule() -> None:
    """A required pair that overrides a rule passes, and only that pair."""
    rules = (Rule("another site", Relation("different", "site", "site")),)
    program = Program(rules=rules, required=(RequiredPair("m", "e", "agreed", override=True),))
    here = {"site": "one"}
    roster = Roster(
        mentors=[Mentor(id="m", capacity=2, attributes=here)],
        mentees=[Mentee(id=name, attributes=here) for name in ("e", "f")],
    )
    matching = match(roster, program)
    assert verify_matching(matching, roster, program).holds
    more = change(matching, pairs=(*matching.pairs, change(matching.pairs[0], mentee="f", required=None)))
    text = find_failures(more, roster, program)
    assert "mentor m with mentee f: refused by another site" in text
    assert "mentee e: refused" not in text


def test_meeting_moved(matching: Matching, roster: Roster) -> None:
    """A meeting at a time that is not free, or told wrongly, is seen."""
    meeting = matching.pairs[0].meeting
    assert meeting is not None
    told = alter_pair(matching, 0, meeting=change(meeting, mentee_time="Mon 14:00"))
    assert "the clock times are not those" in find_failures(told, roster)
    assert "FAILS  capacity" in find_failures(alter_pair(matching, 0, meeting=change(meeting, start=99)), roster)
    assert "FAILS  capacity" in find_failures(alter_pair(matching, 0, meeting=None), roster)


def test_names_and_clock_times(matching: Matching, roster: Roster) -> None:
    """What breaks a limit is told with ids and times on the mentor's clock, not with rows and slots."""
    meeting = matching.pairs[0].meeting
    assert meeting is not None
    pairs = tuple(change(pair, mentor="ann", meeting=meeting) for pair in matching.pairs)
    text = find_failures(change(matching, pairs=pairs), roster)
    assert f"mentor ann has {len(pairs)} mentees and a capacity of 2" in text
    assert f"mentor ann meets {len(pairs)} pairs at Mon 13:00 (Europe/London): 1 can meet then" in text
    lost = alter_pair(matching, 0, meeting=change(meeting, start=99))
    assert "mentee eve and mentor ann do not share Wed 01:30 (Europe/London)" in find_failures(lost, roster)
    none = find_failures(alter_pair(matching, 0, meeting=None), roster)
    assert "mentee eve and mentor ann do not share any time" in none
    far = alter_pair(matching, 0, meeting=change(meeting, start=999))
    assert "do not share the time 999, which is none of the week" in find_failures(far, roster)


def test_required_reason(matching: Matching, roster: Roster) -> None:
    """The reason of a required pair is the program's."""
    assert "the reason of the requirement" in find_failures(alter_pair(matching, 0, required="so"), roster)


def test_leftovers_tampered(matching: Matching, roster: Roster) -> None:
    """Nobody leaves the leftovers or joins them unseen, and their counts are true."""
    left = matching.leftovers
    for one in left:
        rest = tuple(other for other in left if other is not one)
        assert one.id in find_failures(change(matching, leftovers=rest), roster)
    extra = change(left[0], id="eve")
    assert "mentee eve has every mentor wanted" in find_failures(change(matching, leftovers=(*left, extra)), roster)
    extra = change(left[0], id="zoe")
    assert "mentee zoe is listed as left over, but is unknown" in find_failures(
        change(matching, leftovers=(*left, extra)), roster
    )
    extra = change(left[-1], id="ann")
    assert "mentor ann is listed as left over" in find_failures(change(matching, leftovers=(*left, extra)), roster)
    ida = next(one for one in left if one.id == "ida")
    wrong = tuple(change(one, refused_by={"helps": 99}) if one is ida else one for one in left)
    assert "mentee ida: the refused_by is written as {'helps': 99}" in find_failures(
        change(matching, leftovers=wrong), roster
    )
    wrong = tuple(change(one, reason="no reason") if one.id == "cat" else one for one in left)
    assert "mentor cat: the reason is written as 'no reason'" in find_failures(
        change(matching, leftovers=wrong), roster
    )


def test_set_aside_is_checked(matching: Matching, roster: Roster) -> None:
    """Nobody is said to be set aside who was not."""
    wrong = tuple(change(one, kind="set aside") if one.id == "ida" else one for one in matching.leftovers)
    assert "the people set aside are not those with faults" in find_failures(change(matching, leftovers=wrong), roster)


def test_loads_tampered(matching: Matching, roster: Roster) -> None:
    """Loads count the pairs, and list every mentor."""
    loads = list(matching.mentors)
    loads[0] = change(loads[0], mentees=1)
    assert "mentor ann: the mentees is written as 1, 2 is right" in find_failures(
        change(matching, mentors=tuple(loads)), roster
    )
    loads[0] = change(matching.mentors[0], one_more=Effect(points=10**6))
    assert "mentor ann: the one_more is written as Effect(tiers=(), further=0, points=1000000)" in find_failures(
        change(matching, mentors=tuple(loads)), roster
    )
    assert "the mentors listed" in find_failures(change(matching, mentors=matching.mentors[1:]), roster)


def alter_levels(matching: Matching, *levels: LevelResult) -> Matching:
    """Return the matching with other levels."""
    return alter_certificate(matching, levels=levels)


def test_levels_tampered(matching: Matching, roster: Roster) -> None:
    """Levels say what was reached, no bound lies below it, and the status says what is proven."""
    coverage, points = matching.certificate.levels
    more = alter_levels(matching, change(coverage, value=coverage.value + 1), points)
    assert "coverage: " in find_failures(more, roster)
    low = alter_levels(matching, coverage, change(points, bound=points.value - 1))
    assert "lies below the value" in find_failures(low, roster)
    loose = alter_levels(matching, coverage, change(points, bound=points.bound + 1))
    assert "the status is optimal, but the bounds say otherwise" in find_failures(loose, roster)
    assert "are written as proven by prices" in find_failures(loose, roster)
    assert "the levels are points, but should be coverage, points" in find_failures(
        alter_levels(matching, points), roster
    )
    assert "the status is feasible" in find_failures(change(matching, status="feasible"), roster)


def test_components_listed(matching: Matching, roster: Roster) -> None:
    """The list of components is the program's."""
    assert "the list of components" in find_failures(change(matching, components=("luck",)), roster)


def test_unreadable_level(matching: Matching, roster: Roster) -> None:
    """A level of an unknown name is a finding, not a traceback."""
    level = LevelResult("luck", 1, 1)
    assert "cannot be re-checked" in find_failures(alter_levels(matching, level, level), roster)


def test_hours_levels() -> None:
    """The levels of unequal hours are counted anew by the same names."""
    roster = Roster(
        mentors=[Mentor(id="m", capacity=3, hours=5)],
        mentees=[replace(one, id=f"e{k}", hours=k, priority=k) for k, one in enumerate(make_plain(), start=1)],
    )
    program = Program(weeks=10)
    matching = match(roster, program)
    verification = verify_matching(matching, roster, program)
    assert verification.holds, str(verification)


def make_plain() -> list[Any]:
    """Return four mentees without any wish."""
    from matchmaker.people import Mentee

    return [Mentee() for _ in range(4)]


def test_words() -> None:
    """A check names the first failures and counts the rest."""
    check = Check("all is well", tuple(f"failure {k}" for k in range(12)))
    assert str(check).splitlines()[0] == "FAILS  all is well"
    assert str(check).splitlines()[-1] == "    … and 2 more"
    assert Verification((Check("a"), Check("b"))).holds


def test_types() -> None:
    """The certificate and its parts are plain data."""
    assert Pair("e", "m", 0, {}).minutes == 0
    assert Certificate.__struct_fields__[0] == "objective"
