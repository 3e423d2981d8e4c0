"""The rule that a pair must have a weekly time to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Notice, Place
from matchmaker.scoring.encoded import Bools, Ints
from matchmaker.solve.problem import Times

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

TIMETABLE = "a weekly time that both have free"


def count_shared(times: Times, rows: Ints) -> NDArray[np.int16]:
    """Return how many weekly starts each pair shares, shape (num_rows, num_mentors)."""
    shared = np.zeros((len(rows), len(times.mentor_starts)), np.uint8)
    total = shared.astype(np.int16)
    for word in range(times.mentor_starts.shape[1]):
        np.bitwise_count(times.mentee_starts[rows, word][:, None] & times.mentor_starts[:, word][None, :], out=shared)
        total += shared
    return total


def add_timetable(draft: Draft) -> None:
    """Refuse pairs without a shared start; those with unknown slots as the program says."""
    times, program = draft.times, draft.program
    if not program.timetable or times is None:
        return
    allowed = program.slots_unknown == "allow"
    for role, known in (("mentee", times.mentee_known), ("mentor", times.mentor_known)):
        count = int(np.count_nonzero(~known))
        if count:
            effect = "arrange their own time" if allowed else "are refused"
            told = f"{count:,} {role}s have not said when they are free; their pairs {effect}"
            advice = 'Ask them, or set slots_unknown = "allow", or timetable = false'
            draft.report.add_notice(Notice("slots-unknown", told, advice, Place(column="slots")))

    def refuse(rows: Ints) -> Bools:
        known = times.mentee_known[rows][:, None] & times.mentor_known[None, :]
        return np.where(known, count_shared(times, rows) == 0, not allowed)

    draft.add_rule(TIMETABLE, refuse)
