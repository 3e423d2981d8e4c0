"""What mentors know and mentees want: from cells with several subjects, and from a column each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Notice
from matchmaker.roster.build import Coder
from matchmaker.roster.columns import UNKNOWN, Goals, MenteeColumns, MentorColumns, SubjectLevels
from matchmaker.tables.mapping import Mapped
from matchmaker.tables.parsing import (
    GoalText,
    Parse,
    Stated,
    Style,
    read_goal,
    read_kind,
    read_level,
    read_subject,
    read_thousandths,
    read_ticked_level,
    read_whole,
    read_yes,
)
from matchmaker.tables.pieces import count_offsets
from matchmaker.tables.sides import Side

Ints = NDArray[np.int64]
Part = tuple[Ints, Ints]
"""Rows, ascending, and a table of whole numbers with a line for each of them."""


def read_mentor_side(side: Side) -> MentorColumns:
    """Return the mentors in some rows of a sheet."""
    return MentorColumns(
        **side.read_common(),
        capacity=side.read_numbers(side.find("capacity"), read_whole),
        minimum=side.read_numbers(side.find("minimum"), read_whole),
        willing=side.read_numbers(side.find("willing"), read_yes, 1),
        subjects=_read_subjects(side),
    )


def read_mentee_side(side: Side) -> MenteeColumns:
    """Return the mentees in some rows of a sheet."""
    return MenteeColumns(
        **side.read_common(),
        wanted=side.read_numbers(side.find("wanted"), read_whole),
        priority=side.read_numbers(side.find("priority"), read_whole),
        focus=side.read_word("focus"),
        goals=_read_goals(side),
    )


def _read_subjects(side: Side) -> SubjectLevels:
    """Return what every mentor knows."""
    words = Coder()
    cells = [*side.list_all("skills"), *side.list_all("knowledge", has_word=False)]
    grid = [*side.list_all("skill"), *side.list_all("knowledge", has_word=True)]
    parts = [_read_subject_cells(side, one, words) for one in cells]
    parts += [_read_subject_grid(side, one, words) for one in grid]
    owners, table = _join(parts, 3)
    return SubjectLevels(
        count_offsets(owners, len(side.rows)),
        table[:, 0].astype(np.int32),
        table[:, 1].astype(bool),
        table[:, 2],
        words.words,
    )


def _join(parts: list[Part], width: int) -> Part:
    """Return the lines of several columns, those of each row together."""
    owners = np.concatenate([np.empty(0, np.int64), *(part[0] for part in parts)])
    table = np.concatenate([np.empty((0, width), np.int64), *(part[1] for part in parts)])
    if len(parts) > 1:
        order = np.argsort(owners, kind="stable")
        owners, table = owners[order], table[order]
    return owners, table


def _code(coder: Coder, word: str) -> int:
    return coder.code(word) if word else UNKNOWN


def _read_subject_cells(side: Side, one: Mapped, words: Coder) -> Part:
    is_knowledge = int(one.meaning.kind == "knowledge")
    found = side.read_several(one, read_subject, Stated("", UNKNOWN))
    table = [(_code(words, stated.subject), is_knowledge, stated.level) for stated in found.values]
    return found.owners, np.array(table, np.int64).reshape(-1, 3)[found.codes]


def _read_subject_grid(side: Side, one: Mapped, words: Coder) -> Part:
    ticked = side.program.levels.stated
    levels = side.read_numbers(one, lambda text, style: read_ticked_level(text, style, ticked))
    mine = np.flatnonzero(levels != UNKNOWN)
    table = np.empty((len(mine), 3), np.int64)
    table[:, 0], table[:, 1] = words.code(one.meaning.word), one.meaning.kind == "knowledge"
    table[:, 2] = levels[mine]
    return mine, table


def _read_goals(side: Side) -> Goals:
    """Return what every mentee wants."""
    subjects, themes = Coder(), Coder()
    numbers = sorted({one.meaning.number for one in side.list_all("goal part")})
    parts = [_read_goal_cells(side, one, subjects, themes) for one in side.list_all("goals")]
    parts += [_read_numbered(side, number, subjects, themes) for number in numbers]
    grid = [*side.list_all("goal skill"), *side.list_all("goal knowledge")]
    parts += [_read_goal_grid(side, one, subjects) for one in grid]
    owners, table = _join(parts, 6)
    return Goals(
        count_offsets(owners, len(side.rows)),
        table[:, 0].astype(np.int32),
        table[:, 1].astype(bool),
        table[:, 2],
        table[:, 3],
        table[:, 4],
        table[:, 5].astype(np.int32),
        subjects.words,
        themes.words,
    )


def _read_goal_cells(side: Side, one: Mapped, subjects: Coder, themes: Coder) -> Part:
    found = side.read_several(one, read_goal, GoalText(""))
    table = [(_code(subjects, goal.subject), *goal[1:5], _code(themes, goal.theme)) for goal in found.values]
    return found.owners, np.array(table, np.int64).reshape(-1, 6)[found.codes]


def _read_numbered(side: Side, number: int, subjects: Coder, themes: Coder) -> Part:
    """Return the N-th goal of everybody who has one."""
    parts = {one.meaning.word: one for one in side.list_all("goal part") if one.meaning.number == number}

    def code_word(coder: Coder) -> Parse[int]:
        return lambda text, _: _code(coder, text)

    columns = (
        side.read_numbers(parts.get("subject"), code_word(subjects)),
        side.read_numbers(parts.get("kind"), read_kind, 0),
        side.read_numbers(parts.get("current"), read_level),
        side.read_numbers(parts.get("target"), read_level),
        side.read_numbers(parts.get("importance"), read_thousandths),
        side.read_numbers(parts.get("theme"), code_word(themes)),
    )
    table = np.stack(columns, axis=1)
    has_subject = table[:, 0] != UNKNOWN
    stray = np.flatnonzero(~has_subject & (table[:, 2:4] != UNKNOWN).any(axis=1))
    for row in stray.tolist():
        told = f"goal {number} has levels but no subject, so it counts for nothing"
        place = side.locate(row, parts.get("subject") or next(iter(parts.values())))
        side.report.add_notice(Notice("goal-blank", told, "", place))
    mine = np.flatnonzero(has_subject)
    return mine, table[mine]


def _read_goal_grid(side: Side, one: Mapped, subjects: Coder) -> Part:
    """Return the goals of one column; a level of 0 is no goal."""
    ticked = side.program.levels.target

    def parse(text: str, style: Style) -> int:
        return read_ticked_level(text, style, ticked)

    targets = side.read_numbers(one, parse)
    mine = np.flatnonzero(targets > 0)
    table = np.full((len(mine), 6), UNKNOWN, np.int64)
    table[:, 0], table[:, 1] = subjects.code(one.meaning.word), one.meaning.kind == "goal knowledge"
    table[:, 3] = targets[mine]
    return mine, table
