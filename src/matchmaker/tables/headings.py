"""Which row has the headings, and what the columns are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from matchmaker.errors import InputError, Notice, Place, Report
from matchmaker.tables.refusal import refuse_file, shorten
from matchmaker.text import INVISIBLE, normalise

OUTER = "".join(
    map(chr, [*range(9, 14), *range(28, 33), 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288])
) + "".join(map(chr, INVISIBLE))
"""White space and characters of no width: what is cut off at both ends of a cell."""

NUM_SAMPLED = 100
"""Filled rows from the top among which the headings are looked for."""


def strip_cell(text: str) -> str:
    """Return a cell's text without outer white space and characters of no width."""
    return text.strip(OUTER)


def find_extent(row: Sequence[str]) -> int:
    """Return the number of cells up to the last one that is filled."""
    for i in range(len(row), 0, -1):
        if strip_cell(row[i - 1]):
            return i
    return 0


def count_filled(row: Sequence[str]) -> int:
    """Return the number of cells that are filled."""
    return sum(1 for text in row if strip_cell(text))


def rank_widths(extents: Counter[int]) -> list[int]:
    """Return how wide a table may be, first what accounts for most cells; extent -> number of rows."""
    return sorted(extents, key=lambda extent: (extents[extent] * extent, -extent), reverse=True)


def choose_heading_row(
    numbers: Sequence[int], rows: Sequence[Sequence[str]], stated: int | None, place: Place, report: Report
) -> int:
    """Return the position of the row that has the headings.

    Unless the user stated it, it is the first row that reaches as far as the table is wide (short of
    one column, from four columns on) and has at least half its cells filled: a title or a remark above
    the table fills fewer.

    Parameters
    ----------
    numbers : sequence of int
        The spreadsheet's row numbers.
    rows : sequence of sequence of str
    stated : int or None
        The row number that the user stated.
    place : Place
    report : Report
        Gets a notice if filled rows above the headings are left out.

    Returns
    -------
    int
    """
    if stated is not None:
        return _find_stated(numbers, rows, stated, place)
    sampled = [i for i, row in enumerate(rows) if find_extent(row)][:NUM_SAMPLED]
    found = _find_heading_row(rows, sampled)
    above = [i for i in sampled if i < found]
    if above:
        _tell_rows_above([numbers[i] for i in above], numbers[found], rows[above[0]], place, report)
    return found


def _find_heading_row(rows: Sequence[Sequence[str]], sampled: Sequence[int]) -> int:
    """Return the first sampled row that fits the likeliest width which any row fits."""
    extents = {i: find_extent(rows[i]) for i in sampled}
    filled = {i: count_filled(rows[i]) for i in sampled}
    for width in rank_widths(Counter(extents.values())):
        least = width - 1 if width >= 4 else width
        for i in sampled:
            if extents[i] >= least and 2 * filled[i] >= width:
                return i
    return sampled[0]


def _find_stated(numbers: Sequence[int], rows: Sequence[Sequence[str]], stated: int, place: Place) -> int:
    """Return the position of the stated row number, which must be filled."""
    if stated in numbers and find_extent(rows[numbers.index(stated)]):
        return numbers.index(stated)
    problem = "the row is blank, but the headings were said to stand there"
    raise refuse_file("heading-row", replace(place, row=stated), problem, "Name a row that has the headings")


def _tell_rows_above(numbers: Sequence[int], found: int, first: Sequence[str], place: Place, report: Report) -> None:
    """Note which rows above the headings are left out."""
    rows = f"row {numbers[0]}" if len(numbers) == 1 else f"rows {numbers[0]} to {numbers[-1]}"
    problem = f"the headings were found in row {found}; {rows} above them is no part of the table"
    if len(numbers) > 1:
        problem = problem.replace(" is no part", " are no part")
    text = next(filter(None, map(strip_cell, first)))
    remedy = "If the headings stand elsewhere, name their row as heading_row in [columns]"
    report.add_notice(Notice("rows-above", problem, remedy, replace(place, row=numbers[0]), shorten(text)))


def clean_headings(
    row: Sequence[str], has_data: Sequence[bool], place: Place, report: Report
) -> tuple[list[str], list[int]]:
    """Return headings that are all different, and the positions of the columns they belong to.

    A column without heading and data is left out. One without a heading, and one whose heading was
    there before, get a name of their own and a notice.

    Parameters
    ----------
    row : sequence of str
        The cells of the heading row.
    has_data : sequence of bool
        For each column, whether any cell below is filled.
    place : Place
        The heading row.
    report : Report

    Returns
    -------
    headings : list of str
    kept : list of int
    """
    padded = [*map(strip_cell, row[: len(has_data)]), *[""] * (len(has_data) - len(row))]
    kept = [i for i, text in enumerate(padded) if text or has_data[i]]
    taken = {normalise(text) for text in padded if text}
    met: set[str] = set()
    headings = []
    for i in kept:
        heading = padded[i]
        if not heading or normalise(heading) in met:
            heading = _rename(heading, i, taken, place, report)
        met.add(normalise(heading))
        headings.append(heading)
    return headings, kept


def _rename(heading: str, position: int, taken: set[str], place: Place, report: Report) -> str:
    """Return a name that no other column has, and note it."""
    letters = name_column(position)
    stem = heading or f"Column {letters}"
    name, number = (stem, 1) if not heading else (f"{stem} (2)", 2)
    while normalise(name) in taken:
        number += 1
        name = f"{stem} ({number})"
    taken.add(normalise(name))
    if heading:
        kind, problem = "heading-repeated", f"the heading '{shorten(heading)}' was there before"
    else:
        kind, problem = "heading-missing", f"column {letters} has cells, but no heading"
    remedy = "Give every column a heading of its own"
    told = f"{problem}; it is read as '{shorten(name)}'"
    report.add_notice(Notice(kind, told, remedy, replace(place, column=shorten(name))))
    return name


def name_column(position: int) -> str:
    """Return the letters by which a spreadsheet calls a column, counted from 0: A, B, … Z, AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def refuse_empty(place: Place) -> InputError:
    """Return the exception for a file in which no cell is filled, to be raised."""
    problem = "there is nothing in it"
    return refuse_file("empty", place, problem, "A table needs a row of headings and a row for each person")
