"""The rule that a mentor must be ahead on something the mentee wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.roster.columns import UNKNOWN
from matchmaker.scoring.components.goals import fill_levels, match_subjects
from matchmaker.scoring.encoded import NEVER_MENTIONED
from matchmaker.scoring.refusals import ByLevels

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

HELPS = "helps with at least one goal"


def add_helps(draft: Draft) -> None:
    """Refuse mentors who are ahead on none of the goals of a mentee who named any.

    Without it, matching as many as possible would make pairs that help nobody. All goals count here,
    also those beyond ``goals_counted``.
    """
    goals = draft.roster.mentees.goals
    if not draft.program.helps or not len(goals.subjects):
        return
    current, _ = fill_levels(draft)
    subject, levels = match_subjects(draft, np.arange(len(goals.subjects)))
    stated = np.where(levels == NEVER_MENTIONED, UNKNOWN, levels).astype(np.int8)
    draft.add_rule(HELPS, ByLevels(goals.offsets, subject, current.astype(np.int8), stated))
