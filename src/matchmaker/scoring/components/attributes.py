"""Attributes: the organiser's preferences about everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.program import Preference
from matchmaker.scoring.conditions import compile_condition, get_values, list_relations
from matchmaker.scoring.encoded import ConditionTerm, Encoded, Ints, share_points
from matchmaker.scoring.weights import reduce_weights, to_thousandths
from matchmaker.text import YES, normalise

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

NAMES = ("attributes",)


def add(draft: Draft) -> None:
    """Compile the preferences of the program.

    Each is worth its share of the component where its condition holds, and nothing where it does not
    or where the mentor's value is unknown. A mentee without a value earns half with everybody. A
    preference with a wish counts for mentees who said yes, earns nothing for those who said no, and
    half for those who did not say.

    Notes
    -----
    On matching by characteristics of the participants there is "insufficient research" [1]_: the default
    weight is small.

    References
    ----------
    .. [1] National Mentoring Resource Center, practice review "Matching strategies informed by participant
       characteristics".
    """
    place, weight = draft.weight("attributes")
    if place < 0:
        return
    shares = reduce_weights([to_thousandths(one.weight) for one in draft.program.preferences])
    for preference, share in zip(draft.program.preferences, shares, strict=True):
        node = compile_condition(preference.condition, draft.roster, draft.program, as_rule=False)
        denominator = draft.weights.total * max(sum(shares), 1)
        full = share_points(weight * share, 1, denominator, 1)
        half = share_points(weight * share, 1, denominator, 2)
        said = read_wish(draft, preference)
        points = np.where(said == 1, full, np.where(said == 0, 0, half)).astype(np.int32)
        otherwise = np.where(said < 0, half, 0).astype(np.int32)
        draft.condition_terms.append(ConditionTerm(place, node, points, otherwise))


def read_wish(draft: Draft, preference: Preference) -> Ints:
    """Return 1 for mentees for whom a preference counts, 0 for those who said no, -1 for the unsaid."""
    mentees = draft.roster.mentees
    said = np.ones(len(mentees), np.int64)
    values = [
        get_values(mentees, relation.mentee, draft.program.zone)
        for relation in list_relations(preference.condition)
        if relation.relation != "not_in_line"
    ]
    if values:
        is_known = np.logical_or.reduce([side.known[side.places] for side in values])
        said = np.where(is_known, 1, -1)
    if preference.wish is None:
        return said
    wishes = get_values(mentees, preference.wish)
    meaning = [-1 if not words else int(normalise(words[0]) in YES) for words in wishes.sets]
    wish = np.array(meaning, np.int64)[wishes.places]
    return np.where(wish == 1, said, wish)


def explain(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return which preferences the pair meets."""
    if "attributes" not in encoded.components:
        return {}
    place, row = encoded.components.index("attributes"), np.array([mentee])
    terms = [term for term in encoded.condition_terms if term.component == place]
    parts = []
    for term, preference in zip(terms, encoded.program.preferences, strict=True):
        if term.points[mentee] == term.otherwise[mentee]:
            parts.append(f"'{preference.name}' makes no difference for this mentee")
        else:
            holds = bool(term.condition.look(row)[0, mentor])
            parts.append(f"'{preference.name}' {'holds' if holds else 'does not hold'}")
    return {"attributes": "; ".join(parts)}
