"""Points of single pairs, without scoring anybody else."""

from __future__ import annotations

import numpy as np

from matchmaker.scoring.blocks import choose_block_rows
from matchmaker.scoring.encoded import Bools, Encoded, Ints, Points, StartTerm, count_shared, list_turns


def score_pairs(encoded: Encoded, pairs: Ints) -> tuple[Ints, dict[str, Ints]]:
    """Return points and components of single pairs.

    Parameters
    ----------
    encoded : Encoded
    pairs : int array of shape (num_pairs, 2)
        Rows (mentee, mentor), in any order.

    Returns
    -------
    points : int64 array of shape (num_pairs,)
        The sums of the components.
    components : dict of str to int64 array of shape (num_pairs,)
    """
    mentees, mentors = pairs.astype(np.int64).reshape(-1, 2).T
    points = encoded.base[:, mentees]
    _add_levels(encoded, mentees, mentors, points)
    for term in encoded.code_terms:
        points[term.component] += term.table[term.row[mentees], term.code[mentors]]
    for wish in encoded.condition_terms:
        holds = wish.condition.look_pairs(mentees, mentors)
        points[wish.component] += np.where(holds, wish.points[mentees], wish.otherwise[mentees])
    for starts in encoded.start_terms:
        points[starts.component] += _look_up_starts(starts, mentees, mentors)
    for overlay in encoded.overlays:
        entries = overlay.pairs.find(mentees, mentors)
        points[overlay.component] += np.append(overlay.points, 0)[entries]
    _add_custom(encoded, mentees, mentors, points)
    return points.sum(axis=0), dict(zip(encoded.components, points, strict=True))


def refuse_pairs(encoded: Encoded, pairs: Ints) -> list[tuple[str, Bools]]:
    """Return (rule, where it refuses the pair) for single pairs, rule by rule, overrides or not.

    Parameters
    ----------
    encoded : Encoded
    pairs : int array of shape (num_pairs, 2)
        Rows (mentee, mentor).
    """
    mentees, mentors = pairs.astype(np.int64).T
    return [(rule.name, rule.refuse.look_pairs(mentees, mentors)) for rule in encoded.rules]


def _add_levels(encoded: Encoded, mentees: Ints, mentors: Ints, points: Ints) -> None:
    terms = encoded.level_terms
    if terms is None:
        return
    for places, entries in list_turns(terms.offsets, mentees):
        levels = terms.levels[terms.subject[entries], mentors[places]]
        points[terms.component[entries], places] += terms.tables[terms.table[entries], levels]


def _look_up_starts(term: StartTerm, mentees: Ints, mentors: Ints) -> Points:
    times, unknown = term.times, term.table.shape[1] - 1
    shared = count_shared(times.mentee_starts[mentees], times.mentor_starts[mentors])
    known = times.mentee_known[mentees] & times.mentor_known[mentors]
    return term.table[term.row[mentees], np.where(known, np.minimum(shared, unknown - 1), unknown)]


def _add_custom(encoded: Encoded, mentees: Ints, mentors: Ints, points: Ints) -> None:
    """Add the embedder's own components, which only come in blocks."""
    if not encoded.custom:
        return
    size = choose_block_rows(encoded)
    distinct, places = np.unique(mentees, return_inverse=True)
    for first in range(0, len(distinct), size):
        mine = np.flatnonzero((places >= first) & (places < first + size))
        for component, score in encoded.custom:
            block = score(distinct[first : first + size])
            points[component, mine] += block[places[mine] - first, mentors[mine]]
