"""From a case to a roster and a program: what matchmaker generates, read as files are, with the knobs turned.

The knobs turn columns, not text, so that a large case is made in seconds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Case, Knobs
from matchmaker.generate import vocabulary, write_roster
from matchmaker.program import Program, Relation, Rule, Screening, read_program
from matchmaker.roster import Roster
from matchmaker.roster.columns import UNKNOWN, Lists, MenteeColumns, MentorColumns, SubjectLevels
from matchmaker.roster.order import take_people
from matchmaker.scoring import Encoded, encode
from matchmaker.tables import read_people
from matchmaker.times import pack_slots

Ints = NDArray[np.int64]
Columns = tuple[MentorColumns, MenteeColumns]

ISLAND = "island"
DAY_SLOTS = 48


def make_encoded(case: Case) -> Encoded:
    """Return the look-ups of a case."""
    roster, program = make_roster(case)
    return encode(roster, program)


def make_roster(case: Case) -> tuple[Roster, Program]:
    """Return the roster and the program of a case; the same every time."""
    with tempfile.TemporaryDirectory() as name:
        write_roster(Path(name), case.size.mentees, case.size.mentors, case.seed)
        program = make_program(Path(name), case.severity.knobs)
        mentors, mentees = read_columns(Path(name), program)
    rng = np.random.default_rng([case.seed, 1])
    mentors, mentees = turn_knobs((mentors, mentees), case.severity.knobs, rng)
    return Roster.from_columns(mentors, mentees), program


def read_columns(folder: Path, program: Program) -> Columns:
    """Return the people of generated files as columns."""
    files = {role: folder / f"{role}.csv" for role in ("mentors", "mentees")}
    mentors, mentees, _, _ = read_people(mentors=files["mentors"], mentees=files["mentees"], program=program)
    return mentors, mentees


def make_program(folder: Path, knobs: Knobs) -> Program:
    """Return the generated program without screening, so that every place counts, with the rules of the knobs."""
    program = read_program(folder / "program.toml")
    program = replace(program, screening=Screening(willing=False), timetable=knobs.timetable, helps=knobs.helps)
    if not knobs.island:
        return program
    here = Rule("the same island", Relation("same", ISLAND, ISLAND))
    return replace(program, rules=(here,), helps=False)


def turn_knobs(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Return people as a severity wants them."""
    mentors, mentees = people
    blank = np.full(len(mentors), UNKNOWN)
    mentors = replace(mentors, hours=blank, minimum=blank)
    mentees = replace(mentees, priority=rng.integers(1, knobs.tiers + 1, len(mentees)))
    people = mentors, mentees
    turns: list[tuple[object, Callable[[Columns, Knobs, np.random.Generator], Columns]]] = [
        (knobs.kinds, repeat_people),
        (knobs.stars, make_stars),
        (knobs.island, make_islands),
        (knobs.half_hours, tighten_calendars),
        (True, make_places),
    ]
    for knob, turn in turns:
        people = turn(people, knobs, rng) if knob else people
    return people


def make_places(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Give the mentors capacities that add up to what the knobs say, and their minimums."""
    mentors, mentees = people
    total = round(knobs.places * len(mentees))
    drawn = draw_capacities(rng, len(mentors))
    if knobs.single:
        capacity = np.ones_like(drawn)
    elif knobs.giant:
        rest = max(total - knobs.giant, round(0.6 * len(mentees)))
        capacity = np.append(knobs.giant, share_out(rest, drawn[1:]))
    else:
        capacity = share_out(total, drawn)
    minimum = np.minimum(capacity, knobs.minimum)
    return replace(mentors, capacity=capacity, minimum=minimum), mentees


def draw_capacities(rng: np.random.Generator, size: int) -> Ints:
    """Return capacities as generated mentors have them."""
    values, shares = zip(*vocabulary.CAPACITIES, strict=True)
    return np.array(values, np.int64)[rng.choice(len(values), size, p=np.array(shares) / 100)]


def share_out(total: int, weights: Ints) -> Ints:
    """Return whole numbers in proportion to weights that add up to a total."""
    ends = np.rint(np.cumsum(weights) * (total / weights.sum())).astype(np.int64)
    return np.diff(ends, prepend=0)


def repeat_people(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Let a few people occur over and over, under ids of their own.

    A single one on each side is a pair that every rule lets through.
    """
    mentors, mentees = people
    kinds = [rng.choice(len(side), min(knobs.kinds, len(side)), replace=False) for side in people]
    if knobs.kinds == 1:
        kinds = [np.array([row]) for row in find_pair(people)]
    rows = [kind[rng.integers(len(kind), size=len(side))] for kind, side in zip(kinds, people, strict=True)]
    repeated_mentors = take_people(mentors, np.asarray(rows[0]))
    repeated_mentees = take_people(mentees, np.asarray(rows[1]))
    return (
        replace(repeated_mentors, ids=mentors.ids, emails=mentors.emails, source=mentors.source),
        replace(repeated_mentees, ids=mentees.ids, emails=mentees.emails, source=mentees.source),
    )


def find_pair(people: Columns) -> tuple[int, int]:
    """Return the rows of a mentor two grades above a mentee, in the same office, who knows what is wanted."""
    mentors, mentees = people
    goals, subjects = mentees.goals, mentors.subjects
    ranks = {grade: rank for rank, grade in enumerate(vocabulary.GRADES)}
    for mentee in range(len(mentees)):
        wanted = {goals.words[code] for code in goals.subjects[goals.offsets[mentee] : goals.offsets[mentee + 1]]}
        for mentor in range(min(len(mentors), 1_000)):
            mine = slice(subjects.offsets[mentor], subjects.offsets[mentor + 1])
            best = {subjects.words[code] for code in subjects.subjects[mine][subjects.levels[mine] == 5]}
            above = ranks[read_word(mentors, "grade", mentor)] - ranks[read_word(mentees, "grade", mentee)]
            same = read_word(mentors, "office", mentor) == read_word(mentees, "office", mentee)
            if above >= 2 and same and best & wanted:
                return mentor, mentee
    raise LookupError("no such pair")


def read_word(people: MentorColumns | MenteeColumns, attribute: str, row: int) -> str:
    """Return the one value of somebody's attribute."""
    lists = people.attributes[attribute]
    return lists.words[lists.codes[lists.offsets[row]]]


def make_stars(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Let a share of the mentors know every subject best, have the best traits and the highest grade."""
    mentors, mentees = people
    stars = np.sort(rng.choice(len(mentors), max(1, round(knobs.stars * len(mentors))), replace=False))
    traits = {name: values.copy() for name, values in mentors.traits.items()}
    for name, values in traits.items():
        values[stars] = 5 if name in vocabulary.QUALITIES else 3
    attributes = dict(mentors.attributes)
    attributes["grade"] = put_word(attributes["grade"], stars, vocabulary.GRADES[-1])
    subjects = add_subjects(mentors.subjects, stars)
    return replace(mentors, traits=traits, attributes=attributes, subjects=subjects), mentees


def put_word(lists: Lists, rows: Ints, word: str) -> Lists:
    """Return lists of one word each, with the word of some rows replaced."""
    words = [*lists.words, word]
    codes = lists.codes.copy()
    codes[lists.offsets[rows]] = len(lists.words) if word not in lists.words else words.index(word)
    return Lists(lists.offsets, codes, words)


def add_subjects(subjects: SubjectLevels, rows: Ints) -> SubjectLevels:
    """Return subjects in which some mentors have level 5 of everything that anybody has."""
    is_knowledge = np.zeros(len(subjects.words), bool)
    is_knowledge[subjects.subjects] = subjects.knowledge
    counts = np.diff(subjects.offsets)
    is_star = np.zeros(len(counts), bool)
    is_star[rows] = True
    every = np.arange(len(subjects.words), dtype=np.int32)
    keep = ~np.repeat(is_star, counts)
    owner = np.concatenate([np.repeat(np.arange(len(counts)), counts)[keep], np.repeat(rows, len(every))])
    codes = np.concatenate([subjects.subjects[keep], np.tile(every, len(rows))])
    levels = np.concatenate([subjects.levels[keep], np.full(len(rows) * len(every), 5)])
    order = np.argsort(owner, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(counts)))]).astype(np.int64)
    knowledge = is_knowledge[codes]
    return SubjectLevels(offsets, codes[order], knowledge[order], levels[order], subjects.words)


def make_islands(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Put the mentors on islands of a few, and each mentee on one of them."""
    mentors, mentees = people
    home = rng.permutation(len(mentors)) // knobs.island
    away = rng.integers(home.max() + 1, size=len(mentees))
    return (
        replace(mentors, attributes={**mentors.attributes, ISLAND: make_words(home)}),
        replace(mentees, attributes={**mentees.attributes, ISLAND: make_words(away)}),
    )


def make_words(numbers: Ints) -> Lists:
    """Return numbers as one word for each person."""
    distinct, codes = np.unique(numbers, return_inverse=True)
    words = [f"i{number}" for number in distinct.tolist()]
    return Lists(np.arange(len(numbers) + 1), codes.reshape(-1).astype(np.int32), words)


def tighten_calendars(people: Columns, knobs: Knobs, rng: np.random.Generator) -> Columns:
    """Leave everybody a few free half hours a week: one block, or two on different days."""
    mentors, mentees = people
    return (
        replace(mentors, slots=draw_slots(rng, len(mentors), knobs), slots_known=np.ones(len(mentors), bool)),
        replace(mentees, slots=draw_slots(rng, len(mentees), knobs), slots_known=np.ones(len(mentees), bool)),
    )


def draw_slots(rng: np.random.Generator, size: int, knobs: Knobs) -> NDArray[np.uint64]:
    """Return free half hours in one or two blocks of at least an hour, which begin when people are free."""
    assert knobs.half_hours is not None
    fewest, most = knobs.half_hours
    count = rng.integers(fewest, most + 1, size)
    begins, shares = zip(*vocabulary.BEGINNINGS, strict=True)
    clock = np.array([2 * int(text[:2]) + int(text[3:]) // 30 for text in begins])
    days = np.argsort(rng.exponential(size=(size, 6)) / np.array(vocabulary.DAY_SHARES), axis=1)[:, :2]
    first = np.where(count >= 4, 2, count)
    flags = np.zeros((size, 7 * DAY_SLOTS), bool)
    everyone = np.arange(size)
    for turn, length in enumerate((first, count - first)):
        begin = DAY_SLOTS * days[:, turn] + rng.choice(clock, size, p=np.array(shares) / 100)
        for step in range(int(length.max())):
            flags[everyone[step < length], begin[step < length] + step] = True
    return pack_slots(flags)
