"""Rows of text -> coded columns, chunk by chunk, so that the cells are never all in memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Place, Report
from matchmaker.tables.errorcells import MARK, blank_errors
from matchmaker.tables.headings import choose_heading_row, clean_headings, find_extent, strip_cell
from matchmaker.tables.refusal import refuse_file, shorten
from matchmaker.tables.sheet import CodedColumn, Flaw, Sheet
from matchmaker.text import say_count

MOST_CELLS = 100_000_000
"""Cells of the largest table that is read: data rows times columns."""

MOST_COLUMNS = 16_384
"""Columns of the widest table that is read: as many as a spreadsheet can hold."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table, one after another.

    Parameters
    ----------
    numbers : sequence of int
        The spreadsheet's row numbers, ascending.
    rows : list of sequence of str
        Their cells; rows may differ in length.
    """

    numbers: Sequence[int]
    rows: list[Sequence[str]]


@dataclass(frozen=True)
class Source:
    """Where rows come from, and how they are to be read.

    Parameters
    ----------
    file : str
    sheet : str or None
    heading_row : int or None
        Where the headings stand, if the user said so.
    is_grid : bool
        Whether cells have columns of their own, as in a workbook: then filled cells beside the
        headings are a column without a heading. In a text file they are a fault.
    """

    file: str
    sheet: str | None = None
    heading_row: int | None = None
    is_grid: bool = False

    def locate(self, row: int | None = None, column: str | None = None) -> Place:
        """Return a place in this table."""
        return Place(self.file, self.sheet, row, column)


class _Codes(dict[str, int]):
    """The code of every text met so far; a new text gets the next one."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


@dataclass
class _Column:
    """A column while it grows."""

    known: _Codes = field(default_factory=_Codes)
    codes: array[int] = field(default_factory=lambda: array("i"))

    def add(self, cells: Sequence[str]) -> None:
        """Append cells."""
        self.codes.frombytes(np.fromiter(map(self.known.__getitem__, cells), np.intc, len(cells)).tobytes())

    def add_blanks(self, num_rows: int) -> None:
        """Append blank cells."""
        self.codes.extend(array("i", [self.known[""]]) * num_rows)

    def finish(self) -> CodedColumn:
        """Return the column with its texts stripped, and forget everything."""
        codes = np.frombuffer(self.codes, np.int32)
        raw = list(self.known)
        self.known, self.codes = _Codes(), array("i")
        stripped = [strip_cell(text) for text in raw]
        if stripped == raw:
            return CodedColumn(codes, raw)
        merged = _Codes()
        table = np.fromiter(map(merged.__getitem__, stripped), np.int32, len(raw))
        return CodedColumn(table[codes], list(merged))


class _Table:
    """A table while it grows: columns, row numbers, and faults of its shape."""

    def __init__(self, source: Source, width: int) -> None:
        self.source = source
        self.surplus: dict[tuple[str, str, str], array[int]] = {}
        self.columns = [_Column() for _ in range(width)]
        self.numbers: list[NDArray[np.int64]] = []
        self.num_rows = 0

    def add(self, chunk: Chunk) -> None:
        """Append the rows of a chunk."""
        if not chunk.rows:
            return
        rows = self._fit(chunk)
        self._limit(len(rows))
        for column, cells in zip(self.columns, zip(*rows, strict=True), strict=True):
            column.add(cells)
        self.numbers.append(np.asarray(chunk.numbers, np.int64))
        self.num_rows += len(rows)

    def _fit(self, chunk: Chunk) -> list[Sequence[str]]:
        """Return the rows, all as wide as the table."""
        lengths = set(map(len, chunk.rows))
        if self.source.is_grid:
            self._widen(max(lengths))
        width = len(self.columns)
        if lengths == {width}:
            return chunk.rows
        rows = chunk.rows.copy()
        blanks = [""] * width
        for i in [i for i, row in enumerate(rows) if len(row) != width]:
            self._check_surplus(chunk.numbers[i], rows[i][width:])
            rows[i] = [*rows[i][:width], *blanks[len(rows[i]) :]]
        return rows

    def _widen(self, width: int) -> None:
        """Add columns of blanks up to a width."""
        for _ in range(width - len(self.columns)):
            column = _Column()
            column.add_blanks(self.num_rows)
            self.columns.append(column)

    def _check_surplus(self, number: int, surplus: Sequence[str]) -> None:
        """Note if there is anything in the cells beyond the last heading."""
        filled = [text for text in map(strip_cell, surplus) if text]
        if not filled:
            return
        width = len(self.columns)
        there = "there is" if width == 1 else "there are"
        problem = f"the row has {width + find_extent(surplus)} cells, but {there} {say_count(width, 'heading')}"
        remedy = "Put cells that hold the separator in quotation marks, or give each column a heading"
        self.surplus.setdefault((problem, remedy, shorten(filled[0])), array("q")).append(number)

    def list_surplus(self) -> list[Flaw]:
        """Return what is wrong with rows that have cells beyond the last heading."""
        return [Flaw("row-too-long", *told, None, np.array(rows, np.int64)) for told, rows in self.surplus.items()]

    def _limit(self, more: int) -> None:
        """Refuse a table beyond the largest size."""
        if len(self.columns) * (self.num_rows + more) > MOST_CELLS or len(self.columns) > MOST_COLUMNS:
            problem = f"the table has more than {MOST_CELLS:,} cells or {MOST_COLUMNS:,} columns, too many to read"
            raise refuse_file(
                "too-large", self.source.locate(), problem, "Delete what is not needed, or split the file"
            )

    def finish(self) -> tuple[NDArray[np.int64], list[CodedColumn]]:
        """Return the numbers of the rows that are not blank, and the columns over these rows."""
        columns = [column.finish() for column in self.columns]
        numbers = np.concatenate(self.numbers) if self.numbers else np.zeros(0, np.int64)
        filled = np.zeros(self.num_rows, bool)
        for column in columns:
            filled |= column.codes != (column.values.index("") if "" in column.values else -1)
        keep = slice(None) if filled.all() else np.flatnonzero(filled)
        return numbers[keep], [_select(column, keep) for column in columns]


def _select(column: CodedColumn, keep: slice | NDArray[np.intp]) -> CodedColumn:
    """Return a column over some rows, its texts in the order of their first appearance there."""
    codes = column.codes[keep]
    first = np.full(len(column.values), len(codes), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    order = np.argsort(first, kind="stable")[: int((first < len(codes)).sum())]
    if len(order) == len(column.values) and (np.diff(order) > 0).all():
        return CodedColumn(codes, column.values)
    table = np.zeros(len(column.values), np.int32)
    table[order] = np.arange(len(order))
    return CodedColumn(table[codes], [column.values[i] for i in order])


def code_sheet(chunks: Iterable[Chunk], source: Source, report: Report) -> Sheet | None:
    """Return the sheet that rows make up, or None if every row is blank.

    Parameters
    ----------
    chunks : iterable of Chunk
        All rows from the top; the headings are looked for in the first chunk.
    source : Source
    report : Report
        Takes notices.

    Returns
    -------
    Sheet or None

    Raises
    ------
    InputError
        If the table is too large, or the stated heading row does not exist.
    """
    remaining = iter(chunks)
    first = _read_first(remaining, source)
    if first is None:
        return None
    position = choose_heading_row(first.numbers, first.rows, source.heading_row, source.locate(), report)
    cells = ["" if text.startswith(MARK) else text for text in first.rows[position]]
    table = _Table(source, len(cells))
    table.add(Chunk(first.numbers[position + 1 :], first.rows[position + 1 :]))
    for chunk in remaining:
        table.add(chunk)
    rows, columns = table.finish()
    place = source.locate(first.numbers[position])
    headings, kept = clean_headings(cells, [any(column.values) for column in columns], place, report)
    blanked = [blank_errors(columns[i], heading, rows) for i, heading in zip(kept, headings, strict=True)]
    flaws = (*table.list_surplus(), *(flaw for _, found in blanked for flaw in found))
    return Sheet(
        *(source.file, source.sheet, headings, first.numbers[position], rows),
        *([column for column, _ in blanked], flaws),
    )


def _read_first(chunks: Iterator[Chunk], source: Source) -> Chunk | None:
    """Return the first chunk in which a row is filled (or which holds the stated heading row)."""
    is_blank = True
    for chunk in chunks:
        is_blank &= not any(map(find_extent, chunk.rows))
        if source.heading_row is None and not is_blank:
            return chunk
        if source.heading_row is not None and source.heading_row <= chunk.numbers[-1]:
            return chunk
    if is_blank:
        return None
    problem = f"there is no row {source.heading_row}, where the headings were said to stand"
    raise refuse_file("heading-row", source.locate(), problem, "Name a row that has the headings")
