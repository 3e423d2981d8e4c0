"""Preferences: whom mentees and mentors named, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.scoring.encoded import CodeTerm, Encoded, Ints, Overlay, find_tables, share_points
from matchmaker.scoring.sparse import pack_pairs
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.roster.roster import Links
    from matchmaker.scoring.draft import Draft

NAMES = ("preferences",)


def add(draft: Draft) -> None:
    r"""Compile the wishes for people.

    The mean, over the sides that named anybody, of :math:`1 - (r - 1) / n` for the r-th of n names
    and 0 for somebody not named; half where neither side named anybody. A sparse overlay on a table
    that depends only on who named anybody.
    """
    place, weight = draft.weight("preferences")
    if place < 0:
        return
    roster, total = draft.roster, draft.weights.total
    by_mentee, by_mentor = roster.preferred_mentors, roster.preferred_mentees
    mentee_named = (np.diff(by_mentee.offsets) > 0).astype(np.int64)
    mentor_named = (np.diff(by_mentor.offsets) > 0).astype(np.int64)
    rows, row = find_tables(mentee_named, weight, total)
    half = share_points(rows[:, 1], 1, rows[:, 2], 2)
    table = np.column_stack([np.where(rows[:, 0] == 0, half, 0), np.zeros(len(rows))]).astype(np.int32)
    draft.code_terms.append(CodeTerm(place, table, row, mentor_named.astype(np.int32)))
    pairs, numerator, denominator = _join(by_mentee, by_mentor, mentee_named, mentor_named)
    owners = pairs[:, 0]
    points = share_points(weight[owners], numerator, total[owners], denominator)
    packed = pack_pairs(pairs, len(roster.mentees), len(roster.mentors))
    draft.overlays.append(Overlay(place, packed, points))


def _list_ranks(links: Links) -> tuple[Ints, Ints, Ints]:
    """Return (who, whom, value as n - r + 1 over n, in two arrays) of every name."""
    sizes = np.diff(links.offsets)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.arange(len(links.rows)) - links.offsets[owners]
    return owners, sizes[owners] - rank, sizes[owners]


def _join(by_mentee: Links, by_mentor: Links, mentee_named: Ints, mentor_named: Ints) -> tuple[Ints, Ints, Ints]:
    """Return every named pair, sorted, with its value as numerator and denominator."""
    ours, our_value, our_size = _list_ranks(by_mentee)
    theirs, their_value, their_size = _list_ranks(by_mentor)
    every = np.concatenate([np.column_stack([ours, by_mentee.rows]), np.column_stack([by_mentor.rows, theirs])])
    pairs, places = np.unique(every.reshape(-1, 2), axis=0, return_inverse=True)
    places = places.reshape(-1)
    fractions = np.zeros((2, 2, len(pairs)), np.int64)
    fractions[:, 1] = 1
    fractions[0, :, places[: len(ours)]] = np.column_stack([our_value, our_size])
    fractions[1, :, places[len(ours) :]] = np.column_stack([their_value, their_size])
    (a, b), (c, d) = fractions
    sides = mentee_named[pairs[:, 0]] + mentor_named[pairs[:, 1]]
    return pairs.astype(np.int64), a * d + c * b, b * d * np.maximum(sides, 1)


def explain(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return who named whom."""
    parts = [
        _tell(encoded.roster.preferred_mentors, mentee, mentor, "the mentee"),
        _tell(encoded.roster.preferred_mentees, mentor, mentee, "the mentor"),
    ]
    return {"preferences": "; ".join(parts)}


def _tell(links: Links, who: int, whom: int, name: str) -> str:
    rows = links.rows[links.offsets[who] : links.offsets[who + 1]].tolist()
    if not rows:
        return f"{name} named nobody"
    if whom not in rows:
        return f"{name} named {say_count(len(rows), 'other')}"
    return f"{name} named this one as number {rows.index(whom) + 1} of {len(rows)}"
