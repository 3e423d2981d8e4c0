"""What changes nothing that matters changes nothing: order, names, a mentor for nobody, twice all weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.documents import write_matching
from matchmaker.engine import match
from matchmaker.errors import Infeasible, RosterError
from matchmaker.matching import Matching
from matchmaker.people import Mentor
from matchmaker.roster import Roster
from tests.scoring.programmes import draw_programme
from tests.scoring.reference import Reference

FEWER = settings(max_examples=settings().max_examples // 4, deadline=None)


def match_or_none(reference: Reference) -> Matching | None:
    """Return the answer, or None where a required pair breaks a rule or nothing is possible."""
    try:
        roster = Roster(reference.mentors, reference.mentees, reference.history)
        return match(roster, reference.program, components=reference.extras)  # type: ignore[arg-type]
    except (RosterError, Infeasible):
        return None


def measure(matching: Matching | None) -> list[tuple[str, int, int]] | None:
    """Return every level with its value and bound."""
    if matching is None:
        return None
    return [(one.name, one.value, one.bound) for one in matching.certificate.levels]


def draw_plain() -> st.SearchStrategy[Reference]:
    """Draw a programme without components of one's own, whose tables know people by their ids."""
    return draw_programme().map(lambda one: replace(one, extras=()))


@FEWER
@given(draw_programme(), st.randoms(use_true_random=False))
def test_permuted_rows(reference: Reference, random: Random) -> None:
    """Another order of rows gives the same bytes."""
    mentors, mentees = list(reference.mentors), list(reference.mentees)
    random.shuffle(mentors)
    random.shuffle(mentees)
    sides = [match_or_none(one) for one in (reference, replace(reference, mentors=mentors, mentees=mentees))]
    assert sides[0] == sides[1]
    assert sides[0] is None or write_matching(sides[0]) == write_matching(sides[1] or sides[0])


def rename(name: str) -> str:
    """Return another id for everybody, in another order."""
    return f"{name[::-1]}-too"


def rename_person(person: Any) -> Any:
    """Return a person under another id, who names others by theirs."""
    attributes = dict(person.attributes)
    if "manager" in attributes:
        attributes["manager"] = rename(attributes["manager"])
    preferred, refused = ([rename(name) for name in names] for names in (person.preferred, person.refused))
    return replace(person, id=rename(person.id), preferred=preferred, refused=refused, attributes=attributes)


def rename_pairs(pairs: Sequence[Any]) -> tuple[Any, ...]:
    """Return pairs of people under their other ids."""
    return tuple(replace(one, mentor=rename(one.mentor), mentee=rename(one.mentee)) for one in pairs)


@FEWER
@given(draw_plain())
def test_renamed_ids(reference: Reference) -> None:
    """Other ids give the same coverage and points, and as many left over for the same reasons."""
    program = reference.program
    renamed = Reference(
        [rename_person(one) for one in reference.mentors],
        [rename_person(one) for one in reference.mentees],
        list(rename_pairs(reference.history)),
        replace(program, required=rename_pairs(program.required), banned=rename_pairs(program.banned)),
        (),
    )
    before, after = match_or_none(reference), match_or_none(renamed)
    assert measure(before) == measure(after)


@FEWER
@given(draw_plain())
def test_mentor_for_nobody(reference: Reference) -> None:
    """One more mentor who refuses everybody changes neither coverage nor points."""
    nobody = Mentor(id="zz", refused=[one.id for one in reference.mentees])
    before = match_or_none(reference)
    after = match_or_none(replace(reference, mentors=[*reference.mentors, nobody]))
    assert measure(before) == measure(after)
    assert after is None or all(pair.mentor != "zz" for pair in after.pairs)


@FEWER
@given(draw_plain())
def test_doubled_weights(reference: Reference) -> None:
    """Twice all weights are the same decisions: the same pairs with the same points."""
    program = reference.program
    weights = {name: 2 * Decimal(str(weight)) for name, weight in program.weights.items()}
    before, after = (
        match_or_none(reference),
        match_or_none(replace(reference, program=replace(program, weights=weights))),
    )
    assert (before and before.pairs) == (after and after.pairs)
