"""Points of a block of mentees with every mentor: the definition, in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.scoring.encoded import Block, Bools, Encoded, Ints, Points, StartTerm, list_turns

BLOCK_PAIRS = 1 << 17
"""Pairs scored at once: what is alive together then fits into the cache of a core."""

NUM_LEVELS = 7
"""Columns of a table of levels: 0 to 5, and never mentioned."""


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
    block = Block(rows, encoded.find_times())
    points = np.repeat(encoded.base[:, rows].sum(axis=0, dtype=np.int32)[:, None], encoded.num_mentors, axis=1)
    _add_all(encoded, block, [points] * len(encoded.components))
    return points.astype(np.int64), find_eligible(encoded, block)


def score_components(encoded: Encoded, rows: Ints) -> dict[str, Ints]:
    """Return the points of each component, shape (num_rows, num_mentors); they add up to the points."""
    shape = (len(encoded.components), len(rows), encoded.num_mentors)
    points = np.broadcast_to(encoded.base[:, rows][:, :, None], shape).astype(np.int32)
    _add_all(encoded, Block(rows, encoded.find_times()), list(points))
    return dict(zip(encoded.components, points.astype(np.int64), strict=True))


def _add_all(encoded: Encoded, block: Block, totals: list[Points]) -> None:
    """Add every look-up to the total of its component, each of shape (num_rows, num_mentors)."""
    _add_levels(encoded, block.rows, totals)
    for term in encoded.code_terms:
        totals[term.component] += look_up(term.table, term.row[block.rows], term.code)
    for wish in encoded.condition_terms:
        earned = wish.points[block.rows] - wish.otherwise[block.rows]
        totals[wish.component] += wish.condition.look(block.rows) * earned[:, None]
        totals[wish.component] += wish.otherwise[block.rows, None]
    for starts in encoded.start_terms:
        totals[starts.component] += _look_up_starts(starts, block)
    for overlay in encoded.overlays:
        places, entries = overlay.pairs.list_places(block.rows)
        totals[overlay.component][places, overlay.pairs.mentors[entries]] += overlay.points[entries]
    for place, score in encoded.custom:
        totals[place] += score(block.rows)


def look_up(table: Points, row: NDArray[np.int32], code: NDArray[np.int32]) -> Points:
    """Return ``table[row[i], code[j]]`` for all i and j; each row that occurs is spread over the mentors once."""
    distinct, places = np.unique(row, return_inverse=True)
    spread = np.take(table[distinct], code, axis=1)
    return np.take(spread, places.reshape(-1), axis=0)


def _add_levels(encoded: Encoded, rows: Ints, totals: list[Points]) -> None:
    """Add the points of the first goals of all rows, then of the second ones, and so on."""
    terms = encoded.level_terms
    if terms is None:
        return
    for places, entries in list_turns(terms.offsets, rows):
        levels = np.add(terms.levels[terms.subject[entries]], NUM_LEVELS * terms.table[entries, None], dtype=np.intp)
        points = np.take(terms.tables, levels, mode="clip")
        for component in np.unique(terms.component[entries]).tolist():
            mine = np.flatnonzero(terms.component[entries] == component)
            if len(mine) == len(rows):
                totals[component] += points
            else:
                totals[component][places[mine]] += points[mine]


def _look_up_starts(term: StartTerm, block: Block) -> Points:
    unknown = term.table.shape[1] - 1
    places = np.minimum(block.shared, unknown - 1)
    places[~term.times.mentee_known[block.rows]] = unknown
    places[:, ~term.times.mentor_known] = unknown
    shift = (unknown + 1) * term.row[block.rows, None]
    return np.take(term.table, np.add(places, shift, dtype=np.intp), mode="clip")


def find_eligible(encoded: Encoded, block: Block) -> Bools:
    """Return which pairs no rule refuses; required pairs override those that are not firm."""
    refused = np.zeros((len(block.rows), encoded.num_mentors), bool)
    for rule in encoded.rules:
        if not rule.is_firm:
            refused |= rule.refuse(block)
    for mentee, mentor in encoded.overridden.tolist():
        refused[block.rows == mentee, mentor] = False
    for rule in encoded.rules:
        if rule.is_firm:
            refused |= rule.refuse(block)
    return ~refused


def list_refusals(encoded: Encoded, rows: Ints) -> list[tuple[str, Bools]]:
    """Return (rule, where it refuses the pair), rule by rule, overrides or not."""
    block = Block(rows, encoded.find_times())
    return [(rule.name, rule.refuse(block)) for rule in encoded.rules]


def find_flat(encoded: Encoded) -> dict[str, str]:
    """Return the components that distinguish nobody, with the reason.

    A component is flat if every mentee gets the same points from it with all eligible mentors.
    """
    flat = dict.fromkeys(encoded.components, True)
    size = choose_block_rows(encoded)
    for first in range(0, encoded.num_mentees, size):
        rows = np.arange(first, min(first + size, encoded.num_mentees))
        eligible = find_eligible(encoded, Block(rows, encoded.find_times()))
        for name, values in score_components(encoded, rows).items():
            low = np.where(eligible, values, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
            high = np.where(eligible, values, -1).max(axis=1, initial=-1)
            flat[name] &= not (high > low).any()
    told = "every mentee gets the same points from it with every eligible mentor"
    return {name: told for name, is_flat in flat.items() if is_flat}
