"""The rule that a pair must have a weekly time to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.errors import Notice, Place
from matchmaker.roster.columns import UNKNOWN
from matchmaker.scoring.encoded import Block, Bools
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft
    from matchmaker.solve.problem import Times

TIMETABLE = "a weekly time that both have free"


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
            told = f"{say_count(count, role)} without known free times, whose pairs {effect}"
            advice = 'Ask them, or set slots_unknown = "allow", or timetable = false'
            draft.report.add_notice(Notice("slots-unknown", told, advice, Place(column="slots")))

    _tell_few_starts(draft, times)

    def refuse(block: Block) -> Bools:
        refused = block.shared == 0
        refused[~times.mentee_known[block.rows]] = not allowed
        refused[:, ~times.mentor_known] = not allowed
        return refused

    draft.add_rule(TIMETABLE, refuse, is_firm=True)


def _tell_few_starts(draft: Draft, times: Times) -> None:
    """Tell of mentors who can be matched, and whose free times hold fewer mentees than their capacity."""
    mentors, program = draft.roster.mentors, draft.program
    capacity = np.where(mentors.capacity == UNKNOWN, program.capacity, mentors.capacity)
    fit = np.bitwise_count(times.mentor_starts).sum(axis=1).astype(np.int64) * times.pairs_per_start
    for row in np.flatnonzero(times.mentor_known & (fit < capacity)).tolist():
        if row not in draft.screened_out:
            told = (
                f"the free times hold {say_count(int(fit[row]), 'mentee')}, fewer than the capacity of {capacity[row]}"
            )
            place = mentors.locate(row, "slots")
            draft.report.add_notice(Notice("places-beyond-starts", told, "More free times would use the rest", place))
