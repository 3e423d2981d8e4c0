"""Screening: what a mentor must have to be matched at all. Being willing is not enough."""

from __future__ import annotations

import numpy as np

from matchmaker.program import Program
from matchmaker.roster.columns import UNKNOWN, MentorColumns, get_ratings
from matchmaker.text import say_count


def screen_mentors(mentors: MentorColumns, program: Program) -> dict[int, str]:
    """Return the row of every mentor who does not pass, with all the reasons."""
    reasons: dict[int, list[str]] = {}
    for check in (_check_willing, _check_traits, _check_subjects):
        for row, reason in check(mentors, program):
            reasons.setdefault(row, []).append(reason)
    return {row: "; ".join(told) for row, told in sorted(reasons.items())}


def _check_willing(mentors: MentorColumns, program: Program) -> list[tuple[int, str]]:
    willing = mentors.willing
    if not program.screening.willing:
        return []
    told = {0: "is not willing to mentor", UNKNOWN: "has not said whether they are willing to mentor"}
    return [(row, told[int(willing[row])]) for row in np.flatnonzero(willing != 1).tolist()]


def _check_traits(mentors: MentorColumns, program: Program) -> list[tuple[int, str]]:
    failures = []
    for name, least in program.screening.traits.items():
        ratings = get_ratings(mentors, name)
        for row in np.flatnonzero(ratings < least).tolist():
            found = "no rating" if ratings[row] == UNKNOWN else f"{ratings[row]}"
            failures.append((row, f"'{name}': {found}, at least {least} is asked for"))
    return failures


def _check_subjects(mentors: MentorColumns, program: Program) -> list[tuple[int, str]]:
    screening, subjects = program.screening, mentors.subjects
    if screening.subjects <= 0:
        return []
    levels = np.where(subjects.levels == UNKNOWN, program.levels.stated, subjects.levels)
    owners = np.repeat(np.arange(len(mentors)), np.diff(subjects.offsets))
    counts = np.bincount(owners[levels >= screening.level], minlength=len(mentors))
    verb = "is" if screening.subjects == 1 else "are"
    asked = f"at least {screening.subjects} at level {screening.level} or above {verb} asked for"
    return [
        (row, f"{say_count(counts[row], 'subject')} at level {screening.level} or above, {asked}")
        for row in np.flatnonzero(counts < screening.subjects).tolist()
    ]
