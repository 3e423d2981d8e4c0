"""The rule that a mentor must pass the screening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.roster.screening import screen_mentors
from matchmaker.scoring.refusals import ByMentor

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

SCREENING = "screening of mentors"


def add_screening(draft: Draft) -> None:
    """Note every mentor who fails, with the reasons, and refuse all their pairs."""
    draft.screened_out |= screen_mentors(draft.roster.mentors, draft.program)
    if not draft.screened_out:
        return
    failed = np.zeros(len(draft.roster.mentors), bool)
    failed[list(draft.screened_out)] = True
    draft.add_rule(SCREENING, ByMentor(failed), is_firm=True)
