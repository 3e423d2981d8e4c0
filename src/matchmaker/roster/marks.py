"""A mark for each person: the same number as long as nothing that is known of them has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.roster.columns import UNKNOWN, Lists, PersonColumns

Marks = NDArray[np.uint64]

STEP = np.uint64(0x9E3779B97F4A7C15)
EIGHT = 8
KEPT = np.array([(1 << 8 * size) - 1 for size in range(EIGHT + 1)], np.uint64)
"""The lowest bytes of eight, for each number of bytes."""


def mark_people(people: PersonColumns) -> Marks:
    """Return the mark of each person, shape (num_people,).

    Row numbers, files and the order of other people play no part.
    """
    marks = np.zeros(len(people), np.uint64)
    for one in fields(people):
        if one.name != "source":
            marks = stir(marks + _mark(getattr(people, one.name), len(people)) * mark_words([one.name])[0])
    return marks


def mark_links(offsets: NDArray[np.int64], rows: NDArray[np.int64], ids: Sequence[str]) -> Marks:
    """Return a number for whom each person names, of those who are there, shape (num_people,).

    Parameters
    ----------
    offsets : int64 array of shape (num_people + 1,)
    rows : int64 array of shape (num_links,)
        Positions in `ids`.
    ids : sequence of str
    """
    return _mark_entries(Lists(offsets, rows.astype(np.int32), ids), len(offsets) - 1)


def mark_words(words: Sequence[str]) -> Marks:
    """Return a number for each word: the same on every machine.

    All words are read at once, eight bytes of each at a time: what was read before is stirred with what comes next.
    """
    text = "\0".join(words).encode("utf-8", "surrogatepass")
    octets = np.frombuffer(text + bytes(EIGHT), np.uint8)
    ends = np.append(np.flatnonzero(octets[: len(text)] == 0), len(text))[: len(words)]
    begins = np.append(0, ends[:-1] + 1)[: len(words)]
    if text.count(0) != max(len(words) - 1, 0):  # a word has the sign itself
        sizes = np.fromiter((len(word.encode("utf-8", "surrogatepass")) for word in words), np.int64, len(words))
        begins = np.cumsum(sizes + 1) - sizes - 1
        ends = begins + sizes
    sizes = ends - begins
    eights = np.lib.stride_tricks.sliding_window_view(octets, EIGHT)
    marks, rows = stir(sizes.astype(np.uint64) + STEP), np.flatnonzero(sizes)
    for done in range(0, int(sizes.max(initial=0)), EIGHT):
        rows = rows[sizes[rows] > done]
        part = eights[begins[rows] + done].view("<u8")[:, 0].astype(np.uint64)
        part &= KEPT[np.minimum(sizes[rows] - done, EIGHT)]
        marks[rows] = stir(stir(marks[rows] + part))
    return marks


def stir(numbers: Marks) -> Marks:
    """Return numbers in which every bit of the given ones counts."""
    numbers = (numbers ^ (numbers >> np.uint64(31))) * STEP
    return numbers ^ (numbers >> np.uint64(29))


def _mark(column: Any, size: int) -> Marks:
    """Return a number for each person's part of a column, whatever its kind."""
    if isinstance(column, Mapping):
        marks = np.zeros(size, np.uint64)
        for name, inner in column.items():
            marks += np.where(_is_said(inner), stir(_mark(inner, size) + mark_words([name])[0]), np.uint64(0))
        return marks
    if is_dataclass(column):
        return _mark_entries(column, size)
    if isinstance(column, np.ndarray):
        marks = np.zeros(size, np.uint64)
        for part in column.reshape(size, prod(column.shape[1:])).T:
            marks = stir(marks + part.astype(np.int64 if part.dtype != np.uint64 else np.uint64).view(np.uint64))
        return marks
    return mark_words(column)


def _is_said(column: Any) -> NDArray[np.bool_]:
    """Return who said anything: a column may be there for others alone."""
    return column != UNKNOWN if isinstance(column, np.ndarray) else np.diff(column.offsets) > 0


def _mark_entries(column: Any, size: int) -> Marks:
    """Return a number for each person's entries of a column of lists: their words and numbers, in order."""
    offsets = column.offsets
    owner = np.repeat(np.arange(size), np.diff(offsets))
    marks = (np.arange(len(owner)) - offsets[owner]).astype(np.uint64) * STEP
    for one in fields(column):
        part = getattr(column, one.name)
        if one.name != "offsets" and isinstance(part, np.ndarray) and len(part) == len(owner):
            words = _find_words(column, one.name)
            number = part.astype(np.int64).view(np.uint64)
            marks = stir(marks + (number if words is None else words[part]))
    totals = np.zeros(size, np.uint64)
    np.add.at(totals, owner, marks)
    return totals


def _find_words(column: Any, name: str) -> Marks | None:
    """Return the numbers of the words that a field of codes stands for, the last one for code -1; None for numbers."""
    homes = {"codes": "words", "subjects": "words", "themes": "theme_words"}
    if name not in homes:
        return None
    return np.append(mark_words(getattr(column, homes[name])), np.uint64(1))
