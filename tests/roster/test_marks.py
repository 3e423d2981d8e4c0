"""A person's mark changes with what is known of them, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.roster import Roster
from matchmaker.roster.marks import mark_links, mark_people, mark_words, stir
from tests.scoring.programmes import MENTEES, MENTORS, draw_mentee, draw_mentor, draw_programme, is_distinct
from tests.scoring.reference import Reference

Marks = dict[tuple[str, str], int]


def mark(roster: Roster) -> Marks:
    """Return the mark of everybody, by role and id."""
    sides = (("mentor", roster.mentors), ("mentee", roster.mentees))
    return {
        (role, name): number
        for role, people in sides
        for name, number in zip(people.ids, mark_people(people).tolist(), strict=True)
    }


@settings(max_examples=40)
@given(draw_programme(), st.randoms(use_true_random=False))
def test_order_of_rows(reference: Reference, random: object) -> None:
    """Permuted rows leave all marks as they are, and different people have different ones."""
    mentors, mentees = list(reference.mentors), list(reference.mentees)
    marks = mark(Roster(mentors, mentees))
    random.shuffle(mentors)  # type: ignore[attr-defined]
    random.shuffle(mentees)  # type: ignore[attr-defined]
    assert mark(Roster(mentors, mentees)) == marks
    assert len(set(marks.values())) == len(marks)


@settings(max_examples=40)
@given(draw_programme())
def test_other_people(reference: Reference) -> None:
    """Whoever comes or goes leaves the marks of all others as they are, whatever only they had."""
    marks = mark(Roster(reference.mentors, reference.mentees))
    for gone in reference.mentors:
        rest = [one for one in reference.mentors if one is not gone]
        mentees = [replace(one, refused=[name for name in one.refused if name != gone.id]) for one in reference.mentees]
        expected = {key: number for key, number in marks.items() if key[0] == "mentor" and key[1] != gone.id}
        found = mark(Roster(rest, mentees))
        assert {key: number for key, number in found.items() if key[0] == "mentor"} == expected
    for gone_mentee in reference.mentees:
        left = [one for one in reference.mentees if one is not gone_mentee]
        mentors = [
            replace(one, refused=[name for name in one.refused if name != gone_mentee.id]) for one in reference.mentors
        ]
        expected = {key: number for key, number in marks.items() if key[0] == "mentee" and key[1] != gone_mentee.id}
        found = mark(Roster(mentors, left))
        assert {key: number for key, number in found.items() if key[0] == "mentee"} == expected


def drop_unsaid(one: Mentor | Mentee) -> Mentor | Mentee:
    """Return a person without attributes that hold nothing, and who refuses nobody."""
    said = {name: value for name, value in one.attributes.items() if value != []}
    return replace(one, attributes=said, refused=[])


@given(draw_mentor("m1"), draw_mentor("m1"))
def test_mentors(first: Mentor, second: Mentor) -> None:
    """Two mentors have the same mark exactly if the same is known of them."""
    said = [drop_unsaid(one) for one in (first, second)]
    marks = [mark(Roster([replace(one, refused=[])], [])) for one in (first, second)]
    assert (marks[0] == marks[1]) == (said[0] == said[1])


@given(draw_mentee("e1"), draw_mentee("e1"))
def test_mentees(first: Mentee, second: Mentee) -> None:
    """Two mentees have the same mark exactly if the same is known of them, their goals in their order."""
    said = [drop_unsaid(one) for one in (first, second)]
    marks = [mark(Roster([], [replace(one, refused=[])])) for one in (first, second)]
    assert (marks[0] == marks[1]) == (said[0] == said[1])
    if len(first.goals) > 1 and first.goals[0] != first.goals[-1] and is_distinct(first.goals):
        turned = replace(first, refused=[], goals=list(first.goals)[::-1])
        assert mark(Roster([], [turned])) != marks[0]


def test_single_fields() -> None:
    """Each field of a mentor and of a mentee counts."""
    goal = Goal("Python", current=1, target=3)
    mentor = Mentor(id="m", skills={"Law": 2}, traits={"listens": 3}, attributes={"site": "a"}, preferred=["e", "f"])
    mentee = Mentee(id="e", goals=[goal], traits={"listens": 3}, attributes={"site": "a"}, preferred=["m", "n"])
    changes: list[Mentor | Mentee] = [
        replace(mentor, name="x@y.org"),
        replace(mentor, email="x@y.org"),
        replace(mentor, zone="UTC"),
        replace(mentor, slots="Mon 12:00-13:00"),
        replace(mentor, slots=""),
        replace(mentor, languages=["English"]),
        replace(mentor, traits={"listens": 4}),
        replace(mentor, traits={"direct": 3}),
        replace(mentor, attributes={"site": "b"}),
        replace(mentor, attributes={"team": "a"}),
        replace(mentor, preferred=["f", "e"]),
        replace(mentor, hours=3),
        replace(mentor, capacity=2),
        replace(mentor, minimum=1),
        replace(mentor, willing=False),
        replace(mentor, skills={"Law": 3}),
        replace(mentor, skills={}, knowledge={"Law": 2}),
        mentor,
        replace(mentee, goals=[replace(goal, target=4)]),
        replace(mentee, goals=[replace(goal, importance=4)]),
        replace(mentee, goals=[replace(goal, theme="career")]),
        replace(mentee, goals=[replace(goal, kind="knowledge")]),
        replace(mentee, goals=[goal, replace(goal, subject="Law")]),
        replace(mentee, wanted=2),
        replace(mentee, priority=2),
        replace(mentee, focus="Python"),
        replace(mentee, preferred=["n", "m"]),
        mentee,
    ]
    marks = [mark(Roster([one], []) if isinstance(one, Mentor) else Roster([], [one])).popitem()[1] for one in changes]
    assert len(set(marks)) == len(changes)


@given(st.lists(st.lists(st.sampled_from(MENTORS), unique=True), min_size=1, max_size=4), st.permutations(MENTORS))
def test_links(wishes: list[list[str]], ids: list[str]) -> None:
    """Whom somebody names counts, in the order of the names and whatever rows they have."""

    def mark_wishes(some: list[list[str]], names: list[str]) -> list[int]:
        offsets = np.cumsum([0, *map(len, some)])
        rows = np.array([names.index(one) for mine in some for one in mine], np.int64)
        return mark_links(offsets, rows, names).tolist()

    found = mark_wishes(wishes, list(MENTORS))
    assert mark_wishes(wishes, list(ids)) == found
    for mine, number in zip(wishes, found, strict=True):
        assert (mark_wishes([mine[::-1]], list(ids)) == [number]) == (mine == mine[::-1])
        assert mark_wishes([mine[:-1]], list(ids)) == [number] or mine


def test_words() -> None:
    """Words have different numbers, and stirring keeps numbers apart."""
    words = [
        *MENTEES,
        *MENTORS,
        "",
        "ä",
        "\udc80",
        "\0",
        "\0\0",
        "a\0",
        "\0a",
        "12345678",
        "12345678\0",
        "1234567812345678",
    ]
    words += [f"{number:030d}" for number in range(10_000)]
    assert len(set(mark_words(words).tolist())) == len(set(words))
    assert len(np.unique(stir(np.arange(10_000, dtype=np.uint64)))) == 10_000


def test_words_elsewhere() -> None:
    """A word has the same number on every machine, since memories are kept as files."""
    assert mark_words(["", "Ann", "ann@example.org"]).tolist() == [
        11558797143472038221,
        10828435353133530719,
        13472629923714469778,
    ]
    assert mark_words([]).tolist() == []


@given(st.lists(st.text(max_size=20)))
def test_words_together(words: list[str]) -> None:
    """The number of a word depends on no other word that is numbered with it."""
    assert mark_words(words).tolist() == [mark_words([word])[0] for word in words]
