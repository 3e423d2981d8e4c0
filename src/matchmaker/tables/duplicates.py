"""People who answered twice: which of their rows counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Notice, Place
from matchmaker.roster.build import Coder
from matchmaker.tables.parsing import read_id
from matchmaker.tables.sides import Side

Ints = NDArray[np.int64]


def choose_rows(side: Side) -> Ints:
    """Return the rows of a side that count, ascending: one of each person, unless repeats are a fault.

    Rows belong to one person if they share an id or an e-mail, also by way of a third row. A notice
    tells of every row that is left out.
    """
    choice = side.program.columns.duplicates
    if choice == "fault" or not len(side.rows):
        return side.rows
    emails = side.read_texts("email")
    ids = [read_id(text) or email for text, email in zip(side.read_texts("id"), emails, strict=True)]
    people = group_rows(ids, [email.casefold() for email in emails])
    kept = find_last(people) if choice == "last" else find_first(people)
    for row in np.flatnonzero(kept != np.arange(len(kept))).tolist():
        where = int(side.sheet.rows[side.rows[kept[row]]])
        told = f"this {side.role} answered more than once: the {choice} answer (row {where}) counts, this one does not"
        place = Place(side.sheet.file, side.sheet.sheet, int(side.sheet.rows[side.rows[row]]))
        side.report.add_notice(Notice("answered-twice", told, "", place, ids[row]))
    return side.rows[np.unique(kept)]


def group_rows(*keys: Sequence[str]) -> Ints:
    """Return a number for each row, the same for rows that share any key; a blank key is none.

    Parameters
    ----------
    *keys : sequences of str
        One text for each row; keys of different sequences are different.

    Returns
    -------
    int64 array of shape (num_rows,)
        The first row of each group.
    """
    codes = [_code_keys(texts) for texts in keys]
    groups = np.arange(len(keys[0]))
    while True:
        before = groups
        for code in codes:
            least = np.full(int(code.max(initial=0)) + 1, len(groups))
            np.minimum.at(least, code, groups)
            groups = least[code]
        if np.array_equal(before, groups):
            return groups


def _code_keys(texts: Sequence[str]) -> Ints:
    """Return a number for each distinct text; every blank one gets a number of its own."""
    coder = Coder()
    return np.array([coder.code(text or f"\0{row}") for row, text in enumerate(texts)], np.int64)


def find_first(groups: Ints) -> Ints:
    """Return the first row of each row's group."""
    return groups


def find_last(groups: Ints) -> Ints:
    """Return the last row of each row's group."""
    last = np.zeros(len(groups), np.int64)
    np.maximum.at(last, groups, np.arange(len(groups)))
    return last[groups]
