"""Columns in one order: rows by id, words by alphabet. Permuted rows end as the same arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.roster.columns import Goals, Lists, PersonColumns, Source, SubjectLevels

People = TypeVar("People", bound=PersonColumns)
Ragged = TypeVar("Ragged", Lists, SubjectLevels, Goals)


def sort_words(words: Sequence[str], codes: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the words in use, sorted, with the codes that go with them; -1 stays -1."""
    used = np.unique(codes[codes >= 0])
    order = sorted(used.tolist(), key=lambda code: words[code])
    places = np.full(len(words) + 1, -1, np.int32)
    places[order] = np.arange(len(order))
    return [words[code] for code in order], places[codes]


def list_entries(offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the entries of some rows laid end to end, and their new offsets."""
    counts = offsets[rows + 1] - offsets[rows]
    ends = np.cumsum(counts)
    new = np.concatenate([[0], ends]).astype(np.int64)
    entries = np.arange(new[-1]) + np.repeat(offsets[rows] - new[:-1], counts)
    return entries, new


def take_ragged(ragged: Ragged, rows: NDArray[np.int64]) -> Ragged:
    """Return the lists of some rows, in their order, with the words in use sorted."""
    entries, offsets = list_entries(ragged.offsets, rows)
    changes: dict[str, Any] = {"offsets": offsets}
    for name, words in (("codes", "words"), ("subjects", "words"), ("themes", "theme_words")):
        codes = getattr(ragged, name, None)
        if codes is not None:
            changes[words], changes[name] = sort_words(getattr(ragged, words), codes[entries])
    for item in fields(ragged):
        if item.name not in changes:
            changes[item.name] = getattr(ragged, item.name)[entries]
    return replace(ragged, **changes)


def take_people(people: People, rows: NDArray[np.int64]) -> People:
    """Return the people of some rows, in the order of these rows."""
    return replace(people, **{item.name: _take(getattr(people, item.name), rows) for item in fields(people)})


def _take(column: Any, rows: NDArray[np.int64]) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    if isinstance(column, Lists):
        return take_ragged(column, rows)
    if isinstance(column, SubjectLevels):
        return take_ragged(column, rows)
    if isinstance(column, Goals):
        return take_ragged(column, rows)
    if isinstance(column, dict):
        return {name: _take(column[name], rows) for name in sorted(column)}
    if isinstance(column, Source):
        return replace(column, rows=None if column.rows is None else column.rows[rows])
    return [column[row] for row in rows.tolist()]


def feed_hash(digest: hashlib._Hash, value: Any) -> None:
    """Feed a column into a hash, with its shape and kind, so that no two contents look alike.

    Where people were read (`Source`) is no fact about them and is left out.
    """
    if isinstance(value, Source):
        return
    if isinstance(value, np.ndarray):
        plain = value.astype("<u8" if value.dtype == np.uint64 else "<i8")
        _feed(digest, b"array", repr(value.shape).encode(), plain.tobytes())
    elif isinstance(value, dict):
        _feed(digest, b"map", str(len(value)).encode())
        for name in sorted(value):
            _feed(digest, name.encode())
            feed_hash(digest, value[name])
    elif isinstance(value, Sequence) and not isinstance(value, str):
        _feed(digest, b"list", str(len(value)).encode(), *(str(item).encode() for item in value))
    else:
        for item in fields(value):
            _feed(digest, item.name.encode())
            feed_hash(digest, getattr(value, item.name))


def _feed(digest: hashlib._Hash, *parts: bytes) -> None:
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
