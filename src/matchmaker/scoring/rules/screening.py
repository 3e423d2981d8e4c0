"""Screening: what a mentor must have to be matched at all. Being willing is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.roster.columns import UNKNOWN
from matchmaker.scoring.components.attitude import get_ratings
from matchmaker.scoring.encoded import Block, Bools
from matchmaker.text import say_count

if TYPE_CHECKING:
    from matchmaker.scoring.draft import Draft

SCREENING = "screening of mentors"


def add_screening(draft: Draft) -> None:
    """Note every mentor who fails, with the reasons, and refuse all their pairs."""
    reasons: dict[int, list[str]] = {}
    for row, reason in [*_check_willing(draft), *_check_traits(draft), *_check_subjects(draft)]:
        reasons.setdefault(row, []).append(reason)
    draft.screened_out |= {row: "; ".join(told) for row, told in sorted(reasons.items())}
    if not reasons:
        return
    failed = np.zeros(len(draft.roster.mentors), bool)
    failed[list(reasons)] = True

    def refuse(block: Block) -> Bools:
        return np.broadcast_to(failed, (len(block.rows), len(failed)))

    draft.add_rule(SCREENING, refuse, is_firm=True)


def _check_willing(draft: Draft) -> list[tuple[int, str]]:
    willing = draft.roster.mentors.willing
    if not draft.program.screening.willing:
        return []
    told = {0: "is not willing to mentor", UNKNOWN: "has not said whether they are willing to mentor"}
    return [(row, told[int(willing[row])]) for row in np.flatnonzero(willing != 1).tolist()]


def _check_traits(draft: Draft) -> list[tuple[int, str]]:
    failures = []
    for name, least in draft.program.screening.traits.items():
        ratings = get_ratings(draft.roster.mentors, name)
        for row in np.flatnonzero(ratings < least).tolist():
            found = "no rating" if ratings[row] == UNKNOWN else f"{ratings[row]}"
            failures.append((row, f"'{name}': {found}, at least {least} is asked for"))
    return failures


def _check_subjects(draft: Draft) -> list[tuple[int, str]]:
    screening, subjects = draft.program.screening, draft.roster.mentors.subjects
    if screening.subjects <= 0:
        return []
    levels = np.where(subjects.levels == UNKNOWN, draft.program.levels.stated, subjects.levels)
    owners = np.repeat(np.arange(len(draft.roster.mentors)), np.diff(subjects.offsets))
    counts = np.bincount(owners[levels >= screening.level], minlength=len(draft.roster.mentors))
    asked = f"at least {screening.subjects} at level {screening.level} or above are asked for"
    return [
        (row, f"{say_count(counts[row], 'subject')} at level {screening.level} or above, {asked}")
        for row in np.flatnonzero(counts < screening.subjects).tolist()
    ]
