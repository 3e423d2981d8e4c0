"""Attitude: qualities that every mentor should have, and styles as the mentee wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.roster.columns import UNKNOWN, get_ratings
from matchmaker.scoring.encoded import CodeTerm, Encoded, Ints, Points, find_tables, share_points

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

NAMES = ("attitude",)

STEPS = 4
"""Steps from the lowest rating, 1, to the highest, 5."""


def add(draft: Draft) -> None:
    r"""Compile the traits of the program.

    With a the mentor's rating and w the mentee's wish, both 1 to 5, a quality is worth
    :math:`(a - 1) / 4` and a style :math:`1 - |a - w| / 4`; the component is the mean over all
    qualities and the styles the mentee has a wish for. An unknown rating counts half.

    Notes
    -----
    Similarity in attitudes, values, beliefs and personality is the strongest antecedent of perceived support,
    rho = .38 to .59, N = 40,737 [1]_: it speaks for styles.

    References
    ----------
    .. [1] Eby, L. T., et al. (2013). Psychological Bulletin, 139(2), 441-476. doi:10.1037/a0029279
    """
    place, weight = draft.weight("attitude")
    if place < 0:
        return
    mentees, mentors = draft.roster.mentees, draft.roster.mentors
    wishes = {name: get_ratings(mentees, name) for name, kind in draft.program.traits.items() if kind == "style"}
    num_qualities = len(draft.program.traits) - len(wishes)
    counted = num_qualities + sum((wish != UNKNOWN).astype(np.int64) for wish in wishes.values())
    counted = np.broadcast_to(np.asarray(counted, np.int64), len(mentees))
    unsaid = np.flatnonzero(counted == 0)
    draft.base[place, unsaid] = share_points(weight[unsaid], 1, draft.weights.total[unsaid], 2)
    for name, kind in draft.program.traits.items():
        wish = wishes.get(name, np.zeros(len(mentees), np.int64))
        rows, row = find_tables(wish, counted, weight, draft.weights.total)
        ratings = get_ratings(mentors, name)
        code = np.where(ratings == UNKNOWN, 0, ratings).astype(np.int32)
        draft.code_terms.append(CodeTerm(place, _fill_table(rows, is_style=kind == "style"), row, code))


def _fill_table(rows: Ints, *, is_style: bool) -> Points:
    """Return points by rating: column 0 for an unknown one, then 1 to 5."""
    wish, counted, weight, total = rows.T[:, :, None]
    rating = np.arange(1, 6)
    steps = STEPS - np.abs(rating - wish) if is_style else rating - 1 + 0 * wish
    said = (wish != UNKNOWN) & (counted > 0)
    denominator = total * np.maximum(counted, 1)
    known = share_points(weight * said, np.maximum(steps, 0), denominator, STEPS)
    unknown = share_points(weight * said, 1, denominator, 2)
    return np.concatenate([unknown, known], axis=1)


def explain(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return the mentor's ratings beside what is asked of them."""
    parts = []
    for name, kind in encoded.program.traits.items():
        rating = int(get_ratings(encoded.roster.mentors, name)[mentor])
        wish = int(get_ratings(encoded.roster.mentees, name)[mentee])
        told = "no rating" if rating == UNKNOWN else f"{rating} of 5"
        if kind == "quality":
            parts.append(f"{name} {told}")
        elif wish != UNKNOWN:
            parts.append(f"{name} {told} where {wish} is wished for")
    return {"attitude": "; ".join(parts) or "no trait counts for this mentee"}
