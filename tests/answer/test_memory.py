"""What is remembered makes a search quicker where it still holds, and never changes what is reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import Goal, Matching, Mentee, Mentor, Program, Roster, RosterError, match
from matchmaker.answer import memory as memory_module
from matchmaker.answer.memory import Memory, describe_context, find_start, mark_everybody
from matchmaker.matching import MentorPrice
from matchmaker.program import BannedPair, Relation, RequiredPair, Rule
from matchmaker.roster.columns import MenteeColumns, MentorColumns
from matchmaker.roster.order import take_people
from matchmaker.scoring import encode, score_block
from matchmaker.solve import finish
from matchmaker.solve.recall import UNPROVEN
from matchmaker.verify import verify_matching
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import Reference
from tests.searched import generate, search_all

change = msgspec.structs.replace


def match_large(roster: Roster, program: Program, **options: Any) -> Matching:
    """Match as a large roster is matched, and verify it."""
    with search_all():
        matching = match(roster, program, **options)
        verification = verify_matching(matching, roster, program)
    assert verification.holds, str(verification)
    return matching


def drop(people: Any, *gone: int) -> Any:
    """Return people without some of them."""
    return take_people(people, np.setdiff1d(np.arange(len(people)), gone))


def change_goal(mentees: MenteeColumns, row: int) -> MenteeColumns:
    """Return the mentees with one whose goals all count more and begin lower."""
    goals = mentees.goals
    mine = slice(int(goals.offsets[row]), int(goals.offsets[row + 1]))
    importance, current = goals.importance.copy(), goals.current.copy()
    importance[mine], current[mine] = 5000, 0
    return replace(mentees, goals=replace(goals, importance=importance, current=current))


def unite(mentors: MentorColumns, mentees: MenteeColumns) -> Roster:
    """Return a roster of columns."""
    return Roster.from_columns(mentors, mentees, set_aside=True)


@pytest.mark.parametrize("timetable", [False, True])
@pytest.mark.parametrize("has_memory", [False, True])
def test_people_come_and_go(tmp_path: Path, timetable: bool, has_memory: bool) -> None:
    """After a mentor left, three mentees joined and one changed, a start has the total of a search from scratch."""
    whole, program = generate(tmp_path, 303, 150, timetable=timetable)
    before = unite(whole.mentors, drop(whole.mentees, 7, 100, 302))
    memory = Memory() if has_memory else None
    first = match_large(before, program, memory=memory)
    busiest = max(range(150), key=lambda row: first.mentors[row].mentees)
    after = unite(drop(whole.mentors, busiest), change_goal(whole.mentees, 50))
    again = match_large(after, program, start=first, memory=memory)
    scratch = match_large(after, program)
    assert again.certificate.levels == scratch.certificate.levels
    assert scratch.certificate.levels != first.certificate.levels
    third = match_large(before, program, start=again, memory=memory)
    assert third.certificate.levels == first.certificate.levels


def test_what_is_known(tmp_path: Path) -> None:
    """Of those who changed or joined nothing is known; of all others their best pairs, with today's rows and points."""
    whole, program = generate(tmp_path, 103, 50, timetable=True)
    before, memory = unite(whole.mentors, drop(whole.mentees, 7, 20, 102)), Memory()
    first = match_large(before, program, memory=memory)
    after = unite(drop(whole.mentors, 5), change_goal(whole.mentees, 50))
    start = find_start(encode(after, program), first, memory)
    names = {after.mentees.ids.index(whole.mentees.ids[row]) for row in (7, 20, 50, 102)}
    assert start.worst is not None
    assert start.keys is not None
    assert start.points is not None
    assert start.is_new is not None
    assert set(np.flatnonzero(start.worst == UNPROVEN).tolist()) == names
    assert not start.is_new.any()
    points, eligible = score_block(encode(after, program), np.arange(103))
    pairs = np.divmod(start.keys, 49)
    assert len(start.keys) > 50
    assert (points[pairs] == start.points).all()
    assert eligible[pairs].all()
    assert not set(pairs[0].tolist()) & names


def make_people(count: int = 40) -> tuple[list[Mentor], list[Mentee]]:
    """Return some people with goals of many kinds."""
    rng = np.random.default_rng(8)
    subjects = ("A", "B", "C", "D")
    mentors = [
        Mentor(id=f"m{k:02}", capacity=2, skills={one: int(rng.integers(1, 6)) for one in subjects})
        for k in range(count // 2)
    ]
    mentees = [
        Mentee(
            id=f"e{k:02}",
            goals=[
                Goal(one, current=0, target=int(rng.integers(1, 6)), importance=int(rng.integers(1, 6)))
                for one in subjects
            ],
            preferred=[f"m{int(rng.integers(0, count // 2)):02}"],
        )
        for k in range(count)
    ]
    return mentors, mentees


def test_named_people_leave() -> None:
    """Where somebody leaves whom others prefer, the second name counts as the first; that is not remembered wrongly."""
    mentors, mentees = make_people()
    mentees = [replace(one, preferred=["m00", *{f"m{k % 19 + 1:02}"}]) for k, one in enumerate(mentees)]
    memory, program = Memory(), Program()
    first = match_large(Roster(mentors, mentees), program, memory=memory)
    after = Roster(mentors[1:], mentees)
    start = find_start(encode(after, program), first, memory)
    assert start.worst is not None
    assert (start.worst == UNPROVEN).all()
    again = match_large(after, program, start=first, memory=memory)
    assert again.certificate.levels == match_large(after, program).certificate.levels


def knows_anything(roster: Roster, program: Program, matching: Matching, memory: Memory) -> bool:
    """Return whether a memory is of any use."""
    return find_start(encode(roster, program), matching, memory).worst is not None


def test_other_contexts() -> None:
    """A memory of another program, of other former pairs, or of another answer is left aside, and does no harm."""
    mentors, mentees = make_people()
    roster, program = Roster(mentors, mentees), Program()
    memory = Memory()
    first = match_large(roster, program, memory=memory)
    assert knows_anything(roster, program, first, memory)
    assert not knows_anything(roster, program, first, Memory())
    other_programs = [
        Program(weights={"skills": 7, "preferences": 90}),
        Program(banned=(BannedPair("m00", "e00"),)),
        Program(required=(RequiredPair("m00", "e00"),)),
    ]
    for other in other_programs:
        assert not knows_anything(roster, other, first, memory)
        again = match_large(roster, other, start=first, memory=replace_memory(memory))
        assert again.certificate.levels == match_large(roster, other).certificate.levels
    from matchmaker import Former

    history = Roster(mentors, mentees, [Former("m00", "e00", "good")])
    assert not knows_anything(history, program, first, memory)
    strangers = Roster(
        [replace(one, id=f"x{one.id}") for one in mentors],
        [replace(one, id=f"x{one.id}", preferred=[]) for one in mentees],
    )
    again = match_large(strangers, program, start=first, memory=memory)
    assert again.certificate.levels == match_large(strangers, program).certificate.levels


def replace_memory(memory: Memory) -> Memory:
    """Return a copy, so that filling it anew changes nothing."""
    return replace(memory)


def test_lines_of_reporting() -> None:
    """Where a rule looks at lines of reporting, everybody's data are part of the context."""
    mentors, mentees = make_people()
    mentors = [replace(one, attributes={"manager": "boss"}) for one in mentors]
    rules = (Rule("no line", Relation("not_in_line", "manager", "manager")),)
    roster, program, plain = Roster(mentors, mentees), Program(rules=rules), Program()
    changed = Roster([replace(mentors[0], attributes={"manager": "m01"}), *mentors[1:]], mentees)
    contexts = [describe_context(encode(one, rule)) for rule in (program, plain) for one in (roster, changed)]
    assert contexts[0] != contexts[1]
    assert contexts[2] == contexts[3]


def test_other_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an answer of other prices than those it was learned at, a memory is left aside: it would prove too much."""
    monkeypatch.setattr(finish, "KEPT", 1)
    mentors, mentees = make_people()
    roster, program = Roster(mentors, mentees), Program()
    memory = Memory()
    first = match_large(roster, program, memory=memory)
    prices = tuple(
        MentorPrice(one.mentor, one.coverage, one.points - 50_000 * k)
        for k, one in enumerate(first.certificate.mentor_prices)
    )
    wrong = change(first, certificate=change(first.certificate, mentor_prices=prices))
    assert not knows_anything(roster, program, wrong, memory)
    again = match_large(roster, program, start=wrong, memory=memory)
    assert again.certificate.levels == first.certificate.levels


def test_stopped_runs_teach_nothing() -> None:
    """A run that ends before its proof leaves the memory as it was, and can be a start all the same."""
    mentors, mentees = make_people()
    roster, program, memory = Roster(mentors, mentees), Program(), Memory()
    first = match_large(roster, program, memory=memory)
    learned = memory.learned
    told: list[str] = []
    after = Roster(mentors[2:], mentees)
    options: dict[str, Any] = {
        "on_progress": lambda step: told.append(step.phase),
        "should_stop": lambda: "flow" in told,
    }
    stopped = match_large(after, program, start=first, memory=memory, **options)
    if stopped.status == "feasible":
        assert memory.learned is learned
    again = match_large(after, program, start=stopped, memory=memory)
    assert again.certificate.levels == match_large(after, program).certificate.levels
    assert memory.learned is not learned


def test_components_of_ones_own() -> None:
    """What components of one's own say is nowhere in a person's data, so nothing is remembered of it."""

    class Luck:
        name, weight = "luck", 1

        def values(self, roster: Any, program: Any, mentee_rows: Any) -> Any:
            return np.full((len(mentee_rows), len(roster.mentors)), 0.5)

    mentors, mentees = make_people()
    roster, memory = Roster(mentors, mentees), Memory()
    with search_all():
        first = match(roster, Program(), components=[Luck()], memory=memory)
    assert memory.learned is not None
    assert find_start(encode(roster, Program(), [Luck()]), first, memory).worst is None


@settings(max_examples=80)
@given(draw_programme(), st.integers(0, 3), st.integers(0, 3))
def test_marks_hold(reference: Reference, gone: int, gone_mentee: int) -> None:
    """While context and both marks are the same, a pair has the same points and the same eligibility."""
    program = replace(reference.program, required=(), banned=())
    mentors = [one for k, one in enumerate(reference.mentors) if k != gone]
    mentees = [one for k, one in enumerate(reference.mentees) if k != gone_mentee]
    ids = {one.id for one in mentors}, {one.id for one in mentees}
    mentors = [replace(one, refused=[name for name in one.refused if name in ids[1]]) for one in mentors]
    mentees = [replace(one, refused=[name for name in one.refused if name in ids[0]]) for one in mentees]
    try:
        both = [
            encode(Roster(ours, theirs, reference.history), program)
            for ours, theirs in ((reference.mentors, reference.mentees), (mentors, mentees))
        ]
    except RosterError:
        return
    if describe_context(both[0]) != describe_context(both[1]):
        return
    tables = []
    for encoded in both:
        points, eligible = score_block(encoded, np.arange(encoded.num_mentees))
        marks = [
            list(zip(people.ids, numbers.tolist(), strict=True))
            for people, numbers in zip(
                (encoded.roster.mentees, encoded.roster.mentors), mark_everybody(encoded.roster), strict=True
            )
        ]
        tables.append(
            {
                (a, b): (bool(eligible[i, j]), int(points[i, j]) * bool(eligible[i, j]))
                for i, a in enumerate(marks[0])
                for j, b in enumerate(marks[1])
            }
        )
    common = tables[0].keys() & tables[1].keys()
    assert {key: tables[0][key] for key in common} == {key: tables[1][key] for key in common}


def test_other_scoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was learned when points were counted otherwise is of another context."""
    roster, program = generate(tmp_path, 8, 5, timetable=False)
    encoded = encode(roster, program)
    before = describe_context(encoded)
    monkeypatch.setattr(memory_module, "SCORING_VERSION", -1)
    assert describe_context(encoded) != before
