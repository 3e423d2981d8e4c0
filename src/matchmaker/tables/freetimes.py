"""Free times in cells: one column with all of them, or a column for each time or day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.tables.fields import is_day
from matchmaker.tables.parsing import Parse, Refusal, Style, parse_all, read_yes
from matchmaker.tables.pieces import split_cells
from matchmaker.text import normalise
from matchmaker.times import NUM_WORDS, Parsed, parse_slots

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]

NO_TIME = Parsed(np.zeros(NUM_WORDS, np.uint64), ())
PLAIN = Style()


class Times(NamedTuple):
    """The free times of some texts.

    Parameters
    ----------
    bits : uint64 array of shape (num_texts, 6)
    remarks : list of (str, int)
        What the reader should know, and the first text that it is about.
    refusals : dict of int to Refusal
        What is wrong, by text.
    """

    bits: Bits
    remarks: list[tuple[str, int]]
    refusals: dict[int, Refusal]


def parse_times(texts: Sequence[str]) -> Times:
    """Return the free times of every text.

    Most cells are put together from a few clauses that each name their own days. Such a clause means
    the same in every cell, so it is read once; a cell with any other clause is read whole.
    """
    pieces = split_cells(texts, PLAIN)
    clauses, _ = parse_all(pieces.words, _parse_text, PLAIN, NO_TIME)
    table = stack_bits(clauses)
    unclear = np.flatnonzero((table == 0).all(axis=1))
    owners = np.repeat(np.arange(len(texts)), np.diff(pieces.offsets))
    is_whole = np.zeros(len(texts), bool)
    is_whole[owners[np.isin(pieces.codes, unclear)]] = True
    wholes = np.flatnonzero(is_whole).tolist()
    rest, faulty = parse_all([texts[code] for code in wholes], _parse_text, PLAIN, NO_TIME)
    filled = np.flatnonzero(np.diff(pieces.offsets))
    bits = np.zeros((len(texts), NUM_WORDS), np.uint64)
    if len(filled):
        bits[filled] = np.bitwise_or.reduceat(table[pieces.codes], pieces.offsets[filled], axis=0)
    bits[wholes] = stack_bits(rest)
    kept = np.flatnonzero(~is_whole[owners])
    firsts = dict(zip(pieces.codes[kept][::-1].tolist(), owners[kept][::-1].tolist(), strict=True))
    remarks = [*_list_remarks(clauses, firsts), *_list_remarks(rest, dict(enumerate(wholes)))]
    return Times(bits, remarks, {wholes[code]: refusal for code, refusal in faulty.items()})


def stack_bits(values: Sequence[Parsed]) -> Bits:
    """Return the bits of free times as rows of one table."""
    return np.array([value.bits for value in values], np.uint64).reshape(-1, NUM_WORDS)


def _parse_text(text: str, _: Style) -> Parsed:
    return parse_slots(text)


def _list_remarks(values: Sequence[Parsed], places: dict[int, int]) -> list[tuple[str, int]]:
    """Return every remark with the text that it is about; what is in no text is left out."""
    return [(told, places[code]) for code, value in enumerate(values) if code in places for told in value.notices]


class Answer(NamedTuple):
    """A cell under a heading that names times; unknown where it is blank."""

    times: Parsed
    is_known: bool


BLANK = Answer(NO_TIME, is_known=False)


def make_answer(word: str) -> Parse[Answer]:
    """Return how the cells under a heading are read: a tick, or the times of the day that it names."""
    has_times = not is_day(word)

    def parse(text: str, style: Style) -> Answer:
        plain = normalise(text)
        if not plain:
            return BLANK
        if has_times or plain in style.words:
            return Answer(parse_slots(word) if read_yes(text, style) else NO_TIME, is_known=True)
        return Answer(_parse_of_day(word, text, style), is_known=True)

    return parse


def _parse_of_day(day: str, text: str, style: Style) -> Parsed:
    """Return the times in a cell under a day; a tick alone does not say which."""
    try:
        is_yes = read_yes(text, style)
    except Refusal:
        return NO_TIME if normalise(text) == "none" else parse_slots(f"{day} {text}")
    if is_yes:
        problem = f"the heading names '{day}' but no time, so a tick says nothing"
        raise Refusal("slots", problem, f"Write the times in the cell, or map the column to 'slot {day} 18:00-20:00'")
    return NO_TIME
