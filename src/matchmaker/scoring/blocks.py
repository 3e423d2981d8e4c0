"""Points of a block of mentees with every mentor: the definition, in NumPy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matchmaker.scoring.conditions import list_places
from matchmaker.scoring.encoded import Bools, Encoded, Ints
from matchmaker.scoring.rules.timetable import count_shared

BLOCK_PAIRS = 1 << 20
"""Pairs scored at once: some ten arrays of this size are alive together."""


def choose_block_rows(encoded: Encoded) -> int:
    """Return how many mentees make a block of a convenient size."""
    return max(1, BLOCK_PAIRS // max(encoded.num_mentors, 1))


def score_block(encoded: Encoded, rows: Ints) -> tuple[Ints, Bools]:
    """Return points and eligibility of some mentees with every mentor.

    Parameters
    ----------
    encoded : Encoded
    rows : int64 array of shape (num_rows,)
        Mentee rows.

    Returns
    -------
    points : int64 array of shape (num_rows, num_mentors)
        0 to 1,000,000, of pairs that are not eligible too.
    eligible : bool array of shape (num_rows, num_mentors)
    """
    shape = (len(rows), encoded.num_mentors)
    points = np.zeros(shape, np.int64)
    points += encoded.base[:, rows].sum(axis=0)[:, None]
    for _, part in _list_parts(encoded, rows):
        points += part
    return points, find_eligible(encoded, rows)


def score_components(encoded: Encoded, rows: Ints) -> dict[str, Ints]:
    """Return the points of each component, shape (num_rows, num_mentors); they add up to the points."""
    shape = (len(encoded.components), len(rows), encoded.num_mentors)
    points = np.broadcast_to(encoded.base[:, rows][:, :, None], shape).copy()
    for place, part in _list_parts(encoded, rows):
        points[place] += part
    return dict(zip(encoded.components, points, strict=True))


def _list_parts(encoded: Encoded, rows: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield (component, points of shape (num_rows, num_mentors)) of every look-up."""
    yield from _list_levels(encoded, rows)
    for term in encoded.code_terms:
        yield term.component, term.table[term.row[rows]][:, term.code]
    for wish in encoded.condition_terms:
        holds = wish.condition.look(rows)
        yield wish.component, np.where(holds, wish.points[rows][:, None], wish.otherwise[rows][:, None])
    for starts in encoded.start_terms:
        comfortable = starts.table.shape[1] - 2
        count = np.minimum(count_shared(starts.times, rows), comfortable)
        known = starts.times.mentee_known[rows][:, None] & starts.times.mentor_known[None, :]
        place = np.where(known, count, comfortable + 1)
        yield (
            starts.component,
            np.take_along_axis(starts.table[starts.row[rows]], place.astype(np.int64), axis=1),
        )
    for overlay in encoded.overlays:
        places, entries = list_places(overlay.offsets, rows)
        part = np.zeros((len(rows), encoded.num_mentors), np.int64)
        part[places, overlay.mentors[entries]] = overlay.points[entries]
        yield overlay.component, part
    for place, score in encoded.custom:
        yield place, score(rows)


def _list_levels(encoded: Encoded, rows: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield the points of the first goals of all rows, then of the second ones, and so on."""
    terms = encoded.level_terms
    if terms is None:
        return
    counts = terms.offsets[rows + 1] - terms.offsets[rows]
    for turn in range(int(counts.max(initial=0))):
        has = np.flatnonzero(counts > turn)
        entries = terms.offsets[rows[has]] + turn
        levels = terms.levels[terms.subject[entries]].astype(np.int64)
        part = np.take(terms.tables.ravel(), levels + terms.table[entries].astype(np.int64)[:, None] * 7)
        for place in np.unique(terms.component[entries]).tolist():
            mine = terms.component[entries] == place
            whole = np.zeros((len(rows), encoded.num_mentors), np.int64)
            whole[has[mine]] = part[mine]
            yield place, whole


def find_eligible(encoded: Encoded, rows: Ints) -> Bools:
    """Return which pairs no rule refuses, with the required ones that override theirs."""
    refused = np.zeros((len(rows), encoded.num_mentors), bool)
    for rule in encoded.rules:
        refused |= rule.refuse(rows)
    for mentee, mentor in encoded.overridden.tolist():
        refused[rows == mentee, mentor] = False
    return ~refused


def list_refusals(encoded: Encoded, rows: Ints) -> list[tuple[str, Bools]]:
    """Return (rule, where it refuses the pair), rule by rule, overrides or not."""
    return [(rule.name, rule.refuse(rows)) for rule in encoded.rules]


def score_pairs(encoded: Encoded, pairs: Ints) -> tuple[Ints, dict[str, Ints]]:
    """Return points and components of single pairs.

    Parameters
    ----------
    encoded : Encoded
    pairs : int64 array of shape (num_pairs, 2)
        Rows (mentee, mentor).

    Returns
    -------
    points : int64 array of shape (num_pairs,)
    components : dict of str to int64 array of shape (num_pairs,)
    """
    points: dict[str, Ints] = {name: np.zeros(len(pairs), np.int64) for name in encoded.components}
    size = choose_block_rows(encoded)
    mentees, places = np.unique(pairs[:, 0], return_inverse=True)
    places = places.reshape(-1)
    for first in range(0, len(mentees), size):
        block = score_components(encoded, mentees[first : first + size])
        mine = np.flatnonzero((places >= first) & (places < first + size))
        for name, values in block.items():
            points[name][mine] = values[places[mine] - first, pairs[mine, 1]]
    total = np.sum(list(points.values()), axis=0, dtype=np.int64) if points else np.zeros(len(pairs), np.int64)
    return total, points


def find_flat(encoded: Encoded) -> dict[str, str]:
    """Return the components that distinguish nobody, with the reason.

    A component is flat if every mentee gets the same points from it with all eligible mentors.
    """
    flat = dict.fromkeys(encoded.components, True)
    size = choose_block_rows(encoded)
    for first in range(0, encoded.num_mentees, size):
        rows = np.arange(first, min(first + size, encoded.num_mentees))
        eligible = find_eligible(encoded, rows)
        for name, values in score_components(encoded, rows).items():
            low = np.where(eligible, values, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
            high = np.where(eligible, values, -1).max(axis=1, initial=-1)
            flat[name] &= not (high > low).any()
    told = "every mentee gets the same points from it with every eligible mentor"
    return {name: told for name, is_flat in flat.items() if is_flat}
