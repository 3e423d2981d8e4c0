"""Points, components and refusals of blocks against a slow scoring of single pairs."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from matchmaker.roster import Roster
from matchmaker.scoring import (
    Encoded,
    encode,
    list_refusals,
    score_block,
    score_components,
)
from matchmaker.scoring.encoded import MILLION
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import Reference

BY_DESIGN = {"required-contradicted", "attribute-unknown", "trait-unrated", "order", "focus", "minimum-above-places"}


def encode_reference(reference: Reference) -> Encoded:
    """Return the compiled form of a random programme."""
    roster = Roster(reference.mentors, reference.mentees, reference.history)
    return encode(roster, reference.program, reference.extras)  # type: ignore[arg-type]


def list_people(reference: Reference) -> tuple[list[str], list[str]]:
    """Return the ids of mentees and mentors in the order of their rows."""
    return sorted(one.id for one in reference.mentees), sorted(one.id for one in reference.mentors)


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
            assert eligible[i, j] == (not expected or (mentee, mentor) in overridden)
