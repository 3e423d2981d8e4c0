"""Availability: how many weekly starts a pair can choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.scoring.encoded import Encoded, Ints, Points, StartTerm, find_tables, share_points
from matchmaker.text import say_count
from matchmaker.times import count_bits

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

NAMES = ("availability",)


def add(draft: Draft) -> None:
    r"""Compile the shared starts.

    :math:`\min(1, n / m)` with n the weekly starts that both have free and m the program's
    ``comfortable_starts``; half where the slots of either are unknown.
    """
    place, weight = draft.weight("availability")
    if place < 0 or draft.times is None:
        return
    rows, row = find_tables(weight, draft.weights.total)
    table = _fill_table(rows, draft.program.comfortable_starts)
    draft.start_terms.append(StartTerm(place, table, row, draft.times))


def _fill_table(rows: Ints, comfortable: int) -> Points:
    weight, total = rows.T[:, :, None]
    known = share_points(weight, np.arange(comfortable + 1), total, comfortable)
    return np.concatenate([known, share_points(weight, 1, total, 2)], axis=1)


def explain(encoded: Encoded, mentee: int, mentor: int) -> dict[str, str]:
    """Return how many starts the pair shares."""
    for term in encoded.start_terms:
        times = term.times
        if not (times.mentee_known[mentee] and times.mentor_known[mentor]):
            return {"availability": "the free times of one of them are unknown: counts half"}
        shared = int(count_bits(times.mentee_starts[mentee] & times.mentor_starts[mentor]))
        comfortable = encoded.program.comfortable_starts
        return {"availability": f"they share {say_count(shared, 'weekly start')}; {comfortable} make it comfortable"}
    return {"availability": "nobody's free times are known"}
