"""Cells with several values in them -> the values, each distinct one once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.tables.headings import strip_cell
from matchmaker.tables.parsing import Style
from matchmaker.text import normalise

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pieces:
    """The values of some cells, laid end to end.

    Parameters
    ----------
    offsets : int64 array of shape (num_cells + 1,)
    codes : int64 array of shape (num_values,)
        Position in `words`.
    words : list of str
        Every distinct value once, stripped, none empty.
    """

    offsets: Ints
    codes: Ints
    words: list[str]


class _Codes(dict[str, int]):
    """The code of every text met so far; a new text gets the next one."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


def split_cells(texts: Sequence[str], style: Style, default: str = ";\n") -> Pieces:
    """Return the values in cells: known options first, then what the separator parts.

    Parameters
    ----------
    texts : sequence of str
    style : Style
        Its separator, where there is one, takes the place of `default`.
    default : str
        The signs that part values.

    Returns
    -------
    Pieces
        A value that a cell holds twice counts once.

    Examples
    --------
    >>> split_cells(["Risk; audit, Python"], Style(separator=",", options=frozenset({"risk; audit"}))).words
    ['Risk; audit', 'Python']
    """
    split = _make_split(style, default)
    known = _Codes()
    counts, flat = [], list[int]()
    for text in texts:
        parts = split(text)
        counts.append(len(parts))
        flat.extend(map(known.__getitem__, parts))
    merged = _Codes()
    table = np.fromiter((merged[strip_cell(part)] for part in known), np.int64, len(known))
    owners = np.repeat(np.arange(len(texts)), np.array(counts, np.int64))
    codes = table[np.array(flat, np.int64)]
    kept = _keep_first(owners, codes, merged)
    owners, codes = owners[kept], codes[kept]
    used = [word for word in merged if word]
    places = np.cumsum([bool(word) for word in merged]) - 1
    return Pieces(count_offsets(owners, len(texts)), places[codes].astype(np.int64), used)


def _keep_first(owners: Ints, codes: Ints, words: _Codes) -> Ints:
    """Return the entries that are neither blank nor a repeat of what the same cell has had."""
    _, firsts = np.unique(owners * max(1, len(words)) + codes, return_index=True)
    firsts.sort()
    filled: Ints = firsts[codes[firsts] != words.get("", -1)]
    return filled


def count_offsets(owners: Ints, size: int) -> Ints:
    """Return the offsets of entries whose owners are given, in order."""
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=size))]).astype(np.int64)


def _make_split(style: Style, default: str) -> Callable[[str], list[str]]:
    """Return the function that parts a cell."""
    signs = style.separator or default
    pattern = re.compile(re.escape(signs) if style.separator else f"[{re.escape(default)}]")
    longest = max((len(pattern.findall(option)) for option in style.options), default=0)
    if longest:
        return lambda text: _split_known(text, pattern, style.options, longest + 1)
    if style.separator:
        return lambda text: text.split(signs)
    if "\n" in default and len(default) == 2:
        sign = default.replace("\n", "")
        return lambda text: text.replace("\n", sign).split(sign)
    return pattern.split


def _split_known(text: str, pattern: re.Pattern[str], options: frozenset[str], most: int) -> list[str]:
    """Part a cell, where neighbouring parts that together are a known option stay together."""
    cuts = [found.span() for found in pattern.finditer(text)]
    begins = [0, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(text)]
    parts, i = [], 0
    while i < len(begins):
        longer = range(min(len(begins), i + most) - 1, i, -1)
        last = next((j for j in longer if normalise(text[begins[i] : ends[j]]) in options), i)
        parts.append(text[begins[i] : ends[last]])
        i = last + 1
    return parts
