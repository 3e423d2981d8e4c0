"""Rules: their names, their order, whom they name for unknown data, and who is screened out."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.errors import MatchmakerError
from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.program import BannedPair, Levels, Program, Relation, RequiredPair, Rule, Screening
from matchmaker.program.decisions import Unknown
from matchmaker.roster import Roster
from matchmaker.scoring import Encoded, encode, list_refusals, score_block

EVERY_RULE = [
    "not oneself",
    "screening of mentors",
    "banned by the organiser",
    "refused by the mentee",
    "refused by the mentor",
    "paired before",
    "another site",
    "helps with at least one goal",
    "a weekly time that both have free",
]


def encode_refused() -> Encoded:
    """Return a pair that every rule refuses."""
    mentor = Mentor(id="x", willing=False, slots="Mon 09:00-10:00", refused=["x"], attributes={"site": "a"})
    goal = Goal("Law")
    mentee = Mentee(id="x", slots="Tue 09:00-10:00", refused=["x"], goals=[goal], attributes={"site": "A "})
    rules = (Rule("another site", Relation("different", "site", "site")),)
    program = Program(rules=rules, banned=(BannedPair("x", "x", "one human"),), required=(RequiredPair("x", "x"),))
    return encode(Roster([mentor], [mentee], [Former("x", "x")]), program)


def test_names_and_order() -> None:
    """A pair that everything refuses hears of every rule, in the order in which reasons name them."""
    refusals = list_refusals(encode_refused(), np.array([0]))
    assert [name for name, refused in refusals if refused.all()] == EVERY_RULE


def test_no_time_to_override() -> None:
    """A requirement overrides no lack of a weekly time: the two could not meet."""
    mentor, mentee = Mentor(id="m", slots="Mon 09:00-10:00"), Mentee(id="e", slots="Tue 09:00-10:00")
    program = Program(required=(RequiredPair("m", "e", "agreed", override=True),))
    assert not score_block(encode(Roster([mentor], [mentee]), program), np.array([0]))[1].any()


@pytest.mark.parametrize(("count", "told"), [(1, "1 mentor"), (2, "2 mentors")])
@pytest.mark.parametrize(("allowed", "effect"), [("allow", "waived"), ("refuse", "refused")])
def test_unknown_values_are_counted(count: int, told: str, allowed: Unknown, effect: str) -> None:
    """A notice says how many people a rule finds without a value, and what that means for them."""
    rules = (Rule("same site", Relation("same", "site", "site", when_unknown=allowed)),)
    roster = Roster([Mentor(id=f"m{k}") for k in range(count)], [Mentee(id="e", attributes={"site": "a"})])
    encoded = encode(roster, Program(rules=rules))
    notices = [str(notice) for notice in encoded.report.notices]
    assert notices == [
        f"column 'site': rule 'same site': {told} without 'site', whose pairs are {effect}. "
        'Fill in the column, or set when_unknown = "allow" to waive the rule for them'
    ]
    assert score_block(encoded, np.array([0]))[1].all() == (allowed == "allow")


@pytest.mark.parametrize(("allowed", "effect"), [("allow", "arrange their own time"), ("refuse", "are refused")])
def test_unknown_slots_are_counted(allowed: Unknown, effect: str) -> None:
    """A notice says how many people have not said when they are free."""
    roster = Roster([Mentor(id="m", slots="Mon 09:00-10:00")], [Mentee(id="e")])
    encoded = encode(roster, Program(slots_unknown=allowed))
    assert [str(notice) for notice in encoded.report.notices] == [
        f"column 'slots': 1 mentee without known free times, whose pairs {effect}. "
        'Ask them, or set slots_unknown = "allow", or timetable = false'
    ]


def test_screening_reasons() -> None:
    """Everybody who is screened out hears of everything they fail."""
    mentors = [
        Mentor(id="a", willing=False),
        Mentor(id="b", willing=None, traits={"patient": 3}, skills={"Law": 4, "Tax": 2}),
        Mentor(id="c", traits={"Patient": 1}, knowledge={"Law": 3}),
        Mentor(id="d", traits={"patient": 2}, skills={"Law": 3}, knowledge={"Law": 5}),
    ]
    screening = Screening(traits={"patient": 2}, subjects=2, level=3)
    encoded = encode(Roster(mentors, [Mentee(id="e")]), Program(screening=screening, capacity=2, minimum=1))
    few = "at least 2 at level 3 or above are asked for"
    assert encoded.screened_out == {
        0: f"is not willing to mentor; 'patient': no rating, at least 2 is asked for; 0 subjects at level 3 or above, {few}",
        1: f"has not said whether they are willing to mentor; 1 subject at level 3 or above, {few}",
        2: f"'patient': 1, at least 2 is asked for; 1 subject at level 3 or above, {few}",
    }
    assert encoded.limits.capacity.tolist() == [0, 0, 0, 2]
    assert encoded.limits.minimum.tolist() == [0, 0, 0, 1]


def test_nobody_screened() -> None:
    """Without screening, those who said nothing may mentor."""
    screening = Screening(willing=False)
    encoded = encode(Roster([Mentor(id="m", willing=None)], [Mentee(id="e")]), Program(screening=screening))
    assert encoded.screened_out == {}
    assert score_block(encoded, np.array([0]))[1].all()


def test_subjects_without_level() -> None:
    """A subject named without a level counts at the program's level in the screening too."""
    mentor = Mentor(id="m", skills={"Law": None})  # type: ignore[dict-item]
    for stated, passes in ((2, False), (3, True)):
        program = Program(levels=Levels(stated=stated), screening=Screening(subjects=1, level=3))
        assert (encode(Roster([mentor], []), program).screened_out == {}) == passes


@pytest.mark.parametrize("manager", ["ann", "Ann@example.org", "ANN  SMITH"])
def test_managers_by_any_name(manager: str) -> None:
    """A reporting line is followed whether managers are named by id, e-mail or name."""
    mentors = [Mentor(id="ann", name="Ann Smith", email="ann@example.org")]
    mentees = [
        Mentee(id="below", attributes={"manager": "middle"}),
        Mentee(id="middle", attributes={"manager": manager}),
        Mentee(id="other"),
    ]
    rules = (Rule("line", Relation("not_in_line", "manager", "manager")),)
    _, eligible = score_block(encode(Roster(mentors, mentees), Program(rules=rules)), np.arange(3))
    assert eligible[:, 0].tolist() == [False, False, True]


def test_several_words_share_across_words() -> None:
    """With more than 64 values in common in all, any one in common is enough."""
    tags = [f"tag {k:03}" for k in range(150)]
    mentors = [Mentor(id="m", attributes={"tags": tags[140:]}), Mentor(id="n", attributes={"tags": tags[:130]})]
    mentees = [Mentee(id=f"e{k:03}", attributes={"tags": [tags[k]]}) for k in (5, 70, 135, 149)]
    mentees.append(Mentee(id="whole", attributes={"tags": tags}))
    rules = (Rule("a tag", Relation("share", "tags", "tags")),)
    _, eligible = score_block(encode(Roster(mentors, mentees), Program(rules=rules)), np.arange(5))
    assert eligible.tolist() == [[False, True], [False, True], [False, False], [True, False], [True, True]]


@pytest.mark.parametrize("value", ["many", "NaN", "inf"])
def test_no_number(value: str) -> None:
    """A value that cannot be compared is refused, not guessed."""
    rules = (Rule("richer", Relation("above", "income", "income")),)
    roster = Roster([Mentor(id="m", attributes={"income": value})], [Mentee(id="e", attributes={"income": "1"})])
    with pytest.raises(MatchmakerError, match=f"'{value}' is not a number: check the roster against the program first"):
        encode(roster, Program(rules=rules))
    with pytest.raises(MatchmakerError, match="is not in the declared order: check the roster"):
        encode(roster, Program(rules=rules, orders={"income": ("1", "2")}))


def test_huge_numbers() -> None:
    """Numbers beyond 64 bits are compared as far apart."""
    rules = (Rule("richer", Relation("above", "income", "income")),)
    mentors = [Mentor(id="m", attributes={"income": "1e20"}), Mentor(id="n", attributes={"income": "5"})]
    roster = Roster(mentors, [Mentee(id="e", attributes={"income": "4.5"})])
    _, eligible = score_block(encode(roster, Program(rules=rules)), np.array([0]))
    assert eligible.tolist() == [[True, False]]


def test_attributes_spelt_differently() -> None:
    """An attribute is the same however people spell its name."""
    mentors = [Mentor(id="m", attributes={"Site": "a"}), Mentor(id="n", attributes={" site": "b"}), Mentor(id="o")]
    rules = (Rule("same site", Relation("same", "SITE", "site")),)
    roster = Roster(mentors, [Mentee(id="e", attributes={"site": "A"})])
    _, eligible = score_block(encode(roster, Program(rules=rules)), np.array([0]))
    assert eligible.tolist() == [[True, False, False]]
