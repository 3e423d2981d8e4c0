"""A sheet of text in columns, each distinct text once; and how a cell's text is read as a number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Place
from matchmaker.text import normalise

MOST_DIGITS = 30
"""Characters of the longest number that is read."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}[,.][0-9]{3}")


@dataclass(frozen=True)
class CodedColumn:
    """One column: every distinct text once.

    Parameters
    ----------
    codes : array of int32, shape (num_rows,)
        Index into `values`, from 0.
    values : list of str
        The distinct texts, without outer white space, in the order of their first appearance;
        an empty text is a blank cell.
    """

    codes: NDArray[np.int32]
    values: list[str]

    def read_cell(self, row: int) -> str:
        """Return the text in one data row, counted from 0."""
        return self.values[int(self.codes[row])]


@dataclass(frozen=True)
class Flaw:
    """What is wrong with some rows of a sheet, whoever they belong to.

    Parameters
    ----------
    kind, problem, remedy : str
    value : str
        What was found.
    heading : str or None
        Of the column whose cells it is about; None is about whole rows.
    rows : int64 array
        The spreadsheet's numbers of the rows, ascending.
    """

    kind: str
    problem: str
    remedy: str
    value: str | None
    heading: str | None
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Sheet:
    """One table of a file: headings and, below them, columns of text.

    Parameters
    ----------
    file : str
        As the user named it.
    sheet : str or None
        Name of the sheet in a workbook.
    headings : list of str
        As written, without outer white space; all different, none empty.
    heading_row : int
        The spreadsheet's row number, from 1.
    rows : array of int64, shape (num_rows,)
        The spreadsheet's row number of each data row; blank rows are counted, but left out.
    columns : list of CodedColumn
        One for each heading.
    flaws : tuple of Flaw
        Cells that hold an error instead of a value (they are blank in `columns`), and rows with cells
        beyond the last heading; those need not be among `rows`.
    """

    file: str
    sheet: str | None
    headings: list[str]
    heading_row: int
    rows: NDArray[np.int64]
    columns: list[CodedColumn]
    flaws: tuple[Flaw, ...] = ()

    def locate(self, row: int | None, heading: str | None = None) -> Place:
        """Return where a row, by the spreadsheet's number, or a cell of it stands."""
        return Place(self.file, self.sheet, row, heading)

    def list_faults(self, read: Collection[str] | None = None) -> Iterator[tuple[int, Fault]]:
        """Yield what is wrong with rows and cells, in the order of the rows, each with its row number.

        Parameters
        ----------
        read : collection of str or None
            The headings that are read; None takes all.
        """
        flaws = [flaw for flaw in self.flaws if read is None or flaw.heading is None or flaw.heading in read]
        rows = np.concatenate([np.empty(0, np.int64), *(flaw.rows for flaw in flaws)])
        owners = np.repeat(np.arange(len(flaws)), [len(flaw.rows) for flaw in flaws])
        for i in np.argsort(rows, kind="stable").tolist():
            flaw, number = flaws[owners[i]], int(rows[i])
            yield number, Fault(flaw.kind, flaw.problem, flaw.remedy, self.locate(number, flaw.heading), flaw.value)

    def find_silent(self, read: Collection[str]) -> NDArray[np.bool_]:
        """Return which rows hold nothing but errors in columns that nobody reads.

        Formulas that were drawn down below the last person leave such rows.

        Parameters
        ----------
        read : collection of str
            The headings that are read.
        """
        silent = np.ones(len(self.rows), bool)
        for column in self.columns if self.flaws else ():
            silent &= column.codes == (column.values.index("") if "" in column.values else -1)
        for flaw in self.flaws:
            if flaw.heading is None or flaw.heading in read:
                silent &= ~np.isin(self.rows, flaw.rows)
        return silent if self.flaws else ~silent


def find_column(sheet: Sheet, heading: str) -> int | None:
    """Return the position of a heading: as written or, failing that, in another case or with other accents.

    Parameters
    ----------
    sheet : Sheet
    heading : str

    Returns
    -------
    int or None
        From 0; None if no heading fits.
    """
    if heading in sheet.headings:
        return sheet.headings.index(heading)
    forms = [normalise(name) for name in sheet.headings]
    wanted = normalise(heading)
    return forms.index(wanted) if wanted in forms else None


def parse_number(text: str, decimal_comma: bool | None = None) -> Decimal | None:
    """Return the number that a text means, exactly, or None if it is not clear that it means one.

    Parameters
    ----------
    text : str
    decimal_comma : bool or None, default None
        True: "1,5" is one and a half, "1.000,5" a thousand and a half; "1.500" stays unclear.
        False: a comma groups thousands, so "1,500" is fifteen hundred.
        None: both "1.5" and "1,5" are one and a half; "1,500" is unclear and gives None.

    Returns
    -------
    Decimal or None

    Examples
    --------
    >>> parse_number("1,5"), parse_number("1,500"), parse_number("1,500", decimal_comma=True)
    (Decimal('1.5'), None, Decimal('1.500'))
    """
    plain = text.strip().replace("\u2212", "-")
    if len(plain) > MOST_DIGITS or not plain.isascii():
        return None
    point = _write_with_point(plain, decimal_comma)
    return Decimal(point) if point is not None and NUMBER.fullmatch(point) else None


def _write_with_point(text: str, decimal_comma: bool | None) -> str | None:
    """Return a number's text with a decimal point and no grouping, or None if that is unclear."""
    if decimal_comma:
        if "," not in text:
            return None if AMBIGUOUS.fullmatch(text) else text
        text = text.translate({ord(","): ".", ord("."): ","})
    elif decimal_comma is None and "," in text and "." not in text:
        return None if AMBIGUOUS.fullmatch(text) else text.replace(",", ".")
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


def parse_whole(text: str, decimal_comma: bool | None = None) -> int | None:
    """Return the whole number that a text means ("3", also "3.0"), or None; see `parse_number`."""
    number = parse_number(text, decimal_comma)
    if number is None or number != number.to_integral_value():
        return None
    return int(number)


def explain_number(text: str) -> str:
    """Return what is wrong with a text that `parse_number` takes for no number, as part of a sentence.

    Examples
    --------
    >>> explain_number("1,500")
    'may mean 1.5 or 1500'
    """
    plain = text.strip()
    if AMBIGUOUS.fullmatch(plain):
        small = Decimal(plain.replace(",", ".")).normalize()
        return f"may mean {small:f} or {plain.replace(',', '').replace('.', '')}"
    return "is no number"
