"""Components by hand: worked examples, with the sentences that explain them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import AllOf, Levels, Preference, Program, Relation
from matchmaker.roster import Roster
from matchmaker.scoring import encode, explain_components, score_components, score_pairs
from matchmaker.scoring.encoded import find_distinct, find_tables, multiply, share_points


def score(mentors: list[Mentor], mentee: Mentee, program: Program) -> dict[str, list[int]]:
    """Return the points of one mentee with every mentor, by component."""
    components = score_components(encode(Roster(mentors, [mentee]), program), np.array([0]))
    return {name: points[0].tolist() for name, points in components.items()}


def tell(mentor: Mentor, mentee: Mentee, program: Program) -> dict[str, str]:
    """Return what the components say of one pair."""
    return explain_components(encode(Roster([mentor], [mentee]), program), 0, 0)


def make_mentors(subject: str = "Python") -> list[Mentor]:
    """Return a mentor at each level, and one who never mentioned the subject."""
    return [Mentor(id=f"m{level}", skills={subject: level}) for level in range(6)] + [Mentor(id="n")]


def test_coverage_and_fit() -> None:
    """The share of the way on which the mentor is ahead; of those far enough, the nearest first."""
    mentee = Mentee(id="e", goals=[Goal("python", current=0, target=2)])
    nearest = score(make_mentors(), mentee, Program())
    assert nearest["skills"] == [0, 500_000, 1_000_000, 1_000_000, 980_000, 960_000, 0]
    at_least = score(make_mentors(), mentee, Program(fit="at least"))
    assert at_least["skills"] == [0, 500_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 0]


def test_levels_left_out() -> None:
    """A goal without levels, and a subject without one, take those of the program."""
    program = Program(levels=Levels(current=1, target=5, stated=4))
    mentor = Mentor(id="m", skills={"Python": None})  # type: ignore[dict-item]
    assert score([mentor], Mentee(id="e", goals=[Goal("Python")]), program)["skills"] == [750_000]


def test_goals_weigh() -> None:
    """Importance × theme × kind, shared by the goals that count: 5·2·45 to 3·1·20 of 65."""
    goals = [
        Goal("Law", "knowledge", 0, 3, importance=3),
        Goal("Python", "skill", 0, 3, importance=5, theme="Growth"),
        Goal("Excel", "skill", 0, 3, importance=1),
    ]
    mentors = [Mentor(id="a", skills={"Python": 3, "Excel": 3}), Mentor(id="b", knowledge={"Law": 3})]
    program = Program(themes={"growth": 2}, goals_counted=2)
    found = score(mentors, Mentee(id="e", goals=goals), program)
    assert found == {"skills": [1_000_000 * 450 // 510, 0], "knowledge": [0, 1_000_000 * 60 // 510]}


def test_goals_that_count() -> None:
    """The most important goals count; of those of equal importance, the ones stated first."""
    mentors = [Mentor(id=name, skills={name: 3}) for name in "ABC"]
    for importance, counted in (((2, 2, 2), "AB"), ((2, 2, 3), "AC"), ((1, 2, 2), "BC"), ((2, 3, 2), "AB")):
        goals = [Goal(name, current=0, target=3, importance=one) for name, one in zip("ABC", importance, strict=True)]
        found = score(mentors, Mentee(id="e", goals=goals), Program(goals_counted=2))["skills"]
        assert "".join(name for name, points in zip("ABC", found, strict=True) if points) == counted


def test_focus_on_goal() -> None:
    """The goal that is the focus weighs double, by whichever of its words it is named."""
    goals = [Goal("Python", current=0, target=3), Goal("Excel", current=0, target=3)]
    mentors = [Mentor(id="a", skills={"Python": 3})]
    program = Program(synonyms={"Python": ("Py",)})
    for focus, points in (("", 500_000), ("PYTHON", 666_666), ("py", 666_666), ("Excel", 333_333)):
        assert score(mentors, Mentee(id="e", goals=goals, focus=focus), program)["skills"] == [points]


@pytest.mark.parametrize(("focus", "attitude"), [("", 235_294), ("attitude", 380_952), ("goals", 133_333)])
def test_focus_on_component(focus: str, attitude: int) -> None:
    """The component that is the focus weighs double: 20 of 85, 40 of 105, 20 of 150."""
    mentor = Mentor(id="m", skills={"Python": 3}, traits={"kind": 5})
    mentee = Mentee(id="e", goals=[Goal("Python")], focus=focus)
    found = score([mentor], mentee, Program(traits={"kind": "quality"}))
    assert found == {
        "skills": [1_000_000 * (85 - 20) // 85] if not focus else found["skills"],
        "knowledge": [0],
        "attitude": [attitude],
    }
    assert 999_998 <= sum(points[0] for points in found.values()) <= 1_000_000


def test_unsaid_by_mentee() -> None:
    """A mentee who says nothing at all gets half of everything with everybody."""
    program = Program(
        traits={"direct": "style"},
        preferences=(Preference("same site", Relation("same", "site", "site")),),
        weights={"skills": 1, "knowledge": 1, "attitude": 1, "availability": 1, "attributes": 1, "preferences": 1},
    )
    full = {"skills": {"Python": 5}, "traits": {"direct": 5}, "slots": "Mon 09:00-12:00", "attributes": {"site": "a"}}
    mentors = [Mentor(id="m", **full), Mentor(id="n")]  # type: ignore[arg-type]
    mentees = [Mentee(id="e"), Mentee(id="f", goals=[Goal("Python")], preferred=["m"])]
    components = score_components(encode(Roster(mentors, mentees), program), np.array([0]))
    assert list(components) == list(program.weights)
    assert all(points.tolist() == [[83_333, 83_333]] for points in components.values())


def test_traits_by_hand() -> None:
    """Two qualities and a style: (3/4 + 1/2 for an unknown one + 1/4) / 3, each rounded down."""
    program = Program(traits={"listens": "quality", "patient": "quality", "direct": "style"})
    mentor = Mentor(id="m", traits={"Listens": 4, "direct": 1})
    assert score([mentor], Mentee(id="e", traits={"DIRECT": 4}), program) == {"attitude": [250_000 + 166_666 + 83_333]}
    assert score([mentor], Mentee(id="e"), program) == {"attitude": [375_000 + 250_000]}


def test_preferences_by_hand() -> None:
    """1 - (r - 1) / n for each side that named anybody, and their mean."""
    mentors = [Mentor(id="a", preferred=["x", "e"]), Mentor(id="b"), Mentor(id="c", preferred=["x"])]
    mentees = [Mentee(id="e", preferred=["b", "a", "gone", "c"]), Mentee(id="x")]
    components = score_components(encode(Roster(mentors, mentees), Program()), np.array([0, 1]))
    by_hand = [[(2 / 3 + 1 / 2) / 2, 1, (1 / 3 + 0) / 2], [1, 0.5, 1]]
    assert components["preferences"].tolist() == [[int(1_000_000 * value) for value in row] for row in by_hand]


@pytest.mark.parametrize(
    ("wish", "points"), [("yes", [1_000_000, 0]), ("no", [0, 0]), ("perhaps", [0, 0]), ("", [500_000, 500_000])]
)
def test_wishes(wish: str, points: list[int]) -> None:
    """A preference with a wish counts for those who said yes; silence is neither rewarded nor punished."""
    alike = Preference("alike", Relation("share", "identity", "identity"), wish="alike")
    mentors = [Mentor(id="m", attributes={"identity": ["a", "b"]}), Mentor(id="n")]
    mentee = Mentee(id="e", attributes={"identity": "B", "alike": wish})
    assert score(mentors, mentee, Program(preferences=(alike,))) == {"attributes": points}


def test_joined_preference() -> None:
    """A condition of several parts earns only where all of it holds."""
    both = Preference("both", AllOf((Relation("same", "site", "site"), Relation("same", "team", "team"))))
    mentors = [Mentor(id="m", attributes={"site": "a", "team": "x"}), Mentor(id="n", attributes={"site": "a"})]
    mentee = Mentee(id="e", attributes={"site": "a", "team": "x"})
    program = Program(preferences=(both,))
    assert score(mentors, mentee, program) == {"attributes": [1_000_000, 0]}
    pairs = np.array([[0, 1], [0, 0]])
    assert score_pairs(encode(Roster(mentors, [mentee]), program), pairs)[0].tolist() == [0, 1_000_000]


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (None, "the mentor never mentioned 'Python', the mentee is at 1 and wants 2: nothing"),
        (1, "the mentor is at level 1 in 'Python', the mentee is at 1 and wants 2: not ahead"),
        (2, "the mentor is at level 2 in 'Python', the mentee is at 1 and wants 2: the whole way"),
        (
            5,
            "the mentor is at level 5 in 'Python', the mentee is at 1 and wants 2: the whole way, "
            "less 4 % since a nearer expert would do",
        ),
    ],
)
def test_sentences_on_goals(level: int | None, told: str) -> None:
    """A goal is explained by the three levels and what they mean."""
    mentor = Mentor(id="m", skills={} if level is None else {"python": level})
    mentee = Mentee(id="e", goals=[Goal("Python", current=1, target=2)])
    sentences = tell(mentor, mentee, Program(weights={"skills": 1, "knowledge": 0}))
    assert sentences == {"skills": told}


def test_sentences_without_goals() -> None:
    """Goals that do not count, or are not there, are explained too."""
    goal = Goal("Python", current=1)
    mentor = Mentor(id="m", skills={"Python": 2})
    assert tell(mentor, Mentee(id="e", goals=[goal]), Program()) == {
        "skills": "the mentor is at level 2 in 'Python', the mentee is at 1 and wants 3: 1 of 2 levels of the way",
        "knowledge": "no goal of this kind counts",
    }
    assert tell(mentor, Mentee(id="e", goals=[goal]), Program(weights={"knowledge": 1})) == {
        "knowledge": "no goal of this kind counts"
    }
    roster = Roster([mentor], [Mentee(id="e"), Mentee(id="f", goals=[goal])])
    told = explain_components(encode(roster, Program()), 0, 0)
    assert told == dict.fromkeys(("skills", "knowledge"), "the mentee named no goal: half with every mentor")


EVERYTHING: dict[str, Any] = {
    "traits": {"listens": "quality", "direct": "style"},
    "preferences": (
        Preference("same site", Relation("same", "site", "site")),
        Preference("another team", Relation("different", "team", "team")),
        Preference("same floor", Relation("same", "floor", "floor")),
    ),
}


def test_sentences_on_the_rest() -> None:
    """Ratings, starts, preferences and names are told with their numbers."""
    mentor = Mentor(
        id="m",
        traits={"direct": 2},
        slots="Mon 12:00-13:00",
        attributes={"site": "a", "team": "x"},
        preferred=["x", "e"],
    )
    mentees = [
        Mentee(
            id="e",
            traits={"direct": 4},
            slots="Mon 12:00-15:00",
            preferred=["o"],
            attributes={"site": "A", "team": "x"},
        ),
        Mentee(id="x"),
    ]
    encoded = encode(Roster([mentor, Mentor(id="o")], mentees), Program(**EVERYTHING))
    assert explain_components(encoded, 0, 0) == {
        "attitude": "listens no rating; direct 2 of 5 where 4 is wished for",
        "availability": "they share 1 weekly start; 3 make it comfortable",
        "attributes": "'same site' holds; 'another team' does not hold; 'same floor' makes no difference for this mentee",
        "preferences": "the mentee named 1 other; the mentor named this one as number 2 of 2",
    }
    told = explain_components(encoded, 1, 1)
    assert told["availability"] == "the free times of one of them are unknown: counts half"
    assert told["preferences"] == "the mentee named nobody; the mentor named nobody"


def test_sentences_find_their_own_preferences() -> None:
    """Preferences are told by their own conditions, whatever other component compares something too."""
    mentor, mentee = Mentor(id="m", attributes={"site": "a"}), Mentee(id="e", attributes={"site": "a"})
    program = Program(preferences=(Preference("same site", Relation("same", "site", "site")),))
    encoded = encode(Roster([mentor], [mentee]), program)
    (own,) = encoded.condition_terms
    other = replace(own, component=7, points=own.otherwise)
    crowded = replace(encoded, condition_terms=(other, own, other))
    assert explain_components(crowded, 0, 0) == {"attributes": "'same site' holds"}


def test_sentence_without_traits() -> None:
    """A mentee for whom no trait counts is told so."""
    told = tell(Mentor(id="m"), Mentee(id="e"), Program(traits={"direct": "style"}))
    assert told == {"attitude": "no trait counts for this mentee"}


def test_all_weights_zero() -> None:
    """Without any weight there are no components, and every pair has no points."""
    weights = dict.fromkeys(("skills", "knowledge", "attitude", "availability", "attributes", "preferences"), 0)
    encoded = encode(Roster(make_mentors(), [Mentee(id="e", goals=[Goal("Python")])]), Program(weights=weights))
    points, components = score_pairs(encoded, np.array([[0, 5]]))
    assert (points.tolist(), components) == ([0], {})
    assert explain_components(encoded, 0, 0) == {}


def test_exact_beyond_64_bits() -> None:
    """Weights of many digits are multiplied exactly: a third is 333,333 points."""
    huge = Decimal("999999999.999")
    goals = [Goal(word, current=0, target=3, theme="big", importance=Decimal("4.999")) for word in ("A", "B", "C")]
    program = Program(themes={"big": huge}, weights={"skills": huge, "knowledge": Decimal("0.001")})
    mentee = Mentee(id="e", goals=goals)
    expected = (1_000_000 * 999_999_999_999 + 1_000_000) // (3 * 1_000_000_000_000)
    found = score([Mentor(id="m", skills={"A": 3}), Mentor(id="n", skills=dict.fromkeys("ABC", 3))], mentee, program)
    assert found == {"skills": [expected, 3 * expected], "knowledge": [0, 0]}


def test_arithmetic() -> None:
    """Products beyond 64 bits, and the tables made of them, are exact."""
    assert multiply(np.array([2**40]), np.array([2**40])).tolist() == [2**80]
    assert multiply(np.array([3]), np.array([5])).dtype == np.int64
    assert share_points(2**70, 1, 2**70, 3).tolist() == 333_333
    rows, places = find_tables(np.array([2**80, 1, 2**80], object), np.array([1, 2, 1]))
    assert rows.tolist() == [[2**80, 1], [1, 2]]
    assert places.tolist() == [0, 1, 0]


WIDE = st.one_of(st.integers(-3, 3), st.integers(-(2**62), 2**62))


@given(st.lists(st.tuples(WIDE, st.integers(0, 2), WIDE), min_size=1, max_size=30))
def test_distinct_rows(cells: list[tuple[int, int, int]]) -> None:
    """Distinct numbers and rows are those of NumPy, in its order, however far they lie apart."""
    columns = [np.array(column, np.int64) for column in zip(*cells, strict=True)]
    for column in columns:
        distinct, places = find_distinct(column)
        expected = np.unique(column, return_inverse=True)
        assert (distinct.tolist(), places.tolist()) == (expected[0].tolist(), expected[1].reshape(-1).tolist())
    for chosen in (columns, columns[:2], columns[1:2]):
        rows, own = find_tables(*chosen)
        expected = np.unique(np.column_stack(chosen), axis=0, return_inverse=True)
        assert (rows.tolist(), own.tolist()) == (expected[0].tolist(), expected[1].reshape(-1).tolist())
