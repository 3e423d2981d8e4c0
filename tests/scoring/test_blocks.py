"""Points, components and refusals of blocks against a slow scoring of single pairs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.people import Goal, Mentee, Mentor
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import (
    Encoded,
    choose_block_rows,
    encode,
    find_flat,
    list_refusals,
    score_block,
    score_components,
    score_pairs,
)
from matchmaker.scoring.encoded import MILLION
from tests.scoring.programmes import Extra, draw_programme
from tests.scoring.reference import Reference

FIRM = {
    "not oneself",
    "screening of mentors",
    "banned by the organiser",
    "refused by the mentee",
    "refused by the mentor",
    "a weekly time that both have free",
}
"""Rules that no required pair overrides."""

LIGHT = settings(max_examples=settings().max_examples // 4)
"""For what holds by construction, or is held elsewhere too."""


def encode_reference(reference: Reference) -> Encoded:
    """Return the compiled form of a random programme."""
    roster = Roster(reference.mentors, reference.mentees, reference.history)
    return encode(roster, reference.program, [one for one in reference.extras if isinstance(one, Extra)])


@given(draw_programme())
def test_points_equal_reference(reference: Reference) -> None:
    """Every component of every pair has the points that the formulas give, and they add up."""
    encoded = encode_reference(reference)
    rows = np.arange(encoded.num_mentees)
    points, _ = score_block(encoded, rows)
    components = score_components(encoded, rows)
    mentees = {one.id: one for one in reference.mentees}
    mentors = {one.id: one for one in reference.mentors}
    for i, mentee in enumerate(encoded.roster.mentees.ids):
        for j, mentor in enumerate(encoded.roster.mentors.ids):
            expected = reference.score(mentees[mentee], mentors[mentor])
            found = {name: int(values[i, j]) for name, values in components.items()}
            assert found == expected, (mentee, mentor)
            assert points[i, j] == sum(expected.values())
            assert 0 <= points[i, j] <= MILLION


@given(draw_programme())
def test_rules_equal_reference(reference: Reference) -> None:
    """Every rule refuses the pairs that it says it refuses, and a pair that none refuses is eligible."""
    encoded = encode_reference(reference)
    rows = np.arange(encoded.num_mentees)
    _, eligible = score_block(encoded, rows)
    refusals = list_refusals(encoded, rows)
    mentees = {one.id: one for one in reference.mentees}
    mentors = {one.id: one for one in reference.mentors}
    overridden = {(one.mentee, one.mentor) for one in reference.program.required if one.override}
    for i, mentee in enumerate(encoded.roster.mentees.ids):
        for j, mentor in enumerate(encoded.roster.mentors.ids):
            expected = reference.list_refusals(mentees[mentee], mentors[mentor])
            assert {name for name, refused in refusals if refused[i, j]} == expected, (mentee, mentor)
            kept = expected & FIRM if (mentee, mentor) in overridden else expected
            assert eligible[i, j] == (not kept)


@LIGHT
@given(draw_programme(), st.data())
def test_single_pairs(reference: Reference, data: st.DataObject) -> None:
    """Single pairs, in any order and repeated, have the points and components that they have in a block."""
    encoded = encode_reference(reference)
    sides = st.integers(0, encoded.num_mentees - 1), st.integers(0, encoded.num_mentors - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(*sides), max_size=8)), np.int64).reshape(-1, 2)
    points, components = score_pairs(encoded, pairs)
    rows = np.arange(encoded.num_mentees)
    mentees, mentors = pairs.T
    np.testing.assert_array_equal(points, score_block(encoded, rows)[0][mentees, mentors])
    for name, values in score_components(encoded, rows).items():
        np.testing.assert_array_equal(components[name], values[mentees, mentors])
    assert points.dtype == np.int64


@LIGHT
@given(draw_programme(), st.data())
def test_any_block(reference: Reference, data: st.DataObject) -> None:
    """A block of any mentees, in any order, holds the rows of the whole."""
    encoded = encode_reference(reference)
    drawn = data.draw(st.lists(st.integers(0, encoded.num_mentees - 1), max_size=6))
    rows = np.array(drawn, np.int64)
    points, eligible = score_block(encoded, np.arange(encoded.num_mentees))
    block = score_block(encoded, rows)
    np.testing.assert_array_equal(block[0], points[rows])
    np.testing.assert_array_equal(block[1], eligible[rows])


@LIGHT
@given(draw_programme(), st.randoms(use_true_random=False))
def test_order_of_people_changes_nothing(reference: Reference, random: Random) -> None:
    """Shuffled people have the same points and the same rules."""
    mentors, mentees = list(reference.mentors), list(reference.mentees)
    random.shuffle(mentors)
    random.shuffle(mentees)
    shuffled = replace(reference, mentors=mentors, mentees=mentees)
    sides = [encode_reference(one) for one in (reference, shuffled)]
    blocks = [score_block(one, np.arange(one.num_mentees)) for one in sides]
    np.testing.assert_array_equal(blocks[0][0], blocks[1][0])
    np.testing.assert_array_equal(blocks[0][1], blocks[1][1])


@LIGHT
@given(draw_programme())
def test_doubled_weights_change_nothing(reference: Reference) -> None:
    """Weights are relative: twice all of them are the same program."""
    program = reference.program
    doubled = replace(program, weights={name: 2 * Decimal(str(weight)) for name, weight in program.weights.items()})
    plain = replace(reference, extras=())
    sides = [encode_reference(one) for one in (plain, replace(plain, program=doubled))]
    points = [score_block(one, np.arange(one.num_mentees))[0] for one in sides]
    np.testing.assert_array_equal(points[0], points[1])


def test_block_size() -> None:
    """A block holds at least one mentee, and with few mentors many."""
    roster = Roster([Mentor(id="m")], [Mentee(id="e")])
    assert choose_block_rows(encode(roster, Program())) > 1_000
    assert choose_block_rows(encode(Roster([], [Mentee(id="e")]), Program())) > 1_000


def test_nobody() -> None:
    """Empty sides give empty blocks."""
    for mentors, mentees in (([], []), ([Mentor(id="m")], []), ([], [Mentee(id="e", goals=[Goal("A")])])):
        roster = Roster(mentors, mentees)
        points, eligible = score_block(encode(roster, Program()), np.arange(len(mentees)))
        assert points.shape == eligible.shape == (len(mentees), len(mentors))


def test_flat_components() -> None:
    """A component that gives every mentee the same with all eligible mentors is flat."""
    mentors = [Mentor(id=name, skills={"A": 3}, traits={"kind": rating}) for name, rating in (("m", 2), ("n", 4))]
    encoded = encode(Roster(mentors, [Mentee(id="e", goals=[Goal("A")])]), Program(traits={"kind": "quality"}))
    flat = find_flat(encoded)
    assert list(flat) == ["skills", "knowledge"]
    assert flat["skills"] == "every mentee gets the same points from it with every eligible mentor"
