"""The rule that a pair must have a weekly time to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.errors import Notice, Place
from matchmaker.scoring.encoded import Block, Bools
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

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

    def refuse(block: Block) -> Bools:
        refused = block.shared == 0
        refused[~times.mentee_known[block.rows]] = not allowed
        refused[:, ~times.mentor_known] = not allowed
        return refused

    draft.add_rule(TIMETABLE, refuse, is_firm=True)
